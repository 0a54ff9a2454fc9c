"""Changing the rulebook of an organisation from a page: a book comes into force, or open cases move to the one in force.

Both take long. A worker first finds out what would follow, as ``huiyin rules dry-run`` does, and changes nothing; once whoever asked has
confirmed it, a worker makes the change by the same functions as ``huiyin rules activate`` and ``huiyin rules move``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from datetime import datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from huiyin.casework.models import Case
from huiyin.casework.owed import open_duties
from huiyin.casework.visible import approving_roles, overseeing_roles
from huiyin.door import NoPlace, move_case
from huiyin.errors import HuiyinError
from huiyin.insight import whatif
from huiyin.insight.models import RulebookChange
from huiyin.jobs import kinds, piecewise, queue
from huiyin.jobs.models import Job
from huiyin.jobs.piecewise import Busy
from huiyin.jobs.queue import Progress
from huiyin.language import gettext as _
from huiyin.people.acting import overseen, with_superiors
from huiyin.people.administrators import scope_of
from huiyin.people.appointments import day_of, not_over
from huiyin.people.ids import new_id
from huiyin.people.models import Holding, Organisation
from huiyin.people.staff.hands import hands
from huiyin.procedure.command import Actor, OrganisationId, PersonId
from huiyin.procedure.move import misfits
from huiyin.procedure.storage import codec
from huiyin.rule_store.activation import NotUsable, TooLate, Unheld, activate, lacking
from huiyin.rule_store.certificates import kept_certificate, make
from huiyin.rule_store.models import Activation
from huiyin.rule_store.store import OtherText, load
from huiyin.rule_store.vacancies import single_handed, vacancies
from huiyin.rules.book.load import RulebookFlawed, Rules
from huiyin.rules.book.schema import Rulebook
from huiyin.rules.book.sources import Sources, gather
from huiyin.rules.book.steps import walks_in

CASES_A_PIECE: Final = 50
MOVES_A_PIECE: Final = 10
KEPT: Final = timedelta(days=30)
CONFIRMED_WITHIN: Final = timedelta(days=1)
"""What was found is no longer what would follow."""
REFUSALS: Final[Mapping[type[HuiyinError], str]] = {
    NotUsable: "not_usable",
    Unheld: "unheld",
    TooLate: "too_late",
    OtherText: "other_text",
}
"""Why a book does not come into force after all, as ``reason`` says it."""
Phase = RulebookChange.Phase


class CannotConfirm(HuiyinError):
    """Raised when what would follow was not found out, was found out too long ago, or the change was made or given up."""


def last_decision(organisation: Organisation) -> str:
    """The last decision about an organisation's rulebook, as ``RulebookChange.seen`` has it."""
    last = Activation.objects.filter(organisation=organisation).order_by("-seq").values_list("id", flat=True).first()
    return last.hex if last else "-"


def changes_of(organisation: Organisation) -> QuerySet[RulebookChange]:
    """What was asked about an organisation's rulebook, the latest first."""
    return RulebookChange.objects.filter(organisation=organisation).select_related("account").order_by("-asked_at")


def ask(change: RulebookChange, at: datetime) -> RulebookChange:
    """Have a worker find out what would follow from ``change``, which says of whom, by whom and what. Raises piecewise.Busy."""
    same = RulebookChange.objects.filter(organisation=change.organisation)
    piecewise.make_room(same.filter(step=Phase.LOOK), lambda id: kinds.rulebook_change_key(id, Phase.LOOK), at)
    piecewise.make_room(same.filter(step=Phase.DO), lambda id: kinds.rulebook_change_key(id, Phase.DO), at)
    change.id, change.asked_at, change.seen = new_id(at), at, last_decision(change.organisation)
    change.total = _concerned(change).filter(sealed=False).count() + (not change.moves)
    piecewise.begin(change, kinds.rulebook_change(change.organisation_id, change.id, Phase.LOOK, change.total, at))
    return change


