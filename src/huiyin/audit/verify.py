"""Recomputing everything that follows from the ledger, and telling where what is stored says something else.

Two steps a case: is its chain whole, and does every row of the read side say what a replay of the chain implies?
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import sha256
from itertools import chain as chain_of
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef

from huiyin.archive import shelf
from huiyin.archive.models import Package
from huiyin.audit import administration, case_rows, document_rows, engine, implied, registers, search_rows, shape
from huiyin.audit.case_rows import Beside, ColumnDifference
from huiyin.audit.finding import Discrepancy, one_moment
from huiyin.audit.implied import Implied
from huiyin.audit.readable import hidden_tables, only_readable
from huiyin.audit.side_by_side import pieces, processes_for, side_by_side
from huiyin.casework.models import (
    Attachment,
    Case,
    CaseAccess,
    CaseAccused,
    CaseLink,
    CaseParty,
    CaseUnit,
    DocumentRecord,
    DocumentVersion,
    Duty,
    Notice,
    StoredAnswer,
    Submission,
    Text,
)
from huiyin.casework.owed import LATER, is_open
from huiyin.casework.sealed import attachments, texts
from huiyin.door import answers, numbers
from huiyin.language import gettext as _
from huiyin.ledger import audit, chain
from huiyin.ledger.models import CountedSeries, Row
from huiyin.people.models import Organisation
from huiyin.procedure.command import TextRef
from huiyin.procedure.evolve import BrokenHistory
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rows import read_rows
from huiyin.rule_store import decisions
from huiyin.rule_store.store import load
from huiyin.rules.book.fields import type_of
from huiyin.rules.book.load import RulebookFlawed, Rules

CASES_AT_ONCE = 250
NoteChecked = Callable[[Sequence[UUID], Sequence[Discrepancy]], None]
PROJECTIONS: tuple[type[models.Model], ...] = (
    Duty,
    Notice,
    Submission,
    Attachment,
    CaseUnit,
    CaseAccess,
    CaseAccused,
    CaseLink,
    CaseParty,
    Package,
    DocumentRecord,
    DocumentVersion,
)


@dataclass
class _Stored:
    """Every row about one case."""

    id: UUID
    case: Case | None = None
    events: list[Row] = field(default_factory=list)
    rows: dict[type[models.Model], list[Any]] = field(default_factory=lambda: defaultdict(list))
    after: Implied | None = None
    unreplayed: str = ""

    @property
    def name(self) -> str:
        return self.case.number if self.case else self.id.hex


def verify(case_ids: Iterable[UUID] | None = None, at: datetime | None = None) -> Iterator[Discrepancy]:
    """Everything that is wrong with these cases; with None, with all of them and with whatever is no case's.

    Each batch is read as it stood at one moment, so that work which goes on meanwhile raises no false alarm. ``at`` (aware) is the
    present, against which timers and jobs are held; with None they are not. Whatever cannot be read or checked is a finding, and the rest
    is checked.
    """
    if case_ids is not None:
        yield from _cases(case_ids, at)
        return
    yield from shape_flaws()
    yield from row_flaws(at)


def row_flaws(
    at: datetime | None = None,
    case_ids: Sequence[UUID] | None = None,
    checked: NoteChecked = lambda _ids, _found: None,
    to_check: Callable[[Sequence[UUID]], Sequence[UUID]] = list,
) -> Iterator[Discrepancy]:
    """What is wrong with rows: of cases, and, unless these alone are asked for, of everything else.

    ``checked`` is called with each piece of the cases and what was found in it, for whoever shows or keeps how far it has come;
    ``to_check`` says which of all cases are to be checked. Many cases are checked in several processes.
    """
    with only_readable() as unreadable:
        yield from unreadable
        for ids, found in _pieces(to_check(known_cases()) if case_ids is None else case_ids, at):
            checked(ids, found)
            yield from found
        if case_ids is None:
            yield from beside_cases()


def _pieces(ids: Sequence[UUID], at: datetime | None) -> Iterator[tuple[list[UUID], list[Discrepancy]]]:
    many = processes_for(len(ids))
    if many > 1:
        yield from side_by_side(partial(case_flaws, at, hidden=hidden_tables()), ids, many)
        return
    for piece in pieces(ids, CASES_AT_ONCE):
        yield piece, list(_batch(piece, at))


def case_flaws(at: datetime | None, ids: Iterable[UUID], hidden: Collection[str] | None = None) -> list[Discrepancy]:
    """What is wrong with these cases; what cannot be read at all is left out, and told by ``row_flaws``, who knows of which tables (``hidden``)."""
    with only_readable(hidden):
        return list(_cases(ids, at))


def shape_flaws() -> Iterator[Discrepancy]:
    """What is wrong with the database itself. Not inside ``only_readable``, whose views stand before its tables."""
    yield from _checked("tables", shape.flaws())
    yield from _checked("database", engine.flaws())


def beside_cases() -> Iterator[Discrepancy]:
    """What is wrong with whatever is no case's: registers, decisions, administration, the log, the triggers."""
    yield from _checked("numbers", missing_numbers())
    yield from _checked("registers", registers.flaws())
    yield from _checked("decisions", decision_flaws())
    yield from _checked("administration", administration.flaws())
    yield from _checked("petitioners", administration.strays())
    yield from _checked("triggers", administration.guard_flaws())
    yield from _checked("answers", answer_flaws())
    yield from _checked("search", (Discrepancy(where, what) for where, what in search_rows.flaws()))
    yield from _checked("log", log_flaws())


