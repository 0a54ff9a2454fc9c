"""Petitioners who gave an address are told of new notices; what a notice says stays behind the query code."""

from __future__ import annotations

from dataclasses import replace
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from huiyin import worker
from huiyin.jobs.models import Job
from huiyin.people import petitioners
from huiyin.people.models import AccessRecord, Petitioner
from tests.cast import DAY, NOW, Cast, make_cast
from tests.matters import DAWN, Matter, begin, walk

ADDRESS = "dawn@example.org"
WITH_ADDRESS = replace(DAWN, email=ADDRESS)
HERE = "tests.notify.test_delivery"


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
    worker.do_jobs(NOW + DAY)
    (mail,) = mailoutbox
    assert mail.to == [ADDRESS]
    assert "/track/" in mail.body
    # Whoever else sees the mail learns neither of which paper nor of what matter.
    for said in ("受理", "告知书", "信访", matter.case.number):
        assert said not in mail.subject + mail.body.replace("信访办", "")


def test_the_mail_says_neither_what_it_is_about_nor_how_to_open_it(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    matter = accepted(cast)
    worker.do_jobs(NOW + DAY)
    said = mailoutbox[0].subject + mailoutbox[0].body
    secrets = (matter.registered.receipt, matter.registered.code, "路灯", "核实", DAWN.name, DAWN.phone)
    assert not [secret for secret in secrets if secret in said]


def test_each_attempt_bears_the_same_message_id(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    accepted(cast)
    worker.do_jobs(NOW + DAY)
    Job.objects.update(done_at=None)
    worker.do_jobs(NOW + 2 * DAY)
    first, second = (mail.extra_headers["Message-ID"] for mail in mailoutbox)
    assert first == second


def test_reading_the_address_is_recorded(cast: Cast) -> None:
    matter = accepted(cast)
    worker.do_jobs(NOW + DAY)
    assert AccessRecord.objects.filter(purpose="notify", case=matter.id, account=None).count() == 1


def test_a_delivered_message_is_done(cast: Cast) -> None:
    accepted(cast)
    assert worker.do_jobs(NOW + DAY) == 1
    assert worker.do_jobs(NOW + 2 * DAY) == 0
    assert Job.objects.get().done_at == NOW + DAY


def test_who_gave_no_address_reads_it_on_the_page_alone(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    accepted(cast, petitioners=(DAWN,))
    worker.do_jobs(NOW + DAY)
    assert mailoutbox == []
    assert Job.objects.get().done_at is not None


def test_an_installation_without_mail_publishes_and_sends_nothing(
    cast: Cast, settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    settings.HUIYIN_SENDS_MAIL = False
    accepted(cast)
    worker.do_jobs(NOW + DAY)
    assert mailoutbox == []
    assert Job.objects.get().done_at is not None


def test_a_sheet_to_a_unit_is_no_mail_to_the_petitioner(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    walk(begin(cast, petitioners=(WITH_ADDRESS,)), until="assign")
    worker.do_jobs(NOW + DAY)
    assert len(mailoutbox) == 1  # of the acceptance, not of the sheet


def test_the_erased_are_not_written_to(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    matter = accepted(cast)
    petitioners.erase(Petitioner.objects.get(id=matter.case.petitioner_id), NOW)
    worker.do_jobs(NOW + DAY)
    assert mailoutbox == []
    assert Job.objects.get().done_at is not None


def test_a_server_that_is_away_is_tried_again_and_the_error_names_nobody(
    cast: Cast, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = f"{HERE}.Unreachable"
    accepted(cast)
    worker.do_jobs(NOW + DAY)
    job = Job.objects.get()
    assert job.done_at is None
    assert job.due_at > NOW + DAY
    assert job.error == "ConnectionRefusedError"


def test_an_address_that_the_server_refuses_for_good_is_given_up(cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{HERE}.Refusing"
    accepted(cast)
    worker.do_jobs(NOW + DAY)
    job = Job.objects.get()
    assert job.dead_at == NOW + DAY
    assert ADDRESS not in job.error


def test_one_message_that_fails_does_not_stop_the_others(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    accepted(cast)
    first = Job.objects.get()
    Job.objects.filter(id=first.id).update(payload={"notice": "not an id", "to": "petitioner"})
    accepted(cast)
    worker.do_jobs(NOW + DAY)
    assert len(mailoutbox) == 1


def test_a_message_of_an_unknown_kind_is_laid_aside(cast: Cast) -> None:
    accepted(cast)
    Job.objects.update(what="telegram")
    worker.do_jobs(NOW + DAY)
    assert Job.objects.get().dead_at is not None
