"""All checks are asked, whatever one of them does; what rests on something that failed is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from huiyin.doctor.examination import examine
from huiyin.doctor.finding import Finding, Level, failure, ok, warning, worst
from huiyin.doctor.registry import CHECKS, Check, Group, Needs
from huiyin.doctor.surroundings import Surroundings
from tests.doctor.looking import around, codes

pytestmark = pytest.mark.any_database


def fails(_around: Surroundings) -> Iterator[Finding]:
    yield failure("database.down", "down", "start it")


def breaks(_around: Surroundings) -> Iterator[Finding]:
    yield ok("first", "well")
    raise ValueError("张三")


def is_well(_around: Surroundings) -> Iterator[Finding]:
    yield ok("well", "well")


def test_a_check_that_breaks_is_a_failure_of_its_own_and_names_nobody() -> None:
    report = examine(
        around(),
        checks=(
            Check("broken", Group.WORK, breaks, Needs.NOTHING),
            Check("well", Group.PEOPLE, is_well, Needs.NOTHING),
        ),
    )
    found = [finding for section in report.sections for finding in section.findings]
    assert codes(found) == {"first": Level.OK, "broken": Level.FAILURE, "well": Level.OK}
    assert "张三" not in "".join(finding.what + finding.to_do for finding in found)
    assert report.level is Level.FAILURE


def test_what_needs_the_database_is_not_asked_while_it_is_down() -> None:
    report = examine(
        around(),
        checks=(
            Check("database", Group.DATABASE, fails, Needs.SETTINGS, makes=Needs.DATABASE),
            Check("tables", Group.WORK, breaks, Needs.TABLES),
            Check("well", Group.SOFTWARE, is_well, Needs.NOTHING),
        ),
    )
    found = codes(finding for section in report.sections for finding in section.findings)
    assert found == {"database.down": Level.FAILURE, "tables": Level.NOTICE, "well": Level.OK}


def test_what_takes_long_is_left_out_of_a_quick_look_and_named() -> None:
    report = examine(
        around(), only_quick=True, checks=(Check("slow", Group.NETWORK, breaks, Needs.NOTHING, takes_long=True),)
    )
    assert (report.sections, report.left_out) == ((), (Group.NETWORK,))


def test_the_worst_of_nothing_is_that_all_is_well() -> None:
    assert worst(()) is Level.OK
    assert worst((ok("a", ""), warning("b", "", ""), ok("c", ""))) is Level.WARNING


def test_every_check_has_a_code_of_its_own() -> None:
    names = [check.code for check in CHECKS]
    assert len(names) == len(set(names))


@pytest.mark.django_db
def test_every_check_looks_at_an_empty_installation_without_breaking() -> None:
    report = examine(around(), only_quick=True)
    found = {section.group: codes(section.findings) for section in report.sections}
    assert not [
        code
        for group in found.values()
        for code in group
        if code in {check.code for check in CHECKS} and group[code] is Level.FAILURE
    ]
    assert set(found) == set(Group) - {Group.NETWORK} | {Group.NETWORK}
