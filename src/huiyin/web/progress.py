"""The page that waits for something workers make: how far it is, by itself anew, and then what was made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from huiyin.jobs import queue


class MadePiecewise(Protocol):
    """Something that workers make piece by piece: ``done`` of ``total``, which is ``percent`` of it."""

    @property
    def done(self) -> int:
        """How many were made."""

    @property
    def total(self) -> int:
        """Of how many."""

    @property
    def percent(self) -> int:
        """From 0 to 100."""


class MadeFile(MadePiecewise, Protocol):
    """A file that workers make."""

    ended_at: datetime | None
    reason: str


Made = TypeVar("Made", bound=MadeFile)


@dataclass(frozen=True, slots=True)
class ShownProgress:
    """How far something is: ``percent`` from 0 to 100, ``words`` say the same; ``address`` is where to ask again until it ``is_over``.

    ``is_stalled``: no worker seems to run.
    """

    address: str
    percent: int
    words: str
    is_over: bool
    is_stalled: bool


def progress_of(made: MadePiecewise, words: str, address: str, at: datetime, *, is_over: bool) -> ShownProgress:
    """How far ``made`` is at ``at``, in ``words`` that name ``done`` and ``total``: for ``parts/progress.html``."""
    counted = words % {"done": made.done, "total": made.total}
    return ShownProgress(address, made.percent, counted, is_over, not is_over and queue.is_stalled(at))


def progress_part(request: HttpRequest, progress: ShownProgress) -> HttpResponse:
    """The part for the page that asks again; once it is over, the word to load that page anew."""
    response = render(request, "parts/progress.html", {"progress": progress})
    if progress.is_over:
        response.headers["HX-Refresh"] = "true"
    return response


def made_file(file: Made | None) -> Made:
    """The ``file`` once it was made. Raises Http404 for none, for one that is still being made and for one that could not be."""
    if file is None or file.ended_at is None or file.reason:
        raise Http404
    return file


def file_progress(
    request: HttpRequest, template: str, name: str, file: MadeFile | None, words: str, at: datetime
) -> HttpResponse:
    """The page of a ``file``, which ``template`` knows by ``name``, and the part that it asks for again. Raises Http404 for no file."""
    if file is None:
        raise Http404
    progress = progress_of(file, words, request.path, at, is_over=file.ended_at is not None)
    if request.headers.get("HX-Request") == "true":
        return progress_part(request, progress)
    return render(request, template, {name: file, "progress": progress})
