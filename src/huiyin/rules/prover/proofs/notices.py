"""(d) Notices: withheld only on recorded ground, and issued wherever the book's own practice issues them.

What a notice tells cannot be proved from its name. But a book is held to its own practice: a duty that is told to the petitioner
here is told there, a document that most discharges of a duty send is sent by all, a text that all other forms print is printed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from huiyin.rules.book.conditions import Condition
from huiyin.rules.book.schema import START, Action, FieldRule, Procedure
from huiyin.rules.book.steps import begins_case, end_of, next_stage, stages_from
from huiyin.rules.book.texts import CodedText
from huiyin.rules.prover.codes.documents import DocumentCode
from huiyin.rules.prover.codes.findings import FindingCode
from huiyin.rules.prover.finding import Finding
from huiyin.rules.prover.state_space import Node
from huiyin.rules.prover.walks import Walks

NAME_CLEAR: Final = "name_clear"
"""The fact that registration records: whether whoever brought the matter gave a name and can be reached."""


def untold(walks: Walks) -> Iterator[Finding]:
    """Every notice that is missing, or withheld without a recorded ground."""
    yield from _withheld(walks)
    yield from _never_issued(walks)
    for duty in walks.procedure.duties:
        done_by = {name: a for name, a in walks.procedure.actions.items() if duty in a.discharges and not a.opens}
        yield from _not_told(walks, duty, done_by)
        yield from _not_sent(walks, duty, done_by)
        leading_on = {name: a for name, a in walks.procedure.actions.items() if duty in a.discharges and a.opens}
        if sum(not _tells(walks.procedure, action) for action in leading_on.values()) == 1 and len(leading_on) > 2:
            yield from _not_told(walks, duty, leading_on)
    yield from _not_printed(walks)
    yield from _unwritten(walks)
    yield from _not_served(walks)
    yield from _served_unsaid(walks)
    yield from _misdirected(walks)
    yield from _handed_over_unsaid(walks)
    yield from _never_due(walks)
    yield from _drafted(walks)


def _missing(walks: Walks, name: str, why: CodedText) -> Finding:
    return walks.at("d", ("actions", name), why, walks.story(*walks.first(name), name))


def _withheld(walks: Walks) -> Iterator[Finding]:
    """The ground for telling nothing is that whoever brought the matter gave no name and cannot be reached, as registration records."""
    facts = walks.rules.book.facts
    for name, notice in walks.procedure.notices.items():
        if notice.to != "petitioner":
            continue
        for fact, comparison in notice.when.items():
            told_anyway = any(
                name in action.notice and _told_otherwise(walks, action, name, fact)
                for action in walks.procedure.actions.values()
            )
            if told_anyway:
                continue
            if fact != NAME_CLEAR or not facts[fact].from_registration or not comparison.holds(facts[fact].initial):
                why = FindingCode.WITHHELD_WITHOUT_GROUND.about(
                    notice=walks.term_of("notices", name), found=walks.term_of("facts", fact)
                )
                issuer = next((a for a, rule in walks.procedure.actions.items() if name in rule.notice), None)
                story = walks.story(*walks.first(issuer), issuer) if issuer else ()
                yield walks.at("d", ("notices", name, "when"), why, story)


def _told_otherwise(walks: Walks, action: Action, name: str, fact: str) -> bool:
    """Whether ``action`` sends another notice to the petitioner for each value of ``fact`` for which it withholds this one.

    Two documents then say the same: one for a higher organ that works in this system, and one for what is recorded from its document.
    """
    notices = walks.procedure.notices
    own = notices[name].when
    others = [notices[other].when for other in action.notice if other != name and notices[other].to == "petitioner"]
    withheld = [value for value in walks.rules.book.facts[fact].values if not own[fact].holds(value)]
    return all(any(set(when) == set(own) and when[fact].holds(value) for when in others) for value in withheld)


def _never_issued(walks: Walks) -> Iterator[Finding]:
    """A notice that nothing issues: told as the story of the form that asks for what it prints."""
    issued = {notice for action in walks.procedure.actions.values() for notice in action.notice}
    for name, notice in walks.procedure.notices.items():
        if name not in issued:
            forms = (a for a, rule in walks.procedure.actions.items() if _asked(rule) & set(notice.body))
            form = max(forms, key=lambda a: len(_asked(walks.procedure.actions[a]) & set(notice.body)), default=None)
            story = walks.story(*walks.first(form), form) if form else ()
            why = FindingCode.NEVER_ISSUED.about(notice=walks.term_of("notices", name))
            yield walks.at("d", ("notices", name), why, story)


def _asked(action: Action) -> set[str]:
    return {use.name for use in action.fields}


def _tells(procedure: Procedure, action: Action) -> bool:
    return any(procedure.notices[notice].to == "petitioner" for notice in action.notice)


def _not_told(walks: Walks, duty: str, done_by: dict[str, Action]) -> Iterator[Finding]:
    procedure = walks.procedure
    telling = [name for name, action in done_by.items() if _tells(procedure, action) and not action.extends]
    for name, action in done_by.items():
        if telling and not _tells(procedure, action) and action.to is not None:
            why = FindingCode.NOT_TOLD.about(
                action=walks.term_of("actions", name),
                duty=walks.term_of("duties", duty),
                other=walks.term_of("actions", telling[0]),
            )
            yield _missing(walks, name, why)


def _not_sent(walks: Walks, duty: str, done_by: dict[str, Action]) -> Iterator[Finding]:
    """Documents to others: sent by most discharges of a duty, or by every other discharge that leads to the same end."""
    procedure = walks.procedure
    for document, notice in procedure.notices.items():
        if notice.to == "petitioner":
            continue
        able = {name: a for name, a in done_by.items() if _compatible(a.when, notice.when)}
        sent = [name for name, action in able.items() if document in action.notice]
        for name, action in able.items():
            same_end = [
                other
                for other, rule in able.items()
                if other != name and rule.to == action.to and action.to is not None
            ]
            usual = 2 * len(sent) > len(able) and len(sent) > 1
            alike = bool(same_end) and all(other in sent for other in same_end)
            if name not in sent and (usual or (alike and end_of(procedure, action) is not None)):
                other = next(other for other in sent if usual or other in same_end)
                why = FindingCode.NOT_SENT.about(
                    action=walks.term_of("actions", name),
                    notice=walks.term_of("notices", document),
                    other=walks.term_of("actions", other),
                    duty=walks.term_of("duties", duty),
                )
                yield _missing(walks, name, why)


def _compatible(one: Condition, other: Condition) -> bool:
    return all(
        not one[fact].allow or any(other[fact].holds(value) for value in one[fact].allow)
        for fact in one.keys() & other.keys()
    )


def _not_printed(walks: Walks) -> Iterator[Finding]:
    """A text that a form must have, and that all other forms which ask for it print at once, is printed by this one too."""
    procedure = walks.procedure
    for field, rule in walks.rules.book.fields.items():
        if rule.type != "text":
            continue
        asking = [name for name, action in procedure.actions.items() if action.required.get(field)]
        printing = [
            name
            for name in asking
            if any(field in procedure.notices[notice].body for notice in procedure.actions[name].notice)
        ]
        if printing and len(printing) == len(asking) - 1:
            for name in asking:
                if name not in printing:
                    why = FindingCode.NOT_PRINTED.about(
                        action=walks.term_of("actions", name),
                        field=walks.term_of("fields", field),
                        other=walks.term_of("actions", printing[0]),
                    )
                    yield _missing(walks, name, why)


def _unwritten(walks: Walks) -> Iterator[Finding]:
    """What a notice to the petitioner prints was written by the step that issues it, or on every way there, where any step must write it."""
    actions, fields = walks.procedure.actions, walks.rules.book.fields
    for name, action in actions.items():
        printed = {(n, f) for n in action.notice for f in walks.procedure.notices[n].body}
        for notice, field in sorted(printed):
            writing = {other for other, rule in actions.items() if field in _asked(rule)}
            must = any(actions[other].required.get(field) for other in writing)
            if walks.procedure.notices[notice].to != "petitioner" or name in writing or not must:
                continue
            node = _reached_without(walks, writing, name) if fields[field].type == "text" else None
            if node is not None:
                why = DocumentCode.PRINTED_UNWRITTEN.about(
                    action=walks.term_of("actions", name),
                    notice=walks.term_of("notices", notice),
                    field=walks.term_of("fields", field),
                    stage=walks.term_of("stages", node.stage),
                )
                yield walks.at("d", ("actions", name, "notice"), why, walks.story(walks.main, node, name))


def _reached_without(walks: Walks, left_out: Collection[str], action: str) -> Node | None:
    """A situation in which ``action`` is taken though none of ``left_out`` was; None where there is none."""
    begun = [node for node, (before, name) in walks.main.trail.items() if before is None and name not in left_out]
    seen, queue = set(begun), begun
    while queue:
        node = queue.pop()
        for after, name in walks.forward.get(node, ()):
            if name == action:
                return node
            if after not in seen and name not in left_out:
                seen.add(after)
                queue.append(after)
    return None


def _not_served(walks: Walks) -> Iterator[Finding]:
    """A notice that is served is issued by an action whose form asks for the day of service, or which is the reading of it."""
    fields = walks.rules.book.fields
    for name, action in walks.procedure.actions.items():
        for notice in action.notice:
            if not walks.procedure.notices[notice].served or action.receives:
                continue
            if not any(use.required and _is_past_date(fields.get(use.name)) for use in action.fields):
                why = FindingCode.NOT_SERVED.about(
                    action=walks.term_of("actions", name), notice=walks.term_of("notices", notice)
                )
                yield _missing(walks, name, why)


def _is_past_date(rule: FieldRule | None) -> bool:
    return rule is not None and rule.type == "date" and rule.past


def _served_unsaid(walks: Walks) -> Iterator[Finding]:
    """A form that asks for the day of service as others do that serve a notice serves one too."""
    actions = walks.procedure.actions
    for field, rule in walks.rules.book.fields.items():
        asking = [name for name, action in actions.items() if action.required.get(field)]
        serving = [n for n in asking if any(walks.procedure.notices[one].served for one in actions[n].notice)]
        others = [name for name in asking if name not in serving]
        papers = {actions[name].notice for name in others}  # several steps may serve one document, each in its way
        if _is_past_date(rule) and len(asking) > 2 and len(papers) == 1 and len(serving) > len(others):
            name = others[0]
            why = FindingCode.SERVES_NOTHING.about(
                action=walks.term_of("actions", name),
                field=walks.term_of("fields", field),
                other=walks.term_of("actions", serving[0]),
            )
            yield _missing(walks, name, why)


def _misdirected(walks: Walks) -> Iterator[Finding]:
    """A document to a unit tells somebody else what they owe from now on; whatever else is told, or served, the petitioner gets."""
    procedure = walks.procedure
    for name, action in procedure.actions.items():
        owing = any(procedure.duties[opening.duty].of not in action.by for opening in action.opens)
        for notice in action.notice:
            rule = procedure.notices[notice]
            if rule.to == "unit" and (rule.served or not owing):
                why = FindingCode.MISDIRECTED.about(
                    action=walks.term_of("actions", name), notice=walks.term_of("notices", notice)
                )
                yield _missing(walks, name, why)


def _handed_over_unsaid(walks: Walks) -> Iterator[Finding]:
    """Whoever is given a case, and a duty in it, is told in writing wherever others are who are given the same duty."""
    procedure = walks.procedure
    for duty in procedure.duties:
        giving = {n: a for n, a in procedure.actions.items() if a.units and any(o.duty == duty for o in a.opens)}
        informing = [n for n, a in giving.items() if any(procedure.notices[one].to == "unit" for one in a.notice)]
        for name in giving if informing else ():
            if name not in informing:
                why = FindingCode.HANDED_OVER_UNTOLD.about(
                    action=walks.term_of("actions", name),
                    other=walks.term_of("actions", informing[0]),
                    duty=walks.term_of("duties", duty),
                )
                yield _missing(walks, name, why)


def _never_due(walks: Walks) -> Iterator[Finding]:
    """(g) A notice that can never be issued: it is withheld wherever the duty is open while which it would be issued."""
    procedure, facts = walks.procedure, walks.rules.book.facts
    for name, action in procedure.actions.items():
        conditions = [o.when for a in procedure.actions.values() for o in a.opens if o.duty == action.while_open]
        for notice in action.notice if conditions else ():
            for fact, comparison in procedure.notices[notice].when.items():
                fixed = facts[fact].from_registration and not any(fact in a.sets for a in procedure.actions.values())
                if fixed and not any(
                    comparison.holds(value) and (fact not in when or when[fact].holds(value))
                    for when in conditions
                    for value in facts[fact].values
                ):
                    story = walks.story(*walks.first(name), name)
                    why = FindingCode.NOTICE_NEVER_DUE.about(
                        action=walks.term_of("actions", name),
                        notice=walks.term_of("notices", notice),
                        duty=walks.term_of("duties", str(action.while_open)),
                        found=walks.term_of("facts", fact),
                    )
                    yield walks.at("g", ("notices", notice, "when"), why, story)


def _drafted(walks: Walks) -> Iterator[Finding]:
    """Every document that may be approved before it was drafted, or issued before it was approved, or that leads to nothing.

    By stages alone: whatever conditions say besides, there is no way from the draft to the issue on which nobody approves.
    """
    procedure = walks.procedure
    for kind in procedure.notices:
        drafting = {name: a for name, a in procedure.actions.items() if any(one.notice == kind for one in a.drafts)}
        approving = {name: a for name, a in procedure.actions.items() if kind in a.approves}
        issuing = {name: a for name, a in procedure.actions.items() if kind in a.notice}
        yield from _undrafted(walks, kind, drafting, approving)
        if not drafting:
            continue
        first = next(iter(drafting))
        if not approving:
            yield _of_document(walks, first, "drafts", DocumentCode.DRAFTED_UNAPPROVED, kind)
        if not issuing.keys() - drafting.keys():
            yield _of_document(walks, first, "drafts", DocumentCode.DRAFTED_UNISSUED, kind)
        yield from _passed_by(walks, kind, drafting, approving, issuing)


def _undrafted(walks: Walks, kind: str, drafting: dict[str, Action], approving: dict[str, Action]) -> Iterator[Finding]:
    begun = {START} if approving else set[str]()
    reached = _reached(walks.procedure, begun, drafting)
    for name, action in approving.items():
        early = [stage for stage in stages_from(walks.procedure, action) if stage in reached]
        if early and name not in drafting:
            yield _of_document(walks, name, "approves", DocumentCode.APPROVED_UNDRAFTED, kind, early[0])


def _passed_by(
    walks: Walks,
    kind: str,
    drafting: dict[str, Action],
    approving: dict[str, Action],
    issuing: dict[str, Action],
) -> Iterator[Finding]:
    procedure = walks.procedure
    begun = {
        next_stage(procedure, action, stage)
        for name, action in drafting.items()
        if name not in approving
        for stage in stages_from(procedure, action)
    }
    reached = _reached(procedure, begun, approving)
    for name, action in issuing.items():
        early = [stage for stage in stages_from(procedure, action) if stage in reached]
        if early and name not in approving:
            yield _of_document(walks, name, "notice", DocumentCode.APPROVAL_PASSED_BY, kind, early[0])


def _reached(procedure: Procedure, begun: set[str], barred: dict[str, Action]) -> set[str]:
    """The stages to which actions lead from those ``begun`` in, without any of the ``barred``."""
    reached, left = set(begun), list(begun)
    able = {name: action for name, action in procedure.actions.items() if name not in barred}
    while left:
        stage = left.pop()
        for action in able.values():
            taken = begins_case(action) if stage == START else stage in stages_from(procedure, action)
            to = next_stage(procedure, action, stage) if taken else stage
            if to not in reached:
                reached.add(to)
                left.append(to)
    return reached


def _of_document(walks: Walks, name: str, key: str, code: DocumentCode, kind: str, stage: str = "") -> Finding:
    named = {"action": walks.term_of("actions", name), "notice": walks.term_of("notices", kind)}
    if stage:
        named["stage"] = walks.term_of("stages", stage)
    return walks.at("d", ("actions", name, key), code.about(**named), walks.story(*walks.first(name), name))
