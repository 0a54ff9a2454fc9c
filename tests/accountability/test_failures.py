"""What looks failed is found in the ledger, shown to whoever oversees, and raised by a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from huiyin import worker
from huiyin.accountability import failures
from huiyin.accountability.failures import failed_duties, returning
from huiyin.casework.models import Case
from huiyin.people.models import Post
from huiyin.rules.book.load import load
from tests.cast import Cast, make_cast
from tests.desk.conftest import Desk, desk, html
from tests.matters import Matter, begin, walk

__all__ = ["desk"]
pytestmark = pytest.mark.any_database
PAGE = "/desk/accountability/failures/"
YEAR = timedelta(days=365)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast("accountability")


def late(cast: Cast) -> Matter:
    """A matter on which nothing was done for a hundred days."""
    return begin(cast, timezone.now() - timedelta(days=100), title="楼道灯不亮")


@pytest.mark.parametrize(
    ("book", "procedure", "expected"),
    [
        ("national-2022", "matter", {"return_opinion"}),
        ("national-2022", "supervision", {"urge"}),
        ("xx-bureau", "matter", {"return_opinion", "return_form", "return_complex_form"}),
        ("company", "inspection", {"order_again"}),
    ],
)
def test_what_was_laid_before_somebody_and_came_back_is_known_from_any_book(
    book: str, procedure: str, expected: set[str]
) -> None:
    assert set(returning(load(book).book.procedures[procedure])) == expected


@pytest.mark.clause("s0-3.5a")
def test_a_duty_that_is_overdue_is_listed_with_its_owner_and_raised_from_there(desk: Desk, cast: Cast) -> None:
    matter = late(cast)
    found = failed_duties(cast.actor("archivist", timezone.now()), timezone.now() - YEAR, timezone.now())
    (one,) = [one for one in found["overdue"] if one.case.id == matter.id]
    assert one.unit == "临江信访办" and one.amount > 60
    supervisor = desk("archivist")
    page = html(supervisor.get(PAGE))
    begins = "/desk/begin/accountability/raise_failure/?failure_source=system"
    assert matter.case.number in page and begins not in page and "请报上级机关" in page, "nobody there could answer it"
    Post.objects.filter(id=cast.posts["handler"].id).update(unit=cast.units["lj-office"])
    assert begins not in html(supervisor.get(PAGE)), "it is of their own unit"
    Post.objects.filter(id=cast.posts["discipline"].id).update(unit=cast.units["lj-training"])
    assert f"请由{cast.accounts['discipline']}提出" in html(supervisor.get(PAGE))
    Post.objects.filter(id=cast.posts["archivist"].id).update(unit=cast.units["lj-logistics"])
    assert begins in html(supervisor.get(PAGE))
    form = html(supervisor.get(f"/desk/begin/accountability/raise_failure/?matter_no={matter.case.number}"))
    assert f'value="{matter.case.number}"' in form
    assert supervisor.post("/desk/begin/accountability/raise_failure/", raising(cast, matter)).status_code == 302
    raised = Case.objects.get(procedure="accountability")
    assert raised.number in html(supervisor.get(PAGE)), "what was raised is not raised again unseen"


def raising(cast: Cast, matter: Matter) -> dict[str, str]:
    """The form with which it is raised."""
    return {
        "failure_source": "system",
        "failure_kind": "overdue",
        "matter_no": matter.case.number,
        "failed_duty": "决定是否受理",
        "failed_unit": str(cast.units["lj-fire"].id),
        "failure_facts": "逾期八十五天，系统记录为证。",
        "failure_effect": "信访人多次催问。",
        "heard_by": (timezone.localdate() + timedelta(days=9)).isoformat(),
    }


def test_what_the_system_closes_once_a_period_has_run_out_is_nobodys_failure(cast: Cast) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=100)), until="serve_reply")
    assert worker.fire_timers(matter.at + timedelta(days=60)) == 1
    assert matter.case.stage == "closed"
    found = failed_duties(cast.actor("archivist", timezone.now()), timezone.now() - YEAR, timezone.now())
    assert [one.duty for one in found["overdue"] if one.case.id == matter.id and "办结" in one.duty] == []


def test_what_came_late_long_ago_does_not_hide_what_is_owed_still(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failures, "MAX_FOUND", 1)
    done = late(cast)
    done.at = timezone.now()
    walk(done, "accept")
    owed = begin(cast, timezone.now() - timedelta(days=50), title="路灯不亮")
    found = failed_duties(cast.actor("archivist", timezone.now()), timezone.now() - YEAR, timezone.now())
    assert [one.case.id for one in found["overdue"]] == [owed.id]


def test_an_opinion_that_came_back_twice_is_listed_and_one_that_came_back_once_is_not(cast: Cast) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=3)), "propose_opinion")
    matter.goes_on("head", "return_opinion")
    actor = cast.actor("archivist", timezone.now())
    assert failed_duties(actor, timezone.now() - YEAR, timezone.now())["returned"] == ()
    matter.goes_on("handler", "propose_opinion")
    matter.goes_on("head", "return_opinion")
    (one,) = failed_duties(actor, timezone.now() - YEAR, timezone.now())["returned"]
    assert (one.case.id, one.amount, one.unit) == (matter.id, 2, "临江防火处")


def test_a_day_of_service_that_was_entered_weeks_later_is_listed(cast: Cast) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=30)), "approve_opinion")
    served = timezone.localdate(matter.at)
    matter.at += timedelta(days=20)
    matter.goes_on("handler", "serve_reply", served_on=served.isoformat())
    found = failed_duties(cast.actor("archivist", timezone.now()), timezone.now() - YEAR, timezone.now())
    assert [(one.case.id, one.amount) for one in found["backdated"]] == [(matter.id, 20)]


def test_nobody_but_who_oversees_opens_the_list_and_its_file(desk: Desk, cast: Cast) -> None:
    for name in ("handler", "registrar", "stranger"):
        assert desk(name).get(PAGE).status_code == 403
        assert desk(name).get(f"{PAGE}export.csv").status_code == 403
    answer = desk("archivist").get(f"{PAGE}export.csv?days=365")
    assert answer.status_code == 200 and "陈晓光" not in answer.content.decode()
    assert desk("archivist").get(f"{PAGE}export.pdf").status_code == 404
