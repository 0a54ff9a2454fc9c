"""Papers reach whom they are for: each way with its proof, under every shipped book, and nothing lies unserved."""

from datetime import date

import pytest

from huiyin.procedure.refusal import Code, ProblemCode
from huiyin.rules.book.load import load
from huiyin.rules.book.schema import Action
from tests.procedure.cast import NOW, Story, staff
from tests.procedure.test_books_national import assigned, begun

TODAY = date(2026, 3, 2)
BOOKS = ("national-2022", "national-2005", "street-office", "squad-rules", "science-bureau", "xx-bureau", "company")


def approved() -> Story:
    return assigned().do("investigate").do("propose_opinion", result="explain").do("approve_opinion")


def test_the_first_day_of_the_stories_is_that_of_the_entries() -> None:
    assert NOW.date() == TODAY


def test_what_is_posted_waits_for_its_proof_and_the_reply_is_still_owed() -> None:
    story = approved().do("post_reply", posted_on=TODAY)
    assert {"serve_reply", "prove_reply"} <= set(story.owed)
    assert story.due("prove_reply") == date(2026, 3, 17)
    assert story.stage == "approved"
    assert "apply_review" not in story.owed


def test_the_window_runs_from_the_receipt_and_not_from_the_day_of_posting() -> None:
    story = approved().do("post_reply", posted_on=TODAY).wait(6)
    story.do("serve_reply", mode="post", posted_on=TODAY, served_on=date(2026, 3, 7))
    assert story.due("conclude") == date(2026, 4, 7)  # the thirtieth day, 6 April, is the holiday of 清明
    assert "prove_reply" not in story.owed


def test_what_was_posted_is_not_posted_again_while_its_proof_is_awaited() -> None:
    story = approved().do("post_reply", posted_on=TODAY)
    assert story.refuse("post_reply", posted_on=TODAY).code is Code.DUTY_FIRST


def test_what_comes_back_is_served_another_way_within_five_working_days() -> None:
    story = approved().do("post_reply", posted_on=TODAY).wait(3)
    story.do("record_failed_service", failed_how="returned", failed_on=date(2026, 3, 5))
    assert story.due("serve_reply_again") == date(2026, 3, 12)
    assert "prove_reply" not in story.owed
    assert story.refuse("record_failed_service", failed_how="returned").code is Code.DUTY_FIRST
    story.do("post_reply", posted_on=date(2026, 3, 5))
    assert "serve_reply_again" not in story.owed
    assert "prove_reply" in story.owed


def test_only_consent_on_file_opens_the_electronic_way() -> None:
    story = approved()
    assert story.refuse("send_reply").code is Code.NOT_SAID
    story.do("choose_electronic", "petitioner", e_service="yes").do("send_reply")
    assert story.notices == ["reply_waiting"]
    story.wait(2).do("receive_reply", "petitioner")
    assert story.notices == ["reply"]
    assert story.stage == "replied"
    assert story.due("conclude") == date(2026, 4, 3)


def test_nobody_but_the_petitioner_opens_their_paper() -> None:
    story = approved().do("choose_electronic", "petitioner", e_service="yes").do("send_reply")
    assert story.refuse("receive_reply", "handler").code is Code.WRONG_ROLE


def test_a_late_entry_is_left_to_somebody_who_sent_nothing() -> None:
    story = approved().wait(30)
    refusal = story.refuse("serve_reply", served_on=date(2026, 3, 5))
    assert [(one.field, one.problem) for one in refusal.problems] == [("served_on", ProblemCode.NOT_RECENT)]
    assert story.refuse("confirm_reply_service", "handler").code is Code.WRONG_ROLE
    story.do("confirm_reply_service", confirmed_mode="in_person", served_on=date(2026, 3, 5))
    assert story.stage == "replied"


def test_who_posted_a_review_does_not_confirm_its_late_service() -> None:
    story = approved().do("serve_reply", served_on=TODAY).do("apply_review").do("decide_review")
    story.do("post_review", staff("reviewer", "另一复查人"), posted_on=TODAY)
    assert story.refuse("confirm_review_service", staff("reviewer", "另一复查人")).code is Code.SAME_PERSON


def test_a_public_notice_counts_from_its_thirtieth_day() -> None:
    story = approved().wait(40)
    early = story.refuse(
        "confirm_reply_service", confirmed_mode="announced", announced_on=date(2026, 3, 5), served_on=date(2026, 4, 3)
    )
    assert [(one.field, one.problem) for one in early.problems] == [("served_on", ProblemCode.BEFORE_EVENT)]
    story.do(
        "confirm_reply_service", confirmed_mode="announced", announced_on=date(2026, 3, 5), served_on=date(2026, 4, 4)
    )
    assert story.stage == "replied"


@pytest.mark.parametrize("name", BOOKS)
def test_whatever_a_service_opens_and_ends_every_way_of_it_does(name: str) -> None:
    actions = load(name).book.procedures["matter"].actions
    for ways in (
        ("serve_reply", "confirm_reply_service", "receive_reply"),
        ("serve_review", "confirm_review_service", "receive_review"),
        ("serve_rereview", "confirm_rereview_service", "receive_rereview"),
    ):
        assert len({(actions[way].to, opened(actions[way]), actions[way].notice) for way in ways}) == 1
        # A document that waits for its proof was not found to have failed.
        ended = [{*actions[way].discharges, *actions[way].withdraws} for way in ways]
        assert ended[0] == ended[1]
        assert ended[0] - ended[2] == {f"{ways[0]}_again"}


def opened(action: Action) -> frozenset[str]:
    return frozenset(opening.duty for opening in action.opens)


UNREACHABLE = {"mode": "unreachable", "unreachable_why": "电话停机，两次上门无人，邻居不知去向。"}


def unclear() -> Story:
    """An approved opinion for somebody whose name or address is not clear."""
    story = begun(name_clear="no").do("accept", kind="claim").do("assign").do("investigate")
    return story.do("propose_opinion", result="explain").do("approve_opinion")


def test_who_left_an_address_is_not_served_by_publication() -> None:
    refusal = approved().refuse("serve_reply", **UNREACHABLE)
    assert [(one.field, one.problem) for one in refusal.problems] == [("mode", ProblemCode.NOT_OFFERED)]


def test_once_a_service_has_failed_an_address_on_file_no_longer_bars_publication() -> None:
    story = approved().do("post_reply", posted_on=TODAY).wait(3)
    story.do("record_failed_service", failed_how="unknown", failed_on=date(2026, 3, 5))
    assert story.do("serve_reply", served_on=date(2026, 3, 5), **UNREACHABLE).stage == "replied"


def test_whose_address_is_unclear_is_served_by_publication_with_a_reason() -> None:
    assert unclear().do("serve_reply", **UNREACHABLE).stage == "replied"


def test_nobody_is_served_by_publication_without_a_reason() -> None:
    refusal = unclear().refuse("serve_reply", **{**UNREACHABLE, "unreachable_why": None})
    assert [(one.field, one.problem) for one in refusal.problems] == [("unreachable_why", ProblemCode.MISSING)]


@pytest.mark.parametrize("book", [*BOOKS, "terminated-matters"])
def test_every_step_that_may_serve_by_publication_asks_why(book: str) -> None:
    rules = load(book).book
    for procedure in rules.procedures.values():
        for name, action in procedure.actions.items():
            if "mode" in action.required and "unreachable" in rules.fields["mode"].of:
                assert dict(action.asked_if["unreachable_why"]) == {"mode": ("unreachable",)}, (book, name)
