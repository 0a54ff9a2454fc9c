"""The log of administrative events: who works here, in which post, with which token; whose key was destroyed.

Whoever changes such a row calls ``record`` in the same transaction. The event commits to the row as it is from then on
(``RowsRecorded``), and stands in a series of the installation, whose events enter the log of all events like those of cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Final
from uuid import UUID

from django.apps import apps
from django.db import models, transaction

from huiyin.ledger import series
from huiyin.ledger.commitment import commit_row
from huiyin.ledger.models import CountedSeries
from huiyin.people.ids import new_id
from huiyin.people.models import AccessRecord, Account, AdministrativeAct, DataKey, Holding
from huiyin.procedure.command import Actor, OrganisationId, PersonId
from huiyin.procedure.event import RowsRecorded

ROWS_AT_ONCE: Final = 500
ADMINISTRATION: Final[series.SeriesName] = "administration"
ACCESS: Final[series.SeriesName] = "access"

RECORDED_TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    # What is in force follows from the decisions in the organisation's own chain.
    "people.Organisation": ("rulebook", "next_rulebook", "next_rulebook_from"),
    "people.OrganisationSeal": (),
    "people.OrganisationTemplate": (),
    "people.Unit": (),
    "people.Post": (),
    # Signing in and whoever holds the account change these, and not through our functions.
    "people.Account": ("password", "last_login", "email", "theme", "density", "news_seen_at"),
    "people.Holding": (),
    "people.Absence": (),
    "people.Administrator": (),
    "people.AdministrativeAct": (),
    "people.Invitation": (),
    "people.Proposal": (),
    "people.Signature": (),
    "people.Token": ("used_at",),
    "people.SecondFactorRule": (),
    "people.Leader": (),
    "people.Erasure": (),
    "people.DataKey": ("wrapped",),  # a rotation wraps anew; what is wrapped is bound by its seal
    "people.Reception": (),
    "people.ReceptionTime": (),
    "people.StandardPhrase": (),
    "people.Webhook": ("looked_at", "next_at"),
    "casework.Counter": (),
    "casework.IdentityRequest": (),
    "casework.CodeIssue": (),
    "casework.Hold": (),
    "casework.Snooze": (),
    "ledger.LogHead": (),
    "rulebooks.HolidayNotice": (),
    "archive.Loan": (),
    "archive.Transfer": (),
    "archive.Disposal": (),
    "readiness.Policy": (),
    "readiness.PolicyVersion": (),
    "readiness.GroupMember": (),
    "readiness.Meeting": (),
    "readiness.GroupTask": (),
    "readiness.TaskReport": (),
    "readiness.Qualification": (),
    "readiness.Training": (),
    "readiness.Attendance": (),
    "readiness.Supply": (),
    "readiness.SupplyEntry": (),
    "readiness.FundLine": (),
    "readiness.Spending": (),
    "assessment.AssessmentScheme": (),
    "assessment.SchemeVersion": (),
    "assessment.AssessmentRun": (),
    "assessment.AssessedUnit": (),
    "assessment.IndicatorScore": (),
    "assessment.ScoreAppeal": (),
    "accountability.LeakTrace": (),
    "accountability.PeriodDate": (),
    "accountability.GiftDeclaration": (),
    "insight.WorkReport": (),
    "insight.ReportScan": (),
    "rota.Rota": (),
    "rota.Shift": (),
    "rota.Swap": (),
    "rota.ReceptionCall": (),
}
"""The tables whose rows administrative events commit to, and the columns that they leave out. Of keys, those that were destroyed."""


def recorded_models() -> list[type[models.Model]]:
    """The tables that administrative events commit to."""
    return [apps.get_model(label) for label in RECORDED_TABLES]


def recorded_rows(model: type[models.Model]) -> models.QuerySet[models.Model]:
    """The rows of a table that there must be an event about."""
    rows = model._default_manager.order_by("pk")
    return rows.filter(destroyed_at__isnull=False) if model is DataKey else rows


def columns(model: type[models.Model]) -> tuple[str, ...]:
    """The columns (attributes) of a table that events commit to today; the primary key is always bound."""
    left_out = RECORDED_TABLES.get(model._meta.label, ())
    return tuple(
        field.attname
        for field in model._meta.concrete_fields
        if not field.primary_key and field.attname not in left_out
    )


def is_begun() -> bool:
    """Whether the log of administrative events was begun: what was there before is adopted by its first events."""
    return CountedSeries.objects.filter(id=series.series_id(series.INSTALLATION, ADMINISTRATION, "")).exists()


def record(
    change: str,
    rows: Iterable[models.Model],
    at: datetime,
    by: Actor | None = None,
    gone: Sequence[models.Model] = (),
) -> None:
    """Put on record how ``change`` left ``rows``, or that those in ``gone`` are no more.

    Nothing happens before the log was begun, since adoption then records all that it finds. ``by`` None is the installation itself.
    Call it last: other administrative changes wait from here to the commit.
    """
    if is_begun():
        write(change, rows, at, by, gone)


def record_act(
    change: str,
    rows: Iterable[models.Model],
    at: datetime,
    about: Account | None,
    *,
    by: Account | None = None,
    organisation: UUID | None = None,
    holding: Holding | None = None,
    subject: str = "",
    reason: str = "",
    gone: Sequence[models.Model] = (),
) -> None:
    """As ``record``, of a change about somebody who works here, or (``about`` None) about units and posts: who made it and why can be read as well (``AdministrativeAct``).

    Args:
        by: who decided; None: the command line.
        organisation: whose affair it is; that of ``holding`` where one is given.
        subject: the post, the days, whatever the change does not say by itself.
        gone: rows that the change removed.
    """
    act = AdministrativeAct.objects.create(
        at=at,
        by=by,
        change=change,
        about=about,
        organisation_id=holding.organisation_id if holding else organisation,
        holding=holding,
        subject=subject,
        reason=reason,
    )
    record(change, [*rows, act], at, acting(by), gone)


def write(
    change: str,
    rows: Iterable[models.Model],
    at: datetime,
    by: Actor | None = None,
    gone: Sequence[models.Model] = (),
    name: series.SeriesName = ADMINISTRATION,
) -> None:
    """As ``record``, and begins the log where need be."""
    with transaction.atomic():
        events = [_event(change, part, is_gone=True) for part in _parts(gone)]
        events += [_event(change, part) for part in _parts(rows)]
        if events:
            taken = series.take(series.INSTALLATION, name, "", len(events))
            series.append(taken, by or _installation(), events, at)


def chain_access(at: datetime, most: int = ROWS_AT_ONCE) -> int:
    """Take records of access that the chain does not have yet into it, the oldest first; how many.

    Apart from reading itself, since readers would otherwise wait for each other. A record whose seal is not ours is left out, so that
    nobody gets one in who only writes the database.
    """
    if not AccessRecord.objects.filter(chained=False).exists():
        return 0  # looked up before a transaction is begun, since a worker asks every second
    with transaction.atomic():
        waiting = AccessRecord.objects.select_for_update(skip_locked=True).filter(chained=False).order_by("id")[:most]
        ours = [row for row in waiting if row.seal == access_seal(row)]
        write("read", ours, at, name=ACCESS)
        AccessRecord.objects.filter(id__in=[row.id for row in ours]).update(chained=True)
    return len(ours)


ACCESS_COLUMNS: Final = ("organisation_id", "account_id", "petitioner_id", "case", "purpose", "at")


def access_seal(row: AccessRecord) -> str:
    """What binds a record of access before the chain has it."""
    return commit_row(row, ACCESS_COLUMNS)


def record_access(
    organisation: UUID, account: UUID | None, purpose: str, at: datetime, case: UUID | None = None
) -> AccessRecord:
    """Put on record that somebody read what only few may read, other than who a petitioner is; ``purpose`` is a short code."""
    record = AccessRecord(
        id=new_id(at), organisation_id=organisation, account_id=account, purpose=purpose, case=case, at=at
    )
    record.seal = access_seal(record)
    record.save(force_insert=True)
    return record


def _event(change: str, rows: Sequence[models.Model], is_gone: bool = False) -> RowsRecorded:
    model = type(rows[0])
    bound = ACCESS_COLUMNS if model is AccessRecord else columns(model)
    kept = {row_key(row): "" if is_gone else commit_row(row, bound) for row in rows}
    return RowsRecorded(change, model._meta.db_table, bound, kept)


def row_key(row: models.Model) -> str:
    """How events name a row: its id in hex, or its number."""
    key = row.pk
    return getattr(key, "hex", None) or str(key)


def _parts(rows: Iterable[models.Model]) -> Iterator[list[models.Model]]:
    """Rows of one table together, not too many."""
    by_table: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        by_table.setdefault(type(row), []).append(row)
    for found in by_table.values():
        remaining = iter(found)
        while part := list(islice(remaining, ROWS_AT_ONCE)):
            yield part


def acting(by: Account | None) -> Actor | None:
    """Whoever administers, as events name them; None stands for the installation itself, which the command line acts as."""
    if by is None:
        return None
    return Actor("staff", OrganisationId(series.INSTALLATION), frozenset(), PersonId(by.id))


def _installation() -> Actor:
    return Actor("system", OrganisationId(series.INSTALLATION), frozenset())
