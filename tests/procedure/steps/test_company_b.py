"""The company's rules: what each step does, seen from outside; beside the stories in `test_books_company.py`."""

from __future__ import annotations

import pytest

from huiyin.rules.book.load import load
from tests.procedure.observed import Observed, observed

BOOK = load("company")


@pytest.mark.clause("s3-2.3.1c", "s3-2.3.4c")
def test_what_it_takes_and_means_to_report_a_major_matter() -> None:
    seen = observed(BOOK, "matter", "register accept assign", "report_major")
    assert seen == Observed(
        by="handler working_group",
        must="major_reason",
        stage="assigned > assigned",
        facts="major=yes",
        again="may be taken again",
    )


@pytest.mark.clause("s3-2.2.2d")
def test_what_it_takes_and_means_to_record_a_contact_with_the_petitioner() -> None:
    seen = observed(BOOK, "matter", "submit", "record_contact")
    assert seen == Observed(
        by="working_group",
        must="contact_on contact_text routes",
        stage="registered > registered",
        again="may be taken again",
    )


@pytest.mark.clause("s3-2.3.2c")
def test_what_it_takes_and_means_to_notify_the_department() -> None:
    seen = observed(BOOK, "matter", "register accept assign", "notify_department")
    assert seen == Observed(
        by="administration",
        must="notified",
        stage="assigned > assigned",
        closes="notify_department",
        again="duty-not-open",
    )


@pytest.mark.clause("s3-2.3.2c")
def test_what_it_takes_and_means_to_record_progress() -> None:
    seen = observed(BOOK, "matter", "submit", "follow_progress")
    assert seen == Observed(
        by="administration", must="progress", stage="registered > registered", again="may be taken again"
    )


@pytest.mark.clause("s3-2.3.1d")
def test_what_it_takes_and_means_to_record_a_report_to_a_superior_body() -> None:
    seen = observed(BOOK, "matter", "submit", "report_above")
    assert seen == Observed(
        by="intake working_group",
        must="urgent_text urgent_to",
        may="guidance",
        stage="registered > registered",
        again="may be taken again",
    )


@pytest.mark.clause("s3-2.3.3a")
def test_what_it_takes_and_means_to_give_a_legal_opinion() -> None:
    seen = observed(BOOK, "matter", "register accept assign", "give_legal_opinion")
    assert seen == Observed(by="legal", must="legal_opinion", stage="assigned > assigned", again="may be taken again")


@pytest.mark.clause("s3-2.3.3b")
def test_what_it_takes_and_means_to_check_the_legality() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign name_handler start_inquiry notify_department investigate propose_opinion(result=explain)",
        "check_legality",
    )
    assert seen == Observed(
        by="legal", must="legal_opinion", stage="proposed > proposed", closes="check_legality", again="duty-not-open"
    )


@pytest.mark.clause("s3-2.3.3b")
def test_what_it_takes_and_means_to_return_what_is_not_lawful() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign name_handler start_inquiry notify_department investigate propose_opinion(result=explain)",
        "return_unlawful",
    )
    assert seen == Observed(
        by="legal",
        must="legal_opinion",
        stage="proposed > assigned",
        opens="handle:handler:5",
        closes="approve_opinion check_legality",
        facts="outcome=none",
        again="wrong-stage",
    )


@pytest.mark.clause("s3-3.4.2a", "s3-3.4.2b")
def test_what_it_takes_and_means_to_submit_to_the_leading_group() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign name_handler start_inquiry notify_department investigate propose_opinion(result=explain) check_legality report_major",
        "submit_major",
    )
    assert seen == Observed(
        by="working_group",
        may="note",
        stage="proposed > major_proposed",
        opens="decide_major:leading_group:65",
        closes="approve_opinion",
        units="leading_group",
        again="wrong-stage",
    )


@pytest.mark.clause("s3-2.3.1c", "s3-3.4.2b")
def test_what_it_takes_and_means_to_decide_as_the_leading_group() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign name_handler start_inquiry notify_department investigate propose_opinion(result=explain) check_legality report_major submit_major",
        "decide_major",
    )
    assert seen == Observed(
        by="leading_group",
        must="group_decision",
        stage="major_proposed > approved",
        opens="return_result:handler:5 serve_reply:handler:65",
        closes="decide_major",
        moments="approved",
        again="wrong-stage",
    )


@pytest.mark.clause("s3-3.4.2b")
def test_what_it_takes_and_means_to_return_as_the_leading_group() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign name_handler start_inquiry notify_department investigate propose_opinion(result=explain) check_legality report_major submit_major",
        "return_major",
    )
    assert seen == Observed(
        by="leading_group",
        must="reason",
        stage="major_proposed > assigned",
        opens="handle:handler:5",
        closes="decide_major",
        facts="outcome=none",
        again="wrong-stage",
    )


@pytest.mark.clause("s3-3.2.3")
def test_what_it_takes_and_means_to_return_the_result_to_reception() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign name_handler start_inquiry notify_department investigate propose_opinion(result=explain) check_legality approve_opinion",
        "return_result",
    )
    assert seen == Observed(
        by="handler", must="returned_result", stage="approved > approved", closes="return_result", again="duty-not-open"
    )
