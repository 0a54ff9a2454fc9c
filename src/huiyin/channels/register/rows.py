"""A row of an old register as a matter: what it says in words made into what the door takes, and everything that cannot be.

No reason quotes the row: where columns are told wrongly, any word may be somebody's name, and reports are kept in the clear.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _

from huiyin.casework.imported.numbers import MAX_CHARS, is_old_number, looks_like_a_path, looks_like_ours, old_number
from huiyin.casework.labels import FormError
from huiyin.casework.vocabulary import File
from huiyin.channels.moments import read_moment
from huiyin.channels.records import SheetRow
from huiyin.channels.register.columns import DAYS, IDENTITY, LABELS, RegisterMapping, fact_of, header_of, is_other
from huiyin.channels.register.directory import RegisterDirectory
from huiyin.channels.register.row_files import Ambiguous, Damaged, RowFiles
from huiyin.channels.register.words import channel_of, choices, stage_of, value_of
from huiyin.channels.table import several
from huiyin.door import OldMatter
from huiyin.door.intake import Intake
from huiyin.people.checks import PetitionerFields
from huiyin.people.models import Organisation
from huiyin.procedure.command import PersonId, Seat
from huiyin.rule_store.in_force import NoneInForce, RulebookHistory
from huiyin.rule_store.store import load
from huiyin.rules import MATTER
from huiyin.rules.book.load import Rules

MAX_SAID_CHARS: Final = 10_000
MAX_LISTED: Final = 8
REMARKS: Final = ("remarks", "ending", "outcome")
"""The columns in which somebody writes what they please."""


@dataclass(frozen=True, slots=True)
class RegisterReader:
    """Everything by which the rows of one register are read."""

    organisation: Organisation
    mapping: RegisterMapping
    directory: RegisterDirectory
    history: RulebookHistory
    papers: RowFiles


@dataclass
class ReadRow:
    """A row that was read: its number in the register, the matter where it is one, else why not."""

    number: str = ""
    matter: OldMatter | None = None
    errors: list[FormError] = field(default_factory=list)


def read_row(line: SheetRow, reader: RegisterReader) -> ReadRow:
    """The matter that a row tells of, or everything that keeps it from being one."""
    return _Row(line, reader).read_row()


def cells(line: SheetRow) -> tuple[str, ...]:
    """What stands in a row, whatever its columns are called."""
    return tuple(str(value) for value in line.values.values())


class _Row:
    def __init__(self, line: SheetRow, reader: RegisterReader) -> None:
        self.line, self.reader, self.mapping = line, reader, reader.mapping
        self.cells = {name: str(value).strip() for name, value in line.values.items()}
        self.errors: list[FormError] = []

    def read_row(self) -> ReadRow:
        number = self._number()
        received = self._received()
        if received is None:
            return ReadRow(number, None, self.errors)
        try:
            key = self.reader.history.at(received)
        except NoneInForce as none:
            self._wrong("received", "no-rulebook", _none_in_force(none))
            return ReadRow(number, None, self.errors)
        rules = load(key)
        days, promised = self._days(), self._day("promised")
        stage = self._stage(rules)
        unit = self._unit()
        ended = bool(stage) and rules.book.procedures[MATTER].stages[stage].end
        matter = OldMatter(
            petition=self._petition(received),
            rulebook=key,
            number=number,
            as_written=self._words(),
            remarks=self._remarks(),
            row=cells(self.line),
            stage=stage,
            facts=self._facts(rules),
            days=days,
            unit=unit,
            handler=self._handler(unit, ended=ended),
            promised=promised,
            archived=self._day("archived") is not None or (ended and bool(self.mapping.defaults.get("archived"))),
        )
        return ReadRow(number, None if self.errors else matter, self.errors)

    def _wrong(self, name: str, code: str, message: str) -> None:
        self.errors.append(FormError(name, code, message))

    def _cell(self, name: str) -> str:
        return self.cells.get(name) or self.mapping.defaults.get(name, "")

    def _number(self) -> str:
        number = old_number(self.cells.get("number", ""))
        if not number:
            self._wrong("number", "required", _("没有原编号；每件须有编号，以便查找和避免重复导入"))
        elif not is_old_number(number):
            message = _("原编号只能是编号（最多 %(max)d 字的文字、数字和括号等），且不能是证件号码或手机号")
            self._wrong("number", "unreadable", message % {"max": MAX_CHARS})
            return ""  # what may be somebody's identity number stands in no report
        elif looks_like_ours(number):
            self._wrong(
                "number", "ours", _("原编号与本系统的编号或回执号同样写法，会被当成另一件；请改用登记簿自己的编号")
            )
        elif looks_like_a_path(number):
            self._wrong("number", "path", _("原编号写的是文件位置，不是编号"))
        return number

    def _received(self) -> datetime | None:
        written = self.line.values.get("received")
        if written is None:
            self._wrong("received", "required", _("没有收到日期"))
            return None
        moment = read_moment(written)
        if moment is None:
            self._wrong("received", "unreadable", _("收到日期无法读取，请写成 2021-03-02"))
        return moment

    def _day(self, name: str) -> date | None:
        written = self.line.values.get(name)
        if written is None:
            return None
        moment = read_moment(written)
        if moment is None:
            self._wrong(name, "unreadable", _("%(what)s无法读取，请写成 2021-03-02") % {"what": _(LABELS[name])})
            return None
        return moment.date()

    def _days(self) -> dict[str, date]:
        found: dict[str, date] = {}
        for column, moments in DAYS.items():
            day = self._day(column)
            if day is not None:
                found |= dict.fromkeys(moments, day)
        return found

    def _stage(self, rules: Rules) -> str:
        for column in ("ending", "stage"):
            word = self._cell(column)
            found = stage_of(word, rules, self.mapping, column) if word else ""
            if found and (column == "stage" or rules.book.procedures[MATTER].stages.get(found, None) is not None):
                return self._known_stage(found, rules)
        word = self._cell("stage") or self._cell("ending")
        if word:
            message = _("不是规程中的阶段，请在“用词对应”中指明；规程中有：%(known)s")
            self._wrong("stage", "unknown", message % {"known": _listed(choices("stage", "", rules))})
        else:
            self._wrong("stage", "required", _("没有办理阶段"))
        return ""

    def _known_stage(self, stage: str, rules: Rules) -> str:
        if stage not in rules.book.procedures[MATTER].stages:
            message = _("收到时适用的规程（%(book)s）没有对应的阶段，规程中有：%(known)s")
            known = _listed(choices("stage", "", rules))
            self._wrong("stage", "unknown", message % {"book": rules.book.key, "known": known})
            return ""
        return stage

    def _facts(self, rules: Rules) -> dict[str, str]:
        found: dict[str, str] = {}
        for column in ("kind", "outcome", *(name for name in {**self.cells, **self.mapping.defaults} if ":" in name)):
            fact, word = fact_of(column), self._cell(column)
            if not fact or fact not in rules.book.facts or not word:
                continue
            value = value_of(fact, word, rules, self.mapping, column)
            if not value or value not in rules.book.facts[fact].values:
                label = rules.book.facts[fact].name()
                message = _("不是规程中的%(what)s，请在“用词对应”中指明；可用：%(known)s")
                known = _listed(choices(column, fact, rules))
                self._wrong(column, "unknown", message % {"what": label, "known": known})
                continue
            found[fact] = value
        return found

    def _unit(self) -> Seat | None:
        word = self._cell("unit")
        if not word:
            return None
        unit = self.reader.directory.unit(word)
        if unit is None:
            message = _("没有这个部门，或者不止一个；请写部门名称或编号，已撤销的须先指定承接部门")
            self._wrong("unit", "unknown", message)
        return unit

    def _handler(self, unit: Seat | None, *, ended: bool) -> PersonId | None:
        """Who is to go on with it; of what has ended the register's word is kept, whether or not they are still here."""
        word = self._cell("handler")
        if not word or unit is None:
            return None
        person = self.reader.directory.person(word, unit)
        if person is None and not ended:
            message = _("承办单位现在没有这个人，或者不止一个；请写现在承办的人，或留空由承办单位自行确定")
            self._wrong("handler", "unknown", message)
        return person

    def _petition(self, received: datetime) -> Intake:
        cells, headcount = self.cells, self.cells.get("headcount") or "1"
        if not (headcount.isascii() and headcount.isdigit() and len(headcount) < 10):
            self._wrong("headcount", "unreadable", _("人数须为整数"))
            headcount = "1"
        identity = {name: cells.get(name, "") for name in ("name", "phone", "id_number", "address", "email")}
        petitioner = PetitionerFields(**identity, kind="person" if any(identity.values()) else "anonymous")
        return Intake(
            organisation=self.reader.organisation,
            channel=self._channel(),
            text=cells.get("text", ""),
            title=cells.get("title", ""),
            petitioners=(petitioner,),
            headcount=int(headcount),
            received_at=received,
            accused=several(cells.get("accused", "")),
            files=self._files(),
        )

    def _channel(self) -> str:
        word = self._cell("channel")
        found = channel_of(word, self.mapping) if word else ""
        if word and not found:
            known = _listed(choices("channel", "", load(self.reader.history.first)))
            message = _("没有这种来件方式，请在“用词对应”中指明；可用：%(known)s")
            self._wrong("channel", "unknown", message % {"known": known})
        return found or "letter"

    def _files(self) -> tuple[File, ...]:
        names = several(self.cells.get("files", ""))
        if len(set(names)) < len(names):
            self._wrong("files", "twice", _("同一个附件写了两次"))
        found: list[File] = []
        for name in dict.fromkeys(names):
            try:
                file = self.reader.papers.find(name)
            except Ambiguous:
                self._wrong("files", "ambiguous", _("有几个文件是这个名字，请改成不同的名字"))
                continue
            except Damaged:
                self._wrong("files", "damaged", _("附件打不开（可能有密码或已损坏），请重新打包"))
                continue
            if file is None:
                self._wrong("files", "missing", _("找不到该行所写的附件"))
                continue
            found.append(file)
        return tuple(found)

    def _words(self) -> str:
        """The row word for word, but for who came and what they said, which is kept apart, under keys of its own."""
        lines = []
        for name, value in self.cells.items():
            if name in IDENTITY or not value:
                continue
            label = header_of(name) if is_other(name) else self.mapping.columns.get(name, name)
            lines.append(f"{label}：{value}")
        words = "\n".join(lines)[:MAX_SAID_CHARS] or self.cells.get("number", "")
        return words.encode("utf-8", "replace").decode()

    def _remarks(self) -> tuple[str, ...]:
        """What is said of it in columns that nothing else is read from, each by itself: whoever dealt with it may stand in another."""
        return tuple(
            value[:MAX_SAID_CHARS]
            for name, value in self.cells.items()
            if value and (name in REMARKS or is_other(name))
        )


def _listed(known: Mapping[str, str]) -> str:
    """Some of what there is: a rulebook has dozens of stages."""
    some = _("、").join(list(known.values())[:MAX_LISTED])
    return _("%(some)s等") % {"some": some} if len(known) > MAX_LISTED else some


def _none_in_force(none: NoneInForce) -> str:
    message = _(
        "%(day)s 收到时适用的规程没有指定或没有安装（本单位已知的规程自 %(since)s 起施行）；请指定此前适用的规程，如 national-2005"
    )
    return message % {"day": none.day.isoformat(), "since": none.since.isoformat()}
