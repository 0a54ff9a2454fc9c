"""What docs/integrity.md says of each table and column is so: every change of the database alone comes out that it says comes out."""

from __future__ import annotations

import signal
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4
from zlib import crc32

import pytest
from django.db import connection, models, transaction
from django.db.backends.base.operations import BaseDatabaseOperations

from huiyin.audit import implied
from huiyin.audit.verify import verify
from huiyin.casework.models import Case, CaseAccused, CaseParty, Duty, Notice, Submission, Text
from huiyin.jobs.models import Job
from huiyin.ledger import log, series
from huiyin.ledger.chain import GENESIS, link
from huiyin.ledger.models import CountedSeries, LogHead, LogLeaf, LogNode, Row
from huiyin.people.administration import ADMINISTRATION
from huiyin.people.ids import new_id
from huiyin.people.models import AccessRecord, BlindIndex, DataKey, Erasure, Holding, Petitioner, Token, Unit
from huiyin.procedure.storage import codec
from huiyin.rule_store.store import load
from tests.audit import installation
from tests.audit.installation import ROWS, comes_out
from tests.cast import NOW
from tests.matters import Matter

TABLES = installation.tables()
SAID = installation.page()


make_world = installation.seed


def test_the_page_speaks_of_every_table_and_every_column_and_of_no_other() -> None:
    assert sorted(SAID) == sorted(TABLES)
    for table, said in SAID.items():
        assert not said.verify & said.nothing, table
        assert sorted(said.verify | said.nothing) == sorted(installation.everything(TABLES[table])), table


def test_an_installation_with_something_in_every_table_is_whole(matter: Matter) -> None:
    assert [str(finding) for finding in verify(at=installation.LATER) if finding.kind == "wrong"] == []


@pytest.mark.slow
@pytest.mark.rarely_on_postgresql
@pytest.mark.parametrize("one_of", [18, pytest.param(1, marks=pytest.mark.exhaustive)])
def test_every_change_comes_out_that_the_page_says_comes_out(matter: Matter, one_of: int) -> None:
    """Of some five hundred changes every push tries a part, the same each time: which, their names say."""
    missed, untried = [], []
    for table, said in SAID.items():
        for item in sorted(said.verify):
            if crc32(f"{table}: {item}".encode()) % one_of:
                continue
            change = installation.change_of(TABLES[table], item)
            if change is None:
                untried.append(f"{table}: {item}")
            elif not comes_out(table, change):
                missed.append(f"{table}: {item}")
    assert (missed, untried) == ([], [])


@pytest.mark.exhaustive
def test_what_the_page_says_that_nothing_finds_is_found_by_nothing(matter: Matter) -> None:
    """So that the page is not too modest either: what is found after all moves to the other list."""
    found = []
    for table, said in SAID.items():
        model = TABLES[table]
        for items in (
            [item for item in said.nothing if item not in ROWS],
            *([item] for item in said.nothing & {*ROWS}),
        ):
            # The key last: the other changes look their row up by it.
            ordered = sorted(items, key=lambda item: item == model._meta.pk.attname)
            tried = [change for item in ordered if (change := installation.change_of(model, item)) is not None]
            if tried and comes_out(table, *tried):
                found.append(f"{table}: {', '.join(ordered)}")
    assert found == []


# --- what an attacker would do --------------------------------------------------------------------------------------


def take_away(case: UUID) -> None:
    """A case with all that names it."""
    for model in (Row, Duty, Notice, Submission, CaseAccused, CaseParty):
        model._default_manager.filter(case_id=case)._raw_delete("default")
    for name in ("casework.CaseUnit", "casework.CaseLink", "casework.Attachment"):
        rows = models_named(name).filter(case_id=case)
        rows._raw_delete("default")
    Text.objects.filter(case=case)._raw_delete("default")
    Case.objects.filter(id=case)._raw_delete("default")


def models_named(label: str) -> models.QuerySet[models.Model]:
    from django.apps import apps

    return apps.get_model(label)._default_manager.all()


def delete_the_newest_case() -> None:
    newest = Case.objects.filter(organisation__code="lj").order_by("-entry")[0]
    take_away(newest.id)
    register = CountedSeries.objects.get(name="cases")
    last = Row.objects.get(case_id=register.id, seq=register.count)
    Row.objects.filter(case_id=register.id, seq=register.count)._raw_delete("default")
    CountedSeries.objects.update_or_create(
        id=register.id, defaults={"count": register.count - 1, "head": last.previous}
    )
    forget_the_log()


