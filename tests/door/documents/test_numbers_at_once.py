"""Numbers of documents without gap or double, in the register of the organ whose document it is, when many approve at once."""

from __future__ import annotations

from functools import partial

import pytest

from huiyin import door
from huiyin.audit.verify import verify
from huiyin.casework.models import DocumentRecord, Notice
from huiyin.ledger.models import CountedSeries
from tests import tables
from tests.cast import make_cast
from tests.matters import begin, walk

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 6


@pytest.mark.any_database
def test_many_who_approve_at_once_get_every_number_once(transactional_db: None) -> None:
    cast = make_cast()
    matters = [walk(begin(cast), until="propose_opinion") for _ in range(MANY)]
    before = Notice.objects.count()
    outcomes = tables.at_once([partial(door.execute, matter.wish("head", "approve_opinion")) for matter in matters])
    assert [type(outcome) for outcome in outcomes] == [door.Accepted] * MANY
    numbers = sorted(DocumentRecord.objects.values_list("number", flat=True))
    assert numbers == list(range(before + 1, before + MANY + 1))
    assert [str(finding) for finding in verify()] == []


def test_the_papers_of_a_higher_organ_are_counted_in_its_own_register(transactional_db: None) -> None:
    cast = make_cast()
    matter = walk(begin(cast), until="serve_review")
    document = DocumentRecord.objects.get(case=matter.id, kind="review_opinion")
    notice = Notice.objects.get(id=document.id)
    assert document.issuer_id == notice.issuer_id == cast.organisations["jn"].id
    assert (document.number, notice.number, notice.period) == (1, 1, "2026")
    assert CountedSeries.objects.get(organisation_id=cast.organisations["jn"].id, name="papers").count == 1
    assert [str(finding) for finding in verify()] == []
