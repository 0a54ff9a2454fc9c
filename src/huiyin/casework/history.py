"""What happened to a case, told from the ledger: the timeline, and the papers that were issued."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.casework import attachments, texts
from huiyin.casework.forms import yes_no
from huiyin.casework.models import Case, Notice
from huiyin.casework.wording import cites, name_of
from huiyin.ledger.chain import Recorded, read
from huiyin.people.models import Account, Post, Unit
from huiyin.procedure.command import TextRef, Value, files_in, ids_in
from huiyin.procedure.event import ActionTaken, CaseMoved, CaseOpened, SubmissionAttached
from huiyin.rule_store.store import load
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, FieldRule


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as it was filled in: its name on the form, and its content in words."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Step:
    """One action in the story of a case, or its move to another rulebook, in the words of the rules of that time.

    ``who`` and ``unit`` are empty for the petitioner and for timers; ``public_stage`` is what the petitioner reads.
    """

    seq: int
    at: datetime
    action: str
    label: str
    from_stage: str
    to_stage: str
    public_stage: str
    actor: str
    role: str
    who: str
    post: str
    unit: str
    cites: str
    fields: tuple[Shown, ...]
    hash: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A notice in words: what it is, to whom, and what it says. ``seq`` is the number of the action that brought it."""

    id: UUID
    seq: int
    kind: str
    label: str
    addressee: str
    issued_at: datetime
    cites: str
    body: tuple[Shown, ...]
    remedy: str


@dataclass(frozen=True, slots=True)
class _Names:
    accounts: Mapping[UUID, str]
    posts: Mapping[UUID, str]
    units: Mapping[UUID, str]
    cases: Mapping[UUID, str]
    texts: Mapping[UUID, str]


def steps(case: Case) -> tuple[Step, ...]:
    """The actions taken on a case that the reader may see, oldest first."""
    told = [item for item in read(case.id) if isinstance(item.event, ActionTaken | CaseOpened | CaseMoved)]
    names = _names(told)
    return tuple(
        _step(rules, case, item, names) for item, rules in _with_rules(told) if not isinstance(item.event, CaseOpened)
    )


def _with_rules(events: Iterable[Recorded]) -> Iterator[tuple[Recorded, Rules]]:
    """Each event with the rulebook under which it happened; the opening of the case must be among them."""
    rules: Rules | None = None
    for item in events:
        if isinstance(item.event, CaseOpened | CaseMoved):
            rules = load(item.event.rulebook)
        assert rules is not None
        yield item, rules


def papers(case: Case, addressees: Iterable[str] = ("petitioner", "unit", "organ")) -> tuple[Paper, ...]:
    """The notices issued on a case to ``addressees``, oldest first, with what they say."""
    notices = list(Notice.objects.filter(case=case, addressee__in=list(addressees)).order_by("issued_at", "id"))
    if not notices:
        return ()
    told = [item for item in read(case.id) if isinstance(item.event, ActionTaken | CaseOpened | CaseMoved)]
    names = _names(told)
    said = _latest_entries(told)
    rules = {item.seq: under for item, under in _with_rules(told)}
    return tuple(_paper(rules[notice.action_seq], case, notice, said, names) for notice in notices)


def said_so_far(case: Case) -> Mapping[str, str]:
    """Every field that was ever filled in on a case that the reader may see, as last filled in, in words."""
    rules = load(case.rulebook)
    actions = [item for item in read(case.id) if isinstance(item.event, ActionTaken)]
    names = _names(actions)
    latest: dict[str, str] = {}
    for _seq, entries in _latest_entries(actions):
        latest |= {name: _shown(rules.book.fields.get(name), value, names) for name, value in entries.items()}
    return latest


def submission_texts(case: Case) -> tuple[tuple[SubmissionAttached, datetime, str], ...]:
    """The contacts attached to a case that the reader may see, each with its time of entry and its text."""
    attached = [item for item in read(case.id) if isinstance(item.event, SubmissionAttached)]
    found = texts.read(item.event.text.id for item in attached if isinstance(item.event, SubmissionAttached))
    return tuple(
        (item.event, item.at, found.get(item.event.text.id, ""))
        for item in attached
        if isinstance(item.event, SubmissionAttached)
    )


