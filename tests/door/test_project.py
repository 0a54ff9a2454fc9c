"""Whatever lawful way a matter goes, the rows that pages read say the same as a replay of its events."""

from __future__ import annotations

from datetime import timedelta

import pytest

from huiyin import door
from huiyin.audit.verify import verify
from huiyin.casework.lists.duties import duties_of
from huiyin.casework.models import CaseUnit, Duty, Notice
from huiyin.door import Correction, NewLevel, correct_registration, set_confidentiality, void_document
from huiyin.door.notes.writing import write_note
from huiyin.ledger import log
from huiyin.ledger.models import Row
from huiyin.procedure.documents.document_event import DocumentCorrected, DocumentSealed
from huiyin.procedure.event import (
    CaseImported,
    CaseMoved,
    CaseReopened,
    ConfidentialityFollowed,
    Event,
    FileLookedThrough,
    FilesHeldBack,
    PackageStored,
)
from huiyin.procedure.storage.codec import type_name
from huiyin.worker import publish_head
from tests import tables
from tests.books import PROCEDURES
from tests.cast import Cast, make_cast
from tests.documents.drafting import edits, state_of
from tests.matters import BUREAU_ROAD, Matter, begin, replay_equals_projection, report, walk
from tests.wandering import Wanderer


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


# --- wandering ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("book", "procedure"), PROCEDURES)
def test_on_a_wandering_through_lawful_actions_every_row_follows_the_events(book: str, procedure: str) -> None:
    wanderer = Wanderer(book, procedure, seed=1)
    wanderer.wander()
    assert wanderer.done
    assert duties_of(wanderer.matter.case, wanderer.matter.at)
    while log.enter():
        pass
    assert publish_head(wanderer.matter.at)
    assert [str(finding) for finding in verify() if finding.kind == "wrong"] == []


@pytest.mark.django_db
@pytest.mark.parametrize("book", ["national-2022", "xx-bureau"])
@pytest.mark.parametrize("seed", range(2, 4))
def test_so_it_does_on_further_ways(book: str, seed: int) -> None:
    wanderer = Wanderer(book, "matter", seed)
    wanderer.wander()
    assert len(wanderer.done) >= 2


@pytest.mark.django_db
def test_the_wanderings_and_walks_of_these_tests_meet_every_kind_of_event() -> None:
    """Otherwise they would prove nothing about the ones that never happened."""
    matter = walk(begin(make_cast()), until="investigate")
    for who, action, fields in (
        ("head", "name_handler", {"handler": "colleague"}),
        ("intake", "join_unit", {}),
        ("handler", "request_extension", {}),
        ("head", "grant_extension", {}),
        ("head", "recuse", {"person": "colleague"}),
        ("handler", "object", {}),
        ("intake", "uphold_objection", {"reason": "同意。"}),
        ("intake", "assign", {"unit": "lj-logistics"}),
    ):
        matter.does(who, action, **fields)
    begin(matter.cast, accused=("那个处长",)).does("discipline", "identify_accused", accused_units=["lj-training"])
    report(matter.cast, matter_no=begin(matter.cast, accused=("stranger",)).case.number)
    slip = begin(matter.cast)
    correct_registration(slip.id, Correction("写错。", headcount=2), matter.cast.actor("registrar"), slip.at)
    replay_equals_projection(slip.id)
    write_note(slip.id, "电话约了明天。", matter.cast.actor("registrar"), slip.at)
    replay_equals_projection(slip.id)
    wanted = NewLevel("internal", frozenset({matter.cast.units["lj-fire"].id}), "尚未公布。")
    set_confidentiality(slip.id, wanted, matter.cast.actor("head"), slip.at)
    replay_equals_projection(slip.id)
    document = walk(begin(matter.cast), until="propose_opinion")
    for who, action in (("head", "return_opinion"), ("handler", "propose_opinion"), ("head", "approve_opinion")):
        document.does(who, action)
    edits(document, "handler", "列入本月检修。", "六月底前修好。")
    void_document(document.id, state_of(document).id, "写错了。", document.actor("head"), document.at)
    replay_equals_projection(document.id)
    walk(begin(matter.cast))
    seen = set(Row.objects.values_list("type", flat=True))
    # Others have stories of their own: of the bureau alone, of a rulebook, of an old register, of the archive, of documents (door/documents), of levels.
    elsewhere = {
        *(CaseReopened, CaseMoved, CaseImported, PackageStored, DocumentCorrected, DocumentSealed),
        *(ConfidentialityFollowed, FilesHeldBack, FileLookedThrough),
    }
    assert set(map(type_name, Event.__args__)) - seen == set(map(type_name, elsewhere))


def test_the_one_kind_of_event_that_only_the_bureau_knows_is_a_reopening(db: None) -> None:
    closed_and_repeated(make_cast("xx-bureau"))
    assert Row.objects.filter(type=type_name(CaseReopened)).count() == 1


# --- particular turns -----------------------------------------------------------------------------------------------


