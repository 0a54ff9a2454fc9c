"""What somebody who follows a form writes into each control of it, knowing nothing but what the control says of itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Final

from huiyin.rules.book.schema import MISSING_ITEMS

WORDS: Final = "已按规定核实办理。"
FILE_NAME: Final = "说明.txt"
USUAL: Final[Mapping[str, str]] = {
    "p0-name": "陈晓光",
    "p0-phone": "13800001111",
    "p0-address": "临江市滨江路 8 号",
    "p0-kind": "person",
    "text": "滨江路 8 号门前的路灯坏了两个星期,请派人修理。",
    "headcount": "1",
    "tracking_no": "1234567890123",
}
"""What a petitioner says of themselves and their matter, and what the post gives."""


@dataclass(frozen=True)
class Control:
    """A control that is seen: its kind (the type of an input, or its element), what it holds and what it offers.

    ``names``: a unit or person is written down in it, since the page lists none; ``wrong``: the page says that what it holds will not do.
    """

    kind: str
    name: str
    value: str = ""
    options: tuple[str, ...] = ()
    earliest: str = ""
    latest: str = ""
    placeholder: str = ""
    names: str = ""
    wrong: bool = False


@dataclass
class Writer:
    """Fills in controls: by ``chance`` where there is a choice; ``other`` is the number of another matter, ``today`` the day of the story;
    ``directory`` are the names of units and people that whoever writes knows: of whom they think first, and all.
    """

    chance: Random
    today: Callable[[], date]
    other: str = ""
    usual: Mapping[str, str] = field(default_factory=lambda: USUAL)
    directory: Mapping[str, tuple[Sequence[str], Sequence[str]]] = field(default_factory=dict)

    def entry(self, control: Control) -> str | None:
        """What is written into a control, or which of its options is taken; None where it is left as it is."""
        if control.name in self.usual:
            return self.usual[control.name]
        match control.kind:
            case "radio" | "checkbox" | "select":
                return self._chosen(control.options)
            case "date":
                return min(max(self.today().isoformat(), control.earliest), control.latest or "9999")
            case "number":
                return control.latest or control.earliest or "1"
            case "file":
                return FILE_NAME
            case _:
                return self._written(control)

    def _chosen(self, options: Sequence[str]) -> str | None:
        return self.chance.choice(options) if options else None  # the server will say what is wrong

    def _written(self, control: Control) -> str | None:
        if control.name == MISSING_ITEMS:
            return "\n".join(line + WORDS for line in control.value.splitlines())
        if control.names in self.directory and (control.wrong or not control.value):
            return self._chosen(self.directory[control.names][control.wrong])
        if control.value:
            return None
        return {"事项编号": self.other, "09:30": "09:30"}.get(control.placeholder, WORDS)
