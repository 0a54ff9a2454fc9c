"""By e-mail: the link with which somebody who was invited sets a password. It is made when it is sent, and kept nowhere."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from huiyin.jobs.models import Job
from huiyin.notify import mail
from huiyin.notify.mail import Undeliverable
from huiyin.people.inviting import LinkVoid, take_link
from huiyin.people.models import Invitation


def write_invitation(job: Job, at: datetime) -> None:
    """Send an invitation to the address that was given (``huiyin.jobs.kinds.invitation``); nothing where it was used or replaced meanwhile.

    A further attempt makes another link; the former opens nothing any more.

    Raises:
        Undeliverable: the mail server refuses the address for good; the page of the person says so.
        OSError, SMTPException: the mail server cannot be reached, or refuses for now.
    """
    found = Invitation.objects.select_related("account", "organisation").filter(id=UUID(job.payload["invitation"]))
    invitation = found.first()
    if invitation is None:
        raise Undeliverable("the invitation does not exist")
    try:
        link = take_link(invitation, at)
    except LinkVoid:
        return
    known = dict(settings.LANGUAGES)
    language = job.payload["language"]
    with translation.override(language if language in known else settings.LANGUAGE_CODE):
        subject, body = _words(invitation, link)
    mail.send(invitation.address, subject, body, invitation.id.hex)


def _words(invitation: Invitation, link: str) -> tuple[str, str]:
    words = {
        "name": invitation.account.display_name,
        "organisation": invitation.organisation.name if invitation.organisation else _("回音"),
        "username": invitation.account.username,
        "link": link,
        "until": formats.date_format(timezone.localtime(invitation.expires_at), "Y-m-d H:i"),
    }
    if invitation.is_reset:
        return _("回音：重新设置密码"), _(
            "%(name)s：\n\n系统管理员为您重置了密码。请打开下面的链接设置新密码：\n\n%(link)s\n\n"
            "用户名：%(username)s\n链接在 %(until)s 前有效，只能用一次。不是您要求的，请告诉系统管理员。\n\n%(organisation)s"
        ) % words
    return _("回音：请开通您的工作账户"), _(
        "%(name)s：\n\n您将在%(organisation)s办理信访事项。请打开下面的链接设置密码，开通账户：\n\n%(link)s\n\n"
        "用户名：%(username)s\n链接在 %(until)s 前有效，只能用一次，请不要转发。"
    ) % words
