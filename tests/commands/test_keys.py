"""`huiyin keys` as an administrator uses it: inside the test's process, and beside a server that works on."""

from __future__ import annotations

import json
import os
import threading
import urllib.request
from pathlib import Path

import pytest

from huiyin.people.acting import system_actor
from huiyin.people.checks import PetitionerFields
from huiyin.people.ids import new_id
from huiyin.people.models import DataKey, Organisation, Petitioner
from huiyin.people.petitioners import erase, read_petitioner, rewrap, wrapped_by
from huiyin.sealing import keyring
from tests.cast import NOW
from tests.commands.running import Huiyin
from tests.installation import Installation
from tests.people.keeping import keep_many

WANG = PetitionerFields(name="王某某", phone="13800003333")


@pytest.fixture
def petitioners(db: None, ring_file: Path) -> list[Petitioner]:
    """Seven petitioners, one of them erased."""
    bureau = Organisation.objects.create(code="lj", name="临江局", rulebook="national-2022", created_at=NOW)
    kept = keep_many(bureau.id, [(new_id(NOW), WANG) for _ in range(7)], NOW)
    erase(kept[0], NOW)
    return list(Petitioner.objects.select_related("key").order_by("id"))


def readable() -> int:
    """How many petitioners open to the right name."""
    left = Petitioner.objects.filter(key__destroyed_at=None).select_related("key")
    return sum(read_petitioner(one, system_actor(one.organisation_id), "notice", NOW) == WANG for one in left)


def test_a_rotation_wraps_everybody_anew_and_everybody_still_opens(
    petitioners: list[Petitioner], huiyin: Huiyin
) -> None:
    old = keyring.key_ring().current
    outcome = huiyin("keys", "rotate", "--json")
    assert outcome.status == 0
    new, former = outcome.data["keys"]
    assert (new["current"], new["petitioners"]) == (True, 6)
    assert (former["id"], former["current"], former["petitioners"]) == (old.id.hex(), False, 0)
    assert outcome.data["behind"] == 0
    assert readable() == 6


def test_an_erased_petitioner_is_not_given_a_key_again(petitioners: list[Petitioner], huiyin: Huiyin) -> None:
    huiyin("keys", "rotate")
    gone = DataKey.objects.get(destroyed_at__isnull=False)
    assert bytes(gone.wrapped) == b""


def test_a_rotation_that_was_broken_off_is_finished_without_a_third_key(
    petitioners: list[Petitioner], ring_file: Path, huiyin: Huiyin
) -> None:
    keyring.rotate(ring_file, NOW)
    assert next(rewrap(at_once=2)) == 2
    ring = keyring.key_ring()
    counts = {ring.wrapped_by(head): count for head, count in wrapped_by().items()}
    assert counts == {ring.keys[0]: 2, ring.keys[1]: 4}
    assert readable() == 6
    listed = huiyin("keys", "list", "--json").data["keys"]
    assert [row["petitioners"] for row in listed] == [2, 4]
    finished = huiyin("keys", "rotate", "--continue", "--json")
    assert [row["petitioners"] for row in finished.data["keys"]] == [6, 0]
    assert keyring.key_ring() == ring
    assert readable() == 6


def test_a_key_that_opens_nobody_may_leave_unless_secrets_are_derived_from_it(
    petitioners: list[Petitioner], ring_file: Path, huiyin: Huiyin
) -> None:
    huiyin("keys", "rotate")
    huiyin("keys", "rotate")
    listed = huiyin("keys", "list")
    lines = listed.out.splitlines()
    assert [("current" in line, "opens 6" in line, "never be removed" in line) for line in lines] == [
        (True, True, False),
        (False, False, False),
        (False, False, True),
    ]
    first, _second, last = ring_file.read_text().splitlines()
    ring_file.write_text(f"{first}\n{last}\n")
    assert readable() == 6


def test_no_secret_is_shown(petitioners: list[Petitioner], ring_file: Path, huiyin: Huiyin) -> None:
    told = huiyin("keys", "rotate", "--json").out + huiyin("keys", "list").out
    secrets = [line.split()[2] for line in ring_file.read_text().splitlines()]
    assert len(secrets) == 2
    assert not any(secret in told for secret in secrets)


def test_nothing_is_rotated_while_a_key_is_missing(
    petitioners: list[Petitioner], ring_file: Path, huiyin: Huiyin
) -> None:
    before = ring_file.read_text()
    ring_file.unlink()
    keyring.key_ring()  # another one, as a service makes it that is started with an empty folder
    fresh = ring_file.read_text()
    listed = huiyin("keys", "list")
    assert (listed.status, "no key of this ring opens 6 petitioners" in listed.out) == (1, True)
    refused = huiyin("keys", "rotate")
    assert (refused.status, refused.err.count("\n")) == (1, 1)
    assert "put its line back first" in refused.err
    assert ring_file.read_text() == fresh
    ring_file.write_text(before)
    assert readable() == 6


def test_rotations_at_the_same_time_lose_no_key(ring_file: Path) -> None:
    threads = [threading.Thread(target=keyring.rotate, args=(ring_file, NOW)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keyring.load(ring_file).keys) == 7


@pytest.mark.skipif(os.getuid() != 0, reason="only root may give a file to somebody else")
def test_root_rotates_without_taking_the_ring_from_the_service(ring_file: Path) -> None:
    os.chown(ring_file, 12345, 23456)
    keyring.rotate(ring_file, NOW)
    kept = ring_file.stat()
    assert (kept.st_uid, kept.st_gid, kept.st_mode & 0o777) == (12345, 23456, 0o600)


@pytest.mark.slow
@pytest.mark.e2e
@pytest.mark.exhaustive
def test_a_server_goes_on_while_the_keys_are_rotated(installation: Installation) -> None:
    assert installation.run("demo", "--matters", "2").returncode == 0
    installation.start()
    token = json.loads((installation.home / "demo.json").read_text())["accounts"][0]["token"]
    asked = urllib.request.Request(installation.url + "/api/v1/cases", headers={"Authorization": f"Bearer {token}"})
    before = urllib.request.urlopen(asked, timeout=30).read()
    rotated = installation.run("keys", "rotate", "--json")
    assert rotated.returncode == 0, rotated.stderr
    assert [row["petitioners"] > 0 for row in json.loads(rotated.stdout)["keys"]] == [True, False]
    assert urllib.request.urlopen(asked, timeout=30).read() == before
    checked = installation.run("ledger", "verify")
    assert checked.returncode == 0, checked.stdout
