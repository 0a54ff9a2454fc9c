"""A document before it is issued: read, compared with an earlier version, changed paragraph by paragraph, voided, taken away as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.casework.labels import FormError
from huiyin.casework.loaded_case import LoadedCase, load_case
from huiyin.desk.phrases import note_phrases_in, phrases_for
from huiyin.documents import addressee
from huiyin.documents.compose import draft_content
from huiyin.documents.content import FILES, Block
from huiyin.documents.drafting.comments import Comment
from huiyin.documents.drafting.differences import differences
from huiyin.documents.drafting.drafts import DraftedDocument, Version, document_called
from huiyin.documents.drafting.text import MAX_BLOCKS, DocumentText, bare_heading
from huiyin.documents.forms import rendered
from huiyin.documents.layout import NoGlyph
from huiyin.documents.seals.kept import can_seal
from huiyin.door import Accepted, NewText, edit_document, void_document
from huiyin.door.documents.editing import STALE, why_not
from huiyin.ledger.chain import Conflict
from huiyin.people.models import Organisation
from huiyin.procedure.amending.documents import (
    DocumentObstacle,
    is_decided_alone,
    may_approve_correction,
    may_compare,
    may_edit,
    may_seal,
    may_void,
)
from huiyin.procedure.command import Actor
from huiyin.web.case_lookup import visible_case
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.uploads import document_to_be_saved, unset_sign

HEADING, TEXT, REMOVED = "heading", "text", "removed"


@dataclass(frozen=True, slots=True)
class TextPart:
    """One paragraph or heading in the form, with what was said about it when the document was sent back."""

    kind: str
    text: str
    comments: tuple[str, ...] = ()


def _opened(acting: Acting, no: str, id: UUID) -> tuple[LoadedCase, DraftedDocument]:
    """The document where the reader may see its case. Raises Http404."""
    loaded = load_case(visible_case(acting, no))
    document = document_called(loaded, id)
    if document is None:
        raise Http404
    return loaded, document


@require_safe
@staff_page
def document(request: HttpRequest, acting: Acting, no: str, id: UUID) -> HttpResponse:
    """The document as it would go out, in the version asked for; beside it its versions, and what changed since the one before."""
    return _page(request, acting, *_opened(acting, no, id))


def _page(
    request: HttpRequest, acting: Acting, loaded: LoadedCase, shown: DraftedDocument, errors: Sequence[FormError] = ()
) -> HttpResponse:
    version = _version(shown, request.GET.get("version", "")) or shown.newest
    before = _version(shown, request.GET.get("since", "")) or _version(shown, str(version.number - 1))
    changes = differences(before.text, version.text) if before and before.text and version.text else ()
    actor, state = acting.actor, loaded.state
    edit = _why_not_edited(loaded, shown, actor)
    void = may_void(loaded.rules, state, shown.kind, actor) if _is_newest(loaded, shown) else "not-open"
    sealable = shown.sealed_at is None and _may_seal(loaded, shown, actor)
    context = {
        "case": loaded.case,
        "shown": shown,
        "version": version,
        "before": before,
        "changes": changes,
        "overwritten": shown.overwritten(version),
        "content": draft_content(shown, loaded.case, addressee.covered(shown, loaded.case, actor, acting.at), version),
        "may_edit": edit is None,
        "why_not": why_not(edit) if edit else "",
        "may_void": void is None,
        "may_seal": sealable,
        "may_compare": shown.awaits_comparison and _may_compare(loaded, shown, actor),
        "has_seal": sealable and can_seal(Organisation.objects.get(id=actor.organisation), acting.at),
        "may_approve": _is_newest(loaded, shown)
        and may_approve_correction(loaded.rules, state, shown.kind, actor) is None,
        "errors": errors,
        "reason": request.POST.get("reason", ""),
        "forms": FILES.items(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return render(request, "desk/document.html", context, status=status)


def _may_seal(loaded: LoadedCase, shown: DraftedDocument, actor: Actor) -> bool:
    return (
        _is_newest(loaded, shown)
        and shown.issuer == actor.organisation
        and may_seal(loaded.rules, loaded.state, shown.kind, actor) is None
    )


def _may_compare(loaded: LoadedCase, shown: DraftedDocument, actor: Actor) -> bool:
    return (
        _is_newest(loaded, shown)
        and shown.issuer == actor.organisation
        and shown.sealed_by != actor.person
        and may_compare(loaded.rules, loaded.state, shown.kind, actor) is None
    )


def _why_not_edited(loaded: LoadedCase, shown: DraftedDocument, actor: Actor) -> DocumentObstacle | None:
    return may_edit(loaded.rules, loaded.state, shown.kind, actor) if _is_newest(loaded, shown) else "not-open"


def _is_newest(loaded: LoadedCase, shown: DraftedDocument) -> bool:
    known = loaded.state.papers.get(shown.kind)
    return known is not None and known.id == shown.id


def _version(shown: DraftedDocument, asked: str) -> Version | None:
    return next((one for one in shown.versions if str(one.number) == asked), None)


@require_safe
@staff_page
def document_file(request: HttpRequest, acting: Acting, no: str, id: UUID, form: str) -> HttpResponse:
    """The document as a file; until it is signed it says that it is a draft, and bears no number."""
    if form not in FILES:
        raise Http404
    loaded, shown = _opened(acting, no, id)
    content = draft_content(shown, loaded.case, addressee.covered(shown, loaded.case, acting.actor, acting.at))
    if content is None:
        raise Http404
    try:
        return document_to_be_saved(rendered(content, form))
    except NoGlyph:
        messages.error(request, unset_sign())
        return HttpResponseRedirect(reverse("desk:paper", args=[no, id]))


@require_POST
@staff_page
def void(request: HttpRequest, acting: Acting, no: str, id: UUID) -> HttpResponse:
    """The document will not go out, for the reason given; its number stays with it."""
    loaded, shown = _opened(acting, no, id)
    try:
        outcome = void_document(loaded.case.id, id, request.POST.get("reason", ""), acting.actor, acting.at)
    except Conflict:
        return _page(request, acting, loaded, shown, [FormError("", STALE, _("事项有了新的变化，请核对后重新提交"))])
    if not isinstance(outcome, Accepted):
        return _page(request, acting, loaded, shown, outcome.errors)
    messages.success(request, _("文书已作废，编号和理由留存在案"))
    return HttpResponseRedirect(reverse("desk:paper", args=[no, id]))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def edit(request: HttpRequest, acting: Acting, no: str, id: UUID) -> HttpResponse:
    """The text, paragraph by paragraph; sent, it is a new version, or comes back with what is wrong and everything that was typed."""
    loaded, shown = _opened(acting, no, id)
    barred = _why_not_edited(loaded, shown, acting.actor)
    if barred is not None or shown.newest.text is None:
        messages.error(request, why_not(barred or "not-open"))
        return HttpResponseRedirect(reverse("desk:paper", args=[no, id]))
    if request.method != "POST":
        return _form(request, acting, loaded, shown, _parts(shown), shown.version, ())
    parts, base = _typed(request.POST), _number(request.POST.get("base", ""))
    if "insert" in request.POST:
        return _form(request, acting, loaded, shown, _inserted(parts, _number(request.POST["insert"])), base, ())
    errors = _save(loaded, shown, parts, base, acting)
    if errors:
        loaded, shown = _opened(acting, no, id)  # somebody else may have changed it, or nobody here may see it any more
        return _form(request, acting, loaded, shown, parts, base, errors)
    note_phrases_in([part.text for part in parts], loaded.case, acting)
    signed = _is_signed_by_saving(loaded, shown)
    messages.success(request, _("已保存为新的一稿，并已重新审签") if signed else _("已保存为新的一稿"))
    return HttpResponseRedirect(reverse("desk:paper", args=[no, id]))


def _save(
    loaded: LoadedCase, shown: DraftedDocument, parts: Sequence[TextPart], base: int, acting: Acting
) -> tuple[FormError, ...]:
    blocks = [Block(part.text, heading=part.kind == HEADING) for part in parts if part.kind != REMOVED]
    try:
        outcome = edit_document(loaded.case.id, NewText(shown.id, base, blocks), acting.actor, acting.at)
    except Conflict:
        return (FormError("", STALE, _("您打开之后事项有了新的变化，请核对后再保存")),)
    return () if isinstance(outcome, Accepted) else outcome.errors


def _form(
    request: HttpRequest,
    acting: Acting,
    loaded: LoadedCase,
    shown: DraftedDocument,
    parts: Sequence[TextPart],
    base: int,
    errors: Sequence[FormError],
) -> HttpResponse:
    stale = any(error.code == STALE for error in errors)
    typed = shown.newest.text.with_body(_blocks(parts)) if stale and shown.newest.text else None
    sent_back = commented(shown)
    signs = _is_signed_by_saving(loaded, shown)
    since = sent_back if sent_back is not None and sent_back.number != shown.version else None
    context = {
        "case": loaded.case,
        "shown": shown,
        "parts": list(enumerate(parts)),
        "base": shown.version if stale else base,
        "errors": errors,
        "stale": stale,
        # What the other has written, against what was typed here.
        "theirs": differences(typed, shown.newest.text) if typed is not None and shown.newest.text else (),
        "without_passage": _without_passage(shown, parts),
        "changes": differences(since.text, shown.newest.text) if since and since.text and shown.newest.text else (),
        "lapses": shown.status == "approved" and not signs,
        "signs": signs,
        "phrases": phrases_for(loaded.case, acting),
    }
    wrong = HTTPStatus.CONFLICT if stale else HTTPStatus.UNPROCESSABLE_ENTITY
    status = wrong if errors else HTTPStatus.OK
    return render(request, "desk/document_edit.html", context, status=status)


def _is_signed_by_saving(loaded: LoadedCase, shown: DraftedDocument) -> bool:
    """Whether a change of its text is signed with it: it was approved by whoever decides alone."""
    known = loaded.state.papers.get(shown.kind)
    return known is not None and known.id == shown.id and is_decided_alone(known)


def _blocks(parts: Sequence[TextPart]) -> list[Block]:
    return [Block(part.text, heading=part.kind == HEADING) for part in parts if part.kind != REMOVED]


def commented(shown: DraftedDocument) -> Version | None:
    """The version that was sent back last with something said about it."""
    return next((version for version in reversed(shown.versions) if version.comments), None)


def said_at(text: DocumentText, comments: Sequence[Comment]) -> dict[int, tuple[str, ...]]:
    """What was said, by the number of the passage where it stands now: the same place, or where the same words have gone."""
    found: dict[int, tuple[str, ...]] = {}
    for comment in comments:
        places = [at for at, block in enumerate(text.body) if comment.quote and block.text.startswith(comment.quote)]
        if comment.passage in places or (not places and comment.passage < len(text.body)):
            place = comment.passage
        elif places:
            place = places[0]
        else:
            continue
        found[place] = (*found.get(place, ()), comment.text)
    return found


def _parts(shown: DraftedDocument) -> list[TextPart]:
    text, sent_back = shown.newest.text, commented(shown)
    assert text is not None
    comments = said_at(text, sent_back.comments) if sent_back else {}
    return [
        TextPart(
            HEADING if block.heading else TEXT,
            bare_heading(block.text) if block.heading else block.text,
            comments.get(at, ()),
        )
        for at, block in enumerate(text.body)
    ]


def _without_passage(shown: DraftedDocument, parts: Sequence[TextPart]) -> tuple[Comment, ...]:
    """What was said at passages that stand nowhere in the form any more."""
    placed = {comments for part in parts for comments in part.comments}
    sent_back = commented(shown)
    return tuple(comment for comment in sent_back.comments if comment.text not in placed) if sent_back else ()


def _typed(data: QueryDict) -> list[TextPart]:
    parts = []
    for at in range(min(_number(data.get("parts", "")), MAX_BLOCKS + 1)):
        kind = data.get(f"kind-{at}", TEXT)
        comments = tuple(data.getlist(f"said-{at}"))
        parts.append(TextPart(kind if kind in (HEADING, TEXT, REMOVED) else TEXT, data.get(f"text-{at}", ""), comments))
    return parts


def _inserted(parts: list[TextPart], after: int) -> list[TextPart]:
    """The form with one more empty paragraph."""
    return [*parts[: after + 1], TextPart(TEXT, ""), *parts[after + 1 :]]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000") else 0
