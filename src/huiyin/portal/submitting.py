"""Handing in a petition without an account, on a screen of any size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.casework import receipts, tracking
from huiyin.casework.forms import FieldView, form
from huiyin.casework.labels import FormError, name_of
from huiyin.casework.loaded_case import load_case
from huiyin.casework.received import arrivals
from huiyin.casework.received.handed_in import handed_in
from huiyin.casework.received.named import history_with_accused, named_with
from huiyin.casework.sealed import codes
from huiyin.casework.tracking import OpenedReceipt
from huiyin.door import KeyReused, Registered, fingerprint, in_words, register_petition
from huiyin.door.intake import MAX_PETITIONERS, Intake
from huiyin.people.accusable import pickable_units
from huiyin.people.acting import petitioner_to_be
from huiyin.people.models import Organisation
from huiyin.portal.contact import own_contacts
from huiyin.portal.guidance import addresses
from huiyin.portal.opened import Content, recall, remember, was_handed_in
from huiyin.procedure.command import Actor
from huiyin.rule_store.store import load
from huiyin.rules import MATTER, SUBMIT
from huiyin.rules.book.load import Rules
from huiyin.rules.book.steps import begins_case
from huiyin.sealing.keyring import keyed_hash
from huiyin.web.bound_fields import fill
from huiyin.web.drafts.draft_requests import answered, begun, draft_of, is_asked_for_only
from huiyin.web.drafts.draft_requests import context as draft_context
from huiyin.web.drafts.form_drafts import FormDraft
from huiyin.web.petition_form import EXTRA, FILES, PetitionForm, blank, inputs, read_petition_form
from huiyin.web.uploads import with_files

RETALIATION = "retaliation-report"
"""The procedure whose clauses say what protects whoever is retaliated against."""
PARTS: Final = ("text", "title", "attachments", "petitioners", "headcount", "signers", "accused")
"""The parts of the form as they follow each other on the page."""


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """To whom? Where there is only one organisation the question is not asked."""
    known = addresses()
    if len(known) == 1:
        return HttpResponseRedirect(reverse("portal:submit", args=[known[0].organisation.code]))
    return render(request, "portal/choose.html", {"addresses": known})


@with_files
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, code: str) -> HttpResponse:
    """The form; sent, it registers, adds or takes away a representative, or comes back with what is wrong."""
    at = timezone.now()
    organisation = get_object_or_404(Organisation, code=code)
    rules = load(organisation.rulebook_at(at))
    entrance = _entrance(request, rules)
    views = _views(organisation, rules, entrance, at)
    draft = draft_of(request, organisation.id, at)
    answer = answered(request, draft, inputs(views))
    if answer is not None:
        return answer
    data = begun(request, draft)
    if data is None:
        return _form(request, organisation, draft, views, _begun(request, at), None, ())
    petition = replace(read_petition_form(data, draft, views), channel="web", received="")
    changed = petition.reshaped(request.POST)
    if changed is not None or is_asked_for_only(request):
        return _form(request, organisation, draft, views, changed or petition, data, (), HTTPStatus.OK)
    content = partial(_content, petition, organisation)
    if was_handed_in(request, content, at):
        draft.mark_sent()
        messages.info(request, _("同样的内容刚才已经提交，没有重复登记，回执如下"))
        return HttpResponseRedirect(reverse("portal:submitted"))
    opened = recall(request, at)
    intake = _intake(organisation, petition, entrance, opened)
    outcome = (*petition.refused(organisation, at), *_unfilled(entrance, petition, opened)) or _hand_in(
        intake, petition.key, entrance.action, at, draft.form.address
    )
    if isinstance(outcome, Registered):
        draft.mark_sent()
        remember(request, outcome.submission, at, content())
        return HttpResponseRedirect(reverse("portal:submitted"))
    waits = any(error.code == "too-many-petitions" for error in outcome)
    status = HTTPStatus.TOO_MANY_REQUESTS if waits else HTTPStatus.UNPROCESSABLE_ENTITY
    return _form(request, organisation, draft, views, petition, data, outcome, status)


@never_cache
@require_safe
def submitted(request: HttpRequest) -> HttpResponse:
    """Receipt and query code of what this browser has just handed in: to keep, to copy, to print."""
    opened = recall(request, timezone.now())
    if opened is None:
        return HttpResponseRedirect(reverse("portal:track"))
    loaded, past = load_case(opened.case), history_with_accused(opened)
    named = named_with(opened, past)
    context = {
        "submission": opened.submission,
        "organisation": opened.case.organisation,
        "of_retaliation": opened.case.procedure == RETALIATION,
        "moved": tracking.why_above(loaded),
        "handed_in": handed_in(opened, past),
        "named": named,
        "own": own_contacts(opened, loaded, named),
        "code": receipts.code_of(opened.submission.receipt, codes.current(opened.submission)),
        "track_url": request.build_absolute_uri(reverse("portal:track")),
    }
    return render(request, "portal/submitted.html", context)


def _begun(request: HttpRequest, at: datetime) -> PetitionForm:
    """The form before anything was typed: empty, or the beginning of a report of retaliation for the matter that is open here."""
    empty = replace(blank(at), received="")
    opened = recall(request, at) if _is_of_retaliation(request) else None
    if opened is None:
        return empty
    number = opened.case.number
    return replace(empty, title=_("因 %(number)s 受到打击报复") % {"number": number}, text=_report_begun(opened))


def _report_begun(opened: OpenedReceipt) -> str:
    """The lines of a report that are to be filled in."""
    return _(
        "我反映的事项 %(number)s（%(day)s 登记，%(organisation)s办理）之后，我受到打击报复。\n是谁：\n什么时候、在哪里、做了什么：\n我的请求："
    ) % {
        "number": opened.case.number,
        "day": timezone.localtime(opened.submission.registered_at).date().isoformat(),
        "organisation": opened.case.organisation.name,
    }


def _unfilled(entrance: _Entrance, petition: PetitionForm, opened: OpenedReceipt | None) -> tuple[FormError, ...]:
    """That of the lines of a report none was filled in, where that is so."""
    if entrance == PETITION or opened is None or petition.text.split() != _report_begun(opened).split():
        return ()
    return (FormError("text", "required", _("请在各行后面写上发生了什么：是谁、什么时候、做了什么")),)


def _is_of_retaliation(request: HttpRequest) -> bool:
    return request.GET.get("about") == "retaliation"


@dataclass(frozen=True, slots=True)
class _Entrance:
    """The way in of a form: which action opens a case of which procedure, and into which of its ``repeated`` fields goes what was told."""

    procedure: str
    action: str
    repeated: tuple[str, ...] = ()
    about: str = ""


PETITION: Final = _Entrance(MATTER, SUBMIT)


def _entrance(request: HttpRequest, rules: Rules) -> _Entrance:
    """A report of retaliation runs under the procedure that the rules have for it; where they have none, it is a petition like others."""
    procedure = rules.book.procedures.get(RETALIATION) if _is_of_retaliation(request) else None
    for name, action in procedure.actions.items() if procedure else ():
        if begins_case(action) and any(rules.book.roles[role].of == "petitioner" for role in action.by):
            asked = {name: rules.book.fields[name] for name in action.required}
            repeated = tuple(name for name, rule in asked.items() if action.required[name] and rule.type == "text")
            return _Entrance(
                RETALIATION, name, repeated, next((n for n, rule in asked.items() if rule.type == "case"), "")
            )
    return PETITION


def _protection(rules: Rules) -> tuple[tuple[str, str], ...]:
    """What the rules of an organisation promise whoever is retaliated against: clause and wording."""
    book = rules.book
    procedure = book.procedures.get(RETALIATION)
    cited = procedure.clause if procedure else ()
    return tuple((name_of(book.clauses[id].cite), name_of(book.clauses[id])) for id in cited)


def _views(organisation: Organisation, rules: Rules, entrance: _Entrance, at: datetime) -> tuple[FieldView, ...]:
    """What the form asks for besides what every petition says."""
    if entrance != PETITION:
        return ()
    return form(rules, rules.book.procedures[MATTER].actions[SUBMIT], None, organisation.id, at, "web")


def _content(petition: PetitionForm, organisation: Organisation) -> Content:
    """By what it is known again when it is sent once more from a form that has lost its key: browsers fill in what was typed."""
    words = replace(petition.intake(organisation), files=())
    files = [keyed_hash("handed-in", file.name.encode() + b"\0" + file.content).hex() for file in petition.files]
    return Content(fingerprint(words, SUBMIT), files)


@dataclass(frozen=True, slots=True)
class _Brought:
    """A petition, and who brings it in the case that it follows and that they have opened."""

    petition: Intake
    known_as: Actor | None = None


def _intake(
    organisation: Organisation, petition: PetitionForm, entrance: _Entrance, opened: OpenedReceipt | None
) -> _Brought:
    """The petition for the door. What follows the matter that is open here names it: whoever handled that one may be meant."""
    intake = petition.intake(organisation)
    if entrance == PETITION:
        return _Brought(intake)
    repeated: dict[str, object] = dict.fromkeys(entrance.repeated, intake.text)
    if opened is not None and entrance.about:
        repeated[entrance.about] = str(opened.case.id)
    fields = {**intake.fields, **repeated}
    return _Brought(replace(intake, procedure=entrance.procedure, fields=fields), opened.actor if opened else None)


def _hand_in(
    brought: _Brought, key: str, action: str, at: datetime, address: str
) -> Registered | tuple[FormError, ...]:
    petition = brought.petition
    later = arrivals.free_at(petition.organisation.id, address, at)
    if later is not None:
        time = timezone.localtime(later).strftime("%H:%M")
        message = _("近一小时从您这里提交的太多，这一件还没有登记。请在 %(time)s 以后再点提交") % {"time": time}
        return (FormError("", "too-many-petitions", message),)
    stranger = petitioner_to_be(petition.organisation.id)
    key = f"portal:{key}" if key else ""
    try:
        outcome = register_petition(petition, stranger, at, action, key, address, brought.known_as)
    except KeyReused:
        message = _("这张表已经提交过一次，内容与这次不同。要反映新的事情，请重新打开本页")
        return (FormError("", "key-reused", message),)
    return outcome if isinstance(outcome, Registered) else in_words(outcome)


def _form(
    request: HttpRequest,
    organisation: Organisation,
    draft: FormDraft,
    views: tuple[FieldView, ...],
    petition: PetitionForm,
    data: QueryDict | None,
    errors: tuple[FormError, ...],
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    names = {view.name for view in views}
    summary = petition.summary(errors, views, PARTS)
    if data is not None:
        draft.comes_back(data)
    of_retaliation = _is_of_retaliation(request)
    context: dict[str, Any] = {
        "organisation": organisation,
        "of_retaliation": of_retaliation,
        "protection": _protection(load(organisation.rulebook_at(timezone.now()))) if of_retaliation else (),
        "petition": petition.shown,
        "people": petition.shown.boxes(errors),
        "filled": fill(views, data, [error for error in errors if error.field in names], EXTRA, draft),
        "summary": summary,
        "errors": {error.field: error.message for error in errors},
        "units": pickable_units(organisation.id, petition.find, petition.accused_units),
        "most_people": MAX_PETITIONERS,
        "key": petition.key or uuid4().hex,
        "draft": draft_context(request, draft),
        "kept": draft.listed(FILES),
        "left_out": draft.refused(FILES),
    }
    return render(request, "portal/submit.html", context, status=status)
