"""Additions of steps: ends, shortcuts, timers, clocks, detours, ways in and ways back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.rules.additions.base import KINDS, START, Base, Found, kind

NEW = "added"
"""The name of whatever is added."""


def _new_end(base: Base, by: str = "", ending: str | None = None, told: str = "reason", contest: str = "") -> Found:
    for stage, duty, owner in base.working:
        who = owner if not by else base.role(by) or owner
        fields = [base.text] if told == "reason" and by != "system" else []
        step = base.step(who, stage, NEW, discharges=duty, fields=fields, notice=NEW)
        paper = base.notice(*fields) if told else base.notice()
        actions: dict[str, Any] = {NEW: step, **base.after_ends(NEW)}
        first = next(action for action in base.actions.values() if START in action.from_stages)
        if contest and first.to is not None and (petitioner := base.role("petitioner")):
            back = base.step(
                petitioner, NEW, first.to, remedy=True, opens=[o.duty for o in first.opens][:1], marks="received"
            )
            actions["contest"] = {**back, "until": next(iter(base.procedure.limits))} if contest == "late" else back
        yield stage, {"stages": {NEW: base.end(ending=ending)}, "notices": {NEW: paper}, "actions": actions}


for ending in (None, "declined", "transferred", "merged", "withdrawn", "terminated"):
    KINDS[f"new end · {ending or 'of no kind'}"] = partial(_new_end, ending=ending)
for by in ("system", "petitioner", "handling", "co_handling"):
    KINDS[f"new end · by {by}"] = partial(_new_end, by=by)
KINDS["new end · told nothing"] = partial(_new_end, told="")
KINDS["new end · declined, told nothing"] = partial(_new_end, told="", ending="declined")
KINDS["new end · merged, contested"] = partial(_new_end, ending="merged", contest="ever")
KINDS["new end · declined, contested in time alone"] = partial(_new_end, ending="declined", contest="late")


def _known_end(base: Base, by: str = "", told: bool = True, after: bool = False, waits: bool = False) -> Found:
    for stage, duty, owner in base.working:
        for end in base.ends:
            if any(action.to == end and stage in action.from_stages for action in base.actions.values()):
                continue
            usual = next((action for _, action in base.moving if action.to == end), None)
            notices = [name for name in usual.notice if told] if usual is not None else []
            fields = [str(use) for use in usual.fields] if usual is not None and by != "system" else []
            rest = {"after": base.procedure.duties[duty].limit} if after else {}
            rest |= (
                {"unless_open": [d for d, rule in base.procedure.duties.items() if rule.outlasts and d != "archive"]}
                if waits
                else {}
            )
            step = base.step(
                base.role(by) or owner if by else owner,
                stage,
                end,
                discharges=duty,
                fields=fields,
                notice=notices,
                **rest,
            )
            yield f"{stage} to {end}", {"actions": {NEW: step}}


KINDS["known end from elsewhere"] = _known_end
KINDS["known end from elsewhere · told nothing"] = partial(_known_end, told=False)
KINDS["known end from elsewhere · when time has run out"] = partial(_known_end, after=True)
KINDS["known end from elsewhere · after all that outlasts it"] = partial(_known_end, waits=True)
for by in ("system", "petitioner", "handling"):
    KINDS[f"known end from elsewhere · by {by}"] = partial(_known_end, by=by)


def _two_in_one(base: Base, second: bool, told: bool = True, apart: bool = True) -> Found:
    for first_name, first in base.moving:
        for name, then in base.moving:
            if then.from_stages[0] != first.to or then.to in (first.to, *first.from_stages) or not then.discharges:
                continue
            fields = dict.fromkeys([*(use.name for use in first.fields), *(use.name for use in then.fields)])
            step = then.model_copy(
                update={
                    "zh": "合并办理",
                    "by": then.by if second else first.by,
                    "from_stages": first.from_stages,
                    "fields": tuple(
                        dict([*((u.name, u) for u in then.fields), *((u.name, u) for u in first.fields)])[f]
                        for f in fields
                    ),
                    "sets": {**first.sets, **then.sets},
                    "marks": {**first.marks, **then.marks},
                    "units": {**first.units, **then.units},
                    "assignee": first.assignee or then.assignee,
                    "discharges": first.discharges,
                    "notice": then.notice if told else (),
                    "not_by": tuple(n for n in then.not_by if n != first_name) if apart else (),
                    "not_before": {f: m for f, m in then.not_before.items() if first.marks.keys().isdisjoint(m)},
                    "same_as": {},
                    "begins_with": {},
                    "asked_if": {**first.asked_if, **then.asked_if},
                    "when": first.when,
                }
            )
            yield f"{first_name}, {name}", {"actions": {NEW: step}}


KINDS["two steps in one · by the first"] = partial(_two_in_one, second=False)
KINDS["two steps in one · by the second"] = partial(_two_in_one, second=True)
KINDS["two steps in one · told nothing"] = partial(_two_in_one, second=True, told=False)
KINDS["two steps in one · by anybody of them"] = partial(_two_in_one, second=False, apart=False)


@kind("back to the beginning")
def _back(base: Base) -> Found:
    first = next(action for action in base.actions.values() if START in action.from_stages)
    for stage, duty, owner in base.working:
        if stage != first.to:
            opens = [opening.duty for opening in first.opens][:1]
            yield (
                stage,
                {"actions": {NEW: base.step(owner, stage, first.to, discharges=duty, opens=opens, marks="received")}},
            )


def _timer(base: Base, make: Callable[[Base, str, str], dict[str, Any] | None]) -> Found:
    system = base.role("system")
    for stage, duty, _ in base.working:
        more = make(base, stage, duty)
        if system is not None and more is not None:
            step = base.step(system, stage, more.pop("to", None), **more)
            yield f"{stage}: {duty}", {"actions": {NEW: step}, "duties": {duty: {"_": {"on_due": NEW}}}}


def _as(base: Base, stage: str, duty: str, leading: bool) -> dict[str, Any] | None:
    """What an action does that does ``duty`` there and opens another: leading on, or back."""
    order = list(base.procedure.stages)
    for action in base.actions.values():
        if duty in action.discharges and stage in action.from_stages and action.to is not None and action.opens:
            on = order.index(action.to) > order.index(stage)
            if on == leading:
                opens = [opening.duty for opening in action.opens]
                fixed = {fact: value for fact, value in action.sets.items() if not value.startswith("$")}
                return {
                    "to": action.to,
                    "discharges": duty,
                    "opens": opens,
                    "marks": list(action.marks),
                    "sets": fixed,
                    "notice": list(action.notice),
                }
    return None


KINDS["timer · leads on"] = partial(_timer, make=partial(_as, leading=True))
KINDS["timer · leads back"] = partial(_timer, make=partial(_as, leading=False))
KINDS["timer · drops a duty"] = partial(
    _timer, make=lambda base, stage, duty: {"discharges": duty} if len(base.working) > 1 else None
)
KINDS["timer · swaps a duty"] = partial(
    _timer,
    make=lambda base, stage, duty: {"discharges": duty, "opens": next(d for d in base.procedure.duties if d != duty)},
)
KINDS["timer · gives itself more time"] = partial(
    _timer,
    make=lambda base, stage, duty: {
        "while_open": duty,
        "marks": base.procedure.limits[base.procedure.duties[duty].limit].start,
    },
)
KINDS["timer · finds a fact"] = partial(
    _timer,
    make=lambda base, stage, duty: {
        "while_open": duty,
        "sets": {fact: list(rule.values)[-1] for fact, rule in list(base.rules.book.facts.items())[:1]},
    },
)
KINDS["timer · stops a clock"] = partial(
    _timer,
    make=lambda base, stage, duty: next(
        ({"while_open": duty, "pauses": limit} for limit, rule in base.procedure.limits.items() if rule.pausable), None
    ),
)
KINDS["timer · tells that it is over"] = partial(
    _timer,
    make=lambda base, stage, duty: {
        "to": base.ends[0],
        "discharges": duty,
        "notice": [n for n, rule in base.procedure.notices.items() if rule.to == "petitioner"][:1],
    },
)


@kind("timer · closes a side request")
def _side(base: Base) -> Found:
    system = base.role("system")
    for duty in base.procedure.duties:
        if system is not None and duty in ("decide_recusal", "answer_supervision", "decide_extension", "carry_out"):
            step = base.step(system, "any", None, while_open=duty, discharges=duty)
            yield duty, {"actions": {NEW: step}, "duties": {duty: {"_": {"on_due": NEW}}}}


@kind("timer · takes what a person takes")
def _shared(base: Base) -> Found:
    system = base.role("system")
    for name, action in base.moving:
        if system is not None and not any(action.required.values()):
            yield name, {"actions": {name: {"_": {"by": (*action.by, system)}}}}


def _clock(base: Base, moment: str, detour: bool = False) -> Found:
    if moment not in base.rules.book.moments:
        return
    for stage, duty, owner in base.working:
        if not detour:
            yield (
                stage,
                {
                    "actions": {
                        NEW: base.step(owner, stage, None, fields=base.text, marks=moment, discharges=duty, opens=duty)
                    }
                },
            )
            continue
        aside = {"zh": "另行核对", "clause": base.procedure.stages[stage].clause}
        there = base.step(owner, stage, NEW, discharges=duty, opens=NEW, marks=moment)
        back = base.step(owner, NEW, stage, discharges=NEW, opens=duty)
        rule = base.procedure.duties[duty].model_copy(update={"zh": "另行核对"})
        yield stage, {"stages": {NEW: aside}, "duties": {NEW: rule}, "actions": {NEW: there, "back": back}}


for moment in ("received", "accepted", "served", "review_requested"):
    KINDS[f"clock anew · {moment}"] = partial(_clock, moment=moment)
    KINDS[f"clock anew · {moment}, on a detour"] = partial(_clock, moment=moment, detour=True)


@kind("clock anew · with a step that there is")
def _marked(base: Base) -> Found:
    for name, action in base.moving:
        for moment in ("accepted", "received"):
            if moment in base.rules.book.moments and moment not in action.marks:
                yield f"{name}: {moment}", {"actions": {name: {"_": {"marks": {**action.marks, moment: "now"}}}}}


@kind("more time · extended by another step")
def _extends(base: Base) -> Found:
    days = next((name for name, rule in base.rules.book.fields.items() if rule.type == "int"), None)
    for limit, rule in base.procedure.limits.items():
        for stage, duty, owner in base.working:
            if days and rule.extendable and base.procedure.duties[duty].limit == limit:
                yield (
                    f"{stage}: {limit}",
                    {
                        "actions": {
                            NEW: base.step(
                                owner,
                                stage,
                                None,
                                until=limit,
                                fields=[days],
                                extends={limit: f"${days}"},
                                while_open=duty,
                            )
                        }
                    },
                )


@kind("more time · stopped by another step")
def _pauses(base: Base) -> Found:
    for limit, rule in base.procedure.limits.items():
        for stage, duty, owner in base.working:
            if rule.pausable:
                yield (
                    f"{stage}: {limit}",
                    {"actions": {NEW: base.step(owner, stage, None, pauses=limit, while_open=duty)}},
                )


def _parked(base: Base, rights: bool) -> Found:
    for stage, duty, owner in base.working:
        limit = {"zh": "暂缓期限", "within": "20 days", "from": NEW, "clause": base.clause}
        rule = base.procedure.duties[duty].model_copy(update={"zh": "恢复办理", "limit": NEW, "on_due": None})
        there = base.step(owner, stage, NEW, discharges=duty, opens=NEW, marks=NEW)
        back = base.step(owner, NEW, stage, discharges=NEW, opens=duty)
        offered = {
            n: {"_": {"from_stages": (*a.from_stages, NEW)}}
            for n, a in base.actions.items()
            if stage in a.from_stages and a.to is None
        }
        if rights:
            offered |= {
                n: {"_": {"from_stages": (*a.from_stages, NEW)}}
                for n, a in base.asked_by_petitioner()
                if stage in a.from_stages
            }
        parts = {
            "stages": {NEW: {"zh": "暂缓", "clause": base.clause}},
            "moments": {NEW: next(iter(base.rules.book.moments.values()))},
        }
        yield (
            stage,
            {**parts, "limits": {NEW: limit}, "duties": {NEW: rule}, "actions": {**offered, NEW: there, "back": back}},
        )


KINDS["put off · with the petitioner's rights"] = partial(_parked, rights=True)
KINDS["put off · without them"] = partial(_parked, rights=False)


@kind("way in · to a later stage")
def _in_later(base: Base) -> Found:
    for name, first in base.actions.items():
        if START in first.from_stages:
            for stage, duty, _ in base.working:
                if stage != first.to:
                    step = first.model_copy(
                        update={"zh": "登记并办理", "to": stage, "opens": (type(first.opens[0])(duty=duty),)}
                    )
                    yield f"{name}: {stage}", {"actions": {NEW: step}}


@kind("way in · straight to an end")
def _in_end(base: Base) -> Found:
    for name, first in base.actions.items():
        for end in base.ends if START in first.from_stages and base.staff(first) else ():
            notices = [n for n, rule in base.procedure.notices.items() if rule.to == "petitioner" and not rule.served][
                :1
            ]
            step = first.model_copy(update={"zh": "登记后即了结", "to": end, "opens": (), "notice": tuple(notices)})
            yield f"{name}: {end}", {"actions": {NEW: step}}


def _reopened(base: Base, moments: tuple[str, ...]) -> Found:
    for end in base.ends:
        for stage, duty, owner in base.working:
            marks = [moment for moment in moments if moment in base.rules.book.moments]
            yield (
                f"{end} to {stage}",
                {"actions": {NEW: base.step(owner, end, stage, fields=base.text, opens=duty, marks=marks)}},
            )


KINDS["way back · from an end"] = partial(_reopened, moments=())
KINDS["way back · from an end, clock anew"] = partial(_reopened, moments=("accepted", "received"))


@kind("hands the case to another unit")
def _hands_on(base: Base) -> Found:
    unit = next((name for name, rule in base.rules.book.fields.items() if rule.type == "unit"), None)
    for stage, duty, owner in base.working:
        if unit is not None:
            yield (
                stage,
                {
                    "actions": {
                        NEW: base.step(
                            owner, stage, None, fields=[unit], units={"handling": f"${unit}"}, while_open=duty
                        )
                    }
                },
            )
