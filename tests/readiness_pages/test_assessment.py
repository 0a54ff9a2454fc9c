"""Assessments on pages: a scheme is written, a run goes to its end, and each sees what is theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from huiyin.assessment import steps
from huiyin.assessment.models import AssessedUnit, AssessmentRun, AssessmentScheme, SchemeVersion
from tests.cast import Cast, make_cast
from tests.desk.conftest import Desk, html

pytestmark = pytest.mark.any_database
BASE = "/desk/ready/assessment/"


def rows(*indicators: tuple[str, str, str]) -> dict[str, str]:
    """A scheme's form as somebody fills it in: label, weight and what counts it."""
    filled = {"title": "工作考核", "indicator-TOTAL_FORMS": str(len(indicators)), "indicator-INITIAL_FORMS": "0"}
    for place, (label, weight, source) in enumerate(indicators):
        told = {"label": label, "weight": weight, "source": source, "name": "", "evidence": ""}
        filled |= {f"indicator-{place}-{name}": value for name, value in told.items()}
    return filled


GOOD = rows(("按期办结率", "60", "on_time_reply"), ("培训", "40", ""))


def begin(keeper: Client, cast: Cast) -> tuple[AssessmentRun, str]:
    """A run of the fire department, and the address of that in it."""
    keeper.post(f"{BASE}schemes/new/", GOOD)
    yesterday = timezone.localdate() - timedelta(days=1)
    given = {"title": "年度考核", "scheme": AssessmentScheme.objects.get().id, "units": [cast.units["lj-fire"].id]}
    answer = keeper.post(f"{BASE}new/", given | {"first": f"{yesterday.year}-01-01", "last": yesterday.isoformat()})
    run = AssessmentRun.objects.get()
    assert answer.headers["Location"] == f"{BASE}{run.id}/"
    return run, f"{BASE}{run.id}/units/{run.units.get().id}/"


@pytest.mark.clause("s3-6.2.1")
def test_an_assessment_runs_to_its_end_on_pages(desk: Desk, cast: Cast) -> None:
    keeper, theirs = desk("intake"), desk("handler")
    run, unit = begin(keeper, cast)
    document = SimpleUploadedFile("记录.pdf", b"%PDF-1.4\n%%EOF")
    assert (
        theirs.post(f"{unit}report/", {"indicator": "indicator-2", "text": "三期", "voucher": document}).status_code
        == 302
    )
    file = run.units.get().scores.get(indicator="indicator-2")
    assert keeper.get(f"{unit}evidence/{file.id}/").headers["Content-Disposition"]
    scores = {"indicator-1": 80, "indicator-1-reason": "台账", "indicator-2": 90, "indicator-2-reason": "记录"}
    assert keeper.post(f"{unit}propose/", scores).status_code == 302
    read = {"proposal": steps.proposal_of(AssessedUnit.objects.get())}
    assert read["proposal"] in html(desk("registrar").get(unit))
    assert "须由另一人审定" in html(keeper.post(f"{unit}sign/", read))
    assert desk("registrar").post(f"{unit}sign/", {"proposal": "2026-01-01T00:00:00"}).status_code == 422
    assert desk("registrar").post(f"{unit}sign/", read).status_code == 302
    assert theirs.post(f"{unit}appeal/", {"indicator": "indicator-2", "reason": "漏算"}).status_code == 302
    assert "申诉须由另外的人决定" in html(keeper.post(f"{unit}decide/", {"becomes": 100, "decision": "属实"}))
    assert desk("head").post(f"{unit}decide/", {"becomes": 100, "decision": "属实"}).status_code == 302
    keeper.post(f"{unit}commend/", {"words": "培训扎实"})
    assert "还没有公布" in html(theirs.get(f"{BASE}{run.id}/"))
    keeper.post(f"{BASE}{run.id}/publish/")
    shown = html(desk("co_handler").get(f"{BASE}{run.id}/"))
    assert "88.0" in shown and "培训扎实" in shown
    assert desk("co_handler").get(f"{BASE}{run.id}/export.xlsx").status_code == 200


