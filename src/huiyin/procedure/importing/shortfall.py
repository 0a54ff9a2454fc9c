"""Why a case of an old register cannot come in, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

WhyShort = Literal[
    "stage",
    "no-way",
    "fact",
    "unit",
    "day",
    "order",
    "future",
    "promised",
    "role",
    "situation",
    "running",
    "over",
    "asked",
]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Why a case cannot come in: ``name`` is the stage, fact, moment, limit or role that it is about.

    ``fact``: it must be known, and is one of ``values``; ``day``: the day of this moment is missing; ``order``: it lies before that of
    ``other``; ``promised``: the law does not allow a later day than ``latest``; ``running``: the case ends when this limit has run out,
    on ``latest``, and stands in stage ``other`` until then; ``over``: it ends so before this limit has run out, on ``latest``, and not
    later; ``asked``: a remedy was asked for at this moment, and nothing says what came of it.
    """

    why: WhyShort
    name: str
    values: tuple[str, ...] = ()
    other: str = ""
    latest: date | None = None
