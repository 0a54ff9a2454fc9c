"""What a step recorded is printed as the document of the office's own that the rulebook names: minutes, a report, a sheet."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from huiyin.casework.history import read_history, steps
from huiyin.casework.vocabulary import File
from huiyin.people.models import AccessRecord
from tests.cast import Cast
from tests.desk.conftest import Desk, html, page_of
from tests.documents.making import text_of_docx, text_of_pdf
from tests.matters import Matter, begin, walk


def place(matter: Matter, action: str, form: str) -> str:
    seq = next(step.seq for step in steps(read_history(matter.case, None)) if step.action == action)
    return f"{page_of(matter)}steps/{seq}/paper.{form}"


def test_an_investigation_and_an_approval_are_printed_as_what_the_rulebook_calls_them(cast: Cast, desk: Desk) -> None:
    matter = walk(begin(cast), "approve_opinion")
    head = desk("head")
    page = html(head.get(page_of(matter)))
    for action, title, said in (
        ("investigate", "调查核实报告", "灯杆线路老化。"),
        ("approve_opinion", "处理意见审批单", "同意。"),
    ):
        assert title in page and place(matter, action, "pdf") in page
        for form, read in (("pdf", text_of_pdf), ("docx", text_of_docx)):
            text = read(head.get(place(matter, action, form)).content)
            assert title in text and said in text and matter.case.number in text
    approval = text_of_pdf(head.get(place(matter, "approve_opinion", "pdf")).content)
    assert "《信访工作条例》第三十二条第一款、第三十四条" in approval and "认定的事实和理由" in approval
    assert "2026年3月" in text_of_pdf(head.get(place(matter, "investigate", "pdf")).content)


def test_a_step_that_is_no_paper_and_a_case_of_others_are_not_there(cast: Cast, desk: Desk) -> None:
    matter = walk(begin(cast), "investigate")
    there = place(matter, "investigate", "pdf")
    assert desk("head").get(place(matter, "accept", "pdf")).status_code == HTTPStatus.NOT_FOUND
    assert desk("head").get(there.replace("paper.pdf", "paper.exe")).status_code == HTTPStatus.NOT_FOUND
    assert desk("stranger").get(there).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("who", ["registrar", "handler"])
def test_the_registration_form_of_a_case_that_is_open_is_printed_with_whom_it_names_on_record(
    cast: Cast, desk: Desk, who: str
) -> None:
    matter = walk(begin(cast, files=(File("照片.txt", "灯杆".encode()),)), "investigate")
    there = f"{page_of(matter)}registration."
    assert f"{there}pdf" in html(desk(who).get(page_of(matter)))
    for form, read in (("pdf", text_of_pdf), ("docx", text_of_docx)):
        covered, full = (read(answer.content) for answer in (desk(who).get(there + form), desk(who).post(there + form)))
        for text in (covered, full):
            assert all(said in text for said in ("信访事项登记表", matter.case.number, "路灯", "照片.txt", "登记人"))
        assert "陈晓光" not in covered and "13800001111" not in covered
        assert "陈晓光" in full and "13800001111" in full and "滨江路8号" in full.replace(" ", "")
    assert AccessRecord.objects.filter(case=matter.id, account_id=cast.accounts[who].id, purpose="notice").count() == 2
    for form, other in (("exe", who), ("pdf", "stranger")):
        assert desk(other).post(there + form).status_code == HTTPStatus.NOT_FOUND
