"""Whom each written line means is decided line by line, and shown by line to those who may see it."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.utils import timezone

from huiyin.casework.models import CaseAccused
from huiyin.people.models import Unit
from tests.cast import Cast
from tests.desk.conftest import Desk, form_of, hidden, html, page_of
from tests.desk.test_accused import accusing, identify, ids, post_of, sees
from tests.desk.test_custody import owing, send
from tests.matters import Matter, replay_equals_projection


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """With a custodian here and one above, and 赵江 and 钱河 who may be meant."""
    office = Unit.objects.create(organisation=cast.lj, code="lj-inspection", name="临江纪检组")
    post_of(cast, cast.units["lj-training"], "处长", ("handler",), "zhao-jiang", "赵江")
    post_of(cast, cast.units["lj-logistics"], "处长", ("handler",), "qian-he", "钱河")
    post_of(cast, office, "组长", ("custodian",), "custodian", "包青天")
    above = Unit.objects.create(organisation=cast.organisations["jn"], code="jn-inspection", name="江南纪检组")
    post_of(cast, above, "组长", ("custodian",), "above", "狄仁杰")
    return cast


def of_line(desk: Desk, who: str, matter: Matter, number: int, people: list[str]) -> HttpResponse:
    client, address = desk(who), form_of(matter, "identify_line")
    form = client.get(address)
    data = {
        "_key": hidden(form, "_key"),
        "_at_seq": hidden(form, "_at_seq"),
        "line_no": number,
        "accused_people": people,
        "identified_why": "经核对通讯录。",
    }
    return client.post(address, data)


def test_one_line_is_decided_and_the_other_stays_open(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "赵处长", "钱处长")
    assert of_line(desk, "custodian", matter, 1, ids(cast, "zhao-jiang")).status_code == 302
    replay_equals_projection(matter.id)
    assert matter.case.unresolved and owing(matter) == ["lj-inspection"]
    assert not sees(desk("qian-he"), matter) and not sees(desk("registrar"), matter)
    page = html(desk("custodian").get(page_of(matter)))
    assert page.count("待确定") == 1 and "认定：赵江" in page
    begun = desk("custodian").get(form_of(matter, "identify_line")).context["filled"].fields
    assert [(one.value, len(one.view.options)) for one in begun if one.name == "line_no"] == [("2", 1)]
    assert of_line(desk, "custodian", matter, 2, ids(cast, "qian-he")).status_code == 302
    replay_equals_projection(matter.id)
    assert not matter.case.unresolved and owing(matter) == []
    assert matter.case.duties.get(kind="identify_accused").discharged_at is not None
    assert sees(desk("registrar"), matter)
    assert not sees(desk("zhao-jiang"), matter) and not sees(desk("qian-he"), matter)
    matter.at = timezone.now()
    matter.does("custodian", "propose_clearing")
    confirming = html(desk("above").get(page_of(matter)))
    assert form_of(matter, "identify_accused") in confirming
    assert form_of(matter, "identify_line") not in confirming, "no line is left of which to say whom it means"


def test_whoever_is_meant_by_no_line_any_more_is_let_in_again_once_all_are_decided(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "赵处长", "钱处长")
    of_line(desk, "custodian", matter, 1, ids(cast, "zhao-jiang"))
    send(desk("custodian"), matter, "propose_clearing", identified_why="第二条查无此人。")
    zhao = [str(cast.units["lj-training"].id)], ids(cast, "zhao-jiang")
    assert of_line(desk, "custodian", matter, 2, []).status_code == 422
    assert identify(desk("above"), matter, *zhao).status_code == 302
    assert sees(desk("qian-he"), matter) is False  # of a unit that has nothing to do with it, but not for being accused
    assert set(CaseAccused.objects.filter(case=matter.id, account__isnull=False).values_list("account", flat=True)) == {
        cast.accounts["zhao-jiang"].id
    }
    page = html(desk("above").get(page_of(matter)))
    assert "认定：赵江" in page and "一并认定：" in page


def test_that_one_line_means_nobody_another_confirms(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "赵处长", "钱处长")
    assert of_line(desk, "custodian", matter, 2, []).status_code == 422
    send(desk("custodian"), matter, "propose_clearing", identified_why="查无此人。")
    assert of_line(desk, "custodian", matter, 2, []).status_code == 422
    assert of_line(desk, "above", matter, 2, []).status_code == 302
    assert matter.case.unresolved
    assert "没有认定任何人" in html(desk("above").get(page_of(matter)))
    assert not CaseAccused.objects.filter(case=matter.id, account=cast.accounts["qian-he"]).exists()
    replay_equals_projection(matter.id)


def test_of_a_line_that_is_decided_or_was_never_written_nothing_is_said(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "赵处长", "钱处长")
    of_line(desk, "custodian", matter, 1, ids(cast, "zhao-jiang"))
    for number in (1, 3):
        assert of_line(desk, "custodian", matter, number, ids(cast, "qian-he")).status_code == 422


def test_the_decisions_are_kept_from_who_may_not_know(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "赵处长", "钱处长")
    of_line(desk, "custodian", matter, 1, ids(cast, "zhao-jiang"))
    of_line(desk, "custodian", matter, 2, ids(cast, "qian-he"))
    page = html(desk("intake").get(page_of(matter)))
    assert "赵江" not in page and "钱河" not in page and "原话 1" not in page


def test_a_line_in_which_nobody_was_found_is_not_closed_by_naming_once_more_who_is_accused_already(
    cast: Cast, desk: Desk
) -> None:
    """That it means nobody else, another person has to confirm."""
    matter = accusing(cast, "赵处长", "王某某科长")
    assert of_line(desk, "custodian", matter, 1, ids(cast, "zhao-jiang")).status_code == 302
    assert of_line(desk, "custodian", matter, 2, ids(cast, "zhao-jiang")).status_code == 422
    assert matter.case.unresolved


def test_nobody_clears_who_may_be_meant_by_naming_somebody_else_alone(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "赵处长")
    assert of_line(desk, "custodian", matter, 1, ids(cast, "qian-he")).status_code == 422
    assert matter.case.unresolved
