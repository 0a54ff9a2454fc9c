"""Petitioners: sealed at rest, found by exact value, read on record, erased for good."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.serializers import serialize
from django.db import connection, transaction

from huiyin.people.acting import actor_for, system_actor
from huiyin.people.checks import IndexKind, PetitionerFields
from huiyin.people.ids import new_id
from huiyin.people.models import AccessRecord, BlindIndex, DataKey, Petitioner
from huiyin.people.petitioners import (
    PetitionerErased,
    data_key,
    erase,
    find,
    read_many,
    read_petitioner,
    rewrap,
)
from huiyin.sealing import keyring
from huiyin.sealing.aead import SealBroken
from tests.people.conftest import NOW, Cast
from tests.people.keeping import keep, keep_many

WANG = PetitionerFields(
    name="王小明",
    phone="13800138000",
    id_number="11010519491231002X",
    address="某市某路 1 号",
    email="wang@example.cn",
)


def stored(model: type) -> bytes:
    """Every byte of a table, as far as a dump shows it."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')  # type: ignore[attr-defined]
        return b"|".join(
            bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
            for row in cursor.fetchall()
            for value in row
        )


def test_what_was_registered_is_read_back(cast: Cast) -> None:
    petitioner = keep(cast.company.id, WANG, NOW)
    again = Petitioner.objects.select_related("key").get(id=petitioner.id)
    assert read_petitioner(again, system_actor(cast.company.id), "notice", NOW) == WANG
    assert again.kind == "person"


def test_registering_takes_three_inserts_and_no_other_query(cast: Cast, django_assert_num_queries: object) -> None:
    with transaction.atomic(), django_assert_num_queries(3):  # type: ignore[operator]
        keep(cast.company.id, WANG, NOW)
    with transaction.atomic(), django_assert_num_queries(3):  # type: ignore[operator]
        keep_many(cast.company.id, [(new_id(NOW), WANG) for _ in range(20)], NOW)


def test_the_identifier_that_the_command_names_is_kept(cast: Cast) -> None:
    wanted = new_id(NOW)
    assert keep(cast.company.id, WANG, NOW, id=wanted).id == wanted


def test_nothing_of_the_person_stands_in_the_database_in_the_clear(cast: Cast) -> None:
    keep(cast.company.id, WANG, NOW)
    for model in (DataKey, Petitioner, BlindIndex):
        dump = stored(model) + serialize("json", model.objects.all()).encode()
        for value in (WANG.name, WANG.phone, WANG.id_number, WANG.address, WANG.email):
            assert value.encode() not in dump


def test_sealed_data_moved_to_another_petitioner_does_not_open(cast: Cast) -> None:
    wang, li = (keep(cast.company.id, PetitionerFields(name=name), NOW) for name in ("王某", "李某"))
    li.key, li.sealed = wang.key, wang.sealed
    with pytest.raises(SealBroken):
        read_petitioner(li, system_actor(cast.company.id), "notice", NOW)
    assert not AccessRecord.objects.exists()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("phone", "+86 138-0013-8000"),
        ("phone", "13800138000"),
        ("id_number", "11010519491231002x"),
        ("email", "Wang@Example.CN"),
        ("name", "王 小明"),
    ],
)
def test_a_petitioner_is_found_however_the_value_is_typed(cast: Cast, kind: IndexKind, value: str) -> None:
    petitioner = keep(cast.company.id, WANG, NOW)
    keep(cast.company.id, PetitionerFields(name="李某", phone="13900139000"), NOW)
    assert find(cast.company.id, kind, value) == [petitioner.id]


def test_whoever_gives_several_numbers_is_found_by_each(cast: Cast) -> None:
    petitioner = keep(cast.company.id, PetitionerFields(name="李某", phone="13900139000、057188888888"), NOW)
    for typed in ("139 0013 9000", "0571-88888888", "0571-88888888、13900139000"):
        assert find(cast.company.id, "phone", typed) == [petitioner.id]


def test_several_contacts_of_one_person_are_found_earliest_first(cast: Cast) -> None:
    made = [keep(cast.company.id, WANG, NOW + timedelta(seconds=n)).id for n in range(3)]
    assert find(cast.company.id, "phone", WANG.phone) == made


