"""Conditions on the facts of a case, as a rulebook writes them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from huiyin.rules.book.elements import Element, Id


def _expected(value: object) -> object:
    """``yes`` → allow {yes}; ``[a, b]`` → allow {a, b}; ``{not: x}`` → forbid {x}."""
    if isinstance(value, dict) and set(value) == {"not"}:
        unwanted = value["not"]
        return {"forbid": [unwanted] if isinstance(unwanted, str) else unwanted}
    if isinstance(value, str):
        return {"allow": [value]}
    if isinstance(value, list):
        return {"allow": value}
    return value


class Comparison(Element):
    """A comparison of one fact: among ``allow`` (when given) and not among ``forbid``."""

    allow: frozenset[str] = frozenset()
    forbid: frozenset[str] = frozenset()

    def holds(self, value: str) -> bool:
        """Whether the fact's ``value`` passes."""
        return (not self.allow or value in self.allow) and value not in self.forbid


Condition = dict[Id, Annotated[Comparison, BeforeValidator(_expected)]]
