"""What the prover finds: which property fails, where it is written, and the shortest way there as a story that anyone can follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from huiyin.rules.book.load import Flaw, Rules
from huiyin.rules.book.schema import Language, Procedure, Rulebook
from huiyin.rules.prover.state_space import Node, Walk

Property = Literal["a", "b", "c", "d", "e", "f", "g", "h"]

STATEMENTS: Final[dict[Property, tuple[str, str]]] = {
    "a": ("从任何情形都能走到终结", "from every situation an end can be reached"),
    "b": ("未终结时总有人在期限内负有职责", "outside an end somebody always owes something by a due time"),
    "c": ("每项职责，负责的人自己就能完成", "every open duty is in the power of its owner"),
    "d": ("每个终结之前都已告知信访人，或者记有不告知的理由", "every end passes a notice to the petitioner, or a recorded ground for none"),
    "e": ("每项救济在其期限内始终可用，且仅在期限内可用", "every remedy is offered for its whole window, and only then"),
    "f": ("自己不审批自己提出的，不复查自己作出的", "nobody approves what they proposed or reviews what they decided"),
    "g": ("没有用不到、也没有中断的阶段、办理动作、职责、文书", "nothing is dead or interrupted"),
    "h": ("每个环节都有条款依据，每条条款都有环节落实", "everything cites a clause and every clause is carried out"),
}  # fmt: skip
PROPERTIES: Final[tuple[Property, ...]] = get_args(Property)


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence in both languages."""

    zh: str
    en: str

    def text(self, language: Language) -> str:
        """The sentence in ``language``."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Finding:
    """One property that fails: the flaw with file and line, the same in Chinese, and the steps that lead to it (or none)."""

    of: Property
    flaw: Flaw
    zh: str
    story: tuple[Said, ...] = ()

    def lines(self) -> list[str]:
        """For people: the flaw, then the numbered story in Chinese and in English."""
        lines = [f"({self.of}) {self.flaw}", f"    {self.zh}"]
        for number, step in enumerate(self.story, 1):
            lines += [f"    {number}. {step.zh}", f"       {step.en}"]
        return lines


def found_at(
    rules: Rules,
    of: Property,
    path: tuple[str, ...],
    expected: str,
    got: str = "",
    *,
    zh: str = "",
    story: tuple[Said, ...] = (),
) -> Finding:
    """The finding that at ``path`` of the rulebook stands ``got`` where ``expected`` should."""
    file, line = rules.where(*path)
    return Finding(of, Flaw(file, line, ".".join(path), expected, got), zh or f"不成立：{STATEMENTS[of][0]}", story)


def story(book: Rulebook, procedure: Procedure, found: Walk, node: Node | None, *more: str) -> tuple[Said, ...]:
    """The shortest way to ``node``, then the actions ``more``: who does what, in which stage the case then is, what is owed."""
    told = [_step(book, procedure, found, action, after) for action, after in found.path(node)]
    return (*told, *(_taken(book, procedure, action) for action in more))


def _step(book: Rulebook, procedure: Procedure, found: Walk, action: str, after: Node) -> Said:
    stage, owed = procedure.stages[after.stage], [procedure.duties[duty] for duty in found.duties(after)]
    taken = _taken(book, procedure, action)
    zh = "；".join(f"{duty.zh}（{book.roles[duty.of].zh}）" for duty in owed) or "无"
    en = "; ".join(f"{duty.name('en')} ({book.roles[duty.of].name('en')})" for duty in owed) or "nothing"
    return Said(f"{taken.zh}。阶段：{stage.zh}。待办：{zh}", f"{taken.en}. Stage: {stage.name('en')}. Owed: {en}")


def _taken(book: Rulebook, procedure: Procedure, action: str) -> Said:
    rule = procedure.actions[action]
    role = book.roles[rule.by[0]]
    return Said(f"{role.zh}：{rule.zh}", f"The {role.name('en')}: {rule.name('en')}")
