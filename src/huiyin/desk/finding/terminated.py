"""The status of terminated matters across organisations: asked for with a purpose, told by matter alone (clause s2-3.4.1)."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.casework.lists.terminated import (
    LOOKUPS_AN_HOUR,
    MAX_FOUND,
    PURPOSES,
    FoundTerminated,
    may_look_up,
)
from huiyin.desk.finding.pages import MAX_SEARCH_CHARS
from huiyin.door.beside.lookups import TooManyLookups, look_up
from huiyin.web.page_access import Acting, staff_page


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def terminated(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The form; sent, what was found. A POST, since each lookup is put on record."""
    if not may_look_up(acting.actor):
        raise Http404
    words, purpose = request.POST.get("q", "").strip()[:MAX_SEARCH_CHARS], request.POST.get("purpose", "")
    found: FoundTerminated | None = None
    error, status = "", HTTPStatus.OK
    if request.method == "POST":
        if not words:
            error, status = _("请填写事项编号或者内容类别"), HTTPStatus.UNPROCESSABLE_ENTITY
        elif purpose not in PURPOSES:
            error, status = _("请选择查询用途；用途和查询人都会记录"), HTTPStatus.UNPROCESSABLE_ENTITY
        else:
            try:
                found = look_up(acting.actor, words, purpose, acting.at)
            except TooManyLookups:
                error = _("一小时内最多查询 %(most)d 次，请稍后再查") % {"most": LOOKUPS_AN_HOUR}
                status = HTTPStatus.TOO_MANY_REQUESTS
    context = {
        "words": words,
        "purposes": PURPOSES,
        "purpose": purpose,
        "found": found,
        "error": error,
        "most": MAX_FOUND,
    }
    return render(request, "desk/finding/terminated.html", context, status=status)
