"""What stands behind the question mark of a call: words, switches and places to go on from."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import BeforeValidator, Field

from huiyin.api import problems
from huiyin.casework.labels import FormError
from huiyin.casework.lists.search_tokens import MAX_TOKEN_CHARS
from huiyin.paging import Order


def empty_is_none(value: Any) -> Any:
    """An empty value asks for nothing."""
    return None if value == "" else value


NO_NUL = "^[^\\x00]*$"
"""What can be looked for at all: no database holds a text with this character."""

ShortText = Annotated[str, Field(max_length=200, pattern=NO_NUL)]
SearchToken = Annotated[str, Field(max_length=MAX_TOKEN_CHARS, pattern="^[A-Za-z0-9_-]*$")]
Flag = Annotated[bool | None, BeforeValidator(empty_is_none)]


def check_page(page: str, order: Order[Any]) -> None:
    """Refuse a place to go on from that no list of this order has given out."""
    if page and order.read_key(page) is None:
        message = _("请原样使用上一页 next 中的值")
        raise problems.invalid([FormError("page", "unknown", message)])
