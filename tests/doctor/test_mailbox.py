"""Mailboxes by which petitions come: whether they were read lately, whose they are, and whether they can be opened."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from huiyin.channels.models import ArrivedMail, MailboxState
from huiyin.doctor.checks import mailbox
from huiyin.doctor.finding import Level
from huiyin.people.models import Organisation
from huiyin.site import environment
from tests.doctor.looking import AT, around, codes

pytestmark = pytest.mark.any_database
LABEL = "xinfang@127.0.0.1"


@pytest.fixture
def office(db: None, settings: Any) -> Organisation:
    settings.HUIYIN_MAILBOXES = environment.mailboxes("imaps://xinfang:pw@127.0.0.1:9")
    return Organisation.objects.create(code="lj", name="临江局", rulebook="national-2022", created_at=AT)


def test_a_mailbox_that_was_never_read_or_not_for_long_is_told(office: Organisation) -> None:
    assert codes(mailbox.look(around())) == {"mailbox.never": Level.WARNING}
    state = MailboxState.objects.create(mailbox=LABEL, organisation=office, tried_at=AT, read_at=AT)
    assert codes(mailbox.look(around())) == {"mailbox": Level.OK}
    assert codes(mailbox.look(around(AT + timedelta(hours=1)))) == {"mailbox.stale": Level.FAILURE}
    MailboxState.objects.update(fault="many")
    assert codes(mailbox.look(around())) == {"mailbox.many": Level.WARNING}
    assert "pw" not in str(list(mailbox.look(around(AT + timedelta(hours=1)))))
    ArrivedMail.objects.create(
        organisation=office,
        mailbox=LABEL,
        uid_validity=1,
        uid=1,
        size=1,
        arrived_at=AT,
        found_at=AT,
        fate="aside",
        reason="spam",
    )
    assert codes(mailbox.look(around()))["mailbox.aside"] == Level.WARNING
    assert state.read_at == AT


def test_a_server_that_does_not_answer_and_a_mailbox_of_nobody_are_told(office: Organisation, settings: Any) -> None:
    assert codes(mailbox.reach(around())) == {"mailbox.unreachable": Level.FAILURE}
    settings.HUIYIN_MAILBOXES = environment.mailboxes("imaps://xinfang:pw@127.0.0.1:9?organisation=none")
    assert codes(mailbox.reach(around())) == {"mailbox.nobodys": Level.FAILURE}


def test_without_a_mailbox_nothing_is_said(settings: Any) -> None:
    settings.HUIYIN_MAILBOXES = []
    assert not list(mailbox.reach(around()))
