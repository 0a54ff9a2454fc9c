"""Of what somebody wants mail and when: the reasons, the defaults, and when a worker looks next."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from huiyin.people.models import Account, MailPreference

EVERY: Final = timedelta(minutes=5)
"""How often it is looked for what to tell at once: so much comes together in one mail."""


class MailReason(StrEnum):
    """Why somebody is written to; the value is stored."""

    NEW = "new"
    RETURNED = "returned"
    DUE = "due"
    OVERDUE = "overdue"
    SUPPLEMENTED = "supplemented"
    CONFIRM = "confirm"


LABELS: Final = {
    MailReason.NEW: _("新的待办"),
    MailReason.RETURNED: _("退回，要再办"),
    MailReason.DUE: _("三个工作日内到期"),
    MailReason.OVERDUE: _("已逾期"),
    MailReason.SUPPLEMENTED: _("信访人有补充"),
    MailReason.CONFIRM: _("等您确认"),
}


def preference_of(account: Account, at: datetime) -> MailPreference:
    """What somebody chose, else the defaults, not stored: once a day at eight, of everything."""
    found = MailPreference.objects.filter(account=account).first()
    return found or default_preference(account, at)


def default_preference(account: Account, at: datetime) -> MailPreference:
    """The choice of whoever made none, looked at for the first time at the hour to come."""
    made = MailPreference(account=account, reasons=[str(reason) for reason in MailReason], looked_at=at)
    made.next_at = next_look(made, at)
    return made


def next_look(chosen: MailPreference, at: datetime) -> datetime:
    """When it is to be looked after ``at`` (aware): at the hour of the day, or soon, but not in quiet hours (of the zone of pages)."""
    local = timezone.localtime(at)
    if chosen.pace != MailPreference.MailPace.AT_ONCE:
        return _at_hour(local, chosen.hour)
    return next_hour_awake(chosen.quiet_from, chosen.quiet_until, local + EVERY)


def next_hour_awake(quiet_from: int, quiet_until: int, soon: datetime) -> datetime:
    """``soon`` (aware), or where that lies in quiet hours (of the zone of pages) the end of them."""
    local = timezone.localtime(soon)
    return _at_hour(local, quiet_until) if _is_quiet(quiet_from, quiet_until, local.hour) else local


def _is_quiet(begins: int, ends: int, hour: int) -> bool:
    return begins <= hour < ends if begins <= ends else hour >= begins or hour < ends


def _at_hour(after: datetime, hour: int) -> datetime:
    """The next time after ``after`` that it is ``hour`` o'clock."""
    found = after.replace(hour=hour, minute=0, second=0, microsecond=0)
    return found if found > after else found + timedelta(days=1)
