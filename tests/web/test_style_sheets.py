"""What a page loads to be drawn stays small; what is drawn in the dark can be read."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Final

import pytest

from tools.subset import SUBSET, WHOLE, subset, words

STATIC: Final = Path(__file__).resolve().parents[2] / "src/huiyin"
BUDGET: Final = 40_000
"""Bytes that the style sheets of a page may take, compressed."""
OWN: Final = STATIC / "static/huiyin.css"
DARK: Final = STATIC / "static/dark.css"
BESIDE: Final = [
    *(path for path in STATIC.glob("static/*.css") if path not in (OWN, DARK)),
    *STATIC.glob("*/static/*/*.css"),
]
READABLE: Final = 4.5
"""WCAG 2.2, success criterion 1.4.3: the contrast of text."""


def size(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


@pytest.mark.parametrize("beside", BESIDE, ids=lambda path: path.name)
def test_the_style_sheets_of_a_page_are_under_forty_kilobytes(beside: Path) -> None:
    assert size(SUBSET) + size(OWN) + size(DARK) + size(beside) < BUDGET


def test_what_is_served_of_tabler_is_what_our_pages_use() -> None:
    assert subset(WHOLE.read_text(encoding="utf-8"), words()) + "\n" == SUBSET.read_text(encoding="utf-8"), (
        "run `make format`"
    )


def test_a_rule_stays_where_one_of_its_selectors_is_used_and_goes_with_its_media_query_where_none_is() -> None:
    sheet = '.a,.b .c{x:"}"}.b:not(.d){y:1}@media print{.d{z:1}}@media screen{.a{z:1}}p{q:1}.a:hover,.e{w:1}'
    assert subset(sheet, frozenset("a")) == '.a{x:"}"}@media screen{.a{z:1}}p{q:1}.a:hover{w:1}'
    assert subset(sheet, frozenset("b")) == ".b:not(.d){y:1}p{q:1}"


def test_no_variable_is_used_that_the_part_which_is_served_leaves_undefined() -> None:
    whole, served = (path.read_text(encoding="utf-8") for path in (WHOLE, SUBSET))
    used = set(re.findall(r"var\((--[\w-]+)", served + OWN.read_text(encoding="utf-8")))
    defined = {name: set(re.findall(r"(--[\w-]+):", text)) for name, text in (("whole", whole), ("served", served))}
    missing = (used & defined["whole"]) - defined["served"]
    # What only a class defines that nothing here bears is drawn by its fallback, or not at all, in the whole sheet as well.
    root = set(re.findall(r"(--[\w-]+):", "".join(re.findall(r":root[^{]*\{([^{}]*)\}", whole))))
    assert not missing & root


def _luminance(colour: str) -> float:
    full = "".join(sign * 2 for sign in colour) if len(colour) == 3 else colour
    parts = [int(full[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("sheet", [OWN, DARK], ids=lambda path: path.name)
def test_every_ink_can_be_read_on_its_ground_by_day_and_in_the_dark(sheet: Path) -> None:
    colours = dict(
        re.findall(r"--hy-([\w-]+): #([0-9a-f]+);", sheet.read_text(encoding="utf-8").partition("@media")[0])
    )
    pairs = [(ink, ground) for ink in ("ink", "soft", "green", "late") for ground in ("paper", "card", "raised")]
    pairs += [(name, f"{name}-wash") for name in ("late", "soon", "ok", "paused")]
    pairs += [("green-deep", "green-wash"), ("on-green", "green"), ("ink", "tag")]
    for ink, ground in pairs:
        dark, light = sorted([_luminance(colours[ink]), _luminance(colours[ground])])
        assert (light + 0.05) / (dark + 0.05) >= READABLE, (ink, ground)
