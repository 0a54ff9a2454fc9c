"""What the server writes down about itself: one JSON object a line, without anything a person said or is called.

No query strings, no bodies, no messages of exceptions (a database error quotes the row it refused): the route, the
status, the duration, and for a failure its class and the places it passed.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, MutableMapping
from typing import Any, Final

import structlog
from django.http import HttpRequest, HttpResponse

from huiyin.site.edge.addresses import mark

Entry = MutableMapping[str, Any]

log = structlog.get_logger("huiyin.web")


def without_message(_logger: Any, _method: str, entry: Entry) -> Entry:
    """Replaces an exception by its class and its places, the innermost last: its text may quote personal data."""
    failure = entry.pop("exc_info", None)
    if not failure:
        return entry
    if isinstance(failure, BaseException):
        failure = (type(failure), failure, failure.__traceback__)
    kind, _, trace = failure if isinstance(failure, tuple) else sys.exc_info()
    if kind is not None:
        entry["failure"] = f"{kind.__module__}.{kind.__qualname__}"
        entry["places"] = [f"{place.filename}:{place.lineno} {place.name}" for place in traceback.extract_tb(trace)]
    return entry


def without_request(_logger: Any, _method: str, entry: Entry) -> Entry:
    """Drops what Django attaches to its records: a request carries its query string and body, a query its values."""
    for name in ("request", "server_time", "sql", "params", "message"):
        entry.pop(name, None)
    if str(entry.get("logger", "")).startswith("django."):
        # "Not Found: /api/v1/receipts/…": the address names a case or a receipt.
        entry["event"] = str(entry.get("event", "")).partition(": /")[0]
    return entry


BEFORE_RENDERING: Final[list[Any]] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    without_message,
]


def logging_settings() -> dict[str, Any]:
    """Django's LOGGING: everything at INFO and above, as JSON lines on standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*BEFORE_RENDERING, structlog.stdlib.ExtraAdder(), without_request],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # Its records say no more than the line of RequestJournal, which has the duration too.
            "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
        },
    }


def configure() -> None:
    """Makes `structlog.get_logger()` write through the handlers of `logging_settings()`."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            *BEFORE_RENDERING,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _account(request: HttpRequest) -> str:
    """The id of whoever was found to be signed in; nobody is looked up for the journal's sake."""
    actor = getattr(getattr(request, "auth", None), "actor", None)
    known = actor.person if actor is not None else getattr(getattr(request, "_cached_user", None), "pk", None)
    return str(known or "")


class RequestJournal:
    """One line a request. The route stands for the address, so that no number of a case or receipt is written down."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        log.info(
            "request",
            verb=request.method,
            route=match.route if match else "(none)",
            status=response.status_code,
            account=_account(request),
            address=mark(str(request.META.get("REMOTE_ADDR", ""))),
            milliseconds=round((time.perf_counter() - began) * 1000, 1),
        )
        return response
