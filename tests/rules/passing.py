"""Which damages pass, and why: passing.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML

REASONS = Path(__file__).with_suffix(".yaml")


@cache
def _reasons() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = YAML(typ="safe").load(REASONS.read_text(encoding="utf-8"))
    return found


def explained(part: Literal["damages", "additions"], book: str) -> frozenset[str]:
    """What passes of ``part`` in ``book``, each for a reason that stands there."""
    return frozenset(one for row in _reasons()[part] if row["why"] for one in row["passes"].get(book, ()))
