"""(c) Whoever moves a case on does a duty of their own, and nothing is discharged that nobody owes."""

from __future__ import annotations

from collections.abc import Iterator

from huiyin.rules.book.beside import asked_once
from huiyin.rules.book.flaw_codes import PhraseCode
from huiyin.rules.book.schema import Action
from huiyin.rules.book.steps import begins_case, is_by_staff, only_from_ends
from huiyin.rules.book.texts import CodedText
from huiyin.rules.prover.codes.findings import FindingCode
from huiyin.rules.prover.codes.independence import IndependenceCode
from huiyin.rules.prover.finding import Finding, found_at
from huiyin.rules.prover.walks import Walks


def owned(walks: Walks) -> Iterator[Finding]:
    """Every office's action that does not do its actor's own duty, or does what nobody owes."""
    for name, action in walks.procedure.actions.items():
        if begins_case(action):
            continue
        if not is_by_staff(walks.rules.book, action):
            yield from _not_theirs(walks, name, action)
            continue
        yield from _not_own(walks, name, action)
        yield from _left_open(walks, name, action)
        yield from _owed_by_nobody(walks, name, action)
        yield from _followed_by_nobody(walks, name, action)
    yield from _left_to_lapse(walks)
    yield from _unseen(walks)


def _unseen(walks: Walks) -> Iterator[Finding]:
    """Whoever owes something sees the case."""
    for name, duty in walks.procedure.duties.items():
        role = walks.rules.book.roles[duty.of]
        if role.is_staff and role.sees == "none":
            why = IndependenceCode.OWES_UNSEEN.about(
                role=walks.term_of("roles", duty.of), duty=walks.term_of("duties", name)
            )
            yield found_at(walks.rules, "c", ("roles", duty.of, "sees"), why)


def _finding(walks: Walks, name: str, why: CodedText) -> Finding:
    return walks.at("c", ("actions", name), why, walks.story(*walks.first(name), name))


def _not_own(walks: Walks, name: str, action: Action) -> Iterator[Finding]:
    """What moves a case, or discharges something, does a duty of whoever may take it. Hearings only pause one."""
    procedure = walks.procedure
    moves = action.to is not None and not action.pauses and not action.resumes and not only_from_ends(procedure, action)
    done = (*action.discharges, *action.withdraws)
    if (moves or action.discharges) and not any(procedure.duties[duty].of in action.by for duty in done):
        owners = sorted({procedure.duties[duty].of for duty in done})
        why = FindingCode.NOT_OWN_DUTY.about(
            action=walks.term_of("actions", name),
            by=walks.terms_of("roles", action.by),
            owners=walks.terms_of("roles", owners) if owners else PhraseCode.NO_DUTY.about(),
        )
        yield _finding(walks, name, why)


def _not_theirs(walks: Walks, name: str, action: Action) -> Iterator[Finding]:
    """What an office owes is not done by the petitioner: what they take back or contest is withdrawn."""
    roles, duties = walks.rules.book.roles, walks.procedure.duties
    if any(roles[role].of == "petitioner" for role in action.by):
        for duty in action.discharges:
            if duties[duty].of not in action.by:
                why = FindingCode.OFFICE_DUTY_BY_PETITIONER.about(
                    action=walks.term_of("actions", name),
                    duty=walks.term_of("duties", duty),
                    role=walks.term_of("roles", duties[duty].of),
                    by=walks.terms_of("roles", action.by),
                )
                yield _finding(walks, name, why)


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
        why = FindingCode.LEFT_OPEN.about(action=walks.term_of("actions", name), duty=walks.term_of("duties", duty))
        yield _finding(walks, name, why)


def _owed_by_nobody(walks: Walks, name: str, action: Action) -> Iterator[Finding]:
    """An action that discharges duties is offered only where one of them is open; naming a person or a unit may be repeated."""
    if not action.discharges or action.assignee or action.units:
        return
    found = next((walks.of(duty) for duty in action.discharges if duty in walks.without), walks.main)
    mask = sum({found.bits[duty] for duty in (*action.discharges, *action.withdraws)})
    ways = {place: taken for place, steps in found.steps.items() if (taken := [s for s in steps if s.action == name])}
    for node in found.trail if ways else ():
        for step in ways.get((node.stage, node.facts), ()):
            if not step.needs & ~node.duties and not (step.bars | mask) & node.duties:
                why = FindingCode.OWED_BY_NOBODY.about(
                    action=walks.term_of("actions", name),
                    duties=walks.terms_of("duties", action.discharges),
                    stage=walks.term_of("stages", node.stage),
                    way=found.way(node),
                )
                yield walks.at("c", ("actions", name), why, walks.story(found, node, name))
                return


def _followed_by_nobody(walks: Walks, name: str, action: Action) -> Iterator[Finding]:
    """A step that records a moment and leaves all as it is, as another does by which somebody comes to owe something from then on; nobody by this."""
    procedure, opened = walks.procedure, {opening.duty for opening in action.opens}
    if action.to or action.discharges or action.withdraws:
        return
    for other, rule in procedure.actions.items():
        for duty in (opening.duty for opening in rule.opens):
            start = procedure.limits[procedure.duties[duty].limit].start
            if start in action.marks and start in rule.marks and duty not in opened:
                why = FindingCode.NOBODY_FOLLOWS.about(
                    action=walks.term_of("actions", name),
                    moment=walks.term_of("moments", start),
                    duty=walks.term_of("duties", duty),
                    other=walks.term_of("actions", other),
                )
                yield _finding(walks, name, why)


def _left_to_lapse(walks: Walks) -> Iterator[Finding]:
    """Duties that an office's action leaves to lapse at an end, though something was to come of them.

    Another waits for them, doing them moves a case on, or they were laid upon somebody by a step in the case itself.
    """
    procedure = walks.procedure
    weighty = {duty for action in procedure.actions.values() for duty in set(action.unless_open) - asked_once(action)}
    weighty |= {duty for action in procedure.actions.values() if action.to is not None for duty in action.discharges}
    weighty |= {
        opening.duty
        for action in procedure.actions.values()
        if action.to is not None and not begins_case(action)
        for opening in action.opens
    }
    for (name, duty), found, node in walks.found_by(lambda one: one.lapsed):
        action = procedure.actions[name]
        if duty in weighty and is_by_staff(walks.rules.book, action):
            why = FindingCode.LAPSES.about(
                action=walks.term_of("actions", name), duty=walks.term_of("duties", duty), way=found.way(node, name)
            )
            yield walks.at("c", ("actions", name), why, walks.story(found, node, name))
