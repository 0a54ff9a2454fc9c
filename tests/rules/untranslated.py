"""What a reader of Chinese would see in another language in a text about a rulebook."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, get_args

from pydantic import BaseModel

from huiyin.rules.book.fields.rule import KNOWN
from huiyin.rules.book.load import BOOKS, shipped
from huiyin.rules.book.schema import KeptRegister, RoleOf, Rulebook
from huiyin.rules.book.texts import CodedText

WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")
SIGNS: Final = frozenset({"U", "UTF", "None"})
"""What stands for itself in any language: the number of a character, an encoding."""


def untranslated(text: CodedText, reader: str, source: str) -> set[str]:
    """The Latin words that a reader of Chinese sees and that are neither names of the file ``source``, nor of the books that ship, nor
    of the vocabulary, nor written into the Chinese words themselves."""
    code = text.code
    shown = " ".join((text.text(reader), text.expected(reader), text.found(reader)))
    own = set(WORD.findall(f"{code.text} {code.expected} {code.found} {_phrases(text)}"))
    known = {word.lower() for word in (*own, *WORD.findall(source), *_vocabulary(), *SIGNS, *_numbers(shown))}
    return {word for word in WORD.findall(shown) if word.lower() not in known}


def _phrases(text: CodedText) -> str:
    """The Chinese words of the texts within a text."""
    return " ".join(
        f"{value.code.text} {_phrases(value)}" for _name, value in text.params if isinstance(value, CodedText)
    )


def _numbers(shown: str) -> set[str]:
    return {word for word in WORD.findall(shown) if re.fullmatch(r"[A-F0-9]{4}", word)}


@cache
def _vocabulary() -> frozenset[str]:
    """The names in the shipped books, the keys of the schema and the values that it lists."""
    texts = [path.read_text(encoding="utf-8") for path in BOOKS.rglob("*.yaml")]
    names = {word for text in texts for line in text.splitlines() for word in WORD.findall(line.partition(" en:")[0])}
    keys = {word for model in _models(Rulebook) for name in model.model_fields for word in WORD.findall(name)}
    listed = {
        word
        for values in (KNOWN, get_args(RoleOf), get_args(KeptRegister))
        for value in values
        for word in WORD.findall(value)
    }
    return frozenset({*names, *keys, *listed, *(word for name in shipped() for word in WORD.findall(name))})


def _models(model: type[BaseModel]) -> set[type[BaseModel]]:
    found, queue = {model}, [model]
    while queue:
        for info in queue.pop().model_fields.values():
            for part in _parts(info.annotation):
                if part not in found:
                    found.add(part)
                    queue.append(part)
    return found


def _parts(annotation: object) -> set[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return {part for inner in get_args(annotation) for part in _parts(inner)}
