"""The figures are those that the events give, counted another way; and nobody's figures tell of what they may not see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from huiyin.insight.statistics.report import SpanRefused, behind, statistics
from huiyin.insight.statistics.shares import DaySpan, MatterShare
from huiyin.ledger.chain import Recorded, recorded
from huiyin.ledger.models import Row
from huiyin.procedure.event import (
    ActionTaken,
    CaseEnded,
    CaseOpened,
    DutyDischarged,
    DutyOpened,
    DutyRescheduled,
    DutyWithdrawn,
    SubmissionAttached,
)
from huiyin.rule_store.store import load
from huiyin.rules.book.indicators import Indicator
from tests.cast import DAY, NOW, Cast, make_cast
from tests.matters import BY_HAND, Matter, begin, walk

SPAN = DaySpan(date(2026, 3, 1), date(2026, 7, 31))
AT = datetime.fromisoformat("2026-07-15T09:00:00+08:00")


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def later(matter: Matter, days: int) -> Matter:
    matter.at += days * DAY
    return matter


def matters(cast: Cast) -> list[Matter]:
    """Some that were dealt with well and some that were not."""
    well, slow, unread, late, taken_back = (begin(cast, NOW + n * timedelta(hours=1)) for n in range(5))
    walk(well, "decide_review")
    walk(later(slow, 20), "serve_reply")
    later(late, 3).does("intake", "accept")
    later(late, 70).does("intake", "assign")
    taken_back.does("petitioner", "withdraw")
    settled = walk(begin(cast), "serve_reply")
    settled.does("petitioner", "rate", office_score="dissatisfied", unit_score="satisfied")
    later(settled, 40).does("system", "conclude")
    later(slow, 40).does("system", "conclude")
    return [well, slow, unread, late, taken_back, settled]


def histories() -> Mapping[UUID, list[Recorded]]:
    """What the ledger says, by case."""
    found: dict[UUID, list[Recorded]] = {}
    for row in Row.objects.order_by("case_id", "seq"):
        if row.type in OF_A_CASE:
            found.setdefault(row.case_id, []).append(recorded(row))
    return found


OF_A_CASE = {
    kind.__name__
    for kind in (
        ActionTaken,
        CaseEnded,
        CaseOpened,
        DutyDischarged,
        DutyOpened,
        DutyRescheduled,
        DutyWithdrawn,
        SubmissionAttached,
    )
}


def recount(indicator: Indicator) -> MatterShare:
    """The share by going through the events of each case once."""
    judged = [found for past in histories().values() if (found := judge(past, indicator)) is not None]
    return MatterShare(sum(judged), len(judged))


def judge(past: list[Recorded], indicator: Indicator) -> bool | None:
    return in_time(past, indicator) if indicator.duties else as_answered(past, indicator)


def in_time(past: list[Recorded], indicator: Indicator) -> bool | None:
    due: dict[UUID, datetime] = {}
    done: dict[UUID, datetime] = {}
    for one in past:
        match one.event:
            case DutyOpened(duty) if duty.kind in indicator.duties:
                due[duty.id] = duty.due_at
            case DutyRescheduled(duty=id, due_at=moment) if id in due:
                due[id] = moment
            case DutyDischarged(duty=id) if id in due:
                done[id] = one.at
            case DutyWithdrawn(duty=id):
                due.pop(id, None)
    if not due or not SPAN.begins <= max(due.values()) < AT:
        return None
    return all(done.get(id, AT) <= moment for id, moment in due.items())


def as_answered(past: list[Recorded], indicator: Indicator) -> bool | None:
    ended, moments, values = "", set[str](), dict[str, object]()
    for one in past:
        if isinstance(one.event, CaseEnded):
            ended = one.event.stage
        if isinstance(one.event, ActionTaken):
            moments |= {*one.event.marks}
            values |= one.event.fields
    if not ended or (indicator.among and indicator.among not in moments):
        return None
    if indicator.ends and ended not in indicator.ends:
        return None
    if indicator.without:
        return indicator.without not in moments
    answer = values.get(indicator.field or "")
    if indicator.good:
        return None if answer is None else str(answer) in indicator.good
    return answer is not None


@pytest.mark.clause("s1-A2b", "s3-3.5.2b")
def test_every_indicator_is_what_the_events_give(cast: Cast) -> None:
    matters(cast)
    report = statistics(cast.actor("intake", AT), SPAN, AT)
    indicators = load("national-2022").book.procedures["matter"].indicators
    assert {figure.name: figure.now for figure in report.figures} == {
        name: recount(indicator) for name, indicator in indicators.items()
    }
    told = {figure.name: figure.now for figure in report.figures}
    assert told["timely_acceptance"] == MatterShare(3, 5)
    assert told["satisfied_office"] == MatterShare(0, 1) and told["satisfied_unit"] == MatterShare(1, 1)
    assert told["settled_at_first"].total == 2


def test_how_many_rated_and_how_content_they_are_count_the_same_matters(cast: Cast) -> None:
    suggestion, unrated, taken_back = (begin(cast, NOW + n * timedelta(hours=1)) for n in range(3))
    for matter in (suggestion, unrated):
        matter.does("intake", "accept", kind="suggestion")
        for who, action in (("intake", "assign"), ("handler", "investigate")):
            matter.does(who, action)
        matter.does("handler", "propose_opinion", review_organ=None)
        matter.does("head", "approve_opinion")
        matter.does("handler", "answer_suggestion", **BY_HAND)
    suggestion.does("petitioner", "rate", office_score="fair", unit_score="dissatisfied")
    taken_back.does("petitioner", "withdraw")
    told = {one.name: one.now for one in statistics(cast.actor("intake", AT), SPAN, AT).figures}
    assert told["rated"] == MatterShare(1, 2), "of those that were answered"
    assert (told["satisfied_office"], told["satisfied_unit"]) == (MatterShare(1, 1), MatterShare(0, 1))


def test_what_came_in_and_went_out_is_what_the_events_give(cast: Cast) -> None:
    matters(cast)
    volumes = statistics(cast.actor("intake", AT), SPAN, AT).volumes
    past = [one.event for events in histories().values() for one in events]
    assert volumes.registered == sum(isinstance(event, CaseOpened) for event in past)
    assert volumes.contacts == sum(isinstance(event, SubmissionAttached) for event in past)
    assert volumes.ended == sum(isinstance(event, CaseEnded) for event in past)
    assert volumes.unfinished == volumes.registered - volumes.ended


def test_the_matters_behind_a_figure_are_those_in_which_it_did_not_go_well(cast: Cast) -> None:
    _well, slow, unread, *_rest = matters(cast)
    found = behind(cast.actor("intake", AT), "timely_acceptance", SPAN, AT)
    assert {one.case for one in found.not_well} == {slow.id, unread.id}
    assert found.share == MatterShare(3, 5)
    with pytest.raises(KeyError):
        behind(cast.actor("intake", AT), "no_such_figure", SPAN, AT)


def test_what_falls_due_later_is_not_counted_yet(cast: Cast) -> None:
    begin(cast)
    early = statistics(cast.actor("intake"), SPAN, NOW + DAY)
    assert {figure.now.total for figure in early.figures} == {0}


def test_whom_a_matter_accuses_finds_it_in_no_figure(cast: Cast) -> None:
    accused = begin(cast, who="registrar", channel="visit", accused=("临江信访办",))
    begin(cast)
    assert accused.case.sealed
    for who, registered in (("head", 2), ("intake", 1)):
        report = statistics(cast.actor(who, AT), SPAN, AT)
        assert report.volumes.registered == registered, who
        assert sum(report.channels.values()) == registered
        found = behind(cast.actor(who, AT), "timely_acceptance", SPAN, AT)
        assert (accused.id in {one.case for one in found.not_well}) == (who == "head")


def test_a_handler_s_figures_are_of_the_matters_of_their_unit(cast: Cast) -> None:
    matters(cast)
    mine = statistics(cast.actor("handler", AT), SPAN, AT)
    assert 0 < mine.volumes.registered < statistics(cast.actor("intake", AT), SPAN, AT).volumes.registered
    assert statistics(cast.actor("outsider", AT), SPAN, AT).volumes.registered == 0


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        ("2026-04-02", "2026-04-01", "order"),
        ("2020-01-01", "2026-01-01", "long"),
        ("2027-01-01", "2027-02-01", "future"),
    ],
)
def test_a_span_that_cannot_be_counted_is_refused(cast: Cast, first: str, last: str, code: str) -> None:
    with pytest.raises(SpanRefused) as refused:
        statistics(cast.actor("intake", AT), DaySpan(date.fromisoformat(first), date.fromisoformat(last)), AT)
    assert refused.value.code == code
