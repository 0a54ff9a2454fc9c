"""Texts: several lines or one."""

from __future__ import annotations

import pytest

from huiyin.procedure.command import TextRef
from huiyin.procedure.refusal import ProblemCode
from huiyin.rules.book.fields import type_named
from huiyin.rules.book.fields.base import UNREADABLE
from huiyin.rules.book.fields.rule import FieldTypeName
from tests.rules.book.fields.world import Reader, read, rule, wrong


def test_a_text_is_set_apart_without_the_space_around_it_and_with_plain_line_ends() -> None:
    reader = Reader()
    read("text", " 一\r\n二 ", reader)
    assert reader.kept == ["一\n二"]


def test_what_is_no_text_cannot_be_read() -> None:
    assert read("line", 7) is UNREADABLE
    assert read("line", "  ") is None


@pytest.mark.parametrize(("type", "limit"), [("text", 20_000), ("line", 200)])
def test_a_text_has_a_length_that_the_rulebook_may_shorten(type: FieldTypeName, limit: int) -> None:
    assert wrong(rule(type), "字" * limit) == []
    assert wrong(rule(type), "字" * (limit + 1)) == [(ProblemCode.TOO_LONG, {"max": limit})]
    assert wrong(rule(type, max=5), "字" * 6) == [(ProblemCode.TOO_LONG, {"max": 5})]


def test_a_text_is_sealed() -> None:
    assert type_named("text").sealed
    assert type_named("line").sealed


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("09:30", "09:30"),
        ("9:30", "09:30"),
        ("９：３０", "09:30"),
        ("9点半", "09:30"),
        ("9 点 5 分", "09:05"),
        ("9时30分", "09:30"),
        ("14点", "14:00"),
        ("上午9:30", "09:30"),
        ("下午3点20分", "15:20"),
        ("00:00", "00:00"),
        ("9.30", "09:30"),
    ],
)
def test_a_time_is_read_as_people_write_it(written: str, time: str) -> None:
    reader = Reader()
    assert isinstance(type_named("time").read_value(written, reader), TextRef)
    assert reader.kept == [time]


@pytest.mark.parametrize(
    "written", ["九点半", "9:99", "24:00", "25点", "9", "早上", "9:3", "9:", "09:30:00", "明天 9:30", ""]
)
def test_what_is_no_time_of_day_is_told(written: str) -> None:
    assert type_named("time").read_value(written, Reader()) is UNREADABLE


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1234567890123", "1234567890123"),
        ("EA 1234 5678 9CN", "EA123456789CN"),
        ("ea-123456789-cn", "EA123456789CN"),
        ("１２３４５６７８", "12345678"),
    ],
)
def test_a_number_of_the_post_is_kept_without_spaces_and_dashes(written: str, number: str) -> None:
    reader = Reader()
    assert isinstance(type_named("tracking_number").read_value(written, reader), TextRef)
    assert reader.kept == [number]


@pytest.mark.parametrize(
    "written", ["1", "1234567", "1 2 3 4 - 5 6 7", "无", "没有号码的平信一封", "1" * 41, "", 12345678]
)
def test_what_is_no_number_of_the_post_is_told(written: object) -> None:
    assert type_named("tracking_number").read_value(written, Reader()) is UNREADABLE
