"""Sealing: what goes in comes out, in its own place only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.sealing.aead import SealBroken, open_sealed, seal

keys = st.binary(min_size=32, max_size=32)


@given(keys, st.binary(max_size=300), st.binary(max_size=16))
def test_what_was_sealed_opens_under_the_same_key_in_the_same_place(key: bytes, text: bytes, place: bytes) -> None:
    assert open_sealed(key, seal(key, text, place), place) == text


@given(keys, st.binary(max_size=50), st.data())
def test_no_single_altered_bit_goes_unnoticed(key: bytes, text: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal(key, text, b"place"))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealBroken):
        open_sealed(key, bytes(sealed), b"place")


@given(st.binary(max_size=27))
def test_bytes_too_short_to_be_sealed_are_refused(junk: bytes) -> None:
    with pytest.raises(SealBroken):
        open_sealed(bytes(32), junk, b"")


def test_another_place_or_key_does_not_open_it() -> None:
    sealed = seal(bytes(32), b"text", b"here")
    with pytest.raises(SealBroken):
        open_sealed(bytes(32), sealed, b"there")
    with pytest.raises(SealBroken):
        open_sealed(b"\1" * 32, sealed, b"here")


def test_sealing_twice_gives_different_bytes() -> None:
    assert seal(bytes(32), b"text", b"") != seal(bytes(32), b"text", b"")
