"""`huiyin rules new`: a first book of an institution's own, made from ten answers, that extends the law and is sound as it stands."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from huiyin.commands import DONE, MISUSED, Failure, add_json, report
from huiyin.language import either
from huiyin.language import gettext as _


def declare(actions: Any) -> None:
    """Declares the action among those of `huiyin rules`."""
    text = _("写出一部以法规为基础、可以通过检查的本单位规程，条款留待填写；问十个问题，或者从文件读取答案")
    parser = actions.add_parser("new", help=text, description=text)
    parser.add_argument("path", metavar="FILE", nargs="?", help=_("写到哪里（默认：当前目录的 名称.yaml）"))
    parser.add_argument("--file", metavar="ANSWERS", help=_("写有答案的 YAML；没有写的用默认值"))
    parser.add_argument("--defaults", action="store_true", help=_("什么都不问：没有给出的一律用默认值"))
    parser.add_argument("--answers", action="store_true", help=_("列出十个问题的键、问法和默认值，然后结束"))
    add_json(parser)
    parser.set_defaults(run=new, django=False)


def new(arguments: argparse.Namespace) -> int:
    """Writes the book; 2 when an answer cannot be used or the file is there already."""
    from pathlib import Path

    from huiyin.rules.drafting.draft import QUESTIONS, Unanswerable, draft_text, read_answers

    if arguments.answers:
        data = [{"key": one.key, "question": one.en, "default": one.default} for one in QUESTIONS]
        report(arguments, data, [f"{one.key}: {one.default!r}  # {either(one.zh, one.en)}" for one in QUESTIONS])
        return DONE
    try:
        given = read_answers(Path(arguments.file)) if arguments.file else {}
        ask = not (arguments.file or arguments.defaults)
        answers = {one.key: _answer(one, given, ask) for one in QUESTIONS}
        text = draft_text(answers)
    except Unanswerable as error:
        raise Failure(error.wrong, error.to_do, status=MISUSED) from None
    path = Path(arguments.path or f"{answers['name']}.yaml")
    if path.stem != answers["name"] or path.suffix != ".yaml":
        raise Failure(
            _("%(name)s 的文件要叫 %(name)s.yaml") % {"name": answers["name"]}, _("请写这样的路径"), status=MISUSED
        )
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise Failure(
            _("%(path)s 已经有了") % {"path": path}, _("请写另一个文件，或者先删除它"), status=MISUSED
        ) from None
    except OSError as error:
        raise Failure(
            _("%(path)s 无法写入（%(strerror)s）") % {"path": path, "strerror": error.strerror},
            _("请写另一个文件"),
            status=MISUSED,
        ) from None
    report(
        arguments,
        {"file": str(path)},
        [_("已写入 %(path)s；请看一遍，然后运行：huiyin rules check %(path)s") % {"path": path}],
    )
    return DONE


def _answer(question: Any, given: Any, ask: bool) -> str:
    """What was given, or is said now; an answer that cannot be used is asked for again."""
    from huiyin.rules.drafting.draft import Unanswerable

    if question.key in given:
        return str(given[question.key])
    if not ask:
        return str(question.default)
    while True:
        print(f"{either(question.zh, question.en)} [{question.default}] ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            raise Failure(_("答案没有给完"), _("请全部给出，或者用 --defaults"), status=MISUSED)
        answer = line.strip() or question.default
        try:
            question.checked(answer)
        except Unanswerable as error:
            print(f"{error}; {error.to_do}", file=sys.stderr)
            continue
        return str(answer)
