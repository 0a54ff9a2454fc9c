"""Who brought a case confidentially, over REST: asked for with a reason, decided by the custodian alone, known for a week."""

from __future__ import annotations

from huiyin.casework.models import IdentityRequest
from tests.api.conftest import Caller, hand_in, problem
from tests.api.test_accused import bao

__all__ = ["bao"]
REASON = {"reason": "要约信访人到现场，须打电话。"}


def confidentially(anyone: Caller) -> str:
    return hand_in(anyone, identity="confidential").case


def names(caller: Caller, case: str) -> list[str]:
    return [person["name"] for person in caller.post(case + "/petitioners", {}).json()["items"]]


def test_whoever_asks_with_a_reason_and_is_let_know_reads_who_it_is(anyone: Caller, sun: Caller, bao: Caller) -> None:
    case = confidentially(anyone)
    path = case + "/identity-requests"
    assert names(sun, case) == [""]
    asked = sun.post(path, REASON)
    assert asked.status_code == 201, asked.content.decode()
    (item,) = bao.get(path).json()["items"]
    assert (item["asked_by"], item["reason"], item["decided_at"]) == ("Sun", REASON["reason"], None)
    problem(sun.post(path, REASON), 409)
    problem(sun.post(f"{path}/{item['id']}", {"grant": True}), 404)
    assert bao.post(f"{path}/{item['id']}", {"grant": True}).json()["items"][0]["granted_until"]
    problem(bao.post(f"{path}/{item['id']}", {"grant": False}), 409)
    assert names(sun, case) == ["林一"]


def test_a_refusal_leaves_it_hidden_and_nobody_reads_what_others_asked(
    anyone: Caller, lin: Caller, sun: Caller, bao: Caller
) -> None:
    case = confidentially(anyone)
    path = case + "/identity-requests"
    sun.post(path, REASON)
    assert lin.get(path).json()["items"] == []
    assert bao.post(f"{path}/{IdentityRequest.objects.get().id}", {"grant": False}).status_code == 200
    assert names(sun, case) == [""]


def test_what_cannot_be_asked_is_said(anyone: Caller, sun: Caller, zhou: Caller, bao: Caller) -> None:
    path = confidentially(anyone) + "/identity-requests"
    problem(sun.post(path, {"reason": "　"}), 422)
    problem(sun.post(path, {}), 422)
    problem(bao.post(path, REASON), 409)
    problem(zhou.post(path, REASON), 404)
    problem(sun.post(hand_in(anyone).case + "/identity-requests", REASON), 404)
