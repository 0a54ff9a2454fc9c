"""Putting files where they belong so that they are there whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from huiyin.backup.failures import BackupFailed, TargetOccupied
from huiyin.language import gettext as _

STAGING: Final = ".restoring"
"""The folder in an empty data folder in which a backup is unpacked and verified; locked as long as somebody is at it."""
# EBADF, flock(2): NFS locks for writing alone what is open for writing, as no folder is.
_NO_LOCKS: Final = frozenset((errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EBADF))
_NO_LINKS: Final = frozenset((errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK))


@contextmanager
def draft_of(path: Path) -> Iterator[IO[bytes]]:
    """An empty file that bears the name ``path`` once all inside went well, and is gone otherwise. Nobody else may read it.

    It lies in the same folder under a hidden name, always the same one, so that what a killed process left is used again.

    Raises:
        TargetOccupied: if there is a file of this name.
        BackupFailed: if there is no folder for it, or another process is making one of this name.
    """
    refuse_without(path.parent)
    if path.exists():
        raise TargetOccupied(_("%(path)s：那里已有文件") % {"path": path}, _("请另写一个，或者把它移走"))
    draft = draft_name(path)
    with open(os.open(draft, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        try:
            lock(file)
            # Whoever was faster may have put this very file in its place already.
            if os.fstat(file.fileno()).st_ino != os.stat(draft).st_ino:
                raise BlockingIOError
        except (BlockingIOError, FileNotFoundError):
            raise BackupFailed(_("%(path)s：另一个进程正在做它") % {"path": path}, _("请等它做完")) from None
        file.truncate(0)
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            os.rename(draft, path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
    flush_folder(path.parent)


def refuse_without(folder: Path) -> None:
    """Let nothing be put into a folder that is not there: made by us it might lie on the wrong disk, where a mount is missing.

    Raises:
        BackupFailed: if there is no such folder.
    """
    if not folder.is_dir():
        raise BackupFailed(
            _("没有目录 %(folder)s") % {"folder": folder.absolute()}, _("请先建好，或者写一个已有的目录")
        )


def lock(file: IO[bytes]) -> None:
    """Keep others out of what ``file`` stands for, until it is closed; on a disk of the network that knows no locks nobody is kept out.

    Raises:
        BlockingIOError: if somebody else has it.
    """
    with _as_the_disk_can():
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def folder_locked(folder: Path) -> Iterator[None]:
    """Inside, ``is_locked`` of this folder, however this process ends; not on a disk of the network that locks no folders."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with _as_the_disk_can():
            fcntl.flock(handle, fcntl.LOCK_EX)  # whoever looks whether it is locked is done at once
        yield
    finally:
        os.close(handle)


def is_locked(folder: Path) -> bool:
    """Whether somebody works in a folder by ``folder_locked``; False where there is no such folder, or none that may be read."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return False
    try:
        with _as_the_disk_can():
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


@contextmanager
def _as_the_disk_can() -> Iterator[None]:
    """Inside, a lock that this disk cannot give counts as given."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise


def draft_name(path: Path) -> Path:
    """What ``path`` is called while it is made."""
    return path.with_name(f".{path.name}.partial")


def written_whole(path: Path, content: bytes) -> None:
    """Writes a small file, replacing what is there: a reader finds the old content or the new one, and nobody else may read it."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def moved(path: Path, to: Path) -> None:
    """Moves a file or folder to a place that is free in a folder that is there, onto another disk too; whoever relies on it
    flushes that folder. It never replaces anything, whoever was faster; where it fails nothing of it is at ``to``.

    Raises:
        FileExistsError: if something is there.
    """
    try:
        _renamed(path, to)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        draft = to.with_name(f".{to.name}.{secrets.token_hex(6)}")
        try:
            shutil.move(path, draft)
            _renamed(draft, to)
        except BaseException:
            removed(draft)
            raise


def _renamed(path: Path, to: Path) -> None:
    """As rename(2), which replaces files, but never does."""
    if path.is_dir():
        if os.path.lexists(to):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(to))
        os.rename(path, to)  # onto what came this very moment: no file, and no folder that anything is in
        return
    try:
        os.link(path, to, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # the name is ours from here on
        try:
            os.replace(path, to)
        except BaseException:
            to.unlink()
            raise
        return
    try:
        path.unlink()
    except BaseException:
        to.unlink()
        raise


def removed(path: Path) -> None:
    """Removes a file or a folder with all that is in it, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def flush_folder(folder: Path) -> None:
    """Makes what was renamed in a folder survive a power failure, where the disk can be told so."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # fsync(2): a disk of the network that does not flush folders
            raise
    finally:
        os.close(handle)
