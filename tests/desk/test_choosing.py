"""What a form offers to choose from is what can be chosen."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import DAY, Cast, make_cast
from tests.desk.conftest import Desk, form_of, hidden, html
from tests.matters import BUREAU_ROAD, Matter, begin, walk

pytestmark = pytest.mark.django_db


def signed_in(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.accounts[name], backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_whoever_names_a_handler_together_with_the_unit_sees_where_each_works(
    cast: Cast, desk: Desk, matter: Matter
) -> None:
    walk(matter, "accept")
    page = html(desk("intake").get(form_of(matter, "assign")))
    (select,) = re.findall(r'<select[^>]*id="f-handler"[^>]*data-within="unit"[^>]*>(.*?)</select>', page)
    options = re.findall(r'<option value="([^"]+)" data-units="([^"]+)">([^<]+)<', select)
    where = {label.strip(): unit for _person, unit, label in options}
    assert where["同事 handler（临江防火处）"] == str(cast.units["lj-fire"].id)
    assert where["同事 stranger（临江训练处）"] == str(cast.units["lj-training"].id)


def chosen(page: str, name: str, value: str) -> bool:
    """Whether a choice, or an entry, stands in the form already."""
    tags = re.findall(rf'<(?:option|input)[^>]*value="{value}"[^>]*>', page)
    return any(
        "selected" in tag or "checked" in tag or (f'name="{name}"' in tag and "radio" not in tag) for tag in tags
    )


def test_whoever_signs_finds_the_unit_that_was_proposed() -> None:
    cast = make_cast("xx-bureau")
    made = walk(begin(cast, timezone.now() - DAY), "fill_form", BUREAU_ROAD)
    page = html(signed_in(cast, "secretary").get(form_of(made, "sign_ordinary")))
    assert chosen(page, "signed_unit", str(cast.units["lj-fire"].id))
    assert not chosen(page, "signed_unit", str(cast.units["lj-training"].id))


def test_whoever_grants_an_extension_finds_the_days_that_were_asked_for(cast: Cast, desk: Desk, matter: Matter) -> None:
    walk(matter, "investigate")
    matter.does("handler", "request_extension", days=17)
    assert chosen(html(desk("head").get(form_of(matter, "grant_extension"))), "days", "17")


def test_who_decides_on_a_review_stands_in_the_opinion(cast: Cast, desk: Desk, matter: Matter) -> None:
    walk(matter, "investigate")
    above = cast.organisations["jn"].name
    assert chosen(html(desk("handler").get(form_of(matter, "propose_opinion"))), "review_organ", above)


@pytest.mark.parametrize("day", ["", "2026-02-31"])
def test_everything_that_is_missing_or_cannot_be_read_is_named_at_its_field_at_once(
    day: str, desk: Desk, matter: Matter
) -> None:
    walk(matter, "investigate")
    client = desk("handler")
    form = client.get(form_of(matter, "propose_opinion"))
    sent = {"_key": hidden(form, "_key"), "_at_seq": hidden(form, "_at_seq"), "carry_out_by": day}
    page = html(client.post(form_of(matter, "propose_opinion"), sent))
    for name in ("request", "result", "facts_found", "basis", "opinion", *(["carry_out_by"] if day else [])):
        assert f'id="f-{name}-error"' in page, name


def test_whom_a_matter_accuses_makes_no_gap_in_a_form_and_is_refused_like_who_withdrew(cast: Cast, desk: Desk) -> None:
    accused = frozenset({cast.units["lj-training"].id})
    other, sealed = (
        walk(begin(cast, timezone.now() - DAY, **more), "accept") for more in ({}, {"accused_units": accused})
    )
    client = desk("intake")
    assert client.get(f"/desk/cases/{sealed.case.number}/").status_code == 200

    def offered(matter: Matter) -> list[str]:
        page = html(client.get(form_of(matter, "assign")))
        return re.findall(r'<(?:option|input)[^>]*value="([0-9a-f-]{36})"', page)

    assert offered(sealed) == offered(other) and str(cast.units["lj-training"].id) in offered(sealed)
    form = {"requirements": "请办理。", "unit": str(cast.units["lj-training"].id), "handler": ""}
    seq = hidden(client.get(form_of(sealed, "assign")), "_at_seq")
    barred = html(client.post(form_of(sealed, "assign"), {**form, "_at_seq": seq}))
    nobody = html(
        client.post(form_of(sealed, "assign"), {**form, "unit": str(cast.units["lj-office"].id), "_at_seq": seq})
    )
    for page in (barred, nobody):
        assert "现在不能办理本事项（无人任职、已回避或者有其他不宜办理的情形）" in page
        assert "被本事项反映" not in page and "无人担任" not in page
    assert sealed.case.stage == "accepted"
