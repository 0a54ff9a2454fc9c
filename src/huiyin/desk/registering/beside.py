"""What stands beside the form while it is filled in: likely repeats, what is new against one of them, what the petitioner reads back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiyin.casework.actions.choices import may_start_under
from huiyin.casework.case_view import case_view, channel_name
from huiyin.casework.history import contacts, read_history
from huiyin.casework.received.newness import what_is_new
from huiyin.casework.received.subjects import in_words
from huiyin.casework.sealed.texts import opening_words
from huiyin.casework.visible import book_of
from huiyin.desk.case_page import recognisable_people
from huiyin.door.beside.lookups import TooManyLookups, repeats_on_record
from huiyin.people.accusable import pickable_units
from huiyin.people.checks import PetitionerFields
from huiyin.people.models import Organisation
from huiyin.rules import MATTER, REGISTER
from huiyin.web.case_lookup import visible_case
from huiyin.web.drafts.form_drafts import FormDraft
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.petition_form import FILES, PetitionForm, moment, read_petition_form
from huiyin.web.uploads import with_files

COMPARE, READ_BACK = "_compare", "_read_back"


def repeats_shown(acting: Acting, people: Sequence[PetitionerFields]) -> dict[str, Any]:
    """What the list of likely repeats draws: which matters, that too many were looked up within the hour, or that nobody is to be looked up yet."""
    asked = any(one.phone or one.id_number or one.name for one in people)
    try:
        return {"repeats": repeats_on_record(acting.actor, people, acting.at), "asked": asked}
    except TooManyLookups:
        return {"repeats": (), "too_many": True}


def subject_of(acting: Acting, text: str) -> str:
    """What the text seems to be about under the rulebook in force, for whoever registers; empty where its words do not say."""
    book = book_of(acting.actor.organisation)
    return in_words(book, book.procedures[MATTER], text) if book is not None else ""


def _only_who_registers(acting: Acting) -> None:
    """Whoever may register no petition looks nobody up beside one. Raises Http404."""
    book = book_of(acting.actor.organisation)
    if book is None or not may_start_under(book, acting.actor, REGISTER):
        raise Http404


@with_files
@require_POST
@staff_page
def repeats(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Matters of people with the same numbers or name, and the title that the text would get, while the form is being filled in."""
    _only_who_registers(acting)
    petition = read_petition_form(request.POST, None, ())
    context = {
        **repeats_shown(acting, petition.people),
        "title": opening_words(petition.text),
        "subject": subject_of(acting, petition.text),
        "beside": True,
    }
    return render(request, "desk/registering/repeats.html", context)


@with_files
@require_POST
@staff_page
def compare(request: HttpRequest, acting: Acting) -> HttpResponse:
    """An earlier matter beside what is being typed, with what is new in it; a part of the form's page, or a page where no script runs."""
    _only_who_registers(acting)
    case = visible_case(acting, request.POST.get(COMPARE, ""))
    petition = read_petition_form(request.POST, None, ())
    past = read_history(case, acting.actor)
    came = contacts(past)
    received = "\n".join(contact.text for contact in came)
    context = {
        "case": case,
        "view": case_view(case, acting.at, past.title),
        "contacts": came,
        "people": recognisable_people(case, acting).people,
        "petition": petition,
        "channel": channel_name(petition.channel),
        "sentences": what_is_new(received, petition.text),
    }
    part = "desk/registering/compared.html" if request.headers.get("HX-Request") else "desk/registering/compare.html"
    return render(request, part, context)


def read_back(
    request: HttpRequest, organisation: Organisation, petition: PetitionForm, draft: FormDraft
) -> HttpResponse:
    """What was typed in large letters, for the petitioner to confirm on a second screen or on paper before it is registered."""
    units = pickable_units(organisation.id, "", petition.accused_units)
    context = {
        "organisation": organisation,
        "petition": petition,
        "title": petition.title or opening_words(petition.text),
        "channel": channel_name(petition.channel),
        "received": moment(petition.received),
        "accused": [
            *filter(None, map(str.strip, petition.accused.splitlines())),
            *(one.label for one in units.shown if one.is_chosen),
        ],
        "files": draft.listed(FILES),
        "token": draft.token,
        "kinds": {"legal": _("法人"), "organisation": _("其他组织")},
    }
    return render(request, "desk/registering/read_back.html", context)
