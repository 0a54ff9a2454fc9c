"""Whose address a request comes from, when proxies stand in front; pure but for the keyed mark."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

from huiyin.sealing.keyring import keyed_hash

MARK_CHARS = 16


def true_address(peer: str, forwarded_for: str, proxies: int) -> str:
    """The address of the client.

    Args:
        peer: who is at the other end of the connection.
        forwarded_for: ``X-Forwarded-For``: each proxy has appended whom it was called by.
        proxies: how many proxies of ours a request passes. So many entries at the end are ours to believe, all before them anybody's
            invention; with 0 the header is not looked at.

    Returns:
        An address in its normal form. Where the header has fewer entries than there are proxies, the first that stands there; where it
        holds no address, the peer.
    """
    passed = [part.strip() for part in forwarded_for.split(",") if part.strip()] if proxies > 0 else []
    claimed = passed[-proxies:][:1] if passed else []
    return _normal(claimed[0] if claimed else peer) or _normal(peer) or peer


def _normal(written: str) -> str:
    """``written`` without port, brackets and zone; empty when it is no address."""
    bare = written.strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address: IPv4Address | IPv6Address = ip_address(bare.partition("%")[0])
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def mark(address: str) -> str:
    """What the journal writes instead of an address: keyed, since addresses are few enough to be guessed from a plain hash."""
    return keyed_hash("journal-addresses", address.encode()).hex()[:MARK_CHARS]
