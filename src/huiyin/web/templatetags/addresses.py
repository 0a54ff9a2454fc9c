"""``{% url %}`` as Django has it, which walks through the addresses of the installation once for each address and not for each link."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django import template
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.urls import get_script_prefix, reverse
from django.utils.html import conditional_escape

register = template.Library()

KEPT: Final = 4_096


class AddressNode(URLNode):
    """A link in a template."""

    def render(self, context: template.Context) -> Any:
        """The address; whatever has names for its parts, or is kept in a variable, as Django does it."""
        if self.asvar or self.kwargs:
            return super().render(context)
        parts = tuple(part.resolve(context) for part in self.args)
        if not all(isinstance(part, str | int | UUID) for part in parts):
            return super().render(context)
        address = _address(get_script_prefix(), self.view_name.resolve(context), parts)
        return conditional_escape(address) if context.autoescape else address


@register.tag
def url(parser: Parser, token: Token) -> AddressNode:
    """See ``AddressNode``."""
    node = django_url(parser, token)
    return AddressNode(node.view_name, node.args, node.kwargs, node.asvar)


@lru_cache(maxsize=KEPT, typed=True)
def _address(_prefix: str, name: str, parts: tuple[str | int | UUID, ...]) -> str:
    return reverse(name, args=parts)
