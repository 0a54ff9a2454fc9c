"""What a simulation tells: figures for programs, tables for people. Only what follows from rulebook, staffing and seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from unicodedata import east_asian_width

from huiyin.language import either, gettext_noop
from huiyin.language import gettext as _
from huiyin.rules import MATTER
from huiyin.rules.prover.longest_time import longest
from huiyin.simulation.needed import ACCEPTABLE, needs, overdue
from huiyin.simulation.posts import Matter, StaffedPost, Task
from huiyin.simulation.run import SimulationRun
from huiyin.simulation.tally import DutyCount, quantile
from huiyin.simulation.world import World

HOUR, DAY = 3600, 86_400
MAX_LISTED = 50
GOALS = {
    "notice": gettext_noop("首次书面告知"),
    "answer": gettext_noop("书面答复，或告知后终结"),
    "end": gettext_noop("事项终结"),
}
REASONS = {
    "nobody holds the role where it is needed": gettext_noop("需要这个角色的地方没有人担任"),
    "nobody works in the post": gettext_noop("岗位上没有人"),
    "waits in the queue": gettext_noop("在排队"),
    "in hand": gettext_noop("正在办"),
    "not yet": gettext_noop("尚未登记"),
}
"""Why something is not done, as the figures say it, in words for people."""
FORBIDDEN = "the rules do not allow it: "


def figures(run: SimulationRun) -> dict[str, Any]:
    """Everything that was measured; the same for the same order, to the byte."""
    world, order = run.world, run.order
    zone = world.rules.calendar.zone
    registered = [matter for matter in world.matters if matter.registered_at is not None]
    unfinished = [matter for matter in world.matters if matter.is_open]
    return {
        "rulebook": world.rules.book.key,
        "title": world.rules.book.title.zh,
        "title_en": world.rules.book.title.name("en"),
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
        "en": rule.name("en"),
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
                "en": _title(run, posts[0].seated.plan.roles),
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


def _title(run: SimulationRun, roles: Sequence[str]) -> str:
    """A post as English has it: by the roles that it holds."""
    known = run.world.rules.book.roles
    return ", ".join(known[role].name("en") if role in known else role for role in roles)


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
        return f"{FORBIDDEN}{task.why or 'unknown'}"
    return "waits in the queue" if task.status == "waiting" else "in hand"


# --- for people -----------------------------------------------------------------------------------------------------


def lines(data: Mapping[str, Any]) -> Iterator[str]:
    """The figures as tables, in the language of the terminal."""
    yield f"{data['rulebook']} {either(data['title'], data['title_en'])}"
    yield _(
        "%(first)s 至 %(last)s 收到 %(arrived)s 件（种子 %(seed)s），登记 %(registered)s，已答复 %(answered)s，"
        "已终结 %(ended)s，未终结 %(unfinished)s"
    ) % {"first": data["first_day"], "last": data["last_arrival"][:10], "seed": data["seed"], **data["matters"]}
    yield ""
    yield from _table(
        [_("自登记起（自然日）"), _("共几件"), _("中位数"), _("九成不超过"), _("最长的"), _("法定最长")],
        [[_(GOALS[goal]), *_cells(row), _lawful(row)] for goal, row in data["times_in_natural_days"].items()],
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
    days = _("没有上限") if row["longest_lawful"] is None else str(row["longest_lawful"])
    return _("%(days)s（听证另计）") % {"days": days} if row["hearings_not_counted"] else days


def _duty_table(data: Mapping[str, Any]) -> Iterator[str]:
    """Waiting and handling each as median, what nine in ten do not exceed, and the longest."""
    heads = [
        _("职责（工作日）"),
        _("共几件"),
        _("不再应办"),
        _("到时自动"),
        _("等候中位数"),
        _("九成不超过"),
        _("最长的"),
    ]
    heads += [_("办理中位数"), _("九成不超过"), _("最长的"), _("逾期的")]
    rows = [
        [
            either(row["zh"], row["en"]), str(row["opened"]), str(row["withdrawn"]), str(row["by_timer"]),
            *_fine(row["waiting"]), *_fine(row["handling"]), f"{row['overdue_share']:.1%}",
        ]
        for row in data["duties"]
    ]  # fmt: skip
    registration = data["registration_in_working_days"]
    if registration["waiting"]["count"]:
        first = [_("登记来信、来电、来访"), str(registration["waiting"]["count"]), "0", "0"]
        rows.insert(0, [*first, *_fine(registration["waiting"]), *_fine(registration["handling"]), "-"])
    yield from _table(heads, rows)


def _fine(row: Mapping[str, Any]) -> list[str]:
    return ["-" if row[name] is None else f"{row[name]:.2f}" for name in ("median", "p90", "max")]


def _post_table(data: Mapping[str, Any]) -> Iterator[str]:
    heads = [_("所在岗位"), _("几个人"), _("做了几项"), _("忙碌率"), _("平均排队"), _("最长排队"), _("逾期的")]
    yield from _table(
        heads,
        [
            [
                either(row["zh"], row["en"]), _people(row), str(row["tasks"]), "-" if row["utilisation"] is None else f"{row['utilisation']:.0%}",
                f"{row['queue_mean']:.2f}", str(row["queue_max"]), f"{row['overdue_share']:.1%}",
            ]
            for row in data["posts"]
        ],
    )  # fmt: skip


def _people(row: Mapping[str, Any]) -> str:
    found = {"people": row["people"], "units": row["units"]}
    return _("%(people)s（%(units)s 个单位）") % found if row["units"] > 1 else str(row["people"])


def _answers(data: Mapping[str, Any]) -> Iterator[str]:
    """How many people are needed, what nobody does, and what is not finished."""
    found = data.get("found")
    yield _("需要多少人，逾期才低于 %(share)s（按工作量推算；加 --find-staffing 逐次试算核实）：") % {
        "share": f"{ACCEPTABLE:.0%}"
    }
    for row in data["posts"]:
        yield f"  {_needed(row, found)}"
    if found:
        runs = {"matters": found["matters"], "runs": found["runs"]}
        verified = _("逐次试算核实：每次 %(matters)s 件，共 %(runs)s 次") % runs
        short = _("试算未能全部降到以下：每次 %(matters)s 件，共 %(runs)s 次") % runs
        yield f"  {verified if found['verified'] else short}"
    for row in data["unstaffed"]:
        yield _("没有人担任 %(role)s，%(waiting)s 件在等") % {"role": row["role"], "waiting": row["waiting"]}
    if data["why_unfinished"]:
        yield _("未终结的原因：")
        for why, count in data["why_unfinished"].items():
            yield f"  {count} × {_reason(why)}"


def _needed(row: Mapping[str, Any], found: Mapping[str, Any] | None) -> str:
    people, load = row["people_needed_per_unit"], f"{row['load_per_unit']:.2f}"
    tried = found["people"].get(row["post"]) if found else None
    if people is None:
        line = _("%(post)s：没有人办理，无从推算（工作量相当于 %(load)s 人）")
    elif row["units"] > 1:
        line = _("%(post)s：每个单位 %(people)s 人（工作量相当于 %(load)s 人）")
    else:
        line = _("%(post)s：%(people)s 人（工作量相当于 %(load)s 人）")
    line %= {"post": either(row["zh"], row["en"]), "people": people, "load": load}
    return line if tried is None else _("%(line)s，试算 %(tried)s 人") % {"line": line, "tried": tried}


def _reason(why: str) -> str:
    what, _separator, reason = why.partition(": ")
    if reason.startswith(FORBIDDEN):
        words = _("规程不允许：%(code)s") % {"code": reason.removeprefix(FORBIDDEN)}
    else:
        words = _(REASONS[reason]) if reason in REASONS else reason
    return f"{what}: {words}"


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
