"""The only way to who a petitioner is: register, read (on record), find by an exact value, erase.

Whoever calls ``read`` has already asked ``casework.visible`` whether this actor may; here it is only put on record.
"""

import hmac
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import BinaryField, Count
from django.db.models.functions import Substr

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.people import administration
from huiyin.people.checks import NORMAL_FORMS, IndexKind, PetitionerFields, looked_for, phones
from huiyin.people.ids import new_id
from huiyin.people.masking import masked
from huiyin.people.models import AccessRecord, BlindIndex, DataKey, Petitioner
from huiyin.procedure.command import Actor
from huiyin.sealing.aead import KEY_BYTES, SealBroken, open_sealed, seal
from huiyin.sealing.keyring import WRAP_HEAD_BYTES, KeyRing, UnknownKey, derive, key_ring

BLIND = "blind"
"""The purpose of the key of the blind indexes."""


class PetitionerErased(HuiyinError):
    """Raised when the key of a petitioner was destroyed because retention ended."""

    to_do = gettext_noop("请说明这些信息已不存在")


def sealed(
    organisation_id: UUID, entries: Sequence[tuple[UUID, PetitionerFields]], at: datetime, confidential: bool = False
) -> tuple[list[DataKey], list[Petitioner], list[BlindIndex]]:
    """The rows with which petitioners (id and fields each) are kept, for a caller who writes them together with others: keys, petitioners, blind indexes.

    ``confidential``: the custodian alone shall know who they are, of those of whom anything is known.
    """
    ring, blind = key_ring(), derive(BLIND)
    keys: list[DataKey] = []
    petitioners: list[Petitioner] = []
    indexes: list[BlindIndex] = []
    for petitioner_id, fields in entries:
        secret = os.urandom(KEY_BYTES)
        key_id = new_id(at)
        keeps = confidential and fields.kind != "anonymous"
        keys.append(DataKey(id=key_id, organisation_id=organisation_id, wrapped=ring.wrap(secret, key_id.bytes)))
        petitioners.append(
            Petitioner(
                id=petitioner_id,
                organisation_id=organisation_id,
                key=keys[-1],
                sealed=seal(secret, _encoded(fields, keeps), petitioner_id.bytes),
                kind=fields.kind,
                confidential=keeps,
                created_at=at,
            )
        )
        indexes += _indexes(organisation_id, petitioner_id, fields, at, blind)
    return keys, petitioners, indexes


def correct(petitioner: Petitioner, fields: PetitionerFields, at: datetime) -> None:
    """Keep other ``fields`` of a petitioner from now on, and have them found by these. Call it in the transaction that records why.

    Raises PetitionerErased.
    """
    # As it was sealed and not as the column says, which somebody may have changed.
    confidential = _opened(petitioner)[1]
    petitioner.sealed = seal(data_key(petitioner), _encoded(fields, confidential), petitioner.id.bytes)
    petitioner.save(update_fields=["sealed"])
    BlindIndex.objects.filter(petitioner=petitioner).delete()
    BlindIndex.objects.bulk_create(_indexes(petitioner.organisation_id, petitioner.id, fields, at, derive(BLIND)))


def _indexes(
    organisation_id: UUID, petitioner_id: UUID, fields: PetitionerFields, at: datetime, blind: bytes
) -> list[BlindIndex]:
    return [
        BlindIndex(
            id=new_id(at),
            organisation_id=organisation_id,
            kind=kind,
            digest=_digest(blind, organisation_id, kind, value),
            petitioner_id=petitioner_id,
        )
        for kind in NORMAL_FORMS
        if (given := getattr(fields, kind))
        for value in (phones(given) if kind == "phone" else [given])
    ]


def _encoded(fields: PetitionerFields, confidential: bool) -> bytes:
    """What is sealed. That nobody else shall know them is sealed with them, so that the column is bound; where it is not said, all may."""
    kept = fields.as_dict() | ({"confidential": True} if confidential else {})
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


def _blind_digests(organisation_ids: Iterable[UUID], kind: IndexKind, value: str) -> list[bytes]:
    """What a value may have been entered under (see ``looked_for``)."""
    blind, forms = derive(BLIND), looked_for(kind, value)
    return [_digest(blind, organisation, kind, form) for organisation in organisation_ids for form in forms]


