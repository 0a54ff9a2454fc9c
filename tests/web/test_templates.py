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


def test_a_template_has_few_and_short_lines() -> None:
    for template in TEMPLATES:
        lines = template.read_text(encoding="utf-8").splitlines()
        long = [number for number, line in enumerate(lines, 1) if len(line) > MAX_COLUMNS]
        assert (long, len(lines) <= MAX_LINES) == ([], True), template


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
