"""(k) What a local book lets happen and its law does not, each told as the shortest way there."""

from __future__ import annotations

from collections.abc import Iterator

from huiyin.rules.book.schema import START
from huiyin.rules.book.steps import begins_case, can_move
from huiyin.rules.book.texts import CodedText, Series, Term, series
from huiyin.rules.prover.codes.refinement import BeyondCode, RefinementCode
from huiyin.rules.prover.finding import Finding, with_story
from huiyin.rules.prover.live_facts import TooMany, live_facts
from huiyin.rules.prover.refinement.law import Side, after, is_laws, law_above, law_side
from huiyin.rules.prover.refinement.likeness import Likeness
from huiyin.rules.prover.refinement.product import MAX_PAIRS, Beyond, Pair, Product, kind
from huiyin.rules.prover.refinement.weaker import custody_weakened, weaker
from huiyin.rules.prover.refinement.words import Words, contested
from huiyin.rules.prover.state_space import Transitions, walk
from huiyin.rules.prover.walks import Walks, too_many


def refined(walks: Walks) -> Iterator[Finding]:
    """Every step that the law above the book cannot follow; nothing where it extends none, or the law has no such procedure."""
    law = law_above(walks.rules)
    if law is None or walks.name not in law.book.procedures or walks.main.idle:
        return
    if not is_laws(walks.rules, law, walks.name):
        return
    theirs = law_side(law, walks.name)
    words = Words(Likeness(walks.rules.book, walks.procedure, theirs))
    yield from weaker(walks, theirs)
    yield from custody_weakened(walks, law, words.likeness)
    try:
        local = _local_side(walks, words)
    except TooMany:
        local = None
    product = Product(local, theirs, words).run() if local is not None and local.found.complete else None
    if product is None or not product.complete:
        yield too_many(walks, walks.main, "k", MAX_PAIRS)
    else:
        yield from _Stories(walks, product).findings()


def _local_side(walks: Walks, words: Words) -> Side:
    """The local procedure with every fact and duty kept by which the law goes: as it was walked already, where that kept them all."""
    procedure, transitions = walks.procedure, walks.transitions
    without = walks.without - words.law.main
    live = live_facts(walks.rules.book, procedure, words.watched)
    same = (live.names, live.same, live.matter) == (
        transitions.live.names,
        transitions.live.same,
        transitions.live.matter,
    )
    if same and without == walks.without:
        return Side(transitions, walks.main, without)
    watching = transitions if same else Transitions(walks.rules.book, procedure, live)
    return Side(watching, walk(watching, without=without), without)


