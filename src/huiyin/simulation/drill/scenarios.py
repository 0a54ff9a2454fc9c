"""What is played in a drill: files of scenarios that ship with the system."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

FOLDER: Final = Path(__file__).with_name("scenarios")
Minute = Annotated[int, Field(strict=True, ge=0, le=24 * 60)]


class NoSuchScenario(HuiyinError):
    """Raised when no scenario has the name that was asked for."""

    def __init__(self, name: str) -> None:
        super().__init__(_("没有情景 %(name)s") % {"name": repr(name)})

    to_do = gettext_noop("请选 `huiyin drill --help` 列出的")


class ScenarioPart(BaseModel):
    """A part of a scenario's file: a key that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Visit(ScenarioPart):
    """The petition that those who came bring: in which minute it is registered, and for how many people."""

    at: Minute
    headcount: Annotated[int, Field(strict=True, ge=1, le=10_000)]


class BesideStep(ScenarioPart):
    """A step that nobody owes and somebody takes in the minute ``at``, where the rulebook has it and lets them."""

    at: Minute
    action: str


class Scenario(ScenarioPart):
    """A scenario. Minutes are those after its beginning, and ``minutes`` those that everybody takes for what they owe that day.

    ``report`` says in which minute the incident is reported and what the report's form then holds, ``fields`` what later forms hold;
    ``ways`` by which step a duty is done, where several would do.
    """

    zh: str
    en: str
    matter: Visit
    report: dict[str, Any]
    minutes: Minute
    ways: dict[str, str] = Field(default_factory=dict)
    fields: dict[str, Any] = Field(default_factory=dict)
    beside: tuple[BesideStep, ...] = ()

    @property
    def reported_at(self) -> int:
        """In which minute the incident is reported."""
        return int(self.report["at"])

    @property
    def form_entries(self) -> dict[str, Any]:
        """What forms hold where they ask for it: the report's first."""
        return {**self.fields, **{name: value for name, value in self.report.items() if name != "at"}}


def names() -> tuple[str, ...]:
    """The scenarios that there are."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def scenario(name: str) -> Scenario:
    """The scenario of this name. Raises NoSuchScenario."""
    if name not in names():
        raise NoSuchScenario(name)
    return Scenario.model_validate(yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")))
