"""How reading grows with the register: each everyday page and call, as several posts ask for it, at one size and at a larger one.

python -m benchmarks.scale --size N [--small N] [--rounds N] [--database sqlite|postgresql]     prints JSON, of both unless one is named

One client in one process, through Django's whole handler; the register is made by ``benchmarks.register``. Milliseconds are medians and
95th percentiles; statements and, on PostgreSQL, rows read stand beside. ``make bench-scale SIZE=N`` runs it.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from benchmarks.http import machine
from tools.private_postgresql import PrivateCluster

SMALL: Final = 10_000
MATTERS: Final = 60
ROUNDS: Final = 15


@dataclass(frozen=True)
class View:
    """What somebody asks for: an address made from a matter that they see; or, of a search, what they look for there."""

    name: str
    who: str
    target: Callable[[Any], str]
    sought: Callable[[Any], str] | None = None


def views() -> Iterator[View]:
    """The everyday pages and calls, for a post that sees a whole office and for one that sees its unit's matters; and every page that has a line."""
    yield from everyday_views()
    yield from pages()


def pages() -> Iterator[View]:
    """Every page that has a line in ``tests/budgets``, or says there that it grows, as whoever the line names."""
    from django.urls import reverse

    from tests.budgets.lines import GROWS, LINES

    named = {name: (line.who, line.of) for name, line in LINES.items()} | GROWS
    for name, (who, of) in named.items():
        yield View(name, who, lambda _, name=name, of=of: reverse(name, kwargs=of()))


def everyday_views() -> Iterator[View]:
    """The everyday pages and calls, for a post that sees a whole office and for one that sees its unit's matters."""
    from django.urls import reverse

    cases = reverse("desk:cases")
    for who in ("office", "unit"):
        yield View("duties, mine", who, lambda _: reverse("desk:duties"))
        yield View("duties, all", who, lambda _: f"{reverse('desk:duties')}?whose=all")
        yield View("duties, pulse", who, lambda _: reverse("desk:pulse"))
        yield View("duties, team", who, lambda _: reverse("desk:team"))
        yield View("duties, overview", who, lambda _: reverse("desk:home"))
        yield View("duties of service", who, lambda _: f"{reverse('desk:service')}?whose=all")
        yield View("documents of today", who, lambda _: f"{reverse('desk:service')}?list=today&whose=all")
        yield View("register", who, lambda _: cases)
        yield View("register, a stage", who, lambda case: f"{cases}?stage={case.procedure}.{case.stage}")
        yield View("register, open", who, lambda _: f"{cases}?open=1")
        yield View("register, overdue", who, lambda _: f"{cases}?overdue=1")
        yield View("search, a number", who, lambda _: cases, lambda case: str(case.number))
        yield View("search, six signs", who, lambda _: cases, lambda case: str(case.ending))
        yield View("search, a name", who, lambda _: cases, lambda case: str(person_of(case).name))
        yield View("register, due first", who, lambda _: f"{cases}?sort=due")
        yield View("register, more columns", who, lambda _: f"{cases}?column=excerpt&column=organ&column=klass")
        yield View("find, nothing yet", who, lambda _: reverse("desk:find"))
        yield View("find, words", who, lambda _: reverse("desk:find"), lambda _: "消防")
        yield View("find, words nowhere", who, lambda _: reverse("desk:find"), lambda _: "消防通道从来没有人写过")
        yield View("calendar", who, lambda _: f"{reverse('desk:calendar')}?whose=all")
        yield View("unfinished", who, lambda _: reverse("desk:unfinished"))
        yield View("page of a case", who, lambda case: reverse("desk:case", args=[case.number]))
        yield View("GET /cases", who, lambda _: "/api/v1/cases")
        yield View("GET /cases?q", who, lambda case: f"/api/v1/cases?q={case.number}")
        yield View("GET /duties", who, lambda _: "/api/v1/duties")
        yield View("GET /cases/{no}", who, lambda case: f"/api/v1/cases/{case.number}")
        yield View("GET /cases/{no}/actions", who, lambda case: f"/api/v1/cases/{case.number}/actions")


