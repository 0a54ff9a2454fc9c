"""Bringing in petitions from a table: each row through the door, each row once, bad rows told apart with their reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice

from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError, explain
from huiyin.channels.moments import read_moment
from huiyin.channels.records import CellFault, SheetRow
from huiyin.channels.table import several
from huiyin.door import KeyReused, Registered, Rejected, fingerprint, register_petition
from huiyin.door.answers import brought_in
from huiyin.door.intake import Intake, check
from huiyin.people.checks import PetitionerFields
from huiyin.people.models import Organisation
from huiyin.procedure.command import Actor, OrganisationId
from huiyin.rule_store.store import load
from huiyin.rules import MATTER, SUBMIT

BATCH = 500
MAX_ID_CHARS = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row. ``errors`` is why it was rejected; without errors it is in, ``new`` or from an earlier run."""

    line: int
    id: str
    new: bool = False
    receipt: str = ""
    errors: tuple[FormError, ...] = ()


@dataclass(frozen=True, slots=True)
class Import:
    """An import into one organisation through one channel. ``dry`` checks every row and writes nothing."""

    organisation: Organisation
    channel: str
    dry: bool
    now: Callable[[], datetime]

    def run(self, lines: Iterable[SheetRow]) -> Iterator[Outcome]:
        """Bring the rows in, in order. Rows that are in already are skipped without writing, so a run can be repeated."""
        stream = iter(lines)
        while batch := [(line, _row_id(line)) for line in islice(stream, BATCH)]:
            known = self._known([id for _line, id in batch])
            for line, id in batch:
                yield self._bring_in(line, id, known)

    def _known(self, ids: list[str]) -> dict[str, str]:
        """Of these rows those that are in, each with the fingerprint of what was brought in; "" where that was tampered with."""
        return brought_in(self.organisation.id, map(_key, ids))

    def _bring_in(self, line: SheetRow, id: str, known: dict[str, str]) -> Outcome:
        if line.faults:
            return Outcome(line.number, id, errors=tuple(spoilt(fault) for fault in line.faults))
        petition, errors = self._petition(line)
        if len(id) > MAX_ID_CHARS:
            errors.append(FormError("id", "too-long", _("编号最多 %(max)d 字，请改短") % {"max": MAX_ID_CHARS}))
        if errors:
            return Outcome(line.number, id, errors=tuple(errors))
        digest = known.get(_key(id))
        if digest == "":
            return Outcome(line.number, id, errors=(_not_as_kept(),))
        if digest is not None:
            same = digest == fingerprint(petition, SUBMIT)
            return Outcome(line.number, id, errors=() if same else (_other_content(),))
        at = self.now()
        if self.dry:
            _cleaned, errors = check(petition, at)
            return Outcome(line.number, id, new=not errors, errors=tuple(errors))
        return self._register_row(petition, line, id, at)

    def _register_row(self, petition: Intake, line: SheetRow, id: str, at: datetime) -> Outcome:
        stranger = Actor(kind="petitioner", organisation=OrganisationId(self.organisation.id), roles=frozenset())
        try:
            outcome = register_petition(petition, stranger, at, SUBMIT, _key(id))
        except KeyReused:
            return Outcome(line.number, id, errors=(_other_content(),))
        if isinstance(outcome, Registered):
            # Of two equal rows in one batch the second gets the answer that the first was given.
            return Outcome(line.number, id, new=outcome.submission.registered_at == at, receipt=outcome.receipt)
        if isinstance(outcome, Rejected):
            return Outcome(line.number, id, errors=outcome.errors)
        because = explain(load(self.organisation.rulebook_at(at)), MATTER, outcome.refusal)
        return Outcome(line.number, id, errors=(FormError("", because.code, f"{because.why}。{because.remedy}"),))

    def _petition(self, line: SheetRow) -> tuple[Intake, list[FormError]]:
        """A row as a petition; what means nothing is an error, what is not allowed is left to the door."""
        errors = []
        texts = {name: value for name, value in line.values.items() if isinstance(value, str)}
        received_at = None
        if "time" in line.values and (received_at := read_moment(line.values["time"])) is None:
            errors.append(FormError("time", "unreadable", _("时间无法读取，请写成 2026-03-02 09:30:00")))
        headcount = texts.get("headcount", "1")
        if not (headcount.isascii() and headcount.isdigit() and len(headcount) < 10):
            errors.append(FormError("headcount", "unreadable", _("人数须为整数")))
            headcount = "1"
        identity = {name: texts.get(name, "") for name in ("name", "phone", "id_number", "address", "email")}
        # Whoever left a number or an address did not stay unnamed: then the missing name is an error, and nothing is lost without a word.
        petitioner = PetitionerFields(**identity, kind="person" if any(identity.values()) else "anonymous")
        petition = Intake(
            organisation=self.organisation,
            channel=self.channel,
            text=texts.get("text", ""),
            title=texts.get("title", ""),
            petitioners=(petitioner,),
            headcount=int(headcount),
            received_at=received_at,
            accused=several(texts.get("accused", "")),
        )
        return petition, errors


def _row_id(line: SheetRow) -> str:
    """What the row is called, whatever file it stands in; a row without an id is called by its content."""
    named = line.values.get("id")
    if named:
        return str(named).encode("utf-8", "replace").decode()
    content = "\x1f".join(f"{name}\x1e{line.values[name]}" for name in sorted(line.values))
    return f"sha256:{sha256(content.encode('utf-8', 'replace')).hexdigest()}"


def _key(id: str) -> str:
    return f"import:{id}"


def _other_content() -> FormError:
    return FormError("id", "reused", _("此编号已导入过另一份内容；如是新的来件请换编号"))


def _not_as_kept() -> FormError:
    return FormError(
        "id", "forged", _("此编号的导入记录被人改动过，无法判断是否已经导入；请让管理员运行 huiyin ledger verify")
    )


def spoilt(fault: CellFault) -> FormError:
    """Why a row cannot be read, with the cell where there is one."""
    messages = {
        "unreadable": _("此行无法读取，请检查引号和分隔符"),
        "encoding": _("此行有损坏的文字或别的编码，请核对原文后重新填写"),
        "unclosed": _("此行的引号没有配对，可能把后面的行连在了一起，请检查引号"),
        "ragged": _("此行的格数与表头不符，请检查是否多了或少了逗号"),
        "no-header": _("%(cell)s 有内容而该列没有表头，请补上表头或移到相应的列"),
        "error-cell": _("%(cell)s 是错误值或没有结果的公式，请改成实际内容"),
        "rounded": _("%(cell)s 的号码超过 15 位而存成了数字，末几位已不可信；请把该列设为文本，对照原件重新填写"),
        "merged": _("此行与别的行共用合并单元格 %(cell)s，请取消合并，一件一行填写"),
    }
    return FormError("", fault.code, messages[fault.code] % {"cell": fault.cell})


__all__ = ["Import", "Outcome", "spoilt"]
