"""Who acts: from an account, a token or a petitioner to the ``Actor`` that a command carries, and who sits where."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.people import administrators, demonstration
from huiyin.people.appointments import FORMER_FOR, current, day_of, held_after, lately
from huiyin.people.models import Account, Administrator, Holding, Organisation, Petitioner, Post, SecondFactorRule, Unit
from huiyin.people.once_a_request import note_read, read_once
from huiyin.people.signing_in import second_factor_rules
from huiyin.people.signing_in.tokens import digest, note_use
from huiyin.procedure.command import Actor, OrganisationId, PersonId, PostId, Seat, Seats, UnitId
from huiyin.rows import Prepared

LEVELS = 3
"""The case's organisation, the next higher one for review and the one above for re-review (Regulation Art. 35, 36)."""


@dataclass(frozen=True)
class HeldPost:
    """A post that somebody may act in now, as a chooser shows it."""

    post: UUID
    title: str
    unit: str
    organisation: str


@dataclass(frozen=True)
class AtWork:
    """Somebody at work: the post they act in, all that they hold, the longest held first, and whether a rule of any of these
    asks them for a second factor; ``administers`` where they are an administrator as well, ``confirms`` where
    they confirm what administrators propose (``administrators.confirming_scope``).
    """

    actor: Actor
    posts: tuple[HeldPost, ...]
    needs_second_factor: bool
    administers: bool = False
    confirms: bool = False


@dataclass(frozen=True)
class ByToken:
    """What a token lets a program do, and for whom; ``lacks_second_factor`` where one is required and the token was made without."""

    actor: Actor
    scopes: frozenset[str]
    lacks_second_factor: bool


def actor_for(account: Account, *, at: datetime, post_id: UUID | None = None) -> Actor | None:
    """An account acting in the post it chose, or in the one it has held longest.

    Returns:
        None if the account is closed, or does not hold that post (or any) at that moment.
    """
    return _actor_among(*_held(account, at), post_id) if account.is_active else None


def in_each_post(account: Account, at: datetime) -> list[Actor]:
    """An account acting in each of its posts, the longest held first; none if it is closed."""
    held, former = _held(account, at) if account.is_active else ([], [])
    return [_acting_in(one, held, former) for one in held]


def at_work(account: Account, at: datetime, chosen: UUID | None) -> AtWork | None:
    """An account acting in the post that it chose, and all its posts.

    A choice that no longer holds (the post was given to somebody else) counts as none: then it is the post held longest.

    Returns:
        None if the account is closed, or holds no post at that moment.
    """
    held, former = _held(account, at) if account.is_active else ([], [])
    actor = (_actor_among(held, former, chosen) if chosen else None) or _actor_among(held, former, None)
    if actor is None:
        return None
    posts = (HeldPost(item.post_id, item.post.title, item.post.unit.name, item.organisation.name) for item in held)
    for item in held:
        note_read(item.organisation)
    administers = _administers(account, held)
    confirms = administers or any(getattr(holding, "leads", False) for holding in held)
    return AtWork(actor, tuple(posts), _needs_second_factor(account, held), administers, confirms)


def _needs_second_factor(account: Account, held: Sequence[Holding]) -> bool:
    # Hardly anywhere is there a rule: the query that found the posts says so, and most pages ask no further.
    if not any(getattr(holding, "some_rule", False) for holding in held):
        return False
    posts = ((holding.organisation_id, holding.post.roles) for holding in held)
    return second_factor_rules.is_required(_administers(account, held), posts)


def _administers(account: Account, held: Sequence[Holding]) -> bool:
    return account.is_superuser or any(getattr(holding, "administers", False) for holding in held)


def _actor_among(held: Sequence[Holding], former: Sequence[Holding], post_id: UUID | None) -> Actor | None:
    chosen = next((holding for holding in held if post_id is None or holding.post_id == post_id), None)
    return _acting_in(chosen, held, former) if chosen else None


