"""(j) Every end is of its kind, and what the system does by itself decides nothing.

The kinds and what each asks for: docs/proofs.md. Whether an answer or reasons were given is a mark of each situation (`state_space`), so
that each question is one to the situations that lead into an end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from huiyin.rules.book.schema import Action, Ending, Procedure
from huiyin.rules.book.steps import begins_case, end_of, leads_to, takes_back
from huiyin.rules.book.texts import CodedText
from huiyin.rules.prover.codes.ends import EndCode, TimerCode, WhoCode
from huiyin.rules.prover.finding import Finding
from huiyin.rules.prover.state_space import ANSWERED, REASONED, TOLD, Node
from huiyin.rules.prover.walks import Walks, sides_of

_OVER: Final = re.compile("已(?:经)?(?:办结|办完|结案|完结|了结|结束)|(?:办理|处理)完毕")


def ended(walks: Walks) -> Iterator[Finding]:
    """Every end that is reached otherwise than its kind allows, and every timer that decides."""
    for name, stage in walks.procedure.stages.items():
        if stage.ending is not None and not stage.end:
            why = EndCode.KIND_OF_NO_END.about(stage=walks.term_of("stages", name), kind=stage.ending)
            yield walks.at("j", ("stages", name, "ending"), why)
    for name, action in walks.procedure.actions.items():
        if sides_of(walks, action) & {"system"}:
            yield from _deciding(walks, name, action)
    yield from _said_to_be_over(walks)
    if "petitioner" in _taking_part(walks):
        yield from _entered_alone(walks)
        yield from _unlike_their_kind(walks)
        yield from _terminated_undecided(walks)


def _said_to_be_over(walks: Walks) -> Iterator[Finding]:
    """No case that goes on is said to have ended, by the name of its stage, by what the petitioner reads of it, or of what is owed."""
    procedure = walks.procedure
    read = [
        *((("stages", name, "zh"), stage.zh) for name, stage in procedure.stages.items() if not stage.end),
        *((("stages", n, "public"), s.public.zh) for n, s in procedure.stages.items() if s.public and not s.end),
        *((("duties", n, "public"), duty.public.zh) for n, duty in procedure.duties.items() if duty.public),
    ]
    for path, text in read:
        if _OVER.search(text):
            yield walks.at("j", path, EndCode.SAID_TO_BE_OVER.about(text=text))


def kind_of(walks: Walks, stage: str) -> Ending:
    """The kind of the end ``stage``."""
    return walks.procedure.stages[stage].ending or "decided"


def _taking_part(walks: Walks) -> set[str]:
    return set().union(*(sides_of(walks, action) for action in walks.procedure.actions.values()))


def _deciding(walks: Walks, name: str, action: Action) -> Iterator[Finding]:
    """What ``action``, which the system may take, does beyond reminding, escalating and recording that a window has closed."""
    procedure, opened = walks.procedure, {opening.duty for opening in action.opens}
    wrong: list[tuple[str, CodedText]] = []
    stage = leads_to(action)
    if stage is not None and not procedure.stages[stage].end:
        wrong.append(("to", TimerCode.MOVES.about(stage=walks.term_of("stages", stage))))
    elif stage is not None and not _follows_an_answer(walks, name, stage):
        wrong.append(("to", TimerCode.ENDS.about(stage=walks.term_of("stages", stage))))
    wrong += [("sets", TimerCode.SETS.about(fact=walks.term_of("facts", fact))) for fact in action.sets]
    for duty in (*action.discharges, *action.withdraws):
        timed = duty in action.discharges and procedure.duties[duty].on_due == name and stage is not None
        if duty not in opened and not timed and not is_passed_on(procedure, name, action, duty):
            wrong.append(("discharges", TimerCode.DROPS.about(duty=walks.term_of("duties", duty))))
    for duty, rule in procedure.duties.items():
        if procedure.limits[rule.limit].start in action.marks and duty not in opened:
            wrong.append(("marks", TimerCode.RESETS.about(duty=walks.term_of("duties", duty))))
    for limit in (*action.extends, *action.pauses):
        wrong.append(("extends", TimerCode.STOPS.about(limit=walks.term_of("limits", limit))))
    for part, what in wrong:
        why = EndCode.TIMER_DECIDES.about(action=walks.term_of("actions", name), what=what)
        yield walks.at("j", ("actions", name, part), why, walks.story(*walks.first(name), name))


def is_passed_on(procedure: Procedure, name: str, action: Action, duty: str) -> bool:
    """Whether ``action`` hands a ``duty`` that nobody did in time to somebody else: what doing it would have opened is opened all the same,
    and another role owes something for it.
    """
    rule, opened = procedure.duties[duty], {opening.duty for opening in action.opens}
    doing = [other for other in procedure.actions.values() if duty in other.discharges and other.to is None]
    return (
        duty in action.withdraws
        and rule.on_due == name
        and any(procedure.duties[other].of != rule.of for other in opened)
        and any({opening.duty for opening in other.opens} <= opened for other in doing)
    )


def _follows_an_answer(walks: Walks, name: str, stage: str) -> bool:
    """Whether ``name`` ends a case only where a person has answered: it then records that nobody has anything more to do."""
    opened = {opening.duty for opening in walks.procedure.actions[name].opens}
    done = set(walks.procedure.actions[name].discharges) - opened
    return (
        kind_of(walks, stage) == "decided"
        and all(before is not None and bool(before.marks & ANSWERED) for before, _ in _edges(walks, name))
        and all(_opened_by_an_answer(walks, duty) for duty in done)
    )


def _opened_by_an_answer(walks: Walks, duty: str) -> bool:
    """Whether ``duty`` is owed only because somebody was answered, or took back what they had asked for after that."""
    procedure = walks.procedure
    opening = [action for action in procedure.actions.values() if any(one.duty == duty for one in action.opens)]
    return all(walks.transitions.marks_given(action) & ANSWERED or takes_back(procedure, action) for action in opening)


def _edges(walks: Walks, name: str) -> Iterator[tuple[Node | None, Node]]:
    """The situations in which ``name`` is taken on the main line, each with the one after it; None before registration."""
    if begins_case(walks.procedure.actions[name]):
        for node, (earlier, action) in walks.main.trail.items():
            if earlier is None and action == name:
                yield None, node
    for after, edges in walks.main.back.items():
        for before, action in edges:
            if action == name:
                yield before, after


def _unlike_their_kind(walks: Walks) -> Iterator[Finding]:
    for name, action in walks.procedure.actions.items():
        end = end_of(walks.procedure, action)
        if end is None:
            continue
        kind = kind_of(walks, end)
        yield from _by_others(walks, name, action, end, kind)
        if kind == "merged" and not _says_into_which(walks, action):
            why = EndCode.MERGED_NOWHERE.about(
                action=walks.term_of("actions", name), stage=walks.term_of("stages", end)
            )
            yield walks.at("j", ("actions", name, "fields"), why, walks.story(*walks.first(name), name))
        if kind == "decided":
            yield from _untold(walks, name, end, ANSWERED, EndCode.ENDS_UNANSWERED)
        elif kind != "withdrawn":
            yield from _untold(walks, name, end, REASONED, EndCode.ENDS_WITHOUT_REASONS)


def _says_into_which(walks: Walks, action: Action) -> bool:
    """Whether the form of ``action``, or of each step that leads to where it is taken, names the case in which it goes on."""
    before = [
        other
        for other in walks.procedure.actions.values()
        if other.to in action.from_stages and other.to not in other.from_stages
    ]
    return _names_a_case(walks, action) or (bool(before) and all(_names_a_case(walks, other) for other in before))


def _names_a_case(walks: Walks, action: Action) -> bool:
    fields = walks.rules.book.fields
    return any(fields[name].type == "case" for name, needed in action.required.items() if needed)


def _entered_alone(walks: Walks) -> Iterator[Finding]:
    """Nobody here takes a matter or an application back in its petitioner's name alone: a second person confirms it, who lets them contest it."""
    for name, action in walks.procedure.actions.items():
        ends = action.to is not None and kind_of(walks, action.to) == "withdrawn"
        if action.entered is None or action.entered.is_confirmed or not (ends or takes_back(walks.procedure, action)):
            continue
        why = EndCode.ENTERED_ALONE.about(action=walks.term_of("actions", name))
        yield walks.at("j", ("actions", name, "entered"), why, walks.story(*walks.first(name), name))


