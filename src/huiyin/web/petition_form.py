"""The form of a petition, at the desk and in the portal: what was typed, kept as typed, and as the intake that the door takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, get_args

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from huiyin.casework.forms import FieldView
from huiyin.casework.labels import FormError, first_errors
from huiyin.casework.vocabulary import File
from huiyin.door.intake import MAX_ACCUSED_TOGETHER, MAX_PETITIONERS, Intake, check, too_many_accused
from huiyin.people.accusable import units_among
from huiyin.people.checks import MAX_TEXT_CHARS, RAW_TIMES, PetitionerFields, PetitionerKind, without_identity
from huiyin.people.models import Organisation
from huiyin.web.bound_fields import inputs_for_files, raw
from huiyin.web.case_lookup import key_of
from huiyin.web.drafts.draft_requests import FIND
from huiyin.web.drafts.form_drafts import KEY, FormDraft
from huiyin.web.signers import MAX_LIST_CHARS, each_once, read_signer_lines

KEPT_FROM_HANDLERS = "kept_from_handlers"
FILES = "files"
"""The input for what comes with a petition."""
MAX_UNITS = 100
"""More boxes than a form has are not read."""
EXTRA = "more-"
"""Sets the rulebook's fields apart from those that every registration has."""
PERSON = ("kind", "name", "phone", "id_number", "address", "email")
ON_PAGE = (*PERSON[1:], PERSON[0])
"""What is asked of a person, as it follows on the page."""
BY_CHANNEL = "by-channel"
"""In an order of the parts of a form: what the rulebook asks for of what came by some channels."""
MAX_MOMENT_CHARS = 64
MAX_SHOWN_OF_PERSON = 1000
"""Characters of a field of one line."""
MORE, DROP = "_more", "_drop"
KINDS = frozenset(get_args(PetitionerKind)) - {"signer"}


@dataclass(frozen=True, slots=True)
class Box:
    """One petitioner on the form, with what is wrong by field."""

    number: int
    typed: PetitionerFields
    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FormProblem:
    """A line of the summary: where to go and what to correct."""

    anchor: str
    label: str
    message: str


