"""What a post sees first of the day: its own figures, those of its unit, those of all that it sees; each leads to what it counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huiyin.accountability.period_days import days_for
from huiyin.casework.actions.choices import may_start_under
from huiyin.casework.lists.duties import duties_owed, worklist
from huiyin.casework.lists.unfinished import Counts, counts_of_each, end_of_today, end_of_week
from huiyin.casework.lists.work import WorkItem, owed_in_order
from huiyin.casework.visible import access_of, book_of, sees_organisation
from huiyin.desk.deciding.signing import signing_ways
from huiyin.desk.work import role_panels
from huiyin.desk.work.other_posts import owed_in_other_posts
from huiyin.people.absences import away_on
from huiyin.people.appointments import current
from huiyin.people.models import Holding
from huiyin.rules import REGISTER
from huiyin.web.page_access import Acting, staff_page

WORST: Final = 5


@dataclass(frozen=True, slots=True)
class LinkedFigure:
    """How many there are of something, and where they are listed; ``tone`` is ``late`` for what should be none."""

    label: str
    count: int
    address: str
    tone: str = ""


@require_safe
@staff_page
def home(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The figures of the reader's post, and what has been overdue the longest on all that they see."""
    wide = sees_organisation(acting.actor)
    there = [one for one in owed_in_order(acting.actor, acting.at, mine=True) if not one.aside]
    receives = _receives(acting)
    lists = {"unit": acting.actor.unit} | ({"all": None} if wide else {})
    owed = [duties_owed(acting.actor, mine=False, unit=unit) for unit in lists.values()]
    unit, *everything = (
        list(_owed(whose, found)) for whose, found in zip(lists, counts_of_each(owed, acting.at), strict=True)
    )
    groups = [
        (_("我的"), list(_mine(acting, there, receives))),
        (_("本单位"), [*unit, _away(acting)]),
        *((_("本机关"), figures) for figures in everything),
    ]
    worst = worklist(acting.actor, acting.at, mine=False, overdue=True, unit=None if wide else acting.actor.unit)
    trouble = role_panels.trouble_by_unit(acting) if wide else ()
    people = role_panels.team(acting)
    context = {
        "groups": groups,
        "other_posts": owed_in_other_posts(acting),
        "worst": worst.items[:WORST],
        "wide": wide,
        "at": acting.at,
        "to_sign": role_panels.to_sign(there, acting),
        "trouble": trouble,
        "trouble_drawn": role_panels.drawn_trouble(trouble),
        "people": people,
        "people_drawn": role_panels.drawn_team(people),
        "receives": receives,
        "visits": role_panels.visits_today(acting) if receives else (),
        "periods": days_for(acting.actor, acting.account.id, acting.at),
        "serving": role_panels.serving(acting) if receives else (),
    }
    return render(request, "desk/work/home.html", context)


def _receives(acting: Acting) -> bool:
    """Whether the reader's post registers what comes in."""
    book = book_of(acting.actor.organisation)
    return book is not None and may_start_under(book, acting.actor, REGISTER)


def _mine(acting: Acting, there: Sequence[WorkItem], receives: bool) -> Iterator[LinkedFigure]:
    desk, end = reverse("desk:duties"), end_of_week(acting.at)
    to_sign = sum(bool(signing_ways(one)) for one in there)
    if to_sign:
        yield LinkedFigure(_("待我签批"), to_sign, reverse("desk:signing"))
    yield LinkedFigure(_("待办"), len(there), desk)
    yield LinkedFigure(_("已逾期"), sum(one.is_late(acting.at) for one in there), f"{desk}?when=overdue", "late")
    week = sum(one.falls_due(acting.at, end) for one in there)
    yield LinkedFigure(_("本周到期"), week, f"{desk}?when=week")
    today = timezone.localdate(acting.at)
    if receives:
        new = access_of(acting.actor).filter(registered_at__gte=end_of_today(acting.at) - timedelta(days=1))
        yield LinkedFigure(
            _("今天登记的"), new.values("case").distinct().count(), f"{reverse('desk:cases')}?from={today}"
        )


def _away(acting: Acting) -> LinkedFigure:
    today = timezone.localdate(acting.at)
    held = current(Holding.objects.filter(post__unit=acting.actor.unit, account__is_active=True), today)
    away = away_on(today).filter(account__in=held.values("account")).values("account").distinct().count()
    return LinkedFigure(_("不在岗的人"), away, reverse("desk:team"))


def _owed(whose: str, found: Counts) -> Iterator[LinkedFigure]:
    list_ = f"{reverse('desk:duties')}?whose={whose}"
    yield LinkedFigure(_("待办"), found.open, list_)
    yield LinkedFigure(_("已逾期"), found.overdue, f"{list_}&when=overdue", "late")
    yield LinkedFigure(_("本周到期"), found.week, f"{list_}&when=week")
