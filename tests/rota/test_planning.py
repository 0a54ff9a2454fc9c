"""Planning for an organisation: holidays, absences, reception days, versions, and what no longer stands."""

from __future__ import annotations

from collections import Counter
from datetime import date, time

import pytest
from django.db import connection

from huiyin.people.absences import note_absence
from huiyin.people.appointments import end_holding
from huiyin.people.models import Holding, Leader, ReceptionTime
from huiyin.rota import planning, solver
from huiyin.rota.models import Rota, Shift, Swap
from huiyin.rota.published import public_receptions
from huiyin.rota.rights import suggested
from huiyin.rota.solver import Impossible, Planned, Turns
from huiyin.rota.soundness import fallen_of, rota_soundness
from huiyin.rota.words import CannotPlan
from huiyin.rule_store.holidays import as_if, calendar_now
from huiyin.rules.book.calendars.holiday_notice import read_notice
from tests.cast import DAY, NOW, Cast
from tests.rota.turns import TURNS, by, published, rota_of

pytestmark = pytest.mark.rarely_on_postgresql

TUESDAY = date(2026, 3, 3)
APRIL = date(2026, 4, 1)
TOMB_SWEEPING = date(2026, 4, 6)
"""A Monday off for Qingming, by the arrangement of 2026."""


def test_shifts_fall_on_working_days_and_on_nobody_who_is_away(cast: Cast) -> None:
    note_absence(cast.accounts["registrar"], APRIL, APRIL + 5 * DAY, NOW)
    shifts = published(cast, APRIL).shifts.all()
    assert all(one.day.weekday() < 5 for one in shifts) and TOMB_SWEEPING not in {one.day for one in shifts}
    away = [one for one in shifts if one.account == cast.accounts["registrar"] and one.day < APRIL + 5 * DAY]
    assert away == [] and len(shifts) == 19


def test_every_day_is_planned_where_that_is_asked_for(cast: Cast) -> None:
    assert published(cast, APRIL, every_day=True).shifts.count() == 28


def test_who_served_before_and_who_was_away_are_counted(cast: Cast) -> None:
    published(cast, TUESDAY, TURNS[:2], last=TUESDAY + 9 * DAY)
    shifts = published(cast, TUESDAY + 10 * DAY, last=TUESDAY + 27 * DAY).shifts.all()
    loads = Counter(one.account.username for one in shifts)
    assert max(loads["registrar"], loads["intake"]) < min(loads["discipline"], loads["archivist"])


@pytest.mark.clause("s1-C20b")
def test_leaders_take_the_published_reception_days_and_the_working_day_after_a_holiday(cast: Cast) -> None:
    mondays = ReceptionTime.objects.create(
        organisation=cast.lj, weekdays=[1], begins=time(9), ends=time(11), place="一楼", receiver="局领导"
    )
    given = {"group": "leaders", "begins": None, "ends": None, "times": [mondays.id.hex]}
    rota = published(cast, APRIL, ("head", "archivist"), **given)
    days = [one.day for one in rota.shifts.all()]
    assert days == [date(2026, 4, 7), date(2026, 4, 13), date(2026, 4, 20), date(2026, 4, 27)]
    assert {one.account.username for one in rota.shifts.all()} == {"head", "archivist"}
    assert {(one.begins, one.ends, one.place) for one in rota.shifts.all()} == {(time(9), time(11), "一楼")}


@pytest.mark.clause("s1-C20b")
def test_a_holiday_moved_onto_a_reception_day_of_leaders_asks_for_the_working_day_after(cast: Cast) -> None:
    mondays = ReceptionTime.objects.create(
        organisation=cast.lj, weekdays=[1], begins=time(9), ends=time(11), place="一楼", receiver="局领导"
    )
    given = {"group": "leaders", "begins": None, "ends": None, "times": [mondays.id.hex]}
    rota = published(cast, APRIL, ("head", "archivist"), **given)
    words = "清明节：4月4日（周六）至6日（周一）放假。劳动节：4月20日（周一）至21日（周二）放假。"
    notice = read_notice(words, 2026, calendar_now("CN").names)
    with as_if("CN", notice.as_file("CN", "更正")):
        (found,) = rota_soundness(cast.lj.id, NOW)
        assert [one.shift.day for one in found.fallen] == [date(2026, 4, 20)]
        assert found.lacking == (date(2026, 4, 22),)
        again = planning.plan_again(rota, fallen_of([found], rota.id), by(cast))
        assert date(2026, 4, 22) in {one.day for one in again.shifts.all()}
        planning.publish(again, by(cast))
        (shown,) = [one for one in public_receptions(cast.lj.id, NOW) if one.note and one.day.day == 22]
        assert shown.note == "4月20日逢节假日，顺延到这天"


