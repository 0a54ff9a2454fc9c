"""Rules on terminated matters: what each step does, seen from outside; beside the stories in `test_books_terminated.py`."""

from __future__ import annotations

import pytest

from huiyin.rules.book.load import load
from tests.procedure.observed import Observed, observed

BOOK = load("terminated-matters")


@pytest.mark.clause("s2-1.3.2")
def test_what_it_takes_and_means_to_hand_on_to_another_unit() -> None:
    seen = observed(BOOK, "matter", "register accept assign request_recusal decide_recusal", "hand_on")
    assert seen == Observed(
        by="intake unit_head",
        must="reason unit",
        may="handler",
        stage="assigned > assigned",
        closes="name_substitute",
        again="duty-not-open",
    )


@pytest.mark.clause("s2-2.1.1", "s2-2.2.1")
def test_what_it_takes_and_means_to_apply_for_termination_after_re_review() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final",
        "apply_termination",
    )
    assert seen == Observed(
        by="handler",
        must="open_commitments raised_on same_grounds",
        stage="ended > termination_applied",
        opens="check_termination:termination_checker:30",
        closes="archive",
        moments="termination_applied",
        units="termination_checker",
        again="wrong-stage",
    )


@pytest.mark.clause("s2-2.1.2", "s2-2.2.1")
def test_what_it_takes_and_means_to_apply_for_termination_when_not_pursued_after_re_review() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(100)",
        "apply_termination_unpursued",
    )
    assert seen == Observed(
        by="handler",
        must="no_new_request open_commitments reason",
        stage="ended > termination_applied",
        opens="check_termination:termination_checker:30",
        closes="archive",
        moments="termination_applied",
        units="termination_checker",
        again="wrong-stage",
    )


@pytest.mark.clause("s2-2.2.2a", "s2-2.2.2b")
def test_what_it_takes_and_means_to_approve_the_termination() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(20) apply_termination",
        "approve_termination",
    )
    assert seen == Observed(
        by="termination_checker",
        must="open_ways opinions_checked papers_checked process_checked reason windows_checked",
        stage="termination_applied > termination_approved",
        opens="serve_termination:handler:5",
        closes="check_termination",
        moments="termination_approved",
        again="wrong-stage",
    )


@pytest.mark.clause("s2-2.2.2b")
def test_what_it_takes_and_means_to_return_the_application() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(20) apply_termination",
        "return_termination",
    )
    assert seen == Observed(
        by="termination_checker",
        must="reason",
        stage="termination_applied > termination_returned",
        opens="settle_return:handler:12",
        closes="check_termination",
        moments="termination_returned",
        again="wrong-stage",
    )


@pytest.mark.clause("s2-1.2", "s2-2.2.3")
def test_what_it_takes_and_means_to_serve_the_termination() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(20) apply_termination approve_termination",
        "serve_termination",
    )
    assert seen == Observed(
        by="handler registrar",
        must="explained mode served_on service_place service_proof signed_by",
        stage="termination_approved > terminated",
        opens="close_aftercare:registrar:180 file_termination:archivist:30 follow_up:handler:92",
        closes="serve_termination",
        notices="termination",
        moments="aftercare_begun terminated",
        again="wrong-stage",
    )


@pytest.mark.clause("s2-3.1.1", "s2-3.1.2")
def test_what_it_takes_and_means_to_make_the_termination_file() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(20) apply_termination approve_termination serve_termination",
        "file_termination",
    )
    assert seen == Observed(
        by="archivist",
        must="decision_filed handling_filed identity_filed term",
        may="catalogue",
        stage="terminated > terminated",
        closes="file_termination",
        again="duty-not-open",
    )


@pytest.mark.clause("s2-3.2.1a", "s2-3.2.1b", "s2-3.2.1c", "s2-3.2.2a", "s2-3.2.2b")
def test_what_it_takes_and_means_to_record_the_follow_up() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(20) apply_termination approve_termination serve_termination",
        "record_follow_up",
    )
    assert seen == Observed(
        by="handler",
        must="agreed delivered follow_mode followed_on help_wanted said",
        may="questions",
        stage="terminated > terminated",
        closes="follow_up",
        facts="visited=done",
        again="duty-not-open",
    )


