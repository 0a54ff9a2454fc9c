"""What a case is, in words: the same on every list and page, in every answer of the API, and to its petitioner."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.casework.labels import name_of, public_stage
from huiyin.casework.models import Case, Submission
from huiyin.casework.owed import is_late_case
from huiyin.casework.sealed import texts
from huiyin.casework.vocabulary import CHANNELS, INSIDE, SEVERITY_FACT
from huiyin.people.models import Unit
from huiyin.rows import Prepared
from huiyin.rule_store.store import load
from huiyin.rules.book.schema import Stage

CHANNEL = "channel"
"""The fact that says how a matter came, where a rulebook has it: said of each, be it the one with which the rulebook begins."""
YES_OR_NO = frozenset({"yes", "no"})
SEALED_FACT: Final = "sealed"
"""Told by a mark on the page, to whom it is told at all."""


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case in the reader's language, as of one moment.

    ``unit`` deals with the case, once it has one; ``title`` is what the petition begins with where nobody gave one, and empty where all of it
    was erased. What few pages show is worded when it is asked for.
    """

    case: Case
    title: str
    stage: str
    severity: str
    unit: Unit | None
    overdue: bool

    @property
    def public_stage(self) -> str:
        """The stage as the petitioner reads it."""
        return public_stage(load(self.case.rulebook).book.procedures[self.case.procedure], self.case.stage)

    @property
    def channel(self) -> str:
        """How it came, in words."""
        return channel_name(self.case.channel)

    @property
    def facts(self) -> Mapping[str, str]:
        """The facts that are no longer as every case begins, by name."""
        return _facts(self.case)

    @property
    def plain_facts(self) -> Mapping[str, str]:
        """Those of the facts that say something by themselves: what is answered by yes or no is for the engine."""
        facts = load(self.case.rulebook).book.facts.values()
        inner = {name_of(fact) for fact in facts if fact.values.keys() <= YES_OR_NO}
        return {name: value for name, value in self.facts.items() if name not in inner}

    @property
    def inner_facts(self) -> Mapping[str, str]:
        """The others, which stand among the details."""
        plain = self.plain_facts
        return {name: value for name, value in self.facts.items() if name not in plain}

    @property
    def rulebook(self) -> str:
        """What its rulebook is called."""
        return name_of(load(self.case.rulebook).book.title)

    @property
    def was_brought(self) -> bool:
        """Whether a petition brought it; otherwise there is no petitioner, and nobody to count."""
        return self.case.channel != INSIDE

    @property
    def name(self) -> str:
        """Its title; what kind of case it is, where it has none."""
        return self.title or kind_of(self.case)


def kind_of(case: Case) -> str:
    """What kind of case it is: the name of its procedure."""
    return name_of(load(case.rulebook).book.procedures[case.procedure])


def case_view(case: Case, at: datetime, title: str | None = None) -> CaseView:
    """``case`` as of ``at`` (aware). ``title`` is its title where the caller has read it already; else it is read here."""
    return CaseView(
        case=case,
        title=titles_of([case]).get(case.id, "") if title is None else title,
        stage=stage_name(case),
        severity=case.facts.get(SEVERITY_FACT, ""),
        unit=case.unit,
        overdue=is_late_case(case, at),
    )


def case_views(cases: Iterable[Case], at: datetime) -> tuple[CaseView, ...]:
    """``cases``, in their order, whose titles are read together; best fetched with their ``unit``."""
    cases = tuple(cases)
    titles = titles_of(cases)
    return tuple(case_view(case, at, titles.get(case.id, "")) for case in cases)


def titles_of(cases: Iterable[Case]) -> Mapping[UUID, str]:
    """The titles of ``cases`` by the ids of the cases; of what nobody gave one, what the petition begins with. What was erased is missing."""
    return titles_and_texts(cases, ())[0]


def titles_and_texts(cases: Iterable[Case], beside: Collection[UUID]) -> tuple[Mapping[UUID, str], Mapping[UUID, str]]:
    """``titles_of`` the cases, and other texts by their ids, read with them."""
    cases = tuple(cases)
    named = {case.title: case.id for case in cases if case.title}
    brought = [case.id for case in cases if not case.title and case.channel != INSIDE]
    first = dict(_contacts.all(tuple(brought))) if brought else {}
    words = {text: case for case, text in first.items()}
    found = texts.read_texts({*named, *words, *beside}) if named or words or beside else {}
    titles = {named[text]: title for text, title in found.items() if text in named}
    titles |= {words[text]: texts.opening_words(words_of_it) for text, words_of_it in found.items() if text in words}
    return titles, {text: found[text] for text in beside if text in found}


_contacts: Final = Prepared(
    lambda cases: Submission.objects.filter(case__in=cases).order_by("-seq").values_list("case_id", "text")
)
"""What each contact of some cases says, the earliest of a case last."""


def stage_name(case: Case) -> str:
    """Where a case stands, in words."""
    return name_of(_stage(case), case.stage)


def channel_name(channel: str) -> str:
    """How a contact came in, in words."""
    if channel == INSIDE:
        return _("本机关自行开立")
    return _(CHANNELS[channel]) if channel in CHANNELS else channel


def _stage(case: Case) -> Stage | None:
    return load(case.rulebook).book.procedures[case.procedure].stages.get(case.stage)


def _facts(case: Case) -> Mapping[str, str]:
    return {
        name_of(fact): name_of(fact.values.get(value), value)
        for name, fact in load(case.rulebook).book.facts.items()
        if name != SEALED_FACT
        and (
            (value := case.facts.get(name, fact.initial)) != fact.initial
            or (name == CHANNEL and case.channel != INSIDE)
        )
    }