def test_leaders_without_a_reception_day_are_told_where_to_publish_one(cast: Cast) -> None:
    with pytest.raises(CannotPlan, match="no reception day") as refused:
        planning.draft(rota_of(cast, APRIL, ("head",), group="leaders"), by(cast))
    assert "接待日" in refused.value.words


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": TUESDAY - 5 * DAY},
        {"last": TUESDAY - DAY},
        {"last": TUESDAY + 93 * DAY},
        {"members": []},
        {"first": date(2026, 3, 7), "last": date(2026, 3, 8)},
    ],
)
def test_a_span_that_makes_no_sense_is_refused(cast: Cast, wrong: dict[str, object]) -> None:
    with pytest.raises(CannotPlan):
        planning.draft(rota_of(cast, **{"first": TUESDAY} | wrong), by(cast))
    assert not Shift.objects.exists()


def test_when_everybody_is_away_the_day_and_the_people_are_named(cast: Cast) -> None:
    for name in TURNS:
        note_absence(cast.accounts[name], TUESDAY + DAY, TUESDAY + 2 * DAY, NOW)
    with pytest.raises(CannotPlan) as refused:
        planning.draft(rota_of(cast, TUESDAY), by(cast))
    assert "3月4日" in refused.value.words and "请增加轮值人员" in refused.value.words
    assert len(refused.value.lines) == 5 and "同事 registrar：3月4日（周三）离岗" in refused.value.lines
    assert "registrar" not in str(refused.value) and "2026-03-04 needs 1" in str(refused.value)


def test_one_person_alone_cannot_serve_day_after_day(cast: Cast) -> None:
    with pytest.raises(CannotPlan) as refused:
        planning.draft(rota_of(cast, TUESDAY, ("intake",)), by(cast))
    assert "同一人不连续两天值班" in refused.value.lines


# --- versions -------------------------------------------------------------------------------------------------------


def test_a_later_rota_takes_the_place_of_the_days_that_it_covers(cast: Cast) -> None:
    former = published(cast, TUESDAY)
    later = published(cast, TUESDAY + 7 * DAY, TURNS[:3], last=TUESDAY + 8 * DAY)
    replaced = Shift.objects.filter(replaced_by=later)
    assert {one.day for one in replaced} == {TUESDAY + 7 * DAY, TUESDAY + 8 * DAY}
    assert former.shifts.count() == 20 and (former.number, later.number) == (1, 2)


def test_a_draft_that_fell_before_it_was_published_is_refused(cast: Cast) -> None:
    draft = planning.draft(rota_of(cast, TUESDAY), by(cast))
    first = draft.shifts.first()
    assert first is not None
    note_absence(first.account, first.day, first.day + DAY, NOW)
    with pytest.raises(CannotPlan, match="no longer stand"):
        planning.publish(draft, by(cast))
    with pytest.raises(CannotPlan, match="first day has passed"):
        planning.publish(draft, by(cast, at=NOW + 9 * DAY))


# --- what no longer stands ------------------------------------------------------------------------------------------


def test_an_absence_noted_later_fells_these_shifts_and_they_alone_are_planned_again(cast: Cast) -> None:
    rota = published(cast, TUESDAY)
    away = cast.accounts["discipline"]
    note_absence(away, TUESDAY + 7 * DAY, TUESDAY + 14 * DAY, NOW)
    fallen = fallen_of(rota_soundness(cast.lj.id, NOW), rota.id)
    assert fallen and {one.account for one in fallen} == {away}
    again = planning.plan_again(rota, fallen, by(cast))
    planning.publish(again, by(cast))
    assert rota_soundness(cast.lj.id, NOW) == [] or all(one.is_sound for one in rota_soundness(cast.lj.id, NOW))
    before, after = (set(one.shifts.values_list("day", "account_id")) for one in (rota, again))
    assert {day for day, _who in before ^ after} == {one.day for one in fallen}


