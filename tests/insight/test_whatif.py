"""Recorded cases under other rules, one by one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from huiyin.casework.models import Case
from huiyin.casework.visible import visible_to
from huiyin.door import Accepted, Correction, correct_registration, move_case
from huiyin.insight import whatif
from huiyin.ledger.models import Row
from huiyin.people.models import Post
from huiyin.rule_store.store import keep, load
from huiyin.rules.book.sources import gather
from tests.cast import DAY, NOW, Cast, make_cast
from tests.matters import DAWN, begin, walk
from tests.rule_store.slower import write


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_what_comes_out_holds_nothing_personal(cast: Cast) -> None:
    walk(begin(cast), until="serve_reply")
    (item,) = whatif.replay(Case.objects.all(), load("xx-bureau"), NOW + DAY)
    told = json.dumps([item.as_dict(), item.tally_figures()], ensure_ascii=False)
    assert item.differences
    for secret in ("陈晓光", "13800001111", "滨江路", "路灯", "线路老化", "同事"):
        assert secret not in told


def test_a_case_whose_procedure_the_other_book_does_not_know_is_told_as_such(cast: Cast) -> None:
    begin(cast)
    rules = load("national-2022")
    book = rules.book.model_copy(update={"procedures": {"supervision": rules.book.procedures["supervision"]}})
    (item,) = whatif.replay(Case.objects.all(), replace(rules, book=book), NOW)
    assert (item.fate, item.differences) == ("unknown_procedure", ())


def test_a_case_whose_events_cannot_be_read_does_not_keep_the_others_from_it(cast: Cast) -> None:
    spoilt, sound = begin(cast), begin(cast)
    last = Row.objects.filter(case_id=spoilt.id).latest("seq")
    Row.objects.create(
        case_id=spoilt.id,
        organisation_id=last.organisation_id,
        seq=last.seq + 1,
        type="ActionTaken",
        at=last.at,
        body='{"at":1}',
        previous=last.hash,
        hash="0" * 64,
    )
    found = {item.case: item.fate for item in whatif.replay(Case.objects.all(), load("national-2022"), NOW)}
    assert found == {spoilt.id: "unreadable", sound.id: "replayed"}


def test_a_case_that_was_moved_is_replayed_from_its_beginning(cast: Cast, tmp_path: Path) -> None:
    slower = str(keep(*gather(write(tmp_path, 29)), NOW))
    matter = begin(cast)
    assert isinstance(move_case(matter.id, slower, cast.system(), matter.at), Accepted)
    walk(matter, until="assign")
    as_it_was = whatif.differences_of(matter.case, load("national-2022@2"), NOW + DAY)
    assert as_it_was.differences == ()
    (due,) = whatif.differences_of(matter.case, load(slower), NOW + DAY).differences
    assert (due.kind, due.name, due.days) == ("due", "decide_acceptance", 14)


def test_a_registration_that_was_put_right_is_replayed_as_it_was(cast: Cast) -> None:
    matter = begin(cast, channel="letter", petitioners=(replace(DAWN, phone="", address=""),))
    right = Correction(
        "写错。", channel="visit", petitioners={matter.case.petitioner_id: DAWN}, accused=("临江训练处",)
    )
    assert isinstance(correct_registration(matter.id, right, cast.actor("registrar"), matter.at), Accepted)
    walk(matter, until="assign")
    assert whatif.differences_of(matter.case, load(matter.case.rulebook), NOW + DAY).differences == ()


def test_only_the_cases_given_are_replayed(cast: Cast) -> None:
    begin(cast)
    seen = visible_to(cast.actor("handler", NOW))
    assert list(whatif.replay(seen, load("national-2022"), NOW)) == []


def test_who_held_a_post_then_counts_and_not_who_holds_it_now(cast: Cast) -> None:
    matter = walk(begin(cast), until="accept")
    matter.does("intake", "assign", handler="handler")
    Post.objects.filter(title="intake").update(roles=[])
    rules = load("national-2022")
    assert whatif.differences_of(matter.case, rules, NOW + DAY).differences == ()
