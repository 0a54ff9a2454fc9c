"""The steps of an assessment: begun, reported on, proposed, signed by another, appealed against, decided by a third, published.

Nobody takes a step for or against a unit that they belong to in any of their posts but report for it and appeal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.assessment.counting import shares
from huiyin.assessment.models import AssessedUnit, AssessmentRun, IndicatorScore, ScoreAppeal
from huiyin.assessment.refusals import OutOfTurn, OwnUnit, SamePerson
from huiyin.assessment.schemes import IndicatorRule, rules_of
from huiyin.insight.statistics.shares import DaySpan, MatterShare
from huiyin.people.appointments import current
from huiyin.people.models import Account, Holding, Unit
from huiyin.readiness import vouchers
from huiyin.readiness.recording import By, put_on_record
from huiyin.readiness.refusals import DoesNotFit

BEST: Final = 100


@dataclass(frozen=True, slots=True)
class SelfReport:
    """What a unit says of itself about an indicator; ``evidence`` is the content of a file, empty: none."""

    text: str
    evidence: bytes = b""
    evidence_name: str = ""


@dataclass(frozen=True, slots=True)
class ScoreProposal:
    """The score of an indicator, from 0 to 100, and why."""

    score: int
    reason: str


def units_of(account: Account, by: By) -> frozenset[UUID]:
    """The units of the organisation that somebody belongs to: those in which they hold a post, and all above them."""
    above = dict(Unit.objects.filter(organisation=by.organisation).values_list("id", "parent"))
    waiting: list[UUID | None] = list(
        current(Holding.objects.filter(account=account), by.day).values_list("post__unit", flat=True)
    )
    found = set[UUID]()
    while waiting:
        unit = waiting.pop()
        if unit is not None and unit in above and unit not in found:
            found.add(unit)
            waiting.append(above[unit])
    return frozenset(found)


def belongs_to(unit: Unit, account: Account, by: By) -> bool:
    """Whether somebody works in a unit, or in one below it, in any of their posts."""
    return unit.id in units_of(account, by)


def begin(run: AssessmentRun, units: Sequence[Unit], by: By) -> AssessmentRun:
    """Begin to assess ``units`` by the version that ``run`` names: what the ledger knows is counted once and stays so.

    Raises DoesNotFit for days that are not over, or none at all to assess.
    """
    if run.last >= by.day:
        raise DoesNotFit("the days are not over", _("考核期间还没有结束，请在截止日期之后开始"), "last")
    if run.first > run.last:
        raise DoesNotFit("days backwards", _("起始日期不能晚于截止日期"), "first")
    if not units:
        raise DoesNotFit("no unit", _("请至少选一个被考核单位"), "units")
    rules = rules_of(run.version)
    sources = {rule.source for rule in rules if rule.source}
    counted = shares(by.organisation, sources, units, DaySpan(run.first, run.last), by.at)
    with transaction.atomic():
        run.begun_by, run.begun_at = by.account, by.at
        run.save(force_insert=True)
        assessed = [AssessedUnit(run=run, unit=unit) for unit in units]
        AssessedUnit.objects.bulk_create(assessed)
        scores = [_blank(one, rule, counted.get((one.unit_id, rule.source))) for one in assessed for rule in rules]
        IndicatorScore.objects.bulk_create(scores)
        put_on_record("begin_assessment", [run, *assessed, *scores], by, run.title)
    return run


def _blank(assessed: AssessedUnit, rule: IndicatorRule, share: MatterShare | None) -> IndicatorScore:
    row = IndicatorScore(assessed=assessed, indicator=rule.name)
    if share is not None:
        row.good, row.total = share.good, share.total
        row.score = round(share.value * BEST) if share.value is not None else None
    return row


def is_counted(row: IndicatorScore, rule: IndicatorRule) -> bool:
    """Whether the ledger tells the score: nobody sets it then, except who decides an appeal."""
    return bool(rule.source) and counted_share(row).value is not None


def counted_share(row: IndicatorScore) -> MatterShare:
    """What the ledger told when the assessment was begun."""
    return MatterShare(row.good or 0, row.total or 0)


def report(row: IndicatorScore, self_report: SelfReport, by: By) -> None:
    """What the unit says of itself. Raises OwnUnit for anybody else's word, OutOfTurn once scores were proposed."""
    file = vouchers.checked(self_report.evidence_name, self_report.evidence) if self_report.evidence else None
    with transaction.atomic():
        assessed = _locked(row.assessed_id)
        if not belongs_to(assessed.unit, by.account, by):
            raise OwnUnit("not of the unit", _("只有本单位的人员可以填报自评"))
        if assessed.proposed_at is not None:
            raise OutOfTurn("scores were proposed", _("已经提出评分，不能再改自评；对评分有异议的，可以申诉"))
        row.report, row.reported_by, row.reported_at = self_report.text, by.account, by.at
        if file is not None:
            row.evidence = vouchers.sealed(row.id, file.content)
            row.evidence_name, row.evidence_type = file.name, file.type
        row.save()
        put_on_record("report_for_assessment", [row], by, _subject(assessed))


