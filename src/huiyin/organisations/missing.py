"""What an office still lacks to receive petitions and answer them, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime

from django.conf import settings

from huiyin.people.appointments import current, day_of, units_without_liaison
from huiyin.people.inviting import was_never_opened
from huiyin.people.models import Account, Holding, Leader, Organisation, Reception
from huiyin.rule_store.store import load
from huiyin.rule_store.vacancies import INSIDE, vacancies


def missing(codes: Collection[str], at: datetime) -> list[str]:
    """What the organisations with these codes lack, each thing in a line with what to do."""
    found = list(_of_installation())
    for organisation in (
        Organisation.objects.filter(code__in=codes).select_related("superior__superior").order_by("code")
    ):
        found += (f"{organisation.code}: {line}" for line in _of(organisation, day_of(at), at))
    return found


def _of_installation() -> Iterator[str]:
    named = list(Account.objects.filter(is_superuser=True))
    working = [one for one in named if one.is_active]
    if len(named) < 2:
        yield (
            "one administrator alone: nobody could let them in again; name a second one under administrators"
            if named
            else "no administrator: name two under administrators"
        )
    if named and not working:
        yield f"nobody administers until {' or '.join(one.username for one in named)} accepted the invitation"
    if settings.HUIYIN_LOCAL:
        yield f"{settings.HUIYIN_PUBLIC_URL} is this machine alone: set HUIYIN_PUBLIC_URL to the address under which people reach it"


def _of(organisation: Organisation, day: date, at: datetime) -> Iterator[str]:
    rules = load(organisation.rulebook_at(at))
    invited = _invited(organisation, day)
    for vacancy in vacancies(rules, organisation, day):
        acting = vacancy.role if vacancy.rule.of in INSIDE else vacancy.rule.stand_in
        if people := invited.get(acting or ""):
            yield f"nobody can act as {vacancy.role} ({vacancy.rule.name()}) until {' or '.join(people)} accepted the invitation"
            continue
        where = f"appoint somebody to {' or '.join(vacancy.posts)}" if vacancy.posts else "give a post this role"
        meanwhile = f"; meanwhile {vacancy.stand_in} stands in" if vacancy.stand_in else ""
        yield f"nobody holds the role {vacancy.role} ({vacancy.rule.name()}): {where}{meanwhile}"
    for unit in units_without_liaison(organisation, day):
        yield f"unit {unit.code} {unit.name} has no liaison: give somebody there a post with the role liaison"
    if organisation.office is None:
        yield "no unit is named as the office for petitions: set office"
    if not organisation.organs_above:
        yield "no superior: petitioners read that they may ask the next higher organ for review, and not whom; set superior, if there is one"
    reception = Reception.objects.filter(organisation=organisation).first()
    for name in ("address", "phone", "hours", "place"):
        if not getattr(reception, name, ""):
            yield f"contact: {name} is empty, and must be published (Regulation Art. 18(1))"
    if not Leader.objects.filter(organisation=organisation, position=Leader.Position.HEAD).exists():
        yield "the leading group has no head: set leaders (clause s0-2)"


def _invited(organisation: Organisation, day: date) -> dict[str, list[str]]:
    """By role, who was appointed and has not accepted the invitation yet."""
    found: dict[str, list[str]] = {}
    held = current(Holding.objects.filter(organisation=organisation, account__is_active=False), day)
    for one in held.select_related("account", "post").order_by("account__username"):
        for role in one.post.roles if was_never_opened(one.account) else ():
            found.setdefault(role, []).append(one.account.username)
    return found
