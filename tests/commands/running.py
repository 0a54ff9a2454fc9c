"""Running a command of `huiyin` inside a test."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from huiyin import cli


@dataclass(frozen=True)
class Outcome:
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What it reported with `--json`."""
        return json.loads(self.out)


Huiyin = Callable[..., Outcome]


def in_process(capsys: pytest.CaptureFixture[str]) -> Huiyin:
    """Runs a command line in the test's own process and database."""

    def run(*line: str) -> Outcome:
        try:
            status = cli.main(line)
        except SystemExit as end:
            status = int(end.code or 0)
        told = capsys.readouterr()
        return Outcome(status, told.out, told.err)

    return run
