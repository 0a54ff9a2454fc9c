"""Whether a rulebook can be worked under: names resolve, everything is cited and used, every matter ends and somebody always owes.

What is checked, each finding with file and line and, where there is one, the shortest way that leads to it:
every name exists and fits; every element cites a clause and every clause is carried out by an element, or said to be elsewhere;
nothing is dead; from everywhere an end can be reached; nowhere outside an end does nobody owe anything; every duty can be done
after it was opened; every end passes a notice to the petitioner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from huiyin.rules.explore import MOST_NODES, Walk, walk
from huiyin.rules.live import applies, next_stage
from huiyin.rules.load import Flaw, Rules
from huiyin.rules.references import START, dangling, unmarked
from huiyin.rules.schema import Cited, Procedure, Rulebook


def check(rules: Rules) -> list[Flaw]:
    """Everything that is wrong with ``rules``, in the order of the file; empty when it is sound.

    When names lead nowhere, only these are reported: the rest cannot be judged.
    """
    flaws = list(dangling(rules))
    if not flaws:
        flaws = [*unmarked(rules), *_uncited(rules), *_unused(rules)]
        for name, procedure in rules.book.procedures.items():
            flaws += _unsound(rules, name, procedure)
    return sorted(dict.fromkeys(flaws), key=lambda flaw: (flaw.file, flaw.line))


def _flaw(rules: Rules, path: tuple[str, ...], expected: str, got: str = "") -> Flaw:
    file, line = rules.where(*path)
    return Flaw(file, line, ".".join(path), expected, got)


def cited_clauses(book: Rulebook) -> dict[str, list[str]]:
    """Each clause that some element cites, with the elements that do (as dotted paths)."""
    found: dict[str, list[str]] = {}
    for path, element in _cited(book):
        for clause in element.clause:
            found.setdefault(clause, []).append(path)
    return found


def _cited(book: Rulebook) -> Iterator[tuple[str, Cited]]:
    for kind in ("roles", "facts"):
        for name, element in getattr(book, kind).items():
            yield f"{kind}.{name}", element
    for name, procedure in book.procedures.items():
        yield f"procedures.{name}", procedure
        for kind in ("stages", "limits", "duties", "notices", "actions"):
            for inner, element in getattr(procedure, kind).items():
                yield f"procedures.{name}.{kind}.{inner}", element


def _uncited(rules: Rules) -> Iterator[Flaw]:
    cited = cited_clauses(rules.book)
    for clause in rules.book.clauses:
        if clause not in cited and clause not in rules.book.elsewhere:
            yield _flaw(
                rules, ("clauses", clause), "an element that cites this clause, or an entry under `elsewhere`", clause
            )


def _unused(rules: Rules) -> Iterator[Flaw]:
    book = rules.book
    procedures = book.procedures.values()
    actions = [action for procedure in procedures for action in procedure.actions.values()]
    limits = [limit for procedure in procedures for limit in procedure.limits.values()]
    duties = [duty for procedure in procedures for duty in procedure.duties.values()]
    yield from _left_over(
        rules, ("roles",), book.roles, {role for action in actions for role in action.by} | {d.of for d in duties}
    )
    asked = {use.rstrip("?") for action in actions for use in action.fields}
    yield from _left_over(rules, ("fields",), book.fields, asked)
    conditions: list[Iterable[str]] = [
        *(action.when for action in actions),
        *(opening.when for action in actions for opening in action.opens),
        *(notice.when for procedure in procedures for notice in procedure.notices.values()),
        *(condition for action in actions for condition in action.asked_if.values()),
    ]
    compared = {fact for condition in conditions for fact in condition}
    told = {name for name, fact in book.facts.items() if fact.from_registration}
    yield from _left_over(rules, ("facts",), book.facts, compared | told)
    timed = {limit.start for limit in limits} | {moment for action in actions for moment in action.not_before.values()}
    yield from _left_over(rules, ("moments",), book.moments, timed)
    for name, procedure in book.procedures.items():
        yield from _unused_in(rules, name, procedure)


def _unused_in(rules: Rules, name: str, procedure: Procedure) -> Iterator[Flaw]:
    actions = procedure.actions.values()
    used = {duty.limit for duty in procedure.duties.values()}
    used |= {limit for action in actions for limit in (action.until, action.after) if limit is not None}
    used |= {limit.no_later_than for limit in procedure.limits.values() if limit.no_later_than is not None}
    place = ("procedures", name)
    yield from _left_over(rules, (*place, "limits"), procedure.limits, used)
    opened = {opening.duty for action in actions for opening in action.opens}
    yield from _left_over(rules, (*place, "duties"), procedure.duties, opened)
    issued = {notice for action in actions for notice in action.notice}
    yield from _left_over(rules, (*place, "notices"), procedure.notices, issued)


def _left_over(rules: Rules, path: tuple[str, ...], known: Iterable[str], used: set[str]) -> Iterator[Flaw]:
    for name in known:
        if name not in used:
            yield _flaw(rules, (*path, name), "something that uses it", f"{name} is never used")


def _unsound(rules: Rules, name: str, procedure: Procedure) -> Iterator[Flaw]:
    place = ("procedures", name)
    found = walk(rules.book, procedure)
    for (action, stage), node in found.idle.items():
        yield _flaw(
            rules,
            (*place, "actions", action),
            "somebody who owes something after it",
            f"nobody, when taken from {stage}: {found.way(node, action)}",
        )
    for (action, stage), node in found.unseated.items():
        yield _flaw(
            rules,
            (*place, "actions", action, "opens"),
            "a unit that owes the duty",
            f"none yet, when taken from {stage}: {found.way(node, action)}",
        )
    if not found.complete:
        yield _flaw(rules, place, f"a procedure of at most {MOST_NODES:,} situations", "more; merge facts or duties")
        return
    yield from _unreached(rules, place, procedure, found)
    for node in found.stuck[:1]:
        yield _flaw(rules, (*place, "stages", node.stage), "a way from here to an end", f"none after {found.way(node)}")
    for stage, node in found.untold.items():
        yield _flaw(
            rules,
            (*place, "stages", stage),
            "a notice to the petitioner on every way here",
            f"none on {found.way(node)}",
        )
    yield from _undone(rules, place, procedure, found)


def _unreached(rules: Rules, place: tuple[str, ...], procedure: Procedure, found: Walk) -> Iterator[Flaw]:
    for stage in procedure.stages:
        if stage not in found.stages:
            yield _flaw(rules, (*place, "stages", stage), "a way that leads here", "none")
    if not any(START in action.from_stages for action in procedure.actions.values()):
        yield _flaw(rules, place, "an action `from: start`", "none")
    for action in procedure.actions:
        if action not in found.taken:
            yield _flaw(rules, (*place, "actions", action), "a situation in which it may be taken", "none")


def _undone(rules: Rules, place: tuple[str, ...], procedure: Procedure, found: Walk) -> Iterator[Flaw]:
    """Duties that may be open in a stage from which no way leads to an action that discharges them."""
    for duty in procedure.duties:
        can_be_done = _stages_to_discharge(procedure, duty)
        for (stage, kind), node in found.open_in.items():
            if kind == duty and stage not in can_be_done:
                yield _flaw(
                    rules,
                    (*place, "duties", duty),
                    "an action that discharges it, wherever it may be open",
                    f"none from {stage}, reached by {found.way(node)}",
                )
                break


def _stages_to_discharge(procedure: Procedure, duty: str) -> set[str]:
    """The stages from which actions that leave ``duty`` open lead to one that discharges it."""
    done = {
        stage
        for stage in procedure.stages
        for action in procedure.actions.values()
        if duty in action.discharges and applies(procedure, action, stage)
    }
    changed = True
    while changed:
        before = len(done)
        for action in procedure.actions.values():
            if duty not in action.withdraws:
                done |= {
                    stage
                    for stage in procedure.stages
                    if applies(procedure, action, stage) and next_stage(procedure, action, stage) in done
                }
        changed = len(done) > before
    return done
