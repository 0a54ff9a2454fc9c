"""Following one's own matter with receipt and query code: where it stands, who owes what, and what one may do."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.casework import code_guesses, tracking
from huiyin.casework.actions import preview as action_preview
from huiyin.casework.actions.preview import ActionPreview
from huiyin.casework.history import Document, documents, read_history
from huiyin.casework.labels import Cites, Explained, FormError, explain_publicly
from huiyin.casework.loaded_case import load_case
from huiyin.casework.receipts import MAX_RECEIPT_CHARS
from huiyin.casework.received.handed_in import handed_in, read_own_file
from huiyin.casework.received.named import history_with_accused, named_with
from huiyin.casework.tracking import OpenedReceipt
from huiyin.documents import addressee
from huiyin.documents.compose import content_of
from huiyin.documents.content import FILES, DocumentContent
from huiyin.documents.forms import handed_out
from huiyin.documents.layout import NoGlyph
from huiyin.door import Accepted, ActionRequest, KeyReused, Refused, Rejected, execute
from huiyin.door.beside.code_guesses import failed
from huiyin.ledger.chain import Conflict
from huiyin.portal.contact import own_contacts
from huiyin.portal.opened import asked_again, forget, open_again, recall, remember, way_back
from huiyin.procedure.refusal import Code
from huiyin.web.bound_fields import fill, inputs_for_files, raw, unwritten
from huiyin.web.drafts.draft_requests import answered, begun, draft_of, is_asked_for_only
from huiyin.web.drafts.draft_requests import context as draft_context
from huiyin.web.drafts.form_drafts import AT_SEQ, KEY, FormDraft
from huiyin.web.languages import LANGUAGE
from huiyin.web.petition_form import KEPT_FROM_HANDLERS
from huiyin.web.uploads import document_to_be_saved, picture, to_be_saved, unset_sign, with_files


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Ask for receipt and code, and open the matter. What is wrong with a wrong pair is never told."""
    at = timezone.now()
    if request.method != "POST":
        return render(request, "portal/track.html", {"opened": recall(request, at), "keeps_form": True})
    receipt, code = request.POST.get("receipt", "").strip(), request.POST.get("code", "").strip()
    if LANGUAGE in request.GET:  # sent along by who chose another language
        return asked_again(request, receipt, "", HTTPStatus.OK)
    address = str(request.META.get("REMOTE_ADDR", ""))
    readable = 0 < len(receipt) <= MAX_RECEIPT_CHARS and "\0" not in receipt
    opened = tracking.open_receipt(receipt, code) if readable else None
    void = "" if opened is not None or not readable else tracking.what_instead(receipt, code)
    if void:
        return asked_again(request, receipt, void, HTTPStatus.UNPROCESSABLE_ENTITY)
    if opened is None:
        if code_guesses.too_many(receipt[:MAX_RECEIPT_CHARS], address, at):
            error = _("查询码输错次数过多；请照回执核对后慢慢再试，输对了随时可以打开")
            response = asked_again(request, receipt, error, HTTPStatus.TOO_MANY_REQUESTS)
            response.headers["Retry-After"] = response.headers[code_guesses.HELD_BACK] = str(
                code_guesses.HELD_BACK_SECONDS
            )
            return response
        failed(receipt[:MAX_RECEIPT_CHARS], address, at)
        error = _("回执和查询码对不上，请照回执上的字样重新输入；字母不分大小写，横线可以不写")
        return asked_again(request, receipt, error, HTTPStatus.UNPROCESSABLE_ENTITY)
    remember(request, opened.submission, at)
    return HttpResponseRedirect(way_back(request, opened, at) or reverse("portal:matter"))


@never_cache
@require_safe
def matter(request: HttpRequest) -> HttpResponse:
    """Everything about the opened matter that concerns the petitioner."""
    at = timezone.now()
    opened = recall(request, at)
    if opened is None:
        return HttpResponseRedirect(reverse("portal:track"))
    past = history_with_accused(opened)
    named = named_with(opened, past)
    context = {
        "view": tracking.view(opened, at, past),
        "submission": opened.submission,
        "handed_in": handed_in(opened, past),
        "named": named,
        "own": own_contacts(opened, load_case(opened.case), named),
        "at": at,
    }
    return render(request, "portal/matter.html", context)


@never_cache
@require_safe
def file(request: HttpRequest, id: UUID) -> HttpResponse:
    """A file that the petitioner handed in, to be saved."""
    opened = recall(request, timezone.now())
    if opened is None:
        return HttpResponseRedirect(reverse("portal:track"))
    found = read_own_file(opened, read_history(opened.case, None), id)
    if found is None:
        raise Http404
    return picture(request, found) if request.GET.get("picture") else to_be_saved(found)


@never_cache
@require_safe
def notice(request: HttpRequest, notice: UUID) -> HttpResponse:
    """A notice to the petitioner as a page to read, keep or print."""
    at = timezone.now()
    opened = recall(request, at)
    if opened is None:
        return HttpResponseRedirect(reverse("portal:track"))
    document, content = _document(opened, notice, at)
    context = {"document": document, "content": content, "case": opened.case, "forms": FILES.items()}
    return render(request, "portal/notice.html", context)


@never_cache
@require_safe
def notice_file(request: HttpRequest, notice: UUID, form: str) -> HttpResponse:
    """A notice to the petitioner as a file, to be saved."""
    at = timezone.now()
    opened = recall(request, at)
    if opened is None:
        return HttpResponseRedirect(reverse("portal:track"))
    if form not in FILES:
        raise Http404
    document, content = _document(opened, notice, at)
    try:
        return document_to_be_saved(handed_out(content, form, document.issuer, at))
    except NoGlyph:
        messages.error(request, unset_sign())
        return HttpResponseRedirect(reverse("portal:notice", args=[notice]))


