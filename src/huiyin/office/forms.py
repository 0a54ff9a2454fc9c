"""The forms by which administrators change something about people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.people.absences import back_on, told_away
from huiyin.people.models import Absence, Account, Leader, Organisation, Post
from huiyin.web.form_fields import day_field
from huiyin.web.unmarked_forms import UnmarkedForm

MAX_REASON: Final = 200


def reason_field(required: bool = True) -> forms.CharField:
    """Why, as it stands in the log of administrators."""
    hint = _("写入管理日志，例如文号、会议、本人申请。不要写信访事项的内容。")
    return forms.CharField(label=_("理由"), max_length=MAX_REASON, required=required, help_text=hint)


class ReasonForm(UnmarkedForm):
    """Nothing but why."""

    reason = reason_field()


class InviteForm(UnmarkedForm):
    """Somebody new: their names, and how the link reaches them."""

    username = forms.CharField(label=_("用户名"), max_length=100, help_text=_("登录时输入，例如姓名的拼音；以后不能改"))
    display_name = forms.CharField(label=_("姓名"), max_length=100, help_text=_("同事看到的名字"))
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("机构"), empty_label=None)
    email = forms.EmailField(label=_("邮箱"), required=False)

    def __init__(self, *args: Any, organisations: Any, sends_mail: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        if not sends_mail:
            del self.fields["email"]
        else:
            self.fields["email"].help_text = _("邀请链接只发到这里；留空则打印后当面交给本人")


class LinkForm(UnmarkedForm):
    """A new link for somebody: where it goes, and why."""

    email = forms.EmailField(label=_("发到邮箱"), required=False, help_text=_("留空则打印后当面交给本人"))
    reason = reason_field()

    def __init__(self, *args: Any, sends_mail: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sends_mail:
            del self.fields["email"]


class AppointForm(UnmarkedForm):
    """To which post, from which day on."""

    post = forms.ModelChoiceField(Post.objects.none(), label=_("岗位"))
    since = day_field(_("到任日期"))
    reason = reason_field(required=False)

    def __init__(self, *args: Any, organisations: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].initial = today
        posts = Post.objects.filter(organisation__in=organisations, unit__abolished_on=None).select_related(
            "unit", "organisation"
        )
        field: Any = self.fields["post"]
        field.queryset = posts.order_by("organisation__code", "unit__code", "title")
        field.label_from_instance = _whole_name


def _whole_name(post: Post) -> str:
    return f"{post.organisation.name} · {post.unit.name} · {post.title}"


class _Heir(UnmarkedForm):
    """Who takes over; filled with those who hold the same role."""

    def offer(self, name: str, people: Sequence[Account], day: date) -> None:
        """Let a field be one of ``people``, or nobody; who is away on ``day`` stands last, with the day of return."""
        away = back_on([one.id for one in people], day)
        choices: list[tuple[str, Any]] = [("", _("同单位担任同一角色的人员"))]
        choices += [(str(one.id), one.display_name) for one in people if one.id not in away]
        choices += [
            (str(one.id), _("%(who)s（%(where)s）") % {"who": one.display_name, "where": told_away(away[one.id])})
            for one in people
            if one.id in away
        ]
        field: Any = self.fields[name]
        field.choices = choices


class EndForm(_Heir):
    """From which day on a post is no longer held, who takes over, and why."""

    until = day_field(_("从哪天起不再担任"), help_text=_("这一天不再任职"))
    heir = forms.ChoiceField(label=_("待办交给"), required=False, help_text=_("只有当天生效时才能指定"))
    reason = reason_field()


class AbsenceForm(_Heir):
    """From when to when somebody is away, what for, and who stands in."""

    since = day_field(_("从哪天起"))
    until = day_field(_("哪天回来"), required=False, help_text=_("这一天已在岗；还不知道的留空"))
    purpose = forms.ChoiceField(label=_("事由"), required=False, choices=[("", "—"), *Absence.Purpose.choices])
    deputy = forms.ChoiceField(
        label=_("代办人"), required=False, help_text=_("只能办其本人岗位本来就可以办的事，也不能审批自己提出的意见")
    )


class BackForm(UnmarkedForm):
    """From which day on somebody is back."""

    until = day_field(_("哪天回来"))


class RenameForm(UnmarkedForm):
    """A new name, and why."""

    display_name = forms.CharField(label=_("姓名"), max_length=100)
    reason = reason_field()


class LeaderForm(UnmarkedForm):
    """A position in a leading group, or none."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("机构"), empty_label=None)
    position = forms.ChoiceField(
        label=_("职务"), required=False, choices=[("", _("不是成员")), *Leader.Position.choices]
    )
    reason = reason_field()

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
