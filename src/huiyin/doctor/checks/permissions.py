"""Whether anybody else on the machine may read data folder, keys and files, and whether we may write there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from huiyin.doctor.finding import Finding, failure, notice, ok, warning
from huiyin.doctor.surroundings import FileState, Surroundings
from huiyin.sealing import keyring

OPEN_TO_OTHERS: Final = 0o077


def look(surroundings: Surroundings) -> Iterator[Finding]:
    """The data folder and what lies in it, as they stood before the settings closed them."""
    keys = keyring.ring_path().absolute()
    data = [file for file in surroundings.files if file.path != keys]
    open_ones = [file for file in data if file.mode is not None and file.mode & OPEN_TO_OTHERS]
    if open_ones:
        yield warning(
            "permissions.open",
            ngettext(
                "数据目录中有 %(count)d 处别的用户也能读写，例如 %(path)s",
                "数据目录中有 %(count)d 处别的用户也能读写，例如 %(path)s",
                len(open_ones),
            )
            % {"count": len(open_ones), "path": _within(open_ones[0], surroundings.home)},
            _("运行 huiyin prepare，它会收回别人的权限"),
        )
    else:
        yield ok("permissions", _("数据目录只有服务自己的用户能读写"))
    yield from _writable(surroundings.home)
    yield from _owner(surroundings)


def _writable(home: Path) -> Iterator[Finding]:
    try:
        with tempfile.TemporaryFile(dir=home) as probe:
            probe.write(b"\0")
    except OSError as error:
        yield failure(
            "permissions.home",
            _("数据目录写不进去（%s）") % (error.strerror or type(error).__name__),
            _("检查磁盘是否已满、是否只读，以及目录是否属于运行服务的用户"),
        )


def _owner(surroundings: Surroundings) -> Iterator[Finding]:
    """Whoever runs this as another user than the service sees with other eyes, and may leave files behind that the service cannot open."""
    (home,) = (file for file in surroundings.files if file.path == surroundings.home)
    if home.owner is not None and home.owner != os.geteuid():
        yield notice(
            "permissions.user",
            _("检查是以另一个用户做的，不是数据目录的所有者，结果可能与服务看到的不同"),
            _("用运行服务的用户再检查一次，例如 sudo -u huiyin huiyin doctor"),
        )
    strangers = [file for file in surroundings.files if file.owner not in (None, home.owner)]
    if strangers:
        yield warning(
            "permissions.owner",
            _("数据目录中有属于别的用户的文件，例如 %s，服务可能打不开") % _within(strangers[0], surroundings.home),
            _("用 chown 改为运行服务的用户"),
        )


def _within(file: FileState, home: Path) -> str:
    """The path of a file as it is told: from the data folder on."""
    return str(file.path.relative_to(home)) if file.path.is_relative_to(home) else file.path.name
