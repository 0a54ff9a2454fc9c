"""`huiyin administrators`: who administers the installation, or an organisation."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, Subparsers, add_json, report
from huiyin.commands._shared import account_called, organisation_of

if TYPE_CHECKING:
    from datetime import datetime

    from huiyin.people.administrators import AdministratorLine
    from huiyin.people.models import Organisation

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
    adding.add_argument(
        "--invite",
        action="store_true",
        help="print a link with which they set a password; makes the account if need be",
    )
    adding.add_argument("--name", metavar="WORDS", help="the name that colleagues see (default: the user name)")
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
    from django.db import transaction
    from django.utils import timezone

    from huiyin.people import administrators

    now, organisation = timezone.now(), _organisation(arguments)
    with transaction.atomic():
        link = _link(arguments, organisation, now) if arguments.invite else None
        account = account_called(arguments.account)
        added = administrators.add(account, organisation, now)
    what = f"{account.username} administers {_what(organisation)}"
    data = {"account": account.username, "organisation": organisation and organisation.code, "added": added}
    lines = [what if added else f"{what} already"]
    if link:
        data["link"] = link
        lines += [f"{link}", "whoever opens it sets the password, once, within seven days: give it to nobody else"]
    report(arguments, data, lines)
    return DONE


def _link(arguments: argparse.Namespace, organisation: Organisation | None, at: datetime) -> str:
    from huiyin.people import inviting
    from huiyin.people.models import Account

    name = arguments.name or arguments.account
    known = Account.objects.filter(username=arguments.account).first()
    if known is not None:
        return inviting.take_link(inviting.invite_again(known, at, organisation=organisation), at)
    return inviting.take_link(inviting.invite(arguments.account, name, at, organisation=organisation), at)


def remove(arguments: argparse.Namespace) -> int:
    """Lets somebody administer no longer."""
    from django.utils import timezone

    from huiyin.people import administrators

    account, organisation = account_called(arguments.account), _organisation(arguments)
    administrators.remove(account, organisation, timezone.now())
    data = {"account": account.username, "organisation": organisation and organisation.code}
    report(arguments, data, [f"{account.username} no longer administers {_what(organisation)}"])
    return DONE


def _organisation(arguments: argparse.Namespace) -> Organisation | None:
    return organisation_of(arguments.organisation) if arguments.organisation else None


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
