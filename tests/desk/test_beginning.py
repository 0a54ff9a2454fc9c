"""Reporting an incident at the desk, and through REST."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.casework.lists.duties import worklist
from huiyin.casework.models import Case
from huiyin.casework.visible import sees_organisation
from huiyin.door import Accepted
from huiyin.people.models import Holding
from huiyin.people.signing_in.tokens import issue_token, new_token
from huiyin.procedure.storage import codec
from tests.cast import Cast, make_cast
from tests.documents.making import text_of_docx
from tests.matters import Matter

pytestmark = pytest.mark.django_db

PAGE: Final = "/desk/begin/incident/report_incident/"


@pytest.fixture
def cast() -> Cast:
    return make_cast("xx-bureau")


@pytest.fixture
def filled(cast: Cast) -> dict[str, str]:
    return {
        "place": "一楼接待大厅",
        "happened_on": timezone.localdate().isoformat(),
        "happened_at": "08:40",
        "conduct": "通道被堵约五分钟",
        "danger": "通道受阻",
        "persuasion": "请到接待室坐下慢慢说",
        "staff_present": "接待员二人",
        "coordinator": str(cast.accounts["inspection"].id),
    }


def test_the_receptionist_reports_and_lands_on_the_case(desk: Callable[[str], Client], filled: dict[str, str]) -> None:
    client = desk("receptionist")
    assert PAGE in client.get("/desk/cases/").content.decode()
    answer = client.post(PAGE, {**filled, "_key": "a1"}, follow=True)
    case = Case.objects.get(procedure="incident")
    assert answer.redirect_chain[-1][0] == f"/desk/cases/{case.number}/"
    assert "现场处置中" in answer.content.decode()


def test_what_is_missing_is_told_and_what_was_typed_is_kept(
    desk: Callable[[str], Client], filled: dict[str, str]
) -> None:
    answer = desk("receptionist").post(PAGE, {**filled, "danger": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请填写此项" in page
    assert "通道被堵约五分钟" in page
    assert not Case.objects.exists()


def test_a_double_click_reports_once(desk: Callable[[str], Client], filled: dict[str, str]) -> None:
    client = desk("receptionist")
    for _click in range(2):
        client.post(PAGE, {**filled, "_key": "a1"})
    assert Case.objects.count() == 1


@pytest.mark.parametrize("who", ["handler", "liaison", "outsider"])
def test_others_are_not_offered_it(desk: Callable[[str], Client], filled: dict[str, str], who: str) -> None:
    client = desk(who)
    assert PAGE not in client.get("/desk/cases/").content.decode()
    assert client.post(PAGE, filled).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("registrar", 201), ("handler", 404)])
def test_a_program_may_what_its_person_may(cast: Cast, filled: dict[str, Any], who: str, status: int) -> None:
    raw = new_token()
    issue_token(Holding.objects.get(account=cast.accounts[who]), raw, timezone.now())
    answer = Client().post(
        "/api/v1/procedures/incident/cases",
        {"action": "report_incident", "fields": filled},
        content_type="application/json",
        headers={"Authorization": f"Bearer {raw}"},
    )
    assert answer.status_code == status, answer.content
    assert Case.objects.filter(procedure="incident").exists() == (status == 201)


def test_its_page_speaks_of_no_petitioner(desk: Callable[[str], Client], filled: dict[str, str]) -> None:
    client = desk("receptionist")
    opened = client.post(PAGE, {**filled, "_key": "a1"}, follow=True)
    page = opened.content.decode()
    form = text_of_docx(client.post(f"{opened.redirect_chain[-1][0]}registration.docx").content)
    assert "事项登记表" in form and "已销毁" not in form
    assert "本机关自行开立" in page and "没有信访人" in page and "<h1>现场秩序事件</h1>" in page
    for untrue in ("inside", "已依规定销毁", "<dt>人数</dt>", "（无标题）", "列出信访人完整信息"):
        assert untrue not in page
    assert "inside" not in client.get("/desk/cases/").content.decode()


@pytest.mark.clause("s0-3.3.2c", "s0-3.3.2d")
@pytest.mark.parametrize(("who", "step"), [("safety", "dispatch_safety"), ("spokesman", "draft_statement")])
def test_whose_step_it_is_opens_the_incident(
    cast: Cast, desk: Callable[[str], Client], filled: dict[str, str], who: str, step: str
) -> None:
    desk("receptionist").post(PAGE, {**filled, "_key": "a1"})
    matter = Matter(cast, Accepted(Case.objects.get(), codec.loads(Case.objects.get().state)), timezone.now())
    matter.does("inspection", "name_spokesperson", spokesperson="spokesman")
    assert any(duty.kind in step for duty in worklist(cast.actor(who, matter.at), matter.at).items)
    assert not sees_organisation(cast.actor(who, matter.at))
    page = desk(who).get(f"/desk/cases/{Case.objects.get().number}/")
    assert page.status_code == 200
    assert f"actions/{step}/" in page.content.decode()


@pytest.mark.parametrize("written", ["九点半", "9:99"])
def test_what_is_no_time_of_day_is_told_and_kept_on_the_form(
    desk: Callable[[str], Client], filled: dict[str, str], written: str
) -> None:
    page = desk("receptionist").post(PAGE, {**filled, "happened_at": written}).content.decode()
    assert "请填写 24 小时制的时间，如 09:30" in page and f'value="{written}"' in page
    assert not Case.objects.exists()


@pytest.mark.clause("s0-3.3.2a")
def test_what_is_demanded_on_the_spot_leads_to_a_registered_matter_unless_nothing_was(
    cast: Cast, client: Client, filled: dict[str, str]
) -> None:
    client.force_login(cast.accounts["registrar"], backend="django.contrib.auth.backends.ModelBackend")
    client.post(PAGE, filled)
    incident = Case.objects.get()
    form = f"/desk/cases/{incident.number}/actions/register_requests/"
    assert 'href="/desk/register/"' in client.get(form).content.decode()
    said = {"demanded": "some", "requests": "请修好路灯。"}
    assert client.post(form, said).status_code == 422
    assert client.post(form, {**said, "registered_case": incident.number}).status_code == 422
    assert client.post(form, {"demanded": "none"}).status_code == 302
