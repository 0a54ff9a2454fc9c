"""Fields that forms of several packages have."""

from __future__ import annotations

from typing import Any

from django import forms


def day_widget() -> forms.DateInput:
    """A day, with the browser's own calendar where it has one."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def day_field(label: Any, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day that somebody gives."""
    return forms.DateField(label=label, required=required, help_text=help_text, widget=day_widget())
