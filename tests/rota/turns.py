"""Rotas of four who take turns, planned and published without a page."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from huiyin.readiness.recording import By
from huiyin.rota import planning
from huiyin.rota.models import Rota
from tests.cast import NOW, Cast

TURNS = ("registrar", "intake", "discipline", "archivist")
FOUR_WEEKS = timedelta(days=27)


def by(cast: Cast, name: str = "intake", at: datetime = NOW) -> By:
    """A member of the cast who changes something."""
    return By(cast.actor(name, at), cast.accounts[name], at)


def rota_of(cast: Cast, first: date, people: tuple[str, ...] = TURNS, **more: object) -> Rota:
    """A rota of staff for four weeks, not planned yet."""
    given = {"group": "staff", "first": first, "last": first + FOUR_WEEKS, "begins": time(9), "ends": time(17)}
    members = [cast.accounts[name].id.hex for name in people]
    return Rota(**given | {"members": members} | more)


def published(cast: Cast, first: date, people: tuple[str, ...] = TURNS, at: datetime = NOW, **more: object) -> Rota:
    """A rota that counts."""
    rota = planning.draft(rota_of(cast, first, people, **more), by(cast, at=at))
    planning.publish(rota, by(cast, at=at))
    rota.refresh_from_db()
    return rota
