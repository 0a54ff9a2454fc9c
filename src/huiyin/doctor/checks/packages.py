"""Whether an installed package is known to be vulnerable, by a list that is shipped: an installation may have no network."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from importlib.metadata import distributions
from importlib.resources import files
from typing import Any, Final

from django.utils.translation import gettext as _
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version

from huiyin.doctor.finding import Finding, notice, ok, warning
from huiyin.doctor.surroundings import Surroundings

LIST: Final = "known_vulnerabilities.json"
"""Made by ``tools/advisories.py``: for each package the advisories with the ranges of versions that they affect."""
OLD_AFTER: Final = timedelta(days=180)


def look(surroundings: Surroundings) -> Iterator[Finding]:
    """What is installed, compared with the list; and how old the list is."""
    known = json.loads((files("huiyin.doctor") / LIST).read_text(encoding="utf-8"))
    installed = {canonicalize_name(each.metadata["Name"]): each.version for each in distributions()}
    found = list(vulnerable(installed, known["packages"]))
    for name, version, advisory in found:
        yield warning(
            "packages.vulnerable",
            _("%(name)s %(version)s 有已知的安全漏洞 %(advisory)s")
            % {"name": name, "version": version, "advisory": advisory},
            _("升级到带有修正的本系统版本"),
        )
    listed = date.fromisoformat(known["date"])
    text = _("对照 %(date)s 的漏洞清单检查了 %(count)d 个软件包") % {"date": listed, "count": len(installed)}
    if surroundings.at.date() - listed > OLD_AFTER:
        yield notice(
            "packages.list",
            text,
            _("清单已半年没有更新，不能说明没有新的漏洞：升级本系统，或者用 tools/advisories.py 更新"),
        )
    elif not found:
        yield ok("packages", text)


def vulnerable(
    installed: Mapping[NormalizedName, str], advisories: Mapping[str, list[dict[str, Any]]]
) -> Iterator[tuple[str, str, str]]:
    """Package, version and advisory for each that is affected."""
    for name in sorted(name for name in installed if name in advisories):
        for advisory in advisories[name]:
            if is_affected(installed[name], advisory["ranges"]):
                yield name, installed[name], advisory["id"]


def is_affected(version: str, ranges: list[list[str | None]]) -> bool:
    """Whether a version lies in one of the ranges: from the first (included; "0": from the beginning) to the second (not; None: open)."""
    try:
        here = Version(version)
        return any(Version(first or "0") <= here and (end is None or here < Version(end)) for first, end in ranges)
    except InvalidVersion:
        return False
