"""What the administrators' forms need from the templates' side."""

from django import template
from django.forms import BoundField

register = template.Library()


@register.filter
def answered(field: BoundField) -> str:
    """What was typed or chosen in a field, as people read it."""
    given = str(field.value() or "")
    choices = getattr(field.field, "choices", None)
    if choices is None:
        return given
    return next((str(label) for value, label in choices if str(value) == given), given)
