"""The bureau of the demonstration has something in each register: due, late, short, spent."""

from __future__ import annotations

import pytest
from django.utils import timezone

from huiyin.people.models import Organisation
from huiyin.readiness import due, funds, groups
from huiyin.readiness.models import FundLine, GroupTask, Policy
from tests.demo.conftest import Made

pytestmark = [pytest.mark.any_database, pytest.mark.django_db]


@pytest.mark.slow
def test_the_bureau_shows_what_is_due_late_short_and_spent(made: Made) -> None:
    bureau, day = Organisation.objects.get(code="lj"), timezone.localdate(made.now)
    found = due.reminders(bureau.id, day)
    assert {one.register for one in found} == {"tasks", "training", "supplies", "qualifications"}
    assert any(one.is_overdue(day) for one in found) and any(str(one.what).startswith("补充") for one in found)
    assert groups.lacking(bureau.id) == ()
    lines = funds.with_spent(FundLine.objects.filter(organisation=bureau))
    assert all(0 < line.spent < line.cents for line in lines)  # type: ignore[attr-defined]
    assert Policy.objects.filter(organisation=bureau, kind="direction").exists()
    assert GroupTask.objects.filter(organisation=bureau, meeting__isnull=False).exists()
