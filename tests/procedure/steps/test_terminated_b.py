"""Rules on terminated matters: what each step does, seen from outside; beside the stories in `test_books_terminated.py`."""

from __future__ import annotations

import pytest

from huiyin.rules.book.load import load
from tests.procedure.observed import Observed, observed

BOOK = load("terminated-matters")


@pytest.mark.clause("s2-4.1.2")
def test_what_it_takes_and_means_to_refer_a_question_of_false_accusation() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(20) apply_termination approve_termination serve_termination",
        "refer_question",
    )
    assert seen == Observed(
        by="unit_head",
        must="beyond_unproven competent_organ reason",
        stage="terminated > terminated",
        notices="question_referral",
        again="may be taken again",
    )


@pytest.mark.clause("s2-4.2.1")
def test_what_it_takes_and_means_to_record_a_failure_of_staff() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(20) apply_termination approve_termination serve_termination",
        "record_staff_failure",
    )
    assert seen == Observed(
        by="supervisor", must="graded staff_failure", stage="terminated > terminated", again="may be taken again"
    )


@pytest.mark.clause("s2-4.2.2")
def test_what_it_takes_and_means_to_record_a_leak_and_tell() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(20) apply_termination approve_termination serve_termination",
        "record_leak",
    )
    assert seen == Observed(
        by="supervisor",
        must="leak_measure leaked leaker",
        stage="terminated > terminated",
        notices="leak_notice",
        again="may be taken again",
    )


@pytest.mark.clause("s2-5.1.1a", "s2-5.1.1b")
def test_what_it_takes_and_means_to_inspect_what_follows() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(20) apply_termination approve_termination serve_termination",
        "inspect_aftercare",
    )
    assert seen == Observed(
        by="supervisor", must="check_result inspected", stage="terminated > terminated", again="may be taken again"
    )


@pytest.mark.clause("s2-5.1.1b")
def test_what_it_takes_and_means_to_order_that_a_defect_be_put_right() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(20) apply_termination approve_termination serve_termination",
        "find_defect",
    )
    assert seen == Observed(
        by="supervisor",
        must="defect rectify_by",
        stage="terminated > terminated",
        opens="rectify:handler:5",
        again="may be taken again",
    )


@pytest.mark.clause("s2-5.1.1b")
def test_what_it_takes_and_means_to_report_that_it_was_put_right() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(20) apply_termination approve_termination serve_termination find_defect",
        "rectify",
    )
    assert seen == Observed(
        by="handler",
        must="rectified",
        stage="terminated > terminated",
        closes="rectify",
        notices="rectified",
        again="duty-not-open",
    )


@pytest.mark.clause("s2-5.1.2")
def test_what_it_takes_and_means_to_ask_for_material() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(20) apply_termination approve_termination serve_termination",
        "request_material",
    )
    assert seen == Observed(
        by="supervisor",
        must="material material_by",
        stage="terminated > terminated",
        opens="supply_material:handler:5",
        again="may be taken again",
    )


@pytest.mark.clause("s2-5.1.2")
def test_what_it_takes_and_means_to_supply_material() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(20) apply_termination approve_termination serve_termination request_material",
        "supply_material",
    )
    assert seen == Observed(
        by="handler", must="response", stage="terminated > terminated", closes="supply_material", again="duty-not-open"
    )


@pytest.mark.clause("s2-5.2.2")
def test_what_it_takes_and_means_to_report_a_problem() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(20) apply_termination approve_termination serve_termination",
        "report_problem",
    )
    assert seen == Observed(
        by="petitioner",
        must="problem",
        stage="terminated > terminated",
        opens="answer_problem:supervisor:30",
        moments="problem_raised",
        units="supervisor",
        again="may be taken again",
    )


@pytest.mark.clause("s2-5.2.2")
def test_what_it_takes_and_means_to_answer_the_problem() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(20) apply_termination approve_termination serve_termination report_problem",
        "answer_problem",
    )
    assert seen == Observed(
        by="supervisor",
        must="answer",
        stage="terminated > terminated",
        closes="answer_problem",
        notices="problem_answer",
        again="duty-not-open",
    )
