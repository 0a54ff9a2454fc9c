"""`/healthz` and `/readyz`, for load balancers and supervisors: before sessions, languages and the journal, whatever host they name."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils import timezone

from huiyin.doctor import probe
from huiyin.doctor.ready import Answers

ALIVE, READY = probe.PATH, "/readyz"
Next = Callable[[HttpRequest], HttpResponse]


class Health:
    """Answers both; comes before ``TrueAddress``, so that the doctor learns how its question arrived."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.answers = Answers()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answers, or goes on."""
        if request.path not in (ALIVE, READY):
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = _alive(request) if request.path == ALIVE else self._ready()
        response.headers["Cache-Control"] = "no-store"
        return response

    def _ready(self) -> HttpResponse:
        wrong = self.answers.wrong()
        return JsonResponse({"ready": not wrong, "wrong": wrong}, status=503 if wrong else 200)


def _alive(request: HttpRequest) -> HttpResponse:
    """That a thread answers; no database is asked."""
    answer: dict[str, object] = {"alive": True}
    if probe.is_ours(request.headers.get(probe.HEADER, ""), timezone.now()):
        scheme = request.headers.get("X-Forwarded-Proto", request.scheme or "http")
        answer |= probe.arrived(request.headers.get("X-Forwarded-For", ""), scheme)
    return JsonResponse(answer)
