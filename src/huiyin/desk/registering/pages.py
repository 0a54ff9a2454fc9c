"""Registering what reached the office by letter, telephone, visit or referral."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.casework import receipts, tracking
from huiyin.casework.case_view import channel_name
from huiyin.casework.forms import form
from huiyin.casework.history import read_history
from huiyin.casework.labels import FormError, name_of
from huiyin.casework.models import Submission
from huiyin.casework.received.handed_in import handed_in
from huiyin.casework.sealed import codes
from huiyin.casework.sealed.texts import opening_words
from huiyin.casework.visible import handed_over_by, visible_to
from huiyin.casework.vocabulary import CHANNELS
from huiyin.desk.registering.beside import READ_BACK, read_back, repeats_shown, subject_of
from huiyin.door import KeyReused, Registered, in_words
from huiyin.door import register_petition as take_in
from huiyin.door.intake import MAX_PETITIONERS
from huiyin.people.accusable import pickable_units
from huiyin.people.models import Organisation
from huiyin.rule_store.store import load
from huiyin.rules import MATTER, REGISTER
from huiyin.rules.book.load import Rules
from huiyin.web.bound_fields import Bound, fill, unwritten
from huiyin.web.drafts.draft_requests import answered, begun, draft_of, is_asked_for_only, kept_when_turned_away
from huiyin.web.drafts.draft_requests import context as draft_context
from huiyin.web.drafts.form_drafts import FormDraft
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.petition_form import BY_CHANNEL, EXTRA, FILES, PetitionForm, blank, clock, inputs, read_petition_form
from huiyin.web.uploads import with_files

RECEIPT_KEY, CODE_KEY = "receipt", "receipt_code"
"""Under which the session keeps whose receipt it may show, and which of its codes: shown to whoever registered it or gave it out, and to
nobody else."""
CHANNEL_KEY = "registered_by"
"""Under which the session keeps by which channel somebody registered last: the next is likely to come the same way."""
FIRST_CHANNEL = "visit"
TOLD_FIRST = frozenset({"call"})
"""Channels by which one hears first what it is about and then who speaks."""
HOW = ("channel", "received_at", "headcount", BY_CHANNEL)
"""What the form asks for first."""
OF_SEVERAL = frozenset({"representatives"})
"""Fields of the rulebooks that are asked for only where more than one person came."""


@dataclass(frozen=True, slots=True)
class ByChannel:
    """What the rulebook asks for beside, under its heading: of every petition, or only of those that came by ``channels``."""

    channels: tuple[str, ...]
    of_several: bool
    fields: tuple[Bound, ...]

    @property
    def heading(self) -> str:
        """Which petitions have to fill it in; it stands there where a script does not hide the rest, too."""
        if self.channels:
            return _("来件方式为“%(channels)s”的填写") % {"channels": _("、").join(map(channel_name, self.channels))}
        return _("多人一起反映的填写") if self.of_several else _("规程要求的其他内容")

    @property
    def asked_with(self) -> dict[str, object]:
        """With which channels, or more than how many people, it is asked for; always where this is empty."""
        channels: dict[str, object] = {"channel": self.channels} if self.channels else {}
        return channels | ({"headcount": {"above": 1}} if self.of_several else {})

    @property
    def id(self) -> str:
        """Names the condition on the page."""
        return "-".join(("by", *self.channels, *(("several",) if self.of_several else ())))


def by_channel(fields: Sequence[Bound]) -> tuple[ByChannel, ...]:
    """The fields, those of one set of channels together, in the order in which the form has them."""
    found: dict[tuple[tuple[str, ...], bool], list[Bound]] = {}
    for bound in fields:
        found.setdefault((bound.view.asked_by, bound.view.name in OF_SEVERAL), []).append(bound)
    return tuple(
        ByChannel(*asked, tuple(those)) for asked, those in sorted(found.items(), key=lambda item: bool(item[0][0]))
    )


@with_files
@kept_when_turned_away
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def register_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The form; sent, it registers, adds or takes away a petitioner, or comes back with what is wrong."""
    organisation = Organisation.objects.get(id=acting.actor.organisation)
    rules = load(organisation.rulebook_at(acting.at))
    rule = rules.book.procedures[MATTER].actions[REGISTER]
    if not set(rule.by) & acting.actor.roles:
        roles = _("、").join(name_of(rules.book.roles[role]) for role in rule.by)
        return render(request, "desk/registering/refused.html", {"roles": roles}, status=HTTPStatus.FORBIDDEN)
    views = form(rules, rule, None, organisation.id, acting.at)
    draft = draft_of(request, organisation.id, acting.at, acting.account.id)
    draft.unwritten = unwritten(views, EXTRA)
    answer = answered(request, draft, inputs(views))
    if answer is not None:
        return answer
    data = begun(request, draft)
    if data is None:
        return _form(request, acting, draft, rules, _begun_by(request, acting), None, ())
    petition = read_petition_form(data, draft, views)
    if READ_BACK in request.POST:
        return read_back(request, organisation, petition, draft)
    changed = petition.reshaped(request.POST)
    if changed is not None or is_asked_for_only(request):
        return _form(request, acting, draft, rules, changed or petition, data, (), HTTPStatus.OK)
    errors = petition.refused(organisation, acting.at)
    if not errors:
        outcome = _take_in(organisation, acting, petition)
        if isinstance(outcome, Registered):
            draft.mark_sent()
            request.session[CHANNEL_KEY] = petition.channel
            request.session[RECEIPT_KEY], request.session[CODE_KEY] = outcome.submission.id.hex, 0
            return HttpResponseRedirect(reverse("desk:receipt"))
        errors = outcome
    return _form(request, acting, draft, rules, petition, data, errors, HTTPStatus.UNPROCESSABLE_ENTITY)


