"""Replaying a case: under its own rules nothing differs, under others what differs is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.procedure import Refusal, Seat, Seats, State, Value, decide, evolve
from huiyin.procedure.command import Command, OrganisationId, PersonId, PostId, UnitId
from huiyin.procedure.replaying.course import Course, Difference, course, differences
from huiyin.procedure.replaying.past import Past, read_history
from huiyin.procedure.replaying.under import Alternative, under
from huiyin.rules.book.conditions import Comparison, Opening
from huiyin.rules.book.field_use import FieldUse
from huiyin.rules.book.load import Rules, load, shipped
from huiyin.rules.book.steps import begins_case
from huiyin.rules.deadlines.limits import Limit
from tests.procedure.cast import (
    ACTORS,
    DIRECTORY,
    FIRE,
    LEADERS,
    NOW,
    OFFICE,
    OWN_SEATS,
    SEATS,
    SYSTEM,
    UNITS,
    command,
    contact,
    named,
    text,
)
from tests.searching import examples

BOOKS = [load(name) for name in shipped()]
NATIONAL = load("national-2022")
POSTS = {actor.post: actor.roles for actor in ACTORS.values() if actor.post}
MINUTE = timedelta(minutes=1)


@dataclass
class Telephone:
    """The directory of the cast; ``sitting`` is who holds which role."""

    sitting: Seats = SEATS

    def roles(self, post: PostId) -> frozenset[str]:
        return POSTS.get(post, frozenset())

    def seats(self, organisation: OrganisationId, avoiding: frozenset[UnitId]) -> Seats:
        return self.sitting

    def units(self, fields: Mapping[str, Value]) -> Mapping[UnitId, Seat]:
        return UNITS

    def people(self, fields: Mapping[str, Value], at: datetime) -> Mapping[PersonId, frozenset[UnitId]]:
        return DIRECTORY


@dataclass
class Record:
    """A case with the time of every event, as the ledger has it."""

    rules: Rules
    procedure: str = "matter"
    seats: Seats = SEATS
    state: State | None = None
    at: datetime = NOW
    past: list[Past] = field(default_factory=list)

    def take(self, wish: Command) -> bool:
        """Whether it was done."""
        outcome = decide(self.rules, self.state, wish, self.procedure)
        if isinstance(outcome, Refusal):
            return False
        for event in outcome.events:
            self.state = evolve(self.state, event)
            self.past.append(Past(wish.at, event, wish.actor.organisation))
        assert outcome.state == self.state
        return True

    def do(self, action: str, who: str = "", **fields: Value | None) -> Record:
        actor = ACTORS[who or self.rules.book.procedures[self.procedure].actions[action].by[0]]
        wish = command(self.rules, action, actor, self.state, self.at, self.procedure, **fields)
        assert self.take(wish), (action, decide(self.rules, self.state, wish))
        self.at += MINUTE
        return self

    def wait(self, days: int) -> Record:
        self.at += timedelta(days=days)
        return self

    def work(self) -> None:
        """Let timers act as a worker does, a minute after they have run out."""
        while self.state is not None:
            kinds = self.rules.book.procedures[self.procedure].duties
            due = sorted((d.due_at, kinds[d.kind].on_due) for d in self.state.duties if kinds[d.kind].on_due)
            for due_at, action in due:
                moment = due_at + MINUTE
                if moment < self.at and action and self.take(self._timer(action, max(moment, self.past[-1].at))):
                    break
            else:
                return

    def _timer(self, action: str, at: datetime) -> Command:
        return Command(named(f"{action}{at}"), self.past[0].event.case, action, SYSTEM, at, seats=self.seats)  # type: ignore[union-attr]


def registered(rules: Rules = NATIONAL, headcount: int = 1, **facts: str) -> Record:
    record = Record(rules)
    wish = command(rules, "register", ACTORS["registrar"])
    fact = {"group": "yes" if headcount >= 5 else "no", **facts}
    assert record.take(replace(wish, submission=contact("letter", NOW, headcount), facts=fact))
    record.at += MINUTE
    return record


def replayed(
    record: Record, rules: Rules, directory: Telephone | None = None, until: datetime | None = None
) -> tuple[Course, Course, Alternative, tuple[Difference, ...]]:
    """The recorded course, the other one, and their differences."""
    book = directory or Telephone(record.seats)
    history = read_history(record.past, lambda _key: record.rules, book, until or record.at)
    alternative = under(rules, history, book)
    was, would = course(record.rules, record.past, record.state), course(rules, alternative.past, alternative.state)
    return was, would, alternative, differences(record.rules, rules, was, would, alternative)


def kinds(found: tuple[Difference, ...]) -> list[tuple[str, str]]:
    return [(item.kind, item.name) for item in found]


# --- under its own rules ---------------------------------------------------------------------------------------------


ALONE = Seats((SEATS.levels[0],))
"""An installation that knows no higher organ: the registrar stands in for it."""


def begin(chance: Random, rules: Rules, procedure: str) -> Record | None:
    """A case begun in any of the ways that the rulebook has."""
    record = Record(rules, procedure, seats=chance.choice([SEATS, SEATS, ALONE]))
    starts = {n: rule for n, rule in rules.book.procedures[procedure].actions.items() if begins_case(rule)}
    name = chance.choice(sorted(starts))
    who = chance.choice([role for role in starts[name].by if role in ACTORS])
    wish = replace(command(rules, name, ACTORS[who], None, NOW, procedure), seats=record.seats)
    if starts[name].attaches:
        headcount = chance.choice([1, 6])
        facts = {"group": "yes" if headcount >= 5 else "no", "channel": chance.choice(["letter", "visit"])}
        accused = frozenset({chance.choice([FIRE, OFFICE]).unit}) if not chance.randrange(6) else frozenset[UnitId]()
        wish = replace(wish, submission=contact("letter", NOW, headcount), facts=facts, accused_units=accused)
    return record if record.take(wish) else None


def go_on(chance: Random, record: Record) -> None:
    """Mostly something that discharges an open duty and leads no end; sometimes anything; now and then a worker is there."""
    assert record.state is not None
    procedure = record.rules.book.procedures[record.procedure]
    record.at += timedelta(days=chance.choice([0, 0, 0, 1, 1, 20, 45]), seconds=chance.randrange(3))
    if chance.randrange(3):
        record.work()
    names = sorted(procedure.actions)
    if record.state.duties and chance.randrange(5):
        owed = chance.choice([duty.kind for duty in record.state.duties])
        names = [name for name, rule in procedure.actions.items() if owed in rule.discharges] or names
        onward = [name for name in names if not procedure.stages[procedure.actions[name].to or record.state.stage].end]
        names = onward if onward and chance.randrange(8) else names
    remedies = [n for n, rule in procedure.actions.items() if rule.remedy and record.state.stage in rule.from_stages]
    name = chance.choice(remedies if remedies and chance.randrange(2) else names)
    by = [
        record.rules.book.roles[role].stand_in if chance.randrange(2) else role for role in procedure.actions[name].by
    ]
    actor = ACTORS[chance.choice([role for role in by if role in ACTORS] or ["registrar"])]
    wish = command(record.rules, name, actor, record.state, record.at, record.procedure)
    record.take(replace(wish, seats=record.seats))


def any_case(seed: int, rules: Rules, procedure: str = "") -> Record | None:
    """A case with a past that follows from ``seed``."""
    chance = Random(seed)
    record = begin(chance, rules, procedure or chance.choice([*rules.book.procedures, "matter", "matter", "matter"]))
    for _ in range(chance.randrange(40) if record else 0):
        assert record is not None
        go_on(chance, record)
    return record


seeds = st.integers(0, 2**32)
BY_SEED = settings(max_examples=examples(200))


@BY_SEED
@given(seed=seeds, rules=st.sampled_from(BOOKS), later=st.sampled_from([0, 1, 100]))
def test_under_its_own_rules_a_case_comes_out_as_it_is_recorded(seed: int, rules: Rules, later: int) -> None:
    record = any_case(seed, rules)
    if record is None:
        return
    was, would, alternative, found = replayed(record, rules, until=record.at + timedelta(days=later))
    assert found == ()
    assert was.duties == would.duties
    assert was.notices == would.notices
    assert was.ended_at == would.ended_at
    assert [item.at for item in record.past] == [item.at for item in alternative.past]
    assert was.state is not None
    assert would.state is not None
    assert (was.state.stage, was.state.facts) == (would.state.stage, would.state.facts)
    assert (was.state.moments, was.state.units) == (would.state.moments, would.state.units)


@settings(max_examples=examples(60))
@given(seed=seeds, rules=st.sampled_from(BOOKS), other=st.sampled_from(BOOKS))
def test_under_other_rules_the_same_comes_out_each_time_and_somebody_owes_something(
    seed: int, rules: Rules, other: Rules
) -> None:
    record = any_case(seed, rules, "matter") if "matter" in other.book.procedures else None
    if record is None:
        return
    _, would, alternative, _ = replayed(record, other)
    assert replayed(record, other) == replayed(record, other)
    moments = [item.at for item in alternative.past]
    assert moments == sorted(moments)
    assert would.state is None or would.state.ended or would.state.duties


# --- under other rules -----------------------------------------------------------------------------------------------


def altered(part: str, name: str, rules: Rules = NATIONAL, **changes: object) -> Rules:
    """The rules with one limit, duty, notice or action of the procedure for matters changed; ``name`` taken out without changes."""
    whole = rules.book.procedures["matter"]
    elements = dict(getattr(whole, part))
    if changes:
        elements[name] = elements[name].model_copy(update=changes)
    else:
        del elements[name]
    procedures = {**rules.book.procedures, "matter": whole.model_copy(update={part: elements})}
    return replace(rules, book=rules.book.model_copy(update={"procedures": procedures}))


def assigned() -> Record:
    return registered().do("accept").do("assign", due_date=None, handler=None)


def replied() -> Record:
    return assigned().do("investigate").do("propose_opinion", result="explain").do("approve_opinion").do("serve_reply")


def only(found: tuple[Difference, ...], kind: str) -> list[Difference]:
    return [item for item in found if item.kind == kind]


def test_a_longer_limit_shows_as_due_dates_that_many_days_later() -> None:
    found = replayed(registered(), altered("limits", "notice", within=Limit(17)))[3]
    (due,) = found
    assert (due.kind, due.name, due.was, due.would, due.days) == (
        "due",
        "decide_acceptance",
        "2026-03-17",
        "2026-03-19",
        2,
    )
    assert due.clause_was == due.clause_would == ("art-22.1", "art-23.2", "art-23.3")


def test_a_duty_of_another_role_shows_as_another_owner() -> None:
    found = replayed(registered(), altered("duties", "decide_acceptance", of="unit_head"))[3]
    (owner,) = only(found, "owner")
    assert (owner.was, owner.would) == (OWN_SEATS["intake"].unit.hex, LEADERS.unit.hex)


def test_a_notice_taken_away_is_missing_and_one_more_is_extra() -> None:
    record = registered().do("accept")
    assert kinds(replayed(record, altered("actions", "accept", notice=()))[3]) == [("notice_missing", "acceptance")]
    more = altered("actions", "accept", notice=("acceptance", "withdrawal"))
    assert kinds(replayed(record, more)[3]) == [("notice_extra", "withdrawal")]


def test_a_notice_that_is_withheld_under_a_condition_is_missing() -> None:
    other = altered("notices", "acceptance", when={"group": Comparison(allow=frozenset({"yes"}))})
    assert kinds(replayed(registered().do("accept"), other)[3]) == [("notice_missing", "acceptance")]


def test_duties_that_only_one_side_has_are_named() -> None:
    opens = NATIONAL.book.procedures["matter"].actions["accept"].opens
    more = altered("actions", "accept", opens=(*opens, Opening(duty="decide_extension")))
    found = replayed(registered().do("accept"), more)[3]
    assert kinds(found) == [("duty_only_after", "decide_extension")]
    (extra,) = found
    assert extra.clause_would == ("art-34",)
    back = replayed(_under(registered().do("accept"), more), NATIONAL)[3]
    assert kinds(back) == [("duty_only_before", "decide_extension")]


def _under(record: Record, rules: Rules) -> Record:
    """The same case as if it had been worked on under ``rules`` from the beginning."""
    alternative = replayed(record, rules)[2]
    return replace(record, rules=rules, past=list(alternative.past), state=alternative.state)


def test_a_field_that_nobody_ever_filled_in_is_told_and_the_step_is_taken_without_it() -> None:
    fields = NATIONAL.book.procedures["matter"].actions["accept"].fields
    more = altered("actions", "accept", fields=(*fields, FieldUse("days")))
    found = replayed(registered().do("accept"), more)[3]
    (asked,) = found
    assert (asked.kind, asked.name, asked.would) == ("asked", "days", "accept")


def test_a_field_that_was_filled_in_at_an_earlier_step_is_not_asked_for_again() -> None:
    fields = NATIONAL.book.procedures["matter"].actions["assign"].fields
    more = altered("actions", "assign", fields=(*fields, FieldUse("kind")))
    assert replayed(assigned(), more)[3] == ()


def test_a_field_that_the_other_rules_do_not_ask_for_is_left_out() -> None:
    fewer = altered("actions", "accept", fields=(FieldUse("kind"),))
    record = registered().do("accept", route=text())
    assert replayed(record, fewer)[3] == ()


def test_a_step_that_the_other_rules_do_not_allow_is_told_and_the_rest_goes_on() -> None:
    record = registered().do("report_urgent").do("accept")
    found = replayed(record, altered("actions", "report_urgent"))[3]
    refused = only(found, "refused")
    assert [(item.name, item.was, item.would) for item in refused] == [
        ("report_urgent", "2026-03-02", "unknown-action")
    ]
    assert not only(found, "outcome")


def test_when_a_necessary_step_is_not_allowed_the_case_stands_still() -> None:
    found = replayed(replied(), altered("actions", "approve_opinion"))[3]
    assert [item.name for item in only(found, "refused")] == ["approve_opinion", "serve_reply"]
    assert ("stage", "replied", "proposed") in [(item.name, item.was, item.would) for item in only(found, "outcome")]
    assert ("notice_missing", "reply") in kinds(found)


def test_a_step_that_belongs_to_somebody_else_is_taken_by_them() -> None:
    found = replayed(replied(), altered("actions", "approve_opinion", by=("discipline",)))[3]
    (passed,) = found
    assert (passed.kind, passed.name, passed.was, passed.would) == (
        "actor",
        "approve_opinion",
        "unit_head",
        "discipline",
    )


def test_a_petitioners_step_is_not_taken_by_anybody_else() -> None:
    record = replied().do("apply_review")
    found = replayed(record, altered("actions", "apply_review", by=("registrar",)))[3]
    assert [item.name for item in only(found, "refused")] == ["apply_review"]


def test_a_timer_runs_out_by_the_other_limit() -> None:
    record = replied().wait(60)
    record.work()
    assert record.state is not None
    assert record.state.ended
    found = replayed(record, altered("limits", "apply_review", within=Limit(10)))[3]
    (ended,) = only(found, "outcome")
    assert (ended.name, ended.was, ended.would, ended.days) == ("ended_on", "2026-04-02", "2026-03-13", -20)


def test_a_timer_that_runs_out_too_early_shuts_out_what_came_after_it() -> None:
    record = replied().wait(20).do("apply_review")
    found = replayed(record, altered("limits", "apply_review", within=Limit(10)))[3]
    assert [(item.name, item.would) for item in only(found, "refused")] == [("apply_review", "wrong-stage")]
    assert ("stage", "review", "closed") in [(item.name, item.was, item.would) for item in only(found, "outcome")]


def test_what_a_timer_would_have_done_earlier_is_no_step_that_was_refused() -> None:
    record = replied().wait(40).do("conclude", "registrar")
    found = replayed(record, altered("limits", "apply_review", within=Limit(10)))[3]
    assert not only(found, "refused")
    assert [(item.name, item.days) for item in only(found, "outcome")] == [("ended_on", -29)]


def test_a_timer_that_could_have_acted_and_did_not_is_left_alone() -> None:
    record = replied().wait(60)
    was, would, _, found = replayed(record, NATIONAL)
    assert found == ()
    assert was.ended_at is would.ended_at is None


def test_a_timer_that_its_own_rules_held_back_acts_where_the_others_let_it() -> None:
    held = altered("actions", "conclude", unless_open=("conclude",))
    record = replace(replied(), rules=held).wait(60)
    found = replayed(record, NATIONAL)[3]
    assert ("stage", "replied", "closed") in [(item.name, item.was, item.would) for item in only(found, "outcome")]
    assert replayed(record, held)[3] == ()


def test_where_the_case_could_not_have_been_registered_only_that_is_told() -> None:
    found = replayed(replied(), altered("actions", "register"))[3]
    assert [(item.kind, item.name) for item in found[:1]] == [("refused", "register")]
    assert ("outcome", "stage", "replied", "") in [(item.kind, item.name, item.was, item.would) for item in found]
    assert {item.kind for item in found} == {"refused", "duty_only_before", "notice_missing", "outcome"}


def test_a_fact_that_the_rulebook_counts_is_counted_anew() -> None:
    fact = NATIONAL.book.facts["group"].model_copy(update={"at_least": 3})
    other = replace(NATIONAL, book=NATIONAL.book.model_copy(update={"facts": {**NATIONAL.book.facts, "group": fact}}))
    (outcome,) = replayed(registered(headcount=4), other)[3]
    assert (outcome.name, outcome.was, outcome.would) == ("group", "no", "yes")


def test_who_sat_where_is_taken_from_the_case_when_the_directory_has_changed_since() -> None:
    record = replied().do("apply_review")
    moved = Seats(({**OWN_SEATS, "unit_head": OFFICE, "intake": LEADERS}, {}, {}))
    assert replayed(record, NATIONAL, Telephone(moved))[3] == ()


def test_a_post_that_lost_its_roles_since_still_did_what_it_did() -> None:
    actor = replace(ACTORS["intake"], post=PostId(named("已撤销的岗位")))
    record = registered()
    assert record.take(command(NATIONAL, "accept", actor, record.state, record.at))
    assert replayed(record, NATIONAL)[3] == ()
