"""`huiyin jobs`: what is done beside the pages: waiting, running, given up; putting back and dropping what was given up."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from huiyin.commands import DONE, MISUSED, Failure, Subparsers, add_json, report

if TYPE_CHECKING:
    from huiyin.jobs.models import Job
    from huiyin.jobs.overview import ListedJob, Overview

LISTED = 20
DESCRIPTION = """
Without a word behind it: lists. A job that failed too often, or that can never succeed, is given up and stays in the list until it is put
back (retry) or thrown away (drop). Workers (`huiyin serve` runs one, `huiyin work` is another) do what is due.
"""


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command and its actions."""
    parser = subparsers.add_parser("jobs", help="list, retry or drop jobs", description=DESCRIPTION)
    add_json(parser)
    _listing(parser)
    parser.set_defaults(list=LISTED)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    _listing(_action(actions, "list", "what waits, runs and was given up, and how many timers are due"))
    _about_dead(_action(actions, "retry", "put jobs that were given up back, to be tried anew"), retry)
    _about_dead(_action(actions, "drop", "throw jobs that were given up away"), drop)


def _action(actions: Any, name: str, text: str) -> argparse.ArgumentParser:
    # What is left out here leaves what was said before the action as it is.
    made: argparse.ArgumentParser = actions.add_parser(
        name, help=text, description=text, argument_default=argparse.SUPPRESS
    )
    add_json(made)
    return made


def _listing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--list", type=int, metavar="N", help=f"tell N of each state one by one (default {LISTED})")
    parser.set_defaults(run=run)


def _about_dead(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int]) -> None:
    parser.add_argument("ids", nargs="*", default=[], metavar="ID", help="id of a job, as `huiyin jobs` shows it")
    parser.add_argument("--all", action="store_true", default=False, help="every job that was given up")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Lists."""
    from django.utils import timezone

    from huiyin.casework import timers
    from huiyin.jobs.overview import overview

    if arguments.list < 0:
        raise Failure("--list must be 0 or more", status=MISUSED)
    at = timezone.now()
    found, due = overview(at, arguments.list), timers.due(at).count()
    parts = {"running": found.running, "waiting": found.waiting, "dead": found.dead}
    data = {
        "stalled": found.stalled,
        **{name: {"count": part.count, "jobs": [_plain(job) for job in part.jobs]} for name, part in parts.items()},
        "done_within_a_day": dict(found.done),
        "timers_due": due,
    }
    report(arguments, data, _lines(found, due))
    return DONE


def retry(arguments: argparse.Namespace) -> int:
    """Puts dead letters back."""
    from django.utils import timezone

    from huiyin.jobs import queue

    at = timezone.now()
    return _each(arguments, "put back", lambda id: queue.retry(id, at))


def drop(arguments: argparse.Namespace) -> int:
    """Throws dead letters away."""
    from huiyin.jobs import queue

    return _each(arguments, "dropped", queue.drop)


def _each(arguments: argparse.Namespace, what: str, act: Callable[[UUID], bool]) -> int:
    from huiyin.jobs.overview import dead

    if bool(arguments.ids) == arguments.all:
        raise Failure("name the jobs by id, or all of them by --all", status=MISUSED)
    ids = list(dead().values_list("id", flat=True)) if arguments.all else [_id(text) for text in arguments.ids]
    done = [id for id in ids if act(id)]
    missing = [str(id) for id in ids if id not in done]
    if missing and not arguments.all:
        raise Failure(f"not given up, hence not {what}: {', '.join(missing)}", f"see `huiyin jobs`. {len(done)} {what}")
    report(arguments, {"jobs": [str(id) for id in done]}, [f"{len(done)} {what}"])
    return DONE


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Failure(f"{text} is not the id of a job", "`huiyin jobs` shows them", status=MISUSED) from None


def _plain(job: Job) -> dict[str, Any]:
    return {
        "id": str(job.id),
        "job": job.what,
        "key": job.key,
        "organisation": job.organisation_id and str(job.organisation_id),
        "due_at": job.due_at.isoformat(),
        "claimed_until": job.claimed_until and job.claimed_until.isoformat(),
        "attempts": job.attempts,
        "done": job.progress,
        "total": job.total,
        "dead_at": job.dead_at and job.dead_at.isoformat(),
        "error": job.error,
    }


def _lines(found: Overview, timers_due: int) -> Iterator[str]:
    if found.stalled:
        yield "work is due and nobody takes it: no worker seems to run; start `huiyin serve` or `huiyin work`"
    yield from _part("running", found.running, lambda job: f"until {_moment(job.claimed_until)}{_far(job)}")
    yield from _part("waiting", found.waiting, lambda job: f"due {_moment(job.due_at)}{_far(job)}{_tried(job)}")
    yield from _part("given up", found.dead, lambda job: f"{_moment(job.dead_at)}{_far(job)}{_tried(job)}")
    done = ", ".join(f"{count} {what}" for what, count in found.done.items())
    yield f"done within a day: {done or 'none'}"
    yield f"timers of duties that are due: {timers_due}"


def _part(name: str, listed: ListedJob, of: Callable[[Job], str]) -> Iterator[str]:
    yield f"{name}: {listed.count}"
    for job in listed.jobs:
        yield f"  {job.id}  {job.what:<10} {of(job)}"
    if listed.count > len(listed.jobs):
        yield f"  … and {listed.count - len(listed.jobs)} more"


def _far(job: Job) -> str:
    return f", {job.progress} of {job.total} done" if job.total else ""


def _tried(job: Job) -> str:
    return f", tried {job.attempts} times: {job.error}" if job.error else ""


def _moment(at: datetime | None) -> str:
    from django.utils import timezone

    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S") if at else "-"
