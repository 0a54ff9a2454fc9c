"""What a petitioner gets without an account: a receipt, a view of the matter, remedies, and a proof."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.test import Client
from django.utils import timezone

from huiyin.casework.models import Case, Submission
from huiyin.ledger import log, merkle
from huiyin.ledger.models import Row
from tests.api.conftest import TEXT, Caller, Handed, fields_of, hand_in, petition, problem

KEY = {"Idempotency-Key": "5b0c1d3e-94f1-4c6e-8b1e-6f0a3c2d1e01"}


def test_a_petition_is_answered_with_receipt_code_and_chain(anyone: Caller) -> None:
    told = anyone.post("/submissions", petition()).json()
    assert re.fullmatch(r"HY-[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", told["receipt"])
    assert told["registered_at"].endswith("+08:00")
    row = Row.objects.get(case_id=Submission.objects.get().case_id, seq=told["chain"]["seq"])
    assert row.hash == told["chain"]["hash"]
    assert told["leaf_hash"] == sha256(b"\0" + bytes.fromhex(row.hash)).hexdigest()


def test_a_retry_with_the_same_key_gets_the_same_answer(anyone: Caller) -> None:
    first = anyone.post("/submissions", petition(), KEY)
    again = anyone.post("/submissions", petition(), KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Case.objects.count() == 1


def test_a_key_that_stands_for_another_petition_is_a_conflict(anyone: Caller) -> None:
    anyone.post("/submissions", petition(), KEY)
    problem(anyone.post("/submissions", petition(text="另一件事。"), KEY), 409)
    assert Case.objects.count() == 1


def test_a_refused_petition_does_not_use_up_its_key(anyone: Caller) -> None:
    problem(anyone.post("/submissions", petition(text=""), KEY), 422)
    assert anyone.post("/submissions", petition(), KEY).status_code == 201


def test_a_key_that_cannot_be_kept_is_refused(anyone: Caller) -> None:
    for key in ("k" * 129, "ключ"):  # too long, not ASCII
        told = problem(anyone.post("/submissions", petition(), {"Idempotency-Key": key}), 422)
        assert fields_of(told) == {"Idempotency-Key"}


@pytest.mark.parametrize("unnamed", [{"anonymous": True}, {"kind": "anonymous"}])
def test_what_is_sent_about_the_anonymous_is_not_kept(anyone: Caller, lin: Caller, unnamed: dict[str, object]) -> None:
    handed = hand_in(anyone, petitioners=[{"name": "林一", "phone": "13800000001", "address": "东门巷 1 号"} | unnamed])
    (told,) = lin.post(f"{handed.case}/petitioners", {}).json()["items"]
    assert not any(told[name] for name in ("name", "phone", "address", "id_number", "email"))
    assert lin.post("/search", {"q": "13800000001"}).json()["items"] == []


def test_the_anonymous_need_no_name(anyone: Caller) -> None:
    handed = hand_in(anyone, petitioners=[{"anonymous": True}])
    assert anyone.get(handed.path, handed.key).json()["stage"]


def test_a_group_counts_its_petitioners_when_no_headcount_is_given(anyone: Caller) -> None:
    hand_in(anyone, petitioners=[{"name": "林一"}, {"name": "林二"}, {"name": "林三"}])
    assert Case.objects.get().headcount == 3


def test_the_petitioner_sees_stage_history_duties_with_clauses_and_remedies(anyone: Caller, handed: Handed) -> None:
    told = anyone.get(handed.path, handed.key).json()
    assert told["no"] == handed.no
    assert told["duties"][0]["cites"]
    assert "15" in told["duties"][0]["derivation"]
    assert {remedy["action"] for remedy in told["remedies"]} == {"apply_review", "apply_rereview"}
    assert {offer["action"] for offer in told["actions"]} == {
        "choose_electronic",
        "request_recusal",
        "supplement",
        "withdraw",
    }
    assert told["actions"][0]["schema"]["type"] == "object"


def test_a_wrong_code_and_an_unknown_receipt_look_the_same(anyone: Caller, handed: Handed) -> None:
    wrong = anyone.get(handed.path, {"X-Query-Code": "22222222"})
    unknown = anyone.get("/receipts/HY-2222-2222-2222", {"X-Query-Code": "22222222"})
    assert problem(wrong, 404) == problem(unknown, 404)
    without = (anyone.get(handed.path), anyone.get("/receipts/HY-2222-2222-2222"))
    assert problem(without[0], 422) == problem(without[1], 422)
    assert fields_of(problem(without[0], 422)) == {"X-Query-Code"}


def test_guessing_a_code_is_stopped_even_when_the_next_guess_is_right(anyone: Caller, handed: Handed) -> None:
    for _ in range(10):
        problem(anyone.get(handed.path, {"X-Query-Code": "22222222"}), 404)
    stopped = anyone.get(handed.path, {"X-Query-Code": "22222222"})
    problem(stopped, 429)
    assert int(stopped.headers["Retry-After"]) > 0
    assert anyone.get(handed.path, handed.key).status_code == 200
    elsewhere = Caller(client=Client(REMOTE_ADDR="192.0.2.7"))
    assert elsewhere.get(handed.path, handed.key).status_code == 200


def test_a_petitioner_supplements_and_withdraws(anyone: Caller, handed: Handed) -> None:
    more = anyone.post(handed.path + "/actions/supplement", {"fields": {"more": "另附照片。"}}, handed.key)
    assert more.status_code == 200, more.content.decode()
    gone = anyone.post(handed.path + "/actions/withdraw", {"fields": {}, "at_seq": more.json()["seq"]}, handed.key)
    assert gone.json()["ended"] is True
    told = problem(anyone.post(handed.path + "/actions/withdraw", {"fields": {}}, handed.key), 422)
    assert told["code"] == "wrong-stage"


def test_a_petitioner_adds_a_file_in_json(anyone: Caller, handed: Handed) -> None:
    file = {"name": "说明.txt", "content": b64encode("另附照片。".encode()).decode()}
    body = {"fields": {"more": "另附照片。", "files": [file]}}
    assert anyone.post(handed.path + "/actions/supplement", body, handed.key).status_code == 200
    for broken in ({"name": "说明.txt"}, {"name": "说明.txt", "content": "不是编码"}, "说明.txt"):
        body = {"fields": {"more": "另附照片。", "files": [broken]}}
        told = problem(anyone.post(handed.path + "/actions/supplement", body, handed.key), 422)
        assert told["errors"][0]["field"] == "files"


def test_a_petitioner_cannot_take_a_step_of_staff(anyone: Caller, handed: Handed) -> None:
    body = {"fields": {"kind": "claim", "route": "书面答复"}}
    told = problem(anyone.post(handed.path + "/actions/accept", body, handed.key), 404)
    assert "受理审查人" not in str(told)


def test_a_petitioners_step_needs_the_code(anyone: Caller, handed: Handed) -> None:
    problem(anyone.post(handed.path + "/actions/withdraw", {"fields": {}}, {"X-Query-Code": "22222222"}), 404)
    assert Case.objects.get().ended_at is None


def test_the_proof_lets_anyone_recompute_the_chain(anyone: Caller, lin: Caller, handed: Handed) -> None:
    proof = anyone.get(handed.path + "/proof", handed.key).json()
    events = {event["seq"]: event for event in lin.get(handed.case + "/events").json()["items"]}
    event = events[proof["seq"]]
    case = Case.objects.get(number=handed.no)
    linked = bytes.fromhex(proof["previous"]) + case.id.bytes + proof["seq"].to_bytes(8, "big") + event["body"].encode()
    assert sha256(linked).hexdigest() == proof["hash"]
    assert proof["head"] == max(events.values(), key=lambda event: event["seq"])["hash"]
    problem(anyone.get("/receipts/HY-2222-2222-2222/proof", handed.key), 404)
    problem(anyone.get(handed.path + "/proof"), 422)


def test_the_proof_leads_to_a_signed_head_of_the_log(anyone: Caller, handed: Handed) -> None:
    assert anyone.get(handed.path + "/proof", handed.key).json()["log"] is None
    hand_in(anyone)
    log.enter()
    log.publish(timezone.now())
    proof = anyone.get(handed.path + "/proof", handed.key).json()
    told = proof["log"]
    path = [bytes.fromhex(part) for part in told["path"]]
    leaf, root = bytes.fromhex(proof["leaf_hash"]), bytes.fromhex(told["root"])
    assert merkle.is_included(leaf, told["index"], told["size"], path, root)
    statement = f"huiyin log\n{told['size']}\n{told['root']}\n{told['signed_at']}\n".encode()
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(told["key"]))
    key.verify(bytes.fromhex(told["signature"]), statement)


def test_nothing_of_the_petitioner_is_in_the_ledger(anyone: Caller, lin: Caller, handed: Handed) -> None:
    written = json.dumps(lin.get(handed.case + "/events").json(), ensure_ascii=False)
    assert not any(secret in written for secret in ("林一", "13800000001", "东门巷 1 号", TEXT))
