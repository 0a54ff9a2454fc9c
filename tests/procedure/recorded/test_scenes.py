"""Where a clause is carried out the engine does what the clause's record says (`clauses/`): who may do what when, and what comes of it."""

from __future__ import annotations

from huiyin.clauses.coverage import coverage
from huiyin.clauses.removals.removals import removals_of
from huiyin.rules.book.load import load
from tests.procedure.recorded.marking import by_clause
from tests.procedure.recorded.record import Recorded, file_of, read_record, recorded_clauses, written
from tests.procedure.recorded.scene import played


@by_clause(
    "s1-A1a s1-A1b s1-A2a s1-A2c s1-A2d s1-A3 s1-A4a s1-A4b s1-A6a s1-A6b s1-B1 s1-B2a s1-B2b s1-B3 s1-B3.2 "
    "s1-B3.3a s1-B3.3b s1-B5 s1-C10 s1-C11a s3-1.2 s3-1.3.3 s3-1.3.4 s3-2.1.2b s3-2.1.2c s3-2.2.2a s3-2.2.2c "
    "s3-2.2.2d s3-2.2.2e s3-2.3.1a s3-2.3.1b s3-2.3.1c s3-2.3.1d s3-2.3.2b s3-2.3.2c s3-2.3.2d s3-2.3.3a s3-2.3.3b "
    "s3-2.3.3c s3-2.3.4a s3-2.3.4b s3-2.3.4c s3-3.1.2 s3-3.1.3 s3-3.1.4a s3-3.1.4b s3-3.2.1 s3-3.2.2 s3-3.2.3 "
    "s3-3.3.1 s3-3.3.2a s3-3.3.2b s3-3.3.3 s3-3.4.1 s3-3.4.2a s3-3.4.2b s3-3.4.3 s3-3.4.4a s3-3.4.4b s3-3.5.1 "
    "s3-3.5.2a s3-4.1 s3-4.2.1a s3-4.2.1b s3-4.2.2a s3-4.2.2b s3-4.2.3a s3-4.2.3b s3-4.2.3c s3-4.2.3d s3-4.2.4a "
    "s3-4.2.4b s3-4.2.4c s3-4.2.5a s3-4.2.5b s3-4.2.5c s3-4.2.6a s3-4.2.6b s3-4.2.6c s3-6.1.1 s3-6.1.2a s3-6.1.2b"
)
def test_what_the_engine_does_where_a_clause_is_carried_out_is_as_recorded(clause: str) -> None:
    for one in read_record(clause).scenes:
        assert played(load(one.scene.book), one.scene) == one.outcome, one.scene


def test_every_clause_that_an_element_carries_out_has_a_record() -> None:
    assert recorded_clauses() == sorted(row.clause for row in coverage({}) if removals_of(row))


def test_a_record_is_written_as_it_is_read() -> None:
    for clause in recorded_clauses()[::20]:
        assert written(read_record(clause)) == file_of(clause).read_text(encoding="utf-8")


def test_a_scene_whose_outcome_is_another_is_not_as_recorded() -> None:
    first: Recorded = next(one for clause in recorded_clauses() for one in read_record(clause).scenes)
    assert played(load(first.scene.book), first.scene) != {**first.outcome, "refused": "wrong-role"}
