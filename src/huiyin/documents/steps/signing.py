"""Who signs a document of the office's own by hand: below its table, or on each page (``signing.yaml``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from huiyin.casework.history import HistoryStep
from huiyin.documents.content import SIGN_HERE, FormRow
from huiyin.documents.facts import cleaned

FILE: Final = Path(__file__).with_name("signing.yaml")
ANYBODY: Final = ("签名",)
MAX_PLACES: Final = 12
MAX_PLACE_CHARS: Final = 24


@cache
def signing() -> Mapping[str, Mapping[str, Any]]:
    """By the name of the action: who ``signs`` below the table, and who signs ``each_page``."""
    found: Mapping[str, Mapping[str, Any]] = YAML(typ="safe", pure=True).load(FILE.read_text(encoding="utf-8"))
    return found


def places_to_sign(action: str) -> Iterator[FormRow]:
    """The last lines of a form: who signs it, and the day; none where each page is signed."""
    asked = signing().get(action, {})
    for who in asked.get("signs", () if "each_page" in asked else ANYBODY):
        yield FormRow(who, SIGN_HERE)


def signed_each_page(step: HistoryStep) -> tuple[str, ...]:
    """Who signs each page of the document of a ``step``, by name and capacity as its form has them; empty where nobody does."""
    entered = {shown.name: cleaned(shown.value) for shown in step.fields}
    asked = signing().get(step.action, {}).get("each_page", {})
    return tuple(place for field, called in asked.items() for place in _places(entered.get(field, ""), called))


def _places(entered: str, called: str) -> list[str]:
    """A place for each line of what was entered; one for all where there are more, or longer ones, than fit below a page."""
    names = [name for line in entered.split("\n") if (name := line.strip())]
    if len(names) > MAX_PLACES or any(len(name) > MAX_PLACE_CHARS for name in names):
        return [f"{called}（共{len(names)}人，签名附后）" if len(names) > 1 else called]
    if len(names) > 1:
        return names
    return [f"{called}：{names[0]}" if names else called]
