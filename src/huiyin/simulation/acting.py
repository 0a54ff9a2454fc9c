"""Acting on a matter through the door: which actions are open, which is chosen, what is written into its form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from huiyin import door
from huiyin.casework.vocabulary import BY_THEMSELVES
from huiyin.door.intake import Intake, first_facts
from huiyin.people.acting import petitioner_actor, petitioner_to_be
from huiyin.people.checks import PetitionerFields
from huiyin.procedure.command import Actor
from huiyin.procedure.guard import forbidden
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rules.book.steps import begins_case
from huiyin.simulation.arrivals import drawn
from huiyin.simulation.entries import NothingToChoose, SimulatedForm, filled
from huiyin.simulation.posts import Matter, Task
from huiyin.simulation.world import World

NAMED = PetitionerFields(name="模拟信访人", phone="13800000000", address="模拟地址1号")
ANONYMOUS = PetitionerFields(kind="anonymous")
TITLE, TEXT = "模拟信访事项", "这是模拟的信访事项，用来试算规程和人手。"
TRIES_FOR_A_CASE = 12


def starting(world: World, channel: str) -> tuple[str, tuple[str, ...]] | None:
    """The action by which a petition of ``channel`` is registered, and the roles that take it (none: the petitioner)."""
    roles = world.rules.book.roles
    alone = with_help = None
    for name, action in world.procedure.actions.items():
        if not begins_case(action) or not action.attaches:
            continue
        staff = tuple(role for role in action.by if roles[role].is_staff)
        if any(roles[role].of == "petitioner" for role in action.by):
            alone = alone or (name, ())
        if staff:
            with_help = with_help or (name, staff)
    return (alone or with_help) if channel in BY_THEMSELVES else (with_help or alone)


def ways(world: World, task: Task, actor: Actor, at: datetime) -> list[str]:
    """The actions by which ``actor`` can do ``task`` at ``at``, as far as the rules say (forms left aside)."""
    if task.of == "register":
        return [task.what]
    state = task.matter.state
    if state is None or (task.assignee is not None and task.assignee != actor.person):
        return []
    names = world.discharging[task.what] if task.of == "duty" else (task.what,)
    return [name for name in names if forbidden(world.rules, state, name, actor, at) is None]


def chosen(world: World, matter: Matter, names: Sequence[str]) -> str:
    """One of ``names``, as often as the staffing says that it is chosen in matters of this kind."""
    if len(names) == 1:
        return names[0]
    own, usual = world.staffing.kinds[matter.arrival.kind].choices, world.staffing.choices
    return drawn({name: own.get(name, usual.get(name, 1.0)) for name in names}, matter.rng)


def register_matter(world: World, matter: Matter, action: str, actor: Actor | None, at: datetime) -> State | None:
    """Hand the petition in, by ``actor`` or (None) by the petitioner alone; None when the door says no, and why in ``trouble``."""
    arrival, organisation = matter.arrival, world.cast.organisation
    people = (ANONYMOUS if arrival.anonymous else NAMED,)
    accused = (matter.rng.choice(list(world.cast.handling.values())),) if arrival.accused else ()
    bare = Intake(
        organisation=organisation,
        channel=arrival.channel,
        text=TEXT,
        title=TITLE,
        petitioners=people,
        headcount=arrival.headcount,
        received_at=arrival.at,
        accused=accused,
    )
    asked = _form(world, matter, action, None, first_facts(world.rules.book, bare), at)
    intake = replace(bare, fields=filled(asked, matter.rng))
    outcome = door.register_petition(intake, actor or petitioner_to_be(organisation.id), at, action)
    world.tally.commands += 1
    if not isinstance(outcome, door.Registered):
        matter.trouble = _code(outcome)
        world.tally.refused[f"{action}: {matter.trouble}"] += 1
        return None
    matter.case, matter.number, matter.registered_at = outcome.case.id, outcome.case.number, at
    matter.petitioner = petitioner_actor(outcome.case.petitioner)
    world.by_case[outcome.case.id] = matter
    state: State = codec.loads(outcome.case.state)
    return state


def take(world: World, matter: Matter, action: str, actor: Actor, at: datetime) -> State | None:
    """Take ``action`` through the door; None when that is not possible, and why in ``trouble``."""
    for prudent in (False, True):
        try:
            fields = filled(_form(world, matter, action, actor, {}, at, prudent), matter.rng)
        except NothingToChoose as missing:
            matter.trouble = missing.wrong
            return None
        assert matter.case is not None
        outcome = door.execute(door.ActionRequest(matter.case, action, actor, at, fields))
        world.tally.commands += 1
        if isinstance(outcome, door.Accepted):
            world.tally.actions[action] += 1
            return outcome.state
        matter.trouble = _code(outcome)
        if matter.trouble not in ("fields", "form"):
            break
    world.tally.refused[f"{action}: {matter.trouble}"] += 1
    return None


def _form(
    world: World,
    matter: Matter,
    action: str,
    actor: Actor | None,
    facts: dict[str, str],
    at: datetime,
    prudent: bool = False,
) -> SimulatedForm:
    rule = world.procedure.actions[action]
    return SimulatedForm(
        rules=world.rules,
        action=rule,
        needed=world.needed[action],
        state=matter.state,
        facts=facts,
        organisation=world.cast.organisation.id,
        at=at,
        kind=world.staffing.kinds[matter.arrival.kind],
        staffing=world.staffing,
        handling=world.cast.handling,
        cases=lambda: _other_case(world, matter, rule.relay.action if rule.relay else None, actor, at),
        prudent=prudent,
    )


def _other_case(world: World, matter: Matter, relay: str | None, actor: Actor | None, at: datetime) -> str | None:
    """The number of another matter that came before, on which ``relay`` may be taken when there is one."""
    for _ in range(TRIES_FOR_A_CASE):
        other = world.matters[matter.rng.randrange(len(world.matters))]
        if other is matter or other.state is None or other.arrival.accused:
            continue
        if relay is None or (actor and forbidden(world.rules, other.state, relay, actor, at) is None):
            return other.number
    return None


def _code(outcome: door.Rejected | door.Refused | object) -> str:
    if isinstance(outcome, door.Rejected):
        return "form"
    return str(outcome.refusal.code) if isinstance(outcome, door.Refused) else "unknown"
