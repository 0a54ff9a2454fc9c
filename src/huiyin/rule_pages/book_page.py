"""A rulebook as a whole for a page: where it comes from, its clauses with what carries them out, its roles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from huiyin.casework.labels import name_of
from huiyin.rule_pages.links import InProcedure, Link, Places, Quoted, sees, who_is
from huiyin.rules.book.elements import Cited
from huiyin.rules.book.files import book_of
from huiyin.rules.book.load import load, shipped
from huiyin.rules.book.schema import Rulebook


@dataclass(frozen=True, slots=True)
class Carrying:
    """What carries a clause out, of one kind: 办理动作, 职责 …"""

    kind: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ClauseEntry:
    """A clause with its text, what the book notes beside it, what carries it out, or which feature does so elsewhere (``awaited``: will)."""

    anchor: str
    cite: str
    text: str
    note: str
    carried: tuple[Carrying, ...]
    elsewhere: str
    awaited: bool


@dataclass(frozen=True, slots=True)
class Origin:
    """The clauses that come from one text: this book's own, or those that it takes over from another."""

    label: str
    own: bool
    clauses: tuple[ClauseEntry, ...]


@dataclass(frozen=True, slots=True)
class RoleEntry:
    """Who acts: seen from the case, where seated, what they may see, who stands in."""

    anchor: str
    label: str
    who: str
    seat: str
    sees: str
    stand_in: Link | None
    clauses: Quoted


@dataclass(frozen=True, slots=True)
class BookHead:
    """What a book says of itself. ``made_of`` are the books that it extends and includes, by name and title."""

    address: str
    key: str
    version: str
    title: str
    basis: str
    effective: date
    made_of: tuple[Link, ...]
    procedures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BookPage:
    """The page of a book."""

    head: BookHead
    origins: tuple[Origin, ...]
    roles: tuple[RoleEntry, ...]


def head_of(places: Places) -> BookHead:
    """The head of every page of a book."""
    book = places.book
    made_of = [name for name in (book.extends, *book.includes) if name]
    return BookHead(
        address=places.address,
        key=book.key,
        version=book.version,
        title=name_of(book.title),
        basis=name_of(book.basis),
        effective=book.effective,
        made_of=tuple(Link(_title(name), name) for name in made_of),
        procedures=tuple((name, name_of(procedure)) for name, procedure in book.procedures.items()),
    )


def book_page(places: Places) -> BookPage:
    """Clauses and roles of a sound book."""
    return BookPage(head_of(places), tuple(_origins(places)), tuple(_roles(places)))


def _title(name: str) -> str:
    return name_of(load(name).book.title) if name in shipped() else name


def _origins(places: Places) -> Iterator[Origin]:
    """The clauses by the file in which they are written, this book's own first."""
    carried = _carried(places)
    by_file: dict[str, list[ClauseEntry]] = {}
    for clause, rule in places.book.clauses.items():
        file, _line = places.rules.where("clauses", clause)
        by_file.setdefault(book_of(file), []).append(
            ClauseEntry(
                anchor=places.clause_anchor(clause),
                cite=name_of(rule.cite),
                text=name_of(rule),
                note=name_of(rule.note),
                carried=tuple(Carrying(kind, tuple(links)) for kind, links in carried.get(clause, {}).items()),
                elsewhere=name_of(places.book.elsewhere.get(clause)),
                awaited=clause in places.book.elsewhere and not places.book.elsewhere[clause].built,
            )
        )
    own = places.book.rulebook
    for name, entries in sorted(by_file.items(), key=lambda item: item[0] != own):
        yield Origin(_title(name), name == own, tuple(entries))


def _carried(places: Places) -> dict[str, dict[str, list[Link]]]:
    """What cites each clause, by kind."""
    found: dict[str, dict[str, list[Link]]] = {}
    for kind, element, link in _elements(places):
        for clause in element.clause:
            links = found.setdefault(clause, {}).setdefault(kind, [])
            if link not in links:
                links.append(link)
    return found


def _elements(places: Places) -> Iterator[tuple[str, Cited, Link]]:
    book: Rulebook = places.book
    many = len(book.procedures) > 1
    for name, procedure in book.procedures.items():
        within = InProcedure(places, name, procedure)
        label = name_of(procedure) if many else ""
        for action, rule in procedure.actions.items():
            yield _("办理动作"), rule, _within(within.action(action), label)
        for duty, duty_rule in procedure.duties.items():
            yield pgettext("duty", "职责"), duty_rule, _within(within.duty(duty), label)
        for notice, notice_rule in procedure.notices.items():
            yield _("文书"), notice_rule, _within(within.notice(notice), label)
        for limit, limit_rule in procedure.limits.items():
            yield _("期限"), limit_rule, _within(within.limit_link(limit), label)
        for stage, stage_rule in procedure.stages.items():
            yield _("阶段"), stage_rule, _within(within.stage(stage), label)
        yield _("程序"), procedure, Link(name_of(procedure), places.procedure(name))
    for role, role_rule in book.roles.items():
        yield _("角色"), role_rule, Link(name_of(role_rule), places.of_book(f"role-{role}"))
    for fact in book.facts.values():
        yield _("事实"), fact, Link(name_of(fact), "")


def _within(link: Link, procedure: str) -> Link:
    return Link(link.text, link.href, procedure)


def _roles(places: Places) -> Iterator[RoleEntry]:
    for name, role in places.book.roles.items():
        stand_in = places.roles([role.deputy]) if role.deputy else ()
        yield RoleEntry(
            anchor=f"role-{name}",
            label=name_of(role),
            who=who_is(role),
            seat=name_of(role.seat),
            sees=sees(role),
            stand_in=stand_in[0] if stand_in else None,
            clauses=places.clauses(role.clause),
        )
