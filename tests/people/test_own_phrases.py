"""Phrases of one's own: filled in for the case, those used last first, read by nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.people.models import OwnPhrase, StandardPhrase
from huiyin.people.staff import phrases
from huiyin.people.staff.own_phrases import MAX_KEPT, MAX_SIGNS, PhraseRefused, filled_in, keep, kept_by
from tests.cast import NOW, Cast, make_cast
from tests.desk.conftest import Desk, desk
from tests.documents.drafting import state_of
from tests.matters import ENTRIES, begin, walk

__all__ = ["desk"]

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

PAGE = "/account/me/phrases/"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def offered(client: Client, address: str) -> list[str]:
    """The phrases of the first text of a form, in their order."""
    fields = client.get(address).context["filled"].fields
    return next([phrase.text for phrase in bound.phrases] for bound in fields if bound.phrases)


def test_a_placeholder_becomes_what_it_stands_for_and_one_without_value_stays_to_be_seen() -> None:
    assert filled_in("{编号}由{承办单位}办理", {"编号": "甲1", "承办单位": ""}) == "甲1由{承办单位}办理"


@pytest.mark.parametrize("text", ["", "  ", "一" * (MAX_SIGNS + 1), "请{谁}办理"])
def test_what_is_no_phrase_is_refused(cast: Cast, text: str) -> None:
    with pytest.raises(PhraseRefused):
        keep(cast.accounts["handler"], text, NOW)
    assert not OwnPhrase.objects.exists()


def test_so_many_are_the_most(cast: Cast) -> None:
    for number in range(MAX_KEPT):
        keep(cast.accounts["handler"], f"第{number}条", NOW)
    with pytest.raises(PhraseRefused):
        keep(cast.accounts["handler"], "再一条", NOW)


def test_a_phrase_is_sealed_and_offered_to_whoever_keeps_it_filled_in_for_the_case(cast: Cast, desk: Desk) -> None:
    client = desk("handler")
    assert client.post(PAGE, {"text": "{编号}已由{我的单位}查对完毕。"}).status_code == 302
    assert "查对".encode() not in bytes(OwnPhrase.objects.get().sealed)
    matter = walk(begin(cast), "assign")
    form = f"/desk/cases/{matter.case.number}/actions/investigate/"
    (text,) = offered(client, form)
    assert text.startswith(f"{matter.case.number}已由") and "{" not in text
    assert "查对完毕" not in desk("head").get(form).content.decode()
    row = OwnPhrase.objects.get()
    assert desk("head").post(f"{PAGE}{row.id}/remove/").status_code == 404
    assert client.post(f"{PAGE}{row.id}/remove/").status_code == 302
    assert not OwnPhrase.objects.exists()


def test_what_was_used_last_comes_first_whoever_keeps_it(cast: Cast, desk: Desk) -> None:
    account, now = cast.accounts["handler"], timezone.now()
    keep(account, "我先记的。", now - timedelta(days=2))
    for text in ("本机关甲。", "本机关乙。"):
        phrases.add(StandardPhrase(organisation=cast.lj, text=text, added_at=NOW), None)
    matter = walk(begin(cast), "assign")
    form = f"/desk/cases/{matter.case.number}/actions/investigate/"
    client = desk("handler")
    assert offered(client, form) == ["我先记的。", "本机关甲。", "本机关乙。"]
    page = client.get(form)
    entries = {
        **ENTRIES["investigate"],
        "investigated_on": str(timezone.localdate()),
        "finding": "本机关乙。经查属实。",
    }
    sent = {"_key": page.context["key"], "_at_seq": matter.case.seq, **entries}
    answer = client.post(form, sent)
    assert answer.status_code == 302, answer.context["filled"].wrong
    matter = walk(begin(cast), "assign")
    form = f"/desk/cases/{matter.case.number}/actions/investigate/"
    assert offered(client, form) == ["本机关乙。", "我先记的。", "本机关甲。"]
    assert [line.text for line in kept_by(account.id)] == ["我先记的。"]


def test_what_cannot_be_kept_comes_back_with_why(cast: Cast, desk: Desk) -> None:
    answer = desk("handler").post(PAGE, {"text": "请{谁}办理"})
    assert answer.status_code == 422
    assert "{谁}" in answer.context["problem"]
    assert answer.context["text"] == "请{谁}办理"


def test_the_text_of_a_paper_is_offered_what_is_for_all_texts_alone(cast: Cast, desk: Desk) -> None:
    phrases.add(StandardPhrase(organisation=cast.lj, text="只在调查里。", field="finding", added_at=NOW), None)
    phrases.add(StandardPhrase(organisation=cast.lj, text="到处可用。", added_at=NOW), None)
    matter = walk(begin(cast), "propose_opinion")
    document = f"/desk/cases/{matter.case.number}/papers/{state_of(matter).id}/edit/"
    page = desk("handler").get(document)
    assert [phrase.text for phrase in page.context["phrases"]] == ["到处可用。"]
