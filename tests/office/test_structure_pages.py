"""Administrators change units and posts on pages: what follows is told first, and nobody opens matters to themselves."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.casework.models import Duty
from huiyin.people import administrators
from huiyin.people.appointments import appoint, day_of
from huiyin.people.models import AdministrativeAct, Post, Reception, Unit
from huiyin.people.staff.units import add_post
from tests.cast import NOW, Cast
from tests.desk.conftest import Desk
from tests.matters import begin, walk

pytestmark = pytest.mark.django_db


def press(client: Client, path: str, **given: Any) -> Any:
    """Fill a form in and press its button, twice where what follows is told first."""
    seen = re.search(r'name="seen" value="([^"]*)"', client.get(path).content.decode())
    assert seen is not None
    answer = client.post(path, {"seen": seen[1], **given})
    if answer.status_code == 200:
        answer = client.post(path, {"seen": seen[1], "confirmed": "1", **given})
    return answer


def test_a_unit_is_added_renamed_and_ended_with_a_successor(administrator: Client, cast: Cast) -> None:
    assert press(administrator, "/office/organisations/lj/units/new/", code="90", name="新设科").status_code == 302
    unit = Unit.objects.get(code="90")
    press(administrator, f"/office/units/{unit.id}/", name="更名科", parent=str(cast.units["lj-lead"].id))
    unit.refresh_from_db()
    assert (unit.name, unit.parent_id) == ("更名科", cast.units["lj-lead"].id)
    press(administrator, f"/office/units/{unit.id}/end/", successor=str(cast.units["lj-fire"].id), reason="机构改革")
    unit.refresh_from_db()
    assert unit.successor == cast.units["lj-fire"]
    page = administrator.get("/office/organisations/lj/").content.decode()
    assert "已撤销的部门" in page
    changes = ["add_unit", "change_unit", "abolish_unit"]
    assert list(AdministrativeAct.objects.filter(about=None).order_by("id").values_list("change", flat=True)) == changes
    assert "更名科" in administrator.get("/office/log/").content.decode()


def test_what_a_merger_moves_is_told_before_and_done_after(administrator: Client, cast: Cast) -> None:
    matter = walk(begin(cast), "assign")
    for unit, who in ((cast.units["lj-fire"], "handler"), (cast.units["lj-logistics"], "stranger")):
        post = Post(organisation=unit.organisation, unit=unit, title="联系人", roles=["liaison"])
        appoint(cast.accounts[who], add_post(post, timezone.now()), day_of(timezone.now()))
    path = f"/office/units/{cast.units['lj-fire'].id}/end/"
    seen = re.search(r'name="seen" value="([^"]*)"', administrator.get(path).content.decode())
    assert seen is not None
    given = {"seen": seen[1], "successor": str(cast.units["lj-logistics"].id), "reason": "合并"}
    told = administrator.post(path, given).content.decode()
    assert "3 项任职、1 个下级部门、1 件待办" in told
    lost, there = (cast.accounts[who].display_name for who in ("handler", "stranger"))
    assert f"{lost}不再是联系人" in told and f"的联系人是{there}" in told
    assert not Unit.objects.exclude(abolished_on=None).exists()
    administrator.post(path, {**given, "confirmed": "1"})
    owed = Duty.objects.filter(case=matter.id, discharged_at=None, withdrawn_at=None)
    assert {duty.unit_id for duty in owed} == {cast.units["lj-logistics"].id}


def test_a_post_gets_roles_and_what_nobody_would_hold_is_told(administrator: Client, cast: Cast) -> None:
    post = cast.posts["handler"]
    told = administrator.get(f"/office/posts/{post.id}/")
    seen = re.search(r'name="seen" value="([^"]*)"', told.content.decode())
    assert seen is not None
    head = cast.posts["head"]
    lost = administrator.post(
        f"/office/posts/{head.id}/", {"seen": seen[1], "roles": [], "reason": ""}
    ).content.decode()
    assert "将无人担任" in lost
    assert press(administrator, f"/office/posts/{post.id}/", roles=["handler"]).status_code == 302
    assert Post.objects.get(id=post.id).roles == ["handler"]
    logged = administrator.get("/office/log/?change=change_post").content.decode()
    assert f"{post.unit.name} · {post.title}：承办人" in logged and ": handler" not in logged


def test_nobody_gives_their_own_post_a_role_once_there_are_petitions(administrator: Client, cast: Cast) -> None:
    own = cast.posts["registrar"]
    begin(cast)
    answer = press(administrator, f"/office/posts/{own.id}/", roles=["registrar", "intake"])
    assert answer.status_code == 422
    assert "请由另一名管理员办理" in answer.content.decode()
    assert Post.objects.get(id=own.id).roles == ["registrar"]


def test_nobody_merges_a_unit_into_their_own_once_there_are_petitions(administrator: Client, cast: Cast) -> None:
    begin(cast)
    path = f"/office/units/{cast.units['lj-fire'].id}/end/"
    answer = press(administrator, path, successor=str(cast.units["lj-office"].id), reason="合并")
    assert answer.status_code == 422
    assert not Unit.objects.exclude(abolished_on=None).exists()


def test_an_organisation_is_changed_where_it_can_be_reached(administrator: Client, cast: Cast) -> None:
    path = "/office/organisations/lj/own/"
    assert press(administrator, path, name="临江机构", phone="000-1", hours="工作日").status_code == 302
    cast.lj.refresh_from_db()
    assert (cast.lj.name, Reception.objects.get(organisation=cast.lj).phone) == ("临江机构", "000-1")
    assert "临江机构" in administrator.get("/office/organisations/lj/file.yaml").content.decode()


def test_two_administrators_at_once_do_not_overwrite_each_other(administrator: Client, cast: Cast) -> None:
    path = f"/office/units/{cast.units['lj-fire'].id}/"
    seen = re.search(r'name="seen" value="([^"]*)"', administrator.get(path).content.decode())
    assert seen is not None
    press(administrator, path, name="防火一处")
    late = administrator.post(path, {"seen": seen[1], "name": "防火二处"})
    assert late.status_code == 409
    assert Unit.objects.get(code="lj-fire").name == "防火一处"


def test_an_administrator_of_one_organisation_changes_no_other(cast: Cast, desk: Desk) -> None:
    administrators.add(cast.accounts["handler"], cast.lj, NOW)
    client = desk("handler")
    assert client.get("/office/organisations/lj/").status_code == 200
    for path in (
        "/office/organisations/nh/",
        "/office/organisations/nh/file.yaml",
        "/office/organisations/nh/own/",
        "/office/organisations/nh/units/new/",
        f"/office/units/{cast.units['nh-lead'].id}/",
        f"/office/units/{cast.units['nh-lead'].id}/end/",
        f"/office/posts/{cast.posts['outsider'].id}/",
    ):
        assert client.get(path).status_code == 404, path
    assert desk("intake").get("/office/organisations/lj/").status_code == 403


def test_a_role_that_loses_its_last_holder_to_a_stand_in_is_told(administrator: Client, cast: Cast) -> None:
    path = f"/office/posts/{cast.posts['intake'].id}/"
    seen = re.search(r'name="seen" value="([^"]*)"', administrator.get(path).content.decode())
    assert seen is not None
    told = administrator.post(path, {"seen": seen[1], "roles": ["supervisor"], "reason": ""}).content.decode()
    assert "将无人担任，由" in told
    assert "['supervisor']" not in told
