"""A limited matter is opened by whoever is on its list, must act on it or oversees it, and by nobody else, on no page and in no answer."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from huiyin import worker
from huiyin.audit.verify import verify
from huiyin.casework.models import Case, CaseAccess, Duty
from huiyin.people.appointments import appoint, end_holding
from huiyin.people.models import LIMITED_CASE, AccessRecord, Holding
from huiyin.people.signing_in.tokens import issue_token
from huiyin.search import index
from tests.cast import Cast
from tests.desk.conftest import Desk, hidden, html, page_of
from tests.matters import Matter, begin, walk

REASON = "内容涉及尚未公布的人事安排，适度控制知情范围。"


def limit(client: Client, matter: Matter, *listed: UUID, level: str = "internal", reason: str = REASON) -> HttpResponse:
    sent = {"level": level, "listed": [str(id) for id in listed], "reason": reason}
    return client.post(f"{page_of(matter)}level/", sent)


def limited(desk: Desk, matter: Matter, *listed: UUID, level: str = "internal") -> None:
    answer = limit(desk("head"), matter, *listed, level=level)
    assert answer.status_code == 302, html(answer)
    assert [str(finding) for finding in verify([matter.id])] == []


def openers(desk: Desk, matter: Matter) -> set[str]:
    asked = ("registrar", "intake", "discipline", "head", "archivist", "handler", "colleague", "stranger", "outsider")
    return {who for who in asked if desk(who).get(page_of(matter)).status_code == 200}


@pytest.mark.clause("s1-C3")
def test_a_limited_matter_is_opened_by_its_list_whoever_owes_a_step_and_whoever_oversees_and_each_opening_shows(
    cast: Cast, desk: Desk, matter: Matter
) -> None:
    assert openers(desk, matter) == {"registrar", "intake", "discipline", "head", "archivist"}
    limited(desk, matter, cast.units["lj-training"].id)
    assert Case.objects.get(id=matter.id).level == "internal"
    assert openers(desk, matter) == {"intake", "head", "archivist", "stranger"}
    page = html(desk("head").get(page_of(matter)))
    assert all(words in page for words in (REASON, "临江训练处", "内部 · 仅限知情人，不得外传"))
    opened = AccessRecord.objects.filter(purpose=LIMITED_CASE, case=matter.id)
    assert sorted(record.account.username for record in opened) == ["archivist", "head", "intake", "stranger"]
    assert "谁打开过本事项" in page and "同事 stranger" in page
    assert "谁打开过本事项" not in html(desk("stranger").get(page_of(matter)))


@pytest.mark.clause("s1-C3")
def test_lists_searches_exports_and_rest_tell_nobody_else_that_there_is_one(
    cast: Cast, desk: Desk, matter: Matter
) -> None:
    index.take_in(timezone.now())
    limited(desk, matter)
    issue_token(Holding.objects.get(account=cast.accounts["registrar"]), "hy_asks", timezone.now())
    asks, number = {"Authorization": "Bearer hy_asks"}, matter.case.number
    client, rest = desk("registrar"), Client()
    for page in ("/desk/cases/", "/desk/", "/desk/unfinished/", "/desk/cases/print/", "/desk/statistics/"):
        assert number not in html(client.get(page)), page
    assert number in html(desk("intake").get("/desk/cases/"))
    for words in (number, "路灯", "陈晓光"):
        found = html(client.post("/desk/find/", {"q": words}, follow=True))
        assert f"/desk/cases/{number}/" not in found, words
    assert rest.get("/api/v1/cases", headers=asks).json()["items"] == []
    for part in ("", "/events", "/duties", "/documents", "/actions", "/confidentiality"):
        assert rest.get(f"/api/v1/cases/{number}{part}", headers=asks).status_code == 404, part


@pytest.mark.clause("s1-C3")
def test_whoever_owes_a_step_opens_the_matter_and_goes_on_seeing_what_they_did(
    cast: Cast, desk: Desk, matter: Matter
) -> None:
    """No list hides a matter from whoever must answer for it, nor from supervision."""
    limited(desk, matter, level="work_secret")
    for who, action in (("intake", "accept"), ("intake", "assign")):
        matter.does(who, action)
    assert openers(desk, matter) == {"intake", "head", "archivist", "handler", "colleague"}
    matter.does("handler", "investigate")
    matter.does("handler", "propose_opinion")
    assert openers(desk, matter) == {"intake", "head", "archivist", "handler"}  # the colleague owes nothing any more
    assert [str(finding) for finding in verify([matter.id])] == []


@pytest.mark.clause("s1-C3")
def test_nobody_is_struck_off_who_still_owes_a_step(cast: Cast, desk: Desk, matter: Matter) -> None:
    intake, handlers = cast.posts["intake"].id, cast.units["lj-fire"].id
    limited(desk, matter, intake, handlers)
    refused = limit(desk("head"), matter, handlers)
    assert refused.status_code == 422
    assert "的职责，办结或者移交以后才能移出名单" in html(refused)
    assert REASON in html(refused)  # what was typed comes back
    matter.does("intake", "accept")
    matter.does("intake", "assign")
    limited(desk, matter, handlers)
    assert openers(desk, matter) == {"head", "archivist", "handler", "colleague"}


@pytest.mark.clause("s1-C3")
def test_whom_the_matter_accuses_never_gets_on_its_list(cast: Cast, desk: Desk) -> None:
    matter = begin(cast, timezone.now(), accused=("临江训练处",))
    client = desk("archivist")
    address = f"{page_of(matter)}level/"
    form = client.get(address)
    assert 'name="listed"' not in html(form) and "同事" not in html(form).split("<form")[-1], (
        "who may not know finds no list"
    )
    for kept_out in (cast.units["lj-training"], cast.posts["stranger"], cast.accounts["stranger"]):
        answer = limit(client, matter, kept_out.id)
        assert answer.status_code == 422
        assert "不能列入知情人名单" in html(answer)
    sent = {"level": "internal", "reason": REASON}
    for line, why in (("临江训练处", "不能列入知情人名单"), ("临江训炼处", "没有对应的单位、岗位或者人员")):
        answer = client.post(address, {**sent, "written": line})
        assert answer.status_code == 422 and why in html(answer) and f">{line}</textarea>" in html(answer)
    written = f"LJ-LOGISTICS\n同事 head\n{cast.units['lj-fire'].name} {cast.posts['handler'].title}"
    assert client.post(address, {**sent, "written": written}).status_code == 302
    assert all(name in html(client.get(address)) for name in ("临江后勤处", "同事 head", cast.posts["handler"].title))
    limited(desk, matter, cast.units["lj-fire"].id)
    assert openers(desk, matter) == {"intake", "head", "archivist", "handler", "colleague"}


@pytest.mark.clause("s1-C3")
def test_a_work_secret_stands_in_no_file_print_or_bundle_and_these_say_that_something_is_left_out(
    cast: Cast, desk: Desk, matter: Matter
) -> None:
    secret = walk(begin(cast, timezone.now()), until="approve_opinion")
    limited(desk, secret, level="work_secret")
    client = desk("head")
    assert secret.case.number in html(client.get("/desk/cases/"))
    sent = client.post("/desk/cases/files/", {"form": "csv", "sort": "oldest"})["Location"]
    bundle = desk("handler").post("/desk/service/bundles/", {"duty": str(Duty.objects.get(kind="serve_reply").id)})
    assert bundle["Location"] == "/desk/service/"  # where it says that there was nothing to print together
    while worker.do_jobs(timezone.now()):
        pass
    file = client.get(f"{sent}register").content.decode()
    assert matter.case.number in file and secret.case.number not in file
    assert "另有 1 条按密级或者权限不予导出" in file
    printed = html(client.get("/desk/cases/print/"))
    assert matter.case.number in printed and secret.case.number not in printed
    assert "另有 1 条按密级不予打印" in printed


def test_openings_of_a_limited_matter_stand_with_its_level_and_not_among_the_looks_at_who_brought_it(
    desk: Desk, matter: Matter
) -> None:
    limited(desk, matter)
    custodian = desk("archivist")
    custodian.get(page_of(matter))
    assert AccessRecord.objects.filter(purpose=LIMITED_CASE).exists()
    page = html(custodian.get(f"{page_of(matter)}looks/"))
    assert LIMITED_CASE not in page and "没有记录" in page


@pytest.mark.clause("s1-C3")
def test_a_bundle_is_handed_out_no_longer_once_a_matter_in_it_becomes_a_work_secret(cast: Cast, desk: Desk) -> None:
    matter = walk(begin(cast, timezone.now()), until="approve_opinion")
    client = desk("handler")
    duty = Duty.objects.get(kind="serve_reply")
    place = client.post("/desk/service/bundles/", {"duty": str(duty.id)})["Location"]
    while worker.do_jobs(timezone.now()):
        pass
    limited(desk, matter)
    assert client.get(f"{place}papers.pdf").status_code == 200  # what is internal may lie among others
    limited(desk, matter, level="work_secret")
    assert client.get(page_of(matter)).status_code == 200  # who serves it knows of it
    assert client.get(place).status_code == client.get(f"{place}papers.pdf").status_code == 404


@pytest.mark.parametrize("marked", ["机密★20年", "见附件（秘密☆5年）的内容"])
def test_what_is_marked_as_a_state_secret_is_taken_in_no_note_and_no_reason(
    marked: str, cast: Cast, desk: Desk, matter: Matter
) -> None:
    head, kept = desk("head"), matter.case.seq
    answers = (
        head.post(f"{page_of(matter)}notes/", {"note": marked}),
        limit(head, matter, reason=marked),
        head.post(f"{page_of(matter)}level/", {"level": "work_secret", "reason": marked}),
    )
    for answer in answers:
        assert answer.status_code == 422
        assert "内容带有国家秘密的密级标志" in html(answer)
    assert Case.objects.get(id=matter.id).seq == kept


def test_only_whoever_oversees_sets_a_level_with_a_reason_and_lifts_it_again(
    cast: Cast, desk: Desk, matter: Matter
) -> None:
    assert desk("intake").get(f"{page_of(matter)}level/").status_code == 404
    assert limit(desk("registrar"), matter).status_code == 404
    head = desk("head")
    for wrong in (
        limit(head, matter, reason=" "),
        limit(head, matter, level="top_secret"),
        limit(head, matter, level="ordinary"),
        limit(head, matter, cast.units["nh-office"].id),
        limit(head, matter, cast.units["lj-fire"].id, level="ordinary"),
    ):
        assert wrong.status_code == 422
    assert head.post(f"{page_of(matter)}level/", {"level": "internal", "listed": ["x"]}).status_code == 404
    limited(desk, matter)
    answer = limit(head, matter, level="ordinary", reason="已经公布。")
    assert answer.status_code == 302
    assert openers(desk, matter) == {"registrar", "intake", "discipline", "head", "archivist"}
    assert "已经公布。" in html(desk("registrar").get(page_of(matter)))


def test_whoever_did_not_see_what_another_set_meanwhile_sets_nothing_and_is_shown_it(
    cast: Cast, desk: Desk, matter: Matter
) -> None:
    client = desk("archivist")
    form = client.get(f"{page_of(matter)}level/")
    limited(desk, matter, cast.posts["stranger"].id, level="work_secret")
    sent = {"level": "ordinary", "reason": "已经公布。", "_at_seq": hidden(form, "_at_seq")}
    late = client.post(f"{page_of(matter)}level/", sent)
    assert late.status_code == 422 and Case.objects.get(id=matter.id).level == "work_secret"
    assert "在您填写期间本事项又有变动" in html(late) and "已经公布。" in html(late)
    assert f'value="{cast.posts["stranger"].id}" checked' in html(late)
    assert client.post(f"{page_of(matter)}level/", {**sent, "_at_seq": hidden(late, "_at_seq")}).status_code == 302


def test_rest_sets_and_tells_a_level(cast: Cast, matter: Matter) -> None:
    issue_token(Holding.objects.get(account=cast.accounts["head"]), "hy_head", timezone.now())
    asks, path = {"Authorization": "Bearer hy_head"}, f"/api/v1/cases/{matter.case.number}/confidentiality"
    before = Client().get(path, headers=asks).json()
    assert (before["level"], before["may_set"], before["changes"]) == ("ordinary", True, [])
    body = {"level": "work_secret", "listed": [str(cast.posts["handler"].id)], "reason": REASON}
    after = Client().post(path, body, content_type="application/json", headers=asks).json()
    assert (after["label"], len(after["listed"]), after["changes"][0]["reason"]) == ("工作秘密", 1, REASON)
    assert Client().get(f"/api/v1/cases/{matter.case.number}", headers=asks).json()["level"] == "work_secret"
    again = Client().post(path, body, content_type="application/json", headers=asks)
    assert (again.status_code, again.json()["errors"][0]["code"]) == (422, "nothing-changed")
    late = Client().post(path, {**body, "at_seq": 1}, content_type="application/json", headers=asks)
    assert late.status_code == 409 and late.json()["type"].endswith("stale")


def test_a_post_takes_its_place_on_the_list_to_whoever_holds_it_next(cast: Cast, desk: Desk, matter: Matter) -> None:
    limited(desk, matter, cast.posts["stranger"].id)
    assert "stranger" in openers(desk, matter)
    today = timezone.localdate()
    end_holding(Holding.objects.get(account=cast.accounts["stranger"]), today)
    appoint(cast.accounts["registrar"], cast.posts["stranger"], today)
    assert "stranger" not in openers(desk, matter)
    scopes = set(CaseAccess.objects.filter(case=matter.id).values_list("scope", flat=True))
    assert cast.posts["stranger"].id in scopes
