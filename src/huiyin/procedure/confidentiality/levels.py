"""The levels of confidentiality (密级) and how each is handled.

State secrets have levels of their own (绝密、机密、秘密) and never enter: ``casework.received.state_secrets``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from huiyin.procedure.state import ORDINARY


@dataclass(frozen=True, slots=True)
class Handling:
    """What may be done with the matters of a level.

    ``limited``: only whoever is on its list, must act or oversees opens it. ``exported``: it may stand in files of a register;
    ``bundled``: its documents may be printed together with those of others. ``announced``: what was said of it in public stands on public pages.
    ``marked``: pages and print-outs bear the level.
    """

    limited: bool
    exported: bool
    bundled: bool
    announced: bool
    marked: bool


HANDLING: Final[Mapping[str, Handling]] = {
    ORDINARY: Handling(limited=False, exported=True, bundled=True, announced=True, marked=False),
    "internal": Handling(limited=True, exported=True, bundled=True, announced=True, marked=True),
    "work_secret": Handling(limited=True, exported=False, bundled=False, announced=False, marked=True),
}
"""Every level, the lowest first."""


NOT_EXPORTED: Final = tuple(level for level, rule in HANDLING.items() if not rule.exported)
NOT_BUNDLED: Final = tuple(level for level, rule in HANDLING.items() if not rule.bundled)
NOT_ANNOUNCED: Final = tuple(level for level, rule in HANDLING.items() if not rule.announced)
