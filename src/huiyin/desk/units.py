"""The directory: who works where, and what is missing there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huiyin.casework.labels import name_of
from huiyin.people.directory import Directory, UnitEntry, directory
from huiyin.people.models import LIAISON
from huiyin.rule_store.store import load
from huiyin.web.page_access import Acting, staff_page


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post with its roles in words."""

    title: str
    roles: tuple[str, ...]
    holders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit as the page lists it; ``depth`` is its place in the tree, three levels are drawn."""

    code: str
    name: str
    depth: int
    posts: tuple[PostLine, ...]
    lacks_liaison: bool


@require_safe
@staff_page
def units(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Units, posts and holders of one's organisation, its leading group, and the units that lack a liaison."""
    found = directory(acting.actor.organisation, acting.at)
    lines = tuple(_line(unit, _role_names(found, acting.at)) for unit in found.units)
    context = {"directory": found, "units": lines, "lacking": [unit.name for unit in lines if unit.lacks_liaison]}
    return render(request, "desk/units.html", context)


def _role_names(found: Directory, at: datetime) -> Mapping[str, str]:
    roles = load(found.organisation.rulebook_at(at)).book.roles
    return {LIAISON: _("联系人"), **{id: name_of(role) for id, role in roles.items()}}


def _line(unit: UnitEntry, names: Mapping[str, str]) -> UnitLine:
    posts = tuple(
        PostLine(post.title, tuple(names.get(role, role) for role in post.roles), post.holders) for post in unit.posts
    )
    return UnitLine(unit.code, unit.name, min(unit.depth, 2), posts, unit.lacks_liaison)
