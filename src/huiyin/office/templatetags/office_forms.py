"""What the administrators' forms need from the templates' side."""

from django import template
from django.forms import BoundField
from django.utils.translation import gettext

register = template.Library()


@register.filter
def answered(field: BoundField) -> str:
    """What was typed or chosen in a field, as people read it."""
    value = field.value() or ""
    given = [str(each) for each in (value if isinstance(value, list | tuple) else [value])]
    labels = {str(key): str(label) for key, label in getattr(field.field, "choices", None) or ()}
    return gettext("、").join(labels.get(each, each) for each in given)
