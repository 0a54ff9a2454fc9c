"""What a drill showed: every step that was taken, everything that was owed, and which of it came too late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from huiyin.language import either, gettext_noop
from huiyin.language import gettext as _
from huiyin.simulation.drill.exercise import MINUTE, Exercise

SCALES: Final = ((2 * 24 * 60, 24 * 60, gettext_noop("%(number)s 天")), (180, 60, gettext_noop("%(number)s 小时")))
"""From how many minutes on a time is written in a larger unit, and how many minutes that has."""


def figures(name: str, exercise: Exercise) -> dict[str, Any]:
    """The report of the scenario ``name``, as JSON: minutes are those since the scenario began."""
    owed = list(_owed(exercise))
    return {
        "scenario": name,
        "title": exercise.scenario.en,
        "title_zh": exercise.scenario.zh,
        "book": exercise.rules.book.key,
        "absent": sorted(exercise.absent),
        "steps": [_step(exercise, n) for n in range(len(exercise.played))],
        "owed": owed,
        "until": _minute(exercise, exercise.now),
        "late": [one["duty"] for one in owed if one["late"]],
        "stages": {procedure: case.stage for procedure, case in sorted(exercise.cases.items())},
    }


def _step(exercise: Exercise, n: int) -> dict[str, Any]:
    played, book = exercise.played[n], exercise.rules.book
    action = book.procedures[played.procedure].actions[played.action]
    return {
        "minute": played.minute,
        "procedure": played.procedure,
        "action": played.action,
        "label": action.en or action.zh,
        "label_zh": action.zh,
        "by": played.role,
    }


def _owed(exercise: Exercise) -> Iterator[dict[str, Any]]:
    """What was owed on the incident, and of the matter what was to be done that day."""
    for procedure in sorted(exercise.cases):
        duties = exercise.rules.book.procedures[procedure].duties
        for row in exercise.counted(procedure).order_by("opened_at", "kind"):
            ended = row.discharged_at or row.withdrawn_at
            rule = duties[row.kind]
            yield {
                "procedure": procedure,
                "duty": row.kind,
                "label": rule.en or rule.zh,
                "label_zh": rule.zh,
                "role": row.role,
                "owed_at": _minute(exercise, row.opened_at),
                "due_at": _minute(exercise, row.due_at),
                "done_at": _minute(exercise, row.discharged_at),
                "passed_on_at": _minute(exercise, row.withdrawn_at),
                "late": (ended or exercise.now) > row.due_at,
            }


def _minute(exercise: Exercise, at: datetime | None) -> int | None:
    return None if at is None else (at - exercise.began) // MINUTE


def lines(data: dict[str, Any]) -> Iterator[str]:
    """The same to be read."""
    yield _("%(title)s，按 %(book)s") % {"title": either(data["title_zh"], data["title"]), "book": data["book"]}
    if data["absent"]:
        yield _("没有人应答：%(absent)s") % {"absent": ", ".join(data["absent"])}
    yield ""
    for step in data["steps"]:
        yield f"{_written(step['minute']):>8}  {either(step['label_zh'], step['label'])} ({step['by']})"
    yield ""
    for one in data["owed"]:
        mark, label = _("超时了") if one["late"] else _("没有超时"), either(one["label_zh"], one["label"])
        yield f"{mark:>8}  {label} ({one['role']}): {_course(one, data['until'])}"
    yield ""
    late = len(data["late"])
    yield _("%(owed)s 件中有 %(late)s 件超时") % {"late": late, "owed": len(data["owed"])} if late else _("没有超时的")


def _course(one: dict[str, Any], until: int) -> str:
    allowed = _written(one["due_at"] - one["owed_at"])
    if one["done_at"] is not None:
        return _("%(after)s 后做完，时限 %(allowed)s") % {
            "after": _written(one["done_at"] - one["owed_at"]),
            "allowed": allowed,
        }
    if one["passed_on_at"] is not None:
        return _("没有做，%(after)s 后不再应办，时限 %(allowed)s") % {
            "after": _written(one["passed_on_at"] - one["owed_at"]),
            "allowed": allowed,
        }
    return _("%(after)s 后仍没有做，时限 %(allowed)s") % {"after": _written(until - one["owed_at"]), "allowed": allowed}


def _written(minutes: int) -> str:
    unit, word = next(
        ((unit, word) for least, unit, word in SCALES if minutes >= least), (1, gettext_noop("%(number)s 分钟"))
    )
    return _(word) % {"number": minutes // unit}
