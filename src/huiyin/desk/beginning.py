"""Beginning a case that no petition brought, such as an inspection."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.casework.actions.starting import start_actions
from huiyin.casework.labels import FormError
from huiyin.casework.visible import visible_to
from huiyin.door import Accepted, KeyReused, in_words, open_case
from huiyin.people.models import Organisation
from huiyin.web.drafts.draft_requests import kept_when_turned_away
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.start_form import start_form
from huiyin.web.uploads import with_files


@with_files
@kept_when_turned_away
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def begin(request: HttpRequest, acting: Acting, procedure: str, action: str) -> HttpResponse:
    """The form of a beginning; sent, the case is opened, or it comes back with what is wrong and everything that was typed."""
    offered = start_actions(Organisation.objects.get(id=acting.actor.organisation), acting.actor, acting.at)
    chosen = next((item for item in offered if (item.procedure, item.action) == (procedure, action)), None)
    if chosen is None:
        raise Http404

    def send(
        organisation: Organisation, fields: Mapping[str, object], key: str
    ) -> HttpResponse | tuple[FormError, ...]:
        try:
            outcome = open_case(organisation, procedure, action, acting.actor, acting.at, fields, key)
        except KeyReused:
            return (FormError("", "key-reused", _("这张表已经提交过一次，内容与这次不同。请重新打开本页再填写")),)
        if not isinstance(outcome, Accepted):
            return in_words(outcome)
        messages.success(request, _("“%(action)s”已办理") % {"action": chosen.label})
        if not visible_to(acting.actor).filter(id=outcome.case.id).exists():
            return HttpResponseRedirect(reverse("desk:duties"))  # kept from who brought it, its number too
        return HttpResponseRedirect(reverse("desk:case", args=[outcome.case.number]))

    return start_form(request, acting, chosen, send, "desk/begin.html")
