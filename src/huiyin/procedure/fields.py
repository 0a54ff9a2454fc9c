"""Whether what a form holds is what the rulebook asks for."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from huiyin.procedure.command import Actor, Command, PersonId, ids_in
from huiyin.procedure.guard import acts_as, first_facts, knows_accused, proposer
from huiyin.procedure.refusal import FieldProblem, ProblemCode
from huiyin.procedure.settling import releasable, released
from huiyin.procedure.state import State
from huiyin.rules.book.fields import type_of
from huiyin.rules.book.fields.base import Around
from huiyin.rules.book.schema import IDENTIFY_LINE, LINE_NO, PROPOSE_CLEARING, Action, FieldRule, Rulebook
from huiyin.rules.book.steps import is_asked, is_met, is_offered


def problems(
    book: Rulebook, action: Action, state: State | None, command: Command, today: date
) -> tuple[FieldProblem, ...]:
    """Everything that is wrong with the command's fields, in the form's order.

    ``today`` is the date of the command in the rulebook's zone.
    """
    uses = action.required
    unknown = [FieldProblem(name, ProblemCode.UNKNOWN) for name in command.fields if name not in uses]
    found: list[FieldProblem] = []
    facts = state.facts if state else first_facts(book, command)
    around = _around(state, command, today)
    for name, needed in uses.items():
        asked = is_asked(action, name, command.fields, facts)
        rule = book.fields[name]
        found += _of_field(rule, name, needed if asked is None else asked, command, around)
        found += _not_on_this_case(rule, name, command, facts, state.moments if state else ())
        if asked is False and not type_of(rule).is_empty(command.fields.get(name)):
            found.append(_not_asked(action, name, command, facts))
    wrong = (
        *_wrong_handler(action, state, command),
        *_recused_by_others(book, action, state, command),
        *_not_released(action, state, command),
        *_cleared_alone(book, action, state, command),
        *_of_line(book, action, state, command),
    )
    every = (*found, *wrong, *_differing(action, state, command), *unknown)
    if _tells_accused(around, state, command.actor):
        return every
    cannot = [one for one in _who_cannot(book, action, command) if one.field not in {each.field for each in every}]
    return told_last(tuple(map(_untold, (*every, *cannot))))


def told_last(found: Sequence[FieldProblem]) -> tuple[FieldProblem, ...]:
    """``found`` without names that may not be taken, unless nothing else is wrong: a form that could never be carried out would be a free way to
    ask of one name after the other.
    """
    return tuple(one for one in found if one.problem is not ProblemCode.UNAVAILABLE) or tuple(found)


_ONE_ANSWER: Final = frozenset((ProblemCode.ACCUSED, ProblemCode.RECUSED, ProblemCode.NOBODY_HOLDS))


def _tells_accused(around: Around, state: State | None, actor: Actor) -> bool:
    """Whether what is wrong with a name may be said: it would tell nobody whom the case accuses, or only who may know."""
    accuses = around.accused_units or around.accused_people or (state is not None and state.unresolved)
    return not accuses or knows_accused(state, actor)


def _untold(problem: FieldProblem) -> FieldProblem:
    """One answer for whoever is accused, has withdrawn, or does not do such work (Regulation Art. 30(3))."""
    return replace(problem, problem=ProblemCode.UNAVAILABLE, params={}) if problem.problem in _ONE_ANSWER else problem


def _who_cannot(book: Rulebook, action: Action, command: Command) -> Iterator[FieldProblem]:
    """Whoever is named and holds no post by which they would do it: refused alone, the accused would be told from everybody else."""
    for name in action.required:
        rule, value = book.fields[name], command.fields.get(name)
        if value is None or command.posts is None or not rule.holds or rule.accuses or type_of(rule).names != "person":
            continue
        held = [roles for id in ids_in(value) for roles in command.posts.get(PersonId(id), {}).values()]
        if all(roles.isdisjoint(rule.holds) for roles in held):
            yield FieldProblem(name, ProblemCode.NOBODY_HOLDS)


def _not_asked(action: Action, name: str, command: Command, facts: Mapping[str, str]) -> FieldProblem:
    """A field that was filled in although the form asks for it otherwise only; with the other field and what that would have to say."""
    conditions = action.asked_if[name].items()
    other, values = next(one for one in conditions if not is_met(*one, command.fields, facts))
    params = {"field": other, "values": " ".join(values)} if other in action.required else {}
    return FieldProblem(name, ProblemCode.NOT_ASKED, params)


def _around(state: State | None, command: Command, today: date) -> Around:
    units, people = command.shut_out
    if state is not None:
        units, people = units | state.accused_units, people | state.accused_people
    return Around(
        today, command.units, command.people, units, people, command.held, command.former, command.actor.within
    )


def _of_field(rule: FieldRule, name: str, needed: bool, command: Command, around: Around) -> Iterator[FieldProblem]:
    value, kind = command.fields.get(name), type_of(rule)
    if rule.accuses:  # whoever is accused is just whom it is to name
        around = replace(around, accused_units=frozenset(), accused_people=frozenset())
    elif rule.holds and kind.names == "unit":
        around = replace(around, accused_units=around.accused_units | command.suspected_units)
    if value is None or kind.is_empty(value):
        if needed:
            yield FieldProblem(name, ProblemCode.MISSING)
        return
    for problem, params in kind.wrong(rule, value, around):
        yield FieldProblem(name, problem, params)


def _not_on_this_case(
    rule: FieldRule, name: str, command: Command, facts: Mapping[str, str], moments: Container[str]
) -> Iterator[FieldProblem]:
    """A choice that the rulebook knows and that is not open on such a case."""
    value = command.fields.get(name)
    chosen = value if isinstance(value, tuple) else (value,)
    if any(one in rule.of and not is_offered(rule.of[one], facts, moments) for one in chosen if isinstance(one, str)):
        yield FieldProblem(name, ProblemCode.NOT_OFFERED)


def _wrong_handler(action: Action, state: State | None, command: Command) -> Iterator[FieldProblem]:
    """Whoever is to handle the case belongs to the unit that does and has not been recused."""
    name = action.assignee.removeprefix("$")
    person = command.fields.get(name) if name else None
    if not isinstance(person, UUID) or state is None or PersonId(person) not in command.people:
        return
    source = action.units.get("handling", "").removeprefix("$")
    unit = command.fields.get(source) if source else (state.handling.unit if state.handling else None)
    withdrawing = command.fields.get(action.recuses.removeprefix("$")) if action.recuses else None
    if person in state.recused or person == withdrawing:
        yield FieldProblem(name, ProblemCode.RECUSED)
    elif isinstance(unit, UUID) and unit not in command.people[PersonId(person)]:
        yield FieldProblem(name, ProblemCode.NOT_IN_UNIT)


def _recused_by_others(book: Rulebook, action: Action, state: State | None, command: Command) -> Iterator[FieldProblem]:
    """Whoever has an interest withdraws; of another only who has to name the substitute decides it (Regulation Art. 28(3)).

    Otherwise whoever has a part in a case could take everybody else off it.
    """
    name = action.recuses.removeprefix("$")
    person = command.fields.get(name) if name else None
    if state is None or person is None or person == command.actor.person:
        return
    if not may_recuse_others(book, action, state, command.actor):
        yield FieldProblem(name, ProblemCode.NOT_ONESELF)


def may_recuse_others(book: Rulebook, action: Action, state: State, actor: Actor) -> bool:
    """Whether ``actor`` may take others than themselves off a case by the action: who has to name the substitute may."""
    procedure = book.procedures[state.procedure]
    duties = (*(opening.duty for opening in action.opens), *action.discharges)
    deciding = {procedure.duties[duty].of for duty in duties} & {*action.by}
    return any(acts_as(book, role, state, actor, action) for role in deciding)


def _not_released(action: Action, state: State | None, command: Command) -> Iterator[FieldProblem]:
    """Only a unit that co-handles the case and has not reported yet is released."""
    if state and not released(action, command) <= releasable(action, state):
        yield FieldProblem(action.releases.removeprefix("$"), ProblemCode.NOT_OFFERED)


def _cleared_alone(book: Rulebook, action: Action, state: State | None, command: Command) -> Iterator[FieldProblem]:
    """That nobody is accused, or nobody by a line in which nobody was found, one person says and another confirms; and so that somebody is
    not, whoever is named in their stead.
    """
    if state is None or not action.identifies or action.on_paper:
        return
    if PROPOSE_CLEARING not in book.procedures[state.procedure].actions:
        return  # a book kept from before
    units, people = command.shut_out
    accused = bool(state.accused_units or state.accused_people or state.unresolved)
    clears = accused and not units and not people
    clears |= command.unmatched and units <= state.accused_units and people <= state.accused_people
    clears |= _drops(command)
    if clears and (proposer(state) is None or not _may_confirm(action, state, command)):
        yield FieldProblem(next(name for name in action.required if book.fields[name].accuses), ProblemCode.ALONE)


def _drops(command: Command) -> bool:
    """Whether somebody goes free by the form: who was found to be meant or named for certain, or all who might be meant by an open line."""
    units, people = command.shut_out
    decided_units, decided_people = command.decided
    if not (decided_units <= units and decided_people <= people):
        return True
    guessed = [one for one in command.lines if one.units or one.people]
    return any(units.isdisjoint(one.units) and people.isdisjoint(one.people) for one in guessed)


def _of_line(book: Rulebook, action: Action, state: State | None, command: Command) -> Iterator[FieldProblem]:
    """Of a line that is open somebody says whom it means. That it means nobody, or none of those who might be meant by it, another person has
    proposed; and so, of a line in which nobody was found, that it means only who is accused already.
    """
    if state is None or command.action != IDENTIFY_LINE:
        return
    line = next((one for one in command.lines if one.number == command.fields.get(LINE_NO)), None)
    if line is None:
        yield FieldProblem(LINE_NO, ProblemCode.NOT_OFFERED)
    units, people = command.shut_out
    clears = not units and not people
    if line is not None and (line.units or line.people):
        clears |= units.isdisjoint(line.units) and people.isdisjoint(line.people)
    elif line is not None:
        clears |= units <= state.accused_units and people <= state.accused_people
    if clears and (proposer(state) is None or not _may_confirm(action, state, command)):
        yield FieldProblem(next(name for name in action.required if book.fields[name].accuses), ProblemCode.ALONE)


def _may_confirm(action: Action, state: State, command: Command) -> bool:
    """Whether the actor is one with whom it lies to confirm, and has proposed none of what is to be confirmed."""
    actor = command.actor
    if actor.person in {proposer(state), *command.proposers}:
        return False
    owed = [duty for kind in action.discharges for duty in state.open_duties(kind)]
    return any(duty.seat and duty.seat.unit == actor.unit and duty.role in actor.roles for duty in owed)


def _differing(action: Action, state: State | None, command: Command) -> Iterator[FieldProblem]:
    for name, earlier in action.same_as.items():
        kept = state.values.get(earlier) if state else None
        if kept is not None and name in command.fields and command.fields[name] != kept:
            yield FieldProblem(name, ProblemCode.DIFFERS, {"field": earlier})
