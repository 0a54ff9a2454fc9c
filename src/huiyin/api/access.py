"""Who calls: a token or a session, turned into the actor on whose behalf everything happens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.api import problems
from huiyin.casework.labels import FormError
from huiyin.casework.models import Case
from huiyin.casework.visible import visible_case, visible_id
from huiyin.door.beside.lookups import note_opening
from huiyin.people.acting import by_token
from huiyin.people.signing_in.tokens import ACT, READ
from huiyin.procedure.command import Actor
from huiyin.web.page_access import acting_of

SCHEME = "bearer"
MAX_KEY_CHARS = 128


@dataclass(frozen=True)
class Caller:
    """Who asks, and when: the one moment in which the whole request happens."""

    actor: Actor
    at: datetime


class _CsrfCheck(CsrfViewMiddleware):
    """Django's check for a single request; it says no without rendering a page."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(status=403)


def _unasked(request: HttpRequest) -> HttpResponse:
    """Stands where the middleware expects a view."""
    return HttpResponse()


def _is_forged(request: HttpRequest) -> bool:
    """Whether a request by session could come from another site."""
    check = _CsrfCheck(_unasked)
    check.process_request(request)
    request.csrf_processing_done = False  # type: ignore[attr-defined]  # the middleware has passed it, as it passes all of ours
    return check.process_view(request, _unasked, (), {}) is not None


class StaffAuth:
    """Lets staff in by ``Authorization: Bearer`` or by the session of the pages; described in OpenAPI as both.

    Args:
        scope: what a token must be good for; None: READ for what is fetched, ACT for what is sent.
    """

    openapi_security_schema = {"type": "http", "scheme": SCHEME}

    def __init__(self, scope: str | None = None) -> None:
        self._scope = scope

    def __call__(self, request: HttpRequest) -> Caller:
        """The caller. Raises Problem 401; or 403: a token is not good for this, a second factor is required, a session's
        request could have been forged by another site.
        """
        at = timezone.now()
        header = request.headers.get("Authorization", "")
        actor = self._by_token(request, header, at) if header else _by_session(request, at)
        if actor is None:
            raise problems.unauthenticated()
        wrong: problems.ProblemDocument | None = getattr(request, "wrong_body", None)
        if wrong is not None:
            raise wrong
        return Caller(actor, at)

    def _by_token(self, request: HttpRequest, header: str, at: datetime) -> Actor | None:
        scheme, _space, raw = header.partition(" ")
        found = by_token(raw.strip(), at) if scheme.lower() == SCHEME else None
        if found is None:
            return None
        if found.lacks_second_factor:
            raise problems.second_factor_required()
        needed = self._scope or (READ if request.method in {"GET", "HEAD"} else ACT)
        if needed not in found.scopes:
            raise problems.out_of_scope(needed)
        return found.actor


def _by_session(request: HttpRequest, at: datetime) -> Actor | None:
    acting = acting_of(request, at)
    if acting is None:
        return None
    if _is_forged(request):
        raise problems.forged()
    if acting.lacks_second_factor:
        raise problems.second_factor_required()
    return acting.actor


def caller_of(request: HttpRequest) -> Caller:
    """Who was let in by StaffAuth."""
    found = request.auth  # type: ignore[attr-defined]
    assert isinstance(found, Caller)
    return found


def case_of(caller: Caller, no: str) -> Case:
    """The case with this number; that a limited one was opened is put on record. Raises Problem 404 when there is none, or the caller may not see it."""
    found = visible_case(caller.actor, no) if "\0" not in no else None
    if found is None:
        raise problems.not_found()
    note_opening(found, caller.actor, caller.at)
    return found


def case_id_of(caller: Caller, no: str) -> UUID:
    """As ``case_of``, for those who will lock and read the case anyway."""
    found = visible_id(caller.actor, no) if "\0" not in no else None
    if found is None:
        raise problems.not_found()
    return found


UUID_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
MIN_RANDOM_CHARS = 22  # 128 bits in base64
MIN_DIFFERENT = 8
"""Of 22 random characters, even of hexadecimal digits, hardly ever fewer differ."""


def unguessable_key(request: HttpRequest, scope: str) -> str:
    """As ``idempotency_key``, for whoever has no account: nothing but the key tells one caller from another.

    Raises Problem 422 when it is neither a random UUID (RFC 9562 section 5.4) nor 22 random characters.
    """
    key = idempotency_key(request, scope)
    sent = key.partition(":")[2]
    if not sent:
        return ""
    if UUID_FORM.fullmatch(sent):
        random = UUID(sent).version == 4
    else:
        random = len(sent) >= MIN_RANDOM_CHARS and len(set(sent)) >= MIN_DIFFERENT
    if not random:
        message = _("Idempotency-Key 须为随机的 UUID（第 4 版），或至少 %(least)d 个随机字符，以免他人猜到") % {
            "least": MIN_RANDOM_CHARS
        }
        raise problems.invalid([FormError("Idempotency-Key", "guessable", message)])
    return key


def idempotency_key(request: HttpRequest, scope: str) -> str:
    """The request's Idempotency-Key, kept apart by ``scope`` (staff, public); empty when there is none.

    Raises Problem 422 when it is no printable ASCII of at most 128 characters.
    """
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        return ""
    if len(key) > MAX_KEY_CHARS or not (key.isascii() and key.isprintable()):
        message = _("Idempotency-Key 须为最多 %(max)d 个可见的 ASCII 字符") % {"max": MAX_KEY_CHARS}
        raise problems.invalid([FormError("Idempotency-Key", "invalid", message)])
    return f"{scope}:{key}"