def test_a_scheme_that_cannot_be_one_comes_back_as_it_was_typed(desk: Desk, cast: Cast) -> None:
    keeper = desk("intake")
    for typed, words in (
        (rows(("培训", "90", "")), "还差 10"),
        (rows(("信访量", "100", "")), "不得考核信访数量"),
        (rows(("培训", "", "")), "请填写权重"),
        (rows(("培训", "101", "")), "100"),
    ):
        answer = keeper.post(f"{BASE}schemes/new/", typed)
        assert (answer.status_code, words in html(answer)) == (422, True)
    assert not SchemeVersion.objects.exists()


def test_a_changed_scheme_is_another_version_and_the_first_is_still_read(desk: Desk, cast: Cast) -> None:
    keeper = desk("intake")
    run, _unit = begin(keeper, cast)
    scheme = AssessmentScheme.objects.get()
    keeper.post(f"{BASE}schemes/{scheme.id}/change/", rows(("值班", "100", "")))
    page = html(keeper.get(f"{BASE}schemes/{scheme.id}/"))
    assert "第 2 版" in page and "第 1 版" in page
    assert "按期办结率" in html(keeper.get(f"{BASE}{run.id}/"))


def test_nobody_sees_what_is_not_theirs(desk: Desk, cast: Cast) -> None:
    run, unit = begin(desk("intake"), cast)
    for name in ("co_handler", "outsider"):
        assert desk(name).get(f"{BASE}{run.id}/").status_code == 404
        assert desk(name).get(unit).status_code == 404
        assert desk(name).post(f"{unit}propose/", {}).status_code == 404
    theirs = desk("handler")
    assert theirs.get(unit).status_code == 200
    assert theirs.post(f"{unit}propose/", {}).status_code == 403
    assert theirs.get(f"{BASE}new/").status_code == 403
    assert theirs.post(f"{BASE}{run.id}/publish/").status_code == 403
    assert "考核方案" in html(theirs.get(BASE)) and "新的方案" not in html(theirs.get(BASE))


def test_the_form_of_the_first_scheme_holds_what_comes_with_the_rulebook(desk: Desk, cast: Cast) -> None:
    cast.lj.rulebook = "company"
    cast.lj.save()
    post = cast.posts["head"]
    post.roles = ["working_group"]
    post.save()
    page = html(desk("head").get(f"{BASE}schemes/new/"))
    assert "信访应急管理工作考核" in page and "突发事件报告和处置" in page


def test_days_that_are_not_over_come_back_with_words(desk: Desk, cast: Cast) -> None:
    keeper = desk("intake")
    keeper.post(f"{BASE}schemes/new/", GOOD)
    today = timezone.localdate().isoformat()
    given = {"title": "考核", "scheme": AssessmentScheme.objects.get().id, "units": [cast.units["lj-fire"].id]}
    answer = keeper.post(f"{BASE}new/", given | {"first": today, "last": today})
    assert (answer.status_code, "考核期间还没有结束" in html(answer)) == (422, True)


def test_a_form_asks_to_choose_marks_what_is_optional_and_says_what_is_missing_as_elsewhere(desk: Desk) -> None:
    keeper = desk("intake")
    keeper.post(f"{BASE}schemes/new/", GOOD)
    blank = html(keeper.get(f"{BASE}new/"))
    assert '<option value="" selected>请选择</option>' in blank and "---------" not in blank
    assert "请填写此项" in html(keeper.post(f"{BASE}new/", {}))
    called = html(keeper.get("/desk/rota/calls/"))
    assert "---------" not in called and "选填" in called


@pytest.mark.parametrize(
    ("book", "keeper", "comes"), [("company", "working_group", True), ("xx-bureau", "intake", False)]
)
def test_a_scheme_of_the_rulebook_is_offered_only_where_one_comes_with_it(
    db: None, book: str, keeper: str, comes: bool
) -> None:
    client = Client()
    client.force_login(make_cast(book).accounts[keeper], backend="django.contrib.auth.backends.ModelBackend")
    page = html(client.get(BASE))
    assert "还没有考核方案" in page and f"{BASE}schemes/new/" in page
    assert ("随规程提供的方案" in page) is comes
