"""Reading request bodies: JSON in UTF-8 and nothing else, no characters that a database cannot hold; large files come beside it.

A form (multipart/form-data) holds the JSON in its part ``json``. Files of its parts ``attachments`` join those of the JSON, files
of a part ``fields.NAME`` fill in the field NAME.
"""

from __future__ import annotations

import json
import re
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.parser import Parser

from huiyin.api import problems
from huiyin.casework.labels import FormError, input_error
from huiyin.people.checks import forbidden_characters
from huiyin.web.uploads import Uploads, arrived

MAX_BYTES = 1024 * 1024
"""The longest texts of every field, and small files; large ones come as parts of a form (multipart/form-data)."""

PART = "json"
FIELDS = "fields."
MAX_ITEMS = 5000
"""Far beyond any body that means something: every key, value and item, counted before any of them is read."""
MAX_DEPTH = 32

# Linear whatever it is given: a text that nobody closes goes to the end.
_TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_BRACKET = re.compile(rb"[][{}]")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class JsonParser(Parser):
    """Strict JSON. What it raises is a Problem."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as Python values."""
        if len(request.body) > MAX_BYTES:
            raise problems.too_large(MAX_BYTES)
        _check_shape(request.body)
        try:
            value = json.loads(request.body.decode(), parse_constant=_no_constant)
        except RecursionError:
            raise problems.malformed() from None
        except UnicodeDecodeError:
            raise problems.malformed(_("请以 UTF-8 编码提交")) from None
        except json.JSONDecodeError as error:
            place = {"line": error.lineno, "column": error.colno}
            raise problems.malformed(_("第 %(line)d 行第 %(column)d 列有误，请改正后重新提交") % place) from None
        except ValueError:
            raise problems.malformed() from None
        # An escape is the only way in for what UTF-8 itself excludes.
        if b"\\u" in request.body and (errors := _unstorable(value, ())):
            raise problems.invalid(errors)
        return _with_files(value, request.FILES) if request.FILES and isinstance(value, dict) else value


def read_form(request: HttpRequest) -> None:
    """Lets the part ``json`` of a form stand for the body, so that files stay on disk while it is read."""
    request._body = request.POST.get(PART, "").encode()  # what Django keeps of a body that it has read


def _with_files(value: dict[str, Any], files: Uploads) -> dict[str, Any]:
    """``value`` with the files that came beside it; what is not of the right kind there is left to the schema to refuse."""
    joined = dict(value)
    for name in files:
        brought = [arrived(upload) for upload in files.getlist(name)]
        place, key = (joined, name)
        if name.startswith(FIELDS):
            fields = joined.get("fields") or {}
            place, key = (dict(fields) if isinstance(fields, dict) else {}), name.removeprefix(FIELDS)
            joined["fields"] = place
        before = place.get(key) or []
        place[key] = [*(before if isinstance(before, list) else [before]), *brought]
    return joined


def _check_shape(body: bytes) -> None:
    """Raises Problem 422 where there is more in ``body``, or more within each other, than any body of ours has."""
    bare = _TEXT.sub(b"", body)
    depth = deepest = 0
    for bracket in _BRACKET.findall(bare):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise problems.malformed(_("请求内容的层次太多，最多 %(max)d 层") % {"max": MAX_DEPTH})
    if sum(map(bare.count, (b",", b":", b"[", b"{"))) > MAX_ITEMS:
        message = _("请求内容的项目太多，最多 %(max)d 项，请减少") % {"max": MAX_ITEMS}
        raise problems.invalid([FormError("", "too-many-items", message)])


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _unstorable(value: object, place: tuple[str, ...]) -> list[FormError]:
    """The texts in ``value`` that hold NUL or half a surrogate pair, which no column can store."""
    found: list[FormError] = []
    if isinstance(value, str) and _UNSTORABLE.search(value):
        return [input_error(problem) for problem in forbidden_characters(".".join(place), value)]
    if isinstance(value, list):
        for position, item in enumerate(value):
            found += _unstorable(item, (*place, str(position)))
    if isinstance(value, dict):
        for key, item in value.items():
            if _UNSTORABLE.search(key):
                found += [input_error(problem) for problem in forbidden_characters(".".join(place), key)]
            found += _unstorable(item, (*place, key))
    return found
