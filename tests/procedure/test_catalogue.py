"""What a file must hold by the catalogue of its book: missing items are named, and each wants a reason."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from huiyin.procedure.event import ActionTaken, NoticeIssued
from huiyin.procedure.filing.catalogue import explained, filed, missing
from huiyin.rules.book.load import load, shipped
from huiyin.rules.book.schema import ANY, ARCHIVE, MISSING_ITEMS
from tests.procedure.test_books_national import replied

ARCHIVING = [
    (book, name) for book in shipped() for name, one in load(book).book.procedures.items() if ARCHIVE in one.actions
]


@pytest.mark.parametrize(("book", "name"), ARCHIVING)
def test_every_end_of_every_shipped_book_says_what_its_file_must_hold(book: str, name: str) -> None:
    procedure = load(book).book.procedures[name]
    action = procedure.actions[ARCHIVE]
    asked = {end for item in procedure.catalogue.values() for end in item.ends if not item.when}
    particular = {end for item in procedure.catalogue.values() for end in item.ends if not item.kept}
    assert ANY in asked
    assert [end for end in action.from_stages if not particular & {end, ANY}] == []
    assert action.required[MISSING_ITEMS] is False


def action_taken(action: str, **fields: object) -> ActionTaken:
    return ActionTaken(action, "a", "b", "staff", "handler", None, None, None, fields, {}, {}, ())  # type: ignore[arg-type]


def test_a_paper_is_served_where_its_step_says_on_which_day() -> None:
    issued = NoticeIssued(UUID(int=1), "reply", "petitioner", ())
    assert filed([action_taken("serve_reply", served_on=date(2026, 3, 2)), issued]).served == {"reply"}
    assert filed([action_taken("serve_reply"), issued]).served == set()
    later = [action_taken("serve_reply", served_on=date(2026, 3, 2)), action_taken("assign"), issued]
    assert filed(later).served == set()


def test_a_reason_stands_behind_the_name_of_its_item_in_a_line_of_its_own() -> None:
    written = "来文原件：纸质件另存\n受理告知书:\n送达回证\n  处理意见书 : 由上级保存 \n：没有名称"
    assert explained(written) == {"来文原件": "纸质件另存", "处理意见书": "由上级保存"}


def test_nothing_is_missing_before_the_end() -> None:
    story = replied()
    assert story.state is not None
    assert missing(story.rules, story.state, []) == {}


def test_what_no_event_has_brought_is_missing_at_the_end() -> None:
    story = replied().wait(40).do("conclude", "system")
    assert story.state is not None
    lacking = missing(story.rules, story.state, [])
    assert {"petition", "acceptance", "opinion", "opinion_served"} <= set(lacking)
    assert "registration" not in lacking
    assert missing(story.rules, story.state, story.history) == {}