def is_too_old(change: RulebookChange, at: datetime) -> bool:
    """Whether it was looked at so long ago that something else may follow by now."""
    return at - change.asked_at > CONFIRMED_WITHIN


def is_sound(change: RulebookChange) -> bool:
    """Whether the book that is to come into force was proved to have no flaw, and to give no less than the law."""
    verdict = change.found["verdict"]
    return verdict is not None and verdict["read"] and not verdict["faults"] and not verdict["less"]


def may_be_confirmed(change: RulebookChange, at: datetime) -> bool:
    """Whether the change was looked at, lately, and nothing that was found stands in its way."""
    if change.step != Phase.LOOK or change.ended_at is None or change.reason or is_too_old(change, at):
        return False
    found = change.found
    if change.moves:
        # Of all, sealed ones, of which nothing is counted, may be all that is left.
        return bool(found["fits"]) or not change.cases
    return is_sound(change) and not (found["lacking"] or found["vacant"] or found["opens"])


def confirm(change: RulebookChange, at: datetime) -> None:
    """Have a worker make the change. Raises CannotConfirm, piecewise.Busy."""
    if not may_be_confirmed(change, at):
        raise CannotConfirm("what would follow is not known, or something stands in the way")
    total = _concerned(change).filter(sealed=False).count() if change.moves else 1
    waiting = RulebookChange.objects.filter(id=change.id, step=Phase.LOOK, reason="", ended_at__isnull=False)
    try:
        with transaction.atomic():
            if not waiting.update(step=Phase.DO, ended_at=None, cursor=None, done=0, total=total):
                raise CannotConfirm("it was confirmed or given up meanwhile")
            queue.enqueue(kinds.rulebook_change(change.organisation_id, change.id, Phase.DO, total, at))
    except IntegrityError:
        raise Busy(_("本机构已有一次正在进行")) from None


def drop(change: RulebookChange, at: datetime) -> None:
    """Let a change be that was not confirmed."""
    RulebookChange.objects.filter(id=change.id, step=Phase.LOOK, reason="").update(ended_at=at, reason="dropped")
    queue.withdraw(kinds.rulebook_change_key(change.id, Phase.LOOK), at)


def carry_on(job: Job, at: datetime) -> Progress | None:
    """Do the next piece of what ``job`` is about; None when the step is over."""
    change = _under_way(job, at)
    if change is None:
        return None
    if change.step == Phase.LOOK:
        return _look_at_book(change, at) if not (change.moves or change.found) else _look_at_cases(change, at)
    if change.moves:
        return _move_some(change, at)
    _activate(change, at)
    return None


def give_up(job: Job, at: datetime) -> None:
    """The change that ``job`` is about failed too often."""
    piecewise.give_up(RulebookChange.objects.filter(step=job.payload["step"]), job.payload["change"], at)


def forget(at: datetime) -> int:
    """Delete what was asked more than a month ago; how many. What was decided stands in the ledger."""
    return piecewise.forget(RulebookChange.objects.filter(asked_at__lt=at - KEPT, ended_at__isnull=False))


def _under_way(job: Job, at: datetime) -> RulebookChange | None:
    """The change, while it is asked for by somebody who administers the organisation and nobody decided otherwise since."""
    rows = RulebookChange.objects.select_related("account", "organisation").filter(step=job.payload["step"])
    change = rows.filter(id=job.payload["change"]).first()
    if change is None or (change.ended_at is not None and change.reason != piecewise.FAILED):
        return None
    scope = scope_of(change.account, day_of(at))
    if scope is None or not scope.organisations.filter(id=change.organisation_id).exists():
        _end(change, at, "no_right")
        return None
    if change.seen != last_decision(change.organisation):
        _end(change, at, "overtaken")
        return None
    if change.ended_at is not None:  # its job was put back
        change.ended_at, change.reason = None, ""
        change.save(update_fields=["ended_at", "reason"])
    return change


