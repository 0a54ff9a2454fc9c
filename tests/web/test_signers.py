"""A list of people who signed is read as people write such lists; a line that may mean something else is refused, never guessed at."""

from __future__ import annotations

import pytest

from huiyin.people.checks import PetitionerFields
from huiyin.web.signers import each_once, read_signer_lines


@pytest.mark.parametrize(
    ("line", "name", "phone"),
    [
        ("赵六 13611113333", "赵六", "13611113333"),
        ("1. 赵六 136 1111 3333", "赵六", "13611113333"),
        ("1、赵六", "赵六", ""),
        ("①赵六", "赵六", ""),
        ("（2）赵六 +852 9123 4567", "赵六", "+85291234567"),
        ("二、赵六，010-88886666", "赵六", "01088886666"),
        ("张三13611113333", "张三", "13611113333"),
        ("张三（13611113333）", "张三", "13611113333"),
        ("张三 联系电话：13611113333", "张三", "13611113333"),
        ("欧阳 娜娜 13611113333", "欧阳 娜娜", "13611113333"),
        ("张 三", "张 三", ""),
        ("John Smith 13611113333", "John Smith", "13611113333"),
        ("古丽·买买提", "古丽·买买提", ""),
        ("十一郎", "十一郎", ""),
        ("张三 13611113333、13711113333", "张三", "13611113333、13711113333"),
    ],
)
def test_a_line_is_one_person_however_it_is_written(line: str, name: str, phone: str) -> None:
    read = read_signer_lines(line)
    assert not read.errors
    assert [(one.name, one.phone, one.kind) for one in read.people] == [(name, phone, "signer")]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("张三、李四、王五 13611113333", "several"),
        ("张三 李四 王五", "several"),
        ("张三和李四", "several"),
        ("13611113333", "no-name"),
        ("姓名 电话", "no-name"),
        ("张三 13611113333 晚上打", "unreadable"),
        ("李四（村长） 13611113333", "unreadable"),
        ("张三 13611113333 李四 13711113333", "unreadable"),
        ("赵国强 12", "invalid"),
    ],
)
def test_a_line_that_is_not_one_person_is_refused_by_its_number_and_names_nobody(line: str, code: str) -> None:
    (error,) = read_signer_lines(f"王一\n\n{line}").errors
    assert (error.field, error.code) == ("signers", code)
    assert error.message.startswith("第 3 行：") and "张三" not in error.message


def test_whoever_is_named_twice_is_one_person_unless_the_phone_numbers_say_otherwise() -> None:
    representative = PetitionerFields("张 三")
    signers = read_signer_lines("张三 13611113333\n李四 13711113333\n李四\n李四 13811113333").people
    first, others = each_once([representative], signers)
    assert [(one.name, one.phone) for one in first] == [("张 三", "13611113333")]
    assert [(one.name, one.phone) for one in others] == [("李四", "13711113333"), ("李四", "13811113333")]
