"""A row in every table of what an organisation keeps ready, for the tests of what verifying finds."""

from __future__ import annotations

from datetime import time, timedelta

from huiyin.accountability import gifts, periods, tracing
from huiyin.accountability.models import GiftDeclaration
from huiyin.accountability.periods import Days
from huiyin.assessment import steps
from huiyin.assessment.models import AssessmentRun, AssessmentScheme
from huiyin.assessment.schemes import IndicatorRule, keep_scheme
from huiyin.assessment.steps import ScoreProposal, SelfReport
from huiyin.casework.models import Case
from huiyin.casework.visible import visible_to
from huiyin.casework.vocabulary import File
from huiyin.insight.models import ReportScan, WorkReport
from huiyin.insight.reports import steps as reports
from huiyin.insight.reports.paper import file_of
from huiyin.insight.reports.signed_by_hand import HandedInScan, hand_in
from huiyin.insight.reports.steps import Reporting
from huiyin.insight.statistics.shares import DaySpan
from huiyin.people.acting import actor_for
from huiyin.people.models import Leader
from huiyin.readiness import funds, groups, library, supplies, tasks, training
from huiyin.readiness.funds import Booking
from huiyin.readiness.models import (
    FundLine,
    GroupMember,
    GroupTask,
    Meeting,
    Policy,
    Qualification,
    Supply,
    Training,
)
from huiyin.readiness.recording import By, keep
from huiyin.rota import calls, planning, swaps
from huiyin.rota.models import ReceptionCall, Rota, Swap
from tests.cast import NOW, Cast


def seed_kept_ready(cast: Cast) -> None:
    """A policy in two wordings, a group, a meeting and its task with a report, a qualification, a training, a store, a fund with a voucher."""
    by = By(cast.actor("intake"), cast.accounts["intake"], NOW)
    person, here, day = cast.accounts["handler"], {"organisation": cast.lj}, by.day
    policy = Policy(**here, title="接待办法", number="临信〔2025〕1号", issuer="临江局", kind="internal")
    library.add_policy(policy, "第一条　诚恳。", day - timedelta(days=99), by)
    library.add_version(policy, "第一条　诚恳、耐心。", day - timedelta(days=9), by)
    newer = Policy(**here, title="新办法", issuer="临江局", kind="internal")
    library.add_policy(newer, "全文。", day, by)
    library.repeal(policy, day, by, newer)
    groups.place_member(GroupMember(**here, account=person, position=Leader.Position.HEAD, function="防火"), by)
    meeting = Meeting(
        **here, group="working", title="例会", held_on=day, chair=person, present=[person.id.hex], minutes="无"
    )
    keep("keep_meeting", meeting, by)
    for source in ({"meeting": meeting}, {"policy": policy}):
        task = tasks.assign(GroupTask(**here, title="修门", owner=person, due_on=day, **source), by)
        tasks.report(task, "修好了", True, by)
    work = {"work": "承办", "qualification": "调解员", "obtained_on": day, "valid_until": day}
    keep("keep_qualification", Qualification(**here, account=person, **work), by)
    held = Training(**here, title="礼仪", purpose="business", planned_on=day, place="三楼", owner=person, held_on=day)
    keep("keep_training", held, by)
    training.note_attendance(held, [person], "passed", by)
    store = Supply(
        **here,
        kind="stores",
        name="扩音器",
        place="库房",
        quantity=3,
        least=1,
        owner=person,
        check_on=day,
        expires_on=day,
    )
    supplies.keep_supply(store, by)
    supplies.note(store, "used", 1, "现场", by)
    line = FundLine(**here, owner=person, year=day.year, name="专项", uses=["stores"], cents=50_000)
    funds.keep_line(line, by)
    spent = funds.spend(line, Booking("stores", 100, day, "电池", b"%PDF-1.4\n%%EOF", "发票.pdf"), by)
    funds.reverse(spent, "记错了", by)
    _assess(cast, by)
    _watched(cast, by)


