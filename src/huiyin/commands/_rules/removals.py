"""`huiyin rules coverage --removals`: whether the tests of each clause notice what is taken from it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, FAILED, MISUSED, Failure, report
from huiyin.language import gettext as _

if TYPE_CHECKING:
    from huiyin.clauses.coverage import Coverage, Tests
    from huiyin.clauses.removals.record import RemovalVerdict
    from huiyin.clauses.removals.run import Answer, Probe


def declare(parser: argparse.ArgumentParser) -> None:
    """Declares the options of `huiyin rules coverage` that are about removals."""
    group = parser.add_argument_group(_("试着拿掉"))
    group.add_argument(
        "--removals",
        action="store_true",
        help=_("在内存中把规程里引用条款的各部分逐个拿掉，再运行该条款的测试"),
    )
    group.add_argument("--clause", action="append", metavar="ID", help=_("只试这一条；可以写几次"))
    group.add_argument("--quick", action="store_true", help=_("只问条款的记录；它们没有发现的算没有试"))
    group.add_argument("--sample", type=int, metavar="N", help=_("只拿掉 N 处，每次都是同样的"))
    group.add_argument("--processes", type=int, metavar="N", default=2, help=_("同时几个（默认：2）"))


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
            raise Failure(_("抽样不能作为记录"), _("请去掉 --sample"), status=MISUSED)
        known |= cautious(found, known) if arguments.quick else verdicts(found)
        RECORD.write_text(record_text(rows, known), encoding="utf-8")
    report(arguments, _as_data(found), _lines(found))
    expected = {(clause, removal) for clause, verdict in known.items() for removal in verdict.unnoticed}
    passed = [one for one in found if one.by is None and (one.tried or not arguments.quick)]
    new = [one for one in passed if (one.probe.clause, str(one.probe.removal)) not in expected]
    for one in new:
        what = _("没有被发现") if one.tried else _("没有试成")
        print(
            _("%(clause)s：拿掉 %(removal)s，%(what)s：请让该条款的测试发现它，或者记录下来（--write）")
            % {"clause": one.probe.clause, "removal": one.probe.removal, "what": what},
            file=sys.stderr,
        )
    return FAILED if new else DONE


def _asked(arguments: argparse.Namespace, rows: list[Coverage], records: Tests) -> list[Probe]:
    from huiyin.clauses.removals.run import probes, sample

    known = {row.clause for row in rows}
    clauses = set(arguments.clause or ())
    if clauses - known:
        raise Failure(
            _("没有条款 %(clause)s") % {"clause": min(clauses - known)},
            _("`huiyin rules coverage` 会列出条款"),
            status=MISUSED,
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
        yield _("%(clause)s %(proof)s 拿掉 %(removals)s 处，%(noticed)s 处被发现") % {
            "clause": f"{clause:14}",
            "proof": f"{verdict.proof:8}",
            "noticed": verdict.noticed,
            "removals": verdict.removals,
        }
        for removal in verdict.unnoticed:
            yield _("%(clause)s 没有测试发现拿掉了 %(removal)s") % {"clause": f"{'':14}", "removal": removal}
    yield ""
    yield from figures(verdicts(found))


def figures(found: Mapping[str, RemovalVerdict]) -> Iterator[str]:
    """By text how many clauses are shown, and how many removals were noticed."""
    for source in sorted({clause.partition("-")[0] for clause in found}):
        those = [verdict for clause, verdict in found.items() if clause.partition("-")[0] == source]
        shown = sum(verdict.proof == "shown" for verdict in those)
        noticed, tried = sum(verdict.noticed for verdict in those), sum(verdict.removals for verdict in those)
        yield _(
            "%(source)s：%(those)s 条，已证明 %(shown)s 条，薄弱 %(thin)s 条；拿掉 %(tried)s 处，%(noticed)s 处被发现"
        ) % {
            "source": source,
            "those": len(those),
            "shown": shown,
            "thin": len(those) - shown,
            "noticed": noticed,
            "tried": tried,
        }
