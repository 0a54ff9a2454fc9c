"""How a unit stands: who has how much to do, what is late, who is away."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from huiyin.casework.lists.load import loads
from huiyin.web.page_access import Acting, staff_page


@require_safe
@staff_page
def team(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The people of the reader's unit with what they owe by name."""
    return render(request, "desk/work/team.html", {"loads": loads(acting.actor, acting.at)})
