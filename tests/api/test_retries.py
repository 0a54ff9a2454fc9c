"""Idempotency keys: whose they are, how they are kept, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse

from huiyin import worker
from huiyin.casework.models import Case, StoredAnswer, Submission
from huiyin.door import answers
from huiyin.people.models import Holding, Organisation
from tests.api.conftest import Caller, Cast, fields_of, hand_in, petition, problem
from tests.audit.installation import otherwise

STAFF_KEY = {"Idempotency-Key": "monday-1"}


def letter(**changes: Any) -> dict[str, Any]:
    return petition(channel="letter", **changes)


def fresh() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


def colleague(cast: Cast) -> Caller:
    """Somebody else in the post of Lin."""
    from huiyin.people.appointments import appoint
    from huiyin.people.models import Account
    from huiyin.people.signing_in.tokens import issue_token
    from tests.api.conftest import FIRST_DAY, MADE

    post = Holding.objects.get(account=cast.accounts["lin"]).post
    account = Account.objects.create_user("mei", display_name="Mei")
    issue_token(appoint(account, post, FIRST_DAY), "hy_mei", MADE)
    return Caller("hy_mei")


def receipt(answer: HttpResponse) -> str:
    assert answer.status_code == 201, answer.content.decode()
    told: str = answer.json()["receipt"]
    return told


@pytest.mark.parametrize(
    "key",
    [
        "1",
        "abc-2026-03-02",
        "a" * 40,
        "0000000000000000000000000001",
        "1b4e28ba-2fa1-11d2-883f-0016d3cca427",
        "01890a5d-ac96-774b-bcce-b302099a8057",
    ],
    ids=["a number", "short", "one letter", "a counter", "UUID of the time", "sortable UUID"],
)
def test_a_key_that_others_could_guess_is_refused_of_a_stranger(anyone: Caller, key: str) -> None:
    told = problem(anyone.post("/submissions", petition(), {"Idempotency-Key": key}), 422)
    assert fields_of(told) == {"Idempotency-Key"}
    assert key not in str(told) or len(key) == 1
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "key", [str(uuid4()), uuid4().hex, "Zx3-9kQ_vv0aTq81LmNo2B"], ids=["uuid", "hex", "characters"]
)
def test_a_random_key_makes_a_retry_harmless(anyone: Caller, key: str) -> None:
    answers = [anyone.post("/submissions", petition(), {"Idempotency-Key": key}) for _ in range(2)]
    assert receipt(answers[0]) == receipt(answers[1])


def test_a_key_of_one_member_of_staff_is_no_key_of_another(cast: Cast, lin: Caller) -> None:
    first = receipt(lin.post("/cases", letter(), STAFF_KEY))
    assert receipt(colleague(cast).post("/cases", letter(), STAFF_KEY)) != first
    assert receipt(lin.post("/cases", letter(), STAFF_KEY)) == first


def test_whoever_lost_the_role_is_not_told_the_answer_again(cast: Cast, lin: Caller) -> None:
    receipt(lin.post("/cases", letter(), STAFF_KEY))
    post = Holding.objects.get(account=cast.accounts["lin"]).post
    post.roles = ["archivist"]
    post.save()
    told = problem(lin.post("/cases", letter(), STAFF_KEY), 422)
    assert told["code"] == "wrong-role"


def test_a_strangers_key_is_nobodys_among_petitioners(anyone: Caller) -> None:
    one, other, key = hand_in(anyone), hand_in(anyone), fresh()
    for handed in (one, other):
        body = {"fields": {"more": "另附照片。"}}
        answer = anyone.post(handed.path + "/actions/supplement", body, handed.key | key)
        assert answer.status_code == 200
        assert answer.json()["receipt"] == handed.receipt
    assert Case.objects.filter(seq__gt=0).count() == 2


def test_no_key_is_kept_as_it_was_sent(anyone: Caller, lin: Caller) -> None:
    key = fresh()
    anyone.post("/submissions", petition(), key)
    lin.post("/cases", letter(), STAFF_KEY)
    kept = list(StoredAnswer.objects.values_list("key", flat=True))
    assert len(kept) == 2
    for sent in (key, STAFF_KEY):
        assert not any(sent["Idempotency-Key"] in row for row in kept)


def become_older(by: timedelta) -> None:
    row = StoredAnswer.objects.get()
    row.at -= by
    row.seal = answers.seal(row)
    row.save()


def swapped_case(victim: Submission) -> None:
    StoredAnswer.objects.filter(submission_id=victim.id).delete()
    StoredAnswer.objects.update(case_id=victim.case_id, submission_id=victim.id)


def moved_to_the_key_of_the_attacker(victim: Submission) -> None:
    mine = StoredAnswer.objects.exclude(submission_id=victim.id).get()
    StoredAnswer.objects.filter(id=mine.id).delete()
    StoredAnswer.objects.filter(submission_id=victim.id).update(
        organisation_id=mine.organisation_id, key=mine.key, digest=mine.digest
    )


def with_the_seal_of_another(victim: Submission) -> None:
    theirs = StoredAnswer.objects.get(submission_id=victim.id)
    StoredAnswer.objects.exclude(id=theirs.id).update(submission_id=victim.id, case_id=theirs.case_id, seal=theirs.seal)


@pytest.mark.parametrize("change", [swapped_case, moved_to_the_key_of_the_attacker, with_the_seal_of_another])
def test_a_stored_answer_that_was_made_to_point_elsewhere_hands_out_nothing(
    anyone: Caller, change: Callable[[Submission], None]
) -> None:
    key = fresh()
    theirs = receipt(anyone.post("/submissions", petition(text="秘密。"), fresh()))
    mine = receipt(anyone.post("/submissions", petition(), key))
    change(Submission.objects.get(receipt=theirs))
    told = problem(anyone.post("/submissions", petition(), key), 409)
    assert theirs not in str(told) and mine not in str(told)
    assert Case.objects.count() == 2


@pytest.mark.parametrize("column", answers.SEALED)
def test_an_answer_of_which_anything_was_changed_is_not_ours(anyone: Caller, column: str) -> None:
    anyone.post("/submissions", petition(), fresh())
    row = StoredAnswer.objects.get()
    setattr(row, column, otherwise(StoredAnswer._meta.get_field(column), getattr(row, column)))
    assert not answers.is_ours(row)


def test_a_key_is_forgotten_after_a_day_whether_or_not_a_worker_runs(anyone: Caller) -> None:
    key = fresh()
    first = receipt(anyone.post("/submissions", petition(), key))
    become_older(timedelta(hours=23, minutes=59))
    assert receipt(anyone.post("/submissions", petition(), key)) == first
    become_older(timedelta(minutes=1))
    assert receipt(anyone.post("/submissions", petition(), key)) != first


def test_a_worker_removes_answers_of_the_day_before_but_not_what_was_brought_in(anyone: Caller) -> None:
    anyone.post("/submissions", petition(), fresh())
    known = StoredAnswer.objects.get()
    organisation = Organisation.objects.get(code="bureau")
    StoredAnswer.objects.create(
        organisation_id=organisation.id, key="import:17", digest=known.digest, case_id=known.case_id, seq=1, at=known.at
    )
    for chore in worker.chores():
        if chore.name == "answers":
            assert chore.task(known.at + timedelta(hours=25)) == 1
    assert [row.key for row in StoredAnswer.objects.all()] == ["import:17"]


@pytest.mark.parametrize("path", ["/cases", "/cases/20260302-1/actions/accept", "/cases/20260302-1/petitioners"])
@pytest.mark.parametrize("body", [b"", b"{", b"x" * (1024 * 1024 + 1)], ids=["empty", "broken", "too large"])
def test_who_is_not_signed_in_is_told_that_before_anything_about_the_body(
    anyone: Caller, lin: Caller, path: str, body: bytes
) -> None:
    problem(anyone.post(path, body), 401)
    assert lin.post(path, body).status_code in (400, 404, 413)


@pytest.mark.parametrize("code", ["", "22222222"])
def test_the_proof_of_a_receipt_asks_for_the_code(anyone: Caller, code: str) -> None:
    handed = hand_in(anyone)
    wrong = anyone.get(handed.path + "/proof", {"X-Query-Code": code})
    absent = anyone.get("/receipts/HY-2222-2222-2222/proof", {"X-Query-Code": code})
    assert problem(wrong, 404) == problem(absent, 404)
    assert anyone.get(handed.path + "/proof", handed.key).status_code == 200
