"""Swaps between two, approved by a third; heads called to a reception; who is on duty now."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.people.absences import note_absence
from huiyin.people.models import Account
from huiyin.readiness.refusals import Closed, DoesNotFit
from huiyin.rota import calls, swaps
from huiyin.rota.models import ReceptionCall, Rota, Shift, Swap
from huiyin.rota.on_duty import on_duty
from huiyin.rota.swap_offers import SwapOffers, swap_offers
from tests.cast import DAY, NOW, Cast
from tests.rota.turns import by, published

pytestmark = pytest.mark.rarely_on_postgresql

TUESDAY = date(2026, 3, 3)
AT_TEN = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)


@pytest.fixture
def rota(cast: Cast) -> Rota:
    """Four days, Tuesday to Friday, shared by two who take turns."""
    return published(cast, TUESDAY, ("registrar", "archivist"), last=TUESDAY + 3 * DAY)


@pytest.fixture
def pair(cast: Cast) -> Rota:
    """Two days, one each."""
    return published(cast, TUESDAY, ("registrar", "archivist"), last=TUESDAY + DAY)


def name_of(account: Account) -> str:
    return account.username


def asked(cast: Cast, rota: Rota) -> Swap:
    """The first shift for the second: who asks has it, who is asked has the next one."""
    first, second, *_ = rota.shifts.select_related("account")
    swap = Swap(shift=first, back=second, asked_of=second.account)
    return swaps.ask(swap, by(cast, name_of(first.account)))


def holders(rota: Rota) -> list[str]:
    return [name_of(one.account) for one in Shift.objects.filter(rota=rota).select_related("account")]


def test_a_shift_changes_hands_once_the_other_agreed_and_a_third_approved(cast: Cast, pair: Rota) -> None:
    before = holders(pair)
    swap = asked(cast, pair)
    assert holders(pair) == before
    swaps.decide(swap, "agree", by(cast, name_of(swap.asked_of)))
    assert holders(pair) == before
    kept = swaps.decide(swap, "approve", by(cast, "intake"))
    assert holders(pair) == before[::-1]
    assert (kept.state, kept.decided_by) == ("approved", cast.accounts["intake"])
    with pytest.raises(Closed):
        swaps.decide(swap, "withdraw", by(cast, name_of(swap.asked_by)))


def test_nobody_decides_what_is_not_theirs(cast: Cast, pair: Rota) -> None:
    swap = asked(cast, pair)
    asker, other = name_of(swap.asked_by), name_of(swap.asked_of)
    for who, decision in (
        (asker, "agree"),
        (other, "approve"),
        ("intake", "agree"),
        ("intake", "approve"),
        (other, "withdraw"),
    ):
        with pytest.raises(swaps.NotTheirs):
            swaps.decide(swap, decision, by(cast, who))
    swaps.decide(swap, "agree", by(cast, other))
    for who in (asker, other, "handler", "outsider"):
        with pytest.raises(swaps.NotTheirs):
            swaps.decide(swap, "approve", by(cast, who))
    swap.refresh_from_db()
    assert swap.state == "agreed"


def test_a_swap_that_would_have_somebody_serve_two_days_running_is_refused(cast: Cast, rota: Rota) -> None:
    first, second, *_ = rota.shifts.select_related("account")
    with pytest.raises(DoesNotFit, match="two days running"):
        swaps.ask(Swap(shift=first, asked_of=second.account), by(cast, name_of(first.account)))
    with pytest.raises(swaps.NotTheirs):
        swaps.ask(Swap(shift=first, asked_of=second.account), by(cast, name_of(second.account)))
    assert not Swap.objects.exists()


def test_a_swap_with_somebody_who_is_away_or_for_a_day_that_passed_is_refused(cast: Cast, rota: Rota) -> None:
    first = rota.shifts.select_related("account")[0]
    discipline = cast.accounts["discipline"]
    note_absence(discipline, first.day, first.day + DAY, NOW)
    with pytest.raises(DoesNotFit, match="away that day"):
        swaps.ask(Swap(shift=first, asked_of=discipline), by(cast, name_of(first.account)))
    with pytest.raises(DoesNotFit, match="has passed"):
        swaps.ask(Swap(shift=first, asked_of=cast.accounts["intake"]), by(cast, name_of(first.account), NOW + 3 * DAY))


def test_what_is_offered_for_a_shift_is_what_can_be_asked_for(cast: Cast, pair: Rota) -> None:
    first, second = pair.shifts.select_related("account", "rota")
    asker = by(cast, name_of(first.account))
    offers = swap_offers(first, asker)
    assert (offers.people, offers.backs) == (set(), {second.id})
    assert swaps.ask(Swap(shift=first, back=second, asked_of=second.account), asker).state == "asked"
    note_absence(second.account, first.day, first.day + DAY, NOW)
    assert swap_offers(first, asker) == SwapOffers(frozenset(), frozenset())


def test_a_shift_that_would_have_somebody_serve_two_days_running_is_not_offered(cast: Cast, rota: Rota) -> None:
    first = rota.shifts.select_related("account", "rota")[0]
    assert swap_offers(first, by(cast, name_of(first.account))) == SwapOffers(frozenset(), frozenset())


# --- on duty --------------------------------------------------------------------------------------------------------


def test_who_is_on_duty_now_costs_one_statement(cast: Cast, rota: Rota) -> None:
    shift = rota.shifts.select_related("account")[0]
    with CaptureQueriesContext(connection) as asked_for:
        (now,) = on_duty(cast.lj.id, AT_TEN)
    assert len(asked_for) == 1
    assert (now.name, now.is_now, now.is_away) == (str(shift.account), True, False)
    assert on_duty(cast.lj.id, AT_TEN + timedelta(hours=12)) == ()
    assert on_duty(cast.organisations["jn"].id, AT_TEN) == ()
    note_absence(shift.account, TUESDAY, TUESDAY + DAY, NOW)
    assert on_duty(cast.lj.id, AT_TEN)[0].is_away


# --- calls ----------------------------------------------------------------------------------------------------------


@pytest.mark.clause("s1-C20d")
def test_a_call_and_the_arrival_are_noted_with_their_times(cast: Cast) -> None:
    made = calls.call(ReceptionCall(called=cast.accounts["handler"]), by(cast))
    with pytest.raises(DoesNotFit, match="called already"):
        calls.call(ReceptionCall(called=cast.accounts["handler"]), by(cast))
    calls.call_again(made, by(cast, at=NOW + timedelta(seconds=10)))
    calls.call_again(made, by(cast, "registrar", NOW + timedelta(minutes=20)))
    calls.arrived(made, by(cast, "registrar", NOW + timedelta(minutes=30)))
    made.refresh_from_db()
    assert (made.called_by, made.called_at, made.times) == (cast.accounts["intake"], NOW, 2)
    assert (made.arrived_at, made.arrival_noted_by) == (NOW + timedelta(minutes=30), cast.accounts["registrar"])
    for change in (calls.call_again, calls.arrived):
        with pytest.raises(Closed):
            change(made, by(cast))
