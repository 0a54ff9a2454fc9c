"""What is read once a request, since access, lists, forms and menus each ask for it: above all the organisation for which somebody acts."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from typing import Any, Final, TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from huiyin.people.models import Organisation
from huiyin.rows import Prepared

Found = TypeVar("Found")

_by_id: Final = Prepared(lambda id: Organisation.objects.filter(id=id))
_read: Final[ContextVar[dict[Hashable, Any] | None]] = ContextVar("read_once_a_request", default=None)


def organisation_of(id: UUID) -> Organisation | None:
    """The organisation with this id as it stood when the request first asked for it; outside of requests as it stands. None: there is none."""
    return once_a_request(id, lambda: _by_id.first(id))


def once_a_request(key: Hashable, read: Callable[[], Found]) -> Found:
    """What ``read`` gives, asked once a request under ``key``; outside of requests each time."""
    kept = _read.get()
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    found: Found = kept[key]
    return found


def forget(key: Hashable) -> None:
    """Have what was read under ``key`` read anew, since the request itself has changed it."""
    kept = _read.get()
    if kept is not None:
        kept.pop(key, None)


class OrganisationsOnce:
    """Middleware: keeps what ``once_a_request`` has read for as long as a request lasts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        token = _read.set({})
        try:
            return self._get_response(request)
        finally:
            _read.reset(token)
