"""Whether what happens by itself does happen: a worker that runs, jobs that are done, none given up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from huiyin.casework import timers
from huiyin.casework.sealed.jobs import of_sealed_cases
from huiyin.doctor.finding import Finding, failure, ok, warning
from huiyin.doctor.surroundings import Surroundings
from huiyin.jobs import heartbeat, queue
from huiyin.jobs.overview import overview

SILENT_AFTER: Final = timedelta(minutes=5)
"""A worker gives a sign every minute (``huiyin.worker``)."""
WAITS_LONG: Final = timedelta(hours=1)


def jobs(surroundings: Surroundings) -> Iterator[Finding]:
    """What was given up, and how long the longest due job has waited; nothing of sealed cases, since administrators read it on a page."""
    found = overview(surroundings.at, 1, of_sealed_cases())
    if found.dead.count:
        yield warning(
            "jobs.dead",
            ngettext("有 %(count)d 个后台作业已放弃", "有 %(count)d 个后台作业已放弃", found.dead.count)
            % {"count": found.dead.count},
            _("在“后台作业”页面查看原因，处理后再试或者丢弃"),
        )
    waited = surroundings.at - found.waiting.jobs[0].due_at if found.waiting.jobs else timedelta(0)
    if waited > WAITS_LONG:
        yield warning(
            "jobs.waiting",
            _("等候最久的后台作业已到期 %(hours)d 小时") % {"hours": waited // timedelta(hours=1)},
            _("查看服务日志；机器太忙的，另开一个 huiyin work"),
        )
    if not found.dead.count and waited <= WAITS_LONG:
        yield ok("jobs", _("没有积压或者放弃的后台作业"))


def worker(surroundings: Surroundings) -> Iterator[Finding]:
    """Whether one gave a sign lately, and nothing is overdue that it would have done."""
    at = surroundings.at
    last = heartbeat.last()
    to_do = _("启动 huiyin serve（它带一个后台进程）或者 huiyin work，并查看服务日志")
    if last is not None and at - last > SILENT_AFTER:
        minutes = (at - last) // timedelta(minutes=1)
        yield failure("worker.dead", _("后台进程 %(minutes)d 分钟没有动静") % {"minutes": minutes}, to_do)
    elif queue.is_stalled(at) or timers.due(at - SILENT_AFTER).exists():
        yield failure("worker.stalled", _("有到期的后台事项而无人处理，后台进程没有在运行"), to_do)
    elif last is None:
        yield warning("worker.never", _("还没有后台进程运行过"), to_do)
    else:
        yield ok("worker", _("后台进程在运行"))
