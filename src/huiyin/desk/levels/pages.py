"""Setting how confidential a case is, and who may know of it."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.casework.models import Case
from huiyin.casework.sealed.level import LEVELS, level_view
from huiyin.casework.sealed.need_to_know import in_lines, listable, proposed, read_written
from huiyin.door import NewLevel, Rejected, set_confidentiality
from huiyin.door.confidentiality.setting import MAX_REASON_CHARS
from huiyin.door.documents.editing import STALE
from huiyin.procedure.guard import hides_accused
from huiyin.procedure.storage import codec
from huiyin.web.case_lookup import visible_case
from huiyin.web.drafts.form_drafts import at_seq_of
from huiyin.web.page_access import Acting, staff_page

WRITTEN = "written"
"""The lines of a list that is written down, where nobody is listed to be ticked."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def level(request: HttpRequest, acting: Acting, no: str) -> HttpResponse:
    """The level and the list as they stand, to be changed; sent, they are set, or come back with what is wrong."""
    case = visible_case(acting, no)
    if not level_view(case, acting.actor).may_set:
        raise Http404
    if request.method != "POST":
        return _form(request, acting, case, proposed(case, codec.loads(case.state)), case.level)
    written = request.POST.get(WRITTEN)
    named, unclear = read_written(case.organisation_id, written or "", acting.at)
    new_level = NewLevel(
        request.POST.get("level", ""),
        _ids(request.POST.getlist("listed")) | named,
        request.POST.get("reason", ""),
        at_seq_of(request.POST),
    )
    if unclear:
        words = _("“%(line)s”没有对应的单位、岗位或者人员，或者不止一个：请写明全称，人员有同名的写明所在单位")
        errors = [words % {"line": line} for line in unclear]
        return _form(
            request, acting, case, new_level.listed, new_level.level, new_level.reason, errors, written=written
        )
    outcome = set_confidentiality(case.id, new_level, acting.actor, acting.at)
    if isinstance(outcome, Rejected):
        errors = [error.message for error in outcome.errors]
        if any(error.code == STALE for error in outcome.errors):  # what others set meanwhile is what is to be changed
            case = visible_case(acting, no)
            return _form(
                request, acting, case, proposed(case, codec.loads(case.state)), case.level, new_level.reason, errors
            )
        return _form(
            request, acting, case, new_level.listed, new_level.level, new_level.reason, errors, written=written
        )
    messages.success(request, _("密级和知情人名单已设定，理由和设定人记入存证账"))
    return HttpResponseRedirect(reverse("desk:case", args=[case.number]))


def _ids(given: Iterable[str]) -> frozenset[UUID]:
    """The ids among what a browser sent. Raises Http404 for anything else: no form of ours sends it."""
    try:
        return frozenset(map(UUID, given))
    except ValueError:
        raise Http404 from None


def _form(
    request: HttpRequest,
    acting: Acting,
    case: Case,
    ticked: frozenset[UUID],
    chosen: str,
    reason: str = "",
    errors: Iterable[str] = (),
    written: str | None = None,
) -> HttpResponse:
    state = codec.loads(case.state)
    is_written = hides_accused(state, acting.actor)
    if is_written and written is None:
        written = in_lines(ticked)
    context = {
        "case": case,
        "view": level_view(case, acting.actor),
        "levels": LEVELS,
        "chosen": chosen,
        "units": listable(case, state, ticked, acting.actor, acting.at),
        "is_written": is_written,
        "written": written,
        "reason": reason,
        "most": MAX_REASON_CHARS,
        "errors": errors,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return render(request, "desk/level.html", context, status=status)
