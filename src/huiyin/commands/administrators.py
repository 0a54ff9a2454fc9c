"""`huiyin administrators`: who administers the installation, or an organisation."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, Subparsers, add_json, report
from huiyin.commands._shared import account_called, organisation_of

if TYPE_CHECKING:
    from huiyin.people.administrators import AdministratorLine
    from huiyin.people.models import Account, Organisation

ADD = """
Administrators of the installation see all of 后台作业, 空缺的角色 and the pages about people; those of an organisation see what concerns it. None
of them sees a matter by being one: that takes a post.
"""


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("administrators", help="who administers the installation, or an organisation")
    parts = parser.add_subparsers(metavar="PART", required=True)
    listing = parts.add_parser("list", help="who administers what, since when")
    add_json(listing)
    listing.set_defaults(run=list_administrators)
    adding = parts.add_parser("add", help="let somebody administer", description=ADD)
    removing = parts.add_parser("remove", help="let somebody administer no longer")
    for part, run in ((adding, add), (removing, remove)):
        part.add_argument("account", metavar="USERNAME", help="who")
        part.add_argument("--organisation", metavar="CODE", help="which (default: the whole installation)")
        add_json(part)
        part.set_defaults(run=run)


def list_administrators(arguments: argparse.Namespace) -> int:
    """Shows administrators."""
    from django.utils import timezone

    from huiyin.people.administrators import listed
    from huiyin.people.appointments import day_of

    found = listed(day_of(timezone.now()))
    lines = [_line(one) for one in found] or ["no administrators; make one with huiyin administrators add"]
    report(arguments, {"administrators": [_plain(one) for one in found]}, lines)
    return DONE


def add(arguments: argparse.Namespace) -> int:
    """Lets somebody administer."""
    from django.utils import timezone

    from huiyin.people import administrators

    account, organisation = _named(arguments)
    added = administrators.add(account, organisation, timezone.now())
    what = f"{account.username} administers {_what(organisation)}"
    data = {"account": account.username, "organisation": organisation and organisation.code, "added": added}
    report(arguments, data, [what if added else f"{what} already"])
    return DONE


def remove(arguments: argparse.Namespace) -> int:
    """Lets somebody administer no longer."""
    from django.utils import timezone

    from huiyin.people import administrators

    account, organisation = _named(arguments)
    administrators.remove(account, organisation, timezone.now())
    data = {"account": account.username, "organisation": organisation and organisation.code}
    report(arguments, data, [f"{account.username} no longer administers {_what(organisation)}"])
    return DONE


def _named(arguments: argparse.Namespace) -> tuple[Account, Organisation | None]:
    organisation = organisation_of(arguments.organisation) if arguments.organisation else None
    return account_called(arguments.account), organisation


def _what(organisation: Organisation | None) -> str:
    return organisation.code if organisation else "the installation"


def _plain(one: AdministratorLine) -> dict[str, Any]:
    return {
        "account": one.account.username,
        "organisation": one.organisation and one.organisation.code,
        "since": one.since and one.since.isoformat(),
        "may_sign_in": one.account.is_active,
    }


def _line(one: AdministratorLine) -> str:
    since = f" since {one.since}" if one.since else ""
    closed = "" if one.account.is_active else " (cannot sign in)"
    return f"{one.account.username}: {_what(one.organisation)}{since}{closed}"
