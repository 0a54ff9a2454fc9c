"""The form with which a case is begun that no petition brought: one way through it, however a page draws it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from huiyin.casework.actions.starting import StartAction, fields_of
from huiyin.casework.forms import FieldView
from huiyin.casework.labels import FormError
from huiyin.people.models import Organisation
from huiyin.web.bound_fields import fill, inputs_for_files, raw, unwritten
from huiyin.web.case_lookup import key_of
from huiyin.web.drafts.draft_requests import answered, begun, draft_of, is_asked_for_only
from huiyin.web.drafts.draft_requests import context as draft_context
from huiyin.web.drafts.form_drafts import KEY
from huiyin.web.page_access import Acting

Send = Callable[[Organisation, Mapping[str, object], str], HttpResponse | tuple[FormError, ...]]
"""What does it: with the organisation, what was filled in, and the key by which it is done once. Returns where one comes then, or what is wrong."""
Views = tuple[FieldView, ...]
MAX_LINKED_CHARS: Final = 100


def start_form(
    request: HttpRequest, acting: Acting, start: StartAction, send: Send, template: str, *, here_and_now: Views = ()
) -> HttpResponse:
    """The form; once sent, the case is begun, or the form comes back with what is wrong and everything that was typed.

    ``here_and_now`` are its fields as they begin where the page knows better than a blank form (``at_the_scene``).
    """
    organisation = Organisation.objects.get(id=acting.actor.organisation)
    views = here_and_now or fields_of(organisation, start, acting.at, acting.actor)
    views = tuple(replace(view, preset=asked_for(view, request) or view.preset) for view in views)
    errors: tuple[FormError, ...] = ()
    draft = draft_of(request, organisation.id, acting.at, acting.account.id)
    draft.unwritten = unwritten(views)
    answer = answered(request, draft, inputs_for_files(views))
    if answer is not None:
        return answer
    data = begun(request, draft)
    if data is not None and not is_asked_for_only(request):
        outcome = send(organisation, raw(views, data, draft), key_of(data.get(KEY, "")))
        if isinstance(outcome, HttpResponse):
            draft.mark_sent()
            return outcome
        errors = outcome
    if data is not None:
        draft.comes_back(data)
    context = {
        "beginning": start,
        "filled": fill(views, data, errors, draft=draft),
        "key": key_of(data.get(KEY, "")) if data is not None else uuid4().hex,
        "draft": draft_context(request, draft),
    }
    return render(request, template, context, status=422 if errors else 200)


LINKED_TYPES: Final = frozenset({"case", "choice", "line", "unit"})
"""The types of fields that a link of ours may fill in: numbers, codes and names of duties, no words about anybody."""


def asked_for(view: FieldView, request: HttpRequest) -> str:
    """What a link fills in; of what is chosen only what is offered."""
    given = request.GET.get(view.name, "")[:MAX_LINKED_CHARS] if view.type in LINKED_TYPES else ""
    return given if not view.options or given in {option.value for option in view.options} else ""


NOW_BY_TYPE: Final = {"date": "%Y-%m-%d", "time": "%H:%M"}


def at_the_scene(acting: Acting, start: StartAction) -> Views:
    """The form's fields as whoever is there would begin them: today, now, in their own unit, and with what alone can be chosen."""
    organisation = Organisation.objects.get(id=acting.actor.organisation)
    now = timezone.localtime(acting.at)

    def preset(view: FieldView) -> str:
        if view.required and view.type in NOW_BY_TYPE:
            return now.strftime(NOW_BY_TYPE[view.type])
        offered, own = [option.value for option in view.options], str(acting.actor.unit)
        if view.type == "unit" and own in offered:
            return own
        return offered[0] if view.required and len(offered) == 1 and not view.preset else view.preset

    views = fields_of(organisation, start, acting.at, acting.actor)
    return tuple(replace(view, preset=preset(view)) for view in views)
