"""Which receipt a browser has opened: kept in its session until an hour after it was last used, so that no code need stand in an address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, NamedTuple
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from huiyin.casework import tracking
from huiyin.casework.models import Submission
from huiyin.casework.receipts import MAX_RECEIPT_CHARS
from huiyin.casework.sealed import codes
from huiyin.casework.sealed.seen_codes import is_spoilt
from huiyin.casework.tracking import OpenedReceipt
from huiyin.web.drafts import form_drafts
from huiyin.web.drafts.draft_requests import REMEMBERED, keep_for_later
from huiyin.web.drafts.form_drafts import FormOf
from huiyin.web.shown_again import SHOWN

KEY = "receipt_opened"
BACK = "back_to"
"""Under which the session keeps the address of a form that was sent after the receipt had closed."""
FOR = timedelta(hours=1)
"""A shared computer must not show the matter to whoever sits down next."""
SLIDES = timedelta(minutes=5)
"""So often at most it is written down that the receipt is in use."""
HANDED_IN = "handed_in"


class Content(NamedTuple):
    """What a form held, as keyed digests: what was written, and each file."""

    words: str
    files: list[str]


def remember(request: HttpRequest, submission: Submission, at: datetime, handed_in: Content | None = None) -> None:
    """Keep a receipt open in this browser until an hour after it is last used; another one that was open is closed.

    ``handed_in`` is what this browser has just handed in under it.
    """
    request.session.cycle_key()
    request.session.pop(SHOWN, None)
    _open_until(request, submission, codes.current(submission), at + FOR)
    if handed_in is not None:
        request.session[HANDED_IN] = {
            "submission": submission.id.hex,
            "words": handed_in.words,
            "files": handed_in.files,
        }


def was_handed_in(request: HttpRequest, content: Callable[[], Content], at: datetime) -> bool:
    """Whether the same was handed in under the receipt that is open in this browser: one went back to the form and pressed again.

    ``content`` is asked for only where something was handed in here before.
    """
    before: dict[str, Any] = request.session.get(HANDED_IN, {})
    opened = recall(request, at) if before else None
    if opened is None or before["submission"] != opened.submission.id.hex:
        return False
    words, files = content()
    return bool(before["words"] == words) and set(files) <= set(before["files"])


def forget(request: HttpRequest) -> None:
    """Close the receipt."""
    request.session.pop(KEY, None)
    request.session.pop(HANDED_IN, None)
    request.session.pop(SHOWN, None)


def recall(request: HttpRequest, at: datetime) -> OpenedReceipt | None:
    """The receipt that this browser has open at ``at``; None when there is none, or it is too long ago."""
    kept = request.session.get(KEY)
    if not isinstance(kept, dict) or datetime.fromisoformat(kept["until"]) < at:
        return None
    rows = Submission.objects.select_related(*tracking.WITH)
    submission = rows.filter(id=UUID(hex=kept["submission"])).first()
    code = kept.get("code", 0)
    opened = tracking.opened(submission) if submission is not None else None
    if submission is None or opened is None or code != len(opened.given):
        return None  # another code was given out since: whoever opened it with the one before is shut out
    if is_spoilt(submission):
        return None
    if datetime.fromisoformat(kept["until"]) < at + FOR - SLIDES:
        _open_until(request, submission, code, at + FOR)
    return opened


def open_again(request: HttpRequest) -> HttpResponse:
    """Ask for receipt and code anew. What was sent meanwhile is kept, and where it was to go: the way leads back there."""
    if keep_for_later(request):
        request.session[BACK] = request.path
        error = _("查询已经超时。您填写的内容都还在：重新输入回执和查询码，就可以接着提交")
        return asked_again(request, "", error, HTTPStatus.UNAUTHORIZED)
    return HttpResponseRedirect(reverse("portal:track"))


def way_back(request: HttpRequest, opened: OpenedReceipt, at: datetime) -> str:
    """Where something that this petitioner could not send waits for them; empty where nothing does."""
    path = str(request.session.pop(BACK, ""))
    form = FormOf(path, opened.case.organisation_id, opened.submission.id, None, "")
    return path if path and form_drafts.offered(form, at, request.session.get(REMEMBERED, ())) else ""


def asked_again(request: HttpRequest, receipt: str, error: str, status: HTTPStatus) -> HttpResponse:
    """The form for receipt and code, with what was typed of the receipt and why it is asked again."""
    context = {"receipt": receipt[:MAX_RECEIPT_CHARS], "error": error, "keeps_form": True}
    return render(request, "portal/track.html", context, status=status)


def _open_until(request: HttpRequest, submission: Submission, code: int, until: datetime) -> None:
    request.session[KEY] = {"submission": submission.id.hex, "until": until.isoformat(), "code": code}
