"""Papers to be served: which wait, of which the proof is awaited, what went out today, and what is printed for the post."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final, get_args
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from huiyin.casework.history import read_history
from huiyin.casework.lists.issued import IssuedToday, issued_today
from huiyin.casework.lists.service import ServiceList, chosen, service_counts, service_list
from huiyin.dispatch import bundles, envelopes
from huiyin.documents import addressee
from huiyin.documents.forms import Rendered, rendered
from huiyin.documents.layout import NoGlyph
from huiyin.documents.numbers import number_in_words
from huiyin.documents.service import blank_record
from huiyin.documents.serving import NothingToServe, document_to_serve
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.progress import file_progress, made_file
from huiyin.web.uploads import document_to_be_saved, unset_sign

MAX_CHOSEN: Final = bundles.MAX_DOCUMENTS


@require_safe
@staff_page
def service(request: HttpRequest, acting: Acting) -> HttpResponse:
    """One of the lists. Who may print is who owes the service: the lists of others have no boxes to tick."""
    which = request.GET.get("list", "due")
    which = which if which in get_args(ServiceList) else "due"
    mine = request.GET.get("whose") != "all"
    page = service_list(acting.actor, which, acting.at, mine=mine, after=request.GET.get("after", ""))  # type: ignore[arg-type]
    counts = service_counts(acting.actor, acting.at, mine=mine)
    issued = (
        [(document, _number(document)) for document in issued_today(acting.actor, acting.at)]
        if which == "today"
        else ()
    )
    context = {"page": page, "counts": counts, "which": which, "mine": mine, "at": acting.at, "issued": issued}
    return render(request, "desk/service.html", context)


def _number(document: IssuedToday) -> str:
    notice = document.notice
    if notice.number is None:
        return ""
    return number_in_words(notice.issuer or notice.organisation, notice.series, notice.period, notice.number)


@require_POST
@staff_page
def labels(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Address labels for the documents that are ticked, as a file. Reading the addresses is put on record."""
    try:
        made = envelopes.labels(
            acting.actor, acting.post.organisation, bundles.once(acting.actor, _ticked(request)), acting.at
        )
    except NoGlyph:
        messages.error(request, unset_sign())
        return _back()
    if not made.printed:
        messages.error(request, _("没有可以打印标签的：请先勾选由您送达的文书；没有留地址的、要求保密的不打印"))
        return _back()
    if made.left_out:
        messages.warning(request, _("有 %(n)d 件没有打印标签：没有留地址，或者信访人要求保密") % {"n": made.left_out})
    return document_to_be_saved(Rendered(_("邮寄标签") + ".pdf", "application/pdf", made.pdf))


@require_POST
@staff_page
def print_bundle(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Have the documents that are ticked printed as one file, each with its record of service."""
    ticked = bundles.once(acting.actor, _ticked(request))
    bundle = bundles.begin(acting.actor, acting.account, ticked, acting.at)
    if bundle is None:
        messages.error(request, _("没有可以成批打印的：请先勾选由您送达的文书；工作秘密事项的文书请逐份打印"))
        return _back()
    if bundle.total < len(set(ticked)):
        messages.warning(request, _("有的文书没有列入：不由您送达，或者属于工作秘密事项，请逐份打印"))
    return HttpResponseRedirect(reverse("desk:bundle", args=[bundle.id]))


@require_safe
@staff_page
def bundle(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """How far a bundle is, and the file once it is done."""
    found, words = bundles.asked_by(acting.actor, id), _("已排好 %(done)s 份，共 %(total)s 份")
    return file_progress(request, "desk/bundle.html", "bundle", found, words, acting.at)


@require_safe
@staff_page
def bundle_file(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """The bundle as PDF, for who asked for it."""
    found = made_file(bundles.asked_by(acting.actor, id))
    content = bundles.printed_file(found, acting.post.organisation)
    return document_to_be_saved(Rendered(_("待送达文书") + ".pdf", "application/pdf", content))


@require_POST
@staff_page
def record(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """The record of service to take along, for who owes the service; the addressee's name in full is put on record."""
    duty = next(iter(chosen(acting.actor, [id])), None)
    if duty is None:
        raise Http404
    past = read_history(duty.case, acting.actor)
    try:
        document = document_to_serve(duty, past, acting.at)
        named = addressee.in_full(document, duty.case, acting.actor, acting.at)
        return document_to_be_saved(rendered(blank_record(document, past, named), "pdf"))
    except NothingToServe:
        raise Http404 from None
    except NoGlyph:
        messages.error(request, unset_sign())
        return _back()


def _ticked(request: HttpRequest) -> list[UUID]:
    """The duties whose boxes are ticked; what is no id is nothing that anybody owes."""
    found = []
    for text in request.POST.getlist("duty")[:MAX_CHOSEN]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:service"), status=HTTPStatus.SEE_OTHER)
