"""One procedure of a rulebook for a page: its picture, stages, actions, duties, notices and remedies, each with its clauses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from huiyin.casework.labels import in_script, language, name_of
from huiyin.rule_pages.links import InProcedure, Link, Places, Quoted, condition
from huiyin.rule_pages.matrix import Matrix, matrix
from huiyin.rules.book.schema import START, Action, NoticeRule
from huiyin.rules.book.steps import applies, begins_case, is_anywhere, next_stage
from huiyin.rules.diagram.svg import sheets, svg


@dataclass(frozen=True, slots=True)
class DescribedFact:
    """One line of a description: what it says, in links or in words."""

    label: str
    links: tuple[Link, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class ElementEntry:
    """An element as the page describes it; ``facts`` are its lines."""

    anchor: str
    label: str
    facts: tuple[DescribedFact, ...]
    clauses: Quoted
    tag: str = ""


@dataclass(frozen=True, slots=True)
class StageEntry:
    """A stage with what may be done there: (action, where it leads if it does)."""

    anchor: str
    label: str
    public: str
    end: bool
    actions: tuple[tuple[Link, Link | None], ...]
    clauses: Quoted


@dataclass(frozen=True, slots=True)
class DutyRuleRow:
    """A duty: who owes it, by when, what opens and discharges it; ``on_due`` is what the system does when it is overdue, if anything."""

    anchor: str
    label: str
    owner: tuple[Link, ...]
    limit: str
    opened: tuple[tuple[Link, str], ...]
    discharged: tuple[Link, ...]
    withdrawn: tuple[Link, ...]
    on_due: Link | None
    clauses: Quoted


@dataclass(frozen=True, slots=True)
class RemedyRow:
    """A remedy of the petitioner: its window, what opens it, and who decides."""

    action: Link
    window: str
    opened: tuple[Link, ...]
    stages: tuple[Link, ...]
    deciders: tuple[Link, ...]
    decision: tuple[Link, ...]
    clauses: Quoted


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A time limit: how long, from when, and what keeps to it."""

    anchor: str
    label: str
    length: str
    duties: tuple[Link, ...]
    actions: tuple[Link, ...]
    clauses: Quoted


@dataclass(frozen=True, slots=True)
class ProcedurePage:
    """Everything about one procedure."""

    name: str
    label: str
    pictures: tuple[SafeString, ...]
    clauses: Quoted
    stages: tuple[StageEntry, ...]
    actions: tuple[ElementEntry, ...]
    duties: tuple[DutyRuleRow, ...]
    notices: tuple[ElementEntry, ...]
    remedies: tuple[RemedyRow, ...]
    limits: tuple[LimitRow, ...]
    matrix: Matrix


def procedure_page(places: Places, name: str) -> ProcedurePage:
    """The procedure ``name`` of a sound book."""
    procedure = places.book.procedures[name]
    within = InProcedure(places, name, procedure)
    return ProcedurePage(
        name=name,
        label=name_of(procedure),
        pictures=_pictures(places, name),
        clauses=places.clauses(procedure.clause),
        stages=tuple(_stages(within)),
        actions=tuple(_action(within, key) for key in procedure.actions),
        duties=tuple(_duty(within, key) for key in procedure.duties),
        notices=tuple(_notice(within, key, rule) for key, rule in procedure.notices.items()),
        remedies=tuple(_remedy(within, key) for key, action in procedure.actions.items() if action.remedy),
        limits=tuple(_limit(within, key) for key in procedure.limits),
        matrix=matrix(within),
    )


def _pictures(places: Places, name: str) -> tuple[SafeString, ...]:
    """The picture whole, or in pieces where it is to be printed. Every word in it is escaped where it is drawn."""
    if places.together:
        drawn = sheets(places.book, name, language=language(), anchors=name)
    else:
        drawn = (svg(places.book, name, language=language(), anchors=name),)
    return tuple(mark_safe(in_script(piece)) for piece in drawn)  # noqa: S308


def _stages(within: InProcedure) -> Iterator[StageEntry]:
    procedure = within.procedure
    for name, stage in procedure.stages.items():
        possible = []
        for key, action in procedure.actions.items():
            if applies(procedure, action, name) and (not is_anywhere(action) or action.to):
                to = next_stage(procedure, action, name)
                possible.append((within.action(key), within.stage(to) if to != name else None))
        yield StageEntry(
            anchor=f"{within.name}-stage-{name}",
            label=name_of(stage),
            public=name_of(stage.public),
            end=stage.end,
            actions=tuple(possible),
            clauses=within.places.clauses(stage.clause),
        )


def _action(within: InProcedure, name: str) -> ElementEntry:
    action, book = within.procedure.actions[name], within.places.book
    asked = _("、").join(name_of(book.fields[use.name]) for use in action.fields)
    facts = [
        DescribedFact(_("谁办理"), within.places.roles(action.by)),
        *_entering(within, action),
        _from(within, action),
        DescribedFact(_("到"), (within.stage(action.to),) if action.to else ()),
        DescribedFact(_("已终结的回到"), (within.stage(action.reopens),) if action.reopens else ()),
        DescribedFact(_("条件"), text=condition(book, action.when)),
        *_timing(within, action),
        DescribedFact(_("不得由办理过以下动作的人办理"), within.actions(action.not_by)),
        DescribedFact(_("填写"), text=asked),
        DescribedFact(_("完成职责"), tuple(within.duty(duty) for duty in action.discharges)),
        DescribedFact(
            _("产生职责"), tuple(within.duty(duty) for duty in dict.fromkeys(item.duty for item in action.opens))
        ),
        DescribedFact(_("不再需要"), tuple(within.duty(duty) for duty in action.withdraws)),
        DescribedFact(_("文书"), tuple(within.notice(notice) for notice in action.notice)),
        DescribedFact(_("拟稿"), tuple(within.notice(drafting.notice) for drafting in action.drafts)),
        DescribedFact(_("审签"), tuple(within.notice(notice) for notice in action.approves)),
        DescribedFact(_("退回修改"), tuple(within.notice(notice) for notice in action.returns)),
        DescribedFact(
            _("延长期限"), text=_("、").join(name_of(within.procedure.limits[key]) for key in action.extends)
        ),
        DescribedFact(_("中止期限"), text=_("、").join(name_of(within.procedure.limits[key]) for key in action.pauses)),
        DescribedFact(
            _("恢复期限"), text=_("、").join(name_of(within.procedure.limits[key]) for key in action.resumes)
        ),
    ]
    return ElementEntry(
        anchor=f"{within.name}-action-{name}",
        label=name_of(action),
        facts=tuple(fact for fact in facts if fact.links or fact.text),
        clauses=within.places.clauses(action.clause),
        tag=_("救济") if action.remedy else "",
    )


