"""`huiyin second-factor`: who must sign in with a second factor."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands._shared import organisation_of

if TYPE_CHECKING:
    from huiyin.people.models import Organisation

REQUIRE = """
From the next page on those who are meant set up an authenticator app, a passkey or a security key before anything else, and show it each time
they sign in; sessions that are open show it once. Their tokens act only if they were made by somebody who had shown one.
"""


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("second-factor", help="say who must sign in with a second factor")
    parts = parser.add_subparsers(metavar="PART", required=True)
    listing = parts.add_parser("list", help="who must, and who of them has not set one up yet")
    add_json(listing)
    listing.set_defaults(run=list_rules)
    for name, run, what in (
        ("require", require, "require it of the holders of roles, of all in an organisation, or of administrators"),
        ("relax", relax, "require it no longer"),
    ):
        part = parts.add_parser(name, help=what, description=REQUIRE if name == "require" else None)
        whom = part.add_mutually_exclusive_group(required=True)
        whom.add_argument(
            "--organisation", metavar="CODE", help="who works there, in any post unless --role says which"
        )
        whom.add_argument("--administrators", action="store_true", help="administrators of the installation")
        part.add_argument(
            "--role", metavar="ROLE", action="append", default=[], help="a role of its rulebook; may be repeated"
        )
        add_json(part)
        part.set_defaults(run=run)


def list_rules(arguments: argparse.Namespace) -> int:
    """Shows the rules and who does not fulfil them yet."""
    from django.utils import timezone

    from huiyin.people.signing_in.second_factor_rules import rules, without_one

    required = [{"organisation": rule.organisation and rule.organisation.code, "role": rule.role} for rule in rules()]
    missing = without_one(timezone.now())
    lines = [*map(_line, required), *(f"{username} has not set one up yet" for username in missing)]
    report(arguments, {"rules": required, "missing": missing}, lines or ["required of nobody"])
    return DONE


def require(arguments: argparse.Namespace) -> int:
    """Requires it of somebody."""
    from huiyin.people.signing_in import second_factor_rules

    organisation, roles = _meant(arguments)
    changed = [role for role in roles if second_factor_rules.require(organisation, role)]
    return _tell(arguments, organisation, changed, "now required")


def relax(arguments: argparse.Namespace) -> int:
    """Requires it of somebody no longer."""
    from huiyin.people.signing_in import second_factor_rules

    organisation, roles = _meant(arguments)
    changed = [role for role in roles if second_factor_rules.relax(organisation, role)]
    return _tell(arguments, organisation, changed, "no longer required")


def _meant(arguments: argparse.Namespace) -> tuple[Organisation | None, Sequence[str]]:
    """The organisation and its roles, the empty one for everybody; without an organisation administrators are meant."""
    from huiyin.people.models import LIAISON
    from huiyin.people.signing_in.second_factor_rules import EVERYBODY
    from huiyin.rule_store.store import load

    if arguments.administrators:
        if arguments.role:
            raise Failure("administrators have no roles", "leave --role out or name an organisation", status=MISUSED)
        return None, [EVERYBODY]
    organisation = organisation_of(arguments.organisation)
    known = {LIAISON, *load(organisation.rulebook).book.roles}
    unknown = [role for role in arguments.role if role not in known]
    if unknown:
        raise Failure(
            f"{organisation.rulebook} has no role {unknown[0]}", f"it has {', '.join(sorted(known))}", status=MISUSED
        )
    return organisation, arguments.role or [EVERYBODY]


def _tell(arguments: argparse.Namespace, organisation: Organisation | None, roles: Sequence[str], what: str) -> int:
    changed = [{"organisation": organisation and organisation.code, "role": role} for role in roles]
    report(arguments, {"changed": changed}, [f"{what}: {_line(item)}" for item in changed] or ["nothing to do"])
    return DONE


def _line(rule: dict[str, Any]) -> str:
    if rule["organisation"] is None:
        return "administrators of the installation"
    return f"{rule['organisation']}: {rule['role'] or 'everybody'}"
