"""The server is killed in the middle of hundreds of petitions: none that was acknowledged is lost, none is half there."""

from __future__ import annotations

import http.client
import json
import threading
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from tests.installation import Installation

SENDERS = 4


@dataclass
class Sender:
    """Hands in petitions one after the other on one connection until the server is gone or all are handed in."""

    port: int
    numbers: Any
    most: int
    acknowledged: dict[int, dict[str, str]] = field(default_factory=dict)

    def petition(self, number: int) -> str:
        return json.dumps(
            {
                "organisation": "lj",
                "text": f"第 {number} 件:消防通道被占用,请派人清理。",
                "petitioners": [{"name": f"住户{number}", "phone": f"138{number:08d}"}],
            }
        )

    def send(self, number: int, connection: http.client.HTTPConnection) -> None:
        """Hand in one petition; the same number is the same petition, whenever it is sent."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(UUID(int=number, version=4))}
        connection.request("POST", "/api/v1/submissions", self.petition(number).encode(), headers)
        answer = connection.getresponse()
        body = json.load(answer)
        assert answer.status == 201, (answer.status, body.get("code"))
        self.acknowledged[number] = body

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            for number in self.numbers:
                if number > self.most:
                    return
                self.send(number, connection)
        except (OSError, http.client.HTTPException, json.JSONDecodeError):
            return  # killed: what was under way was not acknowledged


@pytest.mark.e2e
@pytest.mark.slow
@pytest.mark.parametrize("petitions", [80, pytest.param(500, marks=pytest.mark.exhaustive)])
def test_a_killed_server_loses_no_acknowledged_petition(staffed: Installation, petitions: int) -> None:
    kill_after = petitions // 4  # acknowledged ones, so that the kill falls into the middle of others
    staffed.variables["HUIYIN_SUBMISSIONS_PER_ADDRESS"] = "0"  # all senders share one
    staffed.start()
    numbers = count(1)  # next() is atomic, so that senders can share it
    senders = [Sender(staffed.port, numbers, petitions) for _ in range(SENDERS)]
    threads = [threading.Thread(target=sender.run) for sender in senders]
    for thread in threads:
        thread.start()
    while sum(len(sender.acknowledged) for sender in senders) < kill_after and any(t.is_alive() for t in threads):
        threads[0].join(0.01)
    staffed.kill()
    for thread in threads:
        thread.join()
    acknowledged = {number: told for sender in senders for number, told in sender.acknowledged.items()}
    assert kill_after <= len(acknowledged) < petitions

    staffed.start()
    once_more = Sender(staffed.port, iter(range(1, petitions + 1)), petitions)
    once_more.run()
    assert len(once_more.acknowledged) == petitions
    changed = [number for number, told in acknowledged.items() if once_more.acknowledged[number] != told]
    assert changed == []
    receipts = {told["receipt"] for told in once_more.acknowledged.values()}
    numbers_given = {told["no"] for told in once_more.acknowledged.values()}
    assert (len(receipts), len(numbers_given)) == (petitions, petitions)
    verified = staffed.run("ledger", "verify")
    assert verified.returncode == 0, verified.stdout[-1000:] + verified.stderr[-1000:]
