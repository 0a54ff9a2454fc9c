"""Making organisations as a file describes them: what differs is done through the functions that pages use, and told.

A dry run does all of it and takes it back, so that what is told is what would be done.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from huiyin.audit import adoption
from huiyin.casework.lists.unattended import unattended
from huiyin.casework.models import Duty
from huiyin.casework.owed import open_duties
from huiyin.door.handing_over import hand_over_left_duties, keep_left_custody, let_stand_in
from huiyin.door.succession import let_succeed
from huiyin.errors import HuiyinError
from huiyin.organisations.bringing_in_line import OrganisationInLine
from huiyin.organisations.changes import Change, Kind, Report
from huiyin.organisations.description import Description, Person
from huiyin.organisations.missing import missing
from huiyin.people import administration
from huiyin.people.appointments import day_of, not_over
from huiyin.people.models import Account, Holding, Organisation
from huiyin.procedure.command import Actor
from huiyin.rule_store.activation import adopt
from huiyin.rule_store.store import load
from huiyin.rule_store.vacancies import vacancies


class CannotApply(HuiyinError):
    """Raised when an installation cannot be as a file says; ``problems`` are all that stand in the way. Nothing was changed."""

    to_do = "correct the file and apply it again; nothing was changed"

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problems))


def apply(
    wanted: Description, at: datetime, by: Actor | None = None, *, dry_run: bool = False, agreed: bool = False
) -> Report:
    """Bring the installation in line with a file, all of it or nothing.

    Args:
        wanted: what the file says. What it does not name stays as it is, other organisations too; units that it leaves out are refused.
        at: now (aware).
        by: who decides; None for the installation itself.
        dry_run: take it back in the end.
        agreed: do it although roles would lose their last holder, or duties would be left that nobody does.

    Raises:
        CannotApply: with everything that cannot be as the file says.
    """
    report, problems = Report(), list[str]()
    with transaction.atomic():
        # One at a time: two administrators who change the same thing meet here.
        organisations = Organisation.objects.select_for_update().filter(
            code__in=[one.code for one in wanted.organisations]
        )
        before = {one.code: _vacant(one, at) for one in organisations}
        waited, employed = {duty.id for duty in _unattended(at)}, _employed(at)
        people = _people(wanted.people, at, by, report)
        _administrators(wanted.administrators, people, at, by, report, problems)
        for one in wanted.organisations:
            OrganisationInLine(one, people, at, by, report.changes.append, problems.append).bring()
        if problems:
            raise CannotApply(problems)
        adopt(at)
        adoption.adopt(at)
        report.followed = _let_follow(at)
        _consequences(report, wanted, before, waited, at)
        report.without_post = sorted(employed - _employed(at))
        report.missing = missing([one.code for one in wanted.organisations], at)
        report.done = not dry_run and (agreed or not report.leaves_something)
        transaction.set_rollback(not report.done)
    return report


def _people(wanted: Sequence[Person], at: datetime, by: Actor | None, report: Report) -> dict[str, Account]:
    """Everybody here by user name, with those of the file made or renamed. New ones cannot sign in before they were invited."""
    known = {one.username: one for one in Account.objects.all()}
    for person in wanted:
        account = known.get(person.username)
        if account is None:
            account = Account.objects.create_user(person.username, display_name=person.name, email=person.email)
            known[person.username] = account
            administration.record("add_person", [account], at, by)
            report.new_people.append(person.username)
            report.changes.append(Change(Kind.ADD_PERSON, "", person.username, "", person.name))
        elif account.display_name != person.name:
            report.changes.append(Change(Kind.CHANGE_PERSON, "", person.username, account.display_name, person.name))
            account.display_name = person.name
            account.save(update_fields=["display_name"])
            administration.record("change_person", [account], at, by)
    return known


def _administrators(
    wanted: Sequence[str],
    people: dict[str, Account],
    at: datetime,
    by: Actor | None,
    report: Report,
    problems: list[str],
) -> None:
    for username in wanted:
        account = people.get(username)
        if account is None:
            problems.append(f"administrators: nobody is called {username}; add them under people")
        elif not account.is_superuser:
            account.is_superuser = True
            account.save(update_fields=["is_superuser"])
            administration.record("add_administrator", [account], at, by)
            report.changes.append(Change(Kind.ADD_ADMINISTRATOR, "", username))


def _let_follow(at: datetime) -> int:
    """Have open cases follow those who moved, left or came; on how many."""
    keep_left_custody(at)
    moved = let_succeed(at, most=None)
    while done := hand_over_left_duties(at):
        moved += done
    return moved + let_stand_in(at)


def _consequences(
    report: Report, wanted: Description, before: dict[str, set[str]], waited: set[UUID], at: datetime
) -> None:
    for one in Organisation.objects.filter(code__in=[one.code for one in wanted.organisations if one.code in before]):
        lost = sorted(_vacant(one, at) - before[one.code])
        if lost:
            report.unheld[one.code] = lost
    left = [duty for duty in _unattended(at) if duty.id not in waited]
    report.waiting_sealed = sum(duty.case.sealed for duty in left)
    report.waiting = len(left) - report.waiting_sealed


def _employed(at: datetime) -> set[str]:
    """The user names of those who hold a post, now or later."""
    return set(not_over(Holding.objects.all(), day_of(at)).values_list("account__username", flat=True))


def _vacant(organisation: Organisation, at: datetime) -> set[str]:
    book = load(organisation.rulebook_at(at))
    return {vacancy.role for vacancy in vacancies(book, organisation, day_of(at))}


def _unattended(at: datetime) -> list[Duty]:
    return unattended(open_duties(), day_of(at))
