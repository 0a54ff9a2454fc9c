"""(f) Nobody decides over themselves, whether or not the higher organ works in this system.

A role of a higher organ says by its `seat_fact` where the organ works. Both are walked, since which it is lies outside the book. What decides
is done while it works here; while it does not, the organ complained of hands the documents over, and records the outcome from the other's
document. That whoever stands in can do nothing else is a rule of the engine too (`procedure/guard.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from huiyin.rules.book.schema import Action, Role
from huiyin.rules.book.steps import ABOVE, INSIDE, OUTSIDE, can_move, where_taken
from huiyin.rules.prover.codes.independence import IndependenceCode
from huiyin.rules.prover.finding import Finding, found_at
from huiyin.rules.prover.walks import Walks


def over_nobody(walks: Walks) -> Iterator[Finding]:
    """Every decision of a higher organ that the organ below could make, and every record of one that stands on no document."""
    for name, role in walks.rules.book.roles.items():
        if role.of not in ABOVE:
            continue
        owed = [duty for duty, rule in walks.procedure.duties.items() if rule.of == name]
        if owed and role.seat_fact is None:
            why = IndependenceCode.NO_WAY_OUTSIDE.about(
                role=walks.term_of("roles", name), duty=walks.term_of("duties", owed[0])
            )
            yield found_at(walks.rules, "f", ("roles", name), why)
        elif owed:
            yield from _of(walks, name, role, set(owed))


def _of(walks: Walks, name: str, role: Role, owed: set[str]) -> Iterator[Finding]:
    theirs = {key: action for key, action in walks.procedure.actions.items() if _decides(walks, name, action, owed)}
    inside = {key: action for key, action in theirs.items() if where_taken(role, action) == INSIDE}
    decided = {duty for action in inside.values() for duty in action.discharges}
    for key, action in theirs.items():
        where = where_taken(role, action)
        if where is None:
            why = IndependenceCode.DECIDES_OVER_ITSELF.about(
                role=walks.term_of("roles", name),
                stand_in=walks.term_of("roles", str(role.stand_in)),
                action=walks.term_of("actions", key),
                fact=walks.term_of("facts", str(role.seat_fact)),
            )
            yield walks.at("f", ("actions", key, "when"), why, walks.story(*walks.first(key), key))
        elif where == OUTSIDE:
            yield from _documents(walks, key, action, inside)
            if decided.intersection(action.discharges):
                yield from _record(walks, key, action, role)


def _decides(walks: Walks, name: str, action: Action, owed: set[str]) -> bool:
    """Whether ``action`` does what the role owes, or moves the case and is a higher organ's alone."""
    roles = walks.rules.book.roles
    alone = all(roles[role].of in ABOVE for role in action.by)
    return name in action.by and (bool(owed.intersection(action.discharges)) or (alone and can_move(action)))


def _record(walks: Walks, name: str, action: Action, role: Role) -> Iterator[Finding]:
    """What is recorded stands on the other organ's document, and follows upon the documents having been handed over to it."""
    fields = walks.rules.book.fields
    asked = [fields[field] for field, needed in action.required.items() if needed]
    kinds = {rule.type for rule in asked if rule.type != "date" or rule.past}
    if not {"line", "date", "files"} <= kinds:
        why = IndependenceCode.RECORDED_WITHOUT_PAPER.about(
            action=walks.term_of("actions", name), fields=walks.terms_of("fields", action.required)
        )
        yield walks.at("f", ("actions", name, "fields"), why, walks.story(*walks.first(name), name))
    handing_over = {
        opening.duty
        for other in walks.procedure.actions.values()
        for opening in other.opens
        if (comparison := opening.when.get(str(role.seat_fact))) is not None and not comparison.holds(INSIDE)
    }
    yield from _asked_without_handing_over(walks, action, handing_over, role)
    if not handing_over.intersection(action.unless_open):
        why = IndependenceCode.NOT_HANDED_OVER.about(
            action=walks.term_of("actions", name), fact=walks.term_of("facts", str(role.seat_fact))
        )
        yield walks.at("f", ("actions", name, "unless_open"), why, walks.story(*walks.first(name), name))


def _asked_without_handing_over(walks: Walks, record: Action, handing_over: set[str], role: Role) -> Iterator[Finding]:
    """Whoever asks for the decision that is recorded makes somebody hand the documents over."""
    for key, asking in walks.procedure.actions.items():
        opened = {opening.duty for opening in asking.opens}
        anew = {opening.duty for opening in asking.opens if not opening.when.get(str(role.seat_fact))}
        if anew.intersection(record.discharges) and handing_over and not opened & handing_over:
            why = IndependenceCode.HANDED_OVER_BY_NOBODY.about(
                action=walks.term_of("actions", key), fact=walks.term_of("facts", str(role.seat_fact))
            )
            yield walks.at("f", ("actions", key, "opens"), why, walks.story(*walks.first(key), key))


def _documents(walks: Walks, name: str, action: Action, inside: dict[str, Action]) -> Iterator[Finding]:
    """What the organ below sends is a document of its own, not one that the higher organ issues."""
    for key, other in inside.items():
        for notice in sorted(set(action.notice) & set(other.notice)):
            why = IndependenceCode.IN_ANOTHERS_NAME.about(
                notice=walks.term_of("notices", notice), other=walks.term_of("actions", key)
            )
            yield walks.at("f", ("actions", name, "notice"), why, walks.story(*walks.first(name), name))
