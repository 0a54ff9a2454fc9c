"""No text that anybody sends takes longer than in proportion to its length: each regular expression is tried with what is worst for its kind."""

from __future__ import annotations

import ast
import importlib
import itertools
import re
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final, NamedTuple

import pytest

import huiyin
from huiyin.people.names import disguised, hints, mentions, neutral, offices, parts
from huiyin.people.names.calls import _familiar, _office
from huiyin.people.names.spelling import part_in_letters

SOURCE: Final = Path(huiyin.__file__).parent
SHORT, LONG = 1_000, 4_000
"""Characters: what grows as the text takes four times as long for the longer, what grows as its square sixteen times."""
MOST_TIMES: Final = 9
WORTH_MEASURING: Final = 0.01
"""Seconds of CPU: below, even what grows as the square does no harm at this length."""
MAX_SIGNS: Final = 6
MAX_BEGINNINGS: Final = 12
ENDS: Final = ("\0", "1(")
"""Behind what is repeated: what most expressions do not go on with."""
READING: Final = ("search", "sub", "subn", "findall", "finditer", "split", "fullmatch", "match")
BOUNDED: Final[Mapping[str, str]] = {
    "huiyin.archive.saying.SAYINGS": "MAX_LINE_CHARS, before any is tried",
    "huiyin.casework.receipts._CASE_NUMBER": "MAX_TYPED_CHARS, before anything is made of it",
    "huiyin.channels.register.columns._NOTE": "a hundred characters of a header",
    "huiyin.channels.table._NOTE": "a hundred characters of a header",
    "huiyin.documents.layout._UNSHOWN": "what the typesetting program says, not what anybody sent",
}
"""Expressions that are not tried, and what bounds the text that they are given."""
MADE_IN_FUNCTIONS: Final[Mapping[str, str]] = {
    "archive/saying.py:compile": "MAX_LINE_CHARS, before any is tried",
    "casework/file_checks/kinds.py:compile": "names of parts, each from a list in that module",
    "casework/received/named.py:search": "a line between two signs",
    "channels/mailbox/html_text.py:compile": "one name of an element each, tried as all others are",
    "door/accused/in_hand_words.py:compile": "names of a few people beside words; tried in tests/door/test_in_hand.py",
    "documents/comparing/decisive.py:findall": "words one after another, and times of twenty digits at most",
    "organisations/description.py:compile": "told before that the text is longer than it may be",
    "people/checks.py:split": "one sign",
    "people/names/calls.py:compile": "names and words beside one another; tried with names below",
    "people/names/disguised.py:compile": "signs one after another; tried with a name below",
    "people/names/higher.py:compile": "names and titles, in a clause of fourteen signs",
    "people/names/hints.py:compile": "names and words one after another, with three signs between them at most; tried with names below",
    "people/names/mentions.py:compile": "words one after another; tried below",
    "people/names/neutral.py:compile": "words one after another; tried below",
    "people/names/offices.py:compile": "words with a few signs between them; tried below",
    "people/names/own_words.py:compile": "words with a dozen signs between them",
    "people/names/parts.py:compile": "one of a list of words, and a few after it; tried below",
    "people/names/spelling.py:compile": "signs one after another",
    "rules/book/calendars/holiday_notice.py:finditer": "names of holidays one after another, in what an administrator pasted",
}
"""Modules that make expressions where they use them, and why these take time in proportion to the text."""
INSIDE: Final = re.compile(r"^ .*\bre\.(?:compile|search|subn?|findall|finditer|split|fullmatch|match)\(", re.MULTILINE)

Pattern = re.Pattern[str] | re.Pattern[bytes]


def modules() -> Iterator[str]:
    """Those that make expressions."""
    for file, text in sources().items():
        if "re.compile(" in text:
            yield _module(file)


def _module(file: Path) -> str:
    return "huiyin." + str(file.with_suffix("")).replace("/", ".").removesuffix(".__init__")


@cache
def sources() -> dict[Path, str]:
    return {file.relative_to(SOURCE): file.read_text() for file in sorted(SOURCE.rglob("*.py"))}


