"""(b), (e), (h) Limits: begun before anything depends on them, extended only while they run, bounded as what they are part of."""

from __future__ import annotations

from collections.abc import Iterator

from huiyin.rules.book.references import surely_marked
from huiyin.rules.book.schema import Action, LimitRule
from huiyin.rules.prover.finding import Finding, Property
from huiyin.rules.prover.walks import Walks, can


def limited(walks: Walks) -> Iterator[Finding]:
    """Every limit that is extended in vain or too late, stopped by others, or that a form may stretch at will."""
    for name, action in walks.procedure.actions.items():
        yield from _extended(walks, name, action)
        yield from _paused(walks, name, action)
    yield from _unbounded(walks)
    yield from _too_early(walks)


def _action(walks: Walks, of: Property, name: str, part: str, expected: str, got: str, zh: str) -> Finding:
    told = walks.story(*walks.first(name), name)
    zh = f"“{walks.procedure.actions[name].zh}”{zh}"
    return walks.at(of, ("actions", name, part), expected, got, zh, told)


def begun(walks: Walks) -> Iterator[Finding]:
    """(e) What may be done only while a limit runs, or after it, or not before a moment: this is marked on every way there."""
    procedure = walks.procedure
    marked = surely_marked(procedure)
    for name, action in procedure.actions.items():
        needed = [(part, procedure.limits[limit].start) for part, limit in _timed(action)]
        needed += [("not_before", moment) for moment in action.not_before.values()]
        for part, moment in needed:
            for stage in procedure.stages:
                late = part == "not_before" and procedure.stages[stage].end
                if moment and not late and moment not in marked[stage] and (name, stage) in walks.happens["from"]:
                    expected = f"the moment {moment} marked on every way to {stage}"
                    zh = f"所依据的时间到“{procedure.stages[stage].zh}”时可能没有记录"
                    yield _action(walks, "e", name, part, expected, "not marked on some", zh)


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
    listed = " or ".join(action.extends)
    for other, rule in {name: action, **asking}.items():
        if rule.until not in action.extends:
            expected = f"`until`: {listed}, since a limit that has run out is not extended"
            yield _action(walks, "e", other, "until", expected, str(rule.until), "可能在期限届满之后")
    for other, rule in asking.items():
        if not any(duty.of in rule.by and duty.limit in action.extends for duty in duties.values()):
            expected = f"whoever owes a duty within {listed}"
            yield _action(walks, "c", other, "by", expected, ", ".join(rule.by), "不是由受该期限约束的人提出")
    for limit in action.extends:
        if len(action.extends) > 1 and limits[limit].by_field and limits[limit].no_later_than not in action.extends:
            expected = f"`no_later_than` the other limit that {name} extends"
            zh = f"“{limits[limit].zh}”可由表单任意设定日期"
            yield walks.at("h", ("limits", limit, "no_later_than"), expected, str(limits[limit].no_later_than), zh)
    yield from _in_vain(walks, name, action)


def _in_vain(walks: Walks, name: str, action: Action) -> Iterator[Finding]:
    """(g) Where nothing is due any more within the limit, nobody decides on its extension."""
    found = next((walks.of(duty) for duty in action.discharges if duty in walks.without), walks.main)
    under = {duty for duty, rule in walks.procedure.duties.items() if rule.limit in action.extends}
    mask = sum(found.bits[duty] for duty in under - set(action.discharges))
    node = next((node for node in found.trail if not node.duties & mask and can(found, node, name)), None)
    if node is not None and mask:
        stage = walks.procedure.stages[node.stage]
        yield walks.at(
            "g",
            ("actions", name),
            f"a duty within {' or '.join(action.extends)} still open wherever it may be taken",
            f"none in {node.stage}, reached by {found.way(node)}",
            f"到“{stage.zh}”已经没有受该期限约束的职责，仍可以“{action.zh}”",
            walks.story(found, node, name),
        )


def _paused(walks: Walks, name: str, action: Action) -> Iterator[Finding]:
    """(c) The clock is stopped by whoever it runs against."""
    for limit in action.pauses:
        owing = {duty.of for duty in walks.procedure.duties.values() if duty.limit == limit}
        if not owing & set(action.by):
            expected = f"whoever owes a duty within {limit} ({', '.join(sorted(owing))})"
            yield _action(walks, "c", name, "by", expected, ", ".join(action.by), "不是由受该期限约束的人办理")


def _unbounded(walks: Walks) -> Iterator[Finding]:
    """(h) A date that a form may set instead of a whole statutory period does not go beyond this, and both begin together."""
    limits = walks.procedure.limits
    for name, limit in limits.items():
        bound = limits[limit.no_later_than] if limit.no_later_than is not None else None
        if bound is not None and bound.start != limit.start:
            zh = f"“{limit.zh}”与“{bound.zh}”的起算点不同"
            expected = f"the moment from which {limit.no_later_than} runs ({bound.start})"
            yield walks.at("h", ("limits", name, "from"), expected, limit.start, zh)
        whole = next((key for key, other in limits.items() if _same_period(limit, other)), None)
        if limit.by_field and bound is None and whole is not None:
            zh = f"“{limit.zh}”可由表单设定在“{limits[whole].zh}”之后"
            expected = f"`no_later_than: {whole}`, which is as long and begins with it"
            yield walks.at("h", ("limits", name, "no_later_than"), expected, "nothing", zh)


def _same_period(limit: LimitRule, whole: LimitRule) -> bool:
    return (
        limit.within is not None and not whole.by_field and (limit.within, limit.start) == (whole.within, whole.start)
    )


def _too_early(walks: Walks) -> Iterator[Finding]:
    """(b) What the system does when a limit has run out is due when the limit has run out for which it waits."""
    for name, duty in walks.procedure.duties.items():
        waits = walks.procedure.actions[duty.on_due].after if duty.on_due is not None else None
        if waits is not None and waits != duty.limit:
            zh = f"“{duty.zh}”的期限与“{walks.procedure.limits[waits].zh}”不一致，到期时还不能办理"
            told = walks.story(*walks.first(duty.on_due or ""), duty.on_due or "")
            yield walks.at(
                "b", ("duties", name, "limit"), f"{waits}, for which {duty.on_due} waits", duty.limit, zh, told
            )
