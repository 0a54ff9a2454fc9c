"""Who may open the pages of the archive room, and which files a form there names."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from huiyin.archive.models import Package
from huiyin.archive.room import files_for, may_enter
from huiyin.web.page_access import Acting, staff_page

Arguments = ParamSpec("Arguments")
RoomView = Callable[Concatenate[HttpRequest, Acting, Arguments], HttpResponseBase]


def room_page(view: RoomView[Arguments]) -> Callable[Concatenate[HttpRequest, Arguments], HttpResponse]:
    """A page for who works in the archive room, and for who may see all of the organisation; refused to everybody else."""

    @staff_page
    @wraps(view)
    def entered(
        request: HttpRequest, acting: Acting, /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponse:
        if not may_enter(acting.actor):
            raise PermissionDenied
        # A package is streamed: no HttpResponse, and nothing that wraps pages of the staff asks for more than its head.
        return cast(HttpResponse, view(request, acting, *args, **kwargs))

    return entered


def chosen_packages(acting: Acting, sent: list[str], most: int) -> list[Package]:
    """The packages that were ticked (one more than ``most`` at the utmost) and that the reader may know of; anything else counts for nothing."""
    ids = []
    for text in sent[: most + 1]:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    return list(files_for(acting.actor).filter(id__in=ids))
