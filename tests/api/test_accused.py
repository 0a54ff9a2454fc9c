"""Whom a petition accuses, over REST: nothing for them, nothing for anybody until it is known, and the custodian's own calls."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from huiyin import door
from huiyin.api import staff
from huiyin.casework.models import Case
from huiyin.door import ActionRequest
from huiyin.people.appointments import appoint
from huiyin.people.models import Account, Post
from huiyin.people.signing_in.tokens import issue_token
from tests.api.conftest import FIRST_DAY, MADE, Caller, Cast, hand_in, petition, problem, take


@pytest.fixture
def bao(cast: Cast) -> Caller:
    """The custodian, in the garage of all places: a unit of its own."""
    unit = cast.workshop.organisation.units.get(code="garage")
    post = Post.objects.create(organisation=unit.organisation, unit=unit, title="保管人", roles=["custodian"])
    issue_token(appoint(Account.objects.create_user("bao", display_name="包青天"), post, FIRST_DAY), "hy_bao", MADE)
    return Caller("hy_bao")


def finds(caller: Caller, no: str) -> bool:
    """Whether any call tells that there is such a case; all must agree."""
    search = caller.get(f"/search?q={no}")
    told = {
        "case": caller.get(f"/cases/{no}").status_code == 200,
        "list": no in caller.get("/cases").content.decode(),
        "search": search.status_code == 200 and no in str(search.json()["items"]),
        "duties": no in caller.get("/duties?mine=false").content.decode(),
        "events": caller.get(f"/cases/{no}/events").status_code == 200,
        "actions": caller.get(f"/cases/{no}/actions").status_code == 200,
    }
    assert len(set(told.values())) == 1, told
    return told["case"]


@pytest.mark.clause("art-30.3")
@pytest.mark.parametrize("line", ["ＺＨＯＵ", "承办人Zhou", "Zhou（承办人）", "Zhou同志", "Zhou／李四", "李四、Zhou"])
def test_the_accused_find_nothing_however_they_are_written(
    line: str, anyone: Caller, lin: Caller, zhou: Caller, bao: Caller
) -> None:
    no = hand_in(anyone, accused=[line]).no
    assert not finds(zhou, no)
    assert finds(bao, no)


def test_until_the_custodian_has_said_who_is_accused_nobody_else_finds_it(
    cast: Cast, anyone: Caller, lin: Caller, sun: Caller, zhou: Caller, bao: Caller
) -> None:
    handed = hand_in(anyone, accused=["Zhou同志"])
    assert [finds(caller, handed.no) for caller in (lin, sun, zhou, bao)] == [False, False, False, True]
    told = bao.get(handed.case + "/accused").json()
    assert [(line["text"], line["is_open"]) for line in told["lines"]] == [("Zhou同志", True)]
    assert told["people"] == ["Zhou"]
    duties = bao.get(handed.case + "/duties").json()["items"]
    assert {duty["kind"] for duty in duties} == {"identify_accused", "decide_acceptance"}
    problem(lin.post(handed.case + "/actions/identify_accused", {"fields": {"identified_why": "是他。"}}), 404)
    fields = {"accused_people": ["zhou"], "identified_why": "经核对。"}
    done = bao.post(handed.case + "/actions/identify_accused", {"fields": fields})
    assert done.status_code == 200, done.content.decode()
    assert [finds(caller, handed.no) for caller in (lin, sun, zhou, bao)] == [True, True, False, True]
    problem(lin.get(handed.case + "/accused"), 404)
    assert bao.get(handed.case + "/accused").json()["is_open"] is False


def test_the_custodian_corrects_at_any_time_and_clears_with_a_second_person(
    anyone: Caller, lin: Caller, sun: Caller, zhou: Caller, bao: Caller
) -> None:
    handed = hand_in(anyone, accused=["Zhou"])
    assert not finds(zhou, handed.no)
    schema = {offer["action"]: offer["schema"] for offer in bao.get(handed.case + "/actions").json()["allowed"]}[
        "identify_accused"
    ]
    assert len(schema["properties"]["accused_people"]["default"]) == 1
    clearing = {"fields": {"identified_why": "不是他。"}}
    alone = problem(bao.post(handed.case + "/actions/identify_accused", clearing), 422)
    assert "由另一人确认" in str(alone)
    assert bao.post(handed.case + "/actions/propose_clearing", clearing).status_code == 200
    problem(bao.post(handed.case + "/actions/identify_accused", clearing), 422)
    assert not finds(zhou, handed.no)
    assert finds(lin, handed.no)
    assert lin.post(handed.case + "/actions/identify_accused", clearing).status_code == 200
    assert bao.get(handed.case + "/accused").json()["people"] == []
    again = {"fields": {"accused_units": ["office"], "identified_why": "是办公室。"}}
    problem(sun.post(handed.case + "/actions/identify_accused", again), 422)
    assert bao.post(handed.case + "/actions/identify_accused", again).status_code == 200
    assert not finds(lin, handed.no)


@pytest.mark.clause("art-30.3")
@pytest.mark.parametrize("line", ["包同志", "包警官", "纪检监察包同志", "你局领导班子", "李四和包先生"])
def test_a_custodian_who_may_be_meant_does_not_read_who_is_meant(line: str, anyone: Caller, bao: Caller) -> None:
    assert not finds(bao, hand_in(anyone, accused=[line]).no)


def test_who_takes_in_an_accusation_against_themselves_gets_neither_number_nor_receipt(
    lin: Caller, sun: Caller
) -> None:
    brought = petition(channel="letter", accused=["Lin"])
    for _retry in range(2):
        answer = lin.post("/cases", brought, {"Idempotency-Key": "a-letter-about-oneself"})
        assert (answer.status_code, set(answer.json())) == (202, {"detail"})
    case = Case.objects.get()
    assert not finds(lin, case.number)


def test_a_question_takes_nothing_from_who_was_not_meant(
    anyone: Caller, lin: Caller, zhou: Caller, bao: Caller
) -> None:
    handed = hand_in(anyone)
    take(lin, handed.no, "accept", kind="claim", route="书面答复")
    take(lin, handed.no, "assign", unit="workshop")
    more = {"fields": {"more": "还有人知情不报。", "also_accused": "周同志，也叫Zhou同志"}}
    said = anyone.post(f"{handed.path}/actions/supplement", more, {"X-Query-Code": handed.code})
    assert said.status_code == 200, said.content.decode()
    assert not finds(zhou, handed.no)
    take(bao, handed.no, "propose_clearing", identified_why="不是他。")
    take(lin, handed.no, "identify_accused", identified_why="不是他。")
    assert finds(zhou, handed.no)
    assert {duty["unit"] for duty in zhou.get(handed.case + "/duties").json()["items"] if duty["kind"] == "handle"} == {
        "workshop"
    }


def test_events_name_the_accused_to_the_custodian_alone(
    cast: Cast, anyone: Caller, lin: Caller, sun: Caller, bao: Caller
) -> None:
    """Every event that could, one by one: what the petitioner chose, what was written, and what the custodian decided."""
    handed = hand_in(anyone, accused=["Zhou"])
    named = {"accused_people": ["zhou"], "identified_why": "经核对。"}
    take(bao, handed.no, "identify_accused", **named)
    secret = {cast.accounts["zhou"].id}
    events = bao.get(handed.case + "/events").json()["items"]
    named_to_bao = {event["type"] for event in events if any(ids_of(id) & spelt(event["body"]) for id in secret)}
    assert {"AccusedWritten", "AccusedIdentified", "CaseOpened", "ActionTaken"} == named_to_bao
    assert not any(event["withheld"] for event in events)
    for caller in (lin, sun):
        told = caller.get(handed.case + "/events")
        assert told.status_code == 200
        assert not any(ids_of(id) & spelt(told.content.decode()) for id in secret)
        assert "Zhou" not in told.content.decode()
        hidden = {event["seq"] for event in told.json()["items"] if event["withheld"]}
        assert hidden and all((event["body"] == "") == (event["seq"] in hidden) for event in told.json()["items"])


def ids_of(id: UUID) -> set[str]:
    return {id.hex, str(id)}


def spelt(text: str) -> set[str]:
    return set(re.findall(r"[0-9a-f-]{32,36}", text))


def test_clearing_and_naming_look_alike_to_who_may_not_know(
    anyone: Caller, lin: Caller, sun: Caller, bao: Caller
) -> None:
    told = []
    for people in ([], ["zhou"]):
        handed = hand_in(anyone, accused=["Zhou同志"])
        take(bao, handed.no, "propose_clearing", identified_why="经核对。")
        take(lin, handed.no, "identify_accused", accused_people=people, identified_why="经核对。")
        events = sun.get(handed.case + "/events").json()["items"]
        told.append([(event["type"], event["withheld"]) for event in events if event["action"] or not event["type"]])
    assert told[0] == told[1]
    assert ("", True) in told[0]


def test_who_was_cleared_reads_it_as_if_nobody_had_asked_about_them(
    anyone: Caller, lin: Caller, zhou: Caller, bao: Caller
) -> None:
    handed = hand_in(anyone, accused=["Zhou同志"])
    take(bao, handed.no, "propose_clearing", identified_why="经核对。")
    take(lin, handed.no, "identify_accused", accused_people=[], identified_why="经核对。")
    take(lin, handed.no, "accept", kind="claim", route="书面答复")
    take(lin, handed.no, "assign", unit="workshop")
    stands, events = zhou.get(handed.case).json(), zhou.get(handed.case + "/events").json()["items"]
    assert (stands["sealed"], stands["facts"]["sealed"], zhou.get("/cases").json()["items"][0]["sealed"]) == (
        False,
        "no",
        False,
    )
    told = [(event["type"], event["body"], event["label"]) for event in events]
    assert len(told) > 10 and not re.search("accused(?!_)|Accused|identify|clearing", str(told))
    assert "identify_accused" not in {duty["kind"] for duty in zhou.get(handed.case + "/duties").json()["items"]}
    assert "AccusedWritten" in {event["type"] for event in bao.get(handed.case + "/events").json()["items"]}


def test_which_unit_lost_the_case_by_being_accused_is_for_the_custodian_alone(
    anyone: Caller, lin: Caller, zhou: Caller, bao: Caller
) -> None:
    handed = hand_in(anyone)
    take(lin, handed.no, "accept", kind="claim", route="书面答复")
    take(lin, handed.no, "assign", unit="workshop")
    take(bao, handed.no, "identify_accused", accused_people=["zhou"], identified_why="经核对。")
    events = lin.get(handed.case + "/events").json()["items"]
    left = [event for event in events if event["type"] in {"UnitLeft", "DutyReassigned"}]
    assert {event["type"] for event in left} == {"UnitLeft", "DutyReassigned"}
    assert all(event["withheld"] for event in left)
    assert not any(event["withheld"] for event in bao.get(handed.case + "/events").json()["items"])


def test_a_form_that_arrives_after_the_sender_was_accused_is_answered_as_if_there_were_no_case(
    anyone: Caller, lin: Caller, zhou: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed = hand_in(anyone)
    take(lin, handed.no, "accept", kind="claim", route="书面答复")
    take(lin, handed.no, "assign", unit="workshop")

    def meanwhile(request: ActionRequest) -> object:
        monkeypatch.setattr(staff, "execute", door.execute)
        more = {"fields": {"more": "还有人。", "also_accused": "Zhou"}}
        said = anyone.post(f"{handed.path}/actions/supplement", more, {"X-Query-Code": handed.code})
        assert said.status_code == 200
        return door.execute(request)

    monkeypatch.setattr(staff, "execute", meanwhile)
    answer = zhou.post(handed.case + "/actions/object", {"fields": {"reason": "不归我处。"}})
    absent = zhou.post("/cases/BUREAU-20990101-000000/actions/object", {"fields": {"reason": "不归我处。"}})
    assert (answer.status_code, answer.json()) == (absent.status_code, absent.json())
    assert answer.status_code == 404
