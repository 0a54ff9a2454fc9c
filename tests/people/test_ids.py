"""Identifiers sort by time and are valid UUIDs of version 7."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.people.ids import fresh_id, new_id, uuid7

moments = st.integers(min_value=0, max_value=(1 << 48) - 1)
chances = st.binary(min_size=10, max_size=10)


def test_the_example_of_rfc_9562_appendix_a6_is_reproduced() -> None:
    chance = (0xCC3 << 62 | 0x18C4DC0C0C07398F).to_bytes(10, "big")
    assert str(uuid7(0x017F22E279B0, chance)) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@given(moments, chances)
def test_every_identifier_is_a_uuid_of_version_7_that_holds_its_moment(at_ms: int, chance: bytes) -> None:
    made = uuid7(at_ms, chance)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == at_ms


@given(moments, moments, chances, chances)
def test_an_earlier_identifier_sorts_before_a_later_one(a: int, b: int, chance_a: bytes, chance_b: bytes) -> None:
    if a < b:
        assert uuid7(a, chance_a) < uuid7(b, chance_b)


@pytest.mark.parametrize(("at_ms", "chance"), [(-1, bytes(10)), (1 << 48, bytes(10)), (0, bytes(9))])
def test_a_moment_or_chance_that_does_not_fit_is_refused(at_ms: int, chance: bytes) -> None:
    with pytest.raises(ValueError, match="must"):
        uuid7(at_ms, chance)


def test_identifiers_of_one_moment_differ() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert len({new_id(at) for _ in range(1000)} | {fresh_id()}) == 1001


def test_identifiers_of_one_moment_sort_in_the_order_in_which_they_were_made() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    made = [new_id(at) for _ in range(1000)]
    assert made == sorted(made)
    assert len({new_id(at + timedelta(milliseconds=n)).int >> 64 & 0xFFF for n in range(50)}) > 5  # each begins anew
