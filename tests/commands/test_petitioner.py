"""`huiyin petitioner erase` as an administrator uses it."""

from __future__ import annotations

import pytest

from huiyin.audit.verify import verify
from huiyin.casework.sealed import texts
from huiyin.people.checks import PetitionerFields
from huiyin.people.models import DataKey, Erasure, Petitioner
from huiyin.people.petitioners import PetitionerErased, data_key, find
from tests.cast import Cast, make_cast
from tests.commands.running import Huiyin
from tests.matters import DAWN, Matter, begin

pytestmark = pytest.mark.django_db

DECIDED = ("--reason", "retention", "--basis", "局办〔2036〕3 号", "--by", "archivist")
NEIGHBOUR = PetitionerFields(name="林秋雨", phone="13900002222", address="临江市滨江路 9 号")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def over(cast: Cast) -> Matter:
    """A matter of two petitioners that has ended."""
    matter = begin(cast, petitioners=(DAWN, NEIGHBOUR), headcount=2)
    matter.does("petitioner", "withdraw")
    assert matter.case.ended_at is not None
    return matter


def opens(matter: Matter) -> list[bool]:
    """Whether each petitioner of a matter can still be read, and whether its text can."""
    found = []
    for party in matter.case.parties.order_by("position").select_related("petitioner__key"):
        try:
            data_key(party.petitioner)
            found.append(True)
        except PetitionerErased:
            found.append(False)
    return [*found, bool(texts.read_texts([matter.registered.submission.text]))]  # type: ignore[union-attr]


def test_an_ended_matter_is_erased_with_everyone_in_it_and_the_ledger_still_verifies(
    over: Matter, huiyin: Huiyin
) -> None:
    assert opens(over) == [True, True, True]
    outcome = huiyin("petitioner", "erase", over.case.number, *DECIDED, "--yes")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.startswith("2 petitioners, ")
    assert opens(over) == [False, False, False]
    assert find(over.cast.lj.id, "name", NEIGHBOUR.name) == []
    assert [finding for finding in verify([over.id]) if finding.kind == "wrong"] == []


def test_each_erasure_is_on_record_with_its_ground_and_who_decided(over: Matter, huiyin: Huiyin) -> None:
    receipt = over.registered.submission.receipt  # type: ignore[union-attr]
    huiyin("petitioner", "erase", receipt.lower(), *DECIDED, "--yes")
    records = list(Erasure.objects.order_by("petitioner"))
    assert {record.petitioner_id for record in records} == {party.petitioner_id for party in over.case.parties.all()}
    for record in records:
        assert (record.case, record.organisation_id) == (over.id, over.cast.lj.id)
        assert (record.reason, record.basis) == ("retention", "局办〔2036〕3 号")
        assert record.decided_by == over.cast.accounts["archivist"]
        assert record.at == DataKey.objects.get(petitioner=record.petitioner_id).destroyed_at


def test_erasing_twice_keeps_the_first_record(over: Matter, huiyin: Huiyin) -> None:
    huiyin("petitioner", "erase", over.case.number, *DECIDED, "--yes")
    before = list(Erasure.objects.order_by("id").values())
    again = huiyin(
        "petitioner", "erase", over.case.number, "--reason", "order", "--basis", "二", "--by", "head", "--yes"
    )
    assert (again.status, again.out) == (0, f"{over.case.number}: nothing left to erase\n")
    assert list(Erasure.objects.order_by("id").values()) == before


def test_nothing_is_erased_while_a_case_is_open(cast: Cast, huiyin: Huiyin) -> None:
    matter = begin(cast)
    refused = huiyin("petitioner", "erase", matter.case.number, *DECIDED, "--yes")
    assert (refused.status, refused.out) == (1, "")
    assert refused.err == f"huiyin: {matter.case.number} is open; nothing is erased before it has ended\n"
    assert opens(matter) == [True, True]
    assert not Erasure.objects.exists()


def test_an_open_case_forbids_erasing_whoever_is_a_party_to_it_too(over: Matter, huiyin: Huiyin) -> None:
    other = begin(over.cast)
    shared = over.case.parties.get(position=1).petitioner
    other.case.parties.create(petitioner=shared, position=7)
    refused = huiyin("petitioner", "erase", over.case.number, *DECIDED, "--yes")
    assert (refused.status, other.case.number in refused.err) == (1, True)
    assert opens(over) == [True, True, True]


def test_without_yes_it_says_what_would_go_and_keeps_it(over: Matter, huiyin: Huiyin) -> None:
    told = huiyin("petitioner", "erase", over.case.number, *DECIDED)
    assert told.status == 1
    assert "2 petitioners, " in told.err
    assert "say --yes to do it" in told.err
    assert opens(over) == [True, True, True]


def test_other_petitioners_are_left_alone(over: Matter, huiyin: Huiyin) -> None:
    other = begin(over.cast)
    huiyin("petitioner", "erase", over.case.number, *DECIDED, "--yes")
    assert opens(other) == [True, True]
    assert find(over.cast.lj.id, "phone", DAWN.phone) == [other.case.petitioner_id]


@pytest.mark.parametrize(
    ("line", "status", "told"),
    [
        (("陈晓光", *DECIDED), 1, "there is no such case or receipt"),
        (
            ("LJ-1", "--reason", "retention", "--basis", "一", "--by", "archivist"),
            1,
            "there is no such case or receipt",
        ),
        (("$no", "--reason", "tidiness", "--basis", "一", "--by", "archivist"), 2, "--reason"),
        (
            ("$no", "--reason", "retention", "--basis", " ", "--by", "archivist"),
            2,
            "--basis names no paper; give its number",
        ),
        (("$no", "--reason", "retention", "--basis", "长" * 201, "--by", "archivist"), 2, "at most 200 characters"),
        (("$no", "--reason", "retention", "--basis", "一", "--by", "nobody"), 2, "nobody signs in as nobody"),
        (("$no", "--reason", "retention", "--basis", "一"), 2, "--by"),
    ],
)
def test_a_mistake_is_one_line_that_repeats_no_name_and_erases_nothing(
    over: Matter, huiyin: Huiyin, line: tuple[str, ...], status: int, told: str
) -> None:
    given = [over.case.number if part == "$no" else part for part in line]
    outcome = huiyin("petitioner", "erase", *given, "--yes")
    assert (outcome.status, outcome.out, outcome.err.count("\n")) == (status, "", 1)
    assert told in outcome.err
    assert "陈晓光" not in outcome.err
    assert opens(over) == [True, True, True]


def test_what_is_reported_holds_no_personal_data(over: Matter, huiyin: Huiyin) -> None:
    told = huiyin("petitioner", "erase", over.case.number, *DECIDED, "--yes", "--json")
    assert set(told.data) == {"case", "petitioners", "texts", "files", "reason"}
    assert Petitioner.objects.count() == 2
