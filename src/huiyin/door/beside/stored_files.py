"""Sealed bytes in the store of files: written so that they last, and removed where no row knows them any more."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db.models import QuerySet


def folder_of(root: str, day: date) -> str:
    """Where what is written on ``day`` lies, below ``root``."""
    return f"{root}/{day:%Y/%m/%d}"


def keep(place: str, sealed: bytes) -> str:
    """Write a file so that it survives a power failure from now on; where it is."""
    return keep_file(place, ContentFile(sealed))


def keep_file(place: str, sealed: File[bytes]) -> str:
    """As ``keep``, for what is too much to hold in memory: an open file."""
    kept: str = default_storage.save(place, sealed)
    try:
        path = Path(default_storage.path(kept))
    except NotImplementedError:  # an object store: durable once it has answered
        return kept
    for part in (path, path.parent):
        handle = os.open(part, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    return kept


def known_of(rows: QuerySet[Any], found: Collection[str]) -> set[str]:
    """Those of the places ``found`` that one of ``rows`` names. A file is called by the id of its row, by which it is looked for; by its place
    only where that finds nothing, since no index leads there.
    """
    names = {PurePosixPath(place).name for place in found}
    ids = [UUID(name) for name in names if re.fullmatch("[0-9a-f]{32}", name)]
    known = set(rows.filter(id__in=ids).values_list("place", flat=True)) & set(found)
    if missing := set(found) - known:
        known |= set(rows.filter(place__in=missing).values_list("place", flat=True))
    return known


def remove_unknown(root: str, days: Iterable[date], known: Callable[[Collection[str]], Collection[str]]) -> int:
    """Remove what was written below ``root`` on ``days`` and that no row names; how many files.

    ``known`` says which of some places rows name. Only past days are safe: what names a file may be on its way.
    """
    removed = 0
    for day in days:
        folder = folder_of(root, day)
        try:
            names = default_storage.listdir(folder)[1]
        except FileNotFoundError:
            continue
        places = [f"{folder}/{name}" for name in names]
        for place in set(places) - set(known(places)):
            default_storage.delete(place)
            removed += 1
    return removed
