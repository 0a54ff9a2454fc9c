"""Names what nothing calls: `python -m tools.unused`, a part of `make lint`. What only tests call is nothing's either.

Vulture reads the Python; what templates use, or settings and the like name in a string, is looked up besides.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import Final

from vulture import Vulture
from vulture.core import Item

SOURCE: Final = Path(__file__).resolve().parent.parent / "src"
READ: Final = ("src", "tools", "benchmarks")
JUDGED: Final = {"class", "function", "method", "property"}
NAMED_IN_A_STRING: Final = re.compile(r"[\"']huiyin(?:\.\w+)*\.(\w+)[\"']")
CALLED_BY_DECORATOR: Final = ["@field_validator", "@api.*", "@router.*", "@register.*"]
# Called by name from outside, or kept for a reason that is given here.
CALLED_FROM_OUTSIDE: Final = [
    "__init_subclass__",  # Python
    "from_db_value",  # Django, of columns
    *("Meta", "Migration", "*Config", "is_usable"),  # Django
    "create_cursor",  # Django, of connections
    *("create_superuser", "get_full_name"),  # Django and allauth, of accounts
    *("get_error_message", "get_help_text"),  # Django, of what judges passwords
    *("is_open_for_signup", "is_reauthentication_required", "get_totp_label"),  # allauth
    *("parse_body", "_reject"),  # ninja; Django's CSRF middleware
    *("handle_starttag", "handle_endtag", "handle_data"),  # Python, of what reads HTML
    *("receive_data_chunk", "file_complete"),  # Django, of what takes uploads
    *("get_many", "_base_set"),  # Django, of caches
    *("function_before_schema", "is_instance_schema"),  # pydantic, of what writes a JSON Schema
    *("_split_lines", "_fill_text", "_format_usage"),  # argparse, of how help is laid out
    "visit_Assign",  # vulture
]

# Folders of classes that are called because they are there: a field type registers itself as it is defined.
REGISTERS_ITSELF: Final = {"types"}


class _Reader(Vulture):
    """Takes nothing for called because a module says in `__all__` that it offers it."""

    def visit_Assign(self, node: ast.Assign) -> None:  # noqa: N802
        """Looks at no assignment as such; the names in it are looked at as names."""


def unused() -> list[str]:
    """Each as `file:line: what`, in the order of the files."""
    known = _words_of_templates() | _names_in_strings()
    vulture = _Reader(ignore_names=CALLED_FROM_OUTSIDE, ignore_decorators=CALLED_BY_DECORATOR)
    vulture.scavenge([str(SOURCE.parent / folder) for folder in READ])
    return [
        f"{item.filename}:{item.first_lineno}: nothing calls the {item.typ} {item.name}; call it or delete it"
        for item in vulture.get_unused_code(min_confidence=60)
        if (item.typ in JUDGED or _is_constant(item))
        and item.name not in known
        and not (item.typ == "class" and Path(item.filename).parent.name in REGISTERS_ITSELF)
    ]


def _is_constant(item: Item) -> bool:
    """Whether it is a name in capitals of a module: those of classes (columns, choices) and the settings are read by Django."""
    if item.typ != "variable" or not item.name.isupper() or Path(item.filename).name == "settings.py":
        return False
    line = Path(item.filename).read_text(encoding="utf-8").splitlines()[item.first_lineno - 1]
    return not line[:1].isspace()


def _words_of_templates() -> set[str]:
    tags = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
    found = (tag for file in SOURCE.rglob("*.html") for tag in tags.findall(file.read_text()))
    return {word for tag in found for word in re.findall(r"\w+", tag)}


def _names_in_strings() -> set[str]:
    return {name for file in SOURCE.rglob("*.py") for name in NAMED_IN_A_STRING.findall(file.read_text())}


if __name__ == "__main__":
    found = unused()
    for line in found:
        print(line)
    sys.exit(bool(found))
