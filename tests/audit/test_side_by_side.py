"""Many cases are verified in several processes: the same findings in the same order."""

from __future__ import annotations

from uuid import UUID

import pytest

from huiyin.audit import side_by_side
from huiyin.audit.side_by_side import processes_for
from huiyin.audit.verify import case_flaws, verify
from huiyin.casework.models import Case
from tests.cast import make_cast
from tests.matters import begin


def test_what_several_processes_find_comes_piece_by_piece_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side_by_side, "AT_ONCE", 3)
    ids = [UUID(int=number) for number in range(10)]
    found = list(side_by_side.side_by_side(list, ids, 2))
    assert [id for piece, _ in found for id in piece] == ids
    assert all(piece == inside for piece, inside in found)


def test_what_one_of_them_raises_is_raised_here() -> None:
    with pytest.raises(TypeError):
        list(side_by_side.side_by_side(sum, [UUID(int=1)], 1))  # type: ignore[arg-type]


def test_processes_are_started_where_there_are_many_cases() -> None:
    assert processes_for(10) == 1
    assert processes_for(side_by_side.WORTH_IT) >= 1


@pytest.mark.django_db
def test_a_piece_is_checked_as_everything_is() -> None:
    cast = make_cast()
    ids = [begin(cast).id for _ in range(2)]
    assert case_flaws(None, ids) == []
    Case.objects.filter(id=ids[1]).update(stage="replied")
    assert case_flaws(None, ids) == list(verify(ids)) != []
