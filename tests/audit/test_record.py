"""A verification that was broken off goes on, and the next one leaves out what has not changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from huiyin import cli
from huiyin.audit.record import RecordRefused, VerificationRecord
from huiyin.audit.verify import known_cases
from huiyin.casework.models import Case
from huiyin.commands import DONE, FAILED
from huiyin.ledger import log
from tests.cast import NOW, Cast, make_cast
from tests.matters import begin


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def run(capsys: pytest.CaptureFixture[str], record: Path) -> tuple[int, dict[str, Any]]:
    """The status and the report of one verification with a record."""
    status = cli.main(["ledger", "verify", "--record", str(record), "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_what_was_in_order_and_has_no_event_since_is_left_out(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    matters, record = [begin(cast) for _ in range(3)], tmp_path / "record"
    log.enter()
    status, first = run(capsys, record)
    assert (status, first["cases"], first["left_out"]) == (DONE, 3, 0)
    matters[0].does("intake", "accept")
    begin(cast)
    for _ in range(2):  # with events that wait for the log, and with the same ones in it
        status, later = run(capsys, record)
        assert (status, later["cases"], later["left_out"]) == (DONE, 2, 2)
        log.enter()
    assert record.stat().st_mode & 0o777 == 0o600


def test_what_was_wrong_is_checked_again_until_it_is_in_order(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong, record = begin(cast), tmp_path / "record"
    log.enter()
    stage = Case.objects.get(id=wrong.id).stage
    Case.objects.filter(id=wrong.id).update(stage="replied")
    for _ in range(2):
        status, told = run(capsys, record)
        assert (status, told["left_out"]) == (FAILED, 0)
    Case.objects.filter(id=wrong.id).update(stage=stage)
    assert run(capsys, record)[0] == DONE
    assert run(capsys, record)[1]["left_out"] == 1


def test_one_that_was_broken_off_goes_on_where_it_was(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    matters, path = [begin(cast) for _ in range(3)], tmp_path / "record"
    log.enter()
    record = VerificationRecord.open(path, NOW)
    record.add(known_cases()[:2], [])
    with path.open("ab") as file:
        file.write(b'{"clean": ["00')  # killed while it wrote
    status, rest = run(capsys, path)
    assert (status, rest["cases"], rest["left_out"]) == (DONE, 1, len(matters) - 1)
    assert run(capsys, path)[1]["left_out"] == len(matters)


@pytest.mark.parametrize("content", ["not a record\n", "{}\n", "[]\n", '{"form": 1}\n{"clean": 5}\n'])
def test_a_file_that_is_no_record_is_refused_and_left_as_it_is(cast: Cast, tmp_path: Path, content: str) -> None:
    path = tmp_path / "letter.txt"
    path.write_text(content)
    with pytest.raises(RecordRefused):
        VerificationRecord.open(path, NOW)
    assert path.read_text() == content


def test_the_record_of_another_installation_is_refused(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "record"
    VerificationRecord.open(path, NOW)
    path.write_text(path.read_text().replace(log.public_key(), "0" * 64))
    with pytest.raises(RecordRefused, match="another installation"):
        VerificationRecord.open(path, NOW)
