"""The working group, meetings and what they decide (clauses s3-2.2.1, s3-2.2.2a). Who leads stands in ``people.Leader``."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.people.models import Account, Leader
from huiyin.readiness.models.base import Kept, Noted, Owned
from huiyin.readiness.models.policies import Policy

MAX_TITLE = 120


class GroupMember(Kept):
    """A member of the working group (工作小组): one head, deputies, and who comes for which function."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    position = models.CharField(max_length=10, choices=Leader.Position.choices)
    function = models.CharField(max_length=60)  # 人力资源, 法务, 后勤

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "account"], name="group_member_once"),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(position="head"), name="one_head_of_the_working_group"
            ),
        ]

    def __str__(self) -> str:
        """Who it is."""
        return str(self.account)


class Meeting(Kept):
    """A meeting of a group with its minutes."""

    class MeetingGroup(models.TextChoices):
        """Which group met."""

        LEADING = "leading", _("领导小组")
        WORKING = "working", _("工作小组")

    group = models.CharField(max_length=10, choices=MeetingGroup.choices)
    title = models.CharField(max_length=MAX_TITLE)
    held_on = models.DateField()
    chair = models.ForeignKey(Account, models.PROTECT, related_name="+")
    present = models.JSONField(default=list)  # ids of accounts in hex
    minutes = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "group", "held_on", "title"], name="meeting_once")
        ]

    def __str__(self) -> str:
        """What it was called."""
        return self.title


class GroupTask(Owned):
    """Something decided that somebody carries out by a day, and reports on to the group that decided it."""

    title = models.CharField(max_length=MAX_TITLE)
    due_on = models.DateField()
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="tasks")
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, blank=True, related_name="tasks")
    assigned_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "due_on"], condition=Q(done_on__isnull=True), name="task_open_by_day")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(meeting__isnull=True) | Q(policy__isnull=True), name="task_comes_from_one_place"
            )
        ]

    def __str__(self) -> str:
        """What is to be done."""
        return self.title


class TaskReport(Noted):
    """What the owner of a task says of it; ``is_final`` says that it is carried out."""

    task = models.ForeignKey(GroupTask, models.PROTECT, related_name="reports")
    text = models.CharField(max_length=1000)
    is_final = models.BooleanField(default=False)
