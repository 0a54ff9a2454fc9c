"""Reading that is itself on record: who opened a limited case, and who looked up which terminated matters."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

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
from huiyin.people import administration
from huiyin.people.models import LIMITED_CASE, AccessRecord
from huiyin.procedure.command import Actor
from huiyin.procedure.confidentiality.levels import HANDLING


class TooManyLookups(HuiyinError):
    """Raised when one person has asked too often within the hour: nobody reads the whole list by asking one by one."""

    to_do = "wait an hour, and look up only what is needed now"


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


def note_opening(case: Case, actor: Actor, at: datetime) -> None:
    """Put on record that somebody of the staff opened ``case``, once a day, where it is limited; nothing of any other.

    It is written although nothing else of the case changes: who knows of such a case is to be seen afterwards.
    """
    if not HANDLING[case.level].limited or actor.kind != "staff" or actor.person is None:
        return
    began = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    today = AccessRecord.objects.filter(case=case.id, purpose=LIMITED_CASE, account_id=actor.person, at__gte=began)
    if not today.exists():
        administration.record_access(case.organisation_id, actor.person, LIMITED_CASE, at, case.id)
