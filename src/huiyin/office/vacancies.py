"""Where cases would stop for want of somebody to act: the roles that nobody holds, by organisation, and what to appoint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from huiyin.casework.labels import name_of
from huiyin.people.appointments import day_of
from huiyin.people.models import Organisation
from huiyin.people.web import Administering, administrator_page
from huiyin.rule_store.store import load
from huiyin.rule_store.vacancies import vacancies


@dataclass(frozen=True, slots=True)
class VacancyLine:
    """A role that nobody holds: its name, where it usually sits, and the posts to which somebody may be appointed."""

    organisation: str
    rulebook: str
    role: str
    code: str
    seat: str
    posts: tuple[str, ...]


@require_safe
@administrator_page
def vacant(request: HttpRequest, administering: Administering) -> HttpResponse:
    """The roles of the rulebooks in force, and of those that wait for their day, that nobody holds today."""
    return render(request, "office/vacancies.html", {"lines": tuple(_lines(administering)), "at": administering.at})


def _lines(administering: Administering) -> Iterator[VacancyLine]:
    for organisation in Organisation.objects.select_related("superior__superior").order_by("code"):
        for key in dict.fromkeys(
            filter(None, (organisation.rulebook_at(administering.at), organisation.next_rulebook))
        ):
            for found in vacancies(load(key), organisation, day_of(administering.at)):
                seat = name_of(found.rule.seat)
                yield VacancyLine(organisation.name, key, name_of(found.rule), found.role, seat, found.posts)
