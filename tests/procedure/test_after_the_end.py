"""What is still owed when a case has ended: its archiving, and the report to the organ that it came from. And hours by the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from huiyin.procedure import Code
from huiyin.rules.book.load import Rules, load, shipped
from huiyin.rules.deadlines.limits import explain
from tests.procedure.cast import DAY, NOW, Story

NATIONAL, COMPANY = load("national-2022"), load("company")


def withdrawn(source: str) -> Story:
    return Story(NATIONAL).begin(facts={"source": source}).do("withdraw")


@pytest.mark.clause("art-22.1.3")
def test_who_withdraws_a_referred_matter_leaves_the_report_to_its_source_owed() -> None:
    story = withdrawn("referred")
    assert story.stage == "withdrawn"
    assert story.owed == {"report_to_source": "registrar", "archive": "archivist"}
    assert story.do("report_to_source").notices == ["source_report"]
    assert story.owed == {"archive": "archivist"}


def test_a_matter_that_ended_is_to_be_archived_by_a_day_and_once() -> None:
    story = withdrawn("direct")
    assert story.owed == {"archive": "archivist"}
    assert story.due("archive") == NOW.date() + 91 * DAY  # the ninetieth day is a Sunday
    assert story.do("archive").owed == {}
    assert story.refuse("archive").code is Code.DUTY_NOT_OPEN


@pytest.mark.parametrize("name", shipped())
def test_every_end_of_every_procedure_is_archived_once_by_whoever_owes_it(name: str) -> None:
    for procedure, rule in load(name).book.procedures.items():
        archive = rule.actions["archive"]
        kept = {"filed"}  # without action, and packed instead
        ends = {stage for stage, one in rule.stages.items() if one.end} - kept
        assert {stage for stage in ends if "archive" not in rule.stages[stage].owes} == set(), procedure
        assert ends <= set(archive.from_stages), procedure
        assert (archive.while_open, archive.discharges) == ("archive", ("archive",)), procedure


def test_a_matter_that_is_opened_again_is_not_archived_meanwhile() -> None:
    story = Story(load("science-bureau")).begin().do("file_letter").do("contest_filed")
    assert "pack_filed" not in story.owed


@pytest.mark.parametrize("rules", [load(name) for name in shipped()], ids=lambda rules: rules.book.rulebook)
def test_every_end_of_a_matter_owes_something_that_outlasts_it(rules: Rules) -> None:
    matter = rules.book.procedures["matter"]
    ends = {name for name, stage in matter.stages.items() if stage.end}
    owed = {name for name in ends if any(matter.duties[duty].outlasts for duty in matter.stages[name].owes)}
    assert ends - owed <= {"aftercare_done"}  # its file was made when the matter was terminated


@pytest.mark.clause("s3-4.2.1a")
@pytest.mark.parametrize("at", [NOW, datetime(2026, 3, 7, 14, 30, tzinfo=UTC)], ids=["at work", "on Saturday night"])
def test_at_once_is_an_hour_by_the_clock_in_and_outside_office_hours(at: datetime) -> None:
    story = Story(COMPANY, "incident", at=at).begin("report_incident", "working_group").do("pass_on")
    assert story.state is not None
    (duty,) = [duty for duty in story.state.duties if duty.limit == "at_once"][:1]
    assert duty.due_at - at == timedelta(hours=1)
    assert "不分上班下班" in explain(duty.derivation)
