"""Every action of every shipped procedure, in every stage, by every role: allowed exactly where the book says."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import pytest

from huiyin.procedure import Actor, Code, Refusal, State, decide, evolve, forbidden, replay
from huiyin.procedure.command import PersonId, Value
from huiyin.procedure.due import limit_due, local_date
from huiyin.procedure.fields import may_recuse_others
from huiyin.rules.book.load import Rules, load, shipped
from huiyin.rules.book.schema import CUSTODIAN, FINISH_CORRECTION, PROPOSE_CLEARING, Action, Procedure
from huiyin.rules.book.steps import OUTSIDE, applies, as_taken, too_late_for, where_taken
from huiyin.rules.prover.live_facts import live_facts
from huiyin.rules.prover.walks import walk_all
from tests.books import PROCEDURES
from tests.procedure.cast import ACTORS, DAY, Story, command, named

ENOUGH = 1
"""In how many situations of a stage each fact of each kind of matter, each open duty and each number of open duties is to be met."""
AT_LEAST = {"national-2022": 8, "xx-bureau": 8}
"""How many situations of a stage are to be met in any case; one in the books that share most of theirs with these."""
WAITS = (0, 35, 1_200)
"""Days after which an action is tried that waits for a limit to run out: a month for the petitioner, years for a filed letter."""
REGISTRATIONS: tuple[Mapping[str, str], ...] = (
    {"channel": "letter"},
    {"channel": "visit", "group": "yes"},
    {"channel": "referral", "source": "referred"},
    {"channel": "letter", "name_clear": "no"},
)


@dataclass(frozen=True)
class Met:
    """A situation that the engine really reached, and the case's history up to it."""

    story: Story
    state: State


@lru_cache(maxsize=8)
def met(name: str, procedure: str) -> tuple[Met, ...]:
    """Situations of a procedure that differ in stage, facts or open duties, found by acting: at least one in each stage."""
    rules = load(name)
    found: dict[object, Met] = {}
    queue: deque[Met] = deque()
    seen: Counter[object] = Counter()
    done: set[object] = set()

    def note(story: Story, all_done: bool = False) -> None:
        state = story.state
        assert state is not None
        kinds = frozenset(duty.kind for duty in state.duties)
        key = (state.stage, tuple(sorted(state.facts.items())), kinds)
        which = (state.facts.get("kind"), state.facts.get("klass"))
        of_kind = [(which, trait) for trait in (*state.facts.items(), len(kinds))]
        traits = {(state.stage, trait) for trait in (*of_kind, *kinds)}
        new = seen[state.stage] < AT_LEAST.get(name, 1) or any(seen[trait] < ENOUGH for trait in traits)
        if key not in found and (new or all_done):
            seen.update([*traits, state.stage])
            found[key] = Met(story, state)
            queue.append(found[key])

    for story in _begun(rules, procedure):
        note(story)
    while queue:
        at = queue.popleft()
        for story in _next(rules, procedure, at.story):
            note(story)
        facts = {(at.state.stage, at.state.facts.get("kind"), fact) for fact in at.state.facts.items()}
        if not facts <= done:
            done |= facts
            note(_all_done(rules, procedure, at.story), all_done=True)
    return tuple(found.values())


def _begun(rules: Rules, procedure: str) -> Iterator[Story]:
    for action, rule in rules.book.procedures[procedure].actions.items():
        if "start" in rule.from_stages:
            for facts in REGISTRATIONS:
                fields = (
                    {"source_organ": "市局"}
                    if facts.get("source") and rule.required.get("source_organ") is False
                    else {}
                )
                yield Story(rules, procedure).begin(action, rule.by[0], facts, **fields)


