"""(a) to (d) and (g): what follows from walking every situation of one procedure.

Each property is a question to the graph that `state_space` wrote down: reachability of an end (a), a node without a successor duty (b),
reachability of a discharge by the owner's own steps (c), an end reached without a mark (d), an edge that never occurs (g). None needs
another search, and each finding carries the node from which the shortest story is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from huiyin.rules.book.beside import aside
from huiyin.rules.book.elements import Named
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, Procedure
from huiyin.rules.book.steps import applies, begins_case, next_stage
from huiyin.rules.book.texts import CodedText, Series, Sign, Term, series
from huiyin.rules.prover.codes.findings import FindingCode
from huiyin.rules.prover.finding import Finding, Property, found_at, story, term
from huiyin.rules.prover.state_space import (
    MAX_NODES,
    MAX_STEPS,
    FoundNodes,
    Node,
    Transition,
    Transitions,
    Walk,
    walk,
)

ElementKind = Literal["actions", "stages", "duties", "limits", "notices", "roles", "facts", "fields", "moments"]


@dataclass(frozen=True)
class Walks:
    """Everywhere that one procedure leads: its main line, and that with each duty of ``without`` beside it (docs/proofs.md).

    What lies beside is walked when it is first asked for: a flaw that the main line shows already is found without it.
    """

    rules: Rules
    name: str
    transitions: Transitions
    main: Walk
    without: frozenset[str]
    _beside: dict[str, Walk] = field(default_factory=dict)

    @property
    def procedure(self) -> Procedure:
        """What is walked."""
        return self.transitions.procedure

    @property
    def all(self) -> Iterator[Walk]:
        """Every walk, the main line first."""
        yield self.main
        for duty in self.procedure.duties:
            if duty in self.without:
                yield self.of(duty)

    @property
    def situations(self) -> int:
        """How many were walked."""
        return sum(len(found.trail) for found in self.all)

    @cached_property
    def forward(self) -> dict[Node, list[tuple[Node, str]]]:
        """On the main line: the nodes after each node, with the action that leads there."""
        following: dict[Node, list[tuple[Node, str]]] = {}
        for after, edges in self.main.back.items():
            for before, action in edges:
                following.setdefault(before, []).append((after, action))
        return following

    @cached_property
    def neighbours(self) -> dict[str, set[str]]:
        """On the main line: the stages directly before and after each stage, apart from the ends."""
        stages = self.procedure.stages
        around: dict[str, set[str]] = {}
        for before, after in self.successions:
            if not stages[before].end and not stages[after].end:
                around.setdefault(before, set()).add(after)
                around.setdefault(after, set()).add(before)
        return around

    @cached_property
    def successions(self) -> list[tuple[str, str]]:
        """On the main line: each stage with each other to which it leads directly, in the order in which they are first reached."""
        edges = ((before.stage, after.stage) for after, come in self.main.back.items() for before, _ in come)
        return [edge for edge in dict.fromkeys(edges) if edge[0] != edge[1]]

    @cached_property
    def happens(self) -> dict[str, set[tuple[str, str]]]:
        """What really happens anywhere: an action from a stage, a duty that it opens, closes or waits for."""
        found = tuple(self.all)
        return {
            "from": set().union(*(one.taken_from for one in found)),
            "opens": set().union(*(one.opened for one in found)),
            "closes": set().union(*(one.closed for one in found)),
            "waits": set().union(*(one.kept_back for one in found)),
        }

    def of(self, duty: str) -> Walk:
        """The walk that watches ``duty``."""
        if duty not in self.without:
            return self.main
        if duty not in self._beside:
            self._beside[duty] = walk(self.transitions, without=self.without - {duty}, repeated=self.main.repeated)
        return self._beside[duty]

    def found_by(self, of: Callable[[Walk], FoundNodes]) -> Iterator[tuple[tuple[str, str], Walk, Node | None]]:
        """What each walk found under ``of``, once each, with the first walk that found it and the node."""
        seen: set[tuple[str, str]] = set()
        for walked in self.all:
            for key, node in of(walked).items():
                if key not in seen:
                    seen.add(key)
                    yield key, walked, node

    def at(self, of: Property, path: tuple[str, ...], why: CodedText, story: tuple[CodedText, ...] = ()) -> Finding:
        """A finding at ``path`` within the procedure."""
        return found_at(self.rules, of, ("procedures", self.name, *path), why, story)

    def term_of(self, kind: ElementKind, name: str) -> Term:
        """The element ``name`` of the procedure, or of the book around it, as findings name it."""
        elements: Mapping[str, Named] = getattr(self.procedure, kind, None) or getattr(self.rules.book, kind, {})
        return term(name, elements.get(name))

    def terms_of(self, kind: ElementKind, names: Iterable[str], sign: Sign = "and") -> Series:
        """Several of them in a row."""
        return series((self.term_of(kind, name) for name in names), sign)

    def story(self, found: Walk, node: Node | None, *more: str) -> tuple[CodedText, ...]:
        """The shortest way to ``node``, and ``more`` after it."""
        return story(self.rules.book, self.procedure, found, node, *more)

    def first(self, action: str, stage: str | None = None) -> tuple[Walk, Node | None]:
        """Where ``action`` can first be taken (from ``stage``); None where it never can, or at registration."""
        for found in self.all:
            for node in found.trail:
                if stage in (None, node.stage) and can(found, node, action):
                    return found, node
        return self.main, None


def can(found: Walk, node: Node, action: str) -> bool:
    """Whether ``action`` may be taken in ``node``, as far as stages, facts and duties go."""
    return any(not step.bars & node.duties for step in _possible(found, node, action))


def can_in_time(found: Walk, node: Node, action: str) -> bool:
    """Whether ``action`` may be taken in ``node``, once the duties are done for which it waits."""
    return any(True for _ in _possible(found, node, action))


def _possible(found: Walk, node: Node, action: str) -> Iterator[Transition]:
    for step in found.steps.get((node.stage, node.facts), ()):
        if step.action == action and not step.needs & ~node.duties:
            yield step


def walk_all(rules: Rules, name: str) -> Walks:
    """Walk procedure ``name`` of ``rules``; the names in it must resolve."""
    procedure = rules.book.procedures[name].without_identifying
    without = aside(rules.book, procedure)
    transitions = Transitions(rules.book, procedure)
    main = walk(transitions, without=without)
    # Leaving side duties out is right only while the main line alone always leaves somebody owing: a case that is kept open by a
    # side duty and nothing else would stop there, and what lies behind it would not be walked.
    if main.idle or not main.trail:
        # Perhaps a duty only looks as if it were beside the main line: what is reported must be what may happen.
        return Walks(rules, name, transitions, walk(transitions), frozenset())
    if main.work * (1 + 2 * len(without)) > MAX_STEPS:
        main.complete = False  # A walk with one duty beside has up to twice as many situations as the main line.
        return Walks(rules, name, transitions, main, frozenset())
    return Walks(rules, name, transitions, main, without)


def on_main_line(walks: Walks) -> Iterator[Finding]:
    """Every finding of (a), (b) and (d) that the main line shows; nothing else can be judged where this is not complete."""
    for (action, stage), node in walks.main.idle.items():
        way = walks.main.way(node, action)
        taken, where = walks.term_of("actions", action), walks.term_of("stages", stage)
        why = FindingCode.NOBODY_OWES.about(action=taken, stage=where, way=way)
        yield walks.at("b", ("actions", action), why, walks.story(walks.main, node, action))
    if not walks.main.complete:
        yield too_many(walks, walks.main)
        return
    # One of them is enough: what is stuck is so together with everything behind it, and the first found is nearest to registration.
    for node in walks.main.stuck[:1]:
        why = FindingCode.NO_END.about(stage=walks.term_of("stages", node.stage), way=walks.main.way(node))
        yield walks.at("a", ("stages", node.stage), why, walks.story(walks.main, node))
    for stage, node in walks.main.untold.items():
        why = FindingCode.END_UNTOLD.about(stage=walks.term_of("stages", stage), way=walks.main.way(node))
        yield walks.at("d", ("stages", stage), why, walks.story(walks.main, node))


def everywhere(walks: Walks) -> Iterator[Finding]:
    """Every finding of (b), (c) and (g) for which the duties beside the main line are walked too."""
    for duty in walks.procedure.duties:
        if duty not in walks.without:
            yield from _undone(walks, duty)
    cut_short = next((found for found in walks.all if not found.complete), None)
    if cut_short is not None:
        yield too_many(walks, cut_short)
        return
    for (action, stage), found, node in walks.found_by(lambda one: one.unseated):
        taken, where = walks.term_of("actions", action), walks.term_of("stages", stage)
        why = FindingCode.NO_UNIT_YET.about(action=taken, stage=where, way=found.way(node, action))
        yield walks.at("b", ("actions", action, "opens"), why, walks.story(found, node, action))
    yield from _dead(walks)
    for duty in walks.procedure.duties:
        if duty in walks.without:
            yield from _undone(walks, duty)


def too_many(walks: Walks, found: Walk, of: Property = "a", most: int = MAX_NODES) -> Finding:
    """That ``found`` was cut short at ``most``, told as the way to where most is owed at once: what nothing settles piles up there."""
    node = max(found.trail, key=lambda one: one.duties.bit_count(), default=None)
    return walks.at(of, (), FindingCode.TOO_MANY.about(max=most), walks.story(found, node))


def _dead(walks: Walks) -> Iterator[Finding]:
    procedure = walks.procedure
    stages = walks.main.stages
    for stage in procedure.stages:
        if stage not in stages:
            why = FindingCode.STAGE_UNREACHED.about(stage=walks.term_of("stages", stage))
            yield walks.at("g", ("stages", stage), why)
    if not any(begins_case(action) for action in procedure.actions.values()):
        yield walks.at("g", (), FindingCode.NO_START.about())
    taken: set[str] = set().union(*(found.taken for found in walks.all))
    for name, action in procedure.actions.items():
        if name not in taken or _left_to_nobody(walks, name, action):
            why = FindingCode.ACTION_NEVER.about(action=walks.term_of("actions", name))
            yield walks.at("g", ("actions", name), why)
        else:
            yield from _dead_parts(walks, name, action)


def _left_to_nobody(walks: Walks, name: str, action: Action) -> bool:
    """Whether it is the system's alone, and neither a timer nor a step on another case takes it."""
    book = walks.rules.book
    if not action.by or any(book.roles[role].of != "system" for role in action.by):
        return False
    timed = {duty.on_due for duty in walks.procedure.duties.values()}
    every = (rule for procedure in book.procedures.values() for rule in procedure.actions.values())
    return name not in timed | {rule.relay.action for rule in every if rule.relay is not None}


