"""May this actor take this action on this case now? The conditions of the rulebook, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import product
from typing import Final

from huiyin.procedure.command import Actor, Command, PersonId, UnitId
from huiyin.procedure.documents.correction import as_taken_now, awaited
from huiyin.procedure.due import window
from huiyin.procedure.refusal import Code, Refusal
from huiyin.procedure.settling import is_own, releasable
from huiyin.procedure.state import State
from huiyin.rules.book.conditions import Condition
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import (
    CLEARING_PROPOSED,
    CUSTODIAN,
    IDENTIFY_LINE,
    PROPOSE_CLEARING,
    Action,
    Procedure,
    Role,
    Rulebook,
)
from huiyin.rules.book.steps import (
    ABOVE,
    OUTSIDE,
    applies,
    decided_over,
    is_in_person,
    stages_from,
    too_late_for,
    unmet,
    where_taken,
)

ALONE: Final = f"{CUSTODIAN}/{CUSTODIAN}"
"""The relation to a case of a custodian's unit where nobody else is there to confirm what they propose."""


def forbidden(rules: Rules, state: State, name: str, actor: Actor, at: datetime) -> Refusal | None:
    """Why ``actor`` may not take action ``name`` on the case at ``at`` (aware, any zone); None when they may.

    Looks at everything but the form's fields: not yet at the day on which what somebody enters for a petitioner was posted.
    """
    procedure = rules.book.procedures[state.procedure]
    rule = procedure.actions.get(name)
    if rule is None:
        return Refusal(Code.UNKNOWN_ACTION, name)
    rule = as_taken_now(procedure, state, rule, actor.kind)
    return (
        _stage(procedure, rule, name, state, actor)
        or _person(rules, rule, name, state, actor)
        or _condition(rule.when, name, rule.clause, state.facts)
        or _earlier_entries(rule, name, state)
        or _duty(rules, procedure, rule, name, state, actor)
        or _window(rules, procedure, rule, name, state, actor, at)
        or _documents(procedure, rule, name, state)
        or _in_person(procedure, rule, name, actor)
    )


def acts_as(book: Rulebook, name: str, state: State, actor: Actor, rule: Action) -> bool:
    """Whether ``actor`` holds role ``name`` in the relation to the case that the role asks for, to take the action ``rule``."""
    role = book.roles[name]
    if not role.is_staff:
        return actor.kind == role.of
    if actor.kind != "staff":
        return False
    if name not in actor.roles or (name == CUSTODIAN and rule.on_paper):
        return _stands_in(book, name, state, actor, rule)
    if role.of in ("handling", "co_handling"):
        return any(seat.unit == actor.unit for seat in state.units.get(role.of, ()))
    joined = state.units.get(name, ())
    if any(seat.unit == actor.unit for seat in joined):
        return True
    if role.of == "organisation":
        return actor.organisation == state.organisation or _given_to(actor, state, (name,), name)
    return any(seat.organisation == actor.organisation for seat in joined)


def _stands_in(book: Rulebook, name: str, state: State, actor: Actor, rule: Action) -> bool:
    """Whether the actor's unit was given the role's duty because no unit in that role is known here, or it is accused.

    For a higher organ it only hands over and records, whatever a book says or leaves out: nobody decides on what they themselves
    are asked to answer for (Regulation Art. 35, 36).
    """
    role = book.roles[name]
    if name == CUSTODIAN and rule.on_paper:
        return asks_outside(role, state, actor)
    if name == CUSTODIAN and _confirms(role, state, actor):
        return True
    if rule.on_paper and any(
        seat.unit == actor.unit for held in actor.roles for seat in state.units.get(f"{held}/{name}", ())
    ):
        return True
    if role.of in ABOVE and where_taken(role, rule) != OUTSIDE and rule.entered is None:
        return False  # to take down what the petitioner said is not to decide
    return _given_to(actor, state, deputies(book, name), name)


def _given_to(actor: Actor, state: State, others: Iterable[str], name: str) -> bool:
    """Whether the actor's unit was given what ``name`` owes, as one of the roles ``others`` that they hold."""
    held = [other for other in others if other in actor.roles]
    return any(seat.unit == actor.unit for other in held for seat in state.units.get(f"{other}/{name}", ()))


def deputies(book: Rulebook, name: str) -> tuple[str, ...]:
    """The roles that act in place of ``name``, one after the other: its stand-in or substitute, that one's, and so on."""
    found: list[str] = []
    following = book.roles[name].deputy
    while following is not None and following not in (name, *found):
        found.append(following)
        following = book.roles[following].deputy
    return tuple(found)


