"""Templates can be read: short lines, short files, and the formatter's layout (`make lint`)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from django.template import TemplateDoesNotExist
from django.template.loader import get_template

import huiyin

MAX_COLUMNS: Final = 160
MAX_LINES: Final = 500
ROOT: Final = Path(huiyin.__file__).parent
TEMPLATES: Final = sorted(ROOT.glob("*/templates/**/*.html"))

_IN_PACKAGES: Final = {("data/index.html", ROOT / "archive" / "package" / "packaging.py")}
_NAMED: Final = re.compile(r"""["']([\w.{}-]+(?:/[\w.{}-]+)+\.html)["']""")
_DOTTED: Final = re.compile(r"\|\w+:([a-z_]+(?:\.\w+)+)")
RESOLVES: Final = {
    "bound.asked_id": "a field of every bound input",
    "chart.id": "a field of every chart",
    "file.case.number": "no archive file without its case",
    "group.id": "a field of every group of inputs",
    "one.role_label": "a field of every step",
    "one.superior_name": "a column that is never null",
    "duty.role_label": "a field of every duty",
    "item.title": "a field of every archive item",
    "page.period.unit": "asked only where there is a period",
    "request.acting": "set for whoever sees a page of staff",
    "step.role_label": "a field of every step",
    "waiting.case.number": "no waiting file without its case",
}
"""Arguments of filters that are always there: what is not raises, where ``firstof`` goes on to the next."""


def test_a_filter_is_given_nothing_that_may_be_missing() -> None:
    found = {name for template in TEMPLATES for name in _DOTTED.findall(template.read_text(encoding="utf-8"))}
    assert found == set(RESOLVES)


def test_a_template_has_few_and_short_lines() -> None:
    for template in TEMPLATES:
        lines = template.read_text(encoding="utf-8").splitlines()
        long = [number for number, line in enumerate(lines, 1) if len(line) > MAX_COLUMNS]
        assert (long, len(lines) <= MAX_LINES) == ([], True), template


def test_a_hint_is_given_to_the_part_that_it_belongs_to() -> None:
    """One that is set for the rest of a page stands below every later part that may have a hint."""
    assert [template for template in TEMPLATES if " as hint %}" in template.read_text(encoding="utf-8")] == []


def test_what_a_template_extends_and_includes_is_there() -> None:
    for template in TEMPLATES:
        text = template.read_text(encoding="utf-8")
        for name in re.findall(r"""{%-? *(?:include|extends) +["']([^"']+)["']""", text):
            assert _is_there(name), template


def test_what_python_names_as_a_template_is_there() -> None:
    modules = {path: path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py")}
    named = {(name, path) for path, text in modules.items() for name in _NAMED.findall(text)} - _IN_PACKAGES
    assert len(named) > 50
    assert sorted(f"{path.relative_to(ROOT)}: {name}" for name, path in named if not _is_there(name)) == []


def _is_there(name: str) -> bool:
    """Whether there is such a template; of a name that is put together (``office/{step}.html``) one at least."""
    if "{" in name:
        pattern = re.sub(r"\{[^}]*\}", "*", name)
        return any(ROOT.glob(f"*/templates/{pattern}"))
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return False
    return True


def test_there_are_templates_to_look_at() -> None:
    assert len(TEMPLATES) > 50
