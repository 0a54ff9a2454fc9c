"""Whether a document is genuine: for whoever holds it, by the address in its QR code or the digits below that. Nothing is handed in."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from huiyin.documents.content import day_in_words
from huiyin.documents.seals.verification import (
    MAX_TYPED_CHARS,
    AskedPaper,
    asked_as_typed,
    asked_paper,
    grouped,
    verified,
)
from huiyin.insight.reports.verifying import verified_report


@never_cache
@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """The form for the digits; with them, what the register says."""
    code = request.GET.get("code", "")[:MAX_TYPED_CHARS].strip()
    return _answer(request, asked_as_typed(code), code) if code else render(request, "portal/verify.html", {})


@never_cache
@require_safe
def document(request: HttpRequest, issuer: str, number: str, code: str) -> HttpResponse:
    """What the register says of the document of this address; one that fits in part fits not at all."""
    return _answer(request, asked_paper(code, issuer, number), code)


def _answer(request: HttpRequest, asked: AskedPaper, code: str) -> HttpResponse:
    found = verified(asked) or verified_report(asked)
    context = {
        "asked": True,
        "code": code,
        "found": found,
        "day": day_in_words(found.day) if found else "",
        "digits": grouped(found.digest) if found else "",
    }
    return render(request, "portal/verify.html", context, status=HTTPStatus.OK if found else HTTPStatus.NOT_FOUND)
