"""界面: how bright somebody wants the pages, and how much on a screen; kept with the account, on whatever device they sign in."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiyin.people.models import Account
from huiyin.web.page_access import account_page


@require_POST
@account_page
def looks(request: HttpRequest, account: Account, at: datetime) -> HttpResponse:
    """Takes the choice; what is none of the choices leaves it as it is."""
    theme, density = request.POST.get("theme", ""), request.POST.get("density", "")
    if theme in Account.Theme.values:
        account.theme = theme
    if density in Account.Density.values:
        account.density = density
    account.save(update_fields=["theme", "density"])
    messages.success(request, _("界面设置已保存"))
    return HttpResponseRedirect(reverse("account:me"))