def _end(change: RulebookChange, at: datetime, reason: str = "") -> None:
    RulebookChange.objects.filter(id=change.id).update(ended_at=at, reason=reason)


def _book(change: RulebookChange) -> tuple[Rules, Sources]:
    """The book that is to come into force. Raises RulebookFlawed."""
    with TemporaryDirectory(prefix="huiyin-rulebook-") as folder:
        return gather(Sources(change.main, change.sources).write_to(Path(folder)))


def _look_at_book(change: RulebookChange, at: datetime) -> Progress | None:
    """Prove it, compare it with the law, and see who is missing for it."""
    sources = Sources(change.main, change.sources)
    rules: Rules | None
    try:
        rules, sources = _book(change)
    except RulebookFlawed:
        rules = None  # what is wrong with it the certificate says
    certificate = kept_certificate(sources) or make(sources, at)
    verdict = certificate.verdict.model_dump(mode="json") if certificate.verdict else None
    found: dict[str, Any] = {"verdict": verdict, "lacking": [], "vacant": [], "single": [], "opens": False}
    if rules is not None:
        day = max(change.since or day_of(at), day_of(at))
        change.rulebook, change.sources = rules.book.key, dict(sources.texts)
        found["lacking"] = list(lacking(rules))
        found["vacant"] = [_named(one.rule) for one in vacancies(rules, change.organisation, day)]
        found["single"] = [_named(one.rule) for one in single_handed(rules, change.organisation, day)]
        found["opens"] = _opens(change, rules.book, at)
    change.found, change.done = found, 1
    change.save(update_fields=["rulebook", "sources", "found", "done"])
    if rules is None or verdict is None:
        _end(change, at)
        return None
    return Progress(1, change.total)


def _named(rule: Any) -> list[str]:
    return [rule.zh, rule.name("en")]


def _concerned(change: RulebookChange) -> QuerySet[Case]:
    """The open cases that are not under the book. Sealed ones go with the others, but nothing of them is counted: one may accuse who asks.

    Of cases that were chosen none is sealed: whoever asks would learn of it.
    """
    cases = Case.objects.filter(organisation=change.organisation_id, ended_at=None).exclude(rulebook=change.rulebook)
    return cases.filter(id__in=change.cases, sealed=False) if change.cases else cases


def movable(organisation: Organisation, at: datetime) -> QuerySet[Case]:
    """The open cases that may be chosen to move to the version in force."""
    return _concerned(RulebookChange(organisation=organisation, rulebook=organisation.rulebook_at(at))).filter(
        sealed=False
    )


def _next_piece(change: RulebookChange, most: int) -> list[Case]:
    cases = _concerned(change)
    return list((cases.filter(id__gt=change.cursor) if change.cursor else cases).order_by("id")[:most])


def _look_at_cases(change: RulebookChange, at: datetime) -> Progress | None:
    """Count what of the open cases would be otherwise, and which could go on under the book."""
    rules = load(change.rulebook) if change.moves else _book(change)[0]
    piece, found = _next_piece(change, CASES_A_PIECE), change.found
    open_to_all = [case for case in piece if not case.sealed]
    lacks = [(case, misfits(rules, codec.loads(case.state))) for case in open_to_all]
    counted = Counter(found.get("misfits", {}))
    counted.update(
        f"{case.rulebook} {case.procedure} {one.part} {one.name}" for case, missing in lacks for one in missing
    )
    found |= {
        "cases": found.get("cases", 0) + len(open_to_all),
        "duties": found.get("duties", 0) + open_duties().filter(case_id__in=[case.id for case in open_to_all]).count(),
        "fits": found.get("fits", 0) + sum(not missing for _case, missing in lacks),
        "differ": found.get("differ", 0),
        "misfits": dict(counted),
    }
    if not change.moves:
        seen = whatif.replay_some(open_to_all, rules, at)
        found["differ"] += sum(bool(one.differences) or one.fate != "replayed" for one in seen)
    return _went_on(change, piece, CASES_A_PIECE, at)


