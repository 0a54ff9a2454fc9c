"""Whether a rulebook can be worked under: the findings of the prover as flaws with file and line."""

from __future__ import annotations

from huiyin.rules.load import Flaw, Rules
from huiyin.rules.prove import prove
from huiyin.rules.prove_names import cited_clauses

__all__ = ["check", "cited_clauses"]


def check(rules: Rules) -> list[Flaw]:
    """Everything that is wrong with ``rules``, in the order of the file; empty when it is sound."""
    return [finding.flaw for finding in prove(rules).findings]
