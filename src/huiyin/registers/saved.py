"""Views and searches that somebody keeps under a name, for themselves or for everybody in the organisation."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from huiyin.casework.file_checks.state_secrets import is_marked
from huiyin.people.ids import new_id
from huiyin.people.models import Account
from huiyin.procedure.command import Actor
from huiyin.registers.models import SavedView
from huiyin.sealing.aead import SealBroken, open_sealed, seal
from huiyin.sealing.keyring import derive

MAX_KEPT: Final = 30
MAX_NAME_CHARS: Final = 30
_SEAL: Final = "saved-views"


@dataclass(frozen=True, slots=True)
class KeptView:
    """A view or search as whoever may use it reads it. ``asks`` is an address of a register, or what is looked for; ``own``: it is the
    reader's to remove."""

    id: UUID
    name: str
    asks: str
    shared: bool
    own: bool


def keep(
    actor: Actor,
    account: Account,
    kind: SavedView.ViewKind,
    name: str,
    asks: str,
    at: datetime,
    *,
    shared: bool = False,
) -> bool:
    """Keep a view under a name; an own one of that name is replaced. False where nothing is named, the name is
    marked as a state secret, or too much is kept already.

    A search is never shared: it may say whom somebody looks for.
    """
    name = " ".join(name.split())[:MAX_NAME_CHARS]
    own = [view for view in kept_views(actor, kind) if view.own]
    same = [view.id for view in own if view.name == name]
    if not name or is_marked(name) or (not same and len(own) >= MAX_KEPT):
        return False
    SavedView.objects.filter(id__in=same).delete()
    id = new_id(at)
    SavedView.objects.create(
        id=id,
        organisation_id=actor.organisation,
        account=account,
        kind=kind,
        shared=shared and kind == SavedView.ViewKind.REGISTER,
        sealed=seal(derive(_SEAL), json.dumps([name, asks]).encode(), id.bytes),
    )
    return True


def kept_views(actor: Actor, kind: SavedView.ViewKind) -> tuple[KeptView, ...]:
    """What the reader kept while acting for this organisation, and what others there share, by name."""
    mine = Q(account_id=actor.person)
    rows = SavedView.objects.filter(mine | Q(shared=True), organisation_id=actor.organisation, kind=kind)
    found = (_opened(row, actor) for row in rows)
    return tuple(sorted((view for view in found if view is not None), key=lambda view: (not view.own, view.name)))


def kept_view(actor: Actor, kind: SavedView.ViewKind, id: UUID) -> KeptView | None:
    """One of ``kept``."""
    return next((view for view in kept_views(actor, kind) if view.id == id), None)


def remove(actor: Actor, id: UUID) -> bool:
    """Remove an own view; whether there was one."""
    return SavedView.objects.filter(id=id, account=actor.person).delete()[0] > 0


def _opened(row: SavedView, actor: Actor) -> KeptView | None:
    try:
        name, asks = json.loads(open_sealed(derive(_SEAL), bytes(row.sealed), row.id.bytes))
    except (SealBroken, ValueError):
        return None
    return KeptView(row.id, name, asks, row.shared, row.account_id == actor.person)
