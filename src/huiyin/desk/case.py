"""The page of one case, and what may be opened from it."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from huiyin.casework.models import Attachment
from huiyin.casework.sealed import attachments
from huiyin.casework.sealed.confidential import keeps_identity
from huiyin.casework.sealed.held_back import is_open_to, left_to
from huiyin.casework.sealed.looks import looks_at
from huiyin.casework.sealed.reasons import files_kept_back
from huiyin.casework.visible import visible_to
from huiyin.desk.case_page import case_page, people_on_record, recognisable_people
from huiyin.desk.finding.recent import note_opened
from huiyin.door.beside.seen import note_seen
from huiyin.door.files import reading
from huiyin.door.files.reading import FoundInFile
from huiyin.door.notes.writing import write_note
from huiyin.door.outcome import Accepted
from huiyin.people.petitioners import PetitionerErased
from huiyin.web.case_lookup import visible_case
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.uploads import handed_out, picture


@require_safe
@staff_page
def case(request: HttpRequest, acting: Acting, no: str) -> HttpResponse:
    """What it is, where it stands, who owes what, what the reader may do and why not the rest, and what happened."""
    found = visible_case(acting, no)
    page = case_page(found, acting, recognisable_people(found, acting), note_opened(request, found))
    return render(request, "desk/case.html", {"page": page, "at": acting.at})


@require_POST
@staff_page
def mark_seen(request: HttpRequest, acting: Acting, no: str) -> HttpResponse:
    """The reader has read what is new on the case."""
    note_seen(visible_case(acting, no), acting.actor)
    return HttpResponseRedirect(reverse("desk:case", args=[no]))


@require_POST
@staff_page
def reveal(request: HttpRequest, acting: Acting, no: str) -> HttpResponse:
    """The petitioners uncovered; that the reader saw them is put on record."""
    found = visible_case(acting, no)
    people = people_on_record(found, acting, "case_page")
    if request.headers.get("HX-Request"):
        return render(request, "desk/parts/people.html", {"people": people, "revealed": True, "case": found})
    page = case_page(found, acting, people)
    return render(request, "desk/case.html", {"page": page, "at": acting.at, "revealed": True})


@require_POST
@staff_page
def note(request: HttpRequest, acting: Acting, no: str) -> HttpResponse:
    """A note for colleagues; back to its place in the story, to the duties where it took the case out of its writer's sight, or to the page
    with what is wrong with it."""
    found, typed = visible_case(acting, no), request.POST.get("note", "")
    outcome = write_note(found.id, typed, acting.actor, acting.at)
    if isinstance(outcome, Accepted):
        if not visible_to(acting.actor).filter(id=found.id).exists():
            return HttpResponseRedirect(reverse("desk:duties"))
        return HttpResponseRedirect(f"{reverse('desk:case', args=[no])}#step-{outcome.state.seq}")
    page = case_page(found, acting, recognisable_people(found, acting))
    context = {"page": page, "at": acting.at, "note_errors": outcome.errors, "note_typed": typed}
    return render(request, "desk/case.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_safe
@staff_page
def looks(request: HttpRequest, acting: Acting, no: str) -> HttpResponse:
    """Who looked at the personal data of the petitioners, as far as the reader may know."""
    found = visible_case(acting, no)
    context = {
        "case": found,
        "looks": looks_at(found, acting.actor, acting.at),
        "all": keeps_identity(found, acting.actor, acting.at),
    }
    return render(request, "desk/looks.html", context)


@require_safe
@staff_page
def attachment(request: HttpRequest, acting: Acting, no: str, id: UUID) -> HttpResponse:
    """A file that came with the case, to be saved; browsers are not asked to open it.

    One that would do something when it is opened is handed out after its reader was told what. With ``picture`` one that browsers do
    not know is shown as one that they do.
    """
    found = visible_case(acting, no)
    row = Attachment.objects.filter(case=found, id=id).select_related("petitioner__key").first()
    if row is None or id in files_kept_back(found, acting.actor) or not is_open_to(found, row, acting.actor, acting.at):
        raise Http404
    try:
        opened = attachments.read_file(row)
    except PetitionerErased:
        raise Http404 from None
    if request.GET.get("picture"):
        return picture(request, opened)
    return handed_out(request, opened, found.number, reverse("desk:case", args=[no]))


@require_POST
@staff_page
def looked_through(request: HttpRequest, acting: Acting, no: str, id: UUID) -> HttpResponse:
    """That whoever has the case in custody has looked a file through in a worker's stead: it is opened like any other, or withheld and handed on
    to the office in charge of secrets; likewise of one that a worker found marked, which nobody opens.
    """
    found = visible_case(acting, no)
    row = Attachment.objects.filter(case=found, id=id).first()
    left, withheld = left_to(found, acting.actor, acting.at), bool(request.POST.get("withhold"))
    if row is None or id not in (left.unread | left.marked if withheld else left.unread):
        raise Http404
    reading.note(row, FoundInFile(withheld), acting.actor, acting.at)
    done = (
        _("已停止打开这个附件，并记录已报保密工作机构") if withheld else _("已记录，可以打开这个附件的人现在能打开了")
    )
    messages.success(request, done)
    return redirect("desk:case", no)
