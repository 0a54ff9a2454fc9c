"""Making organisations as a file describes them: what differs is done through the functions that pages use, and told.

A dry run does all of it and takes it back, so that what is told is what would be done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language

from huiyin.audit import adoption
from huiyin.casework.owed import open_duties
from huiyin.door.consequences.handing_over import hand_over_left_duties, keep_left_custody, let_stand_in
from huiyin.door.consequences.namesakes import ask_about_appointed, ask_about_renamed
from huiyin.door.consequences.succession import let_succeed
from huiyin.jobs import kinds, queue
from huiyin.language import gettext_noop
from huiyin.organisations.bringing_in_line import OrganisationInLine
from huiyin.organisations.changes import ApplyReport, InvitationNotice, StructureChange
from huiyin.organisations.consequences import Consequences, consequences, staffed_roles
from huiyin.organisations.description import DescribedOrganisation, Description
from huiyin.organisations.missing import missing
from huiyin.organisations.texts import ChangeKind, DescriptionProblem, SeveralProblems
from huiyin.people import administrators
from huiyin.people.appointments import day_of, not_over
from huiyin.people.inviting import CannotInvite, invite, take_link
from huiyin.people.models import Account, Holding, Invitation, Organisation
from huiyin.people.staff.accounts import rename
from huiyin.rule_store.activation import adopt
from huiyin.rules.book.texts import CodedText

NOBODY: Final = frozenset({DescriptionProblem.NOBODY_CALLED, DescriptionProblem.NO_ADMINISTRATOR_CALLED})


class CannotApply(SeveralProblems):
    """Raised when an installation cannot be as a file says; ``problems`` are all that stand in the way. Nothing was changed."""

    to_do = gettext_noop("请改正文件后再应用；什么都没有改")


def apply(
    described: Description, at: datetime, by: Account | None = None, *, dry_run: bool = False, agreed: bool = False
) -> ApplyReport:
    """Bring the installation in line with a file, all of it or nothing.

    Args:
        described: what the file says. What it does not name stays as it is, other organisations too; units that it leaves out are refused.
        at: now (aware).
        by: who decides; None for the command line.
        dry_run: take it back in the end.
        agreed: do it although roles would lose their last holder, people their last post, or duties would be left that nobody does.

    Raises:
        CannotApply: with everything that cannot be as the file says.
    """
    work = _Applying(described, at, by)
    with transaction.atomic():
        work.carry_out()
        report = work.report
        report.done = not dry_run and (agreed or not report.leaves_something)
        transaction.set_rollback(not report.done)
    if not report.done:
        report.invitations.clear()  # their links went with everything else
    return report


@dataclass
class _Applying:
    """A file on its way into the installation."""

    described: Description
    at: datetime
    by: Account | None
    report: ApplyReport = field(default_factory=ApplyReport)
    problems: list[CodedText] = field(default_factory=list)
    renamed: list[UUID] = field(default_factory=list)
    uninvited: set[str] = field(default_factory=set)

    def carry_out(self) -> None:
        codes = [one.code for one in self.described.organisations]
        # One at a time: two administrators who change the same thing meet here.
        known = list(Organisation.objects.select_for_update().filter(code__in=codes).order_by("id"))
        held = set(Holding.objects.values_list("id", flat=True))
        before, employed = staffed_roles(known, open_duties(), self.at), self._employed()
        people = self._people()
        for one in self.described.organisations:
            OrganisationInLine(one, people, self.at, self.by, self.report.changes.append, self.problems.append).bring()
        self._administrators(people)
        # Who cannot be invited is told so, and not once more wherever the file names them.
        problems = [
            one for one in self.problems if one.code not in NOBODY or dict(one.params)["username"] not in self.uninvited
        ]
        if problems:
            raise CannotApply(problems)
        adopt(self.at)
        adoption.adopt(self.at)
        self._ask_about_namesakes(held)
        self.report.followed = self._let_follow()
        now = Organisation.objects.filter(id__in=before.organisations)
        self._tell(consequences(before, staffed_roles(now, open_duties(), self.at)), before.organisations)
        self.report.without_post = sorted(employed - self._employed())
        self.report.missing = missing(codes, self.at)

    def _ask_about_namesakes(self, held: Collection[UUID]) -> None:
        """Keep whoever is new, or called otherwise, from what accuses somebody of their name; ``held`` are the appointments from before."""
        appointed = {account for id, account in Holding.objects.values_list("id", "account_id") if id not in held}
        ask_about_appointed(appointed, self.at)
        for account in self.renamed:
            ask_about_renamed(account, self.at)

    def _tell(self, follows: Consequences, known: Mapping[UUID, Organisation]) -> None:
        for id, role in sorted(follows.vacant):
            self.report.unheld.setdefault(known[id].code, []).append(role)
        self.report.waiting_sealed = sum(duty.case.sealed for duty in follows.unattended)
        self.report.waiting = len(follows.unattended) - self.report.waiting_sealed

    def _people(self) -> dict[str, Account]:
        """Everybody here by user name, with those of the file invited or renamed. Who is new signs in once they have accepted."""
        known = {one.username: one for one in Account.objects.all()}
        for person in self.described.people:
            account = known.get(person.username)
            if account is None:
                self._invite(person.username, person.name, person.email, known)
            elif account.display_name != person.name and self._is_elsewhere(account):
                name = account.display_name
                self.problems.append(DescriptionProblem.OTHER_PERSON.about(username=person.username, name=name))
            elif account.display_name != person.name:
                change = StructureChange(
                    ChangeKind.CHANGE_PERSON, "", person.username, account.display_name, person.name
                )
                self.report.changes.append(change)
                rename(account, person.name, self.at, by=self.by)
                self.renamed.append(account.id)
        return known

    def _is_elsewhere(self, account: Account) -> bool:
        """Whether somebody works in an organisation that the file does not name: a namesake, and not the person that it means."""
        codes = [one.code for one in self.described.organisations]
        return Holding.objects.filter(account=account).exclude(organisation__code__in=codes).exists()

    def _invite(self, username: str, name: str, email: str, known: dict[str, Account]) -> None:
        mailed = email if settings.HUIYIN_SENDS_MAIL else ""
        try:
            invitation = invite(username, name, self.at, email=mailed, by=self.by)
        except CannotInvite as error:
            self.problems.append(DescriptionProblem.CANNOT_INVITE.about(username=username, reason=error.in_one_line))
            self.uninvited.add(username)
            return
        known[username] = invitation.account
        self.report.changes.append(StructureChange(ChangeKind.INVITE, "", username, "", name))
        self.report.invitations.append(self._handed_over(invitation))

    def _handed_over(self, invitation: Invitation) -> InvitationNotice:
        """An invitation that a worker mails, or the link of one to be printed."""
        account = invitation.account
        if not invitation.address:
            link = take_link(invitation, self.at, self.by)
            return InvitationNotice(account.username, account.display_name, "", link, invitation.expires_at)
        language = get_language() or settings.LANGUAGE_CODE
        queue.enqueue(kinds.invitation(invitation.id, None, language, self.at))
        return InvitationNotice(account.username, account.display_name, invitation.address, "", invitation.expires_at)

    def _administrators(self, people: dict[str, Account]) -> None:
        """Those who are to administer do: the installation, and each organisation. Nobody stops by being left out."""
        for scope, username in self._named_administrators():
            account = people.get(username)
            if account is None:
                self.problems.append(DescriptionProblem.NO_ADMINISTRATOR_CALLED.about(username=username))
                continue
            organisation = Organisation.objects.get(code=scope.code) if scope else None
            if administrators.add(account, organisation, self.at, self.by):
                self.report.changes.append(
                    StructureChange(ChangeKind.ADD_ADMINISTRATOR, scope.code if scope else "", username)
                )

    def _named_administrators(self) -> Iterator[tuple[DescribedOrganisation | None, str]]:
        yield from ((None, username) for username in self.described.administrators)
        yield from ((one, username) for one in self.described.organisations for username in one.administrators)

    def _let_follow(self) -> int:
        """Have open cases follow those who moved, left or came; on how many."""
        keep_left_custody(self.at)
        moved = 0
        while done := let_succeed(self.at, most=None):
            moved += done
        while done := hand_over_left_duties(self.at):
            moved += done
        return moved + let_stand_in(self.at)

    def _employed(self) -> set[str]:
        """The user names of those who hold a post, now or later."""
        held = not_over(Holding.objects.all(), day_of(self.at))
        return set(held.values_list("account__username", flat=True))
