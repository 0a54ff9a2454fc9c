"""What is done beside the pages: how far it is, what was given up and why, and which timers are due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from huiyin.backup import health
from huiyin.backup.health import BackupState
from huiyin.casework import timers
from huiyin.casework.labels import name_of
from huiyin.casework.models import Duty
from huiyin.casework.sealed.jobs import OF_A_CASE, of_sealed_cases
from huiyin.jobs import kinds, queue
from huiyin.jobs.models import Job
from huiyin.jobs.overview import MAX_COUNTED, ListedJob, overview
from huiyin.people import demonstration
from huiyin.people.models import Organisation
from huiyin.rule_store.store import load
from huiyin.rules.book.load import RulebookFlawed
from huiyin.web.page_access import Administering, installation_page

JOBS_LISTED: Final = 50
LABELS: Final[Mapping[str, object]] = {
    kinds.NOTICE: gettext_lazy("通知信访人有新文书"),
    kinds.MAIL: gettext_lazy("给信访人发提醒邮件"),
    kinds.STAFF_MAIL: gettext_lazy("给工作人员发待办提醒邮件"),
    kinds.GROUP_CHAT: gettext_lazy("在工作群里提醒待办"),
    kinds.WHAT_IF: gettext_lazy("规程推演"),
    kinds.PROOF: gettext_lazy("规程证明"),
    kinds.RECALCULATION: gettext_lazy("按新的放假安排重新推算期限"),
    kinds.RESET: gettext_lazy("发送重新设置密码的链接"),
    kinds.INVITATION: gettext_lazy("发送邀请邮件"),
    kinds.OLD_REGISTER: gettext_lazy("核对、导入原登记簿"),
    kinds.BUNDLE: gettext_lazy("打印待送达的文书"),
    kinds.ARCHIVE: gettext_lazy("制作归档包"),
    kinds.MAILBOX: gettext_lazy("收取来件邮箱"),
    kinds.MAILED_RECEIPT: gettext_lazy("给来信人回复登记回执"),
    kinds.REGISTER_EXPORT: gettext_lazy("导出台账"),
    kinds.ROTA: gettext_lazy("排值班表"),
    kinds.NAMED_BEFORE: gettext_lazy("查看来件中写没写新任职、改名人员的姓名"),
    kinds.FILE_READING: gettext_lazy("查看收下时没来得及查看的附件"),
    kinds.DRILL: gettext_lazy("突发事件演练"),
    kinds.RULEBOOK_CHANGE: gettext_lazy("启用规程、转移事项"),
    kinds.REHEARSAL: gettext_lazy("设立机构前试走一件"),
}

journal = structlog.get_logger("huiyin.office")


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job with its name in words, and whose it is: empty for one of the whole installation."""

    job: Job
    label: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Section:
    """The jobs in one state, with how many as the page shows it: 10000+ where there are more."""

    count: str
    lines: tuple[JobLine, ...]


@dataclass(frozen=True, slots=True)
class TimerLine:
    """A duty whose limit has run out. It names no case: what an administrator may see of cases is for their post to say."""

    duty: str
    action: str
    organisation: str
    due_at: datetime


@require_safe
@installation_page
def jobs(request: HttpRequest, administering: Administering) -> HttpResponse:
    """All jobs and due timers."""
    found = overview(administering.at, JOBS_LISTED, of_sealed_cases())
    organisations = {organisation.id: organisation.name for organisation in Organisation.objects.all()}
    due = timers.due(administering.at).filter(case__sealed=False)
    context = {
        "at": administering.at,
        "stalled": found.stalled,
        "running": _section(found.running, organisations),
        "waiting": _section(found.waiting, organisations),
        "dead": _section(found.dead, organisations),
        "done": [
            (label_of(what), _in_tens(count) if what in OF_A_CASE else str(count)) for what, count in found.done.items()
        ],
        "timers": _timer_lines(due.select_related("case")[:JOBS_LISTED], organisations),
        "timers_due": due.count(),
        "backups": _backups(administering.at),
    }
    return render(request, "office/jobs.html", context)


@require_POST
@installation_page
def retry(request: HttpRequest, administering: Administering, id: UUID) -> HttpResponse:
    """Put a dead letter back."""
    if _is_shown(id) and queue.retry(id, administering.at):
        journal.info("job put back", job=str(id), by=str(administering.account.id))
        messages.success(request, _("已重新排队，稍后会再试"))
    return _back(request)


@require_POST
@installation_page
def drop(request: HttpRequest, administering: Administering, id: UUID) -> HttpResponse:
    """Throw a dead letter away."""
    if _is_shown(id) and queue.drop(id):
        journal.info("job dropped", job=str(id), by=str(administering.account.id))
        messages.success(request, _("已丢弃，不会再试"))
    return _back(request)


def _is_shown(id: UUID) -> bool:
    """Whether a dead letter is one of those that the page lists: of the others there is none."""
    return not of_sealed_cases().filter(id=id).exists()


def _in_tens(count: int) -> str:
    """How many there were, so that one more is not seen."""
    return _("约 %(count)s") % {"count": count // 10 * 10} if count >= 10 else _("不到 10")


def label_of(what: str) -> str:
    """The name of a job in the reader's language; the name itself where another version of the system queued it."""
    return str(LABELS.get(what, what))


def _backups(at: datetime) -> BackupState | None:
    """How the installation stands with its backups, where that is to be told: nobody backs a demonstration up."""
    found = health.state(at)
    is_told = found.is_too_old or found.is_rehearsal_too_old
    return found if is_told and not demonstration.is_here() else None


def _back(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("office:jobs"))


def _section(listed: ListedJob, organisations: Mapping[UUID, str]) -> Section:
    lines = (
        JobLine(job, label_of(job.what), organisations.get(job.organisation_id, "") if job.organisation_id else "")
        for job in listed.jobs
    )
    return Section(f"{MAX_COUNTED}+" if listed.count > MAX_COUNTED else str(listed.count), tuple(lines))


def _timer_lines(due: Iterable[Duty], organisations: Mapping[UUID, str]) -> list[TimerLine]:
    return [_timer_line(duty, organisations.get(duty.organisation_id, "")) for duty in due]


def _timer_line(duty: Duty, organisation: str) -> TimerLine:
    try:
        procedure = load(duty.case.rulebook).book.procedures.get(duty.case.procedure)
    except RulebookFlawed:
        procedure = None
    label = name_of(procedure.duties.get(duty.kind) if procedure else None, duty.kind)
    action = name_of(procedure.actions.get(duty.on_due) if procedure else None, duty.on_due)
    assert duty.timer_at is not None  # as found
    return TimerLine(label, action, organisation, duty.timer_at)
