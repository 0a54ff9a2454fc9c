"""How pages with forms keep what is typed and handed in: what a script asks beside the form itself, and forms nobody is let in with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, Final, TypeVar
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError
from huiyin.web.drafts import draft_files, form_drafts
from huiyin.web.drafts.form_drafts import TOKEN, FormDraft, FormOf
from huiyin.web.languages import LANGUAGE
from huiyin.web.models import DraftFile

KEEP, BEGIN, PIECE, REMOVE = "_keep", "_begin", "_piece", "_remove"
FIND: Final = "_find"
"""A button that looks for something to choose and sends nothing, and before a field's name what is looked for."""
RESUME, DISCARD = "_resume", "_discard"
LATER: Final = "_later"
"""The button of a form without scripts: keep it in this browser, to go on with it later."""
BY_SCRIPT: Final = "_script"
REMEMBERED: Final = "drafts"
"""Under which the session remembers the tokens of forms that it was not let in with."""
MAX_REMEMBERED: Final = 10
View = TypeVar("View", bound=Callable[..., Any])


def draft_of(
    request: HttpRequest, organisation: UUID, at: datetime, account: UUID | None = None, whose: UUID | None = None
) -> FormDraft:
    """The draft of the form at the address of ``request``: an account's, an opened receipt's (``whose``), or a stranger's."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    form = FormOf(request.path, organisation, account or whose, account, address)
    draft = FormDraft(form, request.POST.get(TOKEN, ""), at)
    if request.method == "POST":
        draft.came_with(request.FILES)
    return draft


def answered(request: HttpRequest, draft: FormDraft, inputs: Collection[str]) -> HttpResponse | None:
    """The answer to what is asked of the draft alone; None where the form itself is meant. ``inputs`` are its inputs for files."""
    data = request.POST
    if KEEP in data:
        return HttpResponse(status=HTTPStatus.NO_CONTENT if draft.keep(data) else HTTPStatus.TOO_MANY_REQUESTS)
    if DISCARD in data:
        draft.discard()
        return HttpResponseRedirect(request.path)
    if LATER in data:
        return _put_aside(request, draft)
    if BEGIN in data:
        return _begin(draft, data, inputs)
    if PIECE in data:
        return _piece(request, draft)
    if REMOVE in data:
        draft.remove(data[REMOVE])
        return _list(request, draft, data["_input"]) if BY_SCRIPT in data and data.get("_input") in inputs else None
    return None


def begun(request: HttpRequest, draft: FormDraft) -> QueryDict | None:
    """What the form holds: as sent, as kept when one goes on with a draft; None for a blank one."""
    if request.method != "POST":
        return None
    if RESUME not in request.POST:
        return request.POST
    typed = draft.typed()
    if typed is None:
        messages.warning(request, _("这份草稿已经提交，或者放得太久已经清理，请重新填写"))
    return typed


def is_asked_for_only(request: HttpRequest) -> bool:
    """Whether the form is to be shown again and not sent: a file was taken out, a draft is gone on with or could not be kept, something is
    looked for, or another language was chosen."""
    return any(name in request.POST for name in (REMOVE, RESUME, LATER, FIND)) or LANGUAGE in request.GET


def context(request: HttpRequest, draft: FormDraft) -> Mapping[str, object]:
    """What ``parts/draft.html`` shows: the token, and which drafts one may go on with instead."""
    fresh = request.method != "POST"
    offers = form_drafts.offered(draft.form, draft.at, request.session.get(REMEMBERED, ())) if fresh else ()
    # Strangers' drafts are offered by the tab that began them; by the browser only where they asked for it: others may sit there next.
    by_tab = draft.form.account is None
    return {"token_name": TOKEN, "token": draft.token, "offers": offers, "begun": not fresh, "by_tab": by_tab}


def kept_when_turned_away(view: View) -> View:
    """Outermost on a page with a form: what is sent by whoever is not let in is kept, and offered again when they are."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            response = view(request, *args, **kwargs)
        except (Http404, PermissionDenied):
            keep_for_later(request)
            raise
        turned_away = getattr(request, "acting", None) is None or response.status_code == HTTPStatus.FORBIDDEN
        if turned_away:
            keep_for_later(request)
        return response

    return inner  # type: ignore[return-value]


def keep_for_later(request: HttpRequest) -> bool:
    """Keep what was sent, for when its sender is let in; whether it was kept."""
    if request.method != "POST" or RESUME in request.POST or DISCARD in request.POST:
        return False
    address = str(request.META.get("REMOTE_ADDR", ""))
    if not form_drafts.park(request.path, request.POST, request.FILES, address, timezone.now()):
        return False
    _remember(request, request.POST[TOKEN])
    request.draft_kept = True  # type: ignore[attr-defined]  # for the page that says so
    return True


def _remember(request: HttpRequest, token: str) -> None:
    before = [known for known in request.session.get(REMEMBERED, ()) if known != token]
    request.session[REMEMBERED] = [*before, token][-MAX_REMEMBERED:]


def _put_aside(request: HttpRequest, draft: FormDraft) -> HttpResponse | None:
    """Keep the form for whoever goes on in this browser; None, and so the form with all that it holds, where that could not be."""
    if not draft.keep(request.POST):
        messages.warning(request, _("近一小时从您这里开始填写的表太多，这一份没有存下；请直接提交"))
        return None
    draft.take_in()
    _remember(request, draft.token)
    for left in draft.left_out:
        messages.warning(request, left.message)
    messages.success(request, _("已经存好。24 小时内在这个浏览器里再打开本页，点“接着填”"))
    return HttpResponseRedirect(request.get_full_path())


def _begin(draft: FormDraft, data: QueryDict, inputs: Collection[str]) -> HttpResponse:
    name, size = data.get("_input", ""), data.get("size", "")
    if name not in inputs or not (size.isascii() and size.isdigit() and len(size) < 12):
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    begun = draft.begin(name, data.get("name", ""), int(size), data.get("mark", "")[:64])
    return _refusal(begun) if isinstance(begun, FormError) else _where(begun)


def _piece(request: HttpRequest, draft: FormDraft) -> HttpResponse:
    row, offset = draft.part(request.POST[PIECE]), request.POST.get("offset", "")
    sent = request.FILES.get("piece")
    if row is None or row.checked or sent is None or not (offset.isascii() and offset.isdigit() and len(offset) < 12):
        return _refusal(FormError("", "gone", _("这个文件要从头传，请重新选择")), HTTPStatus.GONE)
    problem = draft_files.no_room(row.draft, sent.size or 0)
    if problem is not None:
        return _refusal(problem)
    draft_files.add(row, int(offset), sent.read() if (sent.size or 0) <= draft_files.PIECE_BYTES else b"")
    if row.received < row.size:
        return _where(row)
    problem = draft_files.finish(row)
    return _refusal(problem) if problem is not None else _list(request, draft, row.field)


def _where(row: DraftFile) -> HttpResponse:
    return JsonResponse({"id": str(row.id), "received": row.received, "piece": draft_files.PIECE_BYTES})


def _refusal(problem: FormError, status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY) -> HttpResponse:
    return JsonResponse({"message": problem.message}, status=status)


def _list(request: HttpRequest, draft: FormDraft, name: str) -> HttpResponse:
    return render(request, "parts/kept_files.html", {"kept": draft.listed(name), "input_name": name})
