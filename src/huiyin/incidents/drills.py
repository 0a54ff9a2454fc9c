"""Drills of incidents: asked for on a page, played by a worker in a process and a database of their own, kept for who sees every incident."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from huiyin.errors import HuiyinError
from huiyin.incidents import INCIDENT
from huiyin.incidents.models import Drill
from huiyin.jobs import kinds, piecewise
from huiyin.jobs.models import Job
from huiyin.jobs.queue import PermanentFailure
from huiyin.language import gettext_noop
from huiyin.people.ids import new_id
from huiyin.people.models import Account, Organisation
from huiyin.procedure.command import Actor
from huiyin.rule_store.store import gather, load
from huiyin.rules.book.load import RulebookFlawed, Rules
from huiyin.rules.book.sources import Sources

SCENARIOS: Final[Mapping[str, Promise]] = {
    "violence": gettext_lazy("暴力事件"),
    "group-visit": gettext_lazy("五十人集体来访"),
}
"""What can be played, as `huiyin drill` calls it; the files are simulation/drill/scenarios."""
MAX_MINUTES: Final = 999
MAX_SECONDS: Final = 240
"""By the clock; on an idle machine it takes three."""
PLAYED: Final = (0, 1)
"""How `huiyin drill` ends when it has played: nothing came too late, or something did."""


class DrillBroken(HuiyinError):
    """Raised when a drill was not played to its end, or took too long."""

    to_do = gettext_noop("请用 `huiyin drill` 演练，它会说明原因")


@dataclass(frozen=True, slots=True)
class DrillRequest:
    """What somebody wants played: ``absent`` are roles of the book; ``minutes`` None for the scenario's own."""

    scenario: str
    absent: Sequence[str]
    minutes: int | None


def rules_of(actor: Actor, at: datetime) -> Rules | None:
    """The rulebook of the actor's organisation if incidents run under it; None otherwise."""
    rules = load(Organisation.objects.get(id=actor.organisation).rulebook_at(at))
    return rules if INCIDENT in rules.book.procedures else None


def begin(actor: Actor, account: Account, rules: Rules, request: DrillRequest, at: datetime) -> Drill:
    """Have ``request`` played under ``rules``. Raises piecewise.Busy."""
    assert actor.post is not None  # whoever has a page open acts in a post
    piecewise.make_room(Drill.objects.filter(organisation_id=actor.organisation), kinds.drill_key, at)
    drill = Drill(
        id=new_id(at),
        organisation_id=actor.organisation,
        account=account,
        post_id=actor.post,
        rulebook=rules.book.key,
        scenario=request.scenario,
        absent=sorted(request.absent),
        minutes=request.minutes,
        asked_at=at,
    )
    piecewise.begin(drill, kinds.drill(actor.organisation, drill.id, at))
    return drill


def drills_of(actor: Actor) -> QuerySet[Drill]:
    """The drills of the actor's organisation, the latest first."""
    return Drill.objects.filter(organisation=actor.organisation).select_related("account").order_by("-asked_at")


def carry_on(job: Job, at: datetime) -> None:
    """Play the drill that ``job`` is about, unless it was played. Raises PermanentFailure, DrillBroken."""
    found = piecewise.go_on(Drill.objects.all(), job.payload["drill"], at)
    if found is None:
        return
    drill, _asker = found
    try:
        _rules, sources = gather(drill.rulebook)
    except RulebookFlawed:
        raise PermanentFailure("the rulebook is not here any more, or can no longer be read") from None
    Drill.objects.filter(id=drill.id).update(report=_play(drill, sources), ended_at=at, reason="")


def give_up(job: Job, at: datetime) -> None:
    """The drill that ``job`` is about failed too often."""
    piecewise.give_up(Drill.objects.all(), job.payload["drill"], at)


def _play(drill: Drill, sources: Sources) -> Any:
    """The report of the drill, as JSON: from `huiyin drill` in a process of its own, which opens nothing of this installation."""
    with TemporaryDirectory(prefix="huiyin-drill-") as folder:
        command = [sys.executable, "-m", "huiyin.cli", "drill", drill.scenario, "--json"]
        command += ["--book", str(sources.write_to(Path(folder)))]
        command += [argument for role in drill.absent for argument in ("--absent", role)]
        command += ["--minutes", str(drill.minutes)] if drill.minutes is not None else []
        try:
            outcome = subprocess.run(command, capture_output=True, timeout=MAX_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise DrillBroken(f"not done after {MAX_SECONDS} seconds") from None
    if outcome.returncode not in PLAYED or not outcome.stdout:
        raise DrillBroken(f"ended with status {outcome.returncode}")
    return json.loads(outcome.stdout)["drills"][0]
