"""群提醒: the group chats of an organisation that are told of news; added after they were looked at, tried out, retired."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.errors import HuiyinError
from huiyin.notify.group_chat import REASONS, outgoing, send
from huiyin.notify.outgoing import AddressRefused
from huiyin.office.changes import Change, subject_page
from huiyin.office.forms import ReasonForm, reason_field
from huiyin.office.structure.changes import organisation_subject
from huiyin.office.structure.pages import own
from huiyin.people.models import Organisation, Unit, Webhook
from huiyin.people.staff import webhooks
from huiyin.people.staff.mail_preferences import LABELS
from huiyin.web.page_access import Administering, administrator_page
from huiyin.web.unmarked_forms import UnmarkedForm

BACK = "office:groups"
HOURS = [(hour, f"{hour}:00") for hour in range(24)]
VALUES = ("service", "name", "unit", "reasons", "quiet_from", "quiet_until")


def refuse_unless_allowed(url: str) -> None:
    """Raises ValidationError for an address that nothing is sent to."""
    try:
        outgoing().refuse(url)
    except AddressRefused:
        hosts = _("、").join(outgoing().hosts)
        words = _("不能发到这个地址。请填写 https 地址，主机只能是：%(hosts)s") % {"hosts": hosts}
        raise forms.ValidationError(words) from None


class GroupForm(UnmarkedForm):
    """A group chat: whose robot, where it is written to, of what."""

    name = forms.CharField(label=gettext_lazy("群名"), max_length=60)
    service = forms.ChoiceField(label=gettext_lazy("机器人"), choices=Webhook.ChatService.choices)
    url = forms.CharField(
        label=gettext_lazy("机器人的 Webhook 地址"),
        max_length=500,
        validators=[refuse_unless_allowed],
        help_text=gettext_lazy("从群机器人的设置里复制，只收 https；保存后加密，不再显示"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=gettext_lazy("加签密钥"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("只有选了“加签”的钉钉机器人要填"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    unit = forms.ModelChoiceField(
        label=gettext_lazy("提醒哪个部门的待办"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=gettext_lazy("全机关"),
    )
    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("哪些事提醒"),
        choices=[(str(reason), LABELS[reason]) for reason in REASONS],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("只发事由和编号；涉及被反映人的、定了密级的事项不发到群里"),
    )
    quiet_from = forms.TypedChoiceField(label=gettext_lazy("几点以后不发"), coerce=int, choices=HOURS, initial=20)
    quiet_until = forms.TypedChoiceField(label=gettext_lazy("几点以后再发"), coerce=int, choices=HOURS, initial=7)
    reason = reason_field(required=False)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["unit"]
        unit.queryset = Unit.objects.filter(organisation=organisation, abolished_on=None).order_by("code")
        self.initial.setdefault("reasons", [str(reason) for reason in REASONS])


@require_safe
@administrator_page
def groups(request: HttpRequest, administering: Administering, code: str) -> HttpResponse:
    """The groups that are told, and those that were."""
    organisation = own(administering, code)
    retired = Webhook.objects.filter(organisation=organisation, retired_at__isnull=False)
    context = {
        "organisation": organisation,
        "rows": [
            (row, [LABELS[reason] for reason in REASONS if reason in row.reasons])
            for row in webhooks.in_use(organisation.id)
        ],
        "retired": retired.order_by("-retired_at", "id"),
    }
    return render(request, "office/groups.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def add(request: HttpRequest, administering: Administering, code: str) -> HttpResponse:
    """Has a group told."""
    organisation = own(administering, code)
    form = GroupForm(request.POST or None, organisation=organisation)

    def carry_out(given: Mapping[str, Any]) -> str:
        new = Webhook(organisation=organisation, added_at=administering.at, **{name: given[name] for name in VALUES})
        target = webhooks.Target(given["url"], given["secret"])
        webhooks.add(new, target, administering.account, given["reason"])
        return _("已新增，请发一条测试消息")

    change = Change(_("新增群提醒"), _("新增"), form, carry_out)
    return subject_page(request, organisation_subject(organisation, BACK), change)


@require_POST
@administrator_page
def try_out(request: HttpRequest, administering: Administering, code: str, id: UUID) -> HttpResponse:
    """Writes one line to the group, at once."""
    organisation = own(administering, code)
    row = _row(organisation, id)
    try:
        send(row, webhooks.target_of(row), _("回音提醒：这是一条测试消息。"), administering.at)
    except (HuiyinError, OSError):
        messages.error(request, _("没有发出：连不上，或者机器人没有接收。请核对地址、加签和机器人的关键词设置"))
    else:
        messages.success(request, _("已发出，请在群里查看"))
    return HttpResponseRedirect(reverse(BACK, args=[organisation.code]))


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def retire(request: HttpRequest, administering: Administering, code: str, id: UUID) -> HttpResponse:
    """Tells a group nothing any more."""
    organisation = own(administering, code)
    row = _row(organisation, id)

    def carry_out(given: Mapping[str, Any]) -> str:
        webhooks.retire(row, administering.at, administering.account, given["reason"])
        return _("已停用")

    form = ReasonForm(request.POST or None)
    change = Change(_("停用群提醒"), _("停用"), form, carry_out, intro=row.name, takes_away=True)
    return subject_page(request, organisation_subject(organisation, BACK), change)


def _row(organisation: Organisation, id: UUID) -> Webhook:
    row = webhooks.in_use(organisation.id).filter(id=id).first()
    if row is None:
        raise Http404
    return row
