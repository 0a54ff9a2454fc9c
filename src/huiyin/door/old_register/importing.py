"""Bringing a matter in from an old register: a case that begins where that register says it stands, by one event that says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction

from huiyin.casework.labels import FormError
from huiyin.casework.sealed import attachments, texts
from huiyin.door import entry, intake
from huiyin.door.answers import answered
from huiyin.door.old_register.matter import OldMatter, old_fingerprint, old_key
from huiyin.door.outcome import Registered, Rejected
from huiyin.door.registration import NewMatter, registered
from huiyin.people.acting import posts_of_people, system_actor
from huiyin.people.checks import without_identity
from huiyin.procedure.command import Command
from huiyin.procedure.decision import Decision
from huiyin.procedure.importing import RegisterEntry, Shortfall, import_case
from huiyin.procedure.state import State
from huiyin.rule_store.store import load
from huiyin.rules import MATTER, REGISTER
from huiyin.rules.book.load import Rules


@dataclass(frozen=True, slots=True)
class Examined:
    """What bringing a matter in would come to, with nothing written: where it would stand."""

    state: State


def examine_old(matter: OldMatter, at: datetime) -> Examined | Rejected | Shortfall:
    """What would come of ``import_old``; nothing is written."""
    prepared = _prepared(matter, at)
    if isinstance(prepared, Rejected):
        return prepared
    _draft, _command, outcome = prepared
    return outcome if isinstance(outcome, Shortfall) else Examined(outcome.state)


def import_old(matter: OldMatter, at: datetime) -> Registered | Rejected | Shortfall:
    """Bring the matter in, with a number and a receipt of this system; once, whatever is asked again. Raises KeyReused."""
    organisation = matter.petition.organisation.id
    key, digest = old_key(matter.number), old_fingerprint(organisation, matter.row)
    known = answered(organisation, key, digest, at)
    if known is not None:
        return registered(known.submission_id)
    try:
        with transaction.atomic():
            prepared = _prepared(matter, at)
            if isinstance(prepared, Rejected):
                return prepared
            draft, command, outcome = prepared
            return outcome if isinstance(outcome, Shortfall) else draft.write(outcome, command, (key, digest))
    except IntegrityError:
        known = answered(organisation, key, digest, at)
        if known is None:
            raise
        return registered(known.submission_id)


def _prepared(matter: OldMatter, at: datetime) -> tuple[NewMatter, Command, Decision | Shortfall] | Rejected:
    rules = load(matter.rulebook)
    petition = matter.petition
    people = tuple(map(without_identity, petition.petitioners))
    petition, errors = intake.check(replace(petition, petitioners=people), at)
    errors += attachments.problems(petition.files)
    errors += _not_of_this_procedure(rules)
    if errors:
        return Rejected(tuple(errors))
    actor = system_actor(petition.organisation.id)
    draft = NewMatter(rules, petition, actor, at, REGISTER, entry.ParsedFields(), matter.remarks)
    row = texts.unsealed(matter.as_written, at)
    draft.beside.append(row)
    command = _with_posts(draft.command(), matter, at)
    brought = RegisterEntry(
        number=matter.number,
        text=row.ref,
        stage=matter.stage,
        facts=matter.facts,
        days=matter.days,
        unit=matter.unit,
        handler=matter.handler,
        promised=matter.promised,
        archived=matter.archived,
    )
    return draft, command, import_case(rules, command, brought)


def _not_of_this_procedure(rules: Rules) -> list[FormError]:
    return [] if MATTER in rules.book.procedures else [FormError("stage", "unknown", rules.book.key)]


def _with_posts(command: Command, matter: OldMatter, at: datetime) -> Command:
    """With where the handler works now: nobody owes what they would not see."""
    if matter.handler is None:
        return command
    return replace(command, posts=posts_of_people([matter.handler], at))
