"""Choices of an organisation's own: a rulebook that stands on the one it works under, and differs from it in the choices of fields alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from huiyin.people.models import Organisation
from huiyin.rule_store.models import Edition
from huiyin.rule_store.store import gather
from huiyin.rules.book.load import Rules
from huiyin.rules.book.references import resolved
from huiyin.rules.book.sources import Sources, restore
from huiyin.rules.prover.refinement.law import law_of

MAX_CHOICE_CHARS: Final = 60
MAX_CHOICES: Final = 100
ChoiceNames = Mapping[str, str]
"""The choices of a field by their keys, as an office words them."""


def book_of(organisation: Organisation) -> Rules:
    """The rulebook that counts, or that was decided on last and still waits for its day."""
    return gather(organisation.next_rulebook or organisation.rulebook)[0]


def fixed_choices(rules: Rules, field: str) -> frozenset[str]:
    """The choices of a field that the law names: they are all offered, in its words."""
    law = law_of(rules) or rules
    return frozenset(law.book.fields[field].of) if field in law.book.fields else frozenset()


def with_choices(
    organisation: Organisation, field: str, kept: ChoiceNames, added: Sequence[str], day: date
) -> tuple[Rules, Sources]:
    """The book of ``organisation`` with other choices of ``field``: ``kept`` by their keys, the rest taken out, and ``added`` behind them.

    ``day`` is that from which it is to hold. Raises RulebookFlawed where the rules need a choice that was taken out, or know nothing of a new one.
    """
    rules, sources = gather(organisation.next_rulebook or organisation.rulebook)
    own = "own-" + re.sub("[^a-z0-9]+", "-", organisation.code.lower())[:50]
    base_rules, base = _base(rules, sources, own)
    version = str(Edition.objects.filter(name=own).count() + 1)
    wanted = {name: _names(rules, name) for name, rule in rules.book.fields.items() if rule.of}
    wanted[field] = dict(kept) | {f"own_{version}_{number}": word for number, word in enumerate(added, 1)}
    title = f"{base_rules.book.title.zh}（{organisation.name}的选项）"
    head = {"rulebook": own, "version": version, "title": {"zh": title}, "effective": day.isoformat()}
    fields = {name: {"of": differs} for name in wanted if (differs := dict(_differing(base_rules, name, wanted[name])))}
    text = "".join(
        f"{key}: {_plain(value)}\n" for key, value in (head | {"extends": base.name, "fields": fields}).items()
    )
    made = Sources(own, {**base.texts, own: text})
    return resolved(restore(made)), made


def _base(rules: Rules, sources: Sources, own: str) -> tuple[Rules, Sources]:
    """What an own book stands on: the one in force, or where that is an own one already, the one below it."""
    if sources.name != own or rules.book.extends is None:
        return rules, sources
    below = Sources(rules.book.extends, {name: text for name, text in sources.texts.items() if name != own})
    return restore(below), below


def _names(rules: Rules, field: str) -> dict[str, str]:
    return {key: choice.zh for key, choice in rules.book.fields[field].of.items()}


def _differing(base: Rules, field: str, wanted: ChoiceNames) -> Iterator[tuple[str, dict[str, str] | None]]:
    """What is said of the choices of a field so that those of ``base`` become the wanted ones; an English name does not outlive its Chinese one."""
    there = base.book.fields[field].of
    yield from ((key, None) for key in there if key not in wanted)
    for key, name in wanted.items():
        if key not in there:
            yield key, {"zh": name}
        elif there[key].zh != name:
            yield key, {"zh": name, "en": name}


def _plain(value: object) -> str:
    """As one line of YAML, of which JSON is a part."""
    return json.dumps(value, ensure_ascii=False)
