"""How many simulated matters a second run from their arrival to their end through the door, on SQLite.

python -m benchmarks.simulate [--matters N] [--book BOOK]      prints one JSON object: matters and commands a second
"""

from __future__ import annotations

import argparse
import gc
import json
import time
from typing import Final

from benchmarks.http import machine
from benchmarks.memory import peak_mebibytes
from huiyin.cli import SELDOM

MATTERS: Final = 500


def main() -> int:
    """Measures and prints."""
    from django.db import transaction

    from huiyin.rules.book.load import load
    from huiyin.simulation.scratch import scratch

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--matters", type=int, default=MATTERS, help=f"how many matters (default {MATTERS})")
    parser.add_argument("--book", default="national-2022", help="a shipped rulebook (default national-2022)")
    options = parser.parse_args()
    gc.set_threshold(*SELDOM)  # as every command has it
    with scratch() as place:
        from huiyin.simulation.run import SimulationOrder, run
        from huiyin.simulation.staffing import default_staffing

        place.empty()
        order = SimulationOrder(load(options.book), default_staffing(), options.matters, seed=1)
        began, spent = time.monotonic(), time.process_time()
        with transaction.atomic():
            done = run(order)
        seconds, cpu = time.monotonic() - began, time.process_time() - spent
    commands = done.world.tally.commands
    figures = {
        "machine": machine(),
        "book": options.book,
        "matters": options.matters,
        "matters_per_s": round(options.matters / seconds, 1),
        "matters_per_cpu_s": round(options.matters / cpu, 1),
        "commands_per_cpu_s": round(commands / cpu),
        "megabytes": int(peak_mebibytes()),
    }
    print(json.dumps(figures, indent=1, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
