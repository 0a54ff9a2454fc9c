"""Forms that were begun and are not sent: what was typed and handed in is kept, sealed, until it is sent or nobody comes back for it.

A form has a token that nobody can guess; who has it has the draft. The token of a form that is somebody's (an account's, an opened
receipt's) is bound to them and worth nothing to anybody else.
"""

from __future__ import annotations

import hmac
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.casework.code_guesses import network
from huiyin.casework.labels import FormError
from huiyin.casework.vocabulary import File
from huiyin.door.beside import stored_files
from huiyin.people.ids import new_id
from huiyin.sealing.aead import KEY_BYTES, SealBroken, open_sealed, seal
from huiyin.sealing.keyring import UnknownKey, key_ring, keyed_hash
from huiyin.web.drafts import draft_files
from huiyin.web.drafts.draft_files import KeptFile
from huiyin.web.drafts.draft_gist import gist
from huiyin.web.models import DraftFile, StoredDraft
from huiyin.web.uploads import Uploads, arrived

TOKEN: Final = "_draft"  # noqa: S105 - the name of a field
"""The hidden field of a form that holds its token."""
KEPT: Final = timedelta(hours=24)
"""So long after the last change a petitioner's draft is kept."""
KEPT_OF_STAFF: Final = timedelta(days=7)
AFTER_SENDING: Final = timedelta(hours=1)
"""So long a form that is sent twice, since its answer was lost, is known again."""
WITHIN: Final = timedelta(hours=1)
MAX_TYPED_BYTES: Final = 2 * 1024 * 1024
_FORM = re.compile(r"[0-9a-f]{32}(-[0-9a-f]{16})?")
_NOT_TYPED: Final = frozenset({"csrfmiddlewaretoken"})
_HOW_IT_CAME = re.compile(r"channel|received_at|headcount|p[0-9]{1,4}-kind")
"""The fields of a petition that are filled in already when its form is opened, or that are told by a mark alone."""
MAX_OPENED: Final = 20
MAX_OFFERED: Final = 5
KEY: Final = "_key"
"""The field of a form that says which requests are one: what comes with the same key again is done once."""
AT_SEQ: Final = "_at_seq"
"""The field that says what of a case whoever fills in its form has seen."""
COMMENT: Final = "_comment-"
"""Begins the name of a field that says something at a passage of a document; no field of a rulebook can have such a name."""
_BLANK: Final = "_blank"
"""Stands among what is kept of a form in which nothing was written."""
_KEPT_HIDDEN: Final = frozenset({KEY, AT_SEQ, TOKEN})