def delete_a_case_and_renumber() -> None:
    first = Case.objects.filter(organisation__code="lj").order_by("entry")[0]
    take_away(first.id)
    register = CountedSeries.objects.get(name="cases")
    bodies = list(Row.objects.filter(case_id=register.id, seq__gt=1).order_by("seq").values_list("body", flat=True))
    head = GENESIS
    for seq, body in enumerate(bodies, 1):
        body = body.replace(f'"number":{seq + 1}', f'"number":{seq}')
        previous, head = head, link(head, register.id, seq, body)
        Row.objects.filter(case_id=register.id, seq=seq).update(body=body, previous=previous, hash=head)
    Row.objects.filter(case_id=register.id, seq=register.count)._raw_delete("default")
    for case in Case.objects.filter(organisation__code="lj").order_by("entry"):
        Case.objects.filter(id=case.id).update(entry=(case.entry or 0) - 1)
    CountedSeries.objects.filter(id=register.id).update(count=register.count - 1, head=head)
    forget_the_log()


def cut_the_end_of_a_case() -> None:
    """The last events are taken away, and every row is made to say what the others imply."""
    case = Case.objects.get(id=installation.the_matter())
    rows = list(Row.objects.filter(case_id=case.id).order_by("seq"))
    kept = rows[: next(n for n, row in enumerate(rows) if row.type == "ActionTaken" and n > 5)]
    after = implied.read_implied(kept)
    Row.objects.filter(case_id=case.id, seq__gt=len(kept))._raw_delete("default")
    changed = implied.case_columns(after, load(case.rulebook)) | {"state": codec.dumps(after.state)}
    Case.objects.filter(id=case.id).update(**{name: value for name, value in changed.items() if name != "id"})
    for model in (Duty, Notice):
        known = set(after.duties) if model is Duty else set(implied.notice_columns(after))
        model._default_manager.filter(case_id=case.id).exclude(id__in=known)._raw_delete("default")
    forget_the_log()


def forget_the_log() -> None:
    for model in (LogHead, LogLeaf, LogNode):
        model._default_manager.all()._raw_delete("default")


def swap(model: type[models.Model], column: str) -> None:
    one, other = model._default_manager.order_by("pk")[:2]
    values = getattr(one, column), getattr(other, column)
    model._default_manager.filter(pk=one.pk).update(**{column: "held"})
    model._default_manager.filter(pk=other.pk).update(**{column: values[0]})
    model._default_manager.filter(pk=one.pk).update(**{column: values[1]})


def swap_accused() -> None:
    unit, person = CaseAccused.objects.get(account=None), CaseAccused.objects.get(unit=None)
    CaseAccused.objects.filter(id=unit.id).update(unit=None, account=unit.unit_id)
    CaseAccused.objects.filter(id=person.id).update(account=None, unit=person.account_id)


def destroy_a_key() -> None:
    party = Petitioner.objects.filter(key__destroyed_at=None).order_by("id")[0]
    DataKey.objects.filter(id=party.key_id).update(wrapped=b"", destroyed_at=NOW)
    Petitioner.objects.filter(id=party.id).update(sealed=b"")
    BlindIndex.objects.filter(petitioner=party).delete()
    other = Erasure.objects.get()
    other.pk, other.petitioner_id = new_id(NOW), party.id
    other.save(force_insert=True)


def add_a_representative() -> None:
    one = CaseParty.objects.filter(case=installation.the_matter()).order_by("position")[0]
    other = Petitioner.objects.exclude(id=one.petitioner_id).order_by("id")[0]
    CaseParty.objects.create(case_id=one.case_id, petitioner_id=other.id, position=9)


def copy(model: type[models.Model], **changes: object) -> None:
    row = model._default_manager.order_by("pk")[0]
    row.pk = uuid4()
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(force_insert=True)


def forget_an_administrative_event() -> None:
    """The token's event is taken out, the chain is linked anew, and the token goes with it."""
    id = series.series_id(series.INSTALLATION, ADMINISTRATION, "")
    rows = list(Row.objects.filter(case_id=id).order_by("seq"))
    bodies = [row.body for row in rows if "issue_token" not in row.body]
    Row.objects.filter(case_id=id)._raw_delete("default")
    head = GENESIS
    for seq, (row, body) in enumerate(zip(rows, bodies, strict=False), 1):
        row.pk, row.seq, row.body, row.previous = (id, seq), seq, body, head
        row.hash = head = link(head, id, seq, body)
        row.save(force_insert=True)
    CountedSeries.objects.filter(id=id).update(count=len(bodies), head=head)
    Token.objects.all()._raw_delete("default")
    forget_the_log()


