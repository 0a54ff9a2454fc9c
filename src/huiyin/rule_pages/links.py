"""Parts of a rulebook as people say them: limits, conditions, who a role is, and links to what is meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from huiyin.casework.labels import length_of, name_of
from huiyin.rules.book.conditions import Condition
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import LimitRule, Procedure, Role, RoleOf, Rulebook, Sight

ROLE_OF: Final[Mapping[RoleOf, str]] = {
    "organisation": gettext_noop("本机关设有此岗位的部门"),
    "handling": gettext_noop("承办单位"),
    "co_handling": gettext_noop("会办单位"),
    "superior": gettext_noop("上一级机关"),
    "superior_of_superior": gettext_noop("上一级机关的上一级机关"),
    "petitioner": gettext_noop("信访人"),
    "system": gettext_noop("系统，期限届满时"),
}
SEES: Final[Mapping[Sight, str]] = {
    "organisation": gettext_noop("本机关的全部事项"),
    "unit": gettext_noop("本部门有关的事项"),
    "none": gettext_noop("不看事项"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A name that leads to where the thing is described."""

    text: str
    href: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Quoted:
    """Clauses as people quote them: those of laws and rules, and apart from them the conventions of the book, which are no law."""

    law: tuple[Link, ...]
    conventions: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are described: on the pages of a book, or all on one page to print.

    ``address`` is the book's name in addresses; ``together`` says that everything stands on one page.
    """

    rules: Rules
    address: str
    together: bool = False

    @property
    def book(self) -> Rulebook:
        """The rulebook itself."""
        return self.rules.book

    def of(self, procedure: str, kind: str, name: str) -> str:
        """The address of an element of a procedure."""
        page = "" if self.together else reverse("rules:procedure", args=[self.address, procedure])
        return f"{page}#{procedure}-{kind}-{name}"

    def procedure(self, name: str) -> str:
        """The address of a procedure as a whole."""
        return f"#{name}" if self.together else reverse("rules:procedure", args=[self.address, name])

    def of_book(self, anchor: str) -> str:
        """The address of something on the book's own page."""
        page = "" if self.together else reverse("rules:book", args=[self.address])
        return f"{page}#{anchor}"

    def clause_anchor(self, clause: str) -> str:
        """The anchor of a clause: its number in the book, since its name may hold any sign."""
        return f"clause-{list(self.book.clauses).index(clause) + 1}"

    def clauses(self, clauses: Iterable[str]) -> Quoted:
        """The clauses as people quote them; several parts of one provision are quoted once."""
        law, conventions = dict[str, Link](), dict[str, Link]()
        for clause in clauses:
            rule = self.book.clauses.get(clause)
            if rule is not None:
                cite = name_of(rule.cite)
                link = Link(cite, self.of_book(self.clause_anchor(clause)), name_of(rule))
                (conventions if rule.is_convention else law).setdefault(cite, link)
        return Quoted(tuple(law.values()), tuple(conventions.values()))

    def roles(self, roles: Iterable[str]) -> tuple[Link, ...]:
        """The roles, each leading to who that is."""
        return tuple(
            Link(name_of(self.book.roles[role]), self.of_book(f"role-{role}"))
            for role in roles
            if role in self.book.roles
        )


@dataclass(frozen=True, slots=True)
class InProcedure:
    """The elements of one procedure by name and link."""

    places: Places
    name: str
    procedure: Procedure

    def action(self, action: str) -> Link:
        """A link to what may be done."""
        return Link(name_of(self.procedure.actions[action]), self.places.of(self.name, "action", action))

    def actions(self, actions: Iterable[str]) -> tuple[Link, ...]:
        """Links to several of them."""
        return tuple(self.action(action) for action in actions)

    def stage(self, stage: str) -> Link:
        """A link to where a case stands."""
        return Link(name_of(self.procedure.stages[stage]), self.places.of(self.name, "stage", stage))

    def duty(self, duty: str) -> Link:
        """A link to what is owed."""
        return Link(name_of(self.procedure.duties[duty]), self.places.of(self.name, "duty", duty))

    def notice(self, notice: str) -> Link:
        """A link to a document."""
        return Link(name_of(self.procedure.notices[notice]), self.places.of(self.name, "notice", notice))

    def limit_link(self, limit: str) -> Link:
        """A link to a time limit."""
        rule = self.procedure.limits[limit]
        return Link(name_of(rule), self.places.of(self.name, "limit", limit), self.limit(limit))

    def limit(self, limit: str) -> str:
        """A limit in one phrase: how long, from when, and what changes it."""
        rule = self.procedure.limits[limit]
        parts = [length(rule, self.places.book)]
        if rule.no_later_than is not None:
            latest = self.procedure.limits[rule.no_later_than]
            parts.append(_("最迟到“%(limit)s”届满") % {"limit": name_of(latest)})
        if rule.extendable is not None:
            parts.append(_("至多延长 %(length)s") % {"length": length_of(rule.extendable)})
        if rule.pausable:
            parts.append(_("听证时间不计"))
        return _("，").join(parts)


def length(rule: LimitRule, book: Rulebook) -> str:
    """How long a limit is and from when it runs."""
    field = name_of(book.fields[rule.by_field]) if rule.by_field else ""
    if rule.within is None:
        return _("按“%(field)s”填写的日期") % {"field": field}
    moment = name_of(book.moments.get(rule.start))
    if rule.within.amount:
        text = _("自%(moment)s起 %(length)s") % {"moment": moment, "length": length_of(rule.within)}
    else:
        text = _("%(moment)s当日") % {"moment": moment}
    return _("%(length)s，或者“%(field)s”填写的日期") % {"length": text, "field": field} if field else text


def condition(book: Rulebook, compared: Condition) -> str:
    """A condition as one phrase: each fact with the values that pass."""
    between = " / "
    conditions = []
    for fact, comparison in compared.items():
        rule = book.facts[fact]
        names = [name_of(value) for key, value in rule.values.items() if comparison.holds(key)]
        conditions.append(_("%(fact)s为%(values)s") % {"fact": name_of(rule), "values": between.join(names)})
    return _("，").join(conditions)


def who_is(role: Role) -> str:
    """Who acts in a role, seen from the case."""
    return _(ROLE_OF[role.of])


def sees(role: Role) -> str:
    """How much of the cases a role may see."""
    return _(SEES[role.sees])
