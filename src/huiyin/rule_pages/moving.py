"""Moving single cases to the rulebook in force: which of them, and what would follow for each, as far as whoever asks may see them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from huiyin.casework.case_view import stage_name
from huiyin.casework.labels import name_of
from huiyin.casework.models import Case
from huiyin.casework.owed import open_duties
from huiyin.casework.receipts import case_number
from huiyin.casework.visible import visible_to
from huiyin.insight import rulebook_changes, whatif
from huiyin.insight.models import RulebookChange
from huiyin.jobs.piecewise import Busy
from huiyin.people.models import Organisation
from huiyin.procedure.move import misfits
from huiyin.procedure.storage import codec
from huiyin.rule_pages import whatif_messages
from huiyin.rule_pages.whatif_messages import DifferenceGroup
from huiyin.rule_store.store import load
from huiyin.web.page_access import Administering, administrator_page
from huiyin.web.unmarked_forms import UnmarkedForm

MAX_CHOSEN: Final = 20
"""So many cases are chosen at once: more are moved all together."""
LISTED: Final = 100
UNFIT: Final = 422


@dataclass(frozen=True, slots=True)
class KeptDuty:
    """A duty that goes on as it is: what, and by when."""

    name: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class CaseForecast:
    """What would follow for one case: ``missing`` has no place in the new version, so that it stays; ``groups`` are what would have been otherwise
    had it been handled under it from the beginning, or ``fate`` why that is not known."""

    case: Case
    stage: str
    duties: tuple[KeptDuty, ...]
    missing: tuple[str, ...]
    fate: str
    groups: tuple[DifferenceGroup, ...]


class CasesForm(UnmarkedForm):
    """Which cases, by their numbers."""

    numbers = forms.CharField(
        label=gettext_lazy("事项编号"),
        max_length=2000,
        help_text=gettext_lazy("一件或者几件，用空格或者换行隔开"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono"}),
    )

    def __init__(self, *args: Any, movable: QuerySet[Case], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.movable = movable

    def clean(self) -> dict[str, Any]:
        """Open cases under another version; which of the others exist is not told."""
        given: dict[str, Any] = super().clean() or {}
        typed = [case_number(one) for one in re.split(r"[\s,，、;；]+", given.get("numbers", "")) if one]
        if len(typed) > MAX_CHOSEN:
            self.add_error("numbers", _("一次最多 %(most)s 件；更多的，请全部转移") % {"most": MAX_CHOSEN})
            return given
        found = {case.number: case for case in self.movable.filter(number__in=typed)}
        given["cases"] = list(found.values())
        if unknown := [number for number in dict.fromkeys(typed) if number not in found]:
            self.add_error(
                "numbers",
                _("没有可以转移的：%(numbers)s。能转移的是本机构未办结、按其他版本办理的事项；密封的随全部转移时一起转")
                % {"numbers": _("、").join(unknown)},
            )
        return given


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def move_some(request: HttpRequest, administering: Administering, code: str) -> HttpResponse:
    """Asks which cases are to go on under the version in force; what would follow is found out by a worker."""
    organisation: Organisation | None = administering.organisations.filter(code=code).first()
    target = organisation.rulebook_at(administering.at) if organisation else ""
    if organisation is None or "@" not in target:
        raise Http404
    movable = rulebook_changes.movable(organisation, administering.at)
    given = request.POST if request.method == "POST" else None
    form = CasesForm(given, initial={"numbers": request.GET.get("no", "")}, movable=movable)
    if given is not None and form.is_valid():
        chosen = [case.id.hex for case in form.cleaned_data["cases"]]
        asked = RulebookChange(organisation=organisation, account=administering.account, rulebook=target, cases=chosen)
        try:
            rulebook_changes.ask(asked, administering.at)
            return redirect("rules:change", code, asked.id)
        except Busy:
            form.add_error(None, _("本机构已有一次正在进行，请等它结束后再试"))
    seen = list(seen_by(request, movable)[: LISTED + 1])
    context = {
        "organisation": organisation,
        "form": form,
        "target": target,
        "cases": [(case, stage_name(case)) for case in seen[:LISTED]],
        "more": len(seen) > LISTED,
    }
    return render(request, "rule_pages/move_some.html", context, status=200 if given is None else UNFIT)


def seen_by(request: HttpRequest, cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those of ``cases`` that the reader may see in their post: administrators as such see none."""
    acting = getattr(request, "acting", None)
    if acting is None:
        return Case.objects.none()
    return visible_to(acting.actor).filter(id__in=cases.values("id")).order_by("number")


def forecasts(request: HttpRequest, change: RulebookChange, at: datetime) -> Iterator[CaseForecast]:
    """What would follow for each case that was chosen and that the reader may see."""
    cases = list(seen_by(request, Case.objects.filter(id__in=change.cases, sealed=False)))
    rules = load(change.rulebook)
    for case, seen in zip(cases, whatif.replay_some(cases, rules, at), strict=True):
        own, state = load(case.rulebook), codec.loads(case.state)
        kinds = own.book.procedures[case.procedure].duties
        duties = open_duties().filter(case=case).order_by("due_at").values_list("kind", "due_at")
        missing = [[one.part, one.name] for one in misfits(rules, state)]
        yield CaseForecast(
            case,
            stage_name(case),
            tuple(KeptDuty(name_of(kinds.get(kind), kind), due_at) for kind, due_at in duties),
            whatif_messages.misfits(missing, own, case.procedure),
            str(whatif_messages.FATES.get(seen.fate, "")),
            whatif_messages.grouped(seen.differences, own, rules, case.procedure),
        )
