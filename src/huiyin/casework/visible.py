"""Who may see which case. Every read path starts here; what is not allowed by a line below is not seen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.casework import access
from huiyin.casework.models import Case, CaseAccess, CaseAccused, CaseLink, CaseParty, CaseUnit, Duty, Notice
from huiyin.people.models import LIAISON
from huiyin.people.once_a_request import organisation_of
from huiyin.procedure.command import Actor
from huiyin.procedure.confidentiality.knowing import knowing
from huiyin.procedure.state import ORDINARY
from huiyin.procedure.storage import codec
from huiyin.rows import Alike, Prepared
from huiyin.rule_store.store import load
from huiyin.rules.book.schema import CUSTODIAN, Role, Rulebook
from huiyin.rules.book.steps import walks_in

Found = TypeVar("Found")


def visible_to(actor: Actor) -> QuerySet[Case]:
    """The cases that ``actor`` may see.

    A petitioner sees their own. Staff whose post has a role see the cases with which their unit has to do; a role that ``sees: organisation`` in the
    rulebook sees all of its organisation, one to which a procedure gives steps without a duty the organisation's cases of it. Nobody sees a case that accuses them, their unit, or a unit above it
    (Regulation Art. 30(3)). While nobody has decided whom a case accuses, its custodian alone sees it. A limited case is seen by who
    is on its list, has to act on it, or oversees (``procedure.confidentiality.knowing``).
    """
    if actor.kind == "petitioner" and actor.person is not None:
        return Case.objects.filter(Exists(CaseParty.objects.filter(case=OuterRef("pk"), petitioner_id=actor.person)))
    if not _has_part(actor):
        return Case.objects.none()
    return seen_through(scopes_of(actor), actor.within, actor.person)


def seen_through(scopes: Collection[UUID], within: Collection[UUID], person: UUID | None) -> QuerySet[Case]:
    """The cases that one of the ``scopes`` sees and that accuse neither ``person`` nor a unit ``within`` which they work: ``visible_to`` for
    queries that are prepared, with what ``sight`` says of somebody.
    """
    held = CaseAccess.objects.filter(case=OuterRef("pk"), scope__in=scopes)
    return Case.objects.filter(Exists(held)).exclude(Q(sealed=True) & _accuses(within, person))


def sight(actor: Actor) -> tuple[tuple[UUID, ...], tuple[UUID, ...], UUID] | None:
    """By what somebody of the staff sees cases (``seen_through``); None for whoever sees none, or their own alone."""
    scopes = scopes_of(actor)
    return (scopes, tuple(actor.within), actor.person) if scopes and actor.person is not None else None


def scopes_of(actor: Actor) -> tuple[UUID, ...]:
    """Through which scopes somebody of the staff sees cases; none for anybody else. The office-wide ones come first."""
    if not _has_part(actor) or actor.unit is None:
        return ()
    custody = (access.custody_scope(actor.unit, relation) for relation in custodies(actor) if relation)
    return (*office_wide(actor), actor.unit, *custody, *_scopes_of_limited(actor))


def _has_part(actor: Actor) -> bool:
    """Whether the post of ``actor`` is there to act, approve or oversee: petitioners are told that nobody else reads what they write. A unit's
    liaison is only named in the directory, unless the rulebook has a role of that name.
    """
    if actor.kind != "staff" or actor.unit is None:
        return False
    return bool(actor.roles - {LIAISON}) or (LIAISON in actor.roles and LIAISON in roles_of(actor.organisation))


def _scopes_of_limited(actor: Actor) -> Iterator[UUID]:
    """Through which somebody sees limited cases, beside their unit's."""
    if oversees(actor):
        yield access.overseers_scope(actor.organisation)
    if actor.post is not None:
        yield actor.post
    if actor.person is not None:
        yield access.person_scope(actor.person, actor.organisation)
    if actor.unit is not None:
        yield from (access.role_scope(actor.unit, role) for role in sorted(actor.roles))


def overseeing_roles(roles: Mapping[str, Role]) -> frozenset[str]:
    """Who sets how confidential the cases of an organisation are, or oversees that they are dealt with: by the ``roles`` of its rulebook
    the custodian, whoever confirms what the custodian decides, and whoever oversees it.
    """
    custodian = roles.get(CUSTODIAN)
    if custodian is None:
        return frozenset()
    return frozenset(filter(None, (CUSTODIAN, custodian.confirmed_by, custodian.overseen_by)))


def approving_roles(book: Rulebook) -> frozenset[str]:
    """Who approves documents under ``book``, in any of its procedures."""
    actions = (action for procedure in book.procedures.values() for action in procedure.actions.values())
    return frozenset(role for action in actions if action.approves for role in action.by)


def oversees(actor: Actor) -> bool:
    """Whether no list takes a limited case of their organisation from ``actor``, unless it accuses them."""
    return not actor.roles.isdisjoint(overseeing_roles(roles_of(actor.organisation)))


