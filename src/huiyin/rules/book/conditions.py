"""Conditions on facts, and what an action does only where one holds: duties that it opens, documents that it drafts."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from huiyin.rules.book.elements import Element, Id, as_tuple


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


class Opening(Element):
    """A duty that an action opens, perhaps only under a condition; ``person`` is who in the unit answers for it (a field).

    ``each``: it is opened once for each entry of this field, which names several.
    """

    duty: Id
    when: Condition = Field(default_factory=dict)
    person: str = ""
    each: str = ""


def _opening(value: object) -> object:
    return {"duty": value} if isinstance(value, str) else value


Openings = Annotated[tuple[Annotated[Opening, BeforeValidator(_opening)], ...], BeforeValidator(as_tuple)]


class Drafting(Element):
    """A document that an action drafts, perhaps only under a condition."""

    notice: Id
    when: Condition = Field(default_factory=dict)


def _drafting(value: object) -> object:
    return {"notice": value} if isinstance(value, str) else value


Draftings = Annotated[tuple[Annotated[Drafting, BeforeValidator(_drafting)], ...], BeforeValidator(as_tuple)]
