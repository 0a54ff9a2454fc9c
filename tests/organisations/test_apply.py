"""An installation is brought in line with a file: what differs is told and done, all of it or nothing."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from huiyin.audit.verify import verify
from huiyin.casework.models import Duty
from huiyin.organisations.apply import CannotApply, apply
from huiyin.organisations.changes import ApplyReport
from huiyin.organisations.description import judged
from huiyin.organisations.export import described
from huiyin.people.appointments import day_of
from huiyin.people.models import Account, AdministrativeAct, Holding, Leader, Organisation, Reception, Unit
from tests.cast import NOW, make_cast
from tests.matters import begin, walk

pytestmark = pytest.mark.django_db

STREET: dict[str, Any] = {
    "people": [
        {"username": "zhou", "name": "周正"},
        {"username": "zheng", "name": "郑好", "email": "zheng@example.cn"},
        {"username": "chu", "name": "褚亮"},
    ],
    "organisations": [
        {
            "code": "jd",
            "name": "临江街道办事处",
            "rulebook": "street-office",
            "superior": {"name": "临江市信访局", "address": "政府路 1 号"},
            "contact": {"address": "滨江路 1 号", "phone": "000-1", "hours": "工作日 9:00—17:00", "place": "一楼"},
            "office": "20",
            "units": [
                {
                    "code": "10",
                    "name": "街道领导",
                    "posts": [{"title": "主任", "roles": ["unit_head"], "holders": ["zhou"]}],
                },
                {
                    "code": "20",
                    "name": "信访办公室",
                    "parent": "10",
                    "posts": [
                        {
                            "title": "登记员",
                            "roles": ["registrar", "intake", "archivist", "supervisor"],
                            "holders": ["zheng"],
                        },
                        {"title": "联系人", "roles": ["liaison"], "holders": ["zheng"]},
                    ],
                },
                {
                    "code": "40",
                    "name": "城管科",
                    "posts": [{"title": "科员", "roles": ["handler", "co_handler"], "holders": ["chu"]}],
                },
            ],
            "leaders": {"head": "zhou", "member": ["zheng"]},
        }
    ],
    "administrators": ["zheng"],
}


def make_so(content: dict[str, Any], **options: bool) -> ApplyReport:
    return apply(judged(content, {}), NOW, **options)


def now(*codes: str) -> dict[str, Any]:
    return described(Organisation.objects.filter(code__in=codes), day_of(NOW))


def test_an_organisation_is_made_and_the_file_of_it_says_the_same() -> None:
    report = make_so(STREET)
    assert report.done
    assert Organisation.objects.get(code="jd").rulebook.startswith("street-office@")
    assert Reception.objects.get(organisation__code="jd").phone == "000-1"
    assert Leader.objects.get(position="head").account.username == "zhou"
    assert Account.objects.get(username="zheng").is_superuser
    assert make_so(STREET).changes == []
    assert make_so(now("jd")).changes == []
    assert [str(finding) for finding in verify() if finding.kind == "wrong"] == []


def test_new_people_are_invited_and_cannot_sign_in_before() -> None:
    report = make_so(STREET)
    assert {one.username for one in report.invitations} == {"zhou", "zheng", "chu"}
    assert all(one.link.startswith("http") for one in report.invitations)
    assert not Account.objects.get(username="chu").is_active
    assert any("until chu accepted" in lack.en for lack in report.missing)


def test_a_dry_run_tells_the_same_and_changes_nothing() -> None:
    trial = make_so(STREET, dry_run=True)
    assert not trial.done
    assert not Organisation.objects.exists()
    assert not Account.objects.exists()
    assert [str(change) for change in trial.changes] == [str(change) for change in make_so(STREET).changes]


def changed(**changes: Any) -> dict[str, Any]:
    content = deepcopy(STREET)
    content["organisations"][0].update(changes)
    return content


def test_units_are_renamed_and_moved() -> None:
    make_so(STREET)
    content = changed()
    content["organisations"][0]["units"][2].update(name="综合执法队", parent="20")
    assert len(make_so(content).changes) == 1
    unit = Unit.objects.get(code="40")
    assert (unit.name, unit.parent and unit.parent.code) == ("综合执法队", "20")


def test_a_unit_that_is_left_out_is_refused_until_it_says_who_succeeds() -> None:
    content = changed()
    content["organisations"][0]["units"][2]["posts"].append(
        {"title": "联系人", "roles": ["liaison"], "holders": ["chu"]}
    )
    make_so(content)
    left_out = content["organisations"][0]["units"].pop()
    with pytest.raises(CannotApply, match="unit 40 城管科 is not in the file"):
        make_so(content)
    content["organisations"][0]["abolished"] = [{"code": "40", "successor": "20"}]
    refused = make_so(content)
    assert (refused.done, refused.without_post) == (False, ["chu"])
    assert "jd: liaison no more chu, 40 城管科: - → zheng" in map(str, refused.changes)
    assert Unit.objects.get(code="40").abolished_on is None
    content["organisations"][0]["units"][1]["posts"].append(left_out["posts"][0])
    assert make_so(content).done
    assert Unit.objects.get(code="40").successor == Unit.objects.get(code="20")
    assert make_so(content).changes == []
    content["organisations"][0].pop("abolished")
    content["organisations"][0]["units"].append(left_out)
    with pytest.raises(CannotApply, match="give the new one another code"):
        make_so(content)


def test_an_appointment_that_is_left_out_ends_and_one_with_days_begins_and_ends_then() -> None:
    make_so(STREET)
    Account.objects.update(is_active=True)
    content = changed()
    content["organisations"][0]["units"][2]["posts"][0]["holders"] = [
        {"username": "zhou", "since": "2026-04-01", "until": "2026-05-01"}
    ]
    refused = make_so(content)
    assert refused.unheld == {"jd": ["co_handler", "handler"]}
    assert not refused.done
    assert make_so(content, agreed=True).done
    held = Holding.objects.filter(post__title="科员").order_by("since")
    assert [(one.account.username, str(one.since), str(one.until)) for one in held] == [
        ("chu", "2026-03-02", "2026-03-02"),
        ("zhou", "2026-04-01", "2026-05-01"),
    ]
    assert make_so(content).changes == []


def test_two_people_exchange_the_liaisons_post_in_one_go() -> None:
    make_so(STREET)
    content = changed()
    content["organisations"][0]["units"][1]["posts"][1]["holders"] = ["chu"]
    assert make_so(content).done
    assert Holding.objects.get(liaison_of__code="20", until=None).account.username == "chu"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rulebook": "company"}, "huiyin rules activate"),
        ({"superior": {"code": "nobody"}}, "there is no organisation nobody"),
        ({"superior": {"code": "jd"}}, "stands below it"),
        ({"leaders": {"head": "nobody"}}, "nobody is called nobody"),
        ({"administrators": ["nobody"]}, "nobody is called nobody"),
        ({"abolished": [{"code": "99", "successor": "20"}]}, "there is no unit 99"),
    ],
)
def test_what_cannot_be_as_the_file_says_is_told_and_nothing_done(change: dict[str, Any], told: str) -> None:
    make_so(STREET)
    before = now("jd")
    with pytest.raises(CannotApply, match=told):
        make_so(changed(name="另一个名称", **change))
    assert now("jd") == before


def test_a_role_that_the_rulebook_has_not_and_a_person_that_nobody_knows_are_told_together() -> None:
    content = changed()
    content["organisations"][0]["units"][2]["posts"][0].update(roles=["handlr"], holders=["chuliang"])
    with pytest.raises(CannotApply) as raised:
        make_so(content)
    assert len(raised.value.problems) == 2
    assert not Organisation.objects.exists()


def test_a_merged_unit_hands_on_what_it_owes() -> None:
    cast = make_cast()
    matter = walk(begin(cast), "assign")
    content = now("lj")
    organisation = content["organisations"][0]
    fire = next(unit for unit in organisation["units"] if unit["code"] == "lj-fire")
    organisation["units"].remove(fire)
    for unit in organisation["units"]:
        if unit["code"] == "lj-logistics":
            unit["posts"] += [{**post, "title": f"消防{number}"} for number, post in enumerate(fire["posts"])]
        if unit.get("parent") == "lj-fire":
            unit["parent"] = "lj-logistics"
    organisation["abolished"] = [{"code": "lj-fire", "successor": "lj-logistics"}]
    report = make_so(content)
    assert (report.done, report.followed) == (True, 1)
    owed = Duty.objects.filter(case=matter.id, discharged_at=None, withdrawn_at=None, unit__isnull=False)
    assert "lj-logistics" in set(owed.values_list("unit__code", flat=True))
    assert "lj-fire" not in set(owed.values_list("unit__code", flat=True))


def test_who_administers_an_organisation_alone_stands_in_its_file() -> None:
    make_so(changed(administrators=["chu"]))
    assert now("jd")["organisations"][0]["administrators"] == ["chu"]
    assert not Account.objects.get(username="chu").is_superuser
    assert make_so(now("jd")).changes == []


def test_a_dry_run_gives_no_links_since_they_would_open_nothing() -> None:
    assert make_so(STREET, dry_run=True).invitations == []


def test_what_a_file_changed_stands_in_the_log_of_administrators() -> None:
    make_so(STREET)
    content = changed(short_name="临江街道", leaders={"head": "zheng"})
    report = make_so(content)
    named = [f"{change.subject('zh-hans')}: {change.will}" for change in report.changes]
    assert "临江街道办事处, 简称: 临江街道" in named, named
    acts = AdministrativeAct.objects.filter(organisation__code="jd", about=None).values_list("change", flat=True)
    assert {"add_organisation", "add_unit", "add_post", "change_organisation", "place_leader"} <= set(acts)
    assert [str(finding) for finding in verify() if finding.kind == "wrong"] == []
