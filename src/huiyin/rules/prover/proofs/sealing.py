"""(f) Whom a form complains of is kept out, and somebody independent finds out who that is.

Without walking: it depends on no situation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import (
    ACCUSED_WRITTEN,
    CLEARING_PROPOSED,
    CUSTODIAN,
    IDENTIFY_LINE,
    PROPOSE_CLEARING,
    Action,
    Procedure,
)
from huiyin.rules.book.steps import begins_case
from huiyin.rules.prover.codes.independence import IndependenceCode
from huiyin.rules.prover.finding import Finding, found_at, taken_action, term

NAMING: Final = ("person", "people", "unit", "units")


def sealed(rules: Rules) -> Iterator[Finding]:
    """Fields that name somebody complained of without sealing, and procedures in which nobody finds out who is accused."""
    for name, procedure in rules.book.procedures.items():
        for action_name, action in procedure.actions.items():
            for field in _complains_of(rules, action):
                if not rules.book.fields[field].accuses:
                    named = term(field, rules.book.fields[field])
                    why = IndependenceCode.NOT_SEALED.about(action=term(action_name, action), field=named)
                    yield found_at(rules, "f", ("fields", field), why)
        if _accuses(rules, procedure) or any(action.identifies for action in procedure.actions.values()):
            yield from _unidentified(rules, name, procedure)


def _complains_of(rules: Rules, action: Action) -> Iterator[str]:
    """The fields in which a form names somebody complained of: a unit or person whom a petitioner names, or who is at once barred
    from a case that has only just begun.
    """
    by_petitioner = any(rules.book.roles[role].of == "petitioner" for role in action.by)
    for name in action.required:
        barred = begins_case(action) and action.recuses == f"${name}"
        if rules.book.fields[name].type in NAMING and (by_petitioner or barred):
            yield name


def _accuses(rules: Rules, procedure: Procedure) -> bool:
    """Whether somebody may be accused: a petition comes in, or a form says so."""
    actions = procedure.actions.values()
    return any(action.attaches or any(rules.book.fields[use].accuses for use in action.required) for action in actions)


def _unidentified(rules: Rules, name: str, procedure: Procedure) -> Iterator[Finding]:
    place = ("procedures", name, "actions")
    custodian = rules.book.roles.get(CUSTODIAN)
    if custodian is None or custodian.of != "organisation":
        yield found_at(rules, "f", ("roles",), IndependenceCode.NO_CUSTODIAN.about(role=CUSTODIAN))
        return
    saying = {key: action for key, action in procedure.actions.items() if action.identifies}
    if all(action.on_paper for action in saying.values()):
        yield found_at(rules, "f", place, IndependenceCode.NOBODY_IDENTIFIES.about(procedure=term(name, procedure)))
    for key, action in saying.items():
        if not _is_sound(rules, procedure, action):
            why = IndependenceCode.IDENTIFIES_WRONGLY.about(action=term(key, action))
            yield found_at(rules, "f", (*place, key), why, (taken_action(rules.book, procedure, key),))
    owed = {duty for action in saying.values() for duty in action.discharges}
    for key, action in procedure.actions.items():
        if action.while_open in owed and not action.identifies and not _keeps_one_looking(procedure, key, action):
            why = IndependenceCode.LOOKED_FOR_WRONGLY.about(action=term(key, action))
            yield found_at(rules, "f", (*place, key), why, (taken_action(rules.book, procedure, key),))
    for duty in sorted(owed):
        yield from _ways(procedure, duty, rules, place)


def _ways(procedure: Procedure, duty: str, rules: Rules, place: tuple[str, ...]) -> Iterator[Finding]:
    """What a custodian can do who does not know whom the petition means, or must not find it out; and what happens if they do nothing."""
    around = {key: action for key, action in procedure.actions.items() if action.while_open == duty}
    on_paper = any(action.identifies and action.on_paper for action in procedure.actions.values())
    late = around.get(procedure.duties[duty].on_due or "")
    open_ways = {
        "on_due": late is not None and _begins_anew(late, duty),
        "recuses: actor": any(action.recuses == "actor" for action in around.values()),
        "on_paper": on_paper and any(action.on_paper for action in around.values()),
    }
    for way, is_open in open_ways.items():
        if not is_open:
            why = IndependenceCode.CUSTODIAN_STUCK.about(duty=term(duty, procedure.duties[duty]), way=way)
            yield found_at(rules, "f", place, why)
    for way in _missing_of_two(rules, procedure, duty):
        why = IndependenceCode.CLEARED_ALONE.about(duty=term(duty, procedure.duties[duty]), way=way)
        yield found_at(rules, "f", place, why)


def _missing_of_two(rules: Rules, procedure: Procedure, duty: str) -> Iterator[str]:
    """What a book lacks for one to say that nobody is accused and another, who can see the case, to confirm it."""
    action, custodian = procedure.actions.get(PROPOSE_CLEARING), rules.book.roles[CUSTODIAN]
    is_passed_on = action is not None and _begins_anew(action, duty) and CLEARING_PROPOSED in action.marks
    if action is None or not is_passed_on or action.by != (CUSTODIAN,):
        yield PROPOSE_CLEARING
    other = rules.book.roles.get(custodian.confirmed_by or "")
    if other is None or other.of != "organisation" or custodian.confirmed_by in (CUSTODIAN, custodian.stand_in):
        yield "confirmed_by"


def _begins_anew(late: Action, duty: str) -> bool:
    opened = {opening.duty for opening in late.opens}
    return duty in opened and duty in late.withdraws and ACCUSED_WRITTEN in late.marks


def _keeps_one_looking(procedure: Procedure, key: str, action: Action) -> bool:
    """Whether what is done while somebody is to be identified is done by the custodian, or by the system when that is late;
    what is asked of an organ outside is asked by a letter to it. Deciding line by line discharges the duty with the last one.
    """
    if key == IDENTIFY_LINE and action.while_open not in action.discharges:
        return False
    asks = action.on_paper and not any(procedure.notices[kind].to == "organ" for kind in action.notice)
    late = key in {duty.on_due for duty in procedure.duties.values()}
    return (action.by == (CUSTODIAN,) and not asks) or late


def _is_sound(rules: Rules, procedure: Procedure, action: Action) -> bool:
    """By the custodian alone, naming units and people, discharging a duty of theirs that runs from when somebody was accused."""
    named = {rules.book.fields[use].type for use in action.required if rules.book.fields[use].accuses}
    duties = [procedure.duties[duty] for duty in action.discharges]
    return (
        action.by == (CUSTODIAN,)
        and {"people", "units"} <= named
        and len(duties) == 1
        and duties[0].of == CUSTODIAN
        and procedure.limits[duties[0].limit].start == ACCUSED_WRITTEN
    )
