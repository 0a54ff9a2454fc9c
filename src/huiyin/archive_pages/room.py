"""The archive room: files by year, term, number and words of their title; the catalogue on paper."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.archive import lending
from huiyin.archive import room as archive_room
from huiyin.archive.room import RoomList, Sought
from huiyin.archive_pages.entering import room_page
from huiyin.casework.lists import search_tokens
from huiyin.people.models import Organisation
from huiyin.web.page_access import Acting
from huiyin.web.searches import looked_for

MAX_SEARCH_CHARS = 100
MAX_NUMBER_CHARS = 40


@require_http_methods(["GET", "HEAD", "POST"])
@room_page
def room(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The files, the latest first. Words of a title are sent by POST and stand in no address, as in the register of cases."""
    if request.method == "POST":
        return HttpResponseRedirect(f"{reverse('archive:room')}?{_query(request.POST, acting)}")
    sought = _sought(request, acting)
    found = archive_room.find(acting.actor, sought)
    context = {
        **_listed(found, sought, acting),
        "waiting": archive_room.waiting(acting.actor),
        "years": archive_room.years_of(acting.actor),
        "terms": archive_room.terms_of(acting.actor),
        "query": _kept(request.GET),
    }
    return render(request, "archive_pages/room.html", context)


@require_safe
@room_page
def printed(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The catalogue of archived files (归档目录) as it is printed and bound."""
    sought = _sought(request, acting)
    found = archive_room.find(acting.actor, sought)
    context = _listed(found, sought, acting) | {
        "files": archive_room.printed(found.files),
        "terms": archive_room.terms_of(acting.actor),
        "organisation": Organisation.objects.get(id=acting.actor.organisation),
    }
    return render(request, "archive_pages/printed.html", context)


def _listed(found: RoomList, sought: Sought, acting: Acting) -> dict[str, object]:
    overdue = {one.loan.id for one in found.files if one.loan and lending.is_overdue(one.loan, acting.at)}
    return {"files": found.files, "more": found.more, "sought": sought, "overdue": overdue, "at": acting.at}


def _sought(request: HttpRequest, acting: Acting) -> Sought:
    given = request.GET
    year = given.get("year", "")
    return Sought(
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 and int(year) > 1 else 0,
        term=given.get("term", "")[:60],
        number=given.get("number", "").strip()[:MAX_NUMBER_CHARS],
        words=looked_for(request, given.get("search", ""), acting),
    )


def _query(sent: QueryDict, acting: Acting) -> str:
    words = sent.get("words", "").strip()[:MAX_SEARCH_CHARS]
    kept = {name: sent.get(name, "").strip() for name in ("year", "term", "number")}
    kept["search"] = search_tokens.token(words, acting.account.id, acting.at) if words else ""
    return urlencode({name: value for name, value in kept.items() if value})


def _kept(given: QueryDict) -> str:
    known = {name: given.get(name, "") for name in ("year", "term", "number", "search")}
    return urlencode({name: value for name, value in known.items() if value})
