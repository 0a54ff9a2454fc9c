"""The bureau's plan: what each step does, seen from outside; beside the stories in `test_books_bureau.py`."""

from __future__ import annotations

import pytest

from huiyin.rules.book.load import load
from tests.procedure.observed import Observed, observed

BOOK = load("xx-bureau")


@pytest.mark.clause("s0-3.1.2", "s0-3.3.3b")
def test_what_it_takes_and_means_to_take_a_repeat_in() -> None:
    seen = observed(BOOK, "matter", "submit", "attach_repeat")
    assert seen == Observed(
        by="intake registrar", stage="registered > registered", moments="repeated", again="may be taken again"
    )


@pytest.mark.clause("s0-3.1.2", "s0-3.3.3b")
def test_what_it_takes_and_means_to_give_it_to_the_unit_of_the_first_case() -> None:
    seen = observed(BOOK, "matter", "submit link_repeat", "place_repeat")
    assert seen == Observed(
        by="intake registrar",
        must="unit",
        stage="merged > merged",
        opens="answer_joined:handler:65",
        closes="place_repeat",
        units="handling",
        again="duty-not-open",
    )


@pytest.mark.clause("s0-3.1.2", "s0-3.3.3b")
def test_what_it_takes_and_means_to_answer_who_sent_the_repeat() -> None:
    seen = observed(BOOK, "matter", "submit link_repeat place_repeat", "answer_joined")
    assert seen == Observed(
        by="handler liaison",
        must="answer",
        stage="merged > merged",
        closes="answer_joined",
        notices="repeat_reply",
        again="duty-not-open",
    )


@pytest.mark.clause("s0-3.1.2")
def test_what_it_takes_and_means_to_contest_that_it_is_a_repeat() -> None:
    seen = observed(BOOK, "matter", "submit link_repeat", "contest_repeat")
    assert seen == Observed(
        by="petitioner",
        must="new_facts",
        stage="merged > registered",
        opens="decide_acceptance:intake:15",
        closes="archive place_repeat",
        again="wrong-stage",
    )


@pytest.mark.clause("s0-3.1.2")
def test_what_it_takes_and_means_to_hold_the_repeat_against_the_earlier_answer() -> None:
    seen = observed(
        BOOK, "matter", "register accept classify fill_form sign_ordinary assign attach_repeat", "answer_repeat"
    )
    assert seen == Observed(
        by="handler liaison", may="note", stage="assigned > assigned", closes="answer_repeat", again="duty-not-open"
    )


@pytest.mark.clause("s0-3.2.1a", "s0-3.2.1b", "s0-3.2.1c")
def test_what_it_takes_and_means_to_classify() -> None:
    seen = observed(BOOK, "matter", "register accept", "classify")
    assert seen == Observed(
        by="intake",
        must="klass reason",
        stage="accepted > classified",
        opens="fill_form:inspection:65",
        closes="classify",
        facts="klass=ordinary",
        units="inspection",
        again="wrong-stage",
    )


@pytest.mark.clause("s0-1a", "s0-3.2.2.1a")
def test_what_it_takes_and_means_to_fill_the_form_with_a_proposal() -> None:
    seen = observed(BOOK, "matter", "register accept classify", "fill_form")
    assert seen == Observed(
        by="inspection",
        must="competence proposal proposed_unit",
        stage="classified > formed",
        opens="sign_ordinary:secretary:65",
        closes="fill_form",
        units="secretary",
        again="wrong-stage",
    )


@pytest.mark.clause("s0-3.2.2.1b")
def test_what_it_takes_and_means_to_sign() -> None:
    seen = observed(BOOK, "matter", "register accept classify fill_form", "sign_ordinary")
    assert seen == Observed(
        by="secretary",
        must="signed_unit",
        may="signed_opinion",
        stage="formed > signed",
        opens="assign:inspection:65",
        closes="sign_ordinary",
        again="wrong-stage",
    )