def test_a_unit_that_hands_the_case_on_no_longer_stands_in_relation_to_it(cast: Cast) -> None:
    matter = walk(begin(cast), until="assign")
    matter.does("handler", "object")
    matter.does("intake", "uphold_objection", reason="同意。")
    matter.does("intake", "assign", unit="lj-logistics")
    handling = CaseUnit.objects.filter(case=matter.id, relation="handling").values_list("unit__code", flat=True)
    assert list(handling) == ["lj-logistics"]
    assert matter.case.unit == cast.units["lj-logistics"]


def test_an_extension_moves_the_open_duty_and_says_why(cast: Cast) -> None:
    matter = walk(begin(cast), until="assign")
    before = Duty.objects.get(case=matter.id, kind="handle")
    matter.does("handler", "request_extension")
    matter.does("head", "grant_extension", days=20)
    after = Duty.objects.get(id=before.id)
    assert after.due_at - before.due_at == timedelta(days=15)  # 60 days end in the holiday of 1 May, 80 do not
    assert after.derivation["extension"] == "20 days"
    assert matter.case.due_at == min(
        Duty.objects.filter(case=matter.id, discharged_at=None, withdrawn_at=None).values_list("due_at", flat=True)
    )


def test_a_hearing_suspends_the_re_review_and_its_end_moves_the_date(cast: Cast) -> None:
    matter = walk(begin(cast), until="apply_rereview")
    before = Duty.objects.get(case=matter.id, kind="rereview")
    matter.does("rereviewer", "open_hearing")
    assert Duty.objects.get(id=before.id).derivation["suspended"] is True
    matter.at += timedelta(days=10)
    matter.does("rereviewer", "close_hearing")
    after = Duty.objects.get(id=before.id)
    assert "suspended" not in after.derivation
    assert after.due_at > before.due_at + timedelta(days=7)


def test_a_timer_is_set_with_the_duty_that_has_one_and_stops_with_it(cast: Cast) -> None:
    matter = walk(begin(cast), until="serve_reply")
    duty = Duty.objects.get(case=matter.id, kind="conclude")
    assert (duty.on_due, duty.timer_at) == ("conclude", duty.due_at)
    matter.does("petitioner", "apply_review")
    duty.refresh_from_db()
    assert duty.timer_at is None
    assert duty.withdrawn_at is not None
    assert not Duty.objects.filter(case=matter.id).exclude(on_due="").filter(timer_at__isnull=False).exists()


def test_who_is_recused_owes_nothing_any_more(cast: Cast) -> None:
    matter = walk(begin(cast), until="accept")
    matter.does("intake", "assign", handler="handler")
    assert Duty.objects.get(case=matter.id, kind="handle").assignee == cast.accounts["handler"]
    matter.does("head", "recuse", person="handler")
    assert Duty.objects.get(case=matter.id, kind="handle").assignee is None


def test_an_end_leaves_no_duty_open_but_archiving_which_comes_due(cast: Cast) -> None:
    matter = begin(cast, who="registrar", channel="referral", fields={"source_organ": "市信访局"})
    matter.does("intake", "decline")
    case = matter.case
    assert case.ended_at is not None
    (still,) = Duty.objects.filter(case=case, discharged_at=None, withdrawn_at=None)
    assert (still.kind, still.due_at) == ("archive", case.due_at)


def test_a_notice_points_to_the_action_that_it_prints(cast: Cast) -> None:
    matter = walk(begin(cast), until="accept")
    notice = Notice.objects.get(case=matter.id)
    assert '"action":"accept"' in Row.objects.get(case_id=matter.id, seq=notice.action_seq).body


def closed_and_repeated(cast: Cast) -> tuple[Matter, Matter]:
    """A matter that was closed, and a repeat that was joined to it."""
    first = walk(begin(cast), road=BUREAU_ROAD)
    first.at += timedelta(days=40)
    first.does("system", "conclude")
    repeat = begin(cast, at=first.at)
    repeat.does("intake", "link_repeat", first_case=first.case.number)
    return first, repeat


def test_a_repeat_reopens_the_matter_that_was_closed_and_both_are_in_step(db: None) -> None:
    first, repeat = closed_and_repeated(make_cast("xx-bureau"))
    assert (first.case.ended_at, first.case.stage) == (None, "reopened")
    assert Duty.objects.filter(case=first.id, kind="answer_repeat", discharged_at=None, withdrawn_at=None).exists()
    assert repeat.case.stage == "merged"
    replay_equals_projection(first.id)


def test_a_repeat_that_cannot_be_joined_changes_neither_matter(db: None) -> None:
    cast = make_cast("xx-bureau")
    withdrawn, repeat = begin(cast), begin(cast)
    withdrawn.does("petitioner", "withdraw")
    before = tables.contents()
    outcome = repeat.tries("intake", "link_repeat", first_case=withdrawn.case.number)
    assert isinstance(outcome, door.Refused)
    assert tables.contents() == before


def test_a_matter_cannot_be_joined_to_itself_or_to_one_that_the_clerk_may_not_see(db: None) -> None:
    cast = make_cast("xx-bureau")
    repeat = begin(cast)
    hidden = begin(cast, accused=("临江信访办",))
    before = tables.contents()
    for no in (repeat.case.number, hidden.case.number, "LJ-20260302-9999", ""):
        assert not isinstance(repeat.tries("intake", "link_repeat", first_case=no), door.Accepted), no
    assert tables.contents() == before
