"""`huiyin organisation`: organisations, units, posts, people and appointments as one file."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from huiyin.commands import DONE, FAILED, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands._shared import decider, organisation_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from huiyin.organisations.changes import ApplyReport, InvitationNotice

APPLY = """
Brings this installation in line with the file, all of it or nothing: what differs is shown and done. What the file does not name stays: other
organisations, people who hold nothing. A unit that it leaves out is refused until it stands under abolished with its successor; a post that it
leaves out is closed, and an appointment that it leaves out ends today. Open cases follow. Where a role would lose its last holder, somebody
their last post, or duties would be left that nobody does, nothing is done and the status is 1, unless you say --yes.
"""


REHEARSE = """
Makes the organisations of the file in a throwaway installation, where everybody counts as having accepted their invitation, and walks one made-up
petition from its arrival to its end: who would do what, who would owe what by when. Nothing of this installation is read or changed. The status is 1
when the matter stops on its way.
"""


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("organisation", help="organisations, units, posts and people as one file")
    parts = parser.add_subparsers(metavar="PART", required=True)
    exporting = parts.add_parser("export", help="write organisations as they are now into a file")
    exporting.add_argument("file", type=Path, nargs="?", metavar="FILE", help="where to (default: standard output)")
    exporting.add_argument(
        "--organisation", action="append", default=[], metavar="CODE", help="only this one; may be repeated"
    )
    exporting.set_defaults(run=export)
    rehearsing = parts.add_parser(
        "rehearse", help="walk a made-up matter through, in a throwaway copy", description=REHEARSE
    )
    rehearsing.add_argument("file", type=Path, metavar="FILE", help="a YAML file; see docs/organisations.md")
    rehearsing.add_argument("--organisation", metavar="CODE", help="whose matter it is (default: the last in the file)")
    add_json(rehearsing)
    rehearsing.set_defaults(run=rehearse, django=False)  # the settings are read for a throwaway installation
    applying = parts.add_parser("apply", help="bring this installation in line with a file", description=APPLY)
    applying.add_argument("file", type=Path, metavar="FILE", help="a YAML file; see docs/organisations.md")
    applying.add_argument("--dry-run", action="store_true", help="show what would be done, and do nothing")
    applying.add_argument("--yes", action="store_true", help="do it although something would be left that nobody does")
    applying.add_argument("--by", metavar="USERNAME", help="who decided; on record")
    add_json(applying)
    applying.set_defaults(run=apply)


def export(arguments: argparse.Namespace) -> int:
    """Writes the file, which only its owner can read: it holds the addresses of colleagues."""
    from django.utils import timezone

    from huiyin.organisations.export import as_yaml, described
    from huiyin.people.appointments import day_of
    from huiyin.people.models import Organisation

    chosen = [organisation_of(code) for code in arguments.organisation] or list(Organisation.objects.all())
    if not chosen:
        raise Failure("there is no organisation yet", "make one by `huiyin setup`")
    text = as_yaml(described(chosen, day_of(timezone.now())))
    if arguments.file is None:
        sys.stdout.write(text)
        return DONE
    with open(os.open(arguments.file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    print(f"{arguments.file}: {len(chosen)} organisations", file=sys.stderr)
    return DONE


def apply(arguments: argparse.Namespace) -> int:
    """Shows what differs and does it."""
    from django.utils import timezone

    from huiyin.organisations.apply import apply as make_so
    from huiyin.organisations.description import read_description

    by = decider(arguments.by) if arguments.by else None
    outcome = make_so(
        read_description(arguments.file), timezone.now(), by, dry_run=arguments.dry_run, agreed=arguments.yes
    )
    report(arguments, outcome.as_dict(), lines(outcome, dry_run=arguments.dry_run))
    return DONE if outcome.done or arguments.dry_run else FAILED


def _invitation_line(invited: InvitationNotice) -> str:
    who = f"{invited.name} ({invited.username})"
    if invited.address:
        return f"the invitation of {who} is mailed to {invited.address}"
    return f"give {who} this link, which sets a password once: {invited.link}"


def rehearse(arguments: argparse.Namespace) -> int:
    """Walks one made-up matter through and shows who would get what."""
    from huiyin.simulation.scratch import scratch

    with scratch() as place:
        from django.utils import timezone

        from huiyin.demo.rehearsal import rehearse as walk
        from huiyin.organisations.apply import apply as make_so
        from huiyin.organisations.description import read_description
        from huiyin.people.models import Organisation

        now = timezone.now()
        described = read_description(arguments.file)
        codes = [one.code for one in described.organisations]
        code = arguments.organisation or codes[-1]
        if code not in codes:
            raise Failure(
                f"{arguments.file} describes no organisation {code}", f"it describes {', '.join(codes)}", status=MISUSED
            )
        place.empty()
        make_so(described, now, agreed=True)
        found = walk(Organisation.objects.get(code=code), now)
    ended = "it came to its end" if found.ended else f"it stops: {found.stage}"
    report(arguments, found.as_dict(), [*map(str, found.steps), f"{code}: {ended}", *found.stuck])
    return FAILED if found.stuck else DONE


def lines(outcome: ApplyReport, *, dry_run: bool = False) -> Iterator[str]:
    """What came of a file, for people."""
    yield from map(str, outcome.changes)
    if not outcome.changes:
        yield "nothing to do: everything is as the file says"
    if outcome.followed:
        yield f"{outcome.followed} cases follow"
    for code, roles in outcome.unheld.items():
        yield f"{code}: nobody would hold {', '.join(roles)} any more: appoint somebody"
    if outcome.waiting or outcome.waiting_sealed:
        sealed = f", and {outcome.waiting_sealed} on sealed cases" if outcome.waiting_sealed else ""
        yield f"{outcome.waiting} duties would be left that nobody does{sealed}"
    if outcome.without_post:
        yield f"{', '.join(outcome.without_post)} would hold no post any more"
    yield from (f"still missing: {line.en}" for line in outcome.missing)
    if outcome.done:
        yield from map(_invitation_line, outcome.invitations)
    else:
        agree = "; it needs --yes" if outcome.leaves_something else ""
        yield f"this is what would happen, nothing was done{agree}"
