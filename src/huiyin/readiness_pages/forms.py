"""The forms of registers: what one row says, and what is noted about it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from huiyin.people.models import Account
from huiyin.readiness.models import (
    Attendance,
    FundLine,
    GroupMember,
    GroupTask,
    Meeting,
    Qualification,
    Supply,
    SupplyEntry,
    Training,
    Use,
)
from huiyin.readiness.rights import people_of
from huiyin.readiness_pages.reader import PageReader
from huiyin.web.form_fields import WITHIN_REACH, day_field, day_widget
from huiyin.web.unmarked_forms import UnmarkedForm, UnmarkedModelForm

CENTS = 100
MAX_YUAN = Decimal("99999999999.99")


def long_text(label: Any, max_length: int, rows: int = 3, required: bool = True) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(
        label=label, max_length=max_length, required=required, widget=forms.Textarea(attrs={"rows": rows})
    )


def amount_field(label: Any) -> forms.DecimalField:
    """An amount in yuan, to the cent."""
    return forms.DecimalField(
        label=label, min_value=Decimal("0.01"), max_value=MAX_YUAN, decimal_places=2, help_text=_("元，可以写到分")
    )


def people_here(reader: PageReader, also: UUID | None = None) -> QuerySet[Account]:
    """Who may be named: those who hold a post in the reader's organisation, and ``also`` who is named already."""
    return people_of(reader.organisation, reader.day, also)


def with_unit(person: Account) -> str:
    """A person by name and unit: of two of one name it says which is meant."""
    unit = getattr(person, "works_in", "")
    return f"{person} · {unit}" if unit else str(person)


