"""`huiyin rules new`: a first book of an institution's own, made from ten answers, that extends the law and is sound as it stands."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from huiyin.commands import DONE, MISUSED, Failure, add_json, report


def declare(actions: Any) -> None:
    """Declares the action among those of `huiyin rules`."""
    text = "write a sound local book that extends the law, with clauses to fill in; asks ten questions, or takes the answers from a file"
    parser = actions.add_parser("new", help=text, description=text)
    parser.add_argument("path", metavar="FILE", nargs="?", help="where to write it (default: NAME.yaml here)")
    parser.add_argument(
        "--file", metavar="ANSWERS", help="YAML with the answers by their keys; what is missing takes its default"
    )
    parser.add_argument(
        "--defaults", action="store_true", help="ask nothing: every answer that is not given is its default"
    )
    parser.add_argument(
        "--answers", action="store_true", help="print the ten keys with their questions and defaults, and end"
    )
    add_json(parser)
    parser.set_defaults(run=new, django=False)


def new(arguments: argparse.Namespace) -> int:
    """Writes the book; 2 when an answer cannot be used or the file is there already."""
    from pathlib import Path

    from huiyin.rules.drafting.draft import QUESTIONS, Unanswerable, draft_text, read_answers

    if arguments.answers:
        data = [{"key": one.key, "question": one.en, "default": one.default} for one in QUESTIONS]
        report(arguments, data, [f"{one.key}: {one.default!r}  # {one.en}" for one in QUESTIONS])
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
            f"the file of {answers['name']} is called {answers['name']}.yaml", "give such a path", status=MISUSED
        )
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise Failure(f"{path} is there already", "name another file or remove it", status=MISUSED) from None
    except OSError as error:
        raise Failure(f"{path} cannot be written ({error.strerror})", "name another file", status=MISUSED) from None
    report(arguments, {"file": str(path)}, [f"{path} written; look at it, then: huiyin rules check {path}"])
    return DONE


def _answer(question: Any, given: Any, ask: bool) -> str:
    """What was given, or is said now; an answer that cannot be used is asked for again."""
    from huiyin.rules.drafting.draft import Unanswerable

    if question.key in given:
        return str(given[question.key])
    if not ask:
        return str(question.default)
    while True:
        print(f"{question.zh}\n{question.en} [{question.default}] ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            raise Failure("the answers ended early", "give them all, or --defaults", status=MISUSED)
        answer = line.strip() or question.default
        try:
            question.checked(answer)
        except Unanswerable as error:
            print(f"{error}; {error.to_do}", file=sys.stderr)
            continue
        return str(answer)
