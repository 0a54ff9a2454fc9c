"""Before a rulebook comes into force: may it, who is missing for it, and which open cases would it touch?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from huiyin.casework.models import Case
from huiyin.insight.whatif import CaseDifference, replay
from huiyin.people.appointments import day_of
from huiyin.people.models import Organisation
from huiyin.procedure.move import Misfit, misfits
from huiyin.procedure.storage import codec
from huiyin.rule_store.activation import Assessment, judge
from huiyin.rule_store.vacancies import Vacancy, vacancies
from huiyin.rules.book.load import Rules


@dataclass(frozen=True, slots=True)
class Touched:
    """An open case that would be otherwise under the new rules.

    ``misfits`` say why it could not be moved to them as it stands; where there are none, it could.
    """

    difference: CaseDifference
    stage: str
    misfits: tuple[Misfit, ...]


@dataclass(frozen=True, slots=True)
class Prospect:
    """What stands in the way of a rulebook in one organisation; ``vacant`` are roles of it that nobody holds there."""

    judged: Assessment
    vacant: tuple[Vacancy, ...]


def prospect(rules: Rules, organisation: Organisation, at: datetime) -> Prospect:
    """Whether ``organisation`` could work under ``rules`` from ``at`` (aware) on."""
    return Prospect(judge(rules), vacancies(rules, organisation, day_of(at)))


def open_cases(organisation: Organisation) -> QuerySet[Case]:
    """The cases of an organisation that a change of rules might touch. Pages intersect them with ``visible_to``."""
    return Case.objects.filter(organisation=organisation, ended_at=None)


def touched(cases: QuerySet[Case], rules: Rules, at: datetime) -> Iterator[Touched | None]:
    """For each of the open ``cases``, as of ``at`` (aware): what would be otherwise, or None where nothing would."""
    stands: dict[UUID, tuple[str, tuple[Misfit, ...]]] = {
        id: (stage, misfits(rules, codec.loads(state)))
        for id, stage, state in cases.values_list("id", "stage", "state").iterator()
    }
    for difference in replay(cases, rules, at):
        stage, missing = stands.get(difference.case, ("", ()))
        otherwise = difference.differences or missing or difference.fate != "replayed"
        yield Touched(difference, stage, missing) if otherwise else None