def main() -> int:
    """Measures each database in a process of its own, and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, required=True, help="matters of the larger register")
    parser.add_argument("--small", type=int, default=SMALL, help=f"matters of the smaller one (default {SMALL})")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"how often each is asked (default {ROUNDS})")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), help="only this one")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)  # in the database of DATABASE_URL
    options = parser.parse_args()
    if options.here:
        print(json.dumps(here(options.small, options.size, options.rounds)))
        return 0
    figures: dict[str, Any] = {"machine": machine()}
    if options.database != "postgresql":
        figures["sqlite"] = elsewhere("", options)
    if options.database != "sqlite":
        with PrivateCluster(durable=True) as cluster:
            figures["postgresql"] = elsewhere(cluster.url, options)
    print(json.dumps(figures, indent=1, ensure_ascii=False))
    return 0


def elsewhere(url: str, options: argparse.Namespace) -> dict[str, Any]:
    """The figures of an empty database, from a process of its own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("HUIYIN_", "DJANGO_", "DATABASE_"))}
    command = [sys.executable, "-m", "benchmarks.scale", "--here"]
    command += [f"--size={options.size}", f"--small={options.small}", f"--rounds={options.rounds}"]
    with tempfile.TemporaryDirectory(prefix="huiyin-bench-") as home:
        environment = kept | {"HUIYIN_HOME": home} | ({"DATABASE_URL": url} if url else {})
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout))


def here(small: int, size: int, rounds: int) -> dict[str, Any]:
    """The figures of both sizes, in the database that is in use."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.site.settings")
    import django

    django.setup()
    logging.getLogger("huiyin").setLevel(logging.WARNING)  # not a line for each of some thousand requests
    from benchmarks.register import templates
    from huiyin.site.preparation import prepare

    prepare()
    make_demonstration(MATTERS)
    among = templates()
    sizes = {str(cases): at_size(cases, rounds, among) for cases in (small, size)}
    return {"sizes": sizes, "growth": _growth(*sizes.values())}


def make_demonstration(matters: int) -> None:
    """Its organisations, people and matters, in an empty database."""
    from django.db import transaction
    from django.utils import timezone

    from huiyin import demo
    from huiyin.ledger import log
    from huiyin.search import index

    now = timezone.now()
    with transaction.atomic():
        demo.make_cast(now)
        demo.keep_ready(now)
        demo.tell(matters, 1, now)
        archive(now)
    while log.enter():
        pass
    while index.take_in(now):
        pass


def archive(at: datetime) -> None:
    """Archive the matters that have ended, as an office would in time."""
    from huiyin.casework.models import OPEN, Duty
    from huiyin.door.action import execute
    from huiyin.door.outcome import ActionRequest
    from huiyin.people.acting import holders_of, in_each_post
    from huiyin.rules.book.schema import ARCHIVE

    for duty in Duty.objects.filter(OPEN, kind=ARCHIVE, case__ended_at__isnull=False).order_by("case__number"):
        holder = holders_of(duty.unit_id, duty.role, at)[0]
        (actor, *_others) = (one for one in in_each_post(holder, at) if one.unit == duty.unit_id)
        execute(ActionRequest(duty.case_id, ARCHIVE, actor, at, {"term": "y30"}))


def at_size(size: int, rounds: int, among: Sequence[UUID]) -> dict[str, Any]:
    """The figures of one size."""
    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    from benchmarks.register import multiply, sizes

    began = time.monotonic()
    cases = multiply(size, among=among)
    somebody.cache_clear()
    found: dict[str, Any] = {"cases": cases, "seconds_to_make": round(time.monotonic() - began), "rows": dict(sizes())}
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            found["megabytes"] = cursor.fetchone()[0] // 2**20
    else:
        found["megabytes"] = Path(settings.DATABASES["default"]["NAME"]).stat().st_size // 2**20
    found["views"] = {f"{view.name} ({view.who})": measured(view, rounds) for view in views()}
    found["passes"] = passes(timezone.now())
    return found


def measured(view: View, rounds: int) -> dict[str, Any]:
    """Milliseconds, statements and rows of a view."""
    ask = asking(view)
    ask()
    times, spent = [], []
    for _ in range(rounds):
        began, worked = time.perf_counter(), time.process_time()
        answer = ask()
        times.append((time.perf_counter() - began) * 1000)
        spent.append((time.process_time() - worked) * 1000)
        assert answer.status_code == 200, (view.name, answer.status_code)
    times.sort()
    found = {
        "cpu_ms": round(min(spent), 1),
        "median_ms": round(statistics.median(times), 1),
        "p95_ms": round(times[min(len(times) - 1, int(len(times) * 0.95))], 1),
    }
    return found | asked_of_the_database(ask)


def asked_of_the_database(ask: Callable[[], Any]) -> dict[str, Any]:
    """How many statements something takes and, on PostgreSQL, what they read."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from benchmarks.reading import read_by

    with CaptureQueriesContext(connection) as captured:
        ask()
    sent = [query["sql"] for query in captured.captured_queries if "SAVEPOINT" not in query["sql"]]
    if connection.vendor != "postgresql":
        return {"statements": len(sent)}
    reading = read_by(sent)
    reading.milliseconds = round(reading.milliseconds, 1)
    return {"statements": len(sent), **asdict(reading)}