def _next(rules: Rules, procedure: str, story: Story) -> Iterator[Story]:
    state = story.state
    assert state is not None
    for action, rule in rules.book.procedures[procedure].actions.items():
        for after in WAITS if rule.after else (0,):
            at = story.at + after * DAY
            for actor in (ACTORS[role] for role in _takers(rule)):
                if forbidden(rules, state, action, actor, at) is None:
                    later = replace(story, at=at, history=list(story.history))
                    for choice in _choices(rules, rule):
                        said = (
                            choice
                            | _posted(rules, procedure, action, actor, state, at)
                            | _withdrawing(rules, rule, actor, state)
                        )
                        yield replace(later, history=list(later.history)).do(action, actor, **said)
                    break


def _all_done(rules: Rules, procedure: str, story: Story) -> Story:
    """What is owed in this stage done one after the other: some steps ask for several of these together."""
    while True:
        at = story.state
        after = (
            later for later in _next(rules, procedure, story) if at and later.state and later.state.stage == at.stage
        )
        fewer = next(
            (later for later in after if at and later.state and len(later.state.duties) < len(at.duties)), None
        )
        if fewer is None:
            return story
        story = fewer


def _takers(rule: Action) -> Sequence[str]:
    """Who takes it; of another than oneself the head alone says that they withdraw."""
    return sorted(rule.takers, key=lambda role: role != "unit_head") if rule.recuses else rule.takers


def _withdrawing(rules: Rules, rule: Action, actor: Actor, state: State) -> dict[str, Value]:
    """Oneself, where one may not say of another that they withdraw."""
    if not rule.recuses.startswith("$") or actor.person is None or may_recuse_others(rules.book, rule, state, actor):
        return {}
    return {rule.recuses.removeprefix("$"): actor.person}


def _posted(rules: Rules, procedure: str, action: str, actor: Actor, state: State, at: datetime) -> dict[str, Value]:
    """Posted on the last day, where the action is entered for the petitioner and its window is over."""
    within = rules.book.procedures[procedure]
    rule = within.actions[action]
    if rule.entered is None or rule.until is None or actor.kind != "staff":
        return {}
    due = limit_due(rules, within.limits[rule.until], rule.until, state, at)
    return {rule.entered.day: min(due.due_on, local_date(rules, at))} if due else {}


def _choices(rules: Rules, rule: Action) -> list[dict[str, Value]]:
    """The forms that lead to different facts."""
    for fact, source in rule.sets.items():
        if source.startswith("$") and rule.required.get(source[1:]):
            return [
                {source[1:]: value}
                for value in rules.book.fields[source[1:]].of
                if value in rules.book.facts[fact].values
            ]
    return [{}]


@pytest.mark.parametrize(("name", "procedure"), PROCEDURES)
def test_every_stage_is_met_by_acting(name: str, procedure: str) -> None:
    reached = {at.state.stage for at in met(name, procedure)}
    assert reached == set(load(name).book.procedures[procedure].stages)


@pytest.mark.parametrize(("name", "procedure"), PROCEDURES)
def test_an_action_is_allowed_exactly_where_the_book_says(name: str, procedure: str) -> None:
    rules = load(name)
    rule = rules.book.procedures[procedure]
    allowed: set[tuple[str, str]] = set()
    for at in met(name, procedure):
        for action in rule.actions:
            for role, actor in ACTORS.items():
                refusal = forbidden(rules, at.state, action, actor, at.story.at)
                assert (refusal is None) == _says(rules, rule, action, role, at), (
                    action,
                    at.state.stage,
                    role,
                    refusal,
                )
                if refusal is None:
                    allowed.add((action, role))
    # Nothing in the book is a dead letter: whoever a book lets act can act somewhere.
    possible = {
        (action, role)
        for action, act in rule.actions.items()
        for role in act.by
        if "start" not in act.from_stages
        and where_taken(rules.book.roles[role], act) != OUTSIDE
        and not _is_asked_outside(act, role)
    }
    elsewhere = {
        (action, role)
        for action, act in rule.actions.items()
        for kind in act.discharges
        for role in rule.duties[kind].else_of  # whoever owes it only where nobody in the unit handles matters
    }
    others = _served_otherwise(rule) | _of_another(rule)
    assert possible - allowed <= _only_later(rule) | elsewhere | _of_custody(rule) | others


