"""Texts with codes: worded in every language, given what their words need, and free of words that nobody translated."""

from __future__ import annotations

import ast
import gettext
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from string import Template
from typing import Final

import pytest
from pydantic import TypeAdapter

import huiyin
from huiyin.language import READERS, reader_of
from huiyin.organisations.texts import ChangeKind, DescriptionProblem, Lack, PublishedContact, SheetProblem
from huiyin.rules.book.flaw_codes import FlawCode, PhraseCode
from huiyin.rules.book.load import RulebookFlawed, load_file
from huiyin.rules.book.references import dangling
from huiyin.rules.book.texts import CodedText, Term, TextCode, series
from huiyin.rules.prover.codes.clocks import ClockCode
from huiyin.rules.prover.codes.documents import DocumentCode
from huiyin.rules.prover.codes.ends import EndCode, TimerCode, WhoCode
from huiyin.rules.prover.codes.findings import FindingCode
from huiyin.rules.prover.codes.independence import IndependenceCode
from huiyin.rules.prover.codes.refinement import BeyondCode, RefinementCode
from huiyin.rules.prover.codes.stories import GoalCode, LessCode, PropertyCode, StoryCode
from tests.rules.book.test_bad_files import MISTAKES
from tests.rules.book.test_load_errors import REFERENCES, SCHEMA, SOUND
from tests.rules.untranslated import untranslated

ROOT: Final = Path(huiyin.__file__).parent
SETS: Final = (
    FlawCode,
    PhraseCode,
    FindingCode,
    IndependenceCode,
    DocumentCode,
    ClockCode,
    EndCode,
    TimerCode,
    WhoCode,
    RefinementCode,
    BeyondCode,
    PropertyCode,
    StoryCode,
    GoalCode,
    LessCode,
    ChangeKind,
    Lack,
    DescriptionProblem,
    PublishedContact,
    SheetProblem,
)
CODES: Final[tuple[TextCode, ...]] = tuple(code for codes in SETS for code in codes)
CHINESE: Final = re.compile(r"[^\x00-\x7f]")
"""Signs between names are words too."""


def words(code: TextCode) -> list[str]:
    """The Chinese words of a code, which are the keys of their translations."""
    return [text for text in (code.text, code.expected, code.found) if CHINESE.search(text)]


def catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("django", str(ROOT / "locale"), [language])


def test_every_code_is_in_one_of_the_sets_that_are_looked_at_here() -> None:
    assert {code.__class__ for code in CODES} == set(TextCode.__subclasses__())


@pytest.mark.parametrize("language", ["en", "zh_Hant"])
def test_every_code_is_worded_in_every_language(language: str) -> None:
    known = catalogue(language)._catalog  # type: ignore[attr-defined]
    assert [code for code in CODES if not words(code)] == []
    assert [text for code in CODES for text in words(code) if text not in known] == []


@pytest.mark.parametrize("code", [*FindingCode, *DocumentCode, *IndependenceCode, *EndCode, *RefinementCode])
def test_a_finding_says_what_is_wrong_what_should_be_there_and_what_is(code: TextCode) -> None:
    assert code.text
    assert code.expected
    assert code.found


def given_to(code: TextCode) -> set[str]:
    """The names that the words of a code use, in any language."""
    texts = [text for text in (code.text, code.expected, code.found) if text]
    said = {catalogue(language).gettext(text) for language in ("en", "zh_Hant") for text in texts} | set(texts)
    return {name for text in said for name in Template(text).get_identifiers()}


def about() -> dict[tuple[str, str], list[set[str]]]:
    """Each place where a text is made, by set and member: the names of what it is given."""
    found: dict[tuple[str, str], list[set[str]]] = defaultdict(list)
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            given = {str(keyword.arg) for keyword in node.keywords}
            of = None
            if isinstance(node.func, ast.Attribute) and node.func.attr == "about":
                of = node.func.value
            elif isinstance(node.func, ast.Name) and node.func.id == "complaint":
                of, given = node.args[0], given | {"found"}
            if isinstance(of, ast.Attribute) and isinstance(of.value, ast.Name):
                found[of.value.id, of.attr].append(given)
    return found


def test_every_text_is_given_what_its_words_need() -> None:
    short = {
        f"{codes}.{member}": given_to(code) - given
        for (codes, member), places in about().items()
        for given in places
        for code in CODES
        if (code.__class__.__name__, code.name) == (codes, member) and given_to(code) - given
    }
    assert short == {}


def test_no_code_is_left_over() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py"))
    unused = [code for code in CODES if f"{code.__class__.__name__}.{code.name}" not in sources]
    assert unused == []


def test_a_text_is_kept_as_code_and_parameters_and_worded_for_who_reads_it() -> None:
    stage = Term("已登记", "registered")
    text = FindingCode.NO_END.about(stage=stage, way=series(["submit", "accept"], "then"))
    adapter = TypeAdapter(CodedText)
    kept = adapter.dump_json(text)
    assert b"\\u4e4b" not in kept
    assert "之后" not in kept.decode()
    assert adapter.validate_json(kept) == text
    assert [text.text(reader) for reader in READERS] == [
        "到“已登记”之后再也不能终结",
        "到「已登记」之後再也不能終結",
        "from registered no end can be reached any more",
    ]
    assert text.found("en") == "none after submit → accept"


def test_a_code_that_this_version_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="no code of this version"):
        TypeAdapter(CodedText).validate_json('{"code": "no-such-code", "params": []}')


@pytest.mark.parametrize(
    ("language", "reader"),
    [("en", "en"), ("en-gb", "en"), ("zh-hans", "zh-hans"), ("zh-hant", "zh-hant"), ("", "zh-hans"), ("fr", "zh-hans")],
)
def test_every_language_has_its_words(language: str, reader: str) -> None:
    assert reader_of(language) == reader


def test_the_last_of_several_choices_is_set_apart() -> None:
    text = FlawCode.NOT_AMONG.about(known=series(["'a'", "'b'", "'c'"], "or"), found="'d'")
    assert text.expected("en") == "one of 'a', 'b' or 'c'"
    assert text.expected("zh-hans") == "以下之一：'a'、'b'或者'c'"


def flaws(path: Path, content: str | bytes) -> Iterable[CodedText]:
    """What loading the file ``path`` with ``content``, and looking up its names, complains of."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    try:
        return [flaw.why for flaw in dangling(load_file(path))]
    except RulebookFlawed as error:
        return [flaw.why for flaw in error.flaws]


BROKEN: Final[list[tuple[str, Callable[[], str | bytes]]]] = [
    *((case[0], lambda case=case: SOUND.replace(case[1], case[2], 1)) for case in (*SCHEMA, *REFERENCES)),  # type: ignore[misc]
    *((name, content) for name, (content, _error) in MISTAKES.items()),
]


@pytest.mark.parametrize("reader", ["zh-hans", "zh-hant"])
def test_no_error_of_reading_shows_a_reader_of_chinese_what_nobody_translated(reader: str, tmp_path: Path) -> None:
    left = {}
    for name, content in BROKEN:
        text = content()
        source = text.decode("utf-8", errors="replace") if isinstance(text, bytes) else text
        for why in flaws(tmp_path / "book.yaml", text):
            foreign = untranslated(why, reader, source)
            if foreign:
                left[name] = foreign
    assert left == {}
