"""By e-mail: that there is a new notice and where to read it. What it says stays on the page behind the query code."""

from __future__ import annotations

from datetime import datetime
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from huiyin.casework.models import Case, Notice
from huiyin.jobs.queue import PermanentFailure
from huiyin.people import petitioners
from huiyin.people.acting import system_actor
from huiyin.people.models import Petitioner
from huiyin.people.petitioners import PetitionerErased

PURPOSE = "notify"
PERMANENT = 500  # RFC 5321 section 4.2.1: replies from 500 on are final


class Undeliverable(PermanentFailure):
    """Raised for a message that no further attempt will deliver."""

    to_do = "tell the addressee in another way"


def announce(notice: Notice, at: datetime) -> None:
    """Tell the petitioners of a notice's case who gave an address that it is there; nothing for those who gave none.

    Raises:
        Undeliverable: the mail server refuses the address for good.
        OSError, SMTPException: the mail server cannot be reached, or refuses for now.
    """
    addresses = _addresses(notice.case, at)
    if not addresses:
        return
    with translation.override(settings.LANGUAGE_CODE):
        subject, body = _words(notice)
    refused = [address for address in addresses if not _sent(notice, subject, body, address)]
    if len(refused) == len(addresses):
        raise Undeliverable("the mail server refuses the address")


def _sent(notice: Notice, subject: str, body: str, address: str) -> bool:
    """Send it; False when the mail server refuses the address for good."""
    message = EmailMessage(subject, body, to=[address])
    # The same for each attempt, so that the receiving side can drop a repeat.
    message.extra_headers["Message-ID"] = f"<{notice.id.hex}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2]}>"
    message.extra_headers["Auto-Submitted"] = "auto-generated"  # RFC 3834
    try:
        message.send()
    except SMTPRecipientsRefused as refusal:
        if all(code >= PERMANENT for code, _reason in refusal.recipients.values()):
            return False
        raise
    return True


def _words(notice: Notice) -> tuple[str, str]:
    """Subject and text: that something is there to be read. Whoever else sees the mail learns neither what kind of matter it is nor of what paper."""
    words = {"organisation": notice.case.organisation.name, "address": f"{settings.HUIYIN_PUBLIC_URL}/track/"}
    subject = _("您有一条新的告知，请凭回执查看")
    body = (
        _(
            "您好：\n\n有一条给您的新告知。\n"
            "请打开 %(address)s ，用您的回执和查询码查看全文和有关期限。\n\n"
            "本邮件由系统自动发出，请勿回复。我们不会在邮件里索要查询码。\n\n%(organisation)s"
        )
        % words
    )
    return subject, body


def _addresses(case: Case, at: datetime) -> list[str]:
    ids = case.parties.values_list("petitioner_id", flat=True)
    found = []
    for petitioner in Petitioner.objects.filter(id__in=list(ids)).select_related("key").order_by("id"):
        try:
            fields = petitioners.read_petitioner(petitioner, system_actor(case.organisation_id), PURPOSE, at, case.id)
        except PetitionerErased:
            continue
        if fields.email:
            found.append(fields.email)
    return list(dict.fromkeys(found))
