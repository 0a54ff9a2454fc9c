"""What an office still lacks to receive petitions and answer them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Final

from django.conf import settings

from huiyin.organisations.texts import Lack, PublishedContact
from huiyin.people.appointments import current, day_of, units_without_liaison
from huiyin.people.inviting import was_never_opened
from huiyin.people.models import Account, Holding, Leader, Organisation, Reception, ReceptionTime
from huiyin.procedure.seating import LEVELS
from huiyin.rule_store.store import load
from huiyin.rule_store.vacancies import INSIDE, Vacancy, vacancies
from huiyin.rules.book.load import Rules
from huiyin.rules.book.texts import CodedText, Term, series

PUBLISHED: Final = {
    "address": PublishedContact.ADDRESS,
    "phone": PublishedContact.PHONE,
    "hours": PublishedContact.HOURS,
    "place": PublishedContact.PLACE,
}


def missing(codes: Collection[str], at: datetime) -> list[CodedText]:
    """What the organisations with these codes lack, each thing with what to do about it."""
    found = list(_of_installation())
    for one in Organisation.objects.filter(code__in=codes).select_related("superior__superior").order_by("code"):
        found += _of(one, day_of(at), at)
    return found


def _of_installation() -> Iterator[CodedText]:
    named = list(Account.objects.filter(is_superuser=True).order_by("username"))
    if len(named) < 2:
        yield (Lack.ONE_ADMINISTRATOR if named else Lack.NO_ADMINISTRATOR).about()
    if named and not any(one.is_active for one in named):
        yield Lack.ADMINISTRATORS_INVITED.about(people=series((one.username for one in named), "or"))
    if settings.HUIYIN_LOCAL:
        yield Lack.LOCAL_ADDRESS.about(address=settings.HUIYIN_PUBLIC_URL)


def _of(organisation: Organisation, day: date, at: datetime) -> Iterator[CodedText]:
    code, rules = organisation.code, load(organisation.rulebook_at(at))
    invited = _invited(organisation, day)
    for vacancy in vacancies(rules, organisation, day):
        yield _vacant(organisation, vacancy, invited, rules)
    for unit in units_without_liaison(organisation, day):
        yield Lack.NO_LIAISON.about(organisation=code, unit=f"{unit.code} {unit.name}")
    if organisation.office is None:
        yield Lack.NO_OFFICE.about(organisation=code)
    if not organisation.organs_above:
        yield Lack.NO_SUPERIOR.about(organisation=code)
    reception = Reception.objects.filter(organisation=organisation).first()
    has_times = ReceptionTime.objects.filter(organisation=organisation).exists()
    for name, what in PUBLISHED.items():
        if not getattr(reception, name, "") and not (name == "hours" and has_times):
            yield Lack.NO_CONTACT.about(organisation=code, what=what.about())
    if not Leader.objects.filter(organisation=organisation, position=Leader.Position.HEAD).exists():
        yield Lack.NO_HEAD.about(organisation=code)


def _vacant(organisation: Organisation, vacancy: Vacancy, invited: dict[str, list[str]], rules: Rules) -> CodedText:
    code, above = organisation.code, organisation.organ_above(LEVELS.get(vacancy.rule.of, 0)).name
    role = Term(vacancy.rule.name("zh"), vacancy.rule.name("en"))
    acting = vacancy.role if vacancy.rule.of in INSIDE else vacancy.rule.stand_in
    if people := invited.get(acting or ""):
        if above:
            whom = series(people, "or")
            return Lack.HANDS_OVER_INVITED.about(organisation=code, role=role, organ=above, people=whom)
        return Lack.ROLE_INVITED.about(organisation=code, role=role, people=series(people, "or"))
    if vacancy.stand_in:
        acts = rules.book.roles[vacancy.stand_in]
        return Lack.STAND_IN.about(organisation=code, role=role, stand_in=Term(acts.name("zh"), acts.name("en")))
    if vacancy.posts:
        return Lack.ROLE_WITHOUT_HOLDER.about(organisation=code, role=role, posts=series(vacancy.posts, "or"))
    return Lack.ROLE_WITHOUT_POST.about(organisation=code, role=role)


def _invited(organisation: Organisation, day: date) -> dict[str, list[str]]:
    """By role, who was appointed and has not accepted the invitation yet."""
    found: dict[str, list[str]] = {}
    held = current(Holding.objects.filter(organisation=organisation, account__is_active=False), day)
    for one in held.select_related("account", "post").order_by("account__username"):
        for role in one.post.roles if was_never_opened(one.account) else ():
            found.setdefault(role, []).append(one.account.username)
    return found
