"""`huiyin rules coverage --removals`: whether the tests of each clause notice what is taken from it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, FAILED, MISUSED, Failure, report

if TYPE_CHECKING:
    from huiyin.clauses.coverage import Coverage, Tests
    from huiyin.clauses.removals.record import RemovalVerdict
    from huiyin.clauses.removals.run import Answer, Probe


def declare(parser: argparse.ArgumentParser) -> None:
    """Declares the options of `huiyin rules coverage` that are about removals."""
    group = parser.add_argument_group("removals")
    group.add_argument(
        "--removals",
        action="store_true",
        help="take each part of each element that cites a clause out of the book, in memory, and run the clause's tests without it",
    )
    group.add_argument(
        "--clause", action="append", metavar="ID", help="only of this clause; may be given several times"
    )
    group.add_argument(
        "--quick", action="store_true", help="ask the records of clauses alone; what they do not notice stays untried"
    )
    group.add_argument("--sample", type=int, metavar="N", help="only N removals, always the same ones")
    group.add_argument("--processes", type=int, metavar="N", default=2, help="how many at once (default: 2)")


def cover_removals(arguments: argparse.Namespace, root: Path, rows: list[Coverage]) -> int:
    """Prints what was noticed; 1 if a removal passed unnoticed of which the record does not say so."""
    from tqdm import tqdm

    from huiyin.clauses.marks import record_tests
    from huiyin.clauses.removals.record import RECORD, cautious, record_text, recorded, verdicts
    from huiyin.clauses.removals.run import QUICK, answers

    asked = _asked(arguments, rows, record_tests(root))
    with tqdm(total=len(asked), unit=" removals", disable=not sys.stderr.isatty()) as bar:

        def progress(done: int, total: int) -> None:
            bar.update(done - bar.n)

        found = answers(asked, root, arguments.processes, progress, 0 if arguments.quick else len(QUICK))
    known = recorded(rows)
    if arguments.write:
        if arguments.sample:
            raise Failure("a sample is no record", "leave out --sample", status=MISUSED)
        known |= cautious(found, known) if arguments.quick else verdicts(found)
        RECORD.write_text(record_text(rows, known), encoding="utf-8")
    report(arguments, _as_data(found), _lines(found))
    expected = {(clause, removal) for clause, verdict in known.items() for removal in verdict.unnoticed}
    passed = [one for one in found if one.by is None and (one.tried or not arguments.quick)]
    new = [one for one in passed if (one.probe.clause, str(one.probe.removal)) not in expected]
    for one in new:
        what = "passes unnoticed" if one.tried else "could not be tried"
        print(
            f"{one.probe.clause}: {one.probe.removal} {what}: let a test of the clause notice it, or record it (--write)",
            file=sys.stderr,
        )
    return FAILED if new else DONE


def _asked(arguments: argparse.Namespace, rows: list[Coverage], records: Tests) -> list[Probe]:
    from huiyin.clauses.removals.run import probes, sample

    known = {row.clause for row in rows}
    clauses = set(arguments.clause or ())
    if clauses - known:
        raise Failure(
            f"there is no clause {min(clauses - known)}", "`huiyin rules coverage` lists them", status=MISUSED
        )
    asked = [one for one in probes(rows, records) if not clauses or one.clause in clauses]
    return sample(asked, arguments.sample) if arguments.sample else asked


def _as_data(found: Sequence[Answer]) -> dict[str, Any]:
    return {
        "tried": len(found),
        "noticed": sum(one.by is not None for one in found),
        "removals": [
            {
                "clause": one.probe.clause,
                "book": one.probe.removal.book,
                "path": one.probe.removal.path,
                "what": one.probe.removal.what,
                "noticed_by": one.by,
                "tried": one.tried,
            }
            for one in found
        ],
    }


def _lines(found: Sequence[Answer]) -> Iterator[str]:
    from huiyin.clauses.removals.record import verdicts

    for clause, verdict in verdicts(found).items():
        yield f"{clause:14} {verdict.proof:8} {verdict.noticed} of {verdict.removals} removals noticed"
        for removal in verdict.unnoticed:
            yield f"{'':14} nobody notices {removal}"
    yield ""
    yield from figures(verdicts(found))


def figures(found: Mapping[str, RemovalVerdict]) -> Iterator[str]:
    """By text how many clauses are shown, and how many removals were noticed."""
    for source in sorted({clause.partition("-")[0] for clause in found}):
        those = [verdict for clause, verdict in found.items() if clause.partition("-")[0] == source]
        shown = sum(verdict.proof == "shown" for verdict in those)
        noticed, tried = sum(verdict.noticed for verdict in those), sum(verdict.removals for verdict in those)
        yield f"{source}: {len(those)} clauses, {shown} shown, {len(those) - shown} thin; {noticed} of {tried} removals noticed"
