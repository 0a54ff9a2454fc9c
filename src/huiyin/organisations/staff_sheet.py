"""Who works where, as a table: a row for each post and who holds it, read from a spreadsheet, and suggested for a rulebook."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TextIO

from pypinyin import lazy_pinyin

from huiyin.channels.table import TableForm, open_table
from huiyin.language import gettext_noop
from huiyin.organisations.texts import SeveralProblems, SheetProblem
from huiyin.people.models import LIAISON
from huiyin.rule_store.vacancies import INSIDE, needed
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import CUSTODIAN
from huiyin.rules.book.texts import CodedText, series

FORM: Final = TableForm(
    gettext_noop("岗位表"),
    {
        "unit": ("部门编号", "单位编号", "unit"),
        "unit_name": ("部门", "部门名称", "科室", "unit_name"),
        "parent": ("上级部门编号", "上级部门", "parent"),
        "post": ("岗位", "职务", "post"),
        "roles": ("角色", "roles"),
        "name": ("姓名", "name"),
        "username": ("用户名", "登录名", "username"),
        "email": ("邮箱", "电子邮箱", "email"),
    },
    "post",
)
MAX_NAMED: Final = 30
MAX_ROWS: Final = 400
LIAISON_NAME: Final = "联系人"
LEADERS, OFFICE, DISCIPLINE, DEPARTMENT = "单位领导", "信访办公室", "纪检监察室", "业务科室"
_APART: Final = re.compile(r"[、,，;；\s]+")
_NO_SIGN: Final = re.compile(r"[^a-z0-9]")


class SheetFlawed(SeveralProblems):
    """Raised when rows of a staff sheet cannot be understood; ``problems`` name each row."""

    to_do = gettext_noop("请改正所列的行；`huiyin setup --suggest BOOK` 可以写出正确的表格")


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A post and one who holds it; without a name nobody does yet. ``roles`` are names or keys of the rulebook, apart by commas."""

    unit: str
    unit_name: str
    parent: str
    post: str
    roles: str
    name: str = ""
    username: str = ""
    email: str = ""


def suggested(rules: Rules) -> list[StaffRow]:
    """The posts that an office needs so that nothing stops under ``rules``, in units with usual names; names are for whoever fills it in.

    Every unit has its liaison (clause s0-3.2.2.1e), and nobody who has accusations in custody sits where petitions are dealt with.
    """
    roles, needs = rules.book.roles, dict(needed(rules.book))
    registrar = roles.get("registrar")
    office = registrar.seat.name() if registrar and registrar.seat else OFFICE
    by_unit: dict[str, dict[str, list[str]]] = {LEADERS: {}, office: {}, DISCIPLINE: {}, DEPARTMENT: {}}
    for name, role in roles.items():
        if name in needs and role.of in INSIDE:
            unit = _usual_unit(name, role.of, role.seat.name() if role.seat else "") or office
            together = DEPARTMENT if role.of != "organisation" and name in ("handler", "co_handler") else name
            by_unit.setdefault(unit, {}).setdefault(together, []).append(name)
    found = []
    for number, (unit, posts) in enumerate((pair for pair in by_unit.items() if pair[1]), 1):
        code = f"{number}0"
        for held in posts.values():
            found.append(
                StaffRow(code, unit, "", "、".join(roles[name].name() for name in held), _in_words(held, rules))
            )
        found.append(StaffRow(code, unit, "", LIAISON_NAME, LIAISON_NAME))
    return found


def _usual_unit(name: str, of: str, seat: str) -> str:
    """Where a role usually sits; empty for the office that petitions come to."""
    if of != "organisation":
        return DEPARTMENT
    if "领导" in seat or name == "unit_head":
        return LEADERS
    if name in ("discipline", CUSTODIAN):
        return DISCIPLINE
    return seat


def write(rows: Iterable[StaffRow], file: TextIO) -> None:
    """The rows as CSV, under headers that `rows_of` knows."""
    names = [field.name for field in fields(StaffRow)]
    writer = csv.writer(file)
    writer.writerow([FORM.columns[name][0] for name in names])
    writer.writerows([asdict(row)[name] for name in names] for row in rows)


def rows_of(path: Path, sheet: str = "") -> list[StaffRow]:
    """The rows of a .csv or .xlsx file. Raises TableUnreadable, SheetFlawed, OSError."""
    found, problems = [], []
    for line in open_table(path, sheet, FORM).lines():
        if line.skip is not None:
            continue
        if line.faults:
            fault = line.faults[0]
            problems.append(
                SheetProblem.UNREADABLE_CELL.about(row=line.number, cell=fault.cell or "-", fault=fault.code)
            )
        values = {name: str(line.values.get(name, "")).strip() for name in FORM.columns}
        if not values["post"]:
            problems.append(SheetProblem.NO_POST.about(row=line.number))
        found.append(StaffRow(**values))
        if len(found) > MAX_ROWS:
            raise SheetFlawed([SheetProblem.TOO_MANY_ROWS.about(max=MAX_ROWS)])
    if problems:
        raise SheetFlawed(problems)
    return found


