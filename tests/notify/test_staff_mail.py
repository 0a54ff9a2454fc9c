"""Who works here is written to about what they owe: by reason and number alone, each once, when they want it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from huiyin import worker
from huiyin.casework.models import Duty
from huiyin.jobs.models import Job
from huiyin.people import administrators
from huiyin.people.models import Account, MailPreference, Proposal
from huiyin.people.staff.mail_preferences import MailReason, default_preference, next_look
from huiyin.people.staff.proposals import propose
from tests.cast import DAY, NOW, Cast, make_cast
from tests.matters import begin, walk

PASSWORD = "cha-shui-zai-zhuo-shang"
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture(autouse=True)
def sends_mail(settings: Any) -> None:
    settings.HUIYIN_SENDS_MAIL = True


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def wants(account: Account, at: datetime = NOW, **chosen: Any) -> MailPreference:
    """Somebody with a confirmed address, who has chosen at ``at``."""
    EmailAddress.objects.create(user=account, email=f"{account.username}@example.org", verified=True, primary=True)
    preference = default_preference(account, at)
    for name, value in {"pace": "at_once", "quiet_from": 0, "quiet_until": 0, **chosen}.items():
        setattr(preference, name, value)
    preference.next_at = next_look(preference, at)
    preference.save()
    return preference


def mails_at(at: datetime) -> list[str]:
    """What is sent when the worker comes round at ``at``."""
    mail.outbox.clear()
    worker.tell_staff(at)
    worker.do_jobs(at)
    return [str(message.body) for message in mail.outbox]


def test_a_new_duty_is_told_once_to_who_owes_it_by_number_alone(cast: Cast) -> None:
    wants(cast.accounts["intake"])
    wants(cast.accounts["stranger"])
    matter = begin(cast, NOW)
    (body,) = mails_at(NOW + timedelta(minutes=10))
    assert body.startswith(f"新的待办：{matter.case.number}\n")
    assert mail.outbox[0].to == [f"{cast.accounts['intake'].username}@example.org"]
    assert "路灯" not in body and "路灯" not in str(mail.outbox[0].subject)
    assert mails_at(NOW + timedelta(minutes=20)) == []


def test_what_is_due_soon_and_what_is_overdue_are_told_each_in_its_turn(cast: Cast) -> None:
    matter = begin(cast, NOW)
    wants(cast.accounts["intake"], reasons=["due", "overdue"])
    due = Duty.objects.get(case=matter.id, role="intake").due_at
    assert mails_at(due - 20 * DAY) == []
    assert mails_at(due - 3 * DAY)[0].startswith(f"三个工作日内到期：{matter.case.number}\n")
    assert mails_at(due + DAY)[0].startswith(f"已逾期：{matter.case.number}\n")
    assert mails_at(due + 2 * DAY) == []


def test_a_supplement_and_a_returned_duty_are_told_as_such(cast: Cast) -> None:
    matter = walk(begin(cast, NOW), until="assign")
    wants(cast.accounts["handler"], matter.at)
    assert mails_at(matter.at + timedelta(minutes=6))[0].startswith("新的待办")
    matter.at += timedelta(hours=1)
    matter.does("petitioner", "supplement")
    assert mails_at(matter.at + timedelta(minutes=6))[0].startswith(f"信访人有补充：{matter.case.number}\n")


def test_once_a_day_comes_at_its_hour_and_quiet_hours_are_kept(cast: Cast) -> None:
    account = cast.accounts["intake"]
    noon = datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    daily = MailPreference(account=account, pace="daily", hour=8)
    assert timezone.localtime(next_look(daily, noon)) == noon.replace(hour=8) + DAY
    soon = MailPreference(account=account, pace="at_once", quiet_from=20, quiet_until=7)
    assert next_look(soon, noon) == noon + timedelta(minutes=5)
    assert next_look(soon, noon.replace(hour=23)) == noon.replace(hour=7) + DAY
    assert next_look(soon, noon.replace(hour=3)) == noon.replace(hour=7)


def test_who_wants_none_has_no_address_or_left_gets_none(cast: Cast) -> None:
    wants(cast.accounts["intake"], pace="never")
    begin(cast, NOW)
    assert mails_at(NOW + DAY) == []
    MailPreference.objects.update(pace="at_once")
    worker.tell_staff(NOW + DAY)
    cast.accounts["intake"].is_active = False
    cast.accounts["intake"].save()
    worker.do_jobs(NOW + DAY)
    assert mail.outbox == [] and not Job.objects.filter(what="staff-mail", done_at=None).exists()


def test_what_was_done_before_the_mail_goes_out_is_not_told(cast: Cast) -> None:
    matter = begin(cast, NOW)
    wants(cast.accounts["intake"])
    worker.tell_staff(NOW + timedelta(minutes=6))
    walk(matter, until="accept")
    worker.do_jobs(NOW + timedelta(minutes=7))
    assert all(matter.case.number not in message.body for message in mail.outbox if "新的待办" in message.body)


def test_who_has_an_address_and_chose_nothing_is_told_once_a_day_and_not_of_what_they_owe_already(cast: Cast) -> None:
    account = cast.accounts["intake"]
    old = begin(cast, NOW)
    EmailAddress.objects.create(user=account, email="intake@example.org", verified=True, primary=True)
    worker.tell_staff(NOW)
    assert MailPreference.objects.get(account=account).pace == "daily"
    new = begin(cast, NOW)
    (body,) = mails_at(NOW + DAY)
    assert "新的待办：" in body and new.case.number in body
    assert old.case.number not in body.partition("\n")[0]


def test_the_second_person_is_told_that_something_waits(cast: Cast) -> None:
    administrators.add(cast.accounts["archivist"], cast.lj, NOW)
    administrators.add(cast.accounts["colleague"], cast.lj, NOW)
    wants(cast.accounts["colleague"], reasons=["confirm"])
    subject, by = cast.accounts["intake"], cast.accounts["archivist"]
    propose(Proposal.Opens.LINK, cast.lj, subject, by, NOW, reason="忘记密码")
    assert mails_at(NOW + timedelta(minutes=6))[0].startswith("等您确认：1 项\n")
    assert mails_at(NOW + timedelta(minutes=20)) == []


def test_the_choice_is_made_on_a_page_of_ones_own(cast: Cast) -> None:
    account, client = cast.accounts["intake"], Client()
    account.set_password(PASSWORD)
    account.save()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert "每天一封" in client.get("/account/me/").content.decode()
    given = {"reasons": [MailReason.DUE], "pace": "at_once", "hour": "9", "quiet_from": "22", "quiet_until": "6"}
    assert client.post("/account/me/mail/", given).status_code == 302
    kept = MailPreference.objects.get(account=account)
    assert (kept.reasons, kept.pace, kept.quiet_from, kept.quiet_until) == (["due"], "at_once", 22, 6)
    assert client.post("/account/me/mail/", {**given, "hour": "25"}).status_code == 422
    assert "您还没有确认过的邮箱" in client.get("/account/me/mail/").content.decode()
