"""(c), (g) Where an action is offered: without a gap, after every end alike, and wherever there is something to press for."""

from __future__ import annotations

from collections.abc import Iterator

from huiyin.rules.book.schema import Action
from huiyin.rules.book.steps import applies, begins_case, is_anywhere
from huiyin.rules.book.texts import CodedText, Series
from huiyin.rules.prover.codes.findings import FindingCode
from huiyin.rules.prover.finding import Finding
from huiyin.rules.prover.walks import Walks, sides_of


def reaching(walks: Walks) -> Iterator[Finding]:
    """Every stage in which an action is missing that is offered all around it."""
    for name, action in walks.procedure.actions.items():
        yield from _interrupted(walks, name, action)
        yield from _after_some_ends(walks, name, action)
        yield from _out_of_reach(walks, name, action)
        yield from _lost_on_the_way(walks, name, action)


def _missing(walks: Walks, name: str, why: CodedText) -> Finding:
    return walks.at("g", ("actions", name, "from"), why, walks.story(*walks.first(name), name))


def _from(walks: Walks, action: Action) -> Series:
    return walks.terms_of("stages", action.from_stages)


def _interrupted(walks: Walks, name: str, action: Action) -> Iterator[Finding]:
    """What leaves a case where it is, or is up to the petitioner, and may be done in every stage around one, may be done in it."""
    if is_anywhere(action) or (action.to is not None and sides_of(walks, action) != {"petitioner"}):
        return
    for stage, around in walks.neighbours.items():
        if stage not in action.from_stages and len(around) > 1 and around <= set(action.from_stages):
            why = FindingCode.INTERRUPTED.about(
                action=walks.term_of("actions", name), stage=walks.term_of("stages", stage), found=_from(walks, action)
            )
            yield _missing(walks, name, why)


def _after_some_ends(walks: Walks, name: str, action: Action) -> Iterator[Finding]:
    """What an office may do after most ends may be done after every other, unless it has its own there."""
    procedure = walks.procedure
    ends = {stage for stage, rule in procedure.stages.items() if rule.end}
    offered = ends & set(action.from_stages)
    if action.to is not None or sides_of(walks, action) <= {"petitioner"} or 2 * len(offered) <= len(ends):
        return
    for stage in procedure.stages:
        own = any(
            stage in other.from_stages
            and not is_anywhere(other)
            and other.to is None
            and not offered & set(other.from_stages)
            and sides_of(walks, other) != {"petitioner"}
            for other in procedure.actions.values()
        )
        if stage in ends - offered and not own:
            why = FindingCode.NOT_AFTER_THIS_END.about(
                action=walks.term_of("actions", name), stage=walks.term_of("stages", stage), found=_from(walks, action)
            )
            yield _missing(walks, name, why)


def _lost_on_the_way(walks: Walks, name: str, action: Action) -> Iterator[Finding]:
    """What the petitioner may take back at a stage may be taken back before it; what they may say, after it."""
    if is_anywhere(action) or action.opens or sides_of(walks, action) != {"petitioner"}:
        return
    first: dict[str, int] = {}
    for place, node in enumerate(walks.main.trail):
        first.setdefault(node.stage, place)
    stages, offered = walks.procedure.stages, set(action.from_stages)
    for before, after in walks.successions:
        onward = first[before] < first[after] and not stages[before].end
        if action.to is not None and onward and after in offered and before not in offered:
            why = FindingCode.NOT_YET_THERE.about(
                action=walks.term_of("actions", name),
                stage=walks.term_of("stages", before),
                after=walks.term_of("stages", after),
                found=_from(walks, action),
            )
            yield _missing(walks, name, why)
        if action.to is None and onward and before in offered and after not in offered:
            why = FindingCode.NO_LONGER_THERE.about(
                action=walks.term_of("actions", name),
                stage=walks.term_of("stages", after),
                before=walks.term_of("stages", before),
                found=_from(walks, action),
            )
            yield _missing(walks, name, why)


def _out_of_reach(walks: Walks, name: str, action: Action) -> Iterator[Finding]:
    """Who owes nothing and presses others may do so wherever the case waits for these."""
    procedure, main = walks.procedure, walks.main
    owing = {duty.of for duty in procedure.duties.values()}
    if action.to or action.units or begins_case(action) or set(action.by) & owing:
        return
    if not any(duty in walks.without for duty in (opening.duty for opening in action.opens)):
        return
    pressed = {procedure.duties[opening.duty].of for opening in action.opens}
    for stage, duty in main.open_in:
        busy = (
            procedure.duties[duty].of in pressed and walks.rules.book.roles[procedure.duties[duty].of].of == "handling"
        )
        awaited = any(
            duty in (*other.discharges, *other.unless_open)
            and other.to is not None
            and applies(procedure, other, stage)
            for other in procedure.actions.values()
        )
        if busy and awaited and not applies(procedure, action, stage):
            why = FindingCode.OUT_OF_REACH.about(
                action=walks.term_of("actions", name),
                stage=walks.term_of("stages", stage),
                duty=walks.term_of("duties", duty),
                found=_from(walks, action),
            )
            yield _missing(walks, name, why)


def placed(walks: Walks) -> Iterator[Finding]:
    """Every action that is taken by somebody who has nothing to do with the case."""
    for name, action in walks.procedure.actions.items():
        yield from _out_of_place(walks, name, action)


def _out_of_place(walks: Walks, name: str, action: Action) -> Iterator[Finding]:
    """(c) Whoever acts on a case owes something there, or is named by a clause that provides for it."""
    procedure, roles = walks.procedure, walks.rules.book.roles
    staff = [role for role in action.by if roles[role].is_staff]
    if not staff or begins_case(action):
        return
    stages = {stage for stage in procedure.stages if applies(procedure, action, stage)}
    owing = {procedure.duties[duty].of for found in walks.all for stage, duty in found.open_in if stage in stages}
    if not any(role in owing or set(roles[role].clause) & set(action.clause) for role in staff):
        why = FindingCode.OUT_OF_PLACE.about(action=walks.term_of("actions", name), by=walks.terms_of("roles", staff))
        yield walks.at("c", ("actions", name, "by"), why, walks.story(*walks.first(name), name))
