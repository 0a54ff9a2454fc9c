"""The engine: from a rulebook, a state and a command to the facts that follow, or to a refusal. Pure, total, deterministic."""

from __future__ import annotations

from dataclasses import replace

from huiyin.procedure.bounds import out_of_bounds
from huiyin.procedure.command import Command
from huiyin.procedure.decision import Decision, DraftDecision
from huiyin.procedure.documents.correction import as_taken_now
from huiyin.procedure.due import local_date
from huiyin.procedure.event import CaseOpened
from huiyin.procedure.evolve import evolve
from huiyin.procedure.fields import problems, told_last
from huiyin.procedure.guard import first_facts, forbidden
from huiyin.procedure.refusal import Code, Refusal
from huiyin.procedure.settling import asks_for_another
from huiyin.procedure.state import State
from huiyin.rules import MATTER
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import START
from huiyin.rules.book.steps import begins_case, unmet


def decide(rules: Rules, state: State | None, command: Command, procedure: str = MATTER) -> Decision | Refusal:
    """What follows from ``command``.

    ``rules`` is the rulebook to which the case is pinned; ``state`` is None for a registration, which opens a case of
    ``procedure``. Returns a Decision, whose state is that which replaying its events on ``state`` gives, or a Refusal; never raises
    for anything that a client can send.
    """
    if state is None:
        return _open_case(rules, command, procedure)
    if command.at_seq is not None and command.at_seq != state.seq:
        return Refusal(Code.STALE, command.action, needs={"seq": (str(state.seq),)})
    refusal = forbidden(rules, state, command.action, command.actor, command.at)
    if refusal is not None:
        return refusal
    procedure_rule = rules.book.procedures[state.procedure]
    rule = as_taken_now(procedure_rule, state, procedure_rule.actions[command.action], command.actor.kind)
    if asks_for_another(rule, state, command):
        return Refusal(Code.DUTY_NOT_OPEN, command.action, rule.clause, {"duties": rule.discharges})
    wrong = problems(rules.book, rule, state, command, local_date(rules, command.at))
    sound = {name: command.fields[name] for name in command.fields.keys() - {problem.field for problem in wrong}}
    wrong += out_of_bounds(rules, rule, state, replace(command, fields=sound))
    if wrong:
        return Refusal(Code.FIELDS, command.action, rule.clause, problems=told_last(wrong))
    return DraftDecision(rules, state, command, state.stage).carry_out(rule)


def _open_case(rules: Rules, command: Command, name: str) -> Decision | Refusal:
    procedure = rules.book.procedures.get(name)
    rule = procedure.actions.get(command.action) if procedure else None
    if (
        procedure is None
        or rule is None
        or not begins_case(rule)
        or rule.to is None
        or (rule.attaches and command.submission is None)
    ):
        return Refusal(Code.UNKNOWN_ACTION, command.action)
    actor = command.actor
    if not any(rules.book.roles[role].of == actor.kind or role in actor.roles for role in rule.by):
        return Refusal(Code.WRONG_ROLE, command.action, rule.clause, {"roles": rule.by})
    wrong = problems(rules.book, rule, None, command, local_date(rules, command.at))
    if wrong:
        return Refusal(Code.FIELDS, command.action, rule.clause, problems=wrong)
    facts = first_facts(rules.book, command)
    failed = unmet(rule.when, facts)
    if failed:
        return Refusal(Code.CONDITION, command.action, rule.clause, {"facts": failed})
    units, people = command.shut_out
    opened = CaseOpened(
        case=command.case,
        organisation=actor.organisation,
        procedure=name,
        rulebook=rules.book.key,
        stage=rule.to,
        facts=facts,
        received_at=command.submission.received_at if command.submission else command.at,
        accused_units=tuple(sorted(units)),
        accused_people=tuple(sorted(people)),
    )
    draft = DraftDecision(rules, evolve(None, opened), command, START, [opened])
    return draft.carry_out(rule)
