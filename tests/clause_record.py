"""Which tests passed for which clause: hooks of tests/conftest.py, which keep the list that `make test` looks at in the end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from huiyin.clauses.marks import PASSED

LIST: Final = Path(__file__).resolve().parent.parent / PASSED


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Attaches the clauses of a test to its report, which travels from the workers to the one who writes the list."""
    for marker in item.iter_markers("clause"):
        item.user_properties.extend(("clause", clause) for clause in marker.args)


class ClauseRecord:
    """Which tests passed for which clause, for `huiyin rules coverage --passed`; a partial run updates only what it ran."""

    def __init__(self) -> None:
        self.ran: set[str] = set()
        self.passed: set[tuple[str, str]] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self.ran.add(report.nodeid)
            if report.passed:
                self.passed |= {
                    (str(value), report.nodeid) for name, value in report.user_properties if name == "clause"
                }

    def pytest_sessionfinish(self) -> None:
        before: dict[str, list[str]] = json.loads(LIST.read_text()) if LIST.exists() else {}
        shown = {(clause, node) for clause, nodes in before.items() for node in nodes if node not in self.ran}
        shown |= self.passed
        after: dict[str, list[str]] = {}
        for clause, node in sorted(shown):
            after.setdefault(clause, []).append(node)
        LIST.parent.mkdir(exist_ok=True)
        LIST.write_text(json.dumps(after, ensure_ascii=False, indent=1) + "\n")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Only the process that sees every report keeps the record."""
    if not hasattr(session.config, "workerinput"):
        session.config.pluginmanager.register(ClauseRecord(), "clause-record")
