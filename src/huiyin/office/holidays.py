"""放假安排: the holidays of each year, and entering a year's notice: whose dates it moves is told before it counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.door.consequences.recalculating import Foreseen, HolidayEntry, enter_holidays, foresee
from huiyin.office.changes import Change, Subject, subject_page
from huiyin.office.forms import reason_field
from huiyin.office.setup.flaws import flaw_in_words
from huiyin.people.appointments import day_of
from huiyin.people.models import AdministrativeAct
from huiyin.rule_store.holidays import as_if, calendar_now, read_anew
from huiyin.rule_store.models import HolidayNotice
from huiyin.rules.book.calendars.holiday_notice import NoticeFault, NoticeUnreadable, read_notice
from huiyin.rules.book.yaml_reader import RulebookFlawed
from huiyin.rules.deadlines.calendar import Calendar
from huiyin.web.page_access import Administering, installation_page
from huiyin.web.unmarked_forms import UnmarkedForm

CODE: Final = "CN"
MAX_NOTICE: Final = 5000
MAX_DAYS_LISTED: Final = 30
FAULTS: Final[Mapping[NoticeFault, Promise]] = {
    NoticeFault.NO_HOLIDAY: gettext_lazy("没有读到放假日期。请粘贴通知中“一、元旦：1月1日……”各项的原文"),
    NoticeFault.NO_SUCH_DAY: gettext_lazy("没有这一天：%(found)s"),
    NoticeFault.OTHER_WEEKDAY: gettext_lazy("星期与日期不符，可能选错了年份：%(found)s"),
    NoticeFault.BACKWARD: gettext_lazy("结束早于开始：%(found)s"),
}


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """A year of the calendar: where its days come from and which they are; ``notice`` where somebody entered it."""

    year: int
    source: str
    is_published: bool
    off: int
    work: tuple[date, ...]
    notice: HolidayNotice | None


class HolidayForm(UnmarkedForm):
    """The notice of a year, as it is published."""

    year = forms.TypedChoiceField(label=gettext_lazy("年份"), coerce=int)
    source = forms.CharField(
        label=gettext_lazy("通知名称和文号"),
        max_length=200,
        help_text=gettext_lazy("例如：国务院办公厅关于2027年部分节假日安排的通知（国办发明电〔2026〕7号）"),
    )
    text = forms.CharField(
        label=gettext_lazy("通知正文"),
        max_length=MAX_NOTICE,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=gettext_lazy(
            "粘贴各节日放假和上班日期的原文，例如：一、元旦：1月1日（周五）至3日（周日）放假，共3天。"
        ),
    )
    reason = reason_field(required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year: Any = self.fields["year"]
        year.choices = [(one, str(one)) for one in range(today.year - 1, today.year + 3)]
        year.initial = today.year + 1

    def clean(self) -> dict[str, Any]:
        """The text is read, so that what cannot be read is told beside it; ``file`` is the calendar file that it makes."""
        given = super().clean() or {}
        if not {"year", "source", "text"} <= given.keys():
            return given
        try:
            notice = read_notice(given["text"], given["year"], calendar_now(CODE).names)
            given["missing"] = notice.missing
            given["file"] = notice.as_file(CODE, given["source"])
            with as_if(CODE, given["file"]):
                calendar_now(CODE)
        except NoticeUnreadable as unread:
            self.add_error("text", str(FAULTS[unread.fault]) % {"found": unread.found})
        except RulebookFlawed as flawed:
            for flaw in flawed.flaws:
                self.add_error("text", flaw_in_words(flaw))
        return given


@require_safe
@installation_page
def holidays(request: HttpRequest, administering: Administering) -> HttpResponse:
    """The years that matter now, the latest first, and the notices that were entered before."""
    today = day_of(administering.at)
    read_anew()
    calendar = calendar_now(CODE)
    entered = HolidayNotice.objects.filter(calendar=CODE).select_related("entered_by").order_by("-entered_at", "-id")
    latest: dict[int, HolidayNotice] = {}
    for notice in entered:
        latest.setdefault(notice.year, notice)
    years = [
        _year(calendar, year, latest.get(year))
        for year in range(today.year + 2, today.year - 2, -1)
        if year in calendar.listed
    ]
    replaced = [notice for notice in entered if latest[notice.year] != notice]
    return render(request, "office/holidays.html", {"years": years, "replaced": replaced, "at": administering.at})


def _year(calendar: Calendar, year: int, notice: HolidayNotice | None) -> HolidayYear:
    return HolidayYear(
        year,
        calendar.sources.get(year, ""),
        calendar.knows_year(year),
        sum(day.year == year for day in calendar.off),
        tuple(sorted(day for day in calendar.work if day.year == year)),
        notice,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@installation_page
def enter(request: HttpRequest, administering: Administering) -> HttpResponse:
    """Enters a year's notice; what it moves is told before."""
    form = HolidayForm(request.POST or None, today=day_of(administering.at))

    def entry(given: Mapping[str, Any]) -> HolidayEntry:
        return HolidayEntry(CODE, given["year"], given["source"], given["file"], given["reason"])

    def carry_out(given: Mapping[str, Any]) -> str:
        enter_holidays(entry(given), administering.at, administering.account)
        return _("已录入。期限在几分钟内按新的放假安排重新推算，经办人会在待办中看到")

    change = Change(
        _("录入放假安排"),
        _("录入"),
        form,
        carry_out,
        lambda given: [*_missing(given["missing"]), *_differences(foresee(entry(given), administering.at))],
        intro=_(
            "对本系统的所有机构、所有规程版本生效。同一年再次录入的，以后录入的为准；已告知信访人的申请期限不会缩短。"
        ),
    )
    subject = Subject(
        _("放假安排"),
        CODE,
        reverse("office:holidays"),
        HolidayNotice.objects.filter(calendar=CODE),
        AdministrativeAct.objects.filter(change="enter_holidays"),
    )
    return subject_page(request, subject, change)


def _missing(names: Sequence[str]) -> Iterator[str]:
    if names:
        yield _("通知正文没有写到%(names)s，可能没有粘贴完整，请核对") % {"names": _("、").join(names)}


def _differences(found: Foreseen) -> Iterator[str]:
    if found.days_changed:
        days = _("、").join(map(str, found.days_changed[:MAX_DAYS_LISTED]))
        yield _("与现在的安排不同的有 %(n)d 天：%(days)s") % {"n": len(found.days_changed), "days": days}
    else:
        yield _("每一天的上班、放假与现在的安排相同")
    for organisation, moved in found.by_organisation.items():
        yield _(
            "%(organisation)s：%(later)d 项期限推后，%(earlier)d 项提前（最多相差 %(days)d 天），%(settled)d 项日期不变、不再是暂定"
        ) % {
            "organisation": organisation,
            "later": moved.later,
            "earlier": moved.earlier,
            "days": moved.days,
            "settled": moved.settled,
        }
    if not found.by_organisation:
        yield _("没有正在办的期限因此改变")
    if found.left:
        yield _("另有 %(n)d 件没有逐件推算，录入后一并重新推算") % {"n": found.left}
