"""Registers count without gaps, public numbers do not count at all, and a retry is told from another request."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from huiyin.audit.verify import verify
from huiyin.casework.models import Case, Counter, Notice
from huiyin.casework.vocabulary import File
from huiyin.door import numbers
from huiyin.ledger import series
from huiyin.people.checks import PetitionerFields
from huiyin.procedure.command import Actor
from huiyin.sealing.keyring import derive
from tests import tables
from tests.cast import NOW, make_cast
from tests.matters import Matter, begin, petition


@pytest.mark.parametrize("period", ["2026", "2027"])
def test_public_numbers_are_all_different_in_no_order_and_as_many_as_their_digits_allow(period: str) -> None:
    office = UUID(int=7)
    found = [numbers.public_number(office, period, entry) for entry in range(1, 4000)]
    assert len(set(found)) == len(found)
    assert {len(number) for number in found} == {6}
    rising = sum(int(one) < int(other) for one, other in pairwise(found))
    assert 1800 < rising < 2200


def test_the_hundred_thousandth_entry_of_a_year_has_a_longer_number_and_no_other() -> None:
    office = UUID(int=7)
    assert [len(numbers.public_number(office, "2026", entry)) for entry in (99_999, 100_000, 999_999)] == [6, 7, 7]


def test_a_digit_that_was_misheard_makes_no_other_valid_number() -> None:
    number = numbers.public_number(UUID(int=7), "2026", 12)
    assert numbers.check_digit(number[:-1]) == int(number[-1])
    for place in range(len(number) - 1):
        for digit in "0123456789":
            misheard = number[:place] + digit + number[place + 1 :]
            assert misheard == number or numbers.check_digit(misheard[:-1]) != int(misheard[-1])


def test_numbers_of_two_organisations_and_of_two_years_do_not_run_alike() -> None:
    runs = {
        tuple(numbers.public_number(UUID(int=office), period, entry) for entry in range(1, 20))
        for office in (1, 2)
        for period in ("2026", "2027")
    }
    assert len(runs) == 4


@pytest.mark.django_db
def test_an_entry_of_a_transaction_that_was_undone_is_given_again() -> None:
    try:
        with transaction.atomic():
            series.take(UUID(int=7), "cases", "2026")
            raise LookupError
    except LookupError:
        pass
    assert series.take(UUID(int=7), "cases", "2026").first == 1


@pytest.mark.django_db
def test_a_number_of_the_first_release_without_a_case_is_told_as_missing() -> None:
    cast = make_cast()
    Counter.objects.create(organisation=cast.lj, day=NOW.date(), last=2)
    Case.objects.filter(id=begin(cast).id).update(number="LJ-20260302-0001")
    assert list(numbers.missing()) == ["LJ-20260302-0002"]


@pytest.mark.django_db
def test_a_counter_of_the_first_release_that_says_too_much_is_told_with_a_few_numbers_and_not_with_billions() -> None:
    Counter.objects.create(organisation=make_cast().lj, day=NOW.date(), last=2**31 - 1)
    assert len(list(numbers.missing())) == numbers.MAX_MISSING_A_DAY


@pytest.mark.django_db(transaction=True)
def test_many_cases_and_papers_at_once_and_some_undone_leave_no_gap_in_any_series() -> None:
    cast = make_cast()
    opened = [begin(cast, accused=("stranger",) if n % 2 else ()) for n in range(8)]

    def accept(matter: Matter) -> None:
        sealed = matter.registered.case.sealed
        matter.does("discipline" if sealed else "intake", "accept_accusation" if sealed else "accept")

    def give_up() -> None:
        with transaction.atomic():
            begin(cast)
            raise LookupError

    tasks = [partial(accept, matter) for matter in opened]
    tasks += [partial(begin, cast) for _ in range(6)] + [give_up for _ in range(4)]  # type: ignore[list-item]
    outcomes = tables.at_once(tasks)
    assert {type(outcome) for outcome in outcomes if isinstance(outcome, Exception)} <= {LookupError}
    assert sorted(Case.objects.values_list("entry", flat=True)) == list(range(1, 15))
    for name in ("papers", "sealed-papers"):
        assert sorted(Notice.objects.filter(series=name).values_list("number", flat=True)) == list(range(1, 5))
    assert len(set(Case.objects.values_list("number", flat=True))) == 14
    assert [str(finding) for finding in verify()] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"text": "另一件事。"},
        {"title": "另一个标题"},
        {"channel": "letter"},
        {"headcount": 2},
        {"received_at": NOW},
        {"accused": ("某人",)},
        {"petitioners": (PetitionerFields(name="陈晓光", phone="13800001112"),)},
        {"petitioners": ()},
        {"files": (File("a.txt", b"1"),)},
        {"fields": {"more": "x"}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_petitions_that_differ_anywhere_have_different_digests(changes: dict[str, Any]) -> None:
    one = petition(make_cast())
    assert numbers.digest(one) == numbers.digest(replace(one))
    assert numbers.digest(one) != numbers.digest(replace(one, **changes))


@pytest.mark.django_db
def test_the_content_of_a_file_counts_and_not_its_name_alone() -> None:
    one = petition(make_cast())
    same, other = (replace(one, files=(File("a.txt", content),)) for content in (b"1", b"2"))
    assert numbers.digest(same) != numbers.digest(other)


def test_a_digest_does_not_depend_on_the_order_of_keys_and_takes_anything() -> None:
    assert numbers.digest({"a": 1, "b": ["x", None, True]}) == numbers.digest({"b": ("x", None, True), "a": 1})
    assert numbers.digest({"a": "1"}) != numbers.digest({"a": 1})
    assert numbers.digest({"a": "\ud800", "b": 10**400, "c": 1.5, "d": b"\xff"})


# What v0.1.0 calculated over: a request that it answered must be recognised when it is sent again after an upgrade.
ANSWERED = {
    "accused": ["某人"],
    "channel": "web",
    "fields": {"more": "x"},
    "files": [{"content": sha256(b"1").hexdigest(), "name": "a.txt"}],
    "headcount": 2,
    "organisation": "",
    "petitioners": [
        {"address": "", "email": "", "id_number": "", "kind": "person", "name": "陈晓光", "phone": "13800001111"}
    ],
    "received_at": str(NOW),
    "text": "东门巷消火栓漏水。",
    "title": "消火栓",
}
ACTED = {
    "kind": "staff",
    "lineage": [str(UUID(int=5))],
    "organisation": str(UUID(int=1)),
    "person": str(UUID(int=2)),
    "post": str(UUID(int=3)),
    "roles": ["handler"],
    "unit": str(UUID(int=4)),
}


def digested(plain: object) -> str:
    return hmac.digest(derive("answers"), json.dumps(plain, sort_keys=True).encode(), sha256).hex()


@pytest.mark.django_db
def test_a_petition_is_digested_under_the_names_of_the_first_release() -> None:
    petitioner = PetitionerFields(name="陈晓光", phone="13800001111")
    one = petition(make_cast(), text="东门巷消火栓漏水。", title="消火栓", petitioners=(petitioner,))
    one = replace(one, headcount=2, received_at=NOW, accused=("某人",))
    one = replace(one, files=(File("a.txt", b"1"),), fields={"more": "x"})
    assert numbers.digest(one) == digested(ANSWERED | {"organisation": str(one.organisation.pk)})


def test_an_actor_is_digested_under_the_names_of_the_first_release() -> None:
    ids: list[Any] = [UUID(int=number) for number in range(6)]
    actor = Actor("staff", ids[1], frozenset({"handler"}), ids[2], ids[3], ids[4], frozenset({ids[5]}))
    assert numbers.digest(actor) == digested(ACTED)


def test_a_field_with_another_name_is_digested_under_the_one_that_it_had() -> None:
    @dataclass
    class Renamed:
        new: str = field(metadata={"digested_as": "old"})

    assert numbers.digest(Renamed("x")) == digested({"old": "x"})