def _take_in(organisation: Organisation, acting: Acting, petition: PetitionForm) -> Registered | tuple[FormError, ...]:
    try:
        outcome = take_in(petition.intake(organisation), acting.actor, acting.at, REGISTER, petition.key)
    except KeyReused:
        return (
            FormError("", "key-reused", _("这张表已经登记过一次，内容与这次不同。要登记新的来件，请重新打开登记页")),
        )
    return outcome if isinstance(outcome, Registered) else in_words(outcome)


def _begun_by(request: HttpRequest, acting: Acting) -> PetitionForm:
    """An empty form by the channel of its address (a link says it), or by which this person registered last; else a visit: who stands there waits."""
    proposed = request.GET.get("channel", ""), request.session.get(CHANNEL_KEY, "")
    channel = next((one for one in proposed if one in CHANNELS), FIRST_CHANNEL)
    return replace(blank(acting.at), channel=channel)


@require_safe
@staff_page
def receipt(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Receipt and query code of what was registered, or given out anew, last in this session, to print and hand over."""
    id_ = request.session.get(RECEIPT_KEY)
    mine = handed_over_by(acting.actor)
    rows = Submission.objects.filter(id=id_, case__in=mine) if id_ else Submission.objects.none()
    submission = rows.select_related("case__organisation", "petitioner").first()
    number = request.session.get(CODE_KEY, 0)
    # A code that somebody else gave out since is not ours to see.
    if submission is None or number != codes.current(submission):
        return HttpResponseRedirect(reverse("desk:register"))
    may_open = visible_to(acting.actor).filter(id=submission.case_id).exists()
    opened = tracking.opened(submission)
    context = {
        "submission": submission,
        "code": receipts.code_of(submission.receipt, number),
        "given_again": number > 0,
        "may_open": may_open,
        "handed_in": handed_in(opened, read_history(submission.case, acting.actor)) if may_open else (),
        "channel": channel_name(submission.channel),
        "track_url": f"{settings.HUIYIN_PUBLIC_URL}/track/",
    }
    return render(request, "desk/receipt.html", context)


def _order(channel: str) -> Sequence[str]:
    """The parts of the form as they follow each other on the page."""
    who, what = ("petitioners", "signers"), ("text", "title", "accused", "attachments")
    return (*HOW, *what, *who) if channel in TOLD_FIRST else (*HOW, *who, *what)


def _form(
    request: HttpRequest,
    acting: Acting,
    draft: FormDraft,
    rules: Rules,
    petition: PetitionForm,
    data: QueryDict | None,
    errors: tuple[FormError, ...],
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    rule = rules.book.procedures[MATTER].actions[REGISTER]
    views = form(rules, rule, None, acting.actor.organisation, acting.at)
    names = {view.name for view in views}
    filled = fill(views, data, [error for error in errors if error.field in names], EXTRA, draft)
    summary = petition.summary(errors, views, _order(petition.channel))
    if data is not None:
        draft.comes_back(data)
    context: dict[str, Any] = {
        "petition": petition.shown,
        "people": petition.shown.boxes(errors),
        "channels": {code: _(label) for code, label in CHANNELS.items()},
        "groups": by_channel(filled.fields),
        "told_first": petition.channel in TOLD_FIRST,
        "told_first_by": {"channel": sorted(TOLD_FIRST)},
        "fresh": data is None,
        "summary": summary,
        "errors": {error.field: error.message for error in errors},
        "units": pickable_units(acting.actor.organisation, petition.find, petition.accused_units),
        "most_people": MAX_PETITIONERS,
        "key": petition.key or uuid4().hex,
        "latest": clock(acting.at),
        **(repeats_shown(acting, petition.people) if data is not None else {}),
        "title": opening_words(petition.text),
        "subject": subject_of(acting, petition.text),
        "cites": rule.clause,
        "draft": draft_context(request, draft),
        "kept": draft.listed(FILES),
        "left_out": draft.refused(FILES),
    }
    return render(request, "desk/registering/register.html", context, status=status)
