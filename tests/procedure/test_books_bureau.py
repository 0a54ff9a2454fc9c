"""The bureau's plan, clause by clause, walked through the engine."""

from __future__ import annotations

from datetime import date

import pytest

from huiyin.procedure import Code, ProblemCode, Refusal
from huiyin.procedure.event import ActionTaken, SubmissionAttached, UnitJoined
from huiyin.rules.book.load import load
from tests.procedure.cast import COMMISSION, FIRE, LOGISTICS, OFFICE, OTHER, PETITIONER, Story, named, staff, text

BOOK = load("xx-bureau")


def letter() -> Story:
    """A letter, registered."""
    return Story(BOOK).begin()


def group_visit(headcount: str = "yes") -> Story:
    """A visit of five people or more."""
    return Story(BOOK).begin(facts={"channel": "visit", "group": headcount})


def referral() -> Story:
    """A matter that a higher body sent."""
    return Story(BOOK).begin(
        facts={"channel": "referral", "source": "referred"},
        source_organ=text("市信访局"),
        reference_no=text("信转〔2026〕8号"),
        source_due=date(2026, 4, 10),
    )


def ordinary() -> Story:
    """An ordinary matter, signed and ready to be assigned."""
    return letter().do("accept").do("classify").do("fill_form").do("sign_ordinary")


def complex_() -> Story:
    """A complex matter, signed by the chief and ready to be assigned."""
    story = letter().do("accept").do("classify", klass="complex")
    return story.do("fill_form_complex").do("propose_complex").do("sign_complex")


def replied(story: Story, result: str = "explain") -> Story:
    """A matter of either class, taken to its served reply."""
    story.do("assign").do("investigate").do("propose_opinion", result=result)
    if story.state and story.state.facts["klass"] == "complex":
        story.do("summarise").do("approve_complex")
    else:
        story.do("approve_opinion")
    return story.do("serve_reply")


def closed() -> Story:
    """A matter closed after the period for review."""
    return replied(ordinary()).wait(40).do("conclude", "system")


def missing(refusal: Refusal) -> set[str]:
    """The fields that the refusal asks for."""
    return {problem.field for problem in refusal.problems if problem.problem is ProblemCode.MISSING}


@pytest.mark.clause("s0-0a", "s0-0b")
def test_from_intake_to_reply_every_step_has_a_responsible_unit_and_a_due_date() -> None:
    story = letter()
    for action in (
        "accept",
        "classify",
        "fill_form",
        "sign_ordinary",
        "assign",
        "investigate",
        "propose_opinion",
        "approve_opinion",
    ):
        assert story.state is not None
        assert all(duty.seat is not None and duty.due_at > duty.opened_at for duty in story.state.duties)
        story.do(action)
    assert story.do("serve_reply").notices == ["reply"]


@pytest.mark.clause("s0-0c")
def test_a_request_found_sound_stays_open_until_what_was_done_is_recorded() -> None:
    story = replied(ordinary(), "support").wait(40)
    assert "carry_out" in story.owed
    assert story.refuse("conclude", "system").code is Code.DUTY_FIRST
    story.do("record_execution", done=text("已经整改")).do("conclude", "system")
    assert story.state is not None
    assert story.state.facts["outcome"] == "done"


@pytest.mark.clause("s0-1a")
def test_the_form_says_why_a_unit_is_responsible() -> None:
    story = letter().do("accept").do("classify")
    assert missing(story.refuse("fill_form", competence=None)) == {"competence"}
    story.do("fill_form", competence="territory")
    assert story.state is not None
    assert story.state.values["competence"] == "territory"


@pytest.mark.clause("s0-1b")
def test_leaders_office_and_departments_each_have_a_role_of_their_own() -> None:
    seats = {role: BOOK.book.roles[role].seat for role in ("unit_head", "secretary", "inspection", "intake")}
    assert {seat.zh for seat in seats.values() if seat} == {"局领导", "纪委", "纪保督察处"}
    assert BOOK.book.roles["handler"].of == "handling"


@pytest.mark.clause("s0-3.1.1a")
@pytest.mark.parametrize("channel", ["letter", "web", "call", "visit"])
def test_every_first_contact_goes_to_the_one_intake_office(channel: str) -> None:
    story = Story(BOOK).begin("register", "registrar", {"channel": channel})
    assert story.owed == {"decide_acceptance": "intake"}
    assert story.state is not None
    assert story.state.duties[0].seat == COMMISSION


@pytest.mark.clause("s0-3.1.1b")
def test_the_inspection_office_registers_time_channel_and_content() -> None:
    story = letter()
    attached = next(event for event in story.history if isinstance(event, SubmissionAttached))
    assert (attached.channel, attached.received_at) == ("letter", story.at)
    assert attached.text.length > 0
    assert isinstance(story.history[1], ActionTaken)
    assert story.history[1].unit == OFFICE.unit


