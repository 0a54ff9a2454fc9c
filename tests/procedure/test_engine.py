"""Properties of the engine under whatever anybody tries, and the finer points of single rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.procedure import Code, Decision, ProblemCode, Refusal, State, Value, decide, evolve, replay
from huiyin.procedure.command import Command, Seats, UnitId
from huiyin.procedure.event import DutyReassigned, DutyRescheduled, Event, NoticeIssued
from huiyin.procedure.storage import codec
from huiyin.rules.book.load import Rules, load, shipped
from tests.procedure.cast import (
    ACTORS,
    DAY,
    FIRE,
    LJ,
    NOW,
    OTHER,
    OWN_SEATS,
    REVIEWING,
    SEATS,
    Story,
    command,
    contact,
    named,
    staff,
    text,
)
from tests.searching import examples

BOOKS = [load("national-2022"), load("xx-bureau")]
NATIONAL, BUREAU = BOOKS

# --- whatever anybody tries ------------------------------------------------------------------------------------------

values: st.SearchStrategy[Value | None] = st.one_of(
    st.none(),
    st.text(max_size=5),
    st.integers(-5, 100),
    st.booleans(),
    st.dates(date(2025, 1, 1), date(2028, 1, 1)),
    st.sampled_from([FIRE.unit, OTHER.unit, named("handler"), named("无此人"), text(), ("serious",), (FIRE.unit,), ()]),
)
facts = st.fixed_dictionaries(
    {},
    optional={
        "channel": st.sampled_from(["letter", "visit", "carrier pigeon"]),
        "group": st.sampled_from(["yes", "no"]),
        "source": st.sampled_from(["direct", "referred"]),
        "kind": st.just("accusation"),
        "name_clear": st.sampled_from(["yes", "no"]),
    },
)


@st.composite
def attempts(draw: st.DrawFn, rules: Rules) -> tuple[str, str, int, dict[str, Value | None]]:
    """An action, who tries it, how many days after the one before, and what the form says wrongly."""
    procedure = rules.book.procedures["matter"]
    action = draw(st.sampled_from([*procedure.actions, "no-such-action"]))
    by = procedure.actions[action].by if action in procedure.actions else ("registrar",)
    who = draw(st.sampled_from(by) if draw(st.integers(0, 4)) else st.sampled_from(sorted(ACTORS)))
    names = sorted(rules.book.fields)
    wrong = draw(st.dictionaries(st.sampled_from(names), values, max_size=2)) if draw(st.integers(0, 3)) == 0 else {}
    return action, who, draw(st.sampled_from([0, 0, 0, 1, 10, 40])), wrong


def steered(rules: Rules, data: st.DataObject, state: State) -> tuple[str, str, int, dict[str, Value | None]]:
    """Mostly something that discharges an open duty, so that cases get far; otherwise anything."""
    procedure = rules.book.procedures["matter"]
    if data.draw(st.integers(0, 3)) and state.duties:
        kind = data.draw(st.sampled_from([duty.kind for duty in state.duties]))
        actions = [name for name, action in procedure.actions.items() if kind in action.discharges]
        if actions:
            name = data.draw(st.sampled_from(actions))
            return name, data.draw(st.sampled_from(procedure.actions[name].by)), data.draw(st.sampled_from([0, 40])), {}
    return data.draw(attempts(rules))


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data(), which=st.integers(0, 1), said=facts)
def test_whatever_is_tried_the_history_holds(data: st.DataObject, which: int, said: Mapping[str, str]) -> None:
    rules = BOOKS[which]
    fields = {"source_organ": text("市局")} if said.get("source") == "referred" else {}
    begun = replace(
        command(rules, "register", ACTORS["registrar"], None, NOW, "matter", **fields),
        submission=contact(),
        facts=said,
    )
    history: list[Event] = []
    state: State | None = None
    at, wish = NOW, begun
    for _ in range(data.draw(st.integers(1, 25))):
        before = codec.dumps(state) if state else ""
        outcome = decide(rules, state, wish)
        assert outcome == decide(rules, state, wish)
        if isinstance(outcome, Refusal):
            assert state is not None
            assert codec.dumps(state) == before
            assert outcome.code is not Code.NOBODY_WOULD_OWE
        else:
            for event in outcome.events:
                state = evolve(state, event)
            assert outcome.state == state
            history += outcome.events
            assert state is not None
            assert state == replay(history) == codec.loads(codec.dumps(state))
            duties = rules.book.procedures["matter"].duties
            assert state.duties or state.ended
            assert not state.ended or all(duties[duty.kind].outlasts for duty in state.duties)
            assert len({duty.id for duty in state.duties}) == len(state.duties)
            assert (
                state.facts["kind"] != "accusation"
                or "accept_accusation" in state.takers
                or "transfer_accusation" in state.takers
            )
        assert state is not None
        action, who, later, wrong = steered(rules, data, state)
        at += later * DAY + timedelta(minutes=1)
        wish = command(rules, action, ACTORS[who], state, at, "matter", **wrong)


def test_what_is_derived_from_one_command_has_ids_of_its_own() -> None:
    story = Story(NATIONAL).begin().do("accept").do("assign")
    ids = [event.duty.id for event in story.history if hasattr(event, "duty") and not isinstance(event.duty, UUID)]
    assert len(ids) == len(set(ids))


# --- finer points ----------------------------------------------------------------------------------------------------


def served() -> Story:
    """A claim, answered on the first day."""
    return Story(NATIONAL).begin().do("accept").do("assign").do("investigate").do("propose_opinion", result="explain").do("approve_opinion").do("serve_reply")  # fmt: skip


def test_a_stale_command_is_refused_with_the_present_sequence() -> None:
    story = Story(NATIONAL).begin()
    assert story.state is not None
    stale = replace(command(NATIONAL, "accept", ACTORS["intake"], story.state), at_seq=1)
    outcome = decide(NATIONAL, story.state, stale)
    assert isinstance(outcome, Refusal)
    assert (outcome.code, outcome.needs) == (Code.STALE, {"seq": (str(story.state.seq),)})


def test_a_registration_takes_only_what_the_book_lets_it_say() -> None:
    said = {"kind": "claim", "source": "referred", "name_clear": "perhaps"}
    story = Story(NATIONAL).begin(facts=said)
    assert story.state is not None
    assert story.state.facts == {**story.state.facts, "kind": "none", "source": "referred", "name_clear": "yes"}


def test_a_registration_without_a_contact_is_refused() -> None:
    outcome = decide(NATIONAL, None, command(NATIONAL, "register", ACTORS["registrar"]))
    assert isinstance(outcome, Refusal)
    assert outcome.code is Code.UNKNOWN_ACTION


def test_a_notice_is_spared_where_a_fact_makes_it_impossible() -> None:
    assert "source_report" in Story(NATIONAL).begin(facts={"source": "referred"}).do("decline").notices
    assert "source_report" not in Story(NATIONAL).begin().do("decline").notices


def test_a_date_of_service_before_the_decision_is_refused() -> None:
    story = (
        Story(NATIONAL)
        .begin()
        .do("accept")
        .do("assign")
        .do("investigate")
        .do("propose_opinion")
        .wait(3)
        .do("approve_opinion")
    )
    refusal = story.refuse("serve_reply", served_on=date(2026, 3, 4))
    assert [(problem.field, problem.problem) for problem in refusal.problems] == [
        ("served_on", ProblemCode.BEFORE_EVENT)
    ]


def test_an_extension_moves_the_duties_and_is_used_once() -> None:
    story = Story(NATIONAL).begin().do("accept").do("assign").do("request_extension", days=20)
    assert story.due("handle") == date(2026, 5, 6)
    story.do("grant_extension", days=20)
    assert story.due("handle") == date(2026, 5, 21)
    assert any(isinstance(event, DutyRescheduled) for event in story.last)
    assert story.refuse("request_extension").code is Code.CONDITION


def test_an_extension_beyond_thirty_days_is_refused() -> None:
    story = Story(NATIONAL).begin().do("accept").do("assign").do("request_extension")
    (problem,) = story.refuse("grant_extension", days=31).problems
    assert (problem.problem, problem.params) == (ProblemCode.TOO_LARGE, {"max": 30})


def test_an_extension_moves_a_date_that_the_assignment_set() -> None:
    story = Story(NATIONAL).begin().do("accept").do("assign", due_date=date(2026, 4, 1)).do("request_extension")
    story.do("grant_extension", days=10)
    assert story.due("handle") == date(2026, 4, 13)  # 11 April 2026 is a Saturday


def test_a_limit_that_starts_anew_starts_without_the_old_extension() -> None:
    story = Story(BUREAU).begin().do("accept").do("classify", klass="complex").do("fill_form_complex")
    story.do("propose_complex").do("sign_complex").do("assign").do("request_extension")
    story.do("grant_extension", days=30).do("investigate").do("propose_opinion", result="explain").do("summarise")
    story.do("approve_complex").do("serve_reply").wait(40).do("conclude", "system").do("attach_repeat")
    story.do("handle_again").do("assign")
    assert story.state is not None
    assert story.state.extensions["handling"] == 0
    assert story.due("handle") == date(2026, 6, 10)


def test_an_optional_date_left_empty_the_second_time_no_longer_holds() -> None:
    story = Story(NATIONAL).begin().do("accept").do("assign", due_date=date(2026, 3, 10), handler=named("handler"))
    story.do("object").do("uphold_objection").do("assign", unit=OTHER.unit)
    assert story.due("handle") == date(2026, 5, 6)
    assert story.state is not None
    assert story.state.duties[0].assignee is None


def test_a_hearing_does_not_count_towards_the_re_review() -> None:
    story = served().do("apply_review").do("decide_review").do("serve_review").do("apply_rereview")
    assert story.due("rereview") == date(2026, 4, 1)
    story.wait(2).do("open_hearing").wait(10).do("close_hearing")
    assert story.due("rereview") == date(2026, 4, 13)  # ten days later is a Saturday


def test_the_handler_must_belong_to_the_handling_unit() -> None:
    story = Story(NATIONAL).begin().do("accept")
    (problem,) = story.refuse("assign", handler=named("外单位人员")).problems
    assert problem.problem is ProblemCode.NOT_IN_UNIT
    story.do("assign", handler=named("handler"))
    assert story.refuse("name_handler", handler=named("外单位人员")).problems[0].problem is ProblemCode.NOT_IN_UNIT


def test_whoever_is_recused_loses_the_duty_and_may_neither_act_nor_be_named() -> None:
    story = Story(NATIONAL).begin().do("accept").do("assign", handler=named("handler"))
    story.do("recuse", person=named("handler"))
    assert any(isinstance(event, DutyReassigned) and event.assignee is None for event in story.last)
    assert story.owed["name_substitute"] == "unit_head"
    assert story.refuse("propose_opinion").code is Code.RECUSED
    assert story.refuse("name_handler", "unit_head").problems[0].problem is ProblemCode.RECUSED
    story.do("name_handler", "unit_head", handler=named("另一承办人"))
    story.do("investigate", staff("handler", "另一承办人")).do("propose_opinion", staff("handler", "另一承办人"))


@pytest.mark.clause("art-28.3")
@pytest.mark.parametrize("whom", ["unit_head", "intake", "handler"])
def test_nobody_takes_another_off_a_case_but_who_has_to_name_the_substitute(whom: str) -> None:
    story = Story(NATIONAL).begin().do("accept").do("assign", handler=named("handler"))
    for who in {"handler", "intake", "registrar"} - {whom}:
        (problem,) = story.refuse("recuse", who, person=named(whom)).problems
        assert (problem.field, problem.problem) == ("person", ProblemCode.NOT_ONESELF)
    assert named(whom) in (story.do("recuse", "unit_head", person=named(whom)).state or pytest.fail()).recused


@pytest.mark.clause("art-23.3")
@pytest.mark.parametrize("decision", ["uphold_objection", "reject_objection"])
@pytest.mark.parametrize(
    "name", [name for name in shipped() if "uphold_objection" in load(name).book.procedures["matter"].actions]
)
def test_whoever_objected_does_not_decide_on_the_objection(name: str, decision: str) -> None:
    action = load(name).book.procedures["matter"].actions[decision]
    assert "object" in action.not_by
    two_posts = replace(staff("handler", "两职"), roles=frozenset({"handler", "intake"}))
    story = Story(NATIONAL).begin().do("accept").do("assign").do("object", two_posts)
    assert story.refuse(decision, two_posts).code is Code.SAME_PERSON
    story.do(decision)


def test_whoever_is_accused_and_their_unit_have_no_part() -> None:
    wish = replace(
        command(NATIONAL, "register", ACTORS["registrar"]),
        submission=contact(),
        accused_units=frozenset({FIRE.unit}),
    )
    begun = decide(NATIONAL, None, wish)
    assert not isinstance(begun, Refusal)
    story = Story(NATIONAL, history=list(begun.events), state=begun.state).do("accept")
    assert story.refuse("assign").problems[0].problem is ProblemCode.UNAVAILABLE
    assert story.refuse("report_urgent", staff("handler")).code is Code.ACCUSED


def accusing(*units: UnitId) -> Refusal | Decision:
    """What comes of a registration that accuses ``units``."""
    return decide(NATIONAL, None, replace(_registering(), accused_units=frozenset(units)))


def _registering() -> Command:
    return replace(command(NATIONAL, "register", ACTORS["registrar"]), submission=contact())


def test_a_lone_intake_unit_that_is_accused_does_not_decide_on_itself_but_the_head_does() -> None:
    begun = accusing(OWN_SEATS["intake"].unit)
    assert not isinstance(begun, Refusal)
    story = Story(NATIONAL, history=list(begun.events), state=begun.state)
    assert story.owed == {"decide_acceptance": "unit_head"}
    assert story.refuse("accept", "intake").code is Code.ACCUSED
    assert story.do("accept", "unit_head").owed == {"assign": "unit_head"}


def test_who_would_stand_in_has_no_say_while_the_office_itself_is_free_to_act() -> None:
    neighbour = staff("unit_head", "同处负责人", OWN_SEATS["intake"])
    assert Story(NATIONAL).begin().refuse("accept", neighbour).code is Code.WRONG_ROLE


def test_where_everybody_who_could_decide_is_accused_it_begins_and_somebody_else_hands_it_out() -> None:
    deciding = ("intake", "unit_head", "supervisor")
    begun = accusing(*(OWN_SEATS[role].unit for role in deciding))
    assert not isinstance(begun, Refusal)
    (duty,) = begun.state.duties
    assert duty.seat is not None and duty.seat.unit not in begun.state.accused_units
    story = Story(NATIONAL, history=list(begun.events), state=begun.state)
    assert story.refuse("accept", duty.role).code is Code.WRONG_ROLE
    assert story.do("refer", duty.role).state.stage == "referred"
    assert isinstance(decide(NATIONAL, None, replace(_registering(), seats=Seats())), Refusal)


def test_a_higher_organ_that_is_known_reviews_itself() -> None:
    assert SEATS.find("reviewer", 1) is not None
    story = served().do("apply_review")
    assert story.refuse("decide_review", "registrar").code is Code.WRONG_ROLE
    assert story.do("decide_review", "reviewer").owed == {"serve_review": "reviewer"}


def test_a_higher_organ_that_handled_a_matter_itself_does_not_review_it() -> None:
    story = Story(NATIONAL).begin().do("accept").do("assign", unit=REVIEWING.unit)
    theirs = staff("handler", "江南承办人", REVIEWING)
    story.do("investigate", theirs).do("propose_opinion", theirs).do("approve_opinion").do("serve_reply", theirs).do(
        "apply_review"
    )
    assert story.owed["review"] == "registrar"
    assert story.refuse("decide_review", "reviewer").code is Code.WRONG_UNIT
    assert story.refuse("decide_review", "registrar").code is Code.WRONG_ROLE
    story.do("hand_over_review", "registrar").do("record_review", "registrar")


def test_only_units_that_join_now_owe_their_share_anew() -> None:
    story = Story(NATIONAL).begin().do("accept").do("assign").do("join_unit").do("report_to_lead", "co_handler")
    story.do("join_unit", units=(OTHER.unit,))
    assert story.state is not None
    assert [duty.seat for duty in story.state.open_duties("co_report")] == [OTHER]


def test_a_field_that_another_makes_superfluous_must_be_left_empty() -> None:
    story = served().do("apply_review")
    refusal = story.refuse("decide_review", review_result="uphold", new_result="support")
    assert [(problem.field, problem.problem) for problem in refusal.problems] == [("new_result", ProblemCode.NOT_ASKED)]
    assert (
        story.refuse("decide_review", review_result="change", new_result=None).problems[0].problem
        is ProblemCode.MISSING
    )


def test_the_window_for_review_closes_with_the_last_second_of_its_last_day() -> None:
    story = served()
    last = replace(story, at=story.state.duties[0].due_at if story.state else NOW)
    assert last.due("conclude") == date(2026, 4, 1)
    assert replace(last, history=list(story.history)).do("apply_review").stage == "review"
    late = replace(last, at=last.at + timedelta(seconds=1))
    assert late.refuse("apply_review").code is Code.WINDOW_CLOSED
    assert last.refuse("conclude", "system").code is Code.TOO_EARLY
    assert late.do("conclude", "system").stage == "closed"


def test_notices_are_issued_under_their_own_clauses() -> None:
    story = served()
    (notice,) = (event for event in story.last if isinstance(event, NoticeIssued))
    assert notice.clause == NATIONAL.book.procedures["matter"].notices["reply"].clause


@pytest.mark.parametrize("rules", BOOKS, ids=lambda rules: str(rules.book.rulebook))
def test_another_organisations_staff_cannot_register_here_under_this_organisations_name(rules: Rules) -> None:
    outcome = decide(rules, None, replace(command(rules, "register", staff("handler")), submission=contact()))
    assert isinstance(outcome, Refusal)
    assert outcome.code is Code.WRONG_ROLE
    assert ACTORS["registrar"].organisation == LJ
