"""Beginning a case that no petition brought, such as an incident on the premises."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.casework.actions.starting import StartAction, fields_of, start_actions
from huiyin.casework.labels import FormError
from huiyin.casework.visible import visible_to
from huiyin.door import Accepted, KeyReused, in_words, open_case
from huiyin.people.models import Organisation
from huiyin.people.web import Acting, staff_page
from huiyin.web.bound_fields import fill, inputs_for_files, raw
from huiyin.web.case_lookup import key_of
from huiyin.web.draft_requests import answered, begun, draft_of, is_asked_for_only, kept_when_turned_away
from huiyin.web.draft_requests import context as draft_context
from huiyin.web.drafts import KEY, FormDraft
from huiyin.web.uploads import with_files


@with_files
@kept_when_turned_away
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def begin(request: HttpRequest, acting: Acting, procedure: str, action: str) -> HttpResponse:
    """The form of a beginning; sent, the case is opened, or it comes back with what is wrong and everything that was typed."""
    organisation = Organisation.objects.get(id=acting.actor.organisation)
    offered = start_actions(organisation, acting.actor, acting.at)
    chosen = next((item for item in offered if (item.procedure, item.action) == (procedure, action)), None)
    if chosen is None:
        raise Http404
    views = fields_of(organisation, chosen, acting.at)
    errors: tuple[FormError, ...] = ()
    draft = draft_of(request, organisation.id, acting.at, acting.account.id)
    answer = answered(request, draft, inputs_for_files(views))
    if answer is not None:
        return answer
    data = begun(request, draft)
    if data is not None and not is_asked_for_only(request):
        outcome = _open(acting, organisation, chosen, data, draft)
        if isinstance(outcome, Accepted):
            draft.sent()
            messages.success(request, _("“%(action)s”已办理") % {"action": chosen.label})
            if not visible_to(acting.actor).filter(id=outcome.case.id).exists():
                return HttpResponseRedirect(reverse("desk:duties"))  # kept from who brought it, its number too
            return HttpResponseRedirect(reverse("desk:case", args=[outcome.case.number]))
        errors = outcome
    if data is not None:
        draft.comes_back(data)
    context = {
        "beginning": chosen,
        "filled": fill(views, data, errors, draft=draft),
        "key": key_of(data.get(KEY, "")) if data is not None else uuid4().hex,
        "draft": draft_context(request, draft),
    }
    return render(request, "desk/begin.html", context, status=422 if errors else 200)


def _open(
    acting: Acting, organisation: Organisation, chosen: StartAction, data: QueryDict, draft: FormDraft
) -> Accepted | tuple[FormError, ...]:
    typed = raw(fields_of(organisation, chosen, acting.at), data, draft.files)
    key = key_of(data.get(KEY, ""))
    try:
        outcome = open_case(organisation, chosen.procedure, chosen.action, acting.actor, acting.at, typed, key)
    except KeyReused:
        return (FormError("", "key-reused", _("这张表已经提交过一次，内容与这次不同。请重新打开本页再填写")),)
    return outcome if isinstance(outcome, Accepted) else in_words(outcome)
