"""The desk's cast, a scheme, and a run that was begun."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from huiyin.assessment import steps
from huiyin.assessment.counting import counted_by
from huiyin.assessment.models import AssessedUnit, AssessmentRun, AssessmentScheme
from huiyin.assessment.schemes import IndicatorRule, keep_scheme
from huiyin.people.acting import actor_for
from huiyin.readiness.recording import By
from tests.cast import Cast
from tests.desk.conftest import cast, desk

__all__ = ["cast", "desk"]

RULES = (
    IndicatorRule("on_time_reply", "按期办结率", 60, "on_time_reply"),
    IndicatorRule("training", "人员培训", 40, "", "培训记录"),
)


def by(cast: Cast, name: str) -> By:
    """Somebody of the cast, now."""
    at = timezone.now()
    actor = actor_for(cast.accounts[name], at=at)
    assert actor is not None
    return By(actor, cast.accounts[name], at)


@pytest.fixture
def scheme(cast: Cast) -> AssessmentScheme:
    made = AssessmentScheme(organisation=cast.lj, title="工作考核")
    keep_scheme(made, RULES, counted_by(cast.lj.id), by(cast, "intake"))
    return made


@pytest.fixture
def assessed(cast: Cast, scheme: AssessmentScheme) -> AssessedUnit:
    """The fire department in a run over last month."""
    yesterday = timezone.localdate() - timedelta(days=1)
    version = scheme.versions.get()
    run = AssessmentRun(
        organisation=cast.lj, title="年度考核", version=version, first=date(yesterday.year, 1, 1), last=yesterday
    )
    steps.begin(run, [cast.units["lj-fire"]], by(cast, "intake"))
    return run.units.get()
