"""Runs tests on a rulebook from which one part was taken: `huiyin rules coverage --removals` loads this into a pytest of its own.

    python -m pytest -p tests.clauses.removals.plugin --removals-jobs FILE --removals-answers FD TEST_FILE...

The tests are collected once, with the books as they are. For each job the process forks: the copy takes the part out of every book
that it has read or will read, forgets what was calculated from them, and runs the job's tests until one fails. Nothing of this is in
the package: an installation has no tests, and so no way to load a book otherwise than it is written.
"""

from __future__ import annotations

import functools
import gc
import json
import os
import resource
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import WeakSet

import pytest
from _pytest.runner import runtestprotocol

from huiyin.clauses.removals.removals import Removal, cites, without
from huiyin.rules.book import load as loading
from huiyin.rules.book.load import Rules, load

CPU_SECONDS = 60
"""More than any marked test needs: a test that runs on when a part is gone has noticed it as well."""
OTHER_PROCESSES = {
    "chromium",
    "page",
    "phone",
    "bare_installation",
    "prepared",
    "peopled",
    "installation",
    "staffed",
    "served",
}
"""Fixtures by which a test drives a process that reads the books as they are written: it could notice nothing."""


class Books:
    """Every rulebook that this process has read, and the removal that is made in each."""

    def __init__(self) -> None:
        self.read: WeakSet[Rules] = WeakSet()
        self.removal: Removal | None = None

    def remember(self, *parts: Any) -> Rules:
        """What `load_file` calls instead of Rules."""
        rules = Rules(*parts)
        self.read.add(rules)
        if self.removal is not None:
            damage(rules, self.removal)
        return rules

    def remove(self, removal: Removal) -> None:
        """Takes the part out of all of them, for the rest of this process's life."""
        load(removal.book)
        self.removal = removal
        changed = [(rules, without(rules.book, removal)) for rules in self.read if cites(rules.book, removal)]
        for rules, damaged in changed:
            pour(damaged, rules)


def damage(rules: Rules, removal: Removal) -> None:
    """``rules`` without the part: the object itself changes, since tests hold it in names of their modules."""
    if cites(rules.book, removal):
        pour(without(rules.book, removal), rules)


def pour(damaged: Any, rules: Rules) -> None:
    """Makes the book and the procedures of ``rules``, which are frozen, hold what ``damaged`` holds."""
    for name, procedure in rules.book.procedures.items():
        vars(procedure).update(vars(damaged.procedures[name]))
    for part in ("roles", "facts", "fields"):
        vars(rules.book)[part] = getattr(damaged, part)


BOOKS = Books()


def pytest_addoption(parser: pytest.Parser) -> None:
    """What is to be tried, and where the answers go."""
    parser.addoption("--removals-jobs", required=True)
    parser.addoption("--removals-answers", required=True, type=int)


def pytest_configure(config: pytest.Config) -> None:
    """Before any test file is read."""
    loading.Rules = BOOKS.remember  # type: ignore[misc, assignment]
    loading._shipped.cache_clear()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Instead of running the tests as they are."""
    clauses = session.config.pluginmanager.unregister(name="clause-record")
    assert clauses is not None
    by_test: dict[str, list[pytest.Item]] = {}
    for item in session.items:
        for name in {item.nodeid, item.nodeid.partition("[")[0]}:
            by_test.setdefault(name, []).append(item)
    jobs = json.loads(Path(session.config.getoption("--removals-jobs")).read_text(encoding="utf-8"))
    needed = [item for job in jobs for test in job["tests"] for item in by_test.get(test, ())]
    set_up_database(session, needed)
    known = [one for one in gc.get_objects() if isinstance(one, functools._lru_cache_wrapper)]
    caches = [one for one in known if str(one.__module__).startswith(("huiyin", "tests"))]
    gc.freeze()
    with os.fdopen(session.config.getoption("--removals-answers"), "w", encoding="utf-8") as answers:
        for job in jobs:
            found = apart(lambda job=job: try_one(job, by_test, caches))
            answers.write(json.dumps({"id": job["id"], "tests": found}) + "\n")
            answers.flush()
    return True


def set_up_database(session: pytest.Session, needed: list[pytest.Item]) -> None:
    """Makes the database once, for the copies of this process to copy."""
    first = next((item for item in needed if set(getattr(item, "fixturenames", ())) & {"db", "transactional_db"}), None)
    marked = first or next((item for item in needed if item.get_closest_marker("django_db")), None)
    if marked is not None:
        from django.db import connections

        runtestprotocol(marked, log=False, nextitem=session)
        connections.close_all()


def apart(work: Any) -> dict[str, bool]:
    """What ``work`` finds in a copy of this process: by test, whether it failed, in the order in which they were run."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))
        with os.fdopen(writing, "w", encoding="utf-8") as out:
            for test, failed in work():
                out.write(json.dumps([test, failed]) + "\n")
                out.flush()
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as answers:
        found = dict(json.loads(line) for line in answers)
    _, status = os.waitpid(child, 0)
    for left in Path(os.environ["HUIYIN_HOME"]).glob(f"*.{child}*"):
        left.unlink()
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
        begun = [test for test, failed in found.items() if failed is None]
        return {**found, **dict.fromkeys(begun, True)}
    return {test: failed for test, failed in found.items() if failed is not None}


def try_one(
    job: dict[str, Any], by_test: dict[str, list[pytest.Item]], caches: list[Any]
) -> Iterator[tuple[str, bool | None]]:
    """Each test of the job and whether it failed, until one does; before each, that it begins. What is not collected notices nothing."""
    items = [(test, item) for test in job["tests"] for item in by_test.get(test, ())]
    yield from ((test, False) for test in job["tests"] if test not in by_test)
    own_database([item for _, item in items])
    if job["removal"] is not None:
        BOOKS.remove(Removal(**job["removal"]))
    for cache in caches:
        if cache is not loading._shipped:
            cache.cache_clear()
    for n, (test, item) in enumerate(items):
        yield test, None
        following = items[n + 1][1] if n + 1 < len(items) else item.session
        failed = fails(item, following)
        more = n + 1 < len(items) and items[n + 1][0] == test
        if failed or not more:
            yield test, failed
        if failed:
            return


def fails(item: pytest.Item, following: pytest.Item | pytest.Session) -> bool:
    """Whether the test fails; one that drives another process cannot."""
    if item.get_closest_marker("e2e") or OTHER_PROCESSES & set(getattr(item, "fixturenames", ())):
        return False
    reports = runtestprotocol(item, log=False, nextitem=following)
    return any(report.failed for report in reports)


def own_database(items: list[pytest.Item]) -> None:
    """A copy of the SQLite file for this process alone, where a test needs one."""
    from django.db import connection

    path = str(connection.settings_dict["NAME"])
    if any(item.get_closest_marker("django_db") for item in items) and Path(path).is_file():
        copy = f"{path}.{os.getpid()}"
        shutil.copyfile(path, copy)
        connection.settings_dict["NAME"] = copy
