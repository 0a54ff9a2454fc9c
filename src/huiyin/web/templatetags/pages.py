"""What the pages of every package need from the templates' side: icons, dates in words, moments."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from math import ceil
from typing import Literal

from django import template
from django.template import RequestContext
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from huiyin.archive.room import may_enter_under
from huiyin.casework.actions.choices import may_start_under
from huiyin.casework.actions.starting import StartAction, start_actions
from huiyin.casework.file_checks import kinds
from huiyin.casework.owed import overdue
from huiyin.casework.sealed import attachments
from huiyin.casework.visible import book_of
from huiyin.documents.drafting.differences import ChangedPiece
from huiyin.incidents import INCIDENT
from huiyin.people.once_a_request import organisation_of
from huiyin.rota.on_duty import known_on_duty
from huiyin.rules import REGISTER
from huiyin.rules.book.fields.types.files import MAX_FILES
from huiyin.web.page_access import Acting
from huiyin.web.petition_form import Box

register = template.Library()

HOURS_OF_A_DAY = 24
MENUS_KEPT = 512
"""Menus kept in a process, some six kilobytes each."""
SOON_DAYS = 3
"""From how many days before it is due a duty is marked as due soon."""

Tone = Literal["late", "soon", "calm", "paused"]


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing from the sprite that the installation serves; the text beside it says what it means."""
    return _icon(name)


@cache
def _icon(name: str) -> SafeString:
    # Where files of the installation lie stays the same for as long as the process runs; a page draws some forty icons.
    address = static("vendor/tabler/icons.svg")
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', address, name)


@register.simple_tag
def due_words(due_at: datetime, at: datetime) -> str:
    """How far away a due time is: in whole days of the installation's zone; in hours, where it is an hour and less than a day away."""
    days = _days_left(due_at, at)
    hours = ceil(abs(due_at - at) / timedelta(hours=1))
    if _is_an_hour(due_at) and hours <= HOURS_OF_A_DAY:
        if due_at < at:
            return ngettext("逾期 %(hours)d 小时", "逾期 %(hours)d 小时", hours) % {"hours": hours}
        return ngettext("剩不到 %(hours)d 小时", "剩不到 %(hours)d 小时", hours) % {"hours": hours}
    if due_at < at:
        late = max(-days, 1)
        return ngettext("逾期 %(days)d 天", "逾期 %(days)d 天", late) % {"days": late}
    if days == 0:
        return _("今天到期")
    return ngettext("剩 %(days)d 天", "剩 %(days)d 天", days) % {"days": days}


@register.simple_tag
def due_tone(due_at: datetime, at: datetime, waits_since: datetime | None = None) -> Tone:
    """How urgent a due time is, for its colour; not at all while what is owed waits."""
    if waits_since is not None:
        return "paused"
    if overdue(due_at, None, at):
        return "late"
    return "soon" if _days_left(due_at, at) <= SOON_DAYS else "calm"


@register.simple_tag
def days_since(moment: datetime, at: datetime) -> int:
    """Whole days from a moment to ``at`` in the installation's zone."""
    return -_days_left(moment, at)


@dataclass(frozen=True, slots=True)
class MenuOffers:
    """What the menu offers to some posts alone: registering what comes in, the archive room; incidents, where the rulebook has them."""

    registers: bool = False
    keeps_files: bool = False
    incidents: bool = False


@dataclass(frozen=True, slots=True)
class DutyNow:
    """Who is on duty: the ``first`` of them, all with their posts in ``words``; ``all_away``: nobody of those who should be is there."""

    first: str
    words: str
    all_away: bool


@register.simple_tag
def menu_offers(acting: Acting) -> MenuOffers:
    """What the menu offers the reader's post, by the one rulebook of its organisation."""
    actor, book = acting.actor, book_of(acting.actor.organisation)
    if book is None:
        return MenuOffers()
    return MenuOffers(may_start_under(book, actor, REGISTER), may_enter_under(book, actor), INCIDENT in book.procedures)


@register.simple_tag(takes_context=True)
def main_menu(context: RequestContext, acting: Acting) -> SafeString:
    """The menu of the desk: the same for all whom it offers the same at a place."""
    request = context["request"]
    match = request.resolver_match
    administers = request.user.is_superuser or acting.administers or bool(getattr(request, "administering", None))
    # Two tabs lead to pages of one package: the library, and what is kept ready.
    shelf = match.route.split("/")[1] if match.namespace == "readiness" else ""
    place = (match.url_name, match.namespace, shelf)
    return _menu(get_language(), place, menu_offers(acting), administers=administers)


