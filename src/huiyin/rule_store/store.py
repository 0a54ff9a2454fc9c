"""Keeping rulebooks: a version that cases were begun under stays readable, whatever comes with later versions of the system."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from functools import lru_cache

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.rule_store.holidays import with_entered_holidays
from huiyin.rule_store.models import Edition
from huiyin.rules.book import load as files
from huiyin.rules.book.load import RulebookFlawed, Rules
from huiyin.rules.book.sources import Sources, gather_shipped, restore


class OtherText(HuiyinError):
    """Raised when a version is on file (or ships) with another text."""

    to_do = gettext_noop("请给改过的内容一个新的版本号")


def load(name: str) -> Rules:
    """The rulebook ``name@version`` as it is kept, else as it ships, with the holidays that were entered here; a bare ``name`` is
    the shipped one with the holidays that ship. Raises RulebookFlawed when there is no such version.
    """
    rules = read_book(name)
    return with_entered_holidays(name, rules) if "@" in name else rules


@lru_cache(maxsize=256)
def read_book(name: str) -> Rules:
    """As ``load``, with the holidays that ship: what is kept never changes, so that reading it once a process is enough."""
    edition = kept_edition(name)
    return files.load(name) if edition is None else _as_shipped(edition) or restore(sources_of(edition))


def kept_edition(key: str) -> Edition | None:
    """The version ``key`` (name@version) as it is on file; None for one that is not, and for a bare name."""
    name, _, version = key.partition("@")
    return Edition.objects.filter(name=name, version=version).first() if version else None


def on_file() -> dict[str, Rules]:
    """Every kept version by its key; those that this version of the system can no longer read are left out."""
    found = {}
    for edition in Edition.objects.order_by("name", "version"):
        with suppress(RulebookFlawed):
            found[str(edition)] = load(str(edition))
    return found


def gather(name: str) -> tuple[Rules, Sources]:
    """The rulebook that ``load`` gives for ``name``, with its texts. Raises RulebookFlawed."""
    rules, edition = load(name), kept_edition(name)
    return rules, sources_of(edition) if edition else gather_shipped(rules.book.rulebook)[1]


def sources_of(edition: Edition) -> Sources:
    """The texts of a version."""
    return Sources(edition.main, edition.texts)


def keep(rules: Rules, sources: Sources, at: datetime) -> Edition:
    """Keep a version for good; the one that is on file already when it is the same.

    What is on file stays, word for word: where the same rules are merely laid out otherwise now, in other files or with other
    comments, nothing is kept anew. Raises OtherText when the version is on file, or ships, with other rules or words of them.
    """
    edition = kept_edition(rules.book.key)
    if not _says_the_same(edition, rules, sources):
        raise OtherText(_("已知的 %(key)s 是另一份内容") % {"key": rules.book.key})
    return edition or Edition.objects.create(
        name=rules.book.rulebook,
        version=rules.book.version,
        main=sources.name,
        texts=dict(sources.texts),
        digest=sources.digest,
        kept_at=at,
    )


def keep_shipped(name: str, at: datetime) -> Edition:
    """Keep the shipped rulebook ``name`` as it is now. Raises OtherText."""
    return keep(*gather_shipped(name), at)


def _says_the_same(edition: Edition | None, rules: Rules, sources: Sources) -> bool:
    """Whether ``rules`` are what is known under their key: the version on file, else the one that ships, else nothing."""
    key = rules.book.key
    if edition is not None:
        return edition.digest == sources.digest or load(key).book == rules.book
    return _shipped_digest(key) in ("", sources.digest) or files.load(key).book == rules.book


def _as_shipped(edition: Edition) -> Rules | None:
    """The shipped rulebook, read already, when it is this very text: most often it is."""
    return files.load(edition.name) if _shipped_digest(str(edition)) == edition.digest else None


def _shipped_digest(key: str) -> str:
    """The digest of the shipped rulebook ``key`` (name@version); empty when none ships."""
    name = key.partition("@")[0]
    if name not in files.shipped():
        return ""
    rules, sources = gather_shipped(name)
    return sources.digest if rules.book.key == key else ""
