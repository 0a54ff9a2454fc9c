"""Numbers of a register run without gaps, and a retry is told from another request."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from huiyin.casework.models import Counter
from huiyin.casework.vocabulary import File
from huiyin.door import numbers
from huiyin.people.checks import PetitionerFields
from huiyin.people.keyring import derive
from huiyin.people.models import Organisation
from huiyin.procedure.command import Actor
from tests import tables
from tests.cast import DAY, NOW, make_cast
from tests.matters import begin, petition


def organisation(code: str) -> Organisation:
    return Organisation.objects.create(code=code, name=code, rulebook="national-2022", created_at=NOW)


@pytest.mark.django_db
class TestNumbers:
    def test_the_ten_thousandth_number_of_a_day_is_longer_and_no_other(self) -> None:
        office = organisation("lj")
        numbers.next_number(office, NOW)
        Counter.objects.update(last=9998)
        assert [numbers.next_number(office, NOW) for _ in range(2)] == ["LJ-20260302-9999", "LJ-20260302-10000"]

    def test_a_number_of_a_transaction_that_was_undone_is_given_again(self) -> None:
        office = organisation("lj")
        try:
            with transaction.atomic():
                numbers.next_number(office, NOW)
                raise LookupError
        except LookupError:
            pass
        assert numbers.next_number(office, NOW) == "LJ-20260302-0001"

    def test_a_number_without_a_case_is_told_as_missing(self) -> None:
        cast = make_cast()
        begin(cast)
        numbers.next_number(cast.lj, NOW)
        numbers.next_number(cast.lj, NOW + DAY)
        assert list(numbers.missing()) == ["LJ-20260302-0002", "LJ-20260303-0001"]


@pytest.mark.django_db(transaction=True)
def test_many_who_ask_at_once_get_different_numbers_in_a_row() -> None:
    offices = [organisation("lj"), organisation("jn")]
    outcomes = tables.at_once([partial(numbers.next_number, offices[n % 2], NOW) for n in range(20)])
    assert sorted(map(str, outcomes)) == [f"{code}-20260302-{n:04d}" for code in ("JN", "LJ") for n in range(1, 11)]


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
