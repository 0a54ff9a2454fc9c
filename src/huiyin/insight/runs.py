"""What-if runs in the background: begun by a page, carried out by workers piece by piece, read by whoever asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from huiyin.casework.models import Case
from huiyin.casework.visible import on_visible, visible_to
from huiyin.errors import HuiyinError
from huiyin.insight import whatif
from huiyin.insight.models import Replayed, WhatIfRun
from huiyin.insight.tally import DifferenceTally
from huiyin.jobs import kinds, piecewise, queue
from huiyin.jobs.models import Job
from huiyin.jobs.piecewise import FAILED, NO_POST
from huiyin.jobs.queue import PermanentFailure, Progress
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.people.acting import actor_for
from huiyin.people.ids import new_id
from huiyin.people.models import Account
from huiyin.procedure.command import Actor
from huiyin.procedure.move import Misfit, misfits
from huiyin.procedure.storage import codec
from huiyin.rule_store.store import load
from huiyin.rules.book.load import RulebookFlawed

CASES_A_PIECE = 50
KEPT = timedelta(days=30)

journal = structlog.get_logger("huiyin.insight")


class Busy(HuiyinError):
    """Raised when another run of the organisation is under way."""

    to_do = gettext_noop("请等它结束")


def since(cases: QuerySet[Case], day: date) -> QuerySet[Case]:
    """Those of ``cases`` that were registered on ``day`` (in the installation's zone) or later."""
    start = timezone.make_aware(datetime.combine(day, time()), timezone.get_default_timezone())
    return cases.filter(registered_at__gte=start.astimezone(UTC))


def begin(actor: Actor, account: Account, rulebook: str, day: date, at: datetime, only_open: bool = False) -> WhatIfRun:
    """Ask what would have been under ``rulebook`` in the cases that ``actor`` may see and that were registered since ``day``.

    ``only_open``: instead, in all cases of the organisation that are open, as before a decision about its rulebook. Raises Busy.
    """
    assert actor.post is not None  # whoever has a page open acts in a post
    piecewise.make_room(WhatIfRun.objects.filter(organisation_id=actor.organisation), kinds.what_if_key, at)
    run = WhatIfRun(
        id=new_id(at),
        organisation_id=actor.organisation,
        account=account,
        post_id=actor.post,
        rulebook=rulebook,
        since=day,
        only_open=only_open,
        asked_at=at,
    )
    run.total = _asked_about(run, actor).count()
    try:
        with transaction.atomic():
            run.save(force_insert=True)
            queue.enqueue(kinds.what_if(actor.organisation, run.id, run.total, at))
    except IntegrityError:
        raise Busy(_("本机构的另一次推演正在进行")) from None
    return run


def _asked_about(run: WhatIfRun, actor: Actor) -> QuerySet[Case]:
    cases = visible_to(actor).filter(registered_at__lte=run.asked_at)
    if run.only_open:
        return cases.filter(organisation_id=run.organisation_id, ended_at=None)
    return since(cases, run.since)


def asked_by(actor: Actor) -> QuerySet[WhatIfRun]:
    """The runs that ``actor`` asked for in the post in which they act now, the latest first."""
    if actor.person is None or actor.post is None:
        return WhatIfRun.objects.none()
    return WhatIfRun.objects.filter(account_id=actor.person, post_id=actor.post).order_by("-asked_at")


def end(run: WhatIfRun, at: datetime, reason: str = "stopped") -> None:
    """Break a run off; what was found so far stays."""
    WhatIfRun.objects.filter(id=run.id, ended_at__isnull=True).update(ended_at=at, reason=reason)
    queue.withdraw(kinds.what_if_key(run.id), at)


def replayed_for(run: WhatIfRun, actor: Actor) -> QuerySet[Replayed]:
    """What was found, for the cases that ``actor`` may see now."""
    return Replayed.objects.filter(on_visible(actor), run=run)


def tally(run: WhatIfRun, actor: Actor) -> DifferenceTally:
    """The counts over the cases that ``actor`` may see now."""
    counts = DifferenceTally()
    for counted in replayed_for(run, actor).values_list("counted", flat=True).iterator():
        counts.add(counted)
    return counts


def carry_on(job: Job, at: datetime) -> Progress | None:
    """Replay the next piece of the run that ``job`` is about; None when it has ended. Raises PermanentFailure."""
    run = WhatIfRun.objects.select_related("account").filter(id=job.payload["run"]).first()
    if run is None or not _is_open(run):
        return None
    actor = actor_for(run.account, at=at, post_id=run.post_id)
    if actor is None:
        end(run, at, NO_POST)
        return None
    try:
        rules = load(run.rulebook)
    except RulebookFlawed:
        end(run, at, "no_rulebook")
        return None
    cases = _asked_about(run, actor)
    cases = cases.filter(id__gt=run.cursor) if run.cursor else cases
    piece = list(cases.order_by("id")[:CASES_A_PIECE])
    missing = {case.id: misfits(rules, codec.loads(case.state)) for case in piece if run.only_open}
    rows = [_row(run, item, missing.get(item.case, ()), at) for item in whatif.replay_some(piece, rules, run.asked_at)]
    _keep(run, rows, piece[-1].id if piece else run.cursor, at)
    return Progress(run.done + len(rows), run.total) if len(rows) == CASES_A_PIECE else None


def give_up(job: Job, at: datetime) -> None:
    """The run that ``job`` is about failed too often; whoever puts the job back lets it go on where it stood."""
    piecewise.give_up(WhatIfRun.objects.all(), job.payload["run"], at)


def forget(at: datetime) -> int:
    """Delete runs that are older than a month; how many."""
    return piecewise.forget(WhatIfRun.objects.filter(asked_at__lt=at - KEPT, ended_at__isnull=False))


def _is_open(run: WhatIfRun) -> bool:
    """Whether the run may go on; one that was given up is opened anew, since its job was put back. Raises PermanentFailure."""
    if run.reason != FAILED:
        return run.ended_at is None
    try:
        with transaction.atomic():
            WhatIfRun.objects.filter(id=run.id).update(ended_at=None, reason="")
    except IntegrityError:
        raise PermanentFailure(_("本机构的另一次推演正在进行")) from None
    return True


def _row(run: WhatIfRun, item: whatif.CaseDifference, missing: tuple[Misfit, ...], at: datetime) -> Replayed:
    changed = bool(item.differences or missing) or item.fate != "replayed"
    counted = {**item.tally_figures(), "misfits": [[misfit.part, misfit.name] for misfit in missing]}
    return Replayed(id=new_id(at), run=run, case_id=item.case, changed=changed, counted=counted)


def _keep(run: WhatIfRun, rows: list[Replayed], cursor: UUID | None, at: datetime) -> None:
    """The piece, and how far the run is, at once; a piece that another worker was faster with is left out."""
    ends = len(rows) < CASES_A_PIECE
    with transaction.atomic():
        mine = WhatIfRun.objects.filter(id=run.id, done=run.done, ended_at__isnull=True).update(
            cursor=cursor,
            done=F("done") + len(rows),
            ended_at=at if ends else None,
        )
        if mine:
            Replayed.objects.bulk_create(rows, ignore_conflicts=True)
    if ends:
        journal.info("what-if run ended", run=str(run.id), cases=run.done + len(rows))
