"""Whoever comes in under the name of somebody accused is kept from the matter until its custodian has said who is meant, and is told nothing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from huiyin import door, worker
from huiyin.casework.models import CaseAccused, Duty
from huiyin.casework.visible import visible_to
from huiyin.casework.vocabulary import File
from huiyin.door.consequences.namesakes import ask_about_appointed, look_again
from huiyin.jobs.models import Job
from huiyin.organisations import description
from huiyin.organisations.apply import apply
from huiyin.organisations.export import described
from huiyin.people.acting import actor_for
from huiyin.people.administration import record
from huiyin.people.appointments import appoint, day_of
from huiyin.people.models import Account, Post
from huiyin.people.staff.accounts import rename
from tests.cast import DAY, Cast, make_cast
from tests.desk.conftest import html
from tests.matters import Matter, begin, petition, replay_equals_projection
from tests.office.test_people_pages import path, press, press_twice, today
from tests.search.conftest import take_all_in

pytestmark = [pytest.mark.django_db, pytest.mark.clause("art-30.3")]
NAME = "同事Handler"
"""Another spelling of what the accused is called."""


def new_account(name: str) -> Account:
    made = Account.objects.create_user("second", display_name=name)
    record("make_account", [made], timezone.now())
    return made


def new_post(cast: Cast) -> Post:
    made = Post.objects.create(
        organisation=cast.lj, unit=cast.units["lj-logistics"], title="登记二岗", roles=["registrar"]
    )
    record("add_post", [made], timezone.now())
    return made


def by_page(cast: Cast, administrator: Client) -> Account:
    account, post = new_account(NAME), new_post(cast)
    answer = press_twice(administrator, path(account, "appoint/"), post=str(post.id), since=today())
    assert answer.status_code == 302
    assert "同名" not in html(administrator.get(path(account)))
    return account


def by_another_name(cast: Cast, administrator: Client) -> Account:
    account = new_account("无关的人")
    appoint(account, new_post(cast), day_of(timezone.now()))
    answer = press(administrator, path(account, "name/"), display_name=NAME, reason="笔误")
    assert answer.status_code == 302, html(answer)
    return account


def by_file(cast: Cast, administrator: Client, since: str = "") -> Account:
    now = timezone.now()
    content = described(type(cast.lj).objects.filter(code="lj"), day_of(now))
    content["people"].append({"username": "second", "name": NAME})
    unit = next(one for one in content["organisations"][0]["units"] if one["code"] == "lj-logistics")
    holder = {"username": "second", "since": since} if since else "second"
    unit["posts"].append({"title": "登记二岗", "roles": ["registrar"], "holders": [holder]})
    assert apply(description.judged(content, {}), now, agreed=True).done
    account = Account.objects.get(username="second")
    Account.objects.filter(id=account.id).update(is_active=True)
    return account


def by_a_day_in_the_past(cast: Cast, administrator: Client) -> Account:
    return by_file(cast, administrator, since="2020-01-01")


def sees(account: Account, matter: Matter) -> bool:
    actor = actor_for(Account.objects.get(id=account.id), at=timezone.now())
    assert actor is not None
    return visible_to(actor).filter(id=matter.id).exists()


@pytest.mark.parametrize("come_in", [by_page, by_another_name, by_file, by_a_day_in_the_past])
def test_a_newcomer_of_the_name_is_kept_out_until_the_custodian_has_said_who_is_meant(
    come_in: Callable[[Cast, Client], Account], cast: Cast, administrator: Client
) -> None:
    accusing = begin(cast, timezone.now() - DAY, accused=("同事 handler",))
    other = begin(cast, timezone.now() - DAY)
    account = come_in(cast, administrator)
    assert not sees(account, accusing) and sees(account, other)
    assert accusing.case.unresolved
    assert Duty.objects.filter(case=accusing.id, kind="identify_accused", discharged_at=None).exists()
    replay_equals_projection(accusing.id)


def test_who_was_found_not_to_be_meant_sees_it_and_is_not_asked_about_again(cast: Cast, administrator: Client) -> None:
    matter = begin(cast, timezone.now() - DAY, accused=("同事 handler",))
    account = by_page(cast, administrator)
    handler, unit = [str(cast.accounts["handler"].id)], [str(cast.units["lj-fire"].id)]
    matter.does("discipline", "propose_clearing")
    matter.does("superior_registrar", "identify_accused", accused_people=handler, accused_units=unit)
    assert sees(account, matter) and not CaseAccused.objects.filter(account=account).exists()
    post = Post.objects.create(organisation=cast.lj, unit=cast.units["lj-training"], title="司机", roles=[])
    record("add_post", [post], timezone.now())
    press_twice(administrator, path(account, "appoint/"), post=str(post.id), since=today())
    assert not matter.case.unresolved


@pytest.mark.parametrize("renamed", [False, True])
def test_whoever_saw_nothing_of_the_matter_when_they_came_in_is_asked_about_by_the_worker_once(
    renamed: bool, cast: Cast
) -> None:
    now, account, post = timezone.now(), new_account("无关的人" if renamed else NAME), new_post(cast)
    if renamed:
        appoint(account, post, day_of(now), at=now)
    matter = begin(cast, now, accused=("同事 handler",))
    if renamed:
        rename(account, NAME, now, reason="笔误")
    else:
        appoint(account, post, day_of(now), at=now)
    assert sees(account, matter)
    assert look_again(now + timedelta(minutes=5)) == 1
    assert not sees(account, matter) and matter.case.unresolved
    assert look_again(now + timedelta(minutes=10)) == 0
    replay_equals_projection(matter.id)


LATER_NAME = "卞怀楚"
SAID = "路灯坏了。卞怀楚收了物业两条烟，所以不来修。"


@pytest.mark.parametrize("come_in", [by_page, by_another_name, by_file])
def test_who_is_named_in_what_was_written_before_they_came_is_kept_from_that_alone(
    come_in: Callable[[Cast, Client], Account], cast: Cast, administrator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.NAME", LATER_NAME)
    monkeypatch.setattr("huiyin.door.files.named_before.FILES_A_PIECE", 1)
    before = timezone.now() - DAY
    in_text, harmless, other = (
        begin(cast, before, text=SAID),
        begin(cast, before, text=f"感谢{LATER_NAME}同志耐心接待。路灯仍然不亮。"),
        begin(cast, before),
    )
    in_file = begin(cast, before, text="详见附件。", files=(File("材料.txt", SAID.encode()),))
    begin(cast, before, text="详见附件。", files=(File("清单.txt", b"1"),))
    on_a_line = begin(cast, before, accused=(LATER_NAME,))
    on_a_line.does("discipline", "propose_clearing")
    on_a_line.does("superior_registrar", "identify_accused")
    take_all_in()
    account = come_in(cast, administrator)
    while worker.do_jobs(timezone.now() + DAY):
        pass
    assert not sees(account, in_text) and not sees(account, on_a_line) and not sees(account, in_file)
    assert sees(account, harmless) and sees(account, other)
    assert visible_to(cast.actor("intake")).filter(id=in_text.id).exists()
    assert Duty.objects.filter(case=in_text.id, kind="identify_accused", discharged_at=None).exists()
    assert not Job.objects.filter(dead_at__isnull=False).exists()
    replay_equals_projection(in_text.id)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_who_appoint_and_take_in_at_once_see_nothing_of_each_other_and_the_worker_does() -> None:
    cast, now = make_cast(), timezone.now()
    later = now + timedelta(seconds=2)
    account, post = new_account(NAME), new_post(cast)
    given = petition(cast, accused=("同事 handler",))

    def appointed(_outcome: object) -> None:
        """By another process, before the petition is committed."""
        with ThreadPoolExecutor(1) as other:
            other.submit(appointed_elsewhere).result()

    def appointed_elsewhere() -> None:
        with closing(connection), transaction.atomic():
            appoint(account, post, day_of(now) - DAY, at=now)
            assert ask_about_appointed([account.id], now) == 0

    outcome = door.register_petition(given, cast.newcomer(), later, "submit", beside=appointed)
    assert isinstance(outcome, door.Registered)
    matter = Matter(cast, outcome, later)
    assert sees(account, matter)
    assert look_again(now + timedelta(minutes=5)) == 1 and not sees(account, matter)
