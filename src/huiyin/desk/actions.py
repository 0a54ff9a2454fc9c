"""One action of the rulebook as a form: shown, refused with everything typed kept, or carried out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.casework.actions import preview as action_preview
from huiyin.casework.actions.laid import filled_as_before
from huiyin.casework.actions.preview import ActionPreview
from huiyin.casework.case_view import case_view
from huiyin.casework.forms import FieldView
from huiyin.casework.history import History, HistoryStep, contacts, read_history, steps, with_seen_codes
from huiyin.casework.labels import Cites, Explained, FormError, explain
from huiyin.casework.lists.duties import DutyRow
from huiyin.casework.lists.work import next_of
from huiyin.casework.loaded_case import LoadedCase, load_case
from huiyin.casework.models import Case, Submission
from huiyin.casework.received.subjects import with_suggestions
from huiyin.casework.sealed.accused import AccusedView, accused_of
from huiyin.casework.sealed.codes import issues, seen_since
from huiyin.desk.citing import picker, with_citation
from huiyin.desk.deciding.carried import OVER, carried_over, with_opinion
from huiyin.desk.deciding.documents_above import comments_typed, documents_above
from huiyin.desk.deciding.view import DecisionBasis, decision
from huiyin.desk.phrases import note_phrases, phrased
from huiyin.desk.which_duty import DUTY, settled, the_only_request, which
from huiyin.door import Accepted, ActionRequest, KeyReused, Refused, Rejected, execute
from huiyin.incidents import statements
from huiyin.ledger.chain import Conflict
from huiyin.procedure.refusal import Code
from huiyin.rules.book.fields.base import Option
from huiyin.rules.book.schema import LINE_NO
from huiyin.rules.book.steps import gives_back
from huiyin.web.bound_fields import fill, inputs_for_files, raw, unwritten
from huiyin.web.case_lookup import key_of, visible_case
from huiyin.web.drafts.draft_requests import answered, begun, draft_of, is_asked_for_only, kept_when_turned_away
from huiyin.web.drafts.draft_requests import context as draft_context
from huiyin.web.drafts.form_drafts import KEY, FormDraft, at_seq_of
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.petition_form import KEPT_FROM_HANDLERS
from huiyin.web.start_form import asked_for
from huiyin.web.uploads import with_files

MAX_LINE = 60
STEPS_BESIDE = 2
"""The latest steps stand beside a form."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a form came back: errors of its fields, a refusal in words, and what happened since it was opened."""

    errors: tuple[FormError, ...] = ()
    refusal: Explained | None = None
    meanwhile: tuple[HistoryStep, ...] = ()
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY


@with_files
@kept_when_turned_away
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def act(request: HttpRequest, acting: Acting, no: str, action: str) -> HttpResponse:
    """The form of ``action``; sent, it is carried out, or comes back with what is wrong and everything that was typed."""
    carried_over(request)
    case = visible_case(acting, no)
    tried = action_preview.look(load_case(case), action, acting.actor, acting.at)
    if tried is None:
        raise Http404
    draft = draft_of(request, acting.actor.organisation, acting.at, acting.account.id)
    draft.unwritten = unwritten(tried.fields)
    answer = answered(request, draft, inputs_for_files(tried.fields))
    if answer is not None:
        return answer
    data = begun(request, draft)
    if data is not None:
        data = with_citation(data, tried.fields, acting)
    if data is not None and OVER in request.POST:
        data = with_opinion(data, tried.fields, load_case(case).rules.book.fields)
    if data is None or OVER in request.POST or is_asked_for_only(request):
        return _form(request, acting, case, draft, tried, data, _as_refused(tried))
    trouble = _carry_out(request, acting, case, draft, tried)
    if trouble is not None:
        case = visible_case(acting, no)  # it may accuse the reader by now, which no refusal tells them
        now = action_preview.look(load_case(case), action, acting.actor, acting.at)
        return _form(request, acting, case, draft, now or tried, data, trouble)
    draft.mark_sent()
    note_phrases(fill(tried.fields, data), case, acting)
    messages.success(request, _done(tried.label, next_of(acting.actor, acting.at, case.id)))
    return _onward(acting, no)


