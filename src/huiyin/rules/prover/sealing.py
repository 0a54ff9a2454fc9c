"""(f) Whom a form complains of is kept out, and somebody independent finds out who that is.

Without walking: it depends on no situation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import ACCUSED_WRITTEN, CUSTODIAN, Action, Procedure
from huiyin.rules.book.steps import begins_case
from huiyin.rules.prover.codes.independence import IndependenceCode
from huiyin.rules.prover.finding import Finding, found_at, taken, term

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
    if not saying:
        yield found_at(rules, "f", place, IndependenceCode.NOBODY_IDENTIFIES.about(procedure=term(name, procedure)))
    for key, action in saying.items():
        if not _is_sound(rules, procedure, action):
            why = IndependenceCode.IDENTIFIES_WRONGLY.about(action=term(key, action))
            yield found_at(rules, "f", (*place, key), why, (taken(rules.book, procedure, key),))


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
