"""Destroying filed letters: appraised by one, approved by another, and then really gone; the ledger goes on to verify."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huiyin import door
from huiyin.audit.verify import verify
from huiyin.casework.history import read_history
from huiyin.casework.models import CaseParty
from huiyin.documents.content import FormRow
from huiyin.documents.steps.step_document import step_documents
from huiyin.people.ids import new_id
from huiyin.people.models import Erasure
from huiyin.people.petitioners import PetitionerErased, read_petitioner
from huiyin.rule_store.store import load
from tests.cast import NOW, make_cast
from tests.matters import Matter, begin
from tests.wandering import fill_posts

pytestmark = pytest.mark.django_db
WORDS = "来信内容不清，反复来信要求再查。"


@pytest.fixture
def filed() -> Matter:
    """A letter that was filed more than three years ago, appraised, its destruction approved."""
    cast = make_cast("science-bureau")
    fill_posts(cast, load("science-bureau"))
    matter = begin(cast, timezone.now() - timedelta(days=1200), channel="letter", who="registrar", text=WORDS)
    matter.does("intake", "file_letter", file_ground="concluded", no_new_facts=True, reason="已复核终结。")
    matter.does("archivist", "pack_filed", region="临江", pack_year=2023)
    matter.at = timezone.now() - timedelta(hours=1)
    matter.does("archivist", "appraise_filed", appraised=True)
    return matter


def page(matter: Matter) -> str:
    """The case as the archivist sees it."""
    client = Client()
    client.force_login(matter.cast.accounts["archivist"])
    return client.get(f"/desk/cases/{matter.case.number}/").content.decode()


@pytest.mark.clause("s1-C11b")
def test_what_is_recorded_as_destroyed_is_gone_and_the_rest_verifies(filed: Matter) -> None:
    assert isinstance(filed.tries("archivist", "destroy_filed", destroyed_on="$today"), door.Refused)
    filed.does("leader_in_charge", "approve_destruction")
    assert WORDS in page(filed)
    filed.does("archivist", "destroy_filed", destroyed_on="$today")
    with pytest.raises(PetitionerErased):
        read_petitioner(filed.case.petitioner, filed.cast.actor("archivist"), "test", timezone.now())
    assert WORDS not in page(filed)
    assert "销毁存信" in page(filed)
    *_earlier, (_seq, made) = step_documents(read_history(filed.case, filed.actor("archivist")))
    assert (made.title, made.rows[0]) == ("销毁清册", FormRow("事项", "（保管期限已满，资料已销毁）"))
    record = Erasure.objects.get(case=filed.id)
    assert (record.reason, record.decided_by) == ("retention", filed.cast.accounts["archivist"])
    assert [finding for finding in verify() if finding.kind == "wrong"] == []


def test_whoever_has_another_matter_open_keeps_what_is_needed_for_it(filed: Matter) -> None:
    filed.does("leader_in_charge", "approve_destruction")
    other = begin(filed.cast)
    CaseParty.objects.create(id=new_id(NOW), case=other.case, petitioner=filed.case.petitioner, position=7)
    refused = door.execute(filed.wish("archivist", "destroy_filed", destroyed_on="$today"))
    assert isinstance(refused, door.Rejected)
    assert [error.code for error in refused.errors] == ["open-elsewhere"]
    assert not Erasure.objects.exists()
