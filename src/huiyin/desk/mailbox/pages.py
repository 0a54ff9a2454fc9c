"""The mailboxes of an organisation: when each was read, and which messages wait for whoever registers, with why and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from huiyin.casework.labels import name_of
from huiyin.channels.mailbox import deciding
from huiyin.channels.models import ArrivedMail, MailboxState
from huiyin.paging import Order
from huiyin.people.models import Organisation
from huiyin.rule_store.store import load
from huiyin.rules import MATTER, REGISTER
from huiyin.web.page_access import Acting, staff_page

PAGE: Final = 50
BY_ARRIVAL: Final = Order(ArrivedMail, ("arrived_at", "id"))


@dataclass(frozen=True, slots=True)
class AsideLine:
    """A message that waits, with why in words and what to do; ``may_be_taken``: taking it in all the same could do."""

    mail: ArrivedMail
    why: str
    to_do: str
    may_be_taken: bool


@require_safe
@staff_page
def messages_aside(request: HttpRequest, acting: Acting) -> HttpResponse:
    """What waits. Nothing of what a message says is shown: it is read where it lies."""
    refusal = _refusal(request, acting)
    if refusal is not None:
        return refusal
    waiting = deciding.put_aside(acting.actor.organisation)
    page = BY_ARRIVAL.page(waiting, request.GET.get("after", ""), PAGE)
    context = {
        "mailboxes": [(one, _fault(one.fault)) for one in _states(acting)],
        "lines": [_line(mail) for mail in page.items],
        "count": waiting.count(),
        "next": page.next,
    }
    return render(request, "desk/mailbox/waiting.html", context)


@require_POST
@staff_page
def decide(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """Have a message taken in all the same, or note that it is no petition."""
    refusal = _refusal(request, acting)
    if refusal is not None:
        return refusal
    decided = acting.actor.organisation, id, acting.account, acting.at
    if request.POST.get("decision") == "want":
        done, words = deciding.want(*decided), _("稍后登记：下次收取邮箱时办理，通常在一两分钟内")
    elif request.POST.get("decision") == "leave":
        done, words = deciding.leave(*decided), _("已记下：不作来件登记，原件仍在邮箱中")
    else:
        done, words = False, ""
    if done:
        messages.success(request, words)
    else:
        messages.warning(request, _("没有办理：这封邮件已经有人处理，请看最新的列表"))
    return HttpResponseRedirect(reverse("desk:mailbox"))


def _refusal(request: HttpRequest, acting: Acting) -> HttpResponse | None:
    """Told to who does not register petitions."""
    book = load(Organisation.objects.get(id=acting.actor.organisation).rulebook_at(acting.at)).book
    roles = book.procedures[MATTER].actions[REGISTER].by
    if acting.actor.roles & set(roles):
        return None
    names = _("、").join(name_of(book.roles[role]) for role in roles)
    return render(request, "desk/registering/refused.html", {"roles": names}, status=HTTPStatus.FORBIDDEN)


def _states(acting: Acting) -> list[MailboxState]:
    return list(MailboxState.objects.filter(organisation=acting.actor.organisation).order_by("mailbox"))


def _fault(code: str) -> str:
    if not code:
        return ""
    return {
        "tls": _("服务器的证书有问题"),
        "login": _("用户名或者密码不对"),
        "many": _("一小时内来信过多，其余留在邮箱中，稍后自动收取"),
        "folder": _("没有这个文件夹，或者不让打开"),
    }.get(code, _("连不上，或者服务器答复异常"))


def _line(mail: ArrivedMail) -> AsideLine:
    open_it = _("请到邮箱中打开：是信访来件的点“照样登记”，不是的点“不作来件”。")
    by_hand = _("请到邮箱中打开，按来件手工登记，再点“不作来件”销去这一条。")
    known = {
        "automatic": (_("自动发出的邮件（自动回复、系统通知）"), open_it),
        "bounce": (_("退信"), _("我方发出的邮件没有送到。请改用别的方式通知，再点“不作来件”。")),
        "list": (_("群发邮件或者订阅邮件"), open_it),
        "spam": (_("邮箱服务器认为是垃圾邮件"), open_it),
        "no-sender": (_("没有发件人地址"), open_it),
        "reply": (_("回复我方邮件，可能是对已登记事项的补充"), _("请到邮箱中打开，把内容补到原事项，再点“不作来件”。")),
        "empty": (_("没有正文，也没有主题"), open_it),
        "unreadable": (_("损坏，或者编码无法识别"), by_hand),
        "tangled": (_("结构异常：部分、标记或者邮件头过多过长，不是普通来信"), by_hand),
        "too-big": (_("超过可以收下的大小"), by_hand),
        "too-many": (_("同一发件人一天内来信过多"), open_it),
        "same-id": (_("邮件编号与另一封相同而内容不同，可能有人冒用"), open_it),
        "failed": (_("登记时出错，系统管理员可以查看服务日志"), open_it),
        "gone": (_("原件已不在邮箱中，无法登记"), _("请查找原件；已经处理的点“不作来件”。")),
    }
    why, to_do = known.get(
        mail.reason, (_("内容不符合登记要求"), _("可以照样登记，不合要求的附件不收；或者手工登记。"))
    )
    return AsideLine(mail, why, to_do, mail.reason not in deciding.BEYOND)
