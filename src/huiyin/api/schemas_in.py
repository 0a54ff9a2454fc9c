"""What clients send: the shapes of request bodies. Unknown keys are errors, types are strict; what it means is the door's business."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, InstanceOf
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from huiyin.api.problems import invalid
from huiyin.casework.labels import FormError
from huiyin.casework.sealed.confidential import MAX_REASON_CHARS
from huiyin.casework.vocabulary import File
from huiyin.door import Correction
from huiyin.door.intake import MAX_SIGNERS, Intake
from huiyin.people.checks import PetitionerFields
from huiyin.people.models import Organisation
from huiyin.rules.deadlines.day_given import EARLIEST, LATEST
from huiyin.web.signers import each_once

MAX_PETITIONERS_READ = 20  # more is no list of representatives; how many are allowed is said by door.intake
MAX_FILES_READ = 50
MAX_NAMES_READ = 200


def only_text(value: Any) -> Any:
    """Moments come as text: a bare number would silently be taken for seconds since 1970."""
    if isinstance(value, str) and not value.strip().lstrip("-+").replace(".", "").isdigit():
        return value
    return "?" if value is not None else None


def _within_reach(moment: datetime) -> datetime:
    """Moments so far away that they cannot be calculated with are a slip of the keyboard."""
    if not EARLIEST.year < moment.year <= LATEST.year:
        raise PydanticCustomError("datetime_out_of_reach", "a moment out of reach")
    return moment


MomentIn = Annotated[AwareDatetime, BeforeValidator(only_text), AfterValidator(_within_reach), Field(strict=False)]


def _whole(value: Any) -> Any:
    """JSON knows one kind of number: 3.0 is the integer 3 (JSON Schema 2020-12 section 6.1.1)."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class PetitionerIn(_Body):
    """Who turns to the organisation. ``anonymous`` is short for ``kind: anonymous``, with which the name may be left out."""

    name: str = ""
    phone: str = ""
    id_number: str = ""
    address: str = ""
    email: str = ""
    kind: Literal["person", "legal", "organisation", "anonymous"] = "person"
    anonymous: bool = False

    def fields(self) -> PetitionerFields:
        """For the door."""
        kind = "anonymous" if self.anonymous else self.kind
        return PetitionerFields(self.name, self.phone, self.id_number, self.address, self.email, kind)


class SignerIn(_Body):
    """Who signed besides the representatives."""

    name: str
    phone: str = ""


class AttachmentIn(_Body):
    """A file; ``content`` is base64 (RFC 4648 section 4)."""

    name: str
    content: Annotated[str, Field(json_schema_extra={"contentEncoding": "base64"})]


Brought = SkipJsonSchema[InstanceOf[File]]
"""A file that came beside the JSON (``json_parser``)."""


class _PetitionIn(_Body):
    text: str = ""
    title: str = ""
    petitioners: Annotated[list[PetitionerIn], Field(max_length=MAX_PETITIONERS_READ)] = []
    signers: Annotated[list[SignerIn], Field(max_length=MAX_SIGNERS)] = []
    headcount: Whole | None = None
    accused: Annotated[list[str], Field(max_length=MAX_NAMES_READ)] = []
    identity: Literal["known", "confidential"] = "known"
    attachments: Annotated[list[AttachmentIn | Brought], Field(max_length=MAX_FILES_READ)] = []
    kept_from_handlers: bool = False
    """It is about people who deal with petitions here: who has accusations in custody reads it first."""

    def intake(
        self,
        organisation: Organisation,
        channel: str,
        received_at: datetime | None = None,
        fields: dict[str, Any] | None = None,
    ) -> Intake:
        """For the door. Raises Problem 422 when an attachment is no base64."""
        petitioners, signers = each_once(
            [petitioner.fields() for petitioner in self.petitioners],
            [PetitionerFields(one.name, one.phone, kind="signer") for one in self.signers],
        )
        return Intake(
            organisation=organisation,
            channel=channel,
            text=self.text,
            title=self.title,
            petitioners=petitioners,
            signers=signers,
            headcount=max(1, len(petitioners) + len(signers)) if self.headcount is None else self.headcount,
            received_at=received_at,
            accused=tuple(self.accused),
            files=_files(self.attachments),
            confidential=self.identity == "confidential",
            fields=fields or {},
            kept_from_handlers=self.kept_from_handlers,
        )


class SubmissionIn(_PetitionIn):
    """A petition from outside. ``headcount`` defaults to the number of petitioners named."""

    organisation: str
    channel: str = "web"


class RegistrationIn(_PetitionIn):
    """A petition that is registered at the desk, by whatever channel it came; ``fields`` are those of the rulebook's form."""

    channel: str
    organisation: str = ""
    received_at: MomentIn | None = None
    fields: dict[str, Any] = {}


class ActionIn(_Body):
    """What an action is filled in with. ``at_seq`` is the last event that the caller has seen (``seq`` of the case).

    ``duty`` is which of several open duties of a kind the action is to settle; without it the oldest. ``kept_from_handlers``, where a
    petitioner says it: this is about those who deal with the matter, and they are not to read it.
    """

    fields: dict[str, Any] = {}
    at_seq: Annotated[Whole, Field(ge=0, le=2**31 - 1)] | None = None
    duty: UUID | None = None
    kept_from_handlers: bool = False


class CorrectionIn(_Body):
    """What is to stand in a registration from now on, and why; what is left out stays as it is.

    ``petitioners`` are all of the case in their order; their kind stays. ``accused`` are lines that are added. ``fields`` are those
    of the form of registration; an empty one is taken out.
    """

    reason: str
    title: str | None = None
    text: str | None = None
    channel: str | None = None
    headcount: Whole | None = None
    petitioners: Annotated[list[PetitionerIn], Field(max_length=MAX_PETITIONERS_READ)] | None = None
    accused: Annotated[list[str], Field(max_length=MAX_NAMES_READ)] = []
    fields: dict[str, Any] = {}
    at_seq: Annotated[Whole, Field(ge=0, le=2**31 - 1)] | None = None

    def correction(self, petitioners: Mapping[UUID, PetitionerFields]) -> Correction:
        """For the door; ``petitioners`` by their ids."""
        return Correction(
            self.reason,
            self.title,
            self.text,
            self.channel,
            self.headcount,
            petitioners,
            tuple(self.accused),
            fields=self.fields,
        )


class BeginningIn(_Body):
    """The starting action of a procedure that needs no petition, and what it is filled in with."""

    action: str
    fields: dict[str, Any] = {}


def _files(attachments: Sequence[AttachmentIn | File]) -> tuple[File, ...]:
    files, errors = [], []
    for position, attachment in enumerate(attachments):
        if isinstance(attachment, File):
            files.append(attachment)
            continue
        try:
            files.append(File(attachment.name, base64.b64decode(attachment.content, validate=True)))
        except (binascii.Error, ValueError):
            errors.append(
                FormError(f"attachments.{position}.content", "base64", _("须为 base64 编码，请重新编码后提交"))
            )
    if errors:
        raise invalid(errors)
    return tuple(files)


class IdentityRequestIn(_Body):
    """Why the caller has to know who brought a case."""

    reason: str = Field(min_length=1, max_length=10 * MAX_REASON_CHARS)  # white space at the ends is not counted


class IdentityDecisionIn(_Body):
    """Whether whoever asked is let know for a week."""

    grant: bool
