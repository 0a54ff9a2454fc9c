"""Two clerks at the same moment: exactly one decides, the other is told; no petition is entered twice."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from huiyin.casework.models import Case
from huiyin.ledger import chain
from huiyin.ledger.models import Row
from tests.api.conftest import Caller, Cast, Handed, hand_in, make_cast, petition

CLERKS = 4
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The cast in a database that threads share."""
    return make_cast()


def at_once(calls: list[Callable[[], int]]) -> Counter[int]:
    """Make the calls in threads of their own that start together; how often each status was answered."""
    gate, statuses = threading.Barrier(len(calls)), []

    def run(call: Callable[[], int]) -> None:
        try:
            gate.wait()
            statuses.append(call())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(statuses)


def stepping(token: str, handed: Handed, action: str, fields: dict[str, Any], **more: Any) -> Callable[[], int]:
    body = {"fields": fields, **more}
    return lambda: Caller(token).post(f"{handed.case}/actions/{action}", body).status_code


def test_of_clerks_who_decide_at_once_exactly_one_wins(cast: Cast) -> None:
    for round_ in range(5):
        handed = hand_in(Caller())
        seq = Case.objects.get(number=handed.no).seq
        accept = {"kind": "claim", "route": "书面答复"}
        decline = {"competent_organ": "市水务局", "reason": "不属本局职权"}
        calls = [
            stepping(cast.tokens["lin"], handed, "accept", accept, at_seq=seq),
            stepping(cast.tokens["lin"], handed, "decline", decline, at_seq=seq),
            stepping(cast.tokens["lin"], handed, "accept", accept),
            stepping(cast.tokens["lin"], handed, "decline", decline),
        ]
        statuses = at_once(calls)
        assert statuses[200] == 1, (round_, statuses)
        assert statuses[200] + statuses[409] + statuses[422] == CLERKS, (round_, statuses)
        case = Case.objects.get(number=handed.no)
        assert case.seq == Row.objects.filter(case_id=case.id).count()
        assert list(chain.flaws(case.id)) == []


def test_one_petition_sent_many_times_at_once_is_entered_once(cast: Cast) -> None:
    answers = []

    def send() -> int:
        answer = Caller().post("/submissions", petition(), {"Idempotency-Key": "at-once-9f3c2a7b51d84e60"})
        answers.append(answer.json())
        return int(answer.status_code)

    statuses = at_once([send] * CLERKS)
    assert statuses == {201: CLERKS}
    assert Case.objects.count() == 1
    assert all(answer == answers[0] for answer in answers)


def test_many_petitions_at_once_each_get_a_number(cast: Cast) -> None:
    statuses = at_once([lambda: int(Caller().post("/submissions", petition()).status_code)] * CLERKS * 2)
    assert statuses == {201: CLERKS * 2}
    cases = Case.objects.values_list("number", "entry")
    assert len({number for number, _entry in cases}) == CLERKS * 2
    assert sorted(entry for _number, entry in cases) == list(range(1, CLERKS * 2 + 1))
