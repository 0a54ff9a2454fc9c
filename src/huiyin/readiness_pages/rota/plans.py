"""Planning a rota, looking at the draft, publishing it, planning again what no longer stands."""

from __future__ import annotations

from collections import Counter
from datetime import date
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.readiness.refusals import DoesNotFit
from huiyin.readiness_pages.reader import PageReader, reader_page
from huiyin.readiness_pages.rota.forms import PlanForm, begun_with
from huiyin.readiness_pages.rota.month import MonthShift, weeks_of
from huiyin.rota import asking, planning
from huiyin.rota.in_force import shifts_in_force
from huiyin.rota.models import DutyGroup, Rota, Shift
from huiyin.rota.rights import may_plan, suggested
from huiyin.rota.soundness import fallen_of, rota_soundness
from huiyin.rota.words import CannotPlan
from huiyin.web.progress import progress_of, progress_part


def refuse_unless_plans(reader: PageReader) -> None:
    """Raise PermissionDenied (403) for who does not plan."""
    if not may_plan(reader.by.actor):
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
@reader_page
def plan(request: HttpRequest, reader: PageReader, group: str) -> HttpResponse:
    """Plan a span of days; where that is impossible the form comes back with why."""
    refuse_unless_plans(reader)
    if group not in DutyGroup.values:
        raise Http404
    setting = planning.setting_of(reader.organisation, reader.by.at)
    form = PlanForm(
        request.POST if request.method == "POST" else None,
        reader=reader,
        group=group,
        times=setting.times,
        initial=_begun(reader, group, setting) | _asked_before(request, reader),
    )
    if form.is_valid():
        try:
            asked = asking.ask(form.rota(), reader.by)
        except CannotPlan as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.words)
        else:
            return HttpResponseRedirect(reverse("readiness:rota-asked", args=[asked.id]))
    context = {"form": form, "group": DutyGroup(group)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "readiness_pages/rota/plan.html", context, status=status)


def _begun(reader: PageReader, group: str, setting: planning.Setting) -> dict[str, object]:
    published = Rota.objects.filter(organisation=reader.organisation, group=group, published_at__isnull=False)
    former = published.order_by("-last", "-number").first()
    first_choice = suggested(setting.organisation, group, reader.day)
    return begun_with(group, reader.day, former, first_choice, setting.times)


def _asked_before(request: HttpRequest, reader: PageReader) -> dict[str, object]:
    """What was filled in before, where that could not be planned."""
    try:
        asked = asking.request_of(reader.by, UUID(request.GET.get("asked", "")))
    except ValueError:
        return {}
    if asked is None or asked.again is not None:
        return {}
    filled = asking.filled_in(asked)
    return filled | {"members": [UUID(hex=one) for one in filled["members"]]}


@require_safe
@reader_page
def asked_for(request: HttpRequest, reader: PageReader, id: UUID) -> HttpResponse:
    """How far a rota is that a worker plans; then the draft, or why there is none."""
    asked = asking.request_of(reader.by, id)
    if asked is None:
        raise Http404
    over = asked.ended_at is not None
    progress = progress_of(asked, _("正在排班"), request.path, reader.by.at, is_over=over)
    if request.headers.get("HX-Request") == "true":
        return progress_part(request, progress)
    if over and not asked.reason:
        return HttpResponseRedirect(reverse("readiness:rota-version", args=[id]))
    context = {"asked": asked, "group": DutyGroup(asked.group), "progress": progress}
    return render(request, "readiness_pages/rota/asked.html", context)


@require_safe
@reader_page
def versions(request: HttpRequest, reader: PageReader) -> HttpResponse:
    """All rotas that were published, and for who plans the drafts, the latest first."""
    rows = Rota.objects.filter(organisation=reader.organisation).select_related("planned_by", "published_by")
    if not may_plan(reader.by.actor):
        rows = rows.filter(published_at__isnull=False)
    context = {"rotas": rows.order_by("-planned_at", "-number")[:200], "plans": may_plan(reader.by.actor)}
    return render(request, "readiness_pages/rota/versions.html", context)


@require_safe
@reader_page
def version(request: HttpRequest, reader: PageReader, id: UUID) -> HttpResponse:
    """A rota as it was planned, month by month, with how many shifts everybody has; a draft with what it changes."""
    rota = _rota(reader, id)
    shifts = list(rota.shifts.select_related("account", "post", "rota", "replaced_by"))
    now = set(
        shifts_in_force(reader.organisation, rota.first, rota.last)
        .filter(rota__group=rota.group)
        .values_list("day", "account_id")
    )
    is_draft = rota.published_at is None
    shown = [
        MonthShift(
            one,
            one.account_id == reader.account.id,
            is_new=bool(is_draft and now) and (one.day, one.account_id) not in now,
        )
        for one in shifts
    ]
    setting = planning.setting_of(reader.organisation, reader.by.at)
    context = {
        "rota": rota,
        "is_draft": is_draft,
        "plans": may_plan(reader.by.actor),
        "months": [(first, weeks_of(first, shown, setting)) for first in _months(rota)],
        "loads": _loads(shifts),
        "today": reader.day,
        "changed": sum(one.is_new for one in shown),
        "replaced": sum(one.replaced_by is not None for one in shifts),
    }
    return render(request, "readiness_pages/rota/version.html", context)


def _months(rota: Rota) -> list[date]:
    found, day = [], rota.first.replace(day=1)
    while day <= rota.last:
        found.append(day)
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return found


def _loads(shifts: list[Shift]) -> list[tuple[str, int]]:
    counted = Counter((str(one.account), one.account_id) for one in shifts)
    return [(name, count) for (name, _id), count in sorted(counted.items(), key=lambda one: (-one[1], one[0][0]))]


@require_POST
@reader_page
def publish(request: HttpRequest, reader: PageReader, id: UUID) -> HttpResponse:
    """Have a draft count from now on."""
    refuse_unless_plans(reader)
    rota = _rota(reader, id)
    try:
        planning.publish(rota, reader.by)
    except DoesNotFit as refused:
        messages.error(request, refused.words)
        return HttpResponseRedirect(reverse("readiness:rota-version", args=[id]))
    messages.success(request, _("已发布"))
    return HttpResponseRedirect(f"{reverse('readiness:rota')}?month={rota.first:%Y-%m}")


@require_POST
@reader_page
def discard(request: HttpRequest, reader: PageReader, id: UUID) -> HttpResponse:
    """Throw a draft away."""
    refuse_unless_plans(reader)
    try:
        planning.discard(_rota(reader, id), reader.by)
    except DoesNotFit as refused:
        messages.error(request, refused.words)
    else:
        messages.success(request, _("草稿已删除"))
    return HttpResponseRedirect(reverse("readiness:rota-versions"))


@require_POST
@reader_page
def again(request: HttpRequest, reader: PageReader, id: UUID) -> HttpResponse:
    """A draft in which only the shifts that no longer stand are planned again."""
    refuse_unless_plans(reader)
    rota = _rota(reader, id)
    broken = fallen_of(rota_soundness(reader.organisation, reader.by.at), rota.id)
    asked = asking.ask_again(rota, [one.id for one in broken], reader.by)
    return HttpResponseRedirect(reverse("readiness:rota-asked", args=[asked.id]))


def _rota(reader: PageReader, id: UUID) -> Rota:
    """A rota that the reader may see: drafts are for who plans; any other is as if there were none (Http404)."""
    rota = Rota.objects.filter(organisation=reader.organisation, id=id).select_related("planned_by").first()
    if rota is None or (rota.published_at is None and not may_plan(reader.by.actor)):
        raise Http404
    return rota
