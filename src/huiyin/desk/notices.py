"""A notice as a page to print."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from huiyin.casework.history import documents, read_history
from huiyin.casework.models import Notice
from huiyin.casework.visible import visible_to
from huiyin.desk.case_page import people_on_record, recognisable_people
from huiyin.people.web import Acting, staff_page


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def notice(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """The paper, letter-like. By POST with the addressee's full name, which is put on record; covered otherwise."""
    row = (
        Notice.objects.filter(id=id, case__in=visible_to(acting.actor))
        .select_related("case__organisation", "case__unit")
        .first()
    )
    if row is None:
        raise Http404
    document = next(one for one in documents(read_history(row.case)) if one.id == id)
    revealed = request.method == "POST" and document.addressee == "petitioner"
    people = people_on_record(row.case, acting, "notice") if revealed else recognisable_people(row.case, acting)
    context = {"document": document, "case": row.case, "people": people.people, "revealed": revealed}
    return render(request, "desk/notice.html", context)
