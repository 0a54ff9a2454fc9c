"""Who may take which step of an assessment, and when: the unit reports and appeals, others score, sign and decide, each another."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from huiyin.assessment import counting, steps
from huiyin.assessment.models import AssessedUnit, AssessmentRun, AssessmentScheme, IndicatorScore
from huiyin.assessment.refusals import OutOfTurn, OwnUnit, SamePerson
from huiyin.assessment.schemes import rules_of
from huiyin.assessment.steps import ScoreProposal, SelfReport
from huiyin.insight.statistics.shares import MatterShare
from huiyin.people.models import AdministrativeAct
from huiyin.readiness.recording import By
from huiyin.readiness.refusals import DoesNotFit
from tests.assessment.conftest import by
from tests.cast import Cast

pytestmark = pytest.mark.any_database
SCORES = {"on_time_reply": ScoreProposal(80, "看了台账"), "training": ScoreProposal(90, "看了记录")}


def row(assessed: AssessedUnit, name: str) -> IndicatorScore:
    return assessed.scores.get(indicator=name)


def sign(assessed: AssessedUnit, by: By) -> None:
    """Signs what stands there now."""
    steps.sign(assessed, steps.proposal_of(AssessedUnit.objects.get(id=assessed.id)), by)


def test_scores_that_were_changed_after_they_were_read_are_not_signed(assessed: AssessedUnit, cast: Cast) -> None:
    steps.propose(assessed, SCORES, by(cast, "intake"))
    read = steps.proposal_of(AssessedUnit.objects.get(id=assessed.id))
    later = replace(by(cast, "intake"), at=by(cast, "intake").at + timedelta(minutes=1))
    steps.propose(assessed, {**SCORES, "training": ScoreProposal(100, "改了")}, later)
    with pytest.raises(OutOfTurn):
        steps.sign(assessed, read, by(cast, "registrar"))
    sign(assessed, by(cast, "registrar"))


def signed(assessed: AssessedUnit, cast: Cast) -> None:
    steps.propose(assessed, SCORES, by(cast, "intake"))
    sign(assessed, by(cast, "registrar"))


@pytest.mark.clause("s3-6.2.1", "art-39")
def test_an_assessment_goes_from_report_to_publication(assessed: AssessedUnit, cast: Cast) -> None:
    steps.report(row(assessed, "training"), SelfReport("办了三期", b"%PDF-1.4\n%%EOF", "记录.pdf"), by(cast, "handler"))
    signed(assessed, cast)
    appealed = steps.appeal(row(assessed, "training"), "漏算一期", by(cast, "below"))
    with pytest.raises(OutOfTurn):
        steps.publish(assessed.run, by(cast, "intake"))
    steps.decide(appealed, 100, "属实", by(cast, "head"))
    steps.commend(assessed, "培训扎实", by(cast, "head"))
    steps.publish(assessed.run, by(cast, "intake"))
    rows = {one.indicator: one for one in assessed.scores.all()}
    assert steps.total(rules_of(assessed.run.version), rows) == 88.0
    assert AdministrativeAct.objects.filter(change__contains="score").count() == 4
    with pytest.raises(OutOfTurn):
        steps.appeal(row(assessed, "on_time_reply"), "迟了", by(cast, "handler"))


def test_a_unit_does_not_assess_itself_nor_do_those_below_it(assessed: AssessedUnit, cast: Cast) -> None:
    for name in ("handler", "below"):
        with pytest.raises(OwnUnit):
            steps.propose(assessed, SCORES, by(cast, name))
    steps.propose(assessed, SCORES, by(cast, "intake"))
    with pytest.raises(OwnUnit):
        sign(assessed, by(cast, "colleague"))
    sign(assessed, by(cast, "registrar"))
    with pytest.raises(OwnUnit):
        steps.commend(assessed, "好", by(cast, "handler"))
    appealed = steps.appeal(row(assessed, "training"), "少了", by(cast, "handler"))
    with pytest.raises(OwnUnit):
        steps.decide(appealed, 100, "好", by(cast, "colleague"))


def test_who_proposed_does_not_sign_and_neither_decides_the_appeal(assessed: AssessedUnit, cast: Cast) -> None:
    steps.propose(assessed, SCORES, by(cast, "intake"))
    with pytest.raises(SamePerson):
        sign(assessed, by(cast, "intake"))
    sign(assessed, by(cast, "registrar"))
    appealed = steps.appeal(row(assessed, "training"), "少了", by(cast, "handler"))
    for name in ("intake", "registrar"):
        with pytest.raises(SamePerson):
            steps.decide(appealed, 100, "好", by(cast, name))
    with pytest.raises(IntegrityError), transaction.atomic():
        AssessedUnit.objects.update(signed_by=cast.accounts["intake"])


def test_nobody_else_reports_or_appeals_for_a_unit(assessed: AssessedUnit, cast: Cast) -> None:
    with pytest.raises(OwnUnit):
        steps.report(row(assessed, "training"), SelfReport("好"), by(cast, "co_handler"))
    signed(assessed, cast)
    with pytest.raises(OwnUnit):
        steps.appeal(row(assessed, "training"), "少了", by(cast, "co_handler"))


def test_steps_out_of_turn_are_refused(assessed: AssessedUnit, cast: Cast) -> None:
    with pytest.raises(OutOfTurn):
        sign(assessed, by(cast, "registrar"))
    with pytest.raises(OutOfTurn):
        steps.appeal(row(assessed, "training"), "早了", by(cast, "handler"))
    with pytest.raises(OutOfTurn):
        steps.publish(assessed.run, by(cast, "intake"))
    signed(assessed, cast)
    with pytest.raises(OutOfTurn):
        steps.report(row(assessed, "training"), SelfReport("晚了"), by(cast, "handler"))
    with pytest.raises(OutOfTurn):
        steps.propose(assessed, SCORES, by(cast, "intake"))
    steps.decide(steps.appeal(row(assessed, "training"), "少了", by(cast, "handler")), 90, "维持", by(cast, "head"))
    with pytest.raises(OutOfTurn):
        steps.appeal(row(assessed, "training"), "还是少了", by(cast, "handler"))


@pytest.mark.parametrize(
    "given", [{}, {"on_time_reply": ScoreProposal(80, "")}, {"on_time_reply": ScoreProposal(101, "好")}]
)
def test_a_score_needs_a_number_up_to_a_hundred_and_a_reason(
    given: dict[str, ScoreProposal], assessed: AssessedUnit, cast: Cast
) -> None:
    with pytest.raises(DoesNotFit):
        steps.propose(assessed, given, by(cast, "intake"))
    assert not AssessedUnit.objects.get().proposed_at


def test_what_is_handed_in_as_evidence_is_checked(assessed: AssessedUnit, cast: Cast) -> None:
    with pytest.raises(DoesNotFit):
        steps.report(row(assessed, "training"), SelfReport("好", b"MZ", "a.exe"), by(cast, "handler"))


def test_what_the_ledger_counts_is_scored_by_itself_and_by_nobody_else(
    cast: Cast, scheme: AssessmentScheme, monkeypatch: Any
) -> None:
    fire = cast.units["lj-fire"]
    counted = {(fire.id, "on_time_reply"): MatterShare(18, 20)}
    monkeypatch.setattr(steps, "shares", lambda *_given: counted)
    yesterday = timezone.localdate() - timedelta(days=1)
    run = AssessmentRun(
        organisation=cast.lj, title="考核", version=scheme.versions.get(), first=yesterday, last=yesterday
    )
    steps.begin(run, [fire], by(cast, "intake"))
    assessed = run.units.get()
    assert row(assessed, "on_time_reply").score == 90
    steps.propose(assessed, SCORES, by(cast, "intake"))
    assert row(assessed, "on_time_reply").score == 90


def test_days_that_are_not_over_and_no_unit_are_refused(cast: Cast, scheme: AssessmentScheme) -> None:
    today = timezone.localdate()
    run = AssessmentRun(organisation=cast.lj, title="考核", version=scheme.versions.get(), first=today, last=today)
    with pytest.raises(DoesNotFit, match="not over"):
        steps.begin(run, [cast.units["lj-fire"]], by(cast, "intake"))
    run.first = run.last = today - timedelta(days=1)
    with pytest.raises(DoesNotFit, match="no unit"):
        steps.begin(run, [], by(cast, "intake"))


def test_a_unit_answers_for_those_below_it(cast: Cast) -> None:
    assert counting.with_below(cast.units["lj-fire"]) == {cast.units["lj-fire"].id, cast.units["lj-fire-east"].id}