def _digest(blind: bytes, organisation_id: UUID, kind: IndexKind, value: str) -> bytes:
    """HMAC-SHA256 of a value's normal form; the organisation goes in, so that equal values never match across them."""
    message = organisation_id.bytes + kind.encode() + b"\0" + NORMAL_FORMS[kind](value).encode()
    return hmac.digest(blind, message, "sha256")


def find_among(organisation_ids: Iterable[UUID], value: str) -> set[UUID]:
    """Petitioners of any of the organisations with this name, phone or other indexed value, however it is written, in one query."""
    organisations = list(organisation_ids)
    digests = [digest for kind in NORMAL_FORMS for digest in _blind_digests(organisations, kind, value)]
    if not digests:
        return set()
    rows = BlindIndex.objects.filter(organisation_id__in=organisations, kind__in=list(NORMAL_FORMS), digest__in=digests)
    return set(rows.values_list("petitioner_id", flat=True))


def find(organisation_id: UUID, kind: IndexKind, value: str) -> list[UUID]:
    """Petitioners of an organisation with this value, however it is written, the earliest first."""
    digests = _blind_digests([organisation_id], kind, value)
    if not digests:
        return []
    rows = BlindIndex.objects.filter(organisation_id=organisation_id, kind=kind, digest__in=digests)
    return list(rows.order_by("petitioner_id").values_list("petitioner_id", flat=True).distinct())


def read_petitioner(
    petitioner: Petitioner, actor: Actor, purpose: str, at: datetime, case: UUID | None = None
) -> PetitionerFields:
    """Who the petitioner is, put on record.

    Args:
        petitioner: best fetched with ``select_related("key")``.
        actor: who reads; the caller has checked that they may.
        purpose: a short code such as "case_page" or "notice", never free text.
        at: when (aware).
        case: the case for which it is read.

    Raises:
        PetitionerErased: if the data key was destroyed.
        SealBroken, UnknownKey: if the row or the key ring was damaged.
    """
    return read_many([petitioner], actor, purpose, at, case)[petitioner.id]


def read_many(
    petitioners: Sequence[Petitioner], actor: Actor, purpose: str, at: datetime, case: UUID | None = None
) -> dict[UUID, PetitionerFields]:
    """Who several petitioners are, by id, each put on record; raises as ``read``."""
    opened = {petitioner.id: _open(petitioner) for petitioner in petitioners}
    records = [
        AccessRecord(
            id=new_id(at),
            organisation_id=petitioner.organisation_id,
            account_id=actor.person if actor.kind == "staff" else None,
            petitioner_id=petitioner.id,
            case=case,
            purpose=purpose,
            at=at,
        )
        for petitioner in petitioners
    ]
    for record in records:
        record.seal = administration.access_seal(record)
    AccessRecord.objects.bulk_create(records)
    return opened


def recognisable(petitioners: Sequence[Petitioner]) -> dict[UUID, PetitionerFields]:
    """Who several petitioners are, by id, covered so far that nothing needs to be put on record (see ``masking``).

    Who was erased is missing. Best fetched with ``select_related("key")``.
    """
    found = {}
    for petitioner in petitioners:
        try:
            found[petitioner.id] = masked(_open(petitioner))
        except PetitionerErased:
            continue
    return found


def _open(petitioner: Petitioner) -> PetitionerFields:
    return _opened(petitioner)[0]


def _opened(petitioner: Petitioner) -> tuple[PetitionerFields, bool]:
    """Who they are, and whether they are confidential."""
    kept = json.loads(open_sealed(data_key(petitioner), bytes(petitioner.sealed), petitioner.id.bytes))
    confidential = kept.pop("confidential", False)
    return PetitionerFields(**kept), confidential


def data_key(petitioner: Petitioner) -> bytes:
    """The 32 bytes under which everything about this petitioner is sealed, for texts and files kept elsewhere.

    Raises:
        PetitionerErased: if the key was destroyed.
        UnknownKey, SealBroken: if the key ring or the row was damaged.
    """
    key = petitioner.key
    if key.destroyed_at is not None:
        raise PetitionerErased(_("信访人 %(id)s 已经删除") % {"id": petitioner.id})
    return key_ring().unwrap(bytes(key.wrapped), key.id.bytes)


