"""When everybody in the unit withdraws, the head hands the matter on to another: no step is offered that nobody can take."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.audit.verify import verify
from huiyin.casework.lists.duties import worklist
from huiyin.people.absences import note_absence
from huiyin.people.models import Holding, Unit
from tests.cast import Cast, make_cast
from tests.desk.conftest import form_of, hidden, html, page_of
from tests.desk.test_accused import identify, ids, post_of
from tests.desk.test_duties_page import rows
from tests.matters import BUREAU_ROAD, ROAD, Matter, begin, walk

pytestmark = [pytest.mark.django_db, pytest.mark.clause("art-28.3")]


def desk(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.accounts[name], backend="django.contrib.auth.backends.ModelBackend")
    return client


def abandoned(book: str) -> Matter:
    """A matter in a unit all of whose handlers have withdrawn."""
    cast = make_cast(book)
    made = begin(cast, timezone.now() - timedelta(days=2))
    if book == "national-2005":
        made.does("intake", "accept", kind=None, route=None)
        made.does("intake", "assign")
    else:
        walk(made, "assign", BUREAU_ROAD if book == "xx-bureau" else ROAD)
    for who in ("handler", "colleague"):
        made.does(who, "recuse", person=who)
    return made


@pytest.mark.parametrize("book", ["national-2022", "national-2005", "xx-bureau"])
def test_the_head_is_offered_what_can_be_done_and_the_matter_goes_to_a_unit_that_can_act(book: str) -> None:
    matter = abandoned(book)
    client = desk(matter.cast, "head")
    asked = [row for row in rows(html(client.get("/desk/"))) if "确定接办人员" in row]
    assert asked and all("改由其他单位承办" in row and "确定承办人" not in row for row in asked)
    refused = html(client.get(form_of(matter, "name_handler")))
    assert "没有可以接办的人" in refused and "改由其他单位承办" in refused
    form = client.get(form_of(matter, "hand_on"))
    units = matter.cast.units
    assert f'value="{units["lj-training"].id}"' in html(form) and f'value="{units["lj-fire"].id}"' not in html(form)
    sent = {
        "_key": hidden(form, "_key"),
        "_at_seq": hidden(form, "_at_seq"),
        "unit": str(units["lj-training"].id),
        "reason": "本单位承办人都已回避。",
    }
    assert client.post(form_of(matter, "hand_on"), sent).status_code == 302
    matter.at = timezone.now()
    kinds = {row.kind for row in worklist(matter.cast.actor("stranger", matter.at), matter.at).items}
    assert "handle" in kinds
    head = worklist(matter.cast.actor("head", matter.at), matter.at).items
    assert "name_substitute" not in {row.kind for row in head}  # for nobody of the unit that is out
    assert page_of(matter) not in html(desk(matter.cast, "handler").get("/desk/"))
    assert not [finding for finding in verify([matter.id]) if finding.kind == "wrong"]
    matter.does("stranger", "investigate")


def test_while_somebody_is_left_they_can_be_named() -> None:
    cast = make_cast()
    made = walk(begin(cast, timezone.now() - timedelta(days=2)), "assign")
    made.does("handler", "recuse", person="handler")
    (asked,) = [row for row in rows(html(desk(cast, "head").get("/desk/"))) if "确定接办人员" in row]
    assert "确定承办人" in asked and "改由其他单位承办" in asked


def test_without_a_recusal_nobody_hands_on() -> None:
    made = walk(begin(make_cast(), timezone.now() - timedelta(days=2)), "assign")
    tried = made.tries("head", "hand_on", unit="lj-training", reason="换一个单位。")
    assert "DUTY_NOT_OPEN" in str(tried)


def test_where_nobody_is_left_in_any_unit_the_head_reads_what_to_do_and_is_offered_no_empty_form() -> None:
    made = abandoned("national-2022")
    for account in set(made.cast.accounts.values()) - {made.cast.accounts["head"]}:
        Holding.objects.filter(account=account).update(until=timezone.localdate() - timedelta(days=1))
    refused = html(desk(made.cast, "head").get(form_of(made, "hand_on")))
    assert "没有可以接办的人" in refused and "请系统管理员任命" in refused


def test_a_matter_whose_unit_has_nobody_at_work_reaches_who_can_move_it_whatever_was_investigated() -> None:
    cast = make_cast()
    made = walk(begin(cast, timezone.now() - timedelta(days=2)), "investigate")
    head = desk(cast, "head")
    assert "无人承办" not in html(head.get("/desk/")) + html(head.get(page_of(made)))
    for who in ("handler", "colleague"):
        note_absence(cast.accounts[who], timezone.localdate() - timedelta(days=3), None, timezone.now())
    for who in ("head", "intake"):
        page = html(desk(cast, who).get("/desk/"))
        assert "无人承办的事项" in page and form_of(made, "reassign") in page
    told = html(head.get(page_of(made)))
    assert "无人承办" in told and "请系统管理员任命" in told
    assert "无人承办" not in html(desk(cast, "stranger").get("/desk/"))
    made.does("head", "reassign", unit="lj-training", reason="本单位现在无人在岗。")
    made.does("stranger", "investigate")
    assert "无人承办" not in html(head.get("/desk/"))
    assert not [finding for finding in verify([made.id]) if finding.kind == "wrong"]


def test_after_the_opinion_a_matter_that_nobody_of_its_unit_may_go_on_with_is_listed_with_what_to_do() -> None:
    now = timezone.now()
    cast = make_cast()
    made = walk(begin(cast, now - timedelta(days=2)), "approve_opinion")
    note_absence(cast.accounts["colleague"], timezone.localdate() - timedelta(days=1), None, now)
    head = desk(cast, "head")
    assert "无人承办的事项" not in html(head.get("/desk/"))
    made.does("handler", "recuse", person="handler")
    page = html(head.get("/desk/"))
    assert "无人承办的事项" in page and "请系统管理员任命可以接办的人" in page and page_of(made) in page
    assert form_of(made, "hand_on") in page


def test_what_everybody_is_accused_of_or_gone_from_administrators_are_told_and_not_which_matter_it_is() -> None:
    cast = make_cast()
    made = walk(begin(cast, timezone.now() - timedelta(days=2)), "approve_opinion")
    office = Unit.objects.create(organisation=cast.lj, code="jw", name="纪检组")
    post_of(cast, office, "组长", ("custodian",), "custodian", "包青天")
    assert identify(desk(cast, "custodian"), made, [], ids(cast, "handler")).status_code == 302
    left = {cast.accounts["head"], cast.accounts["custodian"]}
    Holding.objects.exclude(account__in=left).update(until=timezone.localdate() - timedelta(days=1))
    refused = html(desk(cast, "head").get(form_of(made, "hand_on")))
    assert "没有可以接办的人" in refused and "请系统管理员任命" in refused
    assert "无人承办的事项" not in html(desk(cast, "head").get("/desk/")), "it would tell who is accused"
    cast.accounts["head"].is_superuser = True
    cast.accounts["head"].save()
    page = html(desk(cast, "head").get("/office/vacancies/"))
    assert "密封事项的待办" in page and "打印函件" in page and made.case.number not in page


def test_a_share_that_nobody_is_at_work_to_do_reaches_who_can_release_the_unit() -> None:
    cast = make_cast()
    made = walk(begin(cast, timezone.now() - timedelta(days=2)), "assign")
    made.does("intake", "join_unit", units=["lj-logistics"])
    note_absence(cast.accounts["co_handler"], timezone.localdate() - timedelta(days=1), None, timezone.now())
    page = html(desk(cast, "head").get("/desk/"))
    assert "无人承办的事项" in page and form_of(made, "release_unit") in page and form_of(made, "reassign") not in page
    made.at = timezone.now()
    made.does("head", "release_unit", released=["lj-logistics"], reason="会办单位现在无人在岗。")
    assert "无人承办的事项" not in html(desk(cast, "head").get("/desk/"))
