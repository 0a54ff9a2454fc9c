"""The public page of statements: what the office says about incidents, with its corrections."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from huiyin.incidents.statements import approved_first, published
from huiyin.people.models import Organisation


@require_safe
def statements(request: HttpRequest, code: str) -> HttpResponse:
    """What an organisation has published, for anybody."""
    organisation = get_object_or_404(Organisation, code=code)
    context = {
        "organisation": organisation,
        "incidents": published(organisation),
        "approved_first": approved_first(organisation),
    }
    return render(request, "incidents/statements.html", context)