def propose(assessed: AssessedUnit, proposals: Mapping[str, ScoreProposal], by: By) -> None:
    """Propose the scores of what nobody counts. Raises OwnUnit, OutOfTurn, and DoesNotFit for a score or a reason that is missing."""
    with transaction.atomic():
        kept = _locked(assessed.id)
        _refuse_own(kept, by)
        if kept.signed_at is not None:
            raise OutOfTurn("it was signed", _("已经审定，不能再评分"))
        rows = {row.indicator: row for row in kept.scores.all()}
        for rule in rules_of(kept.run.version):
            row = rows[rule.name]
            if is_counted(row, rule):
                continue
            given = proposals.get(rule.name)
            if given is None or not 0 <= given.score <= BEST:
                raise DoesNotFit("no score", _("请给“%(label)s”打分，0 到 100") % {"label": rule.label}, rule.name)
            if not given.reason.strip():
                raise DoesNotFit("no reason", _("请写明“%(label)s”的评分依据") % {"label": rule.label}, rule.name)
            row.score, row.reason = given.score, given.reason.strip()
            row.save()
        kept.proposed_by, kept.proposed_at = by.account, by.at
        kept.save()
        put_on_record("propose_scores", [kept, *rows.values()], by, _subject(kept))


def proposal_of(assessed: AssessedUnit) -> str:
    """Which proposal of scores stands there now; empty where there is none."""
    return assessed.proposed_at.isoformat() if assessed.proposed_at is not None else ""


def sign(assessed: AssessedUnit, proposal: str, by: By) -> None:
    """Settle the scores that another proposed, as they were read: ``proposal_of`` then. Raises OwnUnit, SamePerson, OutOfTurn."""
    with transaction.atomic():
        kept = _locked(assessed.id)
        _refuse_own(kept, by)
        if kept.proposed_at is None or kept.signed_at is not None:
            raise OutOfTurn("nothing to sign", _("没有待审定的评分"))
        if kept.proposed_by_id == by.account.id:
            raise SamePerson("they proposed it", _("评分是您提出的，须由另一人审定"))
        if proposal_of(kept) != proposal:
            raise OutOfTurn("proposed anew meanwhile", _("您打开以后评分又有改动，请看过现在的评分再审定"))
        kept.signed_by, kept.signed_at = by.account, by.at
        kept.save()
        put_on_record("sign_scores", [kept], by, _subject(kept))


def appeal(row: IndicatorScore, reason: str, by: By) -> ScoreAppeal:
    """Object to a score of one's own unit. Raises OwnUnit for another's, OutOfTurn before it is settled, after it is published, or while one is open."""
    with transaction.atomic():
        assessed = _locked(row.assessed_id)
        if not belongs_to(assessed.unit, by.account, by):
            raise OwnUnit("not of the unit", _("只有本单位的人员可以申诉"))
        if assessed.signed_at is None or row.score is None:
            raise OutOfTurn("not settled", _("评分还没有审定，审定后可以申诉"))
        if assessed.run.published_at is not None:
            raise OutOfTurn("published", _("考核结果已经公布，不能再申诉"))
        if assessed.appeals.filter(indicator=row.indicator).exists():
            raise OutOfTurn("appealed before", _("这项指标已经申诉过"))
        if assessed.appeals.filter(decided_at__isnull=True).exists():
            raise OutOfTurn("one is open", _("还有申诉没有答复，请等答复后再提"))
        made = ScoreAppeal.objects.create(
            assessed=assessed, indicator=row.indicator, reason=reason, was=row.score, at=by.at, by=by.account
        )
        put_on_record("appeal_score", [made], by, _subject(assessed))
    return made


