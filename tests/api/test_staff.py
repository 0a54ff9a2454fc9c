"""What staff get: lists that show only what they may see, worklists with reasons, notices, and records of reading."""

from __future__ import annotations

import pytest
from django.utils import timezone

from huiyin.people.models import AccessRecord
from huiyin.search import index
from tests.api.conftest import TEXT, Caller, Cast, Handed, fields_of, hand_in, petition, problem, take

KEY = {"Idempotency-Key": "staff-1"}


def test_a_case_shows_what_the_contract_promises(handed: Handed, lin: Caller) -> None:
    told = lin.get(handed.case).json()
    promised = {"no", "procedure", "rulebook", "version", "stage", "ended", "seq", "klass", "unit", "registered_at"}
    assert promised <= told.keys()
    assert (told["rulebook"], told["stage"], told["ended"]) == ("national-2022", "registered", False)
    assert told["submissions"][0]["text"] == TEXT


def test_lists_go_on_where_the_last_page_ended(anyone: Caller, lin: Caller) -> None:
    handed = {hand_in(anyone, text=f"第 {n} 件事。").no for n in range(27)}
    first = lin.get("/cases").json()
    second = lin.get(f"/cases?page={first['next']}").json()
    assert (len(first["items"]), len(second["items"]), second["next"]) == (25, 2, "")
    assert {item["no"] for item in first["items"] + second["items"]} == handed


def test_lists_are_narrowed(anyone: Caller, lin: Caller, handed: Handed) -> None:
    other = hand_in(anyone)
    take(lin, other.no, "accept", kind="claim", route="书面答复")
    take(lin, other.no, "assign", unit="workshop")
    found = {query: [item["no"] for item in lin.get(f"/cases?{query}").json()["items"]] for query in QUERIES}
    assert found == {
        "stage=registered": [handed.no],
        "unit=workshop": [other.no],
        "overdue=true": [],
        "overdue=&open=true": [other.no, handed.no],
        "q=none-1": [],
    }


QUERIES = ("stage=registered", "unit=workshop", "overdue=true", "overdue=&open=true", "q=none-1")


def test_search_finds_by_number_receipt_phone_and_name(handed: Handed, lin: Caller, zhou: Caller) -> None:
    for words in (handed.no, handed.receipt, "138 0000 0001", "林一"):
        assert [item["no"] for item in lin.post("/search", {"q": words}).json()["items"]] == [handed.no], words
        assert zhou.post("/search", {"q": words}).json()["items"] == []


def test_an_address_takes_numbers_and_receipts_alone(handed: Handed, lin: Caller) -> None:
    for words in (handed.no, handed.receipt.lower(), handed.no[-6:]):
        for path in ("/search", "/cases"):
            assert [item["no"] for item in lin.get(f"{path}?q={words}").json()["items"]] == [handed.no], words
    for words in ("林一", "Lin Yi", "13800000001", "lin1@example.org", "110101199003070011", "路灯"):
        for path in ("/search", "/cases"):
            assert lin.get(f"{path}?q={words}").status_code == 422, words


def test_a_search_by_words_finds_texts_and_says_where(handed: Handed, lin: Caller, zhou: Caller) -> None:
    index.take_in(timezone.now())
    answer = lin.post("/search", {"q": TEXT[2:6]}).json()
    assert {text["no"] for text in answer["texts"]} == {handed.no}
    assert answer["texts"][0]["found"][0] == TEXT[2:6]
    assert zhou.post("/search", {"q": TEXT[2:6]}).json()["texts"] == []


@pytest.mark.parametrize(("asked", "again"), [("/search", "/search"), ("/cases/search", "/cases")])
def test_a_search_is_repeated_by_its_token_for_whoever_made_it(
    asked: str, again: str, handed: Handed, lin: Caller, zhou: Caller
) -> None:
    token = lin.post(asked, {"q": "林一"}).json()["search"]
    assert [item["no"] for item in lin.get(f"{again}?search={token}").json()["items"]] == [handed.no]
    assert zhou.get(f"{again}?search={token}").status_code == 422
    assert lin.get(f"{again}?search={token[:-1]}").status_code == 422


