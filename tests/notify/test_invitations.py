"""Invitations by mail: the link is made when it is sent; an address that cannot be reached becomes a dead letter."""

from __future__ import annotations

import re
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from huiyin import worker
from huiyin.jobs import kinds, queue
from huiyin.people import inviting
from huiyin.people.models import Account, Invitation
from huiyin.people.signing_in.tokens import digest
from tests.cast import DAY, NOW, Cast, make_cast
from tests.people.test_inviting import PASSWORD, key_of

ADDRESS = "sun@example.org"


class Refusing(BaseEmailBackend):
    """A mail server that knows no such address."""

    def send_messages(self, email_messages: Any) -> int:
        raise SMTPRecipientsRefused({ADDRESS: (550, b"no such user")})


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def mailed(cast: Cast) -> Invitation:
    invitation = inviting.invite("sun", "孙某", NOW, email=ADDRESS, organisation=cast.lj)
    queue.enqueue(kinds.invitation(invitation.id, cast.lj.id, "zh-hans", NOW))
    return invitation


def test_the_link_goes_to_the_address_alone_and_opens_the_account(cast: Cast) -> None:
    mailed(cast)
    worker.do_jobs(NOW)
    (sent,) = mail.outbox
    assert sent.to == [ADDRESS] and "lj 机构" in sent.body and "孙某" in sent.body
    found = re.search(r"http\S+/account/invitation/\S+", str(sent.body))
    assert found
    inviting.accept(digest(key_of(found[0])), PASSWORD, NOW)
    assert Account.objects.get(username="sun").email == ADDRESS


def test_a_refused_address_is_given_up_at_once_and_can_be_printed_instead(cast: Cast, settings: Any) -> None:
    invitation = mailed(cast)
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    worker.do_jobs(NOW)
    job = queue.find(kinds.invitation_key(invitation.id))
    assert job is not None and job.dead_at == NOW
    assert ADDRESS not in job.error
    again = inviting.invite_again(invitation.account, NOW)
    inviting.accept(digest(key_of(inviting.take_link(again, NOW))), PASSWORD, NOW)


def test_an_invitation_that_was_replaced_or_used_is_not_mailed_any_more(cast: Cast) -> None:
    mailed(cast)
    inviting.invite_again(Account.objects.get(username="sun"), NOW)
    worker.do_jobs(NOW)
    assert mail.outbox == []


def test_sent_twice_the_later_link_is_the_good_one(cast: Cast) -> None:
    invitation = mailed(cast)
    worker.do_jobs(NOW)
    queue.enqueue_again(kinds.invitation(invitation.id, cast.lj.id, "zh-hans", NOW))
    worker.do_jobs(NOW + DAY)
    first, second = (key_of(re.findall(r"http\S+", str(sent.body))[0]) for sent in mail.outbox)
    with pytest.raises(inviting.LinkVoid):
        inviting.find(digest(first), NOW + DAY)
    assert inviting.find(digest(second), NOW + DAY) == invitation
