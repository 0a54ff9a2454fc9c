"""How many matters a second are replayed under another rulebook, from the ledger of a demonstration.

python -m benchmarks.whatif [--matters N]      prints one JSON object: cases a second on one core, by rulebook
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from typing import Any, Final

from benchmarks.http import machine

MATTERS: Final = 200
BOOKS: Final = ("xx-bureau", "national-2022", "national-2005")


def figures(matters: int) -> dict[str, Any]:
    """Reading, replaying and comparing together, and the pure part alone; CPU time, since other work may go on beside it."""
    from django.utils import timezone

    from huiyin import demo
    from huiyin.casework.models import Case
    from huiyin.ledger.models import Row
    from huiyin.rule_store.store import load
    from huiyin.site.preparation import migrate

    migrate()
    now = timezone.now()
    demo.make_cast(now)
    demo.tell(matters, 1, now)
    cases = Case.objects.filter(organisation__code="lj")
    count, events = cases.count(), Row.objects.filter(case_id__in=cases.values("id")).count()
    found = {name: _replayed(cases, load(name), now) | {"pure": _pure(cases, load(name), now)} for name in BOOKS}
    return {"cases": count, "events": events, "cases_per_s": found}


def _replayed(cases: Any, rules: Any, now: Any) -> dict[str, Any]:
    from huiyin.insight.whatif import replay

    began = time.process_time()
    found = list(replay(cases, rules, now))
    spent = time.process_time() - began
    return {"whole": round(len(found) / spent), "changed": sum(bool(item.differences) for item in found)}


def _pure(cases: Any, rules: Any, now: Any) -> int:
    """Replaying under ``rules`` alone, of histories that are read already."""
    from huiyin.insight.directory_snapshot import DirectorySnapshot
    from huiyin.insight.whatif import pasts_of
    from huiyin.procedure.replaying.past import read_history
    from huiyin.procedure.replaying.under import under
    from huiyin.rule_store.store import load

    pasts = [past or [] for past in pasts_of([case.id for case in cases], now).values()]
    directory = DirectorySnapshot()
    directory.learn(pasts)
    histories = [read_history(past, load, directory, now) for past in pasts]
    began = time.process_time()
    for history in histories:
        under(rules, history, directory)
    return round(len(histories) / (time.process_time() - began))


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--matters", type=int, default=MATTERS, help=f"how many matters (default {MATTERS})")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="huiyin-whatif-") as home:
        os.environ["HUIYIN_HOME"] = home
        os.environ.pop("DATABASE_URL", None)
        os.environ["DJANGO_SETTINGS_MODULE"] = "huiyin.site.settings"
        import django

        django.setup()
        print(json.dumps({"machine": machine(), **figures(options.matters)}, indent=1, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
