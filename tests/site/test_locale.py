"""The translations are complete, keep their placeholders, and reach the pages."""

from __future__ import annotations

import ast
import gettext
import re
from datetime import date
from functools import cache
from pathlib import Path

import opencc
import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override

import huiyin
from huiyin.casework.labels import in_script
from huiyin.people.checks import PetitionerFields, clean_petitioner
from huiyin.rules.prover.finding import STATEMENTS
from huiyin.rules.prover.longest_time import GOALS

ROOT = Path(huiyin.__file__).parent
LANGUAGES = ("en", "zh_Hant")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
TEXT = r"""(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
MARKED = re.compile(rf"(?:\b_|gettext_noop|gettext)\(\s*((?:{TEXT}\s*)+)[,)]")
RENAMED = re.compile(r"\b((?:gettext|ngettext|pgettext|npgettext)(?:_noop|_lazy)?) as (?!_\b|\1\b)\w+")
TAGGED = re.compile(r"""\{%\s*translate\s+(?:"([^"]+)"|'([^']+)')""")


@cache
def catalogue(language: str) -> dict[str, str]:
    """What stands in a compiled catalogue: text to translation; of plurals the last form."""
    with (ROOT / "locale" / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled: dict[object, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return {key[0] if isinstance(key, tuple) else str(key): text for key, text in compiled.items() if key}


def in_the_sources() -> set[str]:
    """Every Chinese text that is marked for translation in a simple way, which is nearly all of them."""
    found: set[str] = set()
    for path in ROOT.rglob("*.py"):
        marked = (text for text in MARKED.findall(path.read_text(encoding="utf-8")) if CHINESE.search(text))
        found |= {ast.literal_eval(f"({text})") for text in marked}
    for path in ROOT.rglob("*.html"):
        found |= {double or single for double, single in TAGGED.findall(path.read_text(encoding="utf-8"))}
    return {text for text in found if CHINESE.search(text)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    assert sorted(in_the_sources() - set(catalogue(language))) == []


def test_texts_are_marked_under_names_that_gettext_knows() -> None:
    assert [path.name for path in ROOT.rglob("*.py") if RENAMED.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_prover_says_is_translated(language: str) -> None:
    said = {code.text for code in (*STATEMENTS.values(), *GOALS.values())}
    assert sorted(said - set(catalogue(language))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_keeps_its_placeholders(language: str) -> None:
    wrong = [
        text
        for text, translation in catalogue(language).items()
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(translation))
    ]
    assert wrong == []


def test_no_chinese_is_left_in_the_english_texts() -> None:
    assert [text for text in catalogue("en").values() if CHINESE.search(text)] == []


def test_the_name_of_the_system_stays_what_it_is_in_traditional_characters() -> None:
    assert catalogue("zh_Hant")["回音"] == "回音"


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_and_compiled_texts_agree(language: str) -> None:
    folder = ROOT / "locale" / language / "LC_MESSAGES"
    entries = (folder / "django.po").read_text(encoding="utf-8").count("\nmsgid ") - 1
    assert entries == len(catalogue(language))


def test_every_language_that_is_offered_has_texts() -> None:
    offered = {code for code, _name in settings.LANGUAGES}
    assert offered == {settings.LANGUAGE_CODE, "en", "zh-hant"}


def test_a_public_page_in_english_shows_no_chinese(db: None) -> None:
    page = Client().get("/track/", headers={"Accept-Language": "en"}).content.decode()
    main = page.partition("<main")[2].partition("</main>")[0]
    assert "Follow a petition" in main
    assert not CHINESE.search(main)


def test_problems_of_the_checks_are_translated_by_their_templates() -> None:
    _kept, problems = clean_petitioner(PetitionerFields(name="", phone="12"), date(2026, 3, 2))
    assert problems
    assert all(problem.template in catalogue("en") for problem in problems)


def test_traditional_catalogue_and_converted_rulebooks_write_the_same_forms() -> None:
    """The rulebooks' words are converted as Taiwan writes them (``casework/labels.py``): 裡, 聯繫; what is translated by hand too."""
    said = catalogue("zh_Hant")
    variants = opencc.OpenCC("t2tw")
    assert sorted(text for text in said.values() if any(variants.convert(sign) != sign for sign in text)) == []
    assert [text for key, text in said.items() if "联系" in key and "聯絡" in text] == []


def test_words_with_a_character_that_stands_for_several_are_the_right_ones() -> None:
    """Where two words touch, the converter's tables take the wrong word: 审批复杂 holds no 批复."""
    pairs = """审批复杂事项 審批複雜事項|大规模复杂 大規模複雜|答复复杂事项 答覆複雜事項|请回复复核 請回覆複核|进行复查 進行複查|上报复核 上報複核
        |驳回复查申请 駁回複查申請|行政复议 行政複議|答复核实情况 答覆核實情況|回复 回覆|恢复查询 恢復查詢|恢复审理 恢復審理|打击报复 打擊報復
        |报复处理 報復處理|反复 反覆|重复 重複
        |文书签章 文書簽章|重新审签 重新審簽|证书签发 證書簽發|印寄送标签 印寄送標籤|书签 書籤|抽签 抽籤"""
    with override("zh-hant"):
        for simplified, traditional in (pair.split() for pair in pairs.split("|")):
            assert in_script(simplified) == traditional
    wrong = re.compile(
        "[覆復]雜|[覆復]議|答[復複]|回[復複](?![核查])|(?<![恢答])[覆復]核(?!實)|(?<!恢)[覆復]查(?![詢看])|(?<![標抽])籤"
    )
    assert sorted(text for text in catalogue("zh_Hant").values() if wrong.search(text)) == []