def office_wide(actor: Actor) -> tuple[UUID, ...]:
    """Of ``scopes_of`` those that come with a role and not with the unit: all cases of the organisation, or those of some procedures."""
    if sees_organisation(actor):
        return (actor.organisation,)
    return tuple(access.procedure_scope(actor.organisation, name) for name in _walks_in(actor))


def accessible(actor: Actor) -> Alike[CaseAccess]:
    """The same as ``visible_to`` for lists: what each scope of ``actor`` holds. A case may stand in several."""
    rows = _accusing_others(actor)
    return Alike(lambda scope: rows.filter(scope=scope), scopes_of(actor))


def access_of(actor: Actor) -> QuerySet[CaseAccess]:
    """All that ``accessible`` gives at once, in no order that an index serves; a case may stand in it several times."""
    return access_through(scopes_of(actor), actor.within, actor.person)


def access_through(scopes: Collection[UUID], within: Collection[UUID], person: UUID | None) -> QuerySet[CaseAccess]:
    """As ``access_of``, for queries that are prepared (``seen_through``)."""
    return _accusing_none_of(within, person).filter(scope__in=scopes)


def open_within(actor: Actor, organisations: Collection[UUID]) -> QuerySet[CaseAccess]:
    """What is written of cases that whoever sees all of one of the ``organisations`` sees there, neither limited nor in custody, and that
    do not accuse ``actor``: for the little of them that is told beyond it.
    """
    return _accusing_others(actor).filter(scope__in=organisations)


def _accusing_others(actor: Actor) -> QuerySet[CaseAccess]:
    """What is written of cases that do not accuse ``actor``, of whatever scope."""
    return _accusing_none_of(actor.within, actor.person)


def _accusing_none_of(within: Collection[UUID], person: UUID | None) -> QuerySet[CaseAccess]:
    return CaseAccess.objects.exclude(Q(sealed=True) & _accuses(within, person, "case_id"))


def on_visible(actor: Actor) -> Exists:
    """Whether a row's case (``case_id``) is one of ``visible_to``; asked row by row, whatever the size of the register."""
    if actor.kind == "staff":  # by what is written of the case for them, as lists do, without its own row
        return Exists(access_of(actor).filter(case=OuterRef("case_id")))
    return Exists(visible_to(actor).filter(pk=OuterRef("case_id")))


def _in_custody_of_another(actor: Actor) -> QuerySet[Case]:
    """Cases of the actor's organisation that wait for their custodian and do not accuse the actor: for the receipt, which whoever has
    just taken a petition in still has to hand over.
    """
    if not _has_part(actor):
        return Case.objects.none()
    waiting = Case.objects.filter(organisation_id=actor.organisation, unresolved=True)
    return waiting.exclude(_accuses(actor.within, actor.person))


def handed_over_by(actor: Actor) -> QuerySet[Case]:
    """Cases whose receipt ``actor`` may hand over: theirs to see, or in custody without accusing them."""
    return visible_to(actor) | _in_custody_of_another(actor)


def custodies(actor: Actor) -> tuple[str, ...]:
    """The relations to a case in which the actor's unit has it in custody, by a role that their post holds."""
    by_role = sorted(f"{role}/{CUSTODIAN}" for role in actor.roles)
    return (CUSTODIAN, *by_role) if CUSTODIAN in actor.roles else (*by_role, "")  # a query among none is none


def _seen_by_staff(
    unit: UUID,
    person: UUID | None,
    within: Collection[UUID],
    organisation: UUID,
    procedures: Collection[str] | None,
    custody: Collection[str],
) -> QuerySet[Case]:
    """What a unit has to do with, and the cases of ``organisation``: all of them, unless it is only those of ``procedures``.

    The definition itself, from the rows of a case: asked before a case is opened or acted on, whatever scopes are written beside it.
    """
    # Who had a case in custody, or confirmed whom it accuses, goes on seeing it: that post, not everybody in its unit.
    dealing = ~Q(relation=CUSTODIAN) & ~Q(relation__endswith=f"/{CUSTODIAN}")
    joined = CaseUnit.objects.filter(dealing | Q(relation__in=custody), case=OuterRef("pk"), unit_id=unit)
    related = Q(Exists(joined))
    own = Q(organisation_id=organisation)
    if procedures is None:
        related |= own
    elif procedures:
        related |= own & Q(procedure__in=procedures)
    in_custody = CaseUnit.objects.filter(case=OuterRef("pk"), unit_id=unit, relation__in=custody)
    known = Q(unresolved=False) | Q(Exists(in_custody))
    # Of a limited case somebody is asked whether they may know of it (``_may_know``), whatever else they have to do with it.
    return Case.objects.filter(related | ~Q(level=ORDINARY), known).exclude(Q(sealed=True) & _accuses(within, person))


def _accuses(within: Collection[UUID], person: UUID | None, case: str = "pk") -> Exists:
    """Whether a case, whose id stands in the column ``case``, accuses a person, or a unit to which they belong."""
    return Exists(CaseAccused.objects.filter(Q(unit_id__in=within) | Q(account_id=person), case=OuterRef(case)))


