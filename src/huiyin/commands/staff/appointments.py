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
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

if TYPE_CHECKING:
    from huiyin.casework.lists.left_duties import LeftDuty
    from huiyin.casework.models import Duty
    from huiyin.people.models import Account, Holding, Organisation

END = gettext_noop(
    "从写明的日期起，这个人不再担任该岗位：网页、接口和其令牌都会拒绝，已打开的会话也一样。做过的事仍在其名下。"
    "分派给其的待办退回本部门担任同一角色的所有人，或者交给 --to 写明的人，每件事项都有记录；这里逐件列出，"
    "并写明按规程可以由哪些动作转出。本部门没有人再担任的角色、本机构没有人担任的规程角色、没有联系人的部门、"
    "无人承办的待办也会列出。接任的人先任命、后任命都可以。部门中某个角色的最后一人离任时，先说明会怎样；"
    "加 --yes 才做。"
)
LEAVE = gettext_noop(
    "离岗的人（休假、生病、借调）仍担任岗位。分派给其的待办从第一天起交给 --to 写明的人，"
    "或者本部门担任同一角色的所有人；其间分派给其的也一样。返岗时不会自动取回。无人承办的，交给规程写明的代办人，"
    "返岗后交回；没有代办人的，这里会列出。部门中某个角色的最后一人离岗时，先说明会怎样；加 --yes 才做。"
)


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("appointments", help=_("谁担任哪个岗位；结束任职"))
    parts = parser.add_subparsers(metavar="PART", required=True)
    listing = parts.add_parser("list", help=_("谁从何时起担任哪个岗位"))
    listing.add_argument("--organisation", metavar="CODE", help=_("只看这个机构"))
    listing.add_argument("--account", metavar="USERNAME", help=_("只看这个人"))
    listing.add_argument("--all", action="store_true", help=_("也列出已结束和尚未开始的"))
    add_json(listing)
    listing.set_defaults(run=list_appointments)
    ending = parts.add_parser("end", help=_("结束某人的任职"), description=_(END))
    add_holding(ending)
    ending.add_argument("--on", metavar="DATE", help=_("不再任职的第一天，例如 2026-12-01（默认：今天）"))
    ending.add_argument("--to", metavar="USERNAME", help=_("由本部门的谁接手待办；只用于今天离任"))
    ending.add_argument("--yes", action="store_true", help=_("即使没有别人担任这一角色也做"))
    add_json(ending)
    ending.set_defaults(run=end)
    leaving = parts.add_parser("leave", help=_("登记某人离岗一段时间"), description=_(LEAVE))
    leaving.add_argument("account", metavar="USERNAME", help=_("谁离岗"))
    leaving.add_argument("--from", dest="since", metavar="DATE", help=_("离岗的第一天（默认：今天）"))
    leaving.add_argument("--until", metavar="DATE", help=_("返岗的日期（默认：未定）"))
    leaving.add_argument("--to", metavar="USERNAME", help=_("其间由本部门的谁接手待办"))
    leaving.add_argument("--yes", action="store_true", help=_("即使没有别人担任这一角色也做"))
    add_json(leaving)
    leaving.set_defaults(run=leave)
    returning = parts.add_parser("back", help=_("登记某人已返岗"))
    returning.add_argument("account", metavar="USERNAME", help=_("谁返岗"))
    returning.add_argument("--on", metavar="DATE", help=_("返岗的日期（默认：今天）"))
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
    report(arguments, {"appointments": rows}, map(_line, rows) if rows else [_("没有任职")])
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
        raise Failure(_("--to 只用于今天交接"), _("请在当天运行这个命令"), status=MISUSED)
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
        lines += (
            [_("部门 %(code)s 自 %(day)s 起没有联系人：请任命一名") % {"code": held.post.unit.code, "day": day}]
            if lacks_liaison
            else []
        )
        lines += (
            _("%(line)s；轮到这一角色的事项会停在那里") % {"line": line}
            for line in vacancy_lines(held.organisation.code, vacant)
        )
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
        line = _("%(username)s：自 %(since)s 起离岗%(until)s") % {
            "username": account.username,
            "since": since,
            "until": _("，%(until)s 返岗") % {"until": until} if until else "",
        }
        return data, [
            _("%(line)s；由 %(username)s 代办") % {"line": line, "username": successor.username} if successor else line
        ]

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
        to = going.successor.username if going.successor else _("本部门担任同一角色的所有人")
        lines.append(_("%(cases)s 件事项已交给%(to)s") % {"cases": data["handed_over"], "to": to})
    lines += [_("%(cases)s 件事项已交给代办人") % {"cases": data["stood_in"]}] if data["stood_in"] else []
    for held in going.posts:
        lines += [
            _("部门 %(code)s 自 %(day)s 起没有人担任角色 %(role)s：请任命人员")
            % {"code": held.post.unit.code, "role": role, "day": going.day}
            for role in unheld[held.id]
        ]
    lines += _waiting_lines(waiting)
    lines += [] if data["done"] else [_("以上是会发生的情况，什么都没有做；加 --yes 才做")]
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
        _("%(number)s 无人承办：%(kind)s（%(role)s），期限 %(due)s")
        % {
            "number": duty.case.number,
            "kind": duty.kind,
            "role": duty.role,
            "due": f"{timezone.localtime(duty.due_at):%Y-%m-%d %H:%M}",
        }
        for duty in waiting
        if not duty.case.sealed
    ]
    sealed = sum(duty.case.sealed for duty in waiting)
    return [*follows, *([_("密封事项的 %(sealed)s 件待办无人承办") % {"sealed": sealed}] if sealed else [])]


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
    report(
        arguments,
        {"account": account.username, "until": day.isoformat()},
        [_("%(username)s：%(day)s 返岗") % {"username": account.username, "day": day}],
    )
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
    until = _("，自 %(until)s 起不再担任") % {"until": row["until"]} if row["until"] else ""
    roles = _("、").join(row["roles"])
    return _("%(account)s：%(post)s（%(organisation)s %(unit)s；%(roles)s），自 %(since)s 起%(until)s") % {
        "account": row["account"],
        "post": row["post"],
        "organisation": row["organisation"],
        "unit": row["unit"],
        "roles": roles,
        "since": row["since"],
        "until": until,
    }


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
    either = _("或者")
    ways = _("；").join(f"{action} ({either.join(roles)})" for action, roles in duty.passed_on_by)
    passing = _("，或者由下列动作转出：%(ways)s") % {"ways": ways} if ways else ""
    return _("%(case)s 待办：%(kind)s，期限 %(due)s；由部门 %(code)s 其他担任 %(role)s 的人办理%(passing)s") % {
        "case": duty.case,
        "kind": duty.kind,
        "due": due,
        "role": duty.role,
        "code": held.post.unit.code,
        "passing": passing,
    }
