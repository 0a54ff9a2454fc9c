"""The reception days of leaders, as everybody reads them."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from huiyin.people.absences import note_absence
from huiyin.people.models import Reception, ReceptionTime
from huiyin.rota.models import Rota, Shift
from tests.cast import Cast, make_cast
from tests.rota.turns import published


@pytest.fixture
def cast(db: None) -> Cast:
    cast = make_cast()
    daily = ReceptionTime.objects.create(
        organisation=cast.lj, weekdays=[1, 2, 3, 4, 5], begins=time(9), ends=time(11), place="一楼，接待室"
    )
    given = {"group": "leaders", "begins": None, "ends": None, "times": [daily.id.hex]}
    now = timezone.now()
    published(cast, timezone.localdate() + timedelta(days=1), ("head", "archivist"), now, **given)
    return cast


@pytest.mark.clause("s1-C20b", "art-18.2")
def test_the_public_reads_post_and_day_and_no_name_unless_the_office_says_so(cast: Cast) -> None:
    page = Client().get("/receptions/lj/").content.decode()
    assert "一楼，接待室" in page and "head" in page and "同事" not in page
    assert Client().get("/receptions/nowhere/").status_code == 404
    assert "还没有公布" in Client().get("/receptions/jn/").content.decode()
    Rota.objects.filter(organisation=cast.lj).update(shows_names=True)
    assert "同事 head" in Client().get("/receptions/lj/").content.decode()


def test_programs_subscribe_to_the_same_and_nothing_more(cast: Cast) -> None:
    answer = Client().get("/receptions/lj/leaders.ics")
    assert answer.headers["Content-Type"].startswith("text/calendar")
    events = list(Calendar.from_ical(answer.content).walk("VEVENT"))
    assert len(events) == Shift.objects.count() > 0
    first = Shift.objects.all()[0]
    assert events[0].decoded("dtstart").astimezone(timezone.get_current_timezone()).date() == first.day
    assert "同事" not in answer.content.decode() and str(first.account_id) not in answer.content.decode()
    assert events[0]["location"] == "一楼，接待室"
    note_absence(first.account, first.day, first.day + timedelta(days=1), timezone.now())
    left = Calendar.from_ical(Client().get("/receptions/lj/leaders.ics").content).walk("VEVENT")
    assert len(left) == len(events) - 1


def test_where_no_place_is_given_it_is_the_one_where_the_office_receives(cast: Cast) -> None:
    Shift.objects.update(place="")
    Reception.objects.update_or_create(organisation=cast.lj, defaults={"place": "滨江路1号接待大厅"})
    assert "滨江路1号接待大厅" in Client().get("/receptions/lj/").content.decode()
    events = Calendar.from_ical(Client().get("/receptions/lj/leaders.ics").content).walk("VEVENT")
    assert {str(one["location"]) for one in events} == {"滨江路1号接待大厅"}


def test_the_front_page_leads_to_reception_days_only_where_there_are_some(cast: Cast) -> None:
    assert "/receptions/lj/" in Client().get("/").content.decode()
    Shift.objects.all().delete()
    page = Client().get("/").content.decode()
    assert "/receptions/lj/" not in page and "接待日" in page
