"""The notice of acceptance says when, until when and by whom, not only that."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.casework.history import documents, read_history
from huiyin.casework.models import Duty
from tests.cast import DAY, NOW, make_cast
from tests.matters import Matter, begin, walk

pytestmark = pytest.mark.django_db


def test_art_23_the_notice_of_acceptance_states_days_limit_and_unit() -> None:
    matter = walk(begin(make_cast(), NOW), until="accept")
    (document,) = documents(read_history(matter.case, matter.petitioner))
    said = {item.name: item.value for item in document.body}
    assert said["received"] == said["accepted"] == "2026-03-02"
    assert said["handling"] == "60 日，至 2026-05-06"  # the sixtieth day is in the holidays of May
    assert said["unit"] == "临江信访办"
    assert list(said)[-2:] == ["kind", "route"]


def test_a_notice_without_limits_prints_none() -> None:
    matter = walk(begin(make_cast(), NOW), until="serve_reply")
    reply = next(
        document for document in documents(read_history(matter.case, matter.petitioner)) if document.kind == "reply"
    )
    assert [item.name for item in reply.body][:2] == ["request", "result"]
    assert "unit" not in {item.name for item in reply.body}


def paper(matter: Matter, kind: str) -> dict[str, str]:
    found = [one for one in documents(read_history(matter.case, matter.petitioner)) if one.kind == kind]
    return {item.name: item.value for item in found[-1].body}


def test_a_report_to_who_referred_a_matter_says_no_reason_of_another_step() -> None:
    """Why more time was asked for, or a draft returned, is not why the matter ended as it did; a refusal says its own reason."""
    above = {"who": "registrar", "channel": "referral", "fields": {"source_organ": "市信访局"}}
    cast = make_cast()
    matter = walk(begin(cast, NOW, **above), until="investigate")
    matter.does("handler", "request_extension")
    matter.does("registrar", "report_to_source", answer="正在办理，另行报告结果。")
    assert "answer" in paper(matter, "source_report") and "reason" not in paper(matter, "source_report")
    refused = begin(cast, NOW, **above)
    refused.does("intake", "decline")
    assert paper(refused, "source_report")["reason"]


@pytest.mark.clause("art-32.2")
@pytest.mark.parametrize(("given", "said"), [("2026-04-10", "2026-04-10"), (None, "30 日，至 2026-04-01")])
def test_art_32_an_opinion_in_favour_says_until_when_it_is_carried_out(given: str | None, said: str) -> None:
    matter = walk(begin(make_cast(), NOW), until="investigate")
    matter.does("handler", "propose_opinion", result="support", carry_out_by=given)
    matter.does("head", "approve_opinion")
    matter.does("handler", "serve_reply")
    assert paper(matter, "reply")["carry_out"] == said
    assert owed_until(matter, "carry_out") == said[-10:]


def owed_until(matter: Matter, kind: str) -> str:
    (due,) = Duty.objects.filter(case=matter.id, kind=kind).values_list("due_at", flat=True)
    return timezone.localtime(due).date().isoformat()


def test_an_opinion_that_grants_nothing_names_no_day_on_which_it_is_carried_out() -> None:
    assert "carry_out" not in paper(walk(begin(make_cast(), NOW), until="serve_reply"), "reply")


@pytest.mark.clause("art-27")
def test_what_was_carried_out_when_and_what_to_do_otherwise_is_told_in_writing(client: Client) -> None:
    matter = walk(begin(make_cast(), timezone.now() - 3 * DAY), until="investigate")
    matter.does("handler", "propose_opinion", result="support")
    matter.does("head", "approve_opinion")
    matter.does("handler", "serve_reply")
    page = open_page(client, matter)
    assert "落实支持您的请求" in page[page.index('id="owed-title"') :]
    matter.does("handler", "record_execution")
    page = open_page(client, matter)
    assert "落实情况告知书" in page and "落实支持您的请求" not in page
    told = paper(matter, "execution")
    assert told["done"] == "已经修好。" and told["done_on"]
    assert "督促落实" in documents(read_history(matter.case, matter.petitioner))[-1].says


def open_page(client: Client, matter: Matter) -> str:
    client.post("/track/", {"receipt": matter.registered.receipt, "code": matter.registered.code})  # type: ignore[union-attr]
    return client.get("/track/matter/").content.decode()
