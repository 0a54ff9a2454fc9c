"""A repeat joins the first case in one transaction: both change, or neither."""

from __future__ import annotations

import pytest

from huiyin import door
from huiyin.casework.history import contacts, documents, read_history, steps
from huiyin.casework.lists.duties import worklist
from huiyin.casework.visible import visible_to
from huiyin.ledger.models import Row
from tests.cast import Cast, make_cast
from tests.door.test_texts_that_accuse import sees
from tests.matters import BUREAU_ROAD, begin, walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    """Everybody, under the bureau's rules."""
    return make_cast("xx-bureau")


@pytest.mark.clause("s0-3.1.2")
def test_a_repeat_that_joins_the_first_case_is_written_to_both(cast: Cast) -> None:
    first, repeat = begin(cast), begin(cast)
    repeat.does("registrar", "link_repeat", first_case=first.case.number, reason="同一事由和诉求")
    assert (repeat.case.stage, first.case.stage) == ("merged", "registered")
    last = Row.objects.filter(case_id=first.id).order_by("-seq").first()
    assert last is not None
    assert last.type == "ActionTaken"


@pytest.mark.clause("s0-3.1.2")
def test_when_the_first_case_cannot_take_a_repeat_neither_changes(cast: Cast) -> None:
    first, repeat = begin(cast), begin(cast)
    first.does("intake", "decline", competent_organ="市城管局", reason="路灯由城管部门管理。")
    before = (first.case.seq, repeat.case.seq)
    outcome = repeat.tries("registrar", "link_repeat", first_case=first.case.number, reason="同一事由和诉求")
    assert isinstance(outcome, door.Refused)
    assert (first.case.seq, repeat.case.seq) == before


@pytest.mark.parametrize(("reader", "is_told"), [("intake", True), ("co_handler", False)])
def test_the_number_of_the_first_case_is_told_to_those_alone_who_see_that_one(
    cast: Cast, reader: str, is_told: bool
) -> None:
    first = walk(begin(cast), until="assign", road=BUREAU_ROAD)
    repeat = begin(cast, first.at)
    repeat.does("registrar", "link_repeat", first_case=first.case.number, reason="同一事由和诉求")
    repeat.does("intake", "place_repeat", unit="lj-logistics")
    actor = repeat.actor(reader)
    story = steps(read_history(visible_to(actor).get(id=repeat.id), actor))
    assert (first.case.number in str(story)) is is_told


@pytest.mark.clause("s0-3.1.2")
def test_whoever_repeats_is_answered_on_their_own_receipt_by_the_unit_of_the_first_case(cast: Cast) -> None:
    first = walk(begin(cast), until="assign", road=BUREAU_ROAD)
    repeat = begin(cast, first.at, text="滨江路的路灯到今天还是坏的。")
    repeat.does("registrar", "link_repeat", first_case=first.case.number, reason="同一事由和诉求")
    assert not visible_to(repeat.actor("handler")).filter(id=repeat.id).exists()
    repeat.does("intake", "place_repeat", unit="lj-fire")
    handler = repeat.actor("handler")
    (owed,) = [row for row in worklist(handler, repeat.at).items if row.kind == "answer_joined"]
    assert owed.case.number == repeat.case.number
    past = read_history(visible_to(handler).get(id=repeat.id), handler)
    assert [contact.text for contact in contacts(past)] == ["滨江路的路灯到今天还是坏的。"]
    repeat.does("handler", "answer_joined", answer="本周五前修好。")
    told = documents(read_history(repeat.case, None), {"petitioner"})
    assert ("repeat_reply", "本周五前修好。") in {
        (document.kind, shown.value) for document in told for shown in document.body
    }
    assert "本周五前修好。" not in str(documents(read_history(first.case, None), {"petitioner"}))


@pytest.mark.clause("s0-3.1.2")
def test_a_repeat_of_a_case_without_a_unit_is_owed_an_answer_all_the_same(cast: Cast) -> None:
    first, repeat = begin(cast), begin(cast)
    repeat.does("registrar", "link_repeat", first_case=first.case.number, reason="同一事由和诉求")
    still = repeat.case.duties.filter(discharged_at=None, withdrawn_at=None)
    assert {duty.kind: duty.role for duty in still} == {"place_repeat": "intake", "archive": "archivist"}
    assert isinstance(repeat.tries("archivist", "archive"), door.Refused)


def test_a_case_cannot_join_itself(cast: Cast) -> None:
    matter = begin(cast)
    outcome = matter.tries("registrar", "link_repeat", first_case=matter.case.number, reason="同一事由和诉求")
    assert isinstance(outcome, door.Rejected)
    assert matter.case.stage == "registered"


@pytest.mark.clause("art-30.3")
def test_a_repeat_that_speaks_of_whoever_deals_with_the_first_case_is_kept_from_them(cast: Cast) -> None:
    first = walk(begin(cast), until="assign", road=BUREAU_ROAD)
    repeat = begin(cast, first.at, text="路灯还没修，来查的那个人嫌我烦，把电话挂了。")
    same = {"first_case": first.case.number, "reason": "同一事由和诉求"}
    repeat.does("registrar", "link_repeat", **same)
    assert not any(sees(cast, "handler", one) for one in (first, repeat)) and sees(cast, "intake", repeat)
    other = walk(begin(cast), until="assign", road=BUREAU_ROAD)
    repeat = begin(cast, other.at, text="路灯今天还没修。")
    repeat.does("registrar", "link_repeat", **same | {"first_case": other.case.number})
    repeat.does("petitioner", "contest_repeat", new_facts="承办我这事的同志昨天晚上打电话，说不给五千别想好。")
    assert sees(cast, "handler", other) and repeat.case.accused.filter(account=cast.accounts["handler"]).exists()


@pytest.mark.clause("art-30.3")
def test_an_order_that_speaks_of_all_who_would_answer_it_is_not_sent_to_their_unit(cast: Cast) -> None:
    matter = walk(begin(cast), until="assign", road=BUREAU_ROAD)
    order = {
        "matter_no": matter.case.number,
        "urged_why": "overdue",
        "urged_unit": "lj-fire",
        "result_by": "2026-03-12",
    }
    sent = [
        door.open_case(cast.lj, "urging", "remind", cast.actor("archivist"), matter.at, {**order, "urged_duty": words})
        for words in ("来访人说承办人收了他两条烟，请说明。", "请承办人尽快答复。")
    ]
    assert [isinstance(one, door.Accepted) for one in sent] == [False, True]
