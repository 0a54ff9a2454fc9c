"""Everything that the page of one case shows, gathered for one reader at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.casework import texts
from huiyin.casework.attachments import Listed, listed
from huiyin.casework.history import Paper, Step, papers, steps, submission_texts
from huiyin.casework.lists import DutyRow, duties_of
from huiyin.casework.models import Case, CaseParty, Submission
from huiyin.casework.offers import Barred, Offers, offers
from huiyin.casework.vocabulary import CHANNELS
from huiyin.casework.wording import name_of
from huiyin.desk.duties import Line, lines
from huiyin.people import petitioners
from huiyin.people.checks import PetitionerFields
from huiyin.people.models import Petitioner
from huiyin.people.web import Acting
from huiyin.procedure.event import SubmissionAttached
from huiyin.rule_store.store import load


@dataclass(frozen=True, slots=True)
class Stop:
    """A stage that the case passed, or where it stands now."""

    label: str
    since: datetime
    is_now: bool
    is_end: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """One submission as it arrived."""

    event: SubmissionAttached
    channel: str
    at: datetime
    text: str
    receipt: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What a case is, in words."""

    title: str
    stage: str
    channel: str
    facts: Mapping[str, str]
    overdue: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """The page of a case. ``people`` are covered unless the reader asked to see them, in the order in which they were named."""

    case: Case
    overview: Overview
    track: tuple[Stop, ...]
    contacts: tuple[Contact, ...]
    people: tuple[PetitionerFields, ...]
    duties: tuple[Line, ...]
    done: tuple[DutyRow, ...]
    offers: Offers
    story: tuple[Step, ...]
    papers: tuple[Paper, ...]
    attachments: tuple[Listed, ...]

    @property
    def not_yet(self) -> tuple[Barred, ...]:
        """What the reader's post may do at another time."""
        return tuple(barred for barred in self.offers.refused if not barred.is_others)

    @property
    def not_mine(self) -> tuple[Barred, ...]:
        """What others do."""
        return tuple(barred for barred in self.offers.refused if barred.is_others)


def case_page(case: Case, acting: Acting, people: tuple[PetitionerFields, ...]) -> CasePage:
    """The page of ``case``, which the reader may see."""
    actor, at = acting.actor, acting.at
    owed = duties_of(case, at)
    still = tuple(row for row in owed if row.discharged_at is None and row.withdrawn_at is None)
    story = steps(case)
    return CasePage(
        case=case,
        overview=overview(case, at),
        track=_track(case, story),
        contacts=_contacts(case),
        people=people,
        duties=lines(still, actor, at),
        done=owed[len(still) :],
        offers=offers(case, actor, at),
        story=tuple(reversed(story)),
        papers=papers(case),
        attachments=listed(case),
    )


def overview(case: Case, at: datetime) -> Overview:
    """What a case is, in words."""
    book = load(case.rulebook).book
    titles: Mapping[UUID, str] = texts.read([case.title]) if case.title else {}
    return Overview(
        title=titles.get(case.title, "") if case.title else "",
        stage=name_of(book.procedures[case.procedure].stages.get(case.stage), case.stage),
        channel=_(CHANNELS[case.channel]) if case.channel in CHANNELS else case.channel,
        facts={
            name_of(fact): name_of(fact.values.get(case.facts[name]), case.facts[name])
            for name, fact in book.facts.items()
            if case.facts.get(name, fact.initial) != fact.initial
        },
        overdue=case.ended_at is None and case.due_at is not None and case.due_at < at,
    )


def recognisable_people(case: Case) -> tuple[PetitionerFields, ...]:
    """The petitioners of a case, covered."""
    parties = _parties(case)
    found = petitioners.recognisable(parties)
    return tuple(found[party.id] for party in parties if party.id in found)


def people_on_record(case: Case, acting: Acting, purpose: str) -> tuple[PetitionerFields, ...]:
    """The petitioners of a case in full, but for those who were erased; who reads is put on record."""
    parties = [party for party in _parties(case) if party.key.destroyed_at is None]
    found = petitioners.read_many(parties, acting.actor, purpose, acting.at, case.id)
    return tuple(found[party.id] for party in parties)


def _parties(case: Case) -> list[Petitioner]:
    rows = CaseParty.objects.filter(case=case).select_related("petitioner__key").order_by("position")
    return [row.petitioner for row in rows]


def _track(case: Case, story: tuple[Step, ...]) -> tuple[Stop, ...]:
    """The stages in the order in which they were entered; a step that stays in its stage adds none."""
    rules = load(case.rulebook)
    entered = [step for position, step in enumerate(story) if position == 0 or step.to_stage != step.from_stage]
    last = len(entered) - 1
    ended = rules.book.procedures[case.procedure].stages[case.stage].end
    return tuple(Stop(step.to_stage, step.at, n == last, n == last and ended) for n, step in enumerate(entered))


def _contacts(case: Case) -> tuple[Contact, ...]:
    receipts = dict(Submission.objects.filter(case=case).values_list("id", "receipt"))
    return tuple(
        Contact(
            event,
            _(CHANNELS[event.channel]) if event.channel in CHANNELS else event.channel,
            at,
            text,
            receipts.get(event.submission, ""),
        )
        for event, at, text in submission_texts(case)
    )
