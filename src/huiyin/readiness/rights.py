"""Who keeps what an organisation has ready, who reads it, and who may be named in it."""

from __future__ import annotations

from datetime import date
from typing import Final, get_args
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from huiyin.casework.visible import book_of
from huiyin.people.appointments import current
from huiyin.people.models import Account, Holding
from huiyin.procedure.command import Actor
from huiyin.rules.book.schema import KeptRegister, Rulebook

KEPT: Final[tuple[KeptRegister, ...]] = get_args(KeptRegister)


def may_read(actor: Actor) -> bool:
    """Whether somebody works here: everyone who does reads policies, tasks, plans and what there is in stores."""
    return actor.kind == "staff" and actor.unit is not None


def kept_by(actor: Actor) -> frozenset[KeptRegister]:
    """The registers that somebody keeps in the post they act in, as the roles of the rulebook in force say (``Role.keeps``)."""
    book = book_of(actor.organisation)
    if book is None or not may_read(actor):
        return frozenset()
    return frozenset(register for register in KEPT if not actor.roles.isdisjoint(keepers_of(book, register)))


def keepers_of(book: Rulebook, register: KeptRegister) -> frozenset[str]:
    """The roles that keep a register: those that say so; where none does, all that see the whole organisation."""
    named = frozenset(name for name, role in book.roles.items() if register in role.keeps)
    return named or frozenset(name for name, role in book.roles.items() if role.sees == "organisation")


def people_of(organisation: UUID, day: date, also: UUID | None = None) -> QuerySet[Account]:
    """Who holds a post in an organisation on a day, by name: whom a task, a plan or a group may name; ``also`` who is named already.

    Each has ``works_in``, the name of the unit where they have held a post longest: of two people of one name it says which is meant.
    """
    held = current(Holding.objects.filter(organisation=organisation), day)
    unit = held.filter(account=OuterRef("id")).order_by("since", "id").values("post__unit__name")[:1]
    here = Q(id__in=held.values("account"), is_active=True) | Q(id=also)
    return Account.objects.filter(here).annotate(works_in=Subquery(unit)).order_by("display_name", "username")