@dataclass(frozen=True, slots=True)
class PetitionForm:
    """What the form holds. ``errors`` are those that make it unreadable, ``refused`` all others with them; of a form
    that can be read the door finds what is wrong."""

    people: tuple[PetitionerFields, ...]
    channel: str = "letter"
    received: str = ""
    headcount: str = "1"
    title: str = ""
    text: str = ""
    signers: str = ""
    accused: str = ""
    accused_units: tuple[str, ...] = ()
    find: str = ""
    files: tuple[File, ...] = ()
    fields: Mapping[str, object] = field(default_factory=dict)
    key: str = ""
    confidential: bool = False
    kept_from_handlers: bool = False

    @property
    def errors(self) -> tuple[FormError, ...]:
        """What cannot even be read."""
        found = []
        if _count(self.headcount) is None:
            found.append(FormError("headcount", "unreadable", _("请填写人数，为 1 以上的整数")))
        if self.received and moment(self.received) is None:
            found.append(FormError("received_at", "unreadable", _("请填写收到的日期和时间，如 2026-03-02 09:30")))
        if len(self.accused) > MAX_ACCUSED_TOGETHER:
            found.append(too_many_accused())
        return (*found, *read_signer_lines(self.signers).errors)

    @property
    def shown(self) -> PetitionForm:
        """The form as a page shows it again: of what is far too long the beginning, with a line that says so and keeps it from being sent as
        if it were all.
        """
        return replace(
            self,
            people=tuple(
                replace(one, **{name: getattr(one, name)[:MAX_SHOWN_OF_PERSON] for name in PERSON if name != "kind"})
                for one in self.people
            ),
            title=self.title[:MAX_SHOWN_OF_PERSON],
            text=_beginning(self.text, RAW_TIMES * MAX_TEXT_CHARS),
            signers=_beginning(self.signers, MAX_LIST_CHARS),
            accused=_beginning(self.accused, MAX_ACCUSED_TOGETHER),
        )

    def refused(self, organisation: Organisation, at: datetime) -> tuple[FormError, ...]:
        """Where it cannot be read, why, and everything else that is wrong with it at ``at``: all at once. Nothing where it can be read."""
        own = self.errors
        unreadable = {error.field for error in own} | {"headcount"}  # counted from lines that are to be written anew
        if not own:
            return ()
        others = check(self.intake(organisation), at)[1]
        return first_errors((*own, *(error for error in others if error.field not in unreadable)))

    def reshaped(self, data: QueryDict) -> PetitionForm | None:
        """The form with one petitioner more or less, or with the units that were looked for, when that was asked for; else None."""
        if FIND in data:
            return self
        if MORE in data:
            people = (*self.people, PetitionerFields())[:MAX_PETITIONERS]
            return replace(self, people=people, headcount=str(max(_count(self.headcount) or 0, len(people))))
        if DROP in data:
            kept = tuple(person for number, person in enumerate(self.people) if str(number) != data[DROP])
            people = kept or (PetitionerFields(),)
            is_counted = self.headcount == str(len(self.people))  # as it was counted when they were added
            return replace(self, people=people, headcount=str(len(people)) if is_counted else self.headcount)
        return None

    def intake(self, organisation: Organisation) -> Intake:
        """The same as the door takes it, everybody once; a number of people that was left at one is counted from those who are named."""
        petitioners, signers = each_once(self.people, read_signer_lines(self.signers).people)
        headcount = _count(self.headcount) or 0
        accused = self.accused.splitlines() if len(self.accused) <= MAX_ACCUSED_TOGETHER else ()
        return Intake(
            organisation=organisation,
            channel=self.channel,
            text=self.text,
            title=self.title,
            petitioners=petitioners,
            signers=signers,
            headcount=len(petitioners) + len(signers) if headcount == 1 and signers else headcount,
            received_at=moment(self.received),
            accused=tuple(dict.fromkeys(filter(None, map(str.strip, accused)))),
            accused_units=units_among(organisation.id, self.accused_units),
            files=self.files,
            confidential=self.confidential,
            fields=self.fields,
            kept_from_handlers=self.kept_from_handlers,
        )

    def boxes(self, errors: Iterable[FormError]) -> tuple[Box, ...]:
        """The petitioners as the page draws them."""
        by_person: dict[str, dict[str, str]] = {}
        for error in errors:
            owner, _dot, name = error.field.rpartition(".")
            by_person.setdefault(owner, {})[name] = error.message
        return tuple(Box(n, person, by_person.get(f"petitioners.{n}", {})) for n, person in enumerate(self.people))

    def summary(
        self, errors: Iterable[FormError], views: Sequence[FieldView], order: Sequence[str]
    ) -> tuple[FormProblem, ...]:
        """The errors as links to their fields, as these follow each other on the page: ``order`` names its parts, `BY_CHANNEL` what the
        rulebook asks for by the channel; what else it asks for stands last.
        """
        labels = {view.name: view.label for view in views}
        found = sorted(errors, key=lambda error: _place(error, views, order))
        return tuple(_problem(error, labels, self) for error in found)


def blank(at: datetime) -> PetitionForm:
    """An empty form, received just now."""
    return PetitionForm(people=(PetitionerFields(),), received=clock(at))


