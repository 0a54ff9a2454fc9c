"""Several other cases."""

from __future__ import annotations

from huiyin.rules.book.fields.base import (
    Entry,
    Filler,
    NamesSeveral,
    gettext_noop,
)
from huiyin.rules.book.fields.types.case import NamesCases


class CasesType(NamesCases, NamesSeveral, name="cases"):
    """Sent as their ids or numbers."""

    unreadable = gettext_noop("有的编号没有对应的事项，请核对编号")
    control = "drawn"

    def example(self, filler: Filler[Entry]) -> Entry:
        return filler.cases()