def _cases(ids: Iterable[UUID], at: datetime | None) -> Iterator[Discrepancy]:
    for piece in pieces(ids, CASES_AT_ONCE):
        yield from _batch(piece, at)


def _batch(ids: Sequence[UUID], at: datetime | None) -> Iterator[Discrepancy]:
    """What is wrong with these cases; where one of them cannot be checked, each is checked by itself."""
    try:
        with one_moment(), _uncollected():
            gathered = _gather(ids)
            beside = _beside(gathered)
            if at is not None:
                case_rows.read_jobs(beside, [(one.case, one.after) for one in gathered if one.case and one.after], at)
            sealed = _sealed(gathered, beside)
            found = [finding for stored in gathered for finding in _case(stored, beside, sealed, at)]
    except Exception as error:
        if len(ids) == 1:
            yield _unchecked(ids[0].hex, error)
            return
        for id in ids:
            yield from _batch([id], at)
    else:
        yield from found


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for garbage in circles, of which rows make none, among the millions of objects that stay: a third of the time."""
    was_looking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_looking:
            gc.enable()


def _checked(what: str, findings: Iterator[Discrepancy]) -> Iterator[Discrepancy]:
    """The findings, and one more where they break off: who changed something must not be able to hide the rest of it."""
    try:
        yield from findings
    except Exception as error:
        yield _unchecked(what, error)


def _unchecked(what: str, error: Exception) -> Discrepancy:
    return Discrepancy(what, _("其中有些内容使其余的无法核对"), found=type(error).__name__)


def known_cases() -> list[UUID]:
    """The ids of all cases, and of those of which nothing is left but rows that name them."""
    ids = dict.fromkeys(Case.objects.order_by("id").values_list("id", flat=True))
    tables: tuple[type[models.Model], ...] = (Row, *PROJECTIONS)
    for model in tables:
        strays = model._default_manager.exclude(Exists(Case.objects.filter(id=OuterRef("case_id"))))
        strays = strays.exclude(case_id__in=Organisation.objects.values("id"))
        strays = strays.exclude(case_id__in=CountedSeries.objects.values("id"))
        ids |= dict.fromkeys(strays.order_by("case_id").values_list("case_id", flat=True).distinct())
    return list(ids)


def missing_numbers() -> Iterator[Discrepancy]:
    """Numbers that were given out and are no case's: where a whole case was taken away with its events."""
    with one_moment():
        missing = list(numbers.missing())
    for number in missing:
        yield Discrepancy(number, _("编号已发出，却没有这件事项"))


