"""Everything that the page of one case shows, gathered for one reader at one moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from huiyin.accountability.period_days import CasePeriod, case_period, next_of_case
from huiyin.archive import room
from huiyin.archive.room import UnpackedCase
from huiyin.casework.actions.ahead import StepAhead, steps_ahead
from huiyin.casework.actions.choices import (
    ActionChoices,
    AvailableAction,
    UnavailableAction,
    action_choices,
    ways_among,
)
from huiyin.casework.case_view import CaseView, case_view
from huiyin.casework.duty_news import NEWS_EVENTS, News
from huiyin.casework.elsewhere import elsewhere
from huiyin.casework.history import (
    NOTES,
    READ_BY_PEOPLE,
    Contact,
    Document,
    History,
    HistoryStep,
    contacts,
    documents,
    read_history,
    steps,
    with_seen_codes,
)
from huiyin.casework.imported.story import IMPORTED, last_day
from huiyin.casework.lists.duties import DutyRow, duties_of
from huiyin.casework.lists.related import RelatedCase, related_to
from huiyin.casework.lists.unattended import places_without_anybody
from huiyin.casework.loaded_case import LoadedCase, load_case
from huiyin.casework.models import Case, CodeIssue, Submission
from huiyin.casework.owed import is_open
from huiyin.casework.received.parties import parties
from huiyin.casework.sealed.accused import AccusedView, accused_of
from huiyin.casework.sealed.attachments import Listed
from huiyin.casework.sealed.codes import issues, seen_since
from huiyin.casework.sealed.confidential import is_hidden
from huiyin.casework.sealed.held_back import LeftToCustodian, left_to
from huiyin.casework.sealed.level import LevelView, level_view
from huiyin.casework.sealed.seen_codes import gives_out, may_replace, spoilt_among, with_latest_codes
from huiyin.desk.work.page import DutyLine, line
from huiyin.documents.drafting.drafts import DraftedDocument, drafted_documents
from huiyin.documents.numbers import document_number
from huiyin.documents.service import how_served
from huiyin.people import petitioners
from huiyin.people.appointments import day_of
from huiyin.people.checks import PetitionerFields
from huiyin.people.models import Petitioner
from huiyin.procedure.amending.correcting import correction_obstacle
from huiyin.procedure.command import Actor, files_in
from huiyin.procedure.documents.document_event import DOCUMENT_STEPS
from huiyin.procedure.event import AccusedWritten, ActionTaken, ConfidentialitySet, SubmissionAttached
from huiyin.rows import Prepared
from huiyin.rules.book.schema import ARCHIVE
from huiyin.web.page_access import Acting


@dataclass(frozen=True, slots=True)
class Stop:
    """A stage that the case passed, or where it stands now."""

    label: str
    since: datetime
    is_now: bool
    is_end: bool


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document in the list of a case: as issued (``document``), as drafted (``draft``), or both; ``served`` says how and when it was."""

    number: str
    document: Document | None
    draft: DraftedDocument | None
    served: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file of the case, and by which step or contact it came (empty where that is not told); ``to_look_through``, or, bearing a
    marking, ``to_hand_on``: that is for the reader.
    """

    file: Listed
    source: str
    to_look_through: bool = False
    to_hand_on: bool = False


@dataclass(frozen=True, slots=True)
class OfferGroup:
    """Actions that the reader may take now and that lead alike, under a heading; ``first``: what they ordinarily do, which has none."""

    heading: str
    offers: tuple[AvailableAction, ...]
    first: bool = False


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The file (案卷) of a case that was archived, for who works in the archive room; ``waiting`` where its package is not made yet."""

    waiting: UnpackedCase | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """The page of a case. ``people`` are covered unless the reader asked to see them, in the order in which they were named.

    ``documents`` are those on their way first, then those that were issued. ``contacts`` stand each with its receipt; ``news`` is what the reader's unit, which owes something, has not looked at. ``spoilt``:
    the petitioner has to be handed a new query code, by the reader among others. ``file`` is None for a case that was never archived,
    and for who may not enter the archive room. ``ahead`` is the ordinary way from here; ``opened_at_seq`` is how far the case had come when the
    reader last opened it, 0 where that is not known. ``is_sealed``: somebody is kept out, as far as that is told.
    """

    case: Case
    view: CaseView
    track: tuple[Stop, ...]
    contacts: tuple[tuple[Contact, str], ...]
    codes: tuple[CodeIssue, ...]
    people: ShownPeople
    duties: tuple[DutyLine, ...]
    done: tuple[DutyRow, ...]
    choices: ActionChoices
    story: tuple[HistoryStep, ...]
    documents: tuple[DocumentLine, ...]
    attachments: tuple[Evidence, ...]
    accused: AccusedView | None
    level: LevelView
    news: tuple[News, ...]
    may_correct: bool
    may_give_out_codes: bool
    spoilt: bool
    related: tuple[RelatedCase, ...]
    file: CaseFile | None
    ahead: tuple[StepAhead, ...]
    opened_at_seq: int
    is_sealed: bool
    reader: UUID
    period: CasePeriod | None

    @property
    def since(self) -> tuple[HistoryStep, ...]:
        """What others did on the case since the reader last opened it, the newest first."""
        return tuple(step for step in self.story if step.seq > self.opened_at_seq > 0 and step.account != self.reader)

    @property
    def offers(self) -> tuple[OfferGroup, ...]:
        """What the reader may do now: what takes the case on for them, and apart from it what gives it back or ends it undecided."""
        first = {line.primary.action for line in self.duties if line.is_mine and line.primary}
        kinds: dict[str, str] = {way.action: way.kind for line in self.duties for way in line.ways}
        kinds |= dict.fromkeys(first, "first")
        found: dict[str, list[AvailableAction]] = {}
        for offer in self.choices.allowed:
            found.setdefault(kinds.get(offer.action, "beside"), []).append(offer)
        headings = {
            "first": "",
            "onward": _("其他办法"),
            "back": pgettext("ways", "退回"),
            "away": _("不受理、转出"),
            "beside": _("另外可以办理") if found.keys() - {"beside"} else "",
        }
        groups = (OfferGroup(words, tuple(found.get(kind, ())), kind == "first") for kind, words in headings.items())
        return tuple(group for group in groups if group.offers)

    @property
    def not_yet(self) -> tuple[UnavailableAction, ...]:
        """What the reader's post may do at another time."""
        return tuple(action for action in self.choices.refused if not action.is_others)

    @property
    def not_mine(self) -> tuple[UnavailableAction, ...]:
        """What others do."""
        return tuple(action for action in self.choices.refused if action.is_others)


