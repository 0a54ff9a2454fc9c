"""An officer cites an article in an opinion: the citation keeps the version, and leads back to it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from huiyin.readiness import library
from tests.cast import Cast
from tests.desk.conftest import Desk, form_of, hidden, html, page_of
from tests.matters import Matter, begin, walk
from tests.readiness_pages.library import SECOND, by, take_in

CITED = "《信访接待办法》（临信〔2024〕3号，2024年3月1日起施行）第三条"


@pytest.fixture
def matter(cast: Cast) -> Matter:
    return walk(begin(cast, timezone.now() - timedelta(days=2)), "investigate")


@pytest.mark.clause("s1-B4")
def test_an_article_is_found_and_written_into_the_basis_of_an_opinion(cast: Cast, desk: Desk, matter: Matter) -> None:
    version = take_in(cast)
    client, form = desk("handler"), form_of(matter, "propose_opinion")
    typed = {"_key": hidden(client.get(form), "_key"), "basis": "经核实。", "_cite_into": "basis"}
    found = html(client.post(form, {**typed, "_find-policy": "有據有理", "_find": "1"}))
    assert f'value="cite:{version.id}:4"' in found
    cited = html(client.post(form, {**typed, "_find": f"cite:{version.id}:4"}))
    assert f">经核实。\n{CITED}</textarea>" in cited or f"经核实。 {CITED}</textarea>" in cited
    assert matter.case.stage == "assigned"  # nothing was sent


@pytest.mark.clause("s1-B4")
def test_the_citation_leads_to_the_wording_that_was_cited_after_it_was_revised(
    cast: Cast, desk: Desk, matter: Matter
) -> None:
    version = take_in(cast)
    matter.does("handler", "propose_opinion", basis=CITED)
    library.add_version(version.policy, SECOND, date(2025, 1, 1), by(cast))
    client = desk("handler")
    address = f"/desk/policies/{version.policy_id}/versions/1/articles/4/"
    assert f'<a href="{address}">{CITED}</a>' in html(client.get(page_of(matter)))
    page = html(client.get(address))
    assert "答复应当有据有理，引用的条文写明版本。" in page
    assert "现行文本已经修订" in page


@pytest.mark.parametrize("asked", ["cite:nonsense", "cite:", "cite:{other}:1", "cite:{own}:99"])
def test_a_button_that_was_made_up_changes_nothing(cast: Cast, desk: Desk, matter: Matter, asked: str) -> None:
    own, other = take_in(cast), take_in(cast, "outsider")
    client, form = desk("handler"), form_of(matter, "propose_opinion")
    wanted = asked.format(own=own.id, other=other.id)
    page = html(client.post(form, {"basis": "经核实。", "_cite_into": "basis", "_find": wanted}))
    assert ">经核实。</textarea>" in page


def test_what_only_looks_like_a_citation_stays_text_and_is_escaped(cast: Cast, desk: Desk, matter: Matter) -> None:
    take_in(cast)
    text = "《<b>别的办法</b>》（2024年3月1日起施行）第三条；《信访接待办法》（2024年13月1日起施行）第三条"
    matter.does("handler", "propose_opinion", basis=text)
    page = html(desk("handler").get(page_of(matter)))
    assert "&lt;b&gt;别的办法&lt;/b&gt;" in page
    assert "/articles/" not in page
