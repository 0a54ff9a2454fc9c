"""To the group chats of an office (WeCom, DingTalk): that there is something to be done, by reason and number alone.

Who sits in a group is for the group to say and not for us, so that it is told of ordinary matters only: nothing of what accuses somebody or
has a level, and no kind, title, unit or person of any.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote_plus
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from huiyin.casework.models import Duty
from huiyin.casework.owed import open_duties
from huiyin.jobs import kinds, queue
from huiyin.jobs.models import Job
from huiyin.notify.news import news_between
from huiyin.notify.outgoing import NotTaken, Outgoing
from huiyin.notify.staff_mail import in_one_line
from huiyin.people.models import Webhook
from huiyin.people.staff.mail_preferences import MailReason, next_hour_awake
from huiyin.people.staff.webhooks import Target, target_of

HOSTS: Final = {Webhook.ChatService.WECOM: "qyapi.weixin.qq.com", Webhook.ChatService.DINGTALK: "oapi.dingtalk.com"}
REASONS: Final = tuple(reason for reason in MailReason if reason is not MailReason.CONFIRM)
"""What a group can be told of: who confirms what is no affair of a group."""
AT_ONCE: Final = 20
MAX_DUTIES: Final = 2_000
"""So many open duties are looked through for one group, those due first."""
EVERY: Final = timedelta(minutes=15)
"""How often it is looked: a group gets at most so many messages, with what came together in one."""


def outgoing() -> Outgoing:
    """To the hosts of both services, and to those that the installation allows beside."""
    return Outgoing((*HOSTS.values(), *settings.HUIYIN_WEBHOOK_HOSTS))


def look(at: datetime) -> int:
    """Look for what is to be told to the groups whose time has come, and queue one message each; how many."""
    due = Webhook.objects.filter(retired_at=None, next_at__lte=at).order_by("next_at")[:AT_ONCE]
    queued = 0
    for row in due:
        mine = Webhook.objects.filter(id=row.id, next_at=row.next_at)
        with transaction.atomic():
            # Whoever moves it on has it alone, as with the mail of one person.
            if mine.update(next_at=next_hour_awake(row.quiet_from, row.quiet_until, at + EVERY), looked_at=at):
                queued += _queue(row, at)
    return queued


def write_to_group(job: Job, at: datetime) -> None:
    """Send one message (``huiyin.jobs.kinds.group_chat``); nothing where the group is told nothing any more, or none of it is still owed.

    Raises: as ``Outgoing.post``.
    """
    row = Webhook.objects.filter(id=UUID(job.payload["webhook"]), retired_at=None).first()
    if row is None:
        return
    news = [(MailReason(reason), UUID(duty)) for reason, duty in job.payload["news"]]
    duties = [duty for _reason, duty in news]
    numbers = dict(_tellable(row).filter(id__in=duties).values_list("id", "case__number"))
    with translation.override(settings.LANGUAGE_CODE):
        lines = _lines(news, numbers)
        if lines:
            send(row, target_of(row), "\n".join([_("回音提醒"), *lines, settings.HUIYIN_PUBLIC_URL]), at)


def send(row: Webhook, target: Target, text: str, at: datetime, by: Outgoing | None = None) -> None:
    """Write ``text`` to a group, as its service takes it. Raises: as ``Outgoing.post``; NotTaken where the service says so in its answer."""
    message = {"msgtype": "text", "text": {"content": text}}
    answered = (by or outgoing()).post(_signed(target, at), message)
    if answered.get("errcode") != 0:
        raise NotTaken("the service did not take the message")


def _signed(target: Target, at: datetime) -> str:
    """The address with the signature that a robot of DingTalk with 加签 asks for: HMAC-SHA256 of milliseconds and secret."""
    if not target.secret:
        return target.url
    stamp = str(int(at.timestamp() * 1000))
    sign = hmac.new(target.secret.encode(), f"{stamp}\n{target.secret}".encode(), hashlib.sha256).digest()
    return f"{target.url}&timestamp={stamp}&sign={quote_plus(base64.b64encode(sign))}"


def _tellable(row: Webhook) -> QuerySet[Duty]:
    plain = {"case__level": "ordinary", "case__sealed": False, "case__unresolved": False}
    found = open_duties().filter(organisation=row.organisation_id, **plain).select_related("case")
    return found.filter(unit=row.unit_id) if row.unit_id else found


def _queue(row: Webhook, at: datetime) -> bool:
    near = _tellable(row).order_by("turn_at", "id")[:MAX_DUTIES]
    found = news_between(list(near), row.looked_at, at)
    news = [(str(one.reason), one.duty.id.hex) for one in found if one.reason in row.reasons]
    if news:
        queue.enqueue(kinds.group_chat(row.organisation_id, row.id, news, at))
    return bool(news)


def _lines(news: Sequence[tuple[MailReason, UUID]], numbers: dict[UUID, str]) -> list[str]:
    found = {
        reason: list(dict.fromkeys(numbers[duty] for why, duty in news if why is reason and duty in numbers))
        for reason in REASONS
    }
    return [in_one_line(reason, those) for reason, those in found.items() if those]
