"""The register, the list of unfinished matters and the directory."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.casework.lists.search_tokens import VALID
from huiyin.people.appointments import appoint
from huiyin.people.checks import PetitionerFields
from huiyin.people.models import Account, Leader, Post
from tests.cast import DAY, FIRST_DAY, Cast
from tests.desk.conftest import Desk, html, page_of
from tests.matters import Matter, begin, walk


@pytest.fixture
def matters(cast: Cast) -> dict[str, Matter]:
    """One fresh, one late, one handled by the fire department, one declined."""
    now = timezone.now()
    made = {
        "fresh": begin(cast, now - timedelta(days=2)),
        "late": begin(cast, now - timedelta(days=40), title="井盖松动"),
        "handled": walk(begin(cast, now - timedelta(days=3)), "assign"),
        "declined": begin(cast, now - timedelta(days=4)),
    }
    made["declined"].does("intake", "decline")
    return made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"fresh", "late", "handled", "declined"}),
        ("stage=registered", {"fresh", "late"}),
        ("stage=matter.registered", {"fresh", "late"}),
        ("stage=supervision.registered", set()),
        ("unit=lj-fire", {"handled"}),
        ("open=1", {"fresh", "late", "handled"}),
        ("overdue=1", {"late"}),
        ("stage=declined&open=1", set()),
    ],
)
def test_the_register_can_be_narrowed(query: str, expected: set[str], desk: Desk, matters: dict[str, Matter]) -> None:
    page = html(desk("registrar").get(f"/desk/cases/?{query}"))
    assert {name for name, matter in matters.items() if page_of(matter) in page} == expected


@pytest.mark.clause("s1-A1b")
@pytest.mark.parametrize("q", ["13800001111", "陈晓光", "receipt", "no", "end of receipt", "end of no"])
def test_a_search_finds_by_number_receipt_name_or_phone(q: str, desk: Desk, matter: Matter) -> None:
    known = {"receipt": matter.registered.receipt, "no": matter.case.number}
    ends = {f"end of {name}": value.replace("-", "")[-6:] for name, value in known.items()}
    wanted = {**known, **ends}.get(q, q)
    assert page_of(matter) in html(desk("registrar").post("/desk/cases/", {"q": wanted}, follow=True))


@pytest.mark.parametrize("written", ["{}", "{lower}", "{bare}", "{wide}", "\u202d{}\u202c", " {dash} "])
@pytest.mark.parametrize("kind", ["receipt", "no"])
def test_a_receipt_or_number_is_found_however_it_is_written(
    kind: str, written: str, desk: Desk, matter: Matter
) -> None:
    q = matter.registered.receipt if kind == "receipt" else matter.case.number
    wide = "".join(chr(ord(char) + 0xFEE0) for char in q)
    forms = {"lower": q.lower(), "bare": q.replace("-", ""), "wide": wide, "dash": q.replace("-", " — ")}
    assert page_of(matter) in html(
        desk("registrar").post("/desk/cases/", {"q": written.format(q, **forms)}, follow=True)
    )


def test_a_name_is_found_with_another_dot(cast: Cast, desk: Desk) -> None:
    matter = begin(cast, timezone.now(), petitioners=(PetitionerFields(name="阿卜杜拉．买买提", phone="13800001111"),))
    for q in ("阿卜杜拉·买买提", "阿卜杜拉买买提"):
        assert page_of(matter) in html(desk("registrar").post("/desk/cases/", {"q": q}, follow=True))


def test_a_search_never_enters_an_address(desk: Desk, matter: Matter) -> None:
    client = desk("registrar")
    assert page_of(matter) in html(
        client.get("/desk/cases/?q=13900009999")
    )  # only what is sent by POST is searched for
    assert page_of(matter) not in html(client.post("/desk/cases/", {"q": "13900009999"}, follow=True))


def test_stages_of_one_name_are_told_apart_by_their_procedure_in_the_filter(desk: Desk, matter: Matter) -> None:
    page = html(desk("registrar").get("/desk/cases/"))
    offered = re.findall(r'<option value="\w[\w-]*\.\w+"[^>]*>\s*([^<]+?)\s*</option>', page)
    assert len(offered) > 20 and len(offered) == len(set(offered))
    assert "已答复（打击报复报告）" in offered


@pytest.mark.clause("s0-3.4a", "s0-3.4b")
def test_every_unfinished_matter_is_listed_by_delay_with_owner_age_and_next_step(
    desk: Desk, matters: dict[str, Matter]
) -> None:
    page = html(desk("registrar").get("/desk/unfinished/"))
    places = {name: page.find(page_of(matter)) for name, matter in matters.items()}
    assert places["declined"] == -1
    assert -1 < places["late"] < places["fresh"] < places["handled"]
    assert "审查并书面告知" in page and "调查核实并提出处理意见" in page
    assert "临江信访办" in page and "临江防火处" in page
    assert "已 40 天" in page and "逾期" in page


@pytest.mark.clause("s0-3.2.2.1e")
def test_the_directory_shows_units_without_a_liaison_as_a_defect(cast: Cast, desk: Desk) -> None:
    unit = cast.units["lj-fire"]
    liaison = Post.objects.create(organisation=cast.lj, unit=unit, title="联系人", roles=["liaison"])
    appoint(cast.accounts["handler"], liaison, FIRST_DAY)
    page = html(desk("registrar").get("/desk/units/"))
    assert "有 5 个单位没有联系人" in page
    assert page.count("缺联系人") == 5
    assert "同事 handler" in page
    assert "江南信访办" not in page  # another organisation's


@pytest.mark.clause("s0-2", "s0-3.5b", "s3-2.1.1")
def test_the_directory_names_the_leading_group_and_who_is_first_responsible(cast: Cast, desk: Desk) -> None:
    assert html(desk("handler").get("/desk/units/")).count("尚未确定") == 3
    Leader.objects.create(organisation=cast.lj, account=cast.accounts["head"], position="head")
    Leader.objects.create(organisation=cast.lj, account=cast.accounts["handler"], position="member")
    cast.lj.office, cast.lj.first_responsible = cast.units["lj-office"], "临江局党委"
    cast.lj.save()
    page = html(desk("handler").get("/desk/units/"))
    assert "组长" in page and "同事 head" in page and "临江局党委" in page
    assert "成员" in page and "同事 handler" in page
    assert "尚未确定" not in page


def test_one_works_in_the_post_that_one_chose(cast: Cast) -> None:
    busy = Account.objects.create_user("busy", display_name="两头忙")
    # One begins in the post held longest; two of the same day may come in either order.
    for day, name in enumerate(("intake", "handler")):
        appoint(busy, cast.posts[name], FIRST_DAY + day * DAY)
    client = Client()
    client.force_login(busy, "django.contrib.auth.backends.ModelBackend")
    assert "临江信访办 · intake" in html(client.get("/desk/"))
    other = str(cast.posts["handler"].id)
    answer = client.post("/desk/post/", {"post": other, "next": "/desk/units/"})
    assert answer.headers["Location"] == "/desk/units/"
    assert "临江防火处 · handler" in html(client.get("/desk/"))


def test_a_post_that_is_not_ones_own_is_not_taken(cast: Cast, desk: Desk) -> None:
    client = desk("handler")
    client.post("/desk/post/", {"post": str(cast.posts["head"].id), "next": "https://example.org/"})
    assert "临江防火处 · handler" in html(client.get("/desk/"))


def test_after_switching_one_is_never_led_elsewhere(cast: Cast, desk: Desk) -> None:
    answer = desk("handler").post("/desk/post/", {"post": "", "next": "https://example.org/"})
    assert answer.headers["Location"] == "/desk/"


@pytest.mark.parametrize("code", ["en", "zh-hant", "zh-hans"])
def test_the_language_can_be_switched(code: str, desk: Desk) -> None:
    client = desk("handler")
    client.post("/i18n/setlang/", {"language": code, "next": "/desk/"})
    assert f'<html lang="{code}">' in html(client.get("/desk/"))


def test_a_search_leads_to_a_page_that_one_can_come_back_to(desk: Desk, matter: Matter) -> None:
    client = desk("registrar")
    answer = client.post("/desk/cases/", {"q": "13800001111", "open": "1"})
    there = answer.headers["Location"]
    assert answer.status_code == 302 and "13800001111" not in there and "open=1" in there
    for _ in range(2):
        page = html(client.get(there))
        assert page_of(matter) in page and 'value="13800001111"' in page


def test_a_search_is_found_again_by_whoever_made_it_and_for_an_hour(
    desk: Desk, matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = desk("registrar").post("/desk/cases/", {"q": "13800001111"}).headers["Location"]
    assert 'value="13800001111"' not in html(desk("superior_registrar").get(there))
    client, later = desk("registrar"), timezone.now() + VALID
    monkeypatch.setattr(timezone, "now", lambda: later)
    page = html(client.get(there))
    assert "这次查找已经过期" in page and 'value="13800001111"' not in page


def test_a_matter_without_a_title_is_called_by_what_it_begins_with(cast: Cast, desk: Desk) -> None:
    words = "  \n滨江路的路灯坏了两个星期，晚上看不见路。请尽快派人修理，我们等了很久。"
    made = begin(cast, timezone.now() - timedelta(days=1), title="", text=words)
    client = desk("intake")
    for page in ("/desk/", "/desk/cases/", "/desk/unfinished/", page_of(made)):
        shown = html(client.get(page))
        assert "滨江路的路灯坏了两个星期，晚上看不见路" in shown and "信访事项办理</" not in shown, page
    long = begin(cast, timezone.now() - timedelta(days=1), title="", text="路" * 80)
    shown = html(client.get("/desk/cases/"))
    assert re.findall("路{2,}", shown) == ["路" * 30] and page_of(long) in shown