def _watched(cast: Cast, by: By) -> None:
    """A trace of who read the data of a case, and a gift that was declared and confirmed."""
    overseer = By(cast.actor("archivist"), cast.accounts["archivist"], NOW)
    case = visible_to(overseer.actor).filter(procedure="matter", ended_at=None).order_by("number")[0]
    tracing.trace(case, by.day, by.day, "有人反映", overseer)
    days = Days(cast.accounts["head"], by.day, by.day)
    periods.settle(by.day + timedelta(days=9), [case.id], days, overseer)
    for decided in ("return", "sign"):
        _report(overseer, cast, decided)
    gift = GiftDeclaration(received_on=by.day, kind="gift", giver="other", what="茶叶", outcome="waiting")
    gifts.confirm(gifts.declare(gift, by), "handed_in", "收据", overseer)


def _report(by: By, cast: Cast, decided: str) -> None:
    """A report on the work that came back, and one in its place that was signed."""
    span, leader = DaySpan(by.day - timedelta(days=9), by.day - timedelta(days=1)), cast.accounts["head"]
    returned = WorkReport.objects.filter(signed=False).first()
    made = reports.put_up(Reporting(span, "增加窗口。", returned), by.actor, by.account, NOW)
    assert isinstance(made, WorkReport), made
    if decided == "sign":
        assert reports.sign(made, cast.actor("head"), leader, NOW) == ()
        scan = File("a.pdf", file_of(WorkReport.objects.get(id=made.id), "pdf", NOW).content)
        keeper = cast.accounts["registrar"]
        handed_in = hand_in(
            WorkReport.objects.get(id=made.id), HandedInScan([scan]), cast.actor("registrar"), keeper, NOW
        )
        assert isinstance(handed_in, ReportScan), handed_in
        above = cast.accounts["superior_registrar"]
        assert reports.note(made, "请落实", cast.actor("superior_registrar"), above, NOW) == ()
    else:
        assert reports.send_back(made, "补写建议", cast.actor("head"), leader, NOW) == ()


def _assess(cast: Cast, by: By) -> None:
    """An assessment that went to its end."""
    scheme = AssessmentScheme(organisation=cast.lj, title="工作考核")
    version = keep_scheme(scheme, [IndicatorRule("training", "培训", 100)], {}, by)
    days = {"first": by.day - timedelta(days=9), "last": by.day - timedelta(days=1)}
    run = steps.begin(
        AssessmentRun(organisation=cast.lj, title="考核", version=version, **days), [cast.units["lj-fire"]], by
    )
    unit = run.units.get()
    row, others = unit.scores.get(), [By(cast.actor(name), cast.accounts[name], NOW) for name in ("registrar", "head")]
    theirs = By(cast.actor("handler"), cast.accounts["handler"], NOW)
    steps.report(row, SelfReport("办了三期", b"%PDF-1.4\n%%EOF", "记录.pdf"), theirs)
    steps.propose(unit, {"training": ScoreProposal(90, "记录齐全")}, by)
    steps.sign(unit, NOW.isoformat(), others[0])
    steps.decide(steps.appeal(unit.scores.get(), "少了", theirs), 95, "属实", others[1])
    steps.commend(unit, "扎实", others[1])
    steps.publish(run, by)
    _rotas(cast, by)


def _rotas(cast: Cast, by: By) -> None:
    """A rota, a swap of its shifts, a rota in its place, and somebody who was called and came."""
    one, other = cast.accounts["registrar"], cast.accounts["archivist"]
    for _time in range(2):
        rota = Rota(
            group="staff",
            first=by.day + timedelta(days=1),
            last=by.day + timedelta(days=2),
            members=[one.id.hex, other.id.hex],
            begins=time(9),
            ends=time(17),
            place="接待室",
        )
        planning.publish(planning.draft(rota, by), by)
        shift, back = rota.shifts.all()
        asking, agreeing = (By(actor_for(who.account, at=NOW), who.account, NOW) for who in (shift, back))
        swap = swaps.ask(Swap(shift=shift, back=back, asked_of=back.account, reason="有会"), asking)
        swaps.decide(swap, "agree", agreeing)
        swaps.decide(swap, "approve", by)
    case = Case.objects.order_by("number").first()
    calls.arrived(calls.call(ReceptionCall(called=cast.accounts["handler"], place="接待室", case=case), by), by)