def _untold(walks: Walks, name: str, stage: str, mark: int, code: EndCode) -> Iterator[Finding]:
    for before, after in _edges(walks, name):
        if after.stage == stage and after.marks & (TOLD | mark) == TOLD:  # Where nothing was told at all, (d) says so.
            way = walks.main.way(before, name)
            why = code.about(action=walks.term_of("actions", name), stage=walks.term_of("stages", stage), way=way)
            yield walks.at("j", ("actions", name, "to"), why, walks.story(walks.main, before, name))
            return


def _by_others(walks: Walks, name: str, action: Action, stage: str, kind: Ending) -> Iterator[Finding]:
    """Only its petitioner withdraws a matter; only people of an office decline it, pass it on, join it to another or terminate it."""
    by = sides_of(walks, action)
    theirs = by <= {"petitioner"} if kind == "withdrawn" else not by & {"petitioner", "system"}
    if theirs or kind == "decided":
        return
    who = WhoCode.PETITIONER if kind == "withdrawn" else WhoCode.OFFICE
    why = EndCode.ENDED_BY_OTHERS.about(
        action=walks.term_of("actions", name),
        stage=walks.term_of("stages", stage),
        role=who.about(),
        by=walks.terms_of("roles", action.by),
    )
    yield walks.at("j", ("actions", name, "by"), why, walks.story(*walks.first(name), name))


def _terminated_undecided(walks: Walks) -> Iterator[Finding]:
    """A matter is terminated for good only after it was decided once: no way leads there that passes no such end."""
    stages = walks.procedure.stages
    if not any(stage.ending == "terminated" for stage in stages.values()):
        return
    queue = [node for node, (before, _) in walks.main.trail.items() if before is None]
    seen = set(queue)
    while queue:
        node = queue.pop()
        if stages[node.stage].end:
            kind = kind_of(walks, node.stage)
            if kind == "terminated":
                way = walks.main.way(node)
                why = EndCode.TERMINATED_UNDECIDED.about(stage=walks.term_of("stages", node.stage), way=way)
                yield walks.at("j", ("stages", node.stage, "ending"), why, walks.story(walks.main, node))
                return
            if kind == "decided":
                continue
        for after, _ in walks.forward.get(node, ()):
            if after not in seen:
                seen.add(after)
                queue.append(after)
