"""Reading, proving and comparing a rulebook in a process of its own, so that no file, whatever is in it, holds up or brings down a server.

    python -m huiyin.rules.prover.sandbox FILE SECONDS

prints what was found as JSON. Nothing here is trusted to end by itself: the process has a limit of memory and of processor time.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pydantic import BaseModel, ConfigDict

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.rules.book.load import RulebookFlawed, load_file
from huiyin.rules.book.sources import write_files
from huiyin.rules.book.texts import CodedText
from huiyin.rules.book.yaml_reader import Flaw
from huiyin.rules.prover.compare import Less, compare_with_law
from huiyin.rules.prover.finding import Finding, Property
from huiyin.rules.prover.longest_time import Goal
from huiyin.rules.prover.prove import BookProof, prove_rules

MAX_MEMORY: Final = 512 * 1024 * 1024
"""Bytes of address space. The largest shipped book is proved in 60 MB."""
MAX_FINDINGS: Final = 200
WAITED: Final = 4
"""So many times the processor time that it is given a proof may take by the clock, where others use the processor as well."""
PROGRAM: Final = ("-m", "huiyin.rules.prover.sandbox")


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class Fault(_Record):
    """Something that is wrong at a line of a file. ``of`` is the property that fails (empty when the file cannot be read at all),
    ``story`` the steps that lead to it."""

    file: str
    line: int
    path: str
    why: CodedText
    of: Property | None = None
    story: tuple[CodedText, ...] = ()


class LongestTime(_Record):
    """The longest lawful time to ``goal`` in days (None: unbounded), and the (action, day) steps that take it."""

    goal: Goal
    days: int | None
    path: tuple[tuple[str, int | None], ...]
    paused: bool


class Verdict(_Record):
    """What was found of a rulebook. ``book`` is its name and version; ``law`` the one at the root of what it extends, with which
    it was compared, if any.

    ``read`` is False when it could not be read; ``faults`` then say why. ``situations`` and ``longest`` are by procedure.
    """

    book: str
    title: tuple[str, str]
    read: bool
    faults: tuple[Fault, ...]
    proved: tuple[Property, ...] = ()
    situations: Mapping[str, int] = {}
    longest: Mapping[str, tuple[LongestTime, ...]] = {}
    procedures: Mapping[str, tuple[str, str]] = {}
    actions: Mapping[str, Mapping[str, tuple[str, str]]] = {}
    law: str = ""
    less: tuple[Less, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether it may be worked under as far as the prover can tell."""
        return self.read and not self.faults


class ProofUnfinished(HuiyinError):
    """Raised when a trial needed more time or memory than it was given, or its process was ended."""

    to_do = gettext_noop("请只试规程的一部分，或者看看是否阶段和职责太多")


def try_out(files: Mapping[str, bytes], name: str, seconds: int) -> Verdict:
    """Try the rulebook ``name`` among ``files`` (content by the name of each file without its ending) in another process, for ``seconds`` of
    processor time at most.

    Books that are not among ``files`` are looked for among the shipped ones. Raises Unfinished.
    """
    with TemporaryDirectory(prefix="huiyin-trial-") as folder:
        write_files(Path(folder), files)
        command = [sys.executable, *PROGRAM, f"{folder}/{name}.yaml", str(seconds)]
        try:
            outcome = subprocess.run(command, capture_output=True, timeout=seconds * WAITED, check=False)
        except subprocess.TimeoutExpired:
            raise ProofUnfinished(_("%(seconds)s 秒后仍没有做完") % {"seconds": seconds * WAITED}) from None
    if outcome.returncode:
        raise ProofUnfinished(_("结束时的状态为 %(status)s") % {"status": outcome.returncode})
    return Verdict.model_validate_json(outcome.stdout)


def judge(path: Path) -> Verdict:
    """What there is to say of the rulebook in ``path``: in this process, however long it takes."""
    try:
        rules = load_file(path)
    except RulebookFlawed as error:
        return Verdict(book="", title=("", ""), read=False, faults=tuple(_fault(flaw) for flaw in error.flaws))
    proof, book = prove_rules(rules), rules.book
    law, less = compare_with_law(rules, proof)
    return Verdict(
        book=book.key,
        title=(book.title.zh, book.title.name("en")),
        read=True,
        faults=tuple(_found(finding) for finding in proof.findings[:MAX_FINDINGS]),
        proved=proof.proved,
        situations=proof.situations,
        longest=_longest(proof),
        procedures={key: (procedure.zh, procedure.name("en")) for key, procedure in book.procedures.items()},
        actions={
            key: {name: (action.zh, action.name("en")) for name, action in procedure.actions.items()}
            for key, procedure in book.procedures.items()
            if key in proof.longest
        },
        law=law.book.key if law else "",
        less=less,
    )


def _longest(proof: BookProof) -> dict[str, tuple[LongestTime, ...]]:
    return {
        key: tuple(LongestTime(goal=time.goal, days=time.days, path=time.path, paused=time.paused) for time in times)
        for key, times in proof.longest.items()
    }


def _fault(flaw: Flaw) -> Fault:
    return Fault(file=flaw.file, line=flaw.line, path=flaw.path, why=flaw.why)


def _found(finding: Finding) -> Fault:
    return _fault(finding.flaw).model_copy(update={"of": finding.of, "story": finding.story})


def main(file: str, seconds: str) -> int:
    """The other process. Its parent ends it too; this holds when the parent itself has ended."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
    sys.stdout.write(judge(Path(file)).model_dump_json())
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
