"""In what signs a request is written: UTF-8, whatever it says. Else a stranger chooses which codec reads megabytes, and some take hours for one."""

from __future__ import annotations

import re
from email.message import Message
from typing import Any, Final

from django.http import multipartparser
from django.utils.http import parse_header_parameters

UTF8: Final = frozenset({"", "utf-8", "utf8", "us-ascii", "ascii"})
FORMS: Final = ("multipart/form-data", "application/x-www-form-urlencoded")
_CHARSET: Final = re.compile(r";\s*charset[*0-9]*\s*=\s*([^;]*)", re.IGNORECASE)
_BOUNDARY: Final = re.compile(r';\s*boundary\s*=\s*(?:"([ -~]{1,200}?)"|([!-~]{1,200}?))\s*(?=;|$)', re.IGNORECASE)


def is_form_of_another(content_type: str) -> bool:
    """Whether a body is a form that says it is in other signs than UTF-8: what it holds would be kept as nobody wrote it."""
    named = (found.strip().strip("\"'").lower() for found in _CHARSET.findall(content_type))
    return content_type.strip().lower().startswith(FORMS) and any(name not in UTF8 for name in named)


def without_charset(content_type: str) -> str:
    """A media type with nothing that Django would choose a codec by: of its parameters, the boundary of a form is left alone."""
    kind = content_type.partition(";")[0].strip()
    boundary = _BOUNDARY.search(content_type)
    return f'{kind}; boundary="{boundary[1] or boundary[2]}"' if boundary else kind


def read_parts_as_utf8() -> None:
    """Have the headers of the parts of forms read as UTF-8 too (RFC 2231 lets each parameter name a codec); Django has no other place for it."""
    vars(multipartparser)["parse_header_parameters"] = _parameters


def _parameters(line: str) -> tuple[str, dict[str, Any]]:
    """As Django has it. Raises ValueError, on which it passes over the header."""
    if "*" in line:
        header = Message()
        header["content-type"] = line
        named = (value[0] or "" for _name, value in header.get_params() or () if isinstance(value, tuple))
        if any(name.lower() not in UTF8 for name in named):
            raise ValueError("a parameter in signs that are not taken")
    kind, found = parse_header_parameters(line)
    return kind, found
