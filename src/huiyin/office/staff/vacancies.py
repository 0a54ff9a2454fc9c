"""Where cases would stop for want of somebody to act: the roles in which nobody works, by organisation, and the duties that nobody does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.casework.file_checks.state_secrets import is_marked
from huiyin.casework.labels import cites, name_of
from huiyin.casework.lists.unattended import unattended
from huiyin.casework.models import Duty
from huiyin.casework.owed import open_duties
from huiyin.casework.sealed.kept_from_all import KeptFromAll, kept_from_all, late_with_the_last
from huiyin.casework.sealed.told_to_administrators import told_to
from huiyin.people.administration import record_act
from huiyin.people.appointments import current, day_of
from huiyin.people.models import AdministrativeAct, Holding, Invitation, Organisation
from huiyin.rule_store.store import load
from huiyin.rule_store.vacancies import vacancies
from huiyin.rules import MATTER
from huiyin.web.page_access import Administering, administrator_page

ASKED_OUTSIDE: Final = "ask_outside"
ASKED_FOR_PEOPLE: Final = "ask_for_people"
"""A letter went out that asks an organ to send somebody: who finds out whom cases accuse, or who does what everybody here withdrew from."""
DUTIES: Final = "duties"
MAX_ORGAN_CHARS: Final = 100


@dataclass(frozen=True, slots=True)
class VacancyLine:
    """A role in which nobody works: its name, where it usually sits, the posts to which somebody may be appointed, and who stands in."""

    organisation: str
    rulebook: str
    role: str
    code: str
    seat: str
    posts: tuple[str, ...]
    stand_in: str
    invited: tuple[str, ...]  # who is appointed, and has not accepted their invitation yet


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """Duties of one kind that nobody does, and when the first of them is due. Of sealed cases nothing but their number is told."""

    organisation: str
    unit: str
    role: str
    label: str
    count: int
    first_due: datetime
    code: str


@require_safe
@administrator_page
def vacant(request: HttpRequest, administering: Administering) -> HttpResponse:
    """The roles of the rulebooks in force, and of those that wait for their day, in which nobody works today; and what nobody does."""
    context = {
        "lines": tuple(_lines(administering)),
        "waiting": _waiting(administering),
        "kept": _kept(administering),
        "late": _own(administering, late_with_the_last(administering.account, administering.at)),
        "at": administering.at,
    }
    return render(request, "office/vacancies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def letter(request: HttpRequest, administering: Administering, code: str) -> HttpResponse:
    """The letter by which an organ outside is asked to send somebody who may read what nobody here may, or (``about=duties``) who does what
    nobody here and in the organs above is left to do; of the cases it says their number.

    Sent, it is put on record to whom the letter went and when: the next administrator sees that it was asked, and whom.
    """
    of_duties = request.GET.get("about") == DUTIES
    lines = _without_people(administering) if of_duties else _kept(administering)
    line = next((one for one in lines if one.organisation.code == code), None)
    if line is None:
        raise Http404
    asked_by = ASKED_FOR_PEOPLE if of_duties else ASKED_OUTSIDE
    organ = " ".join(request.POST.get("organ", "").split())
    wrong = request.method == "POST" and (not 0 < len(organ) <= MAX_ORGAN_CHARS or "\0" in organ or is_marked(organ))
    if request.method == "POST" and not wrong:
        by, of = administering.account, line.organisation.id
        record_act(asked_by, [], administering.at, None, by=by, organisation=of, subject=organ)
        messages.success(request, _("发函已登记"))
        return HttpResponseRedirect(request.get_full_path())
    rules = load(line.organisation.rulebook_at(administering.at))
    matter = rules.book.procedures[MATTER]
    withdrawing = (action for action in matter.actions.values() if action.recuses and not action.identifies)
    asked = next(withdrawing, None) if of_duties else matter.identifying
    context = {
        "line": line,
        "law": cites(rules, asked.clause).law if asked else "",
        "at": administering.at,
        "of_duties": of_duties,
        "sent": _sent(line.organisation, asked_by),
        "organ": organ,
        "wrong": wrong,
        "most": MAX_ORGAN_CHARS,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "office/letter.html", context, status=status)


def _sent(organisation: Organisation, asked_by: str) -> QuerySet[AdministrativeAct]:
    """The letters of a kind that went out of an organisation, the latest first."""
    found = AdministrativeAct.objects.filter(change=asked_by, organisation=organisation)
    return found.select_related("by").order_by("-at", "-id")


def _kept(administering: Administering) -> tuple[KeptFromAll, ...]:
    return _own(administering, kept_from_all(administering.account, administering.at))


def _own(administering: Administering, lines: Iterable[KeptFromAll]) -> tuple[KeptFromAll, ...]:
    own = set(administering.organisations.values_list("id", flat=True))
    return tuple(one for one in lines if one.organisation.id in own)


def _without_people(administering: Administering) -> tuple[KeptFromAll, ...]:
    """How many duties of each organisation nobody does, and when the first of them is due."""
    found: dict[UUID, KeptFromAll] = {}
    for duty in _unattended(administering):
        organisation = duty.case.organisation
        known = found.get(organisation.id, KeptFromAll(organisation, 0, duty.due_at))
        found[organisation.id] = replace(known, count=known.count + 1)
    return tuple(found.values())


def _unattended(administering: Administering) -> list[Duty]:
    """What nobody does, of which the reader is told."""
    owed = open_duties().filter(organisation__in=administering.organisations)
    return told_to(administering.account, unattended(owed, day_of(administering.at)), administering.at)


def _lines(administering: Administering) -> Iterator[VacancyLine]:
    invited = _invited(administering)
    for organisation in administering.organisations.select_related("superior__superior"):
        for key in dict.fromkeys(
            filter(None, (organisation.rulebook_at(administering.at), organisation.next_rulebook))
        ):
            roles = load(key).book.roles
            for found in vacancies(load(key), organisation, day_of(administering.at)):
                seat, stand_in = name_of(found.rule.seat), name_of(roles.get(found.stand_in), "")
                yield VacancyLine(
                    organisation.name,
                    key,
                    name_of(found.rule),
                    found.role,
                    seat,
                    found.posts,
                    stand_in,
                    invited.get((organisation.id, found.role), ()),
                )


def _invited(administering: Administering) -> dict[tuple[UUID, str], tuple[str, ...]]:
    """The names of those who would hold a role if they had accepted their invitation."""
    waiting = Invitation.objects.filter(account=OuterRef("account"), accepted_at=None, revoked_at=None)
    held = Holding.objects.filter(
        Exists(waiting), account__is_active=False, organisation__in=administering.organisations
    )
    found: dict[tuple[UUID, str], tuple[str, ...]] = {}
    for holding in current(held, day_of(administering.at)).select_related("account", "post").order_by("since", "id"):
        for role in holding.post.roles:
            key = (holding.organisation_id, role)
            found[key] = (*found.get(key, ()), str(holding.account))
    return found


def _waiting(administering: Administering) -> tuple[WaitingLine, ...]:
    known = {one.id: one for one in administering.organisations}
    found: dict[tuple[str, ...], WaitingLine] = {}
    for duty in _unattended(administering):
        line = _line(duty, known[duty.organisation_id])
        key = (line.organisation, line.unit, line.role, line.label)
        found[key] = replace(found[key], count=found[key].count + 1) if key in found else line
    return tuple(sorted(found.values(), key=lambda line: (line.organisation, line.first_due)))


def _line(duty: Duty, organisation: Organisation) -> WaitingLine:
    name, code = organisation.name, organisation.code
    if duty.case.sealed:
        return WaitingLine(name, "", "", "", 1, duty.due_at, code)
    book = load(duty.case.rulebook).book
    label = name_of(book.procedures[duty.case.procedure].duties.get(duty.kind), duty.kind)
    unit = duty.unit.name if duty.unit else ""
    return WaitingLine(name, unit, name_of(book.roles.get(duty.role), duty.role), label, 1, duty.due_at, code)
