"""Bringing an old register in, row by row: each once, each accounted for, resumable; a dry run says what would come of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from itertools import islice
from typing import Final, Literal
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError
from huiyin.casework.models import Case
from huiyin.channels.imports import spoilt
from huiyin.channels.records import SheetRow
from huiyin.channels.register.rows import ReadRow, RegisterReader, cells, read_row
from huiyin.channels.register.shortfalls import explained
from huiyin.door import KeyReused, OldMatter, Registered, Rejected, examine_old, import_old, old_fingerprint, old_key
from huiyin.door.answers import brought_in
from huiyin.procedure.importing import Shortfall
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rule_store.store import keep_shipped, kept_edition, load
from huiyin.rules import MATTER

BATCH: Final = 200
DIGEST_CHARS: Final = 16
RowFate = Literal["new", "waiting", "already", "rejected"]
MAX_FAULTS: Final = 20


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became, or would become, of a row: its ``stage`` in words and the next day by which something is due, or why it was rejected.

    ``number`` is the old one, ``case`` the new one of what was brought in; ``ended`` that the register says that the matter had ended.
    ``waiting``: it had, and nobody answers for that yet beside who handed the register in. ``accused`` are the units and people whom it
    accuses or may mean; ``unresolved``: somebody has to find out whom.
    """

    line: int
    number: str
    fate: RowFate
    errors: tuple[FormError, ...] = ()
    stage: str = ""
    due: date | None = None
    rulebook: str = ""
    case: str = ""
    ended: bool = False
    accused: frozenset[UUID] = frozenset()
    unresolved: bool = False


@dataclass
class RegisterImport:
    """An import of an old register. ``dry`` looks at every row and writes nothing; ``seen`` are the numbers of rows before, with what
    stood there: some tens of bytes a row are all that is kept of a file. ``vouched`` says in words who answers, beside the register, for
    it that a matter had ended, and is kept with the words of its row; where it is empty, such matters wait."""

    reader: RegisterReader
    dry: bool
    now: Callable[[], datetime]
    vouched: str
    seen: dict[str, str] = field(default_factory=dict)

    def run(self, lines: Iterable[SheetRow]) -> Iterator[RowOutcome]:
        """Bring the rows in, in order. Rows that are in already are skipped without writing, so a run can be repeated."""
        stream = iter(lines)
        while batch := [(line, read_row(line, self.reader)) for line in islice(stream, BATCH)]:
            numbers = [old_key(row.number) for _line, row in batch if row.number]
            known = brought_in(self.reader.organisation.id, numbers)
            for line, row in batch:
                yield self._bring_in(line, row, known)

    def _bring_in(self, line: SheetRow, row: ReadRow, known: dict[str, str]) -> RowOutcome:
        if line.faults:
            return RowOutcome(
                line.number, row.number, "rejected", tuple(spoilt(fault) for fault in line.faults[:MAX_FAULTS])
            )
        twice = self._is_second(line, row.number)
        if twice is not None:
            return RowOutcome(line.number, row.number, *twice)
        digest = known.get(old_key(row.number)) if row.number else None
        if digest is not None:
            same = digest == old_fingerprint(self.reader.organisation.id, cells(line))
            return RowOutcome(line.number, row.number, *(("already", ()) if same else ("rejected", (_other(digest),))))
        if row.matter is None:
            return RowOutcome(line.number, row.number, "rejected", tuple(row.errors))
        return self._ask_the_door(line, row.matter)

    def _is_second(self, line: SheetRow, number: str) -> tuple[RowFate, tuple[FormError, ...]] | None:
        """Of two rows with one number in a file the first counts; the same row once more is no other matter."""
        if not number:
            return None
        digest = digest_of(line)
        if number not in self.seen:
            self.seen[number] = digest
            return None
        return ("already", ()) if self.seen[number] == digest else ("rejected", (_twice(),))

    def _ask_the_door(self, line: SheetRow, matter: OldMatter) -> RowOutcome:
        at, ended = self.now(), _has_ended(matter)
        looks = self.dry or (ended and not self.vouched)
        if ended and self.vouched:
            matter = replace(matter, as_written=f"{matter.as_written}\n{self.vouched}")
        if not looks:
            self._keep(matter.rulebook, at)
        try:
            outcome = examine_old(matter, at) if looks else import_old(matter, at)
        except KeyReused:
            return RowOutcome(line.number, matter.number, "rejected", (_other("changed"),))
        if isinstance(outcome, Rejected):
            return RowOutcome(line.number, matter.number, "rejected", outcome.errors)
        if isinstance(outcome, Shortfall):
            errors = (explained(outcome, load(matter.rulebook)),)
            return RowOutcome(line.number, matter.number, "rejected", errors)
        if isinstance(outcome, Registered):
            case = Case.objects.get(id=outcome.case.id)
            return self._outcome_of(line, matter, codec.loads(case.state), case.number)
        return self._outcome_of(line, matter, outcome.state)

    def _outcome_of(self, line: SheetRow, matter: OldMatter, state: State, case: str = "") -> RowOutcome:
        stages = load(matter.rulebook).book.procedures[state.procedure].stages
        due = min((duty.derivation.due_on for duty in state.duties), default=None)
        ended = stages[state.stage].end
        fate: RowFate = "waiting" if ended and not self.vouched else "new"
        name = stages[state.stage].name()
        accused, open_lines = state.accused_units | state.accused_people, bool(state.unresolved)
        return RowOutcome(
            line.number, matter.number, fate, (), name, due, matter.rulebook, case, ended, accused, open_lines
        )

    def _keep(self, rulebook: str, at: datetime) -> None:
        """A version under which a case begins is kept for good."""
        if kept_edition(rulebook) is None:
            keep_shipped(rulebook.partition("@")[0], at)


def _has_ended(matter: OldMatter) -> bool:
    stage = load(matter.rulebook).book.procedures[MATTER].stages.get(matter.stage)
    return stage is not None and stage.end


def digest_of(line: SheetRow) -> str:
    """By which two rows of one file are compared."""
    return sha256("\x1f".join(sorted(cells(line))).encode("utf-8", "replace")).hexdigest()[:DIGEST_CHARS]


def _other(digest: str) -> FormError:
    if digest == "":
        message = _("此编号的导入记录被人改动过，无法判断是否已经导入；请让管理员运行 huiyin ledger verify")
        return FormError("number", "forged", message)
    return FormError(
        "number", "reused", _("此编号已导入过，而这一行与当时不同；如是另一件请换编号，如需更正请在事项中办理")
    )


def _twice() -> FormError:
    return FormError("number", "twice", _("文件里前面已有一件用了此编号，内容不同；请给其中一件改编号"))