def _holdings(account: UUID, day: date, earlier: date) -> QuerySet[Holding]:
    administered = administrators.on_day(Administrator.objects.filter(account=OuterRef("account")), day)
    leads = administrators.confirming_leaders().filter(account=OuterRef("account"))
    holdings = Holding.objects.filter(account_id=account).select_related("post__unit", "organisation")
    annotated = holdings.annotate(
        some_rule=Exists(SecondFactorRule.objects.all()), administers=Exists(administered), leads=Exists(leads)
    )
    return held_after(annotated, day, earlier).order_by("since", "id")


_HOLDINGS: Final = Prepared(_holdings)
"""Who asks is asked for with each page and each call."""


def _held(account: Account, at: datetime) -> tuple[list[Holding], list[Holding]]:
    """What somebody holds now, the longest held first, and what they held lately."""
    day = day_of(at)
    found = _HOLDINGS.all(account.pk, day, day - FORMER_FOR)
    return [one for one in found if not _is_over(one.until, day)], [one for one in found if _is_over(one.until, day)]


def _is_over(until: date | None, day: date) -> bool:
    return until is not None and until <= day


def _acting_in(held: Holding, now: Sequence[Holding], former: Sequence[Holding]) -> Actor:
    """The holder of ``held`` at work in it, with all posts that they hold ``now``, and the ``former`` ones that they held lately: whoever leaves
    a unit that a case accuses is kept out of it as before.
    """
    unit = held.post.unit
    above = kin_of_each([holding.post.unit for holding in (*now, *former)])
    return Actor(
        kind="staff",
        organisation=OrganisationId(held.organisation_id),
        roles=frozenset(held.post.roles),
        person=PersonId(held.account_id),
        post=PostId(held.post_id),
        unit=UnitId(unit.id),
        related_units=frozenset[UnitId]().union(*above.values()) - {UnitId(unit.id)},
        serving=frozenset[UnitId]().union(*(above[holding.post.unit_id] for holding in now)),
    )


def kin(units: Sequence[Unit]) -> frozenset[UnitId]:
    """The units and every unit above them: what is kept from one of these is kept from who belongs to it, in whatever
    post they act (Regulation Art. 30(3)).
    """
    return frozenset[UnitId]().union(*kin_of_each(units).values())


def kin_of_each(units: Sequence[Unit]) -> dict[UUID, frozenset[UnitId]]:
    """Each of the units, by id, with every unit above it."""
    nested = {unit.organisation_id for unit in units if unit.parent_id}
    parents = dict(Unit.objects.filter(organisation_id__in=nested).values_list("id", "parent_id")) if nested else {}
    found: dict[UUID, frozenset[UnitId]] = {}
    for unit in units:
        above: set[UnitId] = set()
        link: UUID | None = unit.id
        while link is not None and link not in above:
            above.add(UnitId(link))
            link = parents.get(link)
        found[unit.id] = frozenset(above)
    return found


def serving_in(units: AbstractSet[UUID], day: date) -> frozenset[PersonId]:
    """Whoever holds a post on a day in one of the units, or in one below them (``Actor.serving``)."""
    if not units:
        return frozenset()
    organisations = Unit.objects.filter(id__in=units).values("organisation")
    held = list(current(Holding.objects.filter(organisation__in=organisations), day).select_related("post__unit"))
    above = kin_of_each([one.post.unit for one in held])
    return frozenset(PersonId(one.account_id) for one in held if above[one.post.unit_id] & units)