def described(
    rows: Iterable[StaffRow], rules: Rules, elsewhere: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """What the rows say, as ``people`` and ``units`` of an organisation's file. Roles may be written by their names in either language.

    A unit or user name left out is that of the row above, or made from the name of the unit or person: two rows with one name and one
    user name are one person. ``elsewhere`` are the accounts that are no affair of this organisation, names by user names: none of them is
    meant by a namesake, nor named here by mistake. Raises SheetFlawed.
    """
    sheet = _Sheet(rules, elsewhere)
    for number, row in enumerate(rows, 1):
        sheet.take(number, row)
    if sheet.problems:
        raise SheetFlawed(sheet.problems)
    units = [{**unit, "posts": list(unit["posts"].values())} for unit in sheet.units.values()]
    return {"people": list(sheet.people.values()), "units": units}


class _Sheet:
    """Rows as they are understood one after the other."""

    def __init__(self, rules: Rules, elsewhere: Mapping[str, str]) -> None:
        self.roles, self.elsewhere = _by_name(rules), elsewhere
        self.known = {LIAISON, *rules.book.roles}
        self.offered = [role.name() for role in rules.book.roles.values() if role.of in INSIDE]
        self.units: dict[str, dict[str, Any]] = {}
        self.people: dict[str, dict[str, str]] = {}
        self.problems: list[CodedText] = []
        self.codes: dict[str, str] = {}
        self.last = ""

    def take(self, number: int, row: StaffRow) -> None:
        code = row.unit or self.codes.get(row.unit_name) or (_next_code(self.units) if row.unit_name else self.last)
        if not code:
            self.problems.append(SheetProblem.NO_UNIT.about(row=number))
            return
        self.last = code
        unit = self.units.setdefault(code, {"code": code, "name": row.unit_name or code, "posts": {}})
        if row.unit_name and row.unit_name != unit["name"]:
            self.problems.append(SheetProblem.OTHER_UNIT.about(row=number, code=code, name=unit["name"]))
            return
        self.codes.setdefault(row.unit_name, code)
        if row.parent:
            unit["parent"] = self.codes.get(row.parent, row.parent)
        post = unit["posts"].setdefault(row.post, {"title": row.post, "roles": [], "holders": []})
        post["roles"] = list(dict.fromkeys((*post["roles"], *self._roles(number, row.roles))))
        if row.name and (username := self._person(number, row)) not in post["holders"]:
            post["holders"].append(username)

    def _roles(self, number: int, written: str) -> list[str]:
        words = list(filter(None, _APART.split(written)))
        found = [self.roles.get(word, word) for word in words]
        for word, role in zip(words, found, strict=True):
            if role not in self.known:
                known = series([LIAISON_NAME, *self.offered][:MAX_NAMED])
                self.problems.append(SheetProblem.NO_ROLE.about(row=number, role=word, known=known))
        return found

    def _person(self, number: int, row: StaffRow) -> str:
        username = _username(row, self.people, self.elsewhere)
        if username in self.elsewhere:
            name = self.elsewhere[username]
            self.problems.append(SheetProblem.ELSEWHERE.about(row=number, username=username, name=name))
        known = self.people.setdefault(username, {"username": username, "name": row.name, "email": row.email})
        if known["name"] != row.name:
            self.problems.append(SheetProblem.OTHER_PERSON.about(row=number, username=username))
        known["email"] = known["email"] or row.email
        return username


def _in_words(held: Iterable[str], rules: Rules) -> str:
    """Roles by their Chinese names, as whoever fills the sheet in reads them; by their keys where two are called the same."""
    named = _by_name(rules)
    words = ((key, rules.book.roles[key].name()) for key in held)
    return "、".join(name if named.get(name) == key and not _APART.search(name) else key for key, name in words)


def _by_name(rules: Rules) -> dict[str, str]:
    """The keys of roles by their names in either language, as far as these are of one role alone."""
    found: dict[str, str] = {LIAISON_NAME: LIAISON}
    twice = set[str]()
    for key, role in rules.book.roles.items():
        for name in {role.name("zh"), role.name("en")}:
            twice |= {name} if name in found else set()
            found[name] = key
    return {name: key for name, key in found.items() if name not in twice}


def _next_code(units: Mapping[str, object]) -> str:
    number = 10
    while str(number) in units:
        number += 10
    return str(number)


def _username(row: StaffRow, people: Mapping[str, Mapping[str, str]], elsewhere: Mapping[str, str]) -> str:
    """The user name that stands there, that of the same person in a row above, or a free one made from how the name is read."""
    if row.username:
        return row.username
    same = (one["username"] for one in people.values() if one["name"] == row.name and row.email in ("", one["email"]))
    if found := next(same, ""):
        return found
    plain = _NO_SIGN.sub("", "".join(lazy_pinyin(row.name)).casefold()) or "user"
    number = 1
    while (username := f"{plain}{number if number > 1 else ''}") in people or username in elsewhere:
        number += 1
    return username
