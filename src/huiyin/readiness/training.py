"""Training: who is called to it, who came, how they did (clause s3-5.1.2)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.people.models import Account
from huiyin.readiness.models import Attendance, Training
from huiyin.readiness.recording import By, put_on_record
from huiyin.readiness.refusals import DoesNotFit


def note_attendance(training: Training, people: Iterable[Account], outcome: str, by: By) -> None:
    """Note for each of ``people`` that they were called, came, passed or stayed away. Raises DoesNotFit while it was not held, except for calling."""
    if outcome != Attendance.AttendanceOutcome.CALLED and training.held_on is None:
        raise DoesNotFit("not held yet", _("培训还没有举办：请先用“修改”填写举办日期，再登记参加情况"), "outcome")
    with transaction.atomic():
        kept = [
            Attendance.objects.update_or_create(training=training, account=person, defaults={"outcome": outcome})[0]
            for person in people
        ]
        put_on_record("note_attendance", kept, by, training.title)
