"""A folder of files as one bag (BagIt 1.0, RFC 8493) in one ZIP: the same files are the same bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from hashlib import file_digest, sha256
from pathlib import Path
from shutil import copyfile, copyfileobj
from typing import Final

from huiyin.archive import verify
from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

DECLARATION: Final = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
EARLIEST: Final = (1980, 1, 1, 0, 0, 0)  # the first moment that a ZIP knows
PLAIN_FILE: Final = 0o100644 << 16
MAX_PACKAGE_BYTES: Final = 2_000_000_000
"""Bytes of the files of a package: larger ones need ZIP64, which not every archive reads."""


class TooLarge(HuiyinError):
    """Raised when a package would be larger, or hold more files, than every program that reads ZIP can take."""

    to_do = gettext_noop("请把事项的附件另外移交")


def seal_bag(folder: Path, about: Mapping[str, str]) -> None:
    """Make a bag of ``folder``, whose payload lies in ``data``: declaration, ``about`` it, manifests, and the script that checks it.

    Raises TooLarge.
    """
    payload = sorted(path.relative_to(folder).as_posix() for path in (folder / "data").rglob("*") if path.is_file())
    size = sum((folder / path).stat().st_size for path in payload)
    if size > MAX_PACKAGE_BYTES or len(payload) > verify.MAX_FILES - len(verify.TAGS) - 1:
        raise TooLarge(_("案卷包会有 %(payload)s 个文件，共 %(size)s 字节") % {"payload": len(payload), "size": size})
    info = {**about, "Payload-Oxum": f"{size}.{len(payload)}"}
    (folder / "bagit.txt").write_text(DECLARATION)
    (folder / "bag-info.txt").write_text("".join(f"{name}: {value}\n" for name, value in info.items()))
    (folder / "manifest-sha256.txt").write_text(_manifest(folder, payload))
    copyfile(verify.__file__, folder / "verify.py")
    (folder / "tagmanifest-sha256.txt").write_text(_manifest(folder, sorted(verify.TAGS)))


def _manifest(folder: Path, paths: Iterable[str]) -> str:
    return "".join(f"{digest_of(folder / path)}  {path}\n" for path in paths)


def digest_of(path: Path) -> str:
    """The hex SHA-256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, sha256).hexdigest()


def pack(folder: Path, name: str, target: Path) -> str:
    """Write ``folder`` as a ZIP to ``target``, in one top folder called ``name``; the hex SHA-256 of the file.

    Nothing is compressed: most of it is already, and so every byte of the ZIP follows from the files.
    """
    files = sorted(
        (f"{name}/{path.relative_to(folder).as_posix()}", path) for path in folder.rglob("*") if path.is_file()
    )
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
        for called, path in files:
            info = zipfile.ZipInfo(called, EARLIEST)
            info.external_attr, info.create_system, info.file_size = PLAIN_FILE, 3, path.stat().st_size
            with path.open("rb") as file, packed.open(info, "w") as entry:
                copyfileobj(file, entry, 1 << 20)
    return digest_of(target)