def patterns() -> Iterator[tuple[str, Pattern]]:
    """Every expression that a module keeps, by where it stands."""
    for name in modules():
        module = importlib.import_module(name)
        for key, value in vars(module).items():
            for position, one in enumerate(_within(value)):
                yield f"{name}.{key}" + (f"[{position}]" if position else ""), one


def _within(value: Any) -> Iterator[Pattern]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from itertools.chain.from_iterable(map(_within, value.values()))
    elif isinstance(value, tuple | list):
        yield from itertools.chain.from_iterable(map(_within, value))


def written_out() -> Iterator[tuple[str, Pattern, str]]:
    """Every expression that stands where it is used: ``re.sub("…", …)``."""
    for file, call in calls():
        way, given = call.func.attr, call.args[0]  # type: ignore[attr-defined]
        if way != "compile" and isinstance(given, ast.Constant):
            yield f"{file}:{call.lineno}", re.compile(given.value), way  # type: ignore[type-var]


@cache
def calls() -> tuple[tuple[Path, ast.Call], ...]:
    """Where a function, or a part of one, uses an expression that no name of its module stands for."""
    inside = {file: text for file, text in sources().items() if INSIDE.search(text)}
    return tuple((file, call) for file, text in inside.items() for call in _calls(ast.parse(text)) if call.col_offset)


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in (*READING, "compile")
        ):
            yield node


@cache
def uses() -> dict[str, set[str]]:
    """How each name of an expression is used: one that is for its module alone there, others anywhere."""
    found: dict[str, set[str]] = {}
    for file, text in sources().items():
        for name, way in re.findall(rf"\b(\w+)(?:\[\w+\])?\.({'|'.join(READING)})\b", text):
            found.setdefault(f"{_module(file)}.{name}" if name.startswith("_") else name, set()).add(way)
    return found


def way_of_reading(name: str) -> str:
    """How an expression is used: what only reads from the first character on needs no other."""
    called = uses().get(name.partition("[")[0], set()) | uses().get(
        name.partition("[")[0].rpartition(".")[2], set()
    ) or {"search"}
    return min(called - {"fullmatch", "match"} or called)


