"""The public page of statements: what the office says about incidents, with its corrections."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from huiyin.incidents.statements import published
from huiyin.people.models import Organisation


@require_safe
def statements(request: HttpRequest, code: str) -> HttpResponse:
    """What an organisation has published, for anybody."""
    organisation = get_object_or_404(Organisation, code=code)
    incidents = published(organisation)
    context = {
        "organisation": organisation,
        "incidents": incidents,
        "all_approved": all(statement.approved for statements in incidents for statement in statements),
    }
    return render(request, "incidents/statements.html", context)
