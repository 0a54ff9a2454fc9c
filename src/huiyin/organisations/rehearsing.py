"""Rehearsals of what a file describes, in a process and an installation of their own: what is here stays untouched."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from typing import Any, Final

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.organisations.export import as_yaml

MAX_SECONDS: Final = 120


class NotRehearsed(HuiyinError):
    """Raised when a made-up matter could not be walked through at all."""

    to_do = gettext_noop("请把所写的存成文件，再运行 `huiyin organisation rehearse FILE`，它说得更多")


def rehearsed(content: Mapping[str, Any], code: str) -> dict[str, Any]:
    """What comes of a made-up matter of the organisation ``code`` of a file with this ``content``: ``steps`` (day, action, by, owed),
    ``stage``, ``ended``, ``stuck``.

    Raises NotRehearsed.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:  # readable by the owner alone
        file.write(as_yaml(content))
        file.flush()
        command = (
            *(sys.executable, "-m", "huiyin.cli", "organisation", "rehearse", file.name),
            *("--organisation", code, "--json"),
        )
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=MAX_SECONDS)
        except subprocess.TimeoutExpired:
            raise NotRehearsed(_("超过了 %(seconds)s 秒") % {"seconds": MAX_SECONDS}) from None
    if not done.stdout.strip():
        raise NotRehearsed(done.stderr.strip()[-500:])
    found: dict[str, Any] = json.loads(done.stdout)
    return found
