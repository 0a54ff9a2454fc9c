"""`huiyin rules coverage`: where each clause of the register is carried out, and the tests that show it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, FAILED, MISUSED, Failure, add_json, report
from huiyin.commands._columns import padded
from huiyin.commands._rules import removals
from huiyin.language import either, gettext_noop
from huiyin.language import gettext as _

if TYPE_CHECKING:
    from huiyin.clauses.coverage import Coverage
    from huiyin.clauses.removals.record import RemovalVerdict


STATES = {
    "shown": gettext_noop("有测试证明"),
    "awaited": gettext_noop("待落实"),
    "homeless": gettext_noop("没有着落"),
    "lost": gettext_noop("不再有测试"),
    "early": gettext_noop("早于声明"),
    "thin": gettext_noop("薄弱"),
}
"""How a clause stands, in words."""


def declare(actions: Any) -> None:
    """Declares the action among those of `huiyin rules`."""
    text = _("clauses/clauses.yaml 的每一条在哪里落实、由哪些测试证明")
    parser = actions.add_parser("coverage", help=text, description=text)
    add_json(parser)
    parser.add_argument("--passed", action="store_true", help=_("只算上一次运行中通过的测试"))
    parser.add_argument("--write", action="store_true", help=_("把测试的清单存入软件包（clauses/shown.json）"))
    parser.add_argument("--tree", metavar="FOLDER", help=_("看哪个源码目录的测试（默认：这一个）"))
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
        raise Failure(_("%(root)s 没有 tests/conftest.py：请在源码目录中运行") % {"root": root})
    if (arguments.clause or arguments.sample) and not arguments.removals:
        raise Failure(_("--clause 和 --sample 用来选择拿掉什么"), _("请同时写 --removals"), status=MISUSED)
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
        beside = _("；有标记，但没有通过：") if idle else ""
        listed = _("、").join(idle)
        print(f"{row.trouble}{beside}{listed}", file=sys.stderr)
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
    """What removals found; None where there is nothing to remove: no element of a book carries it out, or a whole procedure does."""
    from huiyin.clauses.removals.removals import removals_of

    if row.state != "shown" or not row.elements:
        return None
    if verdict is None:
        if not removals_of(row):
            return None
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
        yield f"{row.clause:14} {padded(_(STATES['thin' if thin else row.state]), 8)} {either(row.requirement.zh, row.requirement.en)}"
        for place in row.elements:
            yield _("%(clause)s 见 %(place)s") % {"clause": f"{'':14}", "place": place}
        for feature in row.features:
            where = f"{either(feature.name.zh, feature.name.en)} ({feature.file}:{feature.line})"
            shown = _("%(clause)s 见 %(place)s") if feature.built else _("%(clause)s 有待 %(place)s")
            yield shown % {"clause": f"{'':14}", "place": where}
        for test in row.tests:
            yield _("%(clause)s 由 %(test)s 证明") % {"clause": f"{'':14}", "test": test}
        if found is not None:
            noticed = _("拿掉 %(tried)s 处，%(noticed)s 处被发现") % {
                "noticed": found["noticed"],
                "tried": found["tried"],
            }
            untried = _("没有试过拿掉") if found["proof"] == "untried" else noticed
            yield f"{'':14} {untried}"
            yield from (
                _("%(clause)s 没有测试发现拿掉了 %(removal)s") % {"clause": f"{'':14}", "removal": removal}
                for removal in found["unnoticed"]
            )
    yield ""
    for source, count in _counts(rows, tried).items():
        wrong = _("，%(wrong)s 处与规程不符") % {"wrong": count["wrong"]} if count["wrong"] else ""
        untried = _("，%(untried)s 处没有试") % {"untried": count["untried"]} if count["untried"] else ""
        yield (
            _(
                "%(source)s：%(clauses)s 条，"
                "已证明 %(shown)s 条（其中薄弱 %(thin)s 条%(untried)s），"
                "待落实 %(awaited)s 条%(wrong)s"
            )
            % {
                "source": source,
                "clauses": count["clauses"],
                "shown": count["shown"],
                "thin": count["thin"],
                "untried": untried,
                "awaited": count["awaited"],
                "wrong": wrong,
            }
        )
