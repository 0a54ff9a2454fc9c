"""Whoever writes a lot makes no more work than they write: names are found in time that grows as the text does."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid5

import pytest

from huiyin.people.names.directory import NamedPerson, NamedUnit, Names, indexed
from huiyin.people.names.within import names_in_each, names_within
from huiyin.people.naming import MAX_PARTS, MAX_PARTS_TOGETHER, MAX_SIGNS, Meant, meant_by_each
from tests.work import calls_of

SEED: Final = UUID(int=7)
UNITS: Final = tuple(
    NamedUnit(uuid5(SEED, f"unit {n}"), f"第{n}监督大队", uuid5(SEED, "here"), str(n), ("临江市消防局",))
    for n in range(10)
)
PEOPLE: Final = tuple(
    NamedPerson(uuid5(SEED, f"{one}{other}"), one + other, "", (("承办人", UNITS[0].id),))
    for one in "赵钱孙李周吴郑王"
    for other in "江海火生正和晓光"
)
NAMES: Final = Names(UNITS, PEOPLE, uuid5(SEED, "here"))
MANY: Final = [chr(0x4E00 + n * 7 % 20_000) for n in range(20_000)]


def meant(line: str, names: Names) -> Meant:
    return meant_by_each([line], indexed(names))[0]


def _joined(size: int) -> str:
    return "、".join(one + other for one, other in zip(MANY[: size // 3], MANY[size // 3 :], strict=False))


@pytest.mark.parametrize(
    "written",
    [
        _joined,
        lambda size: "赵" * size,
        lambda size: "监" * size,
        lambda size: "钊疆" * (size // 2),
        lambda size: "(" * size,
    ],
    ids=["listed", "a surname", "a unit", "sounds", "brackets"],
)
def test_a_line_that_is_twice_as_long_is_at_most_twice_the_work(written: object) -> None:
    assert callable(written)
    meant(written(6_000), NAMES)  # what is remembered from line to line
    once, twice = (calls_of(lambda size=size: meant(written(size), NAMES)) for size in (3_000, 6_000))
    assert twice <= 2.2 * once


def test_twenty_lines_of_many_names_are_read_part_by_part_only_as_far_as_one_may() -> None:
    line = "、".join(MANY[n] + MANY[n + 40] for n in range(40))
    meant(line, NAMES)
    once = calls_of(lambda: meant(line, NAMES))
    all_of_them = [line.replace("一", sign) for sign in MANY[100:120]]
    assert calls_of(lambda: meant_by_each(all_of_them, indexed(NAMES))) <= once * (MAX_PARTS_TOGETHER / 40 + 4)


def test_who_is_named_in_a_line_that_is_too_long_is_kept_out_and_nothing_in_it_is_certain() -> None:
    line = "、".join(["赵江"] + ["某某"] * MAX_PARTS + ["第3监督大队"])
    found = meant(line, NAMES)
    assert uuid5(SEED, "赵江") in found.people and UNITS[3].id in found.units
    assert not found.certain
    assert not meant("、".join(["赵江"] * (MAX_PARTS + 1)), NAMES).certain
    assert meant("、".join(["赵江"] * MAX_PARTS), NAMES).certain


def test_signs_that_stand_for_phrases_make_no_more_work_than_a_long_line() -> None:
    line = "\ufdfa" * 3_000
    meant(line, NAMES)
    assert calls_of(lambda: meant(line, NAMES)) <= calls_of(lambda: meant("字" * MAX_SIGNS, NAMES)) * 2
    assert not meant("赵江" + "\ufdfa" * 20, NAMES).certain


def test_after_too_many_names_together_a_line_is_a_question() -> None:
    certain = [found.certain for found in meant_by_each(["赵江、钱海、孙火"] * 60, indexed(NAMES))]
    assert certain == [True] * (MAX_PARTS_TOGETHER // 3) + [False] * (60 - MAX_PARTS_TOGETHER // 3)


def test_sentences_are_read_once_however_many_people_work_here() -> None:
    sentences = ["字"] * 2_000
    indexed(NAMES)
    few = Names(UNITS, PEOPLE[:4], NAMES.own)
    indexed(few)
    with_few, with_many = (
        calls_of(lambda names=names: names_in_each(sentences, indexed(names))) for names in (few, NAMES)
    )
    assert with_many - with_few < len(sentences)
    found = names_in_each(["路灯坏了", "赵 江收钱", "趙江又来", "赵", "江"], indexed(NAMES))
    assert found == [set(), {"赵江"}, {"赵江"}, set(), set()]


def test_a_text_that_is_twice_as_long_is_gone_through_once_for_all_names() -> None:
    index = indexed(NAMES)
    once, twice = (calls_of(lambda size=size: set(names_within("赵江" * size, index))) for size in (10_000, 20_000))
    assert twice <= 2.2 * once
    assert set(names_within("举报钱火承办人和赵承办人", index)) == {"钱火", "赵承办人"}