@pytest.mark.parametrize("body", [{}, {"q": 1}, {"q": "x", "more": "y"}, {"q": "x" * 201}, {"q": "\0"}, [], "x"])
def test_a_search_that_cannot_be_read_is_refused(body: object, lin: Caller) -> None:
    for path in ("/search", "/cases/search"):
        assert lin.post(path, body).status_code in (400, 422)


def test_a_worklist_says_who_owes_what_until_when_under_which_clause(handed: Handed, lin: Caller, sun: Caller) -> None:
    (duty,) = lin.get("/duties").json()["items"]
    assert (duty["case"], duty["kind"], duty["unit"]) == (handed.no, "decide_acceptance", "office")
    assert duty["clause"] and "15" in duty["derivation"]["text"]
    assert sun.get("/duties").json()["items"] == []
    assert len(sun.get("/duties?mine=false").json()["items"]) == 1
    assert lin.get("/duties?due_before=2020-01-01T00:00:00%2B08:00").json()["items"] == []


def test_duties_of_a_case_show_what_was_done(handed: Handed, lin: Caller) -> None:
    take(lin, handed.no, "accept", kind="claim", route="书面答复")
    told = {duty["kind"]: duty["discharged_at"] for duty in lin.get(handed.case + "/duties").json()["items"]}
    assert told["assign"] is None
    assert told["decide_acceptance"]


def test_actions_come_with_schemas_and_reasons(handed: Handed, lin: Caller) -> None:
    told = lin.get(handed.case + "/actions").json()
    allowed = {offer["action"]: offer for offer in told["allowed"]}
    assert set(allowed["accept"]["schema"]["required"]) == {"kind", "route"}
    assert all(barred["why"] for barred in told["refused"])
    assert {barred["action"] for barred in told["refused"]} >= {"assign", "approve_opinion"}


def test_a_notice_can_be_read_by_those_who_may_see_the_case(
    handed: Handed, cast: Cast, lin: Caller, zhou: Caller
) -> None:
    take(lin, handed.no, "accept", kind="claim", route="由后勤处查明。")
    (document,) = lin.get(handed.case + "/documents").json()["items"]
    page = lin.get(f"/documents/{document['id']}.html")
    assert page.status_code == 200
    assert "由后勤处查明。" in page.content.decode()
    problem(zhou.get(f"/documents/{document['id']}.html"), 404)
    for form in ("pdf", "docx"):
        assert lin.get(f"/documents/{document['id']}.{form}").status_code == 200
        problem(zhou.get(f"/documents/{document['id']}.{form}"), 404)
    problem(lin.get(f"/documents/{document['id']}.exe"), 404)


def test_the_petitioners_are_named_on_a_paper_where_that_is_asked_for_and_put_on_record(
    handed: Handed, cast: Cast, lin: Caller
) -> None:
    take(lin, handed.no, "accept", kind="claim", route="由后勤处查明。")
    (document,) = lin.get(handed.case + "/documents").json()["items"]
    lin.get(f"/documents/{document['id']}.html")
    assert AccessRecord.objects.count() == 0
    assert "张**" not in lin.post(f"/documents/{document['id']}.html", {}).content.decode()
    record = AccessRecord.objects.get()
    assert (record.account, record.purpose) == (cast.accounts["lin"], "notice")


def test_a_paper_with_a_sign_that_no_typeface_has_is_a_problem_and_can_be_had_as_docx(cast: Cast, lin: Caller) -> None:
    body = petition(channel="letter", received_at="2026-03-02T09:30:00+08:00", fields={"representatives": 1})
    no = lin.post("/cases", {**body, "title": "\ue123消火栓"}).json()["no"]
    take(lin, no, "accept", kind="claim", route="书面答复")
    (document,) = lin.get(f"/cases/{no}/documents").json()["items"]
    assert problem(lin.get(f"/documents/{document['id']}.pdf"), 422)["type"].endswith("no-glyph")
    assert lin.get(f"/documents/{document['id']}.docx").status_code == 200


