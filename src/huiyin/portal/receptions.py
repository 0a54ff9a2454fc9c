"""On which days which leader receives, for everybody: a page, and a calendar to subscribe to (clause s1-C20b)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from huiyin.people.models import Organisation
from huiyin.rota.calendar_file import CalendarEntry, calendar_file
from huiyin.rota.published import public_receptions


@never_cache
@require_safe
def receptions(request: HttpRequest, code: str) -> HttpResponse:
    """The reception days of an organisation's leaders in the next three months."""
    organisation = get_object_or_404(Organisation, code=code)
    found = public_receptions(organisation.id, timezone.now())
    return render(request, "portal/receptions.html", {"organisation": organisation, "receptions": found})


@never_cache
@require_safe
def receptions_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """The same as iCalendar, which programs ask for again and again."""
    organisation = get_object_or_404(Organisation, code=code)
    entries = [
        CalendarEntry(
            one.id,
            one.day,
            one.begins,
            one.ends,
            _("领导接访：%(who)s") % {"who": f"{one.post} {one.name}".strip()},
            one.place,
            one.published_at,
        )
        for one in public_receptions(organisation.id, timezone.now())
    ]
    name = _("%(organisation)s领导接待日") % {"organisation": organisation.name}
    content = calendar_file(name, entries, timezone.get_current_timezone())
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")
