"""`huiyin rules coverage`: where each clause of the register is carried out, and the tests that show it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, FAILED, MISUSED, Failure, add_json, report
from huiyin.commands._rules import removals

if TYPE_CHECKING:
    from huiyin.clauses.coverage import Coverage
    from huiyin.clauses.removals.record import RemovalVerdict


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
    removals.declare(parser)
    parser.set_defaults(run=cover, django=False)


def cover(arguments: argparse.Namespace) -> int:
    """Prints the clauses; 1 if one of them is not as the rulebooks say."""
    from pathlib import Path

    import huiyin
    from huiyin.clauses.coverage import RECORD, coverage, record_text, recorded_tests
    from huiyin.clauses.marks import marked_tests, passed_tests
    from huiyin.clauses.removals.record import recorded

    root = Path(arguments.tree or Path(huiyin.__file__).parents[2])
    in_tree = (root / "tests" / "conftest.py").is_file()
    if not in_tree and (arguments.tree or arguments.write or arguments.passed or arguments.removals):
        raise Failure(f"{root} has no tests/conftest.py: run this in a source tree")
    if (arguments.clause or arguments.sample) and not arguments.removals:
        raise Failure("--clause and --sample choose removals", "give --removals too", status=MISUSED)
    marked = marked_tests(root) if in_tree else recorded_tests()
    if arguments.removals:
        return removals.cover_removals(arguments, root, coverage(marked))
    if arguments.write:
        RECORD.write_text(record_text(marked), encoding="utf-8")
    rows = coverage(passed_tests(root) if arguments.passed else marked)
    tried = recorded(rows)
    data = {"sources": _counts(rows, tried), "clauses": [_clause(row, tried.get(row.clause)) for row in rows]}
    report(arguments, data, _covered(rows, tried))
    wrong = [row for row in rows if row.trouble]
    for row in wrong:
        idle = [] if row.tests else marked.get(row.clause, [])
        print(f"{row.trouble}{'; marked, but not passed: ' if idle else ''}{', '.join(idle)}", file=sys.stderr)
    return FAILED if wrong else DONE


def _clause(row: Coverage, verdict: RemovalVerdict | None) -> dict[str, Any]:
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
        "removals": _tried(row, verdict),
    }


def _tried(row: Coverage, verdict: RemovalVerdict | None) -> dict[str, Any] | None:
    """What removals found; None for what no element of a book carries out, which has nothing to remove."""
    if row.state != "shown" or not row.elements:
        return None
    if verdict is None:
        return {"proof": "untried", "tried": 0, "noticed": 0, "unnoticed": []}
    return {
        "proof": verdict.proof,
        "tried": verdict.removals,
        "noticed": verdict.noticed,
        "unnoticed": list(verdict.unnoticed),
    }


def _counts(rows: list[Coverage], tried: Mapping[str, RemovalVerdict]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        count = counts.setdefault(
            row.requirement.source,
            {"clauses": 0, "shown": 0, "awaited": 0, "wrong": 0, "in_elements": 0, "thin": 0, "untried": 0},
        )
        proof = (_tried(row, tried.get(row.clause)) or {}).get("proof")
        count["clauses"] += 1
        count[row.state if row.state in count else "wrong"] += 1
        count["in_elements"] += bool(row.elements)
        count["thin"] += proof == "thin"
        count["untried"] += proof == "untried"
    return counts


def _covered(rows: list[Coverage], tried: Mapping[str, RemovalVerdict]) -> Iterator[str]:
    for row in rows:
        found = _tried(row, tried.get(row.clause))
        thin = found is not None and found["proof"] == "thin"
        yield f"{row.clause:14} {'thin' if thin else row.state:8} {row.requirement.zh}"
        for place in row.elements:
            yield f"{'':14} by {place}"
        for feature in row.features:
            yield f"{'':14} {'by' if feature.built else 'awaits'} {feature.name.name('en')} ({feature.file}:{feature.line})"
        for test in row.tests:
            yield f"{'':14} shown by {test}"
        if found is not None:
            noticed = f"{found['noticed']} of {found['tried']} removals noticed"
            yield f"{'':14} {'removals not tried' if found['proof'] == 'untried' else noticed}"
            yield from (f"{'':14} nobody notices {removal}" for removal in found["unnoticed"])
    yield ""
    for source, count in _counts(rows, tried).items():
        wrong = f", {count['wrong']} not as the books say" if count["wrong"] else ""
        untried = f", {count['untried']} untried" if count["untried"] else ""
        yield (
            f"{source}: {count['clauses']} clauses, {count['shown']} shown (of these {count['thin']} thin{untried}), "
            f"{count['awaited']} awaited{wrong}"
        )
