"""The notice of acceptance says when, until when and by whom, not only that."""

from __future__ import annotations

import pytest

from huiyin.casework.history import documents, read_history
from tests.cast import NOW, make_cast
from tests.matters import begin, walk

pytestmark = pytest.mark.django_db


def test_art_23_the_notice_of_acceptance_states_days_limit_and_unit() -> None:
    matter = walk(begin(make_cast(), NOW), until="accept")
    (paper,) = documents(read_history(matter.case, matter.petitioner))
    said = {item.name: item.value for item in paper.body}
    assert said["received"] == said["accepted"] == "2026-03-02"
    assert said["handling"] == "60 日，至 2026-05-06"  # the sixtieth day is in the holidays of May
    assert said["unit"] == "临江信访办"
    assert list(said)[-2:] == ["kind", "route"]


def test_a_notice_without_limits_prints_none() -> None:
    matter = walk(begin(make_cast(), NOW), until="serve_reply")
    reply = next(paper for paper in documents(read_history(matter.case, matter.petitioner)) if paper.kind == "reply")
    assert [item.name for item in reply.body][:2] == ["request", "result"]
    assert "unit" not in {item.name for item in reply.body}