def read_petition_form(data: QueryDict, draft: FormDraft | None, views: Sequence[FieldView]) -> PetitionForm:
    """What was sent; ``draft`` holds the files."""
    people = []
    for number in range(MAX_PETITIONERS):
        if f"p{number}-kind" in data:
            typed = {name: data.get(f"p{number}-{name}", "") for name in PERSON}
            kind: Any = typed.pop("kind")
            person = PetitionerFields(**typed, kind=kind if kind in KINDS else "person")
            people.append(without_identity(person))
    return PetitionForm(
        people=tuple(people) or (PetitionerFields(),),
        channel=data.get("channel", ""),
        received=data.get("received_at", "")[: MAX_MOMENT_CHARS + 1],
        headcount=data.get("headcount", "")[:MAX_MOMENT_CHARS].strip(),
        title=data.get("title", ""),
        text=data.get("text", ""),
        signers=data.get("signers", ""),
        accused=data.get("accused", ""),
        accused_units=tuple(data.getlist("accused_units")[:MAX_UNITS]),
        find=data.get("find", "").strip()[:100],
        files=tuple(draft.files(FILES)) if draft is not None else (),
        fields=raw(views, data, draft, EXTRA),
        key=key_of(data.get(KEY, "")),
        confidential="confidential" in data,
        kept_from_handlers=KEPT_FROM_HANDLERS in data,
    )


def inputs(views: Sequence[FieldView]) -> tuple[str, ...]:
    """The names of the form's inputs for files."""
    return (FILES, *inputs_for_files(views, EXTRA))


def clock(at: datetime) -> str:
    """A moment as a field for date and time holds it, in the installation's zone."""
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def moment(text: str) -> datetime | None:
    """What such a field holds, aware; None when it holds something else or nothing."""
    if len(text) > MAX_MOMENT_CHARS:
        return None
    try:
        parsed = parse_datetime(text.strip())
    except ValueError:
        return None
    return timezone.make_aware(parsed) if parsed and timezone.is_naive(parsed) else parsed


def _beginning(typed: str, most: int) -> str:
    return typed if len(typed) <= most else typed[:most] + "\n" + _("〔太长，后面的没有显示，请删减〕")


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _place(error: FormError, views: Sequence[FieldView], order: Sequence[str]) -> tuple[int, int, int]:
    """Where on the page the field of an error stands: the part, within it the person or the field of the rulebook, and what of a person."""
    part, *rest = error.field.split(".")
    number = int(rest[0]) if rest and rest[0].isdigit() else 0
    asked = next((place for place, view in enumerate(views) if view.name == part), len(views))
    if asked < len(views):
        part, number = BY_CHANNEL if views[asked].asked_by else "", asked
    within = ON_PAGE.index(rest[1]) if len(rest) > 1 and rest[1] in ON_PAGE else 0
    return order.index(part) if part in order else len(order), number, within


def _problem(error: FormError, labels: Mapping[str, str], petition: PetitionForm) -> FormProblem:
    own = {
        "channel": _("来件方式"),
        "received_at": _("收到时间"),
        "headcount": _("人数"),
        "title": _("标题"),
        "text": _("反映的内容"),
        "signers": _("联名的其他人"),
        "accused": _("被反映的单位或人员"),
    }
    parts = error.field.split(".")
    if parts[0] == "attachments":
        return FormProblem("f-files", _file_label(parts, petition.files), error.message)
    if parts[0] == "petitioners":
        anchor = f"p{parts[1]}-{parts[2]}" if len(parts) > 2 else "petitioners"
        return FormProblem(anchor, _person_label(parts, len(petition.people)), error.message)
    if error.field in own:
        return FormProblem(f"f-{error.field}", own[error.field], error.message)
    if error.field in labels:
        return FormProblem(f"f-{EXTRA}{error.field}", labels[error.field], error.message)
    return FormProblem("content", "", error.message)


def _file_label(parts: Sequence[str], files: Sequence[File]) -> str:
    position = int(parts[1]) if len(parts) > 1 else len(files)
    return _("附件“%(name)s”") % {"name": files[position].name} if position < len(files) else _("附件")


def _person_label(parts: Sequence[str], people: int) -> str:
    names = {
        "name": _("姓名"),
        "phone": _("电话"),
        "id_number": _("证件号码"),
        "address": _("住址"),
        "email": _("邮箱"),
        "kind": _("类别"),
    }
    if len(parts) < 3:
        return _("信访人")
    field = names.get(parts[2], parts[2])
    return field if people == 1 else _("第 %(n)d 名信访人的%(field)s") % {"n": int(parts[1]) + 1, "field": field}
