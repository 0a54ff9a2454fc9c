"""Every variable of the environment that the code reads stands where operators look for it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
QUOTED: Final = re.compile(r"[\"'](HUIYIN_[A-Z_]+)[\"']")
OURS: Final = {
    "HUIYIN_SUPERVISED": "set by `huiyin serve` for the processes that it starts",
    "HUIYIN_TEST_DB": "set for tests, which an installation does not have",
}


def test_every_variable_that_is_read_stands_in_the_administrators_page() -> None:
    found = {
        name
        for path in (ROOT / "src" / "huiyin").rglob("*.py")
        for name in QUOTED.findall(path.read_text(encoding="utf-8"))
    }
    assert {"HUIYIN_HOME", "HUIYIN_MAIL_FROM", *OURS} <= found
    page = (ROOT / "docs" / "administration.md").read_text(encoding="utf-8")
    assert {name for name in found - OURS.keys() if f"| `{name}` |" not in page} == set()
