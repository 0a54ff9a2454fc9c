"""Whether the installation is fit to serve: what `huiyin doctor` finds, as far as it takes no longer than a page may."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from huiyin.backup.health import state
from huiyin.doctor.examination import Report, examine
from huiyin.doctor.finding import Finding, Level
from huiyin.doctor.surroundings import look_around
from huiyin.doctor.wording import level_label
from huiyin.web.page_access import Administering, installation_page


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding with its level in words."""

    finding: Finding
    label: str


@dataclass(frozen=True, slots=True)
class Panel:
    """What was found of one group, the worst first."""

    name: str
    title: str
    level: Level
    label: str
    lines: tuple[FindingLine, ...]


@require_safe
@installation_page
def health(request: HttpRequest, administering: Administering) -> HttpResponse:
    """All quick checks, made now."""
    seen = replace(
        look_around(os.environ, administering.at), backups=state(administering.at), reader=administering.account
    )
    found = examine(seen, only_quick=True)
    context = {
        "at": administering.at,
        "level": found.level,
        "label": level_label(found.level),
        "panels": _panels(found),
        "left_out": [group.label for group in found.left_out],
    }
    return render(request, "office/health.html", context)


def _panels(found: Report) -> list[Panel]:
    return [
        Panel(
            section.group,
            section.group.label,
            section.level,
            level_label(section.level),
            tuple(
                FindingLine(finding, level_label(finding.level))
                for finding in sorted(section.findings, key=lambda one: -one.level.rank)
            ),
        )
        for section in found.sections
    ]
