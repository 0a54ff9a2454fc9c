"""Proving a rulebook sound, or finding the shortest counterexamples: what `huiyin rules check` prints.

The properties (a) to (i), how each is proved and under which abstraction: docs/proofs.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from huiyin.rules.book.load import Flaw, Rules
from huiyin.rules.book.references import dangling, unmarked
from huiyin.rules.prover.finding import PROPERTIES, Finding, Property
from huiyin.rules.prover.longest_time import Longest, longest
from huiyin.rules.prover.proofs.citations import miscounted, misplaced, uncited, unsettable, unused
from huiyin.rules.prover.proofs.endless import endless
from huiyin.rules.prover.proofs.ends import ended
from huiyin.rules.prover.proofs.limits import begun, limited
from huiyin.rules.prover.proofs.notices import untold
from huiyin.rules.prover.proofs.outside import over_nobody
from huiyin.rules.prover.proofs.owners import owned
from huiyin.rules.prover.proofs.practice import practised, unlike_elsewhere
from huiyin.rules.prover.proofs.reach import placed, reaching
from huiyin.rules.prover.proofs.remedies import remedies
from huiyin.rules.prover.proofs.sealing import sealed
from huiyin.rules.prover.proofs.separation import apart
from huiyin.rules.prover.refinement.law import law_above
from huiyin.rules.prover.refinement.refine import refined
from huiyin.rules.prover.refinement.weaker import weaker_book, weaker_steps
from huiyin.rules.prover.walks import Walks, everywhere, on_main_line, walk_all


@dataclass(frozen=True, slots=True)
class BookProof:
    """What was proved of one rulebook.

    ``findings`` is empty when it is sound; ``situations`` is how many were walked, by procedure; ``longest`` the longest lawful
    times, by procedure, where they were calculated; ``on_law`` whether a law stands above it, against which (k) was proved.
    """

    rulebook: str
    findings: tuple[Finding, ...]
    situations: dict[str, int]
    longest: dict[str, tuple[Longest, ...]]
    on_law: bool = False

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    @property
    def proved(self) -> tuple[Property, ...]:
        """The properties against which nothing was found; none when names lead nowhere, and (k) only under a law."""
        failed = {finding.of for finding in self.findings} | (set() if self.on_law else {"k"})
        return tuple(letter for letter in PROPERTIES if letter not in failed) if self.situations else ()


@lru_cache(maxsize=16)
def prove_rules(rules: Rules) -> BookProof:
    """Everything that is wrong with ``rules``, in the order of the file, and what was proved; found once.

    When names lead nowhere, only these are reported: the rest cannot be judged.
    """
    nowhere = list(leading_nowhere(rules))
    if nowhere:
        return BookProof(rules.book.key, _in_order(nowhere), {}, {})
    walks = [walk_all(rules, name) for name in rules.book.procedures]
    findings = [*of_book(rules), *(finding for one in walks for finding in of_procedure(one))]
    sound = not any(finding.of in "abc" for finding in findings)
    return BookProof(
        rulebook=rules.book.key,
        findings=_in_order(findings),
        situations={one.name: one.situations for one in walks},
        longest={one.name: longest(rules, one.name) for one in walks} if sound else {},
        on_law=law_above(rules) is not None,
    )


def leading_nowhere(rules: Rules) -> Iterator[Finding]:
    """The names that lead nowhere."""
    for flaw in dangling(rules):
        yield Finding("h", flaw)


def of_book(rules: Rules) -> Iterator[Finding]:
    """What can be found without walking."""
    for flaw in unmarked(rules):
        yield Finding("b", flaw)
    yield from uncited(rules)
    yield from miscounted(rules)
    yield from misplaced(rules)
    yield from unused(rules)
    yield from unsettable(rules)
    yield from sealed(rules)
    yield from unlike_elsewhere(rules)
    yield from weaker_book(rules)


def of_procedure(walks: Walks) -> Iterator[Finding]:
    """What walking one procedure finds, each finding as soon as it is made. What the main line shows comes first, since that is found soonest."""
    yield from on_main_line(walks)
    if walks.main.complete:
        yield from ended(walks)
        yield from untold(walks)
        yield from remedies(walks)
        yield from apart(walks)
        yield from over_nobody(walks)
        yield from practised(walks)
        yield from owned(walks)
        yield from limited(walks)
        yield from endless(walks)
        yield from reaching(walks)
        yield from refined(walks)
        yield from weaker_steps(walks)
        yield from everywhere(walks)
        if all(found.complete for found in walks.all):
            yield from begun(walks)
            yield from placed(walks)


def _in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """Each once, by where it stands; not once more without a story where there is one."""
    storied = {(found.of, found.flaw) for found in findings if found.story}
    findings = [found for found in findings if found.story or (found.of, found.flaw) not in storied]
    return tuple(sorted(dict.fromkeys(findings), key=lambda found: (found.flaw.file, found.flaw.line)))


def check(rules: Rules) -> list[Flaw]:
    """Everything that is wrong with ``rules``, in the order of the file; empty when it is sound."""
    return [finding.flaw for finding in prove_rules(rules).findings]
