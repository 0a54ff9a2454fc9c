"""Papers of an old register: files in a folder, or in a ZIP archive, found by the names that its rows give them."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final, Protocol

from huiyin.casework.sealed.attachments import MAX_FILE_BYTES
from huiyin.casework.vocabulary import File, Waiting
from huiyin.errors import HuiyinError, reading_what_came
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

MAX_ENTRIES: Final = 200_000
_UTF8: Final = 0x800  # APPNOTE.TXT 4.4.4: the name is UTF-8


class RowFilesUnreadable(HuiyinError):
    """Raised when the place of the papers cannot be read at all."""

    to_do = gettext_noop("请写目录，或者本机能打开的 ZIP")


class Ambiguous(HuiyinError):
    """Raised when several files have the name that a row gives."""

    to_do = gettext_noop("请给每个文件不同的名称")


class Damaged(HuiyinError):
    """Raised when a file in an archive does not open, as one with a password, or holds something else than it announces."""

    to_do = gettext_noop("请重新打包，不要加密码")


class RowFiles(Protocol):
    """Where the papers lie."""

    def find(self, name: str) -> File | None:
        """The file of that name; None when there is none. Raises Ambiguous, Damaged."""


class NoRowFiles:
    """None were handed in."""

    def find(self, name: str) -> File | None:
        """None: no row may name any."""
        return None


class _OnDisk(Waiting):
    def __init__(self, path: Path) -> None:
        self.path, self.size = path, path.stat().st_size

    def read(self) -> bytes:
        return self.path.read_bytes()


class _InArchive(Waiting):
    def __init__(self, archive: Path, entry: zipfile.ZipInfo) -> None:
        self.archive, self.entry, self.size = archive, entry, entry.file_size

    def read(self) -> bytes:
        with zipfile.ZipFile(self.archive) as opened, opened.open(self.entry) as file:
            # One byte more than is announced shows that there is more.
            return file.read(self.size + 1)

    def is_sound(self) -> bool:
        """Whether it opens, and holds what it announces; one that is too large is refused for that, unopened."""
        if self.size > MAX_FILE_BYTES:
            return True
        try:
            with reading_what_came(Damaged(_("文件打不开"))):
                return len(self.read()) == self.size
        except Damaged:
            return False


class RowFilesByName:
    """Files by name, wherever below they lie; nothing is opened before a row names it."""

    def __init__(self, found: dict[str, list[Waiting]]) -> None:
        self.found = found

    def find(self, name: str) -> File | None:
        """As a row names it: its last part, whatever path stands before it."""
        files = self.found.get(_last(name), [])
        if len(files) > 1:
            raise Ambiguous(_("有几个文件同名"))
        if files and isinstance(files[0], _InArchive) and not files[0].is_sound():
            raise Damaged(_("文件打不开"))
        return File(_last(name), files[0]) if files else None


def open_documents(place: Path | None) -> RowFiles:
    """The papers in a folder or a ZIP archive; ``None``: there are none. Raises RowFilesUnreadable."""
    if place is None:
        return NoRowFiles()
    found: dict[str, list[Waiting]] = {}
    with reading_what_came(RowFilesUnreadable(_("文书读不出来"))):
        if place.is_dir():
            for path in sorted(one for one in place.rglob("*") if one.is_file() and not one.is_symlink()):
                found.setdefault(path.name, []).append(_OnDisk(path))
            return RowFilesByName(found)
        with zipfile.ZipFile(place) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MAX_ENTRIES:
        raise RowFilesUnreadable(_("包里的文件太多"), _("请分成几份"))
    for entry in entries:
        found.setdefault(_last(_written(entry)), []).append(_InArchive(place, entry))
    return RowFilesByName(found)


def _written(entry: zipfile.ZipInfo) -> str:
    """The name of an entry: programs in China write it in GB 18030 without saying so, and the reader takes it for code page 437."""
    if entry.flag_bits & _UTF8:
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _last(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].strip()
