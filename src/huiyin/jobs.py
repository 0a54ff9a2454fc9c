"""What has to happen by itself: duties that fall due, messages to deliver, events to enter in the log, traces to forget."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import close_old_connections, connections
from django.utils import timezone

from huiyin import notify
from huiyin.casework import attachments, code_guesses
from huiyin.casework.models import Duty
from huiyin.door import Accepted, Refused, Wish, execute
from huiyin.insight import runs
from huiyin.ledger import log as event_log
from huiyin.outbox import queue as outbox
from huiyin.people.acting import system_actor
from huiyin.rule_store.activation import settle

POLL_SECONDS = 1.0
BATCH = 50
AGAIN_AFTER_FAILURE = timedelta(minutes=10)
AGAIN_AFTER_REFUSAL = timedelta(hours=1)
"""A timer that the rules do not let fire yet, for instance while something else must be done first, asks again so much later."""

journal = structlog.get_logger("huiyin.jobs")

Task = Callable[[datetime], int]
"""Does some of what is due at a moment; returns how much it did."""


@dataclass
class Job:
    """Something that is done again and again, at most once in ``every``; ``next_at`` is when it is due again."""

    name: str
    task: Task
    every: timedelta = timedelta(0)
    next_at: datetime | None = field(default=None)


def jobs() -> list[Job]:
    """All jobs of a worker."""
    return [
        Job("timers", fire_timers),
        Job("outbox", deliver_messages),
        Job("log", enter_events),
        Job("sweep", sweep_events, timedelta(hours=1)),
        Job("head", publish_head, timedelta(minutes=10)),
        Job("rulebooks", settle, timedelta(minutes=1)),
        Job("attempts", code_guesses.forget, timedelta(minutes=15)),
        Job("files", attachments.sweep_lately, timedelta(days=1)),
        Job("what-if", runs.work),
        Job("what-if-old", runs.forget, timedelta(days=1)),
    ]


def run_forever(stop: threading.Event, clock: Callable[[], datetime] = timezone.now) -> None:
    """Do what is due until ``stop`` is set; after work at once again, otherwise after a short wait."""
    working = jobs()
    try:
        while not stop.is_set():
            close_old_connections()
            if not run_once(working, clock()):
                stop.wait(POLL_SECONDS)
    finally:
        connections.close_all()


def run_once(working: list[Job], at: datetime) -> int:
    """Let each of the jobs do what is due at ``at`` (aware); how much they did. One that raises does not keep the others from it."""
    done = 0
    for job in working:
        if job.next_at is not None and job.next_at > at:
            continue
        job.next_at = at + job.every
        try:
            done += job.task(at)
        except Exception:
            journal.exception("job failed", job=job.name)
    return done


def fire_timers(at: datetime, again: timedelta = AGAIN_AFTER_REFUSAL) -> int:
    """Take the actions of duties whose limit has run out; how many were tried. One that is refused is tried ``again`` so much later."""
    due = Duty.objects.filter(timer_at__lt=at, discharged_at__isnull=True, withdrawn_at__isnull=True)
    rows = list(due.order_by("timer_at").values_list("id", "case_id", "organisation_id", "on_due", "timer_at")[:BATCH])
    fired = 0
    for duty, case, organisation, action, timer_at in rows:
        # Pushed back before anything is tried: whoever wins this row has it alone, and if it kills the worker it comes last.
        mine = Duty.objects.filter(id=duty, timer_at=timer_at).update(timer_at=at + AGAIN_AFTER_FAILURE)
        if mine:
            fired += 1
            _fire(duty, case, organisation, action, at, again)
    return fired


def _fire(duty: UUID, case: UUID, organisation: UUID, action: str, at: datetime, again: timedelta) -> None:
    try:
        outcome = execute(Wish(case, action, system_actor(organisation), at, {}, key=f"timer:{duty.hex}"))
    except Exception:
        journal.exception("timer failed", action=action, case=str(case))
        return
    if not isinstance(outcome, Accepted):
        Duty.objects.filter(id=duty, timer_at__isnull=False).update(timer_at=at + again)
        code = str(outcome.refusal.code) if isinstance(outcome, Refused) else "fields"
        journal.info("timer refused", action=action, case=str(case), code=code)


def deliver_messages(at: datetime) -> int:
    """Deliver what waits in the outbox; how many were tried."""
    messages = outbox.claim(at, BATCH)
    for message in messages:
        try:
            notify.deliver(message, at)
        except notify.Undeliverable as reason:
            outbox.postpone(message, at, reason.wrong, permanent=True)
        except Exception as failure:
            # Only its class: what a mail server says may quote the address.
            outbox.postpone(message, at, type(failure).__name__)
            journal.exception("delivery failed", kind=message.kind, attempts=message.attempts)
        else:
            outbox.settle(message, at)
    return len(messages)


def enter_events(at: datetime) -> int:
    """Enter fresh events in the log; how many."""
    return event_log.enter(at)


def sweep_events(at: datetime) -> int:
    """Enter events that committed late, wherever they stand; how many."""
    return event_log.enter(at, sweep=True)


def publish_head(at: datetime) -> int:
    """Sign the head of the log once a day, so that every event of the day before can be proved against it."""
    last = event_log.head()
    if last is not None and timezone.localdate(last.at) >= timezone.localdate(at):
        return 0
    return 1 if event_log.publish(at) is not None else 0
