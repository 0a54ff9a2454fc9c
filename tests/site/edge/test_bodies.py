"""Bodies: who is slow is dropped, who is slowest makes room, what is too large is not kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from huiyin.site.edge.bodies import Bodies, BodyRefused, Pace, SenderGone

QUICK = Pace(grace=0.2, least_rate=1000, settled=0.0, most=6, most_each=3, in_memory=1000, drained=2000)
HERE, THERE = "127.0.0.1", "127.0.0.2"
MAX_BYTES = 4000


class Sender:
    """Sends ``chunks``, then stalls (or ends, when ``ends``)."""

    def __init__(self, *chunks: bytes, ends: bool = True) -> None:
        self.chunks, self.ends = list(chunks), ends

    async def __call__(self) -> dict[str, Any]:
        if not self.chunks:
            await asyncio.Event().wait()
        chunk = self.chunks.pop(0)
        return {"type": "http.request", "body": chunk, "more_body": bool(self.chunks) or not self.ends}


def stalled() -> Sender:
    return Sender(b"x", ends=False)


def why(outcome: object) -> str:
    assert isinstance(outcome, BodyRefused), outcome
    return outcome.why


def in_a_loop(work: Coroutine[Any, Any, Any]) -> Any:
    """What ``work`` comes to, in a thread of its own: the one of the tests may hold the loop of a browser."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, work).result()


async def read(bodies: Bodies, sender: Callable[[], Any], address: str = HERE, declared: int | None = None) -> bytes:
    with await bodies.read_body(address, sender, MAX_BYTES, declared) as body:
        return body.read()


def test_a_body_arrives_whole_however_it_is_cut(tmp_path: Path) -> None:
    content = bytes(range(256)) * 15
    pieces = [content[start : start + 100] for start in range(0, len(content), 100)]
    assert in_a_loop(read(Bodies(tmp_path, QUICK), Sender(*pieces))) == content
    assert in_a_loop(read(Bodies(tmp_path, QUICK), Sender(b""))) == b""


def test_who_sends_one_byte_of_a_promised_body_is_dropped(tmp_path: Path) -> None:
    with pytest.raises(BodyRefused) as refused:
        in_a_loop(read(Bodies(tmp_path, QUICK), stalled()))
    assert refused.value.why == "too-slow"


def test_who_sends_steadily_has_longer_than_the_grace(tmp_path: Path) -> None:
    async def steady() -> bytes:
        pieces = iter([b"x" * 300] * 9)

        async def receive() -> dict[str, Any]:
            await asyncio.sleep(0.05)
            piece = next(pieces, None)
            return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

        return await read(Bodies(tmp_path, QUICK), receive)

    assert len(in_a_loop(steady())) == 2700


def test_nobody_has_longer_than_the_longest(tmp_path: Path) -> None:
    async def endless() -> dict[str, Any]:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"x", "more_body": True}

    pace = replace(QUICK, least_rate=1, longest=0.3)
    with pytest.raises(BodyRefused) as refused:
        in_a_loop(read(Bodies(tmp_path, pace), endless))
    assert refused.value.why == "too-slow"


def test_what_is_too_large_is_drained_and_refused(tmp_path: Path) -> None:
    sender = Sender(*[b"x" * 1000] * 5)
    with pytest.raises(BodyRefused) as refused:
        in_a_loop(read(Bodies(tmp_path, QUICK), sender, declared=5000))
    assert refused.value.why == "too-large"
    assert sender.chunks == []


def test_what_is_far_too_large_is_refused_unread(tmp_path: Path) -> None:
    sender = Sender(*[b"x" * 1000] * 9)
    with pytest.raises(BodyRefused):
        in_a_loop(read(Bodies(tmp_path, QUICK), sender, declared=9000))
    assert len(sender.chunks) == 9
    with pytest.raises(BodyRefused):
        in_a_loop(read(Bodies(tmp_path, QUICK), sender))
    assert sender.chunks != []


