"""Names that were written in a form of a matter that accuses somebody and cannot be taken: each is on record for the custodian, and few are told.

Whoever may not know whom a matter accuses would find it out by writing one name after the other (Regulation Art. 30(3)).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError
from huiyin.casework.models import Case
from huiyin.door.entry import ParsedFields
from huiyin.people import administration
from huiyin.people.models import WRONG_NAME, AccessRecord
from huiyin.procedure.command import Actor
from huiyin.procedure.guard import hides_accused
from huiyin.procedure.refusal import ProblemCode, Refusal
from huiyin.procedure.state import State
from huiyin.rules.book.fields import type_of
from huiyin.rules.book.schema import Rulebook

MAX_TOLD: Final = 3
"""So many names of one person are refused on one matter; more is no mistake any more."""
WITHIN: Final = timedelta(days=1)


def too_many(
    case: Case, book: Rulebook, read: ParsedFields, state: State, actor: Actor, at: datetime
) -> tuple[FormError, ...]:
    """That somebody wrote too many names in the last day of which none could be taken: no other is looked at, be it the right one."""
    named = [name for name in read.values if type_of(book.fields[name]).names in ("unit", "person")]
    if not named or not hides_accused(state, actor):
        return ()
    rows = AccessRecord.objects.filter(organisation=case.organisation_id, at__gt=at - WITHIN, case=case.id)
    if rows.filter(purpose=WRONG_NAME, account=actor.person).count() < MAX_TOLD:
        return ()
    words = _("您在本事项填写的名称已多次不能采用。请向保管检举控告的人问明可以填写谁，过一天再办")
    return (FormError(named[0], "ask-custodian", words),)


def note(case: Case, refusal: Refusal, actor: Actor, at: datetime) -> None:
    """Put on record that a form was refused for a name alone."""
    if any(one.problem is ProblemCode.UNAVAILABLE for one in refusal.problems):
        administration.record_access(case.organisation_id, actor.person, WRONG_NAME, at, case.id)
