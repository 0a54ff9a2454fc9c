"""A notice as a page to print."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.casework.history import Document, documents, read_history
from huiyin.casework.models import Case
from huiyin.casework.visible import visible_paper
from huiyin.desk.case_page import people_on_record, recognisable_people
from huiyin.people.web import Acting, staff_page


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def notice(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """The paper, letter-like. By POST with the addressee's full name, which is put on record; covered otherwise."""
    row = visible_paper(acting.actor, id)
    if row is None:
        raise Http404
    document = next(one for one in documents(read_history(row.case, acting.actor)) if one.id == id)
    revealed = request.method == "POST" and document.addressee == "petitioner"
    people = people_on_record(row.case, acting, "notice") if revealed else recognisable_people(row.case, acting)
    names = [person.name or _("信访人") for person in people.people]
    context = {"document": document, "case": row.case, "addressee": _addressee(document, row.case, names)}
    return render(request, "desk/notice.html", context | {"revealed": revealed})


def _addressee(document: Document, case: Case, petitioners: list[str]) -> str:
    """Whom the paper is to, as it stands on it."""
    if document.addressee == "petitioner":
        return "、".join(petitioners) or _("信访人")
    if document.addressee == "unit":
        return case.unit.name if case.unit is not None else _("承办单位")
    return _("有关机关、单位")
