"""邮件提醒: of which news about their duties somebody wants mail, how soon, and when nothing is to come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from huiyin.notify.staff_mail import note_known
from huiyin.people.models import Account, MailPreference
from huiyin.people.signing_in.confirming import ask_again
from huiyin.people.staff.mail_preferences import LABELS, MailReason, next_look, preference_of
from huiyin.web.page_access import account_page
from huiyin.web.unmarked_forms import UnmarkedForm

UNFIT = 422
HOURS = [(hour, f"{hour}:00") for hour in range(24)]
CHOSEN = ("reasons", "pace", "hour", "quiet_from", "quiet_until")


class MailForm(UnmarkedForm):
    """What somebody chooses."""

    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("哪些事提醒"),
        required=False,
        choices=[(str(reason), LABELS[reason]) for reason in MailReason],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("邮件和“提醒”页都按此；其中只有事由和编号，没有信访人的姓名和内容"),
    )
    pace = forms.ChoiceField(label=gettext_lazy("怎么发"), choices=MailPreference.MailPace.choices)
    hour = forms.TypedChoiceField(label=gettext_lazy("每天一封的，几点发"), coerce=int, choices=HOURS)
    quiet_from = forms.TypedChoiceField(
        label=gettext_lazy("随时发的，几点以后不发"),
        coerce=int,
        choices=HOURS,
        help_text=gettext_lazy("其间的提醒并在一封里，到点再发；前后两个钟点相同的，不停"),
    )
    quiet_until = forms.TypedChoiceField(label=gettext_lazy("几点以后再发"), coerce=int, choices=HOURS)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def mail(request: HttpRequest, account: Account, at: datetime) -> HttpResponse:
    """Shows and takes the choice, after asking who is there: what is not mailed may be what tells the owner of something."""
    asked = ask_again(request)
    if asked is not None:
        return asked
    chosen = preference_of(account, at)
    initial: dict[str, Any] = {name: getattr(chosen, name) for name in CHOSEN}
    form = MailForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        is_new = chosen._state.adding
        for name in CHOSEN:
            setattr(chosen, name, form.cleaned_data[name])
        chosen.next_at = next_look(chosen, at)
        chosen.save()
        if is_new:
            note_known(account, at)
        messages.success(request, _("邮件提醒已保存"))
        return HttpResponseRedirect(reverse("account:me"))
    context = {
        "form": form,
        "has_address": EmailAddress.objects.filter(user=account, verified=True).exists(),
        "sends_mail": settings.HUIYIN_SENDS_MAIL,
    }
    return render(request, "account_pages/mail.html", context, status=UNFIT if form.errors else 200)
