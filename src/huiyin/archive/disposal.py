"""What becomes of files whose term has run out (鉴定): destroyed, or kept longer; proposed by one person, decided by another.

Destroying a file destroys the keys of its petitioners: package, texts and attachments can never be read again, the events stay. The register of
destruction (销毁清册) keeps each number with the digest of its package, and `huiyin ledger verify` knows which keys are gone and why.
Clauses: s1-C11b; 《档案法实施条例》第二十四条.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.archive import room
from huiyin.archive.lending import open_loans
from huiyin.archive.models import Disposal, Package
from huiyin.archive.room import FiledCase
from huiyin.archive.transfers import packages_in, transfers_of
from huiyin.casework.labels import FormError
from huiyin.casework.models import Case, CaseParty, Hold
from huiyin.casework.received.entered import entered
from huiyin.casework.visible import approving_roles, book_of, overseeing_roles, visible_to
from huiyin.door.erasure import Erasing, erase
from huiyin.people import administration
from huiyin.people.acting import holders_in, in_each_post
from huiyin.people.ids import new_id
from huiyin.people.models import Account, Erasure
from huiyin.procedure.command import Actor
from huiyin.rules.book.schema import CUSTODIAN, Rulebook
from huiyin.rules.deadlines.day_given import day_given

MAX_NUMBER_CHARS, MAX_OPINION_CHARS, MAX_FILES = 60, 500, 200
IDS_AT_ONCE: Final = 2_000
DESTROY: Final = "destroy"
KEEP: Final = "keep"


@dataclass(frozen=True, slots=True)
class DisposalForm:
    """What somebody fills in who appraised files: number of the register, opinion, ``outcome`` (``destroy`` or ``keep``), and the day until
    which they are kept.
    """

    number: str = ""
    opinion: str = ""
    outcome: str = DESTROY
    keep_until: str = ""


@dataclass(frozen=True, slots=True)
class DueFile:
    """A file whose term has run out, and why it cannot be destroyed yet (empty: it can)."""

    file: FiledCase
    why_not: str


@dataclass(frozen=True, slots=True)
class SeenDisposal:
    """An appraisal as a reader knows of it: ``count`` of its files are theirs to see. One of which they see no file is not there for them."""

    row: Disposal
    count: int

    @property
    def is_whole(self) -> bool:
        """Whether they see every file: only then the words of who proposed and who decided, which may be about any of them."""
        return self.count == len(self.row.packages)


def due_files(actor: Actor, today: date, among: Collection[UUID] | None = None) -> tuple[DueFile, ...]:
    """The files whose term has run out, and about which nobody has proposed anything that stands; of the packages ``among`` alone, where
    they are given.
    """
    found = room.due_for_destruction(actor, today, among)
    settled = _in_disposals(actor.organisation, today)
    left = [one for one in found if one.package.id.hex not in settled]
    obstacles = _obstacles([one.package for one in left])
    return tuple(DueFile(one, obstacles.get(one.package.id, "")) for one in left)


def may_decide(seen: SeenDisposal, actor: Actor, at: datetime) -> bool:
    """Whether ``actor`` decides on what another proposed, of which they see every file: who approves documents under the rulebook in force, and
    where others do but none of them sees it all, whoever has accusations in custody or oversees.
    """
    book, row = book_of(actor.organisation), seen.row
    if book is None or not seen.is_whole or row.approved is not None or row.proposed_by_id == actor.person:
        return False
    if not room.may_enter_under(book, actor):
        return False
    approving = approving_roles(book)
    return bool(approving & actor.roles or (_instead(book) & actor.roles and _is_kept_from_all(row, approving, at)))


def _instead(book: Rulebook) -> frozenset[str]:
    custodian = book.roles.get(CUSTODIAN)
    return overseeing_roles(book.roles) | ({custodian.stand_in} if custodian and custodian.stand_in else frozenset())


def _is_kept_from_all(row: Disposal, roles: frozenset[str], at: datetime) -> bool:
    """Whether others than who proposed hold one of ``roles``, and a file of the list is kept from each of them."""
    others = (one for one in holders_in(row.organisation_id, roles, at) if one.id != row.proposed_by_id)
    posts = [post for one in others for post in in_each_post(one, at) if post.organisation == row.organisation_id]
    acting = [post for post in posts if post.roles & roles and room.may_enter(post)]
    return bool(acting) and all(len(_seen([row], post)) < len(row.packages) for post in acting)


def propose(
    packages: Collection[Package], form: DisposalForm, actor: Actor, account: Account, at: datetime
) -> Disposal | tuple[FormError, ...]:
    """Propose what becomes of ``packages``, which ``actor`` sees, or say what is wrong."""
    number, errors = entered("number", form.number, MAX_NUMBER_CHARS)
    opinion, problems = entered("opinion", form.opinion, MAX_OPINION_CHARS)
    errors += problems
    keep_until = day_given(form.keep_until) if form.outcome == KEEP else None
    today = timezone.localdate(at)
    if form.outcome not in (DESTROY, KEEP):
        errors.append(FormError("outcome", "unknown", _("请选择销毁或者继续保管")))
    if form.outcome == KEEP and (keep_until is None or keep_until <= today):
        errors.append(FormError("keep_until", "day", _("请填写继续保管到哪一天，晚于今天")))
    due = {one.file.package.id: one.why_not for one in due_files(actor, today, [one.id for one in packages])}
    chosen = [package for package in packages if package.id in due]
    if not 0 < len(chosen) == len(packages) <= MAX_FILES:
        message = _("请选择保管期满的案卷，一次最多 %(most)d 卷") % {"most": MAX_FILES}
        errors.append(FormError("packages", "none", message))
    elif form.outcome == DESTROY and any(due[package.id] for package in chosen):
        errors.append(FormError("packages", "kept", _("选中的案卷有的还不能销毁，原因见各卷，请重新选择")))
    if errors:
        return tuple(errors)
    disposal = Disposal(
        id=new_id(at),
        organisation_id=actor.organisation,
        number=number,
        opinion=opinion,
        keep_until=keep_until,
        packages={package.id.hex: package.digest for package in chosen},
        proposed_by=account,
        proposed_at=at,
    )
    try:
        with transaction.atomic():
            disposal.save(force_insert=True)
            _record("propose-disposal", disposal, account, at)
    except IntegrityError:
        return (FormError("number", "known", _("这个清册号已经用过")),)
    return disposal


def decide(
    disposal: Disposal, approved: bool, answer: str, actor: Actor, account: Account, at: datetime
) -> tuple[FormError, ...]:
    """Approve what was proposed, and carry it out, or decline it with an answer; what is wrong, if anything. The caller has asked ``may_decide``."""
    answer, errors = entered("answer", answer, MAX_OPINION_CHARS) if answer.strip() else ("", [])
    if not approved and not answer:
        errors.append(FormError("answer", "required", _("请填写不同意的理由")))
    if errors:
        return tuple(errors)
    with transaction.atomic():
        locked = Disposal.objects.select_for_update().get(id=disposal.id)
        if locked.approved is not None:
            return (FormError("", "decided", _("这份清册已经审批")),)
        if locked.proposed_by_id == account.id:
            return (FormError("", "own", _("鉴定意见由您提出，须由另一人审批")),)
        locked.approved, locked.answer, locked.decided_by, locked.decided_at = approved, answer, account, at
        locked.save(update_fields=["approved", "answer", "decided_by", "decided_at"])
        _record("decide-disposal", locked, account, at)
        kept = _destroy(locked, actor, account, at) if approved and locked.keep_until is None else []
        if kept:
            transaction.set_rollback(True)
    return (FormError("", "kept", _why_kept(kept, actor)),) if kept else ()


def _why_kept(cases: Collection[Case], actor: Actor) -> str:
    """That files of a list must be kept; by number those alone that ``actor`` may know of."""
    seen = visible_to(actor).filter(id__in=[case.id for case in cases]).order_by("number")
    named = "、".join(seen.values_list("number", flat=True))
    if len(seen) < len(cases):
        named = _("%(named)s等案卷") % {"named": named} if named else _("有的案卷")
    return _("清册中的%(named)s现在不能销毁，一卷也没有销毁。请退回重新鉴定") % {"named": named}


def disposals_for(actor: Actor, which: Q | None = None) -> list[SeenDisposal]:
    """The appraisals of the organisation of which ``actor`` may know, the latest first; of those alone that ``which`` says."""
    rows = Disposal.objects.filter(which or Q(), organisation_id=actor.organisation)
    listed = list(rows.select_related("proposed_by", "decided_by").order_by("-proposed_at", "-id")[: room.MAX_LISTED])
    seen = _seen(listed, actor)
    found = (SeenDisposal(row, sum(id in seen for id in row.packages)) for row in listed)
    return [one for one in found if one.count]


def _seen(rows: Iterable[Disposal], actor: Actor) -> set[str]:
    """Of the files of some appraisals those that ``actor`` may know of: ids of packages in hex."""
    ids = sorted({id for row in rows for id in row.packages})
    seen: set[str] = set()
    for begin in range(0, len(ids), IDS_AT_ONCE):
        part = Package.objects.filter(id__in=ids[begin : begin + IDS_AT_ONCE], case__in=visible_to(actor))
        seen |= {id.hex for id in part.values_list("id", flat=True)}
    return seen


def files_of(disposal: Disposal, actor: Actor) -> tuple[FiledCase, ...]:
    """The files of an appraisal that ``actor`` may know of, by number."""
    rows = Package.objects.filter(id__in=list(disposal.packages), case__in=visible_to(actor))
    return room.filed(rows.select_related("case__organisation", "case__unit").order_by("case__number"))


def destroyed_by(package: Package) -> Disposal | None:
    """By which appraisal a package was destroyed; None: it was not, or on another ground."""
    rows = Disposal.objects.filter(
        organisation=package.organisation_id, approved=True, keep_until__isnull=True, packages__has_key=package.id.hex
    )
    return rows.first()


def _in_disposals(organisation: UUID, today: date) -> set[str]:
    """The packages about which something is proposed, or that are kept longer for now."""
    return packages_in(organisation, Q(approved__isnull=True) | Q(approved=True, keep_until__gte=today))


def _obstacles(packages: Sequence[Package]) -> Mapping[UUID, str]:
    """Why some of these packages, whose term has run out, cannot be destroyed."""
    held = set(Hold.objects.filter(case__in=_cases(packages), lifted_at__isnull=True).values_list("case", flat=True))
    lent, handed_over = open_loans(packages), transfers_of(packages)
    needed = _needed_elsewhere(packages)
    found = {}
    for package in packages:
        if package.case_id in held:
            found[package.id] = _("已停止销毁")
        elif package.case_id in lent:
            found[package.id] = _("已借出，归还以后才能销毁")
        elif package.id.hex in handed_over:
            found[package.id] = _("已移交")
        elif package.id in needed:
            found[package.id] = _("信访人另有事项没有办结，或者还在保管期内")
    return found


def _needed_elsewhere(packages: Sequence[Package]) -> set[UUID]:
    """The packages whose petitioners are parties of a case that is none of these: its file must be read for longer."""
    these = _cases(packages)
    people = {UUID(id) for package in packages for id in package.petitioners}
    others = (
        CaseParty.objects.filter(petitioner__in=people).exclude(case__in=these).values_list("petitioner", flat=True)
    )
    needed = {id.hex for id in others}
    return {package.id for package in packages if not needed.isdisjoint(package.petitioners)}


def _cases(packages: Iterable[Package]) -> set[UUID]:
    return {package.case_id for package in packages}


def _destroy(disposal: Disposal, actor: Actor, account: Account, at: datetime) -> list[Case]:
    """Destroy every file of an approved list; the cases that must be kept, for which the caller takes everything back."""
    rows = Package.objects.filter(id__in=list(disposal.packages)).select_related("case").order_by("case__number")
    packages = list(rows)
    seen = set(visible_to(actor).filter(id__in=_cases(packages)).values_list("id", flat=True))
    obstacles = _obstacles(packages)
    kept = [each.case for each in packages if each.id in obstacles or each.case_id not in seen]
    basis = _("销毁清册 %(number)s") % {"number": disposal.number}
    decision = Erasing(Erasure.Reason.RETENTION, basis, account)
    return kept or [each.case for each in packages if erase(each.case, decision, at).forbidden]


def _record(change: str, disposal: Disposal, account: Account, at: datetime) -> None:
    """No number of a matter: administrators, who read the acts, see none."""
    organisation = disposal.organisation_id
    administration.record_act(
        change, [disposal], at, None, by=account, organisation=organisation, subject=disposal.number
    )
