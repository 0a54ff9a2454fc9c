"""Registering what reached the office by letter, telephone, visit or referral."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.casework import receipts
from huiyin.casework.case_view import channel_name
from huiyin.casework.forms import form
from huiyin.casework.labels import FormError, name_of
from huiyin.casework.lists.repeats import possible_repeats
from huiyin.casework.models import Submission
from huiyin.casework.visible import handed_over_by, visible_to
from huiyin.casework.vocabulary import CHANNELS
from huiyin.door import KeyReused, Registered, in_words
from huiyin.door import register_petition as take_in
from huiyin.door.intake import MAX_PETITIONERS
from huiyin.people.accusable import pickable_units
from huiyin.people.models import Organisation
from huiyin.people.web import Acting, staff_page
from huiyin.rule_store.store import load
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action
from huiyin.web.bound_fields import fill
from huiyin.web.petition_form import EXTRA, KEY, PetitionForm, blank, clock, read_petition_form
from huiyin.web.uploads import with_files

ACTION = "register"
"""The action by which staff take a petition in; every rulebook has it."""
RECEIPT_KEY = "receipt"
"""Under which the session keeps the last registration: its code is shown to whoever registered it, and to nobody else."""
DESK_CHANNELS = ("letter", "visit", "call", "referral", "email", "fax", "web")


@with_files
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def register_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The form; sent, it registers, adds or takes away a petitioner, or comes back with what is wrong."""
    organisation = Organisation.objects.get(id=acting.actor.organisation)
    rules = load(organisation.rulebook_at(acting.at))
    rule = rules.book.procedures["matter"].actions[ACTION]
    if not set(rule.by) & acting.actor.roles:
        roles = _("、").join(name_of(rules.book.roles[role]) for role in rule.by)
        return render(request, "desk/register_refused.html", {"roles": roles}, status=HTTPStatus.FORBIDDEN)
    views = form(rules, rule, None, organisation.id, acting.at)
    if request.method != "POST":
        return _form(request, acting, rules, rule, blank(acting.at), ())
    petition = read_petition_form(request.POST, request.FILES, views)
    changed = petition.reshaped(request.POST)
    if changed is not None:
        return _form(request, acting, rules, rule, changed, (), status=HTTPStatus.OK)
    errors = petition.errors
    if not errors:
        outcome = _take_in(organisation, acting, petition)
        if isinstance(outcome, Registered):
            request.session[RECEIPT_KEY] = str(outcome.submission.id)
            return HttpResponseRedirect(reverse("desk:receipt"))
        errors = outcome
    return _form(request, acting, rules, rule, petition, errors)


def _take_in(organisation: Organisation, acting: Acting, petition: PetitionForm) -> Registered | tuple[FormError, ...]:
    try:
        outcome = take_in(petition.intake(organisation), acting.actor, acting.at, ACTION, petition.key)
    except KeyReused:
        return (
            FormError("", "key-reused", _("这张表已经登记过一次，内容与这次不同。要登记新的来件，请重新打开登记页")),
        )
    return outcome if isinstance(outcome, Registered) else in_words(outcome)


@with_files
@require_POST
@staff_page
def repeats(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Matters of people with the same phone or identity number, as numbers only, while the form is being filled in."""
    petition = read_petition_form(request.POST, request.FILES, ())
    found = possible_repeats(acting.actor, petition.people, acting.at)
    return render(request, "desk/parts/repeats.html", {"repeats": found, "asked": True})


@require_safe
@staff_page
def receipt(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Receipt and query code of what was registered last in this session, to print and hand over."""
    id_ = request.session.get(RECEIPT_KEY)
    mine = handed_over_by(acting.actor)
    rows = Submission.objects.filter(id=id_, case__in=mine) if id_ else Submission.objects.none()
    submission = rows.select_related("case__organisation").first()
    if submission is None:
        return HttpResponseRedirect(reverse("desk:register"))
    context = {
        "submission": submission,
        "code": receipts.code_of(submission.receipt),
        "may_open": visible_to(acting.actor).filter(id=submission.case_id).exists(),
        "channel": channel_name(submission.channel),
        "track_url": f"{settings.HUIYIN_PUBLIC_URL}/track/",
    }
    return render(request, "desk/receipt.html", context)


def _form(
    request: HttpRequest,
    acting: Acting,
    rules: Rules,
    rule: Action,
    petition: PetitionForm,
    errors: tuple[FormError, ...],
    status: HTTPStatus | None = None,
) -> HttpResponse:
    views = form(rules, rule, None, acting.actor.organisation, acting.at)
    names = {view.name for view in views}
    sent = request.method == "POST"
    context: dict[str, Any] = {
        "petition": petition,
        "people": petition.boxes(errors),
        "channels": {code: _(CHANNELS[code]) for code in DESK_CHANNELS},
        "filled": fill(
            views, request.POST if sent else None, [error for error in errors if error.field in names], EXTRA
        ),
        "summary": petition.summary(errors, views),
        "file_problems": petition.summary([error for error in errors if error.field.startswith("attachments")], views),
        "errors": {error.field: error.message for error in errors},
        "units": pickable_units(acting.actor.organisation, petition.find, petition.accused_units),
        "most_people": MAX_PETITIONERS,
        "key": petition.key or uuid4().hex,
        "key_name": KEY,
        "latest": clock(acting.at),
        "repeats": possible_repeats(acting.actor, petition.people, acting.at) if sent else (),
        "cites": rules.book.procedures["matter"].actions[ACTION].clause,
    }
    if status is None:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if sent else HTTPStatus.OK
    return render(request, "desk/register.html", context, status=status)
