"""A form that comes back has an address: going back to it asks nobody to send anything again, with or without scripts.

What a POST answered is kept for an hour, sealed like a draft, and found by the session alone; the address says only which one it is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from huiyin.web.drafts.form_drafts import TOKEN, FormDraft, FormOf
from huiyin.web.sent_again import SECRETS

SHOWN: Final = "shown"
"""The name in the address, in the session, and what tells the row from a draft of the same form."""
MAX_SHOWN: Final = 10
KEPT: Final = timedelta(hours=1)
COMES_BACK: Final = frozenset(
    {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.UNAUTHORIZED}
)


class ShownAgain:
    """Sends browsers on to an address at which the answer to what they sent stands; programs get the answer itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answers, or goes on."""
        if request.method == "GET" and SHOWN in request.GET:
            kept = _again(request, request.GET[SHOWN])
            if kept is None:
                return HttpResponseRedirect("/" + request.path.lstrip("/"))  # never to another host, as // would be
            # Asked for anew, since whoever saw it may have lost the right to: a page that only takes what is sent says nothing of that.
            # Whoever was asked who they are is asked again: that page says that what they sent is kept, and shows nothing of it.
            if kept.status_code == HTTPStatus.UNAUTHORIZED:
                return kept
            now = self.get_response(request)
            return kept if now.status_code in (HTTPStatus.OK, HTTPStatus.METHOD_NOT_ALLOWED) else now
        response = self.get_response(request)
        if _is_read_by_a_person(request) and _comes_back(request, response):
            return _kept(request, response) or response
        return response


def _is_read_by_a_person(request: HttpRequest) -> bool:
    """Whether a browser goes to what it sent; every browser in use says so (Fetch Metadata), scripts and programs do not."""
    navigates = request.headers.get("Sec-Fetch-Mode") == "navigate"
    return request.method == "POST" and navigates and not request.path.startswith(SECRETS)


def _comes_back(request: HttpRequest, response: HttpResponse) -> bool:
    is_page = not response.streaming and response.headers.get("Content-Type", "").startswith("text/html")
    return is_page and (
        response.status_code in COMES_BACK or (response.status_code == HTTPStatus.OK and TOKEN in request.POST)
    )


def _row(request: HttpRequest, token: str) -> FormDraft:
    account = request.user.pk
    whose = account if isinstance(account, UUID) else None  # another account at this browser never sees it
    form = FormOf(f"{request.path}?{SHOWN}", None, whose, None, str(request.META.get("REMOTE_ADDR", "")))
    return FormDraft(form, token, timezone.now())


def _kept(request: HttpRequest, response: HttpResponse) -> HttpResponse | None:
    """The way to where the answer is kept; None where there is no room for it."""
    kept = _row(request, "")
    page = QueryDict(mutable=True)
    page["page"], page["status"] = response.content.decode(), str(response.status_code)
    if not kept.keep(page):
        return None
    known = list(request.session.get(SHOWN, ()))
    number = known[-1][0] + 1 if known else 1
    request.session[SHOWN] = [*known, (number, kept.token)][-MAX_SHOWN:]
    there = HttpResponseRedirect(f"{request.path}?{SHOWN}={number}")
    there.status_code = HTTPStatus.SEE_OTHER
    there.cookies = response.cookies
    return there


def _again(request: HttpRequest, number: str) -> HttpResponse | None:
    token = next((token for known, token in request.session.get(SHOWN, ()) if str(known) == number), "")
    kept = _row(request, token)
    if kept.row is None or kept.row.changed_at < kept.at - KEPT:
        return None
    page = kept.typed()
    if page is None:
        return None
    response = HttpResponse(page["page"], status=int(str(page["status"])))
    add_never_cache_headers(response)
    return response
