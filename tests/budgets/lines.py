"""What each page may cost: how many statements, and which rows; or why it has no line.

Whoever adds a page adds its line here: ``test_every_page.py`` finds pages by the addresses of the installation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from huiyin.assessment.models import AssessmentRun, AssessmentScheme
from huiyin.casework.models import Case, Notice
from huiyin.people.models import Account, Post, Unit
from huiyin.readiness.models import Policy, Supply
from huiyin.rota.models import Rota

OTHERS: Final = ("accounts/", "i18n/", "api/")
"""Addresses of libraries; and of the interface, whose calls ``benchmarks.scale`` lists."""
CHIEF: Final = "lj-chief"
REGISTRAR: Final = "lj-registrar"
ADMINISTRATOR: Final = "lj-inspector"
ROWS: Final = 1_500
"""What a statement may read of growing tables; nothing of it grows with the register."""
COUNTED: Final = 12_000
"""Where counts stop at a thousand each, with the access of each row."""
UNDER_WAY: Final = 4_000
"""What is owed on all that a unit has under way (``visible.duties_by_scope``), which grows with its open work alone."""


@dataclass(frozen=True)
class Line:
    """At most so many statements of ``who``, each of which reads at most ``rows`` of growing tables; ``of`` finds what the address names."""

    statements: int
    who: str = CHIEF
    of: Callable[[], Mapping[str, Any]] = dict
    rows: int = ROWS


def a_case() -> Mapping[str, Any]:
    """A matter of the demonstration that is under way and sealed from nobody."""
    return {"no": _newest("assigned")}


def _registered() -> Mapping[str, Any]:
    """A matter that waits to be accepted."""
    return {"no": _newest("registered"), "action": "accept"}


def _newest(stage: str) -> str:
    """The number of the newest matter in a stage: one of the demonstration itself, not a copy of which some tables know nothing."""
    found = Case.objects.filter(organisation__code="lj", sealed=False, procedure="matter", stage=stage)
    return found.order_by("-registered_at")[0].number


def _a_notice() -> Mapping[str, Any]:
    return {"id": Notice.objects.filter(case__number=a_case()["no"]).order_by("id")[0].id}


def _first(model: Any, **narrowed: Any) -> Callable[[], Mapping[str, Any]]:
    return lambda: {"id": model.objects.filter(**narrowed).order_by("id")[0].id}


def _book(**beside: str) -> Callable[[], Mapping[str, Any]]:
    return lambda: {"book": "xx-bureau", **beside}


def _office(**beside: str) -> Callable[[], Mapping[str, Any]]:
    return lambda: {"code": "lj", **beside}


def _with_id(of: Callable[[], Mapping[str, Any]], **beside: Any) -> Callable[[], Mapping[str, Any]]:
    return lambda: {**of(), **beside}


_POLICY: Final = _first(Policy, organisation__code="lj")
_PERSON: Final = _first(Account, username="lj-fire")

LINES: Final[Mapping[str, Line]] = {
    "account:me": Line(12),
    "account:phrases": Line(5),
    "accountability:published": Line(5),
    "accountability:traces": Line(5),
    "accountability:gifts": Line(5),
    "accountability:aftercare": Line(8),
    "desk:news": Line(9),
    "desk:news-count": Line(9),
    "desk:other-posts": Line(9),
    "desk:drafts": Line(5),
    "desk:design": Line(5, ADMINISTRATOR),
    "desk:duties": Line(12, rows=UNDER_WAY),
    "desk:pulse": Line(5),
    "desk:home": Line(20, rows=UNDER_WAY),
    "desk:team": Line(8),
    "desk:signing": Line(26),  # five petitions at most, each with its texts
    "desk:find": Line(5),
    "desk:terminated": Line(4, "lj-intake"),
    "desk:keys": Line(4),
    "desk:cases": Line(10),
    "desk:calendar": Line(10),
    "desk:unfinished": Line(14),
    "desk:reports": Line(5),
    "desk:register": Line(9, REGISTRAR),
    "desk:begin": Line(12, REGISTRAR, lambda: {"procedure": "incident", "action": "report_incident"}),
    "desk:case": Line(15, of=a_case),
    "desk:action": Line(17, "lj-intake", _registered),
    "desk:looks": Line(8, of=a_case),
    "desk:correct": Line(12, REGISTRAR, a_case),
    "desk:level": Line(12, of=a_case),
    "desk:notice": Line(17, of=_a_notice),
    "desk:mailbox": Line(7, REGISTRAR),
    "desk:old-register": Line(7, REGISTRAR),
    "desk:old-register-waiting": Line(6, "lj-secretary"),
    "desk:sealing": Line(9),
    "desk:service": Line(10),
    "desk:units": Line(10),
    "desk:tokens": Line(5),
    "rules:whatif": Line(7),
    "rules:coverage": Line(4),
    "rules:books": Line(12),
    "rules:check": Line(4),
    "rules:decide": Line(12, ADMINISTRATOR, _office()),
    "rules:activate": Line(8, ADMINISTRATOR, _office()),
    "rules:move_some": Line(12, ADMINISTRATOR, _office()),
    "rules:book": Line(7, of=_book()),
    "rules:certificate": Line(7, of=_book()),
    "rules:print": Line(7, of=_book()),
    "rules:procedure": Line(6, of=_book(procedure="matter")),
    "archive:room": Line(9),
    "archive:printed": Line(6),
    "archive:disposals": Line(5),
    "archive:transfers": Line(5),
    "archive:transfer-new": Line(6),
    "readiness:policies": Line(6),
    "readiness:policy-new": Line(4),
    "readiness:policy": Line(9, of=_POLICY),
    "readiness:policy-change": Line(6, of=_POLICY),
    "readiness:policy-repeal": Line(7, of=_POLICY),
    "readiness:policy-assign": Line(7, of=_POLICY),
    "readiness:version-new": Line(6, of=_POLICY),
    "readiness:version": Line(9, of=_with_id(_POLICY, position=1)),
    "readiness:article": Line(7, of=_with_id(_POLICY, position=1, place=1)),
    "readiness:overview": Line(18),
    "readiness:groups": Line(10),
    "readiness:assessments": Line(6),
    "readiness:scheme-new": Line(5),
    "readiness:scheme": Line(6, of=_first(AssessmentScheme)),
    "readiness:scheme-change": Line(6, of=_first(AssessmentScheme)),
    "readiness:assessment-new": Line(6),
    "readiness:assessment": Line(10, of=_first(AssessmentRun)),
    "readiness:list": Line(6, of=lambda: {"slug": "supplies"}),
    "readiness:new": Line(6, of=lambda: {"slug": "supplies"}),
    "readiness:row": Line(6, of=_with_id(_first(Supply, organisation__code="lj"), slug="supplies")),
    "readiness:change": Line(6, of=_with_id(_first(Supply, organisation__code="lj"), slug="supplies")),
    "readiness:rota": Line(24),
    "readiness:rota-plan": Line(9, of=lambda: {"group": "staff"}),
    "readiness:rota-versions": Line(5),
    "readiness:rota-version": Line(9, of=_first(Rota)),
    "readiness:rota-swaps": Line(5),
    "readiness:rota-calls": Line(6),
    "incidents:board": Line(6),
    "incidents:report": Line(9, REGISTRAR),
    "incidents:drills": Line(6),
    "incidents:received-elsewhere": Line(4),
    "office:jobs": Line(20, ADMINISTRATOR),
    "office:trial": Line(5, ADMINISTRATOR),
    "office:holidays": Line(7, ADMINISTRATOR),
    "office:enter-holidays": Line(6, ADMINISTRATOR),
    "office:people": Line(12, ADMINISTRATOR),
    "office:invite": Line(6, ADMINISTRATOR),
    "office:person": Line(18, ADMINISTRATOR, _PERSON),
    "office:proposals": Line(10),
    "office:log": Line(6, ADMINISTRATOR),
    "office:second-factor": Line(12, ADMINISTRATOR),
    "office:require-second-factor": Line(12, ADMINISTRATOR),
    "office:organisations": Line(6, ADMINISTRATOR),
    "office:organisation": Line(21, ADMINISTRATOR, _office()),
    "office:wordings": Line(7, ADMINISTRATOR, _office()),
    "office:choices": Line(8, ADMINISTRATOR, _office()),
    "office:edit-choices": Line(8, ADMINISTRATOR, _office(field="kind")),
    "office:reception": Line(7, ADMINISTRATOR, _office()),
    "office:phrases": Line(8, ADMINISTRATOR, _office()),
    "office:groups": Line(8, ADMINISTRATOR, _office()),
    "office:edit-own": Line(12, ADMINISTRATOR, _office()),
    "office:new-unit": Line(12, ADMINISTRATOR, _office()),
    "office:edit-unit": Line(12, ADMINISTRATOR, _first(Unit, organisation__code="lj")),
    "office:edit-post": Line(12, ADMINISTRATOR, _first(Post, organisation__code="lj")),
    "portal:home": Line(5),
    "portal:rights": Line(5),
    "portal:clauses": Line(6, of=_office()),
    "portal:receptions": Line(19, of=_office()),
    "incidents:statements": Line(5, of=_office()),
    "portal:choose": Line(5),
    "portal:submit": Line(8, of=_office()),
    "portal:verify": Line(2),
    "portal:track": Line(2),
}

_FILE: Final = "a file of what a page shows that has a line"
_FORM: Final = "a form about one thing, whose page has a line"
_ONE: Final = "about one thing that the demonstration has none of; it reads that thing by its id"
_LEADS_ON: Final = "only leads on to another page"
_OWN: Final = "of one petitioner, from their own receipt: no list, and nothing is looked up"
_ANEW: Final = "an installation that is being set up, where there is nothing yet"
_ALL: Final = (
    "counts or lists all of a period, or of what has to go: it grows with that by its purpose (docs/performance.md)"
)
GROWS: Final[Mapping[str, tuple[str, Callable[[], Mapping[str, Any]]]]] = {
    "desk:statistics": (CHIEF, dict),
    "desk:statistics-behind": (CHIEF, lambda: {"name": "on_time_reply"}),
    "archive:due": (CHIEF, dict),
    "accountability:failures": (CHIEF, dict),
    "accountability:periods": (CHIEF, dict),
    "accountability:urging": (CHIEF, dict),
    "office:health": (ADMINISTRATOR, dict),
    "office:vacancies": (ADMINISTRATOR, dict),
    "rules:versions": (CHIEF, dict),
}
"""Pages that say so themselves, each with who asks for it and what its address names."""
_OPENS: Final = "opens what is sealed, which a register that was multiplied cannot; the list that it prints has a line"
WITHOUT: Final[Mapping[str, str]] = {
    name: why
    for why, names in {
        _FILE: (
            *("account:signature-picture", "desk:export-file", "desk:statistics-report", "desk:statistics-table"),
            *("desk:report-file", "desk:report-scan"),
            *(
                "desk:attachment",
                "desk:step-file",
                "desk:registration-file",
                "desk:paper-file",
                "desk:notice-file",
                "desk:notice-service",
            ),
            *("desk:old-register-example", "desk:old-register-report", "desk:bundle-file"),
            *("accountability:failures-file", "accountability:periods-file", "accountability:gifts-file"),
            *(
                "accountability:aftercare-file",
                "readiness:voucher",
                "readiness:assessment-csv",
                "readiness:assessment-xlsx",
            ),
            *("readiness:csv", "readiness:xlsx", "readiness:rota-own-calendar", "office:setup-sheet"),
            *("office:organisation-file", "office:letter", "portal:receptions-calendar", "portal:notice-file"),
        ),
        _FORM: (
            *(
                "desk:report-put-up",
                "desk:aside",
                "desk:paper-edit",
                "desk:receipt-again",
                "desk:token-revoke",
                "readiness:reversal",
            ),
            *("office:link", "office:appoint", "office:end", "office:away", "office:back", "office:close"),
            *("office:reopen", "office:sessions", "office:tokens", "office:rename", "office:leader", "office:wording"),
            *(
                "office:add-reception",
                "office:remove-reception",
                "office:add-phrase",
                "office:retire-phrase",
                "office:add-group",
                "office:retire-group",
            ),
            *("office:end-unit", "office:new-post", "office:relax-second-factor"),
        ),
        _ONE: (
            "desk:report",
            *("desk:export", "desk:paper", "desk:bundle", "desk:old-register-confirm", "desk:old-register-run"),
            *("desk:old-register-columns", "desk:old-register-words", "desk:old-register-progress"),
            *("rules:whatif_run", "rules:whatif_progress", "rules:whatif_case", "rules:change", "archive:disposal"),
            *("archive:transfer", "archive:file", "readiness:assessed", "readiness:evidence"),
            *(
                "accountability:trace",
                "accountability:gift",
                "incidents:received",
                "incidents:drill",
                "incidents:drill_progress",
                "incidents:incident",
                "desk:identity",
                "readiness:rota-swap",
                "readiness:rota-asked",
            ),
            *("account:invitation", "account:invitation-link", "portal:verified"),
        ),
        _ALL: tuple(GROWS),
        _OPENS: ("desk:cases-printed",),
        _LEADS_ON: (
            *("account:end-others", "account:mail", "account:signature", "account:signature-remove"),
            *("desk:receipt", "desk:token-new", "portal:submitted"),
        ),
        _ANEW: (
            *(
                "office:setup",
                "office:setup-reception",
                "office:setup-staff",
                "office:setup-administrators",
                "office:setup-review",
            ),
            *("office:setup-link", "office:setup-trial", "office:setup-rehearsal"),
        ),
        _OWN: ("portal:matter", "portal:contact", "portal:contact-of", "portal:notice", "portal:file", "portal:act"),
    }.items()
    for name in names
}
"""Pages without a line, each with the reason."""


def addresses(
    resolver: URLResolver | None = None, path: str = "", names: tuple[str, ...] = ()
) -> Iterator[tuple[str, str]]:
    """Every address of the installation but those of OTHERS, as it is written in the URLconf, with its full name."""
    for pattern in (resolver or get_resolver()).url_patterns:
        there = f"{path}{pattern.pattern}"
        if there.startswith(OTHERS):
            continue
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, there, (*names, pattern.namespace) if pattern.namespace else names)
        elif isinstance(pattern, URLPattern):
            yield there, ":".join((*names, str(pattern.name)))