def by_token(raw: str, at: datetime) -> ByToken | None:
    """Who is behind a token, in one query; in two when a unit of theirs stands under another one. That it was used is noted.

    Returns:
        None if the token is unknown, revoked or expired, its account closed or its post no longer held.
    """
    if demonstration.is_published(raw) and not demonstration.is_open():
        return None
    day = day_of(at)
    lately_held = [_Held(*row) for row in _held_by_token.all(digest(raw), day, day - FORMER_FOR)]
    held = [row for row in lately_held if not _is_over(row.until, day)]
    used = next((row for row in held if row.holding == row.token_holding), None)
    if used is None or (used.expires_at is not None and used.expires_at <= at):
        return None
    units = [Unit(id=row.unit, organisation_id=row.organisation, parent_id=row.unit_parent) for row in lately_held]
    above = kin_of_each(units)
    actor = Actor(
        kind="staff",
        organisation=OrganisationId(used.organisation),
        roles=frozenset(used.roles),
        person=PersonId(used.account),
        post=PostId(used.post),
        unit=UnitId(used.unit),
        related_units=frozenset[UnitId]().union(*above.values()) - {UnitId(used.unit)},
        serving=frozenset[UnitId]().union(*(above[row.unit] for row in held)),
    )
    needs = used.some_rule and second_factor_rules.is_required(False, [(row.organisation, row.roles) for row in held])
    note_use(used.token, used.used_at, at)
    return ByToken(actor, frozenset(used.scopes), needs and not used.second_factor)


class _Held(NamedTuple):
    """A post of who holds a token, beside the token."""

    token_holding: UUID
    holding: UUID
    account: UUID
    post: UUID
    roles: list[str]
    organisation: UUID
    unit: UUID
    unit_parent: UUID | None
    until: date | None
    some_rule: bool
    token: UUID
    scopes: list[str]
    expires_at: datetime | None
    used_at: datetime | None
    second_factor: bool


def _holdings_by_token(kept: bytes, day: date, earlier: date) -> "QuerySet[Holding, tuple[Any, ...]]":
    """Every post that the holder of a token has on a day, or had lately, each beside the holding for which the token was issued."""
    holdings = Holding.objects.filter(
        account__tokens__digest=kept, account__tokens__revoked_at__isnull=True, account__is_active=True
    )
    return held_after(holdings, day, earlier).values_list(
        "account__tokens__holding_id",
        "id",
        "account_id",
        "post_id",
        "post__roles",
        "organisation_id",
        "post__unit_id",
        "post__unit__parent_id",
        "until",
        Exists(SecondFactorRule.objects.all()),
        "account__tokens__id",
        "account__tokens__scopes",
        "account__tokens__expires_at",
        "account__tokens__used_at",
        "account__tokens__second_factor",
    )


_held_by_token = Prepared(_holdings_by_token)


def system_actor(organisation_id: UUID) -> Actor:
    """The installation itself, for timers and channels of an organisation."""
    return Actor(kind="system", organisation=OrganisationId(organisation_id), roles=frozenset())


def petitioner_to_be(organisation_id: UUID) -> Actor:
    """Somebody about to hand in a petition, whom nobody knows yet."""
    return Actor(kind="petitioner", organisation=OrganisationId(organisation_id), roles=frozenset())


def petitioner_actor(petitioner: Petitioner, code_was_seen: bool = False) -> Actor:
    """A petitioner acting in their own matter; ``code_was_seen`` where staff had the query code in their hands by which they are known."""
    return Actor(
        kind="petitioner",
        organisation=OrganisationId(petitioner.organisation_id),
        roles=frozenset(),
        person=PersonId(petitioner.id),
        code_was_seen=code_was_seen,
    )


def seats(organisation_id: UUID, avoiding: AbstractSet[UUID] = frozenset()) -> Seats:
    """Which unit holds which role in an organisation and in those above it, in two queries.

    An accused unit never gets a seat (Regulation Art. 28(3), 30(3)): a role that only avoided units hold goes to the
    seat of the same role in the next higher organisation. Of several units with one role, the first by code sits.
    The roles of a post count whether or not somebody holds it now: a duty belongs to the unit.

    Args:
        organisation_id: the case's organisation, level 0.
        avoiding: units that the matter accuses.
    """
    chain = with_superiors(organisation_id)
    offered: list[dict[str, Seat]] = [{} for _ in chain]
    wanting: list[set[str]] = [set() for _ in chain]
    for owner, unit, roles in _posts.all(tuple(chain)) if chain else ():
        level = chain.index(owner)
        for role in roles:
            if unit in avoiding:
                wanting[level].add(role)
            else:
                offered[level].setdefault(role, Seat(UnitId(unit), OrganisationId(owner)))
    for level in reversed(range(len(chain) - 1)):
        for role in wanting[level] - offered[level].keys():
            if role in offered[level + 1]:
                offered[level][role] = offered[level + 1][role]
    return Seats(tuple(offered))


