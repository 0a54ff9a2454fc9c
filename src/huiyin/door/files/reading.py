"""Files that could not be looked through when they came in: a worker does it, and until then nobody of the staff opens them.

What is found counts as it does when a file comes in (``casework.sealed.attachments``, ``door.entry``): whoever is named in it is kept out
until somebody has looked, and one that bears the marking of a state secret is withheld from everybody.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from huiyin.casework.file_checks.state_secrets import is_marked
from huiyin.casework.file_checks.words import words, workers_budget
from huiyin.casework.models import Attachment, Case
from huiyin.casework.sealed import attachments, texts
from huiyin.casework.sealed.held_back import left_to_custodian
from huiyin.casework.sealed.texts import UnsealedText
from huiyin.casework.vocabulary import INSIDE, File
from huiyin.door import accusing
from huiyin.door.accused import by_staff, in_hand
from huiyin.door.accused.earlier import context_of, speaks_for_petitioner
from huiyin.door.beside.texts import sealed_texts
from huiyin.door.consequences.following import have_followed
from huiyin.door.held import Held, holding
from huiyin.door.writing import record, write_moved
from huiyin.jobs.models import Job
from huiyin.jobs.queue import PermanentFailure
from huiyin.ledger.chain import read_chain
from huiyin.people import petitioners
from huiyin.people.accusable import Accusable, custody_of
from huiyin.people.acting import system_actor
from huiyin.people.ids import new_id
from huiyin.people.names.directory import normal
from huiyin.people.petitioners import PetitionerErased
from huiyin.procedure.amending.kept_out import have_files_dealt_with, look_through
from huiyin.procedure.command import Accusation, Actor, CaseId, Command, PersonId, Seats, TextRef, files_in
from huiyin.procedure.event import ActionTaken, FileLookedThrough, SubmissionAttached
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rows import Batch
from huiyin.rule_store.store import load
from huiyin.rules.book.steps import begins_case


@dataclass(frozen=True, slots=True)
class FoundInFile:
    """What was found in a file: whether it is to be withheld, and the sentences in which it names somebody; ``of_staff``: which staff brought of
    their own.
    """

    withheld: bool = False
    lines: tuple[accusing.FoundLine, ...] = ()
    of_staff: bool = False


def carry_on(job: Job, at: datetime) -> None:
    """Look one file through (``jobs.kinds.file_reading``); done twice it comes to the same. Raises PermanentFailure.

    One that cannot be looked through whole stays closed to all but who has the case in custody.
    """
    row = Attachment.objects.select_related("petitioner__key", "case").filter(id=UUID(job.payload["file"])).first()
    if row is None:
        raise PermanentFailure("there is no such file")
    if row.reading == Attachment.FileReading.WAITING:
        note(row, _found_in(row, at), system_actor(row.organisation_id), at)


def give_up(job: Job, at: datetime) -> None:
    """Have whoever has the case in custody look a file through that no worker could, in the time in which they say who is meant by a text."""
    row = Attachment.objects.filter(id=UUID(job.payload["file"]), reading=Attachment.FileReading.WAITING).first()
    if row is not None:
        holding(row.case_id, partial(_given_up, row.case_id, system_actor(row.organisation_id), at))


def _given_up(id: UUID, actor: Actor, at: datetime, held: Held) -> None:
    case = held[id]
    rules, state = load(case.rulebook), codec.loads(case.state)
    seats = accusing.seats_in_custody(state, case.organisation_id, at)
    command = Command(id=new_id(at), case=CaseId(id), action="", actor=actor, at=at, seats=seats)
    decision = have_files_dealt_with(rules, state, command)
    if decision.events:
        batch = Batch()
        record(batch, case, rules, decision, actor, at)
        write_moved(batch, case, actor, at)


def note(row: Attachment, found: FoundInFile, actor: Actor, at: datetime) -> bool:
    """Have the case go by what was found in a file of it, or by that whoever has it in custody handed on one that a worker found marked; whether
    that was still to be done. Raises Conflict.
    """
    return holding(row.case_id, partial(_noted, row.id, found, actor, at))


def _noted(id: UUID, found: FoundInFile, actor: Actor, at: datetime, held: Held) -> bool:
    row = Attachment.objects.get(id=id)
    case, left = held[row.case_id], left_to_custodian(row.case_id)
    hands_on = found.withheld and id in left.marked
    if row.reading != Attachment.FileReading.WAITING and not hands_on:
        return False
    state: State = codec.loads(case.state)
    rules, (lines, accusations) = load(case.rulebook), _whom(found, case, state, at)
    command = Command(
        id=new_id(at),
        case=CaseId(case.id),
        action="",
        actor=actor,
        at=at,
        seats=_seats(accusations, state, case.organisation_id, at),
        accusations=accusations,
    )
    by_worker = found.withheld and actor.kind == "system"  # then somebody has still to hear of it
    event = FileLookedThrough(id, found.withheld)
    decision = look_through(rules, state, command, event, files_wait=by_worker or bool(left.without(id)))
    batch = Batch()
    _seal(batch, case, lines)
    recorded = record(batch, case, rules, decision, actor, at)
    write_moved(batch, case, actor, at)
    have_followed(recorded.decision, at, held)
    return True


def _seats(accusations: tuple[Accusation, ...], state: State, organisation: UUID, at: datetime) -> Seats:
    if accusations:
        return accusing.seats_beside(accusations, organisation, at, state)
    return accusing.seats_in_custody(state, organisation, at)


def _whom(found: FoundInFile, case: Case, state: State, at: datetime) -> accusing.FoundAccusations:
    directory = Accusable(case.organisation_id, at, custody_of(load(case.rulebook).book))
    if found.of_staff:
        return by_staff.in_own_words(
            "\n".join(line.text for line in found.lines), state, system_actor(case.organisation_id), directory
        )
    return accusing.read_and_kept(found.lines, directory, context_of(state))


def _seal(batch: Batch, case: Case, lines: list[UnsealedText]) -> None:
    if lines:
        key = petitioners.data_key(case.petitioner)
        batch.add(sealed_texts(lines, case.organisation_id, case.id, case.petitioner_id, key))


def _found_in(row: Attachment, at: datetime) -> FoundInFile:
    try:
        opened = attachments.read_file(row)
    except PetitionerErased:
        return FoundInFile()  # nobody can open it any more
    budget = workers_budget()
    read = words(opened.name, opened.content, budget)
    if is_marked(read):
        return FoundInFile(withheld=True)
    if budget.is_cut:
        raise PermanentFailure("a file is too large to be looked through whole: its custodian does")
    letter, state = _said_with(row), codec.loads(row.case.state)
    if letter is not None:
        return FoundInFile(lines=_accusing_lines(row, state, letter, opened.name, read, at))
    if load(row.case.rulebook).book.procedures[row.case.procedure].identifying is None:
        return FoundInFile()
    own, _whom = by_staff.in_own_words(
        read,
        state,
        system_actor(row.organisation_id),
        Accusable(row.organisation_id, at, custody_of(load(row.case.rulebook).book)),
    )
    return FoundInFile(lines=tuple(accusing.FoundLine(line.text) for line in own), of_staff=True)


def people_named_in(row: Attachment, names: AbstractSet[str], at: datetime) -> frozenset[PersonId]:
    """Of whom a file that was looked through before says, with what came with it, what counts as it did then; nobody where it holds none of the
    normal ``names``, or cannot be read whole any more.
    """
    try:
        opened = attachments.read_file(row)
    except PetitionerErased:
        return frozenset()
    read = normal(f"{opened.name}\n{words(opened.name, opened.content, workers_budget())}")
    if not any(name in read for name in names):
        return frozenset()
    try:
        found = _found_in(row, at)
    except PermanentFailure:
        return frozenset()
    _lines, accusations = _whom(found, row.case, codec.loads(row.case.state), at)
    return frozenset[PersonId]().union(*(one.people for one in accusations))


def _accusing_lines(
    row: Attachment, state: State, letter: str, name: str, read: str, at: datetime
) -> tuple[accusing.FoundLine, ...]:
    """The sentences of a file, and of what came with it, that accuse somebody, but for those of which it was asked when it came in."""
    known = None if state.unresolved else accusing.accused_by(state)
    sure = (known,) if known else ()
    context, directory = context_of(state), Accusable(row.organisation_id, at, custody_of(load(row.case.rulebook).book))
    asked = accusing.read_from(letter, directory, sure, context)
    said_with = f"{letter}\n{accusing.names_of([File(name, b'')])}"
    found = accusing.read_from(said_with, directory, sure, context, read)
    heard = in_hand.said_in(f"{said_with}\n{accusing.of_own(read)}", state, directory)
    found = in_hand.with_heard(found, heard, directory)
    return tuple(line for line in found if line not in asked)


def _said_with(row: Attachment) -> str | None:
    """What its petitioner said when they handed the file in; None where staff brought it of their own."""
    rules = load(row.case.rulebook)
    procedure = rules.book.procedures[row.case.procedure]
    for item in read_chain(row.case_id, SubmissionAttached, ActionTaken):
        refs: list[TextRef] = []
        match item.event:
            case SubmissionAttached(files=files, text=text, title=title) if _is_among(row, files):
                refs = [text, *([title] if title else [])]
            case ActionTaken(fields=fields, action=name, actor=kind) if any(
                _is_among(row, files_in(value)) for value in fields.values()
            ):
                rule = procedure.actions.get(name)
                began = rule is not None and begins_case(rule) and row.case.channel != INSIDE
                if rule is None or not (began or speaks_for_petitioner(rules.book, rule, kind)):
                    return None
                accuses = {name for name, field in rules.book.fields.items() if field.accuses}
                refs = [value for name, value in fields.items() if isinstance(value, TextRef) and name not in accuses]
            case _:
                continue
        return "\n".join(texts.read_texts(ref.id for ref in refs).values())
    return None


def _is_among(row: Attachment, files: tuple[TextRef, ...]) -> bool:
    return any(file.id == row.id for file in files)
