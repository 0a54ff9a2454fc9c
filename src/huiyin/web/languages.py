"""Another language, chosen while a form is being filled in: the form is sent along and comes back in it, with or without scripts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import trans_real

# Django keeps the language of each thread where coroutines find theirs too. Here are none, and a page asks for it seven hundred times.
trans_real._active = threading.local()  # type: ignore[attr-defined]

LANGUAGE: Final = "language"
"""The name in the address to which such a form is sent."""


class ChosenOnAForm:
    """Answers in the language that came with a form, and has the browser remember it, as Django's ``set_language`` does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answers; what is asked for in no known language is answered as usual."""
        code = request.GET.get(LANGUAGE, "") if request.method == "POST" else ""
        if code not in dict(settings.LANGUAGES):
            return self.get_response(request)
        translation.activate(code)
        request.LANGUAGE_CODE = code
        response = self.get_response(request)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            path=settings.LANGUAGE_COOKIE_PATH,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        )
        return response
