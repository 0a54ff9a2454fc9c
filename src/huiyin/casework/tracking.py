"""What a petitioner may see of their own matter: where it stands, what is owed to them, what they may do and until when.

Left out on purpose: what the office thinks before it has decided, who of its people does what, and whatever concerns others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from huiyin.casework import receipts, texts
from huiyin.casework.history import Paper, Shown, Step, papers, steps
from huiyin.casework.lists import duties_of
from huiyin.casework.models import Case, Submission
from huiyin.casework.offers import Barred, Offer, offers
from huiyin.casework.vocabulary import CHANNELS
from huiyin.casework.wording import cites, language, name_of
from huiyin.people.acting import petitioner_actor
from huiyin.procedure import codec
from huiyin.procedure.command import Actor
from huiyin.procedure.due import limit_due
from huiyin.procedure.state import State
from huiyin.rows import Prepared
from huiyin.rule_store.store import load
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, Procedure
from huiyin.rules.deadlines.derivation import explain as explain_date

RATE = "rate"
"""The action by which a petitioner rates the handling (Regulation Art. 21(2)); its name is part of the outer contract."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A receipt whose query code was right: the contact, its case, and the petitioner who acts through it."""

    submission: Submission
    case: Case
    actor: Actor


@dataclass(frozen=True, slots=True)
class Passage:
    """One step of the way, as the petitioner reads it. ``papers`` are the notices that it brought; ``own``: the petitioner took it."""

    at: datetime
    what: str
    unit: str
    cites: str
    papers: tuple[str, ...]
    own: bool
    fields: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Owed:
    """What somebody still owes on the matter; ``unit`` is empty when it is the petitioner's turn."""

    what: str
    unit: str
    organisation: str
    due_at: datetime
    derivation: str
    clause: tuple[str, ...]
    cites: str
    overdue: bool
    suspended: bool


@dataclass(frozen=True, slots=True)
class Remedy:
    """What the petitioner may invoke against an outcome: until when, or why not (now). ``offer`` is None when it is not open."""

    action: str
    label: str
    cites: str
    offer: Offer | None
    until: datetime | None
    derivation: str
    why_not: str


@dataclass(frozen=True, slots=True)
class Tracking:
    """Everything that the page of a receipt shows."""

    receipt: str
    no: str
    organisation: str
    title: str
    stage: str
    ended: bool
    channel: str
    received_at: datetime
    registered_at: datetime
    seq: int
    steps: tuple[Passage, ...]
    owed: tuple[Owed, ...]
    papers: tuple[Paper, ...]
    remedies: tuple[Remedy, ...]
    actions: tuple[Offer, ...]
    rating: tuple[Shown, ...]

    @property
    def other_actions(self) -> tuple[Offer, ...]:
        """What the petitioner may do besides the remedies."""
        return tuple(offer for offer in self.actions if not offer.remedy)


_by_receipt = Prepared(
    lambda receipt: Submission.objects.select_related("case__organisation", "petitioner").filter(receipt=receipt)
)


def open_receipt(receipt: str, code: str) -> Opened | None:
    """The matter behind ``receipt``; None when the code is wrong or there is no such receipt, and nobody can tell which.

    Whoever asks has made sure that guessing is stopped (``attempts``).
    """
    written = receipts.normal(receipt)
    if not receipts.opens(written, code):
        return None
    submission = _by_receipt.first(written)
    return opened(submission) if submission is not None else None


def opened(submission: Submission) -> Opened:
    """A contact whose code was checked before; for a session that remembers the receipt."""
    return Opened(submission, submission.case, petitioner_actor(submission.petitioner))


def is_theirs(case: Case, action: str) -> bool:
    """Whether ``action`` is one that the rulebook gives to petitioners; others do not exist for them, whatever the stage."""
    rules = load(case.rulebook)
    rule = rules.book.procedures[case.procedure].actions.get(action)
    return rule is not None and any(rules.book.roles[role].of == "petitioner" for role in rule.by)