class _ByNumber(Generic[Found]):
    """The case of a number among those of ``visible_to``; what is read of it is the same each time, so that the query is built once."""

    def __init__(self, read: Callable[[QuerySet[Case]], QuerySet[Case, Found]]) -> None:
        self._read = read
        self._all = Prepared(
            lambda number, unit, person, within, custody, organisation: read(
                _seen_by_staff(unit, person, within, organisation, None, custody).filter(number=number)
            )
        )
        self._some = Prepared(
            lambda number, unit, person, within, custody, organisation, procedures: read(
                _seen_by_staff(unit, person, within, organisation, procedures, custody).filter(number=number)
            )
        )
        self._related = Prepared(
            lambda number, unit, person, within, custody: read(
                _seen_by_staff(unit, person, within, unit, (), custody).filter(number=number)
            )
        )

    def first(self, actor: Actor, number: str) -> Found | None:
        """What is read of the case; None when there is none, or ``actor`` may not see it."""
        if not _has_part(actor) or actor.unit is None or actor.person is None:
            return self._read(visible_to(actor).filter(number=number)).first()
        who = (number, actor.unit, actor.person, tuple(actor.within), custodies(actor))
        if sees_organisation(actor):
            return self._all.first(*who, actor.organisation)
        some = _walks_in(actor)
        return self._some.first(*who, actor.organisation, some) if some else self._related.first(*who)


def _may_know(actor: Actor, id: UUID, level: str) -> bool:
    """Whether a case of this level, which does not accuse ``actor``, is theirs to see; one in custody is, to whoever has it."""
    if level == ORDINARY or actor.kind != "staff":
        return True
    state = codec.loads(Case.objects.values_list("state", flat=True).get(id=id))
    known = knowing(state)
    return known is None or bool(state.unresolved) or known.admits(actor, oversees=oversees(actor))


_ids = _ByNumber(lambda rows: rows.values_list("id", "level"))
_LINKS = Exists(CaseLink.objects.filter(case=OuterRef("pk"))) | Exists(CaseLink.objects.filter(to=OuterRef("pk")))
_cases = _ByNumber(lambda rows: rows.select_related("unit", "organisation").annotate(is_linked=_LINKS))


def visible_id(actor: Actor, number: str) -> UUID | None:
    """The id of the case with this number if ``actor`` may see it, by the rows of the case itself: what is asked before every action."""
    found = _ids.first(actor, number)
    return found[0] if found is not None and _may_know(actor, *found) else None


def visible_case(actor: Actor, number: str) -> Case | None:
    """The case with this number if ``actor`` may see it, by the rows of the case itself; with its unit and organisation, and
    whether it names another or is named by one (``is_linked``).
    """
    found = _cases.first(actor, number)
    return found if found is not None and _may_know(actor, found.id, found.level) else None


def visible_document(actor: Actor, id: UUID) -> Notice | None:
    """The document with this id if ``actor`` may see its case, by the rows of the case itself; with the case, its unit and organisation."""
    row = Notice.objects.select_related("case__organisation", "case__unit").filter(id=id).first()
    return row if row is not None and visible_id(actor, row.case.number) == row.case_id else None


def duties_visible_to(actor: Actor) -> QuerySet[Duty]:
    """The duties on cases that ``actor`` may see."""
    return Duty.objects.filter(on_visible(actor))


def duties_by_scope(actor: Actor) -> list[QuerySet[Duty]]:
    """The same as ``duties_visible_to`` as far as they are owed, in querysets that share none: those of the organisation, whose own
    order serves whoever sees all of it, and those of the cases of a few scopes.
    """
    scopes, wide = scopes_of(actor), sees_organisation(actor)
    if not scopes:
        return []
    owing = _accusing_others(actor).filter(owing=True)
    if not wide:
        return [Duty.objects.filter(case_id__in=owing.filter(scope__in=scopes).values("case_id"))]
    seen = Exists(owing.filter(scope=actor.organisation, case_id=OuterRef("case_id")))
    beyond = owing.filter(scope__in=scopes[1:]).exclude(seen)
    return [
        Duty.objects.filter(seen, organisation_id=actor.organisation),
        Duty.objects.filter(case_id__in=beyond.values("case_id")),
    ]


def roles_of(organisation: UUID) -> Mapping[str, Role]:
    """The roles of the rulebook under which an organisation takes matters in; none of an unknown one."""
    book = book_of(organisation)
    return book.roles if book else {}


def sees_organisation(actor: Actor) -> bool:
    """Whether one of the actor's roles lets them see every case of their organisation (sealed ones that accuse them excepted)."""
    roles = roles_of(actor.organisation)
    return any(role in roles and roles[role].sees == "organisation" for role in actor.roles)


def _walks_in(actor: Actor) -> tuple[str, ...]:
    """The procedures of which the actor sees their organisation's cases because steps belong to their roles that no duty leads to."""
    book = book_of(actor.organisation)
    return tuple(sorted({name for role in actor.roles for name in walks_in(book, role)})) if book else ()


def book_of(organisation: UUID) -> Rulebook | None:
    """The rulebook under which an organisation takes matters in; None for an unknown one."""
    found = organisation_of(organisation)
    return load(found.rulebook).book if found else None
