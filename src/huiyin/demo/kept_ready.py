"""What the demonstration's bureau keeps ready: policies, groups and tasks, training, premises and stores, funds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from huiyin.assessment import steps
from huiyin.assessment.counting import counted_by
from huiyin.assessment.models import AssessmentRun, AssessmentScheme
from huiyin.assessment.schemes import IndicatorRule, keep_scheme
from huiyin.demo.material import material
from huiyin.people.acting import actor_for
from huiyin.people.models import Account, Organisation, ReceptionTime, Unit
from huiyin.readiness import funds, groups, library, supplies, tasks, training
from huiyin.readiness.funds import Booking
from huiyin.readiness.models import (
    FundLine,
    GroupMember,
    GroupTask,
    Meeting,
    Policy,
    Qualification,
    Supply,
    SupplyEntry,
    Training,
)
from huiyin.readiness.recording import By, keep
from huiyin.rota import calls, planning
from huiyin.rota.models import ReceptionCall, Rota

CENTS = 100
People = Mapping[str, Account]


def keep_ready(now: datetime) -> None:
    """Fill the registers of the bureau as ``material("kept_ready")`` says, its days counted from ``now``."""
    written = material("kept_ready")
    organisation = Organisation.objects.get(code=written["organisation"])
    people = {account.username: account for account in Account.objects.filter(username__startswith="lj-")}
    keeper = people[written["keeper"]]
    actor = actor_for(keeper, at=now)
    if actor is None:
        return  # the cast was changed by hand
    by = By(actor, keeper, now)
    for entry in written["policies"]:
        _policy(entry, organisation, people, by)
    for username, position, function in written["members"]:
        member = GroupMember(organisation=organisation, account=people[username], position=position, function=function)
        groups.place_member(member, by)
    for entry in written["meetings"]:
        _meeting(entry, organisation, people, by)
    _staff(written, organisation, people, by)
    for entry in written["supplies"]:
        _supply(entry, organisation, people, by)
    for entry in written["funds"]:
        _fund(entry, organisation, people, by)
    _assessment(written["assessment"], organisation, by)
    for entry in written["rotas"]:
        _rota(entry, organisation, people, by)
    called, place = written["called"]
    calls.call(ReceptionCall(called=people[called], place=place), by)


def _assessment(entry: Mapping[str, Any], organisation: Organisation, by: By) -> None:
    """A run that was begun: what is counted stands there, and units may report."""
    rules = [IndicatorRule(**one) for one in entry["indicators"]]
    scheme = AssessmentScheme(organisation=organisation, title=entry["title"])
    version = keep_scheme(scheme, rules, counted_by(organisation.id), by)
    days = {"first": _day(by, -entry["days"]), "last": _day(by, -1)}
    run = AssessmentRun(organisation=organisation, title=entry["run"], version=version, **days)
    steps.begin(run, list(Unit.objects.filter(organisation=organisation, code__in=entry["units"])), by)


def _day(by: By, days: int) -> date:
    return by.day + timedelta(days=days)


def _policy(entry: Mapping[str, Any], organisation: Organisation, people: People, by: By) -> None:
    policy = Policy(
        organisation=organisation,
        title=entry["title"],
        kind=entry["kind"],
        number=entry["number"],
        issuer=entry["issuer"],
    )
    first, *later = entry["versions"]
    library.add_policy(policy, first["text"].strip(), _day(by, -first["ago"]), by)
    for version in later:
        library.add_version(policy, version["text"].strip(), _day(by, -version["ago"]), by)
    _tasks(entry, people, by, organisation=organisation, policy=policy)


def _meeting(entry: Mapping[str, Any], organisation: Organisation, people: People, by: By) -> None:
    meeting = Meeting(
        organisation=organisation,
        group=entry["group"],
        title=entry["title"],
        held_on=_day(by, -entry["ago"]),
        chair=people[entry["chair"]],
        present=[people[username].id.hex for username in entry["present"]],
        minutes=entry["minutes"],
    )
    keep("keep_meeting", meeting, by)
    _tasks(entry, people, by, organisation=organisation, meeting=meeting)


def _tasks(entry: Mapping[str, Any], people: People, by: By, **source: Any) -> None:
    for written in entry.get("tasks", ()):
        # A task that is late by now was given when it was not.
        then = By(by.actor, by.account, by.at + timedelta(days=min(written["due"], 0)))
        task = GroupTask(
            title=written["title"], owner=people[written["owner"]], due_on=_day(by, written["due"]), **source
        )
        tasks.assign(task, then)
        if "report" in written:
            tasks.report(task, written["report"], False, By(by.actor, task.owner, by.at))


def _staff(written: Mapping[str, Any], organisation: Organisation, people: People, by: By) -> None:
    for username, work, qualification, ago, until in written["qualifications"]:
        row = Qualification(
            organisation=organisation,
            account=people[username],
            work=work,
            qualification=qualification,
            obtained_on=_day(by, -ago),
            valid_until=_day(by, until),
        )
        keep("keep_qualification", row, by)
    for entry in written["training"]:
        day = _day(by, entry["in"])
        held = Training(
            organisation=organisation,
            title=entry["title"],
            purpose=entry["purpose"],
            planned_on=day,
            place=entry["place"],
            owner=people[entry["owner"]],
            held_on=day if day < by.day else None,
        )
        keep("keep_training", held, by)
        if entry["attended"]:
            training.note_attendance(held, [people[username] for username in entry["attended"]], "attended", by)


def _supply(entry: Mapping[str, Any], organisation: Organisation, people: People, by: By) -> None:
    supply = Supply(
        organisation=organisation,
        kind=entry["kind"],
        name=entry["name"],
        place=entry["place"],
        quantity=entry["quantity"],
        measure=entry["measure"],
        least=entry["least"],
        owner=people[entry["owner"]],
        check_on=_day(by, entry["check"]),
        expires_on=_day(by, entry["expires"]) if "expires" in entry else None,
    )
    supplies.keep_supply(supply, by)
    if "used" in entry:
        supplies.note(supply, SupplyEntry.EntryKind.USED, entry["used"], "接访现场", By(by.actor, supply.owner, by.at))


def _fund(entry: Mapping[str, Any], organisation: Organisation, people: People, by: By) -> None:
    line = FundLine(
        organisation=organisation,
        year=by.day.year,
        name=entry["name"],
        uses=list(entry["uses"]),
        cents=entry["yuan"] * CENTS,
        owner=people[entry["owner"]],
    )
    funds.keep_line(line, by)
    for yuan, use, purpose in entry["spent"]:
        funds.spend(line, Booking(use, round(yuan * CENTS), by.day, purpose), By(by.actor, line.owner, by.at))


def _rota(entry: Mapping[str, Any], organisation: Organisation, people: People, by: By) -> None:
    times = ReceptionTime.objects.filter(organisation=organisation)
    hours = {name: time.fromisoformat(entry[name]) for name in ("begins", "ends") if name in entry}
    rota = Rota(
        group=entry["group"],
        first=by.day,
        last=_day(by, entry["days"]),
        members=[people[username].id.hex for username in entry["members"]],
        times=[one.id.hex for one in times],
        place=entry.get("place", ""),
        shows_names=entry.get("shows_names", False),
        **hours,
    )
    planning.publish(planning.draft(rota, by), by)
