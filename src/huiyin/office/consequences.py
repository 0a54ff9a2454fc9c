"""What follows from a change of people, posts or units, in words: told before it is done, by doing it and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.casework.labels import name_of
from huiyin.casework.models import Duty
from huiyin.casework.owed import open_duties
from huiyin.door.consequences.handing_over import hand_over_left_duties, keep_left_custody, let_stand_in
from huiyin.organisations.consequences import Consequences, consequences, staffed_roles
from huiyin.people.absences import back_on, told_away, unheld_roles
from huiyin.people.appointments import day_of, units_without_liaison
from huiyin.people.models import LIAISON, Account, Holding, Organisation
from huiyin.rule_store.store import load


@dataclass(frozen=True)
class Leaving:
    """Somebody who no longer works in some posts from a day on, and who takes over what they owe (None: all who hold the role there)."""

    account: Account
    posts: Sequence[Holding]
    day: date
    at: datetime
    heir: Account | None = None

    @property
    def organisations(self) -> Sequence[Organisation]:
        """Those of the posts."""
        return list({held.organisation_id: held.organisation for held in self.posts}.values())


def rehearse(organisations: Sequence[Organisation], moment: datetime, change: Callable[[], Iterable[str]]) -> list[str]:
    """What would follow at ``moment`` from ``change``, a line each, after the lines that it tells itself; afterwards all is as before."""
    owed = unsealed_duties().filter(organisation__in=organisations)
    with transaction.atomic():
        before = staffed_roles(organisations, owed, moment)
        lines = list(change())
        lines += _in_words(consequences(before, staffed_roles(organisations, owed, moment)))
        transaction.set_rollback(True)
    return lines or [_("没有其他影响：没有待办要移交，也没有角色因此空缺。")]


def rehearse_leaving(leaving: Leaving, change: Callable[[], object]) -> list[str]:
    """The same for somebody who leaves posts, with what becomes of what they owe and of the units that they leave."""

    def steps() -> Iterable[str]:
        change()
        yield from _heir_away(leaving)
        yield from _owed(leaving)
        yield from _unheld(leaving)
        yield from _without_liaison(leaving)

    return rehearse(leaving.organisations, _first_moment(leaving), steps)


def _in_words(follows: Consequences) -> Iterable[str]:
    for vacancy, other in follows.vacant.values():
        words = {"role": name_of(vacancy.rule, vacancy.role), "other": other}
        if other:
            yield _("规程要求的角色“%(role)s”在本机构将无人担任，其间由“%(other)s”代办；请尽快任命。") % words
        else:
            yield _("规程要求的角色“%(role)s”在本机构将无人担任，轮到这一环节的事项会停下。") % words
    for one in follows.stood_in_for:
        yield _("角色“%(role)s”将无人担任，由“%(other)s”代办。") % {"role": one.role, "other": one.other}
    if follows.unattended:
        count = len(follows.unattended)
        yield _("%(n)d 件待办将无人承办；规程规定有人代办的，交给代办人。") % {"n": count}


def unsealed_duties() -> QuerySet[Duty]:
    """The open duties of which an administrator reads figures: none of sealed cases, which may accuse them."""
    return open_duties().filter(case__sealed=False)


def settle(leaving: Leaving) -> None:
    """After the change: what is owed goes on at once where the day has come; the worker does so on the day itself."""
    if leaving.day > day_of(leaving.at):
        return
    keep_left_custody(leaving.at)
    while hand_over_left_duties(leaving.at, leaving.account.id, leaving.heir.id if leaving.heir else None):
        pass
    let_stand_in(leaving.at)


def _owed(leaving: Leaving) -> Iterable[str]:
    units = {held.post.unit_id for held in leaving.posts}
    count = unsealed_duties().filter(assignee=leaving.account.id, unit__in=units).count()
    if not count:
        return
    if leaving.heir and not back_on([leaving.heir.id], leaving.day):
        yield _("指定由其承办的 %(n)d 件待办，交给 %(name)s（限其岗位可以办的）。") % {"n": count, "name": leaving.heir}
    else:
        yield _("指定由其承办的 %(n)d 件待办，交给同单位担任同一角色的人员。") % {"n": count}


def _heir_away(leaving: Leaving) -> Iterable[str]:
    if leaving.heir and (away := back_on([leaving.heir.id], leaving.day)):
        words = {"name": leaving.heir, "away": told_away(away[leaving.heir.id])}
        yield _("%(name)s也%(away)s，其间不能代办；请另选在岗人员。") % words


def _unheld(leaving: Leaving) -> Iterable[str]:
    without: set[tuple[UUID, str]] = set()
    for held in leaving.posts:
        for role in unheld_roles(held.post, leaving.day):
            if (held.post.unit_id, role) not in without and role != LIAISON:
                without.add((held.post.unit_id, role))
                words = {
                    "day": leaving.day,
                    "unit": held.post.unit.name,
                    "role": _role(held.organisation, role, leaving),
                }
                yield _("从 %(day)s 起，%(unit)s没有人担任%(role)s。") % words


def _role(organisation: Organisation, role: str, leaving: Leaving) -> str:
    return name_of(load(organisation.rulebook_at(_first_moment(leaving))).book.roles.get(role), role)


def _without_liaison(leaving: Leaving) -> Iterable[str]:
    led = {held.liaison_of_id for held in leaving.posts if held.liaison_of_id}
    for organisation in leaving.organisations if led else ():
        for unit in units_without_liaison(organisation, leaving.day):
            if unit.id in led:
                yield _("从 %(day)s 起，%(unit)s没有联系人；每个单位应当有一名。") % {
                    "day": leaving.day,
                    "unit": unit.name,
                }


def _first_moment(leaving: Leaving) -> datetime:
    return max(leaving.at, timezone.make_aware(datetime.combine(leaving.day, time())))
