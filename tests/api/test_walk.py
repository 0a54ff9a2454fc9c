"""One matter from the letter to the written reply and through a review, by REST alone."""

from __future__ import annotations

from django.utils import timezone

from tests.api.conftest import Caller, Cast, Handed, problem, take
from tests.matters import BY_HAND, BY_POST


def _approved(handed: Handed, lin: Caller, zhou: Caller, sun: Caller) -> None:
    take(lin, handed.no, "accept", kind="claim", route="由后勤处查明后书面答复。")
    take(lin, handed.no, "assign", unit="workshop")
    today = timezone.localdate().isoformat()
    take(zhou, handed.no, "investigate", means="site", investigated_on=today, finding="阀门锈蚀。")
    take(zhou, handed.no, "investigate", means="site", investigated_on=today, finding="阀门锈蚀。")
    take(
        zhou,
        handed.no,
        "propose_opinion",
        request="修好阀门。",
        review_organ="上一级机关",
        result="explain",
        facts_found="阀门锈蚀。",
        basis="供水条例。",
        opinion="已修。",
    )
    take(sun, handed.no, "approve_opinion")


def _replied(handed: Handed, lin: Caller, zhou: Caller, sun: Caller) -> None:
    _approved(handed, lin, zhou, sun)
    take(zhou, handed.no, "serve_reply", **{**BY_HAND, "served_on": timezone.localdate().isoformat()})


def test_a_matter_is_taken_from_the_letter_to_the_reply_and_through_a_review(
    cast: Cast, anyone: Caller, lin: Caller, zhou: Caller, sun: Caller, qin: Caller, handed: Handed
) -> None:
    _replied(handed, lin, zhou, sun)
    seen = anyone.get(handed.path, handed.key).json()
    assert [remedy["action"] for remedy in seen["remedies"] if remedy["open"]] == ["apply_review"]
    assert "reply" in {notice["kind"] for notice in seen["notices"]}
    rated = {"fields": {"office_score": "satisfied", "unit_score": "fair"}}
    assert anyone.post(handed.path + "/actions/rate", rated, handed.key).status_code == 200
    challenge = {"fields": {"challenge": "漏水仍在,请复查。"}, "at_seq": lin.get(handed.case).json()["seq"]}
    applied = anyone.post(handed.path + "/actions/apply_review", challenge, handed.key)
    assert applied.status_code == 200, applied.content.decode()
    decided = {
        "review_result": "uphold",
        "rereview_organ": "再上一级机关",
        "facts_found": "属实。",
        "basis": "供水条例。",
        "opinion": "维持。",
    }
    assert take(qin, handed.no, "decide_review", **decided)["stage"] == "review_decided"
    today = timezone.localdate().isoformat()
    served = take(qin, handed.no, "serve_review", **{**BY_POST, "served_on": today, "posted_on": today})
    assert served["stage"] == "reviewed"
    assert not served["ended"]


def test_a_step_of_the_wrong_stage_is_refused_with_clause_and_remedy(handed: Handed, lin: Caller) -> None:
    told = problem(lin.post(handed.case + "/actions/assign", {"fields": {"unit": "workshop"}}), 422)
    assert told["code"] == "wrong-stage"
    assert told["clause"]
    assert "受理" in told["remedy"]


def test_a_step_of_another_post_is_refused(handed: Handed, sun: Caller) -> None:
    body = {"fields": {"kind": "claim", "route": "书面答复"}}
    assert problem(sun.post(handed.case + "/actions/accept", body), 422)["code"] == "wrong-role"


def test_a_case_of_strangers_is_not_found(handed: Handed, cast: Cast, zhou: Caller) -> None:
    he = Caller(cast.tokens["he"])
    for path in ("", "/events", "/duties", "/documents", "/actions"):
        problem(he.get(handed.case + path), 404)
        problem(zhou.get(handed.case + path), 404)
    problem(he.post(handed.case + "/actions/accept", {"fields": {}}), 404)


def test_a_stale_step_is_a_conflict(handed: Handed, lin: Caller) -> None:
    body = {"fields": {"kind": "claim", "route": "书面答复"}, "at_seq": 1}
    assert problem(lin.post(handed.case + "/actions/accept", body), 409)["code"] == "stale"


def test_papers_to_be_served_are_listed_until_they_are_under_way_and_proved(
    handed: Handed, lin: Caller, zhou: Caller, sun: Caller
) -> None:
    def listed(service: str) -> set[str]:
        return {duty["kind"] for duty in zhou.get(f"/duties?service={service}").json()["items"]}

    _approved(handed, lin, zhou, sun)
    assert (listed("due"), listed("proof")) == ({"serve_reply"}, set())
    today = timezone.localdate().isoformat()
    take(zhou, handed.no, "post_reply", carrier="ems", tracking_no="1234567890123", posted_on=today)
    assert listed("proof") == {"prove_reply"}
    assert zhou.get("/duties?service=lost").status_code == 422
