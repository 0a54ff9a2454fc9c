"""What tests of checks share: surroundings of the test's own, and the codes of what was found."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from huiyin.doctor.finding import Finding, Level
from huiyin.doctor.surroundings import Surroundings, look_around

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def around(at: datetime = AT, **changed: Any) -> Surroundings:
    """The surroundings of this process at ``at``; the test run's own HUIYIN_DEBUG is left out."""
    environ = {name: value for name, value in os.environ.items() if name != "HUIYIN_DEBUG"}
    return replace(look_around(environ, at), **changed)


def codes(findings: Iterable[Finding]) -> dict[str, Level]:
    """The level of each code."""
    return {finding.code: finding.level for finding in findings}
