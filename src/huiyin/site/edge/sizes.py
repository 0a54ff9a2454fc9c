"""How large a body may be, by what it is and where it goes."""

from __future__ import annotations

from typing import Final

from django.urls import Resolver404, resolve

from huiyin.api.json_parser import MAX_BYTES as JSON_BYTES
from huiyin.web.uploads import MULTIPART, takes_files

API: Final = "/api/"
FORM_BYTES: Final = 8 * 1024 * 1024
"""The most of a form without files: the longest texts that can be typed, each character in nine bytes, several times over."""
UPLOAD_BYTES: Final = 512 * 1024 * 1024
"""The most of a form with files that is looked at: far beyond what it may hold, so that it comes back with what was typed."""


def most_of(path: str, media_type: str) -> int:
    """How many bytes a body of ``media_type`` may have at ``path`` (as WSGI has it)."""
    if media_type.lower().startswith(MULTIPART) and _takes_files(path):
        return UPLOAD_BYTES
    return JSON_BYTES if path.startswith(API) else FORM_BYTES


def _takes_files(path: str) -> bool:
    try:
        return takes_files(resolve(path.encode("latin-1").decode()).func)
    except (Resolver404, UnicodeDecodeError):
        return False
