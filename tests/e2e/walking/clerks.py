"""Everybody of an office: each looks at their own list, follows what it offers, fills in what the form asks for.

Nothing is known here of stages, roles or rules: what no page offers to anybody is not done. Time is the story's: when nobody has
anything to do, it jumps to when the next limit runs out, and the worker comes round. Lists are read by requests; in the window a step is
taken from the page where its link stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from time import monotonic
from typing import Final

from django.test import Client
from django.utils import timezone

from huiyin import worker
from huiyin.casework.lists.unattended import unattended
from huiyin.casework.models import Case, Duty
from huiyin.casework.owed import open_duties
from huiyin.people.appointments import day_of
from huiyin.people.models import Unit
from huiyin.rules.book.load import load
from tests.cast import NOW, Cast, join
from tests.e2e.walking.controls import Writer
from tests.e2e.walking.offers import Step, action_at, named_in_list, offered_on, receipt_on
from tests.e2e.walking.windows import Window

PETITIONER: Final = "petitioner"
DUTIES, CASES, REGISTER, TRACK, MATTER = "/desk/", "/desk/cases/", "/desk/register/", "/track/", "/track/matter/"
MAX_TURNS: Final = 150
MAX_SENT: Final = 3
TO_AND_FRO: Final = 2


class Stuck(AssertionError):
    """Somebody owes something that no page lets anybody do, or a step that is offered is not accepted."""


class Clock:
    """The story's time, which goes on as time does and can be put forward."""

    def __init__(self, at: datetime = NOW) -> None:
        self._at, self._since = at, monotonic()

    def now(self) -> datetime:
        return self._at + timedelta(seconds=monotonic() - self._since)

    def jump_to(self, at: datetime) -> None:
        self._at, self._since = max(at, self.now()), monotonic()


