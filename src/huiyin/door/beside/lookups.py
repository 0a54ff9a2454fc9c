"""Reading that is itself on record: who opened a limited case, looked up which terminated matters, and was shown who may have come before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from huiyin.casework.lists.repeats import Repeat, possible_repeats
from huiyin.casework.lists.terminated import (
    LOOKUPS_AN_HOUR,
    PURPOSE,
    FoundTerminated,
    line_of,
    lookups_lately,
    terminated_among,
)
from huiyin.casework.models import Case
from huiyin.errors import HuiyinError
from huiyin.language import gettext_noop
from huiyin.people import administration
from huiyin.people.checks import PetitionerFields
from huiyin.people.models import LIMITED_CASE, AccessRecord
from huiyin.procedure.command import Actor
from huiyin.procedure.confidentiality.levels import HANDLING

REPEATS: Final = "repeats"
"""The purpose of the record that somebody was shown a matter since its petitioner has the name or number of who is being registered."""
REPEATS_AN_HOUR: Final = 60
"""More people with earlier matters than one post registers within an hour."""


class TooManyLookups(HuiyinError):
    """Raised when one person has asked too often within the hour: nobody reads the whole list by asking one by one."""

    to_do = gettext_noop("请一小时后再查，只查现在需要的")


def look_up(actor: Actor, words: str, purpose: str, at: datetime) -> FoundTerminated:
    """Terminated matters with this number, or about this kind of subject, in any organisation; each lookup is put on record.

    Whoever calls has made sure that ``actor`` ``may_look_up``, and that ``purpose`` is one of PURPOSES. Raises TooManyLookups.
    """
    assert actor.person is not None  # whoever holds a role is somebody
    if lookups_lately(actor.person, at) >= LOOKUPS_AN_HOUR:
        raise TooManyLookups("too many lookups of terminated matters within an hour")
    found, more = terminated_among(actor, words)
    for case in found:
        administration.record_access(case.organisation_id, actor.person, f"{PURPOSE}:{purpose}", at, case.id)
    if not found:
        administration.record_access(actor.organisation, actor.person, f"{PURPOSE}:{purpose}", at)
    return FoundTerminated(tuple(map(line_of, found)), more)


def repeats_on_record(actor: Actor, people: Iterable[PetitionerFields], at: datetime) -> tuple[Repeat, ...]:
    """The matters that ``people`` may have brought before; that ``actor`` was shown one is put on record, once a day.

    Whoever calls has made sure that ``actor`` may register. Raises TooManyLookups.
    """
    found = possible_repeats(actor, people, at)
    _note_shown(actor, found, at)
    return found


def _note_shown(actor: Actor, found: Sequence[Repeat], at: datetime) -> None:
    assert actor.person is not None  # whoever holds a role is somebody
    shown = AccessRecord.objects.filter(account_id=actor.person, purpose=REPEATS)
    today = shown.filter(at__gte=_midnight(at), case__in=[one.view.case.id for one in found])
    known = set(today.values_list("case", flat=True)) if found else set()
    new = [one.view.case for one in found if one.view.case.id not in known]
    if not new:
        return
    if shown.filter(at__gt=at - timedelta(hours=1)).values("at").distinct().count() >= REPEATS_AN_HOUR:
        raise TooManyLookups("too many lookups of earlier matters within an hour")
    for case in new:
        administration.record_access(case.organisation_id, actor.person, REPEATS, at, case.id)


def note_opening(case: Case, actor: Actor, at: datetime) -> None:
    """Put on record that somebody of the staff opened ``case``, once a day, where it is limited; nothing of any other.

    It is written although nothing else of the case changes: who knows of such a case is to be seen afterwards.
    """
    if not HANDLING[case.level].limited or actor.kind != "staff" or actor.person is None:
        return
    opened = AccessRecord.objects.filter(case=case.id, purpose=LIMITED_CASE, account_id=actor.person)
    today = opened.filter(at__gte=_midnight(at))
    if not today.exists():
        administration.record_access(case.organisation_id, actor.person, LIMITED_CASE, at, case.id)


def _midnight(at: datetime) -> datetime:
    """When the day of ``at`` began here."""
    return timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
