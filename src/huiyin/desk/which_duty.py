"""Which duty a form settles, where the unit owes several of a kind, and what an answer answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.casework.duty_news import with_occasions
from huiyin.casework.forms import FieldView
from huiyin.casework.lists.duties import DutyRow, duty_rows, open_rows_of
from huiyin.casework.loaded_case import LoadedCase
from huiyin.procedure.settling import is_own
from huiyin.rules.book.fields.base import Option
from huiyin.web.page_access import Acting

DUTY: Final = "_duty"
"""The field of the form; no field of a rulebook can have such a name."""


def settled(loaded: LoadedCase, kinds: tuple[str, ...], acting: Acting) -> tuple[DutyRow, ...]:
    """The open duties of these ``kinds`` of which the reader may settle one, as far as it has to be said which they are: of those that one
    step opened for each thing of a list, the form names the thing.
    """
    book, state = loaded.rules.book, loaded.state
    openings = (opening for action in loaded.procedure.actions.values() for opening in action.opens)
    unlike = {*kinds}.difference(opening.duty for opening in openings if opening.each)
    own = {
        duty.id for duty in state.duties if duty.kind in unlike and is_own(book, state.procedure, duty, acting.actor)
    }
    rows = with_occasions([row for row in open_rows_of(loaded.case) if row.id in own]) if own else ()
    return duty_rows(rows, acting.at, reader=acting.actor) if rows else ()


def the_only_request(owed: Sequence[DutyRow]) -> DutyRow | None:
    """What the action answers, where that is one request alone."""
    return owed[0] if len(owed) == 1 and owed[0].occasion else None


def which(owed: Sequence[DutyRow], chosen: str = "") -> tuple[FieldView, ...]:
    """The field that asks which of several duties of a kind the action settles; none where there is but one.

    Nothing is chosen for the reader unless they came by the link of one: an answer laid to another request would let that one seem answered.
    """
    several = [row for row in owed if [other.kind for other in owed].count(row.kind) > 1]
    if not several:
        return ()
    options = tuple(Option(str(row.id), " · ".join(filter(None, _words(row)))) for row in several)
    preset = chosen if chosen in {option.value for option in options} else ""
    return (FieldView(DUTY, _("完成的是哪一项"), "choice", required=True, options=options, preset=preset),)


def _words(row: DutyRow) -> tuple[str, ...]:
    return row.label, row.occasion, _("%(day)s 到期") % {"day": timezone.localdate(row.due_at).isoformat()}
