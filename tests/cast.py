"""The one cast of the tests about cases: who registers, handles, heads, reviews, is a stranger, is accused.

Three organisations stand above each other, 临江 (where matters are handled) under 江南 (which reviews) under 华夏 (which
re-reviews); a fourth, 南河, has nothing to do with them. Nobody plays two parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy, deepcopy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db import models

from huiyin.audit.adoption import adopt
from huiyin.people.acting import actor_for, petitioner_actor, system_actor
from huiyin.people.appointments import appoint
from huiyin.people.models import Account, Organisation, Petitioner, Post, Unit
from huiyin.procedure.command import Actor, OrganisationId
from tests.kept import done_once

NOW: Final = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday, 2 March 2026, nine in the morning in Shanghai: the first day of every story."""
DAY: Final = timedelta(days=1)
FIRST_DAY: Final = date(2020, 1, 1)

SUPERIORS: Final = {"hx": None, "jn": "hx", "lj": "jn", "nh": None}

# unit: (organisation, unit above it, name)
UNITS: Final = {
    "lj-lead": ("lj", None, "临江局领导"),
    "lj-office": ("lj", None, "临江信访办"),
    "lj-fire": ("lj", None, "临江防火处"),
    "lj-fire-east": ("lj", "lj-fire", "临江防火处东片组"),
    "lj-logistics": ("lj", None, "临江后勤处"),
    "lj-training": ("lj", None, "临江训练处"),
    "jn-office": ("jn", None, "江南信访办"),
    "jn-training": ("jn", None, "江南训练处"),
    "hx-office": ("hx", None, "华夏信访办"),
    "nh-office": ("nh", None, "南河信访办"),
    "nh-lead": ("nh", None, "南河局领导"),
}

# person: (unit, roles)
PEOPLE: Final = {
    "registrar": ("lj-office", ("registrar",)),
    "intake": ("lj-office", ("intake",)),
    "discipline": ("lj-office", ("discipline",)),
    "archivist": ("lj-office", ("archivist", "supervisor")),
    "head": ("lj-lead", ("unit_head",)),
    "handler": ("lj-fire", ("handler", "co_handler")),
    "colleague": ("lj-fire", ("handler",)),
    "below": ("lj-fire-east", ("handler", "co_handler")),
    "co_handler": ("lj-logistics", ("handler", "co_handler")),
    "stranger": ("lj-training", ("handler", "co_handler")),
    "reviewer": ("jn-office", ("reviewer",)),
    "superior_registrar": ("jn-office", ("registrar", "intake", "discipline")),
    "superior_stranger": ("jn-training", ("handler", "co_handler")),
    "rereviewer": ("hx-office", ("rereviewer",)),
    "outsider": ("nh-office", ("registrar", "intake", "discipline", "unit_head", "reviewer", "rereviewer", "handler")),
    "outside_head": ("nh-lead", ("unit_head",)),
}

# Who works besides under the bureau's rulebook.
BUREAU: Final = {
    "inspection": ("lj-office", ("inspection",)),
    "secretary": ("lj-lead", ("secretary",)),
    "leader": ("lj-lead", ("leader",)),
    "liaison": ("lj-fire", ("liaison",)),
    "receptionist": ("lj-office", ("receptionist",)),
    "safety": ("lj-training", ("safety",)),
    "spokesman": ("lj-training", ("spokesman",)),
}

# And under the company's.
COMPANY: Final = {
    "working_group": ("lj-office", ("working_group",)),
    "leading_group": ("lj-lead", ("leading_group",)),
    "administration": ("lj-office", ("administration",)),
    "legal": ("lj-office", ("legal",)),
    "department_head": ("lj-fire", ("department_head",)),
    "spokesman": ("lj-training", ("spokesman",)),
}
BESIDES: Final = {"xx-bureau": BUREAU, "company": COMPANY}


