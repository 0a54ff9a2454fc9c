"""What stages and conditions mean: where an action may be taken, where it leads, whether facts pass. Said once, for everybody.

The engine, the prover, the diagrams and the pages all ask here. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from typing import Final

from huiyin.rules.book.conditions import Condition
from huiyin.rules.book.schema import ACCUSED_WRITTEN, ANY, CUSTODIAN, START, Action, Choice, Procedure, Role, Rulebook

INSIDE, OUTSIDE = "inside", "outside"
"""The values of a role's `seat_fact`: its organ works in this system, or is reached by paper alone."""
ABOVE: Final = ("superior", "superior_of_superior")
"""Where a role's holder stands that belongs to a higher organ than the one whose case it is."""
COUNTED: Final = re.compile(r"\$(\w+)(?: \+ (\d{1,3}) days)?", re.ASCII)


def counted_from(source: str) -> tuple[str, int]:
    """The field of a form from which ``$name`` or ``$name + 30 days`` counts, and the natural days after it."""
    found = COUNTED.fullmatch(source)
    assert found is not None  # the references of the book are checked before anybody works with it
    return found[1], int(found[2] or 0)


def is_by_staff(book: Rulebook, action: Action) -> bool:
    """Whether somebody of an organ may take ``action``."""
    return any(book.roles[role].is_staff for role in action.by)


def as_taken(action: Action, kind: str) -> Action:
    """``action`` as one of this ``kind`` (staff, petitioner, system) takes it: staff enter what a petitioner did on paper."""
    return action.as_entered if kind == "staff" else action


def too_late_for(procedure: Procedure, action: Action) -> tuple[str, ...]:
    """The ends to which a case is taken because nobody took ``action`` in time, which one that was posted in time undoes.

    Only where the end comes of steps that do nothing else: what they did is then undone by opening the case again, which stands as it
    would if the document had been entered the moment before.
    """
    if action.until is None or action.to is None:
        return ()
    closing = [other for other in procedure.actions.values() if other.after == action.until and other.to is not None]
    taken = set(stages_from(procedure, action))
    if any(_does_more(other) or not set(stages_from(procedure, other)) <= taken for other in closing):
        return ()
    return tuple(dict.fromkeys(end for other in closing if (end := end_of(procedure, other)) is not None))


def _does_more(action: Action) -> bool:
    """Whether ``action`` does more than to take a case to a stage and discharge duties."""
    effects = (action.sets, action.marks, action.units, action.opens, action.extends, action.pauses, action.resumes)
    return any(effects) or bool(action.relay or action.withdraws or action.notice or action.recuses or action.assignee)


def begins_case(action: Action) -> bool:
    """Whether ``action`` opens a case: it is taken before there is one."""
    return START in action.from_stages


def petitioner_roles(book: Rulebook) -> frozenset[str]:
    """The roles in which petitioners act."""
    return frozenset(name for name, role in book.roles.items() if role.of == "petitioner")


def complains(action: Action) -> bool:
    """Whether ``action`` opens a case in which somebody here is complained of: it bars them at once, where it names them."""
    return begins_case(action) and bool(action.recuses)


def is_anywhere(action: Action) -> bool:
    """Whether ``action`` may be taken in every stage but the ends."""
    return ANY in action.from_stages


def naming_unit(procedure: Procedure, stage: str) -> Iterator[tuple[str, Action]]:
    """The duties to name another handling unit that are done in ``stage``, each with the action that does it."""
    for action in procedure.actions.values():
        kind = action.while_open
        if (
            kind is not None
            and kind in action.discharges
            and "handling" in action.units
            and applies(procedure, action, stage)
        ):
            yield kind, action


def applies(procedure: Procedure, action: Action, stage: str) -> bool:
    """Whether ``action`` may be taken in ``stage``, as far as stages go: what is about whom a case accuses, after its end as well."""
    if stage in action.from_stages or _goes_on_after_end(action):
        return True
    return ANY in action.from_stages and not procedure.stages[stage].end


def _goes_on_after_end(action: Action) -> bool:
    return action.identifies or action.by == (CUSTODIAN,) or ACCUSED_WRITTEN in action.marks


