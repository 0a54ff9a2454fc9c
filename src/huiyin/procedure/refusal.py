"""Why something may not happen: a value that names the failed condition, its clause, and what would make it possible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as part
from enum import StrEnum

from huiyin.rules.book.fields.values import ProblemCode as ProblemCode


class Code(StrEnum):
    """The closed set of reasons for which the engine refuses."""

    UNKNOWN_ACTION = "unknown-action"
    STALE = "stale"
    WRONG_STAGE = "wrong-stage"
    WRONG_ROLE = "wrong-role"
    WRONG_UNIT = "wrong-unit"
    ACCUSED = "accused"
    UNIDENTIFIED = "unidentified"
    RECUSED = "recused"
    SAME_PERSON = "same-person"
    OWN_UNIT = "own-unit"
    CODE_SEEN = "code-seen"
    CONDITION = "condition"
    NOT_SAID = "not-said"
    WINDOW_CLOSED = "window-closed"
    TOO_EARLY = "too-early"
    DUTY_NOT_OPEN = "duty-not-open"
    DUTY_FIRST = "duty-first"
    FIELDS = "fields"
    NO_SEAT = "no-seat"
    NOBODY_WOULD_OWE = "nobody-would-owe"
    DOCUMENT_NOT_APPROVED = "paper-not-approved"
    DOCUMENT_VOIDED = "paper-voided"
    CORRECTION_FIRST = "correction-first"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with the field ``field``; ``params`` are the figures or names that the wording needs."""

    field: str
    problem: ProblemCode
    params: Mapping[str, str | int] = part(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """The engine's no.

    ``clause`` are the clauses of the rule that stands in the way; ``needs`` names what would make the action possible, by kind:
    stages, roles, facts, duties, or a moment (ISO 8601); ``problems`` are the fields to correct.
    """

    code: Code
    action: str
    clause: tuple[str, ...] = ()
    needs: Mapping[str, tuple[str, ...]] = part(default_factory=dict)
    problems: tuple[FieldProblem, ...] = ()
