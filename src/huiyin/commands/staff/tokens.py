"""`huiyin tokens`: the keys with which programs act for somebody."""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands._shared import account_called, add_holding, holding_of, organisation_of

if TYPE_CHECKING:
    from datetime import datetime

    from huiyin.people.models import Token

USUAL_DAYS = 90

REVOKE = """
Ends tokens at once: the next request with one of them is answered 401. Name them by the ids that `huiyin tokens list` shows, or all of a
person by --account. A token that was found where it should not be is given on standard input with --leaked, never on the command line.
"""


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("tokens", help="list, issue or revoke the tokens of programs")
    parts = parser.add_subparsers(metavar="PART", required=True)
    listing = parts.add_parser("list", help="whose tokens act in which post; the tokens themselves are not kept")
    listing.add_argument("--organisation", metavar="CODE", help="only those for posts of this one")
    listing.add_argument("--account", metavar="USERNAME", help="only those of this person")
    listing.add_argument("--all", action="store_true", help="those too that no longer act")
    add_json(listing)
    listing.set_defaults(run=list_tokens)
    issuing = parts.add_parser("issue", help="make a token for a program that acts for a person; it is shown once")
    add_holding(issuing)
    issuing.add_argument("--read-only", action="store_true", help="good for looking only; else for acting too")
    issuing.add_argument(
        "--days", type=int, default=USUAL_DAYS, metavar="N", help="good for so long (default: %(default)s)"
    )
    issuing.add_argument("--name", default="", help="which program it is for")
    add_json(issuing)
    issuing.set_defaults(run=issue)
    revoking = parts.add_parser("revoke", help="end tokens at once", description=REVOKE)
    which = revoking.add_mutually_exclusive_group(required=True)
    which.add_argument("ids", nargs="*", default=[], metavar="ID", help="as `huiyin tokens list` shows them")
    which.add_argument("--account", metavar="USERNAME", help="all tokens of this person")
    which.add_argument(
        "--leaked", action="store_true", help="read the tokens themselves from standard input, one a line"
    )
    add_json(revoking)
    revoking.set_defaults(run=revoke)


def list_tokens(arguments: argparse.Namespace) -> int:
    """Shows tokens."""
    from django.utils import timezone

    from huiyin.people.signing_in.tokens import tokens

    found = tokens()
    if arguments.organisation:
        found = found.filter(holding__organisation=organisation_of(arguments.organisation))
    if arguments.account:
        found = found.filter(account=account_called(arguments.account))
    now = timezone.now()
    rows = [_plain(token, now) for token in found]
    shown = [row for row in rows if arguments.all or row["acts"]]
    report(arguments, {"tokens": shown}, map(_line, shown) if shown else ["no tokens"])
    return DONE


def issue(arguments: argparse.Namespace) -> int:
    """Makes a token and shows it."""
    from django.utils import timezone

    from huiyin.people.acting import at_work
    from huiyin.people.appointments import current, day_of
    from huiyin.people.models import Holding
    from huiyin.people.signing_in.second_factor_rules import has_one
    from huiyin.people.signing_in.tokens import MAX_DAYS, READ, SCOPES, issue_token, new_token

    if not 1 <= arguments.days <= MAX_DAYS:
        raise Failure(
            f"--days {arguments.days}: give 1 to {MAX_DAYS}, and issue another one afterwards", status=MISUSED
        )
    now, raw = timezone.now(), new_token()
    held = holding_of(arguments, current(Holding.objects.filter(account__is_active=True), day_of(now)))
    working, enrolled = at_work(held.account, now, held.post_id), has_one(held.account)
    if working is not None and working.needs_second_factor and not enrolled:
        raise Failure(
            f"{arguments.account} must use a second factor and has set none up",
            "they do so on their next sign-in, then try again",
        )
    token = issue_token(
        held,
        raw,
        now,
        scopes=[READ] if arguments.read_only else SCOPES,
        expires_at=now + timedelta(days=arguments.days),
        name=arguments.name.strip(),
        second_factor=enrolled,
    )
    report(arguments, {**_plain(token, now), "token": raw}, [raw])
    return DONE


def revoke(arguments: argparse.Namespace) -> int:
    """Ends tokens; those that were ended before are passed over."""
    from django.utils import timezone

    from huiyin.people.signing_in.tokens import revoke_token

    now = timezone.now()
    ended = [token for token in _named(arguments) if revoke_token(token, now)]
    data = {"revoked": [str(token.id) for token in ended]}
    report(arguments, data, [f"{token.id} of {token.account.username} revoked" for token in ended] or ["nothing to do"])
    return DONE


def _named(arguments: argparse.Namespace) -> list[Token]:
    """The tokens that are meant: all of them are known, or nothing is done."""
    from huiyin.people.signing_in.tokens import digest, tokens

    if arguments.account:
        return list(tokens().filter(account=account_called(arguments.account)))
    if arguments.leaked:
        given = {digest(line.strip()) for line in sys.stdin if line.strip()}
        found = list(tokens().filter(digest__in=given))
        if len(found) < len(given) or not given:
            raise Failure(
                "standard input: not a token of this installation, nothing was revoked", "give one token a line"
            )
        return found
    asked = {_id(text) for text in arguments.ids}
    found = list(tokens().filter(id__in=asked))
    missing = asked - {token.id for token in found}
    if missing:
        raise Failure(f"there is no token {min(missing)} and nothing was revoked", "see huiyin tokens list --all")
    return found


def _id(text: str) -> Any:
    from uuid import UUID

    try:
        return UUID(text)
    except ValueError:
        # Not repeated: whoever types the token itself must not find it in a log.
        raise Failure(
            "this is no id of a token", "give one that huiyin tokens list shows, never the token itself", status=MISUSED
        ) from None


def _plain(token: Token, now: datetime) -> dict[str, Any]:
    from huiyin.people.signing_in.tokens import acts_at

    return {
        "id": str(token.id),
        "account": token.account.username,
        "organisation": token.holding.organisation.code,
        "unit": token.holding.post.unit.code,
        "post": token.holding.post.title,
        "name": token.name,
        "scopes": list(token.scopes),
        "created": token.created_at.isoformat(),
        "expires": token.expires_at.isoformat() if token.expires_at else None,
        "used": token.used_at.isoformat() if token.used_at else None,
        "revoked": token.revoked_at.isoformat() if token.revoked_at else None,
        "acts": acts_at(token, now),
    }


def _line(row: dict[str, Any]) -> str:
    facts = [
        f"{row['id']} {row['account']}: {row['post']} ({row['organisation']} {row['unit']})",
        *([row["name"]] if row["name"] else []),
        "may read and act" if "act" in row["scopes"] else "may read",
        f"made {row['created']}",
        f"expires {row['expires']}" if row["expires"] else "never expires",
        f"last used {row['used']}" if row["used"] else "never used",
    ]
    if row["revoked"]:
        facts.append(f"revoked {row['revoked']}")
    elif not row["acts"]:
        facts.append("no longer acts: it expired or the post was given up")
    return ", ".join(facts)
