"""Reports on the work by REST: put up, returned, signed, sealed and read by the organ above, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from huiyin.documents.seals import kept
from huiyin.documents.seals.signing import signatures_of
from huiyin.insight.models import WorkReport
from tests.api.conftest import Caller, Cast, fields_of, problem
from tests.documents.seals.certificates import PASSWORD, certificate, pkcs12_of

YESTERDAY = timezone.localdate() - timedelta(days=1)
DAYS = {"from": str(YESTERDAY - timedelta(days=60)), "to": str(YESTERDAY)}
KEY = {"Idempotency-Key": "report-1"}


def put_up(caller: Caller, **more: Any) -> dict[str, Any]:
    answer = caller.post("/reports", DAYS | more)
    assert answer.status_code == 201, answer.content.decode()
    told: dict[str, Any] = answer.json()
    return told


@pytest.mark.clause("s2-5.2.1")
def test_a_report_is_put_up_once_returned_put_up_again_signed_sealed_and_read_by_the_organ_above(
    cast: Cast, lin: Caller, sun: Caller, zhou: Caller, qin: Caller
) -> None:
    sent = DAYS | {"remarks": "夏季来访多。"}
    first = lin.post("/reports", sent, KEY).json()
    assert lin.post("/reports", sent, KEY).json() == first and WorkReport.objects.count() == 1
    assert problem(lin.post("/reports", sent | {"remarks": "别的"}, KEY), 409)["type"].endswith("key-reused")
    assert problem(lin.post("/reports", sent), 409)["type"].endswith("already")
    assert (first["status"], first["number"], first["may_sign"]) == ("waiting", "", False)
    assert "夏季来访多。" in [one["text"] for one in first["body"]]

    place = f"/reports/{first['id']}"
    problem(lin.post(f"{place}/sign", {}), 422)  # who put it up does not sign it
    assert sun.get(place).json()["may_sign"]
    assert fields_of(problem(sun.post(f"{place}/return", {"reason": "　"}), 422)) == {"reason"}
    back = sun.post(f"{place}/return", {"reason": "请写建议"}).json()
    assert (back["status"], back["reason"], back["decided_by"]) == ("returned", "请写建议", "Sun")
    assert sun.post(f"{place}/return", {"reason": "请写建议"}).json() == back
    problem(sun.post(f"{place}/sign", {}), 409)

    second = put_up(lin, revises=first["id"], remarks="建议增加窗口。")
    problem(lin.post("/reports", DAYS | {"revises": second["id"]}), 404)  # which was not returned
    place = f"/reports/{second['id']}"
    problem(qin.get(place), 404)
    signed = sun.post(f"{place}/sign", {}).json()
    assert (signed["status"], signed["signer"], signed["revises"]) == ("signed", "Sun", first["id"])
    assert sun.post(f"{place}/sign", {}).json() == signed
    assert signed["number"] in sun.get(f"{place}/paper.html").content.decode()
    assert [one["id"] for one in lin.get("/reports").json()["items"]] == [second["id"], first["id"]]
    assert [one["number"] for one in qin.get("/reports").json()["items"]] == [signed["number"]]
    assert lin.get(place).json()["may_seal"] and not qin.get(place).json()["may_seal"]
    problem(lin.post(f"{place}/seal", {}), 422)  # its organ has no certificate
    kept.add(cast.bureau, pkcs12_of(certificate("bureau", timezone.now())), PASSWORD, timezone.now())
    sealed = lin.post(f"{place}/seal", {}).json()
    assert (sealed["sealed_by"], sealed["may_seal"]) == ("Lin", False) and lin.post(
        f"{place}/seal", {}
    ).json() == sealed
    assert len(signatures_of(qin.get(f"{place}/paper.pdf").content)) == 1
    assert qin.get(f"{place}/paper.pdf").content.startswith(b"%PDF")
    assert qin.get(place).json()["revises"] is None  # what came back is read by its own office alone
    problem(qin.post(f"{place}/return", {"reason": "重写"}), 409)
    assert qin.get(place).json()["may_note"] and not sun.get(place).json()["may_note"]
    problem(sun.post(f"{place}/note", {}), 422)  # that is for the organ above
    noted = qin.post(f"{place}/note", {"note": "请落实"}).json()
    assert (noted["noted_by"], noted["note"], noted["may_note"]) == ("Qin", "请落实", False)
    assert qin.post(f"{place}/note", {"note": "请落实"}).json() == noted and sun.get(place).json()["note"] == "请落实"
    problem(qin.post(f"{place}/note", {"note": "另写"}), 409)
    assert zhou.get("/reports").json()["items"] == []
    for answer in (zhou.get(place), zhou.post(f"{place}/sign", {}), zhou.post("/reports", DAYS)):
        problem(answer, 404)


def test_days_that_are_no_such_days_are_told_by_field(lin: Caller, anyone: Caller) -> None:
    today = str(timezone.localdate())
    assert fields_of(problem(lin.post("/reports", DAYS | {"to": today}), 422)) == {"to"}
    assert fields_of(problem(lin.post("/reports", {"from": DAYS["to"], "to": DAYS["from"]}), 422)) == {"from"}
    assert fields_of(problem(lin.post("/reports", {"from": 1, "to": "gestern", "x": 1}), 422)) == {"from", "to", "x"}
    problem(lin.get("/reports?page=nonsense"), 422)
    problem(anyone.post("/reports", DAYS), 401)
