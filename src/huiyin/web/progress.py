"""The page that waits for something a worker makes: how far it is, by itself anew, and then what was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from huiyin.jobs import queue


@dataclass(frozen=True, slots=True)
class ShownProgress:
    """How far something is: ``percent`` from 0 to 100, ``words`` say the same; ``address`` is where to ask again."""

    address: str
    percent: int
    words: str
    is_over: bool


def progress_page(
    request: HttpRequest, template: str, context: Mapping[str, Any], progress: ShownProgress, at: datetime
) -> HttpResponse:
    """``template``, which includes ``parts/progress.html`` until it is over; for the page that asks again, this part alone, and once it is
    over the word to load the page anew.
    """
    is_part = request.headers.get("HX-Request") == "true"
    shown = {**context, "progress": progress, "stalled": not progress.is_over and queue.is_stalled(at)}
    response = render(request, "parts/progress.html" if is_part else template, shown)
    if is_part and progress.is_over:
        response.headers["HX-Refresh"] = "true"
    return response
