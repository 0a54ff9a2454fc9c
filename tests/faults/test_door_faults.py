"""The database fails in the middle of a command: whatever the table, nothing of the command stays, and a retry succeeds."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection

from huiyin import door
from huiyin.door import action
from huiyin.jobs.models import Job
from huiyin.ledger import guard
from huiyin.ledger.chain import Conflict
from huiyin.ledger.models import CountedSeries, Row
from tests import tables
from tests.cast import NOW, Cast, make_cast
from tests.matters import Matter, begin, petition, register, replay_equals_projection

REGISTRATION = (
    "people_datakey people_petitioner people_blindindex casework_text ledger_event casework_caseunit casework_duty "
    "casework_case casework_caseaccess casework_caseparty casework_submission casework_storedanswer ledger_logpending ledger_series"
).split()
ACCEPTANCE = (
    ("casework_text", "INSERT"),
    ("ledger_event", "INSERT"),
    ("ledger_logpending", "INSERT"),
    ("casework_duty", "INSERT"),
    ("casework_duty", "UPDATE"),
    ("casework_notice", "INSERT"),
    ("casework_case", "UPDATE"),
    ("casework_caseaccess", "UPDATE"),
    ("casework_storedanswer", "INSERT"),
    ("ledger_series", "INSERT"),
    ("outbox_job", "INSERT"),
)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def matter(cast: Cast) -> Matter:
    return begin(cast)


@pytest.mark.parametrize("table", REGISTRATION)
def test_a_registration_that_fails_at_one_table_leaves_nothing_in_any(cast: Cast, table: str) -> None:
    begin(cast)
    before = tables.contents()
    verb = "UPDATE" if table == "ledger_series" else "INSERT"
    sealed_against = petition(cast, accused=("临江防火处",))
    with tables.failing(table, verb), pytest.raises(DatabaseError):
        door.register_petition(sealed_against, cast.newcomer(), NOW, "submit", "k-1")
    assert tables.contents() == before
    outcome = register(sealed_against, cast.newcomer(), NOW, key="k-1")
    assert isinstance(outcome, door.Registered)
    assert outcome.case.entry == 2


@pytest.mark.parametrize(("table", "verb"), ACCEPTANCE)
def test_an_action_that_fails_at_one_table_leaves_nothing_in_any(matter: Matter, table: str, verb: str) -> None:
    before = tables.contents()
    wish = matter.wish("intake", "accept", key="k-1")
    with tables.failing(table, verb), pytest.raises(DatabaseError):
        door.execute(wish)
    assert tables.contents() == before
    replay_equals_projection(matter.id)
    assert isinstance(door.execute(wish), door.Accepted)
    replay_equals_projection(matter.id)


def test_every_table_that_a_registration_writes_to_was_made_to_fail(cast: Cast) -> None:
    begin(cast)
    before = tables.contents()
    register(petition(cast), cast.newcomer(), NOW, key="k-1")
    after = tables.contents()
    assert {name for name in after if after[name] != before[name]} <= set(REGISTRATION)


def test_every_table_that_an_action_writes_to_was_made_to_fail(matter: Matter) -> None:
    before = tables.contents()
    door.execute(matter.wish("intake", "accept", key="k-1"))
    after = tables.contents()
    changed = {name for name in after if after[name] != before[name]}
    assert changed - {"casework_caseunit"} <= {table for table, _ in ACCEPTANCE}


def test_a_job_that_the_table_refuses_takes_the_whole_command_with_it(cast: Cast) -> None:
    twin, matter = begin(cast), begin(cast)
    twin.does("intake", "accept")
    queued = Job.objects.get()
    queued.key = queued.key.replace(twin.id.hex, matter.id.hex)
    Job.objects.filter(id=queued.id).update(key=queued.key)
    before = tables.contents()
    with pytest.raises(DatabaseError):
        door.execute(matter.wish("intake", "accept"))
    assert tables.contents() == before


def test_a_number_that_is_taken_already_takes_the_whole_registration_with_it(cast: Cast) -> None:
    begin(cast)
    CountedSeries.objects.filter(name="cases").update(count=0)
    before = tables.contents()
    # The register's event and the case both bear the number: which of the two PostgreSQL refuses first is its own choice.
    with pytest.raises((Conflict, IntegrityError)):
        door.register_petition(petition(cast), cast.newcomer(), NOW, "submit", "k-1")
    assert tables.contents() == before


def test_a_chain_that_runs_ahead_of_its_case_is_told_as_a_conflict_and_nothing_is_written(matter: Matter) -> None:
    last = Row.objects.filter(case_id=matter.id).order_by("-seq").first()
    assert last is not None
    last.pk, last.seq = (matter.id, last.seq + 1), last.seq + 1
    last.save(force_insert=True)
    before = tables.contents()
    with pytest.raises(Conflict):
        door.execute(matter.wish("intake", "accept"))
    assert tables.contents() == before


def test_a_conflict_that_passes_is_nobodys_trouble(matter: Matter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else's event is in the way at the first attempt, and gone at the second: they were rolled back."""
    last = Row.objects.filter(case_id=matter.id).order_by("-seq").first()
    assert last is not None
    last.pk, last.seq = (matter.id, last.seq + 1), last.seq + 1
    last.save(force_insert=True)
    first, attempts = action._execute, []

    def clearing(wish: door.ActionRequest, digest: str) -> door.Accepted | door.Rejected | door.Refused:
        if attempts:
            guard.remove(connection)
            Row.objects.filter(case_id=matter.id, seq=last.seq)._raw_delete("default")
            guard.install(connection)
        attempts.append(wish)
        return first(wish, digest)

    monkeypatch.setattr(action, "_execute", clearing)
    assert isinstance(door.execute(matter.wish("intake", "accept")), door.Accepted)
    assert len(attempts) == 2
    replay_equals_projection(matter.id)