def test_a_search_stays_in_its_organisation_and_its_kind(cast: Cast) -> None:
    keep(cast.company.id, WANG, NOW)
    assert find(cast.group.id, "phone", WANG.phone) == []
    assert find(cast.company.id, "name", WANG.phone) == []
    keep(cast.group.id, WANG, NOW)
    digests = BlindIndex.objects.filter(kind="phone").values_list("digest", flat=True)
    assert len(set(map(bytes, digests))) == 2


@pytest.mark.parametrize("value", ["", " ", "138001380", "1380013800%"])
def test_empty_or_partial_values_find_nobody(cast: Cast, value: str) -> None:
    keep(cast.company.id, WANG, NOW)
    assert find(cast.company.id, "phone", value) == []


def test_fields_not_given_are_not_indexed(cast: Cast) -> None:
    keep(cast.company.id, PetitionerFields(kind="anonymous"), NOW)
    assert not BlindIndex.objects.exists()


def test_every_reading_is_put_on_record(cast: Cast) -> None:
    petitioner = keep(cast.company.id, WANG, NOW)
    case = new_id(NOW)
    actor = actor_for(cast.lin, at=NOW)
    assert actor is not None
    read_petitioner(petitioner, actor, "case_page", NOW, case)
    record = AccessRecord.objects.get()
    assert (record.account, record.petitioner_id, record.case) == (cast.lin, petitioner.id, case)
    assert (record.purpose, record.at, record.organisation) == ("case_page", NOW, cast.company)


def test_reading_several_takes_one_insert_and_one_record_each(cast: Cast, django_assert_num_queries: object) -> None:
    keep_many(cast.company.id, [(new_id(NOW), PetitionerFields(name=f"王{n}")) for n in range(5)], NOW)
    petitioners = list(Petitioner.objects.select_related("key").order_by("id"))
    with django_assert_num_queries(1):  # type: ignore[operator]
        opened = read_many(petitioners, system_actor(cast.company.id), "export", NOW)
    assert sorted(fields.name for fields in opened.values()) == [f"王{n}" for n in range(5)]
    assert AccessRecord.objects.count() == 5


def test_an_erased_petitioner_can_neither_be_read_nor_found_again(cast: Cast) -> None:
    petitioner = keep(cast.company.id, WANG, NOW)
    erase(petitioner, NOW)
    for reading in (
        lambda: data_key(petitioner),
        lambda: read_petitioner(petitioner, system_actor(cast.company.id), "notice", NOW),
    ):
        with pytest.raises(PetitionerErased):
            reading()
    assert find(cast.company.id, "phone", WANG.phone) == []
    key = DataKey.objects.get(id=petitioner.key_id)
    assert (bytes(key.wrapped), key.destroyed_at) == (b"", NOW)
    assert bytes(Petitioner.objects.get(id=petitioner.id).sealed) == b""


def test_erasing_twice_keeps_the_first_time(cast: Cast) -> None:
    petitioner = keep(cast.company.id, WANG, NOW)
    erase(petitioner, NOW)
    erase(petitioner, NOW + timedelta(days=1))
    assert DataKey.objects.get().destroyed_at == NOW


def test_erasing_one_petitioner_leaves_the_others(cast: Cast) -> None:
    wang, other = keep(cast.company.id, WANG, NOW), keep(cast.company.id, WANG, NOW)
    erase(wang, NOW)
    assert find(cast.company.id, "phone", WANG.phone) == [other.id]
    assert read_petitioner(other, system_actor(cast.company.id), "notice", NOW) == WANG


def test_after_a_rotation_old_petitioners_open_and_can_be_wrapped_anew(cast: Cast, ring_file: Path) -> None:
    petitioner = keep(cast.company.id, WANG, NOW)
    erased = keep(cast.company.id, WANG, NOW)
    erase(erased, NOW)
    keyring.rotate(ring_file, NOW)
    assert find(cast.company.id, "phone", WANG.phone) == [petitioner.id]
    assert read_petitioner(petitioner, system_actor(cast.company.id), "notice", NOW) == WANG
    assert sum(rewrap()) == 1
    again = Petitioner.objects.get(id=petitioner.id)
    assert keyring.key_ring().wrapped_by_current(bytes(again.key.wrapped))
    assert read_petitioner(again, system_actor(cast.company.id), "notice", NOW) == WANG
