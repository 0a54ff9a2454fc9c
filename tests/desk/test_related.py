"""A case's page leads to the cases that it is about and that are about it, as far as its reader may see them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Cast, make_cast
from tests.desk.conftest import Desk, html, page_of
from tests.desk.test_registration_page import typed
from tests.matters import BUREAU_ROAD, Matter, begin, walk

RELATED = "相关事项"


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody, under the bureau's rules."""
    return make_cast("xx-bureau")


@pytest.fixture
def joined(cast: Cast) -> tuple[Matter, Matter]:
    """A matter at the unit that handles it, and a repeat that was joined to it but is not placed there yet."""
    first = walk(begin(cast, text="滨江路的路灯坏了。"), until="assign", road=BUREAU_ROAD)
    repeat = begin(cast, first.at, text="滨江路的路灯到今天还是坏的。")
    repeat.does("registrar", "link_repeat", first_case=first.case.number, reason="同一事由和诉求")
    return first, repeat


def related(page: str) -> str:
    """What the page lists as related cases; empty when it lists none."""
    return page.partition(RELATED)[2].partition("</section>")[0]


@pytest.mark.clause("s0-3.1.2")
def test_each_of_two_joined_matters_leads_to_the_other(desk: Desk, joined: tuple[Matter, Matter]) -> None:
    client, (first, repeat) = desk("registrar"), joined
    for one, other in ((first, repeat), (repeat, first)):
        listed = related(html(client.get(page_of(one))))
        assert page_of(other) in listed
        assert page_of(one) not in listed


def test_a_related_case_that_the_reader_may_not_see_is_not_even_counted(
    desk: Desk, joined: tuple[Matter, Matter]
) -> None:
    first, repeat = joined
    page = html(desk("handler").get(page_of(first)))
    assert RELATED not in page and repeat.case.number not in page


def test_a_possible_repeat_says_what_it_is_about(desk: Desk, cast: Cast) -> None:
    client = desk("registrar")
    client.post("/desk/register/", typed(p0_phone="13800001111", title="路灯不亮"))
    data: dict[str, Any] = {"p0-kind": "person", "p0-name": "陈晓光", "p0-phone": "13800001111"}
    earlier = html(client.post("/desk/register/repeats/", data))
    assert "路灯不亮" in earlier
