"""What a web process does before its first request, so that nobody waits for it (and not each thread once)."""

from __future__ import annotations

import gc

import structlog
from django.db import DatabaseError, connection
from django.urls import get_resolver

from huiyin.people.models import Organisation
from huiyin.rule_store.store import load
from huiyin.rules.book.load import RulebookFlawed

log = structlog.get_logger("huiyin.web")


def warm_up() -> None:
    """Reads every page's module and the rulebooks in use. What fails here fails again, and is told, when it is needed."""
    _ = get_resolver().url_patterns
    try:
        books = sorted(set(Organisation.objects.values_list("rulebook", flat=True)))
        for book in books:
            _read_book(book)
    except DatabaseError:
        log.warning("database not ready", hint="run `huiyin prepare`")
        return
    finally:
        connection.close()
    # What is here now stays: looking through it again for garbage would cost every busy process some hundredths.
    gc.collect()
    gc.freeze()


def _read_book(book: str) -> None:
    try:
        load(book)
    except RulebookFlawed:
        log.exception("rulebook not usable", rulebook=book)