def places(book: Rulebook, name: str) -> Iterator[tuple[int, str, str]]:
    """Where the work of ``name`` is done, the first first: how many organisations above this one, in which role, in which relation to the case.

    By the role itself, its substitute, that one's, and so on; where the role is one of the organisation, then likewise in the next higher
    organisation and the one above. What a higher organ owes is not done for it (Regulation Art. 35, 36).
    """
    levels = range(3 if book.roles[name].of == "organisation" else 1)
    for level, role in product(levels, (name, *deputies(book, name))):
        yield level, role, name if (level, role) == (0, name) else f"{role}/{name}"


def asks_outside(custodian: Role, state: State, actor: Actor) -> bool:
    """Whether the actor has a case in custody because nobody else may: an organ outside finds out, and they take down what it found.

    That holds for a custodian as well who has proposed that nobody is accused where nobody else is there to confirm it.
    """
    if actor.person == proposer(state) and any(seat.unit == actor.unit for seat in state.units.get(ALONE, ())):
        return True
    if actor.roles & {CUSTODIAN, custodian.stand_in} or _confirms(custodian, state, actor):
        return False
    return any(seat.unit == actor.unit for role in actor.roles for seat in state.units.get(f"{role}/{CUSTODIAN}", ()))


def _confirms(custodian: Role, state: State, actor: Actor) -> bool:
    """Whether the actor was given a case to confirm that it accuses nobody."""
    relation = f"{custodian.confirmed_by}/{CUSTODIAN}"
    given = any(seat.unit == actor.unit for seat in state.units.get(relation, ()))
    return given and custodian.confirmed_by in actor.roles and proposer(state) is not None


def proposer(state: State) -> PersonId | None:
    """Who last proposed, since anybody was accused or found to be, that nobody is; another person confirms it."""
    if CLEARING_PROPOSED not in state.moments:
        return None
    return next(reversed(state.takers.get(PROPOSE_CLEARING, ())), None)


def standing_in(role: Role, name: str) -> str:
    """The relation to the case of a unit that acts in place of ``role``, called ``name``: registrar/reviewer."""
    return f"{role.deputy}/{name}"


def knows_accused(state: State | None, actor: Actor) -> bool:
    """Whether ``actor`` may know whom the case accuses (None: one that is only to begin): who has accusations in custody, or this one."""
    if actor.kind != "staff" or CUSTODIAN in actor.roles:
        return True
    given = (state.units.get(f"{role}/{CUSTODIAN}", ()) for role in actor.roles) if state is not None else ()
    return any(seat.unit == actor.unit for seats in given for seat in seats)


def hides_accused(state: State | None, actor: Actor) -> bool:
    """Whether the case accuses somebody and ``actor`` may not know whom: where units or people were listed to them to be chosen, a name on the
    list or a gap in it would tell (Regulation Art. 30(3)).
    """
    accuses = state is not None and bool(state.accused_units or state.accused_people or state.unresolved)
    return accuses and not knows_accused(state, actor)


def role_of(rules: Rules, rule: Action, state: State, actor: Actor) -> str | None:
    """The first role among the action's in which ``actor`` may take it."""
    return next((name for name in rule.by if acts_as(rules.book, name, state, actor, rule)), None)


def first_facts(book: Rulebook, command: Command) -> dict[str, str]:
    """The facts with which a case begins: what its registration says where the rulebook lets it, else the initial values."""
    facts = {}
    for name, fact in book.facts.items():
        value = command.facts.get(name, fact.initial)
        facts[name] = value if fact.from_registration and value in fact.values else fact.initial
    return facts


def enters(rule: Action, actor: Actor) -> bool:
    """Whether ``actor`` takes ``rule`` for a petitioner who did it on paper."""
    return rule.entered is not None and actor.kind == "staff"


def _stage(procedure: Procedure, rule: Action, name: str, state: State, actor: Actor) -> Refusal | None:
    if applies(procedure, rule, state.stage) and not _asks_in_vain(procedure, rule, state.stage):
        return None
    if enters(rule, actor) and state.stage in too_late_for(procedure, rule) and not _taken(procedure, rule, state):
        return None
    stages = tuple(one for one in stages_from(procedure, rule) if not _asks_in_vain(procedure, rule, one))
    needs = {"stages": stages, "stage": (state.stage,)}
    return Refusal(Code.WRONG_STAGE, name, rule.clause, needs)


