"""`huiyin jobs`: what is done beside the pages: waiting, running, given up; putting back and dropping what was given up."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from huiyin.commands import DONE, MISUSED, Failure, Subparsers, add_json, report
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

if TYPE_CHECKING:
    from huiyin.jobs.models import Job
    from huiyin.jobs.overview import ListedJob, Overview

LISTED = 20
DESCRIPTION = gettext_noop(
    "后面不写什么就是列出。多次失败、或者不可能成功的作业会被放弃，留在列表中，"
    "直到放回去（retry）或者扔掉（drop）。后台进程（`huiyin serve` 自带一个，"
    "`huiyin work` 是另一个）做到期的作业。"
)


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command and its actions."""
    parser = subparsers.add_parser("jobs", help=_("列出、重试或扔掉后台作业"), description=_(DESCRIPTION))
    add_json(parser)
    _listing(parser)
    parser.set_defaults(list=LISTED)
    actions = parser.add_subparsers(title=_("动作"), metavar="ACTION")
    _listing(_action(actions, "list", _("等候的、进行中的、已放弃的作业，以及多少计时器到期")))
    _about_dead(_action(actions, "retry", _("把已放弃的作业放回去重做")), retry)
    _about_dead(_action(actions, "drop", _("扔掉已放弃的作业")), drop)


def _action(actions: Any, name: str, text: str) -> argparse.ArgumentParser:
    # What is left out here leaves what was said before the action as it is.
    made: argparse.ArgumentParser = actions.add_parser(
        name, help=text, description=text, argument_default=argparse.SUPPRESS
    )
    add_json(made)
    return made


def _listing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--list", type=int, metavar="N", help=_("每种状态逐个列出 N 个（默认 %(listed)s 个）") % {"listed": LISTED}
    )
    parser.set_defaults(run=run)


def _about_dead(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int]) -> None:
    parser.add_argument("ids", nargs="*", default=[], metavar="ID", help=_("作业的编号，见 `huiyin jobs`"))
    parser.add_argument("--all", action="store_true", default=False, help=_("所有已放弃的作业"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Lists."""
    from django.utils import timezone

    from huiyin.casework import timers
    from huiyin.jobs.overview import overview

    if arguments.list < 0:
        raise Failure(_("--list 不能小于 0"), status=MISUSED)
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
    return _each(arguments, _("放回"), lambda id: queue.retry(id, at))


def drop(arguments: argparse.Namespace) -> int:
    """Throws dead letters away."""
    from huiyin.jobs import queue

    return _each(arguments, _("扔掉"), queue.drop)


def _each(arguments: argparse.Namespace, what: str, act: Callable[[UUID], bool]) -> int:
    from huiyin.jobs.overview import dead

    if bool(arguments.ids) == arguments.all:
        raise Failure(_("请写作业的编号，或者用 --all 表示全部"), status=MISUSED)
    ids = list(dead().values_list("id", flat=True)) if arguments.all else [_id(text) for text in arguments.ids]
    done = [id for id in ids if act(id)]
    missing = [str(id) for id in ids if id not in done]
    if missing and not arguments.all:
        raise Failure(
            _("不是已放弃的作业，不能%(what)s：%(missing)s") % {"what": what, "missing": _("、").join(missing)},
            _("见 `huiyin jobs`。已%(what)s %(done)s 个") % {"done": len(done), "what": what},
        )
    report(
        arguments, {"jobs": [str(id) for id in done]}, [_("已%(what)s %(done)s 个") % {"done": len(done), "what": what}]
    )
    return DONE


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Failure(
            _("%(text)s 不是作业的编号") % {"text": text}, _("`huiyin jobs` 会列出编号"), status=MISUSED
        ) from None


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
        yield _("有作业到期而没有人做：好像没有后台进程在运行；请启动 `huiyin serve` 或 `huiyin work`")
    yield from _part(
        _("进行中"),
        found.running,
        lambda job: _("到 %(until)s%(far)s") % {"until": _moment(job.claimed_until), "far": _far(job)},
    )
    yield from _part(
        _("等候中"),
        found.waiting,
        lambda job: (
            _("到期 %(due)s%(far)s%(tried)s") % {"due": _moment(job.due_at), "far": _far(job), "tried": _tried(job)}
        ),
    )
    yield from _part(_("已放弃"), found.dead, lambda job: f"{_moment(job.dead_at)}{_far(job)}{_tried(job)}")
    done = _("、").join(f"{count} {what}" for what, count in found.done.items())
    yield _("一天内完成：%(done)s") % {"done": done or _("没有")}
    yield _("到期的办理计时器：%(timers_due)s 个") % {"timers_due": timers_due}


def _part(name: str, listed: ListedJob, of: Callable[[Job], str]) -> Iterator[str]:
    yield f"{name}: {listed.count}"
    for job in listed.jobs:
        yield f"  {job.id}  {job.what:<10} {of(job)}"
    if listed.count > len(listed.jobs):
        yield _("  …… 另有 %(count)s 个") % {"count": listed.count - len(listed.jobs)}


def _far(job: Job) -> str:
    return _("，已做 %(progress)s／%(total)s") % {"progress": job.progress, "total": job.total} if job.total else ""


def _tried(job: Job) -> str:
    return _("，试过 %(attempts)s 次：%(error)s") % {"attempts": job.attempts, "error": job.error} if job.error else ""


def _moment(at: datetime | None) -> str:
    from django.utils import timezone

    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S") if at else "-"
