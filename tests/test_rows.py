"""Writing and reading rows without Django's managers gives what Django's managers would."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.test.utils import CaptureQueriesContext

from huiyin.casework.models import Case, CaseUnit, Duty
from huiyin.jobs.models import Job
from huiyin.people.models import Organisation, Unit
from huiyin.rows import (
    MAX_LENGTH,
    Alike,
    Batch,
    Prepared,
    PreparedCounts,
    count_each,
    count_first_of_each,
    read_rows,
    together,
)
from tests.cast import make_cast

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 4, 0, 0, 123456, tzinfo=UTC)


def a_job(**changes: object) -> Job:
    values: dict[str, object] = {
        "organisation_id": uuid4(),
        "attempts": 3,
        "what": "notice",
        "key": uuid4().hex,
        "payload": {"notice": "通知", "to": ["petitioner", None]},
        "due_at": NOON,
    }
    return Job(**values | changes)


def a_case() -> Case:
    return Case(
        id=uuid4(),
        organisation_id=uuid4(),
        number="LJ-20260302-0001",
        procedure="matter",
        rulebook="national-2022",
        stage="registered",
        seq=4,
        head="0" * 64,
        state="{}",
        channel="web",
        headcount=1,
        facts={"kind": "claim"},
        sealed=True,
        petitioner_id=uuid4(),
        received_at=NOON,
        registered_at=NOON,
        changed_at=NOON,
    )


def columns(row: Job | Case) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def write(*rows: object, **options: bool) -> None:
    batch = Batch()
    batch.add(rows, **options)  # type: ignore[arg-type]
    batch.write()


def test_a_written_row_reads_back_through_the_manager_with_every_value() -> None:
    job, case = a_job(), a_case()
    write(job, case)
    assert columns(Job.objects.get(id=job.id)) == columns(job)
    assert columns(Case.objects.get(id=case.id)) == columns(case)


by_key = Prepared(lambda key, what: Job.objects.filter(key=key, what=what))
by_owners = Prepared(
    lambda owners: (
        Job.objects.filter(organisation_id__in=owners).order_by("attempts").values_list("attempts", "payload")
    )
)
with_unit = Prepared(lambda case: CaseUnit.objects.select_related("unit__organisation").filter(case_id=case))
case_by_id = Prepared(lambda id: Case.objects.select_for_update().filter(id=id))
due_by = Prepared(lambda at: Job.objects.filter(due_at__lte=at).values_list("id", "due_at"))


def test_a_prepared_query_finds_what_the_manager_finds_each_time_anew() -> None:
    first, second = a_job(), a_job(what="mail")
    write(first, second)
    for wanted in (first, second):
        found = by_key.first(wanted.key, wanted.what)
        assert found is not None and columns(found) == columns(Job.objects.get(id=wanted.id))
    assert by_key.first(first.key, "mail") is None
    assert due_by.all(NOON) == due_by.all(NOON) != []
    assert set(due_by.all(NOON)) == {(first.id, NOON), (second.id, NOON)}


def test_a_prepared_query_takes_lists_of_any_length() -> None:
    jobs = [a_job(attempts=number) for number in range(3)]
    write(*jobs)
    for count in (1, 3, 2):
        wanted = tuple(job.organisation_id for job in jobs[:count])
        assert by_owners.all(wanted) == [(number, jobs[number].payload) for number in range(count)]


def test_a_prepared_query_brings_along_what_it_is_joined_with() -> None:
    relation = CaseUnit(case_id=uuid4(), unit=a_unit(), relation="handling")
    write(relation)
    found = with_unit.first(relation.case_id)
    assert found is not None
    with CaptureQueriesContext(connection) as told:
        assert (found.unit.code, found.unit.organisation.code) == ("10", "lj")
    assert len(told) == 0


def test_a_row_from_a_prepared_query_knows_that_it_is_in_the_database() -> None:
    write(case := a_case())
    with transaction.atomic():
        found = case_by_id.first(case.id)
        assert found is not None
        found.stage = "accepted"
        found.save()
    assert Case.objects.get(id=case.id).stage == "accepted"


def test_changes_of_one_row_are_merged_and_the_last_value_stands() -> None:
    job, other = a_job(), a_job()
    write(job, other)
    batch = Batch()
    batch.change(Job, job.id, {"attempts": 1, "done_at": NOON})
    batch.change(Job, job.id, {"attempts": 2, "payload": {"a": 1}})
    batch.write()
    changed = Job.objects.get(id=job.id)
    assert (changed.attempts, changed.done_at, changed.payload) == (2, NOON, {"a": 1})
    assert columns(Job.objects.get(id=other.id)) == columns(other)


def test_a_row_that_a_constraint_holds_already_is_left_out_only_when_asked() -> None:
    once = CaseUnit(case_id=uuid4(), unit=a_unit(), relation="handling")
    again = CaseUnit(case_id=once.case_id, unit_id=once.unit_id, relation="handling")
    write(once)
    write(again, unless_there=True)
    assert CaseUnit.objects.filter(case_id=once.case_id).count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        write(again)


def a_unit() -> Unit:
    organisation = Organisation.objects.create(code="lj", name="某局", rulebook="national-2022", created_at=NOON)
    return Unit.objects.create(organisation=organisation, code="10", name="办公室")


def test_a_batch_that_fails_writes_nothing() -> None:
    good, bad = a_job(), a_job(key="k" * 121 if connection.vendor == "postgresql" else None)
    with pytest.raises(Exception), transaction.atomic():  # noqa: B017 - each database has its own class for it
        write(good, a_case(), bad)
    assert (Job.objects.count(), Case.objects.count()) == (0, 0)


def test_rows_and_changes_of_several_tables_are_one_statement_on_postgresql() -> None:
    job = a_job()
    write(job)
    batch = Batch()
    batch.add([a_case(), a_job(), a_job()])
    batch.change(Job, job.id, {"attempts": 1})
    with CaptureQueriesContext(
        connection,
    ) as told:
        batch.write()
        batch.write()  # empty by now
    assert len(told) == (1 if connection.vendor == "postgresql" else 3)
    assert (Case.objects.count(), Job.objects.count(), Duty.objects.count()) == (1, 3, 0)


# --- several querysets in one statement -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_branches_that_find_nothing_are_left_out_of_a_statement() -> None:
    cast = make_cast()
    units, none = Unit.objects.filter(organisation=cast.lj).order_by("code"), Unit.objects.none()
    assert together([none, units[:3], none]) == list(units[:3])
    assert together([none]) == together([none, none]) == []
    ids = [unit.id for unit in units[:3]]
    alike = Alike(lambda id: Unit.objects.filter(id=id).order_by("code")[:2], ids)
    assert together(alike) == together([*alike]) == list(units[:3])
    assert together(alike.each(lambda _rows: none)) == together(Alike(lambda id: Unit.objects.filter(id=id), [])) == []
    assert count_each([[units, none], [none], []], 100) == [len(units), 0, 0]
    assert count_each([[units]], 2) == [2]


def test_the_first_rows_of_lists_are_counted_by_moments_as_if_each_had_been_asked() -> None:
    rows = [a_job(due_at=NOON + timedelta(hours=hour)) for hour in range(6)]
    write(*rows)
    early, late = Job.objects.filter(due_at__lt=rows[2].due_at), Job.objects.filter(due_at__gte=rows[2].due_at)
    moments = [rows[1].due_at, rows[4].due_at, rows[5].due_at]
    counted = count_first_of_each([[late, early], [], [late], [early.none()]], "due_at", 5, moments)
    assert counted == [[5, 1, 4, 5], [0, 0, 0, 0], [4, 0, 2, 3], [0, 0, 0, 0]]
    assert count_first_of_each([[], []], "due_at", 5, moments) == [[0, 0, 0, 0]] * 2


def test_rows_that_are_read_at_once_are_those_of_the_manager() -> None:
    write(a_job(), a_job(attempts=4), a_case())
    jobs = Job.objects.order_by("attempts")
    assert [columns(row) for row in read_rows(jobs)] == [columns(row) for row in jobs]
    (case,) = read_rows(Case.objects.all())
    case.title = None
    case.save(update_fields=["title"])
    assert read_rows(jobs.values_list("attempts")) == [(3,), (4,)]
    assert read_rows(jobs.none()) == []


def test_prepared_counts_are_those_of_now_for_whoever_asks() -> None:
    cast = make_cast()

    def lists(organisation: UUID, codes: tuple[str, ...]) -> list[list[QuerySet[Unit]]]:
        units = Unit.objects.filter(organisation_id=organisation)
        return [[units, units.none()], [units.filter(code__in=codes)], []]

    counts, codes = (
        PreparedCounts(lists, 100),
        tuple(Unit.objects.filter(organisation=cast.lj).values_list("code", flat=True)[:2]),
    )
    for organisation in (cast.lj.id, uuid4()):
        assert counts.all(organisation, codes) == count_each(lists(organisation, codes), 100)
    Unit.objects.create(organisation=cast.lj, code="as-from-elsewhere", name="新")
    assert counts.all(cast.lj.id, codes) == count_each(lists(cast.lj.id, codes), 100)
    with pytest.raises(AssertionError, match="leaves out a value"):
        PreparedCounts(lambda organisation, _unused: [[Unit.objects.filter(organisation_id=organisation)]], 100).all(
            cast.lj.id, cast.lj.id
        )


def test_more_values_than_a_plan_is_kept_for_are_looked_for_all_the_same() -> None:
    job = a_job()
    write(job)
    others = tuple(uuid4() for _ in range(MAX_LENGTH))
    assert by_owners.all((job.organisation_id, *others)) == [(job.attempts, job.payload)]


def test_what_is_annotated_comes_with_the_rows() -> None:
    cast = make_cast()

    def units(organisation: UUID) -> QuerySet[Unit]:
        below = Exists(Unit.objects.filter(parent=OuterRef("pk")))
        return Unit.objects.filter(organisation_id=organisation).annotate(is_above=below).order_by("code")

    plain = [(unit.code, unit.is_above) for unit in units(cast.lj.id)]
    assert [(unit.code, unit.is_above) for unit in Prepared(units).all(cast.lj.id)] == plain
