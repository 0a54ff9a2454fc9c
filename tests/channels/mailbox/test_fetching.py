"""Mail is taken in by itself: each message once, what cannot be is left where it lies and named, and nothing is lost."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outbox

from huiyin import worker
from huiyin.casework.models import Case, Submission
from huiyin.channels.mailbox import fetching, taking_apart, taking_in
from huiyin.channels.mailbox.account import mailboxes
from huiyin.channels.mailbox.fetching import Reading
from huiyin.channels.models import ArrivedMail, MailboxState
from huiyin.commands import Failure
from huiyin.commands.running import mail
from huiyin.jobs import kinds
from huiyin.people.models import Account, Organisation
from tests.cast import NOW
from tests.channels.mailbox.imap_server import ARRIVED, ImapServer
from tests.channels.mailbox.letters import letter

pytestmark = pytest.mark.any_database


def fetch(minutes: int = 0) -> Reading:
    return fetching.read_mailbox(mailboxes()[0], NOW + timedelta(minutes=minutes))


def fates() -> list[tuple[str, str]]:
    return list(ArrivedMail.objects.order_by("uid").values_list("fate", "reason"))


@pytest.mark.clause("s3-3.1.1a")
def test_a_message_becomes_a_matter_of_the_channel_and_is_answered_with_its_receipt(inbox: ImapServer) -> None:
    inbox.deliver(letter(files=(("说明.txt", "路灯编号 17".encode()),)))
    for chore in worker.chores():
        if chore.name in ("mailboxes", "jobs"):
            chore.task(NOW)
            chore.task(NOW)
    case, submission = Case.objects.get(), Submission.objects.get()
    assert (case.channel, case.received_at, case.registered_at) == ("email", ARRIVED, NOW)
    assert submission.attachments.count() == 1
    (answer,) = outbox.outbox
    assert answer.to == ["lin@example.cn"] and submission.receipt in answer.body
    assert inbox.seen() == [True]


def test_reading_again_brings_nothing_in_twice_and_a_copy_is_known(inbox: ImapServer) -> None:
    inbox.deliver(letter())
    assert fetch().fates == {"taken": 1}
    inbox.deliver(letter())
    assert fetch(1).fates == {"again": 1}
    assert not fetch(2).fates
    assert Case.objects.count() == 1


def test_what_was_taken_in_before_the_worker_died_is_not_taken_in_again(
    inbox: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.deliver(letter())

    def die(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr("huiyin.channels.mailbox.server.Folder.mark_taken", die)
        with pytest.raises(KeyboardInterrupt):
            fetch()
    assert not fetch(1).fates and Case.objects.count() == 1


def test_a_failure_while_it_is_registered_leaves_nothing_and_the_message_comes_in_later(
    inbox: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.deliver(letter())

    def fail(*_given: object) -> None:
        raise OSError

    with monkeypatch.context() as failing:
        failing.setattr(taking_in.queue, "enqueue", fail)
        with pytest.raises(OSError):
            fetch()
    assert not Case.objects.exists() and not ArrivedMail.objects.exists()
    assert fetch(1).fates == {"taken": 1}


def test_a_message_over_which_the_system_stumbles_keeps_none_behind_it_from_coming_in(
    inbox: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.deliver(letter(), letter("第二封。", id="<2@example.cn>"))
    with monkeypatch.context() as stumbling:
        stumbling.setattr(taking_in, "_title", lambda subject: subject.no_such)
        assert fetch().fates == {"aside": 2}
    assert fates() == [("aside", "failed")] * 2
    ArrivedMail.objects.update(wanted_by=Account.objects.get(username="intake"))
    assert fetch(1).fates == {"taken": 2}


def test_what_another_worker_found_meanwhile_is_known(inbox: ImapServer) -> None:
    inbox.deliver(letter())
    fetch()
    row = ArrivedMail.objects.get()
    assert not taking_in.was_taken_meanwhile(row)
    other = ArrivedMail(organisation=row.organisation, mailbox=row.mailbox, uid_validity=row.uid_validity, uid=row.uid)
    assert taking_in.was_taken_meanwhile(other)


def test_a_mailbox_that_the_server_numbered_anew_doubles_nothing(inbox: ImapServer) -> None:
    inbox.deliver(letter(), letter(id="<2@example.cn>", Auto_Submitted="auto-replied"))
    fetch()
    ArrivedMail.objects.update(uid_validity=1)
    fetch(1)
    assert Case.objects.count() == 1
    assert sorted(ArrivedMail.objects.values_list("fate", flat=True)) == ["again", "aside", "taken"]


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, "automatic"),
        ({"Precedence": "bulk"}, "list"),
        ({"List_Id": "<news.example.cn>"}, "list"),
        ({"Return_Path": "<>"}, "bounce"),
        ({"X_Spam_Flag": "YES"}, "spam"),
        ({"From": ""}, "no-sender"),
    ],
)
def test_what_no_person_wrote_is_put_aside_and_never_answered(
    headers: dict[str, str], reason: str, inbox: ImapServer
) -> None:
    inbox.deliver(letter(**headers))
    fetch()
    worker.do_jobs(NOW)
    assert fates() == [("aside", reason)]
    assert not Case.objects.exists() and not outbox.outbox and inbox.seen() == [False]


def test_a_refused_file_keeps_the_message_on_the_server_with_the_reason(inbox: ImapServer) -> None:
    inbox.deliver(letter(files=(("a.exe", b"MZ"),)), letter(id="<2@example.cn>"))
    assert fetch().fates == {"aside": 1, "taken": 1}
    row = ArrivedMail.objects.get(fate="aside")
    assert row.reason == "refused" and "不接受这种文件" in row.errors[0]


def test_a_message_that_is_too_big_is_not_even_fetched(inbox: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MAX_MESSAGE_BYTES", 100)
    inbox.deliver(letter())
    fetch()
    assert fates() == [("aside", "too-big")]


def test_another_text_under_a_known_message_id_is_not_dropped(inbox: ImapServer) -> None:
    inbox.deliver(letter(), letter("别的事情。"))
    fetch()
    assert fates() == [("taken", ""), ("aside", "same-id")]


def test_whoever_floods_the_mailbox_does_not_flood_the_register(
    inbox: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking_in, "MAX_OF_ONE_SENDER", 1)
    inbox.deliver(letter(), letter("第二封。", id="<2@example.cn>"))
    fetch()
    assert fates() == [("taken", ""), ("aside", "too-many")]


def test_beyond_the_ceiling_of_an_hour_messages_wait_in_the_mailbox_and_nobody_is_answered(
    inbox: ImapServer, settings: Any
) -> None:
    settings.HUIYIN_MAIL_PER_MAILBOX = 1
    inbox.deliver(*(letter(f"第 {n} 件。", id=f"<{n}@example.cn>", From=f"{n}@example.cn") for n in range(2)))
    job = kinds.mailbox(mailboxes()[0].label, NOW)
    assert fetching.carry_on(job, NOW) is None
    assert fates() == [("taken", "")] and inbox.seen() == [True, False]
    worker.do_jobs(NOW)
    assert len(outbox.outbox) == 1
    state = MailboxState.objects.get()
    assert (state.fault, state.read_at) == ("many", NOW)
    assert fetch(59).held and fetch(60).fates == {"taken": 1}
    assert MailboxState.objects.get().fault == ""


def test_what_somebody_wants_taken_in_comes_in_without_what_cannot_be_kept(inbox: ImapServer, cast: Any) -> None:
    inbox.deliver(letter(files=(("a.exe", b"MZ"), ("b.txt", b"text"))))
    fetch()
    ArrivedMail.objects.update(wanted_by=cast.accounts["intake"])
    assert fetch(1).fates == {"taken": 1}
    assert Submission.objects.get().attachments.count() == 1


def test_a_long_mailbox_is_read_in_pieces(inbox: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox.deliver(*(letter(f"第 {n} 件。", id=f"<{n}@example.cn>") for n in range(3)))
    assert fetching.read_mailbox(mailboxes()[0], NOW, 2).left == 1
    assert fetching.read_mailbox(mailboxes()[0], NOW, 2).left == 0
    assert Case.objects.count() == 3


def test_a_wrong_password_is_noted_and_never_told(
    inbox: ImapServer, settings: Any, office: Organisation, caplog: pytest.LogCaptureFixture
) -> None:
    settings.HUIYIN_MAILBOXES = [{**settings.HUIYIN_MAILBOXES[0], "password": "geheim"}]
    worker.do_jobs(NOW)
    assert fetch().fault == "login"
    state = MailboxState.objects.get(organisation=office)
    assert (state.fault, state.read_at) == ("login", None)
    assert "geheim" not in caplog.text and "geheim" not in repr(mailboxes())


def test_an_untrusted_certificate_is_refused(inbox: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert fetch().fault == "tls"


def test_the_command_reads_at_once_and_says_what_became_of_the_messages(
    inbox: ImapServer, capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    inbox.deliver(letter(), letter(id="<2@example.cn>", X_Spam_Flag="YES"))
    given = argparse.Namespace(limit=10, json=False)
    assert mail.run(given) == 0
    assert "1 taken in, 0 in already, 1 put aside" in capsys.readouterr().out
    settings.HUIYIN_MAILBOXES = []
    with pytest.raises(Failure, match="HUIYIN_MAILBOX_URLS"):
        mail.run(given)


def test_a_message_that_kills_the_worker_is_put_aside_and_keeps_none_behind_it_out(
    inbox: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.deliver(letter(), letter("第二封。", id="<2@example.cn>"))

    def die(*_given: object) -> None:
        raise KeyboardInterrupt

    def dies() -> None:
        with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
            dying.setattr(taking_in, "read_held_to_limits", die)
            fetch()

    dies()
    assert fates() == [("aside", "failed")]
    ArrivedMail.objects.update(wanted_by=Account.objects.get(username="intake"))
    dies()  # asked for by somebody it is tried once more, and once alone
    assert fetch(1).fates == {"taken": 1}
    assert fates() == [("aside", "failed"), ("taken", "")]


def test_a_large_message_is_taken_apart_beside_the_worker_within_limits(
    inbox: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def here(*_given: object) -> None:
        raise AssertionError("read in the worker")

    monkeypatch.setattr(taking_apart, "read_message", here)
    large = letter(files=(("说明.txt", b"17\n" * taking_apart.SMALL_BYTES),))
    inbox.deliver(large)
    assert fetch().fates == {"taken": 1}
    assert Submission.objects.get().attachments.count() == 1
    monkeypatch.setattr(taking_apart, "LIMITS", replace(taking_apart.LIMITS, patience=0))
    inbox.deliver(large)
    assert fetch(1).fates == {"aside": 1}
    assert fates() == [("taken", ""), ("aside", "tangled")]
