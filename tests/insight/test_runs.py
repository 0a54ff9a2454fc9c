"""What-if runs: carried out piece by piece, gone on with after a crash, and read by nobody who may not see the cases."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from django.db import transaction

from huiyin import worker
from huiyin.casework.models import Case, CaseAccess, CaseUnit
from huiyin.insight import runs
from huiyin.insight.models import Replayed, WhatIfRun
from huiyin.jobs import kinds, piecewise, queue
from huiyin.jobs.models import Job
from huiyin.people.appointments import appoint
from huiyin.people.models import Account, Holding
from tests.cast import DAY, NOW, Cast, make_cast
from tests.matters import begin, walk
from tests.tables import at_once

OTHER_BOOK = "national-2005"
FIRST = date(2026, 1, 1)
LATER = NOW + 10 * DAY
KIND = kinds.KINDS[kinds.WHAT_IF]


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of two cases, so that a few cases are several pieces."""
    monkeypatch.setattr(runs, "CASES_A_PIECE", 2)


def asked(cast: Cast, who: str = "registrar", book: str = OTHER_BOOK, day: date = FIRST) -> WhatIfRun:
    return runs.begin(cast.actor(who, LATER), cast.accounts[who], book, day, LATER)


def again(run: WhatIfRun) -> WhatIfRun:
    return WhatIfRun.objects.get(id=run.id)


def carried_out(cast: Cast, run: WhatIfRun) -> WhatIfRun:
    while worker.do_jobs(LATER):
        pass
    return again(run)


def job_of(run: WhatIfRun) -> Job:
    return Job.objects.get(key=kinds.what_if_key(run.id))


def test_a_worker_replays_all_cases_piece_by_piece(cast: Cast, pieces: None) -> None:
    for _ in range(5):
        begin(cast)
    run = asked(cast)
    assert (run.total, run.percent) == (5, 0)
    assert worker.do_jobs(LATER) == 1
    assert (again(run).done, again(run).percent, job_of(run).percent) == (2, 40, 40)
    ended = carried_out(cast, run)
    assert (ended.done, ended.percent, ended.ended_at, ended.reason) == (5, 100, LATER, "")
    assert runs.tally(ended, cast.actor("registrar", LATER)).cases == 5


def test_a_run_over_no_cases_ends_at_once(cast: Cast) -> None:
    run = asked(cast)
    assert worker.do_jobs(LATER) == 1
    assert (again(run).ended_at, again(run).done) == (LATER, 0)


def test_the_worker_does_it_among_its_other_jobs(cast: Cast) -> None:
    begin(cast)
    run = asked(cast)
    worker.run_once(worker.chores(), LATER)
    assert again(run).done == 1


def test_only_cases_registered_since_the_day_count(cast: Cast) -> None:
    begin(cast, NOW)
    begin(cast, NOW + 3 * DAY)
    run = asked(cast, day=(NOW + DAY).date())
    assert carried_out(cast, run).done == run.total == 1


def test_one_run_at_a_time_in_an_organisation(cast: Cast) -> None:
    asked(cast)
    with pytest.raises(piecewise.Busy), transaction.atomic():
        asked(cast, "intake")
    assert asked(cast, "reviewer").organisation_id != cast.lj.id


def test_a_run_that_nobody_carries_out_does_not_keep_others_from_asking_for_ever(cast: Cast) -> None:
    forsaken = asked(cast)
    later = LATER + piecewise.STALE + DAY
    runs.begin(cast.actor("intake", later), cast.accounts["intake"], OTHER_BOOK, FIRST, later)
    assert again(forsaken).reason == "failed"


def test_another_one_may_begin_when_the_first_has_ended_or_was_stopped(cast: Cast) -> None:
    first = asked(cast)
    runs.end(first, LATER)
    assert again(first).reason == "stopped"
    second = carried_out(cast, asked(cast))
    assert second.reason == ""
    asked(cast)


