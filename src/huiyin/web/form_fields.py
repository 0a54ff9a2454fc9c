"""Fields that forms of several packages have."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from huiyin.rules.deadlines.day_given import EARLIEST, LATEST

_OUT_OF_REACH: Final = _("日期应当在 1900 年至 2999 年之间")
WITHIN_REACH: Final = (MinValueValidator(EARLIEST, _OUT_OF_REACH), MaxValueValidator(LATEST, _OUT_OF_REACH))
"""What every field for a day asks of it, whatever else it is for."""


def day_widget() -> forms.DateInput:
    """A day, with the browser's own calendar where it has one."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def day_field(label: Any, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day that somebody gives."""
    return forms.DateField(
        label=label, required=required, help_text=help_text, widget=day_widget(), validators=WITHIN_REACH
    )
