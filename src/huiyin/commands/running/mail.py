"""`huiyin mail`: reading the mailboxes by which petitions come, at once."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from huiyin.commands import DONE, FAILED, Failure, Subparsers, add_json, report

if TYPE_CHECKING:
    from huiyin.channels.mailbox.fetching import Reading

DESCRIPTION = """
Takes in what is new in the mailboxes that HUIYIN_MAILBOX_URLS names, as workers do by themselves every two minutes. Each message is taken in
once; one that cannot be, or that a person has to look at, stays where it is and is listed on the page 登记 › 来件邮箱 with the reason. Nothing is
deleted from a mailbox. The exit status is 0 when every mailbox was read, 1 when one could not be.
"""


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command and its action."""
    parser = subparsers.add_parser("mail", help="take in petitions that came by mail", description=DESCRIPTION)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    fetch = actions.add_parser("fetch", help="read the mailboxes now", description=DESCRIPTION)
    fetch.add_argument("--limit", type=int, default=1000, metavar="N", help="at most N messages of each (default 1000)")
    add_json(fetch)
    fetch.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Reads each mailbox and says what became of its messages."""
    from django.utils import timezone

    from huiyin.channels.mailbox import fetching
    from huiyin.channels.mailbox.account import mailboxes

    if arguments.limit < 1:
        raise Failure("--limit must be at least 1", status=2)
    named = mailboxes()
    if not named:
        raise Failure("no mailbox is named", "set HUIYIN_MAILBOX_URLS, see docs/administration.md")
    readings = [fetching.read_mailbox(mailbox, timezone.now(), arguments.limit) for mailbox in named]
    data = [
        {
            "mailbox": one.mailbox,
            "fault": one.fault,
            "left": one.left,
            "held": one.held,
            **{name: one.fates[name] for name in _FATES},
        }
        for one in readings
    ]
    report(arguments, data, map(_line, readings))
    failed = [one for one in readings if one.fault]
    if failed and not arguments.json:
        raise Failure(f"{failed[0].mailbox} was not read ({failed[0].fault})", "see huiyin doctor")
    return FAILED if failed else DONE


_FATES = ("taken", "again", "aside")


def _line(reading: Reading) -> str:
    counts = ", ".join(_counted(reading))
    return f"{reading.mailbox}: {'not read' if reading.fault else counts}"


def _counted(reading: Reading) -> Iterator[str]:
    yield f"{reading.fates['taken']} taken in"
    yield f"{reading.fates['again']} in already"
    yield f"{reading.fates['aside']} put aside for a person"
    if reading.held:
        yield f"{reading.left} left until fewer were taken in within an hour (HUIYIN_MAIL_PER_MAILBOX)"
    elif reading.left:
        yield f"{reading.left} left for the next time"
