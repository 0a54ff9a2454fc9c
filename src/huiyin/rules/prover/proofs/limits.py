"""(b), (e), (h) Limits: begun before anything depends on them, extended only while they run, bounded as what they are part of."""

from __future__ import annotations

from collections.abc import Iterator

from huiyin.rules.book.references import NOW, surely_marked
from huiyin.rules.book.schema import Action, LimitRule
from huiyin.rules.book.steps import applies
from huiyin.rules.book.texts import CodedText
from huiyin.rules.prover.codes.ends import EndCode
from huiyin.rules.prover.codes.findings import FindingCode
from huiyin.rules.prover.finding import Finding, Property
from huiyin.rules.prover.walks import Walks, can


def limited(walks: Walks) -> Iterator[Finding]:
    """Every limit that is extended in vain or too late, stopped by others, or that a form may stretch at will."""
    for name, action in walks.procedure.actions.items():
        yield from _extended(walks, name, action)
        yield from _paused(walks, name, action)
    yield from _unbounded(walks)
    yield from _too_early(walks)
    yield from _set_anew(walks)


def _action(walks: Walks, of: Property, name: str, part: str, why: CodedText) -> Finding:
    return walks.at(of, ("actions", name, part), why, walks.story(*walks.first(name), name))


def begun(walks: Walks) -> Iterator[Finding]:
    """(e) What may be done only while a limit runs, or after it, or not before a moment: this is marked on every way there."""
    procedure = walks.procedure
    marked = surely_marked(procedure)
    for name, action in procedure.actions.items():
        needed = [(part, procedure.limits[limit].start) for part, limit in _timed(action)]
        moments = [moment for several in action.not_before.values() for moment in several]
        needed += [("not_before", moment) for moment in moments if not moment.startswith("$")]
        for part, moment in needed:
            for stage in procedure.stages:
                late = part == "not_before" and procedure.stages[stage].end
                if moment and not late and moment not in marked[stage] and (name, stage) in walks.happens["from"]:
                    why = FindingCode.UNBEGUN.about(
                        action=walks.term_of("actions", name),
                        moment=walks.term_of("moments", moment),
                        stage=walks.term_of("stages", stage),
                    )
                    yield _action(walks, "e", name, part, why)


def _timed(action: Action) -> Iterator[tuple[str, str]]:
    if action.until is not None:
        yield "until", action.until
    if action.after is not None:
        yield "after", action.after


def _extended(walks: Walks, name: str, action: Action) -> Iterator[Finding]:
    """(e) A limit is extended, and that is asked for, while it runs, by whoever is under it, and while something is due under it."""
    if not action.extends:
        return
    duties, limits = walks.procedure.duties, walks.procedure.limits
    asking = {
        other: rule
        for other, rule in walks.procedure.actions.items()
        if any(opening.duty in action.discharges for opening in rule.opens)
    }
    extended = walks.terms_of("limits", action.extends, "or")
    for other, rule in {name: action, **asking}.items():
        if rule.until not in action.extends:
            taken, until = walks.term_of("actions", other), walks.term_of("limits", str(rule.until))
            why = FindingCode.EXTENDED_LATE.about(action=taken, limits=extended, found=until)
            yield _action(walks, "e", other, "until", why)
    for other, rule in asking.items():
        if not any(duty.of in rule.by and duty.limit in action.extends for duty in duties.values()):
            taken, by = walks.term_of("actions", other), walks.terms_of("roles", rule.by)
            why = FindingCode.EXTENSION_BY_OTHERS.about(action=taken, limits=extended, by=by)
            yield _action(walks, "c", other, "by", why)
    for limit in action.extends:
        if len(action.extends) > 1 and limits[limit].by_field and limits[limit].no_later_than not in action.extends:
            why = FindingCode.DATE_SET_FREELY.about(
                limit=walks.term_of("limits", limit),
                action=walks.term_of("actions", name),
                found=walks.term_of("limits", str(limits[limit].no_later_than)),
            )
            yield walks.at("h", ("limits", limit, "no_later_than"), why)
    yield from _in_vain(walks, name, action)


def _in_vain(walks: Walks, name: str, action: Action) -> Iterator[Finding]:
    """(g) Where nothing is due any more within the limit, nobody decides on its extension."""
    found = next((walks.of(duty) for duty in action.discharges if duty in walks.without), walks.main)
    under = {duty for duty, rule in walks.procedure.duties.items() if rule.limit in action.extends}
    mask = sum(found.bits[duty] for duty in under - set(action.discharges))
    node = next((node for node in found.trail if not node.duties & mask and can(found, node, name)), None)
    if node is not None and mask:
        why = FindingCode.EXTENDED_IN_VAIN.about(
            action=walks.term_of("actions", name),
            limits=walks.terms_of("limits", action.extends, "or"),
            stage=walks.term_of("stages", node.stage),
            way=found.way(node),
        )
        yield walks.at("g", ("actions", name), why, walks.story(found, node, name))


