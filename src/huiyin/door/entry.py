"""From what a form or a request holds to a command: types, references to units, people and cases, texts set apart."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from huiyin.casework import attachments
from huiyin.casework.texts import Loose, loose
from huiyin.casework.visible import visible_to
from huiyin.casework.vocabulary import File
from huiyin.casework.wording import FormError, input_error
from huiyin.people.acting import units_of_people, units_seats
from huiyin.people.checks import forbidden_characters
from huiyin.people.models import Account, Unit
from huiyin.procedure.command import Actor, PersonId, Seat, TextRef, UnitId, Value, files_in, ids_in
from huiyin.rules.book.schema import Action, FieldRule, Rulebook

Named = TypeVar("Named", bound=Model)

YES = frozenset({"yes", "true", "on", "1", "是"})
NO = frozenset({"no", "false", "off", "0", "", "否"})


@dataclass
class Entry:
    """The fields of one action, read: values for the command, texts to seal, and what could not be read."""

    values: dict[str, Value] = field(default_factory=dict)
    texts: list[Loose] = field(default_factory=list)
    files: list[attachments.Loose] = field(default_factory=list)
    units: dict[UnitId, Seat] = field(default_factory=dict)
    people: dict[PersonId, frozenset[UnitId]] = field(default_factory=dict)
    errors: list[FormError] = field(default_factory=list)


def read(book: Rulebook, action: Action, raw: Mapping[str, object], actor: Actor, at: datetime) -> Entry:
    """Read ``raw`` (strings from a form, or JSON values) as the fields of ``action``.

    What is missing, too long or not offered is left to the engine; here only what cannot be read at all is an error. Units are
    named by id or code, people by id or user name, cases by number, dates as 2026-03-02.
    """
    entry = Entry()
    asked = action.required
    for name in asked:
        given = raw.get(name)
        if given is None or given == "" or given == []:
            continue
        _read_field(entry, book.fields[name], name, given, actor, at)
    for name in raw:
        if name not in asked:
            entry.errors.append(FormError(name, "unknown", _("此处没有这一项，请删除")))
    if units := _uuids(entry, "unit", "units", book=book):
        entry.units = units_seats(units)
    if people := _uuids(entry, "person", book=book):
        entry.people = units_of_people(people, at)
    return entry


def unsealable(entry: Entry) -> list[FormError]:
    """What to say of texts and files when the petitioner, under whose key they would lie, was erased when retention ended."""
    apart = [name for name, value in entry.values.items() if isinstance(value, TextRef) or files_in(value)]
    return [FormError(name, "erased", _("信访人资料已到期销毁，不能再填写文字或附文件，请留空")) for name in apart]


def _uuids(entry: Entry, *types: str, book: Rulebook) -> list[UUID]:
    found: list[UUID] = []
    for name, value in entry.values.items():
        if book.fields[name].type in types:
            found += ids_in(value)
    return found


def _read_field(entry: Entry, rule: FieldRule, name: str, given: object, actor: Actor, at: datetime) -> None:
    match rule.type:
        case "text" | "line":
            _read_text(entry, name, given, at)
        case "date":
            entry.values[name] = _date(given) or _bad(entry, name, _("请填写日期，如 2026-03-02"))
        case "int":
            number = _int(given)
            entry.values[name] = _bad(entry, name, _("请填写整数")) if number is None else number
        case "confirm":
            word = str(given).lower()
            entry.values[name] = word in YES if word in YES | NO else _bad(entry, name, _("请填“是”或“否”"))
        case "choices":
            entry.values[name] = tuple(map(str, given)) if isinstance(given, list | tuple) else (str(given),)
        case "choice":
            entry.values[name] = str(given)
        case "unit":
            entry.values[name] = _unit(given, actor) or _bad(entry, name, _("没有这个单位，请重新选择"))
        case "units":
            items = given if isinstance(given, list | tuple) else [given]
            found = tuple(unit for item in items if (unit := _unit(item, actor)))
            entry.values[name] = (
                found if len(found) == len(items) else _bad(entry, name, _("有的单位不存在，请重新选择"))
            )
        case "person":
            entry.values[name] = _person(given, actor) or _bad(entry, name, _("没有此人，请重新选择"))
        case "files":
            _read_files(entry, name, given, at)
        case "case":
            entry.values[name] = _case(given, actor) or _bad(entry, name, _("没有此编号的事项，请核对编号"))


def _bad(entry: Entry, name: str, message: str) -> str:
    entry.errors.append(FormError(name, "unreadable", message))
    return ""


def _read_text(entry: Entry, name: str, given: object, at: datetime) -> None:
    if not isinstance(given, str):
        _bad(entry, name, _("请填写文字"))
        return
    text = given.replace("\r\n", "\n").strip()
    problems = forbidden_characters(name, text)
    entry.errors += map(input_error, problems)
    if text and not problems:
        apart = loose(text, at)
        entry.texts.append(apart)
        entry.values[name] = apart.ref


def _read_files(entry: Entry, name: str, given: object, at: datetime) -> None:
    """Files as an upload brings them, or as JSON does: a list of name and content in base64."""
    items = given if isinstance(given, list | tuple) else [given]
    files = [item if isinstance(item, File) else _decoded(item) for item in items]
    if None in files:
        _bad(entry, name, _("附件须写明 name 和 base64 编码的 content"))
        return
    read = [file for file in files if file is not None]
    problems = attachments.problems(read)
    entry.errors += [FormError(name, problem.code, problem.message) for problem in problems]
    if not problems:
        loose_files = [attachments.loose(file, at) for file in read]
        entry.files += loose_files
        entry.values[name] = tuple(item.ref for item in loose_files)


def _decoded(item: object) -> File | None:
    if (
        not isinstance(item, dict)
        or set(item) != {"name", "content"}
        or not all(isinstance(v, str) for v in item.values())
    ):
        return None
    try:
        return File(item["name"], base64.b64decode(item["content"], validate=True))
    except (binascii.Error, ValueError):
        return None


def _date(given: object) -> date | None:
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        return None


def _int(given: object) -> int | None:
    if isinstance(given, bool | float):
        return None
    try:
        return int(str(given))
    except ValueError:
        return None


def _uuid(given: object) -> UUID | None:
    try:
        return UUID(str(given))
    except ValueError:
        return None


def _among(rows: QuerySet[Named], given: object, column: str) -> UUID | None:
    """The one of ``rows`` that is named by its id, or by what stands in ``column``."""
    named = _uuid(given)
    word = str(given).strip()
    if named is None and forbidden_characters(column, word):
        return None  # such a name nobody has, and databases refuse to look for it
    found = rows.filter(pk=named) if named else rows.filter(**{column: word})
    return found.values_list("pk", flat=True).first()


def _unit(given: object, actor: Actor) -> UUID | None:
    return _among(Unit.objects.filter(organisation=actor.organisation), given, "code")


def _person(given: object, actor: Actor) -> UUID | None:
    return _among(Account.objects.filter(holdings__organisation=actor.organisation, is_active=True), given, "username")


def _case(given: object, actor: Actor) -> UUID | None:
    return _among(visible_to(actor), given, "no")
