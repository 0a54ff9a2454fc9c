"""`huiyin tokens`: the keys with which programs act for somebody."""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands._shared import account_called, add_holding, holding_of, organisation_of
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

if TYPE_CHECKING:
    from datetime import datetime

    from huiyin.people.models import Token

USUAL_DAYS = 90

REVOKE = gettext_noop(
    "立即作废令牌：下一次使用就会得到 401。用 `huiyin tokens list` 列出的编号写明，"
    "或者用 --account 作废一个人的全部令牌。在不该出现的地方发现的令牌，用 --leaked 从标准输入给出，"
    "不要写在命令行里。"
)


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("tokens", help=_("列出、发放或作废程序的令牌"))
    parts = parser.add_subparsers(metavar="PART", required=True)
    listing = parts.add_parser("list", help=_("谁的令牌、用于哪个岗位；令牌本身不保存"))
    listing.add_argument("--organisation", metavar="CODE", help=_("只看这个机构的岗位"))
    listing.add_argument("--account", metavar="USERNAME", help=_("只看此人的"))
    listing.add_argument("--all", action="store_true", help=_("也列出不能再用的"))
    add_json(listing)
    listing.set_defaults(run=list_tokens)
    issuing = parts.add_parser("issue", help=_("给代替某人办事的程序发一个令牌；只显示一次"))
    add_holding(issuing)
    issuing.add_argument("--read-only", action="store_true", help=_("只能查看；不写则也能办理"))
    issuing.add_argument("--days", type=int, default=USUAL_DAYS, metavar="N", help=_("有效多久（默认：%(default)s）"))
    issuing.add_argument("--name", default="", help=_("供哪个程序使用"))
    add_json(issuing)
    issuing.set_defaults(run=issue)
    revoking = parts.add_parser("revoke", help=_("立即作废令牌"), description=_(REVOKE))
    which = revoking.add_mutually_exclusive_group(required=True)
    which.add_argument("ids", nargs="*", default=[], metavar="ID", help=_("编号，见 `huiyin tokens list`"))
    which.add_argument("--account", metavar="USERNAME", help=_("这个人的全部令牌"))
    which.add_argument("--leaked", action="store_true", help=_("从标准输入读取令牌本身，每行一个"))
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
    report(arguments, {"tokens": shown}, map(_line, shown) if shown else [_("没有令牌")])
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
            _("--days %(days)s：请写 1 到 %(most)s，到期后再发一个") % {"days": arguments.days, "most": MAX_DAYS},
            status=MISUSED,
        )
    now, raw = timezone.now(), new_token()
    held = holding_of(arguments, current(Holding.objects.filter(account__is_active=True), day_of(now)))
    working, enrolled = at_work(held.account, now, held.post_id), has_one(held.account)
    if working is not None and working.needs_second_factor and not enrolled:
        raise Failure(
            _("%(account)s 必须使用两步验证，但还没有设好") % {"account": arguments.account},
            _("下次登录时会要求设好，然后再试"),
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
    report(
        arguments,
        data,
        [_("%(username)s 的 %(id)s 已作废") % {"id": token.id, "username": token.account.username} for token in ended]
        or [_("没有要做的")],
    )
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
            raise Failure(_("标准输入：不是本系统的令牌，什么都没有作废"), _("请每行写一个令牌"))
        return found
    asked = {_id(text) for text in arguments.ids}
    found = list(tokens().filter(id__in=asked))
    missing = asked - {token.id for token in found}
    if missing:
        raise Failure(_("没有令牌 %(id)s，什么都没有作废") % {"id": min(missing)}, _("见 huiyin tokens list --all"))
    return found


def _id(text: str) -> Any:
    from uuid import UUID

    try:
        return UUID(text)
    except ValueError:
        # Not repeated: whoever types the token itself must not find it in a log.
        raise Failure(
            _("这不是令牌的编号"), _("请写 huiyin tokens list 列出的编号，不要写令牌本身"), status=MISUSED
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
        _("可以查看和办理") if "act" in row["scopes"] else _("可以查看"),
        _("%(created)s 生成") % {"created": row["created"]},
        _("%(expires)s 到期") % {"expires": row["expires"]} if row["expires"] else _("不会到期"),
        _("最近使用 %(used)s") % {"used": row["used"]} if row["used"] else _("从未使用"),
    ]
    if row["revoked"]:
        facts.append(_("%(revoked)s 作废") % {"revoked": row["revoked"]})
    elif not row["acts"]:
        facts.append(_("不能再用：已到期，或者不再担任该岗位"))
    return _("、").join(facts)