def decide(appealed: ScoreAppeal, becomes: int, decision: str, by: By) -> None:
    """Decide an appeal: the score stays or becomes another, with the reason.

    Raises OwnUnit, SamePerson for who proposed or signed it, OutOfTurn, DoesNotFit for a score that is none.
    """
    if not 0 <= becomes <= BEST:
        raise DoesNotFit("no score", _("分数须在 0 到 100 之间"), "becomes")
    with transaction.atomic():
        assessed = _locked(appealed.assessed_id)
        kept = ScoreAppeal.objects.get(id=appealed.id)
        _refuse_own(assessed, by)
        if kept.decided_at is not None:
            raise OutOfTurn("decided", _("这项申诉已经答复"))
        if by.account.id in (assessed.proposed_by_id, assessed.signed_by_id):
            raise SamePerson("they scored it", _("您提出或者审定了这次评分，申诉须由另外的人决定"))
        kept.becomes, kept.decision, kept.decided_by, kept.decided_at = becomes, decision, by.account, by.at
        kept.save()
        row = assessed.scores.get(indicator=kept.indicator)
        row.score = becomes
        row.save(update_fields=["score"])
        put_on_record("decide_score_appeal", [kept, row], by, _subject(assessed))


def commend(assessed: AssessedUnit, words: str, by: By) -> None:
    """Note for what a unit is commended (表扬). Raises OwnUnit, OutOfTurn before its scores are settled."""
    with transaction.atomic():
        kept = _locked(assessed.id)
        _refuse_own(kept, by)
        if kept.signed_at is None:
            raise OutOfTurn("not settled", _("审定以后才能表扬"))
        kept.commendation, kept.commended_by = words, by.account
        kept.save()
        put_on_record("commend_unit", [kept], by, _subject(kept))


def publish(run: AssessmentRun, by: By) -> None:
    """Show the results to everybody who works in the organisation. Raises OutOfTurn while scores or appeals are open."""
    with transaction.atomic():
        kept = AssessmentRun.objects.select_for_update().get(id=run.id)
        if kept.published_at is not None:
            raise OutOfTurn("published", _("已经公布"))
        if kept.units.filter(signed_at__isnull=True).exists():
            raise OutOfTurn("not all is settled", _("还有单位没有审定，审定后才能公布"))
        if ScoreAppeal.objects.filter(assessed__run=kept, decided_at__isnull=True).exists():
            raise OutOfTurn("an appeal is open", _("还有申诉没有答复，答复后才能公布"))
        kept.published_by, kept.published_at = by.account, by.at
        kept.save()
        put_on_record("publish_assessment", [kept], by, kept.title)


def total(rules: Sequence[IndicatorRule], rows: Mapping[str, IndicatorScore]) -> float | None:
    """The weighted score of a unit, from 0 to 100, to a tenth; None while one is missing."""
    scores = [(rule.weight, rows[rule.name].score) for rule in rules]
    if any(score is None for _weight, score in scores):
        return None
    return round(sum(weight * (score or 0) for weight, score in scores) / BEST, 1)


def _locked(id: UUID) -> AssessedUnit:
    AssessedUnit.objects.select_for_update().get(id=id)
    return AssessedUnit.objects.select_related("run__version", "unit").get(id=id)


def _refuse_own(assessed: AssessedUnit, by: By) -> None:
    if belongs_to(assessed.unit, by.account, by):
        raise OwnUnit("their own unit", _("不能考核自己所在的单位，请由其他单位的人员办理"))


def _subject(assessed: AssessedUnit) -> str:
    return f"{assessed.run.title}：{assessed.unit.name}"
