"""Finding matters by words of their texts: what is found, by whom, and what the database gives away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection

from huiyin.casework.models import Text
from huiyin.casework.sealed import texts
from huiyin.door.erasure import Erasing, erase
from huiyin.ledger.models import Row
from huiyin.people.models import Erasure
from huiyin.sealing.aead import open_sealed
from huiyin.search import find, index, keys
from huiyin.search.find import find_texts
from huiyin.search.models import TEXTS_A_SEGMENT, FindableText, IndexSegment, Posting
from tests.audit.installation import unguarded
from tests.cast import NOW, Cast
from tests.matters import begin, report, walk
from tests.search.conftest import take_all_in

Find = Callable[..., list[str]]


@pytest.fixture
def found(cast: Cast) -> Find:
    """The numbers of the cases that somebody finds by these words."""

    def by(typed: str, who: str = "registrar") -> list[str]:
        take_all_in()
        return [item.case.number for item in find_texts(cast.actor(who), typed).items]

    return by


def test_a_petition_is_found_by_two_signs_of_its_text(cast: Cast, found: Find) -> None:
    lamp, _other = begin(cast), begin(cast, title="井盖", text="井盖松动，夜间有响声。")
    assert found("两个星期") == [lamp.case.number]
    assert found("兩個星期") == [lamp.case.number]


def test_what_was_written_in_steps_is_found_and_says_so(cast: Cast, found: Find) -> None:
    matter = walk(begin(cast), "investigate")
    assert found("线路老化") == [matter.case.number]
    item = find_texts(cast.actor("registrar"), "线路老化").items[0]
    assert item.kind == FindableText.TextKind.STEP
    assert [piece.text for piece in item.passage if piece.found] == ["线路老化"]


def test_somebody_else_s_matters_are_not_found(cast: Cast, found: Find) -> None:
    walk(begin(cast), "assign")
    assert found("路灯", "handler")
    assert not found("路灯", "stranger")
    assert not found("路灯", "outsider")


def test_a_sealed_matter_is_found_by_who_sees_it_and_not_by_who_is_accused(cast: Cast, found: Find) -> None:
    matter = begin(cast, text="临江训练处的人打人。", accused_units=(cast.units["lj-training"].id,))
    assert found("打人") == [matter.case.number]
    assert not found("打人", "stranger")


def test_words_that_say_who_is_accused_are_found_by_nobody(cast: Cast, found: Find) -> None:
    begin(cast, accused=("防火处的老王",))
    assert not found("老王", "registrar")
    assert not found("老王", "discipline")


def test_what_a_petitioner_adds_is_found_but_not_whom_they_accuse(cast: Cast, found: Find) -> None:
    begin(cast).does("petitioner", "supplement", more="昨晚又有人摔倒。", also_accused="临江训练处")
    assert found("又有人摔倒", "discipline")
    assert not found("训练处", "discipline")


def test_reasons_why_somebody_withdraws_are_found_by_nobody(cast: Cast) -> None:
    matter = walk(begin(cast), "assign")
    matter.does("head", "recuse", person="handler", reason="与信访人是表兄弟。")
    take_all_in()
    assert not find_texts(cast.actor("head"), "表兄弟").items


def test_a_paper_is_found_by_its_newest_text_alone(cast: Cast, found: Find) -> None:
    matter = walk(begin(cast), "propose_opinion")
    assert found("列入本月检修")
    assert matter.case.number in found("列入本月检修")


def test_texts_of_a_case_that_is_sealed_later_go_under_other_keys(cast: Cast) -> None:
    matter = begin(cast)
    take_all_in()
    assert not FindableText.objects.filter(segment__sealed=True).exists()
    matter.does("petitioner", "supplement", more="请再派人来。", also_accused="临江训练处")
    take_all_in()
    assert matter.case.sealed
    assert not FindableText.objects.filter(segment__sealed=False, case=matter.case).exists()
    assert not Posting.objects.filter(segment__sealed=False).exists()


def test_an_erased_petitioner_s_words_leave_nothing_behind(cast: Cast, found: Find) -> None:
    kept, gone = begin(cast), walk(begin(cast, text="井盖松动，夜间有响声。", title="井盖"))
    assert gone.case.number in found("井盖松动")
    assert not erase(gone.case, Erasing(Erasure.Reason.ORDER, "临信〔2026〕1号", cast.accounts["head"]), NOW).open
    assert not FindableText.objects.filter(case=gone.case).exists()
    alone = set(Posting.objects.values_list("label", flat=True))
    index.forget_all()
    take_all_in()
    assert len(alone) == Posting.objects.count()
    assert found("路灯") == [kept.case.number, kept.case.number]


def test_equal_words_look_different_in_every_segment(cast: Cast) -> None:
    begin(cast)
    take_all_in()
    first = set(Posting.objects.values_list("label", flat=True))
    IndexSegment.objects.update(used=TEXTS_A_SEGMENT)
    begin(cast)
    take_all_in()
    assert IndexSegment.objects.count() == 2
    assert len(set(Posting.objects.values_list("label", flat=True))) == 2 * len(first)


def test_how_often_a_word_is_used_shows_nowhere(cast: Cast) -> None:
    begin(cast), begin(cast), begin(cast, text="井盖松动，夜间有响声。")
    take_all_in()
    assert len({len(row) for row in Posting.objects.values_list("places", flat=True)}) == 1


def test_a_full_segment_is_followed_by_another(cast: Cast, found: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "TEXTS_A_SEGMENT", 8)
    matters = [begin(cast) for _ in range(9)]
    assert len(found("两个星期")) == len(matters)
    assert IndexSegment.objects.count() > 1


def test_pages_hold_each_text_once_and_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "CANDIDATES_A_ROUND", 2)
    monkeypatch.setattr(find, "ROUNDS", (1, 1, 1))
    numbers = []
    for _ in range(2):
        numbers += [begin(cast).case.number for _ in range(4)]
        take_all_in()
        IndexSegment.objects.update(used=TEXTS_A_SEGMENT)
    seen, after = [], ""
    for _ in range(9):
        page = find_texts(cast.actor("registrar"), "两个星期", after, size=3)
        seen += [item.case.number for item in page.items]
        after = page.next
        if not after:
            break
    assert seen == numbers[::-1]


@pytest.mark.parametrize("after", ["", "x", "====", "AAAA", "灯"])
def test_a_wrong_key_of_a_page_begins_at_the_first(after: str, cast: Cast) -> None:
    begin(cast)
    take_all_in()
    assert find_texts(cast.actor("registrar"), "两个星期", after).items


def test_a_report_about_another_case_is_found_like_any(cast: Cast) -> None:
    made = report(cast)
    take_all_in()
    for who in ("discipline", "registrar"):
        seen = find_texts(cast.actor(who), "调离原岗位").items
        assert [item.case.number for item in seen] in ([], [made.case.number])


def test_a_damaged_text_keeps_no_other_from_being_found(cast: Cast, found: Find) -> None:
    broken, whole = begin(cast), begin(cast)
    row = Text.objects.filter(case=broken.id).order_by("id")[0]
    Text.objects.filter(id=row.id).update(sealed=bytes(row.sealed)[:-1] + b"0")
    assert whole.case.number in found("路灯")
    assert not Text.objects.filter(indexed=False).exists()


def test_a_damaged_ledger_of_a_case_keeps_no_other_from_being_found(cast: Cast, found: Find) -> None:
    broken, whole = begin(cast), begin(cast)
    with unguarded():
        Row.objects.filter(case_id=broken.id).update(body="{")
    assert found("两个星期") == [whole.case.number]


def test_a_damaged_index_stops_neither_searching_nor_erasing(cast: Cast, found: Find) -> None:
    matter = walk(begin(cast))
    take_all_in()
    Posting.objects.update(places=b"0" * 60)
    assert found("两个星期") == []
    assert not erase(matter.case, Erasing(Erasure.Reason.ORDER, "临信〔2026〕1号", cast.accounts["head"]), NOW).open
    assert not Posting.objects.exists()


@dataclass
class Work:
    """What one search had done."""

    statements: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    opened: int = 0


def work_of(cast: Cast, typed: str, who: str, monkeypatch: pytest.MonkeyPatch) -> Work:
    """What finding ``typed`` has the database and the keys do. Each statement is run once more, to count its rows."""
    work = Work()

    def noted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        work.statements.append(sql)
        execute(sql, params, many, context)
        work.rows.append(len(context["cursor"].fetchall()))
        return execute(sql, params, many, context)

    def counted(key: bytes, sealed: bytes, aad: bytes) -> bytes:
        work.opened += 1
        return open_sealed(key, sealed, aad)

    monkeypatch.setattr(keys, "open_sealed", counted)
    monkeypatch.setattr(texts, "open_sealed", counted)
    actor = cast.actor(who)
    with connection.execute_wrapper(noted):
        assert not find_texts(actor, typed).items
    return work


def hidden_and_seen(cast: Cast, who: str) -> None:
    """Matters that ``who`` sees, among those that they do not: sealed ones that accuse their unit, open ones of other units."""
    walk(begin(cast), "assign")
    begin(cast, text="食堂的饭菜太贵。", accused_units=(cast.units["lj-training"].id,))
    begin(cast, text="值班的人打人。", accused_units=(cast.actor(who).unit,))
    begin(cast, text="井盖松动，夜间有响声。")
    take_all_in()


@pytest.mark.parametrize(
    ("who", "present", "absent"),
    [
        ("registrar", "打人", "吃鱼"),
        ("registrar", "值班的人打人", "消防无人值守"),
        ("handler", "打人", "吃鱼"),
        ("handler", "夜间有响声", "白天无烟雾"),
    ],
)
def test_searching_does_the_same_whether_hidden_matters_have_the_words_or_not(
    who: str, present: str, absent: str, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden_and_seen(cast, who)
    assert work_of(cast, present, who, monkeypatch) == work_of(cast, absent, who, monkeypatch)


def test_more_hidden_candidates_than_are_looked_at_do_not_hold_a_search_up(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find, "CANDIDATES_A_ROUND", 2)
    monkeypatch.setattr(find, "ROUNDS", (1,))
    own = walk(begin(cast), "assign")
    for _ in range(3):
        begin(cast)
    take_all_in()
    page = find_texts(cast.actor("handler"), "两个星期")
    assert ([item.case.number for item in page.items], page.next) == ([own.case.number], "")