@pytest.mark.clause("s0-3.1.1c")
def test_an_out_of_scope_matter_closes_with_a_notice_that_names_the_competent_organ() -> None:
    story = letter()
    assert missing(story.refuse("decline", competent_organ=None)) == {"competent_organ"}
    story.do("decline", competent_organ=text("市人社局"))
    assert (story.stage, story.notices) == ("declined", ["declined"])


@pytest.mark.clause("s0-3.1.2")
def test_a_repeat_joins_the_first_case_and_its_unit_answers() -> None:
    repeat = letter().do("link_repeat", "registrar")
    assert (repeat.stage, repeat.notices, repeat.owed) == (
        "merged",
        ["repeat"],
        {"archive": "archivist", "place_repeat": "intake"},
    )
    assert repeat.do("place_repeat").owed == {"archive": "archivist", "answer_joined": "handler"}
    assert repeat.do("answer_joined").notices == ["repeat_reply"]
    first = ordinary().do("assign").do("attach_repeat", "registrar")
    assert first.owed == {"handle": "handler", "answer_repeat": "handler"}
    assert first.do("answer_repeat").owed == {"handle": "handler"}


@pytest.mark.clause("s0-3.1.2")
def test_a_person_decides_on_a_repeat_and_the_petitioner_can_contest_it() -> None:
    story = letter()
    assert missing(story.refuse("link_repeat", reason=None)) == {"reason"}
    assert story.refuse("link_repeat", "system").code is Code.WRONG_ROLE
    story.do("link_repeat").wait(30).do("contest_repeat", PETITIONER, new_facts=text("另有新的事实"))
    assert story.owed == {"decide_acceptance": "intake"}
    assert story.due("decide_acceptance") == date(2026, 4, 16)


@pytest.mark.clause("s0-3.1.2")
def test_a_repeat_of_a_closed_matter_opens_it_again_for_its_unit() -> None:
    story = closed().do("attach_repeat", "registrar")
    assert (story.stage, story.owed) == ("reopened", {"answer_repeat": "handler"})
    assert story.do("settle_repeat").stage == "closed"


@pytest.mark.clause("s0-3.1.3")
def test_a_matter_from_above_is_registered_with_its_source_number_and_date() -> None:
    story = referral()
    assert story.owed == {"decide_acceptance": "intake", "report_to_source": "registrar"}
    assert story.due("report_to_source") == date(2026, 4, 10)
    assert story.do("report_to_source").notices == ["source_report"]


@pytest.mark.clause("s0-3.1.3")
def test_a_matter_from_above_without_its_source_is_refused() -> None:
    with pytest.raises(AssertionError, match="source_organ"):
        Story(BOOK).begin(facts={"source": "referred"}, source_organ=None)


@pytest.mark.clause("s0-3.2.1a")
def test_the_commission_classifies_with_reasons() -> None:
    story = letter().do("accept")
    assert story.owed == {"classify": "intake"}
    assert story.refuse("classify", "inspection").code is Code.WRONG_ROLE
    assert missing(story.refuse("classify", reason=None)) == {"reason"}
    story.do("classify")
    taken = next(event for event in story.last if isinstance(event, ActionTaken))
    assert (taken.sets, taken.person) == ({"klass": "ordinary"}, named("intake"))


@pytest.mark.clause("s0-3.2.1b")
def test_an_ordinary_matter_meets_no_criterion_of_a_complex_one() -> None:
    refusal = letter().do("accept").refuse("classify", klass="ordinary", criteria=("serious",))
    assert [(problem.field, problem.problem) for problem in refusal.problems] == [("criteria", ProblemCode.NOT_ASKED)]
    assert "属地能妥善解决" in BOOK.book.fields["klass"].of["ordinary"].zh


@pytest.mark.clause("s0-3.2.1c")
def test_a_complex_matter_meets_at_least_one_criterion_of_the_matter_itself() -> None:
    story = letter().do("accept")
    assert missing(story.refuse("classify", klass="complex", criteria=None)) == {"criteria"}
    story.do("classify", klass="complex", criteria=("wide",))
    assert set(BOOK.book.fields["criteria"].of) == {"serious", "wide"}


def test_art_34_an_ordinary_matter_is_not_extended_as_complex() -> None:
    assert ordinary().do("assign").refuse("request_extension").code is Code.CONDITION
    complex_().do("assign").do("request_extension").do("grant_extension")


