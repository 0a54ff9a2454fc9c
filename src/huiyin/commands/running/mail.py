"""`huiyin mail`: reading the mailboxes by which petitions come, at once."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from huiyin.commands import DONE, FAILED, Failure, Subparsers, add_json, report
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

if TYPE_CHECKING:
    from huiyin.channels.mailbox.fetching import Reading

DESCRIPTION = gettext_noop(
    "收取 HUIYIN_MAILBOX_URLS 所列邮箱中的新邮件，后台进程每两分钟也会自动收取。每封只登记一次；"
    "不能登记的、要人看的，留在原处，并连同原因列在页面“登记 › 来件邮箱”上。邮箱里什么都不删除。每个邮箱都读成的，"
    "退出码为 0；有一个没有读成的，为 1。"
)


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command and its action."""
    parser = subparsers.add_parser("mail", help=_("收取邮件来的信访"), description=_(DESCRIPTION))
    actions = parser.add_subparsers(title=_("动作"), metavar="ACTION", required=True)
    fetch = actions.add_parser("fetch", help=_("现在就收取各邮箱"), description=_(DESCRIPTION))
    fetch.add_argument("--limit", type=int, default=1000, metavar="N", help=_("每个邮箱最多 N 封（默认 1000）"))
    add_json(fetch)
    fetch.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Reads each mailbox and says what became of its messages."""
    from django.utils import timezone

    from huiyin.channels.mailbox import fetching
    from huiyin.channels.mailbox.account import mailboxes

    if arguments.limit < 1:
        raise Failure(_("--limit 不能小于 1"), status=2)
    named = mailboxes()
    if not named:
        raise Failure(_("没有设置来件邮箱"), _("请设置 HUIYIN_MAILBOX_URLS，见 docs/administration.zh-CN.md"))
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
        raise Failure(
            _("%(mailbox)s 没有读成（%(fault)s）") % {"mailbox": failed[0].mailbox, "fault": failed[0].fault},
            _("见 huiyin doctor"),
        )
    return FAILED if failed else DONE


_FATES = ("taken", "again", "aside")


def _line(reading: Reading) -> str:
    counts = _("、").join(_counted(reading))
    counted = _("没有读成") if reading.fault else counts
    return f"{reading.mailbox}: {counted}"


def _counted(reading: Reading) -> Iterator[str]:
    yield _("登记 %(taken)s 封") % {"taken": reading.fates["taken"]}
    yield _("%(again)s 封以前已登记") % {"again": reading.fates["again"]}
    yield _("%(aside)s 封留待人工处理") % {"aside": reading.fates["aside"]}
    if reading.held:
        yield _("%(left)s 封等一小时内登记的少了再收（HUIYIN_MAIL_PER_MAILBOX）") % {"left": reading.left}
    elif reading.left:
        yield _("%(left)s 封留到下次") % {"left": reading.left}
