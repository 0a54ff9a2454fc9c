"""`huiyin demo`: demonstration organisations, accounts and matters at every stage."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from huiyin.commands import DONE, Failure, Subparsers, add_json, report

MATTERS = 60
MAX_MATTERS = 5000


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser(
        "demo",
        help="make demonstration organisations, accounts and matters",
        description="Makes three fictitious organisations, their accounts and matters at every stage, and prints the "
        "accounts. Where that was done before it changes nothing and prints them again.",
    )
    parser.add_argument(
        "--matters",
        type=int,
        default=MATTERS,
        help=f"how many matters (default {MATTERS}); with so many, some come from an old register besides",
    )
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same matters (default 1)")
    add_json(parser)
    parser.set_defaults(run=run, makes=True)


def run(arguments: argparse.Namespace) -> int:
    """Makes the demonstration unless it is there, and says who can sign in."""
    from django.conf import settings

    from huiyin import demo
    from huiyin.site.preparation import migrate

    if not 0 <= arguments.matters <= MAX_MATTERS:
        raise Failure(f"--matters must be between 0 and {MAX_MATTERS}", status=2)
    if not settings.HUIYIN_LOCAL:
        raise Failure(
            f"a demonstration is for a local address, and HUIYIN_PUBLIC_URL is {settings.HUIYIN_PUBLIC_URL}",
            "leave it out, and give the demonstration a HUIYIN_HOME and DATABASE_URL of its own",
        )
    migrate()
    if not demo.is_alone():
        raise Failure(
            "an organisation of yours is here, and everybody knows the passwords of a demonstration",
            "give it a HUIYIN_HOME and DATABASE_URL of its own",
        )
    cast = demo.described()
    made = "nothing to do: the demonstration is there" if demo.exists() else _make(arguments.matters, arguments.seed)
    settings.HUIYIN_DEMO.write_text(json.dumps(cast.as_dict(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(made, file=sys.stderr)
    report(arguments, cast.as_dict(), _lines(cast))
    return DONE


def _make(matters: int, seed: int) -> str:
    """All in one transaction: a demonstration that breaks off leaves nothing behind."""
    from django.db import transaction
    from django.utils import timezone

    from huiyin import demo

    now = timezone.now()
    with transaction.atomic():
        demo.make_cast(now)
        demo.keep_ready(now)
        outcome = demo.tell(matters, seed, now)
        old = demo.bring_in(now) if matters >= MATTERS else 0
    for line in outcome.stuck:
        print(f"left unfinished: {line}", file=sys.stderr)
    stages = ", ".join(f"{stage} {number}" for stage, number in sorted(outcome.stages.items()))
    brought = f"; {old} brought in from an old register" if old else ""
    return f"{sum(outcome.stages.values())} matters made: {stages}{brought}"


def _lines(cast: Any) -> list[str]:
    names = {item["code"]: item["name"] for item in cast.organisations}
    width = max(len(account.username) for account in cast.accounts)
    lines = [f"Demonstration accounts (password of all: {cast.accounts[0].password})"]
    organisation = ""
    for account in cast.accounts:
        if account.organisation != organisation:
            organisation = account.organisation
            lines.append(f"{names[organisation]}")
        lines.append(f"  {account.username:<{width}}  {account.name} · {account.unit} · {account.post}")
    return lines
