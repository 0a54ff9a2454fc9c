"""(e) Remedies: announced by the notice that opens their window, offered throughout it, and only then."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from huiyin.rules.book.references import NOW, RECEIVED
from huiyin.rules.book.schema import NoticeRule, Procedure
from huiyin.rules.book.steps import applies, begins_case, can_move, leads_to, takes_back
from huiyin.rules.book.texts import CodedText, Term, series
from huiyin.rules.deadlines.limits import Limit
from huiyin.rules.prover.codes.findings import FindingCode
from huiyin.rules.prover.codes.independence import IndependenceCode
from huiyin.rules.prover.finding import Finding
from huiyin.rules.prover.proofs.citations import in_days, lengths
from huiyin.rules.prover.state_space import Node
from huiyin.rules.prover.walks import Walks, can

_MAY = re.compile("可以?(?:申请|提出)")


@dataclass(frozen=True)
class Window:
    """A remedy with its window: ``opening`` issues ``notice`` and marks the moment from which the window runs."""

    opening: str
    notice: str
    remedy: str


def windows(procedure: Procedure) -> list[Window]:
    """Every window of ``procedure``: a notice that announces a remedy, and the remedy whose limit the same action starts."""
    return [
        Window(opening, notice, remedy)
        for opening, action in procedure.actions.items()
        for notice in action.notice
        if _promised(procedure.notices[notice])
        for remedy, rule in procedure.actions.items()
        if rule.remedy and rule.until is not None and procedure.limits[rule.until].start in action.marks
    ]


def remedies(walks: Walks) -> Iterator[Finding]:
    """Every remedy that is announced and not offered, offered and not announced, cut short, or open too long."""
    found = windows(walks.procedure)
    yield from _announced(walks, found)
    yield from _unannounced(walks, found)
    yield from _unheralded(walks)
    yield from _misled(walks)
    yield from _no_way_in(walks)
    yield from _unkept(walks)
    for remedy in dict.fromkeys(window.remedy for window in found):
        yield from _whole(walks, remedy, {window.opening for window in found if window.remedy == remedy})
    for window in found:
        yield from _recorded(walks, window)
    yield from _unsaid(walks)
    yield from _unstarted(walks)
    yield from _pledged(walks)


def _pledged(walks: Walks) -> Iterator[Finding]:
    """No petitioner has to promise anything, or to say the only thing that may be said, to be heard."""
    roles, fields = walks.rules.book.roles, walks.rules.book.fields
    for name, action in walks.procedure.actions.items():
        if any(roles[role].of == "petitioner" for role in action.by):
            for use in action.fields:
                field = fields[use.name]
                if use.required and (field.type == "confirm" or len(field.of) == 1):
                    why = IndependenceCode.PLEDGED.about(
                        action=walks.term_of("actions", name), field=walks.term_of("fields", use.name)
                    )
                    yield _remedy(walks, name, ("actions", name, "fields"), why)


def _promised(notice: NoticeRule) -> tuple[Limit, ...]:
    """The periods within which ``notice`` says that a remedy may be sought; a remedy without one is no window."""
    return tuple(lengths(notice.remedy.zh)) if notice.remedy else ()


def _remedy(walks: Walks, name: str, path: tuple[str, ...], why: CodedText) -> Finding:
    return walks.at("e", path, why, walks.story(*walks.first(name), name))


def _announced(walks: Walks, found: list[Window]) -> Iterator[Finding]:
    procedure = walks.procedure
    for opening, action in procedure.actions.items():
        for notice in action.notice:
            rule = procedure.notices[notice]
            if not _promised(rule):
                continue
            if not any(w.opening == opening and w.notice == notice for w in found):
                why = FindingCode.NOT_OFFERED.about(
                    notice=walks.term_of("notices", notice), action=walks.term_of("actions", opening)
                )
                yield _remedy(walks, opening, ("notices", notice, "remedy"), why)
            if not rule.served or rule.to != "petitioner" or rule.when:
                why = FindingCode.NOT_ALWAYS_SERVED.about(notice=walks.term_of("notices", notice))
                yield _remedy(walks, opening, ("notices", notice), why)


def _unannounced(walks: Walks, found: list[Window]) -> Iterator[Finding]:
    for name, action in walks.procedure.actions.items():
        if action.remedy and action.until is not None and not any(window.remedy == name for window in found):
            why = FindingCode.UNANNOUNCED.about(
                action=walks.term_of("actions", name), limit=walks.term_of("limits", action.until)
            )
            yield _remedy(walks, name, ("actions", name), why)


def _unheralded(walks: Walks) -> Iterator[Finding]:
    """Whatever starts the window of a remedy tells the petitioner of it."""
    procedure = walks.procedure
    for name, action in procedure.actions.items():
        start = procedure.limits[action.until].start if action.remedy and action.until is not None else ""
        for opening, rule in procedure.actions.items():
            if start in rule.marks and not any(_promised(procedure.notices[notice]) for notice in rule.notice):
                why = FindingCode.UNHERALDED.about(
                    opening=walks.term_of("actions", opening), action=walks.term_of("actions", name)
                )
                yield _remedy(walks, opening, ("actions", opening, "notice"), why)


def _misled(walks: Walks) -> Iterator[Finding]:
    """A remedy leads to where what it makes an office owe can be done."""
    procedure = walks.procedure
    for name, action in procedure.actions.items():
        to = leads_to(action)
        for opening in action.opens if action.remedy and to is not None else ():
            done_by = [a for a in procedure.actions.values() if opening.duty in a.discharges]
            if not any(applies(procedure, rule, to or "") for rule in done_by):
                why = FindingCode.MISLED.about(
                    action=walks.term_of("actions", name),
                    duty=walks.term_of("duties", opening.duty),
                    found=walks.term_of("stages", str(to)),
                )
                yield _remedy(walks, name, ("actions", name, "to"), why)


def _no_way_in(walks: Walks) -> Iterator[Finding]:
    """What offices register as submissions of petitioners, these may also submit themselves."""
    roles = walks.rules.book.roles
    taking = {n: a for n, a in walks.procedure.actions.items() if a.attaches and begins_case(a)}
    if taking and not any(roles[role].of == "petitioner" for action in taking.values() for role in action.by):
        name = next(iter(taking))
        yield _remedy(walks, name, ("actions",), FindingCode.NO_WAY_IN.about())


def _unkept(walks: Walks) -> Iterator[Finding]:
    """What the petitioner reads of a stage, that they may apply or object, is offered there as a remedy."""
    procedure = walks.procedure
    for name, stage in procedure.stages.items():
        if stage.public is None or not _MAY.search(stage.public.zh):
            continue
        if not any(action.remedy and applies(procedure, action, name) for action in procedure.actions.values()):
            node = next((node for node in walks.main.trail if node.stage == name), None)
            story = walks.story(walks.main, node)
            public = Term(stage.public.zh, stage.public.name("en"))
            why = FindingCode.UNKEPT.about(public=public, stage=walks.term_of("stages", name))
            yield walks.at("e", ("stages", name, "public"), why, story)


def _whole(walks: Walks, name: str, openings: set[str]) -> Iterator[Finding]:
    """From the notice on, until the window has run out or the remedy is used, the remedy can be taken in every situation."""
    procedure, found, remedy = walks.procedure, walks.main, walks.procedure.actions[name]
    inside = _while_it_runs(walks, name, openings)
    cut = next((node for node in found.trail if node in inside and not can(found, node, name)), None)
    if cut is not None:
        why = FindingCode.CUT_SHORT.about(
            stage=walks.term_of("stages", cut.stage),
            action=walks.term_of("actions", name),
            limit=walks.term_of("limits", str(remedy.until)),
            way=found.way(cut),
        )
        yield walks.at("e", ("actions", name), why, walks.story(found, cut))
        return
    reached = {node.stage for node in inside}
    for stage in procedure.stages:
        if applies(procedure, remedy, stage) and stage not in reached:
            why = FindingCode.OFFERED_EARLY.about(
                stage=walks.term_of("stages", stage),
                action=walks.term_of("actions", name),
                openings=walks.terms_of("actions", sorted(openings)),
            )
            yield walks.at("e", ("actions", name, "from"), why, walks.story(*walks.first(name, stage), name))


def _while_it_runs(walks: Walks, name: str, openings: set[str]) -> set[Node]:
    """The situations in which the window of remedy ``name`` is open, up to the first of each way in which it cannot be taken."""
    found, until = walks.main, walks.procedure.actions[name].until
    inside = {after for node in found.trail for after, action in walks.forward.get(node, ()) if action in openings}
    queue = list(inside)
    while queue:
        node = queue.pop()
        if not can(found, node, name):
            continue
        for after, action in walks.forward.get(node, ()):
            spent = action == name or walks.procedure.actions[action].after == until
            if after not in inside and not spent:
                inside.add(after)
                queue.append(after)
    return inside


def _recorded(walks: Walks, window: Window) -> Iterator[Finding]:
    """The window is as long as the notice says, and runs from the recorded day of service, not from when somebody enters it."""
    procedure = walks.procedure
    opening, remedy = procedure.actions[window.opening], procedure.actions[window.remedy]
    assert remedy.until is not None
    limit = procedure.limits[remedy.until]
    moment = limit.start
    promised = _promised(procedure.notices[window.notice])
    if limit.within not in promised:
        why = FindingCode.OTHER_PERIOD.about(
            notice=walks.term_of("notices", window.notice),
            limit=walks.term_of("limits", remedy.until),
            promised=series(map(in_days, promised)),
            within=in_days(limit.within) if limit.within is not None else "None",
        )
        yield _remedy(walks, window.opening, ("limits", remedy.until, "within"), why)
    if opening.marks[moment] == NOW and not opening.receives:
        why = FindingCode.NOT_FROM_SERVICE.about(
            action=walks.term_of("actions", window.remedy), moment=walks.term_of("moments", moment), found=NOW
        )
        yield _remedy(walks, window.opening, ("actions", window.opening, "marks"), why)


def _unsaid(walks: Walks) -> Iterator[Finding]:
    """An action by which the petitioner moves the case so that an office owes something is a remedy, and is marked as one."""
    roles = walks.rules.book.roles
    for name, action in walks.procedure.actions.items():
        taken = walks.term_of("actions", name)
        asks = any(roles[role].of == "petitioner" for role in action.by) and not begins_case(action)
        back = action.receives or takes_back(walks.procedure, action)
        if asks and can_move(action) and action.opens and not action.remedy and not back:
            yield _remedy(walks, name, ("actions", name), FindingCode.NOT_MARKED_AS_REMEDY.about(action=taken))
        if action.remedy and not asks:
            yield _remedy(walks, name, ("actions", name, "by"), FindingCode.REMEDY_BY_OTHERS.about(action=taken))
        if action.remedy and not action.opens:
            yield _remedy(walks, name, ("actions", name), FindingCode.REMEDY_UNOWED.about(action=taken))


def _unstarted(walks: Walks) -> Iterator[Finding]:
    """What may be done only while a limit runs, or once it has run out, depends on a moment that something marks."""
    procedure = walks.procedure
    marked = {RECEIVED, *(moment for action in procedure.actions.values() for moment in action.marks)}
    for name, action in procedure.actions.items():
        for part, limit in (("until", action.until), ("after", action.after)):
            start = procedure.limits[limit].start if limit else ""
            if start and start not in marked:
                why = FindingCode.NEVER_STARTED.about(
                    action=walks.term_of("actions", name),
                    moment=walks.term_of("moments", start),
                    limit=walks.term_of("limits", str(limit)),
                )
                yield _remedy(walks, name, ("actions", name, part), why)
