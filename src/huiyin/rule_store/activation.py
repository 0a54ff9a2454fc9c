"""Deciding under which rulebook an organisation works, from a day on: proved first, then an event, never a silent change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.ledger import chain
from huiyin.ledger.models import Row
from huiyin.people.appointments import day_of
from huiyin.people.models import Account, Organisation
from huiyin.procedure.command import Actor, OrganisationId, PersonId
from huiyin.procedure.event import RulebookActivated
from huiyin.rule_store.models import Activation, Edition
from huiyin.rule_store.store import keep, keep_shipped
from huiyin.rule_store.vacancies import Vacancy, vacancies
from huiyin.rules import MATTER, REGISTER, SUBMIT
from huiyin.rules.book.load import Rules
from huiyin.rules.book.sources import Sources
from huiyin.rules.book.steps import begins_case
from huiyin.rules.prover.compare import Less, compare_with_law
from huiyin.rules.prover.finding import Finding
from huiyin.rules.prover.prove import prove_rules

ENTRANCES: Final = {MATTER: (SUBMIT, REGISTER)}
"""The starting actions by which petitions come in, by procedure: the portal, the desk and REST rely on them."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the prover and the comparison with the law say of a rulebook: all is empty when it may be used.

    ``lacking`` are starting actions (procedure.action) without which no petition could come in.
    """

    rulebook: str
    findings: tuple[Finding, ...]
    less: tuple[Less, ...]
    lacking: tuple[str, ...]

    @property
    def usable(self) -> bool:
        """Whether an organisation may work under it."""
        return not (self.findings or self.less or self.lacking)


class NotUsable(HuiyinError):
    """Raised when a rulebook is not sound, gives the petitioner less than the law, or lets no petition in; ``judged`` says where."""

    to_do = gettext_noop("见 huiyin rules check 和 compare")

    def __init__(self, judged: Assessment) -> None:
        self.judged = judged
        super().__init__(_("不能按 %(rulebook)s 办理") % {"rulebook": judged.rulebook})


class TooLate(HuiyinError):
    """Raised when a rulebook is to come into force in the past: cases have begun under another one since."""

    to_do = gettext_noop("请选今天或以后的日期")


class Unheld(HuiyinError):
    """Raised when nobody holds a role of the rulebook, so that cases would stop where its turn comes; ``vacancies`` say which."""

    to_do = gettext_noop("请为所列的每个角色任命人员，再启用")

    def __init__(self, rulebook: str, vacancies: tuple[Vacancy, ...]) -> None:
        self.vacancies = vacancies
        super().__init__(
            _("%(rulebook)s：没有人担任 %(role)s")
            % {"rulebook": rulebook, "role": ", ".join(vacancy.role for vacancy in vacancies)}
        )


def judge(rules: Rules) -> Assessment:
    """Prove a rulebook, compare it with the law above it, and see whether petitions could come in under it."""
    proof = prove_rules(rules)
    _law, less = compare_with_law(rules, proof)
    return Assessment(rules.book.key, proof.findings, less, tuple(lacking(rules)))


def lacking(rules: Rules) -> Iterator[str]:
    """The starting actions (procedure.action) that petitions need to come in, and that a rulebook does not have."""
    for name, entrances in ENTRANCES.items():
        procedure = rules.book.procedures.get(name)
        for entrance in entrances:
            action = procedure.actions.get(entrance) if procedure else None
            if action is None or not begins_case(action) or not action.attaches:
                yield f"{name}.{entrance}"


def activate(
    organisation: Organisation,
    book: tuple[Rules, Sources],
    at: datetime,
    *,
    effective_from: datetime | None = None,
    by: Account | None = None,
    basis: str = "",
) -> Activation:
    """Keep a rulebook and let the cases of ``organisation`` begin under it from ``effective_from`` (aware; None: at once) on.

    Cases that have begun stay under theirs until they are moved. A decision that still waits for its day is replaced. ``by`` is
    None when the installation itself decides, as it does for an organisation that never decided. Today is never too late: then it is at
    once. Raises NotUsable, TooLate, Unheld when nobody holds a role of it on the first day, and OtherText when the version is known with another text; then nothing is kept, and the number stays free.
    """
    judged = judge(book[0])
    if not judged.usable:
        raise NotUsable(judged)
    start = effective_from or at
    if day_of(start) < day_of(at):
        raise TooLate(_("规程不能从过去的日期起生效：那时的事项已按另一部规程开始"))
    start = max(start, at)
    if unheld := vacancies(book[0], organisation, day_of(start)):
        raise Unheld(judged.rulebook, unheld)
    with transaction.atomic():
        return _decide(organisation, keep(*book, at), at, start, by, basis)


def adopt(at: datetime) -> list[str]:
    """Fix the version for every organisation that never decided: the shipped one, as it is now, which was proved before it shipped.

    Returns the codes of the organisations.
    """
    undecided = Organisation.objects.exclude(rulebook__contains="@").order_by("code")
    for organisation in undecided:
        _decide(organisation, keep_shipped(organisation.rulebook, at), at, at, None, "")
    return [organisation.code for organisation in undecided]


def settle(at: datetime) -> int:
    """Let decisions whose day has come be what is in force; how many. Registration does not wait for it."""
    due = Organisation.objects.filter(next_rulebook_from__lte=at)
    return due.update(rulebook=F("next_rulebook"), next_rulebook="", next_rulebook_from=None)


def _decide(
    organisation: Organisation, edition: Edition, at: datetime, start: datetime, by: Account | None, basis: str
) -> Activation:
    with transaction.atomic():
        held = Organisation.objects.select_for_update().get(id=organisation.id)
        activation = _record(held, edition, at, start, by, basis)
        held.rulebook = held.rulebook_at(at) if start > at else str(edition)
        held.next_rulebook, held.next_rulebook_from = (str(edition), start) if start > at else ("", None)
        held.save(update_fields=["rulebook", "next_rulebook", "next_rulebook_from"])
    organisation.refresh_from_db(fields=["rulebook", "next_rulebook", "next_rulebook_from"])
    return activation


def _record(
    organisation: Organisation, edition: Edition, at: datetime, start: datetime, by: Account | None, basis: str
) -> Activation:
    last = Row.objects.filter(case_id=organisation.id).order_by("-seq").first()
    event = RulebookActivated(OrganisationId(organisation.id), str(edition), edition.digest, start, basis)
    actor = Actor(
        kind="staff" if by else "system",
        organisation=OrganisationId(organisation.id),
        roles=frozenset(),
        person=PersonId(by.id) if by else None,
    )
    seq, head = (last.seq, last.hash) if last else (0, chain.GENESIS)
    (row,) = chain.append(actor, organisation.id, organisation.id, seq, head, [event], at)
    return Activation.objects.create(
        organisation=organisation,
        edition=edition,
        effective_from=start,
        basis=basis,
        decided_at=at,
        decided_by=by,
        seq=row.seq,
    )