def view(opened: Opened, at: datetime) -> Tracking:
    """The matter behind an opened receipt, as of ``at`` (aware), in the reader's language."""
    case, submission = opened.case, opened.submission
    rules = load(case.rulebook)
    procedure = rules.book.procedures[case.procedure]
    may = offers(case, opened.actor, at)
    taken = steps(case)
    notices = papers(case, ("petitioner",))
    return Tracking(
        receipt=submission.receipt,
        no=case.no,
        organisation=case.organisation.name,
        title=texts.read([submission.title]).get(submission.title, "") if submission.title else "",
        stage=_public(procedure, case.stage),
        ended=case.ended_at is not None,
        channel=_(CHANNELS[submission.channel]) if submission.channel in CHANNELS else submission.channel,
        received_at=submission.received_at,
        registered_at=submission.registered_at,
        seq=case.seq,
        steps=tuple(_passages(taken, notices)),
        owed=_owed(case, at),
        papers=notices,
        remedies=tuple(_remedies(rules, case, may.allowed, may.refused, at)),
        actions=may.allowed,
        rating=next((step.fields for step in reversed(taken) if step.action == RATE), ()),
    )


def _public(procedure: Procedure, stage: str) -> str:
    rule = procedure.stages.get(stage)
    return name_of(rule.public if rule and rule.public else rule, stage)


def _passages(taken: Iterable[Step], notices: Iterable[Paper]) -> Iterable[Passage]:
    """The steps that the petitioner took, that brought a notice, or that changed where the matter stands as they read it."""
    brought: dict[int, list[str]] = {}
    for paper in notices:
        brought.setdefault(paper.seq, []).append(paper.label)
    before = ""
    for step in taken:
        after = step.public_stage or before
        own = step.actor == "petitioner"
        labels = tuple(brought.get(step.seq, ()))
        if own or labels or after != before:
            yield Passage(
                at=step.at,
                what=after if after != before and not own else step.label,
                unit=step.unit,
                cites=step.cites,
                papers=labels,
                own=own,
                fields=step.fields if own else (),
            )
        before = after


def _owed(case: Case, at: datetime) -> tuple[Owed, ...]:
    rows = [row for row in duties_of(case, at) if row.discharged_at is None and row.withdrawn_at is None]
    organisations = _organisations(case)
    return tuple(
        Owed(
            what=row.label,
            unit=row.unit,
            organisation=organisations.get(row.role, "") if row.unit else "",
            due_at=row.due_at,
            derivation=row.derivation,
            clause=row.clause,
            cites=row.cites,
            overdue=row.overdue,
            suspended=row.suspended,
        )
        for row in rows
    )


def _organisations(case: Case) -> dict[str, str]:
    """Which organisation, above the case's own, owes duties of a role."""
    rows = case.units.select_related("unit__organisation").exclude(unit__organisation=case.organisation_id)
    return {row.relation: row.unit.organisation.name for row in rows}


def _remedies(
    rules: Rules, case: Case, allowed: Iterable[Offer], refused: Iterable[Barred], at: datetime
) -> Iterable[Remedy]:
    """The remedies of the procedure in the order of the rulebook."""
    procedure = rules.book.procedures[case.procedure]
    state: State = codec.loads(case.state)
    open_now = {offer.action: offer for offer in allowed}
    barred = {item.action: item for item in refused}
    for name, action in procedure.actions.items():
        if not action.remedy:
            continue
        offer = open_now.get(name)
        until, derivation = _until(rules, procedure, action, state, at) if offer else (None, "")
        yield Remedy(
            action=name,
            label=name_of(action, name),
            cites=cites(rules, action.clause),
            offer=offer,
            until=until,
            derivation=derivation,
            why_not="" if offer or name not in barred else barred[name].because.why,
        )


def _until(
    rules: Rules, procedure: Procedure, action: Action, state: State, at: datetime
) -> tuple[datetime | None, str]:
    if action.until is None:
        return None, ""
    due = limit_due(rules, procedure.limits[action.until], action.until, state, at)
    return (due.due_at, explain_date(due.derivation, language())) if due else (None, "")
