"""A staffing file that cannot be used is refused in one line that says where, why, and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.casework.vocabulary import BY_THEMSELVES, CHANNELS
from huiyin.rules.book.load import load, shipped
from huiyin.simulation.cast import plans
from huiyin.simulation.staffing import DEFAULT, StaffingUnusable, default_staffing, line_of, load_staffing

RULES = load("national-2022")


def complaint(tmp_path: Path, text: str | bytes) -> str:
    file = tmp_path / "staffing.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(StaffingUnusable) as refused:
        load_staffing(file, RULES, CHANNELS)
    said = str(refused.value)
    assert "\n" not in said
    return said


@pytest.mark.parametrize(
    ("text", "where", "why"),
    [
        ("[people]\nhandler = -1\n", "staffing.toml:2: people.handler:", "greater than or equal to 0"),
        ("[people]\nhandler = 2.5\n", "staffing.toml:2: people.handler:", "valid integer"),
        ("[people]\nhandler = true\n", "staffing.toml:2: people.handler:", "valid integer"),
        ("\n[people]\nhandlr = 2\n", "staffing.toml:3: people.handlr:", "no such role; known: archivist"),
        ("[peple]\nhandler = 2\n", "staffing.toml:1: peple:", "no such key; known here: arrivals, choices"),
        ("people = 3\n", "staffing.toml:1: people:", "valid dictionary"),
        ("[arrivals]\nper_working_day = 0\n", "staffing.toml:2: arrivals.per_working_day:", "greater than 0"),
        ("[arrivals]\nper_working_day = nan\n", "staffing.toml:2: arrivals.per_working_day:", "should be"),
        ("[arrivals]\nper_day = 3\n", "staffing.toml:2: arrivals.per_day:", "known here: channels, per_working_day"),
        ("[arrivals]\nweekdays = [1, 1]\n", "staffing.toml:2: arrivals.weekdays:", "7 items"),
        ("[arrivals]\nweekdays = [0, 0, 0, 0, 0, 1, 1]\n", "staffing.toml:2: arrivals.weekdays:", "Monday to Friday"),
        ("[arrivals.channels]\nfex = 1\n", "staffing.toml:2: arrivals.channels.fex:", "no such channel; known: call"),
        ("[arrivals.channels]\nweb = 0\n", "staffing.toml:1: arrivals.channels:", "all parts are 0"),
        ("[hours]\nspans = ['9-12']\n", "staffing.toml:2: hours.spans.0:", 'write hours as "09:00-12:00"'),
        ("[hours]\nspans = ['12:00-09:00']\n", "staffing.toml:2: hours.spans.0:", "end after they begin"),
        ("[hours]\nspans = ['13:00-17:00', '09:00-12:00']\n", "staffing.toml:2: hours.spans:", "from morning to evening"),
        ("[hours]\nspans = []\n", "staffing.toml:2: hours.spans:", "at least 1"),
        ("[hours]\nweekdays = [8]\n", "staffing.toml:2: hours.weekdays.0:", "less than or equal to 7"),
        ("[times]\naccept = {median = 0}\n", "staffing.toml:2: times.accept.median:", "greater than 0"),
        ("[times.acept]\nmedian = 3\n", "staffing.toml:1: times.acept:", "no such action; known: accept"),
        ("[choices]\naccept = -1\n", "staffing.toml:2: choices.accept:", "greater than or equal to 0"),
        ("[fields]\nresult = {suport = 1}\n", "staffing.toml:2: fields.result.suport:", "no such option; known: explain"),
        ("[petitioners]\nrate = {share = 2}\n", "staffing.toml:2: petitioners.rate.share:", "less than or equal to 1"),
        ("[kinds.claim]\nshare = 0\n", "staffing.toml:1: kinds:", "all shares are 0"),
        ("[kinds.claim]\nshare = 1\ngroup_size = [9, 5]\n", "staffing.toml:3: kinds.claim.group_size:", "swap"),
        ("[kinds.claim]\nshare = 1\nchoices = {aprove = 1}\n", "staffing.toml:3: kinds.claim.choices.aprove:", "no such action"),
        ("[posts.desk]\nroles = ['registar']\npeople = 1\n", "staffing.toml:2: posts.desk.roles:", "no role registar"),
        ("[posts.desk]\npeople = 1\n", "staffing.toml:1: posts.desk.roles:", "is missing: add it"),
        ("start = 1492-01-01\n", "staffing.toml:1: start:", "between 2000 and 2100"),
        ("[people\n", "staffing.toml: not readable as TOML:", "line 1"),
        ("[people]\nhandler = 1\nhandler = 2\n", "staffing.toml: not readable as TOML:", "line 3"),
        (b"[people]\n# \xff\n", "staffing.toml:2: not UTF-8", "save the file as UTF-8"),
        ("# " + "x" * 300_000, "staffing.toml: larger than 256 KiB", "only what differs"),
        ("x = " + "[" * 5000, "staffing.toml: n", ""),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_at_its_line_with_a_remedy(
    text: str | bytes, where: str, why: str, tmp_path: Path
) -> None:
    said = complaint(tmp_path, text)
    assert said.startswith(where), said
    assert why in said, said


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StaffingUnusable, match=r"none\.toml: No such file"):
        load_staffing(tmp_path / "none.toml", RULES, CHANNELS)


def test_a_role_stands_in_one_post_only(tmp_path: Path) -> None:
    said = complaint(
        tmp_path, "[posts.a]\nroles=['intake']\npeople=1\n[posts.b]\nroles=['registrar', 'intake']\npeople=1\n"
    )
    assert said.startswith("staffing.toml:5: posts.b.roles: intake is in [posts.a] already")


def test_a_file_changes_only_what_it_names(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("[people]\nhandler = 7\n[arrivals.channels]\nweb = 1\n")
    usual, mine = default_staffing(), load_staffing(file, RULES, CHANNELS)
    assert mine.people == {**usual.people, "handler": 7}
    assert mine.arrivals.channels == {"web": 1}
    assert mine.model_copy(update={"people": usual.people, "arrivals": usual.arrivals}) == usual


@given(st.lists(st.sampled_from(["a", "b", "c.d"]), min_size=1, max_size=3))
def test_a_line_is_found_for_any_path(path: list[str]) -> None:
    assert line_of("[a]\nb = 1\n[b.a]\nc = 2\n", tuple(path)) in (1, 2, 3, 4)


@pytest.mark.parametrize("book", shipped())
def test_the_default_seats_every_role_of_every_shipped_book(book: str) -> None:
    rules = load(book)
    held = {role for plan in plans(rules, default_staffing()) if plan.people for role in plan.roles}
    assert held == {name for name, role in rules.book.roles.items() if role.of not in ("petitioner", "system")}


def test_everything_that_the_default_names_is_in_some_shipped_book() -> None:
    usual, books = default_staffing(), [load(name).book for name in shipped()]
    actions = {name for book in books for name in book.procedures["matter"].actions}
    fields = {name for book in books for name in book.fields}
    for table in (usual.choices, usual.petitioners, usual.extras, *(kind.choices for kind in usual.kinds.values())):
        assert set(table) <= actions
    assert set(usual.times) - {"default"} <= actions
    for names in (usual.fields, usual.days, usual.numbers, *(kind.fields for kind in usual.kinds.values())):
        assert set(names) - {"default"} <= fields
    assert set(usual.people) - {"default"} <= {role for book in books for role in book.roles}
    assert set(usual.arrivals.channels) <= set(CHANNELS) >= BY_THEMSELVES


JUNK = (
    "-1",
    "0",
    "nan",
    "1e999",
    "true",
    "''",
    "[]",
    "{}",
    "[[]]",
    "2024-01-02",
    "{median = 'x'}",
    "99999999999999999999",
    "[1, 'a']",
)
LINES = DEFAULT.read_text(encoding="utf-8").splitlines()


@given(
    st.sampled_from([n for n, line in enumerate(LINES) if "=" in line and not line.startswith("#")]),
    st.sampled_from(JUNK),
)
def test_whatever_stands_in_place_of_a_value_is_taken_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, number: int, junk: str
) -> None:
    lines = list(LINES)
    lines[number] = f"{lines[number].partition('=')[0]}= {junk}"
    used_or_refused(tmp_path_factory, "\n".join(lines).encode())


@given(st.one_of(st.binary(max_size=60), st.text(max_size=60).map(lambda text: text.encode(errors="replace"))))
def test_no_content_of_a_file_is_too_strange_for_a_clear_answer(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    used_or_refused(tmp_path_factory, content)


def used_or_refused(folders: pytest.TempPathFactory, content: bytes) -> None:
    file = folders.getbasetemp() / "any.toml"
    file.write_bytes(content)
    try:
        # The default names things of all shipped books, so that names are not what is wrong here.
        load_staffing(file, load("xx-bureau"), CHANNELS)
    except StaffingUnusable as refused:
        assert "\n" not in str(refused)
        assert str(refused).startswith("any.toml:")


def test_a_mark_before_the_text_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "marked.toml"
    file.write_bytes(b"\xef\xbb\xbf[people]\nhandler = 7\n")
    assert load_staffing(file, RULES, CHANNELS).people["handler"] == 7
