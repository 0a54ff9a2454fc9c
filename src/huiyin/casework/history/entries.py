"""What was filled in, in words, as far as the reader may know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.casework.forms import yes_no
from huiyin.casework.labels import name_of
from huiyin.casework.sealed.mentioned import MentionedNames
from huiyin.procedure.command import TextRef, Value, ids_in
from huiyin.rules.book.fields import type_of
from huiyin.rules.book.fields.types.time_of_day import ends_next_day
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, FieldRule


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as it was filled in: its name on the form, and its content in words."""

    name: str
    label: str
    value: str


def in_form_order(
    rules: Rules, action: Action | None, given: Mapping[str, Value], names: MentionedNames
) -> tuple[Shown, ...]:
    """The fields as the form asks for them; those that the form no longer knows come last."""
    order = [use.name for use in action.fields] if action else []
    order += [name for name in given if name not in order]
    fields = rules.book.fields
    words = {name: in_words(fields.get(name), given[name], names) for name in order if name in given}
    return tuple(
        Shown(name, name_of(fields.get(name), name), _on_which_day(fields.get(name), shown, words))
        for name, shown in words.items()
        if not is_hidden(fields.get(name), given[name], names)
    )


def _on_which_day(rule: FieldRule | None, shown: str, words: Mapping[str, str]) -> str:
    """What a field says; of a time in the night at which something ended, that it is of the next day."""
    began = words.get(rule.later_than, "") if rule is not None and rule.later_than else ""
    return _("次日%(time)s") % {"time": shown} if began and ends_next_day(began, shown) else shown


def is_hidden(rule: FieldRule | None, value: Value, names: MentionedNames) -> bool:
    """Whether a field names other cases, and none that the reader may see."""
    return rule is not None and type_of(rule).names == "case" and names.cases.keys().isdisjoint(ids_in(value))


def in_words(rule: FieldRule | None, value: Value, names: MentionedNames) -> str:
    """What was filled in under ``rule`` (None: the rules know the field no longer), as people read it."""
    if (
        rule is not None
        and rule.accuses
        and (isinstance(value, TextRef) or (ids_in(value) and not names.tells_accused))
    ):
        return _("（已密封，由保管人查阅）")
    match value:
        case tuple():
            return _("、").join(filter(None, (in_words(rule, part, names) for part in value)))
        case TextRef(id=id):
            return _("（只有决定此事的人可以查阅）") if id in names.kept_back else names.texts.get(id, "")
        case UUID():
            return names.units.get(value) or names.accounts.get(value) or names.cases.get(value) or ""
        case bool():
            return yes_no(value)
        case date():
            return value.isoformat()
        case str() if rule is not None and value in rule.of:
            return name_of(rule.of[value])
    return type_of(rule).in_words(value) if rule is not None and type_of(rule).accepts(value) else str(value)
