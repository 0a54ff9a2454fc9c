"""Putting a duty aside until a day: for one post alone, on record, and never beyond the day by which it is due."""

from __future__ import annotations

from datetime import date, datetime
from typing import cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError
from huiyin.casework.models import Duty, Snooze
from huiyin.people import administration
from huiyin.procedure.command import Actor


def put_aside(duty: Duty, until: date | None, why: str, actor: Actor, at: datetime) -> tuple[FormError, ...]:
    """Put ``duty``, which the actor may see and their post owes, aside until the day ``until``, on which it is back; why it cannot be.

    Args:
        duty: fetched with its case.
        why: one of ``Snooze.Why``.
    """
    today, last = timezone.localdate(at), timezone.localdate(duty.due_at)
    errors = []
    if until is None or until <= today:
        errors.append(FormError("until", "past", _("请填写明天或者以后的日期")))
    elif until > last:
        message = _("不能晚于到期日 %(day)s") % {"day": last.isoformat()}
        errors.append(FormError("until", "beyond-due", message))
    if why not in Snooze.Why.values:
        errors.append(FormError("why", "required", _("请选择理由")))
    if errors or until is None or actor.post is None or actor.person is None:
        return tuple(errors)
    with transaction.atomic():
        take_back(duty, actor, at)
        made = Snooze.objects.create(
            duty=duty, post_id=actor.post, until=until, why=why, seq=duty.case.seq, by_id=actor.person, at=at
        )
        administration.record("snooze", [made], at, actor)
    return ()


def take_back(duty: Duty, actor: Actor, at: datetime) -> None:
    """Bring back what the actor's post has put aside."""
    with transaction.atomic():
        held = list(Snooze.objects.select_for_update().filter(duty=duty, post=cast(UUID, actor.post), lifted_at=None))
        for one in held:
            one.lifted_at = at
        Snooze.objects.bulk_update(held, ["lifted_at"])
        if held:
            administration.record("end_snooze", held, at, actor)
