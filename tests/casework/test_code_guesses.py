"""Guessing query codes ends soon; mistyping one does not."""

import pytest

from huiyin.casework import code_guesses
from huiyin.casework.models import CodeGuess
from tests.cast import NOW

RECEIPT, OTHER = "HY-AAAA-BBBB-CCCC", "HY-AAAA-BBBB-DDDD"
HERE, ELSEWHERE = "192.0.2.7", "192.0.2.8"

pytestmark = pytest.mark.django_db


def fail(times: int) -> None:
    for _ in range(times):
        code_guesses.failed(RECEIPT, HERE, NOW)


def test_nine_wrong_codes_are_forgiven_and_ten_are_not() -> None:
    fail(code_guesses.MOST - 1)
    assert not code_guesses.blocked(RECEIPT, HERE, NOW)
    fail(1)
    assert code_guesses.blocked(RECEIPT, HERE, NOW)


def test_writing_the_receipt_differently_does_not_start_anew() -> None:
    fail(code_guesses.MOST)
    assert code_guesses.blocked("aaaabbbbcccc", HERE, NOW)


def test_others_are_not_kept_out() -> None:
    fail(code_guesses.MOST)
    assert not code_guesses.blocked(RECEIPT, ELSEWHERE, NOW)
    assert not code_guesses.blocked(OTHER, HERE, NOW)


def test_it_is_over_after_a_quarter_of_an_hour() -> None:
    fail(code_guesses.MOST)
    assert not code_guesses.blocked(RECEIPT, HERE, NOW + code_guesses.WITHIN)


def test_attempts_that_no_longer_count_are_removed() -> None:
    fail(3)
    assert code_guesses.forget(NOW) == 0
    assert code_guesses.forget(NOW + code_guesses.WITHIN) == 3
    assert not CodeGuess.objects.exists()


def test_neither_the_address_nor_the_receipt_is_kept() -> None:
    fail(1)
    kept = bytes(CodeGuess.objects.get().digest)
    assert HERE.encode() not in kept
    assert RECEIPT.encode() not in kept
