"""Administrators are told on 后台作业 when the last good backup or rehearsal is too old; of a demonstration nobody is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from huiyin.backup import health
from tests.cast import DAY
from tests.desk.conftest import html

JOBS = "/office/jobs/"
NEVER, TOO_OLD, REHEARSE = "这套系统还没有做过备份", "备份已经过期", "很久没有演练过恢复"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of an installation that is in earnest."""
    monkeypatch.setattr(settings, "HUIYIN_HOME", tmp_path)
    monkeypatch.setattr(settings, "HUIYIN_DEMO", tmp_path / "demo.json")
    return tmp_path


def warnings_on_page(administrator: Client) -> set[str]:
    page = html(administrator.get(JOBS))
    return {words for words in (NEVER, TOO_OLD, REHEARSE) if words in page}


def test_that_none_was_ever_made_is_told(administrator: Client, home: Path) -> None:
    assert warnings_on_page(administrator) == {NEVER}


def test_that_the_last_one_is_too_old_is_told_with_its_moment(administrator: Client, home: Path) -> None:
    made_at = timezone.now() - 3 * DAY
    health.note_made(home, home / "b.zip", made_at)
    assert warnings_on_page(administrator) == {TOO_OLD}
    assert f"{timezone.localtime(made_at):%Y-%m-%d}" in html(administrator.get(JOBS))
    assert str(home) not in html(administrator.get(JOBS))


def test_that_none_was_rehearsed_lately_is_told(administrator: Client, home: Path) -> None:
    health.note_made(home, home / "b.zip", timezone.now())
    assert warnings_on_page(administrator) == {REHEARSE}
    health.note_rehearsed(home, timezone.now() - 31 * DAY)
    assert warnings_on_page(administrator) == {REHEARSE}


def test_where_all_is_well_nothing_is_said(administrator: Client, home: Path) -> None:
    health.note_made(home, home / "b.zip", timezone.now() - timedelta(hours=20))
    health.note_rehearsed(home, timezone.now() - 6 * DAY)
    assert warnings_on_page(administrator) == set()


def test_a_demonstration_is_left_in_peace(administrator: Client, home: Path) -> None:
    (home / "demo.json").write_text("{}")
    assert warnings_on_page(administrator) == set()
