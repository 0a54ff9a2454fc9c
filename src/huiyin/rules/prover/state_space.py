"""Walking everywhere that a procedure can lead: every reachable (stage, open duties, facts that still matter).

Who acts, what a form says and whether a limit has run out are left open, so that whatever may happen is walked: what is found
impossible is impossible, and what is found possible may in rare cases be prevented by a form or a date. Duties that nothing else
depends on (`aside`) can be left out and walked one at a time: docs/proofs.md.

This is explicit-state model checking (Clarke, Grumberg, Peled, Model Checking, 1999): a procedure is small enough (some ten thousand
nodes) to write every node down, so that neither binary decision diagrams nor a solver is needed, and each answer comes with a way that
a person can follow. Leaving open who acts and when is an existential abstraction (ibid.): the nodes walked include all that the
engine can reach, which a test holds it to by acting (tests/procedure/test_books_everywhere.py).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from huiyin.rules.book.beside import is_told, side_requests, tells
from huiyin.rules.book.schema import START, Action, Procedure, Rulebook
from huiyin.rules.book.steps import (
    applies,
    begins_case,
    end_of,
    may_repeat,
    meets,
    next_stage,
    settles_one,
)
from huiyin.rules.prover.live_facts import Facts, LiveFacts, TooMany, live_facts
from huiyin.rules.prover.uncollected import uncollected

MAX_NODES = 30_000
MAX_STEPS = 3_000_000
"""More than twice what the largest shipped book needs: found to be too many after seconds, not minutes."""
# Sets of duties and of marks are bits of a number: each step is then a few operations on machine words, and a node hashes as fast as
# a tuple of four. ALL has every bit set, also those of duties that are left out.
HANDLED, CO_HANDLED, TOLD, REASONED, ANSWERED = 1, 2, 4, 8, 16
MARKS = 5
ALL = -1


class Node(NamedTuple):
    """Where a case may stand: open duties as bits of ``duties``; ``marks`` says whether it has units and what its petitioner was told:
    anything, reasons that somebody wrote, an answer.
    """

    stage: str
    facts: Facts
    duties: int
    marks: int


class Transition(NamedTuple):
    """What one action does to a case in one stage with certain facts, whatever duties are open.

    ``named`` are the duties that the action itself says it closes (at an end all others lapse); ``forgets`` are the marks that no longer
    count, since the petitioner is owed another answer now.
    """

    action: str
    needs: int
    bars: int
    closes: int
    opens: int
    stage: str
    ends: bool
    facts: Facts
    marks: int
    wants: int
    named: int
    forgets: int


FoundNodes = dict[tuple[str, str], "Node | None"]
"""Something found of an action in a stage, and the node from which it was first found (None: at registration)."""


@dataclass
class Walk:
    """What a search found.

    ``trail`` says how each node was first reached; ``taken`` are the actions that can happen; ``idle`` those after which nobody
    would owe anything, ``unseated`` those that open a duty of handling units before there are any; ``untold`` the ends that are
    reached without a notice to the petitioner since they last asked for something; ``stuck`` nodes from which no end can be reached.
    ``taken_from``, ``opened``, ``closed`` and ``kept_back`` are what really happens of that which the book writes: an action in a
    stage, a duty that it opens, one that it finds open and closes, one that it waits for; ``lapsed`` duties that an action leaves to
    lapse at an end. ``back`` says from which nodes, by which action, a node is reached; ``repeated`` are the duties, as bits, that are owed twice; ``work`` how many steps were tried.
    """

    trail: dict[Node, tuple[Node | None, str]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    idle: FoundNodes = field(default_factory=dict)
    unseated: FoundNodes = field(default_factory=dict)
    untold: dict[str, Node] = field(default_factory=dict)
    stuck: tuple[Node, ...] = ()
    open_in: dict[tuple[str, str], Node] = field(default_factory=dict)
    taken_from: set[tuple[str, str]] = field(default_factory=set)
    opened: set[tuple[str, str]] = field(default_factory=set)
    closed: set[tuple[str, str]] = field(default_factory=set)
    kept_back: set[tuple[str, str]] = field(default_factory=set)
    lapsed: FoundNodes = field(default_factory=dict)
    back: dict[Node, list[tuple[Node, str]]] = field(default_factory=dict)
    bits: dict[str, int] = field(default_factory=dict)
    steps: dict[tuple[str, Facts], list[Transition]] = field(default_factory=dict)
    repeated: int = 0
    complete: bool = True
    work: int = 0

    def way(self, node: Node | None, *more: str) -> str:
        """The shortest way to ``node``, and ``more`` after it, as the actions taken one after the other."""
        return " → ".join([*(action for action, _ in self.path(node)), *more])

    def path(self, node: Node | None) -> list[tuple[str, Node]]:
        """The shortest way to ``node``: each action with the node to which it leads; empty for None."""
        steps: list[tuple[str, Node]] = []
        while node is not None:
            before, action = self.trail[node]
            steps.append((action, node))
            node = before
        return steps[::-1]

    def duties(self, node: Node) -> list[str]:
        """The duties that are open in ``node``, as far as they were walked."""
        return [duty for duty, bit in self.bits.items() if node.duties & bit]

    @property
    def stages(self) -> frozenset[str]:
        """Every stage that can be reached."""
        return frozenset(node.stage for node in self.trail)


@uncollected
def walk(
    transitions: Transitions, most: int = MAX_NODES, without: frozenset[str] = frozenset(), repeated: int = 0
) -> Walk:
    """Search a procedure breadth first, up to ``most`` nodes; ``complete`` is False when there are more.

    ``without`` are duties to leave out; they must be among those that `aside` names. ``repeated`` are duties, as bits, that are known to be
    owed twice: a walk that leaves out more has found it.
    """
    while True:
        # Which duties can be owed twice shows only on the way; with each that is found there are more ways, so that all is walked anew.
        search = _StateSearch(transitions, without, repeated)
        found = search.run(most)
        if not found.complete or not search.again & ~repeated:
            return found
        repeated |= search.again


def written_by_staff(book: Rulebook, procedure: Procedure, action: Action) -> set[str]:
    """The texts that people of an office had to write, and that tell their petitioner something when ``action`` prints them.

    What the petitioner wrote, or was taken down when the case began, tells them nothing, nor what they were told before, when it was written;
    a tick, a date or a choice says no reason.
    """
    theirs, taken_down, written = set[str](), set[str](), set[str]()
    for other in procedure.actions.values():
        asked = {use.name for use in other.fields if use.required}
        if any(not book.roles[role].is_staff for role in other.by):
            theirs |= {use.name for use in other.fields}
        elif begins_case(other):
            taken_down |= asked
        elif other is action:
            written |= asked
        else:
            bodies = (procedure.notices[name].body for name in other.notice if is_told(procedure.notices[name]))
            written |= asked.difference(*bodies)
    theirs |= taken_down - written
    own = {use.name for use in action.fields if use.required}
    return {name for name in written if book.fields[name].type == "text" and (name in own or name not in theirs)}


def _notice_marks(book: Rulebook, procedure: Procedure, action: Action) -> int:
    """What the notices of ``action`` tell the petitioner: reasons, where somebody had to write what one prints; an answer, where that
    is served or comes with the step into an end. A document that the petitioner opens was written, and sent, by the office.
    """
    if not action.receives and any(not book.roles[role].is_staff for role in action.by):
        return TOLD
    written = written_by_staff(book, procedure, action)
    notices = [procedure.notices[name] for name in action.notice]
    reasons = [notice for notice in notices if is_told(notice) and written.intersection(notice.body)]
    ends = end_of(procedure, action) is not None
    answer = ANSWERED if any(notice.served for notice in reasons) or (reasons and ends) else 0
    return TOLD | (REASONED if reasons else 0) | answer


class Transitions:
    """What each action does in each stage with certain facts, whatever duties are walked: found once, for every walk of a procedure."""

    def __init__(self, book: Rulebook, procedure: Procedure, live: LiveFacts | None = None) -> None:
        self.book, self.procedure = book, procedure
        self.live = live or live_facts(book, procedure)
        self.asked = side_requests(book, procedure)
        self.bits = {duty: 1 << n for n, duty in enumerate(procedure.duties)}
        self.ends = frozenset(name for name, stage in procedure.stages.items() if stage.end)
        self.lasting = self.mask(name for name, duty in procedure.duties.items() if duty.outlasts)
        self.repeats = self.mask(duty for duty in procedure.duties if may_repeat(procedure, duty))
        self.one_by_one = {
            name: self.mask(action.discharges) for name, action in procedure.actions.items() if settles_one(action)
        }
        self._known: dict[tuple[str, Facts], tuple[Transition, ...]] = {}
        self._same: dict[Facts, Facts] = {}  # one tuple for all transitions that lead to the same facts

    def steps(self, stage: str, facts: Facts) -> tuple[Transition, ...]:
        """What may be done in ``stage``, as far as stage and ``facts`` go."""
        # Conditions compare stage and facts alone, so that their answer is the same for all nodes that differ in open duties and
        # marks: found once, and then only bits are tested (`_StateSearch._take`).
        known = self._known.get((stage, facts))
        if known is None:
            wide, found = self.live.widen(facts), list[Transition]()
            for name, action in self.procedure.actions.items():
                if applies(self.procedure, action, stage) and meets(action.when, wide):
                    found += self.of(name, action, next_stage(self.procedure, action, stage), wide, stage)
            known = self._known[stage, facts] = tuple(found)
        return known

    def of(
        self, name: str, action: Action, to: str, facts: Mapping[str, str], stage: str = START
    ) -> Iterator[Transition]:
        """Everything that ``action`` may do, given what its form may hold."""
        ends, was_end = to in self.ends, stage in self.ends
        lapses = ALL & ~self.lasting if ends and not was_end else 0
        if was_end and not ends:
            lapses = self.mask(self.procedure.stages[stage].owes)
        named = self.mask([*action.discharges, *action.withdraws])
        for after in self.live.after(action, facts):
            narrowed = self.live.narrow(to, after)
            opens = [item.duty for item in action.opens if meets(item.when, after)]
            if ends:
                opens = [kind for kind in opens if was_end or self.bits[kind] & self.lasting]
            if ends and not was_end:
                opens += self.procedure.stages[to].owes
            yield Transition(
                action=name,
                needs=self.mask([action.while_open] if action.while_open else []),
                bars=self.mask(action.unless_open),
                closes=lapses | named,
                opens=self.mask(opens),
                stage=to,
                ends=ends,
                facts=self._same.setdefault(narrowed, narrowed),
                marks=self.marks_given(action),
                wants=self._wants(opens),
                named=named,
                forgets=self.forgets(action, was_end),
            )

    def mask(self, duties: Iterable[str]) -> int:
        """The bits of ``duties``."""
        return sum({self.bits[duty] for duty in duties})

    def forgets(self, action: Action, was_end: bool) -> int:
        """The marks that no longer count after ``action``, since the petitioner asks for something with it."""
        asks = all(self.book.roles[role].of == "petitioner" for role in action.by)
        if not asks or action.receives or all(opening.duty in self.asked for opening in action.opens):
            return 0
        return TOLD | (REASONED | ANSWERED if was_end else 0)

    def marks_given(self, action: Action) -> int:
        """The marks that ``action`` gives a case: units, and what it tells the petitioner."""
        handled = HANDLED if "handling" in action.units else 0
        given = handled | (CO_HANDLED if "co_handling" in action.units else 0)
        return given | (
            _notice_marks(self.book, self.procedure, action) if tells(self.procedure, action, self.asked) else 0
        )

    def _wants(self, duties: Iterable[str]) -> int:
        of = {self.book.roles[self.procedure.duties[duty].of].of for duty in duties}
        return (HANDLED if "handling" in of else 0) | (CO_HANDLED if "co_handling" in of else 0)


NodesThere = dict[int, "list[tuple[Node, str]]"]
"""The nodes of one stage with certain facts, by duties and marks in one number: the edges that lead to each."""
_Way = tuple[int, "set[int]", Transition, NodesThere]
"""A step as it is tried: by which open duties what happens differs and which of these were noted, for all steps of which the same would be; the
step, the nodes to one of which it leads."""


def _key(duties: int, marks: int) -> int:
    return duties << MARKS | marks


class _StateSearch:
    """One search. ``repeated`` are the duties, as bits, of which a unit may owe two: one of them settled, the other stays open."""

    def __init__(self, transitions: Transitions, without: frozenset[str], repeated: int) -> None:
        self.transitions, self.procedure = transitions, transitions.procedure
        self.kept = transitions.mask(duty for duty in transitions.bits if duty not in without)
        bits = {duty: bit & self.kept for duty, bit in transitions.bits.items()}
        self.names = {bit: duty for duty, bit in bits.items() if bit}
        self.ends, self.lasting = transitions.ends, transitions.lasting & self.kept
        self.found = Walk(bits=bits, repeated=repeated)
        self.known = self.found.steps
        self.back = self.found.back
        self.noted: dict[tuple[str, str], int] = {}
        self.noted_once: dict[tuple[str, str, int, int, bool], set[int]] = {}
        self.places: dict[tuple[str, Facts], NodesThere] = {}
        self.ways: dict[tuple[str, Facts], list[tuple[int, int, list[_Way]]]] = {}
        self.repeats = transitions.repeats & self.kept
        self.repeated, self.again = repeated, 0

    def run(self, most: int) -> Walk:
        try:
            self.found.complete = self._everywhere(most)
        except TooMany:
            self.found.complete = False
        if self.found.complete and not self.again & ~self.repeated:
            self._judge()
        return self.found

    def _everywhere(self, most: int) -> bool:
        """Walk; False when there are more than ``most`` nodes, or steps from them than anybody waits for, or when a duty turns out to be owed
        twice, so that all is walked anew. Raises TooMany.
        """
        # First in, first out: nodes come in the order of their distance from registration, so that the step by which a node is first
        # reached lies on a shortest way to it. Depth first would find the same nodes by longer ways.
        queue = deque(self._starts())
        for node in queue:
            self._place(node.stage, node.facts)[_key(node.duties, node.marks)] = self.back[node]
        while queue:
            node = queue.popleft()
            for needs, bars, ways in self._ways_from(node.stage, node.facts):
                self.found.work += len(ways)
                if needs & ~node.duties:
                    continue
                if bars & node.duties:
                    self.found.kept_back.update(self._new("waits", ways[0][2].action, bars & node.duties))
                    continue
                queue.extend(self._take(node, ways))
            if len(self.found.trail) > most or self.found.work > MAX_STEPS:
                return False
            if self.again & ~self.repeated:
                break
        return True

    def _place(self, stage: str, facts: Facts) -> NodesThere:
        return self.places.setdefault((stage, facts), {})

    def _ways_from(self, stage: str, facts: Facts) -> list[tuple[int, int, list[_Way]]]:
        """What may be done there, by the duties that must be open for it and those that must not."""
        ways = self.ways.get((stage, facts))
        if ways is None:
            ways = self.ways[stage, facts] = []
            for (_, needs, bars), steps in groupby(self._steps(stage, facts), lambda step: step[:3]):
                ways.append((needs, bars, [self._way(stage, step) for step in steps]))
        return ways

    def _way(self, stage: str, step: Transition) -> _Way:
        noted = self.noted_once.setdefault((stage, step.action, step.opens, step.named, step.ends), set())
        return (ALL if step.ends else step.named, noted, step, self._place(step.stage, step.facts))

    def _starts(self) -> Iterator[Node]:
        trail = self.found.trail
        for name, action in self.procedure.actions.items():
            if not begins_case(action) or action.to is None:
                continue
            for facts in self.transitions.live.first():
                if not meets(action.when, facts):
                    continue
                for step in self._walked(self.transitions.of(name, action, action.to, facts)):
                    self.found.taken.add(name)
                    self.found.opened.update((name, duty) for bit, duty in self.names.items() if bit & step.opens)
                    node = Node(step.stage, step.facts, step.opens, step.marks)
                    if step.wants & ~step.marks:
                        self.found.unseated.setdefault((name, START), None)
                    elif not step.opens and not step.ends:
                        self.found.idle.setdefault((name, START), None)
                    elif node not in trail:
                        trail[node], self.back[node] = (None, name), []
                        yield node

    def _steps(self, stage: str, facts: Facts) -> list[Transition]:
        known = self.known.get((stage, facts))
        if known is None:
            known = self.known[stage, facts] = self._walked(self.transitions.steps(stage, facts))
        return known

    def _walked(self, steps: Iterable[Transition]) -> list[Transition]:
        """``steps`` as far as the duties go that are walked; what concerns one that is left out does nothing else."""
        kept = self.kept
        found: dict[Transition, None] = {}
        for step in steps:
            if step.needs & ~kept:
                continue
            walked = step._replace(
                bars=step.bars & kept, closes=step.closes & kept, opens=step.opens & kept, named=step.named & kept
            )
            step = step if walked == step else walked  # kept once: there may be hundreds of thousands
            for left in self._left(step.action):
                found[step._replace(closes=step.closes & ~left) if left else step] = None
        return list(found)

    def _left(self, action: str) -> Iterator[int]:
        """What may still be owed of the duties that ``action`` settles one by one, since there was another of the kind."""
        lingering = self.transitions.one_by_one.get(action, 0) & self.repeated
        left = lingering
        while left:
            yield left
            left = (left - 1) & lingering
        yield 0

    def _take(self, node: Node, ways: list[_Way]) -> Iterator[Node]:
        """The nodes to which ``ways`` lead from ``node`` and that are new.

        What the engine would refuse (nobody would owe anything, no unit to owe it) is noted and not walked further: behind it lie
        only situations that can never be, and each would be reported as well.
        """
        # Each is taken apart at once, since this is done a million times; for the same reason a node is looked for among those of its
        # stage and facts by one number, and made only when it is new.
        stage, facts, duties, marks = node
        repeats = self.repeats
        for telling, noted, step, place in ways:
            if (closed := duties & telling) not in noted:
                noted.add(closed)
                self._note(node, step)
            action, _, _, closes, opens, to, ends, facts_after, brought, wants, _, forgets = step
            staying = duties & ~closes
            if twice := staying & opens & repeats:
                self.again |= twice
            left, marked = staying | opens, marks & ~forgets | brought
            if wants & ~marked:
                self.found.unseated.setdefault((action, stage), node)
                continue
            if not left and not ends:
                self.found.idle.setdefault((action, stage), node)
                continue
            key = left << MARKS | marked
            edges = place.get(key)
            if edges is None:
                after = Node(to, facts_after, left, marked)
                place[key] = self.back[after] = [(node, action)]
                self.found.trail[after] = node, action
                yield after
            elif left != duties or marked != marks or to != stage or facts_after != facts:
                edges.append((node, action))

    def _note(self, node: Node, step: Transition) -> None:
        """Record what of the action's text really happens here."""
        found, action, closed = self.found, step.action, node.duties & step.named
        found.taken.add(action)
        found.taken_from.add((action, node.stage))
        found.opened.update(self._new("opens", action, step.opens))
        found.closed.update(self._new("closes", action, closed))
        if step.ends and node.duties != closed and node.stage not in self.ends:
            for lapsed in self._new("lapses", action, node.duties & ~closed & ~self.lasting):
                found.lapsed[lapsed] = node

    def _new(self, what: str, action: str, duties: int) -> Iterable[tuple[str, str]]:
        """The action with each of ``duties`` of which ``what`` was not noted before."""
        known = self.noted.get((what, action), 0)
        if not duties & ~known:
            return ()
        self.noted[what, action] = known | duties
        return [(action, duty) for bit, duty in self.names.items() if bit & duties & ~known]

    def _judge(self) -> None:
        found = self.found
        tells = any(notice.to == "petitioner" for notice in self.procedure.notices.values()) or self._asked()
        for node in found.trail:
            for stage, duty in self._new("open", node.stage, node.duties):
                found.open_in[stage, duty] = node
            if tells and node.stage in self.ends and not node.marks & TOLD:
                found.untold.setdefault(node.stage, node)
        can_end = self._can_end()
        found.stuck = tuple(node for node in found.trail if node not in can_end)

    def _asked(self) -> bool:
        """Whether a petitioner has a part in the procedure, and so is to be told."""
        acting = {role for action in self.procedure.actions.values() for role in action.by}
        return any(self.transitions.book.roles[role].of == "petitioner" for role in acting)

    def _can_end(self) -> set[Node]:
        """Every node from which some end can be reached, backward from the ends."""
        # EF end of computation tree logic, as the least set that holds the ends and whatever has a step into it (Clarke, Emerson,
        # Sistla, TOPLAS 8(2), 1986). Property (a) is AG EF end: that no node is left out. Each edge is looked at once.
        can_end = {node for node in self.found.trail if node.stage in self.ends}
        queue = deque(can_end)
        while queue:
            for before, _ in self.back[queue.popleft()]:
                if before not in can_end:
                    can_end.add(before)
                    queue.append(before)
        return can_end
