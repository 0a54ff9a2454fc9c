"""The subcommands of `huiyin`: one file each, found by name; whoever adds a file adds a command.

A file `commands/NAME.py`, or in a folder of like ones such as `commands/staff` (`NAME_.py` where NAME is a word of Python's, as in `import_.py`) defines one function,
`add_parser(subparsers)`, which declares the command and names what runs it:

    def add_parser(subparsers: Subparsers) -> None:
        parser = subparsers.add_parser("rules", help="…", description="…")
        add_json(parser)
        parser.set_defaults(run=run, django=False)      # django=False: works without settings and database

    def run(arguments: argparse.Namespace) -> int:
        from huiyin.rule_store import store             # heavy imports here: --help reads every command
        ...
        report(arguments, data, lines)
        return DONE

The module itself imports nothing heavier than argparse. What the user can put right is raised as `Failure`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pkgutil import iter_modules
from typing import Any, Final, TypeAlias

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

DONE: Final = 0
FAILED: Final = 1  # it could not be done, or a check found something wrong
MISUSED: Final = 2  # the command line itself is wrong


class Failure(HuiyinError):
    """Raised when a command cannot be carried out as it was given; ``status`` is that of the process.

    Without a ``to_do`` of its own it sends to the help of the command.
    """

    to_do = gettext_noop("见该命令的 --help")

    def __init__(self, wrong: str, to_do: str = "", *, status: int = FAILED) -> None:
        super().__init__(wrong, to_do)
        self.status = status


def names() -> list[str]:
    """The modules of all commands, in alphabetical order of the commands; one whose name begins with _ is a part of another."""
    found = list[str]()
    for module in iter_modules(__path__):
        if module.ispkg and not module.name.startswith("_"):
            inner = iter_modules([f"{__path__[0]}/{module.name}"])
            found += (f"{module.name}.{one.name}" for one in inner if not one.name.startswith("_"))
        elif not module.name.startswith("_"):
            found.append(module.name)
    return sorted(found, key=lambda name: name.rpartition(".")[2])


def add_json(parser: argparse.ArgumentParser) -> None:
    """Gives a command that reports something the option `--json`."""
    parser.add_argument("--json", action="store_true", help=_("以 JSON 格式输出结果"))


def report(arguments: argparse.Namespace, data: Any, lines: Iterable[str]) -> None:
    """Prints a result: `data` as JSON if that was asked for, otherwise the lines for people."""
    if arguments.json:
        json.dump(data, sys.stdout, ensure_ascii=False, indent=2, default=str)
        print()
        return
    for line in lines:
        print(line)
