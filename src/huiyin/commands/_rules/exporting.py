"""`huiyin rules export`: a rulebook in the languages of other tools."""

from __future__ import annotations

import argparse
import json
from typing import Any

from huiyin.commands import DONE, MISUSED, Failure
from huiyin.rules import MATTER


def declare(actions: Any) -> None:
    """Declares the action among those of `huiyin rules`."""
    text = "a procedure as a model for SPIN or as BPMN, or the schema of rulebook files for editors, on standard output"
    parser = actions.add_parser("export", help=text, description=text)
    parser.add_argument("book", metavar="BOOK", nargs="?", help="name of a shipped rulebook, or a YAML file")
    form = parser.add_mutually_exclusive_group(required=True)
    form.add_argument("--promela", action="store_true", help="a Promela model with the properties that SPIN checks")
    form.add_argument("--bpmn", action="store_true", help="BPMN 2.0 XML with its diagram")
    form.add_argument("--json-schema", action="store_true", help="JSON Schema of every rulebook file; needs no BOOK")
    parser.add_argument("--procedure", default=MATTER, help=f"which procedure (default: {MATTER})")
    parser.add_argument("--output", metavar="FILE", help="write to FILE instead")
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
        raise Failure(f"{arguments.output} cannot be written ({error.strerror})", "name another file") from None
    return DONE


def _schema() -> str:
    from huiyin.rules.export.json_schema import json_schema

    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def _procedure(arguments: argparse.Namespace) -> str:
    from huiyin.commands._shared import loaded
    from huiyin.rules.export.bpmn import bpmn
    from huiyin.rules.export.promela import promela

    if arguments.book is None:
        raise Failure("no book was named", "give the name of a shipped rulebook, or a YAML file", status=MISUSED)
    rules = loaded(arguments.book)
    if arguments.procedure not in rules.book.procedures:
        known = ", ".join(rules.book.procedures)
        raise Failure(f"{rules.book.key} has no procedure {arguments.procedure}", f"it has {known}", status=MISUSED)
    return promela(rules, arguments.procedure) if arguments.promela else bpmn(rules.book, arguments.procedure)
