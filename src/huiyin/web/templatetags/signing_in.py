"""What the sign-in pages need from the templates' side."""

import json
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, Select
from django.forms.boundfield import BoundWidget
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from huiyin.people import demonstration

register = template.Library()
_DASHES = BLANK_CHOICE_DASH[0][1]
"""What Django calls the choice of nothing."""


@register.simple_tag
def demonstration_accounts() -> list[dict[str, str]]:
    """Accounts that a demonstration installation shows on its sign-in page; an ordinary installation has none.

    Returns:
        one entry an account: username, password, name, post, unit, organisation (its name where it is known).
    """
    if not (demonstration.is_here() and demonstration.is_open()):
        return []
    demo: dict[str, Any] = json.loads(Path(settings.HUIYIN_DEMO).read_text(encoding="utf-8"))
    names = {organisation["code"]: organisation["name"] for organisation in demo.get("organisations", ())}
    shown = ("username", "password", "name", "post", "unit")
    return [
        {key: account[key] for key in shown}
        | {"organisation": names.get(account["organisation"], account["organisation"])}
        for account in demo.get("accounts", ())
    ]


@register.simple_tag
def is_demonstration() -> bool:
    """Whether each page says that people and matters are made up."""
    return demonstration.is_here()


@register.filter
def styled(field: BoundField) -> SafeString:
    """A form field in the classes of the style sheet, marked where it is wrong."""
    match field.field.widget:
        case CheckboxInput():
            classes = "form-check-input"
        case Select() as widget:
            classes = "form-select"
            widget.choices = [
                (value, _("请选择") if value == "" and label == _DASHES else label) for value, label in widget.choices
            ]
        case _:
            classes = "form-control"
    return field.as_widget(attrs={"class": f"{classes} is-invalid" if field.errors else classes})


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Whether a label belongs behind the field and not above it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_choices(field: BoundField) -> bool:
    """Whether a field is a list of boxes, each with a label of its own."""
    return isinstance(field.field.widget, CheckboxSelectMultiple)


@register.filter
def styled_choice(choice: BoundWidget) -> SafeString:
    """One of the boxes of such a list, in the classes of the style sheet."""
    choice.data["attrs"]["class"] = "form-check-input"
    return choice.tag()
