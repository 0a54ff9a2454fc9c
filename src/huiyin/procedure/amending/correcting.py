"""Putting a registration right: an event of its own, under every rulebook, as long as the case is not archived. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from huiyin.procedure.command import Actor, Command
from huiyin.procedure.decision import Decision, DraftDecision
from huiyin.procedure.due import limit_due
from huiyin.procedure.event import DutyRescheduled, DutyWithdrawn, RegistrationCorrected
from huiyin.procedure.state import State
from huiyin.rules import REGISTER
from huiyin.rules.book.conditions import Opening
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import ARCHIVE
from huiyin.rules.book.steps import meets
from huiyin.rules.prover.proved_points import is_walked

CorrectionObstacle = Literal["not-a-registration", "not-yours", "recused", "archived"]


def correction_obstacle(rules: Rules, state: State, actor: Actor) -> CorrectionObstacle | None:
    """Why ``actor``, who may see the case, may not correct its registration, or, being the petitioner, their own contact; None when
    they may."""
    procedure = rules.book.procedures.get(state.procedure)
    if actor.kind == "petitioner":  # their contact is theirs under every procedure in which they have a part
        return "archived" if ARCHIVE in state.takers else None
    rule = procedure.actions.get(REGISTER) if procedure else None
    if rule is None:
        return "not-a-registration"
    if actor.kind != "staff" or actor.organisation != state.organisation or not actor.roles & set(rule.by):
        return "not-yours"
    if actor.person in state.recused:
        return "recused"
    return "archived" if ARCHIVE in state.takers else None


def fits(rules: Rules, state: State, facts: Mapping[str, str]) -> bool:
    """Whether the case could have come to where it stands if these ``facts`` had been entered at once: nothing is proved of it otherwise."""
    if state.ended or all(state.facts.get(name) == value for name, value in facts.items()):
        return True
    after = {name: value for name, value in {**state.facts, **facts}.items() if name in rules.book.facts}
    opened, gone = _owed(rules, state, facts)
    kinds = [duty.kind for duty in state.duties if duty.kind not in gone] + [opening.duty for opening in opened]
    return is_walked(rules, state.procedure, state.stage, after, kinds)


def _owed(rules: Rules, state: State, facts: Mapping[str, str]) -> tuple[list[Opening], list[str]]:
    """What is owed besides since the registration says otherwise, and the kinds of duty that nobody owes any more.

    A matter that turns out to have come from above is reported there, under the rulebook's own limit.
    """
    rule, after = rules.book.procedures[state.procedure].actions.get(REGISTER), {**state.facts, **facts}
    if rule is None:  # nothing was registered by staff: a petitioner corrects their contact, and no fact with it
        return [], []
    turned = [one for one in rule.opens if meets(one.when, state.facts) != meets(one.when, after)]
    opened = [one for one in turned if meets(one.when, after) and not state.open_duties(one.duty)]
    return opened, [one.duty for one in turned if not meets(one.when, after)]


def correct(rules: Rules, state: State, command: Command, event: RegistrationCorrected) -> Decision:
    """What follows from a correction: the event, what is owed by it, the dates that it set, and whom the case accuses besides where the
    command says so.

    Whoever calls has made sure of ``correction_obstacle`` and ``fits``, and that nobody is accused anew on a case that has ended.
    """
    draft = DraftDecision(rules, state, command, state.stage)
    draft.add(event)
    opened, gone = ([], []) if state.ended else _owed(rules, state, event.facts)
    for duty in state.duties:
        if duty.kind in gone:
            draft.add(DutyWithdrawn(duty.id, command.action))
    for opening in opened:
        draft.owe(opening, rules.book.procedures[state.procedure].actions[REGISTER])
    limits = rules.book.procedures[state.procedure].limits
    for duty in draft.state.duties:
        set_by = limits[duty.limit].by_field if duty.limit in limits else ""
        new = (
            limit_due(rules, limits[duty.limit], duty.limit, draft.state, command.at)
            if set_by in event.filled_in
            else None
        )
        if new is not None and new.derivation != duty.derivation:
            draft.add(DutyRescheduled(duty.id, new.due_at, new.derivation))
    if command.accusations:
        draft.accuse()
    return Decision(tuple(draft.events), draft.state)
