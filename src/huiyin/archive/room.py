"""The archive room (档案室): which files lie there, for whom, what is in them, and how their packages are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from huiyin.archive import shelf
from huiyin.archive.lending import open_loans
from huiyin.archive.models import Loan, Package, Transfer
from huiyin.archive.package.items import Item
from huiyin.archive.package.packaging import NotArchived, archived_through
from huiyin.archive.terms import FIELD, kept_until, term_name
from huiyin.archive.transfers import transfers_of
from huiyin.casework.case_view import titles_of
from huiyin.casework.labels import name_of
from huiyin.casework.models import Case, CaseParty, CaseUnit
from huiyin.casework.sealed.accused import may_know
from huiyin.casework.sealed.confidential import is_hidden
from huiyin.casework.sealed.reasons import files_kept_back, keeps_anything_back
from huiyin.casework.visible import book_of, on_visible, visible_to
from huiyin.jobs import kinds
from huiyin.jobs.models import OPEN, Job
from huiyin.people import petitioners
from huiyin.people.acting import overseen
from huiyin.people.models import Petitioner
from huiyin.people.petitioners import PetitionerErased
from huiyin.procedure.command import Actor
from huiyin.rules.book.schema import ARCHIVE, Rulebook
from huiyin.sealing.aead import SealBroken
from huiyin.sealing.keyring import UnknownKey

MAX_LISTED: Final = 200
"""Files that one page lists."""
SEARCHED: Final = 2000
"""Files whose titles are read for a search; older ones are found by year and number."""
PURPOSE: Final = "archive"


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody looks for: ``year`` 0: any; the rest empty: any."""

    year: int = 0
    term: str = ""
    number: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class FiledCase:
    """A file as lists show it. ``until`` is the last day on which it is kept, None: for good; ``title`` is empty where it was erased."""

    package: Package
    title: str
    term: str
    until: date | None
    erased: bool
    loan: Loan | None = None
    transfer: Transfer | None = None

    @property
    def case(self) -> Case:
        """The case whose file it is."""
        return self.package.case


@dataclass(frozen=True, slots=True)
class UnpackedCase:
    """A case that was archived and has no package yet; ``failed``: nobody tries any more, for this reason."""

    case: Case
    failed: bool
    why: str


@dataclass(frozen=True, slots=True)
class RoomList:
    """What was found; ``more``: there are more than are listed, or were looked through."""

    files: tuple[FiledCase, ...]
    more: bool


def may_enter(actor: Actor) -> bool:
    """Whether somebody works in the archive room: who may archive under the rulebook in force, and who may see all of the organisation."""
    book = book_of(actor.organisation)
    return book is not None and may_enter_under(book, actor)


def may_enter_under(book: Rulebook, actor: Actor) -> bool:
    """The same under a rulebook that the caller has read already."""
    if actor.kind != "staff" or actor.unit is None:
        return False
    entering = _archiving(book)
    entering |= {name for name, role in book.roles.items() if role.sees == "organisation"}
    return not actor.roles.isdisjoint(entering)


def _archiving(book: Rulebook) -> set[str]:
    """The roles that archive."""
    archiving = (procedure.actions.get(ARCHIVE) for procedure in book.procedures.values())
    return {role for action in archiving if action is not None for role in action.by}


def kept_by(actor: Actor, case: str = "case_id") -> Q:
    """Whether a case, whose id stands in the column ``case``, is filed where ``actor`` works: it is their organisation's, or their unit archived it
    in place of one that the case accuses, below.
    """
    book = book_of(actor.organisation)
    roles = _archiving(book) if book else set()
    relations = roles | {f"{held}/{role}" for held in actor.roles for role in roles}
    own = (actor.unit,) if actor.unit else ()
    archived = CaseUnit.objects.filter(case=OuterRef(case), unit__in=own, relation__in=relations)
    return Q(organisation_id=actor.organisation) | Q(Exists(archived))


def files_for(actor: Actor) -> QuerySet[Package]:
    """The packages that are filed where ``actor`` works and that they may know of, the latest first. The caller has asked ``may_enter``."""
    own = Package.objects.filter(on_visible(actor), kept_by(actor))
    return own.select_related("case__organisation", "case__unit").order_by("-archived_at", "-id")


def find(actor: Actor, sought: Sought) -> RoomList:
    """The files that fit, as far as one page lists them."""
    rows = files_for(actor)
    if sought.year:
        rows = rows.filter(archived_at__gte=_new_year(sought.year), archived_at__lt=_new_year(sought.year + 1))
    if sought.term:
        rows = rows.filter(term=sought.term)
    if sought.number:
        rows = rows.filter(case__number__icontains=sought.number)
    most = SEARCHED if sought.words else MAX_LISTED
    read = list(rows[: most + 1])
    listed = filed(read[:most])
    found = [one for one in listed if all(word in one.title for word in sought.words.split())]
    return RoomList(tuple(found[:MAX_LISTED]), len(read) > most or len(found) > MAX_LISTED)


def filed(packages: Iterable[Package]) -> tuple[FiledCase, ...]:
    """Packages as lists show them, in their order; titles, loans and transfers are read together."""
    packages = tuple(packages)
    titles = titles_of(package.case for package in packages)
    loans, handed_over = open_loans(packages), transfers_of(packages)
    people = {id for package in packages for id in package.petitioners}
    erased = set(Petitioner.objects.filter(id__in=people, key__destroyed_at__isnull=False).values_list("id", flat=True))
    gone = {id.hex for id in erased}
    return tuple(
        FiledCase(
            package=package,
            title=titles.get(package.case_id, ""),
            term=term_name(package.case, package.term),
            until=kept_until(package.term, package.archived_at),
            erased=not gone.isdisjoint(package.petitioners),
            loan=loans.get(package.case_id),
            transfer=handed_over.get(package.id.hex),
        )
        for package in packages
    )


