"""机构设置: organisations, the tree of units with their posts, and what is still missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from huiyin.casework.labels import name_of
from huiyin.language import reader_of
from huiyin.organisations.export import as_file, described
from huiyin.organisations.missing import missing
from huiyin.people.appointments import day_of, not_over
from huiyin.people.models import LIAISON, Holding, Organisation, Post, Unit
from huiyin.people.staff.units import current_units
from huiyin.rule_store.roles import roles_of_posts
from huiyin.web.page_access import Administering, administrator_page


@dataclass(frozen=True, slots=True)
class StructurePost:
    """A post with its roles in words and who holds it, now or later."""

    post: Post
    roles: tuple[str, ...]
    holders: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class StructureUnit:
    """A unit, how deep it stands in the tree, and its posts."""

    unit: Unit
    depth: int
    posts: tuple[StructurePost, ...]


@require_safe
@administrator_page
def organisations(request: HttpRequest, administering: Administering) -> HttpResponse:
    """The organisations of the administrator."""
    found = administering.organisations.select_related("superior").order_by("code")
    return render(request, "office/organisations.html", {"organisations": found, "at": administering.at})


@require_safe
@administrator_page
def organisation(request: HttpRequest, administering: Administering, code: str) -> HttpResponse:
    """One organisation: its units and posts, what it still lacks, and the ways to change it."""
    found = own(administering, code)
    language = get_language() or ""
    context = {
        "organisation": found,
        "lines": tuple(_lines(found, administering)),
        "ended": Unit.objects.filter(organisation=found, abolished_on__isnull=False).select_related("successor"),
        "missing": [lack.text(language) for lack in missing([found.code], administering.at)],
        "at": administering.at,
    }
    return render(request, "office/organisation.html", context)


@require_safe
@administrator_page
def file(request: HttpRequest, administering: Administering, code: str) -> HttpResponse:
    """The organisation as a file, to be kept under version control."""
    text = as_file(described([own(administering, code)], day_of(administering.at)), reader_of(get_language() or ""))
    headers = {"Content-Disposition": f'attachment; filename="{code}.yaml"'}
    return HttpResponse(text, content_type="application/yaml; charset=utf-8", headers=headers)


def own(administering: Administering, code: str) -> Organisation:
    """The organisation of the administrator with this code; any other is as if there were none (Http404)."""
    found = administering.organisations.filter(code=code).select_related("superior", "office").first()
    if found is None:
        raise Http404
    return found


def own_unit(administering: Administering, id: UUID) -> Unit:
    """A unit of the administrator's organisations that goes on (else Http404)."""
    units = Unit.objects.filter(organisation__in=administering.organisations, abolished_on=None, id=id)
    found = units.select_related("organisation", "parent").first()
    if found is None:
        raise Http404
    return found


def role_names(organisation: Organisation, administering: Administering) -> Mapping[str, str]:
    """The roles that posts of the organisation may hold, in words: those of its rulebook, those of an organ above, and that of the liaison."""
    roles = roles_of_posts(organisation.rulebook_at(administering.at))
    named = {name: name_of(role) for name, role in roles.items() if role.is_staff}
    return {**named, LIAISON: name_of(roles.get(LIAISON), "联系人")}


def _lines(organisation: Organisation, administering: Administering) -> Iterator[StructureUnit]:
    names = role_names(organisation, administering)
    held: dict[Any, list[Holding]] = {}
    rows = not_over(Holding.objects.filter(organisation=organisation), day_of(administering.at))
    for one in rows.select_related("account").order_by("since"):
        held.setdefault(one.post_id, []).append(one)
    posts: dict[UUID, list[StructurePost]] = {}
    for post in Post.objects.filter(organisation=organisation).order_by("title"):
        if post.roles or post.id in held:
            roles = tuple(names.get(role, role) for role in post.roles)
            posts.setdefault(post.unit_id, []).append(StructurePost(post, roles, tuple(held.get(post.id, ()))))
    for unit, depth in _tree(current_units(organisation)):
        yield StructureUnit(unit, depth, tuple(posts.get(unit.id, ())))


def _tree(units: list[Unit]) -> Iterator[tuple[Unit, int]]:
    """Units with their depth, each behind the one it lies below."""
    below: dict[UUID | None, list[Unit]] = {}
    for unit in units:
        below.setdefault(unit.parent_id, []).append(unit)

    def walk(parent: UUID | None, depth: int) -> Iterator[tuple[Unit, int]]:
        for unit in below.get(parent, ()):
            yield unit, depth
            yield from walk(unit.id, depth + 1)

    yield from walk(None, 0)
