"""`huiyin appointments`: who holds which post, and ending it."""

from __future__ import annotations

import argparse
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands._activation_reports import vacancy_lines
from huiyin.commands._shared import account_called, add_holding, holding_of, organisation_of

if TYPE_CHECKING:
    from huiyin.casework.lists.left_duties import LeftDuty
    from huiyin.people.models import Account, Holding

END = """
From the day given on the person no longer acts in the post: pages, REST and their tokens refuse, open sessions too. What they did stays theirs.
Duties assigned to them go back to all in the unit who hold the role, by an event of each case, or to whom --to names; each is named here with
the actions by which the rulebook passes it on. Roles that nobody in the unit holds any longer, those of the rulebook that nobody in the
organisation does, and a unit without a liaison, are named too. Somebody else is appointed before or after, as you like.
"""
LEAVE = """
Whoever is away (on leave, ill, seconded) keeps the post. What is assigned to them goes to whom --to names, or to all in the unit who hold the
role, from the first day on; what is assigned to them meanwhile goes there too. They get nothing back by themselves when they return.
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
    add_json(ending)
    ending.set_defaults(run=end)
    leaving = parts.add_parser("leave", help="note that somebody is away for a time", description=LEAVE)
    leaving.add_argument("account", metavar="USERNAME", help="who is away")
    leaving.add_argument("--from", dest="since", metavar="DATE", help="first day away (default: today)")
    leaving.add_argument("--until", metavar="DATE", help="first day back (default: not known yet)")
    leaving.add_argument("--to", metavar="USERNAME", help="who in the unit takes the duties over; only as of today")
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
    day = _day(arguments.on) if arguments.on else today
    held = holding_of(arguments, appointments.not_over(Holding.objects.all(), today))
    successor = _successor(arguments, day, today)
    appointments.end_holding(held, day)
    first_without = max(now, timezone.make_aware(datetime.combine(day, time())))
    left, unheld = left_duties(held, first_without), appointments.unheld_roles(held.post, day)
    lacking = appointments.units_without_liaison(held.organisation, day) if held.liaison_of_id else []
    lacks_liaison = held.post.unit in lacking
    vacant = vacancies(load(held.organisation.rulebook_at(first_without)), held.organisation, day)
    data = {
        **_plain(held),
        "duties": [_plain_duty(duty) for duty in left],
        "unheld_roles": unheld,
        "lacks_liaison": lacks_liaison,
        "vacant_roles": [vacancy.role for vacancy in vacant],
    }
    unit = held.post.unit.code
    handed_over = _hand_over(held.account, successor, now) if day <= today else 0
    data["handed_over"] = handed_over
    lines = [_line(_plain(held)), *(_duty_line(duty, held) for duty in left)]
    if handed_over:
        lines.append(f"handed over on {handed_over} cases to {arguments.to or 'all in the unit who hold the role'}")
    lines += [f"nobody in {unit} holds the role {role} from {day} on: appoint somebody" for role in unheld]
    if lacks_liaison:
        lines.append(f"{unit} has no liaison from {day} on: appoint one")
    lines += (f"{line}; cases stop where its turn comes" for line in vacancy_lines(held.organisation.code, vacant))
    report(arguments, data, lines)
    return DONE


def leave(arguments: argparse.Namespace) -> int:
    """Notes an absence, and hands over what is owed meanwhile."""
    from django.utils import timezone

    from huiyin.people import absences, appointments

    now = timezone.now()
    today = appointments.day_of(now)
    since = _day(arguments.since, "--from") if arguments.since else today
    until = _day(arguments.until, "--until") if arguments.until else None
    account, successor = account_called(arguments.account), _successor(arguments, since, today)
    absences.note_absence(account, since, until, now)
    handed_over = _hand_over(account, successor, now) if since <= today else 0
    data = {"account": account.username, "since": since.isoformat(), "until": until.isoformat() if until else None}
    line = f"{account.username}: away from {since} on{f', back on {until}' if until else ''}"
    report(arguments, {**data, "handed_over": handed_over}, [line, f"handed over on {handed_over} cases"])
    return DONE


def back(arguments: argparse.Namespace) -> int:
    """Ends an absence."""
    from django.utils import timezone

    from huiyin.people import absences, appointments

    now = timezone.now()
    day = _day(arguments.on) if arguments.on else appointments.day_of(now)
    account = account_called(arguments.account)
    absences.end_absence(account, day, now)
    report(arguments, {"account": account.username, "until": day.isoformat()}, [f"{account.username}: back on {day}"])
    return DONE


def _successor(arguments: argparse.Namespace, day: date, today: date) -> Account | None:
    if not arguments.to:
        return None
    if day > today:
        raise Failure("--to is for what is handed over today; run the command on the day itself", MISUSED)
    return account_called(arguments.to)


def _hand_over(account: Account, successor: Account | None, at: datetime) -> int:
    from huiyin.door.handing_over import hand_over_left_duties, keep_left_custody

    keep_left_custody(at)
    done, total = 1, 0
    while done:
        done = hand_over_left_duties(at, account.id, successor.id if successor else None)
        total += done
    return total


def _day(text: str, option: str = "--on") -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Failure(f"{option} {text}: give a day as in 2026-12-01", MISUSED) from None


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
