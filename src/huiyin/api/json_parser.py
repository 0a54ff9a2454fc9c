"""Reading request bodies: JSON in UTF-8 and nothing else, no characters that a database cannot hold."""

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

JSON = "application/json"
MAX_BYTES = 32 * 1024 * 1024
"""As much as is read at once (DATA_UPLOAD_MAX_MEMORY_SIZE): one attachment of 20 MB in base64, and more to spare."""

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class JsonParser(Parser):
    """Strict JSON. What it raises is a Problem."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as Python values. Asked only where a body is expected, after the address, the method and who asks were found good."""
        if request.content_type != JSON:
            raise problems.wrong_media_type()
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
        return value


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
