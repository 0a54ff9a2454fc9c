"""Writes the records of clauses anew from what the engine does; with names of clauses, of these alone.

DJANGO_SETTINGS_MODULE=huiyin.site.settings python -m tests.procedure.recorded.renew [CLAUSE...]

What the difference to the records before says is then to be read beside the clauses: a record says what happens, not that it should.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import django

import huiyin
from huiyin.clauses.coverage import Coverage, coverage
from huiyin.clauses.marks import marked_tests
from huiyin.clauses.removals.removals import Removal, removals_of
from huiyin.rules.book.load import Rules, load
from tests.procedure.recorded.choose import Scenes, damaged, noticing
from tests.procedure.recorded.record import FOLDER, ClauseRecord, Read, Recorded, file_of, recorded_clauses, written
from tests.procedure.recorded.scene import Scene, after

WordsOf = Callable[[Rules, str], tuple[str, ...]]


@cache
def scenes_of(book: str, procedure: str) -> Scenes:
    """The scenes of a procedure, looked for once."""
    return Scenes(book, procedure)


def record_of(row: Coverage, words_of: WordsOf) -> ClauseRecord:
    """What is to be recorded of the clause of ``row``."""
    chosen: dict[Scene, list[Removal]] = {}
    read, left = reading(removals_of(row), words_of)
    missing = []
    for removal in left:
        after.cache_clear()
        scene = _shown_by(removal, chosen)
        if scene is None:
            missing.append(str(removal))
        else:
            chosen.setdefault(scene, []).append(removal)
    scenes = sorted(chosen, key=lambda one: (one.book, one.procedure, one.attempt.action, len(one.way), str(one)))
    recorded = [
        Recorded(scene, scenes_of(scene.book, scene.procedure).outcome(scene), tuple(map(_part, chosen[scene])))
        for scene in scenes
    ]
    return ClauseRecord(row.clause, row.requirement.zh, tuple(recorded), read, tuple(missing))


def _shown_by(removal: Removal, chosen: Mapping[Scene, list[Removal]]) -> Scene | None:
    """A scene of any procedure that the removal changes: one that was chosen already, if it does."""
    if removal.path.count(".") == 3:
        procedures = [removal.path.split(".")[1]]
    else:
        from_book = {scene.procedure for scene in chosen}
        procedures = sorted(from_book) or ["matter"]
    for procedure in procedures:
        first = [scene for scene in chosen if (scene.book, scene.procedure) == (removal.book, procedure)]
        if removal.what.startswith("must be filled in"):
            first = [scene for scene in first if scene.attempt.form == "empty"]  # which says it most plainly
        scene = noticing(scenes_of(removal.book, procedure), removal, first)
        if scene is not None:
            return scene
    return None


def reading(removals: Iterable[Removal], words_of: WordsOf) -> tuple[tuple[Read, ...], list[Removal]]:
    """What is read of the elements of ``removals``, as far as it is otherwise without that part; and the rest of these."""
    shows: dict[tuple[str, str], list[str]] = {}
    left = []
    for removal in removals:
        path = removal.path.removeprefix("procedures.")
        rules = load(removal.book)
        if path.count(".") == 2 and words_of(rules, path) != words_of(damaged(rules, removal), path):
            shows.setdefault((removal.book, path), []).append(_part(removal))
        else:
            left.append(removal)
    read = (Read(book, path, words_of(load(book), path), tuple(parts)) for (book, path), parts in shows.items())
    return tuple(read), left


def _part(removal: Removal) -> str:
    return f"{removal.path.removeprefix('procedures.')} · {removal.what}"


def main(names: Sequence[str]) -> None:
    """Writes the records of the clauses ``names``, or of all that an element carries out."""
    django.setup()
    from tests.procedure.recorded.words import words_of

    rows = [row for row in coverage(marked_tests(Path(huiyin.__file__).parents[2])) if removals_of(row)]
    FOLDER.mkdir(exist_ok=True)
    for row in sorted(rows, key=lambda one: (removals_of(one)[0].book, one.clause)):
        if not names or row.clause in names:
            record = record_of(row, words_of)
            file_of(row.clause).write_text(written(record), encoding="utf-8")
            print(row.clause, len(record.scenes), "scenes", len(record.missing), "parts not shown", flush=True)
    if not names:
        for clause in {*recorded_clauses()} - {row.clause for row in rows}:
            file_of(clause).unlink()


if __name__ == "__main__":
    main(sys.argv[1:])