@pytest.mark.clause("s0-3.2.2.1a")
def test_the_inspection_office_fills_the_form_of_an_ordinary_matter_with_a_proposal() -> None:
    story = letter().do("accept").do("classify")
    assert story.owed == {"fill_form": "inspection"}
    assert missing(story.refuse("fill_form", proposal=None, proposed_unit=None)) == {"proposal", "proposed_unit"}


@pytest.mark.clause("s0-3.2.2.1b")
def test_an_ordinary_matter_is_not_assigned_before_the_secretary_signs() -> None:
    story = letter().do("accept").do("classify").do("fill_form")
    assert story.refuse("assign", "inspection").code is Code.WRONG_STAGE
    assert story.refuse("sign_ordinary", "unit_head").code is Code.WRONG_ROLE
    story.do("sign_ordinary")
    assert story.state is not None
    assert story.state.takers["sign_ordinary"] == (named("secretary"),)


@pytest.mark.clause("s0-3.2.2.1b")
def test_whoever_filled_the_form_may_not_sign_it() -> None:
    story = letter().do("accept").do("classify").do("fill_form", staff("inspection", "身兼二职"))
    assert story.refuse("sign_ordinary", staff("secretary", "身兼二职")).code is Code.SAME_PERSON


@pytest.mark.clause("s0-3.2.2.1c")
def test_a_signed_matter_goes_to_the_unit_that_was_signed_for() -> None:
    story = ordinary()
    assert story.owed == {"assign": "inspection"}
    story.do("assign")
    assert UnitJoined("handling", FIRE) in story.last
    assert story.notices == ["assignment"]


@pytest.mark.clause("s0-3.2.2.1d")
def test_the_result_is_due_on_the_set_date_and_no_later_than_the_law_allows() -> None:
    refusal = ordinary().refuse("assign", due_date=date(2026, 6, 1))
    assert [(problem.problem, problem.params) for problem in refusal.problems] == [
        (ProblemCode.TOO_LATE, {"latest": "2026-05-06"})
    ]
    story = ordinary().do("assign", due_date=date(2026, 3, 20))
    assert story.due("handle") == date(2026, 3, 20)
    assert story.do("investigate").do("propose_opinion").owed == {"approve_opinion": "secretary"}


@pytest.mark.clause("s0-3.2.2.1e")
def test_the_liaison_of_the_handling_unit_names_who_handles_the_matter() -> None:
    story = ordinary().do("assign", handler=None)
    assert story.refuse("name_handler", staff("liaison", seat=OTHER)).code is Code.WRONG_UNIT
    story.do("name_handler", "liaison", handler=named("另一承办人"))
    assert story.state is not None
    assert story.state.duties[0].assignee == named("另一承办人")


@pytest.mark.clause("s0-3.2.2.2a")
def test_for_a_complex_matter_the_office_fills_the_form_and_the_commission_proposes() -> None:
    story = letter().do("accept").do("classify", klass="complex")
    assert story.owed == {"fill_form_complex": "inspection"}
    story.do("fill_form_complex")
    assert story.owed == {"propose_complex": "intake"}
    assert story.refuse("propose_complex", "inspection").code is Code.WRONG_ROLE


@pytest.mark.clause("s0-3.2.2.2b")
def test_a_complex_matter_needs_the_chiefs_signature_and_goes_exactly_where_it_says() -> None:
    story = letter().do("accept").do("classify", klass="complex").do("fill_form_complex").do("propose_complex")
    assert story.refuse("sign_complex", "secretary").code is Code.WRONG_ROLE
    story.do("sign_complex", signed_unit=LOGISTICS.unit)
    refusal = story.refuse("assign", unit=FIRE.unit)
    assert [(problem.field, problem.problem) for problem in refusal.problems] == [("unit", ProblemCode.DIFFERS)]
    assert UnitJoined("handling", LOGISTICS) in story.do("assign").last


@pytest.mark.clause("s0-3.2.2.2c")
def test_the_result_of_a_complex_matter_is_summarised_for_the_chief() -> None:
    story = complex_().do("assign").do("investigate").do("propose_opinion")
    assert story.owed == {"summarise": "intake"}
    assert story.refuse("approve_opinion", "secretary").code is Code.CONDITION
    assert story.do("summarise").owed == {"approve_complex": "unit_head"}


@pytest.mark.clause("s0-3.3.1a")
def test_five_visitors_or_more_are_received_at_once_by_a_named_receptionist() -> None:
    story = group_visit()
    assert story.owed == {"decide_acceptance": "intake", "receive_group": "receptionist"}
    assert story.due("receive_group") == date(2026, 3, 2)
    assert "receive_group" not in group_visit("no").owed
    assert BOOK.book.facts["group"].at_least == 5


