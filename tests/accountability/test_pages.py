"""Who read whose data, gifts, and what is published inside, as the posts see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from huiyin.accountability.models import GiftDeclaration, LeakTrace
from huiyin.casework.history import documents, read_history
from huiyin.casework.models import Case
from huiyin.documents.compose import content_of
from huiyin.documents.steps.step_document import step_documents
from huiyin.people.models import AccessRecord
from tests.cast import Cast, make_cast
from tests.desk.conftest import Desk, desk, html
from tests.matters import Matter, begin, walk

__all__ = ["desk"]
pytestmark = pytest.mark.any_database
TRACES, GIFTS, PUBLISHED = "/desk/accountability/traces/", "/desk/accountability/gifts/", "/desk/accountability/"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast("accountability")


@pytest.fixture
def matter(cast: Cast) -> Matter:
    return walk(begin(cast, timezone.now() - timedelta(days=2)), "assign")


def on(days: int = 0) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def asked(matter: Matter, **changes: str) -> dict[str, str]:
    return {"no": matter.case.number, "first": on(-7), "last": on(), "reason": "信访人反映号码被泄露", **changes}


@pytest.mark.clause("s1-B5", "s2-4.2.2")
def test_who_read_the_data_of_a_matter_is_traced_with_a_reason_and_that_is_on_record(
    desk: Desk, cast: Cast, matter: Matter
) -> None:
    for name in ("handler", "registrar"):
        assert desk(name).post(f"/desk/cases/{matter.case.number}/petitioners/").status_code == 200
    inspector = desk("archivist")
    assert inspector.post(TRACES, asked(matter, reason=" ")).status_code == 422
    assert LeakTrace.objects.count() == 0
    answer = inspector.post(TRACES, asked(matter))
    page = html(inspector.get(answer.headers["Location"]))
    assert str(cast.accounts["handler"]) in page and str(cast.accounts["registrar"]) in page
    assert "陈晓光" not in page and "在事项页显示" in page
    assert AccessRecord.objects.filter(purpose="leak_trace", account=cast.accounts["archivist"]).count() == 1
    assert "信访人反映号码被泄露" in html(inspector.get(TRACES))


def test_a_trace_of_days_backwards_to_come_or_of_an_unknown_matter_is_refused(desk: Desk, matter: Matter) -> None:
    inspector = desk("archivist")
    for wrong in ({"first": on(), "last": on(-1)}, {"last": on(1)}, {"no": "没有的编号"}):
        assert inspector.post(TRACES, asked(matter, **wrong)).status_code == 422
    assert not LeakTrace.objects.exists()


def test_nobody_but_who_oversees_traces_and_only_who_asked_reads_the_answer(desk: Desk, matter: Matter) -> None:
    assert desk("handler").get(TRACES).status_code == 403
    assert desk("handler").post(TRACES, asked(matter)).status_code == 403
    address = desk("archivist").post(TRACES, asked(matter)).headers["Location"]
    assert desk("head").get(address).status_code == 404
    assert desk("handler").get(address).status_code == 404


def test_a_trace_of_a_matter_that_is_kept_from_them_stands_in_no_overseer_s_list(
    desk: Desk, cast: Cast, matter: Matter
) -> None:
    other = begin(cast, timezone.now() - timedelta(days=2), accused_units=frozenset({cast.units["lj-lead"].id}))
    for made, reason in ((matter, "信访人反映号码被泄露"), (other, "负责人打听过来信人")):
        assert desk("archivist").post(TRACES, asked(made, reason=reason)).status_code == 302
    page, accused = html(desk("archivist").get(TRACES)), html(desk("head").get(TRACES))
    assert page.count("<tr>") == accused.count("<tr>") + 1
    assert "信访人反映号码被泄露" in accused and "打听过来信人" in page
    assert "打听过来信人" not in accused and '<span class="mono">—</span>' not in accused


def gift(**changes: str) -> dict[str, str]:
    given = {"received_on": on(), "kind": "gift", "giver": "petitioner", "what": "茶叶两盒", "outcome": "waiting"}
    return {**given, "amount": "200", **changes}


def test_a_gift_is_declared_by_oneself_and_confirmed_by_another_who_oversees(desk: Desk, cast: Cast) -> None:
    assert desk("handler").post(GIFTS, gift()).status_code == 302
    made = GiftDeclaration.objects.get()
    assert (made.cents, made.by, made.confirmed_by) == (20_000, cast.accounts["handler"], None)
    assert "茶叶" not in html(desk("colleague").get(GIFTS))
    assert desk("handler").get(f"{GIFTS}{made.id}/").status_code == 404
    inspector, done = desk("archivist"), {"outcome": "handed_in", "settled_as": "收据 17 号"}
    for wrong in ({"outcome": "waiting"}, {"settled_as": " "}):
        assert inspector.post(f"{GIFTS}{made.id}/", done | wrong).status_code == 422
    assert inspector.post(f"{GIFTS}{made.id}/", done).status_code == 302
    assert inspector.post(f"{GIFTS}{made.id}/", done).status_code == 404, "it is confirmed once"
    made.refresh_from_db()
    assert (made.outcome, made.confirmed_by) == ("handed_in", cast.accounts["archivist"])
    assert "收据 17 号" in inspector.get(f"{GIFTS}export.csv").content.decode()


def test_who_says_that_a_gift_was_handed_in_gives_the_number_of_its_voucher(desk: Desk) -> None:
    page = desk("handler").post(GIFTS, gift(outcome="handed_in"))
    assert page.status_code == 422 and "请填写上交凭证" in html(page)
    assert desk("handler").post(GIFTS, gift(outcome="handed_in", settled_as="收据 18 号")).status_code == 302
    made = GiftDeclaration.objects.get()
    inspector = desk("archivist")
    assert "收据 18 号" in html(inspector.get(GIFTS)) and "收据 18 号" in html(inspector.get(f"{GIFTS}{made.id}/"))


def test_what_an_overseer_declares_is_confirmed_by_another_and_no_day_to_come_is_taken(desk: Desk) -> None:
    assert desk("archivist").post(GIFTS, gift(received_on=on(1))).status_code == 422
    assert desk("archivist").post(GIFTS, gift()).status_code == 302
    made = GiftDeclaration.objects.get()
    done = {"outcome": "returned", "settled_as": ""}
    assert desk("archivist").post(f"{GIFTS}{made.id}/", done).status_code == 422


@pytest.mark.clause("s0-3.5a", "s2-4.2.1")
def test_a_failure_goes_from_the_letter_to_the_bulletin_that_everybody_inside_reads(
    desk: Desk, cast: Cast, matter: Matter
) -> None:
    raised = {
        "failure_source": "log",
        "failure_kind": "leak",
        "matter_no": matter.case.number,
        "failed_duty": "保守信访人信息",
        "failed_unit": str(cast.units["lj-fire"].id),
        "failure_facts": "查阅记录显示。",
        "failure_effect": "信访人接到骚扰电话。",
        "heard_by": on(9),
    }
    assert desk("archivist").post("/desk/begin/accountability/raise_failure/", raised).status_code == 302
    case = Case.objects.get(procedure="accountability")
    held = {"posts_held": "防火处承办岗", "measure_grade": "circular", "measure_why": "违反保密规定。"}
    held |= {"measure_by": on(20), "tells_petitioner": "due", "decided_on": on()}
    steps: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("handler", "state_defence", {"admitted": "part", "defence": "只告诉过同事。"}),
        ("head", "hold_responsible", held),
        ("handler", "contest_measure", {"contest_why": "处理偏重。"}),
        ("discipline", "answer_contest", {"contest_result": "upheld", "contest_answer": "处理适当。"}),
        ("handler", "report_measure", {"measure_done": "已检查并学习。"}),
        ("archivist", "note_told", {"told_on": on(), "told_how": "电话告知并致歉。"}),
        ("archivist", "publish_measure", {"held_bulletin": "防火处一岗位未尽保密职责，通报批评。"}),
    )
    for who, action, fields in steps:
        answer = desk(who).post(f"/desk/cases/{case.number}/actions/{action}/", fields)
        assert answer.status_code == 302, (action, html(answer)[-3000:])
    past = read_history(case, None)
    letter = next(one for one in documents(past) if one.kind == "contest_answer")
    assert content_of(letter, past, "有关机关、单位").addressee == cast.units["lj-fire"].name, "who contested it"
    papers = [made for _seq, made in step_documents(past)]
    assert papers and not [made.title for made in papers if made.rows[0].label == "事项"], "no petition is in it"
    assert "通报批评" in html(desk("stranger").get(PUBLISHED)), "published inside"
    assert desk("stranger").get(f"/desk/cases/{case.number}/").status_code == 404, "and no more than that"
    assert "通报批评" not in html(desk("outsider").get(PUBLISHED)), "another organisation reads nothing"
