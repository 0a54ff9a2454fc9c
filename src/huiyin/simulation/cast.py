"""The made-up institution: organisations, units, posts and people for every role of a rulebook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from huiyin.audit import adoption
from huiyin.people.acting import actor_for
from huiyin.people.appointments import appoint
from huiyin.people.models import LIAISON, Account, Organisation, Post, Unit
from huiyin.procedure.command import Actor
from huiyin.rule_store.activation import activate, adopt
from huiyin.rules.book.load import Rules, shipped
from huiyin.rules.book.schema import Role, RoleOf
from huiyin.rules.book.sources import Sources
from huiyin.simulation.staffing import Spans, Staffing, Weekdays

LEVELS: dict[RoleOf, int] = {
    "organisation": 0, "handling": 0, "co_handling": 0, "superior": 1, "superior_of_superior": 2
}  # fmt: skip
CODES = ("sim", "sim-up", "sim-top")
NAMES = ("模拟单位", "模拟单位的上一级", "模拟单位的再上一级")
OFFICE = "综合办公室"
IN_UNITS = frozenset({"handling", "co_handling"})


@dataclass(frozen=True, slots=True)
class PostPlan:
    """A post before anybody holds it: ``people`` in each unit that has it. ``of`` says where it is, as roles do."""

    name: str
    title: str
    seat: str
    of: RoleOf
    roles: tuple[str, ...]
    people: int
    hours: Spans
    weekdays: Weekdays


@dataclass(frozen=True, slots=True)
class Seated:
    """A post in one unit, and who acts in it."""

    plan: PostPlan
    unit: UUID
    unit_name: str
    people: tuple[Actor, ...]


@dataclass(slots=True)
class Cast:
    """Everybody who works in the simulation. ``handling`` are the units that deal with matters, by id."""

    organisation: Organisation
    seated: list[Seated] = field(default_factory=list)
    handling: dict[UUID, str] = field(default_factory=dict)


def plans(rules: Rules, staffing: Staffing) -> list[PostPlan]:
    """The posts that the rulebook's roles need, those that hold several roles first."""
    roles = {name: role for name, role in rules.book.roles.items() if role.of in LEVELS}
    together = {role for post in staffing.posts.values() for role in post.roles}
    found = [
        _plan(staffing, name, post.roles, roles, post.people, post.hours, post.weekdays)
        for name, post in staffing.posts.items()
    ]
    return found + [
        _plan(staffing, name, (name,), roles, staffing.people.get(name, staffing.people.get("default", 1)), None, None)
        for name in roles
        if name not in together
    ]


def _plan(
    staffing: Staffing,
    name: str,
    held: tuple[str, ...],
    roles: Mapping[str, Role],
    people: int,
    hours: Spans | None,
    weekdays: Weekdays | None,
) -> PostPlan:
    first = roles[held[0]]
    of: RoleOf = "handling" if first.of in IN_UNITS else first.of
    return PostPlan(
        name=name,
        title="、".join(roles[role].zh for role in held)[:100],
        seat=first.seat.zh if first.seat else OFFICE,
        of=of,
        roles=held,
        # Every unit has exactly one liaison, whatever is asked for.
        people=min(people, 1) if LIAISON in held else people,
        hours=hours or staffing.hours.spans,
        weekdays=weekdays or staffing.hours.weekdays,
    )


def mixed(found: list[PostPlan], rules: Rules) -> Iterator[tuple[str, str]]:
    """Posts that hold roles of different places (in the office and in a handling unit), each with the odd role."""
    for plan in found:
        for role in plan.roles:
            of = rules.book.roles[role].of
            if LEVELS[of] != LEVELS[plan.of] or (of in IN_UNITS) != (plan.of == "handling"):
                yield plan.name, role


def make(rules: Rules, sources: Sources | None, staffing: Staffing, at: datetime) -> Cast:
    """Make the institution and the two above it in the database; ``at`` is when they are said to have been entered.

    ``sources`` are the texts of the rulebook; None for a shipped one. Raises rulebooks.activation.NotUsable,
    rulebooks.store.OtherText.
    """
    # A book that does not ship is proved before the institution works under it; the two above never begin a case.
    known = rules.book.rulebook if sources is None else next(iter(shipped()))
    top = None
    organisations: dict[int, Organisation] = {}
    for level in (2, 1, 0):
        top = organisations[level] = Organisation.objects.create(
            code=CODES[level],
            name=NAMES[level],
            superior=top,
            rulebook=known,
            created_at=at,
        )
    cast = Cast(organisations[0])
    _seat(cast, organisations, plans(rules, staffing), staffing, at)
    if sources is not None:
        activate(organisations[0], (rules, sources), at)
    adopt(at)
    organisations[0].refresh_from_db()
    adoption.adopt(at)
    return cast


def _seat(
    cast: Cast, organisations: Mapping[int, Organisation], found: list[PostPlan], staffing: Staffing, at: datetime
) -> None:
    seats = list(dict.fromkeys((LEVELS[plan.of], plan.seat) for plan in found if plan.of != "handling"))
    units = {
        (level, seat): Unit.objects.create(organisation=organisations[level], code=f"a{number:03}", name=seat)
        for number, (level, seat) in enumerate(seats, 1)
    }
    dealing = [
        Unit.objects.create(organisation=organisations[0], code=f"u{number:03}", name=f"承办单位{number:02}")
        for number in range(1, staffing.units.handling + 1)
    ]
    cast.handling = {unit.id: unit.name for unit in dealing}
    since = staffing.start
    for plan in found:
        for unit in dealing if plan.of == "handling" else [units[LEVELS[plan.of], plan.seat]]:
            cast.seated.append(Seated(plan, unit.id, unit.name, tuple(_people(plan, unit, since, at))))


def _people(plan: PostPlan, unit: Unit, since: date, at: datetime) -> Iterator[Actor]:
    post = Post.objects.create(
        organisation_id=unit.organisation_id,
        unit=unit,
        title=f"{plan.title}（{plan.name}）"[:100],
        roles=list(plan.roles),
    )
    # Work goes only where somebody holds the post. Where none is asked for, somebody does who never comes to work: what waits is seen.
    for number in range(1, max(plan.people, 1) + 1):
        account = Account(
            username=f"{unit.organisation.code}.{unit.code}.{plan.name}.{number:04}"[:100],
            display_name=f"{plan.title}{number:04}"[:100],
            # Nobody signs in here, and hashing a password well takes long on purpose.
            password=UNUSABLE_PASSWORD_PREFIX,
        )
        account.save(force_insert=True)
        appoint(account, post, since)
        actor = actor_for(account, at=at)
        assert actor is not None
        if number <= plan.people:
            yield actor
