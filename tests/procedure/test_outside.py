"""Where the higher organ works elsewhere: the organ complained of hands over and records, and never decides. In every book."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from huiyin.procedure import Actor, Code, Refusal, Seats, decide
from huiyin.procedure.command import Accusation, PersonId
from huiyin.procedure.event import CaseMoved, UnitJoined
from huiyin.procedure.guard import forbidden
from huiyin.procedure.move import move
from huiyin.rules.book.load import Rules, load, shipped
from huiyin.rules.book.steps import ABOVE, OUTSIDE, where_taken
from tests.procedure.cast import ACTORS, LJ, NOW, OWN_SEATS, REREVIEWING, REVIEWING, Story, command, named, staff

NATIONAL = load("national-2022")
ALONE = Seats((OWN_SEATS,))
"""What an installation knows in which no superior works."""
BOOKS = [load(name) for name in shipped()]


def replied(rules: Rules = NATIONAL) -> Story:
    story = Story(rules, seats=ALONE).begin().do("accept").do("assign")
    return story.do("investigate").do("propose_opinion").do("approve_opinion").do("serve_reply")


def asked() -> Story:
    return replied().do("apply_review")


def everybody_here() -> list[Actor]:
    """Whoever works in the organisation complained of, in every role that it has, and in all of them at once."""
    roles = frozenset(OWN_SEATS)
    own = [actor for actor in ACTORS.values() if actor.organisation == LJ]
    return [*own, *(replace(actor, roles=roles) for actor in own if actor.kind == "staff")]


def test_the_application_is_to_be_handed_over_while_the_period_for_the_review_runs_as_ever() -> None:
    outside, inside = asked(), replace(replied(), seats=Story(NATIONAL).seats).do("apply_review")
    assert outside.owed == {"carry_out": "handler", "review": "registrar", "hand_over_review": "registrar"}
    assert outside.state is not None
    assert outside.state.facts["review_by"] == "outside"
    assert inside.owed == {"carry_out": "handler", "review": "reviewer"}
    assert outside.due("review") == inside.due("review") == date(2026, 4, 1)
    assert outside.due("hand_over_review") == date(2026, 3, 9)


def test_nobody_in_the_organisation_complained_of_decides_or_serves_its_review() -> None:
    story = asked()
    for stage in ("review", "review_decided"):
        assert story.state is not None
        state = replace(story.state, stage=stage)
        for actor in everybody_here():
            for action in ("decide_review", "serve_review"):
                assert forbidden(NATIONAL, state, action, actor, NOW) is not None, (action, actor)


@pytest.mark.parametrize("rules", BOOKS, ids=lambda rules: str(rules.book.rulebook))
def test_whoever_stands_in_for_a_higher_organ_can_only_hand_over_and_record(rules: Rules) -> None:
    for name, procedure in rules.book.procedures.items():
        above = {role for role, rule in rules.book.roles.items() if rule.of in ABOVE}
        begun = replied().state  # Any case: what is asked is who may act, not when.
        assert begun is not None
        for action, rule in procedure.actions.items():
            if not set(rule.by) <= above:
                continue
            for role in rule.by:
                standing = rules.book.roles[role].stand_in
                assert standing is not None
                stage = next(iter(rule.from_stages))
                joined = {**begun.units, f"{standing}/{role}": (OWN_SEATS[standing],)}
                facts = {fact: one.initial for fact, one in rules.book.facts.items()}
                state = replace(
                    begun, procedure=name, stage=stage, units=joined, facts=facts, takers={}, named_people=frozenset()
                )
                refusal = forbidden(rules, state, action, staff(standing), NOW)
                acts = refusal is None or refusal.code is not Code.WRONG_ROLE
                assert acts == (where_taken(rules.book.roles[role], rule) == OUTSIDE), (name, action)


def test_the_outcome_is_not_recorded_before_the_papers_were_handed_over() -> None:
    refusal = asked().refuse("record_review", "registrar")
    assert refusal.code is Code.DUTY_FIRST
    assert refusal.needs["duties"] == ("hand_over_review",)


def test_the_petitioner_is_told_to_whom_it_was_handed_over_and_a_letter_goes_with_it() -> None:
    story = asked().do("hand_over_review", "registrar")
    assert story.notices == ["review_transmittal", "review_handed_over"]
    assert story.owed == {"carry_out": "handler", "review": "registrar"}


def test_the_outcome_stands_on_the_papers_number_date_and_scan() -> None:
    story = asked().do("hand_over_review", "registrar")
    refusal = story.refuse("record_review", "registrar", paper_no=None, paper_date=None, paper_copy=None)
    assert {problem.field for problem in refusal.problems} == {"paper_no", "paper_date", "paper_copy"}
    story.do("record_review", "registrar")
    assert story.stage == "reviewed"
    assert story.notices == ["review_recorded"]


@pytest.mark.parametrize("before", ["accept", "propose_opinion", "approve_opinion", "serve_reply"])
def test_whoever_had_a_part_in_the_matter_does_not_record_its_outcome(before: str) -> None:
    story = asked().do("hand_over_review", "registrar")
    assert story.state is not None
    taker = story.state.takers[before][-1]
    same = replace(ACTORS["registrar"], person=taker)
    assert story.refuse("record_review", same).code is Code.SAME_PERSON
    story.do("record_review", replace(same, person=PersonId(named("另一登记人"))))


def test_a_changed_outcome_is_carried_out_and_the_next_remedy_runs_from_its_service() -> None:
    story = asked().do("hand_over_review", "registrar")
    story.do("record_review", "registrar", review_result="change", new_result="support")
    assert story.owed == {"conclude_review": "registrar", "carry_out": "handler"}
    story.do("apply_rereview")
    assert story.owed == {"carry_out": "handler", "rereview": "registrar", "hand_over_rereview": "registrar"}
    story.do("hand_over_rereview", "registrar").do("record_rereview", "registrar")
    assert story.stage == "final"


@pytest.mark.clause("art-36.2")
def test_the_time_of_a_hearing_held_elsewhere_does_not_count_either() -> None:
    story = asked().do("hand_over_review", "registrar").do("record_review", "registrar").do("apply_rereview")
    story.do("hand_over_rereview", "registrar")
    before = story.due("rereview")
    story.do("record_hearing", "registrar").wait(6).do("record_hearing_end", "registrar")
    assert (story.due("rereview") - before).days >= 6
    for actor in everybody_here():
        assert forbidden(NATIONAL, story.state, "open_hearing", actor, story.at) is not None  # type: ignore[arg-type]


def test_a_review_that_began_under_the_older_rules_is_handed_on_by_moving_it() -> None:
    story = asked()
    assert story.state is not None
    old = replace(
        story.state,
        rulebook="national-2022@1",
        duties=tuple(duty for duty in story.state.duties if duty.kind != "hand_over_review"),
        facts={fact: value for fact, value in story.state.facts.items() if not fact.endswith("review_by")},
    )
    moved = move(NATIONAL, old)
    assert isinstance(moved, CaseMoved)
    assert moved.facts == {"review_by": "outside", "rereview_by": "inside"}


def test_a_superior_that_is_installed_decides_itself_and_nobody_below_records_for_it() -> None:
    story = replace(replied(), seats=Story(NATIONAL).seats).do("apply_review")
    assert "hand_over_review" not in story.owed
    for action in ("hand_over_review", "record_review"):
        assert story.refuse(action, "registrar").code is Code.WRONG_ROLE
    assert story.do("decide_review", "reviewer").owed == {
        "carry_out": "handler",
        "serve_review": "reviewer",
    }


def test_a_superior_whose_only_unit_is_accused_counts_as_one_that_works_elsewhere() -> None:
    story = replace(replied(), seats=Story(NATIONAL).seats)
    assert story.state is not None
    accusing = replace(story.state, named_units=frozenset({REVIEWING.unit}))
    wish = replace(command(NATIONAL, "apply_review", ACTORS["petitioner"], accusing), seats=story.seats)
    after = decide(NATIONAL, accusing, wish)
    assert not isinstance(after, Refusal)
    assert any(isinstance(event, UnitJoined) and event.relation == "registrar/reviewer" for event in after.events)
    assert after.state.facts["review_by"] == "outside"


def test_whoever_handled_the_matter_before_somebody_else_took_over_does_not_record_its_outcome() -> None:
    first = staff("handler", "先前的承办人")
    story = Story(NATIONAL, seats=ALONE).begin().do("accept").do("assign").do("investigate", first)
    story.do("propose_opinion", first)
    story.do("return_opinion").do("propose_opinion").do("approve_opinion").do("serve_reply").do("apply_review")
    story.do("hand_over_review", "registrar")
    same = replace(ACTORS["registrar"], person=first.person)
    assert story.refuse("record_review", same).code is Code.SAME_PERSON


def test_whoever_once_investigated_the_matter_does_not_review_it_from_the_higher_organ_either() -> None:
    first = staff("handler", "先前的承办人")
    story = Story(NATIONAL).begin().do("accept").do("assign").do("investigate", first).do("investigate")
    story.do("propose_opinion").do("approve_opinion").do("serve_reply").do("apply_review")
    assert story.refuse("decide_review", replace(ACTORS["reviewer"], person=first.person)).code is Code.SAME_PERSON
    assert story.do("decide_review").stage == "review_decided"


@pytest.mark.parametrize("book", ["national-2022", "national-2005"])
@pytest.mark.parametrize(
    ("remedy", "decided"), [("review", False), ("review", True), ("rereview", False), ("rereview", True)]
)
def test_a_superior_who_comes_to_be_accused_before_serving_neither_decides_nor_serves(
    book: str, remedy: str, decided: bool
) -> None:
    rules = load(book)
    story = replace(replied(rules), seats=Story(rules).seats).do("apply_review")
    who, unit = ("reviewer", REVIEWING.unit) if remedy == "review" else ("rereviewer", REREVIEWING.unit)
    if remedy == "rereview":
        story = story.do("decide_review", "reviewer").do("serve_review", "reviewer").do("apply_rereview")
    if decided:
        story = story.do(f"decide_{remedy}", who)
    assert story.state is not None
    accused = Accusation(None, frozenset({unit}), frozenset(), certain=True)
    wish = command(rules, "supplement", ACTORS["petitioner"], story.state)
    after = decide(rules, story.state, replace(wish, accusations=(accused,), seats=ALONE))
    assert not isinstance(after, Refusal)
    story = replace(story, state=after.state, seats=ALONE, history=[*story.history, *after.events])
    assert story.refuse(f"serve_{remedy}" if decided else f"decide_{remedy}", who).code in (
        Code.ACCUSED,
        Code.WRONG_STAGE,
    )
    assert set(story.owed) >= {f"hand_over_{remedy}"}
    story = story.do(f"hand_over_{remedy}", "registrar").do(f"record_{remedy}", "registrar")
    assert story.state is not None
    assert story.state.stage == ("reviewed" if remedy == "review" else "final")
    assert not {f"hand_over_{remedy}", remedy, f"serve_{remedy}"} & set(story.owed)
