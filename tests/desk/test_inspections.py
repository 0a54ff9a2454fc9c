"""An inspection from its plan to the bulletin, and a study from its subject to the answer, as the posts go through them at the desk."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.casework.history import documents, read_history
from huiyin.casework.models import Case, DocumentRecord, Duty
from huiyin.documents.compose import content_of
from tests.cast import Cast, make_cast
from tests.desk.conftest import Desk, html
from tests.matters import Matter, begin

PLAN = "/desk/begin/inspection/plan_inspection/"
STUDY = "/desk/begin/study/begin_study/"


@pytest.fixture
def cast(db: None, request: pytest.FixtureRequest) -> Cast:
    return make_cast(getattr(request, "param", "company"))


IN_THE_BUREAU = pytest.mark.parametrize("cast", ["science-bureau"], indirect=True)


def on(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def step(client: Client, case: Case, action: str, **fields: object) -> int:
    """The status of the answer: 302 when it was taken."""
    answer = client.post(f"/desk/cases/{case.number}/actions/{action}/", fields)
    return answer.status_code


def planned(desk: Desk, cast: Cast, **more: object) -> Case:
    """An inspection of the fire department, planned by the supervisor."""
    filled = {
        "inspected_unit": str(cast.units["lj-fire"].id),
        "covers": ["rules", "matters"],
        "inspection_scope": "上半年办结的事项",
        "inspect_by": on(20),
        "is_sampled": "no",
    }
    assert PLAN in html(desk("archivist").get("/desk/cases/"))
    assert desk("archivist").post(PLAN, filled | more).status_code == 302
    return Case.objects.get(procedure="inspection")


def found(desk: Desk, cast: Cast) -> Case:
    """The same, carried out, with two findings that are due on different days."""
    case = planned(desk, cast)
    supervisor = desk("archivist")
    record = {"inspection_means": ["site", "papers"], "inspected_on": on(0), "inspection_record": "查阅二十件。"}
    assert step(supervisor, case, "record_inspection", **record) == 302
    for finding, days in (("三件没有听取信访人意见", 10), ("两件送达回证没有日期", 5)):
        more = {"inspection_finding": finding, "put_right_how": "补办并报告。", "put_right_by": on(days)}
        assert step(supervisor, case, "record_finding", **more) == 302
    return case


@pytest.mark.clause("s3-6.1.1", "s3-6.1.2a")
def test_an_inspection_is_planned_and_its_record_says_how_it_was_done(desk: Desk, cast: Cast) -> None:
    case = planned(desk, cast)
    supervisor = desk("archivist")
    assert step(supervisor, case, "record_inspection", inspected_on=on(0), inspection_record="查阅。") == 422
    record = {"inspection_means": ["briefing"], "inspected_on": on(0), "inspection_record": "听取汇报。"}
    assert step(supervisor, case, "record_inspection", **record) == 302
    page = html(supervisor.get(f"/desk/cases/{case.number}/"))
    assert "听取汇报" in page and "事项办理" in page and "督查整改中" in page


@pytest.mark.clause("s3-6.1.2b")
def test_each_finding_is_put_right_by_its_day_and_verified_by_who_found_it(desk: Desk, cast: Cast) -> None:
    case = found(desk, cast)
    supervisor, handler = desk("archivist"), desk("handler")
    due = Duty.objects.filter(case=case, kind="put_right").order_by("due_at")
    assert [timezone.localdate(duty.due_at).isoformat() for duty in due] == [on(5), on(10)]
    page = html(handler.get(f"/desk/cases/{case.number}/"))
    assert "三件没有听取信访人意见" in page and "整改通知书" in page
    assert step(supervisor, case, "publish_result", bulletin="全部整改。") != 302, (
        "nothing may be published while it is owed"
    )
    for duty in due:
        assert step(handler, case, "report_put_right", put_right_done="已补。", _duty=str(duty.id)) == 302
    assert step(handler, case, "verify_put_right", verified="到位。") != 302, "nobody verifies what they reported"
    checks = list(Duty.objects.filter(case=case, kind="verify", discharged_at=None))
    assert len(checks) == 2
    for duty in checks:
        assert step(supervisor, case, "verify_put_right", verified="已核对。", _duty=str(duty.id)) == 302
    assert step(supervisor, case, "publish_result", bulletin="两个问题均已整改。") == 302
    assert Case.objects.get(id=case.id).stage == "published"


@IN_THE_BUREAU
@pytest.mark.clause("s1-C18")
def test_the_unit_reads_in_the_bulletin_what_was_found_of_its_reception(desk: Desk, cast: Cast) -> None:
    case = planned(desk, cast)
    supervisor = desk("archivist")
    record = {"inspection_means": ["site"], "inspected_on": on(0), "inspection_record": "旁听领导接访两次。"}
    assert step(supervisor, case, "record_inspection", **record) == 302
    assert step(supervisor, case, "publish_result", bulletin="接访按期进行，当场答复两件。") == 302
    page = html(desk("handler").get(f"/desk/cases/{case.number}/"))
    assert "督查通报" in page and "当场答复两件" in page
    past = read_history(case, None)
    bulletin = next(one for one in documents(past) if one.kind == "bulletin")
    assert content_of(bulletin, past, "有关机关、单位").addressee == "各部门、各单位"
    assert supervisor.post(f"/desk/notices/{bulletin.id}/correct/", {"reason": "写错一个字。"}).status_code == 302
    draft = DocumentRecord.objects.get(case=case)
    page = html(supervisor.get(f"/desk/cases/{case.number}/papers/{draft.id}/"))
    assert "各部门、各单位：" in page, "the draft of its correction is to the same"


def test_what_was_not_put_right_is_ordered_again(desk: Desk, cast: Cast) -> None:
    case = found(desk, cast)
    first = Duty.objects.filter(case=case, kind="put_right").order_by("due_at")[0]
    assert step(desk("handler"), case, "report_put_right", put_right_done="已补。", _duty=str(first.id)) == 302
    again = {"inspection_finding": "仍缺日期", "put_right_how": "逐件补正。", "put_right_by": on(7)}
    assert step(desk("archivist"), case, "order_again", **again) == 302
    assert Duty.objects.filter(case=case, kind="put_right", discharged_at=None).count() == 2


def test_a_unit_that_was_not_inspected_finds_nothing(desk: Desk, cast: Cast) -> None:
    case = planned(desk, cast)
    assert desk("stranger").get(f"/desk/cases/{case.number}/").status_code == 404


LOOKED_AT = {
    "check_received": "yes",
    "check_answered": "yes",
    "check_heard": "no",
    "check_grounds": "yes",
    "check_kept": "none",
    "check_served": "yes",
}


@pytest.mark.clause("s3-6.1.1")
def test_a_lot_draws_what_is_looked_at_and_each_is_looked_at_before_the_inspection_is_recorded(
    desk: Desk, cast: Cast
) -> None:
    matters = [begin(cast, timezone.now() - timedelta(hours=2 + n)) for n in range(5)]
    for matter in matters:
        handed_on(matter)
    sealed = begin(cast, timezone.now() - timedelta(hours=1), accused="承办人")
    size = {"is_sampled": "yes", "sample_from": on(-3), "sample_until": on(0), "sample_size": "3"}
    case, supervisor = planned(desk, cast, **size), desk("archivist")
    record = {"inspection_means": ["papers"], "inspected_on": on(0), "inspection_record": "查阅三件。"}
    assert step(supervisor, case, "record_inspection", **record) != 302, "the lot was not drawn"
    form = f"/desk/cases/{case.number}/actions/draw_sample/"
    drawn = offered(supervisor, form, "sample")
    assert len(drawn) == 3 and drawn == offered(supervisor, form, "sample"), "who draws again draws the same"
    numbers = [matter.case.number for matter in matters]
    assert set(drawn) <= set(numbers) and sealed.case.number not in html(supervisor.get(form))
    other = [*drawn[:2], next(number for number in numbers if number not in drawn)]
    assert step(supervisor, case, "draw_sample", sample=other) == 422, "nobody chooses what is drawn"
    assert step(supervisor, case, "draw_sample", sample=drawn) == 302
    for number in drawn:
        assert step(supervisor, case, "record_inspection", **record) != 302, "one was not looked at"
        assert step(supervisor, case, "check_matter", checked_matter=number, **LOOKED_AT) == 302
        if number == drawn[0]:
            assert step(supervisor, case, "check_matter", checked_matter=number, **LOOKED_AT) == 422, "twice"
    assert step(supervisor, case, "record_inspection", **record) == 302
    page = html(supervisor.get(f"/desk/cases/{case.number}/"))
    assert "、".join(drawn) in page and "是否听取信访人陈述事实和理由" in page


def handed_on(matter: Matter) -> None:
    """The matter lies with the fire department."""
    matter.does("intake", "accept", petitioner_kind="customer", scope_reason="公司道路。")
    matter.does("intake", "assign", unit="lj-fire", due_date=on(30), requirements="核实后答复。")


def offered(client: Client, address: str, name: str) -> list[str]:
    """The values that a form holds for a field that nobody fills in."""
    return re.findall(rf'<input type="hidden" name="{name}" value="([^"]+)"', html(client.get(address)))


def test_what_was_drawn_and_cannot_be_looked_at_is_passed_over_with_a_reason(desk: Desk, cast: Cast) -> None:
    handed_on(begin(cast, timezone.now() - timedelta(hours=2)))
    size = {"is_sampled": "yes", "sample_from": on(-3), "sample_until": on(0), "sample_size": "3"}
    case, supervisor = planned(desk, cast, **size), desk("archivist")
    drawn = offered(supervisor, f"/desk/cases/{case.number}/actions/draw_sample/", "sample")
    assert len(drawn) == 1, "a lot takes no more than there are"
    assert step(supervisor, case, "draw_sample", sample=drawn) == 302
    assert step(supervisor, case, "pass_over") == 422
    assert step(supervisor, case, "pass_over", passed_over="案卷已移送法院。") == 302
    record = {"inspection_means": ["papers"], "inspected_on": on(0), "inspection_record": "没有可查的。"}
    assert step(supervisor, case, "record_inspection", **record) == 302


def submitted(desk: Desk, cast: Cast) -> Case:
    """A study that rests on two matters, laid before the head."""
    matters = [begin(cast, timezone.now() - timedelta(days=2, hours=n)) for n in range(2)]
    supervisor = desk("archivist")
    assert supervisor.post(STUDY, {"study_subject": "路灯维修慢的原因"}).status_code == 302
    case = Case.objects.get(procedure="study")
    for matter in matters:
        more = {"study_case": matter.case.number, "study_why": "报修两次没有人来。"}
        assert step(supervisor, case, "add_matter", **more) == 302
    page = html(supervisor.get(f"/desk/cases/{case.number}/"))
    assert all(matter.case.number in page for matter in matters)
    study = {"study_subject": "路灯维修", "study_findings": "没有备件。", "study_proposals": "每季度备货。"}
    assert step(supervisor, case, "submit_study", **study) == 302
    return case


@pytest.mark.clause("s3-1.3.4")
def test_what_a_study_proposes_gets_an_owner_and_a_day_and_is_carried_out(desk: Desk, cast: Cast) -> None:
    case, head = submitted(desk, cast), desk("head")
    taken = {"study_answer": "all", "study_answer_why": "列入采购计划。", "put_right_by": on(30)}
    assert step(head, case, "take_up", **taken) == 422, "nothing is taken up that nobody owns"
    assert step(head, case, "take_up", **taken, study_unit=str(cast.units["lj-logistics"].id)) == 302
    (owed,) = Duty.objects.filter(case=case, kind="carry_out")
    assert (owed.unit, timezone.localdate(owed.due_at).isoformat()) == (cast.units["lj-logistics"], on(30))
    owner = desk("co_handler")
    assert "落实采纳的建议" in html(owner.get("/desk/"))
    assert step(owner, case, "report_carried_out", put_right_done="已备货。") == 302
    assert Case.objects.get(id=case.id).stage == "carried_out"


@IN_THE_BUREAU
@pytest.mark.clause("s1-C5.2b")
def test_what_a_study_proposes_is_answered_by_somebody_else_with_reasons(desk: Desk, cast: Cast) -> None:
    case, head = submitted(desk, cast), desk("head")
    assert step(desk("archivist"), case, "decline_study", study_answer_why="不采纳。") != 302
    assert step(head, case, "decline_study") == 422
    assert step(head, case, "decline_study", study_answer_why="本年没有经费，明年再议。") == 302
    assert Case.objects.get(id=case.id).stage == "answered"
    past = read_history(case, None)
    answer = next(one for one in documents(past) if one.kind == "study_declined")
    assert content_of(answer, past, "有关机关、单位").addressee == cast.units["lj-office"].name
