"""`huiyin rota`: who is on duty when; planning it, and publishing what was planned."""

from __future__ import annotations

import argparse
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from huiyin.commands import DONE, Failure, Subparsers, add_json, report
from huiyin.commands._shared import account_called, day_of_option, decider, organisation_of

if TYPE_CHECKING:
    from huiyin.people.models import Organisation
    from huiyin.readiness.recording import By
    from huiyin.rota.models import Rota, Shift

PLAN = """
Plans shifts fairly: everybody as many as the others, nobody on two days running, nobody who is away, no holiday. Leaders are planned on the reception
days that the organisation publishes. What is planned is a draft until it is published; what cannot be planned is told with the reason.
"""
A_MONTH = timedelta(days=31)


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("rota", help="who is on duty and who receives when")
    parts = parser.add_subparsers(metavar="PART", required=True)
    planning = parts.add_parser("plan", help="plan a span of days", description=PLAN)
    _add_organisation(planning)
    planning.add_argument("--group", choices=("staff", "leaders"), required=True, help="who takes turns")
    planning.add_argument("--first", required=True, metavar="DATE", help="the first day")
    planning.add_argument("--last", required=True, metavar="DATE", help="the last day, included")
    planning.add_argument("--members", nargs="+", required=True, metavar="USERNAME", help="who take turns")
    planning.add_argument("--needed", type=int, default=1, metavar="N", help="how many a day (default: 1)")
    planning.add_argument(
        "--begins", type=time.fromisoformat, default=time(9), metavar="HH:MM", help="of staff (default: 09:00)"
    )
    planning.add_argument(
        "--ends", type=time.fromisoformat, default=time(17), metavar="HH:MM", help="of staff (default: 17:00)"
    )
    planning.add_argument("--every-day", action="store_true", help="staff serve on weekends and holidays too")
    planning.add_argument("--publish", action="store_true", help="publish it at once")
    planning.set_defaults(run=plan)
    showing = parts.add_parser("show", help="the shifts that count")
    _add_organisation(showing)
    showing.add_argument("--from", dest="first", metavar="DATE", help="from which day (default: today)")
    showing.add_argument("--to", dest="last", metavar="DATE", help="until which day (default: 31 days)")
    showing.set_defaults(run=show)
    publishing = parts.add_parser("publish", help="have a draft count from now on")
    publishing.add_argument("rota", type=UUID, metavar="ID", help="which, as plan printed it")
    publishing.set_defaults(run=publish)
    for part in (planning, publishing):
        part.add_argument("--by", required=True, metavar="USERNAME", help="who plans: somebody who keeps the rota")
    for part in (planning, showing, publishing):
        add_json(part)


def _add_organisation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--organisation", required=True, metavar="CODE", help="which organisation")


def plan(arguments: argparse.Namespace) -> int:
    """Plans a span of days."""
    from huiyin.people.models import ReceptionTime
    from huiyin.rota import planning
    from huiyin.rota.models import DutyGroup, Rota

    organisation = organisation_of(arguments.organisation)
    by = _by(arguments.by, organisation)
    is_staff = arguments.group == DutyGroup.STAFF
    times = ReceptionTime.objects.filter(organisation=organisation)
    rota = Rota(
        group=arguments.group,
        first=day_of_option("--first", arguments.first),
        last=day_of_option("--last", arguments.last),
        members=[account_called(name).id.hex for name in arguments.members],
        needed=arguments.needed,
        every_day=is_staff and arguments.every_day,
        begins=arguments.begins if is_staff else None,
        ends=arguments.ends if is_staff else None,
        times=[] if is_staff else [one.id.hex for one in times],
    )
    planning.draft(rota, by)
    if arguments.publish:
        planning.publish(rota, by)
        rota.refresh_from_db()
    shifts = list(rota.shifts.select_related("account", "post", "rota"))
    _report(arguments, rota, shifts)
    return DONE


def publish(arguments: argparse.Namespace) -> int:
    """Publishes a draft."""
    from huiyin.rota import planning
    from huiyin.rota.models import Rota

    rota = Rota.objects.select_related("organisation").filter(id=arguments.rota).first()
    if rota is None:
        raise Failure(f"there is no rota {arguments.rota}", "give the id that plan printed")
    planning.publish(rota, _by(arguments.by, rota.organisation))
    rota.refresh_from_db()
    _report(arguments, rota, list(rota.shifts.select_related("account", "post", "rota")))
    return DONE


def show(arguments: argparse.Namespace) -> int:
    """Shows the shifts that count."""
    from django.utils import timezone

    from huiyin.people.appointments import day_of
    from huiyin.rota.in_force import shifts_in_force

    first = day_of_option("--from", arguments.first) if arguments.first else day_of(timezone.now())
    last = day_of_option("--to", arguments.last) if arguments.last else first + A_MONTH
    shifts = list(shifts_in_force(organisation_of(arguments.organisation).id, first, last))
    report(arguments, {"shifts": [_plain(one) for one in shifts]}, map(_line, shifts) if shifts else ["no shifts"])
    return DONE


def _by(username: str, organisation: Organisation) -> By:
    from django.utils import timezone

    from huiyin.people.acting import in_each_post
    from huiyin.readiness.recording import By
    from huiyin.rota.rights import may_plan

    account, at = decider(username), timezone.now()
    for actor in in_each_post(account, at):
        if actor.organisation == organisation.id and may_plan(actor):
            return By(actor, account, at)
    raise Failure(f"{username} does not plan the rota of {organisation.code}", "name somebody whose role keeps it")


def _report(arguments: argparse.Namespace, rota: Rota, shifts: list[Shift]) -> None:
    data = {"rota": str(rota.id), "published": rota.published_at is not None, "shifts": [_plain(one) for one in shifts]}
    state = "published" if rota.published_at else "a draft: publish it with huiyin rota publish"
    report(arguments, data, [f"{rota.id}: {state}", *map(_line, shifts)])


def _plain(shift: Shift) -> dict[str, Any]:
    return {
        "day": shift.day.isoformat(),
        "group": shift.rota.group,
        "account": shift.account.username,
        "post": str(shift.post),
        "begins": f"{shift.begins:%H:%M}",
        "ends": f"{shift.ends:%H:%M}",
        "place": shift.place,
    }


def _line(shift: Shift) -> str:
    return f"{shift.day} {shift.begins:%H:%M}-{shift.ends:%H:%M} {shift.rota.group}: {shift.account.username}"
