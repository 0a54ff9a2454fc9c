"""A year's holidays that are published later move what was provisional, by events, and never to a petitioner's loss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from huiyin.casework.actions.choices import action_choices
from huiyin.casework.lists.duties import worklist
from huiyin.casework.loaded_case import load_case
from huiyin.door.consequences import recalculating
from huiyin.jobs.models import Job
from huiyin.procedure.amending.recalculating import recalculate
from huiyin.procedure.storage import codec
from huiyin.rule_store import store
from huiyin.rules.book.load import Rules
from huiyin.worker import do_jobs
from tests.cast import Cast, make_cast
from tests.matters import Matter, begin, replay_equals_projection, walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def with_holidays(rules: Rules, off: list[date], work: list[date] = []) -> Rules:  # noqa: B006
    """The same rules, for which the arrangement of 2027 is published."""
    calendar = rules.calendar
    name = next(iter(calendar.names))
    new = replace(
        calendar,
        off={**calendar.off, **dict.fromkeys(off, name)},
        work={**calendar.work, **dict.fromkeys(work, name)},
        listed=calendar.listed | {2027, 2028},
        published=calendar.published | {2027, 2028},
    )
    return replace(rules, calendar=new)


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """From now on 22 February 2027, a Monday, is a holiday."""
    rules = with_holidays(store.load("national-2022"), [date(2027, 2, 22)])
    monkeypatch.setattr(recalculating, "load", lambda name: rules)
    monkeypatch.setattr("huiyin.casework.loaded_case.load", lambda name: rules)
    yield


def due_in_2027(cast: Cast) -> Matter:
    """A matter accepted so that its sixtieth day is Monday, 22 February 2027."""
    matter = begin(cast, datetime(2026, 12, 24, 1, 0, tzinfo=UTC))
    return walk(matter, until="assign")


def test_a_published_year_moves_the_date_and_tells_who_owes(cast: Cast, published: None) -> None:
    matter = due_in_2027(cast)
    (before,) = worklist(matter.actor("handler"), matter.at).items
    assert timezone.localdate(before.due_at) == date(2027, 2, 22)
    recalculating.watch_holidays(matter.at)
    do_jobs(matter.at)
    (after,) = worklist(matter.actor("handler"), matter.at).items
    assert timezone.localdate(after.due_at) == date(2027, 2, 23)
    assert "放假安排尚无数据" in before.derivation and "放假安排尚无数据" not in after.derivation
    assert after.news[0].label == "期限已重新推算"
    replay_equals_projection(matter.id)


def test_the_job_says_how_far_it_is_and_is_not_queued_twice(cast: Cast, published: None) -> None:
    matter = due_in_2027(cast)
    assert recalculating.watch_holidays(matter.at) == 1
    assert recalculating.watch_holidays(matter.at) == 0
    do_jobs(matter.at)
    job = Job.objects.get(what="recalculation")
    assert job.done_at is not None
    assert job.progress == job.total == 1


@pytest.mark.clause("art-35")
def test_what_a_petitioner_was_told_never_gets_shorter_and_is_told_from_one_place(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter = walk(begin(cast, datetime(2026, 12, 24, 1, 0, tzinfo=UTC)), until="approve_opinion")
    matter.at = datetime(2027, 1, 21, 1, 0, tzinfo=UTC)
    matter.does("handler", "serve_reply")  # the thirtieth day is Saturday, 20 February: until Monday
    state = codec.loads(matter.case.state)
    rules = with_holidays(store.load("national-2022"), [], [date(2027, 2, 20)])
    decision = recalculate(rules, state, matter.at)
    assert decision is not None
    (duty,) = decision.state.open_duties("conclude")
    assert timezone.localdate(duty.due_at) == date(2027, 2, 22)
    assert "已告知信访人的日期不缩短" in duty.derivation.warnings[0].zh
    assert recalculate(rules, decision.state, matter.at) is None
    monkeypatch.setattr("huiyin.casework.loaded_case.load", lambda name: rules)
    found = action_choices(load_case(matter.case), matter.petitioner, matter.at + timedelta(days=1), {"apply_review"})
    assert found.allowed[0].until == duty.due_at