def _names(actions: Iterable[Recorded]) -> _Names:
    ids: set[UUID] = set()
    refs: set[UUID] = set()
    files: set[UUID] = set()
    for item in actions:
        if isinstance(item.event, CaseMoved):
            ids |= {id for id in item.actor.values() if isinstance(id, UUID)}
        if not isinstance(item.event, ActionTaken):
            continue
        ids |= {id for id in (item.event.person, item.event.post, item.event.unit) if id}
        for value in item.event.fields.values():
            if isinstance(value, TextRef):
                refs.add(value.id)
            files |= {file.id for file in files_in(value)}
            ids.update(ids_in(value))
    return _Names(
        accounts={account.id: str(account) for account in Account.objects.filter(id__in=ids)},
        posts=dict(Post.objects.filter(id__in=ids).values_list("id", "title")),
        units=dict(Unit.objects.filter(id__in=ids).values_list("id", "name")),
        cases=dict(Case.objects.filter(id__in=ids).values_list("id", "no")),
        texts={**texts.read(refs), **attachments.names(files)},
    )


def _step(rules: Rules, case: Case, item: Recorded, names: _Names) -> Step:
    event = item.event
    if isinstance(event, CaseMoved):
        return _moved(rules, item, event, names)
    assert isinstance(event, ActionTaken)
    procedure = rules.book.procedures[case.procedure]
    return Step(
        seq=item.seq,
        at=item.at,
        action=event.action,
        label=name_of(procedure.actions.get(event.action), event.action),
        from_stage=name_of(procedure.stages.get(event.from_stage), event.from_stage),
        to_stage=name_of(procedure.stages.get(event.to_stage), event.to_stage),
        public_stage=name_of(procedure.stages[event.to_stage].public or procedure.stages[event.to_stage]),
        actor=event.actor,
        role=name_of(rules.book.roles.get(event.role), event.role),
        who=names.accounts.get(event.person, "") if event.person else "",
        post=names.posts.get(event.post, "") if event.post else "",
        unit=names.units.get(event.unit, "") if event.unit else "",
        cites=cites(rules, event.clause),
        fields=_in_form_order(rules, procedure.actions.get(event.action), event.fields, names),
        hash=item.hash,
    )


def _moved(rules: Rules, item: Recorded, event: CaseMoved, names: _Names) -> Step:
    person = item.actor.get("person")
    told = Shown("rulebook", _("规程"), f"{name_of(rules.book.title)} {event.rulebook}")
    return Step(
        seq=item.seq,
        at=item.at,
        action="",
        label=_("此后按另一版规程办理"),
        from_stage="",
        to_stage="",
        public_stage="",
        actor=str(item.actor.get("kind", "")),
        role="",
        who=names.accounts.get(person, "") if isinstance(person, UUID) else "",
        post="",
        unit="",
        cites="",
        fields=(told,),
        hash=item.hash,
    )


def _in_form_order(rules: Rules, action: Action | None, given: Mapping[str, Value], names: _Names) -> tuple[Shown, ...]:
    """The fields as the form asks for them; those that the form no longer knows come last."""
    order = [use.name for use in action.fields] if action else []
    order += [name for name in given if name not in order]
    fields = rules.book.fields
    return tuple(
        Shown(name, name_of(fields.get(name), name), _shown(fields.get(name), given[name], names))
        for name in order
        if name in given
    )


def _shown(rule: FieldRule | None, value: Value, names: _Names) -> str:
    if isinstance(value, tuple):
        return _("、").join(_shown(rule, part, names) for part in value)
    if isinstance(value, TextRef):
        return names.texts.get(value.id, "")
    if isinstance(value, UUID):
        return names.units.get(value) or names.accounts.get(value) or names.cases.get(value) or ""
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and rule is not None and value in rule.of:
        return name_of(rule.of[value])
    return str(value)


def _latest_entries(actions: Iterable[Recorded]) -> list[tuple[int, Mapping[str, Value]]]:
    return [(item.seq, item.event.fields) for item in actions if isinstance(item.event, ActionTaken)]


def _paper(
    rules: Rules,
    case: Case,
    notice: Notice,
    said: list[tuple[int, Mapping[str, Value]]],
    names: _Names,
) -> Paper:
    """A notice prints the fields that its rule names, each as last filled in before it was issued."""
    rule = rules.book.procedures[case.procedure].notices[notice.kind]
    body = []
    for name in rule.body:
        value = next(
            (entries[name] for seq, entries in reversed(said) if seq <= notice.action_seq and name in entries), None
        )
        if value is not None:
            field = rules.book.fields.get(name)
            body.append(Shown(name, name_of(field, name), _shown(field, value, names)))
    return Paper(
        id=notice.id,
        seq=notice.action_seq,
        kind=notice.kind,
        label=name_of(rule, notice.kind),
        addressee=notice.addressee,
        issued_at=notice.issued_at,
        cites=cites(rules, notice.clause),
        body=tuple(body),
        remedy=name_of(rule.remedy),
    )
