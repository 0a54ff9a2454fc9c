"""The rows of this package: each names its organisation, or a row that does."""

from huiyin.readiness.models.base import Kept, Noted, Owned
from huiyin.readiness.models.funds import FundLine, Spending, Use
from huiyin.readiness.models.groups import GroupMember, GroupTask, Meeting, TaskReport
from huiyin.readiness.models.policies import Policy, PolicyVersion
from huiyin.readiness.models.staff import Attendance, Qualification, Training
from huiyin.readiness.models.supplies import Supply, SupplyEntry

__all__ = [
    "Attendance",
    "FundLine",
    "GroupMember",
    "GroupTask",
    "Kept",
    "Meeting",
    "Noted",
    "Owned",
    "Policy",
    "PolicyVersion",
    "Qualification",
    "Spending",
    "Supply",
    "SupplyEntry",
    "TaskReport",
    "Training",
    "Use",
]
