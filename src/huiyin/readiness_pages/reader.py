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

from huiyin.people.models import Account
from huiyin.readiness.recording import By
from huiyin.readiness.rights import kept_by, may_read
from huiyin.rules.book.schema import KeptRegister
from huiyin.web.page_access import Acting, staff_page

Arguments = ParamSpec("Arguments")


@dataclass(frozen=True, slots=True)
class PageReader:
    """Who reads, for which organisation, on which day; ``kept`` are the registers that they keep."""

    by: By
    kept: frozenset[KeptRegister]

    def keeps(self, register: KeptRegister) -> bool:
        """Whether they keep a register."""
        return register in self.kept

    def refuse_unless_keeps(self, register: KeptRegister) -> None:
        """Raise PermissionDenied (403) for who does not keep a register."""
        if register not in self.kept:
            raise PermissionDenied

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


ReaderView = Callable[Concatenate[HttpRequest, PageReader, Arguments], HttpResponse]


def reader_page(view: ReaderView[Arguments]) -> Callable[Concatenate[HttpRequest, Arguments], HttpResponse]:
    """A page for everyone who works in the organisation."""

    @staff_page
    @wraps(view)
    def entered(
        request: HttpRequest, acting: Acting, /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponse:
        if not may_read(acting.actor):
            raise PermissionDenied
        return view(request, PageReader(By.acting(acting), kept_by(acting.actor)), *args, **kwargs)

    return entered
