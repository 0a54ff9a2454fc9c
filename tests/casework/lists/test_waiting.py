"""Overdue means one thing on every list and page: what waits for others, or whose clock stands, is not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.audit.verify import verify
from huiyin.casework.lists.cases import CaseFilter, cases
from huiyin.casework.lists.duties import duties_of, duties_owed, worklist
from huiyin.casework.lists.unfinished import counts_of_each
from huiyin.casework.models import Duty
from huiyin.casework.tracking import opened, view
from tests.cast import Cast, make_cast
from tests.desk.conftest import html, page_of
from tests.desk.test_duties_page import counted, rows
from tests.matters import Matter, begin, walk

pytestmark = pytest.mark.django_db

AGO = {"serve_rereview": timedelta(days=15, hours=3), "open_hearing": timedelta(days=60)}
"""How long ago a matter began on which, after that step, everything that would be overdue by now waits."""


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(params=AGO)
def waiting(cast: Cast, request: pytest.FixtureRequest) -> Matter:
    return walk(begin(cast, timezone.now() - AGO[request.param]), until=request.param)


def overdue_counts(matter: Matter, at: datetime) -> dict[str, int]:
    """How many things each list and count holds overdue."""
    registrar = matter.actor("registrar")
    return {
        "duties": sum(row.overdue for row in duties_of(matter.case, at)),
        "worklist": len(worklist(registrar, at, mine=False, overdue=True).items),
        "counts": counts_of_each([duties_owed(registrar, mine=False)], at)[0].overdue,
        "register": len(cases(registrar, CaseFilter(overdue=True), at).items),
        "case": sum(item.overdue for item in cases(registrar, CaseFilter(), at).items),
        "petitioner": sum(owed.overdue for owed in view(opened(matter.case.submissions.get()), at).owed),
    }


def desk_of(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.accounts[name], backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_what_waits_is_overdue_in_no_list_no_count_and_on_no_page(cast: Cast, waiting: Matter) -> None:
    now = timezone.now()
    assert waiting.case.duties.filter(due_at__lt=now, discharged_at=None, withdrawn_at=None).exists()
    assert set(overdue_counts(waiting, now).values()) == {0}
    client = desk_of(cast, "registrar")
    listed = html(client.get("/desk/?whose=all"))
    assert counted(listed)[0] == 0 and "逾期" not in "".join(rows(listed)) and "等待中" in listed
    for page in ("/desk/cases/", "/desk/unfinished/", page_of(waiting)):
        shown = html(client.get(page))
        assert "有逾期" not in shown and "due-late" not in shown and "duty-late" not in shown, page


def test_it_says_for_what_it_waits_and_since_when(cast: Cast, waiting: Matter) -> None:
    row = next(row for row in duties_of(waiting.case, timezone.now()) if row.waits_since)
    assert row.opened_at <= row.waits_since < timezone.now()
    day = timezone.localdate(row.waits_since).isoformat()
    reason = f"{day} 起等待临江防火处：落实支持的请求" if row.waits_for else f"{day} 起暂停计时：举行听证"
    client = desk_of(cast, "registrar")
    for page in ("/desk/?whose=all", "/desk/unfinished/", page_of(waiting)):
        assert reason in html(client.get(page)), page


@pytest.mark.parametrize("waiting", ["serve_rereview"], indirect=True)
def test_once_it_need_not_wait_any_more_every_list_says_that_it_is_overdue(waiting: Matter) -> None:
    waiting.at = timezone.now()
    waiting.does("handler", "record_execution")
    assert set(overdue_counts(waiting, timezone.now()).values()) == {1}


def test_a_wait_that_was_written_into_the_row_or_taken_out_is_found(waiting: Matter) -> None:
    row = Duty.objects.filter(case=waiting.id).exclude(waits_since=None).get()
    for since in (None, row.waits_since + timedelta(days=1)):
        Duty.objects.filter(id=row.id).update(waits_since=since)
        assert any("waits_since" in str(finding) for finding in verify([waiting.id]))
