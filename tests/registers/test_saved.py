"""Views and searches that are kept under a name."""

from __future__ import annotations

import pytest

from huiyin.registers import saved
from huiyin.registers.models import SavedView
from tests.cast import NOW, Cast, make_cast

Kind = SavedView.ViewKind


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def keep(
    cast: Cast, who: str, name: str, asks: str, kind: SavedView.ViewKind = Kind.REGISTER, *, shared: bool = False
) -> bool:
    return saved.keep(cast.actor(who), cast.accounts[who], kind, name, asks, NOW, shared=shared)


def names(cast: Cast, who: str, kind: SavedView.ViewKind = Kind.REGISTER) -> list[str]:
    return [view.name for view in saved.kept_views(cast.actor(who), kind)]


def test_a_view_is_kept_for_oneself_and_a_shared_one_for_the_organisation(cast: Cast) -> None:
    assert keep(cast, "registrar", "逾期", "overdue=1") and keep(
        cast, "registrar", "本月", "from=2026-03-01", shared=True
    )
    assert names(cast, "registrar") == ["本月", "逾期"]
    assert names(cast, "intake") == ["本月"]
    assert names(cast, "outsider") == []


def test_a_search_is_never_shared(cast: Cast) -> None:
    assert keep(cast, "registrar", "找人", "陈晓光", Kind.SEARCH, shared=True)
    assert names(cast, "intake", Kind.SEARCH) == []


def test_what_somebody_looks_for_cannot_be_read_in_the_database(cast: Cast) -> None:
    keep(cast, "registrar", "找陈晓光", "陈晓光", Kind.SEARCH)
    assert "陈晓光".encode() not in bytes(SavedView.objects.get().sealed)


def test_the_same_name_is_kept_once_and_nothing_without_a_name(cast: Cast) -> None:
    assert keep(cast, "registrar", "逾期", "overdue=1") and keep(cast, "registrar", " 逾期 ", "open=1")
    assert [view.asks for view in saved.kept_views(cast.actor("registrar"), Kind.REGISTER)] == ["open=1"]
    assert not keep(cast, "registrar", "  ", "open=1")


def test_no_more_are_kept_than_anybody_reads(cast: Cast) -> None:
    assert all(keep(cast, "registrar", str(n), "open=1") for n in range(saved.MAX_KEPT))
    assert not keep(cast, "registrar", "多一个", "open=1")


def test_a_view_is_removed_by_whose_it_is(cast: Cast) -> None:
    keep(cast, "registrar", "本月", "from=2026-03-01", shared=True)
    (view,) = saved.kept_views(cast.actor("intake"), Kind.REGISTER)
    assert not view.own and not saved.remove(cast.actor("intake"), view.id)
    assert saved.remove(cast.actor("registrar"), view.id)
