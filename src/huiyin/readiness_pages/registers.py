"""The registers: tasks, meetings, the working group, qualifications, training, premises and stores, funds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from huiyin.readiness import funds, groups, supplies, tasks, training
from huiyin.readiness.due import EXPIRY, SOON
from huiyin.readiness.funds import Booking, yuan
from huiyin.readiness.models import (
    FundLine,
    GroupMember,
    GroupTask,
    Meeting,
    Qualification,
    Spending,
    Supply,
    Training,
    Use,
)
from huiyin.readiness.recording import By, keep
from huiyin.readiness.vouchers import MAX_VOUCHER_BYTES
from huiyin.readiness_pages.forms import (
    CENTS,
    AttendanceForm,
    FundLineForm,
    MeetingForm,
    MemberForm,
    QualificationForm,
    ReportForm,
    SpendingForm,
    SupplyEntryForm,
    SupplyForm,
    TaskForm,
    TrainingForm,
)
from huiyin.readiness_pages.reader import PageReader
from huiyin.readiness_pages.register import Entries, Narrowing, ReadinessColumn, Register, RowState, UsedShare
from huiyin.rules.book.schema import KeptRegister


def _owner_or_keeper_of(register: KeptRegister) -> Callable[[Any, PageReader], bool]:
    return lambda row, reader: reader.keeps(register) or row.owner_id == reader.account.id


def _by_day(day: date, today: date, soon: Any, late: Any, near: Any) -> RowState | None:
    if day < today:
        return RowState(late, "late")
    return RowState(near, "soon") if day <= today + soon else None


# --- tasks ----------------------------------------------------------------------------------------------------------


def task_state(row: GroupTask, today: date) -> RowState:
    """Whether a task is carried out, overdue or due soon."""
    if row.done_on is not None:
        return RowState(_("已办结"), "end")
    return _by_day(row.due_on, today, SOON, _("逾期"), _("快到期")) or RowState(_("办理中"), "stage")


def _may_report(task: GroupTask, reader: PageReader) -> bool:
    return task.done_on is None and _owner_or_keeper_of("groups")(task, reader)


def _report(task: GroupTask, cleaned: Mapping[str, Any], by: By) -> None:
    tasks.report(task, cleaned["text"], cleaned["is_final"], by)


TASKS: Final = Register(
    slug="tasks",
    kept_as="groups",
    title=_("任务"),
    about=_("会议决定和领导小组部署要办的事：谁办、什么时候办完、办得怎么样"),
    add=_("布置任务"),
    can_add=False,
    columns=(
        ReadinessColumn(_("任务"), lambda row: row.title),
        ReadinessColumn(_("责任人"), lambda row: str(row.owner)),
        ReadinessColumn(_("完成期限"), lambda row: row.due_on),
        ReadinessColumn(_("来源"), lambda row: str(row.meeting or row.policy or "—")),
        ReadinessColumn(_("布置人"), lambda row: str(row.assigned_by)),
        ReadinessColumn(_("办结日期"), lambda row: row.done_on),
    ),
    rows=lambda reader: (
        GroupTask.objects.filter(organisation=reader.organisation)
        .filter(Q() if reader.keeps("groups") else Q(owner=reader.account) | Q(assigned_by=reader.account))
        .select_related("owner", "meeting", "policy", "assigned_by")
        .defer("policy__sought")
        .order_by(F("done_on").desc(nulls_first=True), "due_on", "id")
    ),
    form=TaskForm,
    keep=tasks.change_task,
    state=task_state,
    choices=(
        Narrowing("open", _("未办结"), lambda rows, today: rows.filter(done_on=None)),
        Narrowing("overdue", _("逾期"), lambda rows, today: rows.filter(done_on=None, due_on__lt=today)),
        Narrowing("done", _("已办结"), lambda rows, today: rows.exclude(done_on=None)),
    ),
    entries=Entries(
        title=_("办理情况"),
        button=_("报告进展"),
        columns=(
            ReadinessColumn(_("时间"), lambda entry: timezone.localdate(entry.at)),
            ReadinessColumn(_("报告人"), lambda entry: str(entry.by)),
            ReadinessColumn(_("进展"), lambda entry: entry.text),
        ),
        rows=lambda row: row.reports.select_related("by").order_by("-at", "-id"),
        form=ReportForm,
        carry_out=_report,
        may=_may_report,
    ),
)


# --- meetings and the working group ---------------------------------------------------------------------------------


def _decided(meeting: Meeting, cleaned: Mapping[str, Any], by: By) -> None:
    tasks.assign(GroupTask(organisation_id=by.organisation, meeting=meeting, **cleaned), by)


def _meetings(reader: PageReader) -> QuerySet[Meeting]:
    seen = groups.meetings_for(reader.account, reader.organisation, reader.keeps("groups"))
    return seen.select_related("chair").order_by("-held_on", "-id")


TASKS_OF: Final = (
    ReadinessColumn(_("任务"), lambda task: task.title),
    ReadinessColumn(_("责任人"), lambda task: str(task.owner)),
    ReadinessColumn(_("完成期限"), lambda task: task.due_on),
    ReadinessColumn(_("办结日期"), lambda task: task.done_on),
)

MEETINGS: Final = Register(
    slug="meetings",
    kept_as="groups",
    title=_("会议"),
    about=_("领导小组、工作小组的会议：记录，以及决定要办的事"),
    add=_("登记会议"),
    columns=(
        ReadinessColumn(_("会议"), lambda row: row.title),
        ReadinessColumn(_("小组"), lambda row: row.get_group_display()),
        ReadinessColumn(_("日期"), lambda row: row.held_on),
        ReadinessColumn(_("主持人"), lambda row: str(row.chair)),
        ReadinessColumn(_("出席人数"), lambda row: len(row.present), is_number=True),
    ),
    rows=_meetings,
    form=MeetingForm,
    keep=lambda row, by: keep("keep_meeting", row, by),
    state=lambda row, today: None,
    choices=tuple(
        Narrowing(value, label, lambda rows, today, value=value: rows.filter(group=value))  # type: ignore[misc]
        for value, label in Meeting.MeetingGroup.choices
    ),
    text=lambda row: row.minutes,
    entries=Entries(
        title=_("决定要办的事"),
        button=_("布置任务"),
        columns=TASKS_OF,
        rows=lambda row: row.tasks.select_related("owner").order_by("due_on", "id"),
        form=TaskForm,
        carry_out=_decided,
        may=lambda row, reader: reader.keeps("groups"),
    ),
)

MEMBERS: Final = Register(
    slug="members",
    kept_as="groups",
    title=_("工作小组"),
    about=_("组长一名、副组长若干，成员来自相关职能部门"),
    add=_("添加成员"),
    columns=(
        ReadinessColumn(_("姓名"), lambda row: str(row.account)),
        ReadinessColumn(_("职务"), lambda row: row.get_position_display()),
        ReadinessColumn(_("所代表的职能"), lambda row: row.function),
    ),
    rows=lambda reader: (
        GroupMember.objects.filter(organisation=reader.organisation)
        .select_related("account")
        .order_by("position", "id")
    ),
    form=MemberForm,
    keep=groups.place_member,
    state=lambda row, today: None,
    remove=groups.remove_member,
)


# --- staff ----------------------------------------------------------------------------------------------------------


def qualification_state(row: Qualification, today: date) -> RowState | None:
    """Whether a qualification has run out or soon will."""
    return _by_day(row.valid_until, today, EXPIRY, _("已过期"), _("快到期")) if row.valid_until else None


QUALIFICATIONS: Final = Register(
    slug="qualifications",
    kept_as="staff",
    title=_("人员资格"),
    about=_("信访工作人员的分工和资格；过期前一个月提醒本人"),
    add=_("登记资格"),
    columns=(
        ReadinessColumn(_("姓名"), lambda row: str(row.account)),
        ReadinessColumn(_("分工"), lambda row: row.work),
        ReadinessColumn(_("资格、证书"), lambda row: row.qualification),
        ReadinessColumn(_("取得日期"), lambda row: row.obtained_on),
        ReadinessColumn(_("有效期至"), lambda row: row.valid_until),
    ),
    rows=lambda reader: (
        Qualification.objects.filter(organisation=reader.organisation)
        .filter(Q() if reader.keeps("staff") else Q(account=reader.account))
        .select_related("account")
        .order_by("account__display_name", "id")
    ),
    form=QualificationForm,
    keep=lambda row, by: keep("keep_qualification", row, by),
    state=qualification_state,
    choices=(
        Narrowing("expiring", _("过期和快过期"), lambda rows, today: rows.filter(valid_until__lte=today + EXPIRY)),
    ),
)


def training_state(row: Training, today: date) -> RowState:
    """Whether a training was held, is late or comes soon."""
    if row.held_on is not None:
        return RowState(_("已举办"), "end")
    return _by_day(row.planned_on, today, SOON, _("逾期未办"), _("即将举办")) or RowState(_("计划中"), "stage")


TRAINING: Final = Register(
    slug="training",
    kept_as="staff",
    title=_("培训"),
    about=_("培训计划、参加人员和考核情况；举办前一周提醒负责人"),
    add=_("列入计划"),
    columns=(
        ReadinessColumn(_("培训内容"), lambda row: row.title),
        ReadinessColumn(_("类别"), lambda row: row.get_purpose_display()),
        ReadinessColumn(_("计划日期"), lambda row: row.planned_on),
        ReadinessColumn(_("举办日期"), lambda row: row.held_on),
        ReadinessColumn(_("地点"), lambda row: row.place),
        ReadinessColumn(_("负责人"), lambda row: str(row.owner)),
    ),
    rows=lambda reader: (
        Training.objects.filter(organisation=reader.organisation).select_related("owner").order_by("-planned_on", "-id")
    ),
    form=TrainingForm,
    keep=lambda row, by: keep("keep_training", row, by),
    state=training_state,
    choices=(
        Narrowing("planned", _("未举办"), lambda rows, today: rows.filter(held_on=None)),
        Narrowing("held", _("已举办"), lambda rows, today: rows.exclude(held_on=None)),
    ),
    entries=Entries(
        title=_("参加情况"),
        button=_("登记"),
        columns=(
            ReadinessColumn(_("姓名"), lambda entry: str(entry.account)),
            ReadinessColumn(_("情况"), lambda entry: entry.get_outcome_display()),
        ),
        rows=lambda row: row.attendances.select_related("account").order_by("account__display_name", "id"),
        form=AttendanceForm,
        carry_out=lambda row, cleaned, by: training.note_attendance(row, cleaned["people"], cleaned["outcome"], by),
        may=_owner_or_keeper_of("staff"),
    ),
)


# --- premises, equipment, stores ------------------------------------------------------------------------------------


def supply_state(row: Supply, today: date) -> RowState:
    """What is worst about a supply: faulty, expired, too few, to be checked."""
    if row.is_faulty:
        return RowState(_("有问题"), "late")
    if row.expires_on and row.expires_on < today:
        return RowState(_("已过有效期"), "late")
    if row.quantity < row.least:
        return RowState(_("不足"), "late")
    if row.expires_on and row.expires_on <= today + EXPIRY:
        return RowState(_("快过有效期"), "soon")
    return _by_day(row.check_on, today, SOON, _("逾期未检查"), _("该检查了")) or RowState(_("完好"), "end")


def _note(row: Supply, cleaned: Mapping[str, Any], by: By) -> None:
    supplies.note(row, cleaned["kind"], cleaned["amount"] or 0, cleaned["note"], by)


SUPPLIES: Final = Register(
    slug="supplies",
    kept_as="supplies",
    title=_("场所物资"),
    about=_("接待场所、接待设施和应急物资：数量、地点、检查、有效期、领用"),
    add=_("登记"),
    columns=(
        ReadinessColumn(_("名称"), lambda row: row.name),
        ReadinessColumn(_("类别"), lambda row: row.get_kind_display()),
        ReadinessColumn(_("地点"), lambda row: row.place),
        ReadinessColumn(_("数量"), lambda row: row.quantity, is_number=True),
        ReadinessColumn(_("单位"), lambda row: row.measure),
        ReadinessColumn(_("负责人"), lambda row: str(row.owner)),
        ReadinessColumn(_("下次检查"), lambda row: row.check_on),
        ReadinessColumn(_("有效期至"), lambda row: row.expires_on),
    ),
    rows=lambda reader: (
        Supply.objects.filter(organisation=reader.organisation).select_related("owner").order_by("kind", "name", "id")
    ),
    form=SupplyForm,
    keep=supplies.keep_supply,
    state=supply_state,
    choices=(
        *(
            Narrowing(value, label, lambda rows, today, value=value: rows.filter(kind=value))  # type: ignore[misc]
            for value, label in Supply.SupplyKind.choices
        ),
        Narrowing(
            "attention",
            _("要处理的"),
            lambda rows, today: rows.filter(
                Q(is_faulty=True)
                | Q(check_on__lte=today + SOON)
                | Q(expires_on__lte=today + EXPIRY)
                | Q(quantity__lt=F("least"))
            ),
        ),
    ),
    entries=Entries(
        title=_("检查、出入库"),
        button=_("登记"),
        columns=(
            ReadinessColumn(_("时间"), lambda entry: timezone.localdate(entry.at)),
            ReadinessColumn(_("登记人"), lambda entry: str(entry.by)),
            ReadinessColumn(_("登记"), lambda entry: entry.get_kind_display()),
            ReadinessColumn(_("增减"), lambda entry: entry.change, is_number=True),
            ReadinessColumn(_("说明"), lambda entry: entry.note),
        ),
        rows=lambda row: row.entries.select_related("by").order_by("-at", "-id"),
        form=SupplyEntryForm,
        carry_out=_note,
        may=_owner_or_keeper_of("supplies"),
    ),
)


# --- funds ----------------------------------------------------------------------------------------------------------


def _spend(row: FundLine, cleaned: Mapping[str, Any], by: By) -> None:
    file = cleaned["voucher"]
    content = file.read(MAX_VOUCHER_BYTES + 1) if file else b""
    cents = int(cleaned["amount"] * CENTS)
    funds.spend(
        row,
        Booking(cleaned["use"], cents, cleaned["spent_on"], cleaned["purpose"], content, file.name if file else ""),
        by,
    )


def _uses(row: FundLine) -> str:
    return "、".join(str(Use(use).label) for use in row.uses)


def _spendings(row: FundLine) -> QuerySet[Spending]:
    """What was spent, the latest first, each with its counter-entry below it."""
    noted = row.spendings.select_related("by", "reverses", "reversed_by").defer("attachment")
    original = Coalesce("reverses__spent_on", "spent_on"), Coalesce("reverses_id", "id")
    return noted.order_by(*(part.desc() for part in original), F("reverses").asc(nulls_first=True))


def _reversal(entry: Spending) -> str:
    """Whether it was reversed, or which spending it reverses."""
    if entry.reverses is not None:
        return str(_("冲销上面一笔"))
    return str(_("已冲销")) if hasattr(entry, "reversed_by") else ""


def fund_bar(row: Any) -> UsedShare:
    """How much of a line is spent."""
    percent = row.spent * 100 // row.cents
    return UsedShare(min(percent, 100), f"{percent}%")


FUNDS: Final = Register(
    slug="funds",
    kept_as="funds",
    title=_("经费"),
    about=_("年度专项经费：预算、支出和余额；超出余额的支出不予登记"),
    add=_("登记预算"),
    columns=(
        ReadinessColumn(_("预算名称"), lambda row: row.name),
        ReadinessColumn(_("年度"), lambda row: row.year, is_number=True),
        ReadinessColumn(_("可以用于"), _uses),
        ReadinessColumn(_("预算（元）"), lambda row: yuan(row.cents), is_number=True),
        ReadinessColumn(_("已支出（元）"), lambda row: yuan(row.spent), is_number=True),
        ReadinessColumn(_("余额（元）"), lambda row: yuan(row.cents - row.spent), is_number=True),
        ReadinessColumn(_("负责人"), lambda row: str(row.owner)),
    ),
    rows=lambda reader: funds.with_spent(
        FundLine.objects.filter(organisation=reader.organisation)
        .filter(Q() if reader.keeps("funds") else Q(owner=reader.account))
        .select_related("owner")
        .order_by("-year", "name", "id")
    ),
    form=FundLineForm,
    keep=funds.keep_line,
    state=lambda row, today: RowState(_("已用完"), "soon") if row.spent >= row.cents else None,
    bar=fund_bar,
    choices=(
        Narrowing("year", _("今年"), lambda rows, today: rows.filter(year=today.year)),
        Narrowing("before", _("往年"), lambda rows, today: rows.filter(year__lt=today.year)),
    ),
    entries=Entries(
        title=_("支出"),
        button=_("登记支出"),
        columns=(
            ReadinessColumn(_("支出日期"), lambda entry: entry.spent_on),
            ReadinessColumn(_("事由"), lambda entry: entry.purpose),
            ReadinessColumn(_("用途"), lambda entry: entry.get_use_display()),
            ReadinessColumn(_("金额（元）"), lambda entry: yuan(entry.cents), is_number=True),
            ReadinessColumn(_("登记人"), lambda entry: str(entry.by)),
            ReadinessColumn(_("冲销"), _reversal),
        ),
        rows=_spendings,
        form=SpendingForm,
        carry_out=_spend,
        may=_owner_or_keeper_of("funds"),
        begins_with=lambda row, today: {"use": row.uses[0], "spent_on": today},
        file="attachment_name",
        reverses=True,
    ),
)

REGISTERS: Final[Mapping[str, Register]] = {
    register.slug: register for register in (TASKS, MEETINGS, MEMBERS, QUALIFICATIONS, TRAINING, SUPPLIES, FUNDS)
}
