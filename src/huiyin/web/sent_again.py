"""When what was sent could not be taken for lack of a fresh mark against forgery: it comes back, to be sent again with one press."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.views.decorators.cache import never_cache

from huiyin.web.drafts.draft_requests import keep_for_later

SECRETS: Final = "/accounts/"
"""Below this passwords are sent: they are never written into a page."""
MARK_AGAINST_FORGERY: Final = "csrfmiddlewaretoken"


@never_cache
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for Django's ``CSRF_FAILURE_VIEW``: what to do, and everything that was sent, behind a button that sends it again.

    Only what came from a page of ours is offered: another site must not have somebody send by a press what it could not send itself.
    Files go to the draft of the form; where there is none they have to be chosen again, and the page says so.
    """
    again = _is_our_own(request) and not request.path.startswith(SECRETS) and _exists(request.path)
    kept = again and keep_for_later(request)
    context = {
        "again": again,
        "path": request.get_full_path(),
        "sent": _entries(request.POST) if again else (),
        "files_lost": again and bool(request.FILES) and not kept,
    }
    return render(request, "403_csrf.html", context, status=HTTPStatus.FORBIDDEN)


def _entries(data: QueryDict) -> list[tuple[str, str]]:
    return [(name, value) for name, values in data.lists() if name != MARK_AGAINST_FORGERY for value in values]


def _is_our_own(request: HttpRequest) -> bool:
    """Whether a page of this installation sent it, as far as the browser says where it comes from."""
    site = request.headers.get("Sec-Fetch-Site", "")
    if site and site != "same-origin":
        return False
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    if not origin:
        return bool(site)
    parts = urlsplit(origin)
    return parts.netloc == request.get_host() or f"{parts.scheme}://{parts.netloc}" in settings.CSRF_TRUSTED_ORIGINS


def _exists(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
