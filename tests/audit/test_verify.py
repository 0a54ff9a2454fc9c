"""What was changed behind the ledger's back is found, wherever it was changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, models

from huiyin.audit.verify import known_cases, verify
from huiyin.casework.models import (
    Attachment,
    Case,
    CaseAccess,
    CaseAccused,
    CaseParty,
    CaseUnit,
    DocumentRecord,
    DocumentVersion,
    Duty,
    Notice,
    Submission,
    Text,
)
from huiyin.casework.vocabulary import File
from huiyin.commands import DONE, FAILED
from huiyin.ledger import guard, log, merkle
from huiyin.ledger.models import CountedSeries, LogHead, Row
from huiyin.people import petitioners
from huiyin.people.models import DataKey, Petitioner
from huiyin.worker import publish_head
from tests.audit.installation import otherwise
from tests.cast import NOW, make_cast
from tests.matters import Matter, begin, walk
from tests.samples import one_of


def make_world() -> Matter:
    """A sealed matter with everything that a matter can have, three fifths along the road, and another one beside it."""
    cast = make_cast()
    begin(cast)
    made = begin(
        cast,
        who="registrar",
        channel="visit",
        headcount=6,
        accused=("临江训练处", "stranger"),
        files=(File("照片说明.txt", "灯杆已经倾斜。".encode()),),
    )
    walk(made, until="assign")
    made.does("intake", "join_unit")
    made.does("handler", "request_extension")
    made.does("head", "grant_extension")
    made.does("handler", "investigate")
    made.does("co_handler", "report_to_lead")
    for who, action in (("handler", "propose_opinion"), ("head", "approve_opinion"), ("handler", "serve_reply")):
        made.does(who, action)
    return made


@contextmanager
def unguarded() -> Iterator[None]:
    guard.remove(connection)
    yield
    guard.install(connection)


def complaints(case: UUID | None = None) -> list[str]:
    return [str(finding) for finding in verify([case] if case else None)]


@pytest.fixture
def huiyin(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    from huiyin import cli

    def run(*arguments: str) -> tuple[int, str]:
        status = cli.main(["ledger", *arguments])
        captured = capsys.readouterr()
        return status, captured.out + captured.err

    return run


# First, while there is no world yet.
def test_an_empty_installation_is_whole(db: None, huiyin: Callable[..., tuple[int, str]]) -> None:
    assert huiyin("verify") == (DONE, "0 cases, 0 events of all chains: everything is as it should be\n")
    assert huiyin("head") == (DONE, "0 cases, 0 events of cases\n")


def test_an_untouched_installation_has_nothing_to_complain_about(matter: Matter) -> None:
    assert complaints() == []


# --- every column of everything -------------------------------------------------------------------------------------

FREE = {
    ("CaseUnit", "id"),
    ("CaseAccused", "id"),
    ("CaseParty", "id"),
}
"""Columns that the ledger says nothing about."""
PROJECTED: tuple[type[models.Model], ...] = (
    Case,
    Duty,
    Notice,
    Submission,
    Attachment,
    CaseUnit,
    CaseAccess,
    CaseAccused,
    CaseParty,
    DocumentRecord,
    DocumentVersion,
    Row,
)
COLUMNS = [
    (model, column.attname)
    for model in PROJECTED
    for column in model._meta.concrete_fields
    if (model.__name__, column.attname) not in FREE and column.attname != "pk"
]


@pytest.mark.parametrize(
    ("model", "column"), one_of(6, COLUMNS, [f"{model.__name__}.{name}" for model, name in COLUMNS])
)
def test_a_changed_column_is_found(matter: Matter, model: type[models.Model], column: str) -> None:
    mine = {"id": matter.id} if model is Case else {"case_id": matter.id}
    row = model._default_manager.filter(**mine).exclude(**{column: None}).order_by("pk").last()
    changed: object
    if row is None:
        row = model._default_manager.filter(**mine).order_by("pk").first()
        is_id = isinstance(model._meta.get_field(column), models.UUIDField | models.ForeignKey)
        changed = uuid4() if is_id else NOW
    else:
        changed = otherwise(model._meta.get_field(column), getattr(row, column))
    with unguarded():
        model._default_manager.filter(pk=row.pk).update(**{column: changed})
    assert complaints() != []


@pytest.mark.parametrize("model", PROJECTED, ids=lambda model: model.__name__)
def test_a_missing_row_is_found(matter: Matter, model: type[models.Model]) -> None:
    mine = {"id": matter.id} if model is Case else {"case_id": matter.id}
    last = model._default_manager.filter(**mine).order_by("pk").last()
    assert last is not None
    with unguarded():
        rows = model._default_manager.filter(pk=last.pk)
        rows._raw_delete(rows.db)
    assert complaints() != []


@pytest.mark.parametrize(
    "model", [Duty, Notice, Submission, Attachment, CaseUnit, CaseAccess, CaseAccused], ids=lambda model: model.__name__
)
def test_a_row_too_many_is_found(matter: Matter, model: type[models.Model]) -> None:
    row = model._default_manager.filter(case_id=matter.id).first()
    assert row is not None
    row.pk = (matter.id, uuid4()) if model is CaseAccess else uuid4()
    for column, value in {"relation": "handling2", "receipt": "HY-2222-2222-2222"}.items():
        if hasattr(row, column):
            setattr(row, column, value)
    row.save(force_insert=True)
    assert complaints(matter.id) != []


# --- particular crimes ----------------------------------------------------------------------------------------------


def test_the_line_names_the_case_what_differs_and_both_values(matter: Matter) -> None:
    Case.objects.filter(id=matter.id).update(stage="registered")
    assert complaints() == [f"{matter.case.number}: case: stage: expected replied, found registered"]


def test_a_due_date_that_was_quietly_moved_is_found(matter: Matter) -> None:
    duty = Duty.objects.filter(case_id=matter.id, discharged_at=None, withdrawn_at=None).first()
    assert duty is not None
    Duty.objects.filter(id=duty.id).update(due_at=duty.due_at + timedelta(days=7))
    (line,) = complaints()
    assert f"duty {duty.id.hex}: due_at" in line


def test_the_last_events_cut_off_are_found_against_the_case(matter: Matter) -> None:
    with unguarded():
        Row.objects.filter(case_id=matter.id, seq=matter.case.seq)._raw_delete("default")
    assert any("case: seq" in line for line in complaints(matter.id))
    assert any("case: head" in line for line in complaints(matter.id))


def test_the_whole_chain_taken_away_is_found(matter: Matter) -> None:
    with unguarded():
        Row.objects.filter(case_id=matter.id)._raw_delete("default")
    assert complaints(matter.id) == [
        f"{matter.case.number}: its events cannot be replayed: expected (nothing), found ValueError"
    ]


def test_a_case_taken_away_with_everything_about_it_leaves_a_gap_in_the_numbers(matter: Matter) -> None:
    no = matter.case.number
    with unguarded():
        for model in (Row, Duty, Notice, Submission, Attachment, CaseUnit, CaseAccused, CaseParty):
            model._default_manager.filter(case_id=matter.id)._raw_delete("default")
        Text.objects.filter(case=matter.id)._raw_delete("default")
        Case.objects.filter(id=matter.id)._raw_delete("default")
    lines = complaints()
    assert "lj cases 2026: number 2 was given out, but what bears it is not there" in lines
    assert no not in " ".join(lines)


def test_a_case_whose_row_alone_was_taken_away_is_found_by_what_still_names_it(matter: Matter) -> None:
    Case.objects.filter(id=matter.id)._raw_delete("default")
    assert matter.id in known_cases()
    assert any(matter.id.hex in line and "missing" in line for line in complaints())


def test_a_body_that_is_no_event_any_more_is_found_and_stops_nothing(matter: Matter) -> None:
    for body in ("", "{}", "[]", "null", '{"at":1}', '{"event":{"$":"Nothing"}}', '{"event":{"$":"CaseEnded"}}'):
        with unguarded():
            Row.objects.filter(case_id=matter.id, seq=2).update(body=body)
        assert any("changed after it was written" in line for line in complaints()), body


def test_a_body_that_was_changed_with_all_hashes_after_it_still_differs_from_what_is_stored(matter: Matter) -> None:
    from huiyin.ledger.chain import link

    with unguarded():
        head = "0" * 64
        for row in Row.objects.filter(case_id=matter.id).order_by("seq"):
            body = row.body.replace('"explain"', '"support"')
            head, previous = link(head, row.case_id, row.seq, body), head
            Row.objects.filter(case_id=row.case_id, seq=row.seq).update(body=body, previous=previous, hash=head)
    lines = complaints(matter.id)
    assert not any("changed after it was written" in line for line in lines)
    assert any("case: head" in line for line in lines)
    assert any("state: facts" in line for line in lines)


def test_a_state_that_is_no_state_is_found(matter: Matter) -> None:
    for text in ("", "{}", "[]", "null", '{"$":"Seat"}', "\x01"):
        Case.objects.filter(id=matter.id).update(state=text)
        assert any("state" in line for line in complaints()), text


# --- texts ----------------------------------------------------------------------------------------------------------


def test_a_text_whose_sealed_bytes_were_changed_is_found(matter: Matter) -> None:
    text = Text.objects.get(id=matter.registered.submission.text)
    Text.objects.filter(id=text.id).update(sealed=bytes(text.sealed)[:-1] + bytes([bytes(text.sealed)[-1] ^ 1]))
    assert complaints() == [
        f"{matter.case.number}: text {text.id.hex}: expected as the ledger commits to it, found altered"
    ]


def test_a_text_sealed_anew_by_someone_who_holds_the_keys_is_found_by_its_commitment(matter: Matter) -> None:
    from huiyin.sealing.aead import seal

    text = Text.objects.select_related("petitioner__key").get(id=matter.registered.submission.text)
    key = petitioners.data_key(text.petitioner)
    forged = seal(key, b"\0" * 16 + "路灯没有坏。".encode(), text.id.bytes)
    Text.objects.filter(id=text.id).update(sealed=forged)
    assert [line for line in complaints() if "found altered" in line] != []


def test_a_text_put_in_the_place_of_another_is_found(matter: Matter) -> None:
    here, there = Text.objects.filter(case=matter.id).order_by("id")[:2]
    Text.objects.filter(id=here.id).update(sealed=there.sealed)
    assert complaints() != []


def test_a_text_that_is_missing_is_found(matter: Matter) -> None:
    id = matter.registered.submission.text
    Text.objects.filter(id=id)._raw_delete("default")
    assert complaints() == [f"{matter.case.number}: text {id.hex}: expected as the ledger commits to it, found missing"]


def test_a_text_that_no_event_names_is_found(matter: Matter) -> None:
    text = Text.objects.filter(case=matter.id).first()
    assert text is not None
    text.pk = uuid4()
    text.save(force_insert=True)
    assert any("one that no event names" in line for line in complaints())


def test_a_destroyed_key_ring_entry_is_a_finding_and_not_an_exception(matter: Matter) -> None:
    party = Petitioner.objects.get(id=matter.case.petitioner_id)
    key = DataKey.objects.get(id=party.key_id)
    DataKey.objects.filter(id=key.id).update(wrapped=b"00000000" + bytes(key.wrapped)[8:])
    assert any("found altered" in line for line in complaints())


def test_after_erasure_the_texts_are_told_as_erased_and_nothing_is_wrong(matter: Matter) -> None:
    petitioners.erase(Petitioner.objects.get(id=matter.case.petitioner_id), NOW)
    findings = list(verify())
    assert {finding.kind for finding in findings} == {"erased"}
    assert all("erased with its petitioner" in str(finding) for finding in findings)


def test_no_finding_quotes_what_a_person_said_or_is_called(matter: Matter) -> None:
    with unguarded():
        Row.objects.filter(case_id=matter.id).update(body="{}", hash="00")
    Case.objects.filter(id=matter.id).update(state="{}")
    lines = "\n".join(complaints())
    for secret in ("陈晓光", "13800001111", "路灯", "线路老化", "滨江路"):
        assert secret not in lines


def test_a_counter_that_was_turned_forward_is_found(matter: Matter) -> None:
    CountedSeries.objects.filter(name="cases").update(count=3)
    assert complaints() == [
        "lj cases 2026: its count or its head was changed",
        "lj cases 2026: it counts 3 events, and 2 are there",
    ]


# --- the command line -----------------------------------------------------------------------------------------------


def test_verifying_a_whole_installation_ends_with_status_0(
    matter: Matter, huiyin: Callable[..., tuple[int, str]]
) -> None:
    status, told = huiyin("verify")
    assert (status, told) == (
        DONE,
        f"2 cases, {Row.objects.count()} events of all chains: everything is as it should be\n",
    )


def test_verifying_what_was_tampered_with_ends_with_status_1_and_says_where(
    matter: Matter, huiyin: Callable[..., tuple[int, str]]
) -> None:
    Case.objects.filter(id=matter.id).update(stage="closed")
    status, told = huiyin("verify", "--json")
    assert status == FAILED
    data = json.loads(told)
    assert data["wrong"] == 1
    assert data["findings"] == [
        {"case": matter.case.number, "what": "case: stage", "expected": "replied", "found": "closed", "kind": "wrong"}
    ]


def test_one_case_can_be_verified_by_its_number(matter: Matter, huiyin: Callable[..., tuple[int, str]]) -> None:
    Case.objects.filter(id=matter.id).update(stage="closed")
    assert huiyin("verify", "--case", Case.objects.exclude(id=matter.id).get().number.lower())[0] == DONE
    assert huiyin("verify", "--case", matter.case.number)[0] == FAILED


def test_an_unknown_number_is_told_in_one_line(matter: Matter, huiyin: Callable[..., tuple[int, str]]) -> None:
    status, told = huiyin("verify", "--case", "LJ-20260302-9999")
    assert status == FAILED
    assert "there is no case LJ-20260302-9999" in told
    assert told.count("\n") == 1


def test_the_head_names_the_latest_event_of_each_organisation(
    matter: Matter, huiyin: Callable[..., tuple[int, str]]
) -> None:
    status, told = huiyin("head", "--json")
    data = json.loads(told)
    assert status == DONE
    assert (data["cases"], data["events"]) == (
        2,
        Row.objects.exclude(case_id__in=CountedSeries.objects.values("id")).count(),
    )
    (lj,) = [entry for entry in data["organisations"] if entry["code"] == "lj"]
    assert (lj["case"], lj["seq"], lj["hash"]) == (matter.case.number, matter.case.seq, matter.case.head)
    assert {entry["hash"] for entry in data["organisations"] if entry["code"] != "lj"} == {None}
    assert matter.case.head in huiyin("head")[1]


def test_a_changed_log_is_found_with_everything_else(matter: Matter, huiyin: Callable[..., tuple[int, str]]) -> None:
    log.enter()
    publish_head(NOW)
    assert huiyin("verify")[0] == DONE
    with unguarded():
        LogHead.objects.update(root="00" * 32)
    status, told = huiyin("verify")
    assert status == FAILED
    assert "log head" in told


def test_a_receipt_is_proved_under_the_signed_head(matter: Matter, huiyin: Callable[..., tuple[int, str]]) -> None:
    receipt = matter.registered.receipt
    assert huiyin("prove", receipt)[0] == FAILED
    log.enter()
    log.publish(NOW)
    status, told = huiyin("prove", receipt.lower().replace("-", " "), "--json")
    proof = json.loads(told)
    assert status == DONE
    path = [bytes.fromhex(part) for part in proof["path"]]
    leaf, root = bytes.fromhex(proof["leaf_hash"]), bytes.fromhex(proof["head"]["root"])
    assert leaf == merkle.leaf_hash(bytes.fromhex(matter.registered.submission.hash))
    assert merkle.is_included(leaf, proof["index"], proof["head"]["size"], path, root)
    assert json.loads(huiyin("head", "--json")[1])["log"] == proof["head"]


def test_an_unknown_receipt_is_told_in_one_line(matter: Matter, huiyin: Callable[..., tuple[int, str]]) -> None:
    status, told = huiyin("prove", "HY-2222-2222-2222")
    assert (status, told.count("\n")) == (FAILED, 1)
