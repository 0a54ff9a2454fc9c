"""What removals found of each clause when this version was made: shipped, since an installation has no tests to try them with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal

from huiyin.clauses.coverage import Coverage
from huiyin.clauses.removals.removals import removals_of
from huiyin.clauses.removals.run import Answer

RECORD: Final = Path(__file__).parents[1] / "removals.json"
"""Written by `huiyin rules coverage --removals --write`."""

ClauseProof = Literal["shown", "thin", "untried"]


@dataclass(frozen=True, slots=True)
class RemovalVerdict:
    """Of one clause: how many ``removals`` were tried, and those that no test of the clause noticed."""

    removals: int
    unnoticed: tuple[str, ...]

    @property
    def noticed(self) -> int:
        """How many were noticed."""
        return self.removals - len(self.unnoticed)

    @property
    def proof(self) -> ClauseProof:
        """Whether the clause's tests notice each removal, or are thin."""
        return "thin" if self.unnoticed else "shown"


def verdicts(answers: Iterable[Answer]) -> dict[str, RemovalVerdict]:
    """By clause what was found; a clause of which anything is still untried has none."""
    by_clause: dict[str, list[Answer]] = {}
    for answer in answers:
        by_clause.setdefault(answer.probe.clause, []).append(answer)
    return {
        clause: RemovalVerdict(len(all_of), tuple(str(one.probe.removal) for one in all_of if one.by is None))
        for clause, all_of in by_clause.items()
        if all(one.tried for one in all_of)
    }


def cautious(answers: Iterable[Answer], known: Mapping[str, RemovalVerdict]) -> dict[str, RemovalVerdict]:
    """As ``verdicts`` where only some tests were asked: what they do not notice counts as unnoticed, unless it was noticed by what is ``known``."""
    by_clause: dict[str, list[Answer]] = {}
    for answer in answers:
        by_clause.setdefault(answer.probe.clause, []).append(answer)
    found = {}
    for clause, all_of in by_clause.items():
        passed = [str(one.probe.removal) for one in all_of if one.by is None]
        before = known.get(clause)
        left = passed if before is None else [removal for removal in passed if removal in before.unnoticed]
        found[clause] = RemovalVerdict(len(all_of), tuple(left))
    return found


def recorded(rows: Iterable[Coverage], path: Path = RECORD) -> dict[str, RemovalVerdict]:
    """The verdicts of the record on ``rows``, by clause. A clause whose elements have changed since has none: it is untried again."""
    known: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {
        row.clause: RemovalVerdict(kept["removals"], tuple(kept["unnoticed"]))
        for row in rows
        if (kept := known.get(row.clause)) is not None and kept["of"] == _names_digest(row)
    }


def record_text(rows: Iterable[Coverage], found: Mapping[str, RemovalVerdict]) -> str:
    """The verdicts ``found`` on ``rows`` as the record keeps them."""
    kept = {
        row.clause: {
            "of": _names_digest(row),
            "removals": found[row.clause].removals,
            "unnoticed": list(found[row.clause].unnoticed),
        }
        for row in rows
        if row.clause in found
    }
    return json.dumps(dict(sorted(kept.items())), ensure_ascii=False, indent=1) + "\n"


def _names_digest(row: Coverage) -> str:
    """What the clause had to be removed, as far as it has a name: sixteen hexadecimal digits are enough to tell that it changed."""
    return sha256("\n".join(map(str, removals_of(row))).encode()).hexdigest()[:16]