@dataclass
class Cast:
    """Organisations, units, posts and accounts by the names above."""

    organisations: Mapping[str, Organisation]
    units: Mapping[str, Unit]
    posts: Mapping[str, Post]
    accounts: Mapping[str, Account]

    @property
    def lj(self) -> Organisation:
        """Where matters are handled."""
        return self.organisations["lj"]

    def actor(self, name: str, at: datetime = NOW) -> Actor:
        """A member of the cast at work, in the only post they hold."""
        actor = actor_for(self.accounts[name], at=at)
        assert actor is not None, name
        return actor

    def system(self, organisation: str = "lj") -> Actor:
        """The installation itself, for timers."""
        return system_actor(self.organisations[organisation].id)

    def newcomer(self, organisation: str = "lj") -> Actor:
        """A petitioner who turns to an organisation for the first time."""
        return Actor("petitioner", OrganisationId(self.organisations[organisation].id), frozenset())

    def petitioner(self, id: object) -> Actor:
        """A petitioner in their own matter."""
        return petitioner_actor(Petitioner.objects.get(id=id))


def make_cast(rulebook: str = "national-2022") -> Cast:
    """The cast, in an empty database; ``rulebook`` is that of 临江, all others work under the national one.

    Made once a process: what it wrote is kept, and written again as it was for each test that follows.
    """
    return done_once(("cast", rulebook), lambda: _made_once(rulebook))


def named(people: Mapping[str, tuple[str, ...]]) -> Cast:
    """The cast, with names that texts speak of, and titles of their posts where these are given."""
    made = make_cast()
    for name, (borne, *titles) in people.items():
        account, post = made.accounts[name], made.posts[name]
        account.display_name = borne
        account.save()
        for title in titles:
            post.title = title
            post.save()
    return made


def _made_once(rulebook: str) -> Cast:
    """The same for any database, and where something is in it already."""
    if rulebook not in _KEPT:
        before = {row.pk for rows in _tables() for row in rows}
        made = _made(rulebook)
        written = [[row for row in rows if row.pk not in before] for rows in _tables()]
        _KEPT[rulebook] = made, [rows for rows in written if rows]
        return deepcopy(made)
    made, written = _KEPT[rulebook]
    for rows in written:
        rows[0]._meta.model._base_manager.bulk_create([anew(row) for row in rows])
    return deepcopy(made)


_KEPT: Final[dict[str, tuple[Cast, list[list[models.Model]]]]] = {}


def _tables() -> list[list[models.Model]]:
    """Every row of our own tables."""
    return [list(model._base_manager.all()) for model in _ours()]


@cache
def _ours() -> list[Any]:
    return [model for model in apps.get_models() if model.__module__.startswith("huiyin.")]


def anew(row: models.Model) -> models.Model:
    """The row as if it had not been written yet."""
    fresh = copy(row)
    fresh._state = models.base.ModelState()
    return fresh


def _made(rulebook: str) -> Cast:
    organisations: dict[str, Organisation] = {}
    for code, superior in SUPERIORS.items():
        organisations[code] = Organisation.objects.create(
            code=code,
            name=f"{code} 机构",
            rulebook=rulebook if code == "lj" else "national-2022",
            superior=organisations[superior] if superior else None,
            created_at=NOW,
        )
    units: dict[str, Unit] = {}
    for code, (organisation, parent, name) in UNITS.items():
        units[code] = Unit.objects.create(
            organisation=organisations[organisation], code=code, name=name, parent=units[parent] if parent else None
        )
    cast = Cast(organisations, units, {}, {})
    join(cast, PEOPLE | BESIDES.get(rulebook, {}))
    adopt(NOW)
    return cast


def join(cast: Cast, people: Mapping[str, tuple[str, tuple[str, ...]]]) -> None:
    """More people for the cast: their units and roles, by name."""
    posts, accounts = dict(cast.posts), dict(cast.accounts)
    for name, (unit, roles) in people.items():
        at = cast.units[unit]
        posts[name] = Post.objects.create(organisation=at.organisation, unit=at, title=name, roles=list(roles))
        accounts[name] = Account.objects.create_user(name, display_name=f"同事 {name}")
        appoint(accounts[name], posts[name], FIRST_DAY)
    cast.posts, cast.accounts = posts, accounts
