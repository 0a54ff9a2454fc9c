"""A year's notice is entered on a page: what it moves is told before it counts, and nobody's told day gets shorter."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.casework.lists.duties import worklist
from huiyin.jobs.models import Job
from huiyin.people import administrators
from huiyin.people.models import AdministrativeAct
from huiyin.rule_store import store
from huiyin.rule_store.models import HolidayNotice
from huiyin.worker import do_jobs
from tests.cast import NOW, Cast
from tests.desk.conftest import Desk
from tests.matters import Matter, begin, replay_equals_projection, walk
from tests.office.test_structure_pages import press

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

PATH = "/office/holidays/new/"
NOTICE_2027 = {
    "year": "2027",
    "source": "国务院办公厅关于2027年部分节假日安排的通知",
    "text": "一、元旦：1月1日（周五）至3日（周日）放假，共3天。二、春节：2月22日（周一）放假，2月27日（周六）上班。",
}


def due_of(matter: Matter) -> date:
    (duty,) = worklist(matter.actor("handler"), matter.at).items
    return timezone.localdate(duty.due_at)


def recalculated() -> None:
    """The worker comes round after the notice has settled."""
    job = Job.objects.filter(what="recalculation").latest("due_at")
    do_jobs(job.due_at)


def test_next_years_notice_tells_what_it_moves_and_then_moves_it(administrator: Client, cast: Cast) -> None:
    matter = walk(begin(cast, datetime(2026, 12, 24, 1, 0, tzinfo=UTC)), until="assign")
    assert due_of(matter) == date(2027, 2, 22)
    told = administrator.post(PATH, {**NOTICE_2027, "seen": "-"}).content.decode()
    assert "1 项期限推后，0 项提前（最多相差 1 天）" in told
    assert not HolidayNotice.objects.exists()
    assert not store.load(matter.case.rulebook).calendar.knows_year(2027)
    assert press(administrator, PATH, **NOTICE_2027).status_code == 302
    recalculated()
    assert due_of(matter) == date(2027, 2, 23)
    replay_equals_projection(matter.id)
    assert "国务院办公厅关于2027年" in administrator.get("/office/holidays/").content.decode()
    assert AdministrativeAct.objects.get(change="enter_holidays").by == cast.accounts["registrar"]


def test_a_holiday_that_is_moved_after_duties_were_dated_moves_them(administrator: Client, cast: Cast) -> None:
    matter = walk(begin(cast, datetime(2026, 9, 9, 1, 0, tzinfo=UTC)), until="assign")
    before = due_of(matter)
    assert before == date(2026, 11, 9)
    amended = "国庆节：10月1日至7日放假。端午节：11月9日放假。"
    press(administrator, PATH, year="2026", source="关于调整2026年放假安排的通知", text=amended)
    recalculated()
    assert due_of(matter) == date(2026, 11, 10)
    replay_equals_projection(matter.id)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("另行通知", "没有读到放假日期"),
        ("元旦：2月30日放假", "没有这一天"),
        ("元旦：1月1日（周四）放假", "星期与日期不符"),
        ("元旦：1月1日放假。1月4日上班", "2027-01-04"),  # a Monday is worked anyhow
    ],
)
def test_what_cannot_be_read_is_told_beside_the_text_and_changes_nothing(
    administrator: Client, text: str, told: str
) -> None:
    answer = administrator.post(PATH, {**NOTICE_2027, "text": text, "seen": "-"})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not HolidayNotice.objects.exists()


def test_only_whoever_administers_the_installation_enters_holidays(cast: Cast, desk: Desk) -> None:
    administrators.add(cast.accounts["handler"], cast.lj, NOW)
    assert desk("handler").get(PATH).status_code == 403
    assert desk("intake").get("/office/holidays/").status_code == 403
