"""Tasks: what a meeting decided or a direction asks for, carried out by somebody by a day, and reported on (clause s3-2.2.2a)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.readiness.models import GroupTask, TaskReport
from huiyin.readiness.recording import By, keep, put_on_record
from huiyin.readiness.refusals import Closed, DoesNotFit


def assign(task: GroupTask, by: By) -> GroupTask:
    """Give somebody a task. Raises DoesNotFit when it is due before it is given."""
    if task.due_on < by.day:
        raise DoesNotFit("due before it is given", _("完成日期不能早于今天"), "due_on")
    task.assigned_by, task.assigned_at = by.account, by.at
    keep("assign_task", task, by)
    return task


def change_task(task: GroupTask, by: By) -> None:
    """Word a task anew, give it to somebody else or for another day. Raises Closed when it was carried out already."""
    with transaction.atomic():
        if GroupTask.objects.select_for_update().get(id=task.id).done_on is not None:
            raise Closed("the task is carried out", _("这项任务已经办结，不能再修改"), "title")
        keep("change_task", task, by)


def report(task: GroupTask, text: str, is_final: bool, by: By) -> TaskReport:
    """Report on a task; ``is_final``: it is carried out. Raises Closed when it was carried out already."""
    with transaction.atomic():
        kept = GroupTask.objects.select_for_update().get(id=task.id)
        if kept.done_on is not None:
            raise Closed("the task is carried out", _("这项任务已经办结，不能再报告"), "text")
        made = TaskReport.objects.create(task=kept, at=by.at, by=by.account, text=text, is_final=is_final)
        if is_final:
            kept.done_on = by.day
            kept.save(update_fields=["done_on"])
        put_on_record("report_task", [kept, made], by, kept.title)
    return made
