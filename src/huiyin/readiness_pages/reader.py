"""Who opens a page of what is kept ready, and what they may do there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from huiyin.people.models import Account
from huiyin.people.web import Acting, staff_page
from huiyin.readiness.recording import By
from huiyin.readiness.rights import may_keep, may_read

Arguments = ParamSpec("Arguments")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, for which organisation, on which day; ``keeps``: they keep its registers."""

    by: By
    keeps: bool

    @property
    def account(self) -> Account:
        """Who it is."""
        return self.by.account

    @property
    def organisation(self) -> UUID:
        """Whose rows they see."""
        return self.by.organisation

    @property
    def day(self) -> date:
        """Today, in the installation's zone."""
        return self.by.day


ReaderView = Callable[Concatenate[HttpRequest, Reader, Arguments], HttpResponse]


def reader_page(view: ReaderView[Arguments]) -> Callable[Concatenate[HttpRequest, Arguments], HttpResponse]:
    """A page for everyone who works in the organisation."""

    @staff_page
    @wraps(view)
    def entered(
        request: HttpRequest, acting: Acting, /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponse:
        if not may_read(acting.actor):
            raise PermissionDenied
        return view(request, Reader(By.acting(acting), may_keep(acting.actor)), *args, **kwargs)

    return entered


def keeper_page(view: ReaderView[Arguments]) -> Callable[Concatenate[HttpRequest, Arguments], HttpResponse]:
    """A page for who keeps the registers; refused to everybody else."""

    @reader_page
    @wraps(view)
    def kept(
        request: HttpRequest, reader: Reader, /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponse:
        if not reader.keeps:
            raise PermissionDenied
        return view(request, reader, *args, **kwargs)

    return kept


def today() -> date:
    """The day in the installation's zone, for what a form begins with."""
    return timezone.localdate()
