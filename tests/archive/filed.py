"""Archived matters for tests of packages, and their packages on disk."""

from __future__ import annotations

import json
import zipfile
from base64 import b64encode
from datetime import timedelta
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
    files = changes.pop("files", (File("照片说明.txt", "门前的路灯不亮。".encode()),))
    matter = walk(begin(cast, files=files, **changes))
    matter.does("archivist", "archive", term=term)
    return matter


def packed(matter: Matter, folder: Path, name: str = "package.zip") -> Path:
    """Its package on disk."""
    target = folder / name
    with made_package(matter.case, matter.at) as made:
        copyfile(made.path, target)
    return target


def put_away(matter: Matter) -> Package:
    """Its package in the store, made by the worker."""
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