def _paused(walks: Walks, name: str, action: Action) -> Iterator[Finding]:
    """(c) The clock is stopped by whoever it runs against."""
    for limit in action.pauses:
        owing = {duty.of for duty in walks.procedure.duties.values() if duty.limit == limit}
        if not owing & set(action.by):
            why = FindingCode.PAUSED_BY_OTHERS.about(
                action=walks.term_of("actions", name),
                limit=walks.term_of("limits", limit),
                owing=walks.terms_of("roles", sorted(owing)),
                by=walks.terms_of("roles", action.by),
            )
            yield _action(walks, "c", name, "by", why)


def _unbounded(walks: Walks) -> Iterator[Finding]:
    """(h) A date that a form may set instead of a whole statutory period does not go beyond this, and both begin together."""
    limits = walks.procedure.limits
    for name, limit in limits.items():
        bound = limits[limit.no_later_than] if limit.no_later_than is not None else None
        if bound is not None and bound.start != limit.start:
            why = FindingCode.ANOTHER_START.about(
                limit=walks.term_of("limits", name),
                bound=walks.term_of("limits", str(limit.no_later_than)),
                moment=walks.term_of("moments", bound.start),
                found=walks.term_of("moments", limit.start),
            )
            yield walks.at("h", ("limits", name, "from"), why)
        whole = next((key for key, other in limits.items() if _same_period(limit, other)), None)
        if limit.by_field and bound is None and whole is not None:
            why = FindingCode.UNBOUNDED.about(limit=walks.term_of("limits", name), whole=walks.term_of("limits", whole))
            yield walks.at("h", ("limits", name, "no_later_than"), why)


def _same_period(limit: LimitRule, whole: LimitRule) -> bool:
    return (
        limit.within is not None and not whole.by_field and (limit.within, limit.start) == (whole.within, whole.start)
    )


def _too_early(walks: Walks) -> Iterator[Finding]:
    """(b) What the system does when a limit has run out is due when the limit has run out for which it waits, and can be done where it is due."""
    procedure = walks.rules.book.procedures[walks.name]
    for name, duty in walks.procedure.duties.items():
        if duty.on_due is None:
            continue
        action = procedure.actions[duty.on_due]
        if action.after not in (None, duty.limit):
            why = FindingCode.DUE_TOO_EARLY.about(
                duty=walks.term_of("duties", name),
                limit=walks.term_of("limits", str(action.after)),
                action=walks.term_of("actions", duty.on_due),
                found=walks.term_of("limits", duty.limit),
            )
            yield walks.at("b", ("duties", name, "limit"), why, walks.story(*walks.first(duty.on_due), duty.on_due))
        owed_in = [stage for stage, owed in walks.of(name).open_in if owed == name]
        waits = action.while_open not in (None, name)
        elsewhere = next((stage for stage in owed_in if waits or not applies(procedure, action, stage)), None)
        if elsewhere is not None:
            undone = EndCode.DUE_ELSEWHERE.about(
                duty=walks.term_of("duties", name),
                action=walks.term_of("actions", duty.on_due),
                stage=walks.term_of("stages", elsewhere),
            )
            yield walks.at("b", ("duties", name, "on_due"), undone)


def _set_anew(walks: Walks) -> Iterator[Finding]:
    """(b) Nobody begins the time anew in which they owe something, by doing it and owing something within the same time at once.

    A day of service, which a form records or the reading of a document is, is another matter: what was decided anew is served anew.
    """
    duties, limits, bits = walks.procedure.duties, walks.procedure.limits, walks.main.bits
    for name, action in walks.procedure.actions.items():
        if action.receives:
            continue
        done = (*action.discharges, *action.withdraws)
        for moment in (moment for moment, source in action.marks.items() if source == NOW):
            under = {duty for duty, rule in duties.items() if limits[rule.limit].start == moment}
            ended, begun = (set(kinds) & under for kinds in (done, (opening.duty for opening in action.opens)))
            node = next(
                (n for n in walks.main.trail if any(n.duties & bits[d] for d in ended) and can(walks.main, n, name)),
                None,
            )
            if begun and node is not None:
                why = EndCode.CLOCK_ANEW.about(
                    action=walks.term_of("actions", name),
                    moment=walks.term_of("moments", moment),
                    duty=walks.terms_of("duties", sorted(ended), "or"),
                    other=walks.terms_of("duties", sorted(begun), "or"),
                    way=walks.main.way(node, name),
                )
                yield _action(walks, "b", name, "marks", why)