@dataclass
class Clerks:
    """The people of ``cast`` before a ``window``; ``other`` is the number of a matter that a form may ask for.

    ``done`` is what was done, and by whom; ``refused`` what was offered to somebody and could not be done after all, with the page's words.
    ``ahead`` says of an action what can still be done after it, where it takes the case on; ``leaving`` are those by which somebody withdraws:
    nobody does so only to have done something. ``seen`` is who did what in walks before: None where nobody is to look for steps besides those
    that are owed. ``usually`` is how often the step is taken after which most can be done that nobody has seen yet, else one by chance.
    """

    window: Window
    cast: Cast
    clock: Clock
    chance: Random
    ahead: Mapping[str, frozenset[str]]
    leaving: frozenset[str] = frozenset()
    seen: set[tuple[str, str]] | None = None
    other: str = ""
    usually: float = 0.9
    receipt: tuple[str, str] = ("", "")
    done: list[tuple[str, str]] = field(default_factory=list)
    refused: dict[tuple[str, str], str] = field(default_factory=dict)
    _sessions: dict[str, Client] = field(default_factory=dict)
    _sent: int = 0
    _looked: set[str] = field(
        default_factory=set
    )  # the stages in which nobody finds anything besides that was not seen yet
    _idle: set[tuple[str, str]] = field(
        default_factory=set
    )  # what changed nothing of where the matter stands and who owes what

    # --- signing in ---------------------------------------------------------------------------------------------------

    def _session(self, who: str) -> Client:
        """The session of ``who``, signed in; the petitioner's with their matter open."""
        if who not in self._sessions:
            self._sessions[who] = Client()
            if who == PETITIONER:
                self._open_matter(self._sessions[who])
            else:
                account = self.cast.accounts[who]
                self._sessions[who].force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return self._sessions[who]

    def _open_matter(self, session: Client) -> None:
        if self.receipt[0]:
            answer = session.post(TRACK, {"receipt": self.receipt[0], "code": self.receipt[1]})
            assert answer.status_code == 302 and answer["Location"] == MATTER, answer.content.decode()

    def wait_until(self, at: datetime) -> None:
        """Time passes, sessions end, and the worker has done what fell due meanwhile."""
        self.clock.jump_to(at)
        self._sessions.clear()
        while worker.fire_timers(self.clock.now()):
            pass

    # --- how a matter begins ------------------------------------------------------------------------------------------

    def hand_in(self, organisation: str) -> str:
        """The petitioner writes by the public page; the number of the matter."""
        return self._begun(PETITIONER, f"/submit/{organisation}/", "")

    def register(self, who: str, channel: str) -> str:
        """Somebody of the office takes down what came by a channel; the number of the matter."""
        return self._begun(who, REGISTER, channel)

    def _begun(self, who: str, address: str, channel: str) -> str:
        page = self.window.hand_in(self._session(who), address, channel, self._writer())
        self.receipt = receipt_on(page)
        self._sessions.pop(PETITIONER, None)
        return self._latest(who, channel)

    def begin(self, procedure: str) -> str:
        """Somebody to whom the list of cases offers it begins a case that no petition brought; its number."""
        started = f"/desk/begin/{procedure}/"
        offered = [
            (who, link)
            for who in self.cast.accounts
            for link in offered_on(self._session(who).get(CASES).content, "btn")
            if link.startswith(started)
        ]
        if not offered:
            raise Stuck(f"nobody is offered to begin a {procedure}")
        who, address = self.chance.choice(offered)
        self.window.hand_in(self._session(who), address, "", self._writer())
        return self._latest(who, action_at(address))

    def _latest(self, who: str, action: str) -> str:
        self.done.append((who, action))
        return str(Case.objects.order_by("registered_at").last().number)  # type: ignore[union-attr]

    def _writer(self, who: str = PETITIONER) -> Writer:
        directory = self._directory(who) if who in self.cast.posts else {}
        return Writer(self.chance, lambda: timezone.localdate(self.clock.now()), self.other, directory=directory)

    def _directory(self, who: str) -> Mapping[str, tuple[Sequence[str], Sequence[str]]]:
        """The units and people of the organisation in which somebody works, as its directory names them; first those of their own unit."""
        own = self.cast.posts[who]
        posts = {name: post for name, post in self.cast.posts.items() if post.organisation_id == own.organisation_id}
        units = sorted({post.unit.name for post in posts.values()})
        near = [str(self.cast.accounts[name]) for name, post in posts.items() if post.unit_id == own.unit_id]
        return {"unit": (units, units), "person": (near, [str(self.cast.accounts[name]) for name in posts])}

    # --- one turn after the other -------------------------------------------------------------------------------------

    def work_off(self, no: str) -> None:
        """Go on with a matter until nobody owes anything.

        Raises:
            Stuck: if something is owed that no list shows, or what is offered cannot be done.
        """
        last: tuple[Step | None, object] = (None, None)
        for _turn in range(MAX_TURNS):
            worker.let_stand_in(self.clock.now())
            case = Case.objects.get(number=no)
            owed = list(Duty.objects.filter(case=case, discharged_at=None, withdrawn_at=None).order_by("due_at", "id"))
            if not owed:
                return
            stands = (case.stage, [duty.id for duty in owed])
            if last[0] is not None and last[1] == stands:
                self._idle.add((last[0].who, last[0].action))
            step = self._besides(no, case.stage) or self._next(no, owed)
            last = step, stands
            if step is not None:
                self._take(step)
            elif timers := [duty.timer_at for duty in owed if duty.timer_at]:
                self.wait_until(min(timers) + timedelta(minutes=1))
            elif left := unattended(open_duties().filter(case=case), day_of(self.clock.now())):
                self._appoint(left[0])
            else:
                raise Stuck(f"owed, and in nobody's list: {[f'{d.role}: {d.kind}' for d in owed]}; done: {self.done}")
        raise Stuck(f"no end after {MAX_TURNS} turns: {self.done}")

    def _besides(self, no: str, stage: str) -> Step | None:
        """What somebody does of their own accord who finds the matter in the list of cases: what no walk has seen, or anything where they
        did nothing yet, as long as the matter stays where it stands.
        """
        if self.seen is None or stage in self._looked:
            return None
        page, tried = f"/desk/cases/{no}/", {*self.done, *self.refused}
        for who in self.cast.accounts:
            for address in offered_on(self._session(who).get(page).content, "offer"):
                step = Step(who, page, address)
                if self._is_new(step) and (who, step.action) not in tried and not self.ahead.get(step.action):
                    return step
        self._looked.add(stage)
        return None

    def _next(self, no: str, owed: Sequence[Duty]) -> Step | None:
        """What is done next: first what nobody has done yet, then what takes the case on; what was sent back is laid there once more, and
        signed once more; what was done already and changes nothing only where no limit is waited for.
        """
        offered: list[Step] = []
        places = {(duty.unit_id, duty.role) for duty in owed}
        likely = [
            who for who, post in self.cast.posts.items() if places & {(post.unit_id, role) for role in post.roles}
        ]
        for people in (likely, [PETITIONER] if self.receipt[0] else []):
            offered += [step for who in people for step in self._offered(who, no)]
            if chosen := self._leading_on(offered):
                return self._chosen(chosen)
        tried = {*self.done, *self.refused}
        fresh = [step for step in offered if (step.who, step.action) not in tried]
        again = [step for step in offered if step.page == DUTIES or self.ahead.get(step.action)]
        again = [step for step in again if (step.who, step.action) in {*self.done} - self._idle]
        least = min((self.done.count((step.who, step.action)) for step in again), default=0)
        other = [step for step in fresh if step.action not in self.leaving]
        if again and not (other and least >= TO_AND_FRO):
            # By whom and what least often, and then something else: two who send something to and fro come to an end.
            return self.chance.choice([step for step in again if self.done.count((step.who, step.action)) == least])
        if fresh:
            return self._chosen(other or fresh)
        if any(duty.timer_at for duty in owed):
            return None
        # Each list takes as long as a step does: those of whoever owes nothing there are looked at last.
        others = (who for who in self.cast.accounts if who not in likely)
        offered += [step for who in others for step in self._offered(who, no)]
        return self._chosen(self._leading_on(offered) or offered) if offered else None

    def _leading_on(self, offered: Iterable[Step]) -> list[Step]:
        """Of what is offered what nobody has done yet, else what takes the case on: else everybody who may withdraw does, until nobody is left."""
        tried = {*self.done, *self.refused}
        fresh = [step for step in offered if (step.who, step.action) not in tried]
        new = [step for step in fresh if step.action not in {action for _who, action in tried}]
        return new or [step for step in fresh if self.ahead.get(step.action)]

    def _appoint(self, duty: Duty) -> None:
        """Somebody comes for what everybody is kept from, as the page of vacancies tells administrators to have it done: in a unit of their own,
        or for what the unit owes that deals with the case into that.
        """
        self._sent += 1
        if self._sent > MAX_SENT:
            raise Stuck(f"nobody is left for {duty.role}: {duty.kind}; done: {self.done}")
        name, case = f"sent_{self._sent}", duty.case
        book = load(case.rulebook).book
        role = book.procedures[case.procedure].duties[duty.kind].of
        deals = book.roles[role].of in ("handling", "co_handling")
        of = duty.unit.organisation if duty.unit else case.organisation
        unit = duty.unit if deals else Unit.objects.create(organisation=of, code=name, name=name)
        self.cast.units = {**self.cast.units, name: unit}
        join(self.cast, {name: (name, (role,))})

    def _chosen(self, steps: Sequence[Step]) -> Step:
        most = max(map(self._worth, steps))
        longest = [step for step in steps if self._worth(step) == most]
        return self.chance.choice(longest if self.chance.random() < self.usually else steps)

    def _worth(self, step: Step) -> tuple[int, int]:
        """How much that was not seen yet a step lets happen, itself above all while the case stays where it stands; then how much at all."""
        ahead, is_new = self.ahead.get(step.action, frozenset()), self.seen is not None and self._is_new(step)
        unseen = len(ahead - {action for _who, action in self.seen or ()}) if ahead else len(self.ahead) * is_new
        return unseen + is_new, len(ahead)

    def _is_new(self, step: Step) -> bool:
        """Whether nobody has done such a thing in any walk, or the one who would do it has done nothing."""
        seen = self.seen or set()
        is_idle = step.who not in {who for who, _action in seen} and step.action not in self.leaving
        return is_idle or step.action not in {action for _who, action in seen}

    def _offered(self, who: str, no: str) -> Iterator[Step]:
        """What the list of somebody offers about a matter, or the page of the matter to which it leads; the petitioner's page."""
        session = self._session(who)
        if who == PETITIONER:
            for address in offered_on(session.get(MATTER).content, "pick-first"):
                yield Step(who, MATTER, address)
            return
        named, direct = named_in_list(session.get(DUTIES).content, no)
        for address in direct:
            yield Step(who, DUTIES, address)
        if named and not direct:
            page = f"/desk/cases/{no}/"
            for address in offered_on(session.get(page).content, "offer"):
                yield Step(who, page, address)

    def _take(self, step: Step) -> None:
        errors = self.window.take(self._session(step.who), step, self._writer(step.who))
        if errors:
            self.refused[step.who, step.action] = " ".join(errors)
        else:
            self.done.append((step.who, step.action))
            if self.seen is not None:
                self.seen.add((step.who, step.action))