def with_superiors(organisation_id: UUID) -> list[UUID]:
    """The organisation and those above it that have a level among seats, the lowest first."""
    chain: list[UUID] = []
    for link in _two_above.first(organisation_id) or ():
        if link is None or link in chain:
            break
        chain.append(link)
    return chain[:LEVELS]


def overseen(organisation_id: UUID) -> list[UUID]:
    """The organisation, and those below it whose matters may come to it for review or re-review."""
    above = Q(id=organisation_id) | Q(superior=organisation_id) | Q(superior__superior=organisation_id)
    return list(Organisation.objects.filter(above).values_list("id", flat=True))


def organs_below(organisation_id: UUID) -> Mapping[str, str]:
    """The same without the organisation itself: names by code."""
    return dict(_below.all(organisation_id))


def units_of(organisation_id: UUID) -> Mapping[str, str]:
    """The units of an organisation, those that are no more as well: names by code."""
    return dict(_units.all(organisation_id))


_units = Prepared(lambda id: Unit.objects.filter(organisation_id=id).order_by("code").values_list("code", "name"))
_below = Prepared(
    lambda id: (
        Organisation.objects.filter(Q(superior=id) | Q(superior__superior=id))
        .order_by("code")
        .values_list("code", "name")
    )
)
_two_above = Prepared(
    lambda id: Organisation.objects.filter(id=id).values_list("id", "superior_id", "superior__superior_id")
)
_posts = Prepared(
    lambda chain: (
        Post.objects.filter(organisation_id__in=chain)
        .order_by("unit__code", "unit_id", "title")
        .values_list("organisation_id", "unit_id", "roles")
    )
)


_owners = Prepared(lambda units: Unit.objects.filter(id__in=units).values_list("id", "organisation_id"))


def units_seats(unit_ids: Iterable[UUID]) -> dict[UnitId, Seat]:
    """The seats of units that a command names; an unknown unit is simply missing."""
    distinct = tuple(set(unit_ids))
    rows = _owners.all(distinct) if distinct else []
    return {UnitId(unit): Seat(UnitId(unit), OrganisationId(owner)) for unit, owner in rows}


def roles_held(unit_ids: Iterable[UUID], at: datetime) -> dict[UnitId, frozenset[str]]:
    """The roles that somebody holds in each of the units at a moment; a unit where nobody holds any is missing."""
    distinct = tuple(set(unit_ids))
    return _roles_by_unit(_roles_held.all(distinct, day_of(at))) if distinct else {}


_roles_held = Prepared(
    lambda units, day: current(
        Holding.objects.filter(post__unit_id__in=units, account__is_active=True), day
    ).values_list("post__unit_id", "post__roles")
)


_held_in_organisation = Prepared(
    lambda organisation, day: (
        current(
            Holding.objects.filter(
                organisation_id=organisation, account__is_active=True, post__unit__abolished_on__isnull=True
            ),
            day,
        )
        .order_by("post__unit__code")
        .values_list("post__unit_id", "post__unit__name", "post__roles", "account_id")
    )
)


def units_where_held(
    organisation_id: UUID, roles: Collection[str], at: datetime, without: Collection[UUID] = ()
) -> dict[UnitId, str]:
    """The units of an organisation in which somebody holds any of the roles at a moment, besides the accounts ``without``: their names by
    their ids, in the order of their codes.
    """
    day = day_of(at)
    rows = read_once(
        (_held_in_organisation, organisation_id, day), lambda: _held_in_organisation.all(organisation_id, day)
    )
    asked = set(roles)
    return {
        UnitId(unit): name
        for unit, name, there, account in rows
        if account not in without and not asked.isdisjoint(there)
    }


