"""The benchmarks run and print what they promise; how fast anything is, no test says."""

import json
import shutil
import subprocess
import sys

import pytest

from tools.private_postgresql import binaries

pytestmark = pytest.mark.slow


def figures_of(*command: str) -> dict:
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_the_core_is_measured_command_by_command() -> None:
    told = figures_of("benchmarks.decide", "--seconds", "0.1")
    assert set(told["commands"]) >= {"submit", "accept", "assign", "approve_opinion", "serve_reply", "rate"}
    assert all(found["decide_per_s"] > 0 for found in told["commands"].values())


@pytest.mark.exhaustive
def test_replaying_is_measured_by_rulebook() -> None:
    told = figures_of("benchmarks.whatif", "--matters", "10")
    assert told["cases"] > 0
    assert all(found["whole"] > 0 and found["pure"] > 0 for found in told["cases_per_s"].values())
    assert told["cases_per_s"]["xx-bureau"]["changed"] == 0


@pytest.mark.e2e
@pytest.mark.exhaustive
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_the_served_system_is_measured_beside_the_bare_statements(database: str) -> None:
    if database == "postgresql" and binaries() is None and shutil.which("initdb") is None:
        pytest.skip("needs a PostgreSQL server: apt-get install postgresql")
    told = figures_of("benchmarks.http", "--seconds", "1", "--clients", "2", "--database", database)
    found = told["databases"][database]
    assert found["registrations_per_s"] > 0
    assert found["raw_per_s"] > 0
    assert found["statements_per_registration"] > 0
    assert found["ratio"] is not None
    assert "lifecycles_per_s" in found
    assert found["cpu_ms_per_viewed_lifecycle"] > 0
    assert told["machine"]["packages"]["Django"]
