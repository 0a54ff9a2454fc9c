"""The pages of the rulebooks. Nothing in them belongs to a person, so that everybody who works here may read all of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from huiyin.rule_pages.book_page import BookHead, book_page, head_of
from huiyin.rule_pages.drawn import drawn_procedure
from huiyin.rule_pages.links import Places
from huiyin.rule_pages.shelf import Shelved, find, shelf, sources_of
from huiyin.rule_pages.verdicts import VerdictView, in_words
from huiyin.rule_store import certificates
from huiyin.rule_store.certificates import Certificate, ProofState
from huiyin.rules.book.sources import Sources
from huiyin.web.page_access import Acting, staff_page


@dataclass(frozen=True, slots=True)
class Proved:
    """The certificate of a book, or how far it is; ``judged`` is what it says in words."""

    book: str
    state: ProofState
    digest: str
    certificate: Certificate | None = None
    judged: VerdictView | None = None


@dataclass(frozen=True, slots=True)
class OnShelf:
    """A line of the list."""

    shelved: Shelved
    head: BookHead
    proved: Proved


@require_safe
@staff_page
def books(request: HttpRequest, acting: Acting) -> HttpResponse:
    """All rulebooks, the one under which the reader works first."""
    shelved = shelf(acting.actor)
    proved = _proved_each((book.address for book in shelved), acting.at)
    lines = [OnShelf(book, head_of(Places(book.rules, book.address)), proved[book.address]) for book in shelved]
    return render(request, "rule_pages/books.html", {"lines": lines})


@require_safe
@staff_page
def book(request: HttpRequest, acting: Acting, book: str) -> HttpResponse:
    """A book: its clauses with what carries them out, its roles, what is proved of it."""
    page = book_page(Places(find(book), book))
    return render(
        request, "rule_pages/book.html", {"page": page, "head": page.head, "proved": _proved(book, acting.at)}
    )


@require_safe
@staff_page
def procedure(request: HttpRequest, acting: Acting, book: str, procedure: str) -> HttpResponse:
    """One procedure: picture, stages, duties, who may do what, documents and remedies."""
    places = Places(find(book), book)
    if procedure not in places.book.procedures:
        raise Http404
    drawn = drawn_procedure(places, procedure)
    context = {"page": drawn.page, "drawn": drawn.html, "head": head_of(places)}
    return render(request, "rule_pages/procedure.html", context)


@require_safe
@staff_page
def printed(request: HttpRequest, acting: Acting, book: str) -> HttpResponse:
    """The whole book on one page, to be printed."""
    places = Places(find(book), book, together=True)
    page = book_page(places)
    context = {
        "page": page,
        "head": page.head,
        "procedures": [drawn_procedure(places, name) for name in places.book.procedures],
        "proved": _proved(book, acting.at),
        "at": acting.at,
    }
    return render(request, "rule_pages/print.html", context)


@require_safe
@staff_page
def certificate(request: HttpRequest, acting: Acting, book: str) -> HttpResponse:
    """The certificate; a part of a page when asked for as one."""
    proved = _proved(book, acting.at)
    if request.headers.get("HX-Request"):
        return render(request, _part(request), {"proved": proved})
    context = {"proved": proved, "head": head_of(Places(find(book), book))}
    return render(request, "rule_pages/certificate.html", context)


@require_POST
@staff_page
def prove_book(request: HttpRequest, acting: Acting, book: str) -> HttpResponse:
    """Asks a worker for the certificate; says how far it is."""
    certificates.ask(book, sources_of(book), acting.at)
    if request.headers.get("HX-Request"):
        return render(request, _part(request), {"proved": _proved(book, acting.at)})
    return HttpResponseRedirect(reverse("rules:certificate", args=[book]))


def _part(request: HttpRequest) -> str:
    """A line of the list shows less than the certificate itself."""
    short = request.GET.get("short") == "1"
    return "rule_pages/parts/proved_short.html" if short else "rule_pages/parts/proved.html"


def _proved(name: str, at: datetime) -> Proved:
    return _proved_each([name], at)[name]


def _proved_each(names: Iterable[str], at: datetime) -> Mapping[str, Proved]:
    """The same of many books, by their addresses, in as many statements as of one."""
    texts = {name: sources_of(name) for name in names}
    made, states = certificates.kept_of(texts.values()), certificates.states(texts.values(), at)
    return {name: _as_proved(name, texts[name], states, made) for name in texts}


def _as_proved(name: str, text: Sources, states: Mapping[str, ProofState], made: Mapping[str, Certificate]) -> Proved:
    certificate = made.get(text.digest)
    verdict = in_words(certificate.verdict) if certificate is not None and certificate.verdict else None
    return Proved(name, states[text.digest], text.digest, certificate, verdict)
