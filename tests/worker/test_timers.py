"""Duties that fall due act by themselves: once, through the door, and none keeps the others from it."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest

from huiyin import worker
from huiyin.audit.verify import verify
from huiyin.casework import timers
from huiyin.casework.models import Case, Duty
from huiyin.ledger.models import LogHead, LogLeaf, Row
from tests.cast import DAY, NOW, Cast, make_cast
from tests.matters import Matter, begin, replay_equals_projection, walk
from tests.tables import at_once

LATER = NOW + 45 * DAY


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def replied(cast: Cast, at: datetime = NOW) -> Matter:
    """A matter whose reply was served and whose petitioner does not ask for review."""
    return walk(begin(cast, at), until="serve_reply")


def test_a_matter_is_closed_when_the_period_for_review_has_run_out(cast: Cast) -> None:
    matter = replied(cast)
    assert worker.fire_timers(LATER) == 1
    assert matter.case.stage == "closed"
    replay_equals_projection(matter.id)


def test_the_timer_acts_as_the_system(cast: Cast) -> None:
    matter = replied(cast)
    worker.fire_timers(LATER)
    last = Row.objects.filter(case_id=matter.id, type="ActionTaken").latest("seq")
    assert '"actor":"system"' in last.body


def test_it_does_not_fire_before_the_last_day_is_over(cast: Cast) -> None:
    matter = replied(cast)
    due_at = Duty.objects.get(case_id=matter.id, kind="conclude").due_at
    assert worker.fire_timers(due_at) == 0
    assert worker.fire_timers(due_at + DAY) == 1


def test_it_fires_once(cast: Cast) -> None:
    matter = replied(cast)
    worker.fire_timers(LATER)
    seq = matter.case.seq
    assert worker.fire_timers(LATER + DAY) == 0
    assert matter.case.seq == seq


def test_a_petitioner_who_asks_for_review_stops_the_timer(cast: Cast) -> None:
    matter = replied(cast)
    matter.does("petitioner", "apply_review")
    assert worker.fire_timers(LATER) == 0
    assert matter.case.stage == "review"


def test_a_row_that_raises_does_not_stop_the_others(cast: Cast) -> None:
    broken, whole = replied(cast), replied(cast, NOW + DAY)
    Case.objects.filter(id=broken.id).update(rulebook="no-such-book@1")
    worker.fire_timers(LATER)
    assert whole.case.stage == "closed"
    assert Duty.objects.get(case_id=broken.id, kind="conclude").timer_at == LATER + worker.AGAIN_AFTER_FAILURE


def test_a_row_that_raised_is_tried_again(cast: Cast) -> None:
    matter = replied(cast)
    book = matter.case.rulebook
    Case.objects.filter(id=matter.id).update(rulebook="no-such-book@1")
    worker.fire_timers(LATER)
    Case.objects.filter(id=matter.id).update(rulebook=book)
    assert worker.fire_timers(LATER) == 0
    assert worker.fire_timers(LATER + 2 * worker.AGAIN_AFTER_FAILURE) == 1
    assert matter.case.stage == "closed"


def test_a_timer_that_the_rules_refuse_is_pushed_back(cast: Cast) -> None:
    matter = begin(cast)
    walk_to_support(matter)
    worker.fire_timers(LATER)
    assert matter.case.stage == "replied"
    assert Duty.objects.get(case_id=matter.id, kind="conclude").timer_at == LATER + timers.AGAIN_AFTER_REFUSAL
    replay_equals_projection(matter.id)  # to wait and ask again is no deviation from the ledger
    Duty.objects.filter(case_id=matter.id, kind="conclude").update(timer_at=NOW)
    assert next(finding.what for finding in verify([matter.id])).endswith(": timer_at")


def test_whoever_fires_timers_may_have_a_refused_one_wait_longer(cast: Cast) -> None:
    matter = begin(cast)
    walk_to_support(matter)
    worker.fire_timers(LATER, 7 * DAY)
    assert Duty.objects.get(case_id=matter.id, kind="conclude").timer_at == LATER + 7 * DAY


def walk_to_support(matter: Matter) -> None:
    """A reply that supports the request, which has not been carried out yet: the matter must stay open."""
    walk(matter, until="investigate")
    matter.does("handler", "propose_opinion", result="support")
    matter.does("head", "approve_opinion")
    matter.does("handler", "serve_reply")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_fires_each_timer() -> None:
    matters = [replied(make_cast())]
    fired = at_once([lambda: worker.fire_timers(LATER)] * 4)
    assert sum(fired) == len(matters)
    assert matters[0].case.stage == "closed"
    replay_equals_projection(matters[0].id)


def test_one_failing_chore_does_not_keep_the_others_from_work(cast: Cast) -> None:
    def fail(_at: datetime) -> int:
        raise RuntimeError

    done: list[datetime] = []
    working = [worker.Chore("bad", fail), worker.Chore("good", lambda at: len(done) or done.append(at) or 1)]
    assert worker.run_once(working, NOW) == 1
    assert done == [NOW]


def test_a_chore_with_an_interval_rests_until_it_is_over(cast: Cast) -> None:
    seen: list[datetime] = []
    working = [worker.Chore("hourly", lambda at: seen.append(at) or 1, every=DAY)]
    for moment in (NOW, NOW + DAY / 2, NOW + DAY):
        worker.run_once(working, moment)
    assert seen == [NOW, NOW + DAY]


def test_a_pass_enters_all_events_in_the_log_and_signs_its_head_once_a_day(cast: Cast) -> None:
    replied(cast)
    for hours in range(4):
        worker.run_once(worker.chores(), NOW + DAY + hours * DAY / 24)
    assert LogLeaf.objects.count() == Row.objects.count()
    assert LogHead.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_job_that_does_not_end_stops_no_timer_and_the_worker_ends_when_it_is_told_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stop, begun, timers_after, end = (threading.Event() for _ in range(4))

    def job(_at: datetime) -> int:
        begun.set()
        assert end.wait(30)
        return 0

    def timer(_at: datetime) -> int:
        if begun.is_set():
            timers_after.set()
        return 0

    monkeypatch.setattr(worker, "chores", lambda: [worker.Chore(worker.JOBS, job), worker.Chore("timers", timer)])
    thread = threading.Thread(target=worker.run_forever, args=(stop,))
    thread.start()
    assert timers_after.wait(30)
    end.set()
    stop.set()
    thread.join(timeout=120)
    assert not thread.is_alive()
