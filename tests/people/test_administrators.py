"""Who administers what, from which day on, and that somebody always administers the installation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from huiyin.people import administrators
from huiyin.people.administrators import LastAdministrator, NotAdministrator, scope_of
from huiyin.people.appointments import day_of
from huiyin.people.models import Account, Administrator
from huiyin.people.staff.accounts import close
from tests.people.conftest import NOW, Cast
from tests.tables import at_once

TODAY = day_of(NOW)


def fresh(account: Account) -> Account:
    return Account.objects.get(id=account.id)


def test_an_organisation_is_administered_from_the_day_on_and_nothing_else(cast: Cast) -> None:
    assert scope_of(cast.lin, TODAY) is None
    assert administrators.add(cast.lin, cast.company, NOW)
    assert not administrators.add(cast.lin, cast.company, NOW)
    scope = scope_of(cast.lin, TODAY)
    assert scope is not None and not scope.is_whole
    assert [*scope.organisations] == [cast.company]
    assert scope_of(cast.lin, TODAY - timedelta(days=1)) is None
    assert not fresh(cast.lin).is_superuser


def test_whoever_administers_the_installation_administers_every_organisation(cast: Cast) -> None:
    administrators.add(cast.lin, None, NOW)
    scope = scope_of(fresh(cast.lin), TODAY)
    assert scope is not None and scope.is_whole
    assert {*scope.organisations} == {cast.group, cast.company}
    assert fresh(cast.lin).is_superuser


def test_administrators_of_before_there_was_a_table_stay_and_are_listed(cast: Cast) -> None:
    root = Account.objects.create_superuser("root", display_name="管理员")
    scope = scope_of(root, TODAY)
    assert scope is not None and scope.is_whole
    assert [(one.account, one.since) for one in administrators.listed(TODAY)] == [(root, None)]


def test_a_closed_account_administers_nothing(cast: Cast) -> None:
    administrators.add(cast.lin, cast.company, NOW)
    Account.objects.filter(id=cast.lin.id).update(is_active=False)
    assert scope_of(fresh(cast.lin), TODAY) is None


def test_the_last_administrator_of_the_installation_stays(cast: Cast) -> None:
    administrators.add(cast.lin, None, NOW)
    administrators.add(cast.zhou, cast.company, NOW)  # administers too little to count
    administrators.add(cast.qin, None, NOW)
    Account.objects.filter(id=cast.qin.id).update(is_active=False)  # and so does who cannot sign in
    with pytest.raises(LastAdministrator):
        administrators.remove(cast.lin, None, NOW)
    Account.objects.filter(id=cast.qin.id).update(is_active=True)
    administrators.remove(cast.lin, None, NOW)
    assert scope_of(fresh(cast.lin), TODAY) is None
    assert not fresh(cast.lin).is_superuser
    with pytest.raises(LastAdministrator):
        administrators.remove(cast.qin, None, NOW)


def test_whoever_does_not_administer_cannot_stop(cast: Cast) -> None:
    Account.objects.create_superuser("root", display_name="管理员")
    with pytest.raises(NotAdministrator):
        administrators.remove(cast.lin, cast.company, NOW)
    with pytest.raises(NotAdministrator):
        administrators.remove(cast.lin, None, NOW)


def test_it_can_be_taken_away_and_given_again_on_the_same_day(cast: Cast) -> None:
    for _ in range(2):
        administrators.add(cast.lin, cast.company, NOW)
        administrators.remove(cast.lin, cast.company, NOW)
    assert scope_of(cast.lin, TODAY) is None
    assert administrators.add(cast.lin, cast.company, NOW)
    assert Administrator.objects.filter(until=None).count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_remove_each_other_at_once_one_stays(transactional_db: None) -> None:
    both = [Account.objects.create_superuser(name, display_name=name) for name in ("one", "two")]
    outcomes = at_once([lambda who=who: administrators.remove(who, None, NOW) for who in both])
    assert connection.vendor == "postgresql"
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LastAdministrator", "NoneType"]
    assert Account.objects.filter(is_superuser=True).count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_close_each_other_at_once_one_stays(transactional_db: None) -> None:
    both = [Account.objects.create_superuser(name, display_name=name) for name in ("one", "two")]
    outcomes = at_once([lambda who=who: close(who, NOW) for who in both])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LastAdministrator", "NoneType"]
    assert Account.objects.filter(is_active=True).count() == 1
