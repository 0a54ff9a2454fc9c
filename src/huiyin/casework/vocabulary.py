"""Words that every way in and every list share: how a petition may reach us, and a file as it arrives."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop

CHANNELS = {
    "letter": gettext_noop("来信"),
    "visit": gettext_noop("来访"),
    "call": gettext_noop("来电"),
    "referral": gettext_noop("上级转来"),
    "email": gettext_noop("电子邮件"),
    "fax": gettext_noop("传真"),
    "web": gettext_noop("网上信访"),
}
"""How a petition may reach us (Regulation Art. 17), by the name that programs use, in the order in which the desk offers them."""
BY_THEMSELVES = frozenset({"web", "email"})
"""The channels by which a petition registers itself, where nobody at the desk does: simulation and demonstration."""
INSIDE = "inside"
"""The channel of a case that no petition brought: the organisation began it itself, and there is no petitioner."""
SEVERITY_FACT = "klass"
"""The fact that says how heavy a matter is, where a rulebook has it."""


def told_by_channel(channel: str) -> dict[str, str]:
    """What the channel by which a petition came says about its case, by the names of facts."""
    return {"channel": channel, "source": "referred" if channel == "referral" else "direct"}


class Waiting(ABC):
    """Content that waits outside memory, of ``size`` bytes."""

    size: int

    @abstractmethod
    def read(self) -> bytes:
        """All of it, each time anew."""


@dataclass(frozen=True)
class File:
    """An attachment as it arrived; checked by ``attachments.problems``. Its ``content`` is read when it is asked for: several large ones
    are never in memory together."""

    name: str = field(repr=False)
    source: bytes | Waiting = field(repr=False, metadata={"digested_as": "content"})
    is_marked: bool | None = field(default=None, compare=False, metadata={"digested_unless_default": True})
    """Whether words in it bear the marking of a state secret; None while nobody has looked (``attachments.looked_through``)."""
    words: str = field(default="", repr=False, compare=False, metadata={"digested_unless_default": True})
    """The beginning of what was read in it then: somebody may be named there."""
    is_unread: bool = field(default=False, compare=False, metadata={"digested_unless_default": True})
    """Whether something of it could not be read then, which a worker does."""

    @property
    def content(self) -> bytes:
        """All of it."""
        return self.source if isinstance(self.source, bytes) else self.source.read()

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return len(self.source) if isinstance(self.source, bytes) else self.source.size
