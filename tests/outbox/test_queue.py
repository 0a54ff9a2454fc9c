"""Messages are delivered at least once, by one worker at a time, and given up at last."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from huiyin.outbox.models import Message
from huiyin.outbox.queue import LEASE, LONGEST_PAUSE, MOST_ATTEMPTS, claim, postpone, queue, settle
from tests import tables
from tests.cast import DAY, NOW

ORGANISATION = UUID(int=1)
MOMENT = timedelta(seconds=1)


def put(count: int = 1, case: UUID | None = None) -> UUID:
    """Messages of one case, all due now."""
    case = case or uuid4()
    queue(
        ORGANISATION, case, NOW, [(n, "notice", {"notice": f"{n:x}", "to": "petitioner"}) for n in range(1, count + 1)]
    )
    return case


@pytest.mark.django_db
class TestOneWorker:
    def test_a_message_is_claimed_once_while_its_lease_lasts(self) -> None:
        put()
        assert len(claim(NOW)) == 1
        assert claim(NOW) == []
        assert claim(NOW + LEASE - MOMENT) == []

    def test_a_message_whose_worker_died_is_claimed_again_when_the_lease_is_over(self) -> None:
        put()
        first = claim(NOW)
        again = claim(NOW + LEASE)
        assert [message.id for message in again] == [message.id for message in first]
        assert again[0].attempts == 2

    def test_a_message_is_not_claimed_before_it_is_due(self) -> None:
        put()
        assert claim(NOW - MOMENT) == []

    def test_the_longest_due_come_first_and_no_more_than_were_asked_for(self) -> None:
        put(5)
        late = Message.objects.order_by("seq").last()
        assert late is not None
        Message.objects.filter(id=late.id).update(due_at=NOW - DAY)
        assert [message.seq for message in claim(NOW, most=1)] == [5]
        assert len(claim(NOW, most=3)) == 3

    def test_a_delivered_message_is_never_claimed_again(self) -> None:
        put()
        settle(claim(NOW)[0], NOW)
        assert claim(NOW + 100 * DAY) == []

    def test_a_failed_message_waits_longer_each_time_and_is_laid_aside_at_last(self) -> None:
        put()
        at, pauses = NOW, []
        while claimed := claim(at):
            postpone(claimed[0], at, "the mail server does not answer")
            message = Message.objects.get()
            if message.dead_at:
                break
            pauses.append(message.due_at - at)
            assert claim(message.due_at - MOMENT) == []
            at = message.due_at
        assert pauses == sorted(pauses)
        assert pauses[0] >= timedelta(seconds=10)
        assert timedelta(hours=5) < pauses[-1] <= LONGEST_PAUSE
        assert len(pauses) == MOST_ATTEMPTS - 1
        assert Message.objects.get().error == "the mail server does not answer"
        assert claim(at + 100 * DAY) == []

    def test_what_can_never_be_delivered_is_laid_aside_at_once(self) -> None:
        put()
        postpone(claim(NOW)[0], NOW, "there is no such address", permanent=True)
        assert Message.objects.get().dead_at == NOW
        assert claim(NOW + DAY) == []

    def test_a_message_that_kills_every_worker_is_laid_aside_and_the_others_go_on(self) -> None:
        """Nobody postpones it, because nobody survives it."""
        put()
        at = NOW
        for _ in range(MOST_ATTEMPTS):
            assert len(claim(at)) == 1
            at += LEASE
        assert claim(at) == []
        assert Message.objects.get().dead_at == at
        assert Message.objects.get().attempts == MOST_ATTEMPTS

    def test_a_worker_that_comes_too_late_takes_nothing_back(self) -> None:
        """Its lease ended, another delivered the message: its own failure no longer counts."""
        put()
        (slow,) = claim(NOW)
        (quick,) = claim(NOW + LEASE)
        postpone(slow, NOW + LEASE, "timed out")
        assert claim(NOW + LEASE + MOMENT) == []
        settle(quick, NOW + LEASE + MOMENT)
        postpone(slow, NOW + LEASE + MOMENT, "timed out", permanent=True)
        message = Message.objects.get()
        assert (message.done_at, message.dead_at) == (NOW + LEASE + MOMENT, None)

    def test_a_message_that_was_delivered_after_the_lease_counts_as_delivered(self) -> None:
        put()
        (slow,) = claim(NOW)
        claim(NOW + LEASE)
        settle(slow, NOW + LEASE)
        assert claim(NOW + DAY) == []

    def test_the_same_event_and_kind_cannot_be_queued_twice(self) -> None:
        case = put()
        with pytest.raises(IntegrityError), transaction.atomic():
            put(case=case)
        assert Message.objects.count() == 1

    def test_an_error_that_is_too_long_is_cut(self) -> None:
        put()
        postpone(claim(NOW)[0], NOW, "x" * 10_000)
        assert len(Message.objects.get().error) == 200


@pytest.mark.django_db(transaction=True)
class TestManyWorkers:
    def test_many_workers_at_once_never_get_the_same_message(self) -> None:
        put(40)
        outcomes = tables.at_once([partial(claim, NOW, 10)] * 8)
        claimed = [message.id for outcome in outcomes if isinstance(outcome, list) for message in outcome]
        assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
        assert len(claimed) == len(set(claimed))
        rest = claim(NOW, 100)
        assert len(claimed) + len(rest) == 40
        assert set(Message.objects.values_list("attempts", flat=True)) == {1}

    def test_many_workers_share_the_work_instead_of_fighting_for_the_first_messages(self) -> None:
        put(40)
        outcomes = tables.at_once([partial(claim, NOW, 5)] * 8)
        assert sorted(len(outcome) for outcome in outcomes if isinstance(outcome, list)) == [5] * 8

    def test_many_workers_at_the_end_of_a_lease_get_the_message_once(self) -> None:
        put()
        claim(NOW)
        outcomes = tables.at_once([partial(claim, NOW + LEASE)] * 8)
        assert sum(len(outcome) for outcome in outcomes if isinstance(outcome, list)) == 1
        assert Message.objects.get().attempts == 2
