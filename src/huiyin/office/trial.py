"""试发邮件、核对反向代理: settings tried out while one watches, for whoever sets up and for administrators of the installation."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from huiyin.doctor.trial import look_at_proxies, try_mail
from huiyin.office.setup.pages import UNFIT, setup_page
from huiyin.web.page_access import Administering, installation_page
from huiyin.web.unmarked_forms import UnmarkedForm


class TrialForm(UnmarkedForm):
    """Where a test mail goes."""

    email = forms.EmailField(label=_("测试邮件发到"), help_text=_("填您自己的邮箱；内容只是一句“可以发信”"))


@require_http_methods(["GET", "HEAD", "POST"])
@setup_page
def in_setup(request: HttpRequest) -> HttpResponse:
    """While an organisation is set up."""
    return _trial(request)


@require_http_methods(["GET", "HEAD", "POST"])
@installation_page
def later(request: HttpRequest, administering: Administering) -> HttpResponse:
    """Any time later."""
    return _trial(request)


def _trial(request: HttpRequest) -> HttpResponse:
    form = TrialForm(request.POST or None)
    tried = try_mail(form.cleaned_data["email"]) if request.method == "POST" and form.is_valid() else None
    context = {"form": form, "tried": tried, "proxies": look_at_proxies(request)}
    return render(request, "office/trial.html", context, status=UNFIT if form.errors else 200)