def log_flaws() -> Iterator[Discrepancy]:
    """What is wrong with the log of all events."""
    with one_moment():
        left_out = list(audit.left_out())
    yield from (Discrepancy(where, what) for where, what in chain_of(audit.flaws(), left_out))


def decision_flaws() -> Iterator[Discrepancy]:
    """What is wrong with the decisions of organisations about their rulebooks, and with the rulebooks that are kept."""
    with one_moment():
        yield from (Discrepancy(where, what) for where, what in decisions.flaws())


def answer_flaws() -> Iterator[Discrepancy]:
    """What requests with a key were answered, where it is not as the door wrote it: a retry would be told of another's case."""
    with one_moment():
        yield from (Discrepancy(f"{StoredAnswer._meta.db_table} {id}", what) for id, what in answers.flaws())


def _gather(ids: Sequence[UUID]) -> list[_Stored]:
    """All rows about these cases, in as many queries as there are tables."""
    found = {id.int: _Stored(id) for id in ids}  # by a number, which is found several times faster than an id
    for case in read_rows(Case.objects.filter(id__in=ids)):
        found[case.id.int].case = case
    for event in read_rows(Row.objects.filter(case_id__in=ids).order_by("case_id", "seq")):
        found[event.case_id.int].events.append(event)
    for model in PROJECTIONS:
        for row in read_rows(model._default_manager.filter(case_id__in=ids)):
            found[row.__dict__["case_id"].int].rows[model].append(row)
    for text in read_rows(Text.objects.filter(case__in=ids)):
        found[text.case.int].rows[Text].append(text)
    for stored in found.values():
        try:
            stored.after = implied.read_implied(stored.events) if stored.case else None
        except (BrokenHistory, *chain.ROW_ERRORS) as error:
            stored.unreplayed = type(error).__name__
    return list(found.values())


def _beside(gathered: Sequence[_Stored]) -> Beside:
    return case_rows.read_beside(
        [stored.case for stored in gathered if stored.case],
        [row for stored in gathered for row in stored.rows[CaseParty]],
        [row for stored in gathered for row in stored.rows[Notice]],
        [row for stored in gathered for row in stored.rows[DocumentRecord]],
    )


@dataclass(frozen=True, slots=True)
class _Sealed:
    """How all texts and files that some cases name stand to what the ledger says, and of which case the texts are."""

    texts: Mapping[TextRef, str]
    files: Mapping[TextRef, str]
    cases: Mapping[UUID, UUID]


def _sealed(gathered: Sequence[_Stored], beside: Beside) -> _Sealed:
    known = [stored.after for stored in gathered if stored.after]
    refs = {ref for after in known for ref in after.texts}
    rows = [row for stored in gathered for row in stored.rows[Text]]
    rows += read_rows(Text.objects.filter(id__in={ref.id for ref in refs} - {row.id for row in rows}))
    people = beside.people | case_rows.read_people({row.petitioner_id for row in rows} - beside.people.keys())
    return _Sealed(
        texts.integrity_among(refs, rows, people),
        attachments.integrity(ref for after in known for ref in after.files),
        {row.id: row.case for row in rows},
    )


