"""Papers before they are issued, by REST: the whole way, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone

from huiyin.people.models import AccessRecord
from tests.api.conftest import ROOT, Caller, Cast, Handed, hand_in, problem, take
from tests.matters import BY_HAND

TODAY = timezone.localdate().isoformat()
OPINION = {
    "request": "修好消火栓。",
    "result": "support",
    "facts_found": "阀门老化。",
    "basis": "有关规定。",
    "opinion": "一个月内更换。",
    "review_organ": "group 局",
}

ONLY_THERE = "只有文书里有的话"  # a name, so that no line of this file that something prints holds it


def put(caller: Caller, path: str, body: Any) -> HttpResponse:
    return caller.client.put(ROOT + path, json.dumps(body), content_type="application/json", headers=caller.headers)


def proposed(lin: Caller, zhou: Caller, handed: Handed) -> str:
    """The address of the opinion of a matter that waits for approval."""
    take(lin, handed.no, "accept", kind="claim", route="书面答复")
    take(lin, handed.no, "assign", unit="workshop")
    found = {"means": "site", "investigated_on": TODAY, "finding": "阀门老化。", "evidence": "照片。"}
    take(zhou, handed.no, "investigate", **found)
    take(zhou, handed.no, "propose_opinion", **OPINION)
    (document,) = zhou.get(f"{handed.case}/documents/drafted").json()["items"]
    assert (document["kind"], document["status"], document["version"], document["number"]) == (
        "reply",
        "drafted",
        1,
        "",
    )
    return f"{handed.case}/documents/{document['id']}"


def test_the_registration_form_and_the_papers_of_steps_have_addresses(
    cast: Cast, handed: Handed, lin: Caller, zhou: Caller
) -> None:
    proposed(lin, zhou, handed)
    form = f"{handed.case}/registration"
    covered, full = (answer.content.decode() for answer in (zhou.get(f"{form}.html"), zhou.post(f"{form}.html", {})))
    assert all("信访事项登记表" in page and handed.no in page for page in (covered, full))
    assert "13800000001" in full and "13800000001" not in covered
    assert AccessRecord.objects.filter(account=cast.accounts["zhou"], purpose="notice").count() == 1
    assert zhou.get(f"{form}.pdf").content[:5] == b"%PDF-" and zhou.get(f"{form}.docx").content[:2] == b"PK"
    problem(zhou.get(f"{form}.exe"), 422)
    events = zhou.get(f"{handed.case}/events").json()["items"]
    seq = next(one["seq"] for one in events if "investigate" in json.dumps(one))
    assert "调查核实报告" in zhou.get(f"{handed.case}/steps/{seq}.html").content.decode()
    problem(zhou.get(f"{handed.case}/steps/1.pdf"), 404)
    problem(Caller(cast.tokens["he"]).post(f"{form}.html", {}), 404)


def test_an_opinion_goes_its_whole_way(handed: Handed, lin: Caller, zhou: Caller, sun: Caller) -> None:
    document = proposed(lin, zhou, handed)
    told = zhou.get(document).json()
    body = [{**block, "text": block["text"].replace("一个月内", "二十日内")} for block in told["body"]]
    assert put(zhou, document, {"base": 1, "body": body}).json()["version"] == 2
    at = next(n for n, block in enumerate(body) if "阀门老化" in block["text"])
    said = {"fields": {"reason": "请补充。"}, "comments": [{"passage": at, "text": "哪一个阀门？"}]}
    back = sun.post(f"{document}/return", said).json()
    assert back["status"] == "returned"
    assert [(one["passage"], one["text"]) for one in back["comments"]] == [(at, "哪一个阀门？")]
    body[at]["text"] = "三号阀门老化。"
    digest = put(zhou, document, {"base": 2, "body": body}).json()["versions"][-1]["digest"]
    take(zhou, handed.no, "propose_opinion", **OPINION)
    approved = sun.post(f"{document}/approve", {"digest": digest}).json()
    assert problem(lin.post(f"{document}/seal", {"digest": "00"}), 409)["type"].endswith("stale")
    problem(lin.post(f"{document}/seal", {"digest": digest}), 422)  # its organ has no certificate
    assert approved["sealed_at"] is None
    assert approved["status"] == "approved" and approved["approved_version"] == 3 and approved["number"]
    served = {"fields": {**BY_HAND, "served_on": TODAY}}
    issued = zhou.post(f"{document}/issue", served).json()
    assert issued["status"] == "issued"
    page = zhou.get(f"/documents/{issued['id']}.html").content.decode()
    assert "三号阀门老化。" in page and "二十日内更换。" in page and approved["number"] in page
    new = zhou.post(f"{document}/correct", {"reason": "阀门的编号写错。"}).json()
    address = f"{handed.case}/documents/{new['id']}"
    assert (new["replaces"], new["status"], new["number"]) == (issued["id"], "drafted", "")
    problem(zhou.post(f"{address}/approve", {"digest": new["versions"][0]["digest"]}), 422)
    number = sun.post(f"{address}/approve", {"digest": new["versions"][0]["digest"]}).json()["number"]
    assert number and number != approved["number"]
    assert zhou.post(f"{address}/issue", served).json()["status"] == "issued"
    told = {one["id"]: one["replaced_by"] for one in zhou.get(f"{handed.case}/documents").json()["items"]}
    assert told[issued["id"]] == new["id"] and told[new["id"]] is None


def test_an_old_view_changes_and_approves_nothing(handed: Handed, lin: Caller, zhou: Caller, sun: Caller) -> None:
    document = proposed(lin, zhou, handed)
    told = zhou.get(document).json()
    body = [*told["body"], {"text": "另加一段。"}]
    assert put(zhou, document, {"base": 1, "body": body}).status_code == 200
    assert problem(put(sun, document, {"base": 1, "body": told["body"]}), 409)["type"].endswith("stale")
    digest = told["versions"][0]["digest"]
    problem(sun.post(f"{document}/approve", {"digest": digest}), 409)
    assert zhou.get(document).json()["status"] == "drafted"


def test_what_is_not_approved_is_not_issued_and_who_drafted_it_does_not_approve(
    handed: Handed, lin: Caller, zhou: Caller
) -> None:
    document = proposed(lin, zhou, handed)
    served = {"fields": {**BY_HAND, "served_on": TODAY}}
    assert problem(zhou.post(f"{document}/issue", served), 422)["code"] == "wrong-stage"
    assert problem(zhou.post(f"{document}/approve", {}), 422)["code"] == "wrong-role"


@pytest.mark.parametrize(
    "body", [{}, {"base": -1, "body": []}, {"base": 1, "body": "x"}, {"base": 1, "body": [], "x": 1}]
)
def test_what_cannot_be_read_is_told_by_field(body: dict[str, Any], handed: Handed, lin: Caller, zhou: Caller) -> None:
    problem(put(zhou, proposed(lin, zhou, handed), body), 422)


def test_strangers_and_petitioners_find_no_draft(
    handed: Handed, lin: Caller, zhou: Caller, cast: Any, anyone: Caller
) -> None:
    document = proposed(lin, zhou, handed)
    stranger = Caller(cast.tokens["he"])
    problem(stranger.get(document), 404)
    problem(put(stranger, document, {"base": 1, "body": []}), 404)
    problem(anyone.get(document), 401)
    told = anyone.get(handed.path, handed.key).content.decode()
    assert "一个月内更换" not in told and document.rpartition("/")[2] not in told


def test_a_paper_is_void_with_a_reason(handed: Handed, lin: Caller, zhou: Caller, sun: Caller) -> None:
    document = proposed(lin, zhou, handed)
    sun.post(f"{document}/approve", {})
    problem(sun.post(f"{document}/void", {"reason": ""}), 422)
    told = sun.post(f"{document}/void", {"reason": "写错了单位。"}).json()
    assert told["status"] == "voided" and told["number"]


def test_no_text_stands_in_the_journal(
    anyone: Caller, lin: Caller, zhou: Caller, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    handed = hand_in(anyone)
    document = proposed(lin, zhou, handed)
    body = [*zhou.get(document).json()["body"], {"text": f"{ONLY_THERE}。"}]
    put(zhou, document, {"base": 1, "body": body})
    put(zhou, document, {"base": 1, "body": [{"text": ONLY_THERE + "{x}。"}]})
    written = capsys.readouterr()
    assert ONLY_THERE not in written.out + written.err + caplog.text
