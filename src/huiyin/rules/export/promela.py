"""A procedure as a Promela model, which SPIN checks: a second opinion on what the prover finds.

Promela and SPIN: Holzmann, The SPIN Model Checker, 2003. The model is written from the procedure's text, action by action, and not from the
graph that the prover walked; only what may be left out of it (facts that nothing compares, duties beside the main line) is asked of the
prover, so that both walk the same situations and their numbers can be compared. One `d_step` is one action with one outcome of its form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Final

from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import START, Action, Condition
from huiyin.rules.book.steps import applies, begins_case, next_stage
from huiyin.rules.prover.proofs.ends import kind_of
from huiyin.rules.prover.state_space import ANSWERED, CO_HANDLED, HANDLED, REASONED, TOLD
from huiyin.rules.prover.walks import Walks, walk_all

PROPERTIES: Final[Mapping[str, str]] = {
    "owed": "(b) no step leaves a case outside its ends with nobody owing anything",
    "seated": "(b) nobody comes to owe anything before it is known which unit they are in",
    "told": "(d) no end is reached by a petitioner who was told nothing since they last asked",
    "answered": "(j) no end on the merits is reached by a petitioner who was told, but not answered",
    "reasoned": "(j) no other end but a withdrawal is reached by a petitioner who was told, but no reasons",
}
"""Each is an `ltl` block of the model. Beside them SPIN says without any claim whether a case is stuck (invalid end states; a part of (a)),
and which actions (g) and stages (g) are never reached (unreached code)."""
MARKS: Final = {"handled": HANDLED, "co_handled": CO_HANDLED, "told": TOLD, "reasoned": REASONED, "answered": ANSWERED}


def promela(rules: Rules, name: str) -> str:
    """The procedure ``name`` of ``rules`` as a Promela model. Its references must resolve."""
    return "\n".join(_Model(walk_all(rules, name)).lines()) + "\n"


class _Model:
    """One procedure, and what the prover leaves out of it."""

    def __init__(self, walks: Walks) -> None:
        self.walks, self.procedure, self.book = walks, walks.procedure, walks.rules.book
        self.transitions, self.live = walks.transitions, walks.transitions.live
        self.kept = [duty for duty in self.procedure.duties if duty not in walks.without]
        self.repeated = {duty for duty in self.kept if walks.main.repeated & self.transitions.bits[duty]}
        self.values = {fact: ["", *dict.fromkeys(self.live.same[fact].values())] for fact in self.live.names}
        self.stage_numbers = {stage: n for n, stage in enumerate([START, *self.procedure.stages])}

    def lines(self) -> Iterator[str]:
        yield from self._head()
        yield from self._declarations()
        yield ""
        yield "active proctype Case()"
        yield "{"
        yield "  do"
        for name, action in self.procedure.actions.items():
            for stages, was_end, to in self._places(action):
                yield from self._options(name, action, stages, was_end, to)
        ends = self._any_stage(stage for stage, rule in self.procedure.stages.items() if rule.end)
        yield f"  :: (halted || {ends}) /* what has ended need not go on */"
        yield "  od"
        yield "}"
        yield ""
        yield from self._claims()

    def _head(self) -> Iterator[str]:
        yield f"/* {self.book.key}, procedure {self.walks.name}: written by `huiyin rules export --promela`"
        yield " *"
        yield " *   spin -a MODEL && gcc -O2 -o pan pan.c && ./pan -a -m100000 -N owed     and so for each claim below"
        yield " *   gcc -O2 -DNOCLAIM -o pan pan.c && ./pan -m100000                         invalid end states, unreached code"
        yield " */"

    def _declarations(self) -> Iterator[str]:
        for stage, number in self.stage_numbers.items():
            yield f"#define {_stage(stage)} {number}"
        yield ""
        yield "byte stage = 0;"
        for fact, values in self.values.items():
            meaning = ", ".join(f"{n} {value or 'does not matter'}" for n, value in enumerate(values))
            yield f"byte f_{_id(fact)} = 0; /* {meaning} */"
        yield from (f"bit d_{_id(duty)} = 0;" for duty in self.kept)
        yield from (f"bit {mark} = 0;" for mark in MARKS)
        yield "bit nobody_owes = 0, no_unit = 0;"
        yield "#define halted (nobody_owes || no_unit)"
        owed = " || ".join(f"d_{_id(duty)}" for duty in self.kept) or "false"
        yield f"#define somebody_owes ({owed})"

    def _places(self, action: Action) -> Iterator[tuple[tuple[str, ...], bool, str | None]]:
        """Where ``action`` may be taken, with where it leads (None: it stays), as far as both are alike; ends each for itself."""
        if begins_case(action):
            if action.to is not None:
                yield (START,), False, action.to
            return
        stages = [stage for stage in self.procedure.stages if applies(self.procedure, action, stage)]
        open_ones = tuple(stage for stage in stages if not self.procedure.stages[stage].end)
        if open_ones and action.to is not None:
            yield open_ones, False, action.to
        else:
            yield from (((stage,), False, None) for stage in open_ones)
        for stage in stages:
            if self.procedure.stages[stage].end:
                to = next_stage(self.procedure, action, stage)
                yield (stage,), True, None if to == stage else to

    def _options(
        self, name: str, action: Action, stages: tuple[str, ...], was_end: bool, to: str | None
    ) -> Iterator[str]:
        if action.while_open is not None and action.while_open not in self.kept:
            return  # it concerns nothing but a duty beside the main line
        begins = stages == (START,)
        choices = [dict(item) for item in self._registrations()] if begins else [{}]
        for chosen, form, left in product(choices, self._forms(action), self._left(action)):
            if begins and not self._passes(action.when, chosen):
                continue
            guards = [f"({self._any_stage(stages)})", "!halted"]
            guards += [] if begins else self._met(action.when)
            guards += [f"d_{_id(action.while_open)}"] if action.while_open else []
            guards += [f"!d_{_id(duty)}" for duty in action.unless_open if duty in self.kept]
            # The guard stands outside the d_step: of what is within one SPIN does not say whether it is ever reached.
            yield f"  :: atomic {{ {' && '.join(guards)} -> d_step {{"
            yield f'      printf("{name}\\n");'
            yield from self._effects(action, stages, was_end, to or stages[0], {**chosen, **form}, left)
            yield "    } }"

    def _registrations(self) -> Iterator[tuple[tuple[str, str], ...]]:
        for facts in self.live.first():
            yield tuple(facts.items())

    def _passes(self, condition: Condition, facts: Mapping[str, str]) -> bool:
        return all(comparison.holds(facts[fact]) for fact, comparison in condition.items() if fact in facts)

    def _forms(self, action: Action) -> list[dict[str, str]]:
        """Each way in which the form of ``action`` may set the facts; what is left as it was is missing."""
        kept = "\0"
        return [
            {fact: value for fact, value in after.items() if value != kept}
            for after in self.live.after(action, dict.fromkeys(self.live.names, kept))
        ]

    def _left(self, action: Action) -> list[frozenset[str]]:
        """Which of the duties that ``action`` settles one by one may still be owed, since there was another of the kind."""
        name = next(name for name, other in self.procedure.actions.items() if other is action)
        settled = (
            [duty for duty in action.discharges if duty in self.repeated] if name in self.transitions.one_by_one else []
        )
        subsets = product(*[(None, duty) for duty in dict.fromkeys(settled)])
        return [frozenset(duty for duty in subset if duty) for subset in subsets]

    def _effects(
        self,
        action: Action,
        stages: tuple[str, ...],
        was_end: bool,
        to: str,
        facts: Mapping[str, str],
        left: frozenset[str],
    ) -> Iterator[str]:
        rules = self.procedure.stages
        ends = rules[to].end
        for fact, value in facts.items():
            yield f"      f_{_id(fact)} = {self.values[fact].index(value)};"
        closed = {*action.discharges, *action.withdraws} - left
        if ends and not was_end:
            closed |= {duty for duty, rule in self.procedure.duties.items() if not rule.outlasts} - left
        if was_end and not ends:
            closed |= set(rules[stages[0]].owes)
        yield from (f"      d_{_id(duty)} = 0;" for duty in self.kept if duty in closed)
        yield from self._marking(action, was_end)
        for opening in action.opens:
            if not ends or was_end or self.procedure.duties[opening.duty].outlasts:
                yield from self._opening(opening.duty, opening.when)
        for duty in rules[to].owes if ends and not was_end else ():
            yield from self._opening(duty, {})
        if not ends:
            yield "      if :: !no_unit && !somebody_owes -> nobody_owes = 1 :: else fi;"
        yield f"      stage = {_stage(to)};"
        yield from (f"      f_{_id(fact)} = 0;" for fact in self.live.names if fact not in self.live.matter[to])

    def _marking(self, action: Action, was_end: bool) -> Iterator[str]:
        given, forgotten = self.transitions.marks_given(action), self.transitions.forgets(action, was_end)
        yield from (f"      {mark} = 0;" for mark, bit in MARKS.items() if forgotten & bit and not given & bit)
        yield from (f"      {mark} = 1;" for mark, bit in MARKS.items() if given & bit)

    def _opening(self, duty: str, when: Condition) -> Iterator[str]:
        of = self.book.roles[self.procedure.duties[duty].of].of
        seat = {"handling": "handled", "co_handling": "co_handled"}.get(of)
        does = [f"d_{_id(duty)} = 1;"] if duty in self.kept else []
        does += [f"if :: !{seat} -> no_unit = 1 :: else fi;"] if seat else []
        if not does:
            return
        guards = self._met(when)
        if guards:
            yield f"      if :: {' && '.join(guards)} -> {' '.join(does)} :: else fi;"
        else:
            yield f"      {' '.join(does)}"

    def _met(self, condition: Condition) -> list[str]:
        """The condition over what facts hold; of a fact that nothing compares it is no condition."""
        found = []
        for fact, comparison in condition.items():
            holding = [n for n, value in enumerate(self.values[fact]) if comparison.holds(value)]
            if len(holding) < len(self.values[fact]):
                found.append(f"({' || '.join(f'f_{_id(fact)} == {n}' for n in holding) or 'false'})")
        return found

    def _any_stage(self, stages: Iterable[str]) -> str:
        return " || ".join(f"stage == {_stage(stage)}" for stage in stages) or "false"

    def _claims(self) -> Iterator[str]:
        ends = {stage: kind_of(self.walks, stage) for stage, rule in self.procedure.stages.items() if rule.end}
        decided = self._any_stage(stage for stage, kind in ends.items() if kind == "decided")
        others = self._any_stage(stage for stage, kind in ends.items() if kind not in ("decided", "withdrawn"))
        yield "ltl owed { [] (!nobody_owes) }"
        yield "ltl seated { [] (!no_unit) }"
        by = {self.book.roles[role].of for action in self.procedure.actions.values() for role in action.by}
        if "petitioner" in by or any(notice.to == "petitioner" for notice in self.procedure.notices.values()):
            yield f"ltl told {{ [] (({self._any_stage(ends)}) -> told) }}"
        if "petitioner" in by:
            yield f"ltl answered {{ [] (({decided}) && told -> answered) }}"
            yield f"ltl reasoned {{ [] (({others}) && told -> reasoned) }}"


def _stage(name: str) -> str:
    return f"S_{_id(name)}"


def _id(name: str) -> str:
    """A name as C and Promela have it."""
    return name.replace("-", "_")