def _served_otherwise(rule: Procedure) -> set[tuple[str, str]]:
    """Serving with what the petitioner has said before, and by a second person of the same role: tests/procedure/test_serving.py takes
    these, while the situations here differ by facts and duties alone.
    """
    return {
        (name, role)
        for name, action in rule.actions.items()
        for role in action.by
        if action.said or (action.not_by and any(rule.notices[notice].served for notice in action.notice))
    }


def _of_another(rule: Procedure) -> set[tuple[str, str]]:
    """What somebody else of the same role may do than whoever decided: here each role is one person's (test_books_accountability.py)."""
    return {
        (name, role)
        for name, action in rule.actions.items()
        for role in action.by
        if len(action.by) > 1 and any(rule.actions[other].by == (role,) for other in action.not_by)
    }


def _of_custody(rule: Procedure) -> set[tuple[str, str]]:
    """What is done only while it is open who is accused, which it never is here: see tests/desk/test_custody.py."""
    kept = {kind for kind, duty in rule.duties.items() if duty.of == CUSTODIAN}
    return {
        (action, role)
        for action, act in rule.actions.items()
        for role in act.by
        if kept & {*act.discharges, *act.withdraws, act.while_open}
    }


def _is_asked_outside(action: Action, role: str) -> bool:
    """Whether an organ outside does it, since no custodian is left: whoever takes down its answer is none (tests/desk/test_custody.py)."""
    return action.on_paper and role == CUSTODIAN


def _only_later(rule: Procedure) -> set[tuple[str, str]]:
    """Actions that wait for a limit to run out: asked here at the moment of the last step, they are too early."""
    return {(action, role) for action, act in rule.actions.items() if act.after for role in act.by}


def _leads_to_nothing(procedure: Procedure, action: Action, state: State) -> bool:
    """A petitioner asks for something that another person would confirm, and which nobody could do in this stage."""
    opened = {opening.duty for opening in action.opens}
    confirming = [
        other
        for other in procedure.actions.values()
        if other.entered is not None and other.entered.while_open in opened
    ]
    return bool(confirming) and not any(applies(procedure, other, state.stage) for other in confirming)


def _says(rules: Rules, procedure: Procedure, name: str, role: str, at: Met) -> bool:
    """What the book says, read without the engine: stage, role and its relation, facts, duties, limits, and who acted before."""
    action, state = as_taken(procedure.actions[name], ACTORS[role].kind), at.state
    open_kinds = {duty.kind for duty in state.duties}
    return (
        (applies(procedure, action, state.stage) or _missed(procedure, action, role, state))
        and not _leads_to_nothing(procedure, action, state)
        and role in action.by
        and not _is_asked_outside(action, role)
        and name != PROPOSE_CLEARING  # here nobody is accused
        and _stands_right(rules, role, state)
        and PersonId(named(role)) not in state.recused
        and all(comparison.holds(state.facts[fact]) for fact, comparison in action.when.items())
        and all(said.holds(str(state.values.get(field, ""))) for field, said in action.said.items())
        and (action.while_open is None or _owed_to(procedure, action.while_open, role, state))
        and (not action.releases or bool(open_kinds & set(action.withdraws)))
        and not open_kinds & set(action.unless_open)
        and not any(ACTORS[role].person in state.takers.get(other, ()) for other in action.not_by)
        and _in_time(rules, procedure, action, at, role)
    )


def _owed_to(procedure: Procedure, kind: str, role: str, state: State) -> bool:
    """Whether a duty is open that ``role`` may do: what several roles may owe only in the unit that owes it."""
    owners = [duty.seat.unit for duty in state.open_duties(kind) if duty.seat]
    if procedure.duties[kind].else_of:
        return ACTORS[role].unit in owners
    return bool(state.open_duties(kind))


def _missed(procedure: Procedure, action: Action, role: str, state: State) -> bool:
    """Whether the case was closed for want of ``action``, which nobody took since its window opened."""
    if action.entered is None or role not in action.entered.by or state.stage not in too_late_for(procedure, action):
        return False
    opened = state.moments.get(procedure.limits[str(action.until)].start)
    return opened is not None and all(state.moments.get(moment, opened - DAY) < opened for moment in action.marks)


