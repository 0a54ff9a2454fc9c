"""Trying removals: in processes of their own, each with the tests of a source tree; what was tried before is read from a file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final

from huiyin.clauses.coverage import Coverage, Tests
from huiyin.clauses.removals.inputs import Inputs
from huiyin.clauses.removals.removals import Removal, removals_of
from huiyin.errors import HuiyinError
from huiyin.language import gettext_noop

TRIED: Final = Path("build") / "removals.jsonl"
"""What was tried, below the root of the tree: a line for each test on each removal. An interrupted run goes on from there."""
PLUGIN: Final = "tests.clauses.removals.plugin"
RECORDS: Final = "tests.clauses.removals.records"
"""Does the same for the tests of records, which need no pytest."""
OF_A_RUN: Final = ("PYTEST_", "DJANGO_SETTINGS_MODULE", "DATABASE_URL")
"""Variables of a run of the tests from within which this is called: one that is begun there is a run of its own."""
JOBS_AT_ONCE: Final = 1000
"""So many a process, before the next begins: one that dies takes no more with it."""
RECORDED: Final = "tests/procedure/recorded/"
QUICK: Final = (RECORDED, "tests/procedure/", "tests/rules/")
"""Where tests begin that need little, the least first: only what none of these notices is tried with others, which need a database."""


class NotTried(HuiyinError):
    """Raised when the tests of the tree could not be run."""

    to_do = gettext_noop("请先运行测试（make test）：现有规程须先全部通过")


@dataclass(frozen=True, slots=True)
class Probe:
    """Whether one of the ``tests`` of ``clause`` notices the ``removal``."""

    clause: str
    removal: Removal
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """``by``: the test that failed without the part; None when all of them passed, or nobody has asked yet (not ``tried``)."""

    probe: Probe
    by: str | None
    tried: bool = True


@dataclass
class Trials:
    """What was tried in the source tree at ``root``, by what decides it."""

    root: Path
    inputs: Inputs = field(init=False)
    failed: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.inputs = Inputs(self.root)
        if (self.root / TRIED).is_file():
            for line in (self.root / TRIED).read_text(encoding="utf-8").splitlines():
                try:
                    known = json.loads(line)
                except ValueError:
                    continue  # a run was stopped while it wrote this line
                self.failed[known["key"]] = known["failed"]

    def answer(self, probe: Probe) -> Answer:
        """What is known of ``probe``."""
        found = [self.failed.get(self.inputs.key(probe.removal, test)) for test in probe.tests]
        by = next((test for test, failed in zip(probe.tests, found, strict=True) if failed), None)
        return Answer(probe, by, tried=by is not None or None not in found)

    def left(self, removal: Removal | None, tests: Iterable[str]) -> list[str]:
        """Those of the ``tests`` that have not been run on it."""
        return [test for test in tests if self.inputs.key(removal, test) not in self.failed]

    def keep(self, removal: Removal | None, found: dict[str, bool]) -> None:
        """Notes what tests did on the ``removal``."""
        (self.root / TRIED).parent.mkdir(exist_ok=True)
        with (self.root / TRIED).open("a", encoding="utf-8") as file:
            for test, failed in found.items():
                key = self.inputs.key(removal, test)
                self.failed[key] = failed
                file.write(json.dumps({"key": key, "failed": failed}) + "\n")


def probes(rows: Iterable[Coverage], records: Tests) -> list[Probe]:
    """All that is to be asked of the clauses that are counted as shown: those that features alone carry out have nothing to remove.

    ``records`` are tests that notice as well, though a clause is not shown by them (`marks.record_tests`).
    """
    return [
        Probe(row.clause, removal, _quick_ones_first((*row.tests, *records.get(row.clause, ()))))
        for row in rows
        if row.state == "shown"
        for removal in removals_of(row)
    ]


def sample(asked: Sequence[Probe], size: int) -> list[Probe]:
    """``size`` of them, always the same ones while they are asked: by digest of clause and removal."""
    return sorted(asked, key=lambda one: Removal(one.clause, one.removal.path, str(one.removal)).digest)[:size]


def _quick_ones_first(tests: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(tests, key=lambda test: (_slowness(test), test)))


def _slowness(test: str) -> int:
    return next((n for n, begins in enumerate(QUICK) if test.startswith(begins)), len(QUICK))


def answers(
    asked: Sequence[Probe],
    root: Path,
    processes: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
    slowest: int = len(QUICK),
) -> list[Answer]:
    """What the tests of the tree at ``root`` notice, of those up to the ``slowest`` (by where they stand in QUICK; one more is all others): what
    those do not notice is left untried. Raises NotTried when a test that noticed something fails on the books as they are.
    """
    trials = Trials(root)
    for slowness in range(slowest + 1):
        jobs = [job for probe in asked if (job := _job(trials, probe, slowness)) is not None]
        done = sum(trials.answer(probe).tried for probe in asked)
        progress(done, len(asked))
        for removal, tests in _run(jobs, root, processes):
            trials.keep(removal, tests)
            done += any(tests.values()) or slowness == len(QUICK)
            progress(done, len(asked))
    found = [trials.answer(probe) for probe in asked]
    _try_undamaged(trials, sorted({one.by for one in found if one.by is not None}), processes)
    return found


def _job(trials: Trials, probe: Probe, slowness: int) -> tuple[Removal | None, list[str]] | None:
    """The tests that have still to be run on the removal, of those as slow; None when it was noticed, or there are none."""
    if trials.answer(probe).tried:
        return None
    tests = trials.left(probe.removal, [test for test in probe.tests if _slowness(test) == slowness])
    return (probe.removal, tests) if tests else None


def _try_undamaged(trials: Trials, tests: Sequence[str], processes: int) -> None:
    jobs: list[tuple[Removal | None, list[str]]] = [(None, [test]) for test in trials.left(None, tests)]
    for removal, found in _run(jobs, trials.root, processes):
        trials.keep(removal, found)
    keys = {test: trials.inputs.key(None, test) for test in tests}
    broken = [test for test, key in keys.items() if trials.failed.get(key)]
    unknown = [test for test, key in keys.items() if key not in trials.failed]
    if broken or unknown:
        raise NotTried(
            f"{len(broken)} tests fail and {len(unknown)} cannot be run: {', '.join([*broken, *unknown][:5])}"
        )


def _run(
    jobs: Sequence[tuple[Removal | None, list[str]]], root: Path, processes: int
) -> Iterator[tuple[Removal | None, dict[str, bool]]]:
    """Each job with what its tests did, as it is done: by test, whether it failed."""
    by_files = sorted(range(len(jobs)), key=lambda n: jobs[n][1])
    batches = [by_files[n : n + JOBS_AT_ONCE] for n in range(0, len(by_files), JOBS_AT_ONCE)]
    if len(batches) < processes:
        batches = [batch for n in range(processes) if (batch := by_files[n::processes])]
    found: SimpleQueue[tuple[int, dict[str, bool]] | None] = SimpleQueue()
    waiting: SimpleQueue[list[int]] = SimpleQueue()
    for batch in batches:
        waiting.put(batch)

    def work() -> None:
        while (batch := _next(waiting)) is not None:
            for line in _process({n: jobs[n] for n in batch}, root):
                found.put((line["id"], line["tests"]))
        found.put(None)

    threads = [Thread(target=work, daemon=True) for _ in range(min(processes, len(batches)))]
    for thread in threads:
        thread.start()
    running = len(threads)
    while running:
        one = found.get()
        if one is None:
            running -= 1
        else:
            yield jobs[one[0]][0], one[1]


def _next(waiting: SimpleQueue[list[int]]) -> list[int] | None:
    try:
        return waiting.get_nowait()
    except Empty:
        return None


def _process(jobs: dict[int, tuple[Removal | None, list[str]]], root: Path) -> Iterator[dict[str, Any]]:
    """Runs one process over the ``jobs``, a pytest unless there are only records to ask, and reads its answers."""
    asked = [
        {
            "id": n,
            "removal": {"book": removal.book, "path": removal.path, "what": removal.what} if removal else None,
            "tests": tests,
        }
        for n, (removal, tests) in jobs.items()
    ]
    files = sorted({test.partition("::")[0] for _, tests in jobs.values() for test in tests})
    reading, writing = os.pipe()
    with tempfile.TemporaryDirectory(prefix="huiyin-removals-") as folder:
        path = Path(folder) / "jobs.json"
        path.write_text(json.dumps(asked, ensure_ascii=False), encoding="utf-8")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(OF_A_RUN)}
        options = ["-q", "-p", PLUGIN, "-p", "no:cacheprovider", "--tb=no", "--removals-jobs", str(path)]
        program = ["pytest", *options, "--removals-answers", str(writing), *files]
        alone = all(file.startswith(RECORDED) for file in files)
        with subprocess.Popen(
            [sys.executable, "-m", *([RECORDS, str(path), str(writing)] if alone else program)],
            cwd=root,
            env={**environment, "HUIYIN_TEST_DB": "sqlite"},
            pass_fds=[writing],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ):
            os.close(writing)
            with os.fdopen(reading, encoding="utf-8") as lines:
                for line in lines:
                    yield json.loads(line)
