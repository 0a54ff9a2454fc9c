"""The record of a clause: scenes with what came of them, and what people read, as lines of text in a file of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.procedure.recorded.scene import Scene, Step

FOLDER: Final = Path(__file__).parent / "clauses"


@dataclass(frozen=True)
class Recorded:
    """A scene, what came of it, and the parts of elements without which it goes otherwise."""

    scene: Scene
    outcome: Mapping[str, str]
    shows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Read:
    """What people read of an element, at ``path`` in a procedure of a book: lines, and the parts without which they are other lines."""

    book: str
    path: str
    lines: tuple[str, ...]
    shows: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClauseRecord:
    """All that is recorded of a clause; ``missing`` are parts of its elements that nothing here shows."""

    clause: str
    says: str
    scenes: tuple[Recorded, ...]
    read: tuple[Read, ...] = ()
    missing: tuple[str, ...] = ()


def file_of(clause: str) -> Path:
    """The file in which the record of ``clause`` stands."""
    return FOLDER / f"{clause}.txt"


def recorded_clauses() -> list[str]:
    """The clauses that have a record."""
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


def written(record: ClauseRecord) -> str:
    """``record`` as its file has it."""
    blocks = [[f"{record.clause} {record.says}"]]
    blocks += [_scene_lines(one) for one in record.scenes]
    blocks += [
        [f"read {one.book} {one.path}", *(f"shows {part}" for part in one.shows), *(f"  {line}" for line in one.lines)]
        for one in record.read
    ]
    blocks += [[f"not shown {part}" for part in record.missing]] if record.missing else []
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _scene_lines(one: Recorded) -> list[str]:
    scene = one.scene
    return [
        f"under {scene.book} {scene.procedure}{'' if scene.above else ' outside'}",
        *(f"shows {part}" for part in one.shows),
        *(f"after {step}" for step in scene.way),
        f"tries {scene.attempt}",
        *(f"  {about}: {words}" for about, words in one.outcome.items()),
    ]


def read_record(clause: str) -> ClauseRecord:
    """The record of ``clause``. Raises FileNotFoundError where there is none."""
    head, *blocks = file_of(clause).read_text(encoding="utf-8").strip().split("\n\n")
    parts = [block.splitlines() for block in blocks]
    return ClauseRecord(
        clause,
        head.partition(" ")[2],
        tuple(_scene(lines) for lines in parts if lines[0].startswith("under ")),
        tuple(_read(lines) for lines in parts if lines[0].startswith("read ")),
        tuple(_after(lines, "not shown ")) if (lines := parts[-1]) else (),
    )


def _scene(lines: Sequence[str]) -> Recorded:
    book, procedure, *outside = lines[0].removeprefix("under ").split()
    way = tuple(Step.read(text) for text in _after(lines, "after "))
    (attempt,) = (Step.read(text) for text in _after(lines, "tries "))
    outcome = dict(line.split(": ", 1) for line in _after(lines, "  "))
    return Recorded(Scene(book, procedure, way, attempt, not outside), outcome, tuple(_after(lines, "shows ")))


def _read(lines: Sequence[str]) -> Read:
    book, path = lines[0].removeprefix("read ").split()
    return Read(book, path, tuple(_after(lines, "  ")), tuple(_after(lines, "shows ")))


def _after(lines: Sequence[str], word: str) -> Iterator[str]:
    return (line.removeprefix(word) for line in lines if line.startswith(word))
