"""How a petitioner can be reached: shown covered, as it is kept, and put right by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from huiyin.casework.labels import FormError
from huiyin.casework.loaded_case import LoadedCase, load_case
from huiyin.casework.tracking import OpenedReceipt
from huiyin.door import Accepted, Correction, correct_registration, in_words
from huiyin.door.correcting import CONTACT
from huiyin.ledger.chain import Conflict
from huiyin.people.checks import PetitionerFields
from huiyin.people.petitioners import recognisable
from huiyin.portal.opened import recall
from huiyin.procedure.amending.correcting import correction_obstacle
from huiyin.web.languages import LANGUAGE

WHY: Final = "信访人自行更正"
"""The reason as it stands in the ledger."""
MAX_CHARS: Final = 500


@dataclass(frozen=True, slots=True)
class OwnContact:
    """What is kept of the petitioner of a receipt, covered; ``may_correct``: whether they can put it right now."""

    fields: PetitionerFields
    confidential: bool
    may_correct: bool


def own_contact(opened: OpenedReceipt, loaded: LoadedCase) -> OwnContact | None:
    """What is kept of the petitioner; None where that was destroyed."""
    petitioner = opened.submission.petitioner
    fields = recognisable([petitioner]).get(petitioner.id)
    if fields is None:
        return None
    is_party = opened.case.petitioner_id == petitioner.id  # a repeat that was joined has a matter of its own to correct
    may = (
        fields.kind != "anonymous"
        and is_party
        and correction_obstacle(loaded.rules, loaded.state, opened.actor) is None
    )
    return OwnContact(fields, petitioner.confidential, may)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """Phone, address and mail address, each to be given anew; what is left empty stays."""
    at = timezone.now()
    opened = recall(request, at)
    if opened is None:
        return HttpResponseRedirect(reverse("portal:track"))
    known = own_contact(opened, load_case(opened.case))
    if known is None or not known.may_correct:
        raise Http404
    typed = {name: request.POST.get(name, "")[:MAX_CHARS].strip() for name in CONTACT}
    errors: dict[str, str] = {}
    if request.method == "POST" and LANGUAGE not in request.GET:  # else sent along by who chose another language
        changed = {name: value for name, value in typed.items() if value}
        try:
            outcome = correct_registration(opened.case.id, Correction(WHY, contact=changed), opened.actor, at)
            wrong = () if isinstance(outcome, Accepted) else in_words(outcome)
        except Conflict:
            wrong = (FormError("", "stale", _("您的事项刚有新的进展，请再提交一次")),)
        if not wrong:
            messages.success(request, _("联系方式已更正"))
            return HttpResponseRedirect(reverse("portal:matter"))
        errors = {error.field.rpartition(".")[2]: error.message for error in wrong}
    context = {"known": known, "typed": typed, "errors": errors, "case": opened.case, "keeps_form": True}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return render(request, "portal/contact.html", context, status=status)
