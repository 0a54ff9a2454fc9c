"""Which column holds what is guessed by its header: every label that pages, the example and the documentation use is known."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Final

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, override

from huiyin.channels.records import SheetRow
from huiyin.channels.register.bringing import RegisterImport
from huiyin.channels.register.columns import HEADERS, LABELS, RegisterMapping, fact_columns, guess
from huiyin.channels.register.directory import RegisterDirectory
from huiyin.channels.register.row_files import open_documents
from huiyin.channels.register.rows import RegisterReader
from huiyin.channels.table import plain_header
from huiyin.desk.old_register.example import COLUMNS, example
from huiyin.rule_store.in_force import RulebookHistory
from huiyin.rules.book.load import load, shipped
from tests.books import book
from tests.cast import make_cast

TAKE_PETITIONS: Final = [name for name in shipped() if "matter" in load(name).book.procedures]


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_every_label_of_the_pages_is_known_as_a_header(language: str) -> None:
    with override(language):
        said = {column: gettext(label) for column, label in LABELS.items()}
    assert len(set(map(plain_header, said.values()))) == len(said)
    with override(None):
        found = guess(tuple(said.values()))
    assert found == said
    assert RegisterMapping(found).unsettled(tuple(said.values())) == ()


@pytest.mark.parametrize("book", TAKE_PETITIONS)
def test_what_a_rulebook_asks_besides_is_known_by_its_name_in_every_language(book: str) -> None:
    rules = load(book)
    for language, _name in settings.LANGUAGES:
        with override(language):
            said = fact_columns(rules)
        assert guess(tuple(said.values()), rules) == said


@pytest.mark.parametrize("book", [book(name) for name in TAKE_PETITIONS])
def test_the_example_is_brought_in_as_it_is_offered(db: None, book: str) -> None:
    cast, rules, now = make_cast(book), load(book), timezone.now()
    headers, *rows = csv.reader(StringIO(example(rules)))
    columns = guess(headers, rules)
    assert {*COLUMNS} <= {*columns} and len(columns) == len(headers)
    reader = RegisterReader(
        cast.lj,
        RegisterMapping(columns),
        RegisterDirectory(cast.lj, now),
        RulebookHistory(cast.lj),
        open_documents(None),
    )
    lines = [
        SheetRow(
            line, {name: row[headers.index(header)] for name, header in columns.items() if row[headers.index(header)]}
        )
        for line, row in enumerate(rows, 2)
    ]
    outcomes = list(RegisterImport(reader, True, lambda: now, "已核对").run(lines))
    assert [(one.fate, one.errors) for one in outcomes] == [("new", ())] * len(rows)


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("被反映的单位或人员", "accused"),
        ("被反映的人员和单位", "accused"),
        ("已告知的办结期限", "promised"),
        ("已告知信访人的办结日期", "promised"),
        ("原登记簿所记阶段", "stage"),
        ("收到", "received"),
        ("办结", "ended"),
    ],
)
def test_what_pages_and_documentation_call_it_elsewhere_is_known(header: str, column: str) -> None:
    assert guess([header]) == {column: header}


def test_no_header_is_known_as_two_things() -> None:
    known = [plain_header(header) for headers in HEADERS.values() for header in {*map(plain_header, headers)}]
    assert len(known) == len(set(known))


@pytest.mark.parametrize(
    "header", ["被举报的处室", "涉事单位", "应办结日", "承诺（告知）日", "Respondent", "反映对象（被投诉）"]
)
def test_what_looks_like_the_accused_or_a_promised_day_is_asked_about(header: str) -> None:
    headers = ("信访编号", header)
    mapping = RegisterMapping({"number": "信访编号"})
    assert mapping.unsettled(headers) == (header,)
    assert RegisterMapping({"number": "信访编号", "accused": header}).unsettled(headers) == ()
    assert RegisterMapping({"number": "信访编号"}, nothing=(header,)).unsettled(headers) == ()
    assert mapping.unsettled(("信访编号", "领导批示", "备注", "residue")) == ()
