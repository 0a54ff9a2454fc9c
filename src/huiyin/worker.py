"""What is done beside the pages: which function does the jobs of each name, and the chores that come round by themselves.

Chores are a schedule of this process and no rows: each looks for what is due in a table of its own (duties whose limit has run
out, events not yet in the log), is harmless when two workers do it at once, and comes round again whatever came of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import close_old_connections, connections, transaction
from django.utils import timezone

from huiyin import notify
from huiyin.archive import shelf
from huiyin.casework import timers
from huiyin.casework.models import Duty
from huiyin.casework.sealed.jobs import of_sealed_cases
from huiyin.channels.mailbox import fetching
from huiyin.channels.register import confirming as register_confirming
from huiyin.channels.register import runs as register_runs
from huiyin.dispatch import bundles
from huiyin.door import Accepted, ActionRequest, Refused, answers, execute
from huiyin.door.beside import arrivals, attachments, code_guesses, identity
from huiyin.door.consequences import recalculating
from huiyin.door.consequences.handing_over import hand_over_left_duties, keep_left_custody, let_stand_in
from huiyin.door.consequences.namesakes import look_again
from huiyin.door.consequences.succession import let_succeed
from huiyin.door.files import named_before, reading
from huiyin.incidents import drills
from huiyin.insight import rulebook_changes, runs
from huiyin.jobs import heartbeat, kinds, queue
from huiyin.jobs.models import Job
from huiyin.jobs.queue import PermanentFailure, Progress
from huiyin.ledger import log as event_log
from huiyin.notify import group_chat, staff_mail
from huiyin.organisations import rehearsing
from huiyin.people import administration
from huiyin.people.acting import system_actor
from huiyin.people.ids import first_id
from huiyin.people.models import Account
from huiyin.people.signing_in.resetting import send_link
from huiyin.people.staff.proposals import lapse, waiting_for
from huiyin.procedure.refusal import Code
from huiyin.registers import exports
from huiyin.rota import asking
from huiyin.rule_store import certificates
from huiyin.rule_store.activation import settle
from huiyin.search import index
from huiyin.web.drafts import form_drafts

POLL_SECONDS = 1.0
BATCH = 50
JOBS = "jobs"
AGAIN_AFTER_FAILURE = timedelta(minutes=10)

journal = structlog.get_logger("huiyin.worker")

ChoreTask = Callable[[datetime], int]
"""Does some of what is due at a moment; returns how much it did."""


@dataclass
class Chore:
    """Something that is done again and again, at most once in ``every``; ``next_at`` is when it is due again."""

    name: str
    task: ChoreTask
    every: timedelta = timedelta(0)
    next_at: datetime | None = field(default=None)


def chores() -> list[Chore]:
    """All chores of a worker; the jobs of the table are one of them."""
    return [
        Chore("heartbeat", give_sign, timedelta(minutes=1)),
        Chore("timers", fire_timers),
        Chore("mailboxes", fetching.ask, fetching.EVERY),
        Chore(JOBS, do_jobs),
        Chore("holidays", recalculating.watch_holidays, timedelta(hours=1)),
        Chore("left-duties", hand_over_left_duties, timedelta(minutes=5)),
        Chore("left-custody", keep_left_custody, timedelta(minutes=5)),
        Chore("successors", let_succeed, timedelta(minutes=1)),
        Chore("stand-ins", let_stand_in, timedelta(minutes=5)),
        Chore("namesakes", look_again, timedelta(minutes=5)),
        Chore("log", enter_events),
        Chore("search", index.take_in),
        Chore("head", publish_head, timedelta(minutes=10)),
        Chore("access", administration.chain_access),
        Chore("rulebooks", settle, timedelta(minutes=1)),
        Chore("proposals-old", lapse, timedelta(hours=1)),
        Chore("identity-old", identity.lapse, timedelta(hours=1)),
        Chore("staff-mail", tell_staff, timedelta(minutes=1)),
        Chore("group-chats", group_chat.look, timedelta(minutes=1)),
        Chore("staff-mail-old", staff_mail.forget, timedelta(days=1)),
        Chore("answers", answers.forget, timedelta(hours=1)),
        Chore("arrivals", arrivals.forget, timedelta(minutes=15)),
        Chore("attempts", code_guesses.forget, timedelta(minutes=15)),
        Chore("drafts", form_drafts.sweep, timedelta(minutes=15)),
        Chore("files", attachments.sweep_lately, timedelta(days=1)),
        Chore("packages", shelf.sweep_lately, timedelta(days=1)),
        Chore("what-if-old", runs.forget, timedelta(days=1)),
        Chore("rulebook-changes-old", rulebook_changes.forget, timedelta(days=1)),
        Chore("registers-old", register_runs.forget, timedelta(days=1)),
        Chore("bundles-old", bundles.forget, timedelta(hours=1)),
        Chore("rota-requests-old", asking.forget, timedelta(hours=1)),
        Chore("exports-old", exports.forget, timedelta(hours=1)),
        Chore("jobs-old", queue.forget, timedelta(days=1)),
        Chore("sealed-jobs", try_sealed_again, timedelta(hours=1)),
    ]


@dataclass(frozen=True, slots=True)
class Work:
    """What is done about a job: ``function`` does it, or a piece of it and says how far it is; it raises PermanentFailure when trying
    again is pointless. ``given_up`` is told of a job that has become a dead letter."""

    function: Callable[[Job, datetime], Progress | None]
    given_up: Callable[[Job, datetime], None] | None = None


def send_links(job: Job, at: datetime) -> None:
    """Send a link to set a new password (``huiyin.jobs.kinds.reset``)."""
    for address in job.payload["addresses"]:
        send_link(address, job.payload["language"])


WORK: Final[Mapping[str, Work]] = {
    kinds.NOTICE: Work(notify.deliver),
    kinds.MAIL: Work(notify.write_to),
    kinds.STAFF_MAIL: Work(notify.write_to_staff),
    kinds.GROUP_CHAT: Work(group_chat.write_to_group),
    kinds.WHAT_IF: Work(runs.carry_on, given_up=runs.give_up),
    kinds.PROOF: Work(certificates.prove_book),
    kinds.RECALCULATION: Work(recalculating.carry_on),
    kinds.RESET: Work(send_links),
    kinds.OLD_REGISTER: Work(register_runs.carry_on, given_up=register_runs.give_up),
    kinds.INVITATION: Work(notify.write_invitation),
    kinds.BUNDLE: Work(bundles.carry_on, given_up=bundles.give_up),
    kinds.ARCHIVE: Work(shelf.put_away),
    kinds.MAILBOX: Work(fetching.carry_on),
    kinds.MAILED_RECEIPT: Work(notify.write_receipt),
    kinds.REGISTER_EXPORT: Work(exports.carry_on, given_up=exports.give_up),
    kinds.DRILL: Work(drills.carry_on, given_up=drills.give_up),
    kinds.REHEARSAL: Work(rehearsing.carry_on),
    kinds.RULEBOOK_CHANGE: Work(rulebook_changes.carry_on, given_up=rulebook_changes.give_up),
    kinds.ROTA: Work(asking.carry_on, given_up=asking.give_up),
    kinds.NAMED_BEFORE: Work(named_before.look_through),
    kinds.FILE_READING: Work(reading.carry_on, given_up=reading.give_up),
}


def run_forever(stop: threading.Event, clock: Callable[[], datetime] = timezone.now) -> None:
    """Do what is due until ``stop`` is set; after work at once again, otherwise after a short wait.

    Jobs wait for mail servers and read what strangers wrote. They have a thread of their own, so that a limit runs out in time whatever they do.
    """
    working = chores()
    with ThreadPoolExecutor(1, thread_name_prefix="jobs") as beside:
        jobs = beside.submit(_go_round, [one for one in working if one.name == JOBS], stop, clock)
        _go_round([one for one in working if one.name != JOBS], stop, clock)
    jobs.result()


def _go_round(working: list[Chore], stop: threading.Event, clock: Callable[[], datetime]) -> None:
    try:
        while not stop.is_set():
            close_old_connections()
            if not run_once(working, clock()):
                stop.wait(POLL_SECONDS)
    finally:
        stop.set()  # none goes on without the other: whoever watches the worker starts it anew
        connections.close_all()


def run_once(working: list[Chore], at: datetime) -> int:
    """Let each of the chores do what is due at ``at`` (aware); how much they did. One that raises does not keep the others from it."""
    done = 0
    for chore in working:
        if chore.next_at is not None and chore.next_at > at:
            continue
        chore.next_at = at + chore.every
        try:
            done += chore.task(at)
        except Exception:
            journal.exception("chore failed", chore=chore.name)
    return done


def give_sign(at: datetime) -> int:
    """Say that a worker is here (``huiyin doctor`` looks at it); nothing that would have the others asked again at once."""
    heartbeat.beat(at)
    return 0


def tell_staff(at: datetime) -> int:
    """Queue mail to those who work here about what they owe, and about what waits for their word; how many messages."""
    return staff_mail.look(at, (_proposals, register_confirming.waiting_for))


def _proposals(account: Account, at: datetime) -> Iterable[UUID]:
    return waiting_for(account, at).values_list("id", flat=True)


def do_jobs(at: datetime) -> int:
    """Do jobs that are due, some of each name, or a piece of a long one; how many were tried."""
    tried = 0
    for what in queue.due(at):
        for job in queue.give_up_spent(at, what):
            _given_up(job, at)
        for job in queue.claim(at, what):
            _do(job, at)
            tried += 1
    return tried


def _do(job: Job, at: datetime) -> None:
    work = WORK.get(job.what)
    try:
        if work is None:
            raise PermanentFailure(f"this version of the system knows no job {job.what}")
        progress = work.function(job, at)
    except PermanentFailure as reason:
        queue.give_up(job, at, reason.wrong)
    except Exception as failure:
        # Only its class: what a mail server says may quote the address.
        queue.postpone(job, at, type(failure).__name__)
        journal.exception("job failed", job=job.what, id=str(job.id), attempts=job.attempts)
    else:
        if progress is None:
            queue.settle(job, at)
        else:
            queue.go_on(job, at, progress)
    if job.dead_at is not None:
        _given_up(job, at)


def _given_up(job: Job, at: datetime) -> None:
    journal.error("job given up", job=job.what, id=str(job.id), attempts=job.attempts)
    work = WORK.get(job.what)
    if work is not None and work.given_up is not None:
        work.given_up(job, at)


def try_sealed_again(at: datetime) -> int:
    """Put back what was given up a day ago of sealed cases, for as long as it is fresh: nobody is shown it who could; how many.

    A file that no worker could read is with whoever has the case in custody.
    """
    fresh = of_sealed_cases().filter(dead_at__lt=at - timedelta(days=1), id__gte=first_id(at - queue.KEPT))
    return sum(queue.retry(id, at) for id in fresh.exclude(what=kinds.FILE_READING).values_list("id", flat=True))


def fire_timers(at: datetime, again: timedelta = timers.AGAIN_AFTER_REFUSAL) -> int:
    """Take the actions of duties whose limit has run out; how many were tried. One that is refused is tried ``again`` so much later."""
    rows = list(timers.due(at).values_list("id", "case_id", "organisation_id", "on_due", "due_at", "timer_at")[:BATCH])
    fired = 0
    for duty, case, organisation, action, due_at, timer_at in rows:
        # Pushed back before anything is tried: whoever wins this row has it alone, and if it kills the worker it comes last.
        mine = Duty.objects.filter(id=duty, timer_at=timer_at).update(timer_at=at + AGAIN_AFTER_FAILURE)
        if mine:
            fired += 1
            request = ActionRequest(case, action, system_actor(organisation), at, {}, key=f"timer:{duty.hex}")
            refused = _fire(duty, request, again)
            if refused and timer_at is not None and timer_at <= due_at:  # told once, not each time that it asks again
                journal.info("timer refused", action=action, case=str(case), code=refused)
    return fired


def _fire(duty: UUID, request: ActionRequest, again: timedelta) -> str:
    """Take the action of a duty; the code of a refusal, after which it waits, else empty."""
    try:
        outcome = execute(request)
    except Exception:
        journal.exception("timer failed", action=request.action, case=str(request.case))
        return ""
    if isinstance(outcome, Accepted):
        return ""
    if isinstance(outcome, Refused) and _has_nobody_left(outcome):
        again = max(again, timers.AGAIN_WHERE_NOBODY_IS_LEFT)
    Duty.objects.filter(id=duty, timer_at__isnull=False).update(timer_at=request.at + again)
    return str(outcome.refusal.code) if isinstance(outcome, Refused) else "fields"


def _has_nobody_left(outcome: Refused) -> bool:
    """Whether a case stays with whoever has it in custody, since there is nobody else to find out whom it accuses."""
    return outcome.refusal.code is Code.NO_SEAT and outcome.state is not None and bool(outcome.state.unresolved)


def enter_events(_at: datetime) -> int:
    """Enter fresh events in the log; how many."""
    return event_log.enter()


def publish_head(at: datetime) -> int:
    """Sign the head of the log once a day, so that every event of the day before can be proved against it."""
    last = event_log.head()
    if last is not None and timezone.localdate(last.at) >= timezone.localdate(at):
        return 0
    with transaction.atomic():
        published = event_log.publish(at)
        if published is None:
            return 0
        administration.record("publish", [published], at)
    return 1
