"""The link of `huiyin setup --page`: one browser has it, for a day, until the next link is made."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

from huiyin.organisations.setup_link import NAME, VALID_FOR, make_link, may_go_on, take_link
from tests.cast import NOW


def test_of_several_browsers_at_once_one_has_it(tmp_path: Path) -> None:
    for _round in range(50):
        key, won, ready = make_link(tmp_path, NOW), list[str](), threading.Barrier(4)

        def follow(key: str = key, won: list[str] = won, ready: threading.Barrier = ready) -> None:
            ready.wait()
            kept = take_link(tmp_path, key, NOW)
            if kept is not None:
                won.append(kept)

        browsers = [threading.Thread(target=follow) for _number in range(4)]
        for browser in browsers:
            browser.start()
        for browser in browsers:
            browser.join()
        assert len(won) == 1
        assert may_go_on(tmp_path, won[0], NOW)


def test_it_ends_with_its_day_and_with_the_next_link(tmp_path: Path) -> None:
    kept = take_link(tmp_path, make_link(tmp_path, NOW), NOW)
    assert kept is not None
    assert not may_go_on(tmp_path, kept, NOW + VALID_FOR)
    make_link(tmp_path, NOW + timedelta(hours=1))
    assert not may_go_on(tmp_path, kept, NOW + timedelta(hours=1))


def test_a_wrong_key_takes_nothing_and_spoils_nothing(tmp_path: Path) -> None:
    key = make_link(tmp_path, NOW)
    assert take_link(tmp_path, "wrong", NOW) is None
    assert key not in (tmp_path / NAME).read_text()
    assert take_link(tmp_path, key, NOW + VALID_FOR) is None
    assert take_link(tmp_path, key, NOW) is not None
    assert take_link(tmp_path, key, NOW) is None