def stages_from(procedure: Procedure, action: Action) -> tuple[str, ...]:
    """The stages in which ``action`` may be taken: those that `any` stands for, then those that it names."""
    named = tuple(stage for stage in action.from_stages if stage in procedure.stages)
    if ANY not in action.from_stages and not _goes_on_after_end(action):
        return named
    return (*(s for s in procedure.stages if s not in named and applies(procedure, action, s)), *named)


def only_from_ends(procedure: Procedure, action: Action) -> bool:
    """Whether ``action`` is taken in ends alone: it follows up, or opens the case again."""
    return all(stage in procedure.stages and procedure.stages[stage].end for stage in action.from_stages)


def walks_in(book: Rulebook, name: str) -> tuple[str, ...]:
    """The procedures in which a step belongs to role ``name`` of the organisation that no duty of its own leads it to: to take it, its holder
    has to find the case, which nothing has given to the unit.
    """
    if name not in book.roles or book.roles[name].of != "organisation":
        return ()
    return tuple(
        procedure
        for procedure, rule in book.procedures.items()
        if any(_is_unled(rule, action, name) for action in rule.actions.values())
    )


def _is_unled(procedure: Procedure, action: Action, role: str) -> bool:
    if role not in action.by or begins_case(action):
        return False
    owed = (*action.discharges, *([action.while_open] if action.while_open else ()))
    return all(procedure.duties[duty].of != role for duty in owed)


def next_stage(procedure: Procedure, action: Action, stage: str) -> str:
    """Where ``action`` leads from ``stage``, or from START: from an end to what it reopens, else to its own next stage."""
    if action.reopens is not None and stage != START and procedure.stages[stage].end:
        return action.reopens
    return action.to or stage


def leads_to(action: Action) -> str | None:
    """The stage that ``action`` names as the next, from ends too; None when it leaves a case where it is."""
    return action.to or action.reopens


def end_of(procedure: Procedure, action: Action) -> str | None:
    """The end to which ``action`` takes a case; None when the case goes on, or had ended before."""
    return action.to if action.to is not None and procedure.stages[action.to].end else None


def can_move(action: Action) -> bool:
    """Whether ``action`` may take a case to another stage: it names the one that follows."""
    return leads_to(action) is not None


def takes_back(procedure: Procedure, action: Action) -> bool:
    """Whether by ``action`` a petitioner takes an application back: the case goes to where it was, what the application had opened is
    no longer owed, and nothing is owed anew but what it had ended. All that ran from there runs on.
    """
    opened = {opening.duty for opening in action.opens}
    return any(
        other.by == action.by
        and _follows(procedure, action, other)
        and _follows(procedure, other, action)
        and {opening.duty for opening in other.opens} <= set(action.withdraws)
        and opened <= set(other.withdraws)
        for other in procedure.actions.values()
        if other.remedy
    )


def is_confirming(procedure: Procedure, action: Action) -> bool:
    """Whether by ``action`` somebody confirms, or finds not to be so, what was taken down in a petitioner's name for a second person to check."""
    entered = [other.entered for other in procedure.actions.values() if other.entered and other.entered.is_confirmed]
    return action.entered in entered or action.while_open in {entering.while_open for entering in entered}


def is_in_person(procedure: Procedure, action: Action) -> bool:
    """Whether nobody but the petitioner may take ``action``, which is theirs: not with a query code that staff had in their hands.

    Whoever hands a code over could act with it in the petitioner's name. So it does not sign for a document, from which a time to apply runs
    (``receives``), nor consent to being served so (what such an action asks to have been ``said``); it takes nothing back that another person
    must confirm (``entered``), ends nothing that is owed to the petitioner (``discharges``, with nothing opened), and gives no answer by which
    the office is measured (``indicators``). It adds, asks, applies and objects: that starts duties of the office alone.
    """
    consents = {field for other in procedure.actions.values() if other.receives for field in other.said}
    measured = {indicator.field for indicator in procedure.indicators.values()}
    return (
        action.receives
        or (action.entered is not None and action.entered.is_confirmed)
        or (bool(action.discharges) and not action.opens)
        or any(use.name in consents | measured for use in action.fields)
    )


def _follows(procedure: Procedure, action: Action, other: Action) -> bool:
    """Whether ``other`` may be taken where ``action`` leads."""
    return action.to is not None and applies(procedure, other, action.to)