def _roles_by_unit(held: Iterable[tuple[UUID, list[str]]]) -> dict[UnitId, frozenset[str]]:
    found: dict[UnitId, frozenset[str]] = {}
    for unit, roles in held:
        found[UnitId(unit)] = found.get(UnitId(unit), frozenset()).union(roles)
    return found


_posts_held = Prepared(
    lambda accounts, day: current(Holding.objects.filter(account_id__in=accounts), day).values_list(
        "account_id", "post__unit_id", "post__roles"
    )
)


def posts_of_people(account_ids: Iterable[UUID], at: datetime) -> dict[PersonId, dict[UnitId, frozenset[str]]]:
    """The units in which each of the accounts holds a post at a moment, with the roles held there; who holds none is missing."""
    distinct = tuple(set(account_ids))
    posts: dict[PersonId, dict[UnitId, frozenset[str]]] = {}
    for account, unit, roles in _posts_held.all(distinct, day_of(at)) if distinct else ():
        held = posts.setdefault(PersonId(account), {})
        held[UnitId(unit)] = held.get(UnitId(unit), frozenset()).union(roles)
    return posts


def former_units(account_ids: Iterable[UUID], at: datetime) -> dict[PersonId, frozenset[UnitId]]:
    """The units in which each of the accounts holds or lately held a post, with every unit above: what accuses one of them, is about
    each of these people as well. Who held none is missing.
    """
    holdings = lately(Holding.objects.filter(account_id__in=set(account_ids)), day_of(at)).select_related("post__unit")
    held = list(holdings)
    above = kin_of_each([one.post.unit for one in held])
    found: dict[PersonId, frozenset[UnitId]] = {}
    for one in held:
        person = PersonId(one.account_id)
        found[person] = found.get(person, frozenset()) | above[one.post.unit_id]
    return found


def units_of_people(account_ids: Iterable[UUID], at: datetime) -> dict[PersonId, frozenset[UnitId]]:
    """The units in which each of the accounts holds a post at a moment; who holds none is missing."""
    return {person: frozenset(held) for person, held in posts_of_people(account_ids, at).items()}


def holders_in(organisation_id: UUID, roles: Collection[str], at: datetime) -> Sequence[Account]:
    """Who holds any of the roles in an organisation at a moment, by name: whom a form may offer."""
    return _by_name(_held_in.all(organisation_id, day_of(at)), roles)


def offered_in(organisation_id: UUID, roles: Collection[str], at: datetime) -> Sequence[Account]:
    """As ``holders_in``, for the forms of a page: who holds what is read once for all of them."""
    day = day_of(at)
    return _by_name(read_once((_held_in, organisation_id, day), lambda: _held_in.all(organisation_id, day)), roles)


def holders_of(unit_id: UUID, role: str, at: datetime) -> Sequence[Account]:
    """Who holds a role in a unit at a moment, by name: to whom its duties may be assigned and notices go."""
    return _by_name(_held_by_unit.all(unit_id, day_of(at)), [role])


def _by_name(holdings: Iterable[Holding], roles: Collection[str]) -> list[Account]:
    asked_roles = set(roles)
    found = {held.account_id: held.account for held in holdings if not asked_roles.isdisjoint(held.post.roles)}
    return sorted(found.values(), key=lambda account: (account.display_name, account.username))


def _at_work(holdings: QuerySet[Holding], day: date) -> QuerySet[Holding]:
    return current(holdings.filter(account__is_active=True), day).select_related("account", "post")


_held_in = Prepared(lambda organisation, day: _at_work(Holding.objects.filter(organisation_id=organisation), day))
_held_by_unit = Prepared(lambda unit, day: _at_work(Holding.objects.filter(post__unit_id=unit), day))