class _Stories:
    """The findings of one product, as stories."""

    def __init__(self, walks: Walks, product: Product) -> None:
        self.walks, self.product, self.law = walks, product, product.law

    def findings(self) -> Iterator[Finding]:
        yield from self._aside()
        told_of: set[tuple[str, CodedText]] = set()
        for beyond in self.product.beyond.values():
            why = self._why(beyond)
            if (beyond.action, why) not in told_of:
                told_of.add((beyond.action, why))
                yield self._beyond(beyond, why)
        for name, pair in self.product.refused.items():
            action = Term(self.law.procedure.actions[name].zh, name)
            stage = self.walks.term_of("stages", pair[0].stage)
            lost = RefinementCode.RIGHT_LOST.about(action=action, stage=stage, way=self._way(pair))
            yield self.walks.at("k", ("actions", name), lost, self._story(pair))
        for name, (pair, moments) in self.product.untimed.items():
            untimed = RefinementCode.UNTIMED.about(
                stage=self.walks.term_of("stages", name),
                moments=self.walks.terms_of("moments", sorted(moments), "or"),
                way=self._way(pair),
            )
            yield self.walks.at("k", ("stages", name), untimed, self._story(pair))

    def _aside(self) -> Iterator[Finding]:
        """What is wrong with steps that were not walked together: those on duties beside the main line, and those that open a case."""
        for name, word in self.product.words.of.items():
            action = self.walks.procedure.actions[name]
            if word.why_not is not None and (begins_case(action) or name not in self.product.local.found.taken):
                found, node = self.walks.first(name)
                stage = self.walks.term_of("stages", node.stage if node is not None else START)
                why = RefinementCode.LESS_THAN_LAWFUL.about(
                    action=self.walks.term_of("actions", name), why=word.why_not, stage=stage
                )
                yield self.walks.at("k", ("actions", name), why, self.walks.story(found, node, name))

    def _beyond(self, beyond: Beyond, why: CodedText) -> Finding:
        found = RefinementCode.BEYOND_THE_LAW.about(
            action=self.walks.term_of("actions", beyond.action),
            why=why,
            at=self._at(beyond),
            allowed=self._allowed(beyond.before),
            way=self._way(beyond.before, beyond.action),
        )
        return self.walks.at("k", ("actions", beyond.action), found, self._story(beyond.before, beyond.action))

    def _at(self, beyond: Beyond) -> Term:
        """Where the case stands by the law."""
        stages = self.law.procedure.stages
        if beyond.before is None:
            return self.walks.term_of("stages", "start")
        name = min(lawful.stage for lawful in beyond.before[1])
        return Term(stages[name].zh, stages[name].name("en"))

    def _allowed(self, before: Pair | None) -> Series:
        """What the law lets happen there that takes a case on."""
        actions = self.law.procedure.actions
        names = {
            name: None
            for lawful in (before[1] if before is not None else ())
            for name, steps in self.law.by_action.get((lawful.stage, lawful.facts), {}).items()
            if can_move(actions[name]) and any(after(lawful, step) is not None for step in steps)
        }
        return series(Term(actions[name].zh, actions[name].name("en")) for name in sorted(names))

    def _why(self, beyond: Beyond) -> CodedText:
        word, own = self.product.words.of[beyond.action], beyond.action not in self.law.procedure.actions
        moves = beyond.before is not None and beyond.before[0].stage != beyond.node.stage
        if word.why_not is not None and not (own and moves):
            return word.why_not
        stage, at = self.walks.term_of("stages", beyond.node.stage), self._at(beyond)
        rule = self.walks.procedure.stages[beyond.node.stage]
        known = beyond.node.stage in self.law.procedure.stages
        if rule.end and not known:
            if kind(rule) in ("declined", "merged", "transferred") and not contested(
                self.product.words.likeness, beyond.node.stage
            ):
                return BeyondCode.NO_CONTEST.about(stage=stage)
            return BeyondCode.NO_SUCH_END.about(stage=stage, at=at)
        beside = beyond.before[1] if beyond.before is not None else frozenset()
        if all(lawful.stage != beyond.node.stage for lawful in beside) and known:
            if beyond.action in self.law.procedure.actions:
                return BeyondCode.NOT_YET.about(at=at)
            return (BeyondCode.ANOTHER_END if rule.end else BeyondCode.SHORTCUT).about(at=at, stage=stage)
        for lawful in beside:
            differing = self.product.differing(beyond.node, lawful)
            if differing is not None:
                fact, value = differing
                named = self.walks.rules.book.facts[fact]
                return BeyondCode.FACT.about(fact=Term(named.zh, named.name("en")), value=self._value(fact, value))
        return word.why_not or (BeyondCode.HANDED_ON.about() if word.hands_on else BeyondCode.NOT_YET.about(at=at))

    def _value(self, fact: str, value: str) -> Term:
        named = self.walks.rules.book.facts[fact].values[value]
        return Term(named.zh, named.name("en"))

    def _way(self, pair: Pair | None, *more: str) -> str:
        return " → ".join([*(action for action, _ in self.product.path(pair)), *more])

    def _story(self, pair: Pair | None, *more: str) -> tuple[CodedText, ...]:
        path, found = self.product.path(pair), self.product.local.found
        return with_story(self.walks.rules.book, self.walks.procedure, found, path, *more)
