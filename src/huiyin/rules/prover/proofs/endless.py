"""(b), (h) Clocks that never run out: ways round that set all of them anew, days of beginning that lie ahead, dates that whoever owes sets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from huiyin.rules.book.schema import Action, LimitRule
from huiyin.rules.book.steps import begins_case, can_move, is_by_staff
from huiyin.rules.prover.codes.clocks import ClockCode
from huiyin.rules.prover.finding import Finding
from huiyin.rules.prover.state_space import ANSWERED, REASONED, Node
from huiyin.rules.prover.walks import Walks

_NOT_COUNTED: Final = re.compile("不计(?:算|入)|扣除|中止")

Edge = tuple[Node, Node, str]
"""A step of an office on the main line: from a situation to another, by an action."""


def endless(walks: Walks) -> Iterator[Finding]:
    """Every clock of ``walks`` that need not run out."""
    waiting = _waiting(walks)
    yield from _round(walks, waiting)
    yield from _ahead(walks)
    yield from _own_dates(walks, waiting)
    yield from _standing_still(walks)
    yield from _extended_alone(walks)


def _waiting(walks: Walks) -> set[Node]:
    """The situations in which a petitioner may be waiting for an answer, since they brought the matter or sought a remedy."""
    roles, actions = walks.rules.book.roles, walks.procedure.actions
    if not any(roles[role].of == "petitioner" for action in actions.values() for role in action.by):
        return set()
    remedies = {name for name, action in actions.items() if action.remedy and can_move(action)}
    asked_for = {opening.duty for name in remedies for opening in actions[name].opens}
    answering = {n for n, a in actions.items() if _answers(walks.transitions.marks_given(a), a, asked_for)}
    begun = (node for node, (before, name) in walks.main.trail.items() if before is None and name not in answering)
    asked = (node for node, come in walks.main.back.items() if any(name in remedies for _, name in come))
    waiting = {*begun, *asked}
    queue = list(waiting)
    while queue:
        for after, name in walks.forward.get(queue.pop(), ()):
            if after not in waiting and name not in answering and not walks.procedure.stages[after.stage].end:
                waiting.add(after)
                queue.append(after)
    return waiting


def _answers(marks: int, action: Action, asked_for: set[str]) -> bool:
    """Whether ``action``, which gives a case these ``marks``, answers a petitioner: their matter, or what they sought after that."""
    return bool(marks & ANSWERED or (marks & REASONED and not asked_for.isdisjoint(action.discharges)))


def _round(walks: Walks, waiting: set[Node]) -> Iterator[Finding]:
    """(b) While a petitioner waits, some duty outlasts every way round by steps of offices, or its clock does: somebody is late in the end.

    A way round by which a petitioner asks anew is left out, and so is what the system does since somebody is late.
    """
    # A strongly connected set of situations holds a way round through all of its steps, and every way round lies in one. Situations in which
    # a clock runs on are taken out, which leaves smaller sets in which fewer clocks begin anew, until nothing changes: what is left goes
    # round for ever (the emptiness of Streett automata; Emerson, Lei, Modalities for model checking, 1987).
    actions = walks.procedure.actions
    steps = {n for n, a in actions.items() if is_by_staff(walks.rules.book, a) and not begins_case(a)}
    kept = _running_on(walks, steps)
    edges = [
        (before, after, action)
        for after in waiting
        if not after.duties & kept
        for before, action in walks.main.back[after]
        if action in steps and not before.duties & kept and before in waiting
    ]
    queue = list(_loops(edges))
    while queue:
        loop = queue.pop()
        kept = _running_on(walks, {action for _, _, action in loop})
        left = [edge for edge in loop if not edge[0].duties & kept]
        if len(left) == len(loop):
            first = min((node for node, _, _ in loop), key=lambda node: len(walks.main.path(node)))
            taken = [name for name in actions if any(name == action for _, _, action in loop)]
            why = ClockCode.ENDLESS.about(
                stage=walks.term_of("stages", first.stage), actions=walks.terms_of("actions", taken)
            )
            yield walks.at("b", ("actions", taken[0], "marks"), why, walks.story(walks.main, first))
            return
        queue += _loops(left)


def _running_on(walks: Walks, steps: Iterable[str]) -> int:
    """The duties, as bits, whose clock none of ``steps`` begins anew: a duty is due anew when it is owed anew, from a moment recorded anew."""
    taken = [walks.procedure.actions[name] for name in steps]
    opened = {opening.duty for action in taken for opening in action.opens}
    marked = {moment for action in taken for moment in action.marks}
    anew = {
        duty
        for duty in opened
        if _begins_anew(walks, walks.procedure.limits[walks.procedure.duties[duty].limit], marked)
    }
    return sum(bit for duty, bit in walks.main.bits.items() if duty not in anew)


def _begins_anew(walks: Walks, limit: LimitRule, marked: set[str]) -> bool:
    bound = walks.procedure.limits[limit.no_later_than] if limit.no_later_than else None
    if limit.by_field and bound is None:
        return True
    return (bound or limit).start in marked


def _loops(edges: list[Edge]) -> Iterator[list[Edge]]:
    """The steps within each strongly connected set of situations."""
    of: dict[Node, int] = {}
    for number, together in enumerate(_connected(edges)):
        of.update(dict.fromkeys(together, number))
    within: dict[int, list[Edge]] = {}
    for edge in edges:
        if of[edge[0]] == of[edge[1]]:
            within.setdefault(of[edge[0]], []).append(edge)
    yield from within.values()


def _connected(edges: list[Edge]) -> Iterator[list[Node]]:
    """Strongly connected sets (Kosaraju, as in Sharir, Computers & Mathematics with Applications 7(1), 1981)."""
    onward: dict[Node, list[Node]] = {}
    back: dict[Node, list[Node]] = {}
    for before, after, _ in edges:
        onward.setdefault(before, []).append(after)
        back.setdefault(after, []).append(before)
    left: list[Node] = []
    seen = set[Node]()
    for root in onward:
        stack = [(root, iter(onward[root]))] if root not in seen else []
        seen.add(root)
        while stack:
            node, following = stack[-1]
            new = next((other for other in following if other not in seen), None)
            if new is None:
                left.append(node)
                stack.pop()
            else:
                seen.add(new)
                stack.append((new, iter(onward.get(new, ()))))
    while left:
        together, queue = list[Node](), [left.pop()]
        while queue:
            node = queue.pop()
            if node in seen:
                seen.remove(node)
                together.append(node)
                queue += back.get(node, ())
        if together:
            yield together


def _ahead(walks: Walks) -> Iterator[Finding]:
    """(b) A day that a form says, and from which a time counts, has come."""
    fields = walks.rules.book.fields
    for name, action in walks.procedure.actions.items():
        for moment, source in action.marks.items():
            field = source.removeprefix("$")
            limit = next((key for key, rule in walks.procedure.limits.items() if rule.start == moment), None)
            if field != source and limit is not None and not fields[field].past:
                why = ClockCode.BEGINS_AHEAD.about(
                    action=walks.term_of("actions", name),
                    field=walks.term_of("fields", field),
                    moment=walks.term_of("moments", moment),
                    limit=walks.term_of("limits", limit),
                )
                yield walks.at("b", ("actions", name, "marks"), why, walks.story(*walks.first(name), name))


def _own_dates(walks: Walks, waiting: set[Node]) -> Iterator[Finding]:
    """(b) Whoever owes something for which a petitioner waits does not say alone until when: the date is bounded, somebody else looks at it, or the petitioner does."""
    procedure = walks.procedure
    printed = {field for notice in procedure.notices.values() for field in notice.body}
    printed |= {procedure.limits[limit].by_field for notice in procedure.notices.values() for limit in notice.limits}
    for duty, rule in procedure.duties.items():
        limit = procedure.limits[rule.limit]
        free = limit.by_field and limit.no_later_than is None and limit.by_field not in printed
        moving = any(can_move(action) for action in procedure.discharging.get(duty, ()))
        if not free or not moving or not any(node.duties & walks.main.bits[duty] for node in waiting):
            continue
        others = (action for action in procedure.actions.values() if duty not in action.discharges)
        seen = {earlier for action in others for earlier in action.not_by}
        setting = {n for n, action in procedure.actions.items() if _sets_alone(action, limit.by_field, rule.of)}
        for name in sorted(setting - seen):
            why = ClockCode.OWN_DATE.about(duty=walks.term_of("duties", duty), action=walks.term_of("actions", name))
            yield walks.at("b", ("limits", rule.limit, "no_later_than"), why, walks.story(*walks.first(name), name))


def _sets_alone(action: Action, field: str, role: str) -> bool:
    return field in action.required and role in action.by and not begins_case(action)


def _standing_still(walks: Walks) -> Iterator[Finding]:
    """(h) A clock stands still only where a clause says that a time is not counted."""
    clauses = walks.rules.book.clauses
    for name, limit in walks.procedure.limits.items():
        if limit.pausable and not any(_NOT_COUNTED.search(clauses[clause].zh) for clause in limit.clause):
            why = ClockCode.STANDS_STILL.about(limit=walks.term_of("limits", name))
            yield walks.at("h", ("limits", name, "pausable"), why)


def _extended_alone(walks: Walks) -> Iterator[Finding]:
    """(f) A limit is extended by somebody else than asks for it, or than finds that on which it depends."""
    actions = walks.procedure.actions
    for name, action in actions.items():
        before = [actions[earlier] for earlier in action.not_by]
        asked = any(opening.duty in action.discharges for other in before for opening in other.opens)
        if action.extends and not asked and not any(fact in action.when for other in before for fact in other.sets):
            why = ClockCode.EXTENDED_ALONE.about(
                action=walks.term_of("actions", name), limits=walks.terms_of("limits", action.extends)
            )
            yield walks.at("f", ("actions", name, "not_by"), why, walks.story(*walks.first(name), name))