CRIMES: dict[str, tuple[Callable[[], object], str]] = {
    "the newest case is gone": (delete_the_newest_case, "its count or its head was changed"),
    "a case is gone, and the others were numbered anew": (delete_a_case_and_renumber, "its count or its head was"),
    "the end of a case was cut off": (cut_the_end_of_a_case, "how far its events go is not what was sealed"),
    "heads were deleted and the log was written anew": (forget_the_log, "ledger_loghead"),
    "receipts were swapped": (lambda: swap(Submission, "receipt"), "a receipt or a petitioner is not the one"),
    "numbers were swapped": (lambda: swap(Case, "number"), "its number, a receipt"),
    "accused unit and person were swapped": (swap_accused, "accused"),
    "a key was destroyed as if by an erasure": (destroy_a_key, "people_datakey"),
    "a petitioner was blanked": (lambda: Petitioner.objects.update(sealed=b""), "what is sealed does not open"),
    "a representative was added": (add_a_representative, "a petitioner is not the one"),
    "somebody was given a post": (lambda: copy(Holding, liaison_of=None), "people_holding"),
    "somebody was given a token": (lambda: copy(Token, digest=b"1" * 32), "people_token"),
    "a unit was renamed": (lambda: Unit.objects.filter(code="lj-fire").update(name="东门队"), "people_unit"),
    "timers were pushed away": (
        lambda: Duty.objects.filter(timer_at__isnull=False).update(timer_at=NOW + timedelta(days=3650)),
        "timer_at",
    ),
    "the jobs are gone": (lambda: Job.objects.all().delete(), "job "),
    "records of access are gone": (lambda: AccessRecord.objects.all().delete(), "people_accessrecord"),
    "an administrative event is gone": (forget_an_administrative_event, "installation administration"),
}


def test_what_an_attacker_with_the_database_would_do_comes_out_and_is_called_by_its_name(matter: Matter) -> None:
    missed = {}
    for name, (crime, told) in CRIMES.items():
        lines = installation.told_after(crime)
        if not any(told in line for line in lines):
            missed[name] = lines
    assert missed == {}


def numbers() -> list[tuple[str, models.Field[Any, Any]]]:
    """Every column with a number that verify compares."""
    return [
        (table, field)
        for table, said in SAID.items()
        for field in TABLES[table]._meta.concrete_fields
        if isinstance(field, models.IntegerField) and field.attname in said.verify
    ]


@pytest.mark.parametrize("one_of", [3, pytest.param(1, marks=pytest.mark.exhaustive)])
def test_a_number_as_large_as_the_column_holds_comes_out_and_verifying_ends_as_soon(
    matter: Matter, one_of: int
) -> None:
    missed = []
    for table, field in numbers():
        if crc32(f"{table}.{field.attname}".encode()) % one_of:
            continue
        _least, most = BaseDatabaseOperations.integer_field_ranges[field.get_internal_type()]
        row = installation.preferred(TABLES[table], field.attname).last()
        assert row is not None
        alike = TABLES[table]._default_manager.filter(pk=row.pk)
        signal.alarm(60)  # the end of the test, should a number drive a loop after all
        if not comes_out(table, partial(alike.update, **{field.attname: most})):
            missed.append(f"{table}.{field.attname}")
        signal.alarm(0)
    assert missed == []


def test_the_database_put_back_as_a_whole_comes_out_for_whoever_kept_a_head_alone(matter: Matter) -> None:
    kept: LogHead | None = None
    try:
        with transaction.atomic():
            matter.does("petitioner", "apply_review")
            log.enter()
            kept = log.publish(installation.LATER)
            raise LookupError
    except LookupError:
        pass
    assert [str(finding) for finding in verify(at=installation.LATER) if finding.kind == "wrong"] == []
    standing = log.head()
    assert kept is not None and standing is not None and log.is_signed(kept, log.public_key())
    assert kept.size > LogLeaf.objects.count() and kept.previous == log.digest(standing)


def test_a_trigger_that_is_missing_or_harmless_comes_out(matter: Matter) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE ledger_event DISABLE TRIGGER ledger_event_no_change")
            cursor.execute("DROP TRIGGER ledger_loghead_no_truncate ON ledger_loghead")
        else:
            cursor.execute("DROP TRIGGER ledger_loghead_no_delete")
            cursor.execute("DROP TRIGGER ledger_event_no_update")
            cursor.execute("CREATE TRIGGER ledger_event_no_update BEFORE UPDATE ON ledger_event BEGIN SELECT 1; END")
    lines = [str(finding) for finding in verify(at=installation.LATER) if finding.kind == "wrong"]
    assert len(lines) == 2 and all(line.startswith("trigger ledger_") for line in lines)
