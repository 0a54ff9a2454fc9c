"""What stands in a rulebook's file: YAML as plain data with the line of each element, or one clear error.

Read event by event and built without recursion, so that no file, however made, costs more than a second or two and some memory.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop, terminal
from huiyin.rules.book.flaw_codes import FlawCode, PhraseCode
from huiyin.rules.book.texts import CodedText

# The largest shipped book has 71,000 bytes, 7,000 parts, 140 entries in one place, and is 9 deep.
MAX_BYTES: Final = 500_000
MAX_PARTS: Final = 40_000
MAX_ENTRIES: Final = 500
MAX_DEPTH: Final = 20
MAX_OF_A_KEY: Final = 200
MAX_FLAWS: Final = 100

NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,59}")
"""How a rulebook may be called, and hence its file: nothing that leads into another folder."""

_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_WHOLE = re.compile(r"[-+]?[0-9]{1,15}")
_BROKEN = re.compile(r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]{1,3})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS: Final = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}
_SIGNS_OF_A_MISTAKE: Final = (
    (r"\t", FlawCode.TABS),
    ("could not find expected ':'", FlawCode.NO_COLON),
    ("found unexpected end of stream", FlawCode.NO_CLOSING_QUOTE),
    ("mapping values are not allowed here", FlawCode.TWO_COLONS),
    ("expected ',' or", FlawCode.NO_COMMA),
    ("but got '<block end>'", FlawCode.INDENTATION),
    ("expected <block end>", FlawCode.INDENTATION),
    ("cannot start any token", FlawCode.SPECIAL_SIGN),
)
"""What is to be written instead, by what the YAML library, which has no codes, says is wrong."""

Where = tuple[str, int]
Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong with a rulebook: where, and why, as a code with what it is about. Without a ``file`` it was typed, not read."""

    file: str
    line: int
    path: str
    why: CodedText

    @property
    def expected(self) -> str:
        """What should stand there, in English."""
        return self.why.expected("en")

    @property
    def got(self) -> str:
        """What stands there now, in English."""
        return self.why.found("en")

    def __str__(self) -> str:
        reader = terminal()
        expected, found = self.why.expected(reader), self.why.found(reader)
        got = _("；实为：%(found)s") % {"found": found} if found else ""
        where = f"{self.file}:{self.line}: {self.path or 'rulebook'}" if self.file else self.path
        return f"{where}: {expected}{got}"


class RulebookFlawed(HuiyinError):
    """Raised when a rulebook cannot be used; ``flaws`` are all that was found, in the order of the file, as far as anybody reads."""

    to_do = gettext_noop("请改正所列之处，并见 docs/rulebooks.md")

    def __init__(self, flaws: Sequence[Flaw]) -> None:
        listed = sorted(flaws, key=lambda flaw: (flaw.file, flaw.line))
        if len(listed) > MAX_FLAWS:
            more = FlawCode.MORE_ERRORS.about(found=PhraseCode.MORE_PLACES.about(number=len(listed) - MAX_FLAWS))
            last = listed[MAX_FLAWS - 1]
            listed = [*listed[:MAX_FLAWS], Flaw(last.file, last.line, "", more)]
        self.flaws = tuple(listed)
        super().__init__("\n".join(map(str, self.flaws)))

    def __str__(self) -> str:
        return self.wrong

    @property
    def in_one_line(self) -> str:
        """The first flaw, and how many more there are."""
        more = len(self.flaws) - 1
        beside = _("（另有 %(more)s 处）") % {"more": more} if more else ""
        return f"{self.flaws[0]}{beside}"


def read_file(path: Path) -> str:
    """The text of the file ``path``. RulebookFlawed when it is none, is too large or is not written in UTF-8."""
    if path.exists() and not path.is_file():
        kind = PhraseCode.A_FOLDER if path.is_dir() else PhraseCode.SOMETHING_ELSE
        raise _wrong(path.name, 1, FlawCode.NO_FILE.about(found=kind.about()))
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
            if len(content) > MAX_BYTES:
                size = max(path.stat().st_size, len(content))
                found = PhraseCode.BYTES.about(number=size)
                raise _wrong(path.name, 1, FlawCode.FILE_TOO_LARGE.about(max=MAX_BYTES, found=found))
    except OSError as error:
        reason = PhraseCode.UNREADABLE.about(reason=error.strerror or "nothing")
        raise _wrong(path.name, 1, FlawCode.FILE_UNREADABLE.about(found=reason)) from None
    return _decoded(path.name, content)


