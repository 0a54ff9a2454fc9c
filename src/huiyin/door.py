"""The one door: the only writer of cases. Everything that happens to a case happens in one transaction here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, OperationalError, transaction

from huiyin.casework import attachments, entry, intake, numbers, receipts, texts
from huiyin.casework.intake import Intake
from huiyin.casework.models import Answer, Case, CaseParty, Submission
from huiyin.casework.project import project
from huiyin.casework.wording import FormError
from huiyin.ledger import chain
from huiyin.ledger.models import Row
from huiyin.outbox.queue import messages
from huiyin.people import petitioners
from huiyin.people.acting import seats
from huiyin.people.ids import new_id
from huiyin.people.models import Petitioner
from huiyin.people.petitioners import PetitionerErasedError
from huiyin.procedure import codec
from huiyin.procedure.command import (
    Actor,
    CaseId,
    Command,
    NewSubmission,
    OrganisationId,
    PersonId,
    Seats,
    UnitId,
    Value,
)
from huiyin.procedure.decide import decide, wants_seats
from huiyin.procedure.event import Event, NoticeIssued, SubmissionAttached
from huiyin.procedure.evolve import evolve
from huiyin.procedure.refusal import Code, Refusal
from huiyin.procedure.state import State
from huiyin.rows import Batch, Prepared
from huiyin.rules.load import Rules, load

MOVING = ("stage", "ended_at", "seq", "head", "state", "facts", "unit_id", "changed_at", "due_at")
"""The columns of a case that a command may change."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """It is done: the case as it now stands, and the engine's state of it."""

    case: Case
    state: State


@dataclass(frozen=True, slots=True)
class Registered:
    """A petition is in the ledger; ``receipt`` and ``code`` are what the petitioner leaves with."""

    case: Case
    submission: Submission
    receipt: str
    code: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The input cannot be read as it stands: every error at once."""

    errors: tuple[FormError, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The rules do not allow it; ``state`` is the case's as it stands (None for a registration)."""

    rules: Rules
    procedure: str
    refusal: Refusal
    state: State | None = None


class KeyReused(Exception):
    """The idempotency key was used before, with another content: send a new key with a new wish."""


class NoSuchCase(LookupError):
    """There is no case with this id: whoever asks ``visible_to`` first, as every caller must, never gets here."""


class _Undo(Exception):
    """Carries an outcome out of a transaction that must be rolled back."""

    def __init__(self, outcome: Rejected | Refused) -> None:
        self.outcome = outcome


