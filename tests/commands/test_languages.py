"""The command line speaks the language of whoever types, whole."""

from __future__ import annotations

import argparse
import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import huiyin
from huiyin import cli, commands
from huiyin.commands._columns import columns
from huiyin.commands._parsing import WORDS
from huiyin.language import language_of
from tests.commands.running import in_process

SOURCE: Final = Path(huiyin.__file__).parent
CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
ENGLISH: Final = re.compile(r"[A-Za-z]{2,}[,;:]? \(?[a-z]{2,}")
NAMED: Final = re.compile(r"`[^`]*`|--[a-z-]+ https:|huiyin [a-z-]+( [a-z-]+)?|《[^》]*》")
"""What is called the same in every language: commands."""


def every(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """``parser`` and those of all its commands."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for part in dict(action.choices).values():
                yield from every(part)


def explained(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Every sentence of its help."""
    yield from filter(None, (parser.description, parser.epilog))
    for action in parser._actions:
        assert action.help != "", f"{parser.prog} {action.dest}"
        yield from filter(None, [action.help])
        if isinstance(action, argparse._SubParsersAction):
            yield from (choice.help or "" for choice in action._choices_actions)
    yield from filter(None, (group.title for group in parser._action_groups))


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_every_help_is_chinese_for_a_chinese_reader(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_LANGUAGE", language)
    sentences = {(parser.prog, text) for parser in every(cli.parser()) for text in explained(parser)}
    assert len(sentences) > 400
    assert {(prog, text) for prog, text in sentences if not CHINESE.search(text) or english(text)} == set()


def test_every_help_is_english_for_an_english_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_LANGUAGE", "en")
    ours = {"回音: petitions received and handled under written rules"}
    sentences = {text for parser in every(cli.parser()) for text in explained(parser)} - ours
    assert {text for text in sentences if CHINESE.search(text.replace("送达回证", ""))} == set()


def test_no_line_of_a_chinese_help_is_wider_than_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_LANGUAGE", "zh-hans")
    monkeypatch.setenv("COLUMNS", "80")
    wide = {line for parser in every(cli.parser()) for line in parser.format_help().splitlines() if columns(line) > 80}
    assert wide == set()


def english(text: str) -> bool:
    """Whether two words of English stand together in it."""
    return bool(ENGLISH.search(NAMED.sub("", text)))


def test_the_words_of_argparse_are_those_that_it_looks_up() -> None:
    source = re.sub(r"'\s*\n\s*'", "", inspect.getsource(argparse))
    assert [words for words in WORDS if repr(words) not in source] == []


def test_a_wrong_command_line_is_told_in_chinese(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUIYIN_LANGUAGE", "zh-hans")
    huiyin = in_process(capsys)
    for line in ([], ["serve", "--port", "many"], ["serve", "--nothing"], ["serve", "--port"], ["nothing"]):
        outcome = huiyin(*line)
        assert (outcome.status, outcome.err.count("\n")) == (commands.MISUSED, 1), line
        assert CHINESE.search(outcome.err) and not english(outcome.err.replace("huiyin serve", "")), outcome.err


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "zh-hans"),
        ({"LANG": "C.UTF-8"}, "zh-hans"),
        ({"LANG": "zh_TW.UTF-8"}, "zh-hant"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "", "HUIYIN_LANGUAGE": "zh-hans"}, "zh-hans"),
    ],
)
def test_the_environment_says_which_language(environ: dict[str, str], language: str) -> None:
    assert language_of(environ) == language


def test_no_sentence_of_a_command_is_written_without_a_translation() -> None:
    files = [SOURCE / "cli.py", *(SOURCE / "commands").rglob("*.py")]
    assert [line for file in files if file.name != "_parsing.py" for line in untranslated(file)] == []


def untranslated(file: Path) -> Iterator[str]:
    """English sentences that stand in a module as such, but for its docstrings."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        written = node.value if isinstance(node, ast.Constant) and id(node) not in documented else None
        if isinstance(written, str) and english(written):
            yield f"{file.name}:{node.lineno}: {written}"  # type: ignore[attr-defined]
