"""What is wrong with who works where is shown beside the row and the field, in the words of the page, while setting up."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.office.setup.forms import OrganisationForm
from huiyin.organisations.setup_link import make_link

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

OWN = {
    "name": "临江街道办事处",
    "code": "linjiang",
    "rulebook": "street-office",
    "address": "滨江路 1 号",
    "phone": "000-0000-0001",
    "hours": "工作日",
    "place": "一楼",
}
ROWS = [
    {"unit": "10", "unit_name": "街道领导", "post": "主任", "name": "周正", "username": "zhou"},
    {"unit": "20", "unit_name": "信访办公室", "post": "登记员", "name": "郑好", "username": "zheng"},
]


@pytest.fixture
def setting_up(settings: Any, tmp_path: Any) -> Client:
    """Whoever followed the link, and has said who the organisation is."""
    settings.HUIYIN_HOME = tmp_path
    client = Client()
    client.get(f"/office/setup/link/{make_link(tmp_path, timezone.now())}/")
    assert client.post("/office/setup/", OWN).status_code == 302
    return client


def staff(client: Client, *rows: dict[str, str]) -> Any:
    given = {f"staff-{number}-{name}": value for number, row in enumerate(rows) for name, value in row.items()}
    return client.post("/office/setup/staff/", {**given, "staff-TOTAL_FORMS": len(rows), "staff-INITIAL_FORMS": 0})


def test_only_books_are_offered_that_an_institution_can_work_under() -> None:
    offered = {name for name, _title in OrganisationForm().fields["rulebook"].choices if name}  # type: ignore[attr-defined]
    assert offered == {"company", "national-2022", "science-bureau", "squad-rules", "street-office", "xx-bureau"}


@pytest.mark.parametrize(
    ("row", "change", "place", "field"),
    [
        (1, {"username": "郑 好"}, "郑好 用户名", "username"),
        (1, {"unit": "信 访"}, "信访办公室 部门编号", "unit"),
        (1, {"parent": "20"}, "信访办公室 上级部门编号", "parent"),
        (0, {"parent": "99"}, "街道领导 上级部门编号", "parent"),
    ],
)
def test_a_flaw_stands_beside_its_field_and_names_it_in_words(
    setting_up: Client, row: int, change: dict[str, str], place: str, field: str
) -> None:
    rows = [dict(one) for one in ROWS]
    rows[row] |= change
    answer = staff(setting_up, *rows)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"{place}：应为" in page
    assert "organisations.0" not in page and "people.0" not in page
    assert answer.context["formset"][row].errors.keys() == {field}


def test_right_rows_lead_on(setting_up: Client) -> None:
    assert staff(setting_up, *ROWS).headers["Location"] == "/office/setup/reception/"


def test_the_link_opens_once_and_in_one_browser_only(settings: Any, tmp_path: Any) -> None:
    settings.HUIYIN_HOME = tmp_path
    link = f"/office/setup/link/{make_link(tmp_path, timezone.now())}/"
    first, other = Client(), Client()
    assert 'name="rulebook"' in first.get(link, follow=True).content.decode()
    for path in (link, "/office/setup/review/"):
        assert "huiyin setup --page" in other.get(path, follow=True).content.decode()
    lacking = first.post("/office/setup/", {"name": OWN["name"]})
    assert (lacking.status_code, lacking.content.decode().count("invalid-feedback") > 2) == (422, True)
    assert OWN["name"] in lacking.content.decode()