ATTEMPTS = 3
"""How often a command is decided when another writer or the database got in its way."""
DEADLOCK = "40P01"  # PostgreSQL manual, appendix A


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants done to a case, as it came in: fields still raw.

    ``key`` makes retries harmless within the organisation; ``at_seq`` is the last event that the asker has seen.
    """

    case: UUID
    action: str
    actor: Actor
    at: datetime
    fields: Mapping[str, object] = field(repr=False)
    key: str = ""
    at_seq: int | None = None


def fingerprint(petition: Intake, action: str) -> str:
    """A hex SHA-256 of what is asked for: equal for a retry, and for nothing else."""
    return numbers.digest([petition.organisation.id, action, petition])


def register(
    petition: Intake, actor: Actor, at: datetime, action: str, key: str = ""
) -> Registered | Rejected | Refused:
    """Take a petition in: a new case, its first events, its receipt. All of it, or nothing.

    ``actor`` is the petitioner's stand-in (kind "petitioner", no person yet) or staff. Raises KeyReused.
    """
    digest = fingerprint(petition, action)
    known = _answered(petition.organisation.id, key, digest)
    if known is not None:
        return _registered(known.submission_id)
    rules = load(petition.organisation.rulebook)
    petition, errors = intake.check(petition, at)
    errors += attachments.problems(petition.files)
    rule = rules.book.procedures["matter"].actions.get(action)
    read = entry.read(rules.book, rule, petition.fields, actor, at) if rule else entry.Entry()
    errors += read.errors
    if errors:
        return Rejected(tuple(errors))
    try:
        with transaction.atomic():
            return _Registration(rules, petition, actor, at, action, read).carry_out(key, digest)
    except IntegrityError:
        known = _answered(petition.organisation.id, key, digest)
        if known is None:
            raise
        return _registered(known.submission_id)


def execute(wish: Wish) -> Accepted | Rejected | Refused:
    """Carry out ``wish``, or say why not. Two writers of one case never both win: the second decides on the first's outcome.

    Raises KeyReused; NoSuchCase; Conflict when the case's row is out of step with the ledger (see ``huiyin ledger verify``).
    The caller has made sure that the actor may see the case.
    """
    digest = numbers.digest([wish.case, wish.action, wish.actor, wish.fields]) if wish.key else ""
    for _attempt in range(ATTEMPTS - 1):
        try:
            return _execute(wish, digest)
        except (chain.Conflict, IntegrityError):
            continue  # somebody else was first: what they left is decided on anew
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) != DEADLOCK:
                raise
    return _execute(wish, digest)


def _execute(wish: Wish, digest: str) -> Accepted | Rejected | Refused:
    try:
        with transaction.atomic():
            case = _lock(wish.case)
            known = _answered(case.organisation_id, wish.key, digest)
            if known is not None:
                return Accepted(case, codec.loads(case.state))
            outcome = _carry_out(case, wish)
            if isinstance(outcome, Accepted):
                Answer.objects.bulk_create(_answer(case.organisation_id, wish.key, digest, outcome.case, wish.at))
            return outcome
    except _Undo as undo:
        return undo.outcome
    except Case.DoesNotExist:
        raise NoSuchCase("there is no case with this id") from None


def _carry_out(case: Case, wish: Wish) -> Accepted | Rejected | Refused:
    rules = load(case.rulebook)
    state: State = codec.loads(case.state)
    rule = rules.book.procedures[case.procedure].actions.get(wish.action)
    read = entry.read(rules.book, rule, wish.fields, wish.actor, wish.at) if rule else entry.Entry()
    if read.errors:
        return Rejected(tuple(read.errors))
    command = Command(
        id=new_id(wish.at),
        case=CaseId(case.id),
        action=wish.action,
        actor=wish.actor,
        at=wish.at,
        fields=read.values,
        key=wish.key,
        at_seq=wish.at_seq,
        seats=seats(case.organisation_id, state.accused_units) if rule and wants_seats(rules, state, rule) else Seats(),
        units=read.units,
        people=read.people,
    )
    outcome = decide(rules, state, command)
    if isinstance(outcome, Refusal):
        return Refused(rules, case.procedure, outcome, state)
    batch = Batch()
    if read.texts:
        try:
            key = petitioners.data_key(case.petitioner)
            batch.add(texts.sealed(read.texts, case.organisation_id, case.id, case.petitioner_id, key))
        except PetitionerErasedError:
            return Rejected(tuple(entry.unsealable(read)))
    state, _rows = _record(batch, case, rules, state, outcome, wish.actor, wish.at)
    batch.change(Case, case.id, {name: getattr(case, name) for name in MOVING})
    _write(batch)
    if rule is not None and rule.relay is not None:
        _relay(rule.relay.action, read.values[rule.relay.to], case, wish)
    return Accepted(case, state)


def _relay(action: str, target: Value, case: Case, wish: Wish) -> None:
    """Act on a second case as well; when that cannot be done, nothing happens to either."""
    assert isinstance(target, UUID)  # a field of type case, which the engine has checked
    other = _lock(target)
    outcome = _carry_out(other, replace(wish, case=other.id, action=action, fields={}, at_seq=None, key=""))
    if not isinstance(outcome, Accepted):
        raise _Undo(outcome)


def _record(
    batch: Batch, case: Case, rules: Rules, state: State | None, events: Sequence[Event], actor: Actor, at: datetime
) -> tuple[State, list[Row]]:
    """Append ``events`` to the ledger and bring projections and outbox in step, all in ``batch``; ``case`` only changes here."""
    rows = chain.links(actor, case.id, case.organisation_id, case.seq, case.head, events, at)
    batch.add(rows)
    after = state
    for event in events:
        after = evolve(after, event)
    assert after is not None
    project(batch, case, rules, after, rows, events, at)
    batch.add(messages(case.organisation_id, case.id, at, _messages(rows, events)))
    return after, rows


def _write(batch: Batch) -> None:
    """Everything of one command at once. Raises Conflict when another writer has appended to the same case first."""
    try:
        batch.write()
    except IntegrityError as error:
        if chain.is_conflict(error):
            raise chain.Conflict("the next event of the case exists already") from error
        raise


def _messages(rows: Sequence[Row], events: Sequence[Event]) -> Iterable[tuple[int, str, dict[str, str]]]:
    for row, event in zip(rows, events, strict=True):
        if isinstance(event, NoticeIssued):
            yield row.seq, "notice", {"notice": event.notice.hex, "to": event.to}


class _Registration:
    """One petition on its way into the ledger."""

    def __init__(
        self, rules: Rules, petition: Intake, actor: Actor, at: datetime, action: str, read: entry.Entry
    ) -> None:
        self.rules, self.petition, self.at, self.action, self.read = rules, petition, at, action, read
        self.case_id, self.petitioner_id = new_id(at), new_id(at)
        if actor.kind == "petitioner":
            organisation = OrganisationId(petition.organisation.id)
            actor = replace(actor, person=PersonId(self.petitioner_id), organisation=organisation)
        self.actor = actor
        self.text = texts.loose(petition.text, at)
        self.title = texts.loose(petition.title, at) if petition.title else None

    def carry_out(self, key: str, digest: str) -> Registered | Refused:
        petition, at = self.petition, self.at
        if self.actor.organisation != petition.organisation.id:
            return Refused(self.rules, "matter", Refusal(Code.WRONG_UNIT, self.action))
        command = self._command()
        events = decide(self.rules, None, command)
        if isinstance(events, Refusal):
            return Refused(self.rules, "matter", events)
        batch = Batch()
        parties = self._keep_petitioners(batch)
        principal = parties[0]
        apart = [self.text, *([self.title] if self.title else []), *self.read.texts]
        secret = petitioners.data_key(principal)
        batch.add(texts.sealed(apart, petition.organisation.id, self.case_id, principal.id, secret))
        case = self._case(principal)
        _state, rows = _record(batch, case, self.rules, None, events, self.actor, at)
        batch.add(CaseParty(id=new_id(at), case=case, petitioner=party, position=n) for n, party in enumerate(parties))
        submission = self._submission(case, command, principal, rows)
        batch.add([case, submission])
        batch.add(_answer(petition.organisation.id, key, digest, case, at, submission))
        attachments.store(petition.files, case, submission, principal, at)
        # Last, because from here to the commit all registrations of an organisation wait for each other.
        case.no = numbers.next_number(petition.organisation, at)
        _write(batch)
        return Registered(case, submission, submission.receipt, receipts.code_of(submission.receipt))

    def _command(self) -> Command:
        accused = intake.find_accused(self.petition, self.at)
        petition = self.petition
        return Command(
            id=new_id(self.at),
            case=CaseId(self.case_id),
            action=self.action,
            actor=self.actor,
            at=self.at,
            fields=self.read.values,
            seats=seats(petition.organisation.id, accused.units),
            units=self.read.units,
            people=self.read.people,
            submission=NewSubmission(
                id=new_id(self.at),
                channel=petition.channel,
                received_at=petition.received_at or self.at,
                headcount=petition.headcount,
                text=self.text.ref,
                petitioner=PersonId(self.petitioner_id),
                title=self.title.ref if self.title else None,
            ),
            facts=self._facts(),
            accused_units=frozenset(map(UnitId, accused.units)),
            accused_people=frozenset(map(PersonId, accused.people)),
        )

    def _facts(self) -> dict[str, str]:
        said = intake.first_facts(self.petition)
        facts = {}
        for name, fact in self.rules.book.facts.items():
            if fact.at_least is not None:
                facts[name] = "yes" if self.petition.headcount >= fact.at_least else "no"
            elif fact.from_registration and said.get(name) in fact.values:
                facts[name] = said[name]
        return facts

    def _keep_petitioners(self, batch: Batch) -> list[Petitioner]:
        ids = [self.petitioner_id, *(new_id(self.at) for _ in self.petition.petitioners[1:])]
        entries = list(zip(ids, self.petition.petitioners, strict=True))
        keys, kept, indexes = petitioners.sealed(self.petition.organisation.id, entries, self.at)
        for rows in (keys, kept, indexes):
            batch.add(rows)
        return kept

    def _case(self, principal: Petitioner) -> Case:
        petition = self.petition
        return Case(
            id=self.case_id,
            organisation=petition.organisation,
            procedure="matter",
            rulebook=self.rules.book.key,
            seq=0,
            head=chain.GENESIS,
            channel=petition.channel,
            headcount=petition.headcount,
            sealed=bool(petition.accused),
            petitioner=principal,
            title=self.title.ref.id if self.title else None,
            received_at=petition.received_at or self.at,
            registered_at=self.at,
        )

    def _submission(self, case: Case, command: Command, principal: Petitioner, rows: Sequence[Row]) -> Submission:
        assert command.submission is not None
        row = next(row for row in rows if row.type == SubmissionAttached.__name__)
        return Submission(
            id=command.submission.id,
            organisation=self.petition.organisation,
            case=case,
            receipt=receipts.new_receipt(),
            channel=self.petition.channel,
            headcount=self.petition.headcount,
            petitioner=principal,
            title=case.title,
            text=self.text.ref.id,
            received_at=case.received_at,
            registered_at=self.at,
            seq=row.seq,
            hash=row.hash,
        )


_locked = Prepared(
    lambda id: (
        # What almost every command needs next comes along: the key of its texts, and the unit that the answer names.
        Case.objects.select_for_update(of=("self",)).select_related("petitioner__key", "unit").filter(id=id)
    )
)
_answers = Prepared(lambda organisation, key: Answer.objects.filter(organisation_id=organisation, key=key))


def _lock(id: UUID) -> Case:
    """The case, which nobody else can change until the transaction ends. Raises Case.DoesNotExist."""
    case = _locked.first(id)
    if case is None:
        raise Case.DoesNotExist("no case has this id")
    return case


def _answered(organisation: UUID, key: str, digest: str) -> Answer | None:
    if not key:
        return None
    known = _answers.first(organisation, key)
    if known is not None and known.digest != digest:
        raise KeyReused("the idempotency key was used before with another content")
    return known


def _answer(
    organisation: UUID, key: str, digest: str, case: Case, at: datetime, submission: Submission | None = None
) -> list[Answer]:
    """What a retry with the same key will find; nothing without a key."""
    if not key:
        return []
    return [
        Answer(
            id=new_id(at),
            organisation_id=organisation,
            key=key,
            digest=digest,
            case_id=case.id,
            submission_id=submission.id if submission else None,
            seq=case.seq,
            at=at,
        )
    ]


def _registered(submission_id: UUID | None) -> Registered:
    assert submission_id is not None
    submission = Submission.objects.select_related("case").get(id=submission_id)
    return Registered(submission.case, submission, submission.receipt, receipts.code_of(submission.receipt))


__all__ = [
    "Accepted",
    "KeyReused",
    "NoSuchCase",
    "Refused",
    "Registered",
    "Rejected",
    "Wish",
    "execute",
    "fingerprint",
    "register",
]