def _stands_right(rules: Rules, role: str, state: State) -> bool:
    of = rules.book.roles[role].of
    if of in ("handling", "co_handling"):
        return any(seat.unit == ACTORS[role].unit for seat in state.units.get(of, ()))
    return of in ("organisation", "petitioner", "system") or bool(state.units.get(role))


def _in_time(rules: Rules, procedure: Procedure, action: Action, at: Met, role: str) -> bool:
    entered = action.entered is not None and role in action.entered.by  # counts by the day on the form
    for limit, wanted_open in ((action.until, True), (action.after, False)):
        if limit is not None:
            due = limit_due(rules, procedure.limits[limit], limit, at.state, at.story.at)
            if due is None or ((at.story.at <= due.due_at) != wanted_open and not (wanted_open and entered)):
                return False
    return True


@pytest.mark.parametrize(("name", "procedure"), PROCEDURES)
def test_the_search_of_the_check_finds_every_situation_that_acting_finds(name: str, procedure: str) -> None:
    rules = load(name)
    walks = walk_all(rules, procedure)
    live = live_facts(rules.book, walks.procedure)
    known = [(found.bits, {(node.stage, node.facts, node.duties) for node in found.trail}) for found in walks.all]
    for at in met(name, procedure):
        facts = live.narrow(at.state.stage, {fact: live.same[fact][at.state.facts[fact]] for fact in live.names})
        for bits, situations in known:  # the main line, and with each of the duties beside it
            duties = sum({bits.get(duty.kind, 0) for duty in at.state.duties})
            assert (at.state.stage, facts, duties) in situations, (at.state.stage, at.state.facts, at.state.duties)


@pytest.mark.parametrize(("name", "procedure"), PROCEDURES)
def test_in_every_situation_the_history_gives_the_state_and_somebody_owes_something(name: str, procedure: str) -> None:
    for at in met(name, procedure):
        state: State | None = None
        for event in at.story.history:
            state = evolve(state, event)
        assert state == at.state == replay(at.story.history)
        duties = load(name).book.procedures[procedure].duties
        assert at.state.duties or at.state.ended
        assert not at.state.ended or all(duties[duty.kind].outlasts for duty in at.state.duties)


@pytest.mark.parametrize(("name", "procedure"), PROCEDURES)
def test_no_lawful_action_ever_leaves_nobody_or_an_unknown_unit_responsible(name: str, procedure: str) -> None:
    rules = load(name)
    for at in met(name, procedure):
        for action, rule in rules.book.procedures[procedure].actions.items():
            for actor in (ACTORS[role] for role in rule.by):
                if forbidden(rules, at.state, action, actor, at.story.at) is None:
                    outcome = decide(rules, at.state, command(rules, action, actor, at.state, at.story.at, procedure))
                    if isinstance(outcome, Refusal):
                        assert outcome.code not in (Code.NO_SEAT, Code.NOBODY_WOULD_OWE), (action, at.state.stage)


@pytest.mark.parametrize(("name", "procedure"), PROCEDURES)
def test_a_stranger_of_another_organisation_may_do_nothing(name: str, procedure: str) -> None:
    rules = load(name)
    roles = frozenset(rules.book.roles)
    stranger = Actor("staff", named("别的单位"), roles, PersonId(named("外人")), None, named("别的部门"))  # type: ignore[arg-type]
    for at in met(name, procedure)[:200]:
        for action in rules.book.procedures[procedure].actions:
            assert forbidden(rules, at.state, action, stranger, at.story.at) is not None


def test_who_corrects_a_document_owes_it_wherever_documents_are_issued() -> None:
    known = {(book, name): rule for book in shipped() for name, rule in load(book).book.procedures.items()}
    issuing = {which for which, rule in known.items() if any(action.notice for action in rule.actions.values())}
    assert {which for which, rule in known.items() if FINISH_CORRECTION in rule.duties} == issuing
