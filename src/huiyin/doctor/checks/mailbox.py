"""Whether mail that petitioners write is read: each mailbox can be opened, belongs to somebody, and was read lately."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from huiyin.channels.mailbox.account import NobodysMailbox, mailboxes
from huiyin.channels.mailbox.server import MailboxUnreachable, opened
from huiyin.channels.models import ArrivedMail, MailboxState
from huiyin.doctor.finding import Finding, failure, ok, warning
from huiyin.doctor.surroundings import Surroundings

UNREAD_LONG: Final = timedelta(minutes=30)
"""Workers read each mailbox every two minutes (``huiyin.channels.mailbox.fetching``)."""


def look(surroundings: Surroundings) -> Iterator[Finding]:
    """When each was read last, and what waits for a person."""
    named = mailboxes()
    states = {state.mailbox: state for state in MailboxState.objects.all()}
    for mailbox in named:
        state = states.get(mailbox.label)
        last = state.read_at if state else None
        if last is None:
            yield warning(
                "mailbox.never", _("来件邮箱 %s 还没有收取过") % mailbox.label, _("启动 huiyin serve 或者 huiyin work")
            )
        elif surroundings.at - last > UNREAD_LONG:
            words = {"name": mailbox.label, "minutes": (surroundings.at - last) // timedelta(minutes=1)}
            yield failure(
                "mailbox.stale",
                _("来件邮箱 %(name)s 已经 %(minutes)d 分钟没有收取") % words,
                _("运行 huiyin mail fetch 看是什么原因，并查看后台进程是否在运行"),
            )
        elif state is not None and state.fault == "many":
            yield warning(
                "mailbox.many",
                _("来件邮箱 %s 一小时内来信过多，其余留在邮箱中等待收取") % mailbox.label,
                _("查看是否有人大量发信；确属来信多的，调高 HUIYIN_MAIL_PER_MAILBOX"),
            )
        else:
            yield ok("mailbox", _("来件邮箱 %s 按时收取") % mailbox.label)
    waiting = ArrivedMail.objects.filter(fate=ArrivedMail.MailFate.ASIDE).count() if named else 0
    if waiting:
        yield warning(
            "mailbox.aside",
            ngettext("来件邮箱中有 %(count)d 封邮件待人工处理", "来件邮箱中有 %(count)d 封邮件待人工处理", waiting)
            % {"count": waiting},
            _("请登记人在“登记”页面打开“来件邮箱”处理"),
        )


def reach(surroundings: Surroundings) -> Iterator[Finding]:
    """Opens each mailbox, and reads nothing."""
    for mailbox in mailboxes():
        try:
            mailbox.owner()
            with opened(mailbox):
                pass
        except NobodysMailbox:
            yield failure(
                "mailbox.nobodys",
                _("不清楚来件邮箱 %s 归哪个机构") % mailbox.label,
                _("在 HUIYIN_MAILBOX_URLS 的地址后加 ?organisation=机构代码"),
            )
        except MailboxUnreachable as fault:
            wrong, to_do = _words(fault)
            yield failure(f"mailbox.{fault.fault}", wrong % mailbox.label, to_do)
        else:
            yield ok("mailbox-server", _("来件邮箱 %s 打得开") % mailbox.label)
            if mailbox.plain:
                yield warning("mailbox.plain", _("到来件邮箱的连接没有加密"), _("去掉 HUIYIN_MAILBOX_URLS 中的 tls=no"))


def _words(fault: MailboxUnreachable) -> tuple[str, str]:
    return {
        "tls": (_("来件邮箱 %s 的服务器证书有问题"), _("地址中写证书上的主机名，或者更换证书")),
        "login": (
            _("来件邮箱 %s 不接受用户名或密码"),
            _("改正 HUIYIN_MAILBOX_URLS 中的用户名和密码；有的邮箱要另设“客户端专用密码”"),
        ),
        "folder": (_("来件邮箱 %s 里没有这个文件夹，或者不让打开"), _("改正地址末尾的文件夹名")),
        "unreachable": (_("连不上来件邮箱 %s 的服务器"), _("检查主机和端口，以及防火墙")),
        "answer": (_("来件邮箱 %s 的服务器答复异常"), _("稍后再试；一直如此的，请邮箱服务商查看")),
    }[fault.fault]
