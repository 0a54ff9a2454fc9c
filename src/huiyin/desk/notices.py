"""A notice as a page to print, and as a file."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huiyin.casework.history import Document, History, documents, read_history
from huiyin.casework.loaded_case import load_case
from huiyin.desk.issuing.correcting import may_be_corrected, may_change_decision
from huiyin.documents import addressee
from huiyin.documents.compose import content_of
from huiyin.documents.content import FILES, DocumentContent
from huiyin.documents.forms import handed_out, rendered
from huiyin.documents.layout import NoGlyph
from huiyin.documents.service import NotServed, is_served, service_record
from huiyin.web.case_lookup import visible_document
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.uploads import document_to_be_saved, unset_sign


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def notice(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """The document, letter-like. By POST with the addressee's full name, which is put on record; covered otherwise."""
    revealed = request.method == "POST"
    document, past = _seen(acting, id)
    loaded = load_case(past.case)
    context = {
        "document": document,
        "case": past.case,
        "content": content_of(document, past, _named(acting, document, past, revealed)),
        "forms": FILES.items(),
        "served": is_served(document, past),
        "revealed": revealed and document.addressee == "petitioner",
        "may_correct": may_be_corrected(loaded, document, acting.actor),
        "may_change_decision": may_change_decision(loaded, document),
    }
    return render(request, "desk/notice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def notice_file(request: HttpRequest, acting: Acting, id: UUID, form: str) -> HttpResponse:
    """The document as a file. By POST with the addressee's full name, which is put on record; covered otherwise. As PDF it bears the
    electronic seal of its organ, unless a name is covered: that is no document to be handed over.
    """
    return _file(request, acting, id, form, content_of)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def service_file(request: HttpRequest, acting: Acting, id: UUID, form: str) -> HttpResponse:
    """The record of the service of the document as a file, its addressee as on the document."""
    return _file(request, acting, id, form, service_record)


def _file(
    request: HttpRequest,
    acting: Acting,
    id: UUID,
    form: str,
    compose: Callable[[Document, History, str], DocumentContent],
) -> HttpResponse:
    if form not in FILES:
        raise Http404
    document, past = _seen(acting, id)
    try:
        content = compose(document, past, _named(acting, document, past, request.method == "POST"))
    except NotServed:
        raise Http404 from None
    leaves = compose is content_of and (document.addressee != "petitioner" or request.method == "POST")
    try:
        made = handed_out(content, form, document.issuer, acting.at) if leaves else rendered(content, form)
        return document_to_be_saved(made)
    except NoGlyph:
        messages.error(request, unset_sign())
        return HttpResponseRedirect(reverse("desk:notice", args=[id]))


def _seen(acting: Acting, id: UUID) -> tuple[Document, History]:
    """The notice, with the history of its case, where the reader may see that. Raises Http404."""
    row = visible_document(acting, id)
    past = read_history(row.case, acting.actor)
    return next(one for one in documents(past) if one.id == id), past


def _named(acting: Acting, document: Document, past: History, revealed: bool) -> str:
    named = addressee.in_full if revealed else addressee.covered
    return named(document, past.case, acting.actor, acting.at)
