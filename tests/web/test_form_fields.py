"""Fields that forms of several packages have take days within reach of everything that is calculated with them."""

from __future__ import annotations

import pytest
from django import forms

from huiyin.web.form_fields import day_field


class DayForm(forms.Form):
    day = day_field("日期")


@pytest.mark.parametrize(("day", "fits"), [("0001-01-01", False), ("2026-03-02", True), ("9999-12-31", False)])
def test_a_day_at_the_end_of_the_calendar_is_told_in_the_form(day: str, fits: bool) -> None:
    form = DayForm({"day": day})
    assert form.is_valid() is fits
    assert fits or "1900" in form.errors["day"][0]
