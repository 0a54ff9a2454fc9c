"""Putting right what was entered wrongly when a petition was registered."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.casework.case_view import channel_name
from huiyin.casework.forms import FieldView, form
from huiyin.casework.labels import FormError
from huiyin.casework.loaded_case import load_case
from huiyin.casework.models import Case
from huiyin.casework.received.registered import Registration, read_registration
from huiyin.casework.sealed.confidential import is_hidden
from huiyin.casework.sealed.texts import opening_words
from huiyin.casework.vocabulary import CHANNELS
from huiyin.desk.case_page import parties_of
from huiyin.desk.registering.pages import by_channel
from huiyin.door import Accepted, Correction, correct_registration, in_words
from huiyin.door.correcting import IDENTITY, MAX_REASON_CHARS, is_correctable
from huiyin.ledger.chain import Conflict
from huiyin.people.checks import PetitionerFields
from huiyin.people.petitioners import PetitionerErased
from huiyin.procedure.amending.correcting import correction_obstacle
from huiyin.rules import REGISTER
from huiyin.web.bound_fields import fill
from huiyin.web.case_lookup import visible_case
from huiyin.web.drafts.form_drafts import AT_SEQ, at_seq_of
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.petition_form import Box

Errors = dict[str, str]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def correct(request: HttpRequest, acting: Acting, no: str) -> HttpResponse:
    """The registration as it stands, to be changed; sent, it is corrected, or comes back with what is wrong."""
    case = visible_case(acting, no)
    loaded = load_case(case)
    if correction_obstacle(loaded.rules, loaded.state, acting.actor) is not None:
        raise Http404
    hidden = is_hidden(case, parties_of(case), acting.actor, acting.at)
    if request.method != "POST":
        return _form(request, acting, case, hidden, {})
    errors = _carry_out(request.POST, acting, case, hidden)
    if errors:
        visible_case(acting, no)  # whom it accuses by now is told nothing
        return _form(request, acting, case, hidden, errors)
    messages.success(request, _("登记已更正，更正前后的内容和理由记入办理经过"))
    return HttpResponseRedirect(reverse("desk:case", args=[case.number]))


def _carry_out(data: QueryDict, acting: Acting, case: Case, hidden: bool) -> Errors:
    """What is wrong, by field (with number where it is a petitioner's); nothing when it was corrected."""
    headcount = data.get("headcount", "")
    if not (headcount.isascii() and headcount.isdigit() and len(headcount) < len("1000000000")):
        return {"headcount": _("人数须为整数")}
    correction = Correction(
        reason=data.get("reason", ""),
        title=data.get("title"),
        text=data.get("text"),
        channel=data.get("channel"),
        headcount=int(headcount),
        petitioners={} if hidden else _people(data, case),
        accused=tuple(line for line in data.get("accused", "").splitlines() if line.strip()),
        fields={view.name: data[view.name] for view in _views(case, acting) if view.name in data},
    )
    try:
        outcome = correct_registration(case.id, correction, acting.actor, acting.at, at_seq_of(data))
    except Conflict:
        return {"": _("打开此页之后事项有了新的变化，请核对后重新提交")}
    return {} if isinstance(outcome, Accepted) else {error.field: error.message for error in in_words(outcome)}


def _views(case: Case, acting: Acting) -> tuple[FieldView, ...]:
    """What the form of registration asks for besides what every petition has, as far as it can be put right."""
    rules = load_case(case).rules
    rule = rules.book.procedures[case.procedure].actions[REGISTER]
    views = form(rules, rule, None, case.organisation_id, acting.at)
    return tuple(view for view in views if is_correctable(rules.book.fields[view.name]))


def _people(data: QueryDict, case: Case) -> dict[UUID, PetitionerFields]:
    """Who the form says that the petitioners are; a kind cannot be changed, and who stayed unnamed stays so."""
    return {party.id: _typed(PetitionerFields(), data, position) for position, party in enumerate(parties_of(case))}


def _typed(person: PetitionerFields, data: QueryDict, position: int) -> PetitionerFields:
    given: dict[str, Any] = {name: data.get(f"p{position}-{name}", "") for name in IDENTITY}
    return replace(person, **given)


def _form(request: HttpRequest, acting: Acting, case: Case, hidden: bool, errors: Errors) -> HttpResponse:
    try:
        known = read_registration(case, acting.actor, acting.at, with_people=not hidden)
    except PetitionerErased:
        raise Http404 from None
    data = request.POST if request.method == "POST" else None
    views = _views(case, acting)
    labels = {view.name: view.label for view in views}
    stands = [replace(view, preset=known.typed.get(view.name, "")) for view in views]
    wrong = [FormError(name, "", errors[name]) for name in (view.name for view in views) if name in errors]
    channels = dict.fromkeys((case.channel, *CHANNELS))
    typed = {"title": known.title, "text": known.text, "channel": case.channel, "headcount": case.headcount}
    context = {
        "case": case,
        "typed": {name: data.get(name, "") for name in (*typed, "reason", "accused")} if data else typed,
        "people": () if hidden else _boxes(known, data, errors),
        "hidden": hidden,
        "channels": {code: channel_name(code) for code in channels if code in CHANNELS},
        "groups": by_channel(fill(stands, data, wrong).fields),
        "errors": errors,
        "problems": [(labels.get(name, ""), message) for name, message in errors.items()],
        "most": MAX_REASON_CHARS,
        "title": opening_words(known.text),
        "at_seq": case.seq if data is None or "" in errors else data.get(AT_SEQ, ""),
    }
    return render(
        request, "desk/correct.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    )


def _boxes(known: Registration, data: QueryDict | None, errors: Errors) -> list[Box]:
    boxes = []
    for position, person in enumerate(known.people.values()):
        if person.kind == "anonymous":
            continue
        typed = _typed(person, data, position) if data is not None else person
        prefix = f"petitioners.{position}."
        wrong = {name.removeprefix(prefix): text for name, text in errors.items() if name.startswith(prefix)}
        boxes.append(Box(position, typed, wrong))
    return boxes
