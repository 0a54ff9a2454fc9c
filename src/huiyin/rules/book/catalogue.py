"""What the file of a case must hold when it is archived, as a rulebook writes it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from huiyin.rules.book.conditions import Condition
from huiyin.rules.book.elements import Cited, Ids

KeptPart = Literal["registration", "petition", "original"]
"""What a file holds that no step issues: the registration form, the petition as it came, and a copy of the document on which it came."""


class CatalogueItem(Cited):
    """Something that the file (案卷) of a case must hold when it is archived, at these ``ends`` and where ``when`` holds.

    ``ends`` takes stages, or ``any`` for every end from which a case is archived. One of: ``paper``, any of these documents was issued; ``served``, any of
    these was served, with its day on record; ``step``, any of these actions was taken; ``kept``, a part that no step issues.
    """

    ends: Ids = Field(min_length=1)
    when: Condition = Field(default_factory=dict)
    paper: Ids = ()
    served: Ids = ()
    step: Ids = ()
    kept: KeptPart | None = None
