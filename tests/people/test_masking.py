"""What pages show of a person before anyone asks for the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.people.checks import PetitionerFields
from huiyin.people.masking import masked, masked_name, masked_number


@pytest.mark.parametrize(
    ("name", "shown"), [("张三", "张*"), ("欧阳小明", "欧***"), ("阿", "阿"), ("", ""), ("艾力·买买提", "艾***")]
)
def test_of_a_name_the_first_character_is_left(name: str, shown: str) -> None:
    assert masked_name(name) == shown


def test_of_a_number_both_ends_are_left() -> None:
    fields = masked(
        PetitionerFields("张三", "13812341234", "110101199003071233", "临江市滨江路 8 号", "zhang@example.cn")
    )
    assert (fields.phone, fields.id_number) == ("138****1234", "110****33")
    assert (fields.address, fields.email) == ("临江市滨江路****", "z****@example.cn")


@pytest.mark.parametrize(
    ("address", "shown"), [("柳荫巷6号", "柳荫****"), ("滨江路8号院", "滨江路****"), ("家", "****")]
)
def test_a_short_address_is_never_shown_whole(address: str, shown: str) -> None:
    assert masked(PetitionerFields("张三", address=address)).address == shown


def test_of_several_numbers_each_is_covered() -> None:
    assert masked(PetitionerFields("张三", "13812341234、057188888888")).phone == "138****1234、057****8888"


def test_the_name_of_a_company_is_no_secret() -> None:
    assert masked(PetitionerFields("临江某某公司", kind="legal")).name == "临江某某公司"


@given(st.text(max_size=40))
def test_a_short_number_is_covered_whole_and_a_long_one_never_shown_whole(number: str) -> None:
    shown = masked_number(number, 3, 4)
    assert shown == ("" if not number else "****" if len(number) <= 7 else f"{number[:3]}****{number[-4:]}")
