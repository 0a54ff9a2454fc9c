"""`huiyin demo`: demonstration organisations, accounts and matters at every stage."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from huiyin.commands import DONE, Failure, Subparsers, add_json, report
from huiyin.language import gettext as _

MATTERS = 60
MAX_MATTERS = 5000


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser(
        "demo",
        help=_("建立演示用的机构、账户和事项"),
        description=_(
            "建立三个虚构的机构、它们的账户和处于各个阶段的事项，并列出账户。已经建过的，什么都不改，只再列出一遍。"
        ),
    )
    parser.add_argument(
        "--matters",
        type=int,
        default=MATTERS,
        help=_("多少件事项（默认 %(matters)s）；按默认数目时，另有一些来自旧登记簿") % {"matters": MATTERS},
    )
    parser.add_argument("--seed", type=int, default=1, help=_("同样的种子得到同样的事项（默认 1）"))
    add_json(parser)
    parser.set_defaults(run=run, makes=True)


def run(arguments: argparse.Namespace) -> int:
    """Makes the demonstration unless it is there, and says who can sign in."""
    from django.conf import settings

    from huiyin import demo
    from huiyin.site.preparation import migrate

    if not 0 <= arguments.matters <= MAX_MATTERS:
        raise Failure(_("--matters 应在 0 到 %(most)s 之间") % {"most": MAX_MATTERS}, status=2)
    if not settings.HUIYIN_LOCAL:
        raise Failure(
            _("演示只能用本机地址，而 HUIYIN_PUBLIC_URL 是 %(address)s") % {"address": settings.HUIYIN_PUBLIC_URL},
            _("请去掉它，并给演示另设 HUIYIN_HOME 和 DATABASE_URL"),
        )
    migrate()
    if not demo.is_alone():
        raise Failure(
            _("这里有您自己的机构，而演示的密码人人知道"),
            _("请给它另设 HUIYIN_HOME 和 DATABASE_URL"),
        )
    cast = demo.described()
    made = _("没有要做的：演示已经建好") if demo.exists() else _make(arguments.matters, arguments.seed)
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
        print(_("没有做完：%(line)s") % {"line": line}, file=sys.stderr)
    stages = _("、").join(f"{stage} {number}" for stage, number in sorted(outcome.stages.items()))
    brought = _("；另从旧登记簿导入 %(old)s 件") % {"old": old} if old else ""
    return _("已建 %(matters)s 件事项：%(stages)s%(brought)s") % {
        "matters": sum(outcome.stages.values()),
        "stages": stages,
        "brought": brought,
    }


def _lines(cast: Any) -> list[str]:
    names = {item["code"]: item["name"] for item in cast.organisations}
    width = max(len(account.username) for account in cast.accounts)
    lines = [_("演示账户（密码都是 %(password)s）") % {"password": cast.accounts[0].password}]
    organisation = ""
    for account in cast.accounts:
        if account.organisation != organisation:
            organisation = account.organisation
            lines.append(f"{names[organisation]}")
        lines.append(f"  {account.username:<{width}}  {account.name} · {account.unit} · {account.post}")
    return lines
