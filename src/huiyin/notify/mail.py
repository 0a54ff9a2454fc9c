"""By e-mail: that there is a new notice and where to read it. What it says stays on the page behind the query code."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage as Utf8Message
from email.policy import SMTPUTF8
from email.utils import formatdate
from smtplib import SMTP, SMTPRecipientsRefused
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.utils import translation
from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email

from huiyin.casework.models import Notice
from huiyin.jobs.queue import PermanentFailure
from huiyin.language import gettext_noop
from huiyin.people import petitioners
from huiyin.people.acting import system_actor
from huiyin.people.models import Petitioner
from huiyin.people.petitioners import PetitionerErased

PURPOSE = "notify"
PERMANENT = 500  # RFC 5321 section 4.2.1: replies from 500 on are final


class Undeliverable(PermanentFailure):
    """Raised for a message that no further attempt will deliver."""

    to_do = gettext_noop("请用其他方式告知收件人")


def announce(notice: Notice, petitioner_id: UUID, at: datetime) -> None:
    """Tell a petitioner of a notice's case that it is there; nothing where they gave no address, or were erased.

    Raises:
        Undeliverable: the mail server refuses the address for good, or cannot write it.
        OSError, SMTPException: the mail server cannot be reached, or refuses for now.
    """
    written = _address(notice, petitioner_id, at)
    if not written:
        return
    with translation.override(settings.LANGUAGE_CODE):
        subject, body = _words(notice)
    send(written, subject, body, notice.id.hex)


def send(written: str, subject: str, body: str, reference: str) -> None:
    """Send a message to an address as somebody wrote it; ``reference`` is the same for each attempt, so that the receiving side can drop a
    repeat.

    Raises: as ``announce``.
    """
    headers = {
        "Message-ID": f"<{reference}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2]}>",
        "Auto-Submitted": "auto-generated",  # RFC 3834
    }
    try:
        # By IDNA 2008 with the mapping of UTS 46; Django would write the part before the @ as an encoded word, which is another address.
        address = validate_email(written, check_deliverability=False)
        if address.ascii_email:
            EmailMessage(subject, body, to=[address.ascii_email], headers=headers).send()
        else:
            _send_utf8(address.normalized, subject, body, headers)
    except EmailNotValidError:
        raise Undeliverable("the address is none that mail can be sent to") from None
    except SMTPRecipientsRefused as refusal:
        if all(code >= PERMANENT for code, _reason in refusal.recipients.values()):
            raise Undeliverable("the mail server refuses the address") from None
        raise


def _send_utf8(address: str, subject: str, body: str, headers: dict[str, str]) -> None:
    """Send to an address with other than ASCII signs before the @, which only a server with SMTPUTF8 (RFC 6531) can be told.

    Raises Undeliverable where the server has it not, and what sending raises.
    """
    connection = get_connection()
    if not isinstance(connection, EmailBackend):
        raise Undeliverable("only a mail server with SMTPUTF8 can be told this address")
    connection.open()
    try:
        server = connection.connection
        assert isinstance(server, SMTP)  # as opened
        server.ehlo_or_helo_if_needed()
        if not server.has_extn("smtputf8"):
            raise Undeliverable("the mail server has no SMTPUTF8 and cannot be told this address")
        message = Utf8Message(policy=SMTPUTF8)
        message["From"], message["To"] = settings.DEFAULT_FROM_EMAIL, address
        message["Subject"], message["Date"] = subject, formatdate()
        for name, value in headers.items():
            message[name] = value
        message.set_content(body)
        server.send_message(message)
    finally:
        connection.close()


def _words(notice: Notice) -> tuple[str, str]:
    """Subject and text: that something is there to be read. Whoever else sees the mail learns neither what kind of matter it is nor of what document."""
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


def _address(notice: Notice, petitioner_id: UUID, at: datetime) -> str:
    petitioner = Petitioner.objects.select_related("key").get(id=petitioner_id)
    reader = system_actor(notice.case.organisation_id)
    try:
        return petitioners.read_petitioner(petitioner, reader, PURPOSE, at, notice.case_id).email
    except PetitionerErased:
        return ""
