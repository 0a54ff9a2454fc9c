"""What everybody may read: what this is, how to go about it, and what the rules promise (Regulation Art. 18(1))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from huiyin.casework.labels import name_of
from huiyin.casework.models import Case
from huiyin.casework.statutory_times import StatutoryTime, statutory_times
from huiyin.incidents import INCIDENT
from huiyin.people.models import Holding, Organisation, Reception
from huiyin.people.staff.reception import ReceptionSession, in_words, sessions
from huiyin.rota.published import publishing_receptions
from huiyin.rule_store.store import load

DAYS_AHEAD: Final = 28
MAX_SESSIONS: Final = 8


@dataclass(frozen=True, slots=True)
class Address:
    """An organisation that takes petitions, and where it can be reached; ``times`` say when it receives, ``sessions`` on which days next.

    ``leaders``: it has published on which days which leader receives. ``may_state``: its rulebook knows incidents, about which it makes statements in public.
    """

    organisation: Organisation
    reception: Reception | None
    times: tuple[str, ...] = ()
    sessions: tuple[ReceptionSession, ...] = ()
    may_state: bool = False
    leaders: bool = False


@dataclass(frozen=True, slots=True)
class Charter:
    """What one organisation promises under its rulebook."""

    organisation: Organisation
    title: str
    statutory_times: tuple[StatutoryTime, ...]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page: hand something in, or see where it stands."""
    return render(request, "portal/home.html", {"addresses": addresses()})


@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    """How to petition, what one may expect by when, and what to do when it does not happen."""
    known = addresses()
    at = timezone.now()
    charters = [_charter(address.organisation, at) for address in known]
    return render(request, "portal/rights.html", {"addresses": known, "charters": charters})


@require_safe
def clauses(request: HttpRequest, code: str) -> HttpResponse:
    """The wording of everything that pages cite, under the rulebook that an organisation works by now."""
    organisation = get_object_or_404(Organisation, code=code)
    book = load(organisation.rulebook_at(timezone.now())).book
    apart: dict[bool, list[tuple[str, str]]] = {False: [], True: []}
    for clause in book.clauses.values():
        apart[clause.is_convention].append((name_of(clause.cite), name_of(clause)))
    context = {
        "organisation": organisation,
        "title": name_of(book.title),
        "law": apart[False],
        "conventions": apart[True],
    }
    return render(request, "portal/clauses.html", context)


def addresses() -> tuple[Address, ...]:
    """The organisations of this installation, the most local ones first. One that is only being set up, where nobody has taken up
    their post yet, is not among them: who wrote there would wait for people who may never come.
    """
    staff = Holding.objects.filter(organisation=OuterRef("pk"), account__is_active=True)
    petitions = Case.objects.filter(organisation=OuterRef("pk"))
    working = Organisation.objects.filter(Exists(staff) | Exists(petitions))
    organisations = (
        working.select_related("reception", "superior__superior").prefetch_related("reception_times").order_by("name")
    )
    found = sorted(organisations, key=lambda organisation: -_depth(organisation))
    at = timezone.now()
    publishing = publishing_receptions(at)
    return tuple(_address(organisation, at, leaders=organisation.id in publishing) for organisation in found)


def _address(organisation: Organisation, at: datetime, *, leaders: bool) -> Address:
    times = list(organisation.reception_times.all())
    reception = getattr(organisation, "reception", None)
    may_state = INCIDENT in load(organisation.rulebook).book.procedures
    if not times:
        return Address(organisation, reception, may_state=may_state, leaders=leaders)
    calendar = load(organisation.rulebook_at(at)).calendar
    held = sessions(times, calendar.local_date(at), DAYS_AHEAD, calendar)
    return Address(
        organisation,
        reception,
        tuple(f"{in_words(one)} {one.receiver}".strip() for one in times),
        held[:MAX_SESSIONS],
        may_state,
        leaders,
    )


def _depth(organisation: Organisation) -> int:
    superior = organisation.superior
    return 0 if superior is None else 1 if superior.superior is None else 2


def _charter(organisation: Organisation, at: datetime) -> Charter:
    rules = load(organisation.rulebook_at(at))
    return Charter(organisation, name_of(rules.book.title), statutory_times(rules))