def _document(opened: OpenedReceipt, id: UUID, at: datetime) -> tuple[Document, DocumentContent]:
    """The notice with its document. Raises Http404. The petitioners themselves read it, and that they did is recorded."""
    past = read_history(opened.case, None)
    document = next((one for one in documents(past, ("petitioner",)) if one.id == id), None)
    if document is None:
        raise Http404
    return document, content_of(document, past, addressee.in_full(document, opened.case, opened.actor, at))


@with_files
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, action: str) -> HttpResponse:
    """The form of one of the petitioner's own actions; sent, it is carried out, or comes back with everything that was typed."""
    at = timezone.now()
    opened = recall(request, at)
    if opened is None:
        return open_again(request)
    loaded = load_case(opened.case)
    tried = action_preview.look(loaded, action, opened.actor, at)
    if tried is None or not tracking.is_theirs(loaded, action):
        raise Http404
    draft = draft_of(request, opened.case.organisation_id, at, whose=opened.submission.id)
    draft.unwritten = unwritten(tried.fields)
    answer = answered(request, draft, inputs_for_files(tried.fields))
    if answer is not None:
        return answer
    data = begun(request, draft)
    if data is None or is_asked_for_only(request):
        return _form(request, opened, draft, tried, data, (), tried.refusal, HTTPStatus.OK)
    trouble = _carry_out(request, opened, draft, tried, at)
    if trouble is None:
        draft.mark_sent()
        if loaded.procedure.actions[action].receives:
            messages.success(request, _("您已签收，今天为送达之日；这份文书以后可以随时在此查看"))
            return HttpResponseRedirect(reverse("portal:notice", args=[_received(opened)]))
        kept = KEPT_FROM_HANDLERS in request.POST
        message = _("“%(action)s”已提交，由保管检举控告的人先看") if kept else _("“%(action)s”已提交，办理单位已能看到")
        messages.success(request, message % {"action": tried.label})
        return HttpResponseRedirect(reverse("portal:matter"))
    errors, refusal = trouble
    opened.case.refresh_from_db()
    stale = refusal is not None and refusal.code == Code.STALE
    status = HTTPStatus.CONFLICT if stale else HTTPStatus.UNPROCESSABLE_ENTITY
    return _form(request, opened, draft, tried, data, errors, refusal, status)


def _received(opened: OpenedReceipt) -> UUID:
    """The document that the petitioner has just opened."""
    opened.case.refresh_from_db()
    return documents(read_history(opened.case, None), ("petitioner",))[-1].id


@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Leave nothing open on a computer that others use."""
    forget(request)
    messages.success(request, _("已退出查询，本机不再显示您的事项"))
    return HttpResponseRedirect(reverse("portal:home"))


StepTrouble = tuple[tuple[FormError, ...], Explained | None]


def _carry_out(
    request: HttpRequest, opened: OpenedReceipt, draft: FormDraft, tried: ActionPreview, at: datetime
) -> StepTrouble | None:
    data = request.POST
    seen = data.get(AT_SEQ, "")
    key = data.get(KEY, "")[:100]
    action_request = ActionRequest(
        case=opened.case.id,
        action=tried.action,
        actor=opened.actor,
        at=at,
        fields=raw(tried.fields, data, draft),
        key=f"portal:{key}" if key else "",
        at_seq=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None,
        kept_from_handlers=KEPT_FROM_HANDLERS in data,
    )
    try:
        outcome = execute(action_request)
    except (KeyReused, Conflict):
        return (), _changed_meanwhile()
    match outcome:
        case Accepted():
            return None
        case Rejected(errors):
            return errors, None
        case Refused(rules, procedure, refusal, state):
            assert state is not None  # an action on a case, not a registration
            words = explain_publicly(rules, procedure, refusal, state)
            return words.errors, None if words.errors else words


def _changed_meanwhile() -> Explained:
    return Explained(
        code=str(Code.STALE),
        why=_("您的事项刚有新的进展，或者这张表已经提交过"),
        remedy=_("请先看看最新情况，仍需要的，再提交一次；您填写的内容都还在"),
        clause=(),
        cites=Cites(),
    )


def _form(
    request: HttpRequest,
    opened: OpenedReceipt,
    draft: FormDraft,
    tried: ActionPreview,
    data: QueryDict | None,
    errors: tuple[FormError, ...],
    refusal: Explained | None,
    status: HTTPStatus,
) -> HttpResponse:
    if data is not None:
        draft.comes_back(data)
    shown = not tried.refusal or data is not None
    context = {
        "tried": tried,
        "receives": load_case(opened.case).procedure.actions[tried.action].receives,
        "form_shown": shown,
        "chosen": tracking.chosen_before(read_history(opened.case, None), tried.action) if shown else (),
        "may_keep": any(view.type == "text" for view in tried.fields),
        "kept_from_handlers": data is not None and KEPT_FROM_HANDLERS in data,
        "filled": fill(tried.fields, data, errors, draft=draft),
        "refusal": refusal,
        "sent": data is not None,
        "case": opened.case,
        # A key that was answered once would only give the old answer again.
        "key": uuid4().hex if data is None or status == HTTPStatus.CONFLICT else data.get(KEY, "")[:100],
        "draft": draft_context(request, draft) if shown else None,
    }
    return render(request, "portal/act.html", context, status=status)
