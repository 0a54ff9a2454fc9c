"""`huiyin rota`: who is on duty when; planning it, and publishing what was planned."""

from __future__ import annotations

import argparse
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from huiyin.commands import DONE, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands._shared import account_called, day_of_option, decider, organisation_of
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

if TYPE_CHECKING:
    from huiyin.people.models import Organisation
    from huiyin.readiness.recording import By
    from huiyin.rota.models import Rota, Shift

PLAN = gettext_noop(
    "公平排班：每人次数相当，不连续两天，离岗的人和节假日不排。领导排在本机构公布的接待日。排出来的是草稿，公布以后才算；"
    "排不了的说明原因。"
)
A_MONTH = timedelta(days=31)


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("rota", help=_("谁值班、谁接待、什么时候"))
    parts = parser.add_subparsers(metavar="PART", required=True)
    planning = parts.add_parser("plan", help=_("排一段日子"), description=_(PLAN))
    _add_organisation(planning)
    planning.add_argument("--group", choices=("staff", "leaders"), required=True, help=_("哪个名单"))
    planning.add_argument("--first", required=True, metavar="DATE", help=_("第一天"))
    planning.add_argument("--last", required=True, metavar="DATE", help=_("最后一天，含当天"))
    planning.add_argument("--members", nargs="+", required=True, metavar="USERNAME", help=_("参加轮班的人"))
    planning.add_argument("--needed", type=int, default=1, metavar="N", help=_("每天几人（默认：1）"))
    planning.add_argument(
        "--begins",
        type=time.fromisoformat,
        default=time(9),
        metavar="HH:MM",
        help=_("工作人员的上班时间（默认：09:00）"),
    )
    planning.add_argument(
        "--ends",
        type=time.fromisoformat,
        default=time(17),
        metavar="HH:MM",
        help=_("工作人员的下班时间（默认：17:00）"),
    )
    planning.add_argument("--every-day", action="store_true", help=_("工作人员在周末和节假日也值班"))
    planning.add_argument("--publish", action="store_true", help=_("立即公布"))
    planning.set_defaults(run=plan)
    showing = parts.add_parser("show", help=_("有效的班次"))
    _add_organisation(showing)
    showing.add_argument("--from", dest="first", metavar="DATE", help=_("从哪天起（默认：今天）"))
    showing.add_argument("--to", dest="last", metavar="DATE", help=_("到哪天为止（默认：31 天）"))
    showing.set_defaults(run=show)
    publishing = parts.add_parser("publish", help=_("使草稿从现在起有效"))
    publishing.add_argument("rota", type=UUID, metavar="ID", help=_("哪一个，编号见 plan 的输出"))
    publishing.set_defaults(run=publish)
    for part in (planning, publishing):
        part.add_argument("--by", required=True, metavar="USERNAME", help=_("谁排的：管排班的人"))
    for part in (planning, showing, publishing):
        add_json(part)


def _add_organisation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--organisation", required=True, metavar="CODE", help=_("哪个机构"))


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
        raise Failure(_("没有排班 %(rota)s") % {"rota": arguments.rota}, _("请写 plan 输出的编号"))
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
    if last < first:
        raise Failure(_("结束日期不能早于开始日期"), status=MISUSED)
    shifts = list(shifts_in_force(organisation_of(arguments.organisation).id, first, last))
    report(arguments, {"shifts": [_plain(one) for one in shifts]}, map(_line, shifts) if shifts else [_("没有班次")])
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
    raise Failure(
        _("%(username)s 不管 %(code)s 的排班") % {"username": username, "code": organisation.code},
        _("请写担任排班角色的人"),
    )


def _report(arguments: argparse.Namespace, rota: Rota, shifts: list[Shift]) -> None:
    data = {"rota": str(rota.id), "published": rota.published_at is not None, "shifts": [_plain(one) for one in shifts]}
    state = _("公布了") if rota.published_at else _("草稿：用 huiyin rota publish 公布")
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