def _with_period(case: UUID, today: date) -> QuerySet[Submission]:
    return with_latest_codes(Submission.objects.filter(case_id=case)).annotate(period=next_of_case("case_id", today))


def _with_nobody_told(rows: Sequence[DutyRow], at: datetime) -> tuple[DutyRow, ...]:
    """The open duties, each with whether nobody at work can do it."""
    places = places_without_anybody([(row.owner, row.role) for row in rows if row.owner], day_of(at))
    return tuple(replace(row, unattended=(row.owner, row.role) in places) for row in rows)


_contacts_of: Final = Prepared(_with_period)


def case_page(case: Case, acting: Acting, people: ShownPeople, opened_at_seq: int = 0) -> CasePage:
    """The page of ``case``, which the reader may see and last opened at ``opened_at_seq``."""
    actor, at = acting.actor, acting.at
    loaded, past = (
        load_case(case),
        read_history(
            case, actor, {*READ_BY_PEOPLE, *NEWS_EVENTS, *DOCUMENT_STEPS, *NOTES, AccusedWritten, ConfidentialitySet}
        ),
    )
    chain = {case.id: [item for item, _rules in past.events if isinstance(item.event, NEWS_EVENTS)]}
    owed = duties_of(case, at, past.title, actor, chain)
    still = _with_nobody_told([row for row in owed if is_open(row)], at)
    found = action_choices(loaded, actor, at)
    ways = ways_among(loaded, found)
    away = elsewhere(loaded, past)
    submissions = _contacts_of.all(case.id, day_of(at))
    for one in submissions:
        one.case = case
    given = issues(one for one in submissions if getattr(one, "code_by", None))
    story = with_seen_codes(steps(past), past, seen_since(submissions, given))
    receipts = {submission.id: submission.receipt for submission in submissions}
    give_out, spoilt = (False, False) if people.hidden else _codes(loaded, submissions, acting)
    return CasePage(
        case=case,
        view=case_view(case, at, past.title),
        track=_track(loaded, story),
        contacts=tuple((contact, receipts.get(contact.event.submission, "")) for contact in contacts(past)),
        codes=tuple(one for of in given.values() for one in of),
        people=people,
        duties=tuple(line(row, ways, actor, away) for row in still),
        done=owed[len(still) :],
        choices=found,
        story=tuple(reversed(story)),
        documents=_documents(loaded, past),
        attachments=_evidence(case, past, story, acting),
        accused=accused_of(case, actor) if _accuses(loaded, past) else None,
        level=level_view(case, actor, [item for item, _rules in past.events]),
        news=next((row.news for row in still if row.news), ()),
        may_correct=correction_obstacle(loaded.rules, loaded.state, actor) is None,
        may_give_out_codes=give_out,
        spoilt=spoilt,
        related=related_to(past, actor, at),
        file=_file(past, actor),
        ahead=steps_ahead(loaded),
        opened_at_seq=opened_at_seq,
        is_sealed=case.sealed and not past.was_meant,
        reader=acting.account.id,
        period=case_period(getattr(submissions[0], "period", None), at)
        if submissions and case.ended_at is None
        else None,
    )


