"""Many at the door at once, as real threads with connections of their own: one wins, and nothing is lost or doubled."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest
from django.db import connection

from huiyin import door
from huiyin.audit.verify import verify
from huiyin.casework.models import Case, StoredAnswer, Submission
from huiyin.ledger.models import Row
from huiyin.people.models import Petitioner
from huiyin.procedure.refusal import Code
from tests import tables
from tests.cast import NOW, Cast, make_cast
from tests.matters import begin, petition

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 20


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def kinds(outcomes: list[object]) -> Counter[str]:
    """What came of it, counted; refusals by their code."""
    return Counter(
        str(outcome.refusal.code) if isinstance(outcome, door.Refused) else type(outcome).__name__
        for outcome in outcomes
    )


def everything_is_whole() -> None:
    assert [str(finding) for finding in verify()] == []


def test_of_many_who_decide_differently_at_once_exactly_one_wins(cast: Cast) -> None:
    matter = begin(cast)
    wishes = [matter.wish("intake", ("accept", "decline", "refer")[n % 3]) for n in range(12)]
    outcomes = tables.at_once([partial(door.execute, wish) for wish in wishes])
    assert kinds(outcomes) == {"Accepted": 1, Code.WRONG_STAGE: 11}
    assert matter.case.stage in {"accepted", "declined", "referred"}
    everything_is_whole()


def test_of_many_who_saw_the_same_state_exactly_one_wins_even_where_the_rules_allow_all(cast: Cast) -> None:
    matter = begin(cast)
    seq = matter.case.seq
    wishes = [matter.wish("petitioner", "supplement", at_seq=seq, more=f"补充 {n}") for n in range(12)]
    outcomes = tables.at_once([partial(door.execute, wish) for wish in wishes])
    assert kinds(outcomes) == {"Accepted": 1, Code.STALE: 11}
    everything_is_whole()


def test_of_many_who_are_all_allowed_each_gets_an_event_of_their_own(cast: Cast) -> None:
    matter = begin(cast)
    before = matter.case.seq
    wishes = [matter.wish("petitioner", "supplement", more=f"补充 {n}") for n in range(12)]
    outcomes = tables.at_once([partial(door.execute, wish) for wish in wishes])
    assert kinds(outcomes) == {"Accepted": 12}
    assert matter.case.seq == before + 12
    everything_is_whole()


def test_one_action_sent_many_times_with_one_key_is_done_once_and_answered_each_time(cast: Cast) -> None:
    matter = begin(cast)
    wish = matter.wish("intake", "accept", key="k-1")
    outcomes = tables.at_once([partial(door.execute, wish)] * 12)
    assert kinds(outcomes) == {"Accepted": 12}
    taken = Row.objects.filter(case_id=matter.id, type="ActionTaken").values_list("body", flat=True)
    assert sum('"action":"accept"' in body for body in taken) == 1
    assert StoredAnswer.objects.count() == 1
    everything_is_whole()


def test_one_key_for_two_cases_at_once_is_taken_by_one_of_them(cast: Cast) -> None:
    matters = [begin(cast) for _ in range(6)]
    wishes = [matter.wish("intake", "accept", key="k-1") for matter in matters]
    outcomes = tables.at_once([partial(door.execute, wish) for wish in wishes])
    assert kinds(outcomes) == {"Accepted": 1, "KeyReused": 5}
    assert Case.objects.filter(stage="accepted").count() == 1
    everything_is_whole()


def test_one_petition_sent_many_times_with_one_key_is_one_case_with_one_receipt(cast: Cast) -> None:
    send = partial(door.register_petition, petition(cast), cast.newcomer(), NOW, "submit", "k-1")
    outcomes = tables.at_once([send] * MANY)
    assert kinds(outcomes) == {"Registered": MANY}
    told = {(got.case.id, got.receipt, got.code) for got in outcomes if isinstance(got, door.Registered)}
    assert len(told) == 1
    for model in (Case, Submission, Petitioner, StoredAnswer):
        assert model.objects.count() == 1, model
    everything_is_whole()


def test_of_many_petitions_with_one_key_and_different_contents_one_is_taken(cast: Cast) -> None:
    sends = [
        partial(door.register_petition, petition(cast, text=f"第 {n} 件事。"), cast.newcomer(), NOW, "submit", "k-1")
        for n in range(MANY)
    ]
    outcomes = tables.at_once(sends)
    assert kinds(outcomes) == {"Registered": 1, "KeyReused": MANY - 1}
    assert Case.objects.count() == 1
    everything_is_whole()


def test_many_petitions_at_once_get_numbers_without_gap_or_double(cast: Cast) -> None:
    jn = cast.organisations["jn"]
    sends = [
        partial(
            door.register_petition,
            petition(cast, organisation=jn) if n % 2 else petition(cast),
            cast.newcomer("jn" if n % 2 else "lj"),
            NOW,
            "submit",
        )
        for n in range(MANY)
    ]
    outcomes = tables.at_once(sends)
    assert kinds(outcomes) == {"Registered": MANY}
    found = [got.case for got in outcomes if isinstance(got, door.Registered)]
    entries = sorted((case.organisation.code, case.entry) for case in found)
    assert entries == [(code, n) for code in ("jn", "lj") for n in range(1, MANY // 2 + 1)]
    assert len({case.number for case in found}) == MANY
    everything_is_whole()


def test_a_refused_or_failed_registration_among_many_leaves_no_gap(cast: Cast) -> None:
    sends = [
        partial(
            door.register_petition,
            petition(cast),
            cast.newcomer(),
            NOW,
            "submit" if n % 2 else "register",
            f"k-{n // 4}",
        )
        for n in range(MANY)
    ]
    tables.at_once(sends)
    assert sorted(Case.objects.values_list("entry", flat=True)) == list(range(1, MANY // 4 + 1))
    everything_is_whole()


def test_two_cases_that_are_joined_to_each_other_at_once_do_not_block_each_other(transactional_db: None) -> None:
    cast = make_cast("xx-bureau")
    for _ in range(4):
        one, other = begin(cast), begin(cast)
        wishes = [
            one.wish("intake", "link_repeat", first_case=other.case.number, reason="同一件事。"),
            other.wish("intake", "link_repeat", first_case=one.case.number, reason="同一件事。"),
        ]
        outcomes = tables.at_once([partial(door.execute, wish) for wish in wishes])
        assert kinds(outcomes) == {"Accepted": 1, Code.WRONG_STAGE: 1}
    everything_is_whole()


def test_verifying_while_others_work_raises_no_false_alarm(cast: Cast) -> None:
    matters = [begin(cast) for _ in range(4)]

    def work(position: int) -> object:
        return [door.execute(matters[position].wish("petitioner", "supplement", more=f"{n}")) for n in range(8)]

    def check() -> object:
        return [str(finding) for _ in range(8) for finding in verify([matter.id for matter in matters])]

    outcomes = tables.at_once([partial(work, n) for n in range(4)] + [check, check])
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert outcomes[-2:] == [[], []]
    assert connection.vendor in ("sqlite", "postgresql")
