"""What the pages count: requests by kind and status, and how long they took. Switched on by `huiyin serve --metrics-port` alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

KINDS: Final = {
    "accounts": "accounts",
    "api": "api",
    "desk": "desk",
    "i18n": "language",
    "office": "office",
    "static": "static",
}
"""The kind of a request by the first part of its path; all others are pages of the portal, whatever somebody asks for."""
METHODS: Final = frozenset({"GET", "HEAD", "POST"})
SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Bounds of the classes of durations: a page should take less than a fifth of a second, nobody waits longer than ten."""

REQUESTS: Final = Counter("huiyin_requests", "Requests answered.", ("kind", "method", "status"))
DURATIONS: Final = Histogram("huiyin_request_seconds", "Time to answer a request.", ("kind",), buckets=SECONDS)


class CountRequests:
    """Counts each request, after it was answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Goes on, and counts."""
        began = time.perf_counter()
        response = self.get_response(request)
        kind = KINDS.get(request.path.split("/", 2)[1], "portal")
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(kind, method, str(response.status_code)).inc()
        DURATIONS.labels(kind).observe(time.perf_counter() - began)
        return response
