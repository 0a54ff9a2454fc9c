"""`huiyin prepare`: the data folder, the keys, the tables and the static files, without serving."""

from __future__ import annotations

import argparse

from huiyin.commands import DONE, Subparsers, add_json, report


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser(
        "prepare",
        help="make or update the data folder, keys, tables and static files",
        description="Brings an installation up to this version. `huiyin serve` does the same by itself.",
    )
    add_json(parser)
    parser.set_defaults(run=run, makes=True)


def run(arguments: argparse.Namespace) -> int:
    """Prepares the installation and says what was done."""
    from django.conf import settings

    from huiyin.site.preparation import prepare

    done = prepare()
    report(arguments, {"home": str(settings.HUIYIN_HOME), "done": done}, done or ["nothing to do"])
    return DONE
