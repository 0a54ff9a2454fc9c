"""One's own drafts: which forms one has begun and not sent, when each is forgotten, and throwing one away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from huiyin.casework.labels import name_of
from huiyin.casework.models import Case
from huiyin.casework.visible import visible_to
from huiyin.rule_store.store import load
from huiyin.web.drafts import form_drafts
from huiyin.web.models import StoredDraft
from huiyin.web.page_access import Acting, staff_page

MAX_SHOWN: Final = 100
FORMS: Final = {
    "desk:register": gettext_lazy("登记信访事项"),
    "desk:correct": gettext_lazy("更正登记"),
    "desk:level": gettext_lazy("设定密级"),
}
"""What the pages with forms are called that are no action of a rulebook."""


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft: what form it is of, on which case (empty where there is none), how many files it holds, when it is forgotten, and how one
    goes on with it and what it is about (None where it does not open).
    """

    row: StoredDraft
    label: str
    case: str
    address: str
    files: int
    forgotten_at: datetime
    offer: form_drafts.DraftOffer | None


@require_safe
@staff_page
def mine(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The reader's drafts, the latest change first."""
    rows = list(form_drafts.of_account(acting.account.id, acting.at).prefetch_related("files")[:MAX_SHOWN])
    context = {
        "lines": tuple(_lines(rows, acting)),
        "days": form_drafts.KEPT_OF_STAFF.days,
        "token_name": form_drafts.TOKEN,
    }
    return render(request, "desk/work/drafts.html", context)


@require_POST
@staff_page
def throw_away(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """Forgets one of the reader's drafts with its files."""
    row = form_drafts.of_account(acting.account.id, acting.at).filter(id=id).first()
    if row is None:
        raise Http404
    form_drafts.discard(row)
    messages.success(request, _("草稿已删除"))
    return HttpResponseRedirect(reverse("desk:drafts"))


def _lines(rows: Sequence[StoredDraft], acting: Acting) -> Iterator[DraftLine]:
    """Nothing of a draft whose case is out of the reader's sight: a line without a number, or its moment, would tell that it was closed."""
    places = {row.id: _place(row.form) for row in rows}
    numbers = {found.kwargs["no"] for found in places.values() if found and "no" in found.kwargs}
    cases = {case.number: case for case in visible_to(acting.actor).filter(number__in=numbers)}
    for row in rows:
        found = places[row.id]
        case = cases.get(found.kwargs.get("no", "")) if found else None
        offer = form_drafts.offer_of(row)
        if found is None or ("no" in found.kwargs and case is None) or (offer is not None and offer.is_blank):
            continue
        yield DraftLine(
            row,
            _label(found, case),
            case.number if case else "",
            row.form,
            len(row.files.all()),
            row.changed_at + form_drafts.KEPT_OF_STAFF,
            offer,
        )


def _place(address: str) -> ResolverMatch | None:
    try:
        return resolve(address.partition("?")[0])
    except Resolver404:
        return None


def _label(found: ResolverMatch, case: Case | None) -> str:
    action = found.kwargs.get("action")
    if case is not None and action:
        procedure = load(case.rulebook).book.procedures[case.procedure]
        return name_of(procedure.actions.get(action), action)
    return str(FORMS.get(found.view_name, _("填写的表单")))
