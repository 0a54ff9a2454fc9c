"""A text of one line, sealed."""

from __future__ import annotations

from huiyin.rules.book.fields.types.text import TextType


class LineType(TextType, name="line"):
    """A name, a number, a place: what is said in one line."""

    limit = 200
    control = "line"