@pytest.mark.clause("s0-3.3.1b")
def test_a_group_visit_is_registered_with_its_shared_request_and_goes_the_normal_way() -> None:
    story = group_visit()
    asked = missing(story.refuse("receive_group", representatives=None, shared_request=None))
    assert asked == {"representatives", "shared_request"}
    assert story.refuse("receive_group", representatives=6).problems[0].problem is ProblemCode.TOO_LARGE
    assert story.do("receive_group", representatives=5).do("accept").owed == {"classify": "intake"}


@pytest.mark.clause("s0-3.3.3a")
def test_a_forwarded_first_time_matter_goes_to_intake_and_the_petitioner_is_offered_a_reception() -> None:
    story = referral()
    assert story.owed["decide_acceptance"] == "intake"
    story.do("accept").do("classify").do("fill_form").do("sign_ordinary").do("assign")
    story.do("record_reception", reception="remote", consent=True)
    assert {"office", "remote", "near"} == set(BOOK.book.fields["reception"].of)


@pytest.mark.clause("s0-3.3.3b")
def test_a_forwarded_matter_already_decided_goes_back_to_its_unit_for_a_further_reply() -> None:
    forwarded = referral().do("link_referral", "registrar")
    assert forwarded.stage == "linked"
    assert forwarded.owed == {"report_linked": "registrar", "place_repeat": "intake"}
    assert forwarded.do("report_linked").stage == "merged"
    earlier = closed().do("attach_repeat", "registrar")
    assert earlier.due("answer_repeat") == date(2026, 6, 10)
    earlier.do("handle_again", reason=text("原答复遗漏事实"))
    assert earlier.owed == {"assign": "inspection"}
    earlier.do("assign", due_date=date(2026, 5, 20))
    assert earlier.due("handle") == date(2026, 5, 20)


@pytest.mark.clause("s0-3.4c")
def test_a_leader_answers_for_the_matter_until_the_reply() -> None:
    story = ordinary().do("assign").do("name_sponsor", leader=named("leader"), resolve_by=date(2026, 4, 1))
    assert story.state is not None
    (sponsor,) = story.state.open_duties("sponsor")
    assert (sponsor.role, sponsor.assignee, story.due("sponsor")) == ("leader", named("leader"), date(2026, 4, 1))
    story.do("report_sponsor").do("investigate").do("propose_opinion").do("approve_opinion").do("serve_reply")
    assert "sponsor" not in story.owed


@pytest.mark.clause("s0-3.4d")
def test_several_units_join_with_a_lead_a_task_and_a_date() -> None:
    story = ordinary().do("assign")
    assert missing(story.refuse("join_unit", units=None, task=None)) == {"units", "task"}
    story.do("join_unit", units=(LOGISTICS.unit, OTHER.unit), co_due=date(2026, 3, 16))
    assert story.state is not None
    assert {duty.seat for duty in story.state.open_duties("co_report")} == {LOGISTICS, OTHER}
    story.do("report_to_lead", "co_handler")
    assert [duty.seat for duty in story.state.open_duties("co_report")] == [OTHER]
    assert story.refuse("report_to_lead", "co_handler").code is Code.DUTY_NOT_OPEN  # that unit owes nothing more


@pytest.mark.clause("s0-3.4d")
def test_a_body_outside_is_asked_with_purpose_what_is_shared_and_a_day() -> None:
    story = ordinary().do("assign")
    blank = dict.fromkeys(("outside_body", "outside_purpose", "outside_shared", "outside_by"))
    assert missing(story.refuse("ask_outside", **blank)) == set(blank)
    assert story.do("ask_outside", outside_by=date(2026, 3, 20)).notices == ["outside_request"]
    story.do("ask_outside", outside_by=date(2026, 3, 27))
    assert [duty.derivation.due_on for duty in story.state.open_duties("obtain_outside")] == [
        date(2026, 3, 20),
        date(2026, 3, 27),
    ]
    assert set(BOOK.book.fields["outside_body"].of) == {"street", "petition_bureau", "authority"}
    assert missing(story.refuse("record_outside_answer", outside_answer=None)) == {"outside_answer"}
    assert "outside_name" not in BOOK.book.procedures["matter"].actions["record_outside_answer"].required, (
        "who answers is who was asked"
    )
    story.do("record_outside_answer").do("record_outside_answer")
    assert "obtain_outside" not in story.owed


@pytest.mark.clause("s0-3.4e")
def test_a_reception_away_from_the_office_needs_the_petitioners_consent() -> None:
    story = ordinary().do("assign")
    assert missing(story.refuse("record_reception", reception="near", consent=None)) == {"consent"}
    story.do("record_reception", reception="near", consent=True).do("record_reception", reception="office")
    words = " ".join(action.zh for action in BOOK.book.procedures["matter"].actions.values())
    assert not any(word in words for word in ("赴京", "劝返", "稳控", "截访", "跟随"))
