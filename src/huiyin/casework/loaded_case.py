"""A case made ready to be asked about: its rules found and its state decoded once, whatever a page asks afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from huiyin.casework.models import Case
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rule_store.store import load
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Procedure


@dataclass(frozen=True, slots=True)
class LoadedCase:
    """A case, the rules under which it runs, and the engine's state of it."""

    case: Case
    rules: Rules
    state: State

    @property
    def procedure(self) -> Procedure:
        """The procedure that it runs under."""
        return self.rules.book.procedures[self.case.procedure]


def load_case(case: Case) -> LoadedCase:
    """``case`` with what it takes to say what may happen to it."""
    return LoadedCase(case, load(case.rulebook), codec.loads(case.state))
