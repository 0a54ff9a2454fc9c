"""How long a file is kept: the years of a term, and from when it may be looked at for destruction."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from django.utils import timezone

from huiyin.casework.labels import name_of
from huiyin.casework.models import Case
from huiyin.rule_store.store import load

FIELD: Final = "term"
"""The field of the archive action that says it."""
_YEARS: Final = re.compile(r"y(\d{1,3})")


def years(term: str) -> int | None:
    """How many years a file with this term is kept (``y30``); None: for good, or it is not said."""
    found = _YEARS.fullmatch(term)
    return int(found[1]) if found else None


def kept_until(term: str, archived_at: datetime) -> date | None:
    """The last day on which a file is kept; None: for good.

    Terms are counted from the year after the one to which the file belongs (《机关文件材料归档范围和文书档案保管期限规定》).
    """
    kept = years(term)
    return None if kept is None else date(timezone.localtime(archived_at).year + kept, 12, 31)


def term_name(case: Case, term: str) -> str:
    """What the rulebook of the case calls the term."""
    rule = load(case.rulebook).book.fields.get(FIELD)
    return name_of(rule.of[term]) if rule is not None and term in rule.of else term