def settles_one(action: Action) -> bool:
    """Whether ``action`` settles one duty of each kind that it discharges, and not all: it neither moves the case nor identifies."""
    return not can_move(action) and not action.identifies


def may_repeat(procedure: Procedure, duty: str) -> bool:
    """Whether a unit may owe several duties of this kind at once: some action settles them one by one."""
    return any(map(settles_one, procedure.discharging.get(duty, ())))


def is_asked_for(procedure: Procedure, duty: str) -> bool:
    """Whether a duty of this kind answers one request of several that others may make beside it: of another body, of another supervision."""
    if not may_repeat(procedure, duty) or any(one.identifies for one in procedure.discharging[duty]):
        return False
    asking = (one for one in procedure.actions.values() if any(opening.duty == duty for opening in one.opens))
    return any(not can_move(one) and not one.recuses for one in asking)


def meets(condition: Condition, facts: Mapping[str, str]) -> bool:
    """Whether ``facts`` pass ``condition``."""
    return all(comparison.holds(facts[fact]) for fact, comparison in condition.items())


def is_offered(choice: Choice, facts: Mapping[str, str], moments: Container[str]) -> bool:
    """Whether ``choice`` may be chosen on a case with these ``facts`` and recorded ``moments``."""
    return meets(choice.offered_if, facts) or any(moment in moments for moment in choice.or_marked)


def unmet(condition: Condition, facts: Mapping[str, str]) -> tuple[str, ...]:
    """The facts by which ``condition`` is not passed."""
    return tuple(fact for fact, comparison in condition.items() if not comparison.holds(facts[fact]))


def may_meet(condition: Condition, facts: Mapping[str, str | None]) -> bool:
    """Whether ``facts`` can pass ``condition``, where those that are missing or None may still become anything."""
    return all((value := facts.get(fact)) is None or comparison.holds(value) for fact, comparison in condition.items())


def where_taken(role: Role, action: Action) -> str | None:
    """INSIDE or OUTSIDE where ``action`` may only be taken while the organ of ``role`` works there; None when it does not say."""
    comparison = action.when.get(role.seat_fact or "")
    if comparison is None:
        return None
    places = [place for place in (INSIDE, OUTSIDE) if comparison.holds(place)]
    return places[0] if len(places) == 1 else None


def seated_by(book: Rulebook, procedure: Procedure, action: Action) -> dict[str, str]:
    """The facts that the engine sets with ``action`` as it finds out who is to owe what, each with the role that it is about.

    What an action compares stays as it is: a review that is decided inside is served inside.
    """
    owing = dict.fromkeys(procedure.duties[opening.duty].of for opening in action.opens)
    facts = {fact: role for role in owing if (fact := book.roles[role].seat_fact) is not None}
    return {fact: role for fact, role in facts.items() if fact not in action.when}


def is_asked(action: Action, field: str, entries: Mapping[str, object], facts: Mapping[str, str]) -> bool | None:
    """Whether the form of ``action`` asks for ``field`` because of its other ``entries`` or of ``facts``; None: it depends on nothing.

    Entries are as typed or as read: True and ``yes`` are the same, and of several values one is enough.
    """
    conditions = action.asked_if.get(field)
    if conditions is None:
        return None
    return all(is_met(other, values, entries, facts) for other, values in conditions.items())


def is_met(other: str, values: tuple[str, ...], entries: Mapping[str, object], facts: Mapping[str, str]) -> bool:
    """Whether the field (or fact) ``other`` says one of ``values``."""
    return _is_among(entries.get(other, facts.get(other)), values)


def _is_among(entry: object, values: tuple[str, ...]) -> bool:
    if isinstance(entry, tuple | list):
        return any(item in values for item in entry)
    if isinstance(entry, bool):
        return ("yes" if entry else "no") in values
    return entry in values


def sent_back_by(procedure: Procedure, name: str) -> tuple[str, ...]:
    """The actions that give back what the action ``name`` laid before somebody: others take them, and they open the duty anew that it did."""
    done = procedure.actions[name].discharges
    return tuple(
        other
        for other, rule in procedure.actions.items()
        if name in rule.not_by and not {opening.duty for opening in rule.opens}.isdisjoint(done)
    )


