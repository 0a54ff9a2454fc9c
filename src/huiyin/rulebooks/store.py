"""Keeping rulebooks: a version that cases were begun under stays readable, whatever comes with later versions of the system."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from huiyin.rulebooks.models import Edition
from huiyin.rules import load as files
from huiyin.rules.load import Rules
from huiyin.rules.sources import Sources, gather_shipped, restore


class OtherText(Exception):
    """A version is on file (or ships) with another text: what is different needs a number of its own."""


@lru_cache(maxsize=256)
def load(name: str) -> Rules:
    """The rulebook ``name@version`` as it is kept, else as it ships; a bare ``name`` is the shipped one.

    What is kept never changes, so that reading it once a process is enough. Raises RulebookError when there is no such version.
    """
    stem, _, version = name.partition("@")
    kept = Edition.objects.filter(name=stem, version=version).first() if version else None
    if kept is None:
        return files.load(name)
    return _as_shipped(kept) or restore(sources_of(kept))


def sources_of(edition: Edition) -> Sources:
    """The texts of a version."""
    return Sources(edition.main, edition.texts)


def keep(rules: Rules, sources: Sources, at: datetime) -> Edition:
    """Keep a version for good; the one that is on file already when it is the same.

    Raises OtherText when the version is on file, or ships, with another text.
    """
    name, version = rules.book.rulebook, rules.book.version
    kept = Edition.objects.filter(name=name, version=version).first()
    known = kept.digest if kept else _shipped_digest(rules.book.key) or sources.digest
    if known != sources.digest:
        raise OtherText(f"{rules.book.key} is known with another text; give what has changed a version of its own")
    return kept or Edition.objects.create(
        name=name,
        version=version,
        main=sources.name,
        texts=dict(sources.texts),
        digest=sources.digest,
        kept_at=at,
    )


def keep_shipped(name: str, at: datetime) -> Edition:
    """Keep the shipped rulebook ``name`` as it is now. Raises OtherText."""
    return keep(*gather_shipped(name), at)


def _as_shipped(edition: Edition) -> Rules | None:
    """The shipped rulebook, read already, when it is this very text: most often it is."""
    return files.load(edition.name) if _shipped_digest(str(edition)) == edition.digest else None


@lru_cache(maxsize=64)
def _shipped_digest(key: str) -> str:
    """The digest of the shipped rulebook ``key`` (name@version); empty when none ships."""
    name = key.partition("@")[0]
    if name not in files.shipped():
        return ""
    rules, sources = gather_shipped(name)
    return sources.digest if rules.book.key == key else ""
