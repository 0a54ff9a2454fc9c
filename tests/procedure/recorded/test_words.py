"""Where a clause is carried out people read what the clause's record says: what a petitioner is told of a stage, what a document prints."""

from __future__ import annotations

from huiyin.rules.book.load import load
from tests.procedure.recorded.marking import by_clause
from tests.procedure.recorded.record import read_record
from tests.procedure.recorded.words import words_of


@by_clause(
    "s0-3.1.2 s0-3.2.1a s0-3.2.2.1a s0-3.2.2.1b s0-3.2.2.2a s0-3.2.2.2b s0-3.2.2.2c s0-3.3.2b s0-3.3.2c s0-3.3.3b "
    "s0-3.4d s1-A1b s1-A2c s1-A2d s1-A4a s1-A4b s1-B3.3a s1-B3.3b s1-C11a s1-C11b s1-C15b s1-C20c s1-C6b s1-C6c "
    "s1-C8c s2-1.1 s2-1.2 s2-1.3.1 s2-1.3.4 s2-2.2.1 s2-2.2.3 s2-3.3.1a s2-3.3.2a s2-4.1.2 s2-4.2.2 s2-5.1.1b "
    "s2-5.2.2 s3-2.3.2c s3-3.1.2 s3-3.1.4b s3-3.2.2 s3-3.4.2b s3-3.4.4a s3-4.1 s3-4.2.1a s3-4.2.4b s3-4.2.6a"
)
def test_what_people_read_where_a_clause_is_carried_out_is_as_recorded(clause: str) -> None:
    for one in read_record(clause).read:
        assert words_of(load(one.book), one.path) == one.lines, one.path
