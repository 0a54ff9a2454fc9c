"""Why somebody was found to be accused, or withdraws: words that name people, for the few who decide on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from huiyin.casework.models import Case
from huiyin.casework.sealed.accused import may_know
from huiyin.ledger.chain import read_chain
from huiyin.procedure.command import Actor, TextRef, Value, files_in
from huiyin.procedure.event import ActionTaken, CaseMoved, CaseOpened, Event
from huiyin.rule_store.store import load
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import CUSTODIAN, Action, Procedure


def of_custody(action: Action) -> bool:
    """Whether only the custodian takes it: its words say who is accused, or why they cannot find that out."""
    return action.by == (CUSTODIAN,)


def of_recusal(procedure: Procedure, action: Action) -> bool:
    """Whether its words say why somebody withdraws, or should; what is told the petitioner in a document is theirs to read."""
    deciding = {duty for one in procedure.actions.values() if one.recuses for duty in one.discharges}
    return not action.notice and bool(action.recuses or deciding & {opening.duty for opening in action.opens})


def names_people(procedure: Procedure, name: str) -> bool:
    """Whether the words of the action called ``name`` are for those alone who decide on whom they name."""
    action = procedure.actions.get(name)
    return action is not None and (of_custody(action) or of_recusal(procedure, action))


def kept_back(case: Case, taken: Iterable[tuple[Event, Rules]], reader: Actor | None) -> frozenset[UUID]:
    """The texts and files in ``taken``, each with the rules of its time, that the ``reader`` may not read (None: the petitioner).

    What somebody wrote themselves they may read again. The rest is for who has the case in custody, who oversees that, and of recusals
    for who decides on them.
    """
    found: set[UUID] = set()
    knows: bool | None = None
    for event, rules in taken:
        if not isinstance(event, ActionTaken) or not names_people(rules.book.procedures[case.procedure], event.action):
            continue
        if _is_own(event, reader):
            continue
        if reader is not None:
            knows = may_know(case, reader) if knows is None else knows
            if knows or not reader.roles.isdisjoint(_overseeing(rules, case.procedure, event.action)):
                continue
        found |= {value.id for value in event.fields.values() if isinstance(value, TextRef)}
        found |= {file.id for value in event.fields.values() for file in files_in(value)}
    return frozenset(found)


def unnamed(event: ActionTaken, rules: Rules, procedure: str) -> Mapping[str, Value]:
    """What was filled in, without words that name people: documents that take a field from an earlier step do not take these."""
    if not names_people(rules.book.procedures[procedure], event.action):
        return event.fields
    return {name: value for name, value in event.fields.items() if not isinstance(value, TextRef)}


def files_kept_back(case: Case, reader: Actor) -> frozenset[UUID]:
    """The files of a case that the ``reader``, who sees the case, may not read."""
    return kept_back(case, _taken(case), reader) if case.attachments.exists() else frozenset()


def keeps_anything_back(case: Case, reader: Actor) -> bool:
    """Whether there is something in a case that the ``reader``, who sees it, may not read."""
    return bool(kept_back(case, _taken(case), reader))


def _taken(case: Case) -> Iterator[tuple[Event, Rules]]:
    rules: Rules | None = None
    for item in read_chain(case.id, CaseOpened, CaseMoved, ActionTaken):
        if isinstance(item.event, CaseOpened | CaseMoved):
            rules = load(item.event.rulebook)
        assert rules is not None
        yield item.event, rules


def _is_own(event: ActionTaken, reader: Actor | None) -> bool:
    return event.actor == "petitioner" if reader is None else event.person is not None and event.person == reader.person


def _overseeing(rules: Rules, procedure: str, name: str) -> set[str]:
    """The roles that read such words beside who has the case in custody."""
    within, custodian = rules.book.procedures[procedure], rules.book.roles.get(CUSTODIAN)
    found = {custodian.overseen_by} if custodian is not None and custodian.overseen_by else set[str]()
    if of_custody(within.actions[name]):
        return found
    for action in within.actions.values():
        if action.recuses:
            owed = (*action.discharges, *(opening.duty for opening in action.opens))
            found |= {within.duties[duty].of for duty in owed} & {*action.by}
    return found
