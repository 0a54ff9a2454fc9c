"""Which words of an old register nobody here knows, so that they can be told before its rows are looked at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from huiyin.channels.records import SheetRow
from huiyin.channels.register.columns import RegisterMapping, fact_of
from huiyin.channels.register.words import channel_of, plain_word, stage_of, value_of
from huiyin.rule_store.in_force import RulebookHistory

MAX_WORDS: Final = 40
"""So many of a column are asked about: where there are more, it holds sentences, and no words."""


def unknown_words(
    lines: Iterable[SheetRow], mapping: RegisterMapping, history: RulebookHistory, columns: Collection[str]
) -> Mapping[str, list[str]]:
    """By column, the words that mean nothing under the rulebooks of the organisation, in the order in which they stand there."""
    found: dict[str, dict[str, str]] = {column: {} for column in columns}
    known: dict[tuple[str, str], bool] = {}
    for line in lines:
        for column in columns if line.skip is None else ():
            word = str(line.values.get(column, "")).strip()
            plain = plain_word(word)
            if not word or plain in found[column] or len(found[column]) >= MAX_WORDS:
                continue
            if (column, plain) not in known:
                if len(known) > MAX_WORDS * 100:
                    continue
                known[column, plain] = _is_known(word, column, mapping, history)
            if not known[column, plain]:
                found[column][plain] = word
    # What a column says of how a matter ended is kept word for word; only where it names a stage does it count.
    found.pop("ending", None) if "stage" in columns else None
    return {column: list(words.values()) for column, words in found.items() if words}


def _is_known(word: str, column: str, mapping: RegisterMapping, history: RulebookHistory) -> bool:
    if column == "channel":
        return bool(channel_of(word, mapping))
    for rules in history.books:
        fact = fact_of(column)
        if stage_of(word, rules, mapping, column) if not fact else value_of(fact, word, rules, mapping, column):
            return True
    return False
