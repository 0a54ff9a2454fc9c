"""`huiyin rules`: the shipped rulebooks, whether they are sound, and which clauses are carried out."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, FAILED, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands._rules import activation_reports, coverage, exporting, new, watching
from huiyin.commands._shared import loaded, read_rules
from huiyin.language import either, terminal
from huiyin.language import gettext as _
from huiyin.rules import MATTER

if TYPE_CHECKING:
    from huiyin.rules.book.load import Flaw, Rules
    from huiyin.rules.book.schema import LimitRule, Rulebook
    from huiyin.rules.book.texts import CodedText
    from huiyin.rules.prover.compare import Less
    from huiyin.rules.prover.prove import BookProof


def add_parser(subparsers: Subparsers) -> None:
    """Declares `huiyin rules list | show | check | compare | diagram | export | new | coverage`."""
    parser = subparsers.add_parser(
        "rules",
        help=_("规程：列出、查看、检查、与法规比较、画图、导出、新写一部、条款落实情况"),
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    _declare(actions, "list", list_books, _("自带的规程"))
    _with_book(_declare(actions, "show", show, _("一部规程的阶段、角色、有期限的职责和办理动作")))
    checking = _with_book(
        _declare(actions, "check", check_book, _("证明规程严密，或者列出每个缺陷所在的文件、行和经过"))
    )
    checking.add_argument("--watch", action="store_true", help=_("规程的文件一变就再检查，直到 Ctrl+C"))
    comparing = _with_book(_declare(actions, "compare", compare_book, _("规程在哪里给信访人的少于法规")))
    comparing.add_argument("law", metavar="LAW", nargs="?", default="national-2022", help=_("默认：national-2022"))
    drawing = _with_book(_declare(actions, "diagram", draw, _("把规程的一个程序画成 SVG，输出到标准输出")))
    drawing.add_argument(
        "--procedure", default=MATTER, help=_("哪个程序（默认：%(procedure)s）") % {"procedure": MATTER}
    )
    exporting.declare(actions)
    new.declare(actions)
    coverage.declare(actions)
    activation_reports.declare(actions)


def _declare(actions: Any, name: str, run: Any, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=text, description=text)
    add_json(parser)
    parser.set_defaults(run=run, django=False)
    return parser


def _with_book(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("book", metavar="BOOK", help=_("自带规程的名称，或者 YAML 文件"))
    return parser


def list_books(arguments: argparse.Namespace) -> int:
    """Prints the shipped rulebooks."""
    from huiyin.rules.book.load import load, shipped

    books = [load(name).book for name in shipped()]
    rows = [
        {
            "rulebook": book.rulebook,
            "version": book.version,
            "title": book.title.zh,
            "extends": book.extends,
            "procedures": list(book.procedures),
            "clauses": len(book.clauses),
        }
        for book in books
    ]
    width, below = max(len(book.key) for book in books), _("（以 %(extends)s 为基础）")
    lines = (
        f"{book.key:{width}}  {either(book.title.zh, book.title.en)}"
        + (below % {"extends": book.extends} if book.extends else "")
        for book in books
    )
    report(arguments, rows, lines)
    return DONE


def show(arguments: argparse.Namespace) -> int:
    """Prints a book."""
    rules = loaded(arguments.book)
    report(arguments, rules.book.model_dump(mode="json", by_alias=True), _shown(rules))
    return DONE


def _shown(rules: Rules) -> Iterator[str]:
    book, comma = rules.book, _("、")
    yield f"{book.key}  {either(book.title.zh, book.title.en)}"
    yield _("角色：%(names)s") % {
        "names": comma.join(f"{name} {either(role.zh, role.en)}" for name, role in book.roles.items())
    }
    for name, procedure in book.procedures.items():
        yield f"\n{name}  {either(procedure.zh, procedure.en)}"
        yield "  " + _("各阶段")
        for key, stage in procedure.stages.items():
            end = _("（办结）") if stage.end else ""
            yield f"    {key:22} {either(stage.zh, stage.en)}{end}"
        yield "  " + _("各项职责")
        for key, duty in procedure.duties.items():
            limit = procedure.limits[duty.limit]
            owner = book.roles[duty.of]
            columns = (
                either(duty.zh, duty.en),
                either(owner.zh, owner.en),
                _length(limit, book),
                comma.join(duty.clause),
            )
            yield f"    {key:22} {' · '.join(columns)}"
        yield "  " + _("各个动作")
        for key, action in procedure.actions.items():
            by = comma.join(either(book.roles[role].zh, book.roles[role].en) for role in action.takers)
            way = f"{comma.join(action.from_stages)} → {action.to or '·'}"
            yield f"    {key:22} {' · '.join((either(action.zh, action.en), by, way, comma.join(action.clause)))}"


def _length(limit: LimitRule, book: Rulebook) -> str:
    if limit.within is not None:
        return limit.within.text("en" if terminal() == "en" else "zh")
    field = book.fields[limit.by_field]
    return _("按%(field)s") % {"field": either(field.zh, field.en)}


def check_book(arguments: argparse.Namespace) -> int:
    """Prints what is proved of a book, or every flaw with the story that leads to it; 1 if there are any.

    A book that stands on a law is also compared with it: to give less is a flaw as well. What its writer marked with TODO is told, and is none.
    """
    return watching.watched(arguments, _check) if arguments.watch else _check(arguments)


def _check(arguments: argparse.Namespace) -> int:
    from huiyin.rules.book.load import RulebookFlawed
    from huiyin.rules.drafting.to_do import left_to_do, read_texts
    from huiyin.rules.prover.compare import compare_with_law
    from huiyin.rules.prover.finding import STATEMENTS
    from huiyin.rules.prover.prove import prove_rules

    name = arguments.book
    try:
        rules = read_rules(name)
    except RulebookFlawed as error:
        data = {"rulebook": name, "sound": False, "flaws": [_flaw(flaw) for flaw in error.flaws]}
        report(arguments, data, map(str, error.flaws))
        return FAILED
    proof = prove_rules(rules)
    law, less = compare_with_law(rules, proof) if rules.book.extends else (None, ())
    flaws = [
        {
            **_flaw(finding.flaw),
            "property": finding.of,
            "zh": finding.zh,
            "story": [_both(step) for step in finding.story],
        }
        for finding in proof.findings
    ]
    marked = left_to_do(rules, read_texts(rules))
    data = {
        "rulebook": name,
        "version": proof.rulebook,
        "sound": proof.sound,
        "flaws": flaws,
        "proved": {letter: _both(STATEMENTS[letter].about()) for letter in proof.proved},
        "situations": proof.situations,
        "longest": _times(proof, rules),
        "law": law.book.key if law else None,
        "less": [_less(place) for place in less],
        "to_do": [asdict(one) for one in marked],
    }
    lawful = _lawful(name, law.book.key, less) if law else ()
    report(arguments, data, [*_proved(name, proof, rules), *lawful, *map(str, marked)])
    return DONE if proof.sound and not less else FAILED


def _lawful(name: str, law: str, less: Iterable[Less]) -> Iterator[str]:
    lines = [line for place in less for line in place.lines()]
    yield from lines or [_("%(name)s：没有一处少于 %(law)s") % {"name": name, "law": law}]
    if lines:
        yield _("%(name)s：少于 %(law)s") % {"name": name, "law": law}


def _less(place: Less) -> dict[str, Any]:
    return {
        "file": place.file,
        "line": place.line,
        "path": place.path,
        "clauses": place.clauses,
        "articles": place.articles,
        **_both(place.reason),
    }


def _flaw(flaw: Flaw) -> dict[str, Any]:
    return {
        "file": flaw.file,
        "line": flaw.line,
        "path": flaw.path,
        "code": str(flaw.why.code),
        "expected": flaw.expected,
        "got": flaw.got,
    }


def _both(text: CodedText) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _times(proof: BookProof, rules: Rules) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [
            {
                "goal": time.goal,
                "days": time.days,
                "pauses_not_counted": time.paused,
                "path": [{"action": action, "day": day} for action, day in time.path],
                **_both(time.described(rules.book.procedures[name])),
            }
            for time in times
        ]
        for name, times in proof.longest.items()
    }


def _proved(name: str, proof: BookProof, rules: Rules) -> Iterator[str]:
    from huiyin.rules.prover.finding import STATEMENTS

    for finding in proof.findings:
        yield from finding.lines()
    if not proof.sound:
        yield _("%(name)s：发现 %(findings)s 处") % {"name": name, "findings": len(proof.findings)}
        return
    yield _("%(name)s：严密") % {"name": name}
    yield _("证明涉及 %(count)s：") % {
        "count": _("、").join(
            (
                _("%(key)s 的 %(count)s 种情形") % {"count": f"{count:,}", "key": key}
                for key, count in proof.situations.items()
            )
        )
    }
    for letter in proof.proved:
        statement = STATEMENTS[letter].about()
        yield f"  ({letter}) {statement.text(terminal())}"
    for key, times in proof.longest.items():
        for time in times:
            described = time.described(rules.book.procedures[key])
            procedure = either(rules.book.procedures[key].zh, rules.book.procedures[key].en)
            yield _("  (i) %(procedure)s：%(described)s") % {
                "procedure": procedure,
                "described": described.text(terminal()),
            }


def compare_book(arguments: argparse.Namespace) -> int:
    """Prints where a book gives the petitioner less than the law; 1 if it does anywhere."""
    from huiyin.rules.prover.compare import compare

    found = compare(loaded(arguments.book), loaded(arguments.law))
    data = [_less(place) for place in found]
    nothing = _("%(book)s：没有一处少于 %(law)s") % {"book": arguments.book, "law": arguments.law}
    lines = [line for less in found for line in less.lines()] or [nothing]
    report(arguments, {"rulebook": arguments.book, "law": arguments.law, "less": data}, lines)
    return FAILED if found else DONE


def draw(arguments: argparse.Namespace) -> int:
    """Prints a procedure as SVG."""
    from huiyin.rules.diagram.svg import svg

    rules = loaded(arguments.book)
    if arguments.procedure not in rules.book.procedures:
        known = _("、").join(rules.book.procedures)
        raise Failure(
            _("%(key)s 没有程序 %(procedure)s") % {"key": rules.book.key, "procedure": arguments.procedure},
            _("有的是 %(known)s") % {"known": known},
            status=MISUSED,
        )
    picture = svg(rules.book, arguments.procedure)
    report(arguments, {"procedure": arguments.procedure, "svg": picture}, [picture.rstrip("\n")])
    return DONE