def gives_back(procedure: Procedure, name: str) -> bool:
    """Whether the action ``name`` gives somebody's work back to them (``sent_back_by``)."""
    action = procedure.actions[name]
    return any(given_back(procedure, action, opening.duty) for opening in action.opens)


def given_back(procedure: Procedure, action: Action, duty: str) -> tuple[str, ...]:
    """The actions that had settled a duty which ``action`` opens anew for their takers, who may not take it themselves."""
    return tuple(other for other in action.not_by if duty in procedure.actions[other].discharges)


def printed_of(procedure: Procedure, notice: str) -> dict[str, frozenset[str]]:
    """The fields that a step asks for which sends ``notice``, each with the steps whose entry that paper prints: those that send it, and what
    opens a case. What another step has under the same name, such as why it was taken, is about something else.
    """
    senders = {name: action for name, action in procedure.actions.items() if notice in action.notice}
    own = frozenset(senders) | {name for name, action in procedure.actions.items() if begins_case(action)}
    return {use.name: own for action in senders.values() for use in (*action.fields, *action.as_entered.fields)}


def is_done_by_itself(procedure: Procedure, duty: str) -> bool:
    """Whether the system does what ``duty`` asks for when its limit has run out: nobody failed who had not done it before."""
    rule = procedure.duties.get(duty)
    return rule is not None and rule.on_due is not None and duty in procedure.actions[rule.on_due].discharges


def waits_for_its_day(procedure: Procedure, duty: str) -> bool:
    """Whether nothing is to be done about ``duty`` before its limit has run out, and the system does it then: a case is closed once nobody
    applied for review.
    """
    if not is_done_by_itself(procedure, duty):
        return False
    rule = procedure.duties[duty]
    return all(
        action.after == rule.limit
        for action in procedure.actions.values()
        if rule.of in action.by and duty in action.discharges
    )


def procedures_with(book: Rulebook, action: Action) -> Iterator[Procedure]:
    """The procedures of which ``action`` is a step."""
    return (one for one in book.procedures.values() if any(rule is action for rule in one.actions.values()))


def turns_away(procedure: Procedure, name: str) -> bool:
    """Whether the action ``name`` ends a case without a decision on it: declined, passed to others, not accepted again. What does nothing but
    what is owed after such an end was settled, like the report on a repeat that was joined, turns nobody away.
    """
    action = procedure.actions[name]
    stage = procedure.stages.get(action.to) if action.to else None
    return stage is not None and stage.end and stage.ending != "decided" and not _is_all_that_is_left(procedure, name)


def _is_all_that_is_left(procedure: Procedure, name: str) -> bool:
    """Whether nothing else discharges a duty that the action ``name`` discharges, where that is taken."""
    action = procedure.actions[name]
    stages = set(stages_from(procedure, action))
    others = {
        duty
        for other, rule in procedure.actions.items()
        if other != name and not stages.isdisjoint(stages_from(procedure, rule))
        for duty in rule.discharges
    }
    return not others.issuperset(action.discharges)


def decided_over(book: Rulebook, procedure: Procedure, action: Action) -> tuple[str, ...]:
    """The relations to a case of the units over which ``action`` decides: nobody who serves in one of them takes it (Regulation Art. 28(3)).

    A higher organ decides over whoever handled the case, and over the organ that decided before it; where a case is about what a unit did
    (its form names the unit that handles it and may not name one's own), whoever may not have taken part decides over that unit. What
    only hands over, or records what an organ outside decided, decides nothing.
    """
    roles = [book.roles[name] for name in action.by]
    if not action.not_by or action.on_paper or any(where_taken(role, action) == OUTSIDE for role in roles):
        return ()
    if all(role.of in ABOVE for role in roles):
        lowest = min(ABOVE.index(role.of) for role in roles if role.of in ABOVE)
        before = (name for name, role in book.roles.items() if role.of in ABOVE[:lowest])
        return ("handling", "co_handling", *before)
    outside = all(role.is_staff and role.of not in ("handling", "co_handling") for role in roles)
    return ("handling",) if outside and _is_about_a_unit(book, procedure) else ()


def _is_about_a_unit(book: Rulebook, procedure: Procedure) -> bool:
    named = (action.units.get("handling", "") for action in procedure.actions.values() if begins_case(action))
    return any(name.startswith("$") and book.fields[name[1:]].not_own for name in named)
