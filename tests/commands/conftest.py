"""What tests of commands about an installation's people share."""

from __future__ import annotations

import pytest

from tests.commands.running import Huiyin, in_process


@pytest.fixture
def huiyin(capsys: pytest.CaptureFixture[str]) -> Huiyin:
    """`huiyin …`, in the test's own process."""
    return in_process(capsys)
