"""What a petitioner handed in, by REST, and what staff have read of a case."""

from __future__ import annotations

import json
from base64 import b64encode

from huiyin.api.api import WITH_FILES, api
from huiyin.casework.models import Case, SeenCase
from tests.api.conftest import TEXT, Caller, Cast, hand_in, problem, take

NOTE = "照片说明。".encode()


def test_what_was_handed_in_is_told_with_its_files_and_what_was_added(anyone: Caller) -> None:
    attached = {"name": "说明.txt", "content": b64encode(NOTE).decode()}
    handed = hand_in(anyone, attachments=[attached])
    added = {"fields": {"more": "夜里又结了冰。"}}
    assert anyone.post(f"{handed.path}/actions/supplement", added, handed.key).status_code == 200
    petition, supplement = anyone.get(handed.path, handed.key).json()["handed_in"]
    assert (petition["label"], petition["text"]) == ("", TEXT)
    assert [shown["value"] for shown in supplement["fields"]] == ["夜里又结了冰。"]
    (file,) = petition["files"]
    assert file["name"] == "说明.txt"
    read = anyone.get(f"{handed.path}/files/{file['id']}", handed.key)
    assert (read.status_code, read.content) == (200, NOTE)


def test_a_file_of_another_matter_is_not_there_and_none_without_the_code(anyone: Caller) -> None:
    attached = {"name": "说明.txt", "content": b64encode(NOTE).decode()}
    handed, other = hand_in(anyone, attachments=[attached]), hand_in(anyone)
    (file,) = anyone.get(handed.path, handed.key).json()["handed_in"][0]["files"]
    problem(anyone.get(f"{other.path}/files/{file['id']}", other.key), 404)
    problem(anyone.get(f"{handed.path}/files/{file['id']}", other.key), 404)


def test_a_document_is_handed_to_the_petitioner_to_whom_it_was_issued(anyone: Caller, lin: Caller) -> None:
    handed, other = hand_in(anyone), hand_in(anyone)
    take(lin, handed.no, "accept", kind="claim", route="书面答复")
    (notice,) = anyone.get(handed.path, handed.key).json()["notices"]
    there = f"documents/{notice['id']}"
    page = anyone.get(f"{handed.path}/{there}.html", handed.key)
    assert "林一：" in page.content.decode() and "受理告知书" in page.content.decode()
    assert anyone.get(f"{handed.path}/{there}.pdf", handed.key).content[:5] == b"%PDF-"
    problem(anyone.get(f"{other.path}/{there}.pdf", other.key), 404)
    problem(anyone.get(f"{handed.path}/{there}.pdf", other.key), 404)


def test_whoever_may_see_a_case_says_that_they_have_read_it(cast: Cast, anyone: Caller, lin: Caller) -> None:
    handed = hand_in(anyone)
    assert lin.post(f"{handed.case}/seen", {}).status_code == 204
    seen = SeenCase.objects.get(account=cast.accounts["lin"])
    assert seen.seq == Case.objects.get(number=handed.no).seq
    problem(Caller(cast.tokens["he"]).post(f"{handed.case}/seen", {}), 404)
    assert SeenCase.objects.count() == 1


def test_the_description_has_a_form_wherever_a_body_may_bring_files() -> None:
    described = json.loads(json.dumps(api.get_openapi_schema()))["paths"]
    forms = {
        address
        for address, operations in described.items()
        if "multipart/form-data" in operations.get("post", {}).get("requestBody", {}).get("content", {})
    }
    assert len(forms) == len(WITH_FILES)
    form = described["/api/v1/submissions"]["post"]["requestBody"]["content"]["multipart/form-data"]
    assert form["schema"]["properties"]["json"] == {"$ref": "#/components/schemas/SubmissionIn"}
    assert form["encoding"] == {"json": {"contentType": "application/json"}}
