"""Jobs are done at least once, by one worker at a time, and given up at last; what was given up can be seen, put back and dropped."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from huiyin.jobs import kinds, queue
from huiyin.jobs.kinds import KINDS, NOTICE, WHAT_IF
from huiyin.jobs.models import Job
from huiyin.jobs.queue import LONGEST_PAUSE, Progress, give_up, give_up_spent, postpone, settle
from tests import tables
from tests.cast import DAY, NOW

ORGANISATION = UUID(int=1)
MOMENT = timedelta(seconds=1)
LEASE, MAX_ATTEMPTS = KINDS[NOTICE].lease, KINDS[NOTICE].max_attempts


def put(count: int = 1, case: UUID | None = None) -> UUID:
    """Jobs for the notices of one case, all due now."""
    case = case or uuid4()
    Job.objects.bulk_create(
        [kinds.notice(ORGANISATION, case, n, UUID(int=n), "petitioner", NOW) for n in range(1, count + 1)]
    )
    return case


def claim(at: datetime, most: int | None = None) -> list[Job]:
    return queue.claim(at, NOTICE, most)


@pytest.mark.django_db
class TestOneWorker:
    def test_a_job_is_claimed_once_while_its_lease_lasts(self) -> None:
        put()
        assert len(claim(NOW)) == 1
        assert claim(NOW) == []
        assert claim(NOW + LEASE - MOMENT) == []

    def test_a_job_whose_worker_died_is_claimed_again_when_the_lease_is_over(self) -> None:
        put()
        first = claim(NOW)
        again = claim(NOW + LEASE)
        assert [job.id for job in again] == [job.id for job in first]
        assert again[0].attempts == 2

    def test_a_job_is_not_claimed_before_it_is_due(self) -> None:
        put()
        assert claim(NOW - MOMENT) == []

    def test_the_longest_due_come_first_and_no_more_than_were_asked_for(self) -> None:
        put(5)
        late = Job.objects.get(key__endswith=":5:notice")
        Job.objects.filter(id=late.id).update(due_at=NOW - DAY)
        assert [job.id for job in claim(NOW, most=1)] == [late.id]
        assert len(claim(NOW, most=3)) == 3

    def test_a_done_message_is_never_claimed_again(self) -> None:
        put()
        settle(claim(NOW)[0], NOW)
        assert claim(NOW + 100 * DAY) == []

    def test_a_failed_job_waits_longer_each_time_and_is_given_up_at_last(self) -> None:
        put()
        at, pauses = NOW, []
        while claimed := claim(at):
            postpone(claimed[0], at, "the mail server does not answer")
            job = Job.objects.get()
            if job.dead_at:
                break
            pauses.append(job.due_at - at)
            assert claim(job.due_at - MOMENT) == []
            at = job.due_at
        assert pauses == sorted(pauses)
        assert pauses[0] >= timedelta(seconds=10)
        assert timedelta(hours=5) < pauses[-1] <= LONGEST_PAUSE
        assert len(pauses) == MAX_ATTEMPTS - 1
        assert Job.objects.get().error == "the mail server does not answer"
        assert claim(at + 100 * DAY) == []

    def test_what_can_never_be_done_is_given_up_at_once(self) -> None:
        put()
        give_up(claim(NOW)[0], NOW, "there is no such address")
        assert Job.objects.get().dead_at == NOW
        assert claim(NOW + DAY) == []

    def test_a_job_that_kills_every_worker_is_given_up_and_the_others_go_on(self) -> None:
        """Nobody postpones it, because nobody survives it."""
        put()
        at = NOW
        for _ in range(MAX_ATTEMPTS):
            assert len(claim(at)) == 1
            at += LEASE
        assert claim(at) == []
        assert [job.what for job in give_up_spent(at, NOTICE)] == [NOTICE]
        assert Job.objects.get().dead_at == at
        assert Job.objects.get().attempts == MAX_ATTEMPTS

    def test_a_worker_that_comes_too_late_takes_nothing_back(self) -> None:
        """Its lease ended, another delivered the message: its own failure no longer counts."""
        put()
        (slow,) = claim(NOW)
        (quick,) = claim(NOW + LEASE)
        postpone(slow, NOW + LEASE, "timed out")
        assert claim(NOW + LEASE + MOMENT) == []
        settle(quick, NOW + LEASE + MOMENT)
        give_up(slow, NOW + LEASE + MOMENT, "timed out")
        job = Job.objects.get()
        assert (job.done_at, job.dead_at) == (NOW + LEASE + MOMENT, None)

    def test_a_job_that_was_done_after_the_lease_counts_as_done(self) -> None:
        put()
        (slow,) = claim(NOW)
        claim(NOW + LEASE)
        settle(slow, NOW + LEASE)
        assert claim(NOW + DAY) == []

    def test_the_same_event_and_kind_cannot_be_queued_twice(self) -> None:
        case = put()
        with pytest.raises(IntegrityError), transaction.atomic():
            put(case=case)
        assert Job.objects.count() == 1

    def test_an_error_that_is_too_long_is_cut(self) -> None:
        put()
        postpone(claim(NOW)[0], NOW, "x" * 10_000)
        assert len(Job.objects.get().error) == 200

    def test_a_key_that_is_there_is_not_queued_again_even_when_it_was_done(self) -> None:
        job = kinds.what_if(ORGANISATION, UUID(int=1), 5, NOW)
        queue.enqueue(job)
        queue.enqueue(kinds.what_if(ORGANISATION, UUID(int=1), 5, NOW))
        settle(queue.claim(NOW, WHAT_IF)[0], NOW)
        queue.enqueue(kinds.what_if(ORGANISATION, UUID(int=1), 5, NOW))
        assert (Job.objects.count(), queue.due(NOW + DAY)) == (1, [])

    def test_what_was_done_can_be_asked_for_again_but_not_while_it_waits(self) -> None:
        for at in (NOW, NOW + DAY):
            queue.enqueue_again(kinds.proof("national-2022", "d" * 64, "s", at))
        assert Job.objects.get().due_at == NOW
        settle(queue.claim(NOW, kinds.PROOF)[0], NOW)
        queue.enqueue_again(kinds.proof("national-2022", "d" * 64, "s", NOW + DAY))
        (again,) = queue.claim(NOW + DAY, kinds.PROOF)
        assert again.attempts == 1

    def test_a_long_job_goes_on_at_once_reports_how_far_it_is_and_counts_attempts_anew(self) -> None:
        queue.enqueue(kinds.what_if(ORGANISATION, UUID(int=1), 120, NOW))
        for done in (50, 100):
            (job,) = queue.claim(NOW, WHAT_IF)
            assert job.attempts == 1
            queue.go_on(job, NOW, Progress(done, 120))
            assert (Job.objects.get().progress, Job.objects.get().percent) == (done, done * 100 // 120)
        settle(queue.claim(NOW, WHAT_IF)[0], NOW)
        assert Job.objects.get().percent == 100

    def test_pieces_of_two_long_jobs_take_turns(self) -> None:
        for number in (1, 2):
            queue.enqueue(kinds.what_if(ORGANISATION, UUID(int=number), 120, NOW))
        (first,) = queue.claim(NOW, WHAT_IF)
        queue.go_on(first, NOW + MOMENT, Progress(50, 120))
        (second,) = queue.claim(NOW + MOMENT, WHAT_IF)
        assert second.id != first.id

    def test_a_piece_of_a_worker_that_lost_its_lease_reports_nothing(self) -> None:
        queue.enqueue(kinds.what_if(ORGANISATION, UUID(int=1), 120, NOW))
        (slow,) = queue.claim(NOW, WHAT_IF)
        later = NOW + KINDS[WHAT_IF].lease
        (quick,) = queue.claim(later, WHAT_IF)
        queue.go_on(slow, later, Progress(100, 120))
        assert (Job.objects.get().progress, Job.objects.get().claimed_until) == (0, quick.claimed_until)

    def test_a_job_that_is_not_needed_any_more_is_not_done(self) -> None:
        queue.enqueue(kinds.what_if(ORGANISATION, UUID(int=1), 120, NOW))
        queue.withdraw(kinds.what_if_key(UUID(int=1)), NOW)
        assert queue.due(NOW) == []

    def test_the_names_that_have_something_due_come_the_longest_waiting_first(self) -> None:
        queue.enqueue(kinds.what_if(ORGANISATION, UUID(int=1), 120, NOW))
        assert queue.due(NOW - MOMENT) == []
        queue.enqueue(kinds.proof("national-2022", "d", "s", NOW - MOMENT))
        put(3)
        assert queue.due(NOW)[0] == kinds.PROOF
        assert sorted(queue.due(NOW)) == sorted((NOTICE, kinds.PROOF, WHAT_IF))
        claim(NOW)
        assert NOTICE not in queue.due(NOW)


@pytest.mark.django_db
class TestDeadLetters:
    def dead(self) -> Job:
        put()
        (job,) = claim(NOW)
        give_up(job, NOW, "there is no such address")
        return job

    def test_one_that_is_put_back_is_tried_as_often_as_a_new_one(self) -> None:
        job = self.dead()
        assert queue.retry(job.id, NOW + DAY)
        (again,) = claim(NOW + DAY)
        assert (again.id, again.attempts, again.dead_at) == (job.id, 1, None)

    def test_one_that_is_dropped_is_neither_dead_nor_waiting_and_goes_with_those_that_were_done(self) -> None:
        job = self.dead()
        died = Job.objects.get().dead_at
        assert died is not None and queue.drop(job.id)
        assert not queue.drop(job.id) and not queue.due(died + timedelta(days=1))
        assert queue.forget(died + queue.KEPT + timedelta(days=1)) == 1

    def test_what_waits_runs_or_is_done_is_neither_put_back_nor_dropped(self) -> None:
        put(3)
        (done, _held) = claim(NOW, 2)
        settle(done, NOW)
        before = list(Job.objects.order_by("id").values())
        for job in Job.objects.all():
            assert not queue.retry(job.id, NOW)
            assert not queue.drop(job.id)
        assert list(Job.objects.order_by("id").values()) == before


@pytest.mark.django_db
class TestStanding:
    def test_work_that_nobody_takes_for_a_minute_means_that_no_worker_runs(self) -> None:
        put(2)
        assert not queue.is_stalled(NOW + queue.STALLED_AFTER - MOMENT)
        assert queue.is_stalled(NOW + queue.STALLED_AFTER)
        claim(NOW + queue.STALLED_AFTER, 1)
        assert not queue.is_stalled(NOW + queue.STALLED_AFTER)
        assert queue.is_stalled(NOW + queue.STALLED_AFTER + LEASE)

    def test_a_worker_that_is_between_two_jobs_runs(self) -> None:
        put(2)
        at = NOW + queue.STALLED_AFTER
        settle(claim(at, 1)[0], at)
        assert not queue.is_stalled(at + MOMENT)
        assert queue.is_stalled(at + queue.STALLED_AFTER)

    def test_what_was_given_up_or_waits_for_its_pause_stalls_nothing(self) -> None:
        put(2)
        first, second = claim(NOW)
        give_up(first, NOW, "no")
        postpone(second, NOW, "not now")
        assert not queue.is_stalled(NOW + MOMENT)

    def test_done_jobs_are_forgotten_after_a_month_and_dead_letters_never(self) -> None:
        put(3)
        done, dead, _waiting = claim(NOW)
        settle(done, NOW)
        give_up(dead, NOW, "no")
        assert queue.forget(NOW + queue.KEPT) == 0
        assert queue.forget(NOW + queue.KEPT + MOMENT) == 1
        assert not Job.objects.filter(id=done.id).exists()


@pytest.mark.django_db(transaction=True)
class TestManyWorkers:
    def test_many_workers_at_once_never_get_the_same_job(self) -> None:
        put(40)
        outcomes = tables.at_once([partial(claim, NOW, 10)] * 8)
        claimed = [job.id for outcome in outcomes if isinstance(outcome, list) for job in outcome]
        assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
        assert len(claimed) == len(set(claimed))
        rest = claim(NOW, 100)
        assert len(claimed) + len(rest) == 40
        assert set(Job.objects.values_list("attempts", flat=True)) == {1}

    def test_many_workers_share_the_work_instead_of_fighting_for_the_first_jobs(self) -> None:
        put(40)
        outcomes = tables.at_once([partial(claim, NOW, 5)] * 8)
        assert sorted(len(outcome) for outcome in outcomes if isinstance(outcome, list)) == [5] * 8

    def test_many_workers_at_the_end_of_a_lease_get_the_job_once(self) -> None:
        put()
        claim(NOW)
        outcomes = tables.at_once([partial(claim, NOW + LEASE)] * 8)
        assert sum(len(outcome) for outcome in outcomes if isinstance(outcome, list)) == 1
        assert Job.objects.get().attempts == 2

    @pytest.mark.postgresql
    def test_a_job_that_another_worker_takes_just_now_is_passed_over_and_not_waited_for(self) -> None:
        put(2)

        def hurried() -> list[Job]:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '5s'")
            return claim(NOW, 1)

        with transaction.atomic():
            taken = Job.objects.select_for_update().order_by("due_at", "id")[0]
            (outcome,) = tables.at_once([hurried])
        assert isinstance(outcome, list), outcome
        assert len(outcome) == 1 and outcome[0].id != taken.id
