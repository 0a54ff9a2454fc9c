"""What additions to a rulebook are made of: a new element, or one that is written over, of a procedure or of the book around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import (
    START,
    Action,
    DutyRule,
    Fact,
    FieldRule,
    LimitRule,
    NoticeRule,
    Procedure,
    Role,
    Stage,
)
from huiyin.rules.book.steps import applies, begins_case

OF_BOOK: Final = ("roles", "facts", "fields", "moments")
MODELS: Final[Mapping[str, Any]] = {
    "stages": Stage,
    "limits": LimitRule,
    "duties": DutyRule,
    "notices": NoticeRule,
    "actions": Action,
    "roles": Role,
    "facts": Fact,
    "fields": FieldRule,
}
Change = Mapping[str, Mapping[str, Any]]
"""By kind of element and name: an element, the keys of a new one, or what to change of one that is there (under ``_``)."""
Found = Iterator[tuple[str, Change]]
"""Where something is added, and what."""


@dataclass(frozen=True)
class Addition:
    """One book to which something was added; ``step`` is the action that was added or changed, if any."""

    kind: str
    where: str
    rules: Rules
    procedure: str
    step: str | None

    def __str__(self) -> str:
        return f"{self.kind} · {self.where}"


@dataclass(frozen=True)
class Base:
    """A procedure of a book to which something is to be added."""

    rules: Rules
    name: str

    @property
    def procedure(self) -> Procedure:
        """The procedure as it is."""
        return self.rules.book.procedures[self.name]

    @property
    def actions(self) -> Mapping[str, Action]:
        """Its actions."""
        return self.procedure.actions

    @cached_property
    def ends(self) -> list[str]:
        """The stages at which a case ends."""
        return [name for name, stage in self.procedure.stages.items() if stage.end]

    @cached_property
    def working(self) -> list[tuple[str, str, str]]:
        """The stages in which an office works, each with a duty that an action does there that takes the case on, and who owes it."""
        found = {}
        for stage, rule in self.procedure.stages.items():
            for action in self.actions.values():
                if not rule.end and action.to not in (None, stage) and applies(self.procedure, action, stage):
                    for duty in action.discharges:
                        if self.of(self.procedure.duties[duty].of) not in ("petitioner", "system"):
                            found.setdefault(stage, (stage, duty, self.procedure.duties[duty].of))
        return list(found.values())

    @cached_property
    def moving(self) -> list[tuple[str, Action]]:
        """The actions of offices by which a case goes on."""
        return [(n, a) for n, a in self.actions.items() if a.to is not None and not begins_case(a) and self.staff(a)]

    @cached_property
    def approvals(self) -> list[tuple[str, Action]]:
        """What grants something that another proposed: kept apart from them, and leading on."""
        return [(n, a) for n, a in self.moving if a.not_by and a.discharges and a.opens]

    def of(self, role: str) -> str:
        """Where the holder of ``role`` stands."""
        return self.rules.book.roles[role].of

    def staff(self, action: Action) -> bool:
        """Whether only people of offices take ``action``."""
        return all(self.of(role) not in ("petitioner", "system") for role in action.by)

    def asked_by_petitioner(self) -> list[tuple[str, Action]]:
        """What petitioners may do in a case that is under way."""
        return [
            (n, a)
            for n, a in self.actions.items()
            if not begins_case(a) and all(self.of(r) == "petitioner" for r in a.by)
        ]

    def role(self, of: str) -> str | None:
        """The first role that stands there."""
        return next((name for name, role in self.rules.book.roles.items() if role.of == of), None)

    def notices_to_petitioner(self, action: Action) -> list[str]:
        """The notices of ``action`` to the petitioner."""
        return [name for name in action.notice if self.procedure.notices[name].to == "petitioner"]

    @cached_property
    def clause(self) -> list[str]:
        """The clauses of the procedure's ends: what ends a case shares one with the end."""
        return list(dict.fromkeys(clause for end in self.ends for clause in self.procedure.stages[end].clause))

    @cached_property
    def text(self) -> str:
        """A field for text that somebody writes."""
        fields = self.rules.book.fields
        return next(name for name in ("reason", *fields) if name in fields and fields[name].type == "text")

    def step(self, by: str, stage: str, to: str | None, **more: Any) -> dict[str, Any]:
        """The keys of an action that somebody adds."""
        return {"zh": "另行办理", "by": by, "from": stage, "to": to, "clause": self.clause} | more

    def end(self, **more: Any) -> dict[str, Any]:
        """The keys of an end that somebody adds."""
        archive = ["archive"] if "archive" in self.procedure.duties else []
        return {"zh": "已了结", "end": True, "owes": archive, "clause": self.clause} | more

    def notice(self, *body: str, **more: Any) -> dict[str, Any]:
        """The keys of a document to the petitioner that somebody adds."""
        return {"zh": "告知书", "body": body, "clause": self.clause} | more

    def after_ends(self, end: str) -> dict[str, Any]:
        """Whatever is offered after most ends is offered after ``end`` too: nobody who adds one forgets its archiving."""
        most = {n: a for n, a in self.actions.items() if 2 * len(set(self.ends) & set(a.from_stages)) > len(self.ends)}
        return {name: {"_": {"from_stages": (*a.from_stages, end)}} for name, a in most.items()}


def changed(rules: Rules, name: str, change: Change) -> Rules:
    """``rules`` with ``change`` to procedure ``name`` and the book around it."""
    book, procedure = rules.book, rules.book.procedures[name]
    within = {kind: _merged(kind, getattr(procedure, kind), new) for kind, new in change.items() if kind not in OF_BOOK}
    around = {kind: _merged(kind, getattr(book, kind), new) for kind, new in change.items() if kind in OF_BOOK}
    procedures = {**book.procedures, name: procedure.model_copy(update=within)}
    return replace(rules, book=book.model_copy(update={**around, "procedures": procedures}))


def _merged(kind: str, elements: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    return {**elements, **{name: _element(kind, elements.get(name), keys) for name, keys in new.items()}}


def _element(kind: str, old: Any, keys: Any) -> Any:
    if not isinstance(keys, Mapping):
        return keys
    if "_" in keys:
        return old.model_copy(update=dict(keys["_"]))
    return MODELS[kind].model_validate(dict(keys))


KINDS: Final[dict[str, Callable[[Base], Found]]] = {}
"""Every way in which something is added, by its name."""


def kind(name: str) -> Callable[[Callable[[Base], Found]], Callable[[Base], Found]]:
    """Registers a kind of addition under ``name``."""

    def register(add: Callable[[Base], Found]) -> Callable[[Base], Found]:
        assert name not in KINDS
        KINDS[name] = add
        return add

    return register


__all__ = ["KINDS", "START", "Addition", "Base", "Change", "Found", "changed", "kind"]