def _codes(loaded: LoadedCase, submissions: Sequence[Submission], acting: Acting) -> tuple[bool, bool]:
    """Whether the reader hands out codes of the contacts, and whether one of these is spoilt, for whom they do."""
    spoilt = bool(spoilt_among(submissions))
    ordinary = bool(submissions) and gives_out(loaded, acting.actor)
    give_out = ordinary or (spoilt and may_replace(loaded, acting.actor, acting.at))
    return give_out, give_out and spoilt


def _accuses(loaded: LoadedCase, past: History) -> bool:
    """Whether the case accuses anybody, or did: of most it need not be asked who may know whom."""
    state = loaded.state
    known = loaded.case.sealed or state.accused_units or state.accused_people or state.unresolved
    return bool(known) or any(isinstance(item.event, AccusedWritten) for item, _rules in past.events)


def _evidence(case: Case, past: History, story: Sequence[HistoryStep], acting: Acting) -> tuple[Evidence, ...]:
    """The files that the reader may see, oldest first, each with where it comes from."""
    labels = {step.seq: step.label for step in story}
    came: dict[UUID, str] = {}
    for item, _rules in past.events:
        if isinstance(item.event, SubmissionAttached):
            came |= {ref.id: _("随来件") for ref in item.event.files}
        elif isinstance(item.event, ActionTaken):
            refs = (ref for value in item.event.fields.values() for ref in files_in(value))
            came |= {ref.id: labels.get(item.seq, "") for ref in refs}
    files = past.files
    waits = any(file.is_waiting or file.is_withheld for file in files)
    left = left_to(case, acting.actor, acting.at) if waits else LeftToCustodian()
    return tuple(
        Evidence(file, came.get(file.id, ""), file.id in left.unread, file.id in left.marked) for file in files
    )


def _file(past: History, actor: Actor) -> CaseFile | None:
    archived = [
        item.at for item, _rules in past.events if isinstance(item.event, ActionTaken) and item.event.action == ARCHIVE
    ]
    packed = room.is_packed(past.case, actor, archived[-1]) if archived and room.may_enter(actor) else None
    return None if packed is None else CaseFile(None if packed else room.without_package(past.case))


@dataclass(frozen=True, slots=True)
class ShownPeople:
    """The petitioners of a case as a page shows them; ``hidden`` when they want to be known to the custodian alone.

    ``confidential``: they do, whether or not the reader may know them.
    """

    people: tuple[PetitionerFields, ...]
    hidden: bool
    confidential: bool


def recognisable_people(case: Case, acting: Acting) -> ShownPeople:
    """The petitioners of a case, covered."""
    parties = parties_of(case)
    confidential = any(party.confidential for party in parties)
    if is_hidden(case, parties, acting.actor, acting.at):
        return ShownPeople((), hidden=True, confidential=True)
    found = petitioners.recognisable(parties)
    return ShownPeople(tuple(found[party.id] for party in parties if party.id in found), False, confidential)


def people_on_record(case: Case, acting: Acting, purpose: str) -> ShownPeople:
    """The petitioners of a case in full, but for those who were erased; who reads is put on record."""
    parties = [party for party in parties_of(case) if party.key.destroyed_at is None]
    confidential = any(party.confidential for party in parties)
    if is_hidden(case, parties, acting.actor, acting.at):
        return ShownPeople((), hidden=True, confidential=True)
    found = petitioners.read_many(parties, acting.actor, purpose, acting.at, case.id)
    return ShownPeople(tuple(found[party.id] for party in parties), False, confidential)


def parties_of(case: Case) -> list[Petitioner]:
    return [row.petitioner for row in parties(case.id)]


def _track(loaded: LoadedCase, story: tuple[HistoryStep, ...]) -> tuple[Stop, ...]:
    """The stages in the order in which they were entered; a step that stays in its stage adds none.

    A matter of an old register came so far on the last day that the register names.
    """
    entered = [step for position, step in enumerate(story) if position == 0 or step.to_stage != step.from_stage]
    last = len(entered) - 1
    ended = loaded.procedure.stages[loaded.case.stage].end
    days = [step.at for step in entered]
    for n, step in enumerate(entered):
        if step.action == IMPORTED:
            day = last_day((shown.name, shown.value) for shown in step.fields)
            days[n] = timezone.make_aware(datetime.combine(day, time())) if day else loaded.case.received_at
    return tuple(Stop(step.to_stage, days[n], n == last, n == last and ended) for n, step in enumerate(entered))


def _documents(loaded: LoadedCase, past: History) -> tuple[DocumentLine, ...]:
    """The documents on their way or void, then those that were issued, each with the number that it bears."""
    drafted = (
        {document.id: document for document in drafted_documents(loaded, with_versions=False)}
        if loaded.state.papers
        else {}
    )
    waiting = [
        DocumentLine(document.number, None, document) for document in drafted.values() if document.status != "issued"
    ]
    contents = documents(past)
    served = how_served(past, contents)
    issued = [
        DocumentLine(document_number(one, loaded.case), one, drafted.get(one.id), served.get(one.id, ""))
        for one in contents
    ]
    return (*waiting, *issued)
