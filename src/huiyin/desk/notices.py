"""A notice as a page to print, and as a file."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from huiyin.casework.history import Document, documents, read_history
from huiyin.casework.models import Case
from huiyin.casework.visible import visible_paper
from huiyin.documents import addressee
from huiyin.documents.compose import paper_of
from huiyin.documents.content import FILES, Paper
from huiyin.documents.forms import rendered
from huiyin.people.web import Acting, staff_page
from huiyin.web.uploads import paper_to_be_saved


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def notice(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """The paper, letter-like. By POST with the addressee's full name, which is put on record; covered otherwise."""
    revealed = request.method == "POST"
    document, case, paper = _paper(acting, id, revealed)
    context = {"document": document, "case": case, "paper": paper, "forms": FILES.items()}
    return render(request, "desk/notice.html", context | {"revealed": revealed and document.addressee == "petitioner"})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def notice_file(request: HttpRequest, acting: Acting, id: UUID, form: str) -> HttpResponse:
    """The paper as a file. By POST with the addressee's full name, which is put on record; covered otherwise."""
    if form not in FILES:
        raise Http404
    _document, _case, paper = _paper(acting, id, request.method == "POST")
    return paper_to_be_saved(rendered(paper, form))


def _paper(acting: Acting, id: UUID, revealed: bool) -> tuple[Document, Case, Paper]:
    """The notice, its case and its paper, where the reader may see the case. Raises Http404."""
    row = visible_paper(acting.actor, id)
    if row is None:
        raise Http404
    past = read_history(row.case, acting.actor)
    document = next(one for one in documents(past) if one.id == id)
    named = addressee.in_full if revealed else addressee.covered
    return document, row.case, paper_of(document, past, named(document, row.case, acting.actor, acting.at))