def _dead_parts(walks: Walks, name: str, action: Action) -> Iterator[Finding]:
    """What an action that can be taken says without any effect: a stage, a duty opened, closed or waited for."""
    really = walks.happens
    parts: list[tuple[str, Iterable[str], set[tuple[str, str]]]] = [
        ("from", [stage for stage in action.from_stages if stage in walks.main.stages], really["from"]),
        ("opens", [opening.duty for opening in action.opens], really["opens"]),
        ("discharges", action.discharges, really["closes"]),
        ("withdraws", action.withdraws, really["closes"]),
        ("unless_open", action.unless_open, really["waits"]),
    ]
    for part, entries, happens in parts:
        for entry in entries:
            if (name, entry) not in happens and not (part == "from" and walks.procedure.stages[entry].end):
                why = FindingCode.PART_NEVER.about(action=walks.term_of("actions", name), part=part, entry=entry)
                yield walks.at("g", ("actions", name, part), why, walks.story(*walks.first(name), name))


def _undone(walks: Walks, duty: str) -> Iterator[Finding]:
    """(c) Situations in which ``duty`` is open and its owner alone cannot come to discharge it."""
    procedure, found = walks.procedure, walks.of(duty)
    bit, owner, named = found.bits[duty], procedure.duties[duty].of, walks.term_of("duties", duty)
    opened = [node for node in found.trail if node.duties & bit]
    # First over stages alone, which is coarser and never wrong in saying no: where not even a stage leads to a discharge, the story is
    # about the stage and not about what happens to be open there.
    reach = _stages_to_discharge(procedure, duty)
    for node in opened:
        if node.stage not in reach:
            stage = walks.term_of("stages", node.stage)
            why = FindingCode.DUTY_STUCK.about(duty=named, stage=stage, way=found.way(node))
            yield walks.at("c", ("duties", duty), why, walks.story(found, node))
            return
    own = {name for name, action in procedure.actions.items() if owner in action.by}
    done_by = {name for name, action in procedure.actions.items() if duty in action.discharges}
    if not own & done_by and any(procedure.actions[name].while_open == duty for name in own):
        return  # It answers for the work of others: what its owner may do is asked for, and others' work ends it.
    able = _able(found, opened, own, own & done_by)
    lost = next((node for node in opened if node not in able), None)
    if lost is not None:
        stage, role = walks.term_of("stages", lost.stage), walks.term_of("roles", owner)
        why = FindingCode.OWNER_HELPLESS.about(duty=named, role=role, stage=stage, way=found.way(lost))
        yield walks.at("c", ("duties", duty), why, walks.story(found, lost))


