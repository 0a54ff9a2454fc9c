"""A matter is found by the number of one of its documents, by whoever may see the matter."""

from __future__ import annotations

import pytest

from huiyin.casework.lists.cases import CaseFilter, cases
from huiyin.casework.lists.document_numbers import of_documents
from huiyin.casework.models import Notice
from huiyin.people.models import Organisation
from tests.cast import NOW, Cast, make_cast
from tests.matters import Matter, begin, walk


@pytest.fixture
def cast(db: None) -> Cast:
    made = make_cast()
    Organisation.objects.filter(id=made.lj.id).update(paper_code="临信访")
    return made


@pytest.fixture
def matter(cast: Cast) -> Matter:
    """One with a notice of acceptance and an opinion, beside another."""
    begin(cast).does("intake", "accept")
    return walk(begin(cast), until="serve_reply")


def found(cast: Cast, who: str, q: str) -> list[str]:
    return [view.case.number for view in cases(cast.actor(who), CaseFilter(q=q), NOW).items]


def test_however_it_is_written_the_number_of_a_paper_leads_to_its_matter(cast: Cast, matter: Matter) -> None:
    number = Notice.objects.get(case=matter.id, kind="reply").number
    for written in (
        "临信访〔2026〕{}号",
        "临信访[2026]{}号",
        "临信访(２０２６) {} 号",
        "〔2026〕{}号",
        "临信访〔2026〕第{}号",
        "2026〕{}",
    ):
        assert found(cast, "intake", written.format(number)) == [matter.case.number], written
    assert found(cast, "handler", f"临信访〔2026〕{number}号") == [matter.case.number]
    assert found(cast, "stranger", f"临信访〔2026〕{number}号") == []
    assert found(cast, "intake", f"南河〔2026〕{number}号") == []
    assert found(cast, "intake", f"临信访〔2025〕{number}号") == []


@pytest.mark.parametrize(
    "q", ["临信访", "2026", "号", "〔2026〕号", "13800000001", "LJ-20260302-0001", "〔2026〕99999999号"]
)
def test_what_is_no_number_of_a_paper_is_not_looked_up_as_one(cast: Cast, q: str) -> None:
    assert of_documents(cast.lj.id, q) == []
