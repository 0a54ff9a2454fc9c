"""What a street office or a squad holds of a petitioner: open to those who handle it, to nobody else, and every look recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from huiyin.casework.models import Text
from huiyin.people.models import AccessRecord
from tests.cast import Cast, make_cast
from tests.desk.conftest import Desk, html, page_of
from tests.matters import Matter, begin

WORDS = "滨江路 8 号门前的路灯已经坏了两个星期"


@pytest.fixture(params=["street-office", "squad-rules"])
def cast(request: pytest.FixtureRequest, db: None) -> Cast:
    return make_cast(request.param)


@pytest.fixture
def handled(cast: Cast) -> Matter:
    """In the hands of the fire department."""
    matter = begin(cast, timezone.now() - timedelta(days=2))
    matter.does("intake", "accept")
    said = {"why_later": "需要现场查看。"} if cast.lj.rulebook == "street-office" else {"competence": "subject"}
    matter.does("intake", "assign", **said)
    return matter


@pytest.mark.clause("s1-A5", "s1-B5")
def test_material_is_open_to_those_who_handle_it_and_to_nobody_else(desk: Desk, handled: Matter) -> None:
    assert WORDS in html(desk("handler").get(page_of(handled)))
    for name in ("stranger", "co_handler", "outsider"):
        client = desk(name)
        assert client.get(page_of(handled)).status_code == 404, name
        assert client.post(f"{page_of(handled)}petitioners/").status_code == 404, name
        assert handled.case.number not in html(client.get("/desk/cases/")), name
    assert AccessRecord.objects.count() == 0


@pytest.mark.clause("s1-A5")
def test_whoever_looks_at_a_petitioner_is_on_record(cast: Cast, desk: Desk, handled: Matter) -> None:
    assert "陈晓光" in html(desk("handler").post(f"{page_of(handled)}petitioners/"))
    record = AccessRecord.objects.get()
    assert (record.account, record.case) == (cast.accounts["handler"], handled.id)


@pytest.mark.clause("s1-A5")
def test_what_was_written_is_kept_under_seal(handled: Matter) -> None:
    kept = [bytes(text) for text in Text.objects.filter(case=handled.id).values_list("sealed", flat=True)]
    assert kept
    assert all(WORDS.encode() not in text for text in kept)
