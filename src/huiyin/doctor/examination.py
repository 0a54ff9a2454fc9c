"""Asks every check, and puts together what they found: one that fails itself keeps no other from being asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.utils.translation import gettext as _

from huiyin.doctor.finding import Finding, Level, failure, notice, worst
from huiyin.doctor.registry import CHECKS, Check, Group, Needs
from huiyin.doctor.surroundings import Surroundings

log = structlog.get_logger("huiyin.doctor")


@dataclass(frozen=True, slots=True)
class ReportSection:
    """What was found of one group of checks."""

    group: Group
    findings: tuple[Finding, ...]

    @property
    def level(self) -> Level:
        """The worst of it."""
        return worst(self.findings)


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found at a moment (aware). ``left_out`` are the groups that were not asked since they take long."""

    at: datetime
    sections: tuple[ReportSection, ...]
    left_out: tuple[Group, ...] = ()

    @property
    def level(self) -> Level:
        """The worst of all."""
        return worst(tuple(finding for section in self.sections for finding in section.findings))


def examine(surroundings: Surroundings, *, only_quick: bool = False, checks: Iterable[Check] = CHECKS) -> Report:
    """Ask all checks, or those alone that take no longer than a page may.

    A check whose needs are not met is not asked: what is wrong there was told by the check that found it.
    """
    met = Needs.SETTINGS if surroundings.settings else Needs.NOTHING
    found: dict[Group, list[Finding]] = {}
    left_out: dict[Group, None] = {}
    for check in checks:
        if only_quick and check.takes_long:
            left_out[check.group] = None
            continue
        if check.needs > met:
            if check.makes is None:
                found.setdefault(check.group, []).append(_not_asked(check))
            continue
        findings = tuple(_asked(check, surroundings))
        found.setdefault(check.group, []).extend(findings)
        if check.makes is not None and worst(findings) is not Level.FAILURE:
            met = check.makes
    sections = (ReportSection(group, tuple(findings)) for group, findings in found.items())
    return Report(surroundings.at, tuple(sections), tuple(left_out))


def _asked(check: Check, surroundings: Surroundings) -> Iterator[Finding]:
    try:
        yield from check.look(surroundings)
    except Exception as error:
        # Only its class: what a database or a mail server says may quote somebody.
        log.exception("check failed", check=check.code)
        yield failure(
            check.code,
            _("这项检查没有做完（%(kind)s）") % {"kind": type(error).__name__},
            _("先处理其他问题再检查一次；仍然如此的，请报告，附 HUIYIN_DEBUG=1 时的显示"),
        )


def _not_asked(check: Check) -> Finding:
    return notice(check.code, _("没有检查：配置读不进来，或者数据库不能用"))
