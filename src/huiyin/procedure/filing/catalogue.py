"""What a file must hold by the catalogue of its rulebook, and what of it is missing. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from huiyin.procedure.event import ActionTaken, Event, NoticeIssued, SubmissionAttached
from huiyin.procedure.state import State
from huiyin.rules.book.catalogue import CatalogueItem
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import ANY
from huiyin.rules.book.steps import meets

SERVED_ON: Final = "served_on"
"""The field by which a step says when it served the document that it issues."""
SEPARATORS: Final = "：:"
"""What stands between the name of an item and why it is missing."""


@dataclass(slots=True)
class HeldInFile:
    """What is in the file: documents that were issued and served, by kind, steps that were taken, and whether a petition came, with a copy."""

    documents: set[str] = field(default_factory=set)
    served: set[str] = field(default_factory=set)
    steps: set[str] = field(default_factory=set)
    petition: bool = False
    original: bool = False


def filed(events: Iterable[Event]) -> HeldInFile:
    """What the events of a case, oldest first, have brought into its file."""
    found, serves = HeldInFile(), False
    for event in events:
        match event:
            case SubmissionAttached(files=files):
                found.petition, found.original = True, found.original or bool(files)
            case ActionTaken(action=action, fields=fields):
                found.steps.add(action)
                serves = isinstance(fields.get(SERVED_ON), date)
            case NoticeIssued(kind=kind):
                found.documents.add(kind)
                found.served |= {kind} if serves else set()
            case _:
                pass
    return found


def missing(rules: Rules, state: State, events: Iterable[Event]) -> Mapping[str, CatalogueItem]:
    """The items that the catalogue asks for where ``state`` has ended and that ``events`` have not brought; nothing before the end."""
    catalogue = rules.book.procedures[state.procedure].catalogue
    if not state.ended or not catalogue:
        return {}
    there = filed(events)
    here = {state.stage, ANY}
    asked = {name: item for name, item in catalogue.items() if here & {*item.ends} and meets(item.when, state.facts)}
    return {name: item for name, item in asked.items() if not _is_there(item, there)}


def _is_there(item: CatalogueItem, there: HeldInFile) -> bool:
    match item.kept:
        case "petition":
            return there.petition
        case "original":
            return there.original
        case "registration":
            return True  # made of what the case itself says
        case None:
            return bool(there.documents & {*item.paper} or there.served & {*item.served} or there.steps & {*item.step})


def explained(written: str) -> Mapping[str, str]:
    """Why items are missing, by their names: one line each, the name, a colon and the reason."""
    found: dict[str, str] = {}
    for line in written.splitlines():
        place = min((line.find(sign) for sign in SEPARATORS if sign in line), default=-1)
        if place > 0 and line[place + 1 :].strip():
            found[line[:place].strip()] = line[place + 1 :].strip()
    return found
