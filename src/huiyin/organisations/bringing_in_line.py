"""One organisation, brought in line with what a file says of it: a step for each kind of row, which tells what it changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from huiyin.door.consequences.succession import bar_below, end_unit, move_unit
from huiyin.language import gettext as _
from huiyin.language import gettext_noop, terminal
from huiyin.organisations.changes import StructureChange, entry_in_words
from huiyin.organisations.description import Appointed, DescribedOrganisation, DescribedPost, DescribedUnit
from huiyin.organisations.export import CONTACT
from huiyin.organisations.texts import ChangeKind, DescriptionProblem
from huiyin.people import administration
from huiyin.people.appointments import appoint, day_of, end_holding, liaisons, not_over
from huiyin.people.models import (
    LIAISON,
    Account,
    Holding,
    Leader,
    Organisation,
    Post,
    Reception,
    ReceptionTime,
    Unit,
    enter,
)
from huiyin.people.staff import reception
from huiyin.people.staff.reception import in_words, same_times
from huiyin.people.staff.units import add_post, add_unit, change_post, current_units
from huiyin.rule_store.roles import roles_of_posts
from huiyin.rules.book.load import RulebookFlawed
from huiyin.rules.book.texts import CodedText, Param, series

MAX_SUBJECT = 300
POSITIONS: Mapping[str, str] = {
    Leader.Position.HEAD: gettext_noop("组长"),
    Leader.Position.DEPUTY: gettext_noop("副组长"),
    Leader.Position.MEMBER: gettext_noop("成员"),
}
OWN = ("name", "short_name", "level", "first_responsible", "paper_code")


@dataclass
class OrganisationInLine:
    """Brings one organisation in line with ``described``; ``people`` are the accounts that the file may name, ``tell`` and ``complain``
    take what is changed and what cannot be as the file says. ``led``: the liaisons of the units that end.
    """

    described: DescribedOrganisation
    people: Mapping[str, Account]
    at: datetime
    by: Account | None
    tell: Callable[[StructureChange], None]
    complain: Callable[[CodedText], None]
    is_new: bool = False
    led: Mapping[str, Sequence[Account]] = field(default_factory=dict)

    def bring(self) -> Organisation:
        """Do all of it, in an order in which each finds what it needs."""
        self.organisation = self._organisation()
        self._units()
        self._leave_abolished()
        for unit in self.described.units:
            self._posts(unit)
        self._abolished()
        self._office()
        self._reception()
        self._reception_times()
        self._leaders()
        return self.organisation

    def _change(self, kind: ChangeKind, what: str, was: object = "", will: object = "", entry: str = "") -> None:
        self.tell(StructureChange(kind, self.described.code, what, str(was or ""), str(will or ""), entry))

    def _complain(self, code: DescriptionProblem, **about: Param) -> None:
        self.complain(code.about(organisation=self.described.code, **about))

    def _act(self, change: str, organisation: Organisation, rows: Sequence[Any], what: str = "") -> None:
        subject = f"{organisation.name}{f': {what}' if what else ''}"[:MAX_SUBJECT]
        administration.record_act(
            change, rows, self.at, None, by=self.by, organisation=organisation.id, subject=subject
        )

    # --- the organisation itself ---

    def _organisation(self) -> Organisation:
        described, found = self.described, Organisation.objects.filter(code=self.described.code).first()
        values: dict[str, Any] = {name: getattr(described, name) for name in OWN} | self._superior()
        if found is None:
            found = Organisation(code=described.code, rulebook=described.rulebook, created_at=self.at, **values)
            found.save(force_insert=True)
            self._act("add_organisation", found, [found])
            self.is_new = True
            self._change(ChangeKind.ADD_ORGANISATION, described.name)
            return found
        if found.rulebook.partition("@")[0] != described.rulebook.partition("@")[0]:
            self._complain(DescriptionProblem.OTHER_RULEBOOK, rulebook=found.rulebook)
        self._set(found, values, ChangeKind.CHANGE_ORGANISATION, described.name, "change_organisation")
        return found

    def _superior(self) -> dict[str, Any]:
        named = self.described.superior
        if named is None or named.code is None:
            outside = {"superior_name": named.name, "superior_address": named.address} if named else {}
            return {"superior": None, "superior_name": "", "superior_address": "", **outside}
        superior = Organisation.objects.filter(code=named.code).first()
        if superior is None:
            self._complain(DescriptionProblem.NO_ORGANISATION, superior=named.code)
        elif self.described.code in _chain(superior):
            self._complain(DescriptionProblem.SUPERIOR_BELOW, superior=named.code)
            superior = None
        return {"superior": superior, "superior_name": "", "superior_address": ""}

    def _set(self, row: Any, values: Mapping[str, Any], kind: ChangeKind, what: str, change: str) -> None:
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        columns: list[str] = []
        for name, value in changed.items():
            self._change(kind, what, getattr(row, name), value, name)
            columns += enter(row, name, value, self.at)
        if changed:
            row.save(update_fields=columns)
            entries = _("、").join(entry_in_words(name, terminal()) for name in changed)
            self._act(change, row if isinstance(row, Organisation) else self.organisation, [row], entries)

    def _office(self) -> None:
        units = {unit.code: unit for unit in current_units(self.organisation)}
        office = units.get(self.described.office or "")
        self._set(
            self.organisation,
            {"office": office},
            ChangeKind.CHANGE_ORGANISATION,
            self.described.name,
            "change_organisation",
        )

    def _reception(self) -> None:
        values = {name: getattr(self.described.contact, name) for name in CONTACT}
        found = Reception.objects.filter(organisation=self.organisation).first()
        if found is not None:
            self._set(found, values, ChangeKind.CHANGE_RECEPTION, self.described.name, "change_reception")
        elif any(values.values()):
            found = Reception.objects.create(organisation=self.organisation, **values)
            self._act("change_reception", self.organisation, [found])
            for name, value in values.items():
                if value:
                    self._change(ChangeKind.CHANGE_RECEPTION, self.described.name, "", value, name)

    def _reception_times(self) -> None:
        """A file that does not speak of reception times leaves them as they are; an empty list takes them all back."""
        if self.described.reception is None:
            return
        rows = list(ReceptionTime.objects.filter(organisation=self.organisation))
        will = [ReceptionTime(organisation=self.organisation, **dict(one)) for one in self.described.reception]
        for one in will:
            one.weekdays, one.weeks = list(one.weekdays), list(one.weeks)
        was, described = set(same_times(rows)), set(same_times(will))
        for row, key in zip(rows, same_times(rows), strict=True):
            if key not in described:
                self._change(ChangeKind.CHANGE_RECEPTION, self.described.name, in_words(row))
                reception.remove(row, self.at, self.by)
        for new, key in zip(will, same_times(will), strict=True):
            if key not in was:
                self._change(ChangeKind.CHANGE_RECEPTION, self.described.name, "", in_words(new))
                reception.add(new, self.at, self.by)

    # --- units ---

    def _units(self) -> None:
        known = {unit.code: unit for unit in Unit.objects.filter(organisation=self.organisation)}
        for described in _parents_first(self.described.units):
            parent, found = known.get(described.parent or ""), known.get(described.code)
            if found is None:
                new = Unit(
                    organisation=self.organisation,
                    code=described.code,
                    name=described.name,
                    kind=described.kind,
                    parent=parent,
                )
                known[described.code] = add_unit(new, self.at, self.by)
                bar_below(new, self.at)
                self._change(ChangeKind.ADD_UNIT, f"{described.code} {described.name}")
            elif found.abolished_on is not None:
                self._complain(DescriptionProblem.UNIT_ENDED, unit=described.code, day=str(found.abolished_on))
            else:
                self._unit(found, described, parent)
        named = {unit.code for unit in self.described.units} | {unit.code for unit in self.described.abolished}
        for code in sorted(code for code, unit in known.items() if code not in named and unit.abolished_on is None):
            self._complain(DescriptionProblem.UNIT_LEFT_OUT, unit=code, name=known[code].name)

    def _unit(self, found: Unit, described: DescribedUnit, parent: Unit | None) -> None:
        was = (found.name, found.kind, found.parent.code if found.parent else "")
        will = (described.name, described.kind, described.parent or "")
        if was != will:
            move_unit(found, self.at, self.by, name=described.name, kind=described.kind, parent=parent)
            self._change(
                ChangeKind.CHANGE_UNIT, described.code, " ".join(filter(None, was)), " ".join(filter(None, will))
            )

    def _leave_abolished(self) -> None:
        """Close the posts of units that are to end: the file says who goes on where."""
        codes = [gone.code for gone in self.described.abolished]
        ending = Unit.objects.filter(organisation=self.organisation, code__in=codes, abolished_on=None)
        self.led = {unit.code: liaisons(unit, day_of(self.at)) for unit in ending}
        for post in Post.objects.filter(unit__in=ending).select_related("unit").order_by("unit__code", "title"):
            self._close(post)

    def _abolished(self) -> None:
        units = {unit.code: unit for unit in Unit.objects.filter(organisation=self.organisation)}
        for gone in self.described.abolished:
            unit = units.get(gone.code)
            if unit is None and self.is_new:
                continue  # what ended before is history elsewhere
            if unit is None:
                self._complain(DescriptionProblem.NO_UNIT_TO_END, unit=gone.code)
            elif unit.abolished_on is None:
                end_unit(unit, units[gone.successor], self.at, self.by)
                self._change(
                    ChangeKind.ABOLISH_UNIT,
                    f"{unit.code} {unit.name}",
                    "",
                    f"→ {gone.successor} {units[gone.successor].name}",
                )
                self._liaisons_end(unit, units[gone.successor])

    def _liaisons_end(self, unit: Unit, successor: Unit) -> None:
        """A unit has one liaison: whoever was that of ``unit`` is named, and who is that of its successor."""
        there = liaisons(successor, day_of(self.at))
        for account in self.led.get(unit.code, ()):
            if account not in there:
                now = " ".join(one.username for one in there)
                self._change(ChangeKind.LIAISON_ENDS, f"{account.username}, {unit.code} {unit.name}", "", now)

    # --- posts and who holds them ---

    def _posts(self, described: DescribedUnit) -> None:
        unit = Unit.objects.get(organisation=self.organisation, code=described.code)
        known = {post.title: post for post in Post.objects.filter(unit=unit)}
        for post in described.posts:
            self._refuse_unknown_roles(post)
        for title in sorted(known.keys() - {post.title for post in described.posts}):
            self._close(known[title])
        # A liaison's post that is no longer one makes way for the one that is to be, and who leaves for who comes.
        for post in sorted(described.posts, key=lambda post: LIAISON in post.roles):
            self._post(unit, known.get(post.title), post)

    def _refuse_unknown_roles(self, post: DescribedPost) -> None:
        try:
            known = {LIAISON, *roles_of_posts(self.organisation.rulebook)}
        except RulebookFlawed as error:
            self._complain(
                DescriptionProblem.UNREADABLE_RULEBOOK, rulebook=self.organisation.rulebook, reason=error.in_one_line
            )
            return
        for role in post.roles:
            if role not in known:
                self._complain(DescriptionProblem.NO_ROLE, post=post.title, role=role, known=series(sorted(known)))

    def _close(self, post: Post) -> None:
        held = self._held(post)
        if not post.roles and not held:
            return  # it was closed before
        for one in held:
            self._end(one)
        change_post(post, [], self.at, self.by)
        self._change(ChangeKind.CLOSE_POST, f"{post.unit.code} {post.title}")

    def _post(self, unit: Unit, found: Post | None, described: DescribedPost) -> None:
        if found is None:
            new = Post(organisation=self.organisation, unit=unit, title=described.title, roles=list(described.roles))
            found = add_post(new, self.at, self.by)
            self._change(ChangeKind.ADD_POST, f"{unit.code} {described.title}", "", " ".join(described.roles))
        remaining = {held.username: held for held in described.holders}
        for one in self._held(found):
            here = remaining.pop(one.account.username, None)
            if here is None:
                self._end(one)
            elif here.until != one.until:
                self._prolong(one, here)
        if set(found.roles) != set(described.roles):
            self._change(
                ChangeKind.CHANGE_POST,
                f"{unit.code} {described.title}",
                " ".join(found.roles),
                " ".join(described.roles),
            )
            change_post(found, described.roles, self.at, self.by)
        for username, held in remaining.items():
            self._appoint(username, held, found)

    def _held(self, post: Post) -> list[Holding]:
        found = not_over(Holding.objects.filter(post=post), day_of(self.at))
        return list(found.select_related("account", "post__unit").order_by("since", "id"))

    def _end(self, held: Holding, until: date | None = None) -> None:
        day = max(until or day_of(self.at), held.since)
        end_holding(held, day, by=self.by, at=self.at)
        self._change(
            ChangeKind.END_APPOINTMENT,
            f"{held.account.username}, {held.post.unit.code} {held.post.title}",
            "",
            f"— {day}",
        )

    def _prolong(self, one: Holding, described: Appointed) -> None:
        """Another last day: earlier it ends the appointment, later another one follows."""
        if described.until is not None and (one.until is None or described.until < one.until):
            self._end(one, described.until)
        elif one.until is not None:
            follows = Appointed(username=described.username, since=one.until, until=described.until)
            self._appoint(described.username, follows, one.post)

    def _appoint(self, username: str, described: Appointed, post: Post) -> None:
        account = self.people.get(username)
        if account is None:
            self._complain(DescriptionProblem.NOBODY_CALLED, place=post.title, username=username)
            return
        if post.unit.abolished_on is not None:
            return  # complained of already: the code of a unit that ended is not given again
        since = described.since or day_of(self.at)
        held = appoint(account, post, since, by=self.by, at=self.at)
        if described.until is not None:
            end_holding(held, described.until, by=self.by, at=self.at)
        until = f" {described.until}" if described.until else ""
        self._change(ChangeKind.APPOINT, f"{username}, {post.unit.code} {post.title}", "", f"{since} —{until}")

    # --- the leading group ---

    def _leaders(self) -> None:
        named = self.described.leaders
        positions: dict[str, Iterable[str]] = {
            Leader.Position.HEAD: (named.head,) if named.head else (),
            Leader.Position.DEPUTY: named.deputy,
            Leader.Position.MEMBER: named.member,
        }
        will = {username: position for position, usernames in positions.items() for username in usernames}
        for username in sorted(will.keys() - self.people.keys()):
            self._complain(DescriptionProblem.NOBODY_CALLED, place="leaders", username=username)
        rows = {
            row.account.username: row
            for row in Leader.objects.filter(organisation=self.organisation).select_related("account")
        }
        was = {username: str(row.position) for username, row in rows.items()}
        if was == will:
            return
        gone = [row for username, row in rows.items() if will.get(username) != row.position]
        administration.record("change_leaders", [], self.at, administration.acting(self.by), gone=gone)
        Leader.objects.filter(id__in=[row.id for row in gone]).delete()
        new = [
            Leader(organisation=self.organisation, account=self.people[username], position=position)
            for username, position in will.items()
            if was.get(username) != position and username in self.people
        ]
        Leader.objects.bulk_create(new)
        self._act("place_leader", self.organisation, new, _listed(will))
        self._change(ChangeKind.CHANGE_LEADERS, self.described.name, _listed(was), _listed(will))


def _listed(positions: Mapping[str, str]) -> str:
    return ", ".join(f"{username} ({_(POSITIONS[position])})" for username, position in sorted(positions.items()))


def _chain(organisation: Organisation) -> set[str]:
    """The codes of an organisation and of those above it."""
    found: set[str] = set()
    link: Organisation | None = organisation
    while link is not None and link.code not in found:
        found.add(link.code)
        link = link.superior
    return found


def _parents_first(units: Iterable[DescribedUnit]) -> list[DescribedUnit]:
    """In an order in which each stands behind the one it lies below. A tree, as reading the file has made sure."""
    by_code = {unit.code: unit for unit in units}

    def depth(unit: DescribedUnit) -> int:
        return 1 + depth(by_code[unit.parent]) if unit.parent else 0

    return sorted(by_code.values(), key=depth)
