"""The forms of setting an organisation up: who it is, who works where, who administers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from huiyin.casework.labels import name_of
from huiyin.people.models import Organisation
from huiyin.people.staff.reception import WEEKDAYS, WEEKS
from huiyin.rules.book.load import for_institutions, load
from huiyin.web.form_fields import day_field
from huiyin.web.unmarked_forms import UnmarkedForm

MAX_SHEET_BYTES: Final = 2 * 1024 * 1024
IS_CODE = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9_-]*$", _("只用字母、数字、- 和 _，以字母或者数字开头"))


def _is_free(code: str) -> None:
    """Not the code of an organisation that is there already: these are changed on pages of their own."""
    if Organisation.objects.filter(code__iexact=code).exists():
        raise forms.ValidationError(_("这个代码已有机构使用，请换一个；要修改已有的机构，请用“机构设置”"))


def _is_sheet(file: Any) -> None:
    """A file of the right kind and size."""
    if file.size > MAX_SHEET_BYTES:
        raise forms.ValidationError(_("文件超过 2 MB，请只留人员表"))
    if not file.name.lower().endswith((".xlsx", ".csv")):
        raise forms.ValidationError(_("只能读取 .xlsx 和 .csv 文件，请另存为其中一种"))


def _are_two(chosen: Sequence[str]) -> None:
    """Two at least, so that one can let the other in again."""
    if len(chosen) < 2:
        raise forms.ValidationError(_("请至少选两人"))


class OrganisationForm(UnmarkedForm):
    """Who the organisation is, under which rules it works, who stands above it and where it can be reached."""

    name = forms.CharField(label=_("单位全称"), max_length=200)
    short_name = forms.CharField(label=_("简称"), max_length=60, required=False, help_text=_("用在位置不够的地方"))
    code = forms.CharField(
        label=_("代码"),
        max_length=64,
        validators=[IS_CODE, _is_free],
        help_text=_("出现在网址里，例如 linjiang；以后不能改"),
    )
    level = forms.CharField(label=_("层级"), max_length=60, required=False, help_text=_("例如：街道、市级、企业"))
    rulebook = forms.ChoiceField(
        label=_("办理规程"),
        help_text=_(
            "机关选“局机关接待办理信访事项工作实施方案”，街道、乡镇选“街道办事处信访工作办法”，企业选“公司信访应急管理制度”；都不合适的选“信访工作条例”。以后可以在“规程”中换用新的版本"
        ),
    )
    superior_code = forms.ChoiceField(label=_("上一级机关（在本系统内）"), required=False)
    superior_name = forms.CharField(
        label=_("上一级机关（不在本系统内）"),
        max_length=200,
        required=False,
        help_text=_("负责复查；写进告知书和意见书。没有上一级的留空"),
    )
    superior_address = forms.CharField(label=_("上一级机关地址"), max_length=300, required=False)
    address = forms.CharField(label=_("通信地址"), max_length=300)
    postcode = forms.CharField(label=_("邮政编码"), max_length=20, required=False)
    phone = forms.CharField(label=_("咨询电话"), max_length=100)
    hours = forms.CharField(label=_("接待时间"), max_length=200, help_text=_("例如：工作日 9:00—11:30，14:00—17:00"))
    place = forms.CharField(label=_("接待地点"), max_length=300)
    paper_code = forms.CharField(
        label=_("发文机关代字"), max_length=30, required=False, help_text=_("例如：临街信，文号写作 临街信〔2026〕1号")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        books = [(name, f"{name_of(load(name).book.title)}（{name}）") for name in for_institutions()]
        rulebook: Any = self.fields["rulebook"]
        rulebook.choices = [("", _("请选择")), *books]
        superior: Any = self.fields["superior_code"]
        known = Organisation.objects.order_by("code").values_list("code", "name")
        superior.choices = [("", _("没有")), *known]
        if not known:
            del self.fields["superior_code"]

    def clean(self) -> dict[str, Any]:
        """One organ above at most."""
        given = super().clean() or {}
        if given.get("superior_code") and given.get("superior_name"):
            self.add_error("superior_name", _("上一级机关只填一项：在本系统内的选上面的，不在的填这一项"))
        return given


class StaffRowForm(UnmarkedForm):
    """A post and who holds it. An empty row counts as none."""

    unit = forms.CharField(label=_("部门编号"), max_length=64, required=False)
    unit_name = forms.CharField(label=_("部门"), max_length=200, required=False)
    parent = forms.CharField(label=_("上级部门编号"), max_length=64, required=False)
    post = forms.CharField(label=_("岗位"), max_length=100, required=False)
    roles = forms.CharField(label=_("角色"), max_length=500, required=False)
    name = forms.CharField(label=_("姓名"), max_length=100, required=False)
    username = forms.CharField(label=_("用户名"), max_length=100, required=False)
    email = forms.EmailField(label=_("邮箱"), required=False)

    def clean(self) -> dict[str, Any]:
        """A row in which anything stands says which post it is."""
        given = super().clean() or {}
        if any(given.values()) and not given.get("post"):
            self.add_error("post", _("请填写岗位"))
        return given


StaffFormSet = forms.formset_factory(StaffRowForm, extra=4, max_num=400, absolute_max=400)


class SheetForm(UnmarkedForm):
    """A spreadsheet of who works where, in place of the rows on the page."""

    sheet = forms.FileField(label=_("表格文件"), validators=[_is_sheet], help_text=_(".xlsx 或 .csv，不超过 2 MB"))


class ReceptionForm(UnmarkedForm):
    """When, where and by whom petitioners are received (Regulation Art. 18(1))."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("每周"),
        coerce=int,
        required=False,
        choices=list(WEEKDAYS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    weeks = forms.TypedMultipleChoiceField(
        label=_("只在每月的"),
        coerce=int,
        required=False,
        choices=list(WEEKS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    day = day_field(_("或者只在这一天"), required=False, help_text=_("临时安排的接待日；与“每周”只填一项"))
    begins = forms.TimeField(label=_("开始"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(label=_("结束"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    place = forms.CharField(
        label=_("地点"), max_length=300, required=False, help_text=_("留空的，就是机构信息中的接待地点")
    )
    receiver = forms.CharField(
        label=_("接待人"), max_length=100, required=False, help_text=_("对外公布，例如：局长、信访办值班人员")
    )

    def clean(self) -> dict[str, Any]:
        """Weekdays or a day, and an end behind the beginning."""
        given = super().clean() or {}
        if bool(given.get("weekdays")) == bool(given.get("day")):
            self.add_error("day", _("“每周”和“这一天”请填其中一项"))
        if given.get("weeks") and given.get("day"):
            self.add_error("weeks", _("只在某一天的，这里不选"))
        begins, ends = given.get("begins"), given.get("ends")
        if begins and ends and ends <= begins:
            self.add_error("ends", _("结束要晚于开始"))
        return given


ReceptionFormSet = forms.formset_factory(ReceptionForm, extra=2, max_num=20, absolute_max=40, can_delete=True)


class AdministratorsForm(UnmarkedForm):
    """Who administers the installation: two at least, so that one can let the other in again."""

    administrators = forms.MultipleChoiceField(
        label=_("系统管理员"),
        widget=forms.CheckboxSelectMultiple,
        validators=[_are_two],
        help_text=_("至少选两人：其中一人无法登录时，由另一人重置。管理员不因此看到任何信访事项。"),
    )

    def __init__(self, *args: Any, people: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["administrators"]
        field.choices = [(username, f"{name}（{username}）") for username, name in people]