def test_reading_petitioners_is_put_on_record(handed: Handed, cast: Cast, lin: Caller, zhou: Caller) -> None:
    assert AccessRecord.objects.count() == 0
    told = lin.post(handed.case + "/petitioners", {}).json()["items"]
    assert told[0]["phone"] == "13800000001"
    assert AccessRecord.objects.get().account == cast.accounts["lin"]
    problem(zhou.post(handed.case + "/petitioners", {}), 404)


def test_a_letter_is_registered_at_the_desk(lin: Caller, zhou: Caller) -> None:
    body = petition(channel="letter", received_at="2026-03-02T09:30:00+08:00", fields={"representatives": 1})
    told = lin.post("/cases", body)
    assert told.status_code == 201, told.content.decode()
    seen = lin.get(f"/cases/{told.json()['no']}").json()
    assert (seen["channel"], seen["received_at"]) == ("letter", "2026-03-02T09:30:00+08:00")
    assert problem(zhou.post("/cases", body), 422)["code"] == "wrong-role"


def test_nobody_registers_for_another_organisation(lin: Caller, cast: Cast) -> None:
    problem(lin.post("/cases", petition(channel="letter", organisation="strangers")), 422)


def test_a_retried_step_is_taken_once(handed: Handed, lin: Caller) -> None:
    body = {"fields": {"kind": "claim", "route": "书面答复"}}
    first = lin.post(handed.case + "/actions/accept", body, KEY)
    again = lin.post(handed.case + "/actions/accept", body, KEY)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    problem(lin.post(handed.case + "/actions/accept", {"fields": {**body["fields"], "route": "另行"}}, KEY), 409)


def test_the_accused_do_not_see_the_case_that_accuses_them(anyone: Caller, cast: Cast, lin: Caller) -> None:
    handed = hand_in(anyone, accused=["bureau office 处"])
    problem(lin.get(handed.case), 404)
    assert lin.get("/cases").json()["items"] == []
    assert lin.get(f"/search?q={handed.no}").json()["items"] == []
    assert lin.get("/duties?mine=false").json()["items"] == []


@pytest.mark.parametrize("path", ["openapi.json", "docs"])
def test_the_interface_describes_itself_without_foreign_hosts(anyone: Caller, path: str) -> None:
    answer = anyone.get(f"/{path}")
    assert answer.status_code == 200
    assert "cdn." not in answer.content.decode()


def test_a_registration_is_corrected_and_the_events_say_what_stood_there(handed: Handed, lin: Caller) -> None:
    seq = lin.get(handed.case).json()["seq"]
    wanted = {
        "reason": "登记时写错。",
        "title": "消火栓没有水",
        "petitioners": [{"name": "林一", "phone": "13900000002", "address": "东门巷 1 号"}],
        "at_seq": seq,
    }
    assert lin.post(f"{handed.case}/correction", wanted).status_code == 200
    told = lin.get(handed.case).json()
    assert told["title"] == "消火栓没有水"
    event = lin.get(f"{handed.case}/events").json()["items"][-1]
    said = {shown["name"]: shown["value"] for shown in event["fields"]}
    assert (event["type"], event["action"], event["label"]) == (
        "RegistrationCorrected",
        "correct_registration",
        "更正登记",
    )
    assert said["title"] == "消火栓漏水 → 消火栓没有水"
    assert said["phone"] == "138****0001 → 139****0002"
    assert problem(lin.post(f"{handed.case}/correction", wanted), 409)["type"].endswith("stale")
    assert fields_of(problem(lin.post(f"{handed.case}/correction", {"reason": "", "title": "别的"}), 422)) == {"reason"}


def test_petitioners_are_corrected_all_or_not_at_all(handed: Handed, lin: Caller) -> None:
    wanted = {"reason": "写错。", "petitioners": [{"name": "林一"}, {"name": "林二"}]}
    assert fields_of(problem(lin.post(f"{handed.case}/correction", wanted), 422)) == {"petitioners"}
