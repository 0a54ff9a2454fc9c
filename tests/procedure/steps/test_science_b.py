"""The science bureau's rules: what each step does, seen from outside; beside the stories in `test_books_science.py`."""

from __future__ import annotations

import pytest

from huiyin.rules.book.load import load
from tests.procedure.observed import Observed, observed

BOOK = load("science-bureau")


@pytest.mark.clause("s1-C9a")
def test_what_it_takes_and_means_to_apply_for_review() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept propose_assignment approve_assignment assign investigate propose_opinion(result=explain) approve_opinion serve_reply",
        "apply_review",
    )
    assert seen == Observed(
        by="petitioner receptionist registrar",
        must="challenge",
        may="files",
        stage="replied > review",
        opens="review:reviewer:30",
        closes="check_file conclude",
        moments="review_requested",
        units="reviewer",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-C9b")
def test_what_it_takes_and_means_to_decide_the_review() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept propose_assignment approve_assignment assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review",
        "decide_review",
    )
    assert seen == Observed(
        by="reviewer",
        must="basis facts_found opinion rereview_organ review_result",
        may="carry_out_by",
        stage="review > review_decided",
        opens="serve_review:reviewer:30",
        closes="review",
        moments="review_decided",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-C9b")
def test_what_it_takes_and_means_to_serve_the_review_opinion() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept propose_assignment approve_assignment assign investigate propose_opinion(result=explain) approve_opinion serve_reply apply_review decide_review",
        "serve_review",
    )
    assert seen == Observed(
        by="reviewer",
        must="mode served_on service_place service_proof signed_by",
        stage="review_decided > reviewed",
        opens="check_file:registrar:7 conclude_review:registrar:30",
        closes="serve_review",
        notices="review_opinion",
        moments="review_served",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-C14", "s1-C5.1c")
def test_what_it_takes_and_means_to_supervise() -> None:
    seen = observed(BOOK, "matter", "register accept propose_assignment approve_assignment assign", "supervise")
    assert seen == Observed(
        by="supervisor",
        must="demand reply_by trigger",
        stage="assigned > assigned",
        opens="answer_supervision:handler:5",
        notices="supervision",
        again="may be taken again",
    )


@pytest.mark.clause("s1-C2a", "s1-C6b")
def test_what_it_takes_and_means_to_propose_who_handles_it() -> None:
    seen = observed(BOOK, "matter", "register accept", "propose_assignment")
    assert seen == Observed(
        by="intake",
        must="competence proposal proposed_unit",
        stage="accepted > to_approve",
        opens="approve_assignment:leader_in_charge:65",
        closes="propose_assignment",
        units="leader_in_charge",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-C14", "s1-C6b")
def test_what_it_takes_and_means_to_approve_the_assignment() -> None:
    seen = observed(BOOK, "matter", "register accept propose_assignment", "approve_assignment")
    assert seen == Observed(
        by="leader_in_charge",
        must="signed_unit",
        may="approval",
        stage="to_approve > signed",
        opens="assign:intake:65",
        closes="approve_assignment",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-C6b")
def test_what_it_takes_and_means_to_return_the_proposal() -> None:
    seen = observed(BOOK, "matter", "register accept propose_assignment", "return_assignment")
    assert seen == Observed(
        by="leader_in_charge",
        must="reason",
        stage="to_approve > accepted",
        opens="propose_assignment:intake:65",
        closes="approve_assignment",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-C14", "s1-C2b")
def test_what_it_takes_and_means_to_check_the_file() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept propose_assignment approve_assignment assign investigate propose_opinion(result=explain) approve_opinion serve_reply",
        "check_file",
    )
    assert seen == Observed(
        by="registrar",
        must="basis_complete evidence_complete facts_complete papers_complete steps_complete",
        stage="replied > replied",
        closes="check_file",
        again="duty-not-open",
    )


@pytest.mark.clause("s1-C11a")
def test_what_it_takes_and_means_to_file_without_action() -> None:
    seen = observed(BOOK, "matter", "submit", "file_letter")
    assert seen == Observed(
        by="intake",
        must="file_ground no_new_facts reason",
        stage="registered > filed",
        opens="appraise_filed:archivist:1127 pack_filed:archivist:91",
        closes="decide_acceptance",
        notices="filed",
        moments="ended filed",
        units="archivist",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-C11a")
def test_what_it_takes_and_means_to_contest_with_new_facts() -> None:
    seen = observed(BOOK, "matter", "register file_letter", "contest_filed")
    assert seen == Observed(
        by="petitioner",
        must="new_facts",
        stage="filed > registered",
        opens="decide_acceptance:intake:15",
        closes="appraise_filed pack_filed",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-C11b")
def test_what_it_takes_and_means_to_pack_filed_letters() -> None:
    seen = observed(BOOK, "matter", "register file_letter", "pack_filed")
    assert seen == Observed(
        by="archivist", must="pack_year region", stage="filed > filed", closes="pack_filed", again="duty-not-open"
    )


@pytest.mark.clause("s1-C17a")
def test_what_it_takes_and_means_to_name_who_received_it_first() -> None:
    seen = observed(BOOK, "matter", "register accept", "name_first_receiver")
    assert seen == Observed(
        by="receptionist registrar",
        must="first_leader",
        stage="accepted > accepted",
        closes="name_first_receiver",
        opens="first_receiver:leader:65",
        units="leader",
        again="duty-not-open",
    )


@pytest.mark.clause("s1-C17a", "s1-C17b")
def test_what_it_takes_and_means_to_record_progress() -> None:
    seen = observed(BOOK, "matter", "register accept name_first_receiver", "track_progress")
    assert seen == Observed(by="leader", must="progress", stage="accepted > accepted", again="may be taken again")


@pytest.mark.clause("s1-C16a", "s1-C20c")
def test_what_it_takes_and_means_to_record_a_reception() -> None:
    seen = observed(BOOK, "matter", "submit", "record_reception")
    assert seen == Observed(
        by="receptionist",
        must="reception_on reception_record reception_steps",
        stage="registered > registered",
        again="may be taken again",
    )


@pytest.mark.clause("s1-C20c")
def test_what_it_takes_and_means_to_ask_for_another_receptionist() -> None:
    seen = observed(BOOK, "matter", "submit", "ask_other_receptionist")
    assert seen == Observed(
        by="petitioner",
        may="note",
        stage="registered > registered",
        opens="change_receptionist:registrar:0",
        moments="other_asked",
        units="registrar",
        again="may be taken again",
    )


@pytest.mark.clause("s1-C20c")
def test_what_it_takes_and_means_to_name_another_receptionist() -> None:
    seen = observed(BOOK, "matter", "submit ask_other_receptionist", "change_receptionist")
    assert seen == Observed(
        by="registrar",
        must="receptionist",
        stage="registered > registered",
        closes="change_receptionist",
        notices="receptionist",
        again="duty-not-open",
    )


@pytest.mark.clause("s1-C20d")
def test_what_it_takes_and_means_to_record_the_call_of_the_head_of_the_business() -> None:
    seen = observed(BOOK, "matter", "submit", "call_business_head")
    assert seen == Observed(
        by="receptionist registrar",
        must="business_head called_at",
        may="arrived_at",
        stage="registered > registered",
        again="may be taken again",
    )
