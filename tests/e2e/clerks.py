"""Everybody of an office in one browser: each looks at their own list, follows what it offers, fills in what the form asks for.

Nothing is known here of stages, roles or rules: what no page offers to anybody is not done. Time is the story's: when nobody has
anything to do, it jumps to when the next limit runs out, and the worker comes round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.utils import timezone

from huiyin import worker
from huiyin.casework.models import Case, Duty
from huiyin.rules.book.schema import MISSING_ITEMS
from tests.cast import NOW, Cast

WORDS: Final = "已按规定核实办理。"
PETITIONER: Final = "petitioner"
MAX_TURNS: Final = 80
MAX_TRIES: Final = 4
USUALLY: Final = 0.9


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


@dataclass(frozen=True)
class Step:
    """What a page offers to somebody: a link to a form."""

    who: str
    address: str

    @property
    def action(self) -> str:
        """The action it leads to."""
        return urlsplit(self.address).path.rstrip("/").rpartition("/")[2]


@dataclass
class Clerks:
    """The people of ``cast`` before ``screen``, with the site at ``url``.

    ``done`` is what was done, and by whom; ``refused`` what was offered to somebody and could not be done after all, with the page's words.

    ``ahead`` says of an action how much can still happen after it: mostly the one with the longest road is taken, else by chance.
    """

    screen: Any
    url: str
    cast: Cast
    clock: Clock
    chance: Random
    ahead: Mapping[str, int]
    other: str = ""
    receipt: tuple[str, str] = ("", "")
    done: list[tuple[str, str]] = field(default_factory=list)
    refused: dict[tuple[str, str], str] = field(default_factory=dict)
    _sessions: dict[str, Client] = field(default_factory=dict)

    # --- signing in ---------------------------------------------------------------------------------------------------

    def sit_down(self, who: str) -> None:
        """``who`` is before the screen now."""
        self.screen.context.clear_cookies()
        if who == PETITIONER:
            return
        session = self._signed_in(who).cookies[settings.SESSION_COOKIE_NAME].value
        self.screen.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.url}])

    def _signed_in(self, who: str) -> Client:
        if who not in self._sessions:
            self._sessions[who] = Client()
            self._sessions[who].force_login(
                self.cast.accounts[who], backend="django.contrib.auth.backends.ModelBackend"
            )
        return self._sessions[who]

    def _has_something_to_do(self, who: str, no: str) -> bool:
        """Whether the list of ``who`` names the case at all: the screen is for those alone, which takes a tenth of the time."""
        return f"/desk/cases/{no}/" in self._signed_in(who).get("/desk/").content.decode()

    def wait_until(self, at: datetime) -> None:
        """Time passes, sessions end, and the worker has done what fell due meanwhile."""
        self.clock.jump_to(at)
        self._sessions.clear()
        while worker.fire_timers(self.clock.now()):
            pass

    # --- how a matter begins ------------------------------------------------------------------------------------------

    def hand_in(self, organisation: str) -> str:
        """The petitioner writes by the public page; the number of the matter."""
        self.sit_down(PETITIONER)
        self.screen.goto(f"{self.url}/submit/{organisation}/")
        return self._petition("提交", "**/submitted/")

    def register(self, who: str, channel: str) -> str:
        """Somebody of the office takes down what came by a channel; the number of the matter."""
        self.sit_down(who)
        self.screen.goto(f"{self.url}/desk/register/")
        self.screen.check(f"input[name=channel][value={channel}]")
        return self._petition("登记并出具回执", "**/desk/register/receipt/")

    def _petition(self, button: str, receipt: str) -> str:
        self.screen.fill("#p0-name", "陈晓光")
        self.screen.fill("#p0-phone", "13800001111")
        self.screen.fill("#p0-address", "临江市滨江路 8 号")
        self.screen.fill("#f-text", "滨江路 8 号门前的路灯坏了两个星期,请派人修理。")
        self._fill_in(self.screen.locator("main form[data-draft]"))
        self.screen.get_by_role("button", name=button).last.click()
        self.screen.wait_for_url(receipt)
        shown = self.screen.locator(".code-box b, .ticket-row b").all_inner_texts()
        self.receipt = (shown[0], shown[1])
        return str(Case.objects.order_by("registered_at").last().number)  # type: ignore[union-attr]

    # --- one turn after the other -------------------------------------------------------------------------------------

    def work_off(self, no: str) -> None:
        """Go on with a matter until nobody owes anything.

        Raises:
            Stuck: if something is owed that no list shows, or what is offered cannot be done.
        """
        for _turn in range(MAX_TURNS):
            worker.let_stand_in(self.clock.now())
            case = Case.objects.get(number=no)
            open_duties = list(Duty.objects.filter(case=case, discharged_at=None, withdrawn_at=None).order_by("due_at"))
            if not open_duties:
                return
            offered = list(self._offered(no))
            tried = {*self.done, *self.refused}
            fresh = [step for step in offered if (step.who, step.action) not in tried]
            # First what nobody has done yet, then what takes the case on: else everybody who may withdraw does, until nobody is left.
            new = [step for step in fresh if step.action not in {action for _who, action in tried}]
            onward = [step for step in fresh if self.ahead.get(step.action)]
            again = [step for step in offered if self.ahead.get(step.action) and (step.who, step.action) in self.done]
            if new or onward:
                self._send(self._chosen(new or onward))
            elif again:  # what was sent back is laid there once more, and signed once more
                self._send(self.chance.choice(again))
            elif fresh:
                self._send(self._chosen(fresh))
            elif timers := [duty.timer_at for duty in open_duties if duty.timer_at]:
                self.wait_until(min(timers) + timedelta(minutes=1))
            elif offered:
                self._send(self._chosen(offered))
            else:
                raise Stuck(f"owed, and in nobody's list: {[f'{d.role}: {d.kind}' for d in open_duties]}")
        raise Stuck(f"no end after {MAX_TURNS} turns: {self.done[-12:]}")

    def _chosen(self, steps: Sequence[Step]) -> Step:
        most = max(self.ahead.get(step.action, 0) for step in steps)
        longest = [step for step in steps if self.ahead.get(step.action, 0) == most]
        return self.chance.choice(longest if self.chance.random() < USUALLY else steps)

    def _offered(self, no: str) -> Iterator[Step]:
        """What the lists of all who work here offer about a matter, and the petitioner's page."""
        for who in self.cast.accounts:
            if not self._has_something_to_do(who, no):
                continue
            self.sit_down(who)
            self.screen.goto(f"{self.url}/desk/")
            duties = self.screen.locator(".duty", has=self.screen.locator(f"a[href='/desk/cases/{no}/']"))
            direct = list(self._steps(who, duties.locator(f".duty-do a[href*='/cases/{no}/actions/']")))
            yield from direct
            if duties.count() and not direct:
                duties.locator(f"a[href='/desk/cases/{no}/']").first.click()
                self.screen.wait_for_url(f"**/desk/cases/{no}/")
                yield from self._steps(who, self.screen.locator("a.offer"))
        if self.receipt[0]:
            self._open_as_petitioner()
            yield from self._steps(PETITIONER, self.screen.locator(".may a.pick-first"))

    def _steps(self, who: str, links: Any) -> Iterator[Step]:
        for address in links.evaluate_all("links => links.map(link => link.getAttribute('href'))"):
            yield Step(who, address)

    def _open_as_petitioner(self) -> None:
        self.sit_down(PETITIONER)
        self.screen.goto(f"{self.url}/track/")
        self.screen.fill("#f-receipt", self.receipt[0])
        self.screen.fill("#f-code", self.receipt[1])
        self.screen.get_by_role("button", name="打开").click()
        self.screen.wait_for_url("**/track/matter/")

    # --- forms --------------------------------------------------------------------------------------------------------

    def _send(self, step: Step) -> None:
        """Fill in the form behind a link and send it; again with other choices where the page says what is wrong."""
        if step.who == PETITIONER:
            self._open_as_petitioner()
        else:
            self.sit_down(step.who)
        self.screen.goto(self.url + step.address)
        for _try in range(MAX_TRIES):
            form = self.screen.locator("main form[data-once]").first
            self._fill_in(form)
            bar = self.screen.locator(".decision-bar button.btn-primary")
            with self.screen.expect_navigation():
                (bar if bar.count() else form.locator("button[type=submit]:visible").last).click()
            if urlsplit(self.screen.url).path.rstrip("/").rpartition("/")[2] != step.action and not self._errors():
                self.done.append((step.who, step.action))
                return
        self.refused[step.who, step.action] = " ".join(self._errors())

    def _errors(self) -> Sequence[str]:
        return self.screen.locator(".error-summary, .meanwhile[role=alert]").all_inner_texts()  # type: ignore[no-any-return]

    def _fill_in(self, form: Any) -> None:
        """Whatever is asked for and seen, in the order of the page: choices may make more appear."""
        while fields := [one for one in self._asked(form) if one.evaluate("it => it.dataset.walked") is None]:
            fields[0].evaluate("it => { it.dataset.walked = 'yes' }")
            self._fill(fields[0])

    def _asked(self, form: Any) -> list[Any]:
        """The fields that are seen and not marked as optional."""
        fields = form.locator(".field:visible:not(:has(.optional))").all()
        return [one for one in fields if one.locator("input:enabled, select:enabled, textarea:enabled").count()]

    def _fill(self, one: Any) -> None:
        control = one.locator("input:enabled, select:enabled, textarea:enabled").first
        kind = control.get_attribute("type") or control.evaluate("it => it.tagName.toLowerCase()")
        if kind in ("radio", "checkbox"):
            self.chance.choice(one.locator("input:enabled").all()).check()
        elif kind == "select":
            self._select(control)
        elif kind == "date":
            self._day(control)
        elif kind == "number":
            control.fill(control.get_attribute("max") or control.get_attribute("min") or "1")
        elif kind == "file":
            control.set_input_files({"name": "说明.txt", "mimeType": "text/plain", "buffer": WORDS.encode()})
        elif control.get_attribute("name") == MISSING_ITEMS:
            control.fill("\n".join(line + WORDS for line in control.input_value().splitlines()))
        elif not control.input_value():
            usual = {"事项编号": self.other, "09:30": "09:30"}
            control.fill(usual.get(control.get_attribute("placeholder") or "", WORDS))

    def _select(self, control: Any) -> None:
        values = control.locator("option").evaluate_all("options => options.map(option => option.value)")
        chosen = [value for value in values if value]
        if not chosen:
            return  # the server will say what is wrong
        control.select_option(self.chance.choice(chosen))

    def _day(self, control: Any) -> None:
        today = timezone.localdate(self.clock.now()).isoformat()
        earliest, latest = control.get_attribute("min") or "", control.get_attribute("max") or "9999"
        control.fill(min(max(today, earliest), latest))
