"""The comparison with the law: it finds what institutions' own texts take away, and nothing in the shipped books."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from huiyin.cli import main
from huiyin.rules.book.load import load, load_file, shipped
from huiyin.rules.prover.compare import Less, compare
from tests.rules.untranslated import untranslated
from tests.samples import one_of

RAW = Path(__file__).parents[1] / "raw"
LAW = "national-2022"
HEAD = """\
rulebook: own
version: "1"
title: {zh: 本单位规程}
extends: national-2022
effective: 2026-01-01
clauses:
  own-1: {cite: {zh: 本规程第一条}, zh: 本单位自定}
procedures:
  matter:
"""


def less(path: Path) -> list[Less]:
    """Where the book in the file gives less than the law."""
    return compare(load_file(path), load(LAW))


def reasons(tmp_path: Path, text: str) -> list[str]:
    """The reasons found when ``text`` is what an institution changes in the procedure of matters."""
    path = tmp_path / "own.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    return [f"{found.path}: {found.reason.en}" for found in less(path)]


@pytest.mark.parametrize("name", [name for name in shipped() if name != "national-2005"])
def test_no_shipped_book_gives_less_than_the_law(name: str) -> None:
    assert [str(found.lines()) for found in compare(load(name), load(LAW))] == []


@pytest.mark.clause("s1-C8b")
def test_it_finds_that_the_science_bureaus_leader_in_charge_extends() -> None:
    (found,) = [one for one in less(RAW / "science-bureau.yaml") if one.path.endswith("actions.grant_extension")]
    assert found.clauses == ("制度第八条",)
    assert found.articles == ("第三十四条",)
    assert found.reason.zh == "“批准延期”应由本机关负责人批准"


@pytest.mark.clause("s1-C9b")
def test_it_finds_that_the_science_bureau_offers_no_re_review() -> None:
    found = [one for one in less(RAW / "science-bureau.yaml") if "apply_rereview" in one.reason.en]
    assert [(one.articles, one.reason.zh) for one in found] == [(("第三十六条第一款",), "信访人不能“申请复核”")]


@pytest.mark.clause("s3-3.4.4b")
def test_it_finds_that_the_companys_department_reviews_itself() -> None:
    found = {one.path: one for one in less(RAW / "company.yaml")}
    duty = found["procedures.matter.duties.review"]
    assert duty.clauses == ("制度3.4.4",)
    assert duty.articles == ("第三十五条",)
    assert "承办人自己决定" in duty.reason.zh
    assert "procedures.matter.actions.decide_review" in found


LESS = [
    ("a longer limit", "    limits: {handling: {within: 90 days, clause: own-1}}\n", "limits.handling: handling is longer than the law's 60 days"),
    ("a limit in working days", "    limits: {review: {within: 30 working days}}\n", "limits.review: review is longer than the law's 30 days"),
    ("a longer extension", "    limits: {handling: {extendable: 60 days}}\n", "limits.handling: it may be extended by more than the law allows"),
    ("a later start", "    limits: {handling: {from: assigned}}\n", "limits.handling: it runs from assigned, not accepted"),
    ("a shorter window", "    limits: {apply_review: {within: 10 days}}\n", "limits.apply_review: apply_review is shorter than the law's 30 days"),
    ("a pause that the law does not know", "    limits: {review: {pausable: true}}\n", "limits.review: the law does not let it be paused"),
    ("a missing notice", "    actions: {accept: {notice: []}}\n", "actions.accept: the notice acceptance is missing"),
    ("a notice that is not served", "    notices: {reply: {served: false}}\n", "notices.reply: the notice reply is no longer served"),
    ("a notice that says less", "    notices: {reply: {body: [result]}}\n", "notices.reply: the notice reply says less"),
    ("a remedy under a condition", "    actions: {apply_review: {when: {group: no}}}\n", "actions.apply_review: a condition is added to it"),
    ("an application by letter that nobody may enter", "    actions: {apply_review: {entered: null}}\n", "actions.apply_review: nobody may enter it where it comes by letter, by phone or at the counter"),
    ("a right that is gone", "    actions: {withdraw: null}\n", "actions: withdraw is not offered"),
    ("a duty that is gone", "    actions: {serve_reply: {opens: conclude}}\n", "actions.serve_reply: the duty carry_out is not opened"),
    ("a window cut short", "    actions: {conclude: {after: null}}\n", "actions.conclude: it does not wait until apply_review has run out"),
    ("an opinion approved by its author", "    actions: {approve_opinion: {not_by: []}}\n", "actions.approve_opinion: whoever took propose_opinion may take it"),
    ("an extension after the limit", "    actions: {grant_extension: {until: null}}\n", "actions.grant_extension: possible after the limit has run out"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), one_of(3, [case[1:] for case in LESS], [case[0] for case in LESS]))
def test_what_gives_the_petitioner_less_is_found(tmp_path: Path, text: str, reason: str) -> None:
    assert f"procedures.matter.{reason}" in reasons(tmp_path, text)
    said = [found.reason for found in less(tmp_path / "own.yaml")]
    assert [words for words in said if untranslated(words, "zh-hant", HEAD + text)] == []


MORE = [
    ("a shorter limit", "    limits: {handling: {within: 30 days}}\n"),
    ("a longer window", "    limits: {apply_review: {within: 60 days}}\n"),
    ("a smaller extension", "    limits: {handling: {extendable: 15 days}}\n"),
    ("an extension by the organ above", "    actions: {grant_extension: {by: reviewer}}\n"),
    ("one more separation", "    actions: {serve_reply: {not_by: approve_opinion}}\n"),
]


@pytest.mark.parametrize("text", [case[1] for case in MORE], ids=[case[0] for case in MORE])
def test_what_gives_the_petitioner_more_is_not_found(tmp_path: Path, text: str) -> None:
    assert reasons(tmp_path, text) == []


def test_the_command_ends_with_1_when_it_finds_something(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "compare", str(RAW / "company.yaml"), LAW, "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert {"file", "line", "path", "clauses", "articles", "zh", "en"} == set(said["less"][0])


def test_the_command_ends_with_0_for_a_shipped_book(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "compare", "xx-bureau", LAW]) == 0
    assert capsys.readouterr().out == "xx-bureau: nowhere less than national-2022\n"
