"""Registrations and lifecycles (bare, and with a look before each act) a second through the server as shipped, beside the bare SQL, on both databases.

python -m benchmarks.http [--seconds N] [--clients N] [--database sqlite|postgresql]      prints one JSON object

The server (`huiyin serve`), PostgreSQL and the load generator share the machine; figures are for all of them together.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from benchmarks import load, raw
from benchmarks.scene import lifecycle
from tools.private_postgresql import PrivateCluster

SECONDS: Final = 10.0
WARM_UP_SECONDS: Final = 3.0
CLIENTS: Final = 8
# All requests come from one address.
UNLIMITED: Final = {"HUIYIN_SUBMISSIONS_PER_ADDRESS": "0", "HUIYIN_SUBMISSIONS_PER_ORGANISATION": "0"}
ZONE: Final = ZoneInfo("Asia/Shanghai")
PACKAGES: Final = ("Django", "django-ninja", "granian", "psycopg", "pydantic")
TICKS_PER_SECOND: Final = os.sysconf("SC_CLK_TCK")


def machine() -> dict[str, Any]:
    """What the figures were measured on, and with which versions."""
    cpu = next((line.split(":")[1].strip() for line in _read("/proc/cpuinfo") if line.startswith("model name")), "?")
    memory = next((int(line.split()[1]) for line in _read("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 1024**2, 1),
        "load_average_before": os.getloadavg()[0],
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "packages": {name: version(name) for name in PACKAGES},
    }


def _read(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


@contextmanager
def serving(environment: dict[str, str], port: int) -> Iterator[subprocess.Popen[str]]:
    """The server as shipped, in a process session of its own."""
    command = [sys.executable, "-m", "huiyin.cli", "serve", "--port", str(port)]
    with (Path(environment["HUIYIN_HOME"]) / "server.log").open("w") as journal:
        server = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=journal, text=True, start_new_session=True
        )
    try:
        assert server.stdout is not None
        if "http://" not in server.stdout.readline():
            raise RuntimeError("the server did not start: " + "\n".join(_read(journal.name)[-5:]))
        yield server
    finally:
        server.terminate()
        server.wait(timeout=60)


def loaded(kind: str, port: int, options: argparse.Namespace, tokens: dict[str, str]) -> dict[str, Any]:
    """What the generator, in its own process, counted."""
    today = datetime.now(ZONE).date().isoformat()
    order = load.Order(kind, port, options.clients, options.seconds, WARM_UP_SECONDS, tokens, today)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=load.encoded(order),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-2000:])
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def cpu_seconds(session: int, cluster: str) -> dict[str, float]:
    """CPU seconds used so far by the server's processes (by their process session) and by PostgreSQL (by its folder)."""
    parents: dict[int, tuple[str, int, int, float, str]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                stat, command = (folder / "stat").read_text(), (folder / "cmdline").read_text()
            except OSError:
                continue
            fields = stat.rpartition(")")[2].split()
            seconds = (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND
            parents[int(folder.name)] = (stat, int(fields[1]), int(fields[3]), seconds, command)
    masters = {pid for pid, (*_, command) in parents.items() if cluster and f"{cluster}/data" in command}
    used = {"server": 0.0, "postgresql": 0.0}
    for pid, (_, parent, of_session, seconds, _command) in parents.items():
        if of_session == session:
            used["server"] += seconds
        elif pid in masters or parent in masters:
            used["postgresql"] += seconds
    return used


def measured(
    kind: str, server: int, cluster: str, port: int, options: argparse.Namespace, tokens: dict[str, str]
) -> dict[str, Any]:
    """The generator's count, with the CPU that one round cost each party (ms)."""
    before = cpu_seconds(server, cluster)
    figures = loaded(kind, port, options, tokens)
    after = cpu_seconds(server, cluster)
    # The measured rate stands for the warm-up as well: close enough for a share.
    rounds = max(1.0, figures["rounds_per_s"] * (options.seconds + WARM_UP_SECONDS))
    spent = {name: round((after[name] - before[name]) * 1000 / rounds, 2) for name in after}
    spent["generator"] = round(figures.pop("cpu_seconds") * 1000 / rounds, 2)
    return figures | {"cpu_ms_per_round": spent}


def on(name: str, url: str, cluster: str, options: argparse.Namespace) -> dict[str, Any]:
    """All figures of one database, from empty."""
    home = Path(tempfile.mkdtemp(prefix="huiyin-bench-"))
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("HUIYIN_", "DJANGO_", "DATABASE_"))}
    environment = kept | UNLIMITED | {"HUIYIN_HOME": str(home)} | ({"DATABASE_URL": url} if url else {})
    try:
        scene = subprocess.run(
            [sys.executable, "-m", "benchmarks.scene"], env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
        tokens = json.loads(scene.stdout)
        port = free_port()
        with serving(environment, port) as server:
            registrations = measured("registrations", server.pid, cluster, port, options, tokens)
            lifecycles = measured("lifecycles", server.pid, cluster, port, options, tokens)
            viewed = measured("viewed_lifecycles", server.pid, cluster, port, options, tokens)
        processes = 1 if name == "sqlite" else os.cpu_count() or 1
        bare = raw.replay_in_processes(raw.Order(options.seconds, options.clients, processes), environment)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return {
        "registrations_per_s": registrations["rounds_per_s"],
        "raw_per_s": bare["per_s"],
        "ratio": round(registrations["rounds_per_s"] / bare["per_s"], 3) if bare["per_s"] else None,
        "lifecycles_per_s": lifecycles["rounds_per_s"],
        "viewed_lifecycles_per_s": viewed["rounds_per_s"],
        "cpu_ms_per_viewed_lifecycle": round(sum(viewed["cpu_ms_per_round"].values()), 1),
        "viewed_lifecycles_in_raw_registrations": in_registrations(viewed["rounds_per_s"], bare["per_s"]),
        "requests_per_s_in_lifecycles": lifecycles["requests_per_s"],
        "statements_per_registration": bare["statements"],
        "registrations": registrations,
        "lifecycles": lifecycles,
        "viewed_lifecycles": viewed,
    }


def in_registrations(rounds_per_s: float, raw_per_s: float) -> float | None:
    """How many bare registrations fit into the time of one round: what a round costs, whatever the machine."""
    return round(raw_per_s / rounds_per_s, 1) if rounds_per_s else None


def free_port() -> int:
    """A TCP port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main() -> int:
    """Measures what was asked for and prints it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=SECONDS, help=f"seconds a measurement (default {SECONDS:g})")
    parser.add_argument("--clients", type=int, default=CLIENTS, help=f"connections at once (default {CLIENTS})")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append", help="only this one")
    options = parser.parse_args()
    wanted = options.database or ["sqlite", "postgresql"]
    steps = lifecycle(datetime.now(ZONE).date())
    figures: dict[str, Any] = {
        "machine": machine(),
        "seconds": options.seconds,
        "clients": options.clients,
        "lifecycle": ["submit by petitioner", *(f"{step.action} by {step.who}" for step in steps)],
        "databases": {},
    }
    if "sqlite" in wanted:
        figures["databases"]["sqlite"] = on("sqlite", "", "", options)
    if "postgresql" in wanted:
        with PrivateCluster(durable=True) as cluster:
            folder = cluster.url.rpartition("host=")[2]
            figures["databases"]["postgresql"] = on("postgresql", cluster.url, folder, options)
    print(json.dumps(figures, indent=1, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
