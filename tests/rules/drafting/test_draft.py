"""A book from ten answers is sound, keeps to the law, and says what its author answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiyin.rules.book.load import Rules, load, load_file
from huiyin.rules.drafting.draft import QUESTIONS, Unanswerable, draft_text, read_answers
from huiyin.rules.prover.compare import compare
from huiyin.rules.prover.prove import check

DEFAULTS = {one.key: one.default for one in QUESTIONS}


def drafted(folder: Path, **answers: str) -> Rules:
    """The book for the default answers but these."""
    said = {**DEFAULTS, **answers}
    path = folder / f"{said['name']}.yaml"
    path.write_text(draft_text(said), encoding="utf-8")
    return load_file(path)


def test_ten_things_are_asked_each_in_both_languages_with_an_answer_that_can_be_used() -> None:
    assert len(QUESTIONS) == 10
    assert all(one.zh and one.en and one.checked(one.default) == one.default for one in QUESTIONS)


@pytest.mark.slow
@pytest.mark.parametrize(
    "answers",
    [
        {},
        pytest.param({"notice_days": "1", "handling_days": "1"}, marks=pytest.mark.exhaustive),
        {"notice_days": "15", "handling_days": "60", "title": '带"引号"的: 标题 # 不是注', "cite": "'{办法}"},
    ],
)
def test_what_is_written_is_sound_and_nowhere_less_than_the_law(answers: dict[str, str], tmp_path: Path) -> None:
    rules = drafted(tmp_path, **answers)
    assert check(rules) == []
    assert compare(rules, load("national-2022")) == []


def test_the_answers_stand_in_the_book(tmp_path: Path) -> None:
    book = drafted(
        tmp_path, name="pond", title="鱼塘办法", registrar_unit="塘口", notice_days="7", handling_days="20"
    ).book
    matter = book.procedures["matter"]
    assert (book.rulebook, book.title.zh, book.extends) == ("pond", "鱼塘办法", "national-2022")
    assert book.roles["registrar"].seat is not None and book.roles["registrar"].seat.zh == "塘口"
    lengths = [str(matter.limits[name].within) for name in ("notice", "handling")]
    assert lengths == ["7 days", "20 days"]
    assert "7日内" in book.clauses["local-2"].zh and "20日内" in book.clauses["local-4"].zh


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("name", "national-2022"),
        ("name", "../elsewhere"),
        ("name", ""),
        ("title", "  "),
        ("title", "两\n行"),
        ("title", "长" * 101),
        ("effective", "tomorrow"),
        ("notice_days", "16"),
        ("notice_days", "0"),
        ("notice_days", "七"),
        ("notice_days", "٧"),
        ("handling_days", "61"),
        ("handling_days", "-1"),
    ],
)
def test_an_answer_that_no_book_can_hold_is_refused_with_what_to_do(key: str, answer: str) -> None:
    with pytest.raises(Unanswerable) as refused:
        draft_text({**DEFAULTS, key: answer})
    assert refused.value.to_do


def test_answers_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text("name: pond\nnotice_days: 7\neffective: 2026-08-01\n", encoding="utf-8")
    assert read_answers(path) == {"name": "pond", "notice_days": "7", "effective": "2026-08-01"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("notice_day: 7\n", "did you mean notice_days?"),
        ("colour: green\n", "the keys are name, title"),
        ("title: [a, b]\n", "write it behind the colon"),
        ("title:\n", "write it behind the colon"),
        ("- a\n", "write a line"),
        ("", "write a line"),
    ],
)
def test_a_file_that_answers_something_else_is_refused(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Unanswerable) as refused:
        read_answers(path)
    assert said in refused.value.to_do
