"""What searches are answered."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from huiyin.api.schemas_out import CasesOut, SchemaOut
from huiyin.search.find import FoundText


class FoundCasesOut(CasesOut):
    """Cases that a search found; ``search`` is the token that repeats it for an hour (``GET /cases?search=``)."""

    search: str


class FoundTextOut(SchemaOut):
    """A text in which all stands that was looked for. ``kind``: petition, title, step or document; ``passage`` is where it stands, and
    ``found`` what of that was looked for; ``document`` the document, where it is one."""

    no: str
    kind: str
    passage: str
    found: list[str]
    document: UUID | None

    @classmethod
    def of(cls, text: FoundText) -> Self:
        """A text that was found."""
        return cls(
            no=text.case.number,
            kind=text.kind,
            passage="".join(piece.text for piece in text.passage),
            found=[piece.text for piece in text.passage if piece.found],
            document=text.document,
        )


class SearchOut(FoundCasesOut):
    """What a search found: cases by what they are called or who brought them (``items``), and texts."""

    texts: list[FoundTextOut]
    next_texts: str
