"""What several commands need: the rulebook and the organisation that were named, and differences in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from huiyin.commands import MISUSED, Failure

if TYPE_CHECKING:
    from huiyin.insight.whatif import CaseDifference
    from huiyin.people.models import Organisation
    from huiyin.procedure.course import Difference
    from huiyin.rules.book.load import Rules
    from huiyin.rules.book.sources import Sources


def gathered(book: str) -> tuple[Rules, Sources]:
    """A rulebook that was named on the command line, with its texts."""
    from pathlib import Path

    from huiyin.rule_store import store
    from huiyin.rules.book.sources import gather

    return gather(Path(book)) if book.endswith((".yaml", ".yml")) else store.gather(book)


def organisation_of(code: str) -> Organisation:
    """The organisation with this code."""
    from huiyin.people.models import Organisation

    found = Organisation.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(Organisation.objects.order_by("code").values_list("code", flat=True)) or "none yet"
        raise Failure(f"there is no organisation {code}; there is {known}", MISUSED)
    return found


def unit_names(told: Iterable[CaseDifference]) -> Mapping[str, str]:
    """The names of the units that owe duties in what is told, by their ids as differences have them."""
    from uuid import UUID

    from huiyin.people.models import Unit

    named = {
        id for item in told for owner in item.differences if owner.kind == "owner" for id in (owner.was, owner.would)
    }
    ids = [UUID(hex=id) for id in named if len(id) == 32]
    return {id.hex: name for id, name in Unit.objects.filter(id__in=ids).values_list("id", "name")}


def said(item: Difference, units: Mapping[str, str]) -> str:
    """A difference in a line."""
    if item.kind == "refused":
        return f"refused {item.name} on {item.was}: {item.would}"
    if item.kind == "asked":
        return f"asked {item.name} at {item.would}"
    was, would = (units.get(value, value) or "-" for value in (item.was, item.would))
    days = f" ({item.days:+} days)" if item.days is not None else ""
    clauses = ", ".join(dict.fromkeys((*item.clause_was, *item.clause_would)))
    return f"{item.kind.replace('_', ' ')} {item.name}: {was} → {would}{days}{f' [{clauses}]' if clauses else ''}"
