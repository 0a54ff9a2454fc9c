"""Where a clause is carried out the engine does what the clause's record says (`clauses/`): who may do what when, and what comes of it."""

from __future__ import annotations

from huiyin.clauses.coverage import coverage
from huiyin.clauses.removals.removals import removals_of
from huiyin.rules.book.load import load
from tests.procedure.recorded.marking import by_clause
from tests.procedure.recorded.record import Recorded, file_of, read_record, recorded_clauses, written
from tests.procedure.recorded.scene import played


@by_clause(
    "s0-0c s0-1a s0-3.1.1a s0-3.1.1b s0-3.1.1c s0-3.1.2 s0-3.1.3 s0-3.2.1a s0-3.2.1b s0-3.2.1c s0-3.2.2.1a "
    "s0-3.2.2.1b s0-3.2.2.1c s0-3.2.2.1d s0-3.2.2.1e s0-3.2.2.2a s0-3.2.2.2b s0-3.2.2.2c s0-3.3.1a s0-3.3.1b "
    "s0-3.3.2a s0-3.3.2b s0-3.3.2c s0-3.3.2d s0-3.3.2e s0-3.3.3a s0-3.3.3b s0-3.4c s0-3.4d s0-3.4e s0-3.5a s1-A1a "
    "s1-A1b s1-A2a s1-A2c s1-A2d s1-A3 s1-A4a s1-A4b s1-A6a s1-A6b s1-B1 s1-B2a s1-B2b s1-B3 s1-B3.2 s1-B3.3a "
    "s1-B3.3b s1-B5 s1-C10 s1-C11a s1-C11b s1-C13a s1-C13b s1-C14 s1-C15a s1-C15b s1-C16a s1-C16b s1-C16c s1-C17a "
    "s1-C17b s1-C18 s1-C1b s1-C20c s1-C20d s1-C2a s1-C2b s1-C4.1 s1-C4.2 s1-C4.3 s1-C5.1a s1-C5.1c s1-C5.2b s1-C6a "
    "s1-C6b s1-C6c s1-C7 s1-C8a s1-C8b s1-C8c s1-C8d s1-C9a s1-C9b s2-1.1 s2-1.2 s2-1.3.1 s2-1.3.2 s2-1.3.3 "
    "s2-1.3.4 s2-2.1.1 s2-2.1.2 s2-2.2.1 s2-2.2.2a s2-2.2.2b s2-2.2.3 s2-3.1.1 s2-3.1.2 s2-3.2.1a s2-3.2.1b "
    "s2-3.2.1c s2-3.2.2a s2-3.2.2b s2-3.3.1a s2-3.3.1b s2-3.3.2a s2-3.3.2b s2-3.4.2a s2-3.4.2b s2-4.1.1 s2-4.1.2 "
    "s2-4.2.1 s2-4.2.2 s2-5.1.1a s2-5.1.1b s2-5.1.2 s2-5.2.2 s3-1.2 s3-1.3.3 s3-1.3.4 s3-2.1.2b s3-2.1.2c s3-2.2.2a "
    "s3-2.2.2c s3-2.2.2d s3-2.2.2e s3-2.3.1a s3-2.3.1b s3-2.3.1c s3-2.3.1d s3-2.3.2b s3-2.3.2c s3-2.3.2d s3-2.3.3a "
    "s3-2.3.3b s3-2.3.3c s3-2.3.4a s3-2.3.4b s3-2.3.4c s3-3.1.2 s3-3.1.3 s3-3.1.4a s3-3.1.4b s3-3.2.1 s3-3.2.2 "
    "s3-3.2.3 s3-3.3.1 s3-3.3.2a s3-3.3.2b s3-3.3.3 s3-3.4.1 s3-3.4.2a s3-3.4.2b s3-3.4.3 s3-3.4.4a s3-3.4.4b "
    "s3-3.5.1 s3-3.5.2a s3-4.1 s3-4.2.1a s3-4.2.1b s3-4.2.2a s3-4.2.2b s3-4.2.3a s3-4.2.3b s3-4.2.3c s3-4.2.3d "
    "s3-4.2.4a s3-4.2.4b s3-4.2.4c s3-4.2.5a s3-4.2.5b s3-4.2.5c s3-4.2.6a s3-4.2.6b s3-4.2.6c s3-6.1.1 s3-6.1.2a "
    "s3-6.1.2b"
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