def test_planning_again_leaves_the_days_of_a_later_rota_alone(cast: Cast) -> None:
    former = published(cast, TUESDAY)
    later = published(cast, TUESDAY + 7 * DAY, TURNS[:3], last=TUESDAY + 8 * DAY)
    shift = former.shifts.filter(replaced_by=None).order_by("-day")[0]
    note_absence(shift.account, shift.day, shift.day + DAY, NOW)
    again = planning.plan_again(former, fallen_of(rota_soundness(cast.lj.id, NOW), former.id), by(cast))
    planning.publish(again, by(cast))
    assert later.shifts.filter(replaced_by=None).count() == 2
    assert not {one.day for one in later.shifts.all()} & {one.day for one in again.shifts.all()}
    assert all(one.is_sound for one in rota_soundness(cast.lj.id, NOW))


def test_whoever_leaves_is_on_no_shift_that_stands(cast: Cast) -> None:
    published(cast, TUESDAY)
    end_holding(Holding.objects.get(account=cast.accounts["archivist"]), TUESDAY + 10 * DAY)
    (found,) = rota_soundness(cast.lj.id, NOW)
    assert found.fallen and all(one.why == "不在任" for one in found.fallen)
    assert all(one.shift.day >= TUESDAY + 10 * DAY for one in found.fallen)


def test_a_holiday_moved_after_the_rota_was_made_fells_the_day_and_asks_for_the_one_worked_instead(cast: Cast) -> None:
    rota = published(cast, TUESDAY)
    notice = read_notice("清明节：3月10日（周二）放假。3月14日（周六）上班。", 2026, calendar_now("CN").names)
    moved = notice.as_file("CN", "更正")
    with as_if("CN", moved):
        (found,) = rota_soundness(cast.lj.id, NOW)
        assert [one.shift.day for one in found.fallen] == [date(2026, 3, 10)] and "清明节" in found.fallen[0].why
        assert found.lacking == (date(2026, 3, 14),)
        again = planning.plan_again(rota, fallen_of([found], rota.id), by(cast))
    days = {one.day for one in again.shifts.all()}
    assert date(2026, 3, 10) not in days and date(2026, 3, 14) in days


def test_a_day_on_which_the_whole_rota_is_away_is_said_plainly(cast: Cast) -> None:
    published(cast, TUESDAY)
    for name in TURNS:
        note_absence(cast.accounts[name], TUESDAY + DAY, TUESDAY + 2 * DAY, NOW)
    (found,) = rota_soundness(cast.lj.id, NOW)
    assert found.deserted == (TUESDAY + DAY,)
    with pytest.raises(CannotPlan, match="2026-03-04 needs 1"):
        planning.plan_again(found.rota, fallen_of([found], found.rota.id), by(cast))


def test_swaps_of_shifts_that_were_replaced_lapse(cast: Cast) -> None:
    rota = published(cast, TUESDAY)
    shift = rota.shifts.first()
    assert shift is not None
    other = next(cast.accounts[name] for name in TURNS if cast.accounts[name] != shift.account)
    swap = Swap.objects.create(shift=shift, asked_by=shift.account, asked_of=other, asked_at=NOW)
    published(cast, TUESDAY)
    swap.refresh_from_db()
    assert swap.state == "lapsed"


def test_leaders_are_suggested_from_the_leading_group(cast: Cast) -> None:
    Leader.objects.create(organisation=cast.lj, account=cast.accounts["head"], position="head")
    assert suggested(cast.lj, "leaders", TUESDAY) == {cast.accounts["head"].id}
    cast.lj.office = cast.units["lj-office"]
    assert suggested(cast.lj, "staff", TUESDAY) == {cast.accounts[name].id for name in TURNS}


def test_nothing_is_locked_while_a_rota_is_planned(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planning takes seconds, in which petitions come in."""
    within = len(connection.atomic_blocks)
    seen: list[int] = []

    def watched(turns: Turns) -> Planned | Impossible:
        seen.append(len(connection.atomic_blocks))
        return solver.plan(turns)

    monkeypatch.setattr(planning, "plan", watched)
    rota = planning.draft(rota_of(cast, APRIL), by(cast))
    planning.publish(rota, by(cast))
    planning.plan_again(rota, rota.shifts.all()[:1], by(cast))
    assert seen == [within, within]


def test_a_plan_is_not_kept_where_what_it_follows_from_changed_meanwhile(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(turns: Turns) -> Planned | Impossible:
        note_absence(cast.accounts["registrar"], APRIL, APRIL + 5 * DAY, NOW)
        return solver.plan(turns)

    monkeypatch.setattr(planning, "plan", overtaken)
    with pytest.raises(CannotPlan, match="changed meanwhile") as refused:
        planning.draft(rota_of(cast, APRIL), by(cast))
    assert "再排一次" in refused.value.words
    assert not Rota.objects.exists() and not Shift.objects.exists()
