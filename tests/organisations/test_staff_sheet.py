"""A staff sheet: who works where, and nobody taken for a namesake."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from huiyin.organisations.apply import CannotApply, apply
from huiyin.organisations.description import judged
from huiyin.organisations.draft import as_description
from huiyin.organisations.staff_sheet import SheetFlawed, StaffRow, described, rows_of, suggested
from huiyin.people.models import Account, Administrator, Holding
from huiyin.rules.book.load import load
from tests.cast import NOW

STREET = "street-office"


def office(code: str, *rows: StaffRow, **answers: Any) -> dict[str, Any]:
    return {"code": code, "name": code, "rulebook": STREET, "staff": [asdict(row) for row in rows], **answers}


def row(
    name: str, username: str = "", unit: str = "10", unit_name: str = "信访办", roles: str = "受理审查人"
) -> StaffRow:
    return StaffRow(unit, unit_name, "", "岗位", roles, name, username)


@pytest.mark.django_db
def test_a_namesake_in_another_organisation_is_another_person() -> None:
    apply(as_description(office("qinghe", row("张伟"))), NOW)
    apply(as_description(office("donghu", row("张伟"), administrators=["zhangwei2"])), NOW)
    held = Holding.objects.order_by("organisation__code").values_list("organisation__code", "account__username")
    assert list(held) == [("donghu", "zhangwei2"), ("qinghe", "zhangwei")]
    again = apply(as_description(office("donghu", row("张伟"), administrators=["zhangwei2"])), NOW)
    assert again.changes == []


@pytest.mark.django_db
def test_somebody_of_another_organisation_is_not_named_here_by_mistake() -> None:
    apply(as_description(office("qinghe", row("张伟"))), NOW)
    with pytest.raises(SheetFlawed, match="zhangwei"):
        as_description(office("donghu", row("张薇", "zhangwei")))
    file = {
        "people": [{"username": "zhangwei", "name": "张薇"}],
        "organisations": [
            {"code": "donghu", "name": "东湖", "rulebook": STREET, "units": [{"code": "1", "name": "a"}]}
        ],
    }
    with pytest.raises(CannotApply, match="zhangwei"):
        apply(judged(file, {}), NOW)
    assert Account.objects.get(username="zhangwei").display_name == "张伟"


@pytest.mark.django_db
def test_who_administers_a_second_organisation_administers_that_alone() -> None:
    apply(as_description(office("qinghe", row("张伟"), administrators=["zhangwei"])), NOW)
    apply(as_description(office("donghu", row("李娜"), administrators=["lina"])), NOW)
    assert set(Account.objects.filter(is_superuser=True).values_list("username", flat=True)) == {"zhangwei"}
    assert Administrator.objects.get(account__username="lina").organisation is not None


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([row("张伟"), row("李娜", unit_name="民政科")], "row 2: "),
        ([row("张伟", roles="督查")], "row 1: "),
        ([row("张伟", "zw"), row("李娜", "zw")], "row 2: zw"),
        ([StaffRow("", "", "", "岗位", "")], "row 1: no unit"),
    ],
)
def test_what_is_wrong_with_a_row_is_told_with_its_number(rows: list[StaffRow], told: str) -> None:
    with pytest.raises(SheetFlawed, match=told):
        described(rows, load(STREET))


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(SheetFlawed) as raised:
        described([row("张伟", roles="督查"), row("李娜", unit_name="民政科"), row("王五", roles="x")], load(STREET))
    assert len(raised.value.problems) == 3


@pytest.mark.parametrize("book", ["street-office", "company", "science-bureau", "national-2022", "xx-bureau"])
def test_the_suggested_sheet_is_right_as_it_is(book: str) -> None:
    found = described(suggested(load(book)), load(book))
    held = {role for unit in found["units"] for post in unit["posts"] for role in post["roles"]}
    assert {"registrar", "handler", "liaison"} <= held
    assert all(any("liaison" in post["roles"] for post in unit["posts"]) for unit in found["units"])


def test_a_sheet_of_a_hundred_thousand_rows_is_refused_and_not_read_to_its_end(tmp_path: Path) -> None:
    sheet = tmp_path / "staff.csv"
    sheet.write_text("部门,岗位\n" + "信访办,登记员\n" * 100_000, encoding="utf-8")
    with pytest.raises(SheetFlawed, match="400"):
        rows_of(sheet)
