"""How confidential a case is, in words: its level, who may know of it, who set that and why, and who opened it (clause s1-C3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from huiyin.casework.labels import name_of
from huiyin.casework.models import Case
from huiyin.casework.sealed import texts
from huiyin.casework.visible import overseeing_roles, oversees
from huiyin.ledger.chain import Recorded, read_chain
from huiyin.people.models import LIMITED_CASE, AccessRecord, Account, Post, Unit
from huiyin.procedure.command import Actor
from huiyin.procedure.confidentiality.knowing import knowing
from huiyin.procedure.confidentiality.levels import HANDLING, Handling
from huiyin.procedure.confidentiality.setting import barred
from huiyin.procedure.event import ConfidentialitySet
from huiyin.procedure.state import ORDINARY, State
from huiyin.procedure.storage import codec
from huiyin.rule_store.store import load

LEVELS: Final[Mapping[str, str | Promise]] = {
    ORDINARY: gettext_lazy("普通"),
    "internal": gettext_lazy("内部"),
    "work_secret": gettext_lazy("工作秘密"),
}
MAX_OPENINGS: Final = 20


@dataclass(frozen=True, slots=True)
class LevelChange:
    """A time at which it was set: to which level (in words), for whom, by whom, why."""

    label: str
    listed: tuple[str, ...]
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class CaseOpening:
    """That somebody opened a limited case, for the first time on a day."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LevelView:
    """How confidential a case is, as of now. ``must`` are those who may know of it because they owe something or oversee, whoever is listed;
    ``openings`` are for whoever oversees; ``may_set``: the reader may change it.
    """

    level: str
    label: str
    handling: Handling
    listed: tuple[str, ...]
    must: tuple[str, ...]
    changes: tuple[LevelChange, ...]
    openings: tuple[CaseOpening, ...]
    may_set: bool

    @property
    def is_limited(self) -> bool:
        """Whether only some may know of it."""
        return self.handling.limited


def level_label(level: str) -> str:
    """A level in words."""
    return str(LEVELS.get(level, level))


def level_view(case: Case, actor: Actor, past: Iterable[Recorded] | None = None) -> LevelView:
    """How confidential ``case`` is, for ``actor``, who may see it; ``past`` are events of it, these among them, where they were read already."""
    state: State = codec.loads(case.state)
    read = read_chain(case.id, ConfidentialitySet) if past is None else past
    set_before = tuple(item for item in read if isinstance(item.event, ConfidentialitySet))
    limited, known = state.confidentiality, knowing(state)
    overseeing = oversees(actor)
    listed = (limited.units | limited.posts | limited.people | limited.acted) if limited else frozenset()
    owing: set[UUID] = {unit for unit, _role in known.roles} if known else set()
    owing |= {person for person, _organisation in known.people} if known else set()
    named = names_listed({*listed, *owing, *(id for item in set_before for id in _named_in(item))})
    return LevelView(
        level=state.level,
        label=level_label(state.level),
        handling=HANDLING[state.level],
        listed=_words(named, listed),
        must=_must(case, state, named) if known else (),
        changes=_changes(set_before, named),
        openings=_openings(case) if overseeing and set_before else (),
        may_set=barred(state, actor, oversees=overseeing) is None,
    )


def names_listed(ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """What units, posts and accounts are called, by id."""
    named = set(ids)
    if not named:
        return {}
    posts = Post.objects.filter(id__in=named).select_related("unit")
    return {
        **dict(Unit.objects.filter(id__in=named).values_list("id", "name")),
        **{post.id: f"{post.unit.name} {post.title}" for post in posts},
        **{one.id: str(one) for one in Account.objects.filter(id__in=named)},
    }


def _named_in(item: Recorded) -> Iterable[UUID]:
    event = item.event
    assert isinstance(event, ConfidentialitySet)
    person = item.actor.get("person")
    return (*event.units, *event.posts, *event.people, *((person,) if isinstance(person, UUID) else ()))


def _words(named: Mapping[UUID, str], ids: Iterable[UUID]) -> tuple[str, ...]:
    return tuple(sorted(named[id] for id in ids if id in named))


def _must(case: Case, state: State, named: Mapping[UUID, str]) -> tuple[str, ...]:
    """Whoever owes something, then the roles that oversee, in words."""
    book = load(case.rulebook).book
    owed = []
    for duty in state.duties:
        if duty.seat is not None:
            who = named.get(duty.assignee or duty.seat.unit, "")
            owed.append(who if duty.assignee else f"{who} {name_of(book.roles.get(duty.role), duty.role)}")
    roles = sorted(overseeing_roles(book.roles))
    return tuple(dict.fromkeys((*owed, *(name_of(book.roles.get(role), role) for role in roles))))


def _changes(set_before: Iterable[Recorded], named: Mapping[UUID, str]) -> tuple[LevelChange, ...]:
    """The newest first."""
    items = [(item, item.event) for item in set_before if isinstance(item.event, ConfidentialitySet)]
    reasons = texts.read_texts([event.reason.id for _item, event in items]) if items else {}
    found = []
    for item, event in reversed(items):
        person = item.actor.get("person")
        by = named.get(person, "") if isinstance(person, UUID) else ""
        listed = _words(named, (*event.units, *event.posts, *event.people))
        found.append(LevelChange(level_label(event.level), listed, by, item.at, reasons.get(event.reason.id, "")))
    return tuple(found)


def _openings(case: Case) -> tuple[CaseOpening, ...]:
    rows = AccessRecord.objects.filter(case=case.id, purpose=LIMITED_CASE).select_related("account")
    return tuple(CaseOpening(str(row.account or ""), row.at) for row in rows.order_by("-at", "-id")[:MAX_OPENINGS])
