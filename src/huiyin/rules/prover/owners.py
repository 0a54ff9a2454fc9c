"""(c) Whoever moves a case on does a duty of their own, and nothing is discharged that nobody owes."""

from __future__ import annotations

from collections.abc import Iterator

from huiyin.rules.book.schema import Action
from huiyin.rules.book.steps import begins_case
from huiyin.rules.prover.finding import Finding
from huiyin.rules.prover.walks import Walks


def owned(walks: Walks) -> Iterator[Finding]:
    """Every office's action that does not do its actor's own duty, or does what nobody owes."""
    for name, action in walks.procedure.actions.items():
        if begins_case(action):
            continue
        if not _by_staff(walks, action):
            yield from _not_theirs(walks, name, action)
            continue
        yield from _not_own(walks, name, action)
        yield from _left_open(walks, name, action)
        yield from _owed_by_nobody(walks, name, action)
    yield from _left_to_lapse(walks)


def _by_staff(walks: Walks, action: Action) -> bool:
    return any(walks.rules.book.roles[role].of not in ("petitioner", "system") for role in action.by)


def _finding(walks: Walks, name: str, expected: str, got: str, zh: str) -> Finding:
    told = walks.story(*walks.first(name), name)
    return walks.at("c", ("actions", name), expected, got, f"“{walks.procedure.actions[name].zh}”{zh}", told)


def _not_own(walks: Walks, name: str, action: Action) -> Iterator[Finding]:
    """What moves a case, or discharges something, does a duty of whoever may take it. Hearings only pause one."""
    procedure = walks.procedure
    from_an_end = all(stage in procedure.stages and procedure.stages[stage].end for stage in action.from_stages)
    moves = action.to is not None and not action.pauses and not action.resumes and not from_an_end
    done = (*action.discharges, *action.withdraws)
    if (moves or action.discharges) and not any(procedure.duties[duty].of in action.by for duty in done):
        owners = ", ".join(sorted({procedure.duties[duty].of for duty in done})) or "no duty"
        expected = "that it does a duty of whoever may take it"
        yield _finding(walks, name, expected, f"{', '.join(action.by)} do what {owners} owes", "不是办理人自己的职责")


def _not_theirs(walks: Walks, name: str, action: Action) -> Iterator[Finding]:
    """What an office owes is not done by the petitioner: what they take back or contest is withdrawn."""
    roles, duties = walks.rules.book.roles, walks.procedure.duties
    if any(roles[role].of == "petitioner" for role in action.by):
        for duty in action.discharges:
            if duties[duty].of not in action.by:
                expected = f"{duties[duty].of}, who owes the duty {duty}"
                yield _finding(walks, name, expected, ", ".join(action.by), f"完成的是机关的职责“{duties[duty].zh}”")


def _left_open(walks: Walks, name: str, action: Action) -> Iterator[Finding]:
    """What may be done only while a duty of its actor is open, and has an effect, does that duty."""
    duty = action.while_open
    if (
        duty is None
        or walks.procedure.duties[duty].of not in action.by
        or duty in (*action.discharges, *action.withdraws)
    ):
        return
    if action.sets or action.extends or action.notice or action.units or action.to:
        zh = f"之后职责“{walks.procedure.duties[duty].zh}”仍未完成"
        yield _finding(walks, name, f"that it discharges {duty}, while which is open it is taken", "left open", zh)


def _owed_by_nobody(walks: Walks, name: str, action: Action) -> Iterator[Finding]:
    """An action that discharges duties is offered only where one of them is open; naming a person or a unit may be repeated."""
    if not action.discharges or action.assignee or action.units:
        return
    found = next((walks.of(duty) for duty in action.discharges if duty in walks.without), walks.main)
    mask = sum({found.bits[duty] for duty in (*action.discharges, *action.withdraws)})
    for node in found.trail:
        for step in found.steps.get((node.stage, node.facts), ()):
            if (
                step.action == name
                and not step.needs & ~node.duties
                and not step.bars & node.duties | mask & node.duties
            ):
                zh = "在没有人负有这项职责时也能办理"
                told = walks.story(found, node, name)
                yield walks.at(
                    "c",
                    ("actions", name),
                    f"one of the duties {', '.join(action.discharges)} open, wherever it may be taken",
                    f"none in {node.stage}, reached by {found.way(node)}",
                    f"“{action.zh}”{zh}",
                    told,
                )
                return


def _left_to_lapse(walks: Walks) -> Iterator[Finding]:
    """Duties that an office's action leaves to lapse at an end, though something was to come of them.

    Another waits for them, doing them moves a case on, or they were laid upon somebody by a step in the case itself.
    """
    procedure = walks.procedure
    weighty = {duty for action in procedure.actions.values() for duty in action.unless_open}
    weighty |= {duty for action in procedure.actions.values() if action.to is not None for duty in action.discharges}
    weighty |= {
        opening.duty
        for action in procedure.actions.values()
        if action.to is not None and not begins_case(action)
        for opening in action.opens
    }
    for (name, duty), found, node in walks.found(lambda one: one.lapsed):
        action = procedure.actions[name]
        if duty in weighty and _by_staff(walks, action):
            yield walks.at(
                "c",
                ("actions", name),
                f"that it discharges, withdraws or waits for the duty {duty}",
                f"the duty lapses at an end: {found.way(node, name)}",
                f"“{action.zh}”之后职责“{procedure.duties[duty].zh}”不了了之",
                walks.story(found, node, name),
            )
