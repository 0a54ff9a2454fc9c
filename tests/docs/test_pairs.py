"""A page that is there in English and in Chinese says the same in both: what is typed, set, named and linked to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
CHINESE: Final = [
    page
    for page in (ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").glob("*.zh-CN.md")))
    if page.with_name(f"{page.name.removesuffix('.zh-CN.md')}.md").exists()
]

BLOCK: Final = re.compile(r"^```[^\n]*\n(.*?)^```|^((?:    [^\n]*\n)+)", re.MULTILINE | re.DOTALL)
SPAN: Final = re.compile(r"`([^`\n]+)`")
HEADING: Final = re.compile(r"^(#+) ", re.MULTILINE)
VARIABLE: Final = re.compile(r"\bHUIYIN_[A-Z_]+")
REMARK: Final = re.compile(r"(^|\s)#( .*)?$")
WITHIN: Final = [
    (re.compile(r'"[^"]+"'), "…"),  # "document number"
    (re.compile(r"//[^/@\s]+:[^/@\s]+@"), "//…@"),  # user:password
    (re.compile(r"(?<![^\s[])(?:[^\s\]]*[^\x00-\x7f][^\s\]]*|[A-Z]+)(?![^\s\]])"), "…"),  # FILE
]
"""What the reader fills in, which has a name in each language."""


def english_of(page: Path) -> Path:
    return page.with_name(f"{page.name.removesuffix('.zh-CN.md')}.md")


def filled_in(typed: str) -> str:
    for pattern, instead in WITHIN:
        typed = pattern.sub(instead, typed)
    return " ".join(typed.split())


def typed(page: Path) -> list[str]:
    """The lines of all code blocks in their order, without what is remarked beside them."""
    blocks = ("".join(found) for found in BLOCK.findall(page.read_text(encoding="utf-8")))
    lines = (filled_in(REMARK.sub("", line)) for block in blocks for line in block.splitlines())
    return [line for line in lines if line]


def named(page: Path) -> set[str]:
    """Commands, options, settings, paths and figures in the text; not words of pages, which one language may explain by another."""
    text = page.read_text(encoding="utf-8")
    spans = {filled_in(span) for span in SPAN.findall(BLOCK.sub("", text))}
    return {span for span in spans if span != "…"} | set(VARIABLE.findall(text))


def rows(page: Path) -> list[list[str]]:
    """What the rows of tables are about, where that is a setting, a job, a figure or a package."""
    lines = page.read_text(encoding="utf-8").splitlines()
    return [SPAN.findall(line.split("|")[1]) for line in lines if line.startswith("| `")]


def test_the_pairs_are_found() -> None:
    assert {english_of(page).stem for page in CHINESE} >= {"README", "administration", "going-live", "organisations"}


@pytest.mark.parametrize("chinese", CHINESE, ids=lambda page: english_of(page).stem)
def test_a_page_names_in_both_languages_what_is_typed_and_set(chinese: Path) -> None:
    english = english_of(chinese)
    assert typed(chinese) == typed(english)
    assert rows(chinese) == rows(english)
    assert sorted(named(chinese) ^ named(english)) == []


@pytest.mark.parametrize("chinese", CHINESE, ids=lambda page: english_of(page).stem)
def test_a_page_has_its_sections_in_both_languages_and_leads_to_the_other(chinese: Path) -> None:
    english = english_of(chinese)
    sections = [HEADING.findall(BLOCK.sub("", page.read_text(encoding="utf-8"))) for page in (chinese, english)]
    assert sections[0] == sections[1]
    for page, other in ((chinese, english), (english, chinese)):
        assert f"]({other.name})" in page.read_text(encoding="utf-8")
