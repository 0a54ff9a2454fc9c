"""The working group of an organisation, and what its groups lack (clauses s3-2.1.1, s3-2.2.1)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from huiyin.people.models import Account, Leader, Organisation
from huiyin.readiness.models import GroupMember, Meeting
from huiyin.readiness.recording import By, keep, put_on_record
from huiyin.readiness.refusals import DoesNotFit


def place_member(member: GroupMember, by: By) -> None:
    """Put somebody into the working group, or give a member another position or function. Raises DoesNotFit for a second head."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(id=member.organisation_id)
        others = GroupMember.objects.filter(organisation=member.organisation_id).exclude(id=member.id)
        if member.position == Leader.Position.HEAD and others.filter(position=Leader.Position.HEAD).exists():
            raise DoesNotFit("the group has a head", _("工作小组已有组长：请先调整现任组长的职务"), "position")
        if others.filter(account=member.account_id).exists():
            raise DoesNotFit("is a member already", _("这个人已经是成员：请在名单中修改"), "account")
        keep("place_group_member", member, by)


def remove_member(member: GroupMember, by: By) -> None:
    """Take somebody out of the working group."""
    with transaction.atomic():
        gone = GroupMember.objects.get(id=member.id)
        GroupMember.objects.filter(id=member.id).delete()
        put_on_record("remove_group_member", [], by, str(member.account), gone=[gone])


def lacking(organisation: UUID) -> tuple[str, ...]:
    """What leading group and working group still lack, in words: a head, a deputy, members."""
    leading = set(Leader.objects.filter(organisation=organisation).values_list("position", flat=True))
    working = set(GroupMember.objects.filter(organisation=organisation).values_list("position", flat=True))
    head, deputy, member = Leader.Position.HEAD, Leader.Position.DEPUTY, Leader.Position.MEMBER
    lines = {
        _("领导小组还没有组长，请管理员在机构设置中指定"): head not in leading,
        _("领导小组还没有成员，请管理员在机构设置中指定各部门负责人"): member not in leading,
        _("工作小组还没有组长"): head not in working,
        _("工作小组还没有副组长"): deputy not in working,
        _("工作小组还没有来自职能部门的成员"): member not in working,
    }
    return tuple(words for words, lacks in lines.items() if lacks)


def meetings_for(account: Account, organisation: UUID, keeps: bool) -> QuerySet[Meeting]:
    """The meetings that somebody may read of: all for who keeps the registers, else those of their own groups."""
    meetings = Meeting.objects.filter(organisation=organisation)
    if keeps:
        return meetings
    own = {"organisation": OuterRef("organisation"), "account": account}
    leads = Q(Exists(Leader.objects.filter(**own)), group=Meeting.MeetingGroup.LEADING)
    works = Q(Exists(GroupMember.objects.filter(**own)), group=Meeting.MeetingGroup.WORKING)
    return meetings.filter(leads | works | Q(chair=account) | Q(tasks__owner=account)).distinct()
