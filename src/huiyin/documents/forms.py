"""A paper in the form in which somebody asked for it, with what a browser must know of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from huiyin.documents.content import Paper
from huiyin.documents.page import page
from huiyin.documents.pdf import pdf
from huiyin.documents.seals.kept import OpenedSeal
from huiyin.documents.seals.signing import sealed_pdf
from huiyin.documents.word import docx_of


@dataclass(frozen=True, slots=True)
class Rendered:
    """A paper as a file: its ``name`` says what it is and nothing of what it holds; ``type`` is its media type."""

    name: str
    type: str
    content: bytes


RENDERERS: Final[Mapping[str, tuple[str, Callable[[Paper], bytes]]]] = {
    "html": ("text/html; charset=utf-8", page),
    "pdf": ("application/pdf", pdf),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx_of),
}


def rendered(paper: Paper, form: str, with_seal: OpenedSeal | None = None) -> Rendered:
    """The paper as a file of that ``form``, one of ``RENDERERS``; a PDF with the seal of its organ, where one is given.

    Raises NoGlyph, NoTypeface for a PDF that cannot be set.
    """
    type_, render = RENDERERS[form]
    if with_seal is None or form != "pdf":
        return Rendered(f"{paper.file_stem}.{form}", type_, render(paper))
    what_for = f"{paper.title} {paper.number}"
    sealed = sealed_pdf(pdf(paper, with_seal.picture), with_seal, paper.organ, what_for)
    return Rendered(f"{paper.file_stem}.{form}", type_, sealed)
