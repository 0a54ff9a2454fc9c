"""CPU and statements of the pages that people choose their next act from, and of lifecycles with and without a look before each act.

python -m benchmarks.pages [--rounds N] [--against FOLDER]      prints one JSON object

``--against`` is another checkout (a git worktree of an earlier commit) in which this file is run as well, by turns, so that
both are measured under the same load. Everything runs in one process on SQLite: no server, no network, no waiting.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from benchmarks.scene import ORGANISATION, PETITION, lifecycle, people_the_scene

ROUNDS: Final = 40
WARM_UPS: Final = 5
TURNS: Final = 3
MINE: Final = Path(__file__).resolve().parent.parent
API: Final = "/api/v1"
LAST_ACTION: Final = "approve_opinion"
"""So far the matter is taken: some twenty events, and a dozen of actions still ahead."""

View = Callable[[], Any]


class Programs:
    """Programs of everybody who has to do with matters, and one of their matters after another, through the REST interface."""

    def __init__(self) -> None:
        from django.test import Client

        self.tokens = people_the_scene()
        self._client = Client(headers={"host": "127.0.0.1"})
        self._steps = lifecycle(datetime.now(ZoneInfo("Asia/Shanghai")).date())

    def matter(self, until: str = "", look: bool = False) -> dict[str, Any]:
        """A new matter, taken up to the action ``until`` (to its end by default): its receipt.

        With a ``look`` before each act at what whoever acts may do, as people have it who see before they do.
        """
        receipt: dict[str, Any] = self._post("/submissions", PETITION, {}).json()
        for step in self._steps:
            where, headers = self.place(step.who, receipt)
            if look:
                self.get(where if step.who == "petitioner" else f"{where}/actions", headers)
            self._post(f"{where}/actions/{step.action}", {"fields": step.fields}, headers)
            if step.action == until:
                break
        return receipt

    def place(self, who: str, receipt: dict[str, Any]) -> tuple[str, dict[str, str]]:
        """Where a matter is for ``who``, and the headers with which they come."""
        if who == "petitioner":
            return f"/receipts/{receipt['receipt']}", {"x-query-code": receipt["code"], "prefer": "return=minimal"}
        return f"/cases/{receipt['no']}", {"authorization": f"Bearer {self.tokens[who]}"}

    def get(self, path: str, headers: dict[str, str]) -> Any:
        """What there is to see."""
        answer = self._client.get(API + path, headers=headers)
        assert answer.status_code == 200, answer.content.decode()
        return answer

    def _post(self, path: str, body: object, headers: dict[str, str]) -> Any:
        answer = self._client.post(API + path, body, "application/json", headers=headers)
        assert answer.status_code in (200, 201, 204), answer.content.decode()
        return answer


def views() -> tuple[dict[str, View], int]:
    """What is measured, in an empty database: pages and answers about one matter, then lifecycles; and the matter's number of events."""
    from django.test import Client

    from huiyin.people.models import Account

    programs = Programs()
    receipt = programs.matter(until=LAST_ACTION)
    here, staff = programs.place("biz", receipt)
    portal, code = programs.place("petitioner", receipt)
    desk = Client(headers={"host": "127.0.0.1"})
    handler = Account.objects.get(username=f"{ORGANISATION}-biz")
    desk.force_login(handler, backend="django.contrib.auth.backends.ModelBackend")

    def page(path: str) -> None:
        assert desk.get(path).status_code == 200, path

    return {
        "case_page": lambda: page(f"/desk{here}/"),
        "action_form": lambda: page(f"/desk{here}/actions/serve_reply/"),
        "duties_page": lambda: page("/desk/"),
        "api_actions": lambda: programs.get(f"{here}/actions", staff),
        "api_case": lambda: programs.get(here, staff),
        "petitioners_view": lambda: programs.get(portal, code),
        "lifecycle": programs.matter,
        "viewed_lifecycle": lambda: programs.matter(look=True),
    }, programs.get(here, staff).json()["seq"]


def measured(rounds: int) -> dict[str, Any]:
    """Milliseconds of CPU (the median) and SQL statements of each view."""
    found, events = views()
    figures: dict[str, Any] = {"events": events}
    for name, look in found.items():
        for _ in range(WARM_UPS):
            look()
        figures[name] = {"cpu_ms": round(_median_ms(look, rounds), 2), "statements": _statements(look)}
    return figures


def _statements(look: View) -> int:
    """How many SQL statements a view sends."""
    from django.db import connection

    sent: list[str] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        look()
    return len(sent)


def _median_ms(look: View, rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        began = time.process_time()
        look()
        taken.append((time.process_time() - began) * 1000)
    return statistics.median(taken)


def in_checkout(folder: Path, rounds: int) -> dict[str, Any]:
    """The figures of a checkout, from an installation that exists for the while."""
    home = tempfile.mkdtemp(prefix="huiyin-bench-")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("HUIYIN_", "DJANGO_", "DATABASE_"))}
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(Path(__file__).resolve()), "--here", "--rounds", str(rounds)],
            env=kept | {"HUIYIN_HOME": home, "PYTHONPATH": f"{folder / 'src'}{os.pathsep}{folder}"},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    finally:
        shutil.rmtree(home, ignore_errors=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def here(rounds: int) -> dict[str, Any]:
    """The figures of the checkout that Python was told to import."""
    import logging

    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.site.settings")
    django.setup()
    logging.disable(logging.INFO)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    return measured(rounds)


def beside(one: dict[str, Any], other: dict[str, Any]) -> dict[str, float]:
    """CPU of ``one`` as a share of ``other``'s, view by view."""
    return {name: round(one[name]["cpu_ms"] / other[name]["cpu_ms"], 2) for name in one if name != "events"}


def least(turns: list[dict[str, Any]]) -> dict[str, Any]:
    """Of several turns, for each view the one that was disturbed least."""
    return {
        name: turns[0][name] if name == "events" else min((turn[name] for turn in turns), key=lambda got: got["cpu_ms"])
        for name in turns[0]
    }


def main() -> int:
    """Measures what was asked for and prints it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"requests a view (default {ROUNDS})")
    parser.add_argument("--against", type=Path, help="another checkout, measured by turns with this one")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        print(json.dumps(here(options.rounds)))
        return 0
    folders = [MINE, *([options.against.resolve()] if options.against else [])]
    turns = [
        [in_checkout(folder, options.rounds) for folder in folders] for _ in range(TURNS if options.against else 1)
    ]
    found = [least([turn[index] for turn in turns]) for index in range(len(folders))]
    figures: dict[str, Any] = {"this": found[0]}
    if options.against:
        figures |= {"against": found[1], "ratio": beside(found[0], found[1])}
    print(json.dumps(figures, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
