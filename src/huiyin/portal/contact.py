"""How a petitioner can be reached: shown covered, as it is kept, and put right by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from huiyin.casework.labels import FormError
from huiyin.casework.loaded_case import LoadedCase, load_case
from huiyin.casework.received.named import NamedWith, Representative, history_with_accused, is_of_the_case, named_with
from huiyin.casework.tracking import OpenedReceipt
from huiyin.door import Accepted, Correction, correct_registration, in_words
from huiyin.door.correcting import CONTACT
from huiyin.ledger.chain import Conflict
from huiyin.portal.opened import open_again, recall
from huiyin.procedure.amending.correcting import correction_obstacle
from huiyin.web.drafts.draft_requests import answered, begun, draft_of, is_asked_for_only
from huiyin.web.drafts.draft_requests import context as draft_context

WHY: Final = "信访人自行更正"
"""The reason as it stands in the ledger."""
MAX_CHARS: Final = 500


@dataclass(frozen=True, slots=True)
class OwnContact:
    """What is kept of a representative who signed what was handed in, covered; ``may_correct``: whether it can be put right now."""

    who: Representative
    may_correct: bool


def own_contacts(opened: OpenedReceipt, loaded: LoadedCase, named: NamedWith) -> tuple[OwnContact, ...]:
    """What is kept of each representative, in the order in which they signed; of whoever was destroyed nothing."""
    # A repeat that was joined has a matter of its own to correct.
    may = is_of_the_case(opened) and correction_obstacle(loaded.rules, loaded.state, opened.actor) is None
    return tuple(OwnContact(one, may and one.fields.kind != "anonymous") for one in named.representatives)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, number: int = 1) -> HttpResponse:
    """Phone, address and mail address of the representative ``number`` (from 1), each to be given anew; what is left empty stays."""
    at = timezone.now()
    opened = recall(request, at)
    if opened is None:
        return open_again(request)
    known = own_contacts(opened, load_case(opened.case), named_with(opened, history_with_accused(opened)))
    if not 1 <= number <= len(known) or not known[number - 1].may_correct:
        raise Http404
    who = known[number - 1].who
    draft = draft_of(request, opened.case.organisation_id, at, whose=opened.submission.id)
    answer = answered(request, draft, ())
    if answer is not None:
        return answer
    data = begun(request, draft) or QueryDict()
    typed = {name: data.get(name, "")[:MAX_CHARS].strip() for name in CONTACT}
    errors: dict[str, str] = {}
    if request.method == "POST" and not is_asked_for_only(request):
        errors = _correct(opened, who, typed, at)
        if not errors:
            draft.mark_sent()
            messages.success(request, _("联系方式已更正"))
            return HttpResponseRedirect(reverse("portal:matter"))
    if data:
        draft.comes_back(data)
    context = {
        "known": who,
        "number": number if len(known) > 1 else None,
        "typed": typed,
        "errors": errors,
        "case": opened.case,
        "draft": draft_context(request, draft),
        "key": "",
        "keeps_form": True,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return render(request, "portal/contact.html", context, status=status)


def _correct(opened: OpenedReceipt, who: Representative, typed: Mapping[str, str], at: datetime) -> dict[str, str]:
    """Have it corrected; what is wrong, by field (empty: with the whole), and nothing where it was done."""
    changed = {name: value for name, value in typed.items() if value}
    try:
        outcome = correct_registration(
            opened.case.id, Correction(WHY, contact=changed, contact_of=who.id), opened.actor, at
        )
        wrong = () if isinstance(outcome, Accepted) else in_words(outcome)
    except Conflict:
        wrong = (FormError("", "stale", _("您的事项刚有新的进展，请再提交一次")),)
    return {error.field.rpartition(".")[2]: error.message for error in wrong}
