"""Whichever unit is accused, nobody is offered a step that is refused since nobody would owe what follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Final

import pytest
from django.db import transaction

from huiyin import door
from huiyin.casework.models import Case
from huiyin.casework.visible import visible_to
from huiyin.door.consequences.handing_over import let_stand_in
from huiyin.door.intake import Intake, first_facts
from huiyin.people.acting import actor_for, petitioner_actor, petitioner_to_be
from huiyin.people.appointments import appoint
from huiyin.people.models import Account, Organisation, Post, Unit
from huiyin.procedure.command import Actor
from huiyin.procedure.guard import forbidden
from huiyin.procedure.refusal import Code
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rules.book.load import Rules, load, shipped
from huiyin.rules.book.steps import begins_case
from huiyin.simulation.acting import NAMED, TEXT
from huiyin.simulation.cast import CODES, OFFICE, Cast, make
from huiyin.simulation.entries import NothingToChoose, SimulatedForm, filled, needed
from huiyin.simulation.staffing import default_staffing
from tests.cast import FIRST_DAY, NOW

HOUR: Final = timedelta(hours=1)
STEPS, CELL_STEPS = 14, 4
BEGINNING: Final = "submit"


class _Walk:
    """One matter that accuses ``accused``, taken on by whatever is offered, what is owed first; each offered step is tried."""

    def __init__(self, rules: Rules, cast: Cast, accused: Unit, seed: int) -> None:
        self.rules, self.cast, self.rng, self.at = rules, cast, Random(seed), NOW
        self.procedure = rules.book.procedures["matter"]
        accounts = Account.objects.filter(is_active=True, holdings__isnull=False).order_by("username").distinct()
        found = (actor_for(account, at=NOW) for account in accounts)
        self.staff = [actor for actor in found if actor is not None]
        bare = Intake(
            organisation=cast.organisation,
            channel="web",
            text=TEXT,
            title="模拟",
            petitioners=(NAMED,),
            accused_units=frozenset({accused.id}),
        )
        fields = self._form(BEGINNING, None, first_facts(rules.book, bare))
        intake = Intake(
            **{name: getattr(bare, name) for name in bare.__slots__ if name != "fields"}, fields=fields or {}
        )
        outcome = door.register_petition(intake, petitioner_to_be(cast.organisation.id), self.at, BEGINNING)
        assert isinstance(outcome, door.Registered), outcome
        self.case, self.petitioner = outcome.case.id, petitioner_actor(outcome.case.petitioner)
        self.stuck: list[tuple[str, str]] = []

    @property
    def state(self) -> State:
        found: State = codec.loads(Case.objects.get(id=self.case).state)
        return found

    def go(self, steps: int) -> None:
        """Take so many steps, as far as any is offered."""
        for _step in range(steps):
            self.at += HOUR
            offered = [
                (actor, name, fields) for actor, name, fields in self._offered() if self._works(actor, name, fields)
            ]
            if not offered:
                return
            owed = {duty.kind for duty in self.state.duties}
            onward = [one for one in offered if owed & {*self.procedure.actions[one[1]].discharges}]
            door.execute(self._wish(*self.rng.choice(onward or offered)))
            let_stand_in(self.at)  # as a worker does

    def _offered(self) -> Iterator[tuple[Actor, str, dict[str, object]]]:
        state, tried = self.state, set[tuple[str, object]]()
        for actor in (*self.staff, self.petitioner):
            if actor.kind == "staff" and not visible_to(actor).filter(id=self.case).exists():
                continue
            for name, action in self.procedure.actions.items():
                if begins_case(action) or forbidden(self.rules, state, name, actor, self.at) is not None:
                    continue
                fields = self._form(name, state, state.facts)
                if fields is not None and (name, actor.unit) not in tried:  # a colleague's would come to the same
                    tried.add((name, actor.unit))
                    yield actor, name, fields

    def _works(self, actor: Actor, name: str, fields: dict[str, object]) -> bool:
        with transaction.atomic():
            outcome = door.execute(self._wish(actor, name, fields))
            transaction.set_rollback(True)
        if isinstance(outcome, door.Refused) and outcome.refusal.code is Code.NO_SEAT:
            self.stuck.append((name, str(sorted(outcome.refusal.needs.get("roles", ())))))
        return isinstance(outcome, door.Accepted)

    def _wish(self, actor: Actor, name: str, fields: dict[str, object]) -> door.ActionRequest:
        return door.ActionRequest(self.case, name, actor, self.at, fields)

    def _form(self, name: str, state: State | None, facts: object) -> dict[str, object] | None:
        action, staffing = self.procedure.actions[name], default_staffing()
        asked = SimulatedForm(
            rules=self.rules,
            action=action,
            needed=needed(action),
            state=state,
            facts=facts,  # type: ignore[arg-type]
            organisation=self.cast.organisation.id,
            at=self.at,
            kind=staffing.kinds["claim"],
            staffing=staffing,
            handling=self.cast.handling,
            cases=lambda: None,
        )
        try:
            return filled(asked, self.rng)
        except NothingToChoose:
            return None


def stuck(rules: Rules, cast: Cast, accused: Unit, seed: int, steps: int) -> list[tuple[str, str]]:
    """The steps that are offered and refused for want of a seat on one walk, of which nothing is kept."""
    with transaction.atomic():
        walk = _Walk(rules, cast, accused, seed)
        walk.go(steps)
        transaction.set_rollback(True)
    return walk.stuck


def institution(name: str, at: datetime = NOW) -> tuple[Rules, Cast]:
    """Everybody whom a book asks for, in units as the staffing has them; the organs above have an office for all of it."""
    rules = load(name)
    cast = make(rules, None, default_staffing(), at)
    roles = [role for role, rule in rules.book.roles.items() if rule.of == "organisation"]
    for organisation in Organisation.objects.filter(code__in=CODES[1:]):
        unit = Unit.objects.create(organisation=organisation, code="z", name="上级综合办公室")
        for n in range(2):
            post = Post.objects.create(organisation=organisation, unit=unit, title=f"综合{n}", roles=roles)
            account = Account.objects.create_user(
                f"{organisation.code}-all-{n}", display_name=f"{organisation.code}综合{n}"
            )
            appoint(account, post, FIRST_DAY)
    return rules, cast


@pytest.mark.django_db
@pytest.mark.any_database
def test_where_the_office_is_accused_no_step_that_is_offered_wants_a_seat() -> None:
    rules, cast = institution("xx-bureau")
    office = Unit.objects.get(organisation=cast.organisation, name=OFFICE)
    assert stuck(rules, cast, office, 1, CELL_STEPS) == []


@pytest.mark.django_db
@pytest.mark.any_database
@pytest.mark.exhaustive
@pytest.mark.parametrize("name", shipped())
def test_whichever_unit_is_accused_no_step_that_is_offered_wants_a_seat(name: str) -> None:
    rules, cast = institution(name)
    units = list(Unit.objects.filter(organisation__code__in=CODES[:2]).order_by("code"))
    dealing = [unit for unit in units if unit.id in cast.handling]
    wrong = {
        unit.name: found for unit in units if unit not in dealing[1:] if (found := stuck(rules, cast, unit, 1, STEPS))
    }
    assert wrong == {}
