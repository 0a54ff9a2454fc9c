"""What the prover finds: which property fails, where it is written, and the shortest way there as a story that anyone can follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from huiyin.language import terminal
from huiyin.rules.book.elements import Named
from huiyin.rules.book.load import Flaw, Rules
from huiyin.rules.book.schema import START, Procedure, Rulebook
from huiyin.rules.book.texts import CodedText, Term, series
from huiyin.rules.prover.codes.stories import PropertyCode, StoryCode
from huiyin.rules.prover.state_space import Node, Walk

Property = Literal["a", "b", "c", "d", "e", "f", "g", "h", "j", "k"]

STATEMENTS: Final[dict[Property, PropertyCode]] = {
    "a": PropertyCode.A,
    "b": PropertyCode.B,
    "c": PropertyCode.C,
    "d": PropertyCode.D,
    "e": PropertyCode.E,
    "f": PropertyCode.F,
    "g": PropertyCode.G,
    "h": PropertyCode.H,
    "j": PropertyCode.J,
    "k": PropertyCode.K,
}
PROPERTIES: Final[tuple[Property, ...]] = get_args(Property)


@dataclass(frozen=True, slots=True)
class Finding:
    """One property that fails: the flaw with file and line, and the steps that lead to it (or none)."""

    of: Property
    flaw: Flaw
    story: tuple[CodedText, ...] = ()

    @property
    def zh(self) -> str:
        """What is wrong, in Chinese."""
        return self.flaw.why.zh or StoryCode.NAME_NOWHERE.about().zh

    def lines(self) -> list[str]:
        """For people, in the language of the terminal: the flaw, then the numbered story."""
        reader = terminal()
        why = self.flaw.why.text(reader) or StoryCode.NAME_NOWHERE.about().text(reader)
        story = (f"    {number}. {step.text(reader)}" for number, step in enumerate(self.story, 1))
        return [f"({self.of}) {self.flaw}", f"    {why}", *story]


def found_at(
    rules: Rules, of: Property, path: tuple[str, ...], why: CodedText, story: tuple[CodedText, ...] = ()
) -> Finding:
    """The finding that ``why`` is wrong at ``path`` of the rulebook."""
    file, line = rules.where(*path)
    return Finding(of, Flaw(file, line, ".".join(path), why), story)


def term(name: str, element: Named | None) -> Term:
    """An element as what is found names it: by its Chinese name, or as it is called in the file."""
    if element is None:
        return Term("登记", START) if name == START else Term(name, name)
    return Term(element.zh, name)


def story(book: Rulebook, procedure: Procedure, found: Walk, node: Node | None, *more: str) -> tuple[CodedText, ...]:
    """The shortest way to ``node``, then the actions ``more``: who does what, in which stage the case then is, what is owed."""
    return with_story(book, procedure, found, found.path(node), *more)


def with_story(
    book: Rulebook, procedure: Procedure, found: Walk, path: list[tuple[str, Node]], *more: str
) -> tuple[CodedText, ...]:
    """The story of ``path``, whose situations are those of ``found``, and then of the actions ``more``."""
    steps = [_step(book, procedure, found, action, after) for action, after in path]
    return (*steps, *(taken_action(book, procedure, action) for action in more))


def _step(book: Rulebook, procedure: Procedure, found: Walk, action: str, after: Node) -> CodedText:
    rule, stage = procedure.actions[action], _by_name(procedure.stages[after.stage])
    role = _by_name(book.roles[rule.by[0]])
    duties = [procedure.duties[duty] for duty in found.duties(after)]
    owed = [StoryCode.OWED.about(duty=_by_name(duty), role=_by_name(book.roles[duty.of])) for duty in duties]
    if not owed:
        return StoryCode.STEP_TO_NOTHING.about(role=role, action=_by_name(rule), stage=stage)
    return StoryCode.STEP_TO.about(role=role, action=_by_name(rule), stage=stage, owed=series(owed, "beside"))


def taken_action(book: Rulebook, procedure: Procedure, action: str) -> CodedText:
    rule = procedure.actions[action]
    return StoryCode.STEP.about(role=_by_name(book.roles[rule.by[0]]), action=_by_name(rule))


def _by_name(element: Named) -> Term:
    """An element as stories name it: as its readers call it in either language."""
    return Term(element.zh, element.name("en"))
