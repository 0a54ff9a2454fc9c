"""What the file of a case lacks when it is to be archived, and how a form asks why: a line for each item, its name before a colon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError, name_of
from huiyin.ledger.chain import read_chain
from huiyin.procedure.event import ActionTaken, NoticeIssued, SubmissionAttached
from huiyin.procedure.filing.catalogue import explained, missing
from huiyin.procedure.state import State
from huiyin.rules.book.catalogue import CatalogueItem
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import MISSING_ITEMS, Action

COLON = "："


def missing_items(rules: Rules, action: Action, state: State | None) -> Sequence[CatalogueItem]:
    """What the catalogue of the rulebook asks for and the file of a case has not; nothing for an action that does not archive."""
    if state is None or MISSING_ITEMS not in action.required:
        return ()
    events = (item.event for item in read_chain(state.case, SubmissionAttached, ActionTaken, NoticeIssued))
    return tuple(missing(rules, state, events).values())


def lines_for(items: Sequence[CatalogueItem], reason: str = "") -> str:
    """The lines with which the form begins: whoever archives writes behind each why it is missing."""
    return "\n".join(f"{name_of(item)}{COLON}{reason}" for item in items)


def unexplained(rules: Rules, action: Action, state: State, given: Mapping[str, object]) -> FormError | None:
    """What is wrong with the reasons that were ``given`` for missing items; None when each has one, or nothing is missing."""
    lacking = missing_items(rules, action, state)
    if not lacking:
        return None
    reasons = explained(str(given.get(MISSING_ITEMS) or ""))
    without = [name_of(item) for item in lacking if not reasons.keys() & {item.zh, item.en, name_of(item)}]
    if not without:
        return None
    message = _("案卷缺少：%(items)s。请补齐；不能补齐的，每项另起一行，写“名称：原因”")
    return FormError(MISSING_ITEMS, "missing-items", message % {"items": _("、").join(without)})
