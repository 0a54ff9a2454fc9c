"""How documents are worded: templates of plain text with placeholders of a closed vocabulary, checked as they are read.

A line is text with placeholders in braces. What stands in square brackets is left out where one of its placeholders has no value, and
the whole line where one outside of brackets has none. A passage is one line, or a heading with its lines, perhaps under a condition.
No template holds anything that is carried out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from huiyin.documents.vocabulary import ALWAYS, LIMIT, MOMENT, REST, declared
from huiyin.errors import HuiyinError
from huiyin.language import gettext_noop
from huiyin.rules.book.load import RulebookFlawed, Rules
from huiyin.rules.book.schema import Procedure
from huiyin.rules.book.yaml_reader import Path_, Where, nearest, read_yaml

FOLDER: Final = Path(__file__).with_name("templates")
GENERAL: Final = {"petitioner": "general", "unit": "office", "organ": "office"}
"""The template of every kind that has none of its own, by whom the document is to."""
DIGEST_DIGITS: Final = 12

_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")
_OPTIONAL: Final = re.compile(r"\[([^\[\]]*)\]")
_KEYS: Final = frozenset({"kinds", "books", "upward", "to", "attachments", "copies", "text"})
_PASSAGE_KEYS: Final = frozenset({"heading", "text", "when", "unless"})


class WordingFault(StrEnum):
    """What may be wrong with a template; in English, with a place for what it is about."""

    NO_PLACEHOLDER = "{%s}: there is no such placeholder"
    NOT_PRINTED = "{%s}: no notice of these kinds prints such a thing"
    NOBODY_ENTERS = "nobody can enter “%s”"
    BRACKETS = "a bracket that does not close, or one within another"
    ONE_REST = "text: exactly one passage must be “%s”, so that nothing is lost that a notice prints"
    NO_ENTRY = "%s: there is no such entry"
    LEFT_OUT = "%s asks for what it does not say"
    NAMES_EXPECTED = "%s: a list of names is expected"
    LINES_EXPECTED = "lines of text are expected"
    PASSAGE_EXPECTED = "a line, or a heading with its text is expected"
    CONDITION_EXPECTED = "when: a field and what it must say is expected"
    TEXT_EXPECTED = "text: what stands below the heading is expected"
    TOO_LONG = "at most %s characters"
    NOT_READ = "%s"
    """It is no YAML; what is wrong, as the reader of YAML has it."""


@dataclass(frozen=True, slots=True)
class WordingFlaw:
    """What is wrong with a template, and in which line of which file; ``about`` is what it names, ``needs`` placeholders that would do."""

    file: str
    line: int
    fault: WordingFault
    about: str = ""
    needs: tuple[str, ...] = ()

    def __str__(self) -> str:
        what = str(self.fault)
        needs = f" ({' or '.join(self.needs)})" if self.needs else ""
        return f"{self.file}:{self.line}: {what % self.about if '%s' in what else what}{needs}"


class WordingFlawed(HuiyinError):
    """Raised when a template cannot be used; ``flaws`` are all that was found, each with file and line."""

    to_do = gettext_noop("请改正所列的行；模板可以写什么见 docs/documents.md")

    def __init__(self, flaws: Sequence[WordingFlaw]) -> None:
        self.flaws = tuple(flaws)
        super().__init__("\n".join(map(str, flaws)))


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A line of a template: text, with what may be left out in square brackets. ``number`` is where it stands in its file."""

    text: str
    number: int

    @property
    def names(self) -> tuple[str, ...]:
        """Its placeholders."""
        return tuple(_PLACEHOLDER.findall(self.text))

    def filled(self, values: Mapping[str, str]) -> str:
        """The line with its values; empty where one outside of brackets has none."""
        line = _PLACEHOLDER.sub(lambda part: values[part[1]], self._left(values))
        return line.replace("。。", "。")

    def placeholders_in(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """The placeholders that stand in the line once it is filled."""
        return tuple(_PLACEHOLDER.findall(self._left(values)))

    def asks_beside(self, name: str) -> Iterator[frozenset[str]]:
        """For each place at which the line says ``name``, the others that must have a value so that it stands there."""
        outside = frozenset(_PLACEHOLDER.findall(_OPTIONAL.sub("", self.text)))
        if name in outside:
            yield outside - {name}
        for part in _OPTIONAL.findall(self.text):
            if name in (within := frozenset(_PLACEHOLDER.findall(part))):
                yield (outside | within) - {name}

    def _left(self, values: Mapping[str, str]) -> str:
        shown = _OPTIONAL.sub(lambda part: part[1] if _has_all(part[1], values) else "", self.text)
        return shown if _has_all(shown, values) else ""


@dataclass(frozen=True, slots=True)
class TemplatePassage:
    """A heading (or none) with the lines below it; ``when`` says what fields must say, ``unless`` which must be empty.

    ``is_rest``: here stands what the notice prints and no other passage has taken up.
    """

    heading: str
    lines: tuple[TemplateLine, ...]
    when: Mapping[str, str]
    unless: tuple[str, ...]
    number: int
    is_rest: bool = False

    def applies(self, values: Mapping[str, str]) -> bool:
        """Whether its conditions hold."""
        holds = all(values.get(name, "") == required for name, required in self.when.items())
        return holds and not any(values.get(name) for name in self.unless)


@dataclass(frozen=True, slots=True)
class DocumentTemplate:
    """A template: for which ``kinds`` of notice (of any procedure, or of one: inspection/put_right), in which ``books`` (empty: all), and what
    it says.

    ``upward`` documents go to a higher organ; ``to`` is whom one is to that names nobody (at most one line). ``digest`` tells one version of it from another.
    """

    name: str
    kinds: tuple[str, ...]
    books: tuple[str, ...]
    upward: bool
    to: tuple[TemplateLine, ...]
    attachments: tuple[TemplateLine, ...]
    copies: tuple[TemplateLine, ...]
    passages: tuple[TemplatePassage, ...]
    digest: str

    def is_for(self, procedure: str, kind: str) -> bool:
        """Whether it words notices of this ``kind`` of the ``procedure`` of that name."""
        return kind in self.kinds or f"{procedure}/{kind}" in self.kinds

    @property
    def mark(self) -> str:
        """By which a text names the template that worded it, and the version of that."""
        return f"{self.name}@{self.digest}"

    @property
    def lines(self) -> Iterator[TemplateLine]:
        """All of its lines."""
        for passage in self.passages:
            yield from passage.lines
        yield from (*self.to, *self.attachments, *self.copies)

    @property
    def names(self) -> frozenset[str]:
        """All placeholders that its lines use."""
        return frozenset(name for line in self.lines for name in line.names)


def misfits(
    wording: DocumentTemplate, books: Iterable[Rules], shipped: DocumentTemplate | None = None
) -> Iterator[WordingFlaw]:
    """What a template names that no notice of its kinds prints, or waits for that nobody can enter, in any of the ``books``; with file and
    line. A line that names what one book prints and another does not is left out under the other. What the ``shipped`` template of the
    kind names for other books may stay: it is left out as there.
    """
    known, words = set[str](ALWAYS), set[tuple[str, str]]()
    if shipped is not None:
        known |= shipped.names
        words |= {pair for passage in shipped.passages for pair in passage.when.items()}
    for rules in books:
        for name, procedure in rules.book.procedures.items():
            for notice in (rule for kind, rule in procedure.notices.items() if wording.is_for(name, kind)):
                known |= declared(procedure, notice)
                if wording.to and notice.to == "petitioner":
                    yield WordingFlaw(f"{wording.name}.yaml", wording.to[0].number, WordingFault.NO_ENTRY, "to")
                words |= {(name, word) for name in notice.body for word in _choices(rules, name)}
    for line in wording.lines:
        for name in line.names:
            if name not in known:
                yield WordingFlaw(f"{wording.name}.yaml", line.number, WordingFault.NOT_PRINTED, name)
    for passage in wording.passages:
        for name, required in passage.when.items():
            if (name, required) not in words:
                yield WordingFlaw(f"{wording.name}.yaml", passage.number, WordingFault.NOBODY_ENTERS, required)


def _choices(rules: Rules, name: str) -> Iterator[str]:
    """What a field may say, where it is one of a choice."""
    field = rules.book.fields.get(name)
    return (value.zh for value in field.of.values()) if field else iter(())


def wording_for(rules: Rules, procedure: Procedure, kind: str) -> DocumentTemplate:
    """The template by which the notice ``kind`` of a book is worded: one of its own, or the general one for whom it is to."""
    named = next((name for name, one in rules.book.procedures.items() if one is procedure), "")
    for wording in wordings().values():
        if wording.is_for(named, kind) and (not wording.books or rules.parts & {*wording.books}):
            return wording
    return wordings()[GENERAL[procedure.notices[kind].to]]


@cache
def wordings() -> Mapping[str, DocumentTemplate]:
    """All templates by name, those for single books first; read once a process. Raises WordingFlawed with everything that is wrong."""
    found: list[DocumentTemplate] = []
    flaws: list[WordingFlaw] = []
    for path in sorted(FOLDER.glob("*.yaml")):
        try:
            found.append(read_wording(path.read_text(encoding="utf-8"), path.stem))
        except WordingFlawed as flawed:
            flaws += flawed.flaws
    if flaws:
        raise WordingFlawed(flaws)
    return {wording.name: wording for wording in sorted(found, key=lambda wording: (not wording.books, wording.name))}


def read_wording(text: str, name: str) -> DocumentTemplate:
    """The template that ``text`` holds. Raises WordingFlawed with every flaw and its line."""
    file = f"{name}.yaml"
    try:
        tree, places = read_yaml(text, file)
    except RulebookFlawed as flawed:
        flaws = [WordingFlaw(file, flaw.line, WordingFault.NOT_READ, str(flaw)) for flaw in flawed.flaws]
        raise WordingFlawed(flaws) from None
    reader = _TemplateReader(file, places)
    passages = tuple(reader.passages(tree.get("text")))
    wording = DocumentTemplate(
        name=name,
        kinds=reader.words(tree, "kinds"),
        books=reader.words(tree, "books"),
        upward=tree.get("upward") is True,
        to=tuple(reader.lines([tree["to"]] if "to" in tree else None, ("to",))),
        attachments=tuple(reader.lines(tree.get("attachments"), ("attachments",))),
        copies=tuple(reader.lines(tree.get("copies"), ("copies",))),
        passages=passages,
        digest=sha256(text.encode()).hexdigest()[:DIGEST_DIGITS],
    )
    reader.check_keys(tree, _KEYS, ())
    if sum(passage.is_rest for passage in passages) != 1:
        reader.flaws.append(WordingFlaw(file, 1, WordingFault.ONE_REST, REST))
    if reader.flaws:
        raise WordingFlawed(reader.flaws)
    return wording


class _TemplateReader:
    """Turns the parts of a file into lines and passages, and collects what is wrong with them."""

    def __init__(self, file: str, places: Mapping[Path_, Where]) -> None:
        self._file, self._places = file, places
        self.flaws: list[WordingFlaw] = []

    def words(self, tree: Mapping[str, Any], key: str) -> tuple[str, ...]:
        """A list of names."""
        value = tree.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self._flaw((key,), WordingFault.NAMES_EXPECTED, key)
        return ()

    def passages(self, value: object) -> Iterator[TemplatePassage]:
        """The passages of a template."""
        if not isinstance(value, list) or not value:
            self._flaw(("text",), WordingFault.LINES_EXPECTED)
            return
        for at, item in enumerate(value):
            yield self._passage(item, ("text", at))

    def _passage(self, item: object, path: Path_) -> TemplatePassage:
        number = self._number(path)
        if item == REST:
            return TemplatePassage("", (), {}, (), number, is_rest=True)
        if isinstance(item, str):
            return TemplatePassage("", tuple(self.lines([item], path)), {}, (), number)
        if not isinstance(item, dict):
            self._flaw(path, WordingFault.PASSAGE_EXPECTED)
            return TemplatePassage("", (), {}, (), number)
        self.check_keys(item, _PASSAGE_KEYS, path)
        when, unless = item.get("when", {}), item.get("unless", [])
        if not isinstance(when, dict) or not all(isinstance(word, str) for word in when.values()):
            self._flaw((*path, "when"), WordingFault.CONDITION_EXPECTED)
            when = {}
        named = (unless,) if isinstance(unless, str) else tuple(unless) if isinstance(unless, list) else ()
        for name in (*when, *named):
            self._check_name(str(name), path)
        text = item.get("text")
        if not text:
            self._flaw(path, WordingFault.TEXT_EXPECTED)
        return TemplatePassage(
            heading=str(item.get("heading", "")),
            lines=tuple(self.lines([text] if isinstance(text, str) else text, (*path, "text"))),
            when=when,
            unless=tuple(map(str, named)),
            number=number,
        )

    def lines(self, value: object, path: Path_) -> Iterator[TemplateLine]:
        """Lines, each checked: brackets that close, names that there are."""
        if value is None:
            return
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self._flaw(path, WordingFault.LINES_EXPECTED)
            return
        for at, text in enumerate(value):
            place = (*path, at)
            left = _PLACEHOLDER.sub("", _OPTIONAL.sub(lambda part: part[1], text))
            if set(left) & set("{}[]"):
                self._flaw(place, WordingFault.BRACKETS)
            for name in _PLACEHOLDER.findall(text):
                self._check_name(name, place)
            yield TemplateLine(text, self._number(place))

    def check_keys(self, tree: Mapping[str, Any], known: frozenset[str], path: Path_) -> None:
        """That nothing stands there that means nothing."""
        for key in tree:
            if key not in known:
                self._flaw((*path, key), WordingFault.NO_ENTRY, str(key))

    def _check_name(self, name: str, path: Path_) -> None:
        shaped = _NAME.fullmatch(name)
        dotted = "." in name and name not in ALWAYS and not name.startswith((MOMENT, LIMIT))
        if not shaped or dotted:
            self._flaw(path, WordingFault.NO_PLACEHOLDER, name)

    def _flaw(self, path: Path_, fault: WordingFault, about: str = "") -> None:
        self.flaws.append(WordingFlaw(self._file, self._number(path), fault, about))

    def _number(self, path: Path_) -> int:
        return nearest(self._places, path)[1]


def _has_all(text: str, values: Mapping[str, str]) -> bool:
    return all(values.get(name) for name in _PLACEHOLDER.findall(text))