@with_files
@require_POST
@staff_page
def preview(request: HttpRequest, acting: Acting, no: str, action: str) -> HttpResponse:
    """The documents that the form would send, with what is typed so far."""
    case = visible_case(acting, no)
    tried = action_preview.look(load_case(case), action, acting.actor, acting.at)
    if tried is None:
        raise Http404
    drafts = action_preview.drafts(read_history(case, acting.actor), action, raw(tried.fields, request.POST))
    return render(request, "desk/parts/drafts.html", {"drafts": drafts, "case": case})


def _carry_out(
    request: HttpRequest, acting: Acting, case: Case, draft: FormDraft, tried: ActionPreview
) -> Trouble | None:
    duty = _id(request.POST.get(DUTY, ""))
    if duty is None and which(settled(load_case(case), tried.settles, acting)):
        return Trouble(errors=(FormError(DUTY, "missing", _("请选择完成的是哪一项")),))
    comments = comments_typed(request.POST)
    if comments and not load_case(case).procedure.actions[tried.action].returns:
        return Trouble(errors=(FormError("", "comments", _unsaid()),))
    at_seq = at_seq_of(request.POST)
    action_request = ActionRequest(
        case=case.id,
        action=tried.action,
        actor=acting.actor,
        at=acting.at,
        fields=raw(tried.fields, request.POST, draft),
        key=key_of(request.POST.get(KEY, "")),
        at_seq=at_seq,
        duty=duty,
        comments=comments,
        kept_from_handlers=KEPT_FROM_HANDLERS in request.POST,
    )
    try:
        outcome = execute(action_request)
    except KeyReused:
        return _stale(acting, case, at_seq, _sent_before())
    except Conflict:
        return _stale(acting, case, at_seq, None)
    match outcome:
        case Accepted():
            return None
        case Rejected(errors):
            return Trouble(errors=errors)
        case Refused(rules, procedure, refusal, state):
            words = explain(rules, procedure, refusal, state)
            if refusal.code is Code.STALE:
                return _stale(acting, case, at_seq, words)
            return Trouble(errors=words.errors, refusal=words)


def _unsaid() -> str:
    return _("您在文书上写了意见。要退回的，请选退回；同意的，请先删去意见：签发后意见不会送到承办人手里")


def _sent_before() -> Explained:
    return Explained(
        code="key-reused",
        why=_("这张表已经提交并办理过一次，这次的内容与上次不同"),
        remedy=_("请看下面的最新情况；确需再办一次的，请核对后重新提交"),
        clause=(),
        cites=Cites(),
    )


def _stale(acting: Acting, case: Case, at_seq: int | None, words: Explained | None) -> Trouble:
    meanwhile = tuple(step for step in steps(read_history(case, acting.actor)) if at_seq is None or step.seq > at_seq)
    return Trouble(refusal=words, meanwhile=meanwhile, status=HTTPStatus.CONFLICT)


def _as_refused(tried: ActionPreview) -> Trouble | None:
    """A form that may not be sent now says so at once."""
    return Trouble(refusal=tried.refusal, status=HTTPStatus.OK) if tried.refusal else None


