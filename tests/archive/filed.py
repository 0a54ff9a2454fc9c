"""Archived matters for tests of packages, and their packages on disk."""

from __future__ import annotations

import json
import zipfile
from base64 import b64encode
from collections.abc import Hashable
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

from pypdf import PdfWriter

from huiyin import worker
from huiyin.archive.models import Package
from huiyin.archive.package.bag import pack, seal_bag
from huiyin.archive.package.packaging import made_package
from huiyin.casework.vocabulary import File
from tests.cast import Cast
from tests.kept import done_once
from tests.matters import Matter, begin, walk

LATER = timedelta(days=1)


def pdf_of(pages: int, folder: Path) -> bytes:
    """A PDF of so many empty pages."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    writer.write(folder / "pages.pdf")
    return (folder / "pages.pdf").read_bytes()


def archived(cast: Cast, term: str = "y30", **changes: Any) -> Matter:
    """A matter on its whole road, with files of its own, archived; its package is not made yet."""
    what = ("archived", term, frozenset((name, _told(value)) for name, value in changes.items()))
    registered, at, steps = done_once(what, lambda: _archived(cast, term, changes))
    return Matter(cast, registered, at, steps)


def _archived(cast: Cast, term: str, changes: dict[str, Any]) -> tuple[Any, datetime, list[str]]:
    files = changes.get("files", (File("照片说明.txt", "门前的路灯不亮。".encode()),))
    matter = walk(begin(cast, **{**changes, "files": files}))
    matter.does("archivist", "archive", term=term)
    return matter.registered, matter.at, matter.steps


def _told(value: object) -> Hashable:
    """All that a value says: what is equal to none but itself is told from every other."""
    if isinstance(value, File):
        return value.name, value.source, value.is_marked
    if isinstance(value, list | tuple):
        return tuple(map(_told, value))
    return value if isinstance(value, Hashable) else object()


def packed(matter: Matter, folder: Path, name: str = "package.zip") -> Path:
    """Its package on disk."""
    target = folder / name
    with made_package(matter.case, matter.at) as made:
        copyfile(made.path, target)
    return target


def put_away(matter: Matter) -> Package:
    """Its package in the store, made by the worker."""
    return done_once(("put away", matter.id, matter.at), lambda: _put_away(matter))


def _put_away(matter: Matter) -> Package:
    while worker.do_jobs(matter.at + LATER):
        pass
    return Package.objects.get(case=matter.id)


def unpacked(package: Path, folder: Path) -> Path:
    """The files of a package in a folder, to be changed."""
    with zipfile.ZipFile(package) as bag:
        bag.extractall(folder)
    return next(folder.iterdir())


def packed_again(folder: Path, target: Path) -> Path:
    """A folder as a package whose manifests fit: what somebody could make who changes a file and everything that names its digest."""
    about = dict(line.split(": ", 1) for line in (folder / "bag-info.txt").read_text().splitlines())
    about.pop("Payload-Oxum")
    seal_bag(folder, about)
    pack(folder, folder.name, target)
    return target


def package_data(folder: Path) -> dict[str, Any]:
    """What a package says of itself."""
    found: dict[str, Any] = json.loads((folder / "data" / "package.json").read_text())
    return found


def upload(name: str, content: bytes) -> dict[str, str]:
    """A file as a program sends it."""
    return {"name": name, "content": b64encode(content).decode()}