def test_who_hangs_up_leaves_nothing_behind(tmp_path: Path) -> None:
    async def gone() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    bodies = Bodies(tmp_path, QUICK)
    with pytest.raises(SenderGone):
        in_a_loop(read(bodies, gone))
    assert bodies._arriving == {}


async def _besides(bodies: Bodies, addresses: list[str], *then: Coroutine[Any, Any, bytes]) -> list[object]:
    """The outcomes of stalled bodies from ``addresses``, and of what comes after they have begun."""
    waiting = [asyncio.create_task(read(bodies, stalled(), address)) for address in addresses]
    await asyncio.sleep(0.01)
    after = await asyncio.gather(*then, return_exceptions=True)
    return [*await asyncio.gather(*waiting, return_exceptions=True), *after]


def test_the_slowest_of_an_address_makes_room_for_a_letter(tmp_path: Path) -> None:
    bodies = Bodies(tmp_path, QUICK)
    *slow, letter = in_a_loop(_besides(bodies, [HERE] * 3, read(bodies, Sender(b"letter"))))
    assert letter == b"letter"
    assert [why(outcome) for outcome in slow] == ["too-slow"] * 3
    assert bodies._arriving == {}
    assert bodies._count == 0


def test_when_all_places_are_taken_the_address_with_most_of_them_gives_one(tmp_path: Path) -> None:
    bodies = Bodies(tmp_path, replace(QUICK, most_each=5))
    outcomes = in_a_loop(_besides(bodies, [HERE] * 5 + [THERE], read(bodies, Sender(b"letter"), "127.0.0.3")))
    assert outcomes[-1] == b"letter"
    assert bodies._count == 0


def test_what_began_just_now_is_not_pushed_out(tmp_path: Path) -> None:
    bodies = Bodies(tmp_path, replace(QUICK, settled=60, patience=5))
    outcomes = in_a_loop(
        _besides(bodies, [HERE] * 3, read(bodies, Sender(b"letter")), read(bodies, Sender(b"letter"), THERE))
    )
    assert why(outcomes[-2]) == "too-many"
    assert outcomes[-1] == b"letter"


def test_one_address_cannot_fill_the_disk(tmp_path: Path) -> None:
    bodies = Bodies(tmp_path, replace(QUICK, on_disk_each=3000))
    large = [read(bodies, Sender(b"x" * 1500, b"x" * 1000)) for _ in range(2)]
    outcomes = in_a_loop(_besides(bodies, [], read(bodies, Sender(b"x" * 2500)), *large))
    assert outcomes[0] == b"x" * 2500

    async def together() -> list[object]:
        holding = asyncio.create_task(read(bodies, Sender(b"x" * 2000, ends=False)))
        await asyncio.sleep(0.01)
        second = await asyncio.gather(read(bodies, Sender(b"x" * 2000)), return_exceptions=True)
        third = await asyncio.gather(read(bodies, Sender(b"x" * 2000), THERE), return_exceptions=True)
        holding.cancel()
        return [*second, *third]

    second, third = in_a_loop(together())
    assert why(second) == "too-many"
    assert third == b"x" * 2000


def test_a_letter_waits_until_one_that_holds_its_place_is_old_enough_to_give_way(tmp_path: Path) -> None:
    bodies = Bodies(tmp_path, replace(QUICK, settled=0.05, grace=5))

    async def letter() -> tuple[bytes, list[object]]:
        waiting = [asyncio.create_task(read(bodies, stalled())) for _ in range(3)]
        await asyncio.sleep(0)
        got = await read(bodies, Sender(b"letter"))
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        dropped = [task.exception() for task in waiting if task.done()]
        for task in waiting:
            task.cancel()
        return got, list(dropped)

    got, dropped = in_a_loop(letter())
    assert got == b"letter"
    assert [why(outcome) for outcome in dropped] == ["too-slow"]