class EntryForm(UnmarkedForm):
    """What is noted about a row; ``reader`` is who notes it."""

    def __init__(self, *args: Any, reader: PageReader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader


class RowForm(UnmarkedModelForm):
    """A row of a register. Whoever it names holds a post here; one who was named and left since stays."""

    people: ClassVar[tuple[str, ...]] = ("owner",)
    past: ClassVar[tuple[str, ...]] = ()
    """The days on which something has happened, if they are given."""

    def __init__(self, *args: Any, reader: PageReader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.past:
            self.fields[name].validators.append(MaxValueValidator(reader.day, _("日期不能晚于今天")))
        for name in self.people:
            named = getattr(self.instance, f"{name}_id", None)
            self.fields[name].queryset = people_here(reader, named)  # type: ignore[attr-defined]
            self.fields[name].label_from_instance = with_unit  # type: ignore[attr-defined]
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.widget = day_widget()
                field.validators += WITHIN_REACH


class TaskForm(RowForm):
    """A task as it is given, or given to somebody else, or for another day."""

    class Meta:
        model = GroupTask
        fields = ("title", "owner", "due_on")
        labels: ClassVar = {"title": _("任务"), "owner": _("责任人"), "due_on": _("完成期限")}


class MeetingForm(RowForm):
    """A meeting and its minutes."""

    people = ("chair", "attending")
    past = ("held_on",)
    attending = forms.ModelMultipleChoiceField(
        queryset=Account.objects.none(), label=_("出席"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Meeting
        fields = ("group", "title", "held_on", "chair", "minutes")
        labels: ClassVar = {
            "group": _("小组"),
            "title": _("会议名称"),
            "held_on": _("日期"),
            "chair": _("主持人"),
            "minutes": _("会议记录"),
        }
        widgets: ClassVar = {"minutes": forms.Textarea(attrs={"rows": 8})}
        help_texts: ClassVar = {
            "minutes": _("写议题、意见和决定；决定要办的事在会议页面布置为任务。信访人的姓名和联系方式不写在这里。")
        }

    field_order = ("group", "title", "held_on", "chair", "attending", "minutes")

    def __init__(self, *args: Any, reader: PageReader, **kwargs: Any) -> None:
        super().__init__(*args, reader=reader, **kwargs)
        self.fields["attending"].initial = list(self.instance.present)

    def save(self, commit: bool = True) -> Meeting:
        """The meeting with who was there."""
        self.instance.present = [person.id.hex for person in self.cleaned_data["attending"]]
        saved: Meeting = super().save(commit)
        return saved


class MemberForm(RowForm):
    """A member of the working group."""

    people = ("account",)

    class Meta:
        model = GroupMember
        fields = ("account", "position", "function")
        labels: ClassVar = {"account": _("姓名"), "position": _("职务"), "function": _("所代表的职能")}
        help_texts: ClassVar = {"function": _("例如：人力资源、法务、后勤、公共关系")}


class QualificationForm(RowForm):
    """What makes somebody fit for petition work."""

    people = ("account",)
    past = ("obtained_on",)

    class Meta:
        model = Qualification
        fields = ("account", "work", "qualification", "obtained_on", "valid_until")
        labels: ClassVar = {
            "account": _("姓名"),
            "work": _("信访工作中的分工"),
            "qualification": _("资格、证书"),
            "obtained_on": _("取得日期"),
            "valid_until": _("有效期至"),
        }
        help_texts: ClassVar = {"valid_until": _("长期有效的留空")}

    def clean(self) -> dict[str, Any]:
        """It holds until the day on which it was obtained, or later."""
        given = super().clean() or {}
        obtained, until = given.get("obtained_on"), given.get("valid_until")
        if obtained and until and until < obtained:
            self.add_error("valid_until", _("有效期不能早于取得日期"))
        return given


class TrainingForm(RowForm):
    """A training on the plan."""

    past = ("held_on",)

    class Meta:
        model = Training
        fields = ("title", "purpose", "planned_on", "place", "owner", "held_on")
        labels: ClassVar = {
            "title": _("培训内容"),
            "purpose": _("类别"),
            "planned_on": _("计划日期"),
            "place": _("地点"),
            "owner": _("负责人"),
            "held_on": _("举办日期"),
        }
        help_texts: ClassVar = {"held_on": _("举办以后填写")}


class AttendanceForm(EntryForm):
    """Who was called to a training, who came."""

    people = forms.ModelMultipleChoiceField(
        queryset=Account.objects.none(), label=_("人员"), widget=forms.CheckboxSelectMultiple
    )
    outcome = forms.ChoiceField(choices=Attendance.AttendanceOutcome.choices, label=_("情况"))

    def __init__(self, *args: Any, reader: PageReader, **kwargs: Any) -> None:
        super().__init__(*args, reader=reader, **kwargs)
        self.fields["people"].queryset = people_here(reader)  # type: ignore[attr-defined]
        self.fields["people"].label_from_instance = with_unit  # type: ignore[attr-defined]


class SupplyForm(RowForm):
    """A room, a piece of equipment or a store."""

    class Meta:
        model = Supply
        fields = (
            "kind",
            "name",
            "place",
            "quantity",
            "measure",
            "least",
            "owner",
            "every_days",
            "check_on",
            "expires_on",
        )
        labels: ClassVar = {
            "kind": _("类别"),
            "name": _("名称"),
            "place": _("存放、所在地点"),
            "quantity": _("数量"),
            "measure": _("单位"),
            "least": _("最低数量"),
            "owner": _("负责人"),
            "every_days": _("每隔多少天检查一次"),
            "check_on": _("下次检查"),
            "expires_on": _("有效期至"),
        }
        help_texts: ClassVar = {"least": _("少于这个数就提醒负责人补充"), "expires_on": _("没有有效期的留空")}

    def __init__(self, *args: Any, reader: PageReader, **kwargs: Any) -> None:
        super().__init__(*args, reader=reader, **kwargs)
        if not self.instance._state.adding:
            del self.fields["quantity"]  # changes by entries alone, so that what became of each piece can be read


class SupplyEntryForm(EntryForm):
    """A check, or what came in and went out."""

    kind = forms.ChoiceField(choices=SupplyEntry.EntryKind.choices, label=_("登记"))
    amount = forms.IntegerField(
        label=_("数量"), min_value=0, max_value=1_000_000, required=False, help_text=_("入库、领用、报废时填写")
    )
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


class FundLineForm(RowForm):
    """A line of a year's budget."""

    uses = forms.MultipleChoiceField(choices=Use.choices, label=_("可以用于"), widget=forms.CheckboxSelectMultiple)
    amount = amount_field(_("预算金额"))

    class Meta:
        model = FundLine
        fields = ("year", "name", "owner")
        labels: ClassVar = {"year": _("年度"), "name": _("预算名称"), "owner": _("负责人")}

    field_order = ("year", "name", "amount", "uses", "owner")

    def __init__(self, *args: Any, reader: PageReader, **kwargs: Any) -> None:
        super().__init__(*args, reader=reader, **kwargs)
        if not self.instance._state.adding:
            self.fields["amount"].initial = Decimal(self.instance.cents) / CENTS
            self.fields["uses"].initial = self.instance.uses
            self.fields["year"].disabled = True  # what was booked on it is of that year
        else:
            self.fields["year"].initial = reader.day.year

    def save(self, commit: bool = True) -> FundLine:
        """The line with its amount in cents."""
        self.instance.cents = int(self.cleaned_data["amount"] * CENTS)
        self.instance.uses = self.cleaned_data["uses"]
        saved: FundLine = super().save(commit)
        return saved


class SpendingForm(EntryForm):
    """What was spent of a line."""

    amount = amount_field(_("金额"))
    use = forms.ChoiceField(choices=Use.choices, label=_("用途"))
    spent_on = day_field(_("支出日期"))
    purpose = forms.CharField(label=_("事由"), max_length=200)
    voucher = forms.FileField(label=_("凭证"), required=False, help_text=_("发票或者单据：PDF、OFD、照片，不超过 5 MB"))


class ReversalForm(EntryForm):
    """Why a spending is reversed."""

    reason = forms.CharField(label=_("冲销原因"), max_length=200, help_text=_("例如：金额登记错了、记到了别的预算"))


class ReportForm(EntryForm):
    """What the owner of a task says of it."""

    text = long_text(_("进展"), 1000)
    is_final = forms.BooleanField(label=_("已经办结"), required=False)
