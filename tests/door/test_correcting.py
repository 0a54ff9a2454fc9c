"""A registration is put right: before, after and why stay in the ledger, and what follows from it follows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from huiyin import door
from huiyin.casework import tracking
from huiyin.casework.correction_story import CORRECTED
from huiyin.casework.history import contacts, read_history, steps
from huiyin.casework.lists.cases import CaseFilter, cases
from huiyin.casework.models import CaseAccused, Submission
from huiyin.door.correcting import Correction, correct_registration
from huiyin.people import petitioners
from huiyin.people.models import AccessRecord, Petitioner
from huiyin.procedure.refusal import Code
from huiyin.procedure.storage import codec
from tests.cast import DAY, NOW, Cast, make_cast
from tests.matters import DAWN, Matter, begin, replay_equals_projection, walk

WHY = "登记时写错。"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def matter(cast: Cast) -> Matter:
    return begin(cast, channel="letter")


def correct(matter: Matter, by: str = "registrar", **changes: Any) -> door.Accepted | door.Rejected | door.Refused:
    wanted = Correction(**{"reason": WHY, **changes})
    outcome = correct_registration(matter.id, wanted, matter.cast.actor(by), NOW + DAY)
    replay_equals_projection(matter.id)
    return outcome


def codes(outcome: door.Accepted | door.Rejected | door.Refused) -> list[str]:
    assert isinstance(outcome, door.Rejected)
    return [error.code for error in outcome.errors]


def dawn(matter: Matter, **changes: str) -> dict[Any, Any]:
    return {matter.case.petitioner_id: replace(DAWN, **changes)}  # type: ignore[arg-type]


def test_what_was_entered_wrongly_is_entered_anew_and_what_stood_there_stays(cast: Cast, matter: Matter) -> None:
    before = Submission.objects.get(case=matter.case)
    correct(matter, title="滨江路路灯损坏", text="路灯坏了两个月。", channel="visit", headcount=3)
    matter.case.refresh_from_db()
    past = read_history(matter.case, cast.actor("registrar"))
    (contact,) = contacts(past)
    assert (past.title, contact.text, contact.channel) == ("滨江路路灯损坏", "路灯坏了两个月。", "来访")
    assert (matter.case.channel, matter.case.headcount, contact.event.headcount) == ("visit", 3, 3)
    step = steps(past)[-1]
    assert (step.label, step.who, step.unit) == ("更正登记", "同事 registrar", "临江信访办")
    said = {shown.name: shown.value for shown in step.fields}
    assert said["title"] == "滨江路路灯不亮 → 滨江路路灯损坏"
    assert said["channel"] == "来信 → 来访"
    assert (said["headcount"], said["reason"]) == ("1 → 3", WHY)
    kept = Submission.objects.get(case=matter.case)
    assert (kept.title, kept.text, kept.channel, kept.headcount) == (before.title, before.text, "letter", 1)


def test_a_corrected_contact_is_the_one_that_is_found_and_read(cast: Cast, matter: Matter) -> None:
    correct(matter, petitioners=dawn(matter, phone="139 0000 2222", email="dawn@example.org"))
    petitioner = Petitioner.objects.get(id=matter.case.petitioner_id)
    read = petitioners.read_petitioner(petitioner, cast.actor("registrar"), "test", NOW)
    assert (read.phone, read.email, read.name) == ("13900002222", "dawn@example.org", DAWN.name)
    found = cases(cast.actor("registrar"), CaseFilter(q="13900002222"), NOW + DAY)
    assert [view.case.id for view in found.items] == [matter.id]
    assert not cases(cast.actor("registrar"), CaseFilter(q=DAWN.phone), NOW + DAY).items
    assert AccessRecord.objects.filter(purpose="correction", case=matter.id).exists()


def test_the_history_covers_what_a_page_covers(cast: Cast, matter: Matter) -> None:
    correct(matter, petitioners=dawn(matter, phone="13900002222"))
    (shown,) = (
        one for one in steps(read_history(matter.case, cast.actor("registrar")))[-1].fields if one.name == "phone"
    )
    assert shown.value == "138****1111 → 139****2222"


def test_of_a_confidential_petitioner_only_the_custodian_corrects_and_nobody_reads(cast: Cast) -> None:
    matter = begin(cast, channel="letter", confidential=True)
    correct(matter, petitioners=dawn(matter, phone="13900002222"))
    fields = steps(read_history(matter.case, cast.actor("registrar")))[-1].fields
    assert all("139" not in shown.value and "138" not in shown.value for shown in fields)


def test_without_a_change_of_petitioners_nobody_reads_who_they_are(matter: Matter) -> None:
    correct(matter, title="滨江路路灯损坏")
    assert not AccessRecord.objects.filter(purpose="correction").exists()


def test_the_facts_that_follow_from_the_registration_follow(cast: Cast) -> None:
    matter = begin(cast, petitioners=(replace(DAWN, phone="", address=""),))
    assert codec.loads(matter.case.state).facts["name_clear"] == "no"
    correct(matter, petitioners=dawn(matter))
    matter.case.refresh_from_db()
    assert codec.loads(matter.case.state).facts["name_clear"] == "yes"


def test_whom_corrected_words_accuse_is_matched_again(cast: Cast, matter: Matter) -> None:
    correct(matter, accused=("临江防火处",))
    matter.case.refresh_from_db()
    assert matter.case.sealed
    assert CaseAccused.objects.filter(case=matter.case, unit=cast.units["lj-fire"]).exists()
    assert not cases(cast.actor("handler"), CaseFilter(), NOW + DAY).items


def test_the_petitioner_is_told_that_it_was_corrected_and_what(cast: Cast, matter: Matter) -> None:
    correct(matter, title="滨江路路灯损坏", petitioners=dawn(matter, phone="13900002222"))
    opened = tracking.open_receipt(matter.registered.receipt, matter.registered.code)  # type: ignore[union-attr]
    assert opened is not None
    view = tracking.view(opened, NOW + DAY)
    assert view.title == "滨江路路灯损坏"
    assert "登记信息已更正：标题、电话" in [passage.what for passage in view.steps]
    assert WHY not in str(view.steps)


@pytest.mark.parametrize("by", ["handler", "head", "archivist", "superior_registrar", "outsider", "stranger"])
def test_only_who_registers_here_may_correct(matter: Matter, by: str) -> None:
    assert codes(correct(matter, by, title="别的标题")) == ["not-yours"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": " ", "title": "别的标题"}, "required"),
        ({}, "nothing-changed"),
        ({"text": ""}, "required"),
        ({"headcount": 0}, "out-of-range"),
        ({"channel": "pigeon"}, "unknown"),
    ],
)
def test_what_cannot_stand_there_is_refused(matter: Matter, changes: dict[str, Any], code: str) -> None:
    assert codes(correct(matter, **changes)) == [code]
    assert CORRECTED not in [step.action for step in steps(read_history(matter.case, None))]


def test_a_later_stage_can_be_corrected_until_it_is_archived(cast: Cast) -> None:
    matter = walk(begin(cast), "assign")
    assert isinstance(correct(matter, title="滨江路路灯损坏"), door.Accepted)
    ended = begin(cast)
    ended.does("intake", "decline")
    assert isinstance(correct(ended, title="滨江路路灯损坏"), door.Accepted)
    ended.does("archivist", "archive")
    assert codes(correct(ended, title="第三个标题")) == ["archived"]


def test_who_has_not_seen_the_latest_is_told(cast: Cast, matter: Matter) -> None:
    wanted = Correction(WHY, title="别的标题")
    outcome = correct_registration(matter.id, wanted, cast.actor("registrar"), NOW + DAY, at_seq=1)
    assert isinstance(outcome, door.Refused)
    assert outcome.refusal.code is Code.STALE
    assert door.in_words(outcome)[0].message


@pytest.mark.parametrize(
    "book", ["national-2005", "xx-bureau", "company", "science-bureau", "street-office", "squad-rules"]
)
def test_every_book_lets_it_be_corrected(db: None, book: str) -> None:
    matter = begin(make_cast(book), channel="letter")
    assert isinstance(correct(matter, title="滨江路路灯损坏"), door.Accepted)


@pytest.mark.parametrize("book", ["national-2022", "national-2005", "xx-bureau", "street-office"])
def test_what_turns_out_to_have_come_from_above_is_reported_there(db: None, book: str) -> None:
    matter = begin(make_cast(book), channel="letter", who="registrar")
    unasked = correct(matter, channel="referral")
    assert isinstance(unasked, door.Rejected) and [error.field for error in unasked.errors] == ["source_organ"]
    assert isinstance(correct(matter, channel="referral", fields={"source_organ": "江南省信访局"}), door.Accepted)
    owed = {duty.kind for duty in matter.case.duties.filter(discharged_at=None, withdrawn_at=None)}
    assert "report_to_source" in owed
    assert isinstance(correct(matter, channel="visit"), door.Accepted)
    owed = {duty.kind for duty in matter.case.duties.filter(discharged_at=None, withdrawn_at=None)}
    assert "report_to_source" not in owed and "decide_acceptance" in owed
