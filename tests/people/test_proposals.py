"""A proposal is decided once, by somebody else, even where two decide at the same moment."""

from __future__ import annotations

import pytest

from huiyin.people import administrators, inviting
from huiyin.people.appointments import AlreadyAppointed, appoint
from huiyin.people.models import Account, Holding, Organisation, Post, Proposal, Unit
from huiyin.people.staff.leaders import place
from huiyin.people.staff.proposals import (
    LINK_GOOD_FOR,
    AlreadyDecided,
    MayNotConfirm,
    confirmed_link,
    decide,
    propose,
    use,
    waiting_for,
)
from tests.people.conftest import FIRST_DAY, NOW, Cast
from tests.tables import at_once


def proposed(organisation: Organisation, post: Post, by: Account, account: Account) -> Proposal:
    return propose(Proposal.Opens.POST, organisation, account, by, NOW, post=post, since=FIRST_DAY)


def test_neither_who_proposed_it_nor_whom_it_is_for_confirms_it(cast: Cast) -> None:
    for account in (cast.lin, cast.zhou, cast.qin):
        administrators.add(account, cast.company, NOW)
    proposal = proposed(cast.company, cast.registrar, cast.lin, cast.zhou)
    for who in (cast.lin, cast.zhou):
        with pytest.raises(MayNotConfirm):
            decide(proposal, True, who, NOW)
    decide(proposal, True, cast.qin, NOW)
    assert Holding.objects.filter(account=cast.zhou, post=cast.registrar).exists()
    with pytest.raises(AlreadyDecided):
        decide(proposal, False, cast.qin, NOW)


def test_who_administers_another_organisation_confirms_nothing_here(cast: Cast) -> None:
    administrators.add(cast.qin, cast.group, NOW)
    proposal = proposed(cast.company, cast.registrar, cast.lin, cast.zhou)
    with pytest.raises(MayNotConfirm):
        decide(proposal, True, cast.qin, NOW)
    with pytest.raises(MayNotConfirm):
        decide(proposal, False, cast.qin, NOW)


def test_a_permission_for_a_link_is_used_once_by_who_asked_and_runs_out(cast: Cast) -> None:
    for account in (cast.lin, cast.qin):
        administrators.add(account, cast.company, NOW)
    decide(propose(Proposal.Opens.LINK, cast.company, cast.zhou, cast.lin, NOW), True, cast.qin, NOW)
    permission = confirmed_link(cast.zhou, cast.lin, NOW)
    assert permission is not None
    assert confirmed_link(cast.zhou, cast.qin, NOW) is None
    assert confirmed_link(cast.zhou, cast.lin, NOW + LINK_GOOD_FOR) is None
    use(permission, inviting.invite_again(cast.zhou, NOW), NOW)
    assert confirmed_link(cast.zhou, cast.lin, NOW) is None


def test_what_waits_is_counted_for_those_who_may_decide_and_for_nobody_else(cast: Cast) -> None:
    root = Account.objects.create_superuser("root", display_name="管理员")
    administrators.add(cast.qin, cast.company, NOW)
    place(cast.zhou, cast.group, "head", NOW)
    proposed(cast.company, cast.registrar, root, cast.lin)
    waiting = {who.username: waiting_for(who, NOW).count() for who in (root, cast.qin, cast.zhou, cast.lin)}
    assert waiting == {"root": 0, "qin": 1, "zhou": 0, "lin": 0}
    place(cast.zhou, cast.company, "deputy", NOW)
    assert waiting_for(cast.zhou, NOW).count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_does(transactional_db: None) -> None:
    organisation = Organisation.objects.create(code="one", name="某局", rulebook="national-2022", created_at=NOW)
    unit = Unit.objects.create(organisation=organisation, code="10", name="办公室")
    post = Post.objects.create(organisation=organisation, unit=unit, title="接待员", roles=["registrar"])
    clerk, first, second = (
        Account.objects.create_user(name, display_name=name) for name in ("clerk", "first", "second")
    )
    for account in (clerk, first, second):
        administrators.add(account, organisation, NOW)
    proposal = proposed(organisation, post, clerk, clerk)
    outcomes = at_once([lambda: decide(proposal, True, first, NOW), lambda: decide(proposal, False, second, NOW)])
    assert sum(isinstance(outcome, AlreadyDecided) for outcome in outcomes) == 1
    proposal.refresh_from_db()
    assert Holding.objects.filter(account=clerk).exists() is proposal.is_confirmed


def test_an_appointment_that_is_no_longer_possible_keeps_the_proposal_waiting(cast: Cast) -> None:
    for account in (cast.lin, cast.qin):
        administrators.add(account, cast.company, NOW)
    proposal = proposed(cast.company, cast.workshop_liaison, cast.lin, cast.lin)
    appoint(cast.lin, cast.workshop_liaison, FIRST_DAY.replace(year=2030))
    with pytest.raises(AlreadyAppointed):
        decide(proposal, True, cast.qin, NOW)
    proposal.refresh_from_db()
    assert proposal.decided_at is None
