"""The board of incidents: those that are open, who has not acted by the clock, and one of them from its report to its lessons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from huiyin.casework.access import procedure_scope
from huiyin.casework.actions.choices import AvailableAction, action_choices
from huiyin.casework.case_view import CaseView, case_views
from huiyin.casework.history import History, HistoryStep, read_history, steps
from huiyin.casework.lists.related import related_to
from huiyin.casework.loaded_case import load_case
from huiyin.casework.models import UNFINISHED, Case
from huiyin.casework.sealed.attachments import Listed
from huiyin.casework.visible import access_of, office_wide
from huiyin.incidents import INCIDENT
from huiyin.incidents.hops import Hop, hops_of, minutes_between
from huiyin.incidents.same import SameEvent, joining, same_event_as
from huiyin.procedure.command import Actor, files_in
from huiyin.procedure.event import ActionTaken

MAX_OPEN: Final = 50
"""So many at once are shown; more were never open, and whoever leads could not read them."""
REST: Final = "rest"
SECTIONS: Final[tuple[tuple[str, Promise, list[str]], ...]] = (
    (
        "reports",
        gettext_lazy("报告和签收"),
        (
            "report_incident add_report take_in_report pass_on escalate_to_group acknowledge escalate_to_leader take_over "
            "activate not_an_incident join_incident"
        ).split(),
    ),
    (
        "scene",
        gettext_lazy("现场日志"),
        (
            "call_person record_arrival log_scene record_scene keep_order collect_facts call_unit unit_arrived "
            "dispatch_safety end_scene review_force"
        ).split(),
    ),
    (
        "police",
        gettext_lazy("报警"),
        "record_police_call record_police_call_late record_police_arrival review_police_call".split(),
    ),
    ("requests", gettext_lazy("现场诉求"), "register_requests report_progress".split()),
    ("upward", gettext_lazy("上报和指示"), "report_upward".split()),
    (
        "statements",
        gettext_lazy("对外说明"),
        (
            "name_spokesperson draft_statement approve_statement return_statement publish_statement record_channel close_channels order_correction"
        ).split(),
    ),
    (
        "afterwards",
        gettext_lazy("方案、评估和改进"),
        (
            "make_plan approve_plan return_plan do_task join_departments report_share draft_paper assess close_incident report_improvement commend "
            "hold_responsible archive"
        ).split(),
    ),
)  # fmt: skip
"""The parts of the board, each with the steps that belong to it, as the rulebooks call them; others stand in the last part."""


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """An incident on the board. ``minutes`` are those since its report; ``waiting`` is what is owed by the clock and not done."""

    view: CaseView
    minutes: int
    waiting: tuple[Hop, ...]

    @property
    def late(self) -> bool:
        """Whether something has waited longer than it may."""
        return any(hop.status == "late" for hop in self.waiting)


@dataclass(frozen=True, slots=True)
class BoardEntry:
    """Something that was recorded, with the photographs and papers that came with it, as far as the reader may see them."""

    step: HistoryStep
    files: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class BoardSection:
    """A part of an incident's board: what was recorded, the newest first, and what the reader may record now."""

    name: str
    label: Promise
    story: tuple[BoardEntry, ...]
    offers: tuple[AvailableAction, ...]


@dataclass(frozen=True, slots=True)
class IncidentBoard:
    """One incident. ``related`` are the matters that came of it, and other incidents joined with it, as far as the reader sees them; ``same``
    lays others beside it that may be the same event, where the reader may join them.
    """

    case: Case
    view: CaseView
    minutes: int
    hops: tuple[Hop, ...]
    sections: tuple[BoardSection, ...]
    related: tuple[CaseView, ...]
    same: SameEvent | None


def sees_every_incident(actor: Actor) -> bool:
    """Whether none of their organisation's incidents is kept from ``actor``, but those that accuse them or are limited."""
    every = (actor.organisation, procedure_scope(actor.organisation, INCIDENT))
    return any(scope in every for scope in office_wide(actor))


def open_incidents(actor: Actor, at: datetime) -> tuple[OpenIncident, ...]:
    """The incidents that ``actor`` may see and that have not ended, the newest first."""
    # By an index that holds what has not ended alone.
    under_way = access_of(actor).filter(UNFINISHED, procedure=INCIDENT)
    rows = Case.objects.filter(id__in=under_way.values("case")).select_related("unit", "organisation")
    cases = list(rows.order_by("-registered_at", "-id")[:MAX_OPEN])
    return tuple(
        OpenIncident(
            view,
            minutes_between(case.registered_at, at),
            tuple(hop for hop in hops_of(case, at) if hop.status in ("waiting", "late")),
        )
        for case, view in zip(cases, case_views(cases, at), strict=True)
    )


def incident_board(case: Case, actor: Actor, at: datetime) -> IncidentBoard:
    """The board of one incident, which ``actor`` may see."""
    past = read_history(case, actor)
    story, loaded = steps(past), load_case(case)
    relayed = {action.relay.action for action in loaded.procedure.actions.values() if action.relay is not None}
    # What follows by itself from a step on another case is no button here.
    offers = [offer for offer in action_choices(loaded, actor, at).allowed if offer.action not in relayed]
    joined = joining(loaded, [offer.action for offer in offers])
    if joined is not None:  # it settles all that is owed here, and yet is not what lies next
        offers = [replace(offer, discharges=()) if offer.action == joined[0] else offer for offer in offers]
    part_of = {action: name for name, _label, actions in SECTIONS for action in actions}
    files = _files(case, past)
    sections = (
        BoardSection(
            name,
            label,
            tuple(
                BoardEntry(step, files.get(step.seq, ()))
                for step in reversed(story)
                if part_of.get(step.action, REST) == name
            ),
            tuple(offer for offer in offers if part_of.get(offer.action, REST) == name),
        )
        for name, label, _ in (*SECTIONS, (REST, gettext_lazy("其他"), ()))
    )
    return IncidentBoard(
        case=case,
        view=case_views([case], at)[0],
        minutes=minutes_between(case.registered_at, at),
        hops=hops_of(case, at),
        sections=tuple(section for section in sections if section.story or section.offers),
        related=tuple(one.view for one in related_to(past, actor, at)),
        same=same_event_as(loaded, actor, at, {offer.action: offer.label for offer in offers}),
    )


def _files(case: Case, past: History) -> dict[int, tuple[Listed, ...]]:
    """The files that the reader may see, by the number of the event that they came with."""
    shown = {one.id: one for one in past.files}
    return {
        item.seq: tuple(
            shown[ref.id] for value in item.event.fields.values() for ref in files_in(value) if ref.id in shown
        )
        for item, _rules in past.events
        if isinstance(item.event, ActionTaken)
    }
