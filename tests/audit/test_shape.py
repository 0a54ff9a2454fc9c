"""What was put into the database, or taken out of it, beside its rows is found."""

from __future__ import annotations

import pytest
from django.db import connection

from huiyin.audit import shape
from huiyin.audit.verify import verify

POSTGRESQL = connection.vendor == "postgresql"
EVIL = (
    "CREATE FUNCTION evil() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "CREATE TRIGGER evil BEFORE INSERT ON people_accessrecord FOR EACH ROW EXECUTE FUNCTION evil()",
)
ON_BOTH = {
    "a view in the place of a table": (
        (
            "ALTER TABLE casework_caseaccused RENAME TO elsewhere",
            "CREATE VIEW casework_caseaccused AS SELECT * FROM elsewhere",
        ),
        {"view casework_caseaccused", "table casework_caseaccused", "table elsewhere"},
    ),
    "a table more": (("CREATE TABLE copies (id integer)",), {"table copies"}),
    "a table less": (("DROP TABLE casework_codeguess",), {"table casework_codeguess"}),
    "a column more": (("ALTER TABLE casework_codeguess ADD COLUMN more text",), {"casework_codeguess.more"}),
    "nothing keeps rows apart": (
        (
            "CREATE TABLE other AS SELECT * FROM casework_storedanswer",
            "DROP TABLE casework_storedanswer",
            "ALTER TABLE other RENAME TO casework_storedanswer",
        ),
        {"casework_storedanswer.id", "casework_storedanswer.key+organisation_id"},
    ),
    "only one may be there": (
        ("CREATE UNIQUE INDEX evil ON casework_codeguess (digest)",),
        {"casework_codeguess.digest"},
    ),
}
ON_POSTGRESQL = {
    "a trigger that keeps rows out": (EVIL, {"trigger evil on people_accessrecord"}),
    "a rule": (
        ("CREATE RULE evil AS ON INSERT TO people_accessrecord DO INSTEAD NOTHING",),
        {"rule evil on people_accessrecord"},
    ),
    "row security": (
        (
            "CREATE POLICY evil ON casework_caseaccused USING (false)",
            "ALTER TABLE casework_caseaccused ENABLE ROW LEVEL SECURITY",
        ),
        {"policy evil on casework_caseaccused", "row security switched on on casework_caseaccused"},
    ),
    "rows of another table": (
        ("CREATE TABLE evil () INHERITS (casework_codeguess)",),
        {"table evil", "inheritance evil on casework_codeguess"},
    ),
}
ON_SQLITE = {
    "a trigger that keeps rows out": (
        ("CREATE TRIGGER evil BEFORE INSERT ON people_accessrecord BEGIN SELECT RAISE(IGNORE); END",),
        {"trigger evil on people_accessrecord"},
    ),
    "a trigger that deletes": (
        ("CREATE TRIGGER evil AFTER INSERT ON casework_caseaccused BEGIN DELETE FROM casework_caseaccused; END",),
        {"trigger evil on casework_caseaccused"},
    ),
    "a trigger with the name of one of ours": (
        (
            "DROP TRIGGER ledger_event_no_update",
            "CREATE TRIGGER ledger_event_no_update AFTER INSERT ON casework_duty BEGIN DELETE FROM casework_duty; END",
        ),
        {"trigger ledger_event_no_update on casework_duty"},
    ),
    "a column that is computed": (
        ("ALTER TABLE casework_codeguess DROP COLUMN at", "ALTER TABLE casework_codeguess ADD COLUMN at AS ('2026')"),
        {"casework_codeguess.at"},
    ),
}
CHANGES = ON_BOTH | (ON_POSTGRESQL if POSTGRESQL else ON_SQLITE)


def test_what_the_migrations_made_is_as_it_should_be(db: None) -> None:
    assert [str(flaw) for flaw in shape.flaws()] == []


@pytest.mark.parametrize("name", CHANGES)
def test_what_no_migration_made_is_found(db: None, name: str) -> None:
    statements, told = CHANGES[name]
    with connection.cursor() as cursor:
        for statement in statements:
            if "DROP COLUMN at" in statement:
                cursor.execute("DROP INDEX attempt_lately")
            cursor.execute(statement)
    assert {flaw.case for flaw in shape.flaws()} == told


def test_verifying_tells_a_trigger_that_is_not_ours(db: None) -> None:
    with connection.cursor() as cursor:
        for statement in CHANGES["a trigger that keeps rows out"][0]:
            cursor.execute(statement)
    assert "trigger evil on people_accessrecord: no migration made it" in map(str, verify())