def due_for_destruction(actor: Actor, today: date, among: Collection[UUID] | None = None) -> tuple[FiledCase, ...]:
    """The files whose term has run out by ``today`` and that are still here; of the packages ``among`` alone, where they are given.

    A list only: destroying is an action of the rulebook.
    """
    timed = files_for(actor).filter(term__startswith="y").order_by("archived_at", "id")
    if among is not None:
        timed = timed.filter(id__in=among)
    found = [one for one in timed if (until := kept_until(one.term, one.archived_at)) is not None and until < today]
    return tuple(one for one in filed(found) if not one.erased and one.transfer is None)


def years_of(actor: Actor) -> tuple[int, ...]:
    """The years in which files were archived, the latest first."""
    found = files_for(actor).order_by().values_list("archived_at", flat=True)
    return tuple(sorted({timezone.localtime(at).year for at in found}, reverse=True))


def terms_of(actor: Actor) -> dict[str, str]:
    """The terms that the rulebook in force knows, by their values."""
    book = book_of(actor.organisation)
    rule = book.fields.get(FIELD) if book else None
    return {value: name_of(named) for value, named in rule.of.items()} if rule else {}


def waiting(actor: Actor) -> tuple[UnpackedCase, ...]:
    """The cases that were archived and whose package is not made yet, as far as ``actor`` may know of them; failed ones first."""
    jobs = Job.objects.filter(what=kinds.ARCHIVE, organisation_id__in=overseen(actor.organisation))
    by_case = {job.payload["case"]: job for job in (*jobs.filter(OPEN), *jobs.filter(dead_at__isnull=False))}
    cases = visible_to(actor).filter(kept_by(actor, "pk"), id__in=list(by_case)).order_by("number")
    found = [UnpackedCase(case, by_case[case.id.hex].dead_at is not None, by_case[case.id.hex].error) for case in cases]
    return tuple(sorted(found, key=lambda one: not one.failed))


def is_packed(case: Case, actor: Actor, archived_at: datetime) -> bool | None:
    """Whether the package of a case as it was archived last, at that moment, is there; None: the case is not filed where ``actor`` works."""
    package = Package.objects.filter(case=OuterRef("pk"), archived_at=archived_at)
    filed = Case.objects.filter(kept_by(actor, "pk"), id=case.id)
    return filed.annotate(packed=Exists(package)).values_list("packed", flat=True).first()


def unpacked(case: Case) -> UnpackedCase | None:
    """How far the package of a case is that was archived and has none of that yet; None: it has, or nobody has archived the case."""
    try:
        through = archived_through(case)
    except NotArchived:
        return None
    return None if Package.objects.filter(case=case, through=through).exists() else without_package(case)


def without_package(case: Case) -> UnpackedCase:
    """How far the package is of a case that was archived and has none of that yet."""
    jobs = Job.objects.filter(what=kinds.ARCHIVE, organisation_id=case.organisation_id, payload__case=case.id.hex)
    job = jobs.filter(OPEN).first() or jobs.filter(dead_at__isnull=False).first()
    # Without a job nobody makes it: the case was archived before there were packages.
    return UnpackedCase(case, job is None or job.dead_at is not None, job.error if job is not None else "")


def may_open(case: Case, actor: Actor, at: datetime) -> bool:
    """Whether ``actor``, who sees the case, may read its whole package: it names the petitioners, whom the case accuses, and why somebody
    withdrew.
    """
    people = [row.petitioner for row in CaseParty.objects.filter(case=case).select_related("petitioner__key")]
    if is_hidden(case, people, actor, at):
        return False
    return may_know(case, actor) or not (case.sealed or case.unresolved or keeps_anything_back(case, actor))


def catalogue(package: Package, actor: Actor) -> tuple[Item, ...] | None:
    """What is in the file, as ``actor``, who sees the case, may read it; None where it was erased or cannot be read.

    Who brought the case is not said: whoever may know reads it in the package.
    """
    try:
        items = shelf.listing(package)
    except (PetitionerErased, SealBroken, UnknownKey):
        return None
    kept_back = files_kept_back(package.case, actor)
    return tuple(_covered(item, hidden=item.attachment in kept_back) for item in items)


def _covered(item: Item, *, hidden: bool) -> Item:
    return replace(item, name="" if hidden else item.name, responsible="" if item.theirs else item.responsible)


def read_on_record(case: Case, actor: Actor, at: datetime) -> None:
    """Note that ``actor`` reads who the petitioners are, since the package names them. Raises PetitionerErased."""
    rows = CaseParty.objects.filter(case=case).select_related("petitioner__key")
    petitioners.read_many([row.petitioner for row in rows], actor, PURPOSE, at, case.id)


def printed(files: Sequence[FiledCase]) -> tuple[FiledCase, ...]:
    """Files in the order of a catalogue on paper: by year, term and number (DA/T 22-2015, 5.5)."""
    return tuple(sorted(files, key=lambda one: (_year(one), one.package.term, one.case.number)))


def _year(one: FiledCase) -> int:
    return timezone.localtime(one.package.archived_at).year


def _new_year(year: int) -> datetime:
    zone = timezone.get_default_timezone()
    assert isinstance(zone, ZoneInfo)
    return datetime(year, 1, 1, tzinfo=zone).astimezone(UTC)