def _asks_in_vain(procedure: Procedure, rule: Action, stage: str) -> bool:
    """Whether ``rule`` only asks for a step in a petitioner's name that another person confirms, and which is none in ``stage``."""
    asked = {opening.duty for opening in rule.opens}
    if not asked:
        return False
    confirmed = [one for one in procedure.actions.values() if one.entered is not None and one.entered.is_confirmed]
    following = [one for one in confirmed if one.entered is not None and one.entered.while_open in asked]
    return bool(following) and not any(applies(procedure, one, stage) for one in following)


def _taken(procedure: Procedure, rule: Action, state: State) -> bool:
    """Whether ``rule`` was taken already since its window opened: by the moments that it records."""
    opened = state.moments.get(procedure.limits[str(rule.until)].start)
    taken = [state.moments[moment] for moment in rule.marks if moment in state.moments]
    return opened is None or any(moment >= opened for moment in taken)


def _person(rules: Rules, rule: Action, name: str, state: State, actor: Actor) -> Refusal | None:
    if actor.person in state.accused_people or actor.within & state.accused_units:
        return Refusal(Code.ACCUSED, name, rule.clause)
    if state.unresolved and actor.kind == "staff" and rule.by != (CUSTODIAN,):
        return Refusal(Code.UNIDENTIFIED, name, rule.clause)
    if role_of(rules, rule, state, actor) is None:
        holds = actor.kind == "staff" and any(role in actor.roles for role in rule.by)
        return Refusal(
            Code.WRONG_UNIT if holds else Code.WRONG_ROLE,
            name,
            rule.clause,
            {"roles": rules.book.procedures[state.procedure].actions[name].takers},
        )
    if actor.kind == "staff" and actor.person in state.recused:
        return Refusal(Code.RECUSED, name, rule.clause)
    barred = dict.fromkeys(
        (*rule.not_by, *_handling(rules, rule, state))
    )  # whoever did it once, though others did it after
    took = tuple(other for other in barred if actor.person in state.takers.get(other, ()))
    if name == PROPOSE_CLEARING and actor.person == proposer(state):
        took = (name,)
    if took:
        return Refusal(Code.SAME_PERSON, name, rule.clause, {"actions": took})
    judged = units_decided_over(rules, state, rule)
    return Refusal(Code.OWN_UNIT, name, rule.clause) if actor.serving & judged else None


def units_decided_over(rules: Rules, state: State, rule: Action) -> frozenset[UnitId]:
    """The units over which ``rule`` decides, in this case."""
    relations = decided_over(rules.book, rules.book.procedures[state.procedure], rule)
    return frozenset(seat.unit for relation in relations for seat in state.units.get(relation, ()))


def settling(rules: Rules, procedure: str, kind: str) -> tuple[Action, ...]:
    """The actions by which a duty of a ``kind`` is done."""
    return tuple(one for one in rules.book.procedures[procedure].discharging.get(kind, ()) if not one.on_paper)


def judged_by(rules: Rules, state: State, kind: str) -> frozenset[UnitId]:
    """The units over which somebody decides who does what is owed of a ``kind``, however they do it; none where one way decides over none."""
    ways = [units_decided_over(rules, state, one) for one in settling(rules, state.procedure, kind)]
    return frozenset.intersection(*ways) if ways else frozenset()


def _handling(rules: Rules, rule: Action, state: State) -> tuple[str, ...]:
    """What only those do who handle the case, where ``rule`` is a higher organ's, or records what that decided: they do neither."""
    roles = rules.book.roles
    recorded = rule.on_paper or any(where_taken(roles[name], rule) == OUTSIDE for name in rule.by)
    if not recorded and not all(roles[name].of in ABOVE for name in rule.by):
        return ()
    actions = rules.book.procedures[state.procedure].actions
    return tuple(
        name
        for name in state.takers
        if name in actions and all(roles[role].of in ("handling", "co_handling") for role in actions[name].by)
    )


def _condition(condition: Condition, name: str, clause: tuple[str, ...], facts: Mapping[str, str]) -> Refusal | None:
    failed = unmet(condition, facts)
    return Refusal(Code.CONDITION, name, clause, {"facts": failed}) if failed else None


def _earlier_entries(rule: Action, name: str, state: State) -> Refusal | None:
    """What an earlier form must have said, as it was last said."""
    unsaid = tuple(field for field, asked in rule.said.items() if not asked.holds(str(state.values.get(field, ""))))
    return Refusal(Code.NOT_SAID, name, rule.clause, {"fields": unsaid}) if unsaid else None


