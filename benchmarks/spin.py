"""SPIN on an exported model: its verdict on each claim, what it never reached, and how many situations it stored in how many seconds.

SPIN and a C compiler are programs of their own (Debian: `apt-get install spin gcc`); nothing else here needs them.
"""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NEEDED: Final = ("spin", "gcc")
DEPTH: Final = "-m100000"
TAKES: Final = re.compile(r'printf\("([a-z0-9_-]+)\\n"\)')
TO: Final = re.compile(r"stage = S_(\w+);")


def missing() -> list[str]:
    """The programs that are not installed."""
    return [program for program in NEEDED if shutil.which(program) is None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What SPIN found: ``fails`` are the claims that do not hold, ``stuck`` whether a case can be where nothing may be done; ``never`` the
    actions and ``unreached`` the stages that do not happen; ``states`` are those stored in the search without a claim.
    """

    fails: frozenset[str]
    stuck: bool
    never: frozenset[str]
    unreached: frozenset[str]
    states: int
    seconds: float


def check(model: str, folder: Path, claims: tuple[str, ...] | None = None) -> Verdict:
    """Runs SPIN in ``folder`` over ``model``, for all of its claims or some."""
    (folder / "model.pml").write_text(model, encoding="utf-8")
    _run(["spin", "-a", "model.pml"], folder)
    _compile("-DNOCLAIM", folder)
    began = _cpu()
    plain = _run(["./pan", DEPTH], folder)
    seconds = _cpu() - began
    found = re.search(r"(\d+) states, stored", plain)
    assert found, plain
    stuck = "pan:1: invalid end state" in plain
    fails = set[str]()
    asked = re.findall(r"^ltl (\w+)", model, re.MULTILINE) if claims is None else claims
    if asked:
        _compile("-DSAFETY", folder)
    for claim in asked:
        output = _run(["./pan", DEPTH, "-N", claim], folder)
        if "errors: 0" not in output:
            fails.add(claim)
    never, unreached = _not_reached(model, plain)
    return Verdict(frozenset(fails), stuck, never, unreached, int(found[1]), seconds)


def _not_reached(model: str, output: str) -> tuple[frozenset[str], frozenset[str]]:
    """The actions and stages to which no line of the ``model`` leads that was reached: SPIN names those that were not."""
    section = output.partition("unreached in proctype Case")[2].partition("unreached in")[0]
    dead = {int(line) for line in re.findall(r"model\.pml:(\d+),", section)}
    taken, reached, everything, stages = set[str](), set[str](), set[str](), set[str]()
    name, alive = "", True
    for number, line in enumerate(model.splitlines(), 1):
        if "d_step {" in line:
            alive = number not in dead
        if found := TAKES.search(line):
            name = found[1]
            alive = alive and number not in dead
            everything.add(name)
            if alive:
                taken.add(name)
        if found := TO.search(line):
            stages.add(found[1])
            if alive:
                reached.add(found[1])
    return frozenset(everything - taken), frozenset(stages - reached)


def _compile(option: str, folder: Path) -> None:
    _run(["gcc", "-O1", "-w", option, "-o", "pan", "pan.c"], folder)


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _cpu() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime
