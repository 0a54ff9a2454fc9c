"""What is done to documents and files of a case beside its steps, as its story calls it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from huiyin.ledger.chain import Recorded
from huiyin.procedure.event import FileLookedThrough

SEALED_BY: Final[Mapping[str, str]] = {
    "seal": gettext_noop("文书盖章"),
    "picture": gettext_noop("上传文书签章件，待核对"),
    "compared": gettext_noop("核对文书签章件，与签发的文书一致"),
    "hand": gettext_noop("文书签章（扫描件）"),
}
"""How a document was sealed."""


def looked_through(event: FileLookedThrough) -> str:
    """What came of looking a file through."""
    return _("附件带有密级标志，停止打开") if event.withheld else _("看过附件，可以打开")


def is_nothing_new(item: Recorded) -> bool:
    """Whether a worker found no marking in a file: nobody need read that."""
    event = item.event
    return isinstance(event, FileLookedThrough) and not event.withheld and item.actor.get("kind") == "system"
