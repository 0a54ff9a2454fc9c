"""Several people sign one petition: all are parties of it, the representatives among them get the documents and the receipt."""

from __future__ import annotations

from http import HTTPStatus

from huiyin.casework.history import documents, read_history
from huiyin.casework.models import Case, CaseParty
from huiyin.documents.addressee import in_full
from huiyin.people import petitioners
from huiyin.people.checks import PetitionerFields
from tests.cast import NOW, Cast
from tests.desk.conftest import Desk, html
from tests.desk.test_registration_page import typed
from tests.matters import begin, petition, register, replay_equals_projection

FORM = "/desk/register/"
SIGNED = "吴桂芳 13900002222\n\n赵国强，010-88886666\n古丽·买买提"


def test_everybody_who_signed_is_a_party_and_is_found_by_name(desk: Desk, cast: Cast) -> None:
    client = desk("registrar")
    page = client.post(FORM, typed(signers=SIGNED), follow=True)
    assert page.status_code == HTTPStatus.OK and "回执" in html(page)
    case = Case.objects.get()
    parties = CaseParty.objects.filter(case=case).select_related("petitioner__key").order_by("position")
    kinds = [row.petitioner.kind for row in parties]
    assert kinds == ["person", "signer", "signer", "signer"] and case.headcount == 4
    assert petitioners.find(cast.lj.id, "name", "古丽·买买提") == [parties[3].petitioner_id]
    assert petitioners.find(cast.lj.id, "phone", "13900002222") == [parties[1].petitioner_id]
    shown = html(client.get(f"/desk/cases/{case.number}/"))
    assert shown.count("联名人") == 3 and "吴桂芳" not in shown
    replay_equals_projection(case.id)


def test_a_line_that_cannot_be_kept_is_named_and_all_that_was_typed_stays(desk: Desk) -> None:
    page = desk("registrar").post(FORM, typed(signers="吴桂芳 13900002222\n赵国强 12", text=""))
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and not Case.objects.exists()
    assert "不能为空，请填写内容" in html(page)  # everything that is wrong is told at once
    assert "第 2 行" in html(page) and "吴桂芳 13900002222" in html(page)


def test_papers_are_to_the_representatives_alone(cast: Cast) -> None:
    matter = begin(cast, signers=(PetitionerFields(name="吴桂芳"),), headcount=2)
    matter.does("intake", "accept")
    document = documents(read_history(matter.case, None))[-1]
    assert in_full(document, matter.case, cast.actor("intake"), matter.at) == "陈晓光"


def test_more_people_than_came_are_not_written_down(cast: Cast) -> None:
    outcome = register(petition(cast, signers=(PetitionerFields(name="吴桂芳"),)), cast.newcomer(), NOW)
    assert [error.code for error in outcome.errors] == ["too-small"]  # type: ignore[union-attr]
