"""Planning on pages: a draft, published, shown to all, planned again where it fell."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from huiyin.rota.models import Rota, Shift
from tests.cast import Cast
from tests.desk.conftest import Desk, html

TURNS = ("registrar", "intake", "discipline", "archivist")


def planned(cast: Cast, desk: Desk, people: tuple[str, ...] = TURNS, days: int = 27, **more: object):
    """A draft for four weeks from tomorrow on."""
    today = timezone.localdate()
    typed = {
        "first": today + timedelta(days=1),
        "last": today + timedelta(days=1 + days),
        "members": [cast.accounts[name].id for name in people],
        "needed": 1,
        "begins": "09:00",
        "ends": "17:00",
    }
    return desk("intake").post("/desk/rota/plan/staff/", typed | more)


@pytest.mark.clause("s1-C20a")
def test_a_rota_is_planned_published_and_shown_to_everybody(cast: Cast, desk: Desk) -> None:
    answer = planned(cast, desk)
    assert answer.status_code == 302, html(answer)
    draft = answer.headers["Location"]
    page = html(desk("intake").get(draft))
    assert "同事 registrar" in page and "草稿" in page
    assert desk("handler").get(draft).status_code == 404
    assert desk("intake").post(f"{draft}publish/").status_code == 302
    assert Rota.objects.get().published_at is not None
    month = (timezone.localdate() + timedelta(days=14)).strftime("%Y-%m")
    assert "同事 registrar" in html(desk("handler").get(f"/desk/rota/?month={month}"))
    assert Shift.objects.exists()