def passes(at: datetime) -> dict[str, Any]:
    """What each chore of a worker costs that finds what is due, taken back afterwards."""
    from django.db import transaction

    from huiyin import worker

    def tried(chore: worker.Chore) -> Callable[[], Any]:
        def once() -> None:
            with transaction.atomic():
                chore.task(at)
                transaction.set_rollback(True)

        return once

    found = {}
    for chore in worker.chores():
        began, worked = time.perf_counter(), time.process_time()
        asked = asked_of_the_database(tried(chore))
        spent = {
            "cpu_ms": round((time.process_time() - worked) * 1000),
            "ms": round((time.perf_counter() - began) * 1000),
        }
        found[chore.name] = spent | asked
    return found


def asking(view: View) -> Callable[[], Any]:
    """Asks for a view, signed in as somebody of such a post. What is looked for goes by POST and leads on to a page, as in a browser."""
    from django.test import Client

    account, case = somebody(view.who)
    client = Client(HTTP_HOST="127.0.0.1")
    if view.name.startswith("GET "):
        given = {"HTTP_AUTHORIZATION": f"Bearer {token_of(account)}"}
        return lambda: client.get(view.target(case), **given)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    target = view.target(case)
    if view.sought is None:
        return lambda: client.get(target)
    found = client.post(target, {"q": view.sought(case)})["Location"]
    return lambda: client.get(found)


def token_of(account: Any) -> str:
    """A token for the first post that somebody holds."""
    from django.utils import timezone

    from huiyin.people.models import Holding
    from huiyin.people.signing_in.tokens import issue_token, new_token

    token = new_token()
    issue_token(Holding.objects.filter(account=account).order_by("id")[0], token, timezone.now())
    return token


def person_of(case: Any) -> Any:
    """Who brought a matter."""
    from django.utils import timezone

    from huiyin.casework.models import CaseParty
    from huiyin.people.acting import system_actor
    from huiyin.people.petitioners import read_petitioner

    first = CaseParty.objects.select_related("petitioner__key").filter(case=case).order_by("position")[0].petitioner
    return read_petitioner(first, system_actor(case.organisation_id), "benchmark", timezone.now())


@cache
def somebody(who: str) -> tuple[Any, Any]:
    """An account that sees a whole office, or else its unit's matters (or the one of that name), and a matter that it sees."""
    from django.utils import timezone

    from huiyin.casework.models import Case, CaseAccess
    from huiyin.casework.visible import scopes_of, sees_organisation, visible_to
    from huiyin.people.acting import actor_for
    from huiyin.people.models import Account

    best: tuple[int, Any] = (-1, None)
    named = Account.objects.filter(username=who)
    for account in named or Account.objects.order_by("username"):
        actor = actor_for(account, at=timezone.now())
        if actor is None or (not named and sees_organisation(actor) != (who == "office")):
            continue
        seen = CaseAccess.objects.filter(scope__in=scopes_of(actor))[:2000].count()
        if seen > best[0]:
            best = (seen, (account, actor))
    account, actor = best[1]
    seen = Case.objects.filter(id__in=visible_to(actor), sealed=False)
    return account, seen.order_by("-registered_at").first()


def _growth(small: dict[str, Any], large: dict[str, Any]) -> dict[str, float]:
    """How many times longer a view takes at the larger size."""
    return {
        name: round(large["views"][name]["median_ms"] / max(figures["median_ms"], 0.1), 2)
        for name, figures in small["views"].items()
    }


if __name__ == "__main__":
    raise SystemExit(main())
