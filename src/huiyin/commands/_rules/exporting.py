"""`huiyin rules export`: a rulebook in the languages of other tools."""

from __future__ import annotations

import argparse
import json
from typing import Any

from huiyin.commands import DONE, MISUSED, Failure
from huiyin.language import gettext as _
from huiyin.rules import MATTER


def declare(actions: Any) -> None:
    """Declares the action among those of `huiyin rules`."""
    text = _("把程序写成 SPIN 模型或 BPMN，或者写出规程文件的结构说明供编辑器使用，输出到标准输出")
    parser = actions.add_parser("export", help=text, description=text)
    parser.add_argument("book", metavar="BOOK", nargs="?", help=_("自带规程的名称，或者 YAML 文件"))
    form = parser.add_mutually_exclusive_group(required=True)
    form.add_argument("--promela", action="store_true", help=_("Promela 模型，带有由 SPIN 检查的性质"))
    form.add_argument("--bpmn", action="store_true", help=_("BPMN 2.0 XML，带图"))
    form.add_argument("--json-schema", action="store_true", help=_("所有规程文件的 JSON Schema；不需要 BOOK"))
    parser.add_argument(
        "--procedure", default=MATTER, help=_("哪个程序（默认：%(procedure)s）") % {"procedure": MATTER}
    )
    parser.add_argument("--output", metavar="FILE", help=_("改为写入 FILE"))
    parser.set_defaults(run=export, django=False)


def export(arguments: argparse.Namespace) -> int:
    """Prints or writes what was asked for."""
    from pathlib import Path

    text = _schema() if arguments.json_schema else _procedure(arguments)
    if arguments.output is None:
        print(text, end="")
        return DONE
    try:
        Path(arguments.output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise Failure(
            _("%(output)s 无法写入（%(strerror)s）") % {"output": arguments.output, "strerror": error.strerror},
            _("请写另一个文件"),
        ) from None
    return DONE


def _schema() -> str:
    from huiyin.rules.export.json_schema import json_schema

    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def _procedure(arguments: argparse.Namespace) -> str:
    from huiyin.commands._shared import loaded
    from huiyin.rules.export.bpmn import bpmn
    from huiyin.rules.export.promela import promela

    if arguments.book is None:
        raise Failure(_("没有写规程"), _("请写自带规程的名称，或者 YAML 文件"), status=MISUSED)
    rules = loaded(arguments.book)
    if arguments.procedure not in rules.book.procedures:
        known = _("、").join(rules.book.procedures)
        raise Failure(
            _("%(key)s 没有程序 %(procedure)s") % {"key": rules.book.key, "procedure": arguments.procedure},
            _("有的是 %(known)s") % {"known": known},
            status=MISUSED,
        )
    return promela(rules, arguments.procedure) if arguments.promela else bpmn(rules.book, arguments.procedure)
