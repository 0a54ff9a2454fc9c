"""Petitioners who gave an address are told of new notices; what a notice says stays behind the query code."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend

from huiyin import worker
from huiyin.jobs.models import Job
from huiyin.people import petitioners
from huiyin.people.models import AccessRecord, Petitioner
from tests.cast import DAY, NOW, Cast, make_cast
from tests.matters import DAWN, Matter, begin, walk
from tests.notify.mail_server import MailServer

ADDRESS = "dawn@example.org"
WITH_ADDRESS = replace(DAWN, email=ADDRESS)
HERE = "tests.notify.test_delivery"


def do_all(at: datetime) -> None:
    """Do jobs until nothing is due: one may queue others."""
    while worker.do_jobs(at):
        pass


class Choosy(EmailBackend):
    """A mail server that is busy whenever it is to write to ``ADDRESS``, and takes everything else."""

    def send_messages(self, email_messages: Any) -> int:
        if any(ADDRESS in message.to for message in email_messages):
            raise SMTPRecipientsRefused({ADDRESS: (450, b"mailbox busy")})
        return super().send_messages(email_messages)


class Unreachable(BaseEmailBackend):
    """A mail server that is away."""

    def send_messages(self, email_messages: Any) -> int:
        raise ConnectionRefusedError(f"cannot send to {ADDRESS}")


class Refusing(BaseEmailBackend):
    """A mail server that knows no such address."""

    def send_messages(self, email_messages: Any) -> int:
        raise SMTPRecipientsRefused({ADDRESS: (550, b"no such user")})


@pytest.fixture
def cast(db: None, settings: Any) -> Cast:
    settings.HUIYIN_SENDS_MAIL = True
    return make_cast()


def accepted(cast: Cast, **changes: Any) -> Matter:
    """A matter that was accepted, so that a notice waits to be told of."""
    matter = begin(cast, **{"petitioners": (WITH_ADDRESS,), **changes})
    matter.does("intake", "accept")
    return matter


def test_who_gave_an_address_is_told_of_the_notice(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    matter = accepted(cast)
    do_all(NOW + DAY)
    (mail,) = mailoutbox
    assert mail.to == [ADDRESS]
    assert "/track/" in mail.body
    # Whoever else sees the mail learns neither of which document nor of what matter.
    for said in ("受理", "告知书", "信访", matter.case.number):
        assert said not in mail.subject + mail.body.replace("信访办", "")


def test_the_mail_says_neither_what_it_is_about_nor_how_to_open_it(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    matter = accepted(cast)
    do_all(NOW + DAY)
    said = mailoutbox[0].subject + mailoutbox[0].body
    secrets = (matter.registered.receipt, matter.registered.code, "路灯", "核实", DAWN.name, DAWN.phone)
    assert not [secret for secret in secrets if secret in said]


def test_every_mail_reads_alike_whatever_matter_and_document_it_is_about(
    cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    walk(begin(cast, petitioners=(WITH_ADDRESS,)), until="serve_reply")
    accused = begin(cast, petitioners=(WITH_ADDRESS,), accused=("同事 handler",))
    accused.does("intake", "accept_accusation")
    do_all(NOW + 60 * DAY)
    assert len({mail.extra_headers["Message-ID"] for mail in mailoutbox}) > 2
    assert len({(mail.subject, mail.body) for mail in mailoutbox}) == 1


def test_each_attempt_bears_the_same_message_id(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    accepted(cast)
    do_all(NOW + DAY)
    Job.objects.update(done_at=None)
    do_all(NOW + 2 * DAY)
    first, second = (mail.extra_headers["Message-ID"] for mail in mailoutbox)
    assert first == second


def test_reading_the_address_is_recorded(cast: Cast) -> None:
    matter = accepted(cast)
    do_all(NOW + DAY)
    assert AccessRecord.objects.filter(purpose="notify", case=matter.id, account=None).count() == 1


def test_a_delivered_message_is_done(cast: Cast) -> None:
    accepted(cast)
    do_all(NOW + DAY)
    assert worker.do_jobs(NOW + 2 * DAY) == 0
    assert set(Job.objects.values_list("what", "done_at")) == {("notice", NOW + DAY), ("mail", NOW + DAY)}


def test_who_gave_no_address_reads_it_on_the_page_alone(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    accepted(cast, petitioners=(DAWN,))
    do_all(NOW + DAY)
    assert mailoutbox == []
    assert Job.objects.get().done_at is not None


def test_an_installation_without_mail_publishes_and_sends_nothing(
    cast: Cast, settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    settings.HUIYIN_SENDS_MAIL = False
    accepted(cast)
    do_all(NOW + DAY)
    assert mailoutbox == []
    assert Job.objects.get().done_at is not None


def test_a_sheet_to_a_unit_is_no_mail_to_the_petitioner(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    walk(begin(cast, petitioners=(WITH_ADDRESS,)), until="assign")
    do_all(NOW + DAY)
    assert len(mailoutbox) == 1  # of the acceptance, not of the sheet


def test_the_erased_are_not_written_to(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    matter = accepted(cast)
    petitioners.erase(Petitioner.objects.get(id=matter.case.petitioner_id), NOW)
    do_all(NOW + DAY)
    assert mailoutbox == []
    assert Job.objects.get().done_at is not None


def test_a_server_that_is_away_is_tried_again_and_the_error_names_nobody(
    cast: Cast, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = f"{HERE}.Unreachable"
    accepted(cast)
    do_all(NOW + DAY)
    job = Job.objects.get(what="mail")
    assert job.done_at is None
    assert job.due_at > NOW + DAY
    assert job.error == "ConnectionRefusedError"


def test_an_address_that_the_server_refuses_for_good_is_given_up(cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{HERE}.Refusing"
    accepted(cast)
    do_all(NOW + DAY)
    job = Job.objects.get(what="mail")
    assert job.dead_at == NOW + DAY
    assert ADDRESS not in job.error


def test_one_message_that_fails_does_not_stop_the_others(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    accepted(cast)
    first = Job.objects.get()
    Job.objects.filter(id=first.id).update(payload={"notice": "not an id", "to": "petitioner"})
    accepted(cast)
    do_all(NOW + DAY)
    assert len(mailoutbox) == 1


def test_a_message_of_an_unknown_kind_is_laid_aside(cast: Cast) -> None:
    accepted(cast)
    Job.objects.update(what="telegram")
    do_all(NOW + DAY)
    assert Job.objects.get().dead_at is not None


# --- one message, one recipient, one outcome ------------------------------------------------------------------------


def test_one_address_that_fails_has_nothing_sent_to_the_others_again(
    cast: Cast, settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    settings.EMAIL_BACKEND = f"{HERE}.Choosy"
    three = tuple(replace(DAWN, email=address) for address in ("a@example.org", ADDRESS, "b@example.org"))
    accepted(cast, petitioners=three, headcount=3)
    for days in (1, 2, 3):
        do_all(NOW + days * DAY)
    assert sorted(mail.to for mail in mailoutbox) == [["a@example.org"], ["b@example.org"]]
    mails = Job.objects.filter(what="mail")
    assert [job.done_at is None for job in mails.order_by("done_at")].count(True) == 1
    waiting = mails.get(done_at=None)
    assert (waiting.error, waiting.attempts) == ("SMTPRecipientsRefused", 3)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    do_all(NOW + 4 * DAY)
    assert sorted(mail.to for mail in mailoutbox) == [["a@example.org"], ["b@example.org"], [ADDRESS]]


def test_two_petitioners_with_one_address_are_told_once(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    accepted(cast, petitioners=(WITH_ADDRESS, replace(DAWN, name="陈晚", email=ADDRESS.upper())), headcount=2)
    do_all(NOW + DAY)
    assert len(mailoutbox) == 1


@pytest.mark.parametrize(
    ("written", "sent"),
    [("dawn@例子.cn", "dawn@xn--fsqu00a.cn"), ("dawn@faß.de", "dawn@xn--fa-hia.de")],
)
def test_the_name_of_a_domain_is_encoded(cast: Cast, mailoutbox: list[EmailMessage], written: str, sent: str) -> None:
    accepted(cast, petitioners=(replace(DAWN, email=written),))
    do_all(NOW + DAY)
    assert [mail.to for mail in mailoutbox] == [[sent]]


@pytest.mark.parametrize("extensions", [(), ("SMTPUTF8",)], ids=["a server without SMTPUTF8", "a server with it"])
def test_a_name_in_other_letters_is_sent_as_it_is_or_not_at_all(
    cast: Cast, settings: Any, extensions: tuple[str, ...]
) -> None:
    with MailServer(*extensions) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", server.port, False
        accepted(cast, petitioners=(replace(DAWN, email="张晨@example.org"),))
        do_all(NOW + DAY)
    job = Job.objects.get(what="mail")
    if extensions:
        assert server.recipients == ["张晨@example.org"]
        assert "To: 张晨@example.org" in server.received
        assert job.done_at is not None
    else:
        assert (server.recipients, job.dead_at) == ([], NOW + DAY)
        assert "SMTPUTF8" in job.error
