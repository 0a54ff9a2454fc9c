"""The demonstration shows everything, breaks no rule, and names nobody who exists."""

import re
from random import Random

import pytest
from django.db.models import Q
from django.utils import timezone

from huiyin import demo
from huiyin.casework.loaded_case import load_case
from huiyin.casework.models import Case, CaseParty, Duty, Submission
from huiyin.demo.entries import DemoForm, filled
from huiyin.demo.material import material
from huiyin.demo.petitions import DemoPetition
from huiyin.ledger import chain
from huiyin.ledger.models import Row
from huiyin.people import petitioners
from huiyin.people.acting import actor_for, by_token, system_actor
from huiyin.people.appointments import units_without_liaison
from huiyin.people.models import Account, Organisation, Post
from huiyin.readiness import due, funds, groups
from huiyin.readiness.models import FundLine, GroupTask, Policy
from huiyin.rules.book.load import load
from tests.demo.conftest import NOW, Made

pytestmark = [pytest.mark.django_db, pytest.mark.rarely_on_postgresql]


def test_no_story_gets_stuck(made: Made) -> None:
    assert made.told.stuck == ()


def test_it_makes_as_many_matters_as_asked_for(made: Made) -> None:
    assert Case.objects.count() == sum(made.told.stages.values()) == 60


def test_the_bureau_has_a_matter_at_every_stage(made: Made) -> None:
    shown = set(Case.objects.filter(organisation__code="lj").values_list("stage", flat=True))
    assert shown == set(load("xx-bureau").book.procedures["matter"].stages)


def test_nothing_happens_after_now(made: Made) -> None:
    assert not Row.objects.filter(at__gt=made.now).exists()


def test_every_case_has_a_whole_chain_whose_times_never_go_back(made: Made) -> None:
    for case in Case.objects.all():
        assert list(chain.flaws(case.id)) == []
        moments = [event.at for event in chain.read_chain(case.id)]
        assert moments == sorted(moments)


def test_every_open_matter_is_owed_by_somebody(made: Made) -> None:
    open_duties = Duty.objects.filter(discharged_at=None, withdrawn_at=None).values("case")
    assert not Case.objects.filter(Q(ended_at=None) & ~Q(id__in=open_duties)).exists()


def test_some_duties_are_overdue_and_some_are_not(made: Made) -> None:
    still_open = Case.objects.filter(ended_at=None)
    assert still_open.filter(due_at__lt=made.now).count() >= 5
    assert still_open.filter(due_at__gte=made.now).count() >= 20


def test_a_group_visit_a_sealed_matter_and_every_usual_channel_are_among_them(made: Made) -> None:
    assert Case.objects.filter(channel="visit", headcount__gte=5).exists()
    assert Case.objects.filter(sealed=True).exists()
    assert set(Submission.objects.values_list("channel", flat=True)) >= {"web", "letter", "call", "visit", "referral"}


def test_every_role_that_a_rulebook_seats_in_an_organisation_has_a_post(made: Made) -> None:
    for organisation in Organisation.objects.all():
        held = {role for post in Post.objects.filter(organisation=organisation) for role in post.roles}
        roles = load(organisation.rulebook).book.roles
        wanted = {name for name, role in roles.items() if role.of in ("organisation", "handling", "co_handling")}
        assert wanted <= held, organisation.code


def test_review_goes_one_level_up_and_re_review_two(made: Made) -> None:
    owed = Duty.objects.filter(case__organisation__code="lj")
    assert set(owed.filter(role="reviewer").values_list("unit__organisation__code", flat=True)) == {"jn"}
    assert set(owed.filter(role="rereviewer").values_list("unit__organisation__code", flat=True)) == {"hx"}
    rules, state = next(
        (one.rules, one.state) for one in map(load_case, Case.objects.filter(organisation__code="lj", stage="assigned"))
    )
    action, said = rules.book.procedures["matter"].actions["propose_opinion"], DemoPetition("", "", "", "claim")
    form = DemoForm(rules.book, "propose_opinion", action, system_actor(state.organisation), NOW, said, state)
    assert filled(form, {}, Random(1))["review_organ"] == Organisation.objects.get(code="jn").name


@pytest.mark.clause("s0-3.2.2.1e")
def test_every_unit_has_its_liaison(made: Made) -> None:
    for organisation in Organisation.objects.all():
        assert units_without_liaison(organisation, NOW.date()) == []


def test_every_account_signs_in_and_its_token_acts_in_the_same_post(made: Made) -> None:
    for account in demo.accounts():
        known = Account.objects.get(username=account.username)
        found = by_token(account.token, NOW)
        assert found is not None
        assert found.actor == actor_for(known, at=NOW) is not None
    assert known.check_password(account.password)


def test_its_petitioners_have_numbers_that_nobody_has(made: Made) -> None:
    for party in CaseParty.objects.select_related("petitioner__key", "case")[:200]:
        actor = system_actor(party.case.organisation_id)
        fields = petitioners.read_petitioner(party.petitioner, actor, "test", NOW)
        assert fields.kind == "anonymous" or re.fullmatch(r"1380000\d{4}", fields.phone)
        assert fields.id_number == ""


def test_it_describes_the_same_accounts_each_time() -> None:
    assert demo.described() == demo.described()
    assert {item["code"] for item in demo.described().organisations} == {"lj", "jn", "hx"}


def test_it_has_texts_enough_not_to_repeat_itself() -> None:
    others = material("others")
    titles = [entry["title"] for entry in [*material("claims"), *(entry for heap in others.values() for entry in heap)]]
    assert len(titles) == len(set(titles)) >= 24


def test_its_routes_name_only_actions_of_the_rulebooks() -> None:
    steps = [step for route in material("routes")["routes"].values() for step in route]
    known = {name for book in ("national-2022", "xx-bureau") for name in load(book).book.procedures["matter"].actions}
    assert {str(step[0]).rstrip("?") for step in steps} <= known


def test_the_bureau_shows_what_is_due_late_short_and_spent(made: Made) -> None:
    bureau, day = Organisation.objects.get(code="lj"), timezone.localdate(made.now)
    found = due.reminders(bureau.id, day)
    assert {one.register for one in found} == {"tasks", "training", "supplies", "qualifications"}
    assert any(one.is_overdue(day) for one in found) and any(str(one.what).startswith("补充") for one in found)
    assert groups.lacking(bureau.id) == ()
    lines = funds.with_spent(FundLine.objects.filter(organisation=bureau))
    assert all(0 < line.spent < line.cents for line in lines)  # type: ignore[attr-defined]
    assert Policy.objects.filter(organisation=bureau, kind="direction").exists()
    assert GroupTask.objects.filter(organisation=bureau, meeting__isnull=False).exists()