@lru_cache(maxsize=MENUS_KEPT)
def _menu(spoken: str | None, place: tuple[str, str, str], offers: MenuOffers, *, administers: bool) -> SafeString:
    here = dict(zip(("here", "section", "shelf"), place, strict=True))
    return render_to_string("parts/nav.html", {**here, "offers": offers, "administers": administers})


@register.simple_tag
def drawn_once(name: str) -> SafeString:
    """The template ``name``, which depends on nothing but the language."""
    return _drawn(name, get_language())


@cache
def _drawn(name: str, spoken: str | None) -> SafeString:
    return render_to_string(name)


@register.simple_tag
def on_duty_now(acting: Acting) -> DutyNow:
    """Who is on duty in the reader's organisation at this moment, or next today."""
    serving = known_on_duty(acting.actor.organisation, acting.at)
    there = [one for one in serving if not one.is_away]
    words = _("、").join(f"{one.name}（{one.post}）" for one in there)
    return DutyNow(there[0].name if there else "", words, bool(serving) and not there)


@register.simple_tag
def may_begin(acting: Acting) -> tuple[StartAction, ...]:
    """The cases that the reader's post may begin without a petition."""
    organisation = organisation_of(acting.actor.organisation)
    return start_actions(organisation, acting.actor, acting.at) if organisation else ()


@register.inclusion_tag("parts/identity_input.html")
def identity_input(box: Box, name: str, label: str, *, focus: bool = False, **more: str) -> dict[str, object]:
    """What a petition's form asks about a petitioner: the field ``name`` of ``box``. ``more``: ``type``, ``inputmode``, ``autocomplete``,
    ``optional`` and ``hint`` (in words), ``apart`` where it goes by itself when somebody stays unnamed, ``repeats`` the address that is
    asked for matters of the same person; ``focus``: the page opens there, at the first of several.
    """
    value, error = getattr(box.typed, name), box.errors.get(name, "")
    focus = focus and box.number == 0
    return {"id": f"p{box.number}-{name}", "label": label, "focus": focus, "value": value, "error": error, **more}


@register.simple_tag
def kept_now(value: str) -> str:
    """What is kept in a field that may be given anew, in words."""
    return _("现在是 %(now)s") % {"now": value} if value else _("现在没有留")


@register.simple_tag
def accepted_files() -> str:
    """What an input for files offers to choose: by the ends of names and by media types, since phones know the latter alone."""
    return kinds.ACCEPTED


@register.simple_tag
def file_limits(most: int | None = None) -> str:
    """What may be handed in at an input for files, how many, how large each and all together."""
    return _("照片、PDF、文档、表格、录音录像，最多 %(most)d 个，每个不超过 %(each)d MB，合计不超过 %(all)d MB") % {
        "most": most or MAX_FILES,
        "each": attachments.MAX_FILE_BYTES // attachments.MEGABYTE,
        "all": attachments.MAX_BYTES // attachments.MEGABYTE,
    }


@register.filter
def moment(value: datetime | None) -> str:
    """A moment as pages show it, in the installation's zone: 2026-03-02 17:30."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


@register.filter
def day(value: datetime | None) -> str:
    """The day of a moment in the installation's zone: 2026-03-02."""
    return timezone.localtime(value).strftime("%Y-%m-%d") if value else ""


@register.filter
def plain_cell(value: str | int | date | None) -> str:
    """A cell of a table in words: a day as 2026-03-02, nothing as a dash."""
    if isinstance(value, date):
        return value.isoformat()
    return "—" if value is None or value == "" else str(value)


@register.filter
def due_day(value: datetime | None) -> str:
    """The day by which something is due, with the hour where it is due by one: 2026-03-02, 2026-03-02 17:30."""
    return moment(value) if value and _is_an_hour(value) else day(value)


@register.filter
def short(hash_: str) -> str:
    """The beginning of a hash: enough to compare by eye."""
    return hash_[:10]


@register.filter
def marked(piece: ChangedPiece) -> SafeString:
    """A stretch of a text that was changed: what was added and what was taken away marked as such, without a space beside it."""
    tag = {"added": "ins", "removed": "del"}.get(piece.change, "")
    return format_html(f"<{tag}>{{}}</{tag}>" if tag else "{}", piece.text)


def _is_an_hour(due_at: datetime) -> bool:
    """Whether a due time is one by the clock: a period of days ends with the last second of its last day."""
    return timezone.localtime(due_at).strftime("%H:%M:%S") != "23:59:59"


def _days_left(due_at: datetime, at: datetime) -> int:
    return (timezone.localdate(due_at) - timezone.localdate(at)).days
