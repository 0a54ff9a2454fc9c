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


BY_LIBRARIES: Final = re.compile(r"(account|allauth|mfa)/|\d{3}(_csrf)?\.html$")
"""What allauth looks for in place of its own, and Django when something fails."""


def test_every_template_is_named_by_a_view_or_another_template() -> None:
    python = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py"))
    named = set(_NAMED.findall(python)) | {
        name
        for template in TEMPLATES
        for name in re.findall(r"""["']([\w./-]+\.html)["']""", template.read_text(encoding="utf-8"))
    }
    patterns = [re.compile(re.sub(r"\\\{.*?\\\}", r"[\\w-]+", re.escape(name))) for name in named if "{" in name]
    names = {str(template.relative_to(ROOT)).partition("/templates/")[2] for template in TEMPLATES} - named
    assert [
        name
        for name in sorted(names)
        if not BY_LIBRARIES.match(name) and not any(pattern.fullmatch(name) for pattern in patterns)
    ] == []


def test_every_class_of_our_style_sheets_stands_on_a_page() -> None:
    sheets = [path for path in ROOT.rglob("*.css") if "vendor" not in path.parts]
    styled = {name for path in sheets for name in _classes_in(path.read_text(encoding="utf-8"))}
    pages = "\n".join(
        path.read_text(encoding="utf-8")
        for path in ROOT.rglob("*")
        if path.suffix in (".html", ".py", ".js") and "vendor" not in path.parts
    )
    words, beginnings = set(re.findall(r"[\w-]+", pages)), tuple(set(re.findall(r"([\w-]+-)\{\{", pages)))
    assert len(styled) > 300
    assert [name for name in sorted(styled - words) if not name.startswith(beginnings)] == []


def _classes_in(sheet: str) -> list[str]:
    selectors = re.sub(r"/\*.*?\*/|\{[^{}]*\}", " ", sheet, flags=re.DOTALL)
    return re.findall(r"\.([a-zA-Z][\w-]*)", selectors)


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
