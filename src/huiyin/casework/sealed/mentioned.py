"""Whom and what the events of a case mention, in words: read at once, as far as the reader may know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from huiyin.casework.models import Case
from huiyin.casework.sealed import attachments, texts
from huiyin.casework.sealed.attachments import Listed
from huiyin.casework.visible import visible_to
from huiyin.ledger.chain import Recorded
from huiyin.people.models import Account, Post, Unit, called_at
from huiyin.procedure.command import Actor, TextRef, files_in, ids_in
from huiyin.procedure.documents.document_event import (
    DocumentApprovalLapsed,
    DocumentApproved,
    DocumentCorrected,
    DocumentEdited,
    DocumentSealed,
    DocumentVoided,
)
from huiyin.procedure.event import (
    AccusedWritten,
    ActionTaken,
    CaseImported,
    CaseMoved,
    FileLookedThrough,
    NoteWritten,
    RegistrationCorrected,
    SubmissionAttached,
)
from huiyin.rows import Prepared
from huiyin.rules.book.fields import type_of
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import FieldRule


@dataclass(frozen=True, slots=True)
class MentionedNames:
    """What ids stand for, by id; ``kept_back`` are texts that are for few, ``tells_accused`` whether the reader may know whom the case accuses.

    ``files`` are those of the case that the reader may see, where the events mention any in a form.
    """

    accounts: Mapping[UUID, str]
    posts: Mapping[UUID, str]
    units: Mapping[UUID, str]
    cases: Mapping[UUID, str]
    texts: Mapping[UUID, str]
    tells_accused: bool = True
    kept_back: frozenset[UUID] = frozenset()
    files: tuple[Listed, ...] | None = None
    renamed: Mapping[UUID, Sequence[Sequence[str]]] = field(default_factory=dict)

    def at(self, moment: datetime) -> MentionedNames:
        """The same with units by the names that they had at ``moment`` (aware): by that of its time documents and history name a unit."""
        if not self.renamed:
            return self
        before = {id: called_at(self.units[id], renamed, moment) for id, renamed in self.renamed.items()}
        return replace(self, units={**self.units, **before})


@dataclass(slots=True)
class _Mentioned:
    """Ids that events mention, by what they may stand for."""

    accounts: set[UUID] = field(default_factory=set)
    posts: set[UUID] = field(default_factory=set)
    units: set[UUID] = field(default_factory=set)
    cases: set[UUID] = field(default_factory=set)
    texts: set[UUID] = field(default_factory=set)
    files: set[UUID] = field(default_factory=set)

    def actor(self, item: Recorded) -> None:
        """Whoever moved the case to another rulebook."""
        if isinstance(person := item.actor.get("person"), UUID):
            self.accounts.add(person)

    def contact(self, event: SubmissionAttached) -> None:
        """What came with a contact."""
        self.texts |= {ref.id for ref in (event.text, event.title) if ref is not None}

    def correction(self, item: Recorded, event: RegistrationCorrected) -> None:
        """Who corrected a registration, and what."""
        self.actor(item)
        for ids, name in ((self.posts, "post"), (self.units, "unit")):
            if isinstance(id := item.actor.get(name), UUID):
                ids.add(id)
        corrected = (value for one in event.corrected for value in (one.before, one.after))
        self.texts |= {event.reason.id, *(value.id for value in corrected if isinstance(value, TextRef))}

    def action(self, event: ActionTaken, rules: Rules) -> None:
        """Who took an action, and what they filled in."""
        for ids, id in ((self.accounts, event.person), (self.posts, event.post), (self.units, event.unit)):
            if id is not None:
                ids.add(id)
        for name, value in event.fields.items():
            if isinstance(value, TextRef):
                self.texts.add(value.id)
            self.files |= {file.id for file in files_in(value)}
            if ids_in(value):
                for ids in self._kinds(rules.book.fields.get(name)):
                    ids |= set(ids_in(value))

    def _kinds(self, rule: FieldRule | None) -> tuple[set[UUID], ...]:
        of = {"unit": self.units, "person": self.accounts, "case": self.cases}
        named = type_of(rule).names if rule else ""
        return (of[named],) if named else (self.units, self.accounts, self.cases)


_posts: Final = Prepared(
    lambda ids: Post.objects.filter(id__in=ids).values_list("id", "title", "unit_id", "unit__name", "unit__renamed")
)
_units: Final = Prepared(lambda ids: Unit.objects.filter(id__in=ids).values_list("id", "name", "renamed"))
_accounts: Final = Prepared(lambda ids: Account.objects.filter(id__in=ids))


def _named_places(mentioned: _Mentioned) -> tuple[dict[UUID, str], dict[UUID, tuple[str, Sequence[Sequence[str]]]]]:
    """The titles of posts, and the names of their units and of others, with those before, by id."""
    posts = _posts.all(tuple(mentioned.posts)) if mentioned.posts else []
    units = {unit: (name, renamed) for _id, _title, unit, name, renamed in posts}
    elsewhere = mentioned.units - units.keys()
    if elsewhere:
        units |= {unit: (name, renamed) for unit, name, renamed in _units.all(tuple(elsewhere))}
    return {id: title for id, title, _unit, _name, _renamed in posts}, units


def names_in(
    case: Case, events: Iterable[tuple[Recorded, Rules]], reader: Actor | None, shut: frozenset[UUID]
) -> MentionedNames:
    """What the events of a case mention; ``shut`` are texts and files that are kept from the ``reader`` (None: the installation itself)."""
    mentioned = _Mentioned(texts={case.title} if case.title else set())
    for item, rules in events:
        match item.event:
            case (
                CaseMoved()
                | DocumentEdited()
                | DocumentApproved()
                | DocumentApprovalLapsed()
                | DocumentSealed()
                | DocumentVoided()
                | FileLookedThrough()
            ):
                mentioned.actor(item)
            case NoteWritten(text=text):
                mentioned.actor(item)
                mentioned.texts.add(text.id)
            case DocumentCorrected(reason=reason):
                mentioned.actor(item)
                mentioned.texts.add(reason.id)
            case SubmissionAttached() as event:
                mentioned.contact(event)
            case CaseImported(entry=entry):
                mentioned.texts.add(entry.id)
            case AccusedWritten(line=TextRef(id=line)) if (
                reader is None
            ):  # whose words they are; for staff they are sealed
                mentioned.texts.add(line)
            case RegistrationCorrected() as event:
                mentioned.correction(item, event)
            case ActionTaken() as event:
                mentioned.action(event, rules)
    files = attachments.listed(case, shut) if mentioned.files else None
    posts, units = _named_places(mentioned)
    accounts = _accounts.all(tuple(mentioned.accounts)) if mentioned.accounts else []
    return MentionedNames(
        accounts={account.id: str(account) for account in accounts},
        posts=posts,
        units={id: name for id, (name, _renamed) in units.items()},
        renamed={id: renamed for id, (_name, renamed) in units.items() if renamed},
        cases=_numbers(mentioned.cases, reader),
        texts={**texts.read_texts(mentioned.texts - shut), **{file.id: file.name for file in files or ()}},
        kept_back=shut,
        files=files,
    )


def _numbers(cases: set[UUID], reader: Actor | None) -> dict[UUID, str]:
    if not cases or reader is None:
        return {}
    return dict(visible_to(reader).filter(id__in=cases).values_list("id", "number"))
