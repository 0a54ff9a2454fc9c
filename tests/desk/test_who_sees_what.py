"""Whoever may not see a case gets the same answer as for one that does not exist."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.casework.models import Attachment, Notice, Submission
from huiyin.casework.vocabulary import File
from huiyin.people.models import AccessRecord, Account
from tests.cast import Cast
from tests.desk.conftest import Desk, form_of, html, page_of
from tests.matters import Matter, begin, walk

STRANGERS = ("stranger", "co_handler", "below", "superior_stranger", "outsider", "reviewer")
PAGES = (
    "/desk/",
    "/desk/cases/",
    "/desk/cases/print/",
    "/desk/calendar/",
    "/desk/drafts/",
    "/desk/find/",
    "/desk/keys/",
    "/desk/news/",
    "/desk/news/count/",
    "/desk/post/owed/",
    "/desk/design/",
    "/desk/unfinished/",
    "/desk/papers/",
    "/desk/service/",
    "/desk/statistics/",
    "/desk/units/",
    "/desk/register/",
    "/desk/mailbox/",
    "/desk/rota/",
    "/desk/rota/plan/staff/",
    "/desk/rota/versions/",
    "/desk/rota/swaps/",
    "/desk/rota/calls/",
    "/desk/rota/mine.ics",
    "/desk/tokens/",
    "/desk/policies/",
    "/desk/ready/",
    "/desk/accountability/",
    "/desk/accountability/failures/",
    "/desk/accountability/traces/",
    "/desk/accountability/gifts/",
    "/desk/accountability/periods/",
    "/desk/accountability/urging/",
    "/desk/accountability/aftercare/",
)


@pytest.fixture
def handled(cast: Cast) -> Matter:
    """In the hands of the fire department, with a document and a file."""
    at = timezone.now() - timedelta(days=2)
    return walk(begin(cast, at, files=(File("说明.txt", "路灯编号 17".encode()),)), "assign")


def addresses(matter: Matter) -> list[str]:
    notice = Notice.objects.filter(case=matter.id).first()
    file = Attachment.objects.get(case=matter.id)
    assert notice is not None
    return [
        page_of(matter),
        f"{page_of(matter)}looks/",
        form_of(matter, "investigate"),
        form_of(matter, "propose_opinion"),
        f"/desk/notices/{notice.id}/",
        f"/desk/notices/{notice.id}/paper.docx",
        f"{page_of(matter)}attachments/{file.id}/",
    ]


@pytest.mark.parametrize("name", STRANGERS)
def test_who_has_nothing_to_do_with_a_case_finds_nothing(name: str, desk: Desk, handled: Matter) -> None:
    client = desk(name)
    assert [client.get(address).status_code for address in addresses(handled)] == [404] * 7
    assert client.post(f"{page_of(handled)}petitioners/").status_code == 404
    assert client.get(f"{page_of(handled)}correct/").status_code == 404
    contact = Submission.objects.get(case_id=handled.id)
    assert client.get(f"{page_of(handled)}receipts/{contact.id}/").status_code == 404
    assert client.post(form_of(handled, "investigate"), {"finding": "看过了"}).status_code == 404
    assert client.post(f"{form_of(handled, 'investigate')}preview/").status_code == 404


@pytest.mark.parametrize("name", STRANGERS)
def test_no_list_and_no_search_names_a_case_to_who_may_not_see_it(name: str, desk: Desk, handled: Matter) -> None:
    client = desk(name)
    answers = [client.get("/desk/?whose=all"), client.get("/desk/unfinished/"), client.get("/desk/cases/")]
    answers += [client.get("/desk/cases/print/"), client.get("/desk/calendar/?whose=all")]
    for path in ("/desk/cases/", "/desk/find/"):
        answers += [client.post(path, {"q": q}, follow=True) for q in ("13800001111", handled.registered.receipt)]
    assert not [answer for answer in answers if f"/desk/cases/{handled.case.number}/" in html(answer)]


@pytest.mark.parametrize("name", ["handler", "colleague", "intake", "registrar", "head"])
def test_who_deals_with_a_case_sees_all_of_it(name: str, desk: Desk, handled: Matter) -> None:
    client = desk(name)
    assert [client.get(address).status_code for address in addresses(handled)] == [200] * 7


@pytest.mark.clause("art-30.3")
@pytest.mark.parametrize("name", ["handler", "colleague", "below"])
def test_an_accused_department_and_those_below_it_do_not_find_the_case(name: str, cast: Cast, desk: Desk) -> None:
    accusing = begin(cast, timezone.now() - timedelta(days=2), accused=("临江防火处",))
    client = desk(name)
    assert client.get(page_of(accusing)).status_code == 404
    assert accusing.case.number not in html(client.get("/desk/cases/")) + html(client.get("/desk/?whose=all"))
    assert desk("intake").get(page_of(accusing)).status_code == 200


def test_what_does_not_exist_is_not_found_either(desk: Desk, matter: Matter) -> None:
    client = desk("intake")
    missing = ["/desk/cases/LJ-20200101-0001/", f"/desk/notices/{uuid4()}/", form_of(matter, "no_such_step")]
    assert [client.get(address).status_code for address in missing] == [404] * 3
    assert "没有找到这一页" in html(client.get(missing[0]))


def test_a_file_of_another_case_is_not_found_under_this_one(desk: Desk, matter: Matter, handled: Matter) -> None:
    file = Attachment.objects.get(case=handled.id)
    assert desk("intake").get(f"{page_of(matter)}attachments/{file.id}/").status_code == 404


@pytest.mark.parametrize("address", PAGES)
def test_who_is_not_signed_in_is_asked_to(address: str, db: None) -> None:
    answer = Client().get(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/accounts/login/?next={address}")


@pytest.mark.parametrize("address", PAGES)
def test_who_holds_no_post_reads_what_to_do(address: str, cast: Cast) -> None:
    client = Client()
    client.force_login(
        Account.objects.create_user("idle", display_name="闲人"), "django.contrib.auth.backends.ModelBackend"
    )
    answer = client.get(address)
    assert answer.status_code == 403
    assert "请联系本单位的系统管理员" in html(answer)


def test_a_file_is_saved_and_never_run(desk: Desk, handled: Matter) -> None:
    file = Attachment.objects.get(case=handled.id)
    answer = desk("handler").get(f"{page_of(handled)}attachments/{file.id}/")
    assert answer.content.decode() == "路灯编号 17"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "no-store"


def test_who_saves_a_file_that_acts_when_opened_is_told_what_it_does_first(cast: Cast, desk: Desk) -> None:
    letter = b"%PDF-1.4\n<</S/JavaScript/JS(app.alert)>>"
    matter = walk(begin(cast, timezone.now() - timedelta(days=2), files=(File("证据.pdf", letter),)), "assign")
    address = f"{page_of(matter)}attachments/{Attachment.objects.get(case=matter.id).id}/"
    told = desk("handler").get(address)
    assert "证据.pdf" in html(told)
    assert "脚本" in html(told)
    assert f'href="{address}?save=1"' in html(told)
    saved = desk("handler").get(f"{address}?save=1")
    assert (saved.content, saved.headers["Content-Disposition"][:10]) == (letter, "attachment")


def test_petitioners_are_covered_until_asked_for_and_asking_is_recorded(cast: Cast, desk: Desk, matter: Matter) -> None:
    client = desk("intake")
    covered = html(client.get(page_of(matter)))
    assert "陈**" in covered
    assert "138****1111" in covered
    assert "陈晓光" not in covered and "13800001111" not in covered
    assert AccessRecord.objects.count() == 0
    shown = html(client.post(f"{page_of(matter)}petitioners/"))
    assert "陈晓光" in shown and "13800001111" in shown
    record = AccessRecord.objects.get()
    assert (record.account, record.case, record.purpose) == (cast.accounts["intake"], matter.id, "case_page")


def test_the_part_that_htmx_asks_for_shows_the_same(desk: Desk, matter: Matter) -> None:
    part = html(desk("intake").post(f"{page_of(matter)}petitioners/", headers={"HX-Request": "true"}))
    assert "陈晓光" in part
    assert "<html" not in part


def test_a_notice_names_its_addressee_only_on_record(desk: Desk, handled: Matter) -> None:
    notice = Notice.objects.get(case=handled.id, kind="acceptance")
    client = desk("intake")
    assert "陈晓光" not in html(client.get(f"/desk/notices/{notice.id}/"))
    assert "陈晓光" in html(client.post(f"/desk/notices/{notice.id}/"))
    assert AccessRecord.objects.get().purpose == "notice"


def test_what_may_not_be_done_is_listed_with_the_reason_the_clause_and_who_does_it(desk: Desk, matter: Matter) -> None:
    page = html(desk("intake").get(page_of(matter)))
    assert "<strong>交办</strong>：事项现在处于“已登记”" in page  # mine, at another time
    assert "<strong>批准处理意见</strong>（本机关负责人）" in page  # not mine at any time
    assert f'href="{form_of(matter, "accept")}"' in page


def test_reading_pages_writes_nothing_about_the_case(desk: Desk, handled: Matter) -> None:
    before = handled.case.seq
    client = desk("handler")
    for address in addresses(handled):
        client.get(address)
    assert handled.case.seq == before