def _able(found: Walk, opened: list[Node], own: set[str], done_by: set[str]) -> set[Node]:
    """The nodes from which steps in ``own`` lead to one in ``done_by``; what these wait for is somebody else's duty."""

    def possible(node: Node, step: Transition) -> bool:
        return step.action in done_by and not step.needs & ~node.duties

    # Reachability once more, but only along the owner's own steps: what depends on somebody else's good will is not in their power.
    # Whatever others do meanwhile leads to a node where the duty is closed, or to one where it is open and the same is asked again: no
    # game between two players has to be solved.
    able = {node for node in opened if any(possible(node, step) for step in found.steps[node.stage, node.facts])}
    queue = list(able)
    while queue:
        for before, action in found.back[queue.pop()]:
            if action in own and before not in able:
                able.add(before)
                queue.append(before)
    return able


def _stages_to_discharge(procedure: Procedure, duty: str) -> set[str]:
    """The stages from which actions that leave ``duty`` open lead to one that discharges it."""
    actions = procedure.actions.values()
    stages = procedure.stages
    done = {
        stage
        for stage in stages
        for action in actions
        if duty in action.discharges and applies(procedure, action, stage)
    }
    leads = {
        (stage, next_stage(procedure, action, stage))
        for action in actions
        if duty not in action.withdraws
        for stage in stages
        if applies(procedure, action, stage)
    }
    # The least fixed point over a handful of stages: repeating until nothing changes costs less than an index of predecessors.
    changed = True
    while changed:
        more = {stage for stage, after in leads if after in done} - done
        done |= more
        changed = bool(more)
    return done


def sides_of(walks: Walks, action: Action) -> set[str]:
    """For whom each of the roles acts that may take ``action``: the organisation, whoever handles, a petitioner, the system."""
    return {walks.rules.book.roles[role].of for role in action.by}
