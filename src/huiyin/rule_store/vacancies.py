"""Which roles of a rulebook nobody holds: where a case would come to a stop for want of somebody to act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from huiyin.people.absences import at_hand
from huiyin.people.models import Holding, Organisation, Post
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Role, Rulebook
from huiyin.rules.book.steps import ABOVE

INSIDE: Final = ("organisation", "handling", "co_handling")
"""Where roles stand whose holders belong to the organisation itself."""


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A role that nobody holds; ``posts`` are those that have it, by unit and title: somebody is to be appointed to one, or, where there is
    none, a post is to be made. ``stand_in`` is the role whose holders do meanwhile what is owed; empty where nobody does.
    """

    role: str
    rule: Role
    posts: tuple[str, ...]
    stand_in: str = ""


def vacancies(rules: Rules, organisation: Organisation, day: date) -> tuple[Vacancy, ...]:
    """The roles that act or owe under ``rules`` and in which nobody in ``organisation`` works on ``day``, by name: whoever is away does not.

    A role that no post has is its stand-in's affair, where it has one. One that a post has is not: its duties go to that post. A
    higher organ's role is filled there, or by whoever hands the documents over here.
    """
    posts = _posts((organisation.id,))
    held = _held((organisation.id,), day)
    above = _held(_above(organisation), day)
    return tuple(
        Vacancy(name, role, posts.get(name, ()), _stand_in(role, held))
        for name, role in sorted(needed(rules.book))
        if not _is_filled(name, role, held, posts.keys(), above)
    )


def _is_filled(name: str, role: Role, held: frozenset[str], posts: Iterable[str], above: frozenset[str]) -> bool:
    if role.of in ABOVE:
        return name in above or role.stand_in in held
    return name in held or (name not in posts and role.stand_in in held)


def _stand_in(role: Role, held: frozenset[str]) -> str:
    return role.stand_in if role.stand_in in held and role.stand_in and role.of == "organisation" else ""


def needed(book: Rulebook) -> Iterator[tuple[str, Role]]:
    """The roles that take a step or owe something, and belong to people."""
    names = {
        name
        for procedure in book.procedures.values()
        for name in (
            *(role for action in procedure.actions.values() for role in action.takers),
            *(duty.of for duty in procedure.duties.values()),
        )
    }
    yield from ((name, book.roles[name]) for name in names if book.roles[name].of in (*INSIDE, *ABOVE))


def _above(organisation: Organisation) -> tuple[UUID, ...]:
    found: list[UUID] = []
    link = organisation.superior
    while link is not None and link.id not in found and len(found) < len(ABOVE):
        found.append(link.id)
        link = link.superior
    return tuple(found)


def _held(organisations: tuple[UUID, ...], day: date) -> frozenset[str]:
    holdings = at_hand(Holding.objects.filter(organisation_id__in=organisations), day)
    return frozenset(role for roles in holdings.values_list("post__roles", flat=True) for role in roles)


def _posts(organisations: tuple[UUID, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    rows = Post.objects.filter(organisation_id__in=organisations).order_by("unit__code", "title")
    for unit, title, roles in rows.values_list("unit__name", "title", "roles"):
        for role in roles:
            found[role] = (*found.get(role, ()), f"{unit} {title}")
    return found