def _form(
    request: HttpRequest,
    acting: Acting,
    case: Case,
    draft: FormDraft,
    tried: ActionPreview,
    data: QueryDict | None,
    trouble: Trouble | None,
) -> HttpResponse:
    if data is not None:
        draft.comes_back(data)
    trouble = trouble or Trouble(status=HTTPStatus.OK)
    loaded, past = load_case(case), read_history(case, acting.actor)
    story = _story(past)
    basis = decision(loaded, past, story, tried, acting)
    fields = filled_as_before(tried.fields, past, basis.laid_before) if basis.laid_before else tried.fields
    petition = [contact.text for contact in contacts(past)]
    fields = with_suggestions(fields, loaded.rules.book, loaded.procedure, petition)
    accused = accused_of(case, acting.actor)
    fields = _with_linked_cases(_with_open_lines(fields, accused), request)
    owed = settled(loaded, tried.settles, acting)
    fields = (*which(owed, request.GET.get("duty", "")), *fields)
    filled = phrased(fill(fields, data, trouble.errors, draft=draft), case, acting)
    drafts = action_preview.drafts(past, tried.action, raw(tried.fields, data) if data is not None else {})
    # A key that was answered once would only give the old answer again; whoever corrects a form sends a new request.
    sent = "" if trouble.status == HTTPStatus.CONFLICT or data is None else key_of(data.get(KEY, ""))
    context = {
        "case": case,
        "view": case_view(case, acting.at, past.title),
        "tried": tried,
        "filled": filled,
        "trouble": replace(trouble, errors=()),
        "key": sent or uuid4().hex,
        "drafts": drafts,
        "basis": basis,
        "documents": documents_above(loaded, tried.action, basis.returning, basis.returned_by, acting, data),
        "citing": picker(data, tried.fields, acting),
        "draft": draft_context(request, draft),
        "petition": petition,
        "before": _beside(story, basis),
        "answered": the_only_request(owed),
        "caution": statements.caution(case, tried.action),
        "accused": accused,
        "carried": OVER in request.POST,
        "gives_back": gives_back(loaded.procedure, tried.action),
        "kept_from_handlers": data is not None and KEPT_FROM_HANDLERS in data,
        **_asks_for(loaded, tried, accused),
        "at": acting.at,
    }
    return render(request, "desk/action.html", context, status=trouble.status)


def _asks_for(loaded: LoadedCase, tried: ActionPreview, accused: AccusedView | None) -> dict[str, bool]:
    """What the page says beside the form, by what that asks for."""
    types = {field.type for field in tried.fields}
    return {
        "asks_for_case": "case" in types,
        "confirms": accused is not None and accused.is_to_confirm and "people" in types,
        "may_keep": loaded.procedure.actions[tried.action].entered is not None and "text" in types,
    }


def _with_open_lines(fields: Sequence[FieldView], accused: AccusedView | None) -> tuple[FieldView, ...]:
    """The same fields; which of the lines as written is meant is chosen among those that are open, the first to begin with."""
    lines = [line for line in accused.lines if line.is_open] if accused is not None else []
    if not lines:
        return tuple(fields)
    options = tuple(Option(str(line.number), Truncator(f"{line.number} {line.text}").chars(MAX_LINE)) for line in lines)
    listed = {"type": "choice", "options": options, "preset": options[0].value}
    return tuple(replace(field, **listed) if field.name == LINE_NO else field for field in fields)  # type: ignore[arg-type]


def _with_linked_cases(fields: Sequence[FieldView], request: HttpRequest) -> tuple[FieldView, ...]:
    """The same fields; the number of a case is begun with what a link of ours gives."""
    return tuple(
        replace(field, preset=asked_for(field, request) or field.preset) if field.type == "case" else field
        for field in fields
    )


def _beside(story: Sequence[HistoryStep], basis: DecisionBasis) -> list[HistoryStep]:
    """The latest steps that stand beside the form; whoever decides reads all that was done."""
    shown = [step for step in reversed(story) if step.fields or step.by_seen_code]
    return [step for step in shown if step != basis.laid] if basis.decides else shown[:STEPS_BESIDE]


def _story(past: History) -> tuple[HistoryStep, ...]:
    """The steps so far, with those marked that a petitioner took by a code that staff had had."""
    story = steps(past)
    if not any(step.actor == "petitioner" for step in story):
        return story
    submissions = list(Submission.objects.filter(case=past.case))
    return with_seen_codes(story, past, seen_since(submissions, issues(submissions)))


def _done(label: str, following: DutyRow | None) -> str:
    """That it is done, and what comes next, with the way there."""
    done = _("“%(action)s”已办理") % {"action": label}
    if following is None:
        return done
    address = reverse("desk:case", args=[following.case.number])
    return format_html(
        '{}{}<a href="{}">{}{} {}</a>', done, _("。"), address, _("下一项："), following.label, following.case.number
    )


def _onward(acting: Acting, no: str) -> HttpResponse:
    """Back to the case; to the duties when the step took the case out of the reader's sight."""
    try:
        visible_case(acting, no)
    except Http404:
        return HttpResponseRedirect(reverse("desk:duties"))
    return HttpResponseRedirect(reverse("desk:case", args=[no]))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