class Hostile(NamedTuple):
    """A text of any length that is hard to read."""

    beginning: str
    repeated: str
    end: str

    def of(self, length: int) -> str:
        return self.beginning + self.repeated * (length // len(self.repeated)) + self.end


def hostile(pattern: Pattern) -> Iterator[Hostile]:
    """Repetitions of the characters that the expression knows, alone, two by two, and behind each beginning of what it matches."""
    source = pattern.pattern.decode("latin-1") if isinstance(pattern.pattern, bytes) else pattern.pattern
    tree = parser.parse(source, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags)
    whole = _example(tree)[:MAX_BEGINNINGS]
    signs = list(dict.fromkeys([" ", *_signs(tree), *whole, "a", "1"]))[:MAX_SIGNS]
    beginnings = [whole[:at] for at in range(len(whole) + 1)]
    for sign in signs:
        yield from (Hostile(beginning, sign, end) for beginning in beginnings[::2] for end in ENDS)
    for piece in (*map("".join, itertools.combinations(signs, 2)), *beginnings[2:]):
        yield Hostile("", piece, ENDS[0])


def _signs(tree: Any) -> Iterator[str]:
    """A character for each place of an expression, what may be repeated first."""
    found = [_of(op, av) for op, av in _walk(tree)]
    yield from (sign for sign in found if sign)


def _walk(tree: Any) -> Iterator[tuple[Any, Any]]:
    for op, av in tree:
        name = str(op)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            yield from _walk(av[2])
        elif name == "SUBPATTERN":
            yield from _walk(av[3])
        elif name == "BRANCH":
            yield from itertools.chain.from_iterable(map(_walk, av[1]))
        elif name in ("ASSERT", "ASSERT_NOT"):
            yield from _walk(av[1])
        elif name == "ATOMIC_GROUP":
            yield from _walk(av)
        else:
            yield op, av


def _of(op: Any, av: Any) -> str:
    match str(op):
        case "LITERAL":
            return chr(av)
        case "NOT_LITERAL":
            return "a" if av != ord("a") else "b"
        case "ANY":
            return "a"
        case "IN":
            return _of_class(av)
    return ""


def _of_class(items: Any) -> str:
    kinds = {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a", "CATEGORY_NOT_SPACE": "a"}
    kinds |= {"CATEGORY_NOT_WORD": "-", "CATEGORY_NOT_DIGIT": "a"}
    if str(items[0][0]) == "NEGATE":
        out = {chr(av) for op, av in items if str(op) == "LITERAL"}
        ranges = [av for op, av in items if str(op) == "RANGE"]
        out |= {kinds.get(str(av), "") for op, av in items if str(op) == "CATEGORY"}
        return next((c for c in "a1 -x\n/路" if c not in out and not any(a <= ord(c) <= b for a, b in ranges)), "")
    op, av = items[0]
    return {"LITERAL": lambda: chr(av), "RANGE": lambda: chr(av[0]), "CATEGORY": lambda: kinds[str(av)]}[str(op)]()


def _example(tree: Any) -> str:
    """What the expression may match, each repetition once."""
    parts = []
    for op, av in tree:
        name = str(op)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            parts.append(_example(av[2]) * max(1, min(av[0], 4)))
        elif name == "SUBPATTERN":
            parts.append(_example(av[3]))
        elif name == "BRANCH":
            parts.append(_example(av[1][0]))
        elif name == "ATOMIC_GROUP":
            parts.append(_example(av))
        else:
            parts.append(_of(op, av))
    return "".join(parts)


def seconds(pattern: Pattern, way: str, text: str) -> float:
    """What it takes the processor to read ``text`` once."""
    given: Any = text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text
    read: dict[str, Callable[[], object]] = {
        "sub": lambda: pattern.sub(given[:0], given),
        "finditer": lambda: list(pattern.finditer(given)),
    }
    began = time.process_time()
    read.get(way, lambda: getattr(pattern, way)(given))()
    return time.process_time() - began


def slow_texts(pattern: Pattern, way: str) -> Iterator[str]:
    """The beginnings of texts that take more than in proportion to their length."""
    for text in hostile(pattern):
        long = text.of(LONG)
        if seconds(pattern, way, long) < WORTH_MEASURING:
            continue
        least = min(seconds(pattern, way, long) for _ in range(2))
        if least > MOST_TIMES * min(seconds(pattern, way, text.of(SHORT)) for _ in range(3)):
            yield long[:20]


def test_every_regular_expression_takes_time_in_proportion_to_the_text() -> None:
    kept = ((name, pattern, way_of_reading(name)) for name, pattern in patterns())
    slow = {
        name: text
        for name, pattern, way in itertools.chain(kept, written_out())
        if name.partition("[")[0] not in BOUNDED and (text := next(slow_texts(pattern, way), None)) is not None
    }
    assert slow == {}


def _is_inside(call: ast.Call, text: str) -> bool:
    return text.splitlines()[call.lineno - 1].startswith(" ")


def test_expressions_are_made_where_they_can_be_tried() -> None:
    made = {
        f"{file}:{call.func.attr}"  # type: ignore[attr-defined]
        for file, call in calls()
        if not isinstance(call.args[0], ast.Constant) and _is_inside(call, sources()[file])
    }
    assert made == set(MADE_IN_FUNCTIONS)


@pytest.mark.parametrize("known", ["[a-z]+(?=[0-9])", "(?=[+]?\\s*\\d)"])
def test_an_expression_that_grows_as_the_square_is_found(known: str) -> None:
    assert next(slow_texts(re.compile(known), "search"), None) and not any(slow_texts(re.compile("[a-z]x"), "search"))


def test_expressions_made_of_names_take_time_in_proportion_to_the_text() -> None:
    made = (hints._spelt("赵江"), hints._calls("赵"), part_in_letters("书记"), hints.pattern("corruption", "conduct"))
    made += (_familiar("赵", "江"), _office(["纪保督察处"], ["临江市消防局"]), hints._spelt_whole("赵江"))
    made += (offices._office_does(), offices._who_does(), mentions._office_words(), neutral._of_family())
    made += (disguised._partly("冯火生"), parts._called())
    slow = {one.pattern[:40]: text for one in made if (text := next(slow_texts(one, "finditer"), None)) is not None}
    assert slow == {}
