"""`huiyin rules coverage`: where each clause of the register is carried out, and the tests that show it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, FAILED, Failure, add_json, report

if TYPE_CHECKING:
    from huiyin.clauses.coverage import Coverage


def declare(actions: Any) -> None:
    """Declares the action among those of `huiyin rules`."""
    text = "where each clause of clauses/clauses.yaml is carried out, and the tests that show it"
    parser = actions.add_parser("coverage", help=text, description=text)
    add_json(parser)
    parser.add_argument("--passed", action="store_true", help="count only tests that passed in the last run")
    parser.add_argument(
        "--write", action="store_true", help="keep the list of tests in the package (clauses/shown.json)"
    )
    parser.add_argument("--tree", metavar="FOLDER", help="source tree whose tests to look at (default: this one)")
    parser.set_defaults(run=cover, django=False)


def cover(arguments: argparse.Namespace) -> int:
    """Prints the clauses; 1 if one of them is not as the rulebooks say."""
    from pathlib import Path

    import huiyin
    from huiyin.clauses.coverage import RECORD, coverage, record_text, recorded_tests
    from huiyin.clauses.marks import marked_tests, passed_tests

    root = Path(arguments.tree or Path(huiyin.__file__).parents[2])
    in_tree = (root / "tests" / "conftest.py").is_file()
    if not in_tree and (arguments.tree or arguments.write or arguments.passed):
        raise Failure(f"{root} has no tests/conftest.py: run this in a source tree")
    marked = marked_tests(root) if in_tree else recorded_tests()
    if arguments.write:
        RECORD.write_text(record_text(marked), encoding="utf-8")
    rows = coverage(passed_tests(root) if arguments.passed else marked)
    report(arguments, {"sources": _counts(rows), "clauses": [_clause(row) for row in rows]}, _covered(rows))
    wrong = [row for row in rows if row.trouble]
    for row in wrong:
        idle = [] if row.tests else marked.get(row.clause, [])
        print(f"{row.trouble}{'; marked, but not passed: ' if idle else ''}{', '.join(idle)}", file=sys.stderr)
    return FAILED if wrong else DONE


def _clause(row: Coverage) -> dict[str, Any]:
    return {
        "clause": row.clause,
        "source": row.requirement.source,
        "state": row.state,
        "zh": row.requirement.zh,
        "en": row.requirement.en,
        "reading": row.requirement.reading,
        "book": row.wording.book if row.wording else None,
        "elements": [
            {"path": place.path, "zh": place.name.zh, "file": place.file, "line": place.line} for place in row.elements
        ],
        "features": [
            {
                "zh": place.name.zh,
                "en": place.name.en,
                "built": place.built,
                "file": place.file,
                "line": place.line,
            }
            for place in row.features
        ],
        "tests": row.tests,
    }


def _counts(rows: list[Coverage]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        count = counts.setdefault(
            row.requirement.source, {"clauses": 0, "shown": 0, "awaited": 0, "wrong": 0, "in_elements": 0}
        )
        count["clauses"] += 1
        count[row.state if row.state in count else "wrong"] += 1
        count["in_elements"] += bool(row.elements)
    return counts


def _covered(rows: list[Coverage]) -> Iterator[str]:
    for row in rows:
        yield f"{row.clause:14} {row.state:8} {row.requirement.zh}"
        for place in row.elements:
            yield f"{'':14} by {place}"
        for feature in row.features:
            yield f"{'':14} {'by' if feature.built else 'awaits'} {feature.name.name('en')} ({feature.file}:{feature.line})"
        for test in row.tests:
            yield f"{'':14} shown by {test}"
    yield ""
    for source, count in _counts(rows).items():
        wrong = f", {count['wrong']} not as the books say" if count["wrong"] else ""
        yield f"{source}: {count['clauses']} clauses, {count['shown']} shown, {count['awaited']} awaited{wrong}"
