"""界面部件: every component that pages are made of, on one page, for whoever changes one of them; by day and in the dark, in each density."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huiyin.casework.forms import FieldView
from huiyin.casework.labels import FormError
from huiyin.rules.book.fields.base import Option
from huiyin.web.bound_fields import fill
from huiyin.web.page_access import Acting, staff_page

ICONS: Final = (
    *("alert-triangle", "archive", "bell", "book", "briefcase", "calendar", "chart-bar", "check", "checks", "download"),
    *("eye", "file-plus", "filter", "history", "hourglass", "id", "language", "list-check", "lock", "logout", "mail"),
    *("paperclip", "pencil", "plus", "printer", "route", "scale", "search", "settings", "sitemap", "trash", "upload"),
)


@require_safe
@staff_page
def design(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Shows the components; where real people work, to administrators alone."""
    if not (settings.DEBUG or acting.administers or settings.HUIYIN_DEMO.exists()):
        raise Http404
    at = acting.at
    context = {
        "filled": fill(_views(), None, [FormError("wrong", "required", _("请填写此项"))]),
        "icons": ICONS,
        "dues": [at - timedelta(days=3), at + timedelta(days=2), at + timedelta(days=40)],
        "at": at,
        "drawn": {
            "form": "lying",
            "stacked": True,
            "labels": [_("甲处"), _("乙处")],
            "series": [
                {"name": _("已逾期"), "values": [3, 1], "tone": "late"},
                {"name": _("本周到期"), "values": [2, 5], "tone": "earlier"},
            ],
        },
        "colours": ("paper", "card", "raised", "line", "ink", "soft", "green", "late", "soon", "ok", "tag"),
    }
    return render(request, "desk/design.html", context)


def _views() -> tuple[FieldView, ...]:
    """A field of each control."""
    three = tuple(Option(value, label) for value, label in (("a", _("甲")), ("b", _("乙")), ("c", _("丙"))))
    many = tuple(Option(str(number), str(number)) for number in range(1, 13))
    return (
        FieldView("line", _("一行文字"), "line", True, hint=_("提示写在控件下面")),
        FieldView("wrong", _("没有填对的"), "line", True),
        FieldView("text", _("长文字"), "text", False, most=2000),
        FieldView("few", _("几个选一个"), "choice", True, three, preset="a"),
        FieldView("many", _("很多选一个"), "choice", True, many),
        FieldView("day", _("日期"), "date", True),
        FieldView("count", _("数目"), "int", True, least=1, most=60),
        FieldView("sure", _("确认"), "confirm", True),
    )