def test_a_worker_that_died_is_followed_by_another_after_its_lease(
    cast: Cast, pieces: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        begin(cast)
    run = asked(cast)
    assert worker.do_jobs(LATER) == 1
    assert again(run).done == 2

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(runs.whatif, "replay_some", die)
        with pytest.raises(KeyboardInterrupt):
            worker.do_jobs(LATER)
    assert worker.do_jobs(LATER + KIND.lease - timedelta(seconds=1)) == 0
    assert worker.do_jobs(LATER + KIND.lease + timedelta(seconds=1)) == 1
    assert again(run).done == 3
    assert Replayed.objects.filter(run=run).count() == 3


def test_a_run_that_fails_again_and_again_is_given_up(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(cast)
    run = asked(cast)

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(runs.whatif, "replay_some", fail)
        for _ in range(KIND.max_attempts):
            assert again(run).ended_at is None
            at = job_of(run).due_at
            assert worker.do_jobs(at) == 1
    assert worker.do_jobs(at + DAY) == 0
    assert (again(run).reason, again(run).ended_at) == ("failed", at)
    assert (job_of(run).dead_at, job_of(run).error) == (at, "ZeroDivisionError")
    queue.retry(job_of(run).id, LATER)
    assert (carried_out(cast, run).reason, again(run).done) == ("", 1)


def test_a_run_that_kills_its_workers_is_given_up(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(cast)
    run, at = asked(cast), LATER

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(runs.whatif, "replay_some", die)
    for _ in range(KIND.max_attempts):
        with pytest.raises(KeyboardInterrupt):
            worker.do_jobs(at)
        at += KIND.lease
    assert worker.do_jobs(at) == 0
    assert (again(run).reason, again(run).ended_at) == ("failed", at)


def test_a_run_that_was_given_up_is_not_put_back_beside_another_one(cast: Cast) -> None:
    begin(cast)
    first = asked(cast)
    (job,) = queue.claim(LATER, kinds.WHAT_IF)
    queue.give_up(job, LATER, "no")
    runs.give_up(job, LATER)
    second = asked(cast)
    queue.retry(job.id, LATER - DAY)
    carried_out(cast, second)
    assert (again(first).reason, again(second).reason) == ("failed", "")
    assert "another one" in job_of(first).error


def test_a_run_that_was_stopped_takes_in_no_piece_that_was_still_under_way(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(cast)
    run = asked(cast)
    original = runs.whatif.replay_some

    def stopped_meanwhile(*given: object) -> object:
        runs.end(run, LATER)
        return original(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(runs.whatif, "replay_some", stopped_meanwhile)
    worker.do_jobs(LATER)
    assert (again(run).done, again(run).reason) == (0, "stopped")
    assert worker.do_jobs(LATER) == 0
    assert not Replayed.objects.exists()


def test_a_rulebook_that_is_not_here_any_more_ends_the_run(cast: Cast) -> None:
    run = asked(cast, book="gone@7")
    assert carried_out(cast, run).reason == "no_rulebook"


def test_who_has_given_up_the_post_gets_nothing_more(cast: Cast) -> None:
    begin(cast)
    run = asked(cast)
    Holding.objects.filter(account=cast.accounts["registrar"]).update(until=NOW.date())
    ended = carried_out(cast, run)
    assert (ended.reason, ended.done) == ("no_post", 0)


def test_a_case_that_accuses_ones_own_unit_is_in_no_figure(cast: Cast) -> None:
    begin(cast, accused=("临江信访办",))
    run = carried_out(cast, asked(cast, "registrar"))
    assert (run.total, run.done) == (0, 0)
    run = carried_out(cast, asked(cast, "head"))
    assert (run.total, run.done) == (1, 1)


def test_nobody_replays_what_they_may_not_see(cast: Cast) -> None:
    walk(begin(cast), until="assign")
    hidden = begin(cast)
    run = carried_out(cast, asked(cast, "handler"))
    assert run.total == run.done == 1
    assert not Replayed.objects.filter(case_id=hidden.id).exists()


def test_what_can_no_longer_be_seen_is_neither_listed_nor_counted(cast: Cast) -> None:
    matter = walk(begin(cast), until="assign")
    run = carried_out(cast, asked(cast, "handler"))
    actor = cast.actor("handler", LATER)
    assert runs.tally(run, actor).cases == runs.replayed_for(run, actor).count() == 1
    CaseUnit.objects.filter(case=matter.id).delete()
    CaseAccess.objects.filter(case=matter.id).delete()
    assert runs.tally(run, actor).cases == runs.replayed_for(run, actor).count() == 0


def test_a_run_belongs_to_who_asked_in_the_post_in_which_they_asked(cast: Cast) -> None:
    run = asked(cast)
    assert list(runs.asked_by(cast.actor("registrar", LATER))) == [run]
    assert not runs.asked_by(cast.actor("intake", LATER)).exists()
    other = Account.objects.create_user("successor", display_name="接任者")
    appoint(other, cast.posts["registrar"], NOW.date())
    assert not runs.asked_by(cast.actor("intake", LATER)).exists()


def test_runs_are_forgotten_after_a_month(cast: Cast) -> None:
    begin(cast)
    run = carried_out(cast, asked(cast))
    assert runs.forget(LATER + runs.KEPT - DAY) == 0
    assert runs.forget(LATER + runs.KEPT + DAY) == 1
    assert not WhatIfRun.objects.filter(id=run.id).exists()
    assert not Replayed.objects.exists()
    assert Case.objects.exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_workers_that_come_at_the_same_time_share_no_piece() -> None:
    cast = make_cast()
    for _ in range(4):
        begin(cast)
    run = asked(cast)
    done = at_once([partial(worker.do_jobs, LATER)] * 4)
    assert sorted(map(str, done)) == ["0", "0", "0", "1"]
    assert Replayed.objects.filter(run=run).count() == again(run).done == 4


def test_a_dry_run_looks_at_all_open_cases_and_whether_each_could_be_moved(cast: Cast) -> None:
    begin(cast)
    begin(cast, who="registrar", title="门前积水").does("petitioner", "withdraw")
    simple = {"kind": "claim", "simple_ground": "clear", "not_excluded": True, "route": "直接办理。", "unit": "lj-fire"}
    begin(cast, title="电梯停运").does("intake", "accept_simple", **simple)
    who = cast.actor("registrar", LATER)
    run = runs.begin(who, cast.accounts["registrar"], "xx-bureau", LATER.date(), LATER, only_open=True)
    counts = runs.tally(carried_out(cast, run), who)
    assert (counts.cases, counts.without_place) == (2, 1)
    (stays,) = (row.counted["misfits"] for row in Replayed.objects.filter(run=run) if row.counted["misfits"])
    assert ["stage", "simple"] in stays
