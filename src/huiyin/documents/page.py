"""A document as a page of its own, to be read, kept or printed."""

from __future__ import annotations

from django.template.loader import render_to_string

from huiyin.documents.content import DocumentContent


def page(document: DocumentContent) -> bytes:
    """The document as HTML, complete in one file but for the style sheet."""
    return render_to_string("documents/page.html", {"content": document}).encode()
