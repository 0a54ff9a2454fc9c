"""The read side writes nothing: no row, no file, no job. What writes stands in the door."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import ROOT

READ_SIDE: Final = ROOT / "src" / "huiyin" / "casework"
WRITES: Final = {
    *("create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "save", "save_base", "delete"),
    *("acreate", "aget_or_create", "aupdate_or_create", "abulk_create", "abulk_update", "aupdate", "asave", "adelete"),
    *("select_for_update", "atomic", "cursor", "enqueue", "enqueue_again", "write_bytes", "write_text"),
}
"""What only those call who write: methods of Django's managers, rows, transactions, files and jobs."""
WRITERS: Final = ("huiyin.people.administration", "huiyin.jobs", "django.db.transaction", "huiyin.rows.Batch")
"""What only those import who write."""
READS: Final = {
    *("huiyin.jobs.queue.find_all", "huiyin.jobs.kinds.file_reading_key"),
    *("huiyin.jobs.kinds", "huiyin.jobs.models.OPEN", "huiyin.jobs.overview.dead"),
    "huiyin.jobs.models.Job",  # whose rows only the calls above write
}
"""What of theirs looks for what is there and changes nothing."""
SETS: Final = {"units", "people", "setdefault"}
"""Sets and dictionaries that casework builds up by ``update``; a query is filtered before it is updated, or said with keywords."""


def writes_in(source: str) -> list[str]:
    """Each place of a module's text at which something is written, as line and name."""
    tree = ast.parse(source)
    found = [*_called(tree), *_imported_writers(tree)]
    return [f"{line} {name}" for line, name in sorted(found)]


def _called(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="save", value=ast.Call(func=ast.Attribute(attr="frombytes")))):
                pass  # a picture, into memory
            case ast.Call(func=ast.Attribute(attr=name)) if name in WRITES:
                yield node.lineno, name
            case ast.Call(func=ast.Attribute(attr="update", value=on)) if node.keywords or _name_of(on) not in SETS:
                yield node.lineno, "update"


def _name_of(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=called):
            return _name_of(called)
    return ""


def _imported_writers(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom | ast.Import):
            base = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            for name in (f"{base}{alias.name}" for alias in node.names):
                if name not in READS and any(f"{name}.".startswith(f"{writer}.") for writer in WRITERS):
                    yield node.lineno, name


def _modules() -> Iterator[Path]:
    return (path for path in READ_SIDE.rglob("*.py") if "migrations" not in path.parts)


def test_the_read_side_writes_nothing() -> None:
    found = {path.relative_to(ROOT).as_posix(): writes_in(path.read_text(encoding="utf-8")) for path in _modules()}
    assert len(found) > 40
    assert {path: places for path, places in found.items() if places} == {}


@pytest.mark.parametrize(
    "source",
    [
        "Case.objects.create(number='1')",
        "Case.objects.filter(id=case.id).update(sealed=True)",
        "case.save(update_fields=['sealed'])",
        "Duty.objects.filter(at__lte=at).delete()",
        "SeenCase.objects.update_or_create(case=case)",
        "default_storage.save(place, sealed)",
        "queue.enqueue(job, at)",
        "from huiyin.people import administration",
        "from huiyin.people.administration import record",
        "from huiyin.rows import Batch",
        "from django.db import transaction",
        "import huiyin.jobs.queue",
    ],
)
def test_each_way_of_writing_is_found(source: str) -> None:
    assert writes_in(source)


def test_reading_and_building_up_a_set_are_no_writing() -> None:
    source = "from huiyin.casework.models import Case\nunits.update(Case.objects.filter(id=id).values_list('unit'))"
    assert writes_in(source) == []
