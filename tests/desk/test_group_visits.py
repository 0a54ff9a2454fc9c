"""Many who come together: five represent them, the others stand on a list that is kept with the petition."""

from __future__ import annotations

import pytest

from huiyin.casework.models import Case, Submission
from huiyin.web import group
from tests.desk.conftest import Desk, html
from tests.desk.test_registration_page import person, typed

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("names", "headcount", "confidential", "code"),
    [
        ((), 1, True, None),
        (("李四",), 3, False, None),
        (("李四",), 3, True, "confidential"),
        (("李四", "王五"), 3, False, "too-many"),
        (("一" * (group.MAX_LINE + 1),), 3, False, "too-long"),
        (tuple(map(str, range(group.MAX_OTHERS + 1))), 9_999, False, "too-long"),
    ],
)
def test_a_list_fits_the_number_of_people_and_never_names_whom_only_the_custodian_shall_know(
    names: tuple[str, ...], headcount: int, confidential: bool, code: str | None
) -> None:
    assert [error.code for error in group.problems(names, 2, headcount, confidential)] == ([code] if code else [])


@pytest.mark.django_db
def test_a_group_registers_representatives_and_the_list_of_the_others_as_a_file(desk: Desk) -> None:
    two = {**person(0, "陈晓光", phone="13800001111"), **person(1, "何水清")}
    client = desk("registrar")
    sent = typed(headcount="4", others="李四 13900002222\n\n 王五 ", **two)
    answer = client.post("/desk/register/", sent)
    assert answer.status_code == 302
    submission = Submission.objects.get()
    assert (submission.case.headcount, submission.case.parties.count()) == (4, 2)
    page = client.get(f"/desk/cases/{submission.case.number}/").content.decode()
    assert group.LIST_NAME in page and "李四" not in page
    address = next(part for part in page.split('"') if "/attachments/" in part)
    listed = client.get(address).content.decode("utf-8-sig")
    assert listed.splitlines() == ["1\t李四 13900002222", "2\t王五"]
    assert desk("outsider").get(address).status_code == 404


@pytest.mark.django_db
def test_a_list_that_does_not_fit_comes_back_as_it_was_typed(desk: Desk) -> None:
    answer = desk("registrar").post("/desk/register/", typed(headcount="2", others="李四\n王五"))
    assert answer.status_code == 422 and not Case.objects.exists()
    assert "李四\n王五</textarea>" in answer.content.decode()
    assert 'href="#f-others"' in html(answer)


@pytest.mark.django_db
def test_what_words_say_about_the_kind_of_a_petition_is_a_hint_and_no_choice(desk: Desk) -> None:
    client = desk("registrar")
    said = html(client.post("/desk/register/repeats/", typed(text="我建议在路口增设路灯。")))
    assert "看来是" in said and "建议意见" in said and "增设" in said
    client.post("/desk/register/", typed(text="我建议在路口增设路灯。"))
    number = Case.objects.get().number
    answer = desk("intake").get(f"/desk/cases/{number}/actions/accept/")
    (kind,) = (bound for bound in answer.context["filled"].fields if bound.name == "kind")
    assert "像是“建议意见”" in kind.view.hint and kind.given == ()
