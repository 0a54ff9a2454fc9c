"""Whose address it is: what proxies of ours have written is believed, and nothing before it."""

from __future__ import annotations

import pytest

from huiyin.site.edge.addresses import mark, true_address

PEER = "10.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ("", 0, PEER),
        ("203.0.113.9", 0, PEER),
        ("203.0.113.9", 1, "203.0.113.9"),
        ("1.2.3.4, 203.0.113.9", 1, "203.0.113.9"),
        ("1.2.3.4, 203.0.113.9, 10.0.0.2", 2, "203.0.113.9"),
        ("1.2.3.4,203.0.113.9,10.0.0.2", 1, "10.0.0.2"),
        ("", 1, PEER),
        ("203.0.113.9", 2, "203.0.113.9"),
        ("unknown", 1, PEER),
        ("<script>", 1, PEER),
        ("203.0.113.9:51412", 1, "203.0.113.9"),
        ('"[2001:db8::7]:443"', 1, "2001:db8::7"),
        ("2001:DB8:0:0::7", 1, "2001:db8::7"),
        ("::ffff:203.0.113.9", 1, "203.0.113.9"),
        (" , ,203.0.113.9", 1, "203.0.113.9"),
    ],
)
def test_the_entry_of_the_first_proxy_of_ours_is_the_client(forwarded: str, proxies: int, address: str) -> None:
    assert true_address(PEER, forwarded, proxies) == address


def test_a_client_cannot_choose_its_address_by_sending_the_header_itself() -> None:
    invented = [f"198.51.100.{number}, 203.0.113.9" for number in range(50)]
    assert {true_address(PEER, header, 1) for header in invented} == {"203.0.113.9"}


def test_the_mark_in_the_journal_tells_addresses_apart_and_does_not_hold_them() -> None:
    marks = {mark(f"203.0.113.{number}") for number in range(100)}
    assert len(marks) == 100
    assert not any("203" in written and "113" in written for written in marks)
