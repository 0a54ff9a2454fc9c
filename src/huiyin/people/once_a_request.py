"""What several parts of a page ask for, read once a request: the organisation for which somebody acts, and whom its forms offer."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from typing import Any, Final, TypeVar, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from huiyin.people.models import Organisation
from huiyin.rows import Prepared

Found = TypeVar("Found")

_by_id: Final = Prepared(lambda id: Organisation.objects.filter(id=id))
_read: Final[ContextVar[dict[UUID, Organisation | None] | None]] = ContextVar("organisations_read", default=None)

_others: Final[ContextVar[dict[Hashable, Any] | None]] = ContextVar("others_read", default=None)


def read_once(what: Hashable, read: Callable[[], Found]) -> Found:
    """What ``read`` gave when the request first asked for ``what``; outside of requests what it gives now. For what no request changes and shows."""
    kept = _others.get()
    if kept is None:
        return read()
    if what not in kept:
        kept[what] = read()
    return cast(Found, kept[what])


def organisation_of(id: UUID) -> Organisation | None:
    """The organisation with this id as it stood when the request first asked for it; outside of requests as it stands. None: there is none."""
    read = _read.get()
    if read is None:
        return _by_id.first(id)
    if id not in read:
        read[id] = _by_id.first(id)
    return read[id]


def known_organisation(id: UUID) -> Organisation | None:
    """The organisation as the request has read it already; None where it has not. Nothing is read."""
    return (_read.get() or {}).get(id)


def note_read(organisation: Organisation) -> None:
    """Keep an organisation that was read with something else, so that it is not read again for as long as the request lasts."""
    read = _read.get()
    if read is not None:
        read.setdefault(organisation.id, organisation)


class OrganisationsOnce:
    """Middleware: keeps what ``organisation_of`` and ``read_once`` have read for as long as a request lasts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        token, others = _read.set({}), _others.set({})
        try:
            return self._get_response(request)
        finally:
            _read.reset(token)
            _others.reset(others)
