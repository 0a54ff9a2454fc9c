"""(b), (d) The book held to its own practice: what all but one of several like actions do, the last one does too.

What an element means cannot be proved from its name. But where three or more actions open the same duty or lead to the same
stage, and all but one mark the same moment or open the same second duty with it, the one is a slip.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from huiyin.rules.book.conditions import Condition
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action
from huiyin.rules.book.steps import begins_case, only_from_ends, takes_back
from huiyin.rules.book.texts import CodedText
from huiyin.rules.prover.codes.ends import EndCode
from huiyin.rules.prover.codes.findings import FindingCode
from huiyin.rules.prover.finding import Finding, found_at, term
from huiyin.rules.prover.walks import Walks

MIN_ALIKE = 3
"""Two alike against one: with fewer there is no practice."""


def practised(walks: Walks) -> Iterator[Finding]:
    """Every action that alone leaves out what all others like it do."""
    every = {name: a for name, a in walks.procedure.actions.items() if not takes_back(walks.procedure, a)}
    actions = {name: a for name, a in every.items() if not begins_case(a)}
    for duty, rule in walks.procedure.duties.items():
        openers = {name: action for name, action in actions.items() if duty in _opened(action)}
        yield from _together(walks, duty, openers)
        start = walks.procedure.limits[rule.limit].start
        if start:
            late = _unmarked(start, openers)
            if late is not None:
                why = FindingCode.MOMENT_FORGOTTEN_AT_DUTY.about(
                    action=walks.term_of("actions", late),
                    moment=walks.term_of("moments", start),
                    duty=walks.term_of("duties", duty),
                )
                yield _slip(walks, late, "marks", why)
            marking = {name: action for name, action in walks.procedure.actions.items() if start in action.marks}
            yield from _unopened(walks, duty, start, marking)
    yield from _not_given(walks)
    yield from _not_begun_anew(walks)
    for stage in walks.procedure.stages:
        leading = {name: a for name, a in every.items() if a.to == stage not in a.from_stages}
        for moment in walks.rules.book.moments:
            name = _unmarked(moment, leading)
            if name is not None:
                why = FindingCode.MOMENT_FORGOTTEN_AT_STAGE.about(
                    action=walks.term_of("actions", name),
                    moment=walks.term_of("moments", moment),
                    stage=walks.term_of("stages", stage),
                )
                yield _slip(walks, name, "marks", why)


def unlike_elsewhere(rules: Rules) -> Iterator[Finding]:
    """Every limit that begins otherwise than under the same name in all other procedures."""
    procedures = rules.book.procedures
    for key in dict.fromkeys(key for procedure in procedures.values() for key in procedure.limits):
        starts = {name: rule.limits[key].start for name, rule in procedures.items() if key in rule.limits}
        usual = max(starts.values(), key=[*starts.values()].count)
        others = [name for name, start in starts.items() if start != usual]
        if len(starts) > MIN_ALIKE and len(others) == 1:
            (name,) = others
            limit = term(key, procedures[name].limits[key])
            why = EndCode.UNLIKE_ELSEWHERE.about(element=limit, usual=usual, found=starts[name])
            yield found_at(rules, "b", ("procedures", name, "limits", key, "from"), why)


def _opened(action: Action) -> set[str]:
    return {opening.duty for opening in action.opens}


def _odd_one_out(alike: Mapping[str, Action], done: set[str]) -> str | None:
    """The one of ``alike`` that is not among ``done``, when all others are."""
    others = [name for name in alike if name not in done]
    return others[0] if len(alike) >= MIN_ALIKE and len(others) == 1 else None


def _slip(walks: Walks, name: str, part: str, why: CodedText) -> Finding:
    return walks.at("b", ("actions", name, part), why, walks.story(*walks.first(name), name))


def _together(walks: Walks, duty: str, openers: Mapping[str, Action]) -> Iterator[Finding]:
    """Duties that are always opened together, on the same condition if on any, which may hold here too."""
    for other in walks.procedure.duties:
        together = [o.when for action in openers.values() for o in action.opens if o.duty == other]
        if not together or any(when != together[0] for when in together):
            continue
        done = {key for key, action in openers.items() if other in _opened(action)}
        alike = {key: action for key, action in openers.items() if key in done or _may_hold(walks, key, together[0])}
        name = _odd_one_out(alike, done)
        if name is not None:
            why = FindingCode.DUTY_FORGOTTEN_BESIDE.about(
                action=walks.term_of("actions", name),
                duty=walks.term_of("duties", duty),
                other=walks.term_of("duties", other),
            )
            yield _slip(walks, name, "opens", why)


def _may_hold(walks: Walks, name: str, condition: Condition) -> bool:
    """Whether ``condition`` holds in some situation when ``name`` is taken, as far as facts matter there."""
    if not condition:
        return True
    widen = walks.transitions.live.widen
    for (_, before), steps in walks.main.steps.items():
        for step in (step for step in steps if step.action == name):
            facts = widen(before) | {fact: value for fact, value in widen(step.facts).items() if value}
            if all(facts.get(fact) and comparison.holds(facts[fact]) for fact, comparison in condition.items()):
                return True
    return False


def _unmarked(moment: str, alike: Mapping[str, Action]) -> str | None:
    """The one of ``alike`` that does not mark ``moment`` when all others do."""
    return _odd_one_out(alike, {key for key, action in alike.items() if moment in action.marks})


def _unopened(walks: Walks, duty: str, moment: str, marking: Mapping[str, Action]) -> Iterator[Finding]:
    name = _odd_one_out(marking, {key for key, action in marking.items() if duty in _opened(action)})
    if name is not None:
        why = FindingCode.DUTY_FORGOTTEN_AT_MOMENT.about(
            action=walks.term_of("actions", name),
            moment=walks.term_of("moments", moment),
            duty=walks.term_of("duties", duty),
        )
        yield _slip(walks, name, "opens", why)


def _not_given(walks: Walks) -> Iterator[Finding]:
    """A form that asks for the unit to which others give the case gives the case to it."""
    for field, rule in walks.rules.book.fields.items():
        if rule.type != "unit":
            continue
        asking = {name: a for name, a in walks.procedure.actions.items() if a.required.get(field)}
        name = _odd_one_out(asking, {key for key, action in asking.items() if f"${field}" in action.units.values()})
        if name is not None:
            why = FindingCode.UNIT_NOT_GIVEN.about(
                action=walks.term_of("actions", name), field=walks.term_of("fields", field), use=field
            )
            yield _slip(walks, name, "units", why)


def _not_begun_anew(walks: Walks) -> Iterator[Finding]:
    """A case that comes back after its end begins the limits anew under which something is owed."""
    procedure = walks.procedure
    for name, action in procedure.actions.items():
        for opening in action.opens if only_from_ends(procedure, action) else ():
            start = procedure.limits[procedure.duties[opening.duty].limit].start
            if start and start not in action.marks:
                why = FindingCode.NOT_BEGUN_ANEW.about(
                    action=walks.term_of("actions", name),
                    duty=walks.term_of("duties", opening.duty),
                    moment=walks.term_of("moments", start),
                )
                yield _slip(walks, name, "marks", why)