def _case(stored: _Stored, beside: Beside, sealed: _Sealed, at: datetime | None) -> Iterator[Discrepancy]:
    for flaw in chain.flaws(stored.id, stored.events):
        yield Discrepancy(stored.name, flaw)
    if stored.case is None:
        yield Discrepancy(
            stored.name,
            _("事项本身不见了"),
            found=_("%(events)s 条记录，或者写到它的行") % {"events": len(stored.events)},
        )
        return
    rows = stored.rows
    for flaw in case_rows.flaws(
        stored.case, beside, rows[Submission], rows[CaseParty], rows[Notice], rows[DocumentRecord]
    ):
        yield Discrepancy(stored.name, flaw)
    if (after := stored.after) is None:
        yield Discrepancy(stored.name, _("它的记录无法重放"), found=stored.unreplayed)
        return
    differences = chain_of(
        _differences(stored, stored.case, after, at),
        case_rows.differences(stored.case, after, beside, rows[Submission], rows[Text], rows[Attachment]),
    )
    for what, expected, found in differences:
        if expected != found:
            yield Discrepancy(stored.name, what, _shown(expected), _shown(found))
    yield from _texts(stored, after, sealed)
    yield from _packages(stored)


def _differences(stored: _Stored, case: Case, after: Implied, at: datetime | None) -> Iterator[ColumnDifference]:
    yield from _envelopes(stored.events, after)
    yield from _state(case, after.state)
    rules = _rules(case.rulebook)
    yield from _columns("case", implied.case_columns(after, rules), case)
    if rules is None:
        yield "rulebook", case.rulebook, _("没有安装触发器")
    duties: dict[UUID, Mapping[str, object]] = {
        duty.id: implied.duty_columns(after, duty, rules) for duty in after.duties.values()
    }
    yield from _rows("duty", duties, [_as_opened(row, at) for row in stored.rows[Duty]])
    yield from _rows("notice", implied.notice_columns(after), stored.rows[Notice])
    documents = document_rows.document_columns(after.opening.organisation, after.events)
    yield from _rows("paper", documents, stored.rows[DocumentRecord])
    yield from _rows("paper version", document_rows.version_columns(after.events), stored.rows[DocumentVersion])
    yield from _rows("submission", implied.submission_columns(after), stored.rows[Submission])
    yield from _rows("attachment", implied.attachment_columns(after), stored.rows[Attachment])
    yield from _rows("package", implied.package_columns(after), stored.rows[Package])
    units = sorted(f"{relation}:{seat.unit.hex}" for relation, seats in after.state.units.items() for seat in seats)
    yield "units", units, sorted(f"{row.relation}:{row.unit_id.hex}" for row in stored.rows[CaseUnit])
    yield "access", *case_rows.access_lines(case, after, rules, stored.rows[CaseAccess])
    fields = rules.book.fields if rules else {}
    links = {id for name, id in after.named if name in fields and type_of(fields[name]).names == "case"}
    yield "cases that it names", sorted(id.hex for id in links), sorted(row.to_id.hex for row in stored.rows[CaseLink])
    accused = sorted(f"unit:{id.hex}" for id in after.state.accused_units)
    accused += sorted(f"person:{id.hex}" for id in after.state.accused_people)
    yield "accused", sorted(accused), sorted(name for row in stored.rows[CaseAccused] for name in _accused(row))
    first = {row.position: row.petitioner_id for row in stored.rows[CaseParty]}
    # A case that no petition brought has a key of its own, and no petitioner.
    yield "first petitioner", case.petitioner_id if after.submissions else None, first.get(0)


def _accused(row: CaseAccused) -> Iterator[str]:
    if row.unit_id:
        yield f"unit:{row.unit_id.hex}"
    if row.account_id:
        yield f"person:{row.account_id.hex}"


def _as_opened(row: Duty, at: datetime | None) -> Duty:
    row.timer_at = case_rows.timer_as_set(row.due_at, row.timer_at, at)
    if not is_open(row) and row.turn_at == row.due_at + LATER:
        row.turn_at = row.due_at  # it waited until it was done, and is listed no more
    return row


def _envelopes(events: Sequence[Row], after: Implied) -> Iterator[ColumnDifference]:
    """The columns beside an event repeat what it says; they are not hashed themselves."""
    organisation = after.state.organisation
    for row, recorded in zip(events, after.events, strict=True):
        name = codec.type_name(type(recorded.event))
        if (name, recorded.at, organisation) != (row.type, row.at, row.organisation_id):
            yield f"event {row.seq}: type", name, row.type
            yield f"event {row.seq}: at", recorded.at, row.at
            yield f"event {row.seq}: organisation", organisation, row.organisation_id


