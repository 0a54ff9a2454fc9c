"""What a simulation tells: figures for programs, tables for people. Only what follows from rulebook, staffing and seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from unicodedata import east_asian_width

from huiyin.rules import MATTER
from huiyin.rules.prover.longest_time import longest
from huiyin.simulation.needed import ACCEPTABLE, needs, overdue
from huiyin.simulation.posts import Matter, StaffedPost, Task
from huiyin.simulation.run import SimulationRun
from huiyin.simulation.tally import DutyCount, quantile
from huiyin.simulation.world import World

HOUR, DAY = 3600, 86_400
MAX_LISTED = 50
GOALS = {"notice": "首次书面告知", "answer": "书面答复，或告知后终结", "end": "终结"}


def figures(run: SimulationRun) -> dict[str, Any]:
    """Everything that was measured; the same for the same order, to the byte."""
    world, order = run.world, run.order
    zone = world.rules.calendar.zone
    registered = [matter for matter in world.matters if matter.registered_at is not None]
    unfinished = [matter for matter in world.matters if matter.is_open]
    return {
        "rulebook": world.rules.book.key,
        "title": world.rules.book.title.zh,
        "seed": order.seed,
        "first_day": order.staffing.start.isoformat(),
        "last_arrival": world.closes_at.astimezone(zone).isoformat(),
        "last_event": run.ended_at.astimezone(zone).isoformat(),
        "matters": {
            "arrived": len(world.matters),
            "registered": len(registered),
            "answered": sum(matter.answered_at is not None for matter in registered),
            "ended": len(world.matters) - len(unfinished),
            "unfinished": len(unfinished),
        },
        "channels": _counted(matter.arrival.channel for matter in world.matters),
        "kinds": _counted(matter.arrival.kind for matter in world.matters),
        "ends": _counted(matter.state.stage for matter in registered if matter.state and matter.state.ended),
        "times_in_natural_days": _times(world, registered),
        "registration_in_working_days": {
            "waiting": _spread(world.tally.waited_to_register, world.office.a_day),
            "handling": _spread(world.tally.worked_to_register, world.office.a_day),
        },
        "duties": [_duty(world, kind, count) for kind, count in world.tally.duties.items()],
        "posts": _posts(run),
        "unstaffed": _unstaffed(world),
        "unfinished": [_unfinished(matter, zone) for matter in unfinished[:MAX_LISTED]],
        "why_unfinished": _counted(why for matter in unfinished for why in _reasons(matter)),
        "actions": _counted(world.tally.actions),
        "refused": _counted(world.tally.refused),
        "commands": world.tally.commands,
        "overtaken": world.tally.overtaken,
    }


def _counted(what: Mapping[str, int] | Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(what).items()))


def _spread(values: Sequence[float], unit: float, digits: int = 3) -> dict[str, float | int | None]:
    """Median, the value that nine in ten do not exceed, and the greatest, in units."""
    found = {"median": quantile(values, 0.5), "p90": quantile(values, 0.9), "max": max(values, default=None)}
    return {"count": len(values)} | {
        name: None if value is None else round(value / unit, digits) for name, value in found.items()
    }


def _times(world: World, registered: Sequence[Matter]) -> dict[str, Any]:
    """From registration on, beside the longest lawful time that the prover gives for the rulebook."""
    lawful = {str(time.goal): time for time in longest(world.rules, MATTER)}
    reached = {
        "notice": [(matter.registered_at, matter.notified_at) for matter in registered],
        "answer": [(matter.registered_at, matter.answered_at) for matter in registered],
        "end": [(matter.registered_at, matter.ended_at) for matter in registered],
    }
    return {
        goal: _spread([_days(first, then) for first, then in pairs if first and then], 1, 2)
        | {
            "longest_lawful": lawful[goal].days if goal in lawful else None,
            "hearings_not_counted": lawful[goal].paused if goal in lawful else False,
        }
        for goal, pairs in reached.items()
    }


def _days(first: datetime, then: datetime) -> float:
    return (then - first).total_seconds() / DAY


def _duty(world: World, kind: str, count: DutyCount) -> dict[str, Any]:
    rule = world.procedure.duties[kind]
    return {
        "duty": kind,
        "zh": rule.zh,
        "role": rule.of,
        "opened": count.opened,
        "discharged": count.discharged,
        "by_timer": count.by_timer,
        "withdrawn": count.withdrawn,
        "open": count.opened - count.discharged - count.withdrawn,
        "waiting": _spread(count.waited, world.office.a_day),
        "handling": _spread(count.worked, world.office.a_day),
        "overdue": count.overdue,
        "overdue_share": round(count.overdue / count.due, 4) if count.due else 0.0,
    }


def _posts(run: SimulationRun) -> list[dict[str, Any]]:
    world, needed, late = run.world, needs(run), overdue(run)
    rows = []
    for name in dict.fromkeys(post.name for post in world.posts):
        posts = [post for post in world.posts if post.name == name]
        people = sum(len(post.workers) for post in posts)
        span = posts[0].hours.passed(world.closes_at)
        busy, need = sum(post.busy for post in posts), needed[name]
        rows.append(
            {
                "post": name,
                "zh": posts[0].seated.plan.title,
                "roles": list(posts[0].seated.plan.roles),
                "units": len(posts),
                "people": people,
                "tasks": sum(post.tasks for post in posts),
                "busy_hours": round(busy / HOUR, 1),
                "available_hours": round(people * span / HOUR, 1),
                "utilisation": round(busy / (people * span), 4) if people and span else None,
                "queue_mean": round(sum(post.observed for post in posts) / span / len(posts), 3) if span else 0.0,
                "queue_max": max(post.longest for post in posts),
                "waiting": sum(post.length for post in posts),
                "overdue_share": round(late.get(name, 0.0), 4),
                "load_per_unit": round(need.load, 3),
                "people_needed_per_unit": need.people,
            }
        )
    return rows


def _unstaffed(world: World) -> list[dict[str, Any]]:
    """Roles for which work waits and nobody is there: posts without people, and roles without a post where they are needed."""
    empty = Counter({post.name: 0 for post in world.posts if not post.workers})
    for post in world.posts:
        if not post.workers:
            empty[post.name] += post.length
    rows = [{"role": name, "waiting": waiting} for name, waiting in sorted(empty.items()) if waiting]
    return rows + [{"role": role, "waiting": count} for role, count in sorted(world.unowned.items())]


def _unfinished(matter: Matter, zone: Any) -> dict[str, Any]:
    state = matter.state
    return {
        "matter": matter.arrival.n + 1,
        "stage": state.stage if state else None,
        "owed": [
            {
                "duty": duty.kind,
                "role": duty.role,
                "due": duty.due_at.astimezone(zone).isoformat(),
                "why": next((_why(post, task) for post, task in matter.tasks if task.duty == duty.id), "nobody"),
            }
            for duty in (state.duties if state else ())
        ],
        "why": _reasons(matter),
    }


def _reasons(matter: Matter) -> list[str]:
    found = [f"{task.what}: {_why(post, task)}" for post, task in matter.tasks if task.status != "done"]
    return found or [f"registration: {matter.trouble or 'not yet'}"]


def _why(post: StaffedPost | None, task: Task) -> str:
    if post is None:
        return "nobody holds the role where it is needed"
    if not post.workers:
        return "nobody works in the post"
    if task.status == "blocked":
        return f"the rules do not allow it: {task.why or 'unknown'}"
    return "waits in the queue" if task.status == "waiting" else "in hand"


# --- for people -----------------------------------------------------------------------------------------------------


def lines(data: Mapping[str, Any]) -> Iterator[str]:
    """The figures as tables, in Chinese with English heads beside."""
    counts = data["matters"]
    yield f"{data['rulebook']} {data['title']}"
    yield (
        f"{data['first_day']} 至 {data['last_arrival'][:10]} 收到 {counts['arrived']} 件（种子 {data['seed']}），"
        f"登记 {counts['registered']}，已答复 {counts['answered']}，已终结 {counts['ended']}，未终结 {counts['unfinished']}"
    )
    yield ""
    yield from _table(
        ["自登记起，自然日 natural days", "件数 count", "中位 median", "九成 p90", "最长 max", "法定最长 lawful"],
        [[GOALS[goal], *_cells(row), _lawful(row)] for goal, row in data["times_in_natural_days"].items()],
    )
    yield ""
    yield from _duty_table(data)
    yield ""
    yield from _post_table(data)
    yield ""
    yield from _answers(data)


def _cells(row: Mapping[str, Any], *, count: bool = True) -> list[str]:
    names = ("count", "median", "p90", "max") if count else ("median", "p90", "max")
    return ["-" if row[name] is None else f"{row[name]:g}" if name == "count" else f"{row[name]:.1f}" for name in names]


def _lawful(row: Mapping[str, Any]) -> str:
    days = "不限" if row["longest_lawful"] is None else str(row["longest_lawful"])
    return f"{days}（听证另计）" if row["hearings_not_counted"] else days


def _duty_table(data: Mapping[str, Any]) -> Iterator[str]:
    heads = ["职责，工作日 duty, working days", "件数 count", "撤销", "到时自动", "等待中位", "九成", "最长"]
    heads += ["办理中位", "九成", "最长", "逾期 overdue"]
    rows = [
        [
            row["zh"], str(row["opened"]), str(row["withdrawn"]), str(row["by_timer"]),
            *_fine(row["waiting"]), *_fine(row["handling"]), f"{row['overdue_share']:.1%}",
        ]
        for row in data["duties"]
    ]  # fmt: skip
    registration = data["registration_in_working_days"]
    if registration["waiting"]["count"]:
        first = ["登记（来信来电来访）", str(registration["waiting"]["count"]), "0", "0"]
        rows.insert(0, [*first, *_fine(registration["waiting"]), *_fine(registration["handling"]), "-"])
    yield from _table(heads, rows)


def _fine(row: Mapping[str, Any]) -> list[str]:
    return ["-" if row[name] is None else f"{row[name]:.2f}" for name in ("median", "p90", "max")]


def _post_table(data: Mapping[str, Any]) -> Iterator[str]:
    heads = ["岗位 post", "人数 people", "任务 tasks", "忙碌率 busy", "排队平均 queue", "最长 max", "逾期 overdue"]
    yield from _table(
        heads,
        [
            [
                row["zh"], f"{row['people']}" + (f"（{row['units']}个单位）" if row["units"] > 1 else ""),
                str(row["tasks"]), "-" if row["utilisation"] is None else f"{row['utilisation']:.0%}",
                f"{row['queue_mean']:.2f}", str(row["queue_max"]), f"{row['overdue_share']:.1%}",
            ]
            for row in data["posts"]
        ],
    )  # fmt: skip


def _answers(data: Mapping[str, Any]) -> Iterator[str]:
    """How many people are needed, what nobody does, and what is not finished."""
    found = data.get("found")
    yield f"需要多少人，逾期才低于 {ACCEPTABLE:.0%}（按工作量推算；加 --find-staffing 逐次试算核实）："
    for row in data["posts"]:
        where = "每个单位 " if row["units"] > 1 else ""
        number = (
            "无从推算（无人办理）" if row["people_needed_per_unit"] is None else f"{row['people_needed_per_unit']} 人"
        )
        tried = f"，试算 {found['people'][row['post']]} 人" if found and row["post"] in found["people"] else ""
        yield f"  {row['zh']}：{where}{number}{tried}（工作量相当于 {row['load_per_unit']:.2f} 人）"
    if found:
        done = "逐次试算核实" if found["verified"] else "试算未能全部降到以下"
        yield f"  {done}：每次 {found['matters']} 件，共 {found['runs']} 次"
    for row in data["unstaffed"]:
        yield f"无人办理 nobody: {row['role']}，{row['waiting']} 件在等"
    if data["why_unfinished"]:
        yield "未终结的原因 unfinished:"
        for why, count in data["why_unfinished"].items():
            yield f"  {count} × {why}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(_width(row[n]) for row in [heads, *rows]) for n in range(len(heads))]
    for row in [heads, *rows]:
        cells = [_padded(cell, width, left=n == 0) for n, (cell, width) in enumerate(zip(row, widths, strict=True))]
        yield "  ".join(cells).rstrip()


def _padded(text: str, width: int, *, left: bool) -> str:
    space = " " * (width - _width(text))
    return text + space if left else space + text


def _width(text: str) -> int:
    """How many columns of a terminal ``text`` takes: a Chinese character takes two (Unicode Standard Annex 11)."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