def flaws(petitioner: Petitioner, indexes: Sequence[BlindIndex]) -> Iterator[str]:
    """What is wrong with a petitioner's rows, in words without personal data; best fetched with ``select_related("key")``.

    ``indexes`` are all look-up entries that name them. Opens what is sealed, to compare it: nobody reads it, so nothing is recorded.
    """
    found = sorted((index.kind, bytes(index.digest).hex(), index.organisation_id.hex) for index in indexes)
    key, organisation = petitioner.key, petitioner.organisation_id
    if key.organisation_id != organisation:
        yield _("密钥属于另一个机构")
    if key.destroyed_at is not None:
        if bytes(key.wrapped) or bytes(petitioner.sealed) or found:
            yield _("已删除，却还留有内容")
        return
    try:
        fields, confidential = _opened(petitioner)
    except UnknownKey:
        yield _("密钥由密钥环中没有的一把封装")
        return
    except (SealBroken, ValueError, TypeError):
        yield _("密封的内容打不开：它或者密钥被改过")
        return
    if fields.kind != petitioner.kind:
        yield _("类别与密封的不同")
    if confidential != petitioner.confidential:
        yield _("是否保密与密封的不同")
    expected = _indexes(organisation, petitioner.id, fields, petitioner.created_at, derive(BLIND))
    if found != sorted((index.kind, index.digest.hex(), organisation.hex) for index in expected):
        yield _("用来查找的条目与密封的内容不同")


def erase(petitioner: Petitioner, at: datetime) -> None:
    """Destroy the petitioner's key and look-up entries: whatever was sealed under it can never be read again.

    Erasing twice changes nothing. Older backups hold the wrapped key until they are themselves destroyed.
    """
    with transaction.atomic():
        DataKey.objects.filter(id=petitioner.key_id, destroyed_at__isnull=True).update(wrapped=b"", destroyed_at=at)
        Petitioner.objects.filter(id=petitioner.id).update(sealed=b"")
        BlindIndex.objects.filter(petitioner_id=petitioner.id).delete()
        administration.record("erase", [DataKey.objects.get(id=petitioner.key_id)], at)
    petitioner.refresh_from_db()


def rewrap(at_once: int = 500) -> Iterator[int]:
    """Wrap every data key anew under the current key of the ring, after a rotation; yields after each batch how many were looked at.

    Each batch is a transaction of its own, so that the installation goes on working; whoever breaks off begins again and passes over
    what is done. A process that had read the ring before the rotation may add a key under the older one meanwhile: ``wrapped_by``
    says whether any is left. Only then may older lines but the last leave the key ring.

    Args:
        at_once: how many data keys are locked together.

    Raises:
        UnknownKey: if the key ring no longer holds the key that a data key names.
    """
    ring, last = key_ring(), UUID(int=0)
    while True:
        with transaction.atomic():
            kept = DataKey.objects.select_for_update().filter(id__gt=last, destroyed_at__isnull=True)
            batch = list(kept.order_by("id")[:at_once])
            for key in batch:
                wrapped = bytes(key.wrapped)
                if not ring.wrapped_by_current(wrapped):
                    fresh = ring.wrap(ring.unwrap(wrapped, key.id.bytes), key.id.bytes)
                    DataKey.objects.filter(id=key.id).update(wrapped=fresh)
        if not batch:
            return
        last = batch[-1].id
        yield len(batch)


def wrapped_by() -> Mapping[bytes, int]:
    """How many data keys each key of the ring wraps, by the first bytes of what is wrapped (see ``KeyRing.wrapped_by``)."""
    head = Substr("wrapped", 1, WRAP_HEAD_BYTES, output_field=BinaryField())
    rows = DataKey.objects.filter(destroyed_at__isnull=True).annotate(head=head).values_list("head")
    return {bytes(key): count for key, count in rows.annotate(count=Count("id"))}


def is_ring_of_database(ring: KeyRing) -> bool | None:
    """Whether ``ring`` wrapped the newest petitioner's key; None while nothing is sealed under such a key."""
    newest = DataKey.objects.filter(destroyed_at=None).order_by("-id").values_list("wrapped", flat=True).first()
    return None if newest is None else ring.wrapped_by(bytes(newest)[:WRAP_HEAD_BYTES]) is not None
