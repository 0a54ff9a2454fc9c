"""One matter on its way through the simulation, and what is measured on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from uuid import UUID

from huiyin.procedure.command import Actor
from huiyin.procedure.state import State
from huiyin.simulation.arrivals import Arrival
from huiyin.simulation.posts import StaffedPost, Task


@dataclass(slots=True, eq=False)
class Matter:
    """A matter: where it stands (``state``, None before it is registered), what is to be done on it, when what was reached.

    ``considered`` are the things beside what is owed that were thought about since the case came to its stage.
    """

    arrival: Arrival
    chance: Random
    case: UUID | None = None
    no: str = ""
    state: State | None = None
    petitioner: Actor | None = None
    tasks: list[tuple[StaffedPost | None, Task]] = field(default_factory=list)
    considered: set[str] = field(default_factory=set)
    notified_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    registered_at: datetime | None = None
    plans: int = 0
    trouble: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it has not come to an end, or has come back from one."""
        return self.state is None or not self.state.ended
