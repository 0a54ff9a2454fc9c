"""The tree of RFC 6962 against its own definition, which is recursive and slow."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.ledger import merkle

# The test vectors of Certificate Transparency (leaves of RFC 6962 implementations): eight inputs and the root over all of them.
INPUTS = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
INPUTS.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
ROOT_OF_EIGHT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def by_definition(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return merkle.node_hash(by_definition(leaves[:half]), by_definition(leaves[half:]))


class Store:
    """A tree in memory."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.nodes: dict[merkle.TreeNode, bytes] = {}
        for index, leaf in enumerate(leaves):
            self.nodes |= dict(merkle.completed(index, leaf, self))

    def __call__(self, nodes: Sequence[merkle.TreeNode]) -> list[bytes]:
        return [self.nodes[node] for node in nodes]


def leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


def test_the_published_vectors_hold() -> None:
    store = Store([merkle.leaf_hash(data) for data in INPUTS])
    assert merkle.root(8, store).hex() == ROOT_OF_EIGHT
    assert merkle.root(0, store).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.root(1, store).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@given(st.integers(0, 70), st.integers(0, 70))
def test_the_root_of_any_beginning_is_that_of_the_definition(more: int, size: int) -> None:
    all_leaves = leaves(size + more)
    assert merkle.root(size, Store(all_leaves)) == by_definition(all_leaves[:size])


@given(st.integers(1, 70), st.data())
def test_every_leaf_proves_itself_and_no_other(size: int, data: st.DataObject) -> None:
    all_leaves = leaves(size)
    store = Store(all_leaves)
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion(index, size, store)
    head = merkle.root(size, store)
    assert merkle.is_included(all_leaves[index], index, size, path, head)
    assert merkle.is_included(all_leaves[other], index, size, path, head) == (other == index)
    assert merkle.is_included(all_leaves[index], other, size, path, head) == (other == index)


@given(st.integers(2, 70), st.data())
def test_a_changed_path_proves_nothing(size: int, data: st.DataObject) -> None:
    all_leaves = leaves(size)
    store = Store(all_leaves)
    index = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion(index, size, store)
    broken = data.draw(st.integers(0, len(path) - 1))
    changed = [*path[:broken], merkle.leaf_hash(b"forged"), *path[broken + 1 :]]
    head = merkle.root(size, store)
    assert not merkle.is_included(all_leaves[index], index, size, changed, head)
    assert not merkle.is_included(all_leaves[index], index, size, path[:-1], head)


def test_a_leaf_beyond_the_tree_has_no_path() -> None:
    with pytest.raises(ValueError, match="no leaf 5"):
        merkle.inclusion(5, 5, Store(leaves(5)))
