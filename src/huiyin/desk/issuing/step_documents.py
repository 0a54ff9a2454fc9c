"""A step of a case as the office's own document, as a file; the registration too."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.casework.history import read_history
from huiyin.documents.content import FILES, DocumentContent
from huiyin.documents.forms import rendered
from huiyin.documents.layout import NoGlyph
from huiyin.documents.registration_form import covered_form, form_in_full
from huiyin.documents.steps.step_document import step_document
from huiyin.web.case_lookup import visible_case
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.uploads import document_to_be_saved, unset_sign


@require_safe
@staff_page
def step_file(request: HttpRequest, acting: Acting, no: str, seq: int, form: str) -> HttpResponse:
    """The document as which the rulebook has the step printed; what the reader may not read of it is left out."""
    if form not in FILES:
        raise Http404
    document = step_document(read_history(visible_case(acting, no), acting.actor), seq)
    if document is None:
        raise Http404
    return _saved(request, document, no, form)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def registration_file(request: HttpRequest, acting: Acting, no: str, form: str) -> HttpResponse:
    """The registration form (登记表). By POST with the petitioners in full, which is put on record; covered otherwise."""
    if form not in FILES:
        raise Http404
    case = visible_case(acting, no)
    made = form_in_full if request.method == "POST" else covered_form
    return _saved(request, made(case, acting.actor, acting.at), no, form)


def _saved(request: HttpRequest, document: DocumentContent, no: str, form: str) -> HttpResponse:
    try:
        return document_to_be_saved(rendered(document, form))
    except NoGlyph:
        messages.error(request, unset_sign())
        return HttpResponseRedirect(reverse("desk:case", args=[no]))
