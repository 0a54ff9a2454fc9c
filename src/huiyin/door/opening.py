"""Opening a case that no petition brought: an incident, or whatever else a rulebook has a procedure for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from huiyin.casework.models import Case
from huiyin.casework.sealed import attachments
from huiyin.casework.vocabulary import INSIDE
from huiyin.door import accusing, entry, numbers
from huiyin.door.answers import answer, answered, kept_key
from huiyin.door.beside.attachments import store_files
from huiyin.door.beside.texts import sealed_texts
from huiyin.door.held import read_held
from huiyin.door.outcome import Accepted, Refused, Rejected
from huiyin.door.writing import record, write
from huiyin.ledger import chain
from huiyin.people import petitioners
from huiyin.people.checks import PetitionerFields
from huiyin.people.ids import new_id
from huiyin.people.models import Organisation, Petitioner
from huiyin.procedure.command import Actor, CaseId, Command
from huiyin.procedure.decide import decide
from huiyin.procedure.refusal import Code, Refusal
from huiyin.procedure.storage import codec
from huiyin.rows import Batch
from huiyin.rule_store.store import load
from huiyin.rules.book.load import Rules


def open_case(
    organisation: Organisation,
    procedure: str,
    action: str,
    actor: Actor,
    at: datetime,
    fields: Mapping[str, object],
    key: str = "",
) -> Accepted | Rejected | Refused:
    """Open a case of ``procedure`` by its starting ``action``. All of it, or nothing. Raises KeyReused.

    Its texts are sealed under a key of the case's own, held by a record without a name, so that they can be erased alike.
    """
    digest, key = numbers.digest([organisation.id, procedure, action, fields]), kept_key(key, actor)
    known = answered(organisation.id, key, digest, at)
    if known is not None:
        return _as_it_stands(known.case_id)
    rules = load(organisation.rulebook_at(at))
    rule = rules.book.procedures[procedure].actions.get(action) if procedure in rules.book.procedures else None
    if rule is None or rule.attaches or actor.organisation != organisation.id:
        return Refused(rules, procedure, Refusal(Code.UNKNOWN_ACTION, action))
    fields = attachments.looked_through(fields)
    try:
        with transaction.atomic():
            read = read_held({}, rules.book, rule, fields, actor, at, organisation.id)
            if read.errors:
                return Rejected((*read.errors, *entry.also_wrong(rules, rule, None, actor, at, read, {})))
            return _open(rules, organisation, procedure, action, actor, at, read, (key, digest))
    except IntegrityError:
        known = answered(organisation.id, key, digest, at)
        if known is None:
            raise
        return _as_it_stands(known.case_id)


def _open(
    rules: Rules,
    organisation: Organisation,
    procedure: str,
    action: str,
    actor: Actor,
    at: datetime,
    read: entry.ParsedFields,
    retry: tuple[str, str],
) -> Accepted | Refused:
    command = read.command(new_id(at), CaseId(new_id(at)), action, actor, at)
    command = replace(command, seats=accusing.seats_beside((*read.accusations, *read.followed), organisation.id, at))
    outcome = decide(rules, None, command, procedure)
    if isinstance(outcome, Refusal):
        return Refused(rules, procedure, outcome)
    batch = Batch()
    keys, holders, _indexes = petitioners.sealed(
        organisation.id, [(new_id(at), PetitionerFields(kind="anonymous"))], at
    )
    batch.add(keys)
    batch.add(holders)
    case = _case(rules, organisation, procedure, command, holders[0])
    secret = petitioners.data_key(holders[0])
    batch.add(sealed_texts(read.texts, organisation.id, case.id, holders[0].id, secret))
    recorded = record(batch, case, rules, outcome, actor, at)
    batch.add([case])
    store_files(read.files, case, None, holders[0], at)
    batch.add(answer(organisation.id, *retry, case, at))
    write(batch, actor, at)
    return Accepted(case, recorded.decision.state)


def _case(rules: Rules, organisation: Organisation, procedure: str, command: Command, holder: Petitioner) -> Case:
    return Case(
        id=command.case,
        organisation=organisation,
        procedure=procedure,
        rulebook=rules.book.key,
        seq=0,
        head=chain.GENESIS,
        channel=INSIDE,
        headcount=0,
        petitioner=holder,
        received_at=command.at,
        registered_at=command.at,
    )


def _as_it_stands(case_id: UUID) -> Accepted:
    case = Case.objects.get(id=case_id)
    return Accepted(case, codec.loads(case.state))
