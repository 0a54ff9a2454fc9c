"""Taking a petition in: a new case, its first events, its receipt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from huiyin.casework import receipts
from huiyin.casework.models import Case, CaseParty, Submission
from huiyin.casework.sealed import attachments, texts
from huiyin.casework.sealed.texts import UnsealedText
from huiyin.door import accusing, entry, intake, numbers
from huiyin.door.accusing import Context
from huiyin.door.answers import answer, answered, kept_key
from huiyin.door.beside.arrivals import counted_arrivals
from huiyin.door.beside.attachments import store_files
from huiyin.door.beside.texts import sealed_texts
from huiyin.door.held import read_held
from huiyin.door.intake import Intake
from huiyin.door.outcome import Refused, Registered, Rejected
from huiyin.door.writing import record, write
from huiyin.ledger import chain
from huiyin.ledger.models import Row
from huiyin.people import petitioners
from huiyin.people.accusable import Accusable, custody_of
from huiyin.people.checks import without_identity
from huiyin.people.ids import new_id
from huiyin.people.models import Petitioner
from huiyin.procedure.command import (
    Accusation,
    Actor,
    CaseId,
    Command,
    NewSubmission,
    OrganisationId,
    PersonId,
    TextRef,
)
from huiyin.procedure.decide import decide
from huiyin.procedure.decision import Decision
from huiyin.procedure.event import SubmissionAttached
from huiyin.procedure.refusal import Code, Refusal
from huiyin.procedure.storage import codec
from huiyin.rows import Batch
from huiyin.rule_store.store import load
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action


def fingerprint(petition: Intake, action: str) -> str:
    """A hex SHA-256 of what is asked for: equal for a retry, and for nothing else."""
    return numbers.digest([petition.organisation.id, action, petition])


def register_petition(
    petition: Intake,
    actor: Actor,
    at: datetime,
    action: str,
    key: str = "",
    sender: str = "",
    known_as: Actor | None = None,
    beside: Callable[[Registered], None] | None = None,
) -> Registered | Rejected | Refused:
    """Take a petition in: a new case, its first events, its receipt. All of it, or nothing.

    ``actor`` is the petitioner's stand-in (kind "petitioner", no person yet) or staff. ``sender`` is the address of
    a stranger, by which arrivals are counted. ``known_as`` is who the petitioner is in a case that they have opened by its
    receipt: of cases they may name that one alone. ``beside`` writes in the same transaction what is kept with the petition: nobody opens
    one around this, since texts and files are checked before anything is locked. Raises KeyReused.
    """
    # Before anything else, so that not even a digest is kept of what somebody typed who then chose to stay unnamed.
    petition = replace(petition, petitioners=tuple(map(without_identity, petition.petitioners)))
    digest, key = fingerprint(petition, action), kept_key(key, actor)
    rules = load(petition.organisation.rulebook_at(at))
    procedure = rules.book.procedures.get(petition.procedure)
    rule = procedure.actions.get(action) if procedure else None
    # Whoever may not take it in any more is not told what came of it when they still might.
    known = answered(petition.organisation.id, key, digest, at) if rule and _may_take(rules, rule, actor) else None
    if known is not None:
        return _once_more(registered(known.submission_id), beside)
    petition = replace(petition, fields=attachments.looked_through(petition.fields))
    petition, errors = intake.check(petition, at)
    petition = replace(petition, files=attachments.files_looked_through(petition.files))
    errors += attachments.problems(petition.files)
    read = (
        entry.read_fields(rules.book, rule, petition.fields, known_as or actor, at, petition.organisation.id)
        if rule
        else entry.ParsedFields()
    )
    errors += read.errors
    if errors:
        facts = intake.first_facts(rules.book, petition) if petition.petitioners else {}
        more = entry.also_wrong(rules, rule, None, actor, at, read, facts) if rule else []
        return Rejected((*errors, *more))
    matter = NewMatter(rules, petition, actor, at, action, read)
    try:
        with transaction.atomic():
            if rule and entry.cases_named(rules.book, read):
                matter.read = read_held(
                    {}, rules.book, rule, petition.fields, known_as or actor, at, petition.organisation.id
                )
            outcome = matter.carry_out(key, digest, sender)
            if isinstance(outcome, Registered) and beside is not None:
                beside(outcome)
            return outcome
    except IntegrityError:
        known = answered(petition.organisation.id, key, digest, at)
        if known is None:
            raise
        return _once_more(registered(known.submission_id), beside)


def _once_more(known: Registered, beside: Callable[[Registered], None] | None) -> Registered:
    """What was registered before, with what is written beside it this time."""
    if beside is not None:
        with transaction.atomic():
            beside(known)
    return known


def _may_take(rules: Rules, rule: Action, actor: Actor) -> bool:
    return any(rules.book.roles[role].of == actor.kind or role in actor.roles for role in rule.by)


class NewMatter:
    """One petition on its way into the ledger. Whom it means is found out here, before anything is locked that others wait for."""

    def __init__(
        self,
        rules: Rules,
        petition: Intake,
        actor: Actor,
        at: datetime,
        action: str,
        read: entry.ParsedFields,
        remarks: tuple[str, ...] = (),
    ) -> None:
        """``remarks`` are what somebody wrote beside it, in an old register."""
        self.rules, self.petition, self.at, self.action, self.read = rules, petition, at, action, read
        self.case_id, self.petitioner_id = new_id(at), new_id(at)
        if actor.kind == "petitioner":
            organisation = OrganisationId(petition.organisation.id)
            actor = replace(actor, person=PersonId(self.petitioner_id), organisation=organisation)
        self.actor = actor
        self.text = texts.unsealed(petition.text, at)
        self.title = texts.unsealed(petition.title, at) if petition.title else None
        self.lines: list[UnsealedText] = []
        self.files = [attachments.unsealed(file, at) for file in petition.files]
        self.beside: list[UnsealedText] = []
        self.remarks = remarks
        self.accused = self._accused()

    def carry_out(self, key: str, digest: str, sender: str) -> Registered | Refused:
        petition = self.petition
        if self.actor.organisation != petition.organisation.id:
            return Refused(self.rules, petition.procedure, Refusal(Code.WRONG_UNIT, self.action))
        command = self.command()
        outcome = decide(self.rules, None, command, petition.procedure)
        if isinstance(outcome, Refusal):
            return Refused(self.rules, petition.procedure, outcome)
        return self.write(outcome, command, (key, digest), sender)

    def write(self, outcome: Decision, command: Command, retry: tuple[str, str], sender: str = "") -> Registered:
        """Write what was decided: petitioners, texts, files, ledger and read side."""
        petition, at = self.petition, self.at
        batch = Batch()
        parties = self._keep_petitioners(batch)
        principal = parties[0]
        apart = [self.text, *([self.title] if self.title else []), *self.lines, *self.read.texts, *self.beside]
        secret = petitioners.data_key(principal)
        batch.add(sealed_texts(apart, petition.organisation.id, self.case_id, principal.id, secret))
        case = self._case(principal)
        rows = record(batch, case, self.rules, outcome, self.actor, at).rows
        batch.add(CaseParty(id=new_id(at), case=case, petitioner=party, position=n) for n, party in enumerate(parties))
        submission = self._submission(case, command, principal, rows)
        batch.add([case, submission])
        batch.add(answer(petition.organisation.id, *retry, case, at, submission))
        batch.add(counted_arrivals(petition.organisation.id, sender, at))
        store_files(self.files, case, submission, principal, at)
        store_files(self.read.files, case, None, principal, at)
        # Last, because from here to the commit all registrations of an organisation wait for each other.
        write(batch, self.actor, at)
        return Registered(case, submission, submission.receipt, receipts.code_of(submission.receipt))

    def command(self) -> Command:
        """What is wanted, with everybody whom it accuses and who holds which role."""
        petition = self.petition
        accusations = (*self.accused, *self.read.accusations)
        return replace(
            self.read.command(new_id(self.at), CaseId(self.case_id), self.action, self.actor, self.at),
            seats=accusing.seats_beside((*accusations, *self.read.followed), petition.organisation.id, self.at),
            submission=NewSubmission(
                id=new_id(self.at),
                channel=petition.channel,
                received_at=petition.received_at or self.at,
                headcount=petition.headcount,
                text=self.text.ref,
                petitioner=PersonId(self.petitioner_id),
                title=self.title.ref if self.title else None,
                files=tuple(item.ref for item in self.files),
            ),
            facts=intake.first_facts(self.rules.book, self.petition),
            accusations=accusations,
            unread=attachments.unread((*self.files, *self.read.files)),
        )

    def _accused(self) -> tuple[Accusation, ...]:
        """Everybody whom the petition accuses beside the form: by a choice, on the lines for it, and in its texts and the words of its files,
        whose sentences are kept as such lines.
        """
        petition = self.petition
        directory = self.read.directory or Accusable(petition.organisation.id, self.at, custody_of(self.rules.book))
        units = petition.accused_units
        chosen = (accusing.chosen(units, frozenset(), self.at),) if units else ()
        written = accusing.in_words(petition.accused, self._sealed(petition.accused), directory)
        texts_of_it = (petition.title, petition.text, *(text.text for text in self.read.texts))
        files = [one.file for one in (*self.files, *self.read.files)]
        signed = accusing.said_of_themselves((*petition.petitioners, *petition.signers))
        words, in_files = "\n".join((*texts_of_it, accusing.names_of(files))), accusing.words_of(files)
        sure = (*chosen, *written, *self.read.accusations)
        context: Context = "of_accused" if sure else "said"
        found = accusing.read_from(words, directory, sure, context, in_files)
        found += accusing.read_from(signed, directory, sure, context) if signed else ()
        for remark in self.remarks:
            found = (*found, *accusing.read_from(remark, directory, sure, "quoted"))
        if petition.kept_from_handlers and petition.text:
            found = (*found, accusing.FoundLine(petition.text[: accusing.MAX_SENTENCE_CHARS]))
        lines = [line.text for line in found]
        self.petition = replace(petition, accused=(*petition.accused, *lines))
        return (*chosen, *written, *accusing.read_lines(found, self._sealed(lines), directory, context))

    def _sealed(self, lines: Sequence[str]) -> list[TextRef]:
        sealed = [texts.unsealed(line, self.at) for line in lines]
        self.lines += sealed
        return [line.ref for line in sealed]

    def _keep_petitioners(self, batch: Batch) -> list[Petitioner]:
        people = (*self.petition.petitioners, *self.petition.signers)
        ids = [self.petitioner_id, *(new_id(self.at) for _ in people[1:])]
        entries = list(zip(ids, people, strict=True))
        confidential = self.petition.confidential
        keys, kept, indexes = petitioners.sealed(self.petition.organisation.id, entries, self.at, confidential)
        for rows in (keys, kept, indexes):
            batch.add(rows)
        return kept

    def _case(self, principal: Petitioner) -> Case:
        petition = self.petition
        return Case(
            id=self.case_id,
            organisation=petition.organisation,
            procedure=petition.procedure,
            rulebook=self.rules.book.key,
            seq=0,
            head=chain.GENESIS,
            channel=petition.channel,
            headcount=petition.headcount,
            sealed=bool(petition.accused or petition.accused_units),
            petitioner=principal,
            title=self.title.ref.id if self.title else None,
            received_at=petition.received_at or self.at,
            registered_at=self.at,
        )

    def _submission(self, case: Case, command: Command, principal: Petitioner, rows: Sequence[Row]) -> Submission:
        assert command.submission is not None
        row = next(row for row in rows if row.type == codec.type_name(SubmissionAttached))
        receipt = receipts.new_receipt()
        return Submission(
            id=command.submission.id,
            organisation=self.petition.organisation,
            case=case,
            receipt=receipt,
            ending=receipts.last_signs(receipt),
            channel=self.petition.channel,
            headcount=self.petition.headcount,
            petitioner=principal,
            title=case.title,
            text=self.text.ref.id,
            received_at=case.received_at,
            registered_at=self.at,
            seq=row.seq,
            hash=row.hash,
            taken_in_by_id=self.actor.person if self.actor.kind == "staff" else None,
        )


def registered(submission_id: UUID | None) -> Registered:
    """What was answered when this contact was taken in."""
    assert submission_id is not None
    submission = Submission.objects.select_related("case").get(id=submission_id)
    return Registered(submission.case, submission, submission.receipt, receipts.code_of(submission.receipt))
