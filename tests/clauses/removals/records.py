"""Asks the records of clauses what they notice: `huiyin rules coverage --removals` runs this before any other test.

    python -m tests.clauses.removals.records JOBS ANSWERS

They need no database, so that no test process and no copy of a process has to begin for each removal: the very test is called with books
from which the part was taken. What is written to the file descriptor ANSWERS is as `plugin` writes it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import django

from huiyin.clauses.removals.removals import Removal, cites, without
from huiyin.rules.book.load import Rules, load
from tests.procedure.recorded.scene import after

AS_IT_IS = load
FOLDER = "tests.procedure.recorded"


def main(jobs: Path, answers: int) -> None:
    """Does the jobs in the file, each with its tests until one fails."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "huiyin.site.settings"
    django.setup()
    modules = {name: import_module(f"{FOLDER}.{name}") for name in ("test_scenes", "test_words")}
    with os.fdopen(answers, "w", encoding="utf-8") as out:
        for job in json.loads(jobs.read_text(encoding="utf-8")):
            removal = Removal(**job["removal"]) if job["removal"] is not None else None
            for module in modules.values():
                vars(module)["load"] = books_without(removal)
            after.cache_clear()
            out.write(json.dumps({"id": job["id"], "tests": failing(job["tests"], modules)}) + "\n")
            out.flush()


def failing(tests: list[str], modules: Mapping[str, ModuleType]) -> dict[str, bool]:
    """By test whether it fails, in their order until one does."""
    found: dict[str, bool] = {}
    for test in tests:
        name, _, clause = test.rpartition("::")[2].removesuffix("]").partition("[")
        run: Any = getattr(modules[Path(test.partition("::")[0]).stem], name)
        try:
            run(clause)
        except Exception:  # without the part anything may go wrong: it is noticed
            found[test] = True
            break
        found[test] = False
    return found


def books_without(removal: Removal | None) -> Callable[[str], Rules]:
    """What reads books of which each that has the part has lost it, as `plugin` takes it from them."""
    known: dict[str, Rules] = {}

    def damaged(name: str) -> Rules:
        rules = AS_IT_IS(name)
        if removal is None or not cites(rules.book, removal):
            return rules
        if name not in known:
            book = without(rules.book, removal)
            known[name] = Rules(book, rules.calendar, rules.places, rules.parts, rules.files)
        return known[name]

    return damaged


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
