"""Guessing query codes is slowed down soon; mistyping one is not."""

import pytest

from huiyin.casework import code_guesses
from huiyin.casework.models import CodeGuess
from huiyin.door.beside.code_guesses import failed, forget
from tests.cast import NOW

RECEIPT, OTHER = "HY-AAAA-BBBB-CCCC", "HY-AAAA-BBBB-DDDD"
HERE, ELSEWHERE = "192.0.2.7", "192.0.2.8"

pytestmark = pytest.mark.django_db


def fail(times: int) -> None:
    for _ in range(times):
        failed(RECEIPT, HERE, NOW)


def test_nine_wrong_codes_are_forgiven_and_ten_are_not() -> None:
    fail(code_guesses.MAX_GUESSES["pair"] - 1)
    assert not code_guesses.too_many(RECEIPT, HERE, NOW)
    fail(1)
    assert code_guesses.too_many(RECEIPT, HERE, NOW)


def test_writing_the_receipt_differently_does_not_start_anew() -> None:
    fail(code_guesses.MAX_GUESSES["pair"])
    assert code_guesses.too_many("aaaabbbbcccc", HERE, NOW)


def test_others_are_not_slowed_down() -> None:
    fail(code_guesses.MAX_GUESSES["pair"])
    assert not code_guesses.too_many(RECEIPT, ELSEWHERE, NOW)
    assert not code_guesses.too_many(OTHER, HERE, NOW)


def test_who_tries_many_receipts_from_one_address_is_slowed_down_and_so_is_one_network() -> None:
    for number in range(code_guesses.MAX_GUESSES["address"]):
        failed(f"HY-AAAA-BBBB-{number:04}", f"2001:db8:0:7::{number:x}", NOW)
    assert code_guesses.too_many(RECEIPT, "2001:db8:0:7:ffff::1", NOW)
    assert not code_guesses.too_many(RECEIPT, "2001:db8:0:8::1", NOW)


def test_who_tries_one_receipt_from_many_addresses_is_slowed_down() -> None:
    for number in range(code_guesses.MAX_GUESSES["receipt"]):
        failed(RECEIPT, f"192.0.2.{number}", NOW)
    assert code_guesses.too_many(RECEIPT, "198.51.100.1", NOW)
    assert not code_guesses.too_many(OTHER, "198.51.100.1", NOW)


def test_it_is_over_after_a_quarter_of_an_hour() -> None:
    fail(code_guesses.MAX_GUESSES["pair"])
    assert not code_guesses.too_many(RECEIPT, HERE, NOW + code_guesses.WITHIN)


def test_attempts_that_no_longer_count_are_removed() -> None:
    fail(3)
    assert forget(NOW) == 0
    assert forget(NOW + code_guesses.WITHIN) == 9
    assert not CodeGuess.objects.exists()


def test_neither_the_address_nor_the_receipt_is_kept() -> None:
    fail(1)
    kept = b"".join(bytes(row.digest) for row in CodeGuess.objects.all())
    assert HERE.encode() not in kept
    assert RECEIPT.encode() not in kept
