"""Keeping a row and putting on record who changed it, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol
from uuid import UUID

from django.db import models, transaction

from huiyin.people import administration
from huiyin.people.appointments import day_of
from huiyin.people.models import Account
from huiyin.procedure.command import Actor

MAX_SUBJECT: Final = 100
"""Characters of a title that the administrative log repeats."""


class Asking(Protocol):
    """Whoever asks for a page, as ``web.page_access.Acting`` says it."""

    @property
    def actor(self) -> Actor: ...

    @property
    def account(self) -> Account: ...

    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class By:
    """Who changes something, for which organisation, when (aware)."""

    actor: Actor
    account: Account
    at: datetime

    @classmethod
    def acting(cls, acting: Asking) -> By:
        """Who asks for a page."""
        return cls(acting.actor, acting.account, acting.at)

    @property
    def organisation(self) -> UUID:
        """Whose affairs they are."""
        return self.actor.organisation

    @property
    def day(self) -> date:
        """The day on which it happens, in the installation's zone."""
        return day_of(self.at)


def keep(change: str, row: models.Model, by: By) -> None:
    """Write ``row``, and put on record that ``change`` left it so."""
    with transaction.atomic():
        row.save()
        put_on_record(change, [row], by, str(row))


def put_on_record(
    change: str, rows: Iterable[models.Model], by: By, subject: str = "", gone: Iterable[models.Model] = ()
) -> None:
    """Put on record how ``change`` left ``rows``, that ``gone`` are no more, and by whom. Call it last in the transaction."""
    about = subject[:MAX_SUBJECT]
    administration.record_act(
        change, rows, by.at, None, by=by.account, organisation=by.organisation, subject=about, gone=tuple(gone)
    )
