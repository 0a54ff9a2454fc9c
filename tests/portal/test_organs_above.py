"""Where to go next, and why an organ above has a matter: told by name on the public pages."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.people.models import Organisation
from tests.cast import DAY, Cast
from tests.matters import Matter, begin, walk
from tests.portal.conftest import FORM, PETITION, html, open_matter


@pytest.mark.parametrize("path", ["/submit/", "/rights/"])
def test_which_organ_is_above_is_told_before_one_chooses(cast: Cast, anyone: Client, path: str) -> None:
    assert "上一级" in html(anyone.get(path)) and "jn 机构" in html(anyone.get(path))


def test_an_organ_above_that_does_not_work_here_is_named_too(cast: Cast, anyone: Client) -> None:
    Organisation.objects.filter(code="hx").update(superior_name="国家信访机关")
    page = html(anyone.get("/rights/"))
    assert "上一级是国家信访机关" in page
    assert cast.organisations["jn"].organs_above == ("hx 机构",)
    assert Organisation.objects.get(code="jn").organs_above == ("hx 机构", "国家信访机关")


def test_each_remedy_says_who_decides_on_it(anyone: Client, cast: Cast) -> None:
    made = walk(begin(cast, timezone.now() - 2 * DAY), "serve_reply")
    page = html(open_matter(anyone, made))
    assert "由jn 机构审查" in page
    assert "由hx 机构审查" in page


def test_it_is_said_why_the_organ_above_examines_what_accuses_the_office_itself(anyone: Client, cast: Cast) -> None:
    answer = anyone.post(FORM, {**PETITION, "accused_units": [str(cast.units["lj-office"].id)]}, follow=True)
    for page in (html(answer), html(anyone.get("/track/matter/"))):
        assert "现由上一级的jn 机构审查" in page
        assert "看不到、查不到，也不能经手" in page


def test_nothing_is_said_of_an_organ_above_where_the_office_is_not_accused(anyone: Client, matter: Matter) -> None:
    assert "现由上一级的" not in html(open_matter(anyone, matter))


def test_nothing_is_offered_that_would_be_refused_since_nobody_is_left_to_answer_it(anyone: Client, cast: Cast) -> None:
    accused = frozenset(cast.units[unit].id for unit in ("lj-lead", "lj-office"))
    made = begin(cast, timezone.now() - DAY, accused_units=accused)
    page = html(open_matter(anyone, made))
    refused = {
        one
        for one in ("request_recusal", "request_withdrawal")
        if "NO_SEAT" in str(made.tries("petitioner", one, recusal_asked="回避。" if one == "request_recusal" else None))
    }
    assert refused and "/track/matter/supplement/" in page
    assert not any(f"/track/matter/{one}/" in page for one in refused)
