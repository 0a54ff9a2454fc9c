"""How work flows: from what a case now owes to the posts that owe it, to the people who do it, and on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from functools import partial
from heapq import heappop, heappush
from math import exp, log
from uuid import UUID

from huiyin.casework.models import Case
from huiyin.procedure.due import window
from huiyin.procedure.guard import forbidden
from huiyin.procedure.refusal import Code
from huiyin.procedure.state import OpenDuty, State
from huiyin.procedure.storage import codec
from huiyin.rules.book.steps import meets
from huiyin.simulation import acting
from huiyin.simulation.arrivals import Arrival, rng_for
from huiyin.simulation.posts import Matter, StaffedPost, Task, Worker
from huiyin.simulation.staffing import Wont
from huiyin.simulation.tally import DoneBy
from huiyin.simulation.world import World
from huiyin.worker import fire_timers

ONE_DAY, ONE_SECOND = timedelta(days=1), timedelta(seconds=1)
AGAIN_AFTER_REFUSAL = timedelta(days=7)
"""A timer that something else must come before is tried again every week, not every hour as in life: hands are quicker anyhow."""
MAX_TRIES = 10
SPREAD_OF_DAYS = 2.0
"""How much petitioners differ in how long they take: the 84th percentile over the median."""


class MatterFlow:
    """Lets the matters of ``world`` arrive and run."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.timers: list[tuple[datetime, int, Matter, UUID]] = []
        self.pending: list[tuple[Matter, UUID]] = []
        self.nights: set[datetime] = set()
        self.entered = 0

    # --- arriving ---------------------------------------------------------------------------------------------------

    def arrive(self, arrival: Arrival, at: datetime) -> None:
        """A petition comes in: the petitioner registers it, or it waits for somebody to do so."""
        world = self.world
        matter = Matter(arrival, rng_for(world.seed, "matter", arrival.n))
        world.matters.append(matter)
        start = acting.starting(world, matter.arrival.channel)
        if start is None:
            matter.trouble = "no action registers it"
            return
        action, roles = start
        if not roles:
            self._registered(matter, action, acting.register_matter(world, matter, action, None, at), at)
            return
        task = Task("register", action, matter, due=at, opened_at=at, ready_at=at)
        posts = [post for role in roles for post in world.by_role.get(role, ())]
        post = next((post for post in posts if post.workers), posts[0] if posts else None)
        matter.tasks.append((post, task))
        self._offer(post, task, at)

    def _registered(self, matter: Matter, action: str, state: State | None, at: datetime) -> None:
        if state is not None:
            self.settle(matter, state, action, at)

    # --- what follows from an action --------------------------------------------------------------------------------

    def settle(self, matter: Matter, after: State, action: str, at: datetime, by: DoneBy = "hand") -> None:
        """``action`` was taken: bring the tasks of the matter in step with ``after``, and let people get to work."""
        before, matter.state = matter.state, after
        if before is None or before.stage != after.stage:
            matter.considered.clear()
        self._milestones(matter, action, at)
        still_open: dict[UUID, OpenDuty] = {duty.id: duty for duty in after.duties}
        kept = []
        for post, task in matter.tasks:
            duty = still_open.pop(task.duty, None) if task.duty else None
            if task.of == "duty" and duty is None:
                self._close(post, task, action, at, by)
            elif duty is not None:
                kept.append(self._kept(post, task, duty, at))
            elif task.of == "extra" and task.status != "done":
                kept.append((post, task))
        kept += [self._opened(matter, duty, at) for duty in still_open.values()]
        matter.tasks = kept
        for post, task in kept:
            if task.status == "blocked":
                task.tries = 0
                self._offer(post, task, at)
        self._consider(matter, at)

    def _milestones(self, matter: Matter, action: str, at: datetime) -> None:
        """When the petitioner was first told, first answered, and when the case came to an end (docs/proofs.md, i)."""
        state, procedure = matter.state, self.world.procedure
        assert state is not None
        notices = [procedure.notices[kind] for kind in procedure.actions[action].notice]
        to_petitioner = [one for one in notices if one.to == "petitioner" and meets(one.when, state.facts)]
        if to_petitioner and matter.notified_at is None:
            matter.notified_at = at
        if matter.answered_at is None and to_petitioner and (state.ended or any(one.served for one in to_petitioner)):
            matter.answered_at = at
        if state.ended and matter.ended_at is None:
            matter.ended_at = at
            self.world.progress()

    def _opened(self, matter: Matter, duty: OpenDuty, at: datetime) -> tuple[StaffedPost | None, Task]:
        task = Task("duty", duty.kind, matter, duty.due_at, at, at, duty.id, assignee=duty.assignee)
        self.world.tally.duties[duty.kind].opened += 1
        self._set_timer(matter, duty)
        return self._post_of(duty), task

    def _post_of(self, duty: OpenDuty) -> StaffedPost | None:
        if duty.seat is None:
            return None
        post = self.world.by_seat.get((duty.seat.unit, duty.role))
        if post is None:
            self.world.unowned[duty.role] = self.world.unowned.get(duty.role, 0) + 1
        return post

    def _kept(
        self, post: StaffedPost | None, task: Task, duty: OpenDuty, at: datetime
    ) -> tuple[StaffedPost | None, Task]:
        """A duty that is still open, perhaps owed by another post or by another day than before."""
        task.assignee = duty.assignee
        owner = self._post_of(duty)
        if owner is not post:
            fresh = Task(
                "duty", duty.kind, task.matter, duty.due_at, task.opened_at, at, duty.id, assignee=duty.assignee
            )
            if post is not None:
                post.drop(task, "done", at)
            return owner, fresh
        if duty.due_at != task.due:
            task.due = duty.due_at
            self._set_timer(task.matter, duty)
            if post is not None and task.status == "waiting":
                post.push(task, at)
        return post, task

    def _close(self, post: StaffedPost | None, task: Task, action: str, at: datetime, by: DoneBy) -> None:
        tally, discharged = self.world.tally, task.what in self.world.procedure.actions[action].discharges
        if post is None:
            count = tally.duties[task.what]
            count.discharged += discharged
            count.withdrawn += not discharged
            return
        post.drop(task, "done", at)
        if discharged:
            tally.discharged(post.name, post.hours, task, at, by)
        else:
            tally.dropped(post.name, post.hours, task, at)

    # --- at the posts -----------------------------------------------------------------------------------------------

    def _offer(self, post: StaffedPost | None, task: Task, at: datetime) -> None:
        """Let ``task`` wait at ``post`` when somebody there may do it; otherwise it is looked at again later."""
        if post is None:
            return
        if not post.workers or self._able(post, task, at):
            if task.opened_at != at and task.started_at is None:
                task.ready_at = at
            post.push(task, at)
            self._dispatch(post, at)
        else:
            self._look_again(post, task, at)

    def _able(self, post: StaffedPost, task: Task, at: datetime) -> bool:
        return any(acting.ways(self.world, task, worker.actor, at) for worker in post.workers)

    def _look_again(self, post: StaffedPost, task: Task, at: datetime) -> None:
        """Of a task that the rules do not let anybody do: offer it again when the time for it has come."""
        when = self._too_early(post, task, at)
        if when is not None:
            self.world.agenda.add(when + 2 * ONE_SECOND, partial(self._retry, post, task))

    def _too_early(self, post: StaffedPost, task: Task, at: datetime) -> datetime | None:
        state = task.matter.state
        if state is None or task.of != "duty":
            return None
        for name in self.world.discharging[task.what]:
            refusal = forbidden(self.world.rules, state, name, post.workers[0].actor, at)
            if refusal is not None:
                task.why = str(refusal.code)
                if refusal.code is Code.TOO_EARLY and (moments := refusal.needs.get("after")):
                    return datetime.fromisoformat(str(moments[0]))
                if refusal.code is Code.CONDITION:
                    self._prepare(task.matter, refusal.needs["facts"], at)
        return None

    def _prepare(self, matter: Matter, facts: Iterable[object], at: datetime) -> None:
        """What is owed waits for a fact: let somebody take an action that changes it."""
        required, state = set(map(str, facts)), matter.state
        assert state is not None
        planned = {task.what for _post, task in matter.tasks if task.of == "extra" and task.status != "done"}
        for name, action in self.world.procedure.actions.items():
            changed = {fact for fact, value in action.sets.items() if state.facts.get(fact) != value}
            if required & changed and not action.to and name not in planned:
                post = self._who(matter, name, at)
                if post is not None:
                    self._add_extra(matter, name, post, at)
                    return

    def _retry(self, post: StaffedPost, task: Task, at: datetime) -> None:
        if task.status == "blocked":
            self._offer(post, task, at)

    def _dispatch(self, post: StaffedPost, at: datetime) -> None:
        """Give what waits to whoever is free; out of hours, when the post opens."""
        if not post.length or not post.workers:
            return
        opening = post.hours.opening(at)
        if opening != at:
            if post.wakes_at != opening:
                post.wakes_at = opening
                self.world.agenda.add(opening, partial(self._dispatch, post))
            return
        for worker in post.free():
            task = post.first(partial(self._fits, post, worker, at))
            if task is not None:
                self._start(post, worker, task, at)

    def _fits(self, post: StaffedPost, worker: Worker, at: datetime, task: Task) -> bool:
        if acting.ways(self.world, task, worker.actor, at):
            return True
        if not self._able(post, task, at):
            post.drop(task, "done" if task.of == "extra" else "blocked", at)
            if task.of != "extra":
                self._look_again(post, task, at)
        return False

    def _start(self, post: StaffedPost, worker: Worker, task: Task, at: datetime) -> None:
        world = self.world
        action = acting.chosen(world, task.matter, acting.ways(world, task, worker.actor, at))
        seconds = world.seconds(action, task.matter.rng)
        post.drop(task, "in hand", at)
        worker.task = task
        task.started_at = task.started_at or at
        if at < world.closes_at:
            until = post.hours.passed(world.closes_at)
            post.busy += min(seconds, until - post.hours.passed(at))
        world.agenda.add(post.hours.after(at, seconds), partial(self._finish, post, worker, task, action, seconds))

    def _finish(self, post: StaffedPost, worker: Worker, task: Task, action: str, seconds: int, at: datetime) -> None:
        worker.task = None
        task.worked += seconds
        post.tasks += 1
        post.total += seconds
        if task.status == "done":
            self.world.tally.overtaken += 1
        elif task.of == "register":
            task.status = "done"
            self.world.tally.registered(task, at)
            self._registered(
                task.matter, action, acting.register_matter(self.world, task.matter, action, worker.actor, at), at
            )
        else:
            self._act(post, worker, task, action, at)
        self._dispatch(post, at)

    def _act(self, post: StaffedPost, worker: Worker, task: Task, action: str, at: datetime) -> None:
        """Take the action, or another one that does the task as well when it is no longer possible."""
        matter, left = task.matter, acting.ways(self.world, task, worker.actor, at)
        while left:
            name = action if action in left else acting.chosen(self.world, matter, left)
            state = acting.take(self.world, matter, name, worker.actor, at)
            if state is not None:
                task.status = "done" if task.of == "extra" else "blocked"
                self._follow(matter, name, state, at)
                return
            left.remove(name)
        task.status, task.why = ("done" if task.of == "extra" else "blocked"), matter.trouble
        task.tries += 1
        if task.of == "duty" and task.tries <= MAX_TRIES:
            self.world.agenda.add(post.hours.after(at, post.hours.a_day), partial(self._retry, post, task))

    def _follow(self, matter: Matter, action: str, state: State, at: datetime) -> None:
        self.settle(matter, state, action, at)
        relay = self.world.procedure.actions[action].relay
        other = state.values.get(relay.to) if relay else None
        if relay is not None and isinstance(other, UUID) and other in self.world.by_case:
            self._refresh([self.world.by_case[other]], {other: relay.action}, at, "hand")

    # --- beside what is owed ----------------------------------------------------------------------------------------

    def _consider(self, matter: Matter, at: datetime) -> None:
        """Whether petitioner or staff will do something else, each thing once while the case is in its stage."""
        state, world = matter.state, self.world
        assert state is not None and matter.petitioner is not None
        for name, wont in world.wonts:
            if name not in matter.considered and not forbidden(world.rules, state, name, matter.petitioner, at):
                matter.considered.add(name)
                if matter.rng.random() < wont.share:
                    world.agenda.add(at + self._pause(matter, name, wont, at), partial(self._petitioner, matter, name))
        for name, share in world.extras[state.stage]:
            if name in matter.considered:
                continue
            post = self._who(matter, name, at)
            if post is not None:
                matter.considered.add(name)
                if matter.rng.random() < share:
                    self._add_extra(matter, name, post, at)

    def _add_extra(self, matter: Matter, name: str, post: StaffedPost, at: datetime) -> None:
        due = min((task.due for _post, task in matter.tasks), default=at + 30 * ONE_DAY)
        task = Task("extra", name, matter, due, at, at)
        matter.tasks.append((post, task))
        self._offer(post, task, at)

    def _who(self, matter: Matter, name: str, at: datetime) -> StaffedPost | None:
        """The post in which somebody may take action ``name`` now."""
        world, state = self.world, matter.state
        assert state is not None
        for role in world.procedure.actions[name].by:
            for post in world.by_role.get(role, ()):
                if any(forbidden(world.rules, state, name, worker.actor, at) is None for worker in post.workers):
                    return post
        return None

    def _pause(self, matter: Matter, name: str, wont: Wont, at: datetime) -> timedelta:
        """How long the petitioner takes: any time within the window where there is one."""
        until, state = self.world.procedure.actions[name].until, matter.state
        assert state is not None
        if until is not None:
            due = window(self.world.rules, self.world.procedure.limits[until], until, state, at)
            if due is not None and due.due_at > at:
                return timedelta(seconds=matter.rng.randrange(int((due.due_at - at).total_seconds()) + 1))
        days = wont.days * exp(matter.rng.gauss(0, log(SPREAD_OF_DAYS)))
        return timedelta(seconds=round(days * ONE_DAY.total_seconds()))

    def _petitioner(self, matter: Matter, name: str, at: datetime) -> None:
        assert matter.state is not None and matter.petitioner is not None
        if forbidden(self.world.rules, matter.state, name, matter.petitioner, at) is None:
            state = acting.take(self.world, matter, name, matter.petitioner, at)
            if state is not None:
                self._follow(matter, name, state, at)

    # --- timers -----------------------------------------------------------------------------------------------------

    def _set_timer(self, matter: Matter, duty: OpenDuty) -> None:
        if self.world.procedure.duties[duty.kind].on_due is not None:
            self.entered += 1
            heappush(self.timers, (duty.due_at, self.entered, matter, duty.id))
            self._plan_night(duty.due_at)

    def _plan_night(self, due: datetime) -> None:
        """Limits run out at the last second of a day, so that the worker's clock need only be looked at after midnight."""
        zone = self.world.rules.calendar.zone
        night = datetime.combine(due.astimezone(zone).date() + ONE_DAY, time(), zone)
        if night not in self.nights:
            self.nights.add(night)
            self.world.agenda.add(night, self._night)

    def _night(self, at: datetime) -> None:
        """Let the worker's timers fire, and take over what they did."""
        self.nights.discard(at)
        looked_at = self.pending
        while self.timers and self.timers[0][0] < at:
            _due, _n, matter, duty = heappop(self.timers)
            looked_at.append((matter, duty))
        looked_at = [(matter, duty) for matter, duty in looked_at if self._is_due(matter, duty, at)]
        if looked_at:
            while fire_timers(at, AGAIN_AFTER_REFUSAL):
                self.world.tally.commands += 1
            actions = {}
            for matter, duty in looked_at:
                kind = next(one.kind for one in _state(matter).duties if one.id == duty)
                actions[_case(matter)] = str(self.world.procedure.duties[kind].on_due)
            self._refresh(list(dict.fromkeys(matter for matter, _duty in looked_at)), actions, at, "timer")
        self.pending = [(matter, duty) for matter, duty in looked_at if self._is_due(matter, duty, at)]
        if self.pending:
            self._plan_night(at)

    def _is_due(self, matter: Matter, id: UUID, at: datetime) -> bool:
        return any(duty.id == id and duty.due_at < at for duty in _state(matter).duties)

    def _refresh(self, matters: list[Matter], actions: dict[UUID, str], at: datetime, by: DoneBy) -> None:
        """Read what somebody else did to these matters from the database: ``actions`` says what."""
        cases = Case.objects.filter(id__in=[_case(matter) for matter in matters])
        seqs = dict(cases.values_list("id", "seq"))
        changed = [matter for matter in matters if seqs[_case(matter)] != _state(matter).seq]
        texts = dict(cases.filter(id__in=[_case(matter) for matter in changed]).values_list("id", "state"))
        for matter in changed:
            action = actions[_case(matter)]
            self.world.tally.actions[action] += 1
            self.settle(matter, codec.loads(texts[_case(matter)]), action, at, by)


def _state(matter: Matter) -> State:
    assert matter.state is not None
    return matter.state


def _case(matter: Matter) -> UUID:
    assert matter.case is not None
    return matter.case