def _state(case: Case, state: State) -> Iterator[ColumnDifference]:
    """The stored state, part by part: which part is wrong is told, its content is not."""
    if codec.dumps(state) == case.state:
        return
    try:
        found: State = codec.loads(case.state)
        parts, untouched = codec.parts(found), codec.canonical(case.state)
    except chain.ROW_ERRORS:
        yield "state", "a state", "unreadable"
        return
    for name, text in codec.parts(state).items():
        yield f"state: {name}", _digest(text), _digest(parts[name])
    # Not the text as it would be written today: a case that nobody has acted on since keeps the older form.
    yield "state: text", _digest(untouched), _digest(case.state)


def _columns(what: str, expected: Mapping[str, object], row: models.Model) -> Iterator[ColumnDifference]:
    found = row.__dict__
    if expected.items() <= found.items():  # nearly always, and in one call
        return
    for column, value in expected.items():
        if value != found[column]:
            yield f"{what}: {column}", value, found[column]


def _rows(
    what: str, expected: Mapping[UUID, Mapping[str, object]], found: Sequence[models.Model]
) -> Iterator[ColumnDifference]:
    """Where there is not every row that there should be, column by column, and none beside them."""
    rows: dict[UUID, models.Model] = {row.__dict__["id"]: row for row in found}
    for id, columns in expected.items():
        if (row := rows.pop(id, None)) is None:
            yield f"{what} {id.hex}", "one", "none"
        elif not columns.items() <= row.__dict__.items():
            yield from _columns(f"{what} {id.hex}", columns, row)
    yield from ((f"{what} {id.hex}", "none", "one") for id in rows)


def _texts(stored: _Stored, after: Implied, sealed: _Sealed) -> Iterator[Discrepancy]:
    """Each text and file that the ledger names is there, and is the one that it committed to."""
    for what, refs, found in (("text", after.texts, sealed.texts), ("file", after.files, sealed.files)):
        for ref in dict.fromkeys(refs):
            integrity = found[ref]
            if integrity == "erased":
                yield Discrepancy(
                    stored.name, _("%(what)s 已随信访人一并删除") % {"what": f"{what} {ref.id.hex}"}, kind="erased"
                )
            elif integrity != "bound":
                yield Discrepancy(stored.name, f"{what} {ref.id.hex}", _("与存证账所记相同"), integrity)
    known = {ref.id for ref in after.texts}
    for id in sorted(id for id in known if sealed.cases.get(id, stored.id) != stored.id):
        yield Discrepancy(stored.name, f"text {id.hex}: case", "this one", "another")
    for text in stored.rows[Text]:
        if text.id not in known:
            yield Discrepancy(stored.name, f"text {text.id.hex}", "none", _("没有记录写到的"))


def _packages(stored: _Stored) -> Iterator[Discrepancy]:
    """Each package opens and is the one that the ledger committed to."""
    for package in stored.rows[Package]:
        flaw = shelf.flaw(package)
        if flaw == "erased":
            yield Discrepancy(
                stored.name, _("%(what)s 已随信访人一并删除") % {"what": f"package {package.id.hex}"}, kind="erased"
            )
        elif flaw:
            yield Discrepancy(stored.name, f"package {package.id.hex}", _("与存证账所记相同"), flaw)


def _rules(name: str) -> Rules | None:
    try:
        return load(name)
    except RulebookFlawed:
        return None


def _shown(value: object) -> str:
    """A value that holds nothing personal, short enough for a line."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    text = "" if value is None else str(value)
    return text if len(text) <= 100 else f"{text[:60]}… ({_digest(text)})"


def _digest(text: str) -> str:
    return sha256(text.encode(errors="replace")).hexdigest()[:12]