def _duty(rules: Rules, procedure: Procedure, rule: Action, name: str, state: State, actor: Actor) -> Refusal | None:
    own = all(rules.book.roles[role].of == "co_handling" for role in rule.by)  # each such unit settles its own alone
    own |= rule.while_open is not None and bool(procedure.duties[rule.while_open].else_of)
    open_now = state.open_duties(rule.while_open or "")
    awaited = [duty for duty in open_now if not own or is_own(rules.book, state.procedure, duty, actor)]
    if rule.while_open is not None and not awaited:
        return Refusal(
            Code.DUTY_NOT_OPEN, name, procedure.duties[rule.while_open].clause, {"duties": (rule.while_open,)}
        )
    if rule.releases and not releasable(rule, state):
        kinds = rule.withdraws
        return Refusal(Code.DUTY_NOT_OPEN, name, procedure.duties[kinds[0]].clause, {"duties": kinds})
    if name == IDENTIFY_LINE and not (
        state.suspects or any(id.hex not in state.followed_units for id in state.unresolved)
    ):
        return Refusal(Code.DUTY_NOT_OPEN, name, rule.clause, {"duties": rule.discharges})  # no line is left
    if name == PROPOSE_CLEARING and proposer(state) is not None:  # now it is confirmed, or somebody is named
        return Refusal(Code.DUTY_FIRST, name, rule.clause, {"duties": rule.withdraws})
    if name == PROPOSE_CLEARING and not (state.unresolved or state.accused_units or state.accused_people):
        return Refusal(Code.DUTY_NOT_OPEN, name, rule.clause, {"duties": rule.withdraws})
    first = tuple(kind for kind in rule.unless_open if state.open_duties(kind))
    return Refusal(Code.DUTY_FIRST, name, procedure.duties[first[0]].clause, {"duties": first}) if first else None


def _window(
    rules: Rules, procedure: Procedure, rule: Action, name: str, state: State, actor: Actor, at: datetime
) -> Refusal | None:
    if rule.until is not None:
        due = window(rules, procedure.limits[rule.until], rule.until, state, at)
        if due is None or (at > due.due_at and not enters(rule, actor)):
            moment = (due.due_at.isoformat(),) if due else ()
            return Refusal(Code.WINDOW_CLOSED, name, procedure.limits[rule.until].clause, {"until": moment})
    if rule.after is not None:
        due = window(rules, procedure.limits[rule.after], rule.after, state, at)
        if due is None or at <= due.due_at:
            moment = (due.due_at.isoformat(),) if due else ()
            return Refusal(Code.TOO_EARLY, name, procedure.limits[rule.after].clause, {"after": moment})
        if kinds := awaited(procedure, state):  # what has run out runs anew once that is served
            return Refusal(Code.CORRECTION_FIRST, name, procedure.limits[rule.after].clause, {"notices": kinds})
    return None


def _in_person(procedure: Procedure, rule: Action, name: str, actor: Actor) -> Refusal | None:
    """What a petitioner does not do with a code that staff had in their hands. Asked last: all else would let them."""
    if not actor.code_was_seen or not is_in_person(procedure, rule):
        return None
    instead = rule.entered.not_by if rule.entered is not None and rule.entered.is_confirmed else ()
    return Refusal(Code.CODE_SEEN, name, rule.clause, {"actions": instead})


def _documents(procedure: Procedure, rule: Action, name: str, state: State) -> Refusal | None:
    """A document that is void is neither approved nor issued, and one that was drafted is issued only once it was approved.

    One that nobody drafted, as on cases from before documents were, is in nobody's way: it is worded when it is issued.
    """
    if not state.papers:
        return None
    drafted = {drafting.notice for drafting in rule.drafts}
    issued = [kind for kind in rule.notice if not unmet(procedure.notices[kind].when, state.facts)]
    status = {kind: state.papers[kind].status for kind in (*rule.approves, *issued) if kind in state.papers}
    voided = tuple(kind for kind, now in status.items() if now == "voided" and kind not in drafted)
    if voided:
        return Refusal(Code.DOCUMENT_VOIDED, name, rule.clause, {"notices": voided})
    early = tuple(kind for kind in issued if status.get(kind) in ("drafted", "returned"))
    return Refusal(Code.DOCUMENT_NOT_APPROVED, name, rule.clause, {"notices": early}) if early else None
