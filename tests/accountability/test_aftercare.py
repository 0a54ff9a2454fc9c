"""What is owed after a termination is followed by matter, each promise by itself, and what the lot draws is inspected."""

from __future__ import annotations

import pytest

from huiyin import door
from huiyin.casework.models import Case, Duty
from tests.cast import DAY, NOW, Cast
from tests.desk.conftest import Desk, desk, html
from tests.desk.test_terminated_status import case, cast

__all__ = ["case", "cast", "desk"]
pytestmark = pytest.mark.any_database
PAGE = "/desk/accountability/aftercare/"


@pytest.mark.clause("s2-3.3.1a", "s2-3.3.1b", "s2-5.1.1b")
def test_each_promise_is_followed_to_its_own_end_and_the_lot_is_inspected(desk: Desk, cast: Cast, case: Case) -> None:
    at = NOW + 30 * DAY
    itself = {"new_matter": case.number, "new_request": "又发现一张收据。"}
    reported = door.execute(door.ActionRequest(case.id, "record_new_matter", cast.actor("intake", at), at, itself))
    assert isinstance(reported, door.Rejected), "what is new is a matter of its own"
    for days, words in ((20, "修好路灯"), (40, "清理垃圾")):
        promised = {"commitment": words, "commitment_due": (at + days * DAY).date().isoformat()}
        wish = door.ActionRequest(case.id, "add_commitment", cast.actor("handler", at), at, promised)
        assert isinstance(door.execute(wish), door.Accepted)
    first, other, _ = Duty.objects.filter(case=case, kind="keep_commitment").order_by("due_at")
    form = html(desk("handler").get(f"/desk/cases/{case.number}/actions/keep_commitment/"))
    assert "更换阀门。" in form.split("完成的是哪一项")[1].split("兑现情况")[0], (
        "also what was promised before the service"
    )
    kept = {"kept": "已经修好。", "_duty": str(first.id)}
    assert desk("handler").post(f"/desk/cases/{case.number}/actions/keep_commitment/", kept).status_code == 302
    other.refresh_from_db()
    assert other.discharged_at is None, "keeping one promise keeps no other"
    supervisor = desk("archivist")
    page = html(supervisor.get(PAGE))
    assert case.number in page and "兑现承诺并反馈" in page and "征得同意后回访" in page
    assert "本周抽查" in page and f"/desk/cases/{case.number}/actions/inspect_aftercare/" in page
    table = supervisor.get(f"{PAGE}export.csv").content.decode()
    assert table.count("兑现承诺并反馈") == 3 and "陈晓光" not in table and "路灯" not in table
    assert case.number not in html(desk("stranger").get(PAGE))
