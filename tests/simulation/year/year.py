"""A year of an institution on a simulated clock: the worker's chores each night, people at work each working day, and what the plan says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final

from django.test import Client
from django.utils import timezone

from huiyin import worker
from huiyin.accountability import urging
from huiyin.archive import disposal
from huiyin.casework.models import Case
from huiyin.casework.visible import visible_to
from huiyin.insight.models import WorkReport
from huiyin.insight.reports import steps as reports
from huiyin.insight.reports.seen import signs_reports
from huiyin.insight.reports.steps import Reporting
from huiyin.insight.statistics.report import statistics
from huiyin.insight.statistics.shares import DaySpan
from huiyin.people.absences import note_absence
from huiyin.people.models import Absence, Account, Erasure, Leader, ReceptionTime
from huiyin.procedure.command import Actor
from huiyin.readiness.recording import By
from huiyin.rota import calls, planning, swaps
from huiyin.rota.in_force import shifts_in_force
from huiyin.rota.models import DutyGroup, ReceptionCall, Rota, Swap
from huiyin.rota.rights import may_plan
from huiyin.rota.swap_offers import swap_offers
from huiyin.rules.book.load import load
from huiyin.simulation.arrivals import drawn
from huiyin.simulation.drill import scenarios
from huiyin.simulation.run import first_moment
from huiyin.simulation.staffing import MatterKind
from tests.simulation.year import plan
from tests.simulation.year.hands import DAY, Hands
from tests.simulation.year.institution import assumed, institution
from tests.simulation.year.looked_at import Watch

NIGHT, MORNING, AFTERNOON, EVENING = time(0, 10), time(10), time(15), time(20)
MINUTE: Final = timedelta(minutes=1)
ON_THE_SCENE: Final = 5 * 60
"""For so many minutes after its report an incident is played minute by minute."""
A_WEEK: Final = 1.0
"""How many petitions come in a week."""


@dataclass
class Year:
    """A year of the institution of ``book``, which is there since ``began``. ``now`` is its clock; ``did`` what happened of the plan."""

    book: str
    set_clock: Callable[[datetime], None]
    began: date = plan.LONG_AGO
    rng: Random = field(default_factory=lambda: Random(1))
    did: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rules, staffing = load(self.book), assumed()
        self.zone = self.rules.calendar.zone
        self.staffing = staffing.model_copy(update={"start": self.began})
        self._to(datetime.combine(self.began, time(), self.zone).astimezone(UTC))
        self.cast = institution(self.book, self.staffing, first_moment(self.rules, self.staffing))
        self.hands = Hands(self.rules, self.cast, self.staffing, self.rng)
        self.watch = Watch(self.hands)
        self.chores = worker.chores()
        self.planned = list(plan.PLAN)

    # --- the days -----------------------------------------------------------------------------------------------------

    def long_ago(self) -> None:
        """Files and letters of years ago: they come in, are dealt with and lie until their terms run out."""
        self.hands.chosen["matter"] = {"term": "y10"}
        for first, kinds in ((plan.LONG_AGO, 3), (plan.LETTERS_FROM, 2)):
            self._at(first, MORNING)
            for _ in range(kinds):
                self.hands.arrive(self.now, "letter", "claim")
            if first == plan.LETTERS_FROM and "file_letter" in self.rules.book.procedures["matter"].actions:
                for case in Case.objects.filter(received_at=self.now):
                    self.hands.beside(case, "file_letter", self.now)
            for n in range(1, 300):
                day = first + n * DAY
                if self.rules.calendar.is_working(day):
                    self._at(day, MORNING)
                    self.hands.wish(self.now)
                    self.hands.work(self.now)
                if not n % 30:
                    self._night(day)
        self.hands.chosen.clear()

    def play(self, first: date, last: date) -> None:
        """Play the days from ``first`` to ``last``, both included."""
        day = first
        while day <= last:
            self._night(day)
            self.watch.look(self.now)
            if self.rules.calendar.is_working(day):
                self._works(day)
            day += DAY

    def _works(self, day: date) -> None:
        self._at(day, MORNING)
        self._rotas(day)
        self._receptions(day)
        if self.rng.random() < A_WEEK / 5:
            kind = drawn({name: one.share for name, one in self.staffing.kinds.items()}, self.rng)
            self.hands.arrive(self.now, drawn(self.staffing.arrivals.channels, self.rng), kind)
        put_off = []
        while self.planned and self.planned[0].day <= day:
            one = self.planned.pop(0)
            if getattr(self, f"_{one.does}")(**one.given) is False:
                put_off.append(replace(one, day=day + DAY))
        self.planned[:0] = put_off
        for hour in (MORNING, AFTERNOON):
            self._at(day, hour)
            self.hands.wish(self.now)
            self.hands.work(self.now)

    def _night(self, day: date) -> None:
        self._at(day, NIGHT)
        for _ in range(50):
            if not worker.run_once(self.chores, self.now):
                break
            self._to(self.now + 11 * timedelta(seconds=1))

    def _at(self, day: date, hour: time) -> None:
        self._to(max(self.now, datetime.combine(day, hour, self.zone).astimezone(UTC)))

    def _to(self, at: datetime) -> None:
        self.now = at
        self.set_clock(at)

    def _by(self, actor: Actor) -> By:
        return By(actor, account_of(actor), self.now)

    def _own(self) -> list[Actor]:
        return [one for one in self.hands.people() if one.organisation == self.cast.organisation.id]

    # --- rotas and receptions -----------------------------------------------------------------------------------------

    def _rotas(self, day: date) -> None:
        month = (day.replace(day=1) + 32 * DAY).replace(day=1)
        planned = Rota.objects.filter(organisation=self.cast.organisation, first=month).exists()
        if day.day >= plan.ROTA_ON and not planned:
            self._plan_rotas(month)
        swapped = Swap.objects.filter(asked_at__gte=datetime.combine(day.replace(day=1), NIGHT, self.zone)).exists()
        if day.day >= plan.SWAP_ON and not swapped:
            self._swap(day)

    def _plan_rotas(self, first: date) -> None:
        by = self._by(next(one for one in self._own() if may_plan(one)))
        last = (first + 32 * DAY).replace(day=1) - DAY
        leaders = list(Leader.objects.filter(organisation=self.cast.organisation).values_list("account", flat=True))
        staff = [one.person for one in self._own() if one.unit == self.cast.organisation.office_id]
        times = ReceptionTime.objects.filter(organisation=self.cast.organisation).exclude(receiver="")
        for group, people in ((DutyGroup.STAFF, staff), (DutyGroup.LEADERS, leaders)):
            rota = Rota(
                group=group,
                first=first,
                last=last,
                members=[one.hex for one in people if one],
                begins=time(9) if group == DutyGroup.STAFF else None,
                ends=time(17) if group == DutyGroup.STAFF else None,
                times=[one.id.hex for one in times] if group == DutyGroup.LEADERS else [],
            )
            planning.publish(planning.draft(rota, by), by)
            self.did.append(f"rota {group}")

    def _swap(self, day: date) -> None:
        for shift in shifts_in_force(self.cast.organisation.id, day + DAY).filter(rota__group=DutyGroup.STAFF)[:10]:
            by = By(next(one for one in self._own() if one.person == shift.account_id), shift.account, self.now)
            offers = swap_offers(shift, by)
            if not offers.people:
                continue
            other = Account.objects.get(id=min(offers.people))
            swap = swaps.ask(Swap(shift=shift, asked_of=other), by)
            swaps.decide(swap, "agree", By(next(one for one in self._own() if one.person == other.id), other, self.now))
            third = next(one for one in self._own() if may_plan(one) and one.person not in (shift.account_id, other.id))
            swaps.decide(swap, "approve", self._by(third))
            self.did.append("swap")
            return

    def _receptions(self, day: date) -> None:
        """On a reception day of leaders people come, and the head of a business is called."""
        for _shift in shifts_in_force(self.cast.organisation.id, day, day).filter(rota__group=DutyGroup.LEADERS):
            case = self.hands.arrive(self.now, "visit", "claim")
            away = set(Absence.objects.filter(since__lte=day, until__gt=day).values_list("account", flat=True))
            head = next(one for one in self._own() if one.unit in self.cast.handling and one.person not in away)
            called = calls.call(
                ReceptionCall(case=case, called=account_of(head)), self._by(self.hands.in_role("registrar"))
            )
            self._to(self.now + 10 * MINUTE)
            calls.arrived(called, self._by(self.hands.in_role("registrar")))
            self.did.append("reception")

    # --- what the plan says -------------------------------------------------------------------------------------------

    def _opens(self, procedure: str) -> None:
        if self.hands.open(procedure, self.now) is not None:
            self.did.append(procedure)

    def _beside(self, procedure: str, action: str) -> bool:
        """Where no case is so far yet, it is tried again on the next day."""
        open_ones = Case.objects.filter(procedure=procedure, ended_at=None)
        done = [action for case in open_ones if self.hands.beside(case, action, self.now)]
        self.did += done
        return bool(done)

    def _leaves(self, role: str) -> None:
        """Somebody is away for two weeks, and another takes over what they owe."""
        away, deputy = [one for one in self._own() if role in one.roles][:2]
        today = timezone.localdate(self.now)
        note_absence(self._by(away).account, today, today + 14 * DAY, self.now, deputy=self._by(deputy).account)
        self.did.append("absence")

    def _incident(self, scenario: str) -> None:
        """An incident, minute by minute; where the book has none, the visit of many that came with it is a matter."""
        story = scenarios.scenario(scenario)
        self.hands.arrive(self.now, "visit", "claim", headcount=story.matter.headcount)
        self.hands.chosen["incident"] = story.form_entries
        if self.hands.open("incident", self.now) is None:
            return
        self.did.append("incident")
        case = Case.objects.filter(procedure="incident").latest("registered_at")
        no = "activate" if story.ways.get("activate") == "not_an_incident" else "not_an_incident"
        self.hands.kinds[case.id] = MatterKind(share=1, choices={no: 0, "join_incident": 0})
        beside = {one.at: one.action for one in story.beside}
        for minute in range(ON_THE_SCENE):
            self._to(self.now + MINUTE)
            if minute in beside:
                self.hands.beside(Case.objects.get(id=case.id), beside[minute], self.now)
            if self.hands.work(self.now, "incident") or minute % 5 == 0:
                worker.fire_timers(self.now)

    def _appraises_files(self) -> None:
        """Files whose term has run out: proposed by one person, approved by another."""
        archivist = self._by(self.hands.in_role("archivist"))
        due = [
            one.file.package
            for one in disposal.due_files(archivist.actor, timezone.localdate(self.now))
            if not one.why_not
        ]
        form = disposal.DisposalForm(number=f"销毁{self.now:%Y}-1", opinion="期满，无保存价值")
        made = disposal.propose(due, form, archivist.actor, archivist.account, self.now)
        assert not isinstance(made, tuple), made
        others = [one for one in self._own() if self._may_decide(made, one)]
        other = self._by(others[0])
        assert disposal.decide(made, True, "", other.actor, other.account, self.now) == ()
        assert Erasure.objects.filter(reason=Erasure.Reason.RETENTION).count() >= len(due) > 0
        self.did.append("files destroyed")

    def _may_decide(self, made: disposal.Disposal, actor: Actor) -> bool:
        seen = [one for one in disposal.disposals_for(actor) if one.row.id == made.id]
        return bool(seen) and disposal.may_decide(seen[0], actor, self.now)

    def _draws_the_lot(self) -> None:
        """Who supervises looks at the lot of the week, the same whoever asks: and inspects what follows a termination."""
        drawn = [self._drawn(one) for one in self._own() if "supervisor" in one.roles]
        assert drawn[0] and all(one == drawn[0] for one in drawn)
        self.did.append("lot")
        for case in Case.objects.filter(procedure="matter"):
            self.hands.beside(case, "inspect_aftercare", self.now)

    def _drawn(self, actor: Actor) -> list[str]:
        return [one.view.case.number for one in urging.leads(actor, self.now) if one.kind == "drawn"]

    def _terminates(self) -> None:
        """Whoever went all the way to the re-review comes again with the same; the handler asks above to terminate."""
        for case in Case.objects.filter(stage="ended", procedure="matter"):
            for action in ("apply_termination", "apply_termination_unpursued"):
                if self.hands.beside(case, action, self.now):
                    self.did.append(action)
                    break

    def _reports_on_the_year(self) -> None:
        """The report on the year before, as a page for whoever oversees; the leader signs it, and it is on paper."""
        year = self.now.year - 1
        actor = self.hands.in_role("supervisor")
        told = statistics(actor, DaySpan(date(year, 1, 1), date(year, 12, 31)), self.now)
        seen = visible_to(actor).filter(
            organisation=self.cast.organisation, procedure="matter", number__contains=f"-{year}"
        )
        assert told.volumes.registered == seen.count()
        leader = next(one for one in self._own() if signs_reports(one) and one.person != actor.person)
        by = self._by(actor)
        made = reports.put_up(Reporting(DaySpan(date(year, 1, 1), date(year, 12, 31)), "略"), actor, by.account, by.at)
        assert isinstance(made, WorkReport), made
        assert reports.sign(made, leader, account_of(leader), self.now) == ()
        page = Client()
        page.force_login(by.account, backend="django.contrib.auth.backends.ModelBackend")
        for form in ("docx", "pdf"):
            address = f"/desk/statistics/reports/{made.id}/paper.{form}"
            assert page.get(address).status_code == 200, address
        self.did.append("yearly report")


def account_of(actor: Actor) -> Account:
    """The account of whoever works."""
    assert actor.person is not None
    return Account.objects.get(id=actor.person)
