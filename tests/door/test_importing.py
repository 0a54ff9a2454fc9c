"""Matters of an old register: they come in where that register says they stand, and go on by ordinary actions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from huiyin import door
from huiyin.audit.verify import verify
from huiyin.casework.lists.cases import CaseFilter, cases
from huiyin.casework.lists.repeats import possible_repeats
from huiyin.casework.models import Case, Duty
from huiyin.casework.visible import visible_to
from huiyin.insight.whatif import replay_some
from huiyin.ledger.models import Row
from huiyin.procedure.command import OrganisationId, PersonId, Seat, UnitId
from huiyin.procedure.importing import Shortfall
from huiyin.rule_store.in_force import NoneInForce, RulebookHistory
from huiyin.rule_store.store import load
from tests.cast import NOW, Cast, make_cast
from tests.matters import DAWN, Matter, petition, replay_equals_projection, report


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def seat(cast: Cast, unit: str = "lj-fire") -> Seat:
    return Seat(UnitId(cast.units[unit].id), OrganisationId(cast.lj.id))


def old(cast: Cast, **changes: Any) -> door.OldMatter:
    """A claim that was accepted on 5 February 2026 and given to the fire unit."""
    received = changes.pop("received", NOW - timedelta(days=28))
    usual: dict[str, Any] = {
        "petition": replace(petition(cast), channel="letter", received_at=received),
        "rulebook": cast.lj.rulebook,
        "number": "临信〔2026〕17号",
        "as_written": "编号：临信〔2026〕17号；办理状态：办理中",
        "stage": "assigned",
        "facts": {"kind": "claim"},
        "days": {"accepted": date(2026, 2, 5), "assigned": date(2026, 2, 5)},
        "unit": seat(cast),
        "handler": PersonId(cast.accounts["handler"].id),
    }
    return door.OldMatter(**{**usual, **changes})


def bring_in(matter: door.OldMatter) -> Case:
    outcome = door.import_old(matter, NOW)
    assert isinstance(outcome, door.Registered), outcome
    replay_equals_projection(outcome.case.id)
    return Case.objects.get(id=outcome.case.id)


@pytest.mark.clause("art-30.3")
@pytest.mark.parametrize(
    ("remark", "sees"), [("举报登记员吴静收受贿赂两千元", False), ("吴静经办，已同举报人联系", True)]
)
def test_whom_a_remark_of_the_register_accuses_does_not_see_it_and_who_dealt_with_it_does(
    cast: Cast, remark: str, sees: bool
) -> None:
    cast.accounts["registrar"].display_name = "吴静"
    cast.accounts["registrar"].save()
    case = bring_in(old(cast, remarks=(remark,)))
    assert visible_to(cast.actor("registrar")).filter(id=case.id).exists() is sees


def test_a_matter_under_way_comes_in_where_it_stands_with_its_unit_and_the_day_that_follows(cast: Cast) -> None:
    case = bring_in(old(cast))
    (duty,) = Duty.objects.filter(case=case)
    assert (case.stage, case.unit_id, case.old_number) == ("assigned", cast.units["lj-fire"].id, "临信〔2026〕17号")
    assert (duty.kind, duty.unit_id, duty.assignee_id) == (
        "handle",
        cast.units["lj-fire"].id,
        cast.accounts["handler"].id,
    )
    # Sixty days from 5 February: 6 April, which is the holiday of Qingming, and so the day after.
    assert duty.due_at.astimezone(NOW.tzinfo).date() == date(2026, 4, 7)


def test_nothing_is_recorded_as_done_here(cast: Cast) -> None:
    case = bring_in(old(cast))
    types = list(Row.objects.filter(case_id=case.id).order_by("seq").values_list("type", flat=True))
    assert types == ["CaseOpened", "SubmissionAttached", "CaseImported", "UnitJoined", "DutyOpened"]


def test_it_goes_to_the_archive_by_ordinary_actions(cast: Cast) -> None:
    outcome = door.import_old(old(cast), NOW)
    assert isinstance(outcome, door.Registered)
    matter = Matter(cast, outcome)
    for who, action in (
        ("handler", "investigate"),
        ("handler", "propose_opinion"),
        ("head", "approve_opinion"),
        ("handler", "serve_reply"),
    ):
        matter.does(who, action)
    matter.at += timedelta(days=60)
    matter.does("system", "conclude")
    # What was issued before it came in is in the old files.
    matter.does("archivist", "archive", missing_items="受理告知书：在原登记簿的案卷中")
    assert matter.case.stage == "closed" and not Duty.objects.filter(
        case=matter.id, discharged_at=None, withdrawn_at=None
    )


def test_a_closed_matter_owes_only_what_the_book_says_and_ended_when_it_ended(cast: Cast) -> None:
    days = {"accepted": date(2026, 1, 6), "served": date(2026, 1, 20), "ended": date(2026, 2, 25)}
    case = bring_in(
        old(
            cast, stage="closed", days=days, facts={"kind": "claim", "outcome": "explain"}, received=NOW - timedelta(60)
        )
    )
    assert [duty.kind for duty in Duty.objects.filter(case=case)] == ["archive"]
    assert case.ended_at is not None and (case.ended_at + timedelta(hours=8)).date() == date(2026, 2, 25)


def test_one_that_was_filed_owes_nothing(cast: Cast) -> None:
    days = {"accepted": date(2026, 1, 6), "served": date(2026, 1, 20), "ended": date(2026, 2, 25)}
    facts = {"kind": "claim", "outcome": "explain"}
    case = bring_in(old(cast, stage="closed", days=days, facts=facts, received=NOW - timedelta(60), archived=True))
    assert not Duty.objects.filter(case=case).exists()


ANSWERED = {"kind": "claim", "outcome": "explain"}


def ended(**days: date) -> dict[str, Any]:
    """Closed, with these days besides those of its acceptance and its answer."""
    before = {"accepted": date(2025, 10, 6), "served": date(2025, 10, 20)}
    return {"stage": "closed", "facts": ANSWERED, "received": NOW - timedelta(150), "days": {**before, **days}}


def test_what_the_clock_ends_has_not_ended_while_the_time_for_review_runs(cast: Cast) -> None:
    # Thirty days from 20 October: 19 November, on all of which review may still be asked for.
    refused = door.import_old(old(cast, **ended(ended=date(2025, 11, 19))), NOW)
    assert refused == Shortfall("running", "apply_review", other="replied", latest=date(2025, 11, 19))
    assert bring_in(old(cast, **ended(ended=date(2025, 11, 20)))).stage == "closed"


def test_after_a_review_the_time_for_re_review_counts(cast: Cast) -> None:
    review = {"review_requested": date(2025, 11, 3), "review_served": date(2025, 12, 1)}
    refused = door.import_old(old(cast, **ended(**review, ended=date(2025, 12, 20))), NOW)
    assert refused == Shortfall("running", "apply_rereview", other="reviewed", latest=date(2025, 12, 31))
    assert bring_in(old(cast, **ended(**review, ended=date(2026, 1, 4)))).stage == "closed"


def test_a_review_that_was_asked_for_and_not_answered_has_not_ended(cast: Cast) -> None:
    refused = door.import_old(old(cast, **ended(review_requested=date(2025, 11, 3), ended=date(2025, 12, 20))), NOW)
    assert refused == Shortfall("asked", "review_requested")
    assert not Case.objects.exists()


def test_the_end_after_re_review_comes_on_the_day_of_its_service(cast: Cast) -> None:
    days = {"review_requested": date(2025, 11, 3), "review_served": date(2025, 12, 1)}
    days |= {"rereview_requested": date(2025, 12, 20), "rereview_served": date(2026, 1, 12)}
    late = old(cast, **{**ended(**days, ended=date(2026, 1, 12)), "stage": "ended"})
    assert bring_in(late).stage == "ended"


def test_an_earlier_day_that_the_petitioner_was_told_stands(cast: Cast) -> None:
    case = bring_in(old(cast, promised=date(2026, 3, 20)))
    (duty,) = Duty.objects.filter(case=case)
    assert duty.derivation["due_on"] == "2026-03-20"


def test_a_later_day_within_the_extension_that_the_law_allows_is_one_that_was_granted(cast: Cast) -> None:
    case = bring_in(old(cast, promised=date(2026, 4, 24)))
    (duty,) = Duty.objects.filter(case=case)
    assert duty.derivation["due_on"] == "2026-04-24"
    assert case.facts["extension"] == "granted"


def test_a_later_day_than_the_law_allows_is_refused_with_the_last_that_it_does(cast: Cast) -> None:
    refused = door.import_old(old(cast, promised=date(2026, 8, 1)), NOW)
    assert isinstance(refused, Shortfall)
    assert (refused.why, refused.latest) == ("promised", date(2026, 5, 6))
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("changes", "why", "name"),
    [
        ({"stage": "gone"}, "stage", "gone"),
        ({"facts": {}}, "fact", "kind"),
        ({"unit": None}, "unit", "assigned"),
        ({"days": {}}, "day", "accepted"),
        ({"days": {"accepted": date(2026, 3, 3)}}, "future", "accepted"),
        ({"days": {"accepted": date(2026, 1, 3)}}, "order", "accepted"),
        ({"stage": "closed", "facts": {"kind": "claim", "outcome": "explain"}}, "day", "ended"),
        ({"stage": "answered"}, "no-way", "answered"),
    ],
)
def test_what_no_case_can_be_is_refused_with_what_is_missing(
    cast: Cast, changes: dict[str, Any], why: str, name: str
) -> None:
    refused = door.import_old(old(cast, **changes), NOW)
    assert isinstance(refused, Shortfall) and (refused.why, refused.name) == (why, name)
    assert not Case.objects.exists()


def test_it_is_found_by_its_old_number_however_it_is_typed(cast: Cast) -> None:
    case = bring_in(old(cast))
    for typed in ("临信〔2026〕17号", " 临信〔2026〕 17号"):
        found = cases(cast.actor("registrar"), CaseFilter(q=typed), NOW)
        assert [row.case.id for row in found.items] == [case.id]


def test_a_later_contact_of_the_same_person_is_told_as_a_possible_repeat_of_it(cast: Cast) -> None:
    case = bring_in(old(cast))
    (repeat,) = possible_repeats(cast.actor("registrar"), [DAWN], NOW)
    assert (repeat.view.case.id, repeat.same) == (case.id, ("phone",))


def test_a_form_that_names_another_case_takes_the_old_number(cast: Cast) -> None:
    case = bring_in(old(cast))
    fields = {"retaliation": "因为信访被调离原岗位。", "matter_no": "临信〔2026〕17号"}
    reported = report(cast, **fields)
    assert reported.case.links.get().to_id == case.id


def test_it_is_left_out_where_past_matters_are_replayed_under_other_rules(cast: Cast) -> None:
    case = bring_in(old(cast))
    (replayed,) = replay_some([case], load("xx-bureau"), NOW)
    assert replayed.fate == "imported"


def test_it_moves_to_another_rulebook_like_every_open_case(cast: Cast) -> None:
    case = bring_in(old(cast))
    moved = door.move_case(case.id, load("street-office").book.key, cast.system(), NOW)
    assert isinstance(moved, door.Accepted)
    replay_equals_projection(case.id)


def test_a_matter_of_before_2022_comes_in_under_the_rulebook_of_then(cast: Cast) -> None:
    received = datetime(2021, 3, 1, 1, tzinfo=UTC)
    history = RulebookHistory(cast.lj, "national-2005")
    days = {"accepted": date(2021, 3, 5), "served": date(2021, 4, 1), "ended": date(2021, 5, 10)}
    facts = {"outcome": "explain"}
    case = bring_in(old(cast, received=received, rulebook=history.at(received), stage="closed", days=days, facts=facts))
    assert case.rulebook == "national-2005@2"
    with pytest.raises(NoneInForce):
        RulebookHistory(cast.lj).at(received)


def test_the_same_row_again_is_the_same_matter_and_another_row_is_refused(cast: Cast) -> None:
    first, again = door.import_old(old(cast), NOW), door.import_old(old(cast), NOW + timedelta(hours=1))
    assert isinstance(first, door.Registered) and isinstance(again, door.Registered)
    assert first.case.id == again.case.id
    with pytest.raises(door.KeyReused):
        door.import_old(old(cast, row=("另一行",)), NOW)


def test_looking_first_writes_nothing(cast: Cast) -> None:
    looked = door.examine_old(old(cast), NOW)
    assert isinstance(looked, door.Examined) and looked.state.duties[0].derivation.due_on == date(2026, 4, 7)
    assert not Case.objects.exists()


def test_a_matter_that_accuses_somebody_is_sealed_from_them(cast: Cast) -> None:
    accusing = replace(old(cast).petition, accused=("临江训练处",))
    case = bring_in(old(cast, petition=accusing))
    assert case.sealed
    assert not cases(cast.actor("stranger"), CaseFilter(), NOW).items


def test_a_changed_old_number_is_found_by_verifying(cast: Cast) -> None:
    case = bring_in(old(cast))
    Case.objects.filter(id=case.id).update(old_number="别的")
    assert any("old_number" in str(finding) for finding in verify([case.id]))
