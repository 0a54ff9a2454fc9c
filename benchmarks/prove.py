"""How long proving a rulebook takes and how much memory it needs, beside reading it in the same process, and beside SPIN.

python -m benchmarks.prove [BOOK ...]      prints one JSON object: by book, each in a process of its own
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from benchmarks import spin
from benchmarks.http import machine
from benchmarks.memory import peak_mebibytes
from huiyin.rules.book.load import BOOKS, load_file, shipped
from huiyin.rules.export.promela import promela
from huiyin.rules.prover.prove import prove_rules
from huiyin.rules.prover.walks import walk_all

MAX_SECONDS: Final = 5.0
MAX_MEBIBYTES: Final = 500.0


def figures(name: str) -> dict[str, Any]:
    """One book: CPU seconds for reading and for proving it, their ratio, situations, peak memory, and what part of the limits.

    ``ratio`` survives a change of machine; the parts of the limits are of this one.
    """
    began = time.process_time()
    rules = load_file(BOOKS / f"{name}.yaml")
    read = time.process_time()
    proof = prove_rules(rules)
    proved = time.process_time()
    peak = peak_mebibytes()
    situations = sum(proof.situations.values())
    return {
        "sound": proof.sound,
        "situations": situations,
        "read_s": round(read - began, 3),
        "prove_s": round(proved - read, 3),
        "ratio": round((proved - read) / (read - began), 2),
        "situations_per_s": round(situations / (proved - read)),
        "peak_mib": round(peak, 1),
        "part_of_seconds": round((proved - began) / MAX_SECONDS, 3),
        "part_of_memory": round(peak / MAX_MEBIBYTES, 3),
    }


def beside_spin(name: str) -> dict[str, Any] | None:
    """The main line of the longest procedure of a book, walked here and by SPIN on the exported model: situations and CPU seconds of the
    search alone, without writing the model and compiling it. None where SPIN is not installed.
    """
    if spin.missing():
        return None
    rules = load_file(BOOKS / f"{name}.yaml")
    began = time.process_time()
    walked = len(walk_all(rules, "matter").main.trail)
    seconds = time.process_time() - began
    with tempfile.TemporaryDirectory(prefix="huiyin-spin-") as folder:
        found = spin.check(promela(rules, "matter"), Path(folder), claims=())
    return {
        "situations": walked,
        "walk_s": round(seconds, 3),
        "spin_states": found.states,
        "spin_s": round(found.seconds, 3),
    }


def _apart(name: str) -> Any:
    """The figures of ``name`` from a process of its own, so that its peak memory is its own."""
    command = [sys.executable, "-m", "benchmarks.prove", "--alone", name]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("books", nargs="*", metavar="BOOK", default=shipped(), help="rulebooks (default: all shipped)")
    parser.add_argument("--alone", action="store_true", help="in this process, one book, its figures only")
    options = parser.parse_args()
    if options.alone:
        print(json.dumps({**figures(options.books[0]), "main_line": beside_spin(options.books[0])}))
    else:
        books = {name: _apart(name) for name in options.books}
        print(json.dumps({"machine": machine(), "books": books}, indent=1, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
