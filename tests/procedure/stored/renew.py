"""What a new or changed stored type adds: its row in docs/ledger-format.md, its lines in the newest file. No line is ever changed.

python -m tests.procedure.stored.renew
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from huiyin.procedure.storage import codec, stored, stored_values
from tests.procedure.stored import values

FORMS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
TODAY = FORMS[-1]
PAGE = Path(__file__).parents[3] / "docs" / "ledger-format.md"
PLACE = re.compile(r"(<!-- from [^\n]*-->\n\n).*(\n<!-- end -->)", re.DOTALL)
WORDS = (
    (r"dict\[Name, (.*)\]", r"object of \1"),
    (r"frozenset\[(.*)\]", r"sorted list of \1"),
    (r"tuple\[(.*), \.\.\.\]", r"list of \1"),
    (r" \| None", " or null"),
    (r"\bStoredEvent\b", "an event"),
    (r"\bStoredValue\b", "entry"),
    (r"\bStored", ""),
    (r"\bUUID\b", "id"),
    (r"\bstr\b", "text"),
    (r"\bbool\b", "true or false"),
    (r"\bWhole\b", "whole number"),
    (r"\bMoment\b", "moment"),
    (r"\bdate\b", "day"),
)


def file(form: int) -> Path:
    """The file of texts, a name and a text a line, as one version of the format wrote them."""
    return Path(__file__).with_name(f"form-{form}.txt")


def lines(form: int) -> dict[str, str]:
    """The texts of one version by name. Not splitlines, which would split at U+2028 inside a text."""
    split = (line.partition("\t") for line in file(form).read_bytes().decode().split("\n") if line)
    return {name: text for name, _tab, text in split}


def written() -> dict[str, str]:
    """Every value as it is written today."""
    plain = {name: codec.dumps(value) for name, value in (values.EVENTS | values.STATES).items()}
    return plain | {name: codec.dumps_entry(*entry) for name, entry in values.ENTRIES.items()}


def types() -> dict[str, type[stored.Stored]]:
    """Every stored type by its tag, in the order of the two files."""
    named = (vars(stored_values) | vars(stored)).values()
    found = (item for item in named if isinstance(item, type) and issubclass(item, stored.Stored))
    return {str(form.__struct_config__.tag): form for form in found if form is not stored.Stored}


def table() -> str:
    """A row a type: its tag, and its fields as they are called on disk."""
    head = "| tag | fields |\n|---|---|\n"
    return head + "".join(f"| `{tag}` | {'; '.join(_fields(form))} |\n" for tag, form in types().items())


def _fields(form: type[stored.Stored]) -> list[str]:
    return [f"`{item.encode_name}` {_said(form.__annotations__[item.name])}" for item in msgspec.structs.fields(form)]


def _said(annotation: str) -> str:
    for pattern, words in WORDS:
        annotation = re.sub(pattern, words, annotation)
    return annotation


def renewed(page: str) -> str:
    """The page with the table of today."""
    return PLACE.sub(lambda found: found[1] + table() + found[2], page)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text()))
    there = lines(TODAY) if file(TODAY).exists() else {}
    with file(TODAY).open("a", newline="\n") as newest:
        newest.writelines(f"{name}\t{text}\n" for name, text in written().items() if name not in there)
