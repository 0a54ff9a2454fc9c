"""Which duties stand beside the main line of a procedure, so that each can be walked without the others."""

from __future__ import annotations

from huiyin.rules.book.schema import Action, NoticeRule, Procedure, Rulebook
from huiyin.rules.book.steps import begins_case, can_move, stages_from


def aside(book: Rulebook, procedure: Procedure) -> frozenset[str]:
    """The duties beside the main line on which nothing but their own discharge depends: each can be walked without the others.

    Nothing waits for such a duty; what may be done only while it is open changes neither the stage nor a fact, opens nothing but what another
    action opens just so wherever this one may be taken, names no unit and tells the petitioner nothing; and it is beside the main line: some action does nothing but discharge it, or only
    actions that leave the case where it is, and every other duty open, open it.
    """
    # n duties that may each be open or not multiply the nodes by 2 to the n. A step on such a duty and any other step are independent
    # in the sense of partial order reduction (Godefroid, Partial-Order Methods, LNCS 1032, 1996): neither enables nor
    # prevents the other, and both orders lead to the same node. So every node of the product is a node of the main line with some of
    # them open, and what concerns one of them shows already where it alone is walked with the main line.
    actions = procedure.actions.values()
    asked = side_requests(book, procedure)
    waited_for = {duty for action in actions for duty in set(action.unless_open) - asked_once(action)}
    weighty = {action.while_open for action in actions if action.while_open and _weighs(procedure, action, asked)}
    alone = {duty for action in actions if not _weighs(procedure, action, asked) for duty in action.discharges}
    main = {
        opening.duty
        for action in actions
        for opening in action.opens
        if can_move(action) or {*action.discharges, *action.withdraws} - {opening.duty}
    }
    return frozenset(procedure.duties) - waited_for - weighty - (main - alone)


def asked_once(action: Action) -> frozenset[str]:
    """The duties for which ``action`` waits only so that it is not taken twice at a time: it opens them, and does nothing else.

    While one of them is open, the action would lead nowhere new.
    """
    if can_move(action) or action.sets or action.units or action.discharges or action.withdraws:
        return frozenset()
    return frozenset(action.unless_open) & {opening.duty for opening in action.opens}


def side_requests(book: Rulebook, procedure: Procedure) -> frozenset[str]:
    """The duties to answer what a petitioner asks beside their matter: that somebody withdraws, say.

    Nothing but such a request opens them, and it leaves the matter as it is. Its answer is none to the matter itself.
    """
    asked, otherwise = set[str](), set[str]()
    for action in procedure.actions.values():
        theirs = all(book.roles[role].of == "petitioner" for role in action.by)
        beside = theirs and not (
            can_move(action) or begins_case(action) or action.sets or action.discharges or action.withdraws
        )
        (asked if beside else otherwise).update(opening.duty for opening in action.opens)
    return frozenset(asked - otherwise)


def _weighs(procedure: Procedure, action: Action, asked: frozenset[str]) -> bool:
    announced = tells(procedure, action, asked)
    # What it waits for it does away with, as a discharge would.
    taken_back = set(action.withdraws) - {action.while_open}
    more = can_move(action) or action.units or taken_back or announced or len(action.discharges) > 1
    return bool(more or _compared_elsewhere(procedure, action) or not _opened_anyway(procedure, action))


def _compared_elsewhere(procedure: Procedure, action: Action) -> frozenset[str]:
    """The facts that ``action`` sets and something beside its own openings goes by."""
    others = (other for other in procedure.actions.values() if other is not action)
    compared = set(action.when).union(
        *(other.when for other in others), *(rule.when for rule in procedure.notices.values())
    )
    opened = (opening for other in procedure.actions.values() if other is not action for opening in other.opens)
    return frozenset(action.sets) & compared.union(*(opening.when for opening in opened))


def _opened_anyway(procedure: Procedure, action: Action) -> bool:
    """Whether all that ``action`` opens, some other action opens alike, whatever else is the case, wherever this one may be taken.

    What follows from it is then a step that can be walked without this one.
    """
    where = set(stages_from(procedure, action))
    return all(
        any(
            set(stages_from(procedure, other)) >= where
            and opening.duty in {one.duty for one in other.opens if not one.when}
            and other.marks == action.marks
            and not (other.when or other.while_open or other.unless_open or other.until or other.after)
            and not (
                can_move(other)
                or other.sets
                or other.units
                or other.discharges
                or other.withdraws
                or begins_case(other)
            )
            for other in procedure.actions.values()
            if other is not action
        )
        for opening in action.opens
    )


def tells(procedure: Procedure, action: Action, asked: frozenset[str]) -> bool:
    """Whether ``action`` tells the petitioner something of the matter itself: neither that they asked for something, or
    no longer do, nor the answer to that.
    """
    answers_only = bool(action.discharges) and asked.issuperset(action.discharges)
    answers_only |= bool(action.opens) and asked.issuperset(opening.duty for opening in action.opens)
    answers_only |= bool(action.withdraws) and asked.issuperset(action.withdraws)
    return not answers_only and any(is_told(procedure.notices[notice]) for notice in action.notice)


def is_told(notice: NoticeRule) -> bool:
    """Whether ``notice`` tells its petitioner something: a document with nothing but a heading does not."""
    return notice.to == "petitioner" and bool(notice.says or notice.body or notice.limits or notice.remedy)
