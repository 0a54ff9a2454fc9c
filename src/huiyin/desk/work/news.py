"""提醒: what is new about the reader's duties, for fourteen days back; a bell on every page counts what they have not read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.accountability.period_days import PeriodDay, days_for
from huiyin.casework.lists.duties import duties_owed, label_of
from huiyin.casework.models import Duty
from huiyin.desk.work.other_posts import owed_in_other_posts
from huiyin.notify.news import news_between
from huiyin.people.staff.mail_preferences import LABELS, MailReason, preference_of
from huiyin.web.page_access import Acting, staff_page

BACK: Final = timedelta(days=14)
MAX_LISTED: Final = 100
MAX_DUTIES: Final = 300
"""So many duties are looked through, those due first."""
SOON: Final = timedelta(days=3)
"""How long before its day somebody is reminded of what was settled before a set period."""


@dataclass(frozen=True, slots=True)
class ReminderLine:
    """Why the reader is told of something on a case, what it is, when it is due and since when that is news."""

    reason: MailReason
    number: str
    what: str
    due_at: datetime
    at: datetime


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def news(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Lists what is new, the latest first; by POST all of it counts as read."""
    if request.method == "POST":
        acting.account.news_seen_at = acting.at
        acting.account.save(update_fields=["news_seen_at"])
        return HttpResponseRedirect(reverse("desk:news"))
    seen = acting.account.news_seen_at
    lines = [(one, LABELS[one.reason], seen is None or one.at > seen) for one in _found(acting)[:MAX_LISTED]]
    unread = sum(is_new for *_line, is_new in lines)
    context = {"lines": lines, "unread": unread, "other_posts": owed_in_other_posts(acting)}
    return render(request, "desk/work/news.html", context)


@require_safe
@staff_page
def count(request: HttpRequest, acting: Acting) -> HttpResponse:
    """How much is not read, for the bell."""
    seen = acting.account.news_seen_at
    unread = sum(seen is None or one.at > seen for one in _found(acting))
    return render(request, "desk/work/news_count.html", {"unread": unread})


@require_safe
@staff_page
def owed_elsewhere(request: HttpRequest, acting: Acting) -> HttpResponse:
    """How much the reader owes in other posts of theirs, for the menu in which they change the post."""
    others = owed_in_other_posts(acting)
    context = {"other_posts": others, "owed": sum(one.count for one in others)}
    return render(request, "desk/work/other_posts_count.html", context)


def _found(acting: Acting) -> list[ReminderLine]:
    """What is new in the post that the reader acts in, of the reasons that they chose."""
    reasons = preference_of(acting.account, acting.at).reasons
    duties: list[Duty] = []
    for rows in duties_owed(acting.actor, mine=True):
        duties += rows.select_related("case").order_by("turn_at", "id")[:MAX_DUTIES]
    since = acting.at - BACK
    lines = [
        ReminderLine(one.reason, one.duty.case.number, label_of(one.duty), one.duty.due_at, one.at)
        for one in news_between(duties, since, acting.at)
    ]
    for day in days_for(acting.actor, acting.account.id, acting.at):
        lines += [one for one in _of_period(day) if since < one.at <= acting.at]
    return sorted((one for one in lines if one.reason in reasons), key=lambda one: one.at, reverse=True)


def _of_period(day: PeriodDay) -> Iterator[ReminderLine]:
    """That it was settled, comes due and is overdue."""
    what = _("节前排查：由您包案") if day.leads else _("节前排查：由本单位办理")
    ends = timezone.make_aware(datetime.combine(day.due_on, time(23, 59, 59)))
    yield ReminderLine(MailReason.NEW, day.number, what, ends, day.settled_at)
    if day.late_days:
        yield ReminderLine(MailReason.OVERDUE, day.number, what, ends, ends)
    else:
        yield ReminderLine(MailReason.DUE, day.number, what, ends, max(ends - SOON, day.settled_at))
