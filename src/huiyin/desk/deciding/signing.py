"""Signing several documents of one kind at once: each is read in full on the page, ticked below its text, and signed as it was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from huiyin.casework.actions.choices import why_not
from huiyin.casework.case_view import case_views
from huiyin.casework.history import CONTACTS, contacts, read_history
from huiyin.casework.labels import explain, name_of
from huiyin.casework.lists.work import WorkItem, owed_in_order
from huiyin.casework.loaded_case import LoadedCase, load_case
from huiyin.casework.models import Case
from huiyin.desk.deciding.documents_above import DocumentAbove, documents_above
from huiyin.documents.drafting.drafts import drafted_in
from huiyin.door import Accepted, ActionRequest, Refused, Rejected, execute
from huiyin.ledger.chain import Conflict
from huiyin.rule_store.store import load
from huiyin.rules.book.schema import Procedure
from huiyin.web.case_lookup import visible_case
from huiyin.web.page_access import Acting, staff_page

READ: Final = "read"
"""The field that names what was read: the number of the case, a colon, and how many events it had then."""
AT_ONCE: Final = 5
"""So many full texts on one page: whoever ticks them has to have read them."""
MAX_LOADED: Final = 30


@dataclass(frozen=True, slots=True)
class ToSign:
    """A case whose documents wait for the reader's signature; ``value`` names it as it stands."""

    case: Case
    name: str
    documents: tuple[DocumentAbove, ...]
    value: str
    petition: tuple[str, ...] = ()


def signs_alone(procedure: Procedure, action: str) -> bool:
    """Whether ``action`` approves documents and asks for nothing beside: then it may be taken for several cases at once."""
    rule = procedure.actions[action]
    return bool(rule.approves) and not rule.drafts and not any(rule.required.values())


@require_safe
@staff_page
def signing(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The texts that wait for the reader's signature by one action, in full; the other actions of which there are some as well."""
    waiting = list(_waiting(acting))
    labels = {action: name_of(loaded.procedure.actions[action]) for loaded, action in waiting}
    chosen = request.GET.get("action", "")
    chosen = chosen if chosen in labels else next(iter(labels), "")
    like = [loaded for loaded, action in waiting if action == chosen]
    context = {
        "items": _to_sign(like[:AT_ONCE], chosen, acting),
        "rest": max(len(like) - AT_ONCE, 0),
        "chosen": chosen,
        "labels": labels,
    }
    return render(request, "desk/deciding/signing.html", context)


@require_POST
@staff_page
def sign_read(request: HttpRequest, acting: Acting, action: str) -> HttpResponse:
    """Take ``action`` for what was ticked, each as it stood when it was read; what comes of each is told."""
    ticked = list(dict.fromkeys(request.POST.getlist(READ)))[:AT_ONCE]
    signed, failed = 0, list[str]()
    for number, seq in _ticked(ticked):
        try:
            case = visible_case(acting, number)
        except Http404:
            continue
        why = _sign(case, action, seq, acting)
        if why is None:
            signed += 1
        else:
            failed.append(f"{number}{_('：')}{why}")
    if signed:
        messages.success(request, _("已签批 %(n)d 件") % {"n": signed})
    for message in failed:
        messages.error(request, message)
    if not ticked:
        messages.error(request, _("请先勾选读过的文书"))
    return HttpResponseRedirect(f"{reverse('desk:signing')}?action={action}")


def _sign(case: Case, action: str, seq: int, acting: Acting) -> str | None:
    """Why a case was not signed, in words; None when it was."""
    loaded = load_case(case)
    if action not in loaded.procedure.actions or not signs_alone(loaded.procedure, action):
        return _("这一步不能一并签批，请逐件办理")
    try:
        outcome = execute(ActionRequest(case.id, action, acting.actor, acting.at, fields={}, at_seq=seq))
    except Conflict:
        return _("事项有了新的变化，请重新阅读后再签")
    match outcome:
        case Accepted():
            return None
        case Rejected(errors):
            return _("；").join(error.message for error in errors)
        case Refused(rules, procedure, refusal, state):
            return explain(rules, procedure, refusal, state).why


def _ticked(values: Iterable[str]) -> Iterator[tuple[str, int]]:
    for value in values:
        number, _colon, seq = value.partition(":")
        if seq.isascii() and seq.isdigit() and len(seq) < len("1000000"):
            yield number, int(seq)


def _waiting(acting: Acting) -> Iterator[tuple[LoadedCase, str]]:
    """The cases with something that the reader may sign so now, each with the action, in the order of their work."""
    owed = [one for one in owed_in_order(acting.actor, acting.at, mine=True) if not one.aside and signing_ways(one)]
    cases = Case.objects.select_related("organisation", "unit").in_bulk([one.case for one in owed[:MAX_LOADED]])
    for one in owed[:MAX_LOADED]:
        loaded = load_case(cases[one.case])
        for action in signing_ways(one):
            if why_not(loaded, action, acting.actor, acting.at) is None:
                yield loaded, action
                break


def signing_ways(one: WorkItem) -> list[str]:
    """The actions of the book by which what is owed could be signed with others."""
    procedure = load(one.rulebook).book.procedures[one.procedure]
    names = procedure.actions.items()
    return [name for name, rule in names if one.kind in rule.discharges and signs_alone(procedure, name)]


def _to_sign(like: Sequence[LoadedCase], action: str, acting: Acting) -> list[ToSign]:
    views = case_views([loaded.case for loaded in like], acting.at)
    drafted = drafted_in(like, with_texts=True)
    return [
        ToSign(
            loaded.case,
            view.name,
            documents_above(loaded, action, (), None, acting, None, drafted[loaded.case.id]),
            f"{loaded.case.number}:{loaded.case.seq}",
            tuple(contact.text for contact in contacts(read_history(loaded.case, acting.actor, CONTACTS))),
        )
        for loaded, view in zip(like, views, strict=True)
    ]
