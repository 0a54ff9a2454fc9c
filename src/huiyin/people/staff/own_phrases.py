"""Phrases of one person: sealed, kept and thrown away by them alone; and how phrases of every kind are filled in for one form."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import OuterRef, Subquery

from huiyin.errors import HuiyinError
from huiyin.language import gettext_noop
from huiyin.people.ids import new_id
from huiyin.people.models import Account, OwnPhrase, PhraseUse
from huiyin.people.staff.phrases import in_use
from huiyin.sealing.aead import open_sealed, seal
from huiyin.sealing.keyring import derive

MAX_KEPT: Final = 50
MAX_SIGNS: Final = 500
PLACEHOLDERS: Final = ("编号", "今天", "承办单位", "我的姓名", "我的单位", "我的岗位")
"""What a phrase may name in braces, {编号}, to be written for the case and the person before whom the form lies."""

_NAMED: Final = re.compile(r"\{([^{}]*)\}")


class PhraseRefused(HuiyinError):
    """Raised for a phrase that cannot be kept: empty, too long, one too many, or with a placeholder that nobody knows."""

    to_do = gettext_noop("最多 500 字；花括号里只能写页面所列的内容")


@dataclass(frozen=True, slots=True)
class PhraseLine:
    """A phrase as somebody keeps it."""

    id: UUID
    text: str
    used_at: datetime


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that a form offers: ``text`` is filled in. ``is_own`` where its reader keeps it, else the organisation does."""

    id: UUID
    text: str
    is_own: bool


def kept_by(account: UUID) -> list[PhraseLine]:
    """What somebody keeps, last used first."""
    rows = OwnPhrase.objects.filter(account=account).order_by("-used_at", "-id")
    return [PhraseLine(row.id, _opened(row), row.used_at) for row in rows]


def keep(account: Account, text: str, at: datetime) -> None:
    """Keep a phrase. Raises PhraseRefused."""
    text = text.strip()
    if not 0 < len(text) <= MAX_SIGNS:
        raise PhraseRefused("a phrase has one to five hundred signs")
    if unknown_placeholders(text):
        raise PhraseRefused("the phrase has a placeholder that nobody knows")
    if OwnPhrase.objects.filter(account=account).count() >= MAX_KEPT:
        raise PhraseRefused("so many phrases are the most that somebody keeps")
    new = OwnPhrase(id=new_id(at), account=account, used_at=at)
    new.sealed = seal(derive("own-phrase"), text.encode(), new.id.bytes)
    new.save(force_insert=True)


def throw_away(account: Account, id: UUID) -> bool:
    """Keep a phrase no longer. False where it is not theirs."""
    return OwnPhrase.objects.filter(account=account, id=id).delete()[0] > 0


def unknown_placeholders(text: str) -> list[str]:
    """What stands in braces and is no placeholder."""
    return [name for name in _NAMED.findall(text) if name not in PLACEHOLDERS]


def filled_in(text: str, words: Mapping[str, str]) -> str:
    """``text`` with what ``words`` has for its placeholders; what it has nothing for stays in its braces, for whoever reads it to see."""
    return _NAMED.sub(lambda found: words.get(found[1]) or found[0], text)


def offered_to(
    account: UUID, organisation: UUID, fields: Collection[str], words: Mapping[str, str]
) -> Mapping[str, tuple[Phrase, ...]]:
    """The phrases for each of ``fields`` (empty: a text that is no field): those that the person used last first, then those of the
    organisation for this field, then those for all.
    """
    if not fields:
        return {}
    own = [(line.used_at, Phrase(line.id, filled_in(line.text, words), True)) for line in kept_by(account)]
    used = PhraseUse.objects.filter(account=account, phrase=OuterRef("id"))
    rows = list(in_use(organisation).annotate(last_used=Subquery(used.values("used_at")[:1])))
    found = {}
    for name in fields:
        here = [row for row in rows if name and row.field == name] + [row for row in rows if not row.field]
        office = [(row.last_used, Phrase(row.id, filled_in(row.text, words), False)) for row in here]
        lately = sorted((one for one in [*own, *office] if one[0]), key=lambda one: one[0], reverse=True)
        found[name] = tuple(one for _at, one in [*lately, *(one for one in office if one[0] is None)])
    return found


def note_use(account: Account, offered: Iterable[tuple[str, Iterable[Phrase]]], at: datetime) -> None:
    """Remember which of the phrases that were offered stand in what was sent: each text with those that stood at its field."""
    used = {one for text, phrases in offered for one in phrases if one.text in text}
    own = [one.id for one in used if one.is_own]
    if own:
        OwnPhrase.objects.filter(account=account, id__in=own).update(used_at=at)
    uses = [PhraseUse(id=new_id(at), account=account, phrase_id=one.id, used_at=at) for one in used if not one.is_own]
    if uses:
        PhraseUse.objects.bulk_create(
            uses, update_conflicts=True, update_fields=["used_at"], unique_fields=["account", "phrase"]
        )


def _opened(row: OwnPhrase) -> str:
    return open_sealed(derive("own-phrase"), bytes(row.sealed), row.id.bytes).decode()
