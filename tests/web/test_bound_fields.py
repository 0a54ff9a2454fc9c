"""Every type of field can be drawn: empty, filled in, and wrong."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from huiyin.casework.forms import FieldView
from huiyin.casework.labels import FormError
from huiyin.rules.book.fields.base import Option
from huiyin.rules.book.fields.rule import KNOWN
from huiyin.web.bound_fields import fill

FEW = (Option("a", "甲"), Option("b", "乙"))
MANY = tuple(Option(str(n), f"第{n}项") for n in range(9))


def drawn(type: str, options: tuple[Option, ...], sent: str | None = None, *, wrong: bool = False) -> str:
    view = FieldView("what", "某项", type, required=True, options=options, hint="提示", most=10)
    errors = [FormError("what", "missing", "请填写此项")] if wrong else []
    (bound,) = fill([view], QueryDict(sent) if sent is not None else None, errors).fields
    return render_to_string("parts/field.html", {"bound": bound})


@pytest.mark.parametrize("options", [FEW, MANY], ids=["few", "many"])
@pytest.mark.parametrize("type", sorted(KNOWN))
def test_each_type_has_a_control_with_a_label_a_hint_and_its_errors(type: str, options: tuple[Option, ...]) -> None:
    html = drawn(type, options, wrong=True)
    assert 'name="what"' in html
    assert "某项" in html
    assert "提示" in html
    assert "请填写此项" in html
    assert 'id="f-what-error"' in html


@pytest.mark.parametrize("type", ["text", "line", "int", "date", "case"])
def test_what_was_typed_is_still_there(type: str) -> None:
    assert "写过的" in drawn(type, (), "what=写过的")


@pytest.mark.parametrize("type", ["choice", "choices"])
def test_what_was_chosen_is_still_chosen(type: str) -> None:
    html = drawn(type, FEW, "what=b")
    assert html.count("checked") == 1
    assert drawn("choice", MANY, "what=3").count("selected") == 1


@pytest.mark.parametrize("type", ["choice", "choices", "confirm"])
def test_a_mark_stands_right_after_the_value_that_it_marks(type: str) -> None:
    assert 'value="yes" checked' in " ".join(drawn(type, (Option("yes", "是"),), "what=yes").split())


def test_choices_that_do_not_all_stand_there_say_so_and_how_to_find_the_others() -> None:
    for count, is_said in ((40, False), (41, True)):
        options = tuple(Option(str(n), f"第{n}人") for n in range(count))
        view = FieldView("what", "某项", "people", required=False, options=options, searched=True)
        (bound,) = fill([view], None).fields
        assert len(bound.shown_options) == 40
        assert ("没有全部列出" in render_to_string("parts/field.html", {"bound": bound})) is is_said
