"""By e-mail to who works here: that there is something to be done, by reason and number alone; what it is stays behind signing in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from huiyin.casework.lists.duties import duties_owed
from huiyin.casework.models import Duty, MailedNews
from huiyin.casework.owed import is_late
from huiyin.jobs import kinds, queue
from huiyin.jobs.models import Job
from huiyin.notify import mail
from huiyin.notify.news import is_soon, news_between, returned_among
from huiyin.people.acting import in_each_post
from huiyin.people.ids import new_id
from huiyin.people.models import Account, MailPreference
from huiyin.people.staff.mail_preferences import LABELS, MailReason, default_preference, next_look

AT_ONCE: Final = 50
"""So many people are looked at in one go of a worker."""
MAX_NUMBERS: Final = 30
KEPT: Final = timedelta(days=400)

MailedReason = tuple[MailReason, UUID]
"""Why, and about which duty; with CONFIRM, about what waits for somebody's word."""
FindWaiting = Callable[[Account, datetime], Iterable[UUID]]
"""What waits for the word of an account: a change that another administrator proposed, an old register."""


def look(at: datetime, waiting: Sequence[FindWaiting] = ()) -> int:
    """Look for what is to be told to those whose time has come, and queue one message each; how many.

    Nothing where the installation sends no mail. Who has a confirmed address and chose nothing gets the defaults.
    """
    if not settings.HUIYIN_SENDS_MAIL:
        return 0
    _make_defaults(at)
    due = MailPreference.objects.filter(next_at__lte=at).exclude(pace=MailPreference.MailPace.NEVER)
    queued = 0
    for chosen in due.select_related("account").order_by("next_at")[:AT_ONCE]:
        mine = MailPreference.objects.filter(id=chosen.id, next_at=chosen.next_at)
        with transaction.atomic():
            # Whoever moves it on has it alone; if looking kills the worker, the others come first the next time.
            if mine.update(next_at=next_look(chosen, at), looked_at=at):
                queued += _queue(chosen, at, waiting)
    return queued


def forget(at: datetime) -> int:
    """Forget what was told long ago; how much."""
    return MailedNews.objects.filter(at__lt=at - KEPT).delete()[0]


def write_to_staff(job: Job, at: datetime) -> None:
    """Send one person one message (``huiyin.jobs.kinds.staff_mail``) of what they still owe; nothing where nothing is left of it, the
    account was closed, or has no confirmed address any more.

    Raises: as ``mail.send``.
    """
    account = Account.objects.filter(id=UUID(job.payload["account"]), is_active=True).first()
    address = EmailAddress.objects.filter(user=account, verified=True).order_by("-primary", "id").first()
    if account is None or address is None:
        return
    news = [(MailReason(reason), UUID(about)) for reason, about in job.payload["news"]]
    owed = {duty.id: duty.case.number for duty in owed_by(account, at)}
    with translation.override(settings.LANGUAGE_CODE):
        lines = list(_lines(news, owed))
        if lines:
            mail.send(address.email, _("回音：您有待办事项提醒"), _body(lines), job.id.hex)


def _make_defaults(at: datetime) -> None:
    """The defaults for those who have a confirmed address and chose nothing; what they owe already is not news to them."""
    confirmed = EmailAddress.objects.filter(verified=True, user__is_active=True, user__mail_preference=None)
    for account in Account.objects.filter(id__in=confirmed.values("user"))[:AT_ONCE]:
        with transaction.atomic():
            MailPreference.objects.bulk_create([default_preference(account, at)], ignore_conflicts=True)
            note_known(account, at)


def note_known(account: Account, at: datetime) -> None:
    """Remember what somebody owes when they begin to get mail, so that the first one is not about all of it."""
    _note(account, [(MailReason.NEW, duty.id) for duty in owed_by(account, at)], at)


def _note(account: Account, news: Iterable[MailedReason], at: datetime) -> None:
    rows = [MailedNews(id=new_id(at), account=account, about=about, reason=reason, at=at) for reason, about in news]
    MailedNews.objects.bulk_create(rows, ignore_conflicts=True)


def _queue(chosen: MailPreference, at: datetime, waiting: Sequence[FindWaiting]) -> int:
    account = chosen.account
    duties = owed_by(account, at)
    found = [*_of_duties(duties, at), *_supplemented(duties, chosen.looked_at, at)]
    found += [(MailReason.CONFIRM, id) for source in waiting for id in source(account, at)]
    known = MailedNews.objects.filter(account=account, about__in={about for _reason, about in found})
    news = set(known.values_list("reason", "about"))
    # What is returned was new once; a second supplement is told by itself, since it is looked for from the last look on.
    fresh = [one for one in found if one[0] is MailReason.SUPPLEMENTED or (str(one[0]), one[1]) not in news]
    _note(account, fresh, at)
    chosen_reasons = [(str(reason), about.hex) for reason, about in fresh if reason in chosen.reasons]
    if chosen_reasons:
        queue.enqueue(kinds.staff_mail(account.id, chosen_reasons, at))
    return bool(chosen_reasons)


def owed_by(account: Account, at: datetime) -> list[Duty]:
    """What somebody owes, in whatever post of theirs, of what they may see."""
    found: dict[UUID, Duty] = {}
    for actor in in_each_post(account, at):
        for rows in duties_owed(actor, mine=True):
            found |= {duty.id: duty for duty in rows.select_related("case")}
    return list(found.values())


def _of_duties(duties: Sequence[Duty], at: datetime) -> Iterator[MailedReason]:
    again = returned_among(duties)
    for duty in duties:
        yield (MailReason.RETURNED if duty.id in again else MailReason.NEW), duty.id
        if is_late(duty, at):
            yield MailReason.OVERDUE, duty.id
        elif is_soon(duty, at):
            yield MailReason.DUE, duty.id


def _supplemented(duties: Sequence[Duty], since: datetime, at: datetime) -> Iterator[MailedReason]:
    """The duties on whose case the petitioner did something after ``since``, while they were owed."""
    for one in news_between(duties, since, at):
        if one.reason is MailReason.SUPPLEMENTED:
            yield one.reason, one.duty.id


def _lines(news: Sequence[MailedReason], owed: dict[UUID, str]) -> Iterator[str]:
    """A line for each reason, with the numbers of what is still owed."""
    for reason in MailReason:
        abouts = [about for why, about in news if why is reason]
        if reason is MailReason.CONFIRM and abouts:
            yield _("%(reason)s：%(n)d 项") % {"reason": LABELS[reason], "n": len(abouts)}
            continue
        numbers = list(dict.fromkeys(owed[about] for about in abouts if about in owed))
        if numbers:
            yield in_one_line(reason, numbers)


def in_one_line(reason: MailReason, numbers: Sequence[str]) -> str:
    """Why, and about which cases: nothing else goes out."""
    more = _("等 %(n)d 件") % {"n": len(numbers)} if len(numbers) > MAX_NUMBERS else ""
    return f"{LABELS[reason]}{_('：')}{_('、').join(numbers[:MAX_NUMBERS])}{more}"


def _body(lines: Sequence[str]) -> str:
    words = {"lines": "\n".join(lines), "address": f"{settings.HUIYIN_PUBLIC_URL}/desk/"}
    return (
        _(
            "%(lines)s\n\n请登录 %(address)s 办理。\n\n"
            "本邮件由系统自动发出，请勿回复。要改时间、内容或不再接收，请打开“我的账户”的“邮件提醒”。"
        )
        % words
    )
