"""One message of a mailbox: taken in through the door, found to be in already, or put aside for a person, with why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError
from huiyin.casework.sealed import attachments
from huiyin.casework.vocabulary import File
from huiyin.channels.mailbox.message import MailTangled, MailUnreadable, ReadMessage
from huiyin.channels.mailbox.taking_apart import read_held_to_limits
from huiyin.channels.models import ArrivedMail
from huiyin.door import KeyReused, Registered, in_words, register_petition
from huiyin.door.intake import MAX_TITLE_CHARS, Intake
from huiyin.jobs import kinds, queue
from huiyin.people.checks import MAX_NAME_CHARS, PetitionerFields, forbidden_characters
from huiyin.people.models import Organisation
from huiyin.procedure.command import Actor, OrganisationId
from huiyin.rules import SUBMIT
from huiyin.sealing.keyring import keyed_hash

CHANNEL: Final = "email"
MAX_MESSAGE_BYTES: Final = attachments.MAX_BYTES
"""A larger message would hold more than a petition may; it is not even fetched."""
WITHIN: Final = timedelta(hours=24)
MAX_OF_ONE_SENDER: Final = 20
"""So many messages of one sender are taken in within a day; whoever floods a mailbox does not flood the register."""
MailFate = ArrivedMail.MailFate


@dataclass(frozen=True, slots=True)
class FoundMail:
    """A message as it lies in a mailbox, and its row, which is written with what becomes of it."""

    organisation: Organisation
    row: ArrivedMail
    at: datetime

    def note(self) -> None:
        """Write the row before the message is looked at: one that kills the worker, or holds it up for good, is not asked for again, and a
        person looks at it. Raises IntegrityError where another worker has found it.
        """
        if self.row._state.adding:
            self.row.fate, self.row.reason = MailFate.ASIDE, "failed"
            self.row.save()
        else:
            ArrivedMail.objects.filter(id=self.row.id).update(wanted_by=None)

    def find_again(self, forced: bool) -> None:
        """Have the message found as it was before ``note``: nothing came of it, through no fault of its own."""
        mine = ArrivedMail.objects.filter(id=self.row.id)
        if forced:
            mine.update(wanted_by=self.row.wanted_by)
        else:
            mine.delete()

    def put_aside(self, reason: str, errors: tuple[FormError, ...] = ()) -> None:
        """Have a person look at it."""
        self.row.fate, self.row.reason = MailFate.ASIDE, reason
        self.row.errors = [error.message for error in errors]
        self.row.save()


def take(found: FoundMail, content: bytes, forced: bool = False) -> None:
    """Take a message in, or put it aside; ``forced``: somebody has looked at it and wants it taken in without what cannot be kept.

    Row, case and the job that answers are one transaction: what fails leaves nothing, and the message is found again.
    """
    try:
        read = read_held_to_limits(content, settings.DEFAULT_FROM_EMAIL)
    except MailTangled:
        found.put_aside("tangled")
        return
    except MailUnreadable:
        found.put_aside("unreadable")
        return
    row = found.row
    row.content = keyed_hash("mail", _fingerprinted(read))
    row.digest = keyed_hash("mail", f"id:{read.id}".encode()) if read.id else row.content
    row.sender = keyed_hash("mail", f"from:{read.address.lower()}".encode())
    known = _known(found)
    if known is not None and forced and not _is_same(found, known):
        # Somebody has seen that it is another message than the one whose Message-ID it bears.
        row.digest = row.content
        known = _known(found)
    if known is not None:
        _again(found, known)
    elif read.odd is not None and not forced:
        found.put_aside(read.odd)
    elif not forced and _floods(found):
        found.put_aside("too-many")
    else:
        _register_mail(found, read, forced)


def _fingerprinted(read: ReadMessage) -> bytes:
    parts = [read.address, read.subject, read.text, *read.versions]
    parts += [f"{file.name}\0{sha256(file.content).hexdigest()}" for file in read.files]
    return "\x1f".join(parts).encode("utf-8", "replace")


def _known(found: FoundMail) -> ArrivedMail | None:
    """The same message as it was found before: in another mailbox, or before the server numbered its folder anew."""
    rows = ArrivedMail.objects.filter(organisation=found.organisation, digest=found.row.digest)
    return rows.exclude(fate=MailFate.AGAIN).exclude(id=found.row.id).order_by("found_at").first()


def _again(found: FoundMail, known: ArrivedMail) -> None:
    """The same once more; another text under the same Message-ID is not dropped for it, since anybody can write such a header."""
    row = found.row
    if not _is_same(found, known):
        found.put_aside("same-id")
    elif known.fate == MailFate.ASIDE:
        # Where it lies now is where it is fetched from when somebody wants it taken in.
        row.fate, row.reason, row.errors, row.wanted_by = known.fate, known.reason, known.errors, known.wanted_by
        with transaction.atomic():
            known.delete()
            row.save()
    else:
        row.fate, row.submission_id = MailFate.AGAIN, known.submission_id
        row.save()


def _is_same(found: FoundMail, known: ArrivedMail) -> bool:
    return bytes(known.content or b"") == found.row.content


def _floods(found: FoundMail) -> bool:
    lately = ArrivedMail.objects.filter(
        organisation=found.organisation,
        sender=found.row.sender,
        found_at__gt=found.at - WITHIN,
        fate=MailFate.TAKEN,
    )
    return lately.count() >= MAX_OF_ONE_SENDER


def _register_mail(found: FoundMail, read: ReadMessage, forced: bool) -> None:
    """Raises IntegrityError where another worker took it in at the same time; then nothing was written here."""
    row, organisation = found.row, found.organisation
    stranger = Actor(kind="petitioner", organisation=OrganisationId(organisation.id), roles=frozenset())
    key = f"mail:{bytes(row.digest or b'').hex()}"

    def note(registered: Registered) -> None:
        row.fate, row.reason, row.errors, row.submission_id = MailFate.TAKEN, "", [], registered.submission.id
        row.save()
        if read.may_be_answered and settings.HUIYIN_SENDS_MAIL:
            queue.enqueue(kinds.mailed_receipt(organisation.id, registered.submission.id, found.at))

    with translation.override(settings.LANGUAGE_CODE):
        try:
            outcome = register_petition(_intake(found, read, forced), stranger, found.at, SUBMIT, key, beside=note)
        except KeyReused:
            found.put_aside("same-id")
            return
        if not isinstance(outcome, Registered):
            found.put_aside("refused", in_words(outcome))


def _intake(found: FoundMail, read: ReadMessage, forced: bool) -> Intake:
    files, left_out = _kept(read.files) if forced else (read.files, [])
    remarks = list(_remarks(read, left_out))
    return Intake(
        organisation=found.organisation,
        channel=CHANNEL,
        text="\n\n".join((read.text or _("（邮件没有正文）"), *_versions(read), *remarks)),
        title=_title(read.subject),
        petitioners=(_petitioner(read),),
        received_at=min(found.row.arrived_at, found.at),
        files=files,
    )


def _versions(read: ReadMessage) -> Iterator[str]:
    """What other versions of the message say, each below a heading."""
    for version in read.versions:
        yield _("〔登记说明：来信的另一种格式中文字与上文不同，照录如下。〕")
        yield version


def _kept(files: tuple[File, ...]) -> tuple[tuple[File, ...], list[File]]:
    """The files that may be kept, as many as there may be of them, and the others."""
    kept: list[File] = []
    left_out: list[File] = []
    for file in files:
        refused = attachments.too_much([*kept, file]) or attachments.problems([file])
        (left_out if refused else kept).append(file)
    return tuple(kept), left_out


def _remarks(read: ReadMessage, left_out: list[File]) -> Iterator[str]:
    """What is said below the text of whatever of the message is not kept here."""
    if "winmail" in read.notes:
        yield _("〔登记说明：随信的 winmail.dat 是发件软件的打包附件，无法打开，没有收入，原件在邮箱中。〕")
    if left_out:
        yield _("〔登记说明：有 %(count)d 个附件不符合收件要求，没有收入，原件在邮箱中。〕") % {"count": len(left_out)}


def _title(subject: str) -> str:
    """The subject as a title; none where it cannot be one, since the text says it all the same."""
    return "" if forbidden_characters("title", subject) else subject[:MAX_TITLE_CHARS]


def _petitioner(read: ReadMessage) -> PetitionerFields:
    if not read.address:
        return PetitionerFields(kind="anonymous")
    name = read.name
    if len(name) > MAX_NAME_CHARS or forbidden_characters("name", name):
        name = read.address
    return PetitionerFields(name=name, email=read.address)


def was_taken_meanwhile(row: ArrivedMail) -> bool:
    """Whether somebody else has found this message, or taken the same in, since it was looked at."""
    same_place = Q(mailbox=row.mailbox, uid_validity=row.uid_validity, uid=row.uid)
    same_mail = Q(organisation=row.organisation_id, digest=row.digest, fate=MailFate.TAKEN)
    return ArrivedMail.objects.filter(same_place | same_mail).exclude(id=row.id).exists()


def asked_for(organisation: UUID) -> list[ArrivedMail]:
    """The messages that somebody wants taken in all the same."""
    rows = ArrivedMail.objects.filter(organisation=organisation, fate=MailFate.ASIDE, wanted_by__isnull=False)
    return list(rows.order_by("arrived_at", "id"))
