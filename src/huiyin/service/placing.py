"""Putting the files for systemd in place, with the user and the folders that they name, and taking the units away again."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.service.units import ENVIRONMENT, MARK, SERVER, TIMERS, UNIT_FOLDER, UNITS, Service, environment, files

RUNNING: Final = Path("/run/systemd/system")  # sd_booted(3)
UNIT_MODE: Final = 0o644
SECRET_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700


class CannotPlace(HuiyinError):
    """Raised when files cannot be put where systemd looks for them."""

    to_do = gettext_noop("请在有 systemd 的机器上以 root 运行，或者用 --print 只看一看")


@dataclass(frozen=True, slots=True)
class UnitState:
    """One unit: whether its file is there, and what systemd says of it ("active", "inactive", "failed", "unknown")."""

    name: str
    is_installed: bool
    state: str


def install(service: Service, root: Path = Path("/")) -> Iterator[str]:
    """Puts everything in place and starts it; yields what was done, a line each.

    Args:
        service: how it is run.
        root: below which the files go. Anything but / is an image that somebody else will boot: no user is made and nothing started.

    Raises:
        CannotPlace: without the rights, without systemd, or where a unit of this name is somebody else's.
        ServiceMisdescribed: see ``units.check``.
    """
    texts = files(service)
    is_here = root == Path("/")
    if is_here:
        _refuse_without_systemd()
    for path in texts:
        _refuse_foreign(_below(root, path))
    if is_here:
        yield from _user(service)
    for folder in (service.home, service.backups):
        if _folder(_below(root, folder), service.user if is_here else ""):
            yield _("已建目录 %(folder)s") % {"folder": folder}
    if _write_new(_below(root, ENVIRONMENT), environment(service)):
        yield _("已写 %(environment)s（权限 600）：密码写在那里") % {"environment": ENVIRONMENT}
    else:
        yield _("%(environment)s 保持不变") % {"environment": ENVIRONMENT}
    for path, text in texts.items():
        _write(_below(root, path), text)
        yield _("已写 %(path)s") % {"path": path}
    if is_here:
        _systemctl("daemon-reload")
        _systemctl("enable", "--now", SERVER, *TIMERS)
        yield _("已启动 %(server)s、%(timers)s") % {"server": SERVER, "timers": ", ".join(TIMERS)}


def uninstall(root: Path = Path("/")) -> Iterator[str]:
    """Stops the units and takes them away; data, environment file and user stay. Yields what was done.

    Raises:
        CannotPlace: without the rights, or without systemd.
    """
    is_here = root == Path("/")
    if is_here:
        _refuse_without_systemd()
    ours = [name for name in UNITS if _is_ours(_below(root, UNIT_FOLDER / name))]
    if not ours:
        return
    if is_here:
        _systemctl("disable", "--now", *(name for name in (SERVER, *TIMERS) if name in ours))
    for name in ours:
        _below(root, UNIT_FOLDER / name).unlink()
        yield _("已删除 %(folder)s") % {"folder": UNIT_FOLDER / name}
    if is_here:
        _systemctl("daemon-reload")


def states(root: Path = Path("/")) -> list[UnitState]:
    """How each unit stands."""
    return [UnitState(name, _is_ours(_below(root, UNIT_FOLDER / name)), _state(name)) for name in UNITS]


def _state(name: str) -> str:
    program = shutil.which("systemctl")
    if program is None or not RUNNING.is_dir():
        return "unknown"
    outcome = subprocess.run([program, "is-active", name], capture_output=True, text=True, check=False)
    return outcome.stdout.strip() or "unknown"


def _refuse_without_systemd() -> None:
    if os.geteuid() != 0:
        raise CannotPlace(_("只有 root 可以安装服务"))
    if not RUNNING.is_dir():
        raise CannotPlace(_("这台机器不是由 systemd 运行的"))


def _refuse_foreign(path: Path) -> None:
    if path.exists() and not _is_ours(path):
        raise CannotPlace(_("%(path)s 已在那里，不是这个命令写的") % {"path": path}, _("请先把它移走"))


def _is_ours(path: Path) -> bool:
    try:
        return path.read_text(encoding="utf-8").startswith(MARK)
    except OSError:
        return False


def _below(root: Path, path: Path) -> Path:
    return root / path.relative_to("/")


def _user(service: Service) -> Iterator[str]:
    """Makes the user, unless there is one."""
    try:
        pwd.getpwnam(service.user)
    except KeyError:
        _run(
            *("useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"),
            *("--home-dir", str(service.home), service.user),
        )
        yield _("已建用户 %(user)s") % {"user": service.user}


def _folder(path: Path, user: str) -> bool:
    """Makes a folder of the user's; whether it was missing. One that is there stays as it is."""
    if path.is_dir():
        return False
    path.mkdir(parents=True)
    path.chmod(FOLDER_MODE)
    if user:
        shutil.chown(path, user, user)
    return True


def _write_new(path: Path, text: str) -> bool:
    """Writes a file that only its owner may read, unless it is there; whether it was written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, SECRET_MODE)
    except FileExistsError:
        return False
    with open(handle, "w", encoding="utf-8") as file:
        file.write(text)
    return True


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(UNIT_MODE)


def _systemctl(*arguments: str) -> None:
    _run("systemctl", *arguments)


def _run(program: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise CannotPlace(_("这里没有程序 %(program)s") % {"program": program})
    done = subprocess.run([found, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        outcome = " ".join(done.stderr.split())[-300:]
        raise CannotPlace(
            _("%(program)s %(arguments)s 没有成功：%(outcome)s")
            % {"program": program, "arguments": arguments[0], "outcome": outcome},
            _("见 journalctl -u huiyin"),
        )