def _went_on(change: RulebookChange, piece: list[Case], most: int, at: datetime) -> Progress | None:
    """Keep what came of a piece, and whether more is to come."""
    change.cursor = piece[-1].id if piece else change.cursor
    change.done += sum(not case.sealed for case in piece)
    change.ended_at = None if len(piece) == most else at
    mine = RulebookChange.objects.filter(id=change.id, step=change.step, ended_at__isnull=True)
    mine.update(cursor=change.cursor, done=change.done, found=change.found, ended_at=change.ended_at)
    return Progress(change.done, max(change.total, change.done)) if change.ended_at is None else None


def _activate(change: RulebookChange, at: datetime) -> None:
    """Decide, by the function that the command calls: it proves the book once more."""
    rules, sources = _book(change)
    if _opens(change, rules.book, at):
        _end(change, at, "opens")
        return
    start = timezone.make_aware(datetime.combine(change.since, time())) if change.since else None
    try:
        with transaction.atomic():
            activate(
                change.organisation, (rules, sources), at, effective_from=start, by=change.account, basis=change.basis
            )
            RulebookChange.objects.filter(id=change.id).update(done=F("total"), ended_at=at)
    except tuple(REFUSALS) as refused:
        _end(change, at, REFUSALS[type(refused)])


def _move_some(change: RulebookChange, at: datetime) -> Progress | None:
    """Move a piece of the open cases, each by an event of its own."""
    if change.organisation.rulebook_at(at) != change.rulebook:
        _end(change, at, "overtaken")
        return None
    actor = Actor("staff", OrganisationId(change.organisation_id), frozenset(), PersonId(change.account_id))
    piece = _next_piece(change, MOVES_A_PIECE)
    outcomes = [(case, move_case(case.id, change.rulebook, actor, at)) for case in piece]
    counted = [(case, outcome) for case, outcome in outcomes if not case.sealed]
    stuck = [case.id.hex for case, outcome in counted if isinstance(outcome, NoPlace)]
    change.found["stuck"] = [*change.found.get("stuck", ()), *stuck]
    change.found["moved"] = change.found.get("moved", 0) + len(counted) - len(stuck)
    return _went_on(change, piece, MOVES_A_PIECE, at)


def _opens(change: RulebookChange, book: Rulebook, at: datetime) -> bool:
    """Whether the book would open matters to whoever asked, or to somebody whom they have in their hand, by a post of theirs: nobody decides alone
    on what they themselves may see."""
    organisations = overseen(change.organisation_id)
    if not Case.objects.filter(organisation__in=organisations).exists():
        return False
    held = not_over(Holding.objects.filter(account__in=hands(change.account)), day_of(at))
    posts = held.filter(organisation__in=with_superiors(change.organisation_id)).values_list("post__roles", flat=True)
    roles = {role for held_roles in posts for role in held_roles}
    before = set(_powers(load(change.organisation.rulebook_at(at)).book, roles))
    return not before.issuperset(_powers(book, roles))


def _powers(book: Rulebook, roles: Set[str]) -> Iterator[str]:
    """By what somebody in one of ``roles`` comes to see matters under ``book``."""
    for name in sorted(roles & book.roles.keys()):
        yield f"sees {book.roles[name].sees}"
        yield from (f"keeps {register}" for register in book.roles[name].keeps)
        yield from (f"walks {procedure}" for procedure in walks_in(book, name))
        if name in overseeing_roles(book.roles):
            yield "oversees"
        if name in approving_roles(book):
            yield "approves"
        for procedure, rule in book.procedures.items():
            yield from (f"owes {procedure} {duty}" for duty, owed in rule.duties.items() if owed.of == name)
