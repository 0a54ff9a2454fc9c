"""`huiyin administrators`: who administers the installation, or an organisation."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, Subparsers, add_json, report
from huiyin.commands._shared import account_called, organisation_of
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

if TYPE_CHECKING:
    from datetime import datetime

    from huiyin.people.administrators import AdministratorLine
    from huiyin.people.models import Organisation

ADD = gettext_noop(
    "系统的管理员看得到全部后台作业、空缺的角色和有关人员的页面；机构的管理员看得到与该机构有关的部分。"
    "管理员身份看不到任何事项：看事项要有岗位。"
)


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("administrators", help=_("谁管理整个系统或者某个机构"))
    parts = parser.add_subparsers(metavar="PART", required=True)
    listing = parts.add_parser("list", help=_("谁从何时起管理什么"))
    add_json(listing)
    listing.set_defaults(run=list_administrators)
    adding = parts.add_parser("add", help=_("让某人担任管理员"), description=_(ADD))
    adding.add_argument(
        "--invite",
        action="store_true",
        help=_("打印一个让其设置密码的链接；没有账户的，先建账户"),
    )
    adding.add_argument("--name", metavar="WORDS", help=_("同事看到的姓名（默认为用户名）"))
    removing = parts.add_parser("remove", help=_("不再让某人担任管理员"))
    for part, run in ((adding, add), (removing, remove)):
        part.add_argument("account", metavar="USERNAME", help=_("谁（用户名）"))
        part.add_argument("--organisation", metavar="CODE", help=_("哪个机构（默认：整个系统）"))
        add_json(part)
        part.set_defaults(run=run)


def list_administrators(arguments: argparse.Namespace) -> int:
    """Shows administrators."""
    from django.utils import timezone

    from huiyin.people.administrators import listed
    from huiyin.people.appointments import day_of

    found = listed(day_of(timezone.now()))
    lines = [_line(one) for one in found] or [_("没有管理员；请用 huiyin administrators add 设一名")]
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
    what = _("%(username)s 管理%(what)s") % {"username": account.username, "what": _what(organisation)}
    data = {"account": account.username, "organisation": organisation and organisation.code, "added": added}
    lines = [what if added else _("%(what)s：早已如此") % {"what": what}]
    if link:
        data["link"] = link
        lines += [f"{link}", _("打开它的人设置密码，只能用一次，七日内有效：不要给别人")]
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
    report(
        arguments,
        data,
        [_("%(username)s 不再管理%(what)s") % {"username": account.username, "what": _what(organisation)}],
    )
    return DONE


def _organisation(arguments: argparse.Namespace) -> Organisation | None:
    return organisation_of(arguments.organisation) if arguments.organisation else None


def _what(organisation: Organisation | None) -> str:
    return organisation.code if organisation else _("本系统")


def _plain(one: AdministratorLine) -> dict[str, Any]:
    return {
        "account": one.account.username,
        "organisation": one.organisation and one.organisation.code,
        "since": one.since and one.since.isoformat(),
        "may_sign_in": one.account.is_active,
    }


def _line(one: AdministratorLine) -> str:
    since = _("，自 %(since)s 起") % {"since": one.since} if one.since else ""
    closed = "" if one.account.is_active else _("（现在无法登录）")
    return f"{one.account.username}: {_what(one.organisation)}{since}{closed}"
