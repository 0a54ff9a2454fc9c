"""How a form asks for a field: read once, written back as it stood."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from huiyin.rules.book.field_use import FieldUse
from huiyin.rules.book.schema import Action


def action(*fields: str) -> Action:
    return Action.model_validate({"zh": "答复", "clause": "1", "by": "clerk", "from": "new", "fields": list(fields)})


def test_a_question_mark_says_that_a_field_may_be_left_empty() -> None:
    assert action("reason", "answered_on?").fields == (FieldUse("reason"), FieldUse("answered_on", required=False))


def test_the_form_knows_its_fields_in_order_and_which_must_be_filled_in() -> None:
    assert list(action("b", "a?", "c").required.items()) == [("b", True), ("a", False), ("c", True)]


def test_a_book_that_is_written_out_has_the_fields_as_they_were_written() -> None:
    assert action("reason", "answered_on?").model_dump(mode="json")["fields"] == ["reason", "answered_on?"]


@pytest.mark.parametrize("written", ["Reason", "reason??", "?", "2nd", "x" * 62])
def test_what_names_no_field_is_refused_where_it_stands(written: str) -> None:
    with pytest.raises(ValidationError) as refused:
        action("reason", written)
    assert refused.value.errors()[0]["loc"] == ("fields", 1)
