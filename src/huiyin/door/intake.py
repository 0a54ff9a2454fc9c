"""What a petition must look like when it comes in, whatever the channel: cleaned, checked, every error at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError, input_error
from huiyin.casework.vocabulary import CHANNELS, File
from huiyin.people.acting import units_of_people
from huiyin.people.checks import PetitionerFields, clean_petitioner, clean_text
from huiyin.people.models import Account, Organisation, Unit
from huiyin.rules.book.schema import Rulebook

MAX_TITLE_CHARS = 100
MAX_HEADCOUNT = 100_000
MAX_PETITIONERS = 5  # Regulation Art. 20(3): a group elects at most five representatives
MAX_ACCUSED = 20


@dataclass(frozen=True, slots=True)
class Intake:
    """A petition on its way in. ``accused`` are units' or persons' names as written; ``confidential``: the custodian
    alone shall know who the petitioners are; ``fields`` those of the rulebook's form.

    Its repr shows nothing of what was said, because a repr ends in logs and error pages.
    """

    organisation: Organisation
    channel: str
    text: str = field(repr=False)
    title: str = field(default="", repr=False)
    petitioners: tuple[PetitionerFields, ...] = ()
    headcount: int = 1
    received_at: datetime | None = None
    accused: tuple[str, ...] = field(default=(), repr=False)
    files: tuple[File, ...] = ()
    confidential: bool = field(default=False, metadata={"digested_unless_default": True})
    fields: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Accused:
    """Whom of the directory a petition accuses: their units and accounts."""

    units: frozenset[UUID] = frozenset()
    people: frozenset[UUID] = frozenset()


def check(intake: Intake, at: datetime) -> tuple[Intake, list[FormError]]:
    """``intake`` in the form in which it is kept, and everything that is wrong with it at ``at``."""
    errors: list[FormError] = []
    if intake.channel not in CHANNELS:
        known = _("、").join(f"{code}({_(label)})" for code, label in CHANNELS.items())
        errors.append(FormError("channel", "unknown", _("没有这种来件方式，可用：%(known)s") % {"known": known}))
    text, problems = clean_text("text", intake.text)
    title = intake.title.strip()
    if title:
        title, more = clean_text("title", title.replace("\n", " "), MAX_TITLE_CHARS)
        problems += more
    errors += map(input_error, problems)
    petitioners, more_errors = _petitioners(intake, at)
    errors += more_errors
    errors += _circumstances(intake, at)
    checked = Intake(
        organisation=intake.organisation,
        channel=intake.channel,
        text=text,
        title=title,
        petitioners=petitioners,
        headcount=intake.headcount,
        received_at=intake.received_at or at,
        accused=tuple(name.strip() for name in intake.accused if name.strip()),
        files=intake.files,
        confidential=intake.confidential,
        fields=intake.fields,
    )
    return checked, errors


def _petitioners(intake: Intake, at: datetime) -> tuple[tuple[PetitionerFields, ...], list[FormError]]:
    errors: list[FormError] = []
    if not intake.petitioners:
        return (), [FormError("petitioners", "required", _("请填写信访人；不愿具名的请选择匿名"))]
    if len(intake.petitioners) > MAX_PETITIONERS:
        message = _("代表最多 %(most)d 名，请推选代表并在人数中填写实际人数") % {"most": MAX_PETITIONERS}
        errors.append(FormError("petitioners", "too-many", message))
    cleaned = []
    for position, fields in enumerate(intake.petitioners):
        kept, problems = clean_petitioner(fields, timezone.localdate(at))
        cleaned.append(kept)
        for problem in problems:
            error = input_error(problem)
            errors.append(FormError(f"petitioners.{position}.{error.field}", error.code, error.message))
    return tuple(cleaned), errors


def _circumstances(intake: Intake, at: datetime) -> list[FormError]:
    errors: list[FormError] = []
    if not 1 <= intake.headcount <= MAX_HEADCOUNT:
        message = _("人数须为 1 到 %(most)d 的整数") % {"most": MAX_HEADCOUNT}
        errors.append(FormError("headcount", "out-of-range", message))
    elif intake.headcount < len(intake.petitioners):
        errors.append(FormError("headcount", "too-small", _("人数不能少于所填信访人的数目")))
    if intake.received_at is not None and intake.received_at > at:
        errors.append(FormError("received_at", "in-future", _("收到时间不能晚于现在")))
    if len(intake.accused) > MAX_ACCUSED:
        errors.append(
            FormError("accused", "too-many", _("被反映的单位或人员最多填 %(most)d 个") % {"most": MAX_ACCUSED})
        )
    for name in intake.accused:
        _cleaned, problems = clean_text("accused", name, 200) if name.strip() else ("", [])
        errors += map(input_error, problems)
    return errors


def find_accused(intake: Intake, at: datetime) -> Accused:
    """Those of the organisation's directory, and of the organisations above it, whose name, unit code or user name was written.

    Whoever is accused is so with the units in which they hold a post at ``at``, and a unit with all units below it: none of
    them may see the case or be given it (Regulation Art. 30(3)).
    """
    if not intake.accused:
        return Accused()
    names = set(intake.accused)
    chain = _chain(intake.organisation)
    units = list(Unit.objects.filter(organisation__in=chain))
    accounts = Account.objects.filter(holdings__organisation__in=chain).distinct()
    people = {account.id for account in accounts if account.display_name in names or account.username in names}
    found: set[UUID] = {unit.id for unit in units if unit.name in names or unit.code in names}
    found = found.union(*units_of_people(people, at).values())
    return Accused(frozenset(found | _below(found, units)), frozenset(people))


def _below(above: set[UUID], units: Iterable[Unit]) -> set[UUID]:
    children: dict[UUID, list[UUID]] = {}
    for unit in units:
        if unit.parent_id is not None:
            children.setdefault(unit.parent_id, []).append(unit.id)
    below: set[UUID] = set()
    waiting = list(above)
    while waiting:
        fresh = set(children.get(waiting.pop(), ())) - below
        below |= fresh
        waiting += fresh
    return below


def _chain(organisation: Organisation | None) -> list[Organisation]:
    chain: list[Organisation] = []
    while organisation is not None and organisation not in chain:
        chain.append(organisation)
        organisation = organisation.superior
    return chain


def first_facts(book: Rulebook, intake: Intake) -> dict[str, str]:
    """What the registration says about the case, for the facts of ``book`` that ask for it, and those that it counts by heads."""
    counted = _counted(intake)
    facts = {}
    for name, fact in book.facts.items():
        if fact.at_least is not None:
            facts[name] = "yes" if intake.headcount >= fact.at_least else "no"
        elif fact.from_registration and counted.get(name) in fact.values:
            facts[name] = counted[name]
    return facts


def _counted(intake: Intake) -> dict[str, str]:
    first = intake.petitioners[0]
    reachable = bool(first.phone or first.address or first.email)
    return {
        "channel": intake.channel,
        "source": "referred" if intake.channel == "referral" else "direct",
        "sealed": "yes" if intake.accused else "no",
        "name_clear": "yes" if first.kind != "anonymous" and first.name and reachable else "no",
    }
