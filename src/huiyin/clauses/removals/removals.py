"""Which removals a clause has, and a rulebook without one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from huiyin.clauses.coverage import Coverage, ElementPlace
from huiyin.clauses.removals.weakenings import Weakening, weakenings
from huiyin.rules.book.catalogue import CatalogueItem
from huiyin.rules.book.elements import Cited, Ids
from huiyin.rules.book.load import load
from huiyin.rules.book.schema import ARCHIVE, MISSING_ITEMS, Action, DutyRule, Procedure, Rulebook

KINDS: Final = ("actions", "duties", "limits", "notices", "stages")
"""What a procedure holds by name."""


@dataclass(frozen=True, slots=True)
class Removal:
    """One part of one element, taken away: ``path`` is the element in ``book``, as in ``procedures.matter.actions.accept``."""

    book: str
    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.book} · {self.path} · {self.what}"

    @property
    def digest(self) -> str:
        """A hex SHA-256 of its name: orders them as chance would, and always alike."""
        return sha256(str(self).encode()).hexdigest()


def removals_of(row: Coverage) -> list[Removal]:
    """The removals of the clause of ``row``: of each element of a shipped book that cites it, each part."""
    return [removal for place in row.elements for removal in _of_element(place)]


def _of_element(place: ElementPlace) -> Iterator[Removal]:
    book = load(place.book).book
    for weakening in _weakenings(book, place.path.split(".")):
        yield Removal(place.book, place.path, weakening.what)


def cites(book: Rulebook, removal: Removal) -> bool:
    """Whether ``book`` has the element of ``removal`` and it says the same there as in the book in which it is written: a local book may
    have written it anew, and is then another matter.
    """
    parts = removal.path.split(".")
    here, there = _element(book, parts), _element(load(removal.book).book, parts)
    return here is not None and there is not None and set(there.clause) & set(here.clause) != set()


def without(book: Rulebook, removal: Removal) -> Rulebook:
    """``book`` as it would be without that part; the same where it does not have it."""
    parts = removal.path.split(".")
    found = next((one for one in _weakenings(book, parts) if one.what == removal.what), None)
    if found is None:
        return book
    if len(parts) == 2:
        group = getattr(book, parts[0])
        return book.model_copy(update={parts[0]: _with(group, parts[1], found.update)})
    _, name, kind, key = parts
    procedure = book.procedures[name]
    if found.everywhere:
        procedure = _nowhere(procedure, kind, key, found.everywhere)
    else:
        procedure = procedure.model_copy(update={kind: _with(getattr(procedure, kind), key, found.update)})
    procedure = procedure.model_copy(update={"catalogue": _still_filed(procedure)})
    return book.model_copy(update={"procedures": {**book.procedures, name: procedure}})


def _still_filed(procedure: Procedure) -> dict[str, CatalogueItem]:
    """What the file of a case must hold, as far as the procedure still has its ends, documents and steps."""
    archive = procedure.actions.get(ARCHIVE)
    if archive is None or archive.required.get(MISSING_ITEMS) is not False:
        return {}  # nobody could say why something is missing
    ends = {"any", *archive.from_stages}
    issued = {name for action in procedure.actions.values() for name in action.notice}
    found = {}
    for name, item in procedure.catalogue.items():
        known: dict[str, Ids] = {
            "ends": tuple(end for end in item.ends if end in ends),
            "paper": tuple(paper for paper in item.paper if paper in issued),
            "served": tuple(paper for paper in item.served if paper in issued),
            "step": tuple(step for step in item.step if step in procedure.actions),
        }
        if known["ends"] and (item.kept or known["paper"] or known["served"] or known["step"]):
            found[name] = item.model_copy(update=known)
    return found


def _weakenings(book: Rulebook, parts: Sequence[str]) -> Iterator[Weakening]:
    element = _element(book, parts)
    if element is not None:
        procedure = book.procedures[parts[1]] if len(parts) == 4 else None
        yield from weakenings(book, procedure, parts[-1], element)


def _element(book: Rulebook, parts: Sequence[str]) -> Cited | None:
    group: Mapping[str, Any]
    if len(parts) == 4:
        procedure = book.procedures.get(parts[1])
        group = getattr(procedure, parts[2]) if procedure is not None and parts[2] in KINDS else {}
    else:
        group = getattr(book, parts[0]) if len(parts) == 2 and parts[0] in ("roles", "facts") else {}
    found = group.get(parts[-1])
    return found if isinstance(found, Cited) else None


def _with(group: Mapping[str, Any], key: str, update: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one.model_copy(update=dict(update)) if name == key else one for name, one in group.items()}


def _nowhere(procedure: Procedure, kind: str, key: str, lists: Sequence[str]) -> Procedure:
    """``procedure`` in which nothing names ``key`` in ``lists`` any more; an action is gone from it altogether."""
    if kind == "actions":
        actions = {name: _unlinked(action, key) for name, action in procedure.actions.items() if name != key}
        duties = {name: _untimed(duty, key) for name, duty in procedure.duties.items()}
        return procedure.model_copy(update={"actions": actions, "duties": duties})
    actions = {name: _dropped(action, key, lists) for name, action in procedure.actions.items()}
    stages = procedure.stages
    if "owes" in lists:
        stages = {
            name: stage.model_copy(update={"owes": tuple(duty for duty in stage.owes if duty != key)})
            for name, stage in stages.items()
        }
    return procedure.model_copy(update={"actions": actions, "stages": stages})


def _unlinked(action: Action, key: str) -> Action:
    update: dict[str, Any] = {}
    if key in action.not_by:
        update["not_by"] = tuple(name for name in action.not_by if name != key)
    if action.relay is not None and action.relay.action == key:
        update["relay"] = None
    return action.model_copy(update=update) if update else action


def _untimed(duty: DutyRule, key: str) -> DutyRule:
    return duty.model_copy(update={"on_due": None}) if duty.on_due == key else duty


def _dropped(action: Action, key: str, lists: Sequence[str]) -> Action:
    update: dict[str, Any] = {}
    if "opens" in lists and any(opening.duty == key for opening in action.opens):
        update["opens"] = tuple(opening for opening in action.opens if opening.duty != key)
    if "notice" in lists and key in action.notice:
        update["notice"] = tuple(name for name in action.notice if name != key)
    return action.model_copy(update=update) if update else action