def _decoded(file: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _wrong(file, line, FlawCode.NOT_UTF8.about(found=_encoding(content))) from None


def _encoding(content: bytes) -> str | CodedText:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16"
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return PhraseCode.NOT_TEXT.about()
    return PhraseCode.OTHER_ENCODING.about()


def read_yaml(text: str, file: str) -> tuple[dict[str, Any], dict[Path_, Where]]:
    """What ``text`` says, as dictionaries and lists of text, whole numbers, dates, true and false, and the line of every
    key and entry; ``file`` is what errors call it.

    Raises RulebookFlawed.
    """
    tree, places = _parsed(text, file)
    return deepcopy(tree), dict(places)


# Most books stand on the same two: parsing is what reading one costs, copying what was parsed a fiftieth of it.
@lru_cache(maxsize=32)
def _parsed(text: str, file: str) -> tuple[dict[str, Any], dict[Path_, Where]]:
    strange = _UNREADABLE.search(text)
    if strange:
        line = text.count("\n", 0, strange.start()) + 1
        raise _wrong(file, line, FlawCode.CONTROL_CHARACTER.about(found=f"U+{ord(strange[0]):04X}"))
    tree = _Tree(file)
    try:
        for number, event in enumerate(YAML(typ="safe", pure=True).parse(text)):
            if number > MAX_PARTS:
                found = PhraseCode.MORE.about()
                raise _wrong(file, _line(event), FlawCode.TOO_MANY_PARTS.about(max=MAX_PARTS, found=found))
            tree.take(event)
    except MarkedYAMLError as error:
        raise _no_yaml(file, error) from None
    except YAMLError as error:
        problem = PhraseCode.NOT_YAML.about(problem=str(error).split("\n")[0])
        raise _wrong(file, 1, FlawCode.NO_YAML.about(found=problem)) from None
    if tree.flaws:
        raise RulebookFlawed(tree.flaws)
    return tree.whole(), tree.places


def _no_yaml(file: str, error: MarkedYAMLError) -> RulebookFlawed:
    problem = (error.problem or "").split("\n")[0]
    code = next((code for sign, code in _SIGNS_OF_A_MISTAKE if sign in problem), FlawCode.NO_YAML)
    begun = any(word in (error.context or "") for word in ("scalar", "simple key", "flow"))
    mark = error.context_mark if begun and error.context_mark else error.problem_mark
    line = mark.line + 1 if mark else 1
    found = PhraseCode.NOT_YAML.about(problem=problem)
    if error.problem_mark and error.problem_mark.line + 1 > line:
        found = PhraseCode.NOT_YAML_UP_TO.about(problem=problem, line=str(error.problem_mark.line + 1))
    return _wrong(file, line, code.about(found=found))


def _wrong(file: str, line: int, why: CodedText) -> RulebookFlawed:
    return RulebookFlawed([Flaw(file, line, "", why)])


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


@dataclass
class _Level:
    """A mapping or list that is being read; ``key`` is where the next value goes, None while a mapping's key is awaited."""

    node: dict[str, Any] | list[Any]
    path: Path_
    key: str | None = None


@dataclass
class _Tree:
    """Plain data growing from events; ``flaws`` are keys that stand twice, everything else that is wrong is raised at once."""

    file: str
    places: dict[Path_, Where] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)
    levels: list[_Level] = field(default_factory=list)
    root: Any = None
    begun: bool = False

    def take(self, event: Any) -> None:
        if isinstance(event, DocumentStartEvent):
            if self.begun:
                found = PhraseCode.SECOND_DOCUMENT.about()
                raise _wrong(self.file, _line(event), FlawCode.TOO_MANY_DOCUMENTS.about(found=found))
            self.begun = True
        elif isinstance(event, CollectionEndEvent):
            self.levels.pop()
        elif isinstance(event, AliasEvent):
            raise _wrong(self.file, _line(event), FlawCode.ALIAS.about(found=f"*{event.anchor}"))
        elif isinstance(event, MappingStartEvent | SequenceStartEvent | ScalarEvent):
            self._refuse_tag(event)
            self._node(event)

    def whole(self) -> dict[str, Any]:
        """What was read. Raises RulebookFlawed when it is no mapping."""
        if isinstance(self.root, dict):
            return self.root
        kind = PhraseCode.A_TEXT
        if self.root is None or isinstance(self.root, list):
            kind = PhraseCode.NOTHING if self.root is None else PhraseCode.A_LIST
        raise _wrong(self.file, 1, FlawCode.NO_MAPPING.about(found=kind.about()))

    def _refuse_tag(self, event: Any) -> None:
        if event.tag is not None and event.tag != "!":
            tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            raise _wrong(self.file, _line(event), FlawCode.TAG.about(found=tag[:60]))

    def _node(self, event: Any) -> None:
        if isinstance(event, ScalarEvent) and event.style == '"' and (strange := _UNREADABLE.search(event.value)):
            raise _wrong(self.file, _line(event), FlawCode.CONTROL_CHARACTER.about(found=f"U+{ord(strange[0]):04X}"))
        level = self.levels[-1] if self.levels else None
        if level is not None and isinstance(level.node, dict) and level.key is None:
            self._key(level, event)
            return
        path = self._place(level, event)
        value: Any = _value(event) if isinstance(event, ScalarEvent) else {} if _is_mapping(event) else []
        if level is None:
            self.root = value
        elif isinstance(level.node, dict):
            level.node[level.key or ""], level.key = value, None
        else:
            level.node.append(value)
        if not isinstance(event, ScalarEvent):
            if len(self.levels) >= MAX_DEPTH:
                found = PhraseCode.DEEPER.about()
                raise _wrong(self.file, _line(event), FlawCode.TOO_DEEP.about(max=MAX_DEPTH, found=found))
            self.levels.append(_Level(value, path))

    def _key(self, level: _Level, event: Any) -> None:
        if not isinstance(event, ScalarEvent):
            found = PhraseCode.A_LIST_OR_MAPPING.about()
            raise _wrong(self.file, _line(event), FlawCode.KEY_NOT_A_WORD.about(found=found))
        key = event.value
        if len(key) > MAX_OF_A_KEY:
            raise _wrong(self.file, _line(event), FlawCode.KEY_TOO_LONG.about(max=MAX_OF_A_KEY, found=len(key)))
        if key == "<<" and event.style is None:
            raise _wrong(self.file, _line(event), FlawCode.MERGE.about(found="<<"))
        dotted = ".".join(map(str, (*level.path, key)))
        if key in level.node:
            again = PhraseCode.AGAIN.about(key=key)
            self.flaws.append(Flaw(self.file, _line(event), dotted, FlawCode.KEY_TWICE.about(found=again)))
        elif len(level.node) >= MAX_ENTRIES:
            self._too_many(level, event)
        else:
            self.places[(*level.path, key)] = (self.file, _line(event))
        level.key = key

    def _place(self, level: _Level | None, event: Any) -> Path_:
        """Where the value goes; an entry of a list is noted with its line, as a mapping's keys are."""
        if level is None:
            return ()
        if isinstance(level.node, dict):
            return (*level.path, level.key or "")
        path = (*level.path, len(level.node))
        if len(level.node) >= MAX_ENTRIES:
            self._too_many(level, event)
        self.places[path] = (self.file, _line(event))
        return path

    def _too_many(self, level: _Level, event: Any) -> None:
        dotted = ".".join(map(str, level.path))
        why = FlawCode.TOO_MANY_ENTRIES.about(max=MAX_ENTRIES, found=PhraseCode.MORE.about())
        raise RulebookFlawed([Flaw(self.file, _line(event), dotted, why)])


def _is_mapping(event: Any) -> bool:
    return isinstance(event, MappingStartEvent)


def _value(event: ScalarEvent) -> str | int | float | bool | date | None:
    """What a scalar means. ``yes`` and ``no`` are words; an exact date is a date; everything in quotes is text."""
    text: str = event.value
    if event.style is not None:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _BROKEN.fullmatch(text):
        return float(text)
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def nearest(places: Mapping[Path_, Where], path: Path_) -> Where:
    """Where the element at ``path`` is written, or the nearest one around it."""
    for length in range(len(path), 0, -1):
        if path[:length] in places:
            return places[path[:length]]
    return next(iter(places.values()), ("rulebook", 1))
