"""What was proved of a rulebook, in words: the certificate, and the faults of a file that is tried out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from huiyin.casework.labels import language
from huiyin.rules.prover.compare import Less
from huiyin.rules.prover.finding import PROPERTIES, STATEMENTS, Property
from huiyin.rules.prover.longest_time import GOALS
from huiyin.rules.prover.sandbox import Fault, LongestTime, Verdict

LONGEST: Final = gettext_noop("自登记起最长的合法时间")


@dataclass(frozen=True, slots=True)
class Statement:
    """One property with whether it holds; None where it could not be judged."""

    letter: str
    text: str
    holds: bool | None


@dataclass(frozen=True, slots=True)
class LongestView:
    """The longest lawful time to one goal: how long in words, and each step with the day by which it is taken."""

    procedure: str
    goal: str
    days: str
    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FaultLine:
    """A fault in words: what is wrong (empty where the next says it all), what should be there, what is there, and the story of it."""

    number: int
    line: int
    file: str
    path: str
    of: str
    statement: str
    wrong: str
    expected: str
    found: str
    story: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LessLine:
    """A point in which the book gives less than the law: clauses against articles, and why."""

    file: str
    line: int
    clauses: str
    articles: str
    reason: str


@dataclass(frozen=True, slots=True)
class VerdictView:
    """A verdict as pages show it."""

    verdict: Verdict
    title: str
    statements: tuple[Statement, ...]
    situations: tuple[tuple[str, int], ...]
    longest: tuple[LongestView, ...]
    faults: tuple[FaultLine, ...]
    less: tuple[LessLine, ...]


def in_words(verdict: Verdict) -> VerdictView:
    """``verdict`` in the reader's language."""
    side = language() == "en"
    return VerdictView(
        verdict=verdict,
        title=verdict.title[side],
        statements=tuple(_statements(verdict)),
        situations=tuple((verdict.procedures[name][side], number) for name, number in verdict.situations.items()),
        longest=tuple(_longest(verdict)),
        faults=tuple(_fault(number, fault) for number, fault in enumerate(verdict.faults, 1)),
        less=tuple(_less(less) for less in verdict.less),
    )


def _statements(verdict: Verdict) -> Iterator[Statement]:
    failed = {fault.of for fault in verdict.faults}
    for letter in PROPERTIES:
        holds = True if letter in verdict.proved else False if letter in failed else None
        yield Statement(letter, _statement(letter), holds)
    yield Statement("i", _(LONGEST), True if verdict.longest else None)


def _statement(letter: Property) -> str:
    return STATEMENTS[letter].about().text(get_language() or "")


def _longest(verdict: Verdict) -> Iterator[LongestView]:
    side = language() == "en"
    for name, times in verdict.longest.items():
        for time in times:
            actions = verdict.actions[name]
            steps = tuple((actions[action][side], _day(day)) for action, day in time.path)
            yield LongestView(
                verdict.procedures[name][side], GOALS[time.goal].about().text(get_language() or ""), _days(time), steps
            )


def _days(time: LongestTime) -> str:
    if time.days is None:
        return _("没有上限")
    longest = _("最长 %(days)d 日") % {"days": time.days}
    return _("%(days)s，另加听证时间") % {"days": longest} if time.paused else longest


def _day(day: int | None) -> str:
    return _("不限") if day is None else _("第 %(day)d 日") % {"day": day}


def _fault(number: int, fault: Fault) -> FaultLine:
    reader = get_language() or ""
    return FaultLine(
        number=number,
        line=fault.line,
        file=fault.file,
        path=fault.path,
        of=fault.of or "",
        statement=_statement(fault.of) if fault.of else "",
        wrong=fault.why.text(reader),
        expected=fault.why.expected(reader),
        found=fault.why.found(reader),
        story=tuple(step.text(reader) for step in fault.story),
    )


def _less(less: Less) -> LessLine:
    reason = less.reason.text(get_language() or "")
    return LessLine(less.file, less.line, _("、").join(less.clauses), _("、").join(less.articles), reason)
