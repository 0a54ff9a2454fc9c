"""What a petition must look like when it comes in, whatever the channel: cleaned, checked, every error at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.casework.file_checks.state_secrets import refused_texts
from huiyin.casework.labels import FormError, input_error
from huiyin.casework.sealed.attachments import MAX_NAME_CHARS as MAX_FILE_NAME_CHARS
from huiyin.casework.vocabulary import CHANNELS, File, told_by_channel
from huiyin.people.checks import RAW_TIMES, PetitionerFields, clean_petitioner, clean_text
from huiyin.people.models import Organisation
from huiyin.rules import MATTER
from huiyin.rules.book.fields.types.files import MAX_FILES
from huiyin.rules.book.schema import Rulebook

MAX_TITLE_CHARS = 100
MAX_HEADCOUNT = 100_000
MAX_PETITIONERS = 5  # Regulation Art. 20(3): a group elects at most five representatives
MAX_SIGNERS = 300
MAX_ACCUSED = 20
MAX_ACCUSED_CHARS = 200
MAX_ACCUSED_TOGETHER = MAX_ACCUSED * MAX_ACCUSED_CHARS * RAW_TIMES
"""Characters of all lines: what is longer is not even parted into lines."""


@dataclass(frozen=True, slots=True)
class Intake:
    """A petition on its way in. ``accused`` are units' or persons' names as written, ``accused_units`` ids of units that were
    chosen; ``confidential``: the custodian alone shall know who the petitioners are; ``kept_from_handlers``: it is about people who work where
    it is dealt with, and the custodian reads it first; ``fields`` those of the rulebook's form. It opens a
    case of ``procedure``.

    Its repr shows nothing of what was said, because a repr ends in logs and error pages.
    """

    organisation: Organisation
    channel: str
    text: str = field(repr=False)
    title: str = field(default="", repr=False)
    petitioners: tuple[PetitionerFields, ...] = ()
    signers: tuple[PetitionerFields, ...] = field(default=(), metadata={"digested_unless_default": True})
    headcount: int = 1
    received_at: datetime | None = None
    accused: tuple[str, ...] = field(default=(), repr=False)
    accused_units: frozenset[UUID] = field(default=frozenset(), repr=False, metadata={"digested_unless_default": True})
    files: tuple[File, ...] = ()
    confidential: bool = field(default=False, metadata={"digested_unless_default": True})
    fields: Mapping[str, object] = field(default_factory=dict, repr=False)
    procedure: str = field(default=MATTER, metadata={"digested_unless_default": True})
    kept_from_handlers: bool = field(default=False, metadata={"digested_unless_default": True})


def check(intake: Intake, at: datetime, most: int = MAX_PETITIONERS) -> tuple[Intake, list[FormError]]:
    """``intake`` in the form in which it is kept, and everything that is wrong with it at ``at``; it may have ``most`` petitioners.

    People and lines are counted, and texts measured, before anything is looked for in them.
    """
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
    accused, wrong_lines = _accused(intake.accused)
    named = (("files", file.name[:MAX_FILE_NAME_CHARS]) for file in intake.files[:MAX_FILES])
    errors += refused_texts([("text", text), ("title", title), *(("accused", name) for name in accused), *named])
    petitioners, more_errors = _petitioners(intake, at, most)
    errors += more_errors
    signers, more_errors = _signers(intake, at)
    errors += more_errors
    errors += _circumstances(intake, at)
    errors += wrong_lines
    checked = Intake(
        organisation=intake.organisation,
        channel=intake.channel,
        text=text,
        title=title,
        petitioners=petitioners,
        signers=signers,
        headcount=intake.headcount,
        received_at=intake.received_at or at,
        accused=accused,
        accused_units=intake.accused_units,
        files=intake.files,
        confidential=intake.confidential,
        fields=intake.fields,
        procedure=intake.procedure,
        kept_from_handlers=intake.kept_from_handlers,
    )
    return checked, errors


def _petitioners(intake: Intake, at: datetime, most: int) -> tuple[tuple[PetitionerFields, ...], list[FormError]]:
    errors: list[FormError] = []
    if not intake.petitioners:
        return (), [FormError("petitioners", "required", _("请填写信访人；不愿具名的请选择“不具名”"))]
    if len(intake.petitioners) > most:
        message = _("代表最多 %(most)d 名，请推选代表并在人数中填写实际人数") % {"most": most}
        errors.append(FormError("petitioners", "too-many", message))
    cleaned = []
    for position, fields in enumerate(intake.petitioners[:most]):
        kept, problems = clean_petitioner(fields, timezone.localdate(at))
        cleaned.append(kept)
        for problem in problems:
            error = input_error(problem)
            errors.append(FormError(f"petitioners.{position}.{error.field}", error.code, error.message))
        errors += refused_texts((f"petitioners.{position}.{name}", text) for name, text in kept.as_dict().items())
    return tuple(cleaned), errors


def _signers(intake: Intake, at: datetime) -> tuple[tuple[PetitionerFields, ...], list[FormError]]:
    """Those who signed besides the representatives, in the form in which they are kept; a line stands for the person who is wrong."""
    if len(intake.signers) > MAX_SIGNERS:
        return (), [too_many_signers()]
    cleaned, errors = [], []
    for number, fields in enumerate(intake.signers, 1):
        kept, problems = clean_petitioner(replace(fields, kind="signer"), timezone.localdate(at))
        cleaned.append(kept)
        for problem in problems:
            error = input_error(problem)
            message = _("第 %(number)d 行：%(message)s") % {"number": number, "message": error.message}
            errors.append(FormError("signers", error.code, message))
        errors += list(refused_texts(("signers", text) for text in kept.as_dict().values()))[:1]
    return tuple(cleaned), errors


def too_many_signers() -> FormError:
    """That more people signed than are entered one by one."""
    message = _("联名的人最多登记 %(most)d 名，其余的请作为附件交名单") % {"most": MAX_SIGNERS}
    return FormError("signers", "too-many", message)


def too_many_accused() -> FormError:
    """That more are named whom it is about than are entered line by line."""
    return FormError("accused", "too-many", _("被反映的单位或人员最多填 %(most)d 个") % {"most": MAX_ACCUSED})


def _accused(written: tuple[str, ...]) -> tuple[tuple[str, ...], list[FormError]]:
    """The lines that name whom it is about, and what is wrong with them; none is read where there are too many."""
    if len(written) > MAX_ACCUSED:
        return (), [too_many_accused()]
    names: list[str] = []
    errors: list[FormError] = []
    for name in filter(None, map(str.strip, written)):
        cleaned, problems = clean_text("accused", name, MAX_ACCUSED_CHARS)
        names.append(cleaned if problems else name)
        errors += map(input_error, problems)
    return tuple(names), errors


def _circumstances(intake: Intake, at: datetime) -> list[FormError]:
    errors: list[FormError] = []
    if not 1 <= intake.headcount <= MAX_HEADCOUNT:
        message = _("人数须为 1 到 %(most)d 的整数") % {"most": MAX_HEADCOUNT}
        errors.append(FormError("headcount", "out-of-range", message))
    elif intake.headcount < len(intake.petitioners) + len(intake.signers):
        errors.append(FormError("headcount", "too-small", _fewer_than_named(intake)))
    if intake.received_at is not None and intake.received_at > at:
        errors.append(FormError("received_at", "in-future", _("收到时间不能晚于现在")))
    return errors


def _fewer_than_named(intake: Intake) -> str:
    numbers = {
        "headcount": intake.headcount,
        "representatives": len(intake.petitioners),
        "signers": len(intake.signers),
        "named": len(intake.petitioners) + len(intake.signers),
    }
    return (
        _(
            "人数填的是 %(headcount)d，写了姓名的却有 %(named)d 人（代表 %(representatives)d 人、联名 %(signers)d 人）：请改人数，或者核对名单"
        )
        % numbers
    )


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
        **told_by_channel(intake.channel),
        "sealed": "yes" if intake.accused or intake.accused_units else "no",
        "name_clear": "yes" if first.kind != "anonymous" and first.name and reachable else "no",
    }