@pytest.mark.clause("s2-3.2.1a")
def test_what_it_takes_and_means_to_decline_the_follow_up() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(20) apply_termination approve_termination serve_termination",
        "decline_follow_up",
    )
    assert seen == Observed(
        by="handler petitioner",
        may="note",
        stage="terminated > terminated",
        closes="follow_up",
        facts="visited=declined",
        again="duty-not-open",
    )


@pytest.mark.clause("s2-3.2.2b")
def test_what_it_takes_and_means_to_correct_the_record() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(20) apply_termination approve_termination serve_termination file_termination record_follow_up",
        "correct_follow_up",
    )
    assert seen == Observed(
        by="petitioner", must="correction", stage="terminated > terminated", again="may be taken again"
    )


@pytest.mark.clause("s2-1.3.3")
def test_what_it_takes_and_means_to_record_mediation_or_help() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(20) apply_termination approve_termination serve_termination",
        "record_help",
    )
    assert seen == Observed(
        by="handler", must="help_kind help_result", stage="terminated > terminated", again="may be taken again"
    )


@pytest.mark.clause("s2-1.3.4", "s2-3.3.1a", "s2-3.3.1b")
def test_what_it_takes_and_means_to_record_another_commitment() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(20) apply_termination approve_termination serve_termination",
        "add_commitment",
    )
    assert seen == Observed(
        by="handler",
        must="commitment commitment_due",
        stage="terminated > terminated",
        opens="keep_commitment:handler:5",
        again="may be taken again",
    )


@pytest.mark.clause("s2-1.3.4", "s2-3.3.1a", "s2-3.3.1b")
def test_what_it_takes_and_means_to_keep_it_and_report() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(20) apply_termination approve_termination serve_termination add_commitment",
        "keep_commitment",
    )
    assert seen == Observed(
        by="handler",
        must="kept",
        stage="terminated > terminated",
        closes="keep_commitment",
        notices="commitment_kept",
        again="duty-not-open",
    )


@pytest.mark.clause("s2-3.3.2a", "s2-3.3.2b")
def test_what_it_takes_and_means_to_register_a_new_request_and_report_it() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(20) apply_termination approve_termination serve_termination",
        "record_new_matter",
    )
    assert seen == Observed(
        by="intake registrar",
        must="new_matter new_request",
        stage="terminated > terminated",
        notices="new_matter_copy new_matter_report",
        again="may be taken again",
    )


@pytest.mark.clause("s2-1.1", "s2-3.3.1a")
def test_what_it_takes_and_means_to_finish_what_follows() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(20) apply_termination approve_termination serve_termination file_termination record_follow_up",
        "close_aftercare",
    )
    assert seen == Observed(
        by="registrar",
        stage="terminated > aftercare_done",
        opens="archive:archivist:92",
        closes="close_aftercare",
        moments="ended",
        again="wrong-stage",
    )


@pytest.mark.clause("s2-3.4.2a", "s2-3.4.2b")
def test_what_it_takes_and_means_to_not_accept_again_since_it_was_terminated() -> None:
    seen = observed(BOOK, "matter", "submit", "not_again_terminated")
    assert seen == Observed(
        by="intake",
        must="compared earlier_date earlier_no reason terminated_case",
        stage="registered > not_again",
        opens="archive:archivist:91",
        closes="decide_acceptance",
        notices="not_again",
        moments="ended",
        units="archivist",
        again="wrong-stage",
    )


@pytest.mark.clause("s2-4.1.1")
def test_what_it_takes_and_means_to_record_a_decision_of_a_competent_organ() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review serve_review apply_rereview decide_rereview serve_rereview conclude_final wait(20) apply_termination approve_termination serve_termination",
        "record_lawful_decision",
    )
    assert seen == Observed(
        by="registrar",
        must="decided_on deciding_organ relevance",
        stage="terminated > terminated",
        again="may be taken again",
    )
