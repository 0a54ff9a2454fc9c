"""Files whose term has run out: what somebody proposes, what another decides, and the register of destruction (销毁清册)."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.archive import disposal as appraising
from huiyin.archive.disposal import DisposalForm, SeenDisposal
from huiyin.archive.models import Disposal
from huiyin.archive_pages.entering import chosen_packages, room_page
from huiyin.casework.labels import FormError
from huiyin.web.page_access import Acting


@require_http_methods(["GET", "HEAD", "POST"])
@room_page
def due(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The files whose term has run out, to be appraised; nothing is destroyed before another person approves it."""
    form, chosen = DisposalForm(), set[str]()
    errors: tuple[FormError, ...] = ()
    if request.method == "POST":
        sent = request.POST
        form = DisposalForm(*(sent.get(name, "") for name in ("number", "opinion", "outcome", "keep_until")))
        packages = chosen_packages(acting, sent.getlist("packages"), appraising.MAX_FILES)
        outcome = appraising.propose(packages, form, acting.actor, acting.account, acting.at)
        if isinstance(outcome, Disposal):
            messages.success(request, _("已提出鉴定意见，由另一人审批"))
            return HttpResponseRedirect(reverse("archive:disposal", args=[outcome.id]))
        errors, chosen = outcome, {str(package.id) for package in packages}
    context = {
        "lines": appraising.due_files(acting.actor, timezone.localdate(acting.at)),
        "waiting": [one.row for one in appraising.disposals_for(acting.actor, Q(approved__isnull=True))],
        "form": form,
        "chosen": chosen,
        "errors": errors,
        "wrong": {error.field: error.message for error in errors},
        "at": acting.at,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return render(request, "archive_pages/due.html", context, status=status)


@require_safe
@room_page
def disposals(request: HttpRequest, acting: Acting) -> HttpResponse:
    """What was proposed and decided, the latest first."""
    rows = appraising.disposals_for(acting.actor)
    return render(request, "archive_pages/disposals.html", {"rows": rows, "at": acting.at})


@require_safe
@room_page
def disposal(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """One appraisal: its files, as they are printed and signed, and the decision."""
    return _page(request, acting, _found(acting, id), "", ())


@require_POST
@room_page
def decide(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """Approves or declines what was proposed."""
    seen = _found(acting, id)
    own = seen.row.proposed_by_id == acting.account.id
    if seen.row.approved is None and not own and not appraising.may_decide(seen, acting.actor, acting.at):
        raise PermissionDenied
    approved, answer = request.POST.get("decision") == "approve", request.POST.get("answer", "")
    errors = appraising.decide(seen.row, approved, answer, acting.actor, acting.account, acting.at)
    if errors:
        return _page(request, acting, seen, answer, errors, HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("已审批") if approved else _("已退回"))
    return HttpResponseRedirect(reverse("archive:disposal", args=[id]))


def _found(acting: Acting, id: UUID) -> SeenDisposal:
    found = appraising.disposals_for(acting.actor, Q(id=id))
    if not found:
        raise Http404
    return found[0]


def _page(
    request: HttpRequest,
    acting: Acting,
    seen: SeenDisposal,
    answer: str,
    errors: tuple[FormError, ...],
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "row": seen.row,
        "seen": seen,
        "files": appraising.files_of(seen.row, acting.actor),
        "signing": (_("鉴定人"), _("审批人")) if seen.row.keep_until else (_("批准人"), _("销毁人"), _("监销人")),
        "may_decide": appraising.may_decide(seen, acting.actor, acting.at),
        "answer": answer,
        "errors": errors,
        "at": acting.at,
    }
    return render(request, "archive_pages/disposal.html", context, status=status)
