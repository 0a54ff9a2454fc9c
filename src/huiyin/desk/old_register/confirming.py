"""The second person: what an old register says had ended comes in when somebody else than who handed it in confirms it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import wraps
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.casework.labels import name_of
from huiyin.channels.models import RegisterRow, RegisterRun
from huiyin.channels.moments import read_moment
from huiyin.channels.records import TableUnreadable
from huiyin.channels.register import runs
from huiyin.channels.register.confirming import confirming_roles, of_others, to_confirm, waiting_rows
from huiyin.people.models import Organisation
from huiyin.rule_store.store import load
from huiyin.web.page_access import Acting, staff_page

DAYS: Final = ("received", "replied", "ended")
ConfirmingView = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class EndedLine:
    """A row that waits: where it stands in the file, its number, its end in words, and the days that the register says."""

    line: int
    number: str
    stage: str
    received: date | None
    replied: date | None
    ended: date | None


def registers_waiting(acting: Acting) -> int:
    """How many old registers wait for the reader as the second person, by post and by what their rows accuse."""
    rules = load(Organisation.objects.get(id=acting.actor.organisation).rulebook_at(acting.at))
    may = bool(confirming_roles(rules) & acting.actor.roles)
    return len(to_confirm(acting.actor, acting.at)) if may else 0


def confirming_page(view: ConfirmingView) -> ConfirmingView:
    """For whoever registers petitions or decides on them: they answer for it that nothing is owed any more."""

    @wraps(view)
    def inner(request: HttpRequest, acting: Acting, *args: Any, **kwargs: Any) -> HttpResponse:
        rules = load(Organisation.objects.get(id=acting.actor.organisation).rulebook_at(acting.at))
        roles = confirming_roles(rules)
        if not roles & acting.actor.roles:
            names = _("、").join(sorted(name_of(rules.book.roles[role]) for role in roles if role in rules.book.roles))
            return render(request, "desk/registering/refused.html", {"roles": names}, status=HTTPStatus.FORBIDDEN)
        return view(request, acting, *args, **kwargs)

    return inner


@require_safe
@staff_page
@confirming_page
def waiting(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The registers that wait for the reader: for those who do not register themselves."""
    found = to_confirm(acting.actor, acting.at)
    return render(request, "desk/old_register/waiting.html", {"to_confirm": found})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
@confirming_page
def confirm(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """The matters that had ended, to be compared with the register; sent, a worker brings them in on the reader's word too.

    Raises Http404 for what does not wait for the reader: what they handed in themselves, and what accuses them, waits for somebody else.
    """
    run = get_object_or_404(of_others(acting.account.id, acting.actor.organisation), id=id)
    rows = waiting_rows(run, acting.actor, acting.at)
    if not rows:
        raise Http404
    try:
        if request.method != "POST":
            lines = list(_lines(run, rows))
            return render(request, "desk/old_register/confirm.html", {"run": run, "lines": lines})
        if "looked" not in request.POST:
            context = {"run": run, "lines": list(_lines(run, rows)), "unchecked": True}
            return render(request, "desk/old_register/confirm.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if not runs.confirm(run, acting.account, acting.actor, acting.at):
            raise Http404
    except TableUnreadable:
        return render(request, "desk/old_register/gone.html", {"run": run}, status=HTTPStatus.GONE)
    return HttpResponseRedirect(reverse("desk:old-register-waiting"))


def _lines(run: RegisterRun, rows: Iterable[RegisterRow]) -> Iterator[EndedLine]:
    """What waits for the reader, with its days and without a word of what anybody wrote: nobody who confirms it needs to know that."""
    by_line = {row.line: row for row in rows}
    for line in runs.lines_of(run):
        row = by_line.get(line.number)
        if row is None:
            continue
        found = {name: read_moment(line.values[name]) for name in DAYS if name in line.values}
        days = {name: moment.date() if moment else None for name, moment in found.items()}
        yield EndedLine(row.line, row.number, row.stage, days.get("received"), days.get("replied"), days.get("ended"))
