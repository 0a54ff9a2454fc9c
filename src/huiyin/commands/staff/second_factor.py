"""`huiyin second-factor`: who must sign in with a second factor."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands._shared import organisation_of
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

if TYPE_CHECKING:
    from huiyin.people.models import Organisation

REQUIRE = gettext_noop(
    "从下一个页面起，应当使用的人要先设好验证器、通行密钥或安全钥匙，每次登录都要出示；已打开的会话出示一次。"
    "其令牌只有由出示过的人生成的才能使用。"
)


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("second-factor", help=_("规定谁登录时必须两步验证"))
    parts = parser.add_subparsers(metavar="PART", required=True)
    listing = parts.add_parser("list", help=_("谁必须使用，其中谁还没有设好"))
    add_json(listing)
    listing.set_defaults(run=list_rules)
    for name, run, what in (
        ("require", require, _("要求担任某些角色的人、机构的所有人或者管理员使用")),
        ("relax", relax, _("不再要求使用")),
    ):
        part = parts.add_parser(name, help=what, description=_(REQUIRE) if name == "require" else None)
        whom = part.add_mutually_exclusive_group(required=True)
        whom.add_argument("--organisation", metavar="CODE", help=_("在那里工作的人；不写 --role 时不论岗位"))
        whom.add_argument("--administrators", action="store_true", help=_("全体系统管理员"))
        part.add_argument("--role", metavar="ROLE", action="append", default=[], help=_("规程中的一个角色；可以写几次"))
        add_json(part)
        part.set_defaults(run=run)


def list_rules(arguments: argparse.Namespace) -> int:
    """Shows the rules and who does not fulfil them yet."""
    from django.utils import timezone

    from huiyin.people.signing_in.second_factor_rules import rules, without_one

    required = [{"organisation": rule.organisation and rule.organisation.code, "role": rule.role} for rule in rules()]
    missing = without_one(timezone.now())
    lines = [*map(_line, required), *(_("%(username)s 还没有设好") % {"username": username} for username in missing)]
    report(arguments, {"rules": required, "missing": missing}, lines or [_("不要求任何人")])
    return DONE


def require(arguments: argparse.Namespace) -> int:
    """Requires it of somebody."""
    from huiyin.people.signing_in import second_factor_rules

    organisation, roles = _meant(arguments)
    changed = [role for role in roles if second_factor_rules.require(organisation, role)]
    return _tell(arguments, organisation, changed, _("现在要求使用"))


def relax(arguments: argparse.Namespace) -> int:
    """Requires it of somebody no longer."""
    from huiyin.people.signing_in import second_factor_rules

    organisation, roles = _meant(arguments)
    changed = [role for role in roles if second_factor_rules.relax(organisation, role)]
    return _tell(arguments, organisation, changed, _("现在不再要求"))


def _meant(arguments: argparse.Namespace) -> tuple[Organisation | None, Sequence[str]]:
    """The organisation and its roles, the empty one for everybody; without an organisation administrators are meant."""
    from huiyin.people.models import LIAISON
    from huiyin.people.signing_in.second_factor_rules import EVERYBODY
    from huiyin.rule_store.store import load

    if arguments.administrators:
        if arguments.role:
            raise Failure(_("管理员没有角色"), _("请去掉 --role，或者写明机构"), status=MISUSED)
        return None, [EVERYBODY]
    organisation = organisation_of(arguments.organisation)
    known = {LIAISON, *load(organisation.rulebook).book.roles}
    unknown = [role for role in arguments.role if role not in known]
    if unknown:
        raise Failure(
            _("%(rulebook)s 没有角色 %(unknown)s") % {"rulebook": organisation.rulebook, "unknown": unknown[0]},
            _("有的是 %(known)s") % {"known": _("、").join(sorted(known))},
            status=MISUSED,
        )
    return organisation, arguments.role or [EVERYBODY]


def _tell(arguments: argparse.Namespace, organisation: Organisation | None, roles: Sequence[str], what: str) -> int:
    changed = [{"organisation": organisation and organisation.code, "role": role} for role in roles]
    report(arguments, {"changed": changed}, [f"{what}: {_line(item)}" for item in changed] or [_("没有要做的")])
    return DONE


def _line(rule: dict[str, Any]) -> str:
    if rule["organisation"] is None:
        return _("全体系统管理员")
    whom = rule["role"] or _("所有人")
    return f"{rule['organisation']}: {whom}"
