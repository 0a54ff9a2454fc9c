"""The register of all cases one may see, and the list of those that are not finished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.casework.labels import name_of
from huiyin.casework.lists import search_tokens
from huiyin.casework.lists.cases import Sort
from huiyin.casework.lists.unfinished import unfinished as unfinished_matters
from huiyin.casework.sealed.cleared import accusing_still
from huiyin.casework.vocabulary import SEVERITY_FACT
from huiyin.desk.finding.pages import MAX_SEARCH_CHARS, WITHOUT_ADDRESS
from huiyin.people.acting import organs_below, units_of
from huiyin.people.models import Organisation
from huiyin.people.once_a_request import organisation_of
from huiyin.procedure.command import Actor
from huiyin.registers import saved
from huiyin.registers.columns import COLUMNS, RegisterLine
from huiyin.registers.lines import register_lines
from huiyin.registers.models import SavedView
from huiyin.registers.query import RegisterQuery
from huiyin.rule_store.store import load
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Procedure, Rulebook, Stage
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.searches import looked_for

SORTS: Final[Mapping[Sort, Promise]] = {
    "newest": gettext_lazy("最近登记的在前"),
    "oldest": gettext_lazy("最早登记的在前"),
    "due": gettext_lazy("最先到期的在前（只含未办结）"),
}


DRAWN: Final = frozenset({"number", "title", "stage", "due"})
"""The columns that are more than text."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the register: of which column, what that is called, and what stands in it."""

    name: str
    label: str
    text: str

    @property
    def is_plain(self) -> bool:
        """Whether it is text and nothing else."""
        return self.name not in DRAWN

    @property
    def look(self) -> str:
        """The class of style of one that is plain."""
        return "wordy" if self.name == "excerpt" else "tight"


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What the filters of the register offer: values and their names. ``stages`` are drawn, grouped by procedure, and stand with it: two procedures
    may have a stage of the same name. ``organs`` are those below, whose cases come for review; none where there are none."""

    stages: SafeString
    units: Mapping[str, str]
    severities: Mapping[str, str]
    organs: Mapping[str, str]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def case_register(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The register, newest first unless it is sorted otherwise. A search is sent by POST, since a phone or identity number must not end in
    an address; the way leads on to a page of its own, so that one can come back to it."""
    if request.method == "POST":
        return _to_found(request.POST, acting)
    query, search = asked_for(request, request.GET, acting)
    page = register_lines(acting.actor, query, acting.at, request.GET.get("after", ""))
    columns = {name: str(COLUMNS[name].label) for name in query.columns}
    context = {
        "page": page,
        "sealed": accusing_still([line.view.case for line in page.items]),
        "rows": [(line, list(_cells(line, columns))) for line in page.items],
        "query": query,
        "filters": query.filters,
        "choices": _choices(acting.actor, acting.at, query.filters.stage),
        "columns": columns,
        "all_columns": {name: column.label for name, column in COLUMNS.items()},
        "sorts": SORTS,
        "views": saved.kept_views(acting.actor, SavedView.ViewKind.REGISTER),
        "at": acting.at,
        "search": search,
        "address": query.address(search=search),
    }
    response = render(request, "desk/cases.html", context)
    response.headers["Referrer-Policy"] = WITHOUT_ADDRESS
    return response


def asked_for(request: HttpRequest, given: QueryDict, acting: Acting) -> tuple[RegisterQuery, str]:
    """The register that an address or a form asks for, and the token of what is looked for in it, where that still holds."""
    search = given.get("search", "")
    q = looked_for(request, search, acting)
    return RegisterQuery.read_address(dict(given.lists()), q[:MAX_SEARCH_CHARS]), search if q else ""


def _cells(line: RegisterLine, columns: Mapping[str, str]) -> Iterator[Cell]:
    return (Cell(name, label, COLUMNS[name].cell(line) or "—") for name, label in columns.items())


def _to_found(sent: QueryDict, acting: Acting) -> HttpResponse:
    q = sent.get("q", "").strip()[:MAX_SEARCH_CHARS]
    search = search_tokens.token(q, acting.account.id, acting.at) if q else ""
    query = RegisterQuery.read_address(dict(sent.lists())).address(search=search)
    return HttpResponseRedirect(f"{reverse('desk:cases')}{f'?{query}' if query else ''}")


@require_safe
@staff_page
def unfinished(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Every unfinished matter with its owner, age, next step and due time, the longest overdue first."""
    page = unfinished_matters(acting.actor, acting.at, request.GET.get("after", ""))
    return render(request, "desk/unfinished.html", {"page": page, "at": acting.at})


def _stages(book: Rulebook) -> dict[str, dict[str, str]]:
    """The stages by procedure; one whose name another procedure has too says whose it is, since a chosen option stands without its group."""
    known = Counter(name_of(stage) for procedure in book.procedures.values() for stage in procedure.stages.values())

    def called(stage: Stage, procedure: Procedure) -> str:
        name = name_of(stage)
        if known[name] == 1:
            return name
        return _("%(stage)s（%(procedure)s）") % {"stage": name, "procedure": name_of(procedure)}

    return {
        name_of(procedure): {f"{name}.{id}": called(stage, procedure) for id, stage in procedure.stages.items()}
        for name, procedure in book.procedures.items()
    }


@lru_cache(maxsize=256)
def _stage_options(rules: Rules, _language: str) -> str:
    """The stages as a field to choose from shows them: the same for everybody who reads one language."""
    groups = _stages(rules.book).items()
    return format_html_join(
        "",
        '<optgroup label="{}">{}</optgroup>',
        (
            (procedure, format_html_join("", '<option value="{}">{}</option>', stages.items()))
            for procedure, stages in groups
        ),
    )


def _chosen(options: str, value: str) -> SafeString:
    """Options, of which the one of this ``value`` is chosen."""
    option = format_html('<option value="{}"', value)
    return mark_safe(options.replace(option, f"{option} selected"))  # noqa: S308 - drawn by format_html


def _choices(actor: Actor, at: datetime, stage: str) -> FilterChoices:
    organisation = organisation_of(actor.organisation)
    assert organisation is not None
    rules = load(organisation.rulebook_at(at))
    severity = rules.book.facts.get(SEVERITY_FACT)
    return FilterChoices(
        stages=_chosen(_stage_options(rules, get_language()), stage),
        units=units_of(organisation.id),
        severities={value: name_of(name) for value, name in severity.values.items()} if severity else {},
        organs=_organs(organisation),
    )


def _organs(own: Organisation) -> dict[str, str]:
    """The organisation and those below it, by code; nothing where there are none below."""
    below = organs_below(own.id)
    return {own.code: own.name, **below} if below else {}
