"""Whether there is somebody for everything that the rulebooks in force ask of somebody."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from huiyin.casework.labels import name_of
from huiyin.casework.lists.unattended import unattended
from huiyin.casework.owed import open_duties
from huiyin.casework.sealed.kept_from_all import late_with_the_last
from huiyin.casework.sealed.told_to_administrators import told_to
from huiyin.doctor.finding import Finding, failure, notice, ok, warning
from huiyin.doctor.surroundings import Surroundings
from huiyin.people.appointments import day_of, units_without_liaison
from huiyin.people.models import Organisation
from huiyin.rule_store.store import load
from huiyin.rule_store.vacancies import single_handed, vacancies
from huiyin.rules.book.load import RulebookFlawed


def roles(surroundings: Surroundings) -> Iterator[Finding]:
    """Roles that nobody holds: a case stops where it comes to one, unless somebody stands in."""
    organisations = list(Organisation.objects.order_by("code"))
    if not organisations:
        yield notice("roles.none", _("还没有设立机构"), _("运行 huiyin setup，或者导入机构文件"))
    for organisation in organisations:
        try:
            rules = load(organisation.rulebook)
        except RulebookFlawed:
            yield failure(
                "roles.rulebook",
                _("%(organisation)s的规程不能使用") % {"organisation": organisation.name},
                _("运行 huiyin rules check %s，按提示改正") % organisation.rulebook,
            )
            continue
        found = vacancies(rules, organisation, day_of(surroundings.at))
        empty = [name_of(one.rule, one.role) for one in found if not one.stand_in]
        covered = [name_of(one.rule, one.role) for one in found if one.stand_in]
        if empty:
            yield warning(
                "roles.vacant",
                _("%(organisation)s无人担任：%(roles)s")
                % {"organisation": organisation.name, "roles": "、".join(empty)},
                _("轮到这些角色的环节会停住。见“空缺的角色”页面，任命人员"),
            )
        if covered:
            yield notice(
                "roles.stand-in",
                _("%(organisation)s由他人代办：%(roles)s")
                % {"organisation": organisation.name, "roles": "、".join(covered)},
            )
        alone = [name_of(one.rule, one.role) for one in single_handed(rules, organisation, day_of(surroundings.at))]
        if alone:
            yield notice(
                "roles.single-handed",
                _("%(organisation)s只有一人担任，也无他人可以代办：%(roles)s")
                % {"organisation": organisation.name, "roles": "、".join(alone)},
                _("该人回避或者外出时，轮到这些角色的环节无人办理。再任命一人，或者任命代办的人"),
            )
        if not found:
            yield ok("roles", _("%(organisation)s的角色都有人担任") % {"organisation": organisation.name})


def left(surroundings: Surroundings) -> Iterator[Finding]:
    """Duties that nobody does: their holders left, are away, withdrew from the case or are accused by it, and nobody acts in
    their place; or they do not do it, and nobody is left to pass it to.
    """
    reader, at = surroundings.reader, surroundings.at
    count = len(told_to(reader, unattended(open_duties(), day_of(at)), at))
    count += sum(one.count for one in late_with_the_last(reader, at))
    if count:
        yield warning(
            "duties.unattended",
            ngettext("有 %(count)d 项职责无人可办", "有 %(count)d 项职责无人可办", count) % {"count": count},
            _("见“空缺的角色”页面，任命人员"),
        )
    else:
        yield ok("duties", _("每项职责都有人可办"))


def liaisons(surroundings: Surroundings) -> Iterator[Finding]:
    """Units without a liaison (clause s0-3.2.2.1e)."""
    for organisation in Organisation.objects.order_by("code"):
        units = units_without_liaison(organisation, day_of(surroundings.at))
        if units:
            yield warning(
                "liaisons.missing",
                ngettext(
                    "%(organisation)s有 %(count)d 个单位没有联系人，例如%(unit)s",
                    "%(organisation)s有 %(count)d 个单位没有联系人，例如%(unit)s",
                    len(units),
                )
                % {"organisation": organisation.name, "count": len(units), "unit": units[0].name},
                _("给每个单位任命一名联系人"),
            )
        else:
            yield ok("liaisons", _("%(organisation)s的各单位都有联系人") % {"organisation": organisation.name})
