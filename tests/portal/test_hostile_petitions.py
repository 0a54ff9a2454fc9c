"""Whoever sends more than anybody writes is told so before it is read: nothing that one form holds stops the others."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from huiyin.casework import receipts
from huiyin.channels.mailbox import taking_in
from huiyin.channels.models import ArrivedMail
from huiyin.door import intake as door_intake
from huiyin.door import registration
from huiyin.door.intake import MAX_SIGNERS
from huiyin.people.checks import PetitionerFields, clean_petitioner, clean_text
from huiyin.people.models import Organisation
from huiyin.web import signers
from huiyin.web.signers import each_once, read_signer_lines
from tests.cast import Cast
from tests.portal.conftest import FORM, PETITION, html

LIGATURE = "\ufdfa"
"""One character that becomes eighteen in its normal form."""
EMBEDDING = "\u202a"


def test_of_a_text_that_is_far_too_long_only_the_length_is_read() -> None:
    kept, problems = clean_text("text", "路" + EMBEDDING * 60_000 + "灯")
    assert [one.code for one in problems] == ["too_long"] and len(kept) == 20_000
    fields, problems = clean_petitioner(PetitionerFields(*([LIGATURE * 500_000] * 5)))
    assert {one.code for one in problems} == {"too_long"}
    assert max(map(len, fields.as_dict().values())) <= 320


@pytest.mark.parametrize("typed", [LIGATURE * 1000, "HY-" + " " * 1000])
def test_no_number_is_looked_for_in_what_is_longer_than_any(typed: str) -> None:
    assert receipts.normal(typed) == "HY---" and not receipts.ending(typed) and not receipts.is_number(typed)
    assert receipts.case_number(typed) is typed
    assert not receipts.opens("HY-7K3M-9QRT-2WXY", receipts.code_of("HY-7K3M-9QRT-2WXY") + typed)


def test_those_who_signed_are_counted_before_any_line_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signers, "_person", None)
    for written in ("1\n" * 20_000, "张三\n" * (MAX_SIGNERS + 1), "a" + " " * 150_000 + "b"):
        read = read_signer_lines(written)
        assert not read.people and [error.code for error in read.errors] == ["too-many"]


def test_a_line_longer_than_any_for_one_person_is_not_taken_apart() -> None:
    (error,) = read_signer_lines("a" + " " * 15_000 + "b").errors
    assert error.code == "too-long"


def test_nobody_is_compared_with_all_who_have_the_same_name(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    clean_phone = signers.clean_phone

    def counted(value: str) -> Any:
        asked.append(value)
        return clean_phone(value)

    monkeypatch.setattr(signers, "clean_phone", counted)
    namesakes = [PetitionerFields("张三", f"138{number:08d}") for number in range(MAX_SIGNERS)]
    first, others = each_once([PetitionerFields("张三")], [*namesakes, *namesakes])
    assert [one.phone for one in (*first, *others)] == [one.phone for one in namesakes]
    assert len(asked) == 1 + 2 * MAX_SIGNERS


def test_of_any_number_of_faults_twenty_are_told_and_how_many_more_there_are(cast: Cast, anyone: Client) -> None:
    page = html(anyone.post(FORM, PETITION | {"signers": "1\n" * 200}))
    assert page.count("没有看到姓名") <= 2 * 20 and "另有 180 处需要修改" in page


@pytest.mark.parametrize("name", ["accused", "signers", "text"])
def test_the_page_that_comes_back_does_not_grow_with_what_was_sent(cast: Cast, anyone: Client, name: str) -> None:
    sizes = [len(anyone.post(FORM, PETITION | {name: "x\x01N\n" * lines}).content) for lines in (60_000, 120_000)]
    assert abs(sizes[1] - sizes[0]) < 1000 and "没有显示" in html(anyone.post(FORM, PETITION | {name: "x\n" * 80_000}))


def test_a_message_is_checked_before_anything_is_locked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """On SQLite nobody else writes while a transaction is open."""
    within: list[int] = []
    check, carry_out = door_intake.check, registration.NewMatter.carry_out
    monkeypatch.setattr(door_intake, "check", lambda *given: (within.append(_open()), check(*given))[1])
    monkeypatch.setattr(
        registration.NewMatter, "carry_out", lambda *given: (within.append(_open()), carry_out(*given))[1]
    )
    before = _open()
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "lin@example.cn", settings.DEFAULT_FROM_EMAIL, "路灯"
    letter.set_content("江边里的路灯不亮。")
    at, organisation = timezone.now(), Organisation.objects.get(code="lj")
    row = ArrivedMail(
        organisation=organisation, mailbox="m", uid_validity=1, uid=1, arrived_at=at, found_at=at, size=100
    )
    taking_in.take(taking_in.FoundMail(organisation, row, at), letter.as_bytes())
    assert ArrivedMail.objects.get().fate == "taken" and within == [before, before + 1]


def _open() -> int:
    return len(connection.savepoint_ids)
