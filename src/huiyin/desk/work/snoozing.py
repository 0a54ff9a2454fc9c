"""Putting a duty of one's post aside until a day, with a reason, and taking it back."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.casework.labels import FormError
from huiyin.casework.lists.duties import duties_owed, duty_rows
from huiyin.casework.models import Duty, Snooze
from huiyin.door.beside import snoozes
from huiyin.rules.deadlines.day_given import day_given
from huiyin.web.page_access import Acting, staff_page


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def put_aside(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """Until when, and why; sent, the duty leaves the list until then, or the form comes back with what is wrong."""
    duty = _own(acting, id)
    errors: tuple[FormError, ...] = ()
    if request.method == "POST":
        errors = snoozes.put_aside(
            duty, day_given(request.POST.get("until", "")), request.POST.get("why", ""), acting.actor, acting.at
        )
        if not errors:
            messages.success(request, _("已搁置。到期那天，或者事项有新情况时，会回到待办"))
            return HttpResponseRedirect(reverse("desk:duties"))
    context = {
        "row": duty_rows([duty], acting.at)[0],
        "errors": {error.field: error.message for error in errors},
        "given": request.POST,
        "reasons": [(value, _(label)) for value, label in Snooze.Why.choices],
        "last": timezone.localdate(duty.due_at).isoformat(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return render(request, "desk/work/aside.html", context, status=status)


@require_POST
@staff_page
def take_back(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """The duty stands in the list again."""
    snoozes.take_back(_own(acting, id), acting.actor, acting.at)
    messages.success(request, _("已放回待办"))
    return HttpResponseRedirect(reverse("desk:duties"))


def _own(acting: Acting, id: UUID) -> Duty:
    """A duty that the reader's post owes. Raises Http404."""
    (owed,) = duties_owed(acting.actor, mine=True)
    duty = owed.filter(id=id).select_related("case").first()
    if duty is None:
        raise Http404
    return duty
