"""What the demonstration's petitioners write, and who they are: drawn from the material, never the same matter twice in a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from huiyin.demo.material import material
from huiyin.people.checks import PetitionerFields

PHONE = "1380000{:04d}"


@dataclass(frozen=True, slots=True)
class DemoPetition:
    """One made-up petition; ``said`` is what the office will write about it."""

    title: str
    text: str
    unit: str
    kind: str
    accused: tuple[str, ...] = ()
    writings: Mapping[str, str] = field(default_factory=dict)


class Petitions:
    """An endless supply, the same for the same rng."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        claims, others = material("claims"), material("others")
        self._heaps: dict[str, Iterator[Mapping[str, Any]]] = {
            name: _rounds(heap, rng) for name, heap in {"claim": claims, **others}.items()
        }
        self._people = count()

    def next(self, heap: str) -> DemoPetition:
        """A petition of the kind ``heap``: claim, suggestion, accusation, or foreign (another organ's)."""
        entry = next(self._heaps[heap])
        place = self._rng.choice(material("people")["places"])
        written = {name: text.replace("$place", place) for name, text in entry.items() if isinstance(text, str)}
        return DemoPetition(
            title=written["title"],
            text=written["text"],
            unit=entry.get("unit", "30"),
            kind="claim" if heap == "foreign" else heap,
            accused=tuple(entry.get("accused", ())),
            writings=written,
        )

    def people(self, number: int, *, anonymous: bool = False) -> tuple[PetitionerFields, ...]:
        """``number`` petitioners with names, telephone numbers and addresses that do not exist."""
        if anonymous:
            return (PetitionerFields(kind="anonymous"),)
        known = material("people")
        names, addresses = known["names"], known["addresses"]
        drawn = [next(self._people) for _ in range(number)]
        return tuple(
            PetitionerFields(
                name=names[n % len(names)],
                phone=PHONE.format(1000 + n % 9000),
                address=addresses[n % len(addresses)],
            )
            for n in drawn
        )


def _rounds(heap: Sequence[Mapping[str, Any]], rng: Random) -> Iterator[Mapping[str, Any]]:
    """All entries in a fresh order, again and again."""
    while True:
        order = list(heap)
        rng.shuffle(order)
        yield from order
