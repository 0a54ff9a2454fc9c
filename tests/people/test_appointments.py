"""Posts and their holders; every unit has exactly one liaison."""

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from huiyin.people.absences import unheld_roles
from huiyin.people.appointments import (
    AlreadyAppointed,
    CannotEnd,
    appoint,
    end_holding,
    units_without_liaison,
)
from huiyin.people.models import Account, Holding, Leader, Post
from tests.people.conftest import FIRST_DAY, Cast

LATER = date(2026, 6, 1)
DAY = timedelta(days=1)


def liaisons(cast: Cast, day: date) -> list[Account]:
    return [h.account for h in Holding.objects.filter(liaison_of=cast.workshop) if h.current_on(day)]


@pytest.mark.clause("s0-3.2.2.1e")
def test_a_new_liaison_ends_the_former_one_on_the_same_day(cast: Cast) -> None:
    appoint(cast.lin, cast.workshop_liaison, LATER)
    assert liaisons(cast, LATER - DAY) == [cast.zhou]
    assert liaisons(cast, LATER) == [cast.lin]


@pytest.mark.clause("s0-3.2.2.1e")
def test_a_liaison_in_another_post_of_the_unit_also_replaces_the_former_one(cast: Cast) -> None:
    second = Post.objects.create(organisation=cast.company, unit=cast.workshop, title="第二联系人", roles=["liaison"])
    appoint(cast.lin, second, LATER)
    assert liaisons(cast, LATER) == [cast.lin]


@pytest.mark.clause("s0-3.2.2.1e")
def test_a_liaison_whose_end_is_already_set_still_makes_room_on_the_day_of_the_next(cast: Cast) -> None:
    end_holding(Holding.objects.get(account=cast.zhou), LATER + 30 * DAY)
    appoint(cast.lin, cast.workshop_liaison, LATER)
    assert liaisons(cast, LATER) == [cast.lin]


@pytest.mark.clause("s0-3.2.2.1e")
def test_the_database_itself_refuses_a_second_liaison(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Holding.objects.create(
            organisation=cast.company,
            account=cast.lin,
            post=cast.workshop_liaison,
            since=LATER,
            liaison_of=cast.workshop,
        )


def test_an_appointment_before_one_that_is_already_made_is_refused(cast: Cast) -> None:
    with pytest.raises(AlreadyAppointed, match="end that holding first"):
        appoint(cast.lin, cast.workshop_liaison, FIRST_DAY - DAY)
    assert liaisons(cast, FIRST_DAY) == [cast.zhou]


def test_appointing_a_current_holder_again_changes_nothing(cast: Cast) -> None:
    before = Holding.objects.count()
    assert appoint(cast.zhou, cast.workshop_liaison, LATER).since == FIRST_DAY
    assert appoint(cast.lin, cast.registrar, LATER) == cast.lin_holds
    assert Holding.objects.count() == before


def test_a_post_without_the_liaison_role_may_have_several_holders(cast: Cast) -> None:
    appoint(cast.zhou, cast.registrar, LATER)
    assert {h.account for h in cast.registrar.holdings.all() if h.current_on(LATER)} == {cast.lin, cast.zhou}


def test_a_holding_cannot_end_before_it_began(cast: Cast) -> None:
    with pytest.raises(CannotEnd, match="cannot end"):
        end_holding(cast.lin_holds, FIRST_DAY - DAY)


def test_an_end_that_is_set_may_come_earlier_and_not_later(cast: Cast) -> None:
    end_holding(cast.lin_holds, LATER)
    assert end_holding(cast.lin_holds, LATER - DAY).until == LATER - DAY
    with pytest.raises(CannotEnd, match="already ends on 2026-05-31"):
        end_holding(cast.lin_holds, LATER)
    assert Holding.objects.get(id=cast.lin_holds.id).until == LATER - DAY


def test_a_role_is_unheld_from_the_day_on_which_its_last_holder_leaves(cast: Cast) -> None:
    post = cast.registrar
    deputy = Post.objects.create(organisation=cast.company, unit=cast.office, title="副接待员", roles=["handler"])
    appoint(cast.zhou, deputy, FIRST_DAY)
    end_holding(cast.lin_holds, LATER)
    assert unheld_roles(post, LATER - DAY) == []
    assert unheld_roles(post, LATER) == ["registrar"]


@pytest.mark.clause("s0-3.2.2.1e")
def test_units_without_a_liaison_are_listed_for_the_day_asked(cast: Cast) -> None:
    assert units_without_liaison(cast.company, LATER) == [cast.office]
    end_holding(Holding.objects.get(account=cast.zhou), LATER)
    assert units_without_liaison(cast.company, LATER - DAY) == [cast.office]
    assert units_without_liaison(cast.company, LATER) == [cast.office, cast.workshop]
    assert units_without_liaison(cast.group, LATER) == [cast.group_office]


@pytest.mark.clause("s0-2")
def test_an_organisation_has_a_leading_group_with_one_head_and_an_office_under_it(cast: Cast) -> None:
    cast.company.office = cast.office
    cast.company.save()
    Leader.objects.create(organisation=cast.company, account=cast.lin, position="head")
    Leader.objects.create(organisation=cast.company, account=cast.zhou, position="deputy")
    with pytest.raises(IntegrityError), transaction.atomic():
        Leader.objects.create(organisation=cast.company, account=cast.qin, position="head")
    assert [leader.position for leader in cast.company.leaders.order_by("position")] == ["deputy", "head"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("s0-3.2.2.1e")
def test_two_appointments_at_the_same_time_leave_one_liaison(cast: Cast) -> None:
    people = [Account.objects.create_user(f"candidate-{n}", display_name=str(n)) for n in range(6)]

    def appoint_one(account: Account) -> None:
        appoint(account, cast.workshop_liaison, LATER)
        connection.close()

    threads = [threading.Thread(target=appoint_one, args=[account]) for account in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(liaisons(cast, LATER)) == 1
