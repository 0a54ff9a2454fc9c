"""Samples: the matters that a lot draws for an inspection, and which of them were not looked at yet (clause s3-6.1.1).

The case that draws is the seed, and what is drawn from was settled when it was planned: whoever draws again draws the same, and nobody draws until it
pleases them. Sealed and limited matters are in no lot, since whoever is inspected reads what was drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from hashlib import sha256
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError
from huiyin.casework.models import Case
from huiyin.ledger.chain import read_chain
from huiyin.procedure.command import Value, ids_in
from huiyin.procedure.event import ActionTaken
from huiyin.procedure.state import ORDINARY, State
from huiyin.rules.book.fields.rule import Drawing
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, FieldRule


def lot(seed: str, ids: Iterable[UUID], size: int) -> tuple[UUID, ...]:
    """So many of ``ids``, by ``seed`` alone: the same whoever asks and however often."""
    return tuple(sorted(ids, key=lambda id: sha256(seed.encode() + id.bytes).digest())[:size])


def may_name(rules: Rules, rule: FieldRule, state: State | None) -> tuple[UUID, ...] | None:
    """The cases that alone may stand in a field: drawn by lot, or out of a lot and not yet named; None where it may be any."""
    if state is None or (rule.drawn is None and rule.out_of is None):
        return None
    return _drawn(rule.drawn, state, rule.procedure) if rule.drawn is not None else _left(rules, rule, state)


def not_of_lot(rules: Rules, action: Action, state: State, given: Mapping[str, Value]) -> Iterator[FormError]:
    """Each field that names other cases than those that the lot drew, or one that is not, or no longer, to be named out of it."""
    for name in action.required:
        rule = rules.book.fields[name]
        ids, named = may_name(rules, rule, state), ids_in(given.get(name, ()))
        if ids is None:
            continue
        if rule.drawn is not None and named != ids:
            yield FormError(name, "not-drawn", _("样本由抽签确定，不能自选，请按抽中的事项提交"))
        elif rule.out_of is not None and not {*named} <= {*ids}:
            yield FormError(name, "not-drawn", _("不是抽中的事项，或者已经检查过，请从列出的事项中选择"))


def _drawn(rule: Drawing, state: State, procedure: str | None) -> tuple[UUID, ...]:
    unit, since, until, size = (state.values.get(name) for name in (rule.unit, rule.since, rule.until, rule.size))
    if not (isinstance(unit, UUID) and isinstance(since, date) and isinstance(until, date) and isinstance(size, int)):
        return ()
    ids = Case.objects.filter(
        organisation_id=state.organisation,
        procedure=procedure,
        unit_id=unit,
        registered_at__date__range=(since, until),
        sealed=False,
        level=ORDINARY,
    )
    return lot(f"{state.case.hex}:", ids.values_list("id", flat=True), size)


def _left(rules: Rules, rule: FieldRule, state: State) -> tuple[UUID, ...]:
    """Of the lot, what no step named yet in a field that is out of it."""
    out_of = {name for name, other in rules.book.fields.items() if other.out_of == rule.out_of}
    taken = [item.event.fields for item in read_chain(state.case, ActionTaken) if isinstance(item.event, ActionTaken)]
    named = {id for fields in taken for name in out_of & fields.keys() for id in ids_in(fields[name])}
    return tuple(id for id in ids_in(state.values.get(rule.out_of or "", ())) if id not in named)
