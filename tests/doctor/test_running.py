"""What happens by itself, who is there for what, holidays and software: what is missing is told."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from huiyin.casework.models import Attachment
from huiyin.doctor.checks import (
    administrators,
    clock,
    database,
    disk,
    fonts,
    holidays,
    log_head,
    packages,
    seals,
    staffing,
    work,
)
from huiyin.doctor.finding import Level
from huiyin.documents.seals import kept
from huiyin.jobs import heartbeat
from huiyin.jobs.models import Job
from huiyin.ledger.models import LogPending
from huiyin.people.appointments import end_holding
from huiyin.people.ids import fresh_id
from huiyin.people.models import Account, Holding, Organisation, OrganisationSeal
from huiyin.worker import chores, run_once
from tests.cast import Cast
from tests.conftest import ROOT
from tests.desk.conftest import cast
from tests.doctor.looking import AT, around, codes
from tests.documents.seals.certificates import PASSWORD, certificate, pkcs12_of
from tests.matters import begin

__all__ = ["cast"]
pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def no_sign() -> None:
    """No worker gave a sign yet."""
    cache.delete(heartbeat.KEY)


def test_a_worker_gives_a_sign_by_which_it_is_known_to_run() -> None:
    assert codes(work.worker(around())) == {"worker.never": Level.WARNING}
    run_once([chore for chore in chores() if chore.name == "heartbeat"], AT)
    assert codes(work.worker(around())) == {"worker": Level.OK}


def test_a_worker_that_has_been_silent_is_dead() -> None:
    heartbeat.beat(AT - timedelta(minutes=6))
    assert codes(work.worker(around())) == {"worker.dead": Level.FAILURE}


def test_work_that_nobody_takes_is_a_failure_though_a_sign_was_given() -> None:
    heartbeat.beat(AT)
    Job.objects.create(what="notice", key="a", due_at=AT - timedelta(hours=3))
    assert codes(work.worker(around())) == {"worker.stalled": Level.FAILURE}
    assert codes(work.jobs(around())) == {"jobs.waiting": Level.WARNING}


def test_a_job_that_was_given_up_is_told() -> None:
    assert codes(work.jobs(around())) == {"jobs": Level.OK}
    Job.objects.create(what="notice", key="a", due_at=AT, dead_at=AT)
    assert codes(work.jobs(around())) == {"jobs.dead": Level.WARNING}


def test_an_event_that_waits_for_the_log_is_told() -> None:
    assert codes(log_head.look(around())) == {"log-head": Level.OK}
    LogPending.objects.create(at=AT - timedelta(hours=1), case_id=fresh_id(), seq=1)
    assert codes(log_head.look(around()))["log-head.pending"] is Level.WARNING


def test_a_role_that_nobody_holds_is_told_with_its_organisation(cast: Cast) -> None:
    def of_lj() -> dict[str, str]:
        return {one.code: one.what for one in staffing.roles(around()) if cast.lj.name in one.what}

    assert set(of_lj()) == {"roles"}
    end_holding(Holding.objects.get(account=cast.accounts["intake"]), AT.date())
    assert set(of_lj()) == {"roles.stand-in", "roles.single-handed"} and "受理审查人" in of_lj()["roles.stand-in"]
    end_holding(Holding.objects.get(account=cast.accounts["registrar"]), AT.date())
    assert set(of_lj()) == {"roles.stand-in", "roles.vacant", "roles.single-handed"}


def test_duties_that_nobody_is_left_to_do_are_counted_and_named_to_nobody(cast: Cast) -> None:
    assert codes(staffing.left(around())) == {"duties": Level.OK}
    begin(cast, AT - timedelta(days=1))
    Holding.objects.filter(account=cast.accounts["intake"]).update(until=AT.date())
    assert codes(staffing.left(around())) == {"duties.unattended": Level.WARNING}


def test_a_rulebook_that_is_not_there_is_a_failure_and_the_others_are_looked_at(cast: Cast) -> None:
    Organisation.objects.filter(id=cast.lj.id).update(rulebook="nowhere")
    found = codes(staffing.roles(around()))
    assert found["roles.rulebook"] is Level.FAILURE and len(found) > 1


def test_an_installation_without_an_organisation_is_told_what_to_run() -> None:
    (found,) = staffing.roles(around())
    assert (found.code, found.level) == ("roles.none", Level.NOTICE) and "huiyin setup" in found.to_do


def test_a_unit_without_a_liaison_is_told(cast: Cast) -> None:
    before = [one for one in staffing.liaisons(around()) if cast.lj.name in one.what]
    Holding.objects.filter(liaison_of__isnull=False).update(liaison_of=None)
    after = [one for one in staffing.liaisons(around()) if cast.lj.name in one.what]
    assert {one.code for one in after} == {"liaisons.missing"}
    assert len(before) == len(after) == 1


def test_two_administrators_with_a_second_factor_are_wanted(settings: Any) -> None:
    assert codes(administrators.look(around())) == {"administrators.none": Level.FAILURE}
    settings.HUIYIN_LOCAL = False
    Account.objects.create_superuser("a", display_name="甲")
    found = codes(administrators.look(around()))
    assert found == {"administrators.one": Level.WARNING, "administrators.factor": Level.WARNING}
    Account.objects.create_superuser("b", display_name="乙")
    assert codes(administrators.look(around()))["administrators"] is Level.OK


@pytest.mark.parametrize(
    ("month", "level"), [(11, Level.NOTICE), (12, Level.WARNING)], ids=["in November", "from December on"]
)
def test_holidays_of_the_next_year_that_are_missing_are_told_and_from_december_on_warned_of(
    cast: Cast, month: int, level: Level
) -> None:
    at = datetime(2026, month, 15, tzinfo=UTC)
    assert codes(holidays.look(around(at))) == {"holidays.next-year": level}
    assert codes(holidays.look(around(at.replace(year=2025)))) == {"holidays": Level.OK}


def test_holidays_of_this_year_that_are_missing_are_a_failure(cast: Cast) -> None:
    assert codes(holidays.look(around(datetime(2031, 1, 15, tzinfo=UTC)))) == {"holidays.this-year": Level.FAILURE}


def test_the_database_is_one_that_keeps_what_was_committed() -> None:
    found = codes([*database.connects(around()), *database.migrations(around())])
    assert found == {"database": Level.OK, "migrations": Level.OK}
    durability = codes(database.durability(around()))
    # A cluster for tests alone runs without fsync.
    expected = "database-settings" if connection.vendor == "sqlite" else "database-settings.durability"
    assert expected in durability


def test_a_migration_that_was_not_applied_is_a_failure() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'portal'")
    assert codes(database.migrations(around())) == {"migrations.pending": Level.FAILURE}


def test_tables_of_a_later_version_are_told() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('portal', '9999_later', CURRENT_TIMESTAMP)"
        )
    assert codes(database.migrations(around())) == {"migrations.newer": Level.NOTICE}


def test_clocks_that_differ_are_told_by_how_much() -> None:
    for seconds, level in ((2, Level.OK), (31, Level.WARNING), (301, Level.FAILURE)):
        found = clock.compared("clock", AT, AT + timedelta(seconds=seconds), "数据库服务器")
        assert found.level is level and str(seconds) in found.what


def test_the_clock_of_a_database_server_is_compared_and_sqlite_has_none() -> None:
    expected = {} if connection.vendor == "sqlite" else {"clock-of-database": Level.OK}
    assert codes(clock.against_database(around())) == expected


def attachment(size: int, at: datetime) -> None:
    ids = {name: fresh_id() for name in ("id", "organisation_id", "case_id", "submission_id", "petitioner_id")}
    Attachment.objects.create(
        **ids, name=b"", type="image/png", size=size, digest="", place=str(fresh_id()), added_at=at
    )


def test_for_how_long_the_disk_lasts_is_told_once_a_month_of_attachments_has_come_in() -> None:
    attachment(1000, AT - timedelta(days=3))
    assert list(disk.growth(around())) == []
    attachment(1000, AT - timedelta(days=40))
    assert codes(disk.growth(around())) == {"storage-growth": Level.OK}  # for longer than anybody plans
    free = shutil.disk_usage("/").free
    for _ in range(max(1, free // 2_000_000_000)):  # all of the disk and more, within a month
        attachment(2_000_000_000, AT - timedelta(days=3))
    assert codes(disk.growth(around())) == {"storage-growth": Level.WARNING}


def test_the_zone_is_known() -> None:
    assert codes(clock.zone(around())) == {"zone": Level.OK}


def test_a_version_is_affected_within_a_range_and_not_at_its_end() -> None:
    ranges: list[list[str | None]] = [["4.2", "4.2.15"], ["5.0", None]]
    cases = {"4.1": False, "4.2": True, "4.2.14": True, "4.2.15": False, "5.2": True, "5.0rc1": False, "no": False}
    assert {one: packages.is_affected(one, ranges) for one in cases} == cases
    assert packages.is_affected("0.1", [["0", "1.0"]])


def test_an_installed_package_that_is_on_the_list_is_told() -> None:
    advisories = {"django": [{"id": "PYSEC-1", "ranges": [["0", None]]}], "absent": [{"id": "X", "ranges": []}]}
    assert list(packages.vulnerable({"django": "5.2"}, advisories)) == [("django", "5.2", "PYSEC-1")]  # type: ignore[dict-item]


def test_the_list_that_is_shipped_says_where_it_comes_from_and_how_old_it_is() -> None:
    known = json.loads((ROOT / "src/huiyin/doctor" / packages.LIST).read_text())
    assert known["source"].startswith("https://") and "django" in known["packages"]
    listed = datetime.fromisoformat(known["date"]).replace(tzinfo=UTC)
    assert codes(packages.look(around(listed + timedelta(days=200))))["packages.list"] is Level.NOTICE
    fresh = list(packages.look(around(listed + timedelta(days=1))))
    assert {one.code for one in fresh} <= {"packages", "packages.vulnerable"}
    assert version("django")


def test_a_seal_is_to_be_renewed_before_its_certificate_ends(cast: Cast) -> None:
    assert codes(seals.look(around())) == {}
    kept.add(cast.lj, pkcs12_of(certificate("临江信访办", AT, days=40)), PASSWORD, AT)
    assert codes(seals.look(around())) == {"seals": Level.OK}
    OrganisationSeal.objects.update(valid_until=AT + timedelta(days=20))
    assert codes(seals.look(around())) == {"seals.soon": Level.WARNING}
    OrganisationSeal.objects.update(valid_until=AT)
    assert codes(seals.look(around())) == {"seals.expired": Level.WARNING}


def test_fonts_for_chinese_are_found_where_there_are_some(monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(fonts.look(around())) == {"fonts": Level.OK, "fonts.papers": Level.OK}
    monkeypatch.setenv("PATH", "/nowhere")
    assert codes(fonts.look(around())) == {"fonts.unknown": Level.NOTICE}
