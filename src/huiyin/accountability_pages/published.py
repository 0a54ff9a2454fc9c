"""What was published inside, for everybody who works here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from huiyin.accountability.published import bulletins
from huiyin.casework.visible import oversees
from huiyin.web.page_access import Acting, staff_page


@require_safe
@staff_page
def bulletin_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The bulletins, the latest first."""
    context = {"bulletins": bulletins(acting.actor.organisation), "oversees": oversees(acting.actor)}
    return render(request, "accountability_pages/published.html", context)
