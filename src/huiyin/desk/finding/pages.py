"""The search of all pages: what was typed is sent by POST, exchanged for a token, and answered by a page that one can come back to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.casework.case_view import CaseView, case_views, kind_of, stage_name, titles_of
from huiyin.casework.lists import search_tokens
from huiyin.casework.lists.cases import CaseFilter, cases
from huiyin.casework.lists.terminated import may_look_up
from huiyin.casework.models import Case
from huiyin.desk.finding.recent import recent_cases
from huiyin.registers import saved
from huiyin.registers.models import SavedView
from huiyin.search.find import FoundText, FoundTexts, find_texts
from huiyin.search.models import FindableText
from huiyin.search.words import PassagePiece
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.searches import looked_for

MAX_SEARCH_CHARS: Final = 100
MAX_BY_NAME: Final = 10
WITHOUT_ADDRESS: Final = "strict-origin"
"""What a page says where it leads to (Referrer Policy): the installation, not the token. Forms still say whence they come."""
KINDS: Final = {
    FindableText.TextKind.PETITION: gettext_lazy("来件正文"),
    FindableText.TextKind.TITLE: gettext_lazy("标题"),
    FindableText.TextKind.STEP: gettext_lazy("办理记录"),
    FindableText.TextKind.PAPER: gettext_lazy("文书"),
}


@dataclass(frozen=True, slots=True)
class FoundMatter:
    """A matter with the texts in which it was found. ``name`` is what it is called, marked where the words stand in its title."""

    case: Case
    name: tuple[PassagePiece, ...]
    texts: tuple[tuple[FoundText, str], ...]

    @property
    def stage(self) -> str:
        """Where it stands, in words."""
        return stage_name(self.case)


@dataclass(frozen=True, slots=True)
class Results:
    """What one question found: matters by what they are called or who brought them, and those in whose texts the words stand."""

    named: tuple[CaseView, ...]
    more_named: bool
    texts: FoundTexts
    matters: tuple[FoundMatter, ...]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def find(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Matters by number, receipt, name, phone or words; without a question those opened last."""
    if request.method == "POST":
        return HttpResponseRedirect(found_at(request.POST.get("q", ""), acting))
    token = request.GET.get("search", "")
    q = looked_for(request, token, acting)
    after = request.GET.get("after", "")
    context = {
        "looked_for": q,
        "search": token if q else "",
        "after": after,
        "results": results(acting, q, after) if q else None,
        "searches": saved.kept_views(acting.actor, SavedView.ViewKind.SEARCH) if not q else (),
        "recent": () if q else case_views(recent_cases(request, acting.actor), acting.at),
        "may_look_up": may_look_up(acting.actor),
        "at": acting.at,
    }
    response = render(request, "desk/finding/find.html", context)
    response.headers["Referrer-Policy"] = WITHOUT_ADDRESS
    return response


@require_safe
@staff_page
def keys(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Which keys do what; the same sheet stands behind ? on every page."""
    return render(request, "desk/finding/keys.html", {})


def found_at(typed: str, acting: Acting) -> str:
    """Where the answer to a question stands, for an hour and for whoever asked it alone."""
    q = typed.strip()[:MAX_SEARCH_CHARS]
    page = reverse("desk:find")
    return f"{page}?{urlencode({'search': search_tokens.token(q, acting.account.id, acting.at)})}" if q else page


def results(acting: Acting, q: str, after: str = "") -> Results:
    """What ``q`` finds; of further pages (``after``) the texts alone."""
    named = cases(acting.actor, CaseFilter(q=q), acting.at, size=MAX_BY_NAME) if not after else None
    texts = find_texts(acting.actor, q, after)
    return Results(named.items if named else (), bool(named and named.next), texts, tuple(_matters(texts)))


def _matters(texts: FoundTexts) -> Iterator[FoundMatter]:
    """The texts by their matters, in the order of the latest of each; each text with what it is in words."""
    by_case: dict[UUID, list[FoundText]] = {}
    for found in texts.items:
        by_case.setdefault(found.case.id, []).append(found)
    titles = titles_of(same[0].case for same in by_case.values())
    for id, same in by_case.items():
        in_title = next((found.passage for found in same if found.kind == FindableText.TextKind.TITLE), None)
        name = in_title or (PassagePiece(titles.get(id) or kind_of(same[0].case), found=False),)
        others = ((found, str(KINDS[FindableText.TextKind(found.kind)])) for found in same)
        yield FoundMatter(
            same[0].case, name, tuple(one for one in others if one[0].kind != FindableText.TextKind.TITLE)
        )
