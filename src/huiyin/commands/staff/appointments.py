"""`huiyin appointments`: who holds which post, and ending it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, FAILED, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands._rules.activation_reports import vacancy_lines
from huiyin.commands._shared import account_called, add_holding, day_of_option, holding_of, organisation_of

if TYPE_CHECKING:
    from huiyin.casework.lists.left_duties import LeftDuty
    from huiyin.casework.models import Duty
    from huiyin.people.models import Account, Holding, Organisation

END = """
From the day given on the person no longer acts in the post: pages, REST and their tokens refuse, open sessions too. What they did stays theirs.
Duties assigned to them go back to all in the unit who hold the role, by an event of each case, or to whom --to names; each is named here with
the actions by which the rulebook passes it on. Roles that nobody in the unit holds any longer, those of the rulebook that nobody in the
organisation does, a unit without a liaison, and the duties that nobody is left to do, are named too. Somebody else is appointed before or
after, as you like. When the last one in the unit who holds a role goes, you are told what would happen; say --yes to do it.
"""
LEAVE = """
Whoever is away (on leave, ill, seconded) keeps the post. What is assigned to them goes to whom --to names, or to all in the unit who hold the
role, from the first day on; what is assigned to them meanwhile goes there too. They get nothing back by themselves when they return. What nobody
is left to do goes to whom the rulebook names as stand-in, and comes back with them; where there is none, it is named here. When the last one
in the unit who holds a role goes away, you are told what would happen; say --yes to do it.
"""


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("appointments", help="who holds which post; end an appointment")
    parts = parser.add_subparsers(metavar="PART", required=True)
    listing = parts.add_parser("list", help="who holds which post, since when")
    listing.add_argument("--organisation", metavar="CODE", help="only in this one")
    listing.add_argument("--account", metavar="USERNAME", help="only of this person")
    listing.add_argument("--all", action="store_true", help="those too that have ended or not begun")
    add_json(listing)
    listing.set_defaults(run=list_appointments)
    ending = parts.add_parser("end", help="let somebody hold a post no longer", description=END)
    add_holding(ending)
    ending.add_argument("--on", metavar="DATE", help="first day without the post, as in 2026-12-01 (default: today)")
    ending.add_argument("--to", metavar="USERNAME", help="who in the unit takes the duties over; only as of today")
    ending.add_argument("--yes", action="store_true", help="do it, though nobody else holds the role")
    add_json(ending)
    ending.set_defaults(run=end)
    leaving = parts.add_parser("leave", help="note that somebody is away for a time", description=LEAVE)
    leaving.add_argument("account", metavar="USERNAME", help="who is away")
    leaving.add_argument("--from", dest="since", metavar="DATE", help="first day away (default: today)")
    leaving.add_argument("--until", metavar="DATE", help="first day back (default: not known yet)")
    leaving.add_argument("--to", metavar="USERNAME", help="who in the unit takes the duties over meanwhile")
    leaving.add_argument("--yes", action="store_true", help="do it, though nobody else holds the role")
    add_json(leaving)
    leaving.set_defaults(run=leave)
    returning = parts.add_parser("back", help="note that somebody is back")
    returning.add_argument("account", metavar="USERNAME", help="who is back")
    returning.add_argument("--on", metavar="DATE", help="first day back (default: today)")
    add_json(returning)
    returning.set_defaults(run=back)


def list_appointments(arguments: argparse.Namespace) -> int:
    """Shows appointments."""
    from django.utils import timezone

    from huiyin.people.appointments import current, day_of
    from huiyin.people.models import Holding

    found = Holding.objects.select_related("account", "organisation", "post__unit")
    if arguments.organisation:
        found = found.filter(organisation=organisation_of(arguments.organisation))
    if arguments.account:
        found = found.filter(account=account_called(arguments.account))
    if not arguments.all:
        found = current(found, day_of(timezone.now()))
    rows = [
        _plain(held) for held in found.order_by("organisation__code", "post__unit__code", "post__title", "since", "id")
    ]
    report(arguments, {"appointments": rows}, map(_line, rows) if rows else ["no appointments"])
    return DONE


def end(arguments: argparse.Namespace) -> int:
    """Ends an appointment and says what waits."""
    from django.utils import timezone

    from huiyin.casework.lists.left_duties import left_duties
    from huiyin.people import appointments
    from huiyin.people.models import Holding
    from huiyin.rule_store.store import load
    from huiyin.rule_store.vacancies import vacancies

    now = timezone.now()
    today = appointments.day_of(now)
    day = day_of_option("--on", arguments.on) if arguments.on else today
    held = holding_of(arguments, appointments.not_over(Holding.objects.all(), today))
    if arguments.to and day > today:
        raise Failure("--to is for what is handed over today", "run the command on the day itself", status=MISUSED)
    successor = account_called(arguments.to) if arguments.to else None
    first_without = max(now, timezone.make_aware(datetime.combine(day, time())))

    def ending() -> tuple[dict[str, Any], list[str]]:
        appointments.end_holding(held, day)
        left = left_duties(held, first_without)
        lacks_liaison = bool(held.liaison_of_id) and held.post.unit in appointments.units_without_liaison(
            held.organisation, day
        )
        vacant = vacancies(load(held.organisation.rulebook_at(first_without)), held.organisation, day)
        data = {
            **_plain(held),
            "duties": [_plain_duty(duty) for duty in left],
            "lacks_liaison": lacks_liaison,
            "vacant_roles": [vacancy.role for vacancy in vacant],
        }
        lines = [_line(_plain(held)), *(_duty_line(duty, held) for duty in left)]
        lines += [f"{held.post.unit.code} has no liaison from {day} on: appoint one"] if lacks_liaison else []
        lines += (f"{line}; cases stop where its turn comes" for line in vacancy_lines(held.organisation.code, vacant))
        return data, lines

    return _go(arguments, _Going(held.account, [held], day, successor, now), ending)


def leave(arguments: argparse.Namespace) -> int:
    """Notes an absence, and hands over what is owed meanwhile."""
    from django.utils import timezone

    from huiyin.people import absences, appointments
    from huiyin.people.models import Holding

    now = timezone.now()
    today = appointments.day_of(now)
    since = day_of_option("--from", arguments.since) if arguments.since else today
    until = day_of_option("--until", arguments.until) if arguments.until else None
    account, successor = account_called(arguments.account), account_called(arguments.to) if arguments.to else None
    posts = Holding.objects.filter(account=account).select_related("account", "organisation", "post__unit")

    def leaving() -> tuple[dict[str, Any], list[str]]:
        absences.note_absence(account, since, until, now, deputy=successor)
        data = {
            "account": account.username,
            "since": since.isoformat(),
            "until": until.isoformat() if until else None,
            "deputy": successor.username if successor else None,
        }
        line = f"{account.username}: away from {since} on{f', back on {until}' if until else ''}"
        return data, [f"{line}; {successor.username} stands in" if successor else line]

    return _go(arguments, _Going(account, list(appointments.current(posts, since)), since, successor, now), leaving)


@dataclass(frozen=True)
class _Going:
    """Somebody who no longer works in some posts from a day on, and to whom their duties go."""

    account: Account
    posts: list[Holding]
    day: date
    successor: Account | None
    now: datetime


def _go(arguments: argparse.Namespace, going: _Going, carry_out: Callable[[], tuple[dict[str, Any], list[str]]]) -> int:
    """Carry it out and tell what follows; take all of it back where a role loses its last holder and nobody said --yes."""
    from django.db import transaction

    from huiyin.door.consequences.handing_over import let_stand_in
    from huiyin.people.absences import unheld_roles
    from huiyin.people.appointments import day_of

    organisations = {held.organisation_id: held.organisation for held in going.posts}
    with transaction.atomic():
        waited = {duty.id for duty in _unattended(organisations.values(), going.day)}
        data, lines = carry_out()
        begun = going.day <= day_of(going.now)
        data["handed_over"] = _hand_over(going.account, going.successor, going.now) if begun else 0
        data["stood_in"] = let_stand_in(going.now) if begun else 0
        unheld = {held.id: unheld_roles(held.post, going.day) for held in going.posts}
        data["unheld_roles"] = sorted({role for roles in unheld.values() for role in roles})
        waiting = [duty for duty in _unattended(organisations.values(), going.day) if duty.id not in waited]
        data["waiting"] = [_plain_waiting(duty) for duty in waiting if not duty.case.sealed]
        data["waiting_sealed"] = sum(duty.case.sealed for duty in waiting)
        data["done"] = arguments.yes or not data["unheld_roles"]
        transaction.set_rollback(not data["done"])
    if data["handed_over"]:
        to = going.successor.username if going.successor else "all in the unit who hold the role"
        lines.append(f"handed over on {data['handed_over']} cases to {to}")
    lines += [f"given to who stands in on {data['stood_in']} cases"] if data["stood_in"] else []
    for held in going.posts:
        lines += [
            f"nobody in {held.post.unit.code} holds the role {role} from {going.day} on: appoint somebody"
            for role in unheld[held.id]
        ]
    lines += _waiting_lines(waiting)
    lines += [] if data["done"] else ["this is what would happen, nothing was done; say --yes to do it"]
    report(arguments, data, lines)
    return DONE if data["done"] else FAILED


def _unattended(organisations: Iterable[Organisation], day: date) -> list[Duty]:
    from huiyin.casework.lists.unattended import unattended
    from huiyin.casework.owed import open_duties

    return unattended(open_duties().filter(organisation__in=organisations), day)


def _plain_waiting(duty: Duty) -> dict[str, Any]:
    return {"case": duty.case.number, "kind": duty.kind, "role": duty.role, "due_at": duty.due_at.isoformat()}


def _waiting_lines(waiting: Iterable[Duty]) -> list[str]:
    """What nobody does; of sealed cases only how much it is."""
    from django.utils import timezone

    follows = [
        f"{duty.case.number} waits for nobody: {duty.kind} ({duty.role}), due {timezone.localtime(duty.due_at):%Y-%m-%d %H:%M}"
        for duty in waiting
        if not duty.case.sealed
    ]
    sealed = sum(duty.case.sealed for duty in waiting)
    return [*follows, *([f"{sealed} duties on sealed cases wait for nobody"] if sealed else [])]


def back(arguments: argparse.Namespace) -> int:
    """Ends an absence; what others did instead comes back."""
    from django.utils import timezone

    from huiyin.door.consequences.handing_over import let_stand_in
    from huiyin.people import absences, appointments

    now = timezone.now()
    day = day_of_option("--on", arguments.on) if arguments.on else appointments.day_of(now)
    account = account_called(arguments.account)
    absences.end_absence(account, day, now)
    let_stand_in(now)
    report(arguments, {"account": account.username, "until": day.isoformat()}, [f"{account.username}: back on {day}"])
    return DONE


def _hand_over(account: Account, successor: Account | None, at: datetime) -> int:
    from huiyin.door.consequences.handing_over import hand_over_left_duties, keep_left_custody

    keep_left_custody(at)
    done, total = 1, 0
    while done:
        done = hand_over_left_duties(at, account.id, successor.id if successor else None)
        total += done
    return total


def _plain(held: Holding) -> dict[str, Any]:
    return {
        "account": held.account.username,
        "organisation": held.organisation.code,
        "unit": held.post.unit.code,
        "post": held.post.title,
        "roles": held.post.roles,
        "since": held.since.isoformat(),
        "until": held.until.isoformat() if held.until else None,
    }


def _line(row: dict[str, Any]) -> str:
    until = f", no longer from {row['until']} on" if row["until"] else ""
    roles = ", ".join(row["roles"])
    return f"{row['account']}: {row['post']} ({row['organisation']} {row['unit']}; {roles}) since {row['since']}{until}"


def _plain_duty(duty: LeftDuty) -> dict[str, Any]:
    return {
        "case": duty.case,
        "kind": duty.kind,
        "role": duty.role,
        "due_at": duty.due_at.isoformat(),
        "passed_on_by": [{"action": action, "roles": list(roles)} for action, roles in duty.passed_on_by],
    }


def _duty_line(duty: LeftDuty, held: Holding) -> str:
    from django.utils import timezone

    due = timezone.localtime(duty.due_at).strftime("%Y-%m-%d %H:%M")
    ways = "; ".join(f"{action} ({' or '.join(roles)})" for action, roles in duty.passed_on_by)
    passing = f", or passed on by {ways}" if ways else ""
    return f"{duty.case} waits: {duty.kind}, due {due}; done by another {duty.role} of {held.post.unit.code}{passing}"