def at_seq_of(data: Mapping[str, str]) -> int | None:
    """The last event that whoever sent a form had seen of its case; None where the form does not say."""
    text = data.get(AT_SEQ, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000000") else None


@dataclass(frozen=True, slots=True)
class FormOf:
    """Which form, of whom: ``path`` is its address, ``whose`` the account or opened receipt to which its token is bound (None: a
    stranger's), ``account`` the account where it is staff's, ``address`` where the request comes from."""

    path: str
    organisation: UUID | None
    whose: UUID | None
    account: UUID | None
    address: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that was not taken in, and why."""

    input: str
    name: str = field(repr=False)
    message: str


class FormDraft:
    """One form as it is being filled in: its token, and what is kept of it."""

    def __init__(self, form: FormOf, sent: str, at: datetime) -> None:
        """``sent`` is the token that came with the request; a form without one of its own gets a new one."""
        self.form, self.at = form, at
        own = is_of(sent, form.whose)
        self.token = sent if own else new_token(form.whose)
        self.row = _row(self.token, form.path) if own else None
        self.unwritten: Mapping[str, str | None] = {}
        """What stands in fields although nobody wrote it: what the form begins with; None: whatever was chosen there."""
        self.left_out: list[LeftOut] = []
        self._posted: Uploads | None = None
        self._kept: tuple[KeptFile, ...] | None = None

    @property
    def kept_files(self) -> tuple[KeptFile, ...]:
        """The files that it holds."""
        if self._kept is None:
            self._kept = draft_files.kept_files(self.row) if self.row is not None else ()
        return self._kept

    def listed(self, name: str) -> tuple[KeptFile, ...]:
        """The files that the input ``name`` holds."""
        return tuple(file for file in self.kept_files if file.input == name)

    def refused(self, name: str) -> tuple[LeftOut, ...]:
        """Files of the input ``name`` that this request did not take in."""
        return tuple(left for left in self.left_out if left.input == name)

    def files(self, name: str) -> list[File]:
        """What the input ``name`` stands for when the form is sent: what it holds, and what has just come with it."""
        return [*(file.file for file in self.listed(name)), *self.came(name)]

    def came(self, name: str) -> list[File]:
        """What has just come by the input ``name``."""
        return [arrived(upload) for upload in self._posted.getlist(name)] if self._posted is not None else []

    def came_with(self, uploads: Uploads) -> None:
        """Files that came with this request: they count as handed in, and are kept by ``take_in`` when the form comes back."""
        self._posted = uploads

    def typed(self) -> QueryDict | None:
        """What was kept of the form; None when there is nothing."""
        if self.row is None or self.row.sent_at is not None or not self.row.typed:
            return None
        return _typed_in(self.row)

    def keep(self, data: QueryDict) -> bool:
        """Keep what is typed; whether it could be."""
        typed = [[name, values] for name, values in data.lists() if _is_typed(name)]
        typed += [[_BLANK, ["yes"]]] if self._is_blank(data) else []
        plain = json.dumps(typed).encode()
        row = self._begun() if len(plain) <= MAX_TYPED_BYTES else None
        if row is None:
            return False
        row.typed = seal(draft_files.data_key(row), plain, _typed_place(row))
        row.changed_at, row.sent_at = self.at, None
        row.save(update_fields=["typed", "changed_at", "sent_at"])
        return True

    def _is_blank(self, data: QueryDict) -> bool:
        """Whether nobody would miss it: nothing was written, be it that something was chosen."""
        return not any(
            value.strip() and self.unwritten.get(name, "") not in (None, value.strip())
            for name, values in data.lists()
            if _is_typed(name) and name not in _KEPT_HIDDEN and not _HOW_IT_CAME.fullmatch(name)
            for value in values
        )

    def take_in(self) -> None:
        """Keep the files that came with this request, since the form is not done; what cannot be kept is told."""
        posted, self._posted = self._posted, None
        for name, upload in _each(posted):
            file = arrived(upload)
            row = self._begun()
            others = [kept.file for kept in self.listed(name)]
            problem = _no_room() if row is None else draft_files.take(row, name, file, others, self.at)
            if problem is not None:
                self.left_out.append(LeftOut(name, file.name, problem.message))
            self._kept = None

    def begin(self, name: str, file: str, size: int, mark: str) -> DraftFile | FormError:
        """A place for a file that a script sends in pieces: see ``draft_files.begin``."""
        row = self._begun()
        if row is None:
            return _no_room()
        return draft_files.begin(row, name, file, size, mark, [kept.file for kept in self.listed(name)], self.at)

    def part(self, id: str) -> DraftFile | None:
        """One of its files by the id that the page knows, whole or not."""
        if self.row is None or not re.fullmatch(r"[0-9a-f-]{32,36}", id):
            return None
        try:
            return self.row.files.filter(id=UUID(id)).select_related("draft").first()
        except ValueError:
            return None

    def remove(self, id: str) -> None:
        """Take one of its files out again."""
        row = self.part(id)
        if row is not None:
            draft_files.remove(row)
            self._kept = None

    def comes_back(self, data: QueryDict) -> None:
        """The form is shown again with what ``data`` holds: nothing of it gets lost meanwhile."""
        self.take_in()
        self.keep(data)

    def mark_sent(self) -> None:
        """The form was sent: what was typed is forgotten now, the files a little later."""
        if self.row is not None:
            StoredDraft.objects.filter(id=self.row.id).update(typed=b"", sent_at=self.at)

    def discard(self) -> None:
        """Forget everything."""
        if self.row is not None:
            discard(self.row)
        self.row, self._kept = None, None

    def _begun(self) -> StoredDraft | None:
        """Its row, made now if there is none; None when the sender has begun too many."""
        if self.row is None and not _may_begin(self.form, self.at):
            return None
        if self.row is None:
            self.row = _made(self.form, self.token, self.at)
        if self.row.account_id is None and self.form.account is not None:  # kept before its owner had signed in
            self.row.account_id = self.form.account
            self.row.save(update_fields=["account_id"])
        return self.row


def new_token(whose: UUID | None) -> str:
    """A token that nobody can guess, worth something to ``whose`` alone."""
    random_part = os.urandom(16).hex()
    return random_part if whose is None else f"{random_part}-{_tag(random_part, whose)}"


def is_of(token: str, whose: UUID | None) -> bool:
    """Whether ``token`` was made for ``whose``."""
    if not _FORM.fullmatch(token):
        return False
    random_part, _dash, tag = token.partition("-")
    return hmac.compare_digest(tag, _tag(random_part, whose) if whose is not None else "")


def park(path: str, data: QueryDict, uploads: Uploads, address: str, at: datetime) -> bool:
    """Keep what was sent to a form by whoever could not be let in, under the token of the form; whether it could be.

    Nobody is asked who they are: it opens for whom the token was made.
    """
    token = data.get(TOKEN, "")
    if not _FORM.fullmatch(token):
        return False
    form = FormOf(path, None, None, None, address)
    parked = FormDraft(form, "", at)
    parked.token, parked.row = token, _row(token, path)
    if not parked.keep(data):
        return False
    parked.came_with(uploads)
    parked.take_in()
    return True


@dataclass(frozen=True, slots=True)
class DraftOffer:
    """A draft that can be gone on with: its token, what it is about (staff's own alone), and when it was last changed; ``is_blank``: nobody
    would miss it, since nothing was written or handed in.
    """

    token: str
    about: str
    changed_at: datetime
    is_blank: bool


def offered(form: FormOf, at: datetime, tokens: Iterable[str] = ()) -> tuple[DraftOffer, ...]:
    """The drafts of a form that can be gone on with, newest first.

    Those of the account, and of ``tokens`` (which the browser's session remembers) those made for ``form.whose``: of a stranger's form
    those that they asked this browser to remember.
    """
    mine = [token for token in tokens if is_of(token, form.whose)]
    which = Q(token__in=[_hash(token) for token in mine])
    if form.account is not None:
        which |= Q(account_id=form.account)
    rows = StoredDraft.objects.filter(which, form=form.path, sent_at=None, changed_at__gt=at - KEPT_OF_STAFF)
    found = (offer_of(row) for row in rows.exclude(typed=b"").order_by("-changed_at")[:MAX_OPENED])
    return tuple(islice((one for one in found if one is not None and not one.is_blank), MAX_OFFERED))


def offer_of(row: StoredDraft) -> DraftOffer | None:
    """How whoever may have a draft goes on with it; None where it does not open any more."""
    try:
        typed = _typed_in(row)
    except (UnknownKey, SealBroken):
        return None
    token = typed.get(TOKEN, "")
    if bytes(row.token) != _hash(token):
        return None
    about = gist(typed) if row.account_id is not None else ""
    return DraftOffer(token, about, row.changed_at, _BLANK in typed and not row.files.all())


def of_account(account: UUID, at: datetime) -> QuerySet[StoredDraft]:
    """What an account has begun and not sent, the latest change first."""
    rows = StoredDraft.objects.filter(account_id=account, sent_at=None, changed_at__gt=at - KEPT_OF_STAFF)
    return rows.exclude(typed=b"").order_by("-changed_at", "-id")


def discard(row: StoredDraft) -> None:
    """Forget a draft with its files."""
    for file in row.files.all():
        draft_files.remove(file)
    row.delete()


def sweep(at: datetime) -> int:
    """Forget drafts that were sent, and those to which nobody has come back; how many. Files that no row knows go too."""
    old = Q(changed_at__lt=at - KEPT, account_id=None) | Q(changed_at__lt=at - KEPT_OF_STAFF)
    rows = list(StoredDraft.objects.filter(old | Q(sent_at__lt=at - AFTER_SENDING))[:500])
    for row in rows:
        discard(row)
    today = timezone.localdate(at)
    days = (today - timedelta(days=ago) for ago in range(2, 16))
    return len(rows) + stored_files.remove_unknown(draft_files.FOLDER, days, draft_files.places_in_use)


def _is_typed(name: str) -> bool:
    return name not in _NOT_TYPED and (not name.startswith("_") or name in _KEPT_HIDDEN or name.startswith(COMMENT))


def _each(uploads: Uploads | None) -> list[tuple[str, UploadedFile]]:
    if uploads is None:
        return []
    return [(name, upload) for name, several in uploads.lists() for upload in several]


def _no_room() -> FormError:
    return FormError("attachments", "too-many", _("近一小时从您这里开始填写的表太多，附件现在不能先存；请直接提交"))


def _may_begin(form: FormOf, at: datetime) -> bool:
    """As petitions are counted: by sender and by organisation, within the hour."""
    if form.account is not None or not form.address:
        return True
    lately = StoredDraft.objects.filter(changed_at__gt=at - WITHIN, account_id=None)
    lately = lately.filter(form=form.path) if "?" in form.path else lately.exclude(form__contains="?")
    limits = (
        (settings.HUIYIN_SUBMISSIONS_PER_ADDRESS, Q(sender=_sender(form.address))),
        (settings.HUIYIN_SUBMISSIONS_PER_ORGANISATION, Q(organisation_id=form.organisation)),
    )
    return all(not most or lately.filter(which)[:most].count() < most for most, which in limits)


def _made(form: FormOf, token: str, at: datetime) -> StoredDraft:
    id = new_id(at)
    row = StoredDraft(
        id=id,
        token=_hash(token),
        form=form.path,
        organisation_id=form.organisation,
        account_id=form.account,
        sender=_sender(form.address) if form.address else None,
        key=key_ring().wrap(os.urandom(KEY_BYTES), id.bytes),
        changed_at=at,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # the same form, in another request at the same time
        return StoredDraft.objects.get(token=_hash(token))
    return row


def _row(token: str, path: str) -> StoredDraft | None:
    """The draft of a token, where it can still be opened."""
    row = StoredDraft.objects.filter(token=_hash(token), form=path).first()
    try:
        if row is not None:
            draft_files.data_key(row)
    except (UnknownKey, SealBroken):
        return None
    return row


def _typed_in(row: StoredDraft) -> QueryDict:
    """What was typed. Raises UnknownKey and SealBroken."""
    plain = open_sealed(draft_files.data_key(row), bytes(row.typed), _typed_place(row))
    found = QueryDict(mutable=True)
    for name, values in json.loads(plain):
        found.setlist(name, values)
    return found


def _typed_place(row: StoredDraft) -> bytes:
    return b"typed" + row.id.bytes


def _hash(token: str) -> bytes:
    return keyed_hash("drafts", token.encode())


def _sender(address: str) -> bytes:
    return keyed_hash("draft-senders", network(address).encode())


def _tag(random_part: str, whose: UUID) -> str:
    return keyed_hash("draft-owners", whose.bytes + random_part.encode()).hex()[:16]