def _entering(within: InProcedure, action: Action) -> Iterator[DescribedFact]:
    """Who enters what a petitioner did on paper, and what their form asks for beside."""
    if action.entered is None:
        return
    fields = within.places.book.fields
    yield DescribedFact(_("谁代信访人登记"), within.places.roles(action.entered.by))
    yield DescribedFact(
        _("代为登记时另填"), text=_("、").join(name_of(fields[use.name]) for use in action.entered.fields)
    )


def _from(within: InProcedure, action: Action) -> DescribedFact:
    label = _("从")
    if is_anywhere(action):
        return DescribedFact(label, text=_("未终结的任何阶段"))
    links = tuple(within.stage(stage) for stage in action.from_stages if stage != START)
    return DescribedFact(label, links, _("来件") if begins_case(action) else "")


def _timing(within: InProcedure, action: Action) -> Iterator[DescribedFact]:
    """When an action may be taken, beside the stage and the facts."""
    if action.until is not None:
        yield DescribedFact(_("仅在期限内"), text=within.limit(action.until))
    if action.after is not None:
        yield DescribedFact(_("期限届满之后"), text=within.limit(action.after))
    if action.while_open is not None:
        yield DescribedFact(_("须有待办"), (within.duty(action.while_open),))
    yield DescribedFact(_("须先完成"), tuple(within.duty(duty) for duty in action.unless_open))


def _duty(within: InProcedure, name: str) -> DutyRuleRow:
    procedure, duty = within.procedure, within.procedure.duties[name]
    opened = tuple(
        (within.action(key), condition(within.places.book, opening.when))
        for key, action in procedure.actions.items()
        for opening in action.opens
        if opening.duty == name
    )
    return DutyRuleRow(
        anchor=f"{within.name}-duty-{name}",
        label=name_of(duty),
        owner=within.places.roles([duty.of, *duty.else_of]),
        limit=within.limit(duty.limit),
        opened=opened,
        discharged=tuple(within.action(key) for key, action in procedure.actions.items() if name in action.discharges),
        withdrawn=tuple(within.action(key) for key, action in procedure.actions.items() if name in action.withdraws),
        on_due=within.action(duty.on_due) if duty.on_due else None,
        clauses=within.places.clauses(duty.clause),
    )


def _notice(within: InProcedure, name: str, notice: NoticeRule) -> ElementEntry:
    book = within.places.book
    to = {"petitioner": _("信访人"), "unit": _("承办单位"), "organ": _("有关机关")}[notice.to]
    issued = [key for key, action in within.procedure.actions.items() if name in action.notice]
    facts = [
        DescribedFact(_("发给"), text=to),
        DescribedFact(_("何时发"), within.actions(issued)),
        DescribedFact(_("送达"), text=_("送达并记录日期") if notice.served else _("发出即送达")),
        DescribedFact(_("固定内容"), text=name_of(notice.says)),
        DescribedFact(_("内容"), text=_("、").join(name_of(book.fields[field]) for field in notice.body)),
        DescribedFact(_("何种情形才发"), text=condition(book, notice.when)),
        DescribedFact(_("写明的救济"), text=name_of(notice.remedy)),
    ]
    return ElementEntry(
        anchor=f"{within.name}-notice-{name}",
        label=name_of(notice),
        facts=tuple(fact for fact in facts if fact.links or fact.text),
        clauses=within.places.clauses(notice.clause),
        tag=_("须送达") if notice.served else "",
    )


def _remedy(within: InProcedure, name: str) -> RemedyRow:
    procedure, action = within.procedure, within.procedure.actions[name]
    duties = [procedure.duties[opening.duty] for opening in action.opens]
    limit = procedure.limits[action.until] if action.until else None
    starting = [key for key, other in procedure.actions.items() if limit is not None and limit.start in other.marks]
    return RemedyRow(
        action=within.action(name),
        window=within.limit(action.until) if action.until else _("不设期限"),
        opened=within.actions(starting),
        stages=tuple(within.stage(stage) for stage in action.from_stages if stage in procedure.stages),
        deciders=within.places.roles(dict.fromkeys(duty.of for duty in duties)),
        decision=tuple(within.duty(opening.duty) for opening in action.opens),
        clauses=within.places.clauses(action.clause),
    )


def _limit(within: InProcedure, name: str) -> LimitRow:
    procedure = within.procedure
    timed = [key for key, action in procedure.actions.items() if name in (action.until, action.after)]
    return LimitRow(
        anchor=f"{within.name}-limit-{name}",
        label=name_of(procedure.limits[name]),
        length=within.limit(name),
        duties=tuple(within.duty(key) for key, duty in procedure.duties.items() if duty.limit == name),
        actions=within.actions(timed),
        clauses=within.places.clauses(procedure.limits[name].clause),
    )
