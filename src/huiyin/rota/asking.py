"""Rotas that somebody asked for: a worker plans them, since that may take seconds; the draft has the id of the request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils import translation

from huiyin.jobs import kinds, piecewise
from huiyin.jobs.models import Job
from huiyin.people.ids import new_id
from huiyin.readiness.recording import By
from huiyin.rota import planning
from huiyin.rota.in_force import shifts_in_force
from huiyin.rota.models import Rota, RotaRequest
from huiyin.rota.rights import may_plan
from huiyin.rota.words import CannotPlan

KEPT: Final = timedelta(days=1)
"""It says who is away, and what came of it is a draft by then."""
IMPOSSIBLE: Final = "impossible"
_FILLED_IN: Final = tuple("group first last members needed every_day begins ends place times shows_names".split())
_READ: Final[Mapping[str, Callable[[str], object]]] = {
    "first": date.fromisoformat,
    "last": date.fromisoformat,
    "begins": time.fromisoformat,
    "ends": time.fromisoformat,
}


def ask(rota: Rota, by: By) -> RotaRequest:
    """Have a rota that was filled in planned. Raises CannotPlan at once where no day of it is served or nobody takes turns."""
    planning.refuse_at_once(rota, by)
    return _asked(rota, (), by)


def ask_again(rota: Rota, broken: Iterable[UUID], by: By) -> RotaRequest:
    """Have the ``broken`` shifts of a published rota shared out anew, as ``planning.plan_again`` does."""
    return _asked(rota, broken, by)


def request_of(reader: By, id: UUID) -> RotaRequest | None:
    """What was asked for, for who plans in that organisation."""
    return (
        RotaRequest.objects.filter(organisation=reader.organisation, id=id).first() if may_plan(reader.actor) else None
    )


def carry_on(job: Job, at: datetime) -> None:
    """Plan the rota that ``job`` is about; done twice it comes to the same."""
    found = piecewise.go_on(RotaRequest.objects.all(), job.payload["asked"], at)
    if found is None:
        return
    asked, actor = found
    if not may_plan(actor):
        _end(asked, at, piecewise.NO_POST)
        return
    if not Rota.objects.filter(id=asked.id).exists():
        try:
            with translation.override(asked.language):
                _plan(asked, By(actor, asked.account, at))
        except CannotPlan as refused:
            asked.words, asked.lines = refused.words, list(refused.lines)
            _end(asked, at, IMPOSSIBLE)
            return
    _end(asked, at)


def give_up(job: Job, at: datetime) -> None:
    """The request that ``job`` is about failed too often."""
    piecewise.give_up(RotaRequest.objects.all(), job.payload["asked"], at)


def forget(at: datetime) -> int:
    """Delete requests that are older than a day; how many."""
    return piecewise.forget(RotaRequest.objects.filter(asked_at__lt=at - KEPT))


def filled_in(asked: RotaRequest) -> dict[str, Any]:
    """What was filled in, by field of a rota."""
    return {name: _READ[name](value) if name in _READ else value for name, value in asked.filled.items()}


def _plan(asked: RotaRequest, by: By) -> None:
    if asked.again is None:
        planning.draft(Rota(id=asked.id, **filled_in(asked)), by)
        return
    former = Rota.objects.get(id=asked.again, organisation=by.organisation)
    broken = shifts_in_force(by.organisation, former.first, former.last).filter(id__in=asked.broken)
    planning.plan_again(former, list(broken), by, asked.id)


def _asked(rota: Rota, broken: Iterable[UUID], by: By) -> RotaRequest:
    assert by.actor.post is not None  # whoever has a page open acts in a post
    asked = RotaRequest(
        id=new_id(by.at),
        organisation_id=by.organisation,
        account=by.account,
        post_id=by.actor.post,
        group=rota.group,
        filled={name: _written(getattr(rota, name)) for name in _FILLED_IN if getattr(rota, name) is not None},
        again=None if rota.published_at is None else rota.id,
        broken=[id.hex for id in broken],
        language=translation.get_language() or "",
        asked_at=by.at,
    )
    piecewise.begin(asked, kinds.rota(by.organisation, asked.id, by.at))
    return asked


def _written(value: object) -> object:
    return value.isoformat() if isinstance(value, date | time) else value


def _end(asked: RotaRequest, at: datetime, reason: str = "") -> None:
    asked.ended_at, asked.reason = at, reason
    asked.save(update_fields=["ended_at", "reason", "words", "lines"])
