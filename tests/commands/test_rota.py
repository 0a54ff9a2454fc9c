"""`huiyin rota`: planned, shown, published; what is impossible told in one line."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from huiyin import cli
from huiyin.rota.models import Rota
from tests.cast import make_cast

pytestmark = pytest.mark.rarely_on_postgresql


def run_rota(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Status, output and complaints of `huiyin rota`."""
    capsys.readouterr()
    status = cli.main(["rota", *arguments])
    out, err = capsys.readouterr()
    return status, out, err


def plan(first: int = 1, *members: str) -> list[str]:
    day = timezone.localdate() + timedelta(days=first)
    span = ["--first", day.isoformat(), "--last", (day + timedelta(days=13)).isoformat()]
    return ["plan", "--organisation", "lj", "--group", "staff", *span, "--members", *members]


def test_a_rota_is_planned_then_published_then_shown(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    make_cast()
    status, out, _err = run_rota(capsys, *plan(1, "registrar", "archivist", "intake"), "--by", "intake", "--json")
    made = json.loads(out)
    assert (
        status == 0
        and not made["published"]
        and {one["account"] for one in made["shifts"]} == {"registrar", "archivist", "intake"}
    )
    assert run_rota(capsys, "show", "--organisation", "lj")[1] == "no shifts\n"
    assert run_rota(capsys, "publish", made["rota"], "--by", "intake")[0] == 0
    shown = json.loads(run_rota(capsys, "show", "--organisation", "lj", "--json")[1])
    assert shown["shifts"] == made["shifts"]


def test_what_cannot_be_planned_is_told_in_one_line(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    make_cast()
    status, out, err = run_rota(capsys, *plan(1, "registrar"), "--by", "intake")
    assert (status, out) == (1, "") and "nobody serves two days running" in err and err.count("\n") == 1
    assert run_rota(capsys, *plan(1, "registrar"), "--begins", "17:00", "--ends", "09:00", "--by", "intake")[0] == 1
    backward = ("--from", "2026-12-31", "--to", "2026-12-01")
    assert run_rota(capsys, "show", "--organisation", "lj", *backward)[0] == 2
    assert run_rota(capsys, *plan(-3, "registrar"), "--by", "intake")[0] == 1
    assert run_rota(capsys, *plan(1, "registrar"), "--by", "handler")[0] == 1
    assert run_rota(capsys, *plan(1, "nobody"), "--by", "intake")[0] == 2
    assert run_rota(capsys, "publish", "01a22ad3-dac6-7689-b988-0ec1b5904924", "--by", "intake")[0] == 1
    assert not Rota.objects.exists()