@pytest.mark.clause("s0-3.2.2.1b")
def test_what_it_takes_and_means_to_return_the_form() -> None:
    seen = observed(BOOK, "matter", "register accept classify fill_form", "return_form")
    assert seen == Observed(
        by="secretary",
        must="reason",
        stage="formed > classified",
        opens="fill_form:inspection:65",
        closes="sign_ordinary",
        again="wrong-stage",
    )


@pytest.mark.clause("s0-3.2.2.2a")
def test_what_it_takes_and_means_to_fill_the_form() -> None:
    seen = observed(BOOK, "matter", "register accept classify(klass=complex)", "fill_form_complex")
    assert seen == Observed(
        by="inspection",
        must="circumstances",
        stage="classified > formed",
        opens="propose_complex:intake:65",
        closes="fill_form_complex",
        again="wrong-stage",
    )


@pytest.mark.clause("s0-1a", "s0-3.2.2.2a")
def test_what_it_takes_and_means_to_write_the_proposal() -> None:
    seen = observed(BOOK, "matter", "register accept classify(klass=complex) fill_form_complex", "propose_complex")
    assert seen == Observed(
        by="intake",
        must="competence proposal proposed_unit",
        stage="formed > form_proposed",
        opens="sign_complex:unit_head:65",
        closes="propose_complex",
        units="unit_head",
        again="wrong-stage",
    )


@pytest.mark.clause("s0-3.2.2.2b")
def test_what_it_takes_and_means_to_sign_as_chief() -> None:
    seen = observed(
        BOOK, "matter", "register accept classify(klass=complex) fill_form_complex propose_complex", "sign_complex"
    )
    assert seen == Observed(
        by="unit_head",
        must="signed_opinion signed_unit",
        stage="form_proposed > signed",
        opens="assign:inspection:65",
        closes="sign_complex",
        again="wrong-stage",
    )


@pytest.mark.clause("s0-3.2.2.2b")
def test_what_it_takes_and_means_to_return_the_proposal() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept classify(klass=complex) fill_form_complex propose_complex",
        "return_complex_form",
    )
    assert seen == Observed(
        by="unit_head",
        must="reason",
        stage="form_proposed > formed",
        opens="propose_complex:intake:65",
        closes="sign_complex",
        again="wrong-stage",
    )


@pytest.mark.clause("s0-3.4d")
def test_what_it_takes_and_means_to_ask_a_body_outside_to_take_part() -> None:
    seen = observed(BOOK, "matter", "register accept classify fill_form sign_ordinary assign", "ask_outside")
    assert seen == Observed(
        by="inspection intake unit_head",
        must="outside_body outside_by outside_name outside_purpose outside_shared",
        stage="assigned > assigned",
        opens="obtain_outside:inspection:5",
        notices="outside_request",
        again="may be taken again",
    )


@pytest.mark.clause("s0-3.4d")
def test_what_it_takes_and_means_to_record_what_the_body_outside_said() -> None:
    way = "register accept classify fill_form sign_ordinary assign ask_outside"
    seen = observed(BOOK, "matter", way, "record_outside_answer")
    assert seen == Observed(
        by="inspection intake unit_head",
        must="outside_answer",
        stage="assigned > assigned",
        closes="obtain_outside",
        again="duty-not-open",
    )


@pytest.mark.clause("s0-3.2.2.2c")
def test_what_it_takes_and_means_to_summarise_for_the_chief() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept classify(klass=complex) fill_form_complex propose_complex sign_complex assign investigate propose_opinion",
        "summarise",
    )
    assert seen == Observed(
        by="intake",
        must="summary",
        stage="proposed > summarised",
        opens="approve_complex:unit_head:65",
        closes="summarise",
        again="wrong-stage",
    )


@pytest.mark.clause("s0-3.2.2.2c")
def test_what_it_takes_and_means_to_approve_as_chief() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept classify(klass=complex) fill_form_complex propose_complex sign_complex assign investigate propose_opinion summarise",
        "approve_complex",
    )
    assert seen == Observed(
        by="unit_head",
        may="approval",
        stage="summarised > approved",
        opens="serve_reply:handler:65",
        closes="approve_complex",
        moments="approved",
        again="wrong-stage",
    )
