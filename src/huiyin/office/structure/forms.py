"""The forms by which administrators change organisations, units and posts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.office.forms import reason_field
from huiyin.office.setup.forms import IS_CODE, ReceptionForm
from huiyin.people.models import Unit
from huiyin.web.unmarked_forms import UnmarkedForm


class UnitForm(UnmarkedForm):
    """A unit: what it is called and where it stands in the tree."""

    code = forms.CharField(label=_("部门编号"), max_length=64, validators=[IS_CODE], help_text=_("以后不能改"))
    name = forms.CharField(label=_("部门名称"), max_length=200, help_text=_("已经发出的文书仍用当时的名称"))
    kind = forms.CharField(label=_("类别"), max_length=64, required=False)
    parent = forms.ModelChoiceField(Unit.objects.none(), label=_("上级部门"), required=False, empty_label=_("没有"))
    reason = reason_field(required=False)

    def __init__(self, *args: Any, units: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent: Any = self.fields["parent"]
        parent.queryset = units
        if not is_new:
            del self.fields["code"]


class AbolishForm(UnmarkedForm):
    """Which unit takes over from one that ends, and why."""

    successor = forms.ModelChoiceField(
        Unit.objects.none(), label=_("由哪个部门承接"), help_text=_("岗位、人员、下级部门、办过和正在办的事项都归它")
    )
    reason = reason_field()

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        successor: Any = self.fields["successor"]
        successor.queryset = units


class PostForm(UnmarkedForm):
    """A post: its title and the roles of the rulebook that it holds."""

    title = forms.CharField(label=_("岗位名称"), max_length=100)
    roles = forms.MultipleChoiceField(
        label=_("角色"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("担任这个岗位的人可以办的事由角色决定；一个也不选的，岗位只是名义"),
    )
    reason = reason_field(required=False)

    def __init__(self, *args: Any, roles: Iterable[tuple[str, str]], is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["roles"]
        choices.choices = list(roles)
        if not is_new:
            del self.fields["title"]


class ReceptionTimeForm(ReceptionForm):
    """A reception time that is published, and why."""

    reason = reason_field(required=False)


class OwnForm(UnmarkedForm):
    """What an organisation says of itself, who stands above it outside, and where it can be reached."""

    name = forms.CharField(label=_("单位全称"), max_length=200, help_text=_("已经发出的文书仍用当时的名称"))
    short_name = forms.CharField(label=_("简称"), max_length=60, required=False)
    level = forms.CharField(label=_("层级"), max_length=60, required=False)
    first_responsible = forms.CharField(label=_("第一责任人（领导班子）"), max_length=200, required=False)
    superior_name = forms.CharField(label=_("上一级机关（不在本系统内）"), max_length=200, required=False)
    superior_address = forms.CharField(label=_("上一级机关地址"), max_length=300, required=False)
    paper_code = forms.CharField(label=_("发文机关代字"), max_length=30, required=False)
    office = forms.ModelChoiceField(Unit.objects.none(), label=_("信访工作机构"), required=False)
    address = forms.CharField(label=_("通信地址"), max_length=300, required=False)
    postcode = forms.CharField(label=_("邮政编码"), max_length=20, required=False)
    phone = forms.CharField(label=_("咨询电话"), max_length=100, required=False)
    hours = forms.CharField(label=_("接待时间"), max_length=200, required=False)
    place = forms.CharField(label=_("接待地点"), max_length=300, required=False)
    reason = reason_field(required=False)

    def __init__(self, *args: Any, units: Any, has_superior: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        office: Any = self.fields["office"]
        office.queryset = units
        if has_superior:
            del self.fields["superior_name"], self.fields["superior_address"]
