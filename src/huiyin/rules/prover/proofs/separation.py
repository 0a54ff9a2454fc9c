"""(f) Nobody approves what they proposed, nobody reviews what they decided.

An approval or a review is known by the name of its duty, as in the law itself: 审批, 审签, 签字, 批准, 审核…意见, 复查, 复核. That an accused unit owns no
duty is a property of the engine, shown for every book by tests/procedure/test_engine.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from huiyin.rules.book.flaw_codes import PhraseCode
from huiyin.rules.book.schema import Action, Procedure, RoleOf
from huiyin.rules.book.steps import OUTSIDE, applies, begins_case, can_move, is_anywhere, is_by_staff, where_taken
from huiyin.rules.book.texts import CodedText, Param
from huiyin.rules.prover.codes.findings import FindingCode
from huiyin.rules.prover.codes.independence import IndependenceCode
from huiyin.rules.prover.finding import Finding
from huiyin.rules.prover.proofs.remedies import windows
from huiyin.rules.prover.walks import Walks, can_in_time

_APPROVING = re.compile("审批|审签|签[字发批署]|[会核]签|批准|核准|审定|复查|复核(?!终结)|审核.*意见|决定是否")
_CHECKING = re.compile("(?:核查|检查|复核(?!终结)).+")
_HEIGHT: Final[dict[RoleOf, int]] = {
    "petitioner": 0,
    "system": 0,
    "co_handling": 0,
    "handling": 0,
    "organisation": 0,
    "superior": 1,
    "superior_of_superior": 2,
}
"""How many organisations above the one whose case it is."""
_REFUSABLE = re.compile("审批|审签|签[字发批署]|[会核]签|批准|核准|审定|审核|决定是否")


def names_a_decision(name: str) -> set[str]:
    """What a duty is by its ``name``: one to approve or review, to check, or one that may be refused."""
    kinds = {"approving": _APPROVING, "checking": _CHECKING, "refusable": _REFUSABLE}
    return {kind for kind, pattern in kinds.items() if pattern.match(name)}


def apart(walks: Walks) -> Iterator[Finding]:
    """Every approval that its proposer may give, and every review by whoever decided."""
    for duty in walks.procedure.duties:
        kinds = names_a_decision(walks.procedure.duties[duty].zh)
        if _works_as_approval(walks, duty):
            kinds.add("approving")
        if kinds & {"approving", "checking"}:
            yield from _approvals(walks, duty)
        if "approving" in kinds:
            yield from _passed_by(walks, duty)
        if "refusable" in kinds:
            yield from _unrefusable(walks, duty)
            yield from _ungrantable(walks, duty)
        yield from _unlike(walks, duty)
    yield from _reviews(walks)
    yield from _not_above(walks)
    yield from _unrecusable(walks)


def _works_as_approval(walks: Walks, duty: str) -> bool:
    """Whether ``duty`` is one of approval whatever it is called: one step issues what somebody here wrote, another has it written again."""
    procedure = walks.procedure
    writing = [procedure.actions[name] for name in _proposals(walks, duty) if _is_issued(walks, duty, name)]
    done = {kind for action in writing for kind in action.discharges}
    deciding = (action for action in procedure.discharging.get(duty, ()) if can_move(action))
    return any(not done.isdisjoint(opening.duty for opening in action.opens) for action in deciding)


def _passed_by(walks: Walks, duty: str) -> Iterator[Finding]:
    """A step that does what is otherwise laid before whoever owes ``duty``, and leads to where only their approval does, without them."""
    procedure, owner = walks.procedure, walks.procedure.duties[duty].of
    proposing = [name for name in _proposals(walks, duty) if not begins_case(procedure.actions[name])]
    done = {
        kind
        for name in proposing
        for kind in procedure.actions[name].discharges
        if "approving"
        not in names_a_decision(procedure.duties[kind].zh)  # who approves may ask somebody higher, or decide
    }
    granting = [action for action in procedure.discharging.get(duty, ()) if grants(procedure, action, duty)]
    behind = {action.to for action in granting if action.to} - {procedure.actions[name].to for name in proposing}
    for name, action in procedure.actions.items():
        opened = {opening.duty for opening in action.opens}
        alone = is_by_staff(walks.rules.book, action) and owner not in action.by
        if (
            alone
            and action.to in behind
            and not done.isdisjoint(action.discharges)
            and duty not in (*opened, *action.discharges)
        ):
            why = IndependenceCode.APPROVAL_PASSED.about(
                action=walks.term_of("actions", name),
                duty=walks.term_of("duties", duty),
                stage=walks.term_of("stages", str(action.to)),
                proposals=walks.terms_of("actions", proposing),
            )
            yield walks.at("f", ("actions", name, "to"), why, walks.story(*walks.first(name), name))


def _unrefusable(walks: Walks, duty: str) -> Iterator[Finding]:
    """An approval that can only be given, or only be refused, is none."""
    procedure = walks.procedure
    done_by = [name for name, action in procedure.actions.items() if duty in action.discharges]
    chosen = {use.name for name in done_by for use in procedure.actions[name].fields if use.required}
    choices = [name for name in chosen if walks.rules.book.fields[name].type == "choice"]
    if len(done_by) == 1 and not choices:
        (name,) = done_by
        why = FindingCode.UNREFUSABLE.about(duty=walks.term_of("duties", duty), action=walks.term_of("actions", name))
        yield walks.at("f", ("duties", duty), why, walks.story(*walks.first(name), name))


def _ungrantable(walks: Walks, duty: str) -> Iterator[Finding]:
    """An approval that in some situation can only be sent back, or only be given though it can be sent back in others."""
    procedure = walks.procedure
    done_by = {name: action for name, action in procedure.actions.items() if duty in action.discharges}
    sent_back = [name for name, action in done_by.items() if _sends_back(procedure, action, duty)]
    given = [name for name in done_by if name not in sent_back]
    found = walks.of(duty)
    due_in = [node for node in found.trail if node.duties & found.bits[duty]]
    for names, code in ((given, FindingCode.ONLY_SENT_BACK), (sent_back, FindingCode.NEVER_SENT_BACK)):
        node = next((node for node in due_in if not any(can_in_time(found, node, name) for name in names)), None)
        if names and node is not None:
            why = code.about(
                duty=walks.term_of("duties", duty),
                actions=walks.terms_of("actions", names),
                stage=walks.term_of("stages", node.stage),
                way=found.way(node),
            )
            yield walks.at("f", ("duties", duty), why, walks.story(found, node))


def _sends_back(procedure: Procedure, action: Action, duty: str) -> bool:
    """Whether ``action`` takes the case to where ``duty`` is asked for again."""
    owed_anew = {opening.duty for opening in action.opens}
    for other in (procedure.actions[name] for name in _openers(procedure, duty)):
        if action.to is None or is_anywhere(other):  # the stage says nothing: what is owed anew does
            found = bool(owed_anew & set(other.discharges))
        else:
            found = applies(procedure, other, action.to)
        if found:
            return True
    return False


def _unlike(walks: Walks, duty: str) -> Iterator[Finding]:
    """Whoever is kept from granting is kept from refusing and from sending back: the decision is not theirs, as it is not
    of whoever has an interest in the matter (Regulation Art. 28(3)).

    And whoever is kept from all other decisions, two at least, is kept from the last.
    """
    procedure = walks.procedure
    deciding = {name: a for name, a in procedure.actions.items() if a.discharges[:1] == (duty,)}
    granting = {name for name, action in deciding.items() if grants(procedure, action, duty)}
    for name, action in deciding.items():
        others = {key: rule for key, rule in deciding.items() if key != name}
        kept_from_all = set.intersection(*(set(rule.not_by) for rule in others.values())) if len(others) > 1 else set()
        for key, rule in others.items():
            kept_from_granting = set(rule.not_by) if key in granting and name not in granting else set()
            for earlier in rule.not_by:
                if earlier in kept_from_all | kept_from_granting and earlier not in (*action.not_by, name):
                    why = FindingCode.DECIDES_ON_OWN.about(
                        action=walks.term_of("actions", name),
                        earlier=walks.term_of("actions", earlier),
                        barred=_barred(walks, name),
                        other=walks.term_of("actions", key),
                    )
                    yield _same_person(walks, name, why)


def _unrecusable(walks: Walks) -> Iterator[Finding]:
    """Whoever owes something on a case can withdraw from it, where the book provides for withdrawing."""
    procedure, roles = walks.procedure, walks.rules.book.roles
    owing = {duty.of for duty in procedure.duties.values() if roles[duty.of].is_staff}
    for name, action in procedure.actions.items():
        left_out = owing - set(action.by)
        decides = bool(action.discharges)  # on what another asked for: nobody withdraws by it
        if action.recuses and not decides and not begins_case(action) and left_out:
            why = FindingCode.CANNOT_WITHDRAW.about(
                roles=walks.terms_of("roles", sorted(left_out)),
                action=walks.term_of("actions", name),
                by=walks.terms_of("roles", action.by),
            )
            yield walks.at("f", ("actions", name, "by"), why, walks.story(*walks.first(name), name))


def _approvals(walks: Walks, duty: str) -> Iterator[Finding]:
    procedure = walks.procedure
    proposals = _proposals(walks, duty)
    for name, action in procedure.actions.items():
        checks = _CHECKING.match(procedure.duties[duty].zh)
        if duty in action.discharges and (checks or grants(procedure, action, duty)):
            for proposal in proposals:
                if proposal not in action.not_by and proposal != name:
                    why = FindingCode.APPROVES_OWN.about(
                        action=walks.term_of("actions", name),
                        earlier=walks.term_of("actions", proposal),
                        barred=_barred(walks, name),
                        duty=walks.term_of("duties", duty),
                    )
                    yield _same_person(walks, name, why)


def _proposals(walks: Walks, duty: str) -> list[str]:
    """The steps by which somebody here lays before whoever owes ``duty`` what they did, or wrote for it when the case began."""
    actions = walks.procedure.actions
    return [
        name
        for name in _openers(walks.procedure, duty)
        if is_by_staff(walks.rules.book, actions[name])
        and (not begins_case(actions[name]) or _is_issued(walks, duty, name))
    ]


def _is_issued(walks: Walks, duty: str, name: str) -> bool:
    """Whether a step that does ``duty`` issues a text that the form of the action ``name`` asks for, and not its own."""
    procedure, fields = walks.procedure, walks.rules.book.fields
    asked = {field for field in procedure.actions[name].required if fields[field].type == "text"}
    return any(
        asked.intersection(procedure.notices[notice].body).difference(action.required)
        for action in procedure.discharging.get(duty, ())
        for notice in (*action.notice, *action.approves)
    )


def grants(procedure: Procedure, action: Action, duty: str) -> bool:
    """Whether ``action``, which discharges ``duty``, approves: it leads on, opens what is to be done next, or extends. Refusing, or sending back what
    would have to be approved again, is harmless.
    """
    if action.extends:
        return True
    opened = {opening.duty for opening in action.opens}
    back = _upstream(procedure, duty) & opened
    return (action.to is not None or bool(opened)) and not back and len(action.discharges) == 1


def leading_to(procedure: Procedure, action: Action, besides: str) -> set[str]:
    """The actions that led to what ``action`` discharges, by whatever way, but through the action ``besides``."""
    found: set[str] = set()
    duties = list(action.discharges)
    while duties:
        for name in _openers(procedure, duties.pop()):
            if name not in found and name != besides:
                found.add(name)
                duties += procedure.actions[name].discharges
    return found


def _upstream(procedure: Procedure, duty: str) -> set[str]:
    """The duties whose discharge led to ``duty``, itself among them."""
    found, queue = {duty}, [duty]
    while queue:
        for name in _openers(procedure, queue.pop()):
            before = set(procedure.actions[name].discharges) - found
            found |= before
            queue += before
    return found


def _reviews(walks: Walks) -> Iterator[Finding]:
    """Whoever decides on a remedy made none of the decisions that it challenges."""
    procedure = walks.procedure
    for window in windows(procedure):
        if _records(walks, procedure.actions[window.opening]):
            continue  # What was decided elsewhere is only taken down here: prover/proofs/outside.py.
        serving = procedure.actions[window.opening].discharges
        approved = {name for duty in serving for name in _openers(procedure, duty) if procedure.actions[name].not_by}
        decided = approved or {window.opening}
        decided |= {earlier for name in decided for earlier in procedure.actions[name].not_by}
        for opening in procedure.actions[window.remedy].opens:
            for name, action in procedure.actions.items():
                if opening.duty not in action.discharges:
                    continue
                for earlier in sorted(decided - set(action.not_by) - {name}):
                    if is_by_staff(walks.rules.book, procedure.actions[earlier]):
                        why = FindingCode.REVIEWS_OWN.about(
                            action=walks.term_of("actions", name),
                            earlier=walks.term_of("actions", earlier),
                            barred=_barred(walks, name),
                            remedy=walks.term_of("actions", window.remedy),
                        )
                        yield _same_person(walks, name, why)


def _not_above(walks: Walks) -> Iterator[Finding]:
    """A remedy with a window is owed by a higher organ than made the decision, and decided by whoever owes it.

    Where this organ does not use the system another stands in for it, and `_reviews` keeps apart the persons.
    """
    procedure, roles = walks.procedure, walks.rules.book.roles
    for window in windows(procedure):
        serving = procedure.actions[window.opening]
        below = max((_HEIGHT[roles[role].of] for role in serving.by), default=0)
        for opening in procedure.actions[window.remedy].opens:
            owner = procedure.duties[opening.duty].of
            deciding = {role for a in procedure.actions.values() if opening.duty in a.discharges for role in a.by}
            low = sorted(role for role in {owner, *deciding} if _HEIGHT[roles[role].of] <= below)
            if low:
                why = FindingCode.NOT_ABOVE.about(
                    duty=walks.term_of("duties", opening.duty),
                    low=walks.terms_of("roles", low),
                    by=walks.terms_of("roles", serving.by),
                    remedy=walks.term_of("actions", window.remedy),
                )
                story = walks.story(*walks.first(window.remedy), window.remedy)
                yield walks.at("f", ("duties", opening.duty, "of"), why, story)


def _records(walks: Walks, action: Action) -> bool:
    roles = walks.rules.book.roles
    return any(where_taken(roles[role], action) == OUTSIDE for role in action.by)


def _same_person(walks: Walks, name: str, why: CodedText) -> Finding:
    return walks.at("f", ("actions", name, "not_by"), why, walks.story(*walks.first(name), name))


def _barred(walks: Walks, name: str) -> Param:
    """Who may not take an action since they took another."""
    not_by = walks.procedure.actions[name].not_by
    return walks.terms_of("actions", not_by) if not_by else PhraseCode.NOBODY.about()


def _openers(procedure: Procedure, duty: str) -> list[str]:
    return [name for name, action in procedure.actions.items() if any(opening.duty == duty for opening in action.opens)]
