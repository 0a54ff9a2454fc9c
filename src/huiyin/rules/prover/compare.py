"""Where a rulebook gives the petitioner less than the law: `huiyin rules compare BOOK LAW`.

The law is itself a rulebook. Compared is what both have under the same name, each time in the petitioner's disfavour only: an
institution may be faster, tell more, offer more and let somebody higher decide. What is compared and why: docs/proofs.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from huiyin.rules.book.load import Rules, load, shipped
from huiyin.rules.book.schema import (
    ANY,
    START,
    Action,
    Cited,
    Condition,
    LimitRule,
    NoticeRule,
    Procedure,
    RoleOf,
    Rulebook,
)
from huiyin.rules.deadlines.limits import Limit
from huiyin.rules.prover.finding import Said
from huiyin.rules.prover.longest_time import longest, natural_days
from huiyin.rules.prover.prove import Proof
from huiyin.rules.prover.separation import grants

RANK: Final[dict[RoleOf, int]] = {
    "petitioner": 0,
    "system": 0,
    "co_handling": 1,
    "handling": 1,
    "organisation": 2,
    "superior": 3,
    "superior_of_superior": 4,
}
"""How far a role stands above the unit that handles the case."""

LAW = "national-2022"
"""The rulebook of the regulation in force."""


@dataclass(frozen=True, slots=True)
class Less:
    """One point in which the book gives less: where it says so, its clauses against the law's articles, and the reason."""

    file: str
    line: int
    path: str
    clauses: tuple[str, ...]
    articles: tuple[str, ...]
    reason: Said

    def lines(self) -> list[str]:
        """For people, in both languages."""
        against = f"{'、'.join(self.clauses) or '—'} ↔ {'、'.join(self.articles)}"
        return [f"{self.file}:{self.line}: {self.path}: {against}", f"    {self.reason.zh}", f"    {self.reason.en}"]


def law_of(rules: Rules) -> Rules | None:
    """The rulebook that speaks for the law above ``rules``: the shipped one at the root of what they extend, else the law in force.

    None for a shipped book that speaks for a law itself.
    """
    roots = [name for name in sorted(rules.parts & set(shipped())) if load(name).book.extends is None]
    if rules.book.rulebook in roots:
        return None
    return load(roots[0] if roots else LAW)


def compare_with_law(rules: Rules, proof: Proof) -> tuple[Rules | None, tuple[Less, ...]]:
    """The law above ``rules``, if any, and where they give less; nothing where their ``proof`` found names that lead nowhere."""
    law = law_of(rules) if proof.situations else None
    return law, tuple(compare(rules, law)) if law else ()


def compare(book: Rules, law: Rules) -> list[Less]:
    """Every point in which ``book`` gives the petitioner less than ``law``, in the order of the book's file."""
    found: list[Less] = []
    for name, procedure in law.book.procedures.items():
        local = book.book.procedures.get(name)
        if local is not None:
            found += _Comparison(book, law, name, local, procedure).run()
    return sorted(dict.fromkeys(found), key=lambda less: (less.file, less.line))


@dataclass(frozen=True)
class _Comparison:
    """One procedure of the book beside that of the law."""

    rules: Rules
    law_rules: Rules
    name: str
    local: Procedure
    law: Procedure

    @property
    def book(self) -> Rulebook:
        return self.rules.book

    @property
    def law_book(self) -> Rulebook:
        return self.law_rules.book

    def run(self) -> Iterator[Less]:
        yield from self._limits()
        yield from self._duties()
        yield from self._notices()
        for name, action in self.law.actions.items():
            yield from self._action(name, action)
        yield from self._deciders()
        yield from self._longest()

    def _less(self, path: tuple[str, ...], law: Cited, zh: str, en: str, own: Cited | None = None) -> Less:
        full = ("procedures", self.name, *path)
        file, line = self.rules.where(*full)
        quoted = tuple(self._cite(self.book, clause) for clause in own.clause) if own is not None else ()
        articles = tuple(self._cite(self.law_book, clause) for clause in law.clause)
        return Less(file, line, ".".join(full), quoted, articles, Said(zh, en))

    @staticmethod
    def _cite(book: Rulebook, clause: str) -> str:
        return book.clauses[clause].cite.zh if clause in book.clauses else clause

    def _limits(self) -> Iterator[Less]:
        rights = self._windows()
        for name, law in self.law.limits.items():
            local = self.local.limits.get(name)
            if local is None:
                continue
            path = ("limits", name)
            if name in rights:
                if _length(local.within) < _length(law.within):
                    zh, en = f"“{law.zh}”短于法定{_zh(law.within)}", f"{name} is shorter than the law's {law.within}"
                    yield self._less(path, law, zh, en, local)
            elif _length(local.within) > _length(law.within) and name not in self._closing():
                zh, en = f"“{law.zh}”长于法定{_zh(law.within)}", f"{name} is longer than the law's {law.within}"
                yield self._less(path, law, zh, en, local)
            yield from self._counted(path, law, local)

    def _counted(self, path: tuple[str, ...], law: LimitRule, local: LimitRule) -> Iterator[Less]:
        """How a limit is counted, beside its length."""
        if local.start != law.start:
            yield self._less(
                path, law, f"“{law.zh}”的起算点与法不同", f"it runs from {local.start}, not {law.start}", local
            )
        if _length(local.extendable, 0) > _length(law.extendable, 0):
            zh, en = f"“{law.zh}”可延长的天数超过法定", "it may be extended by more than the law allows"
            yield self._less(path, law, zh, en, local)
        if local.pausable and not law.pausable:
            yield self._less(path, law, f"“{law.zh}”依法不能中止", "the law does not let it be paused", local)
        if local.by_field and local.no_later_than is None and (not law.by_field or law.no_later_than is not None):
            zh, en = f"“{law.zh}”可由表单任意设定日期", "a form may set any date"
            yield self._less(path, law, zh, en, local)

    def _windows(self) -> set[str]:
        """The limits within which somebody may do something: a remedy, or an objection."""
        timed = {action.until for action in self.law.actions.values() if not action.extends and action.until}
        owed = {duty.limit for duty in self.law.duties.values() if duty.on_due is None}
        return timed - owed

    def _closing(self) -> set[str]:
        """The limits of duties that the system does when they run out, such as closing: nobody waits for these."""
        owed = {duty.limit for duty in self.law.duties.values() if duty.on_due is None}
        return {duty.limit for duty in self.law.duties.values()} - owed

    def _duties(self) -> Iterator[Less]:
        for name, law in self.law.duties.items():
            local = self.local.duties.get(name)
            if local is None:
                if name in self._owed_by_law():
                    zh, en = f"没有“{law.zh}”这一职责", f"the duty {name} is missing"
                    yield self._less(("duties",), law, zh, en)
                continue
            mine, theirs = self.local.limits[local.limit], self.law.limits[law.limit]
            if local.limit != law.limit and (
                _length(mine.within) > _length(theirs.within) or mine.start not in (theirs.start, "received")
            ):
                zh, en = (
                    f"“{law.zh}”的期限长于法定",
                    f"{name} is due later than under the law ({local.limit}, not {law.limit})",
                )
                yield self._less(("duties", name), law, zh, en, local)

    def _owed_by_law(self) -> set[str]:
        """The duties that actions which the book has too open, where it opens nothing of its own instead."""
        owed: set[str] = set()
        for name, action in self.law.actions.items():
            local = self.local.actions.get(name)
            if local is not None:
                owed |= self._not_opened(action, local)
        return owed

    def _not_opened(self, law: Action, local: Action) -> set[str]:
        """The duties that ``law`` opens and ``local`` does not, unless it opens another one instead."""
        theirs = [opening.duty for opening in law.opens]
        mine = [opening.duty for opening in local.opens]
        missing = [duty for duty in theirs if duty not in mine]
        instead = [duty for duty in mine if duty not in theirs]
        return set(missing) if len(missing) > len(instead) else set()

    def _notices(self) -> Iterator[Less]:
        for name, law in self.law.notices.items():
            local = self.local.notices.get(name)
            if local is None:
                continue
            path = ("notices", name)
            for zh, en, worse in _worse_notice(self.book, law, local):
                if worse:
                    yield self._less(path, law, f"“{law.zh}”{zh}", f"the notice {name} {en}", local)

    def _action(self, name: str, law: Action) -> Iterator[Less]:
        local = self.local.actions.get(name)
        path = ("actions", name)
        own = set(law.by) <= _petitioners(self.law_book)
        if local is None:
            if own or law.recuses:
                zh, en = f"信访人不能“{law.zh}”" if own else f"没有“{law.zh}”", f"{name} is not offered"
                yield self._less(("actions",), law, zh, en)
            elif self._could_be_taken(law):
                yield self._less(("actions",), law, f"没有“{law.zh}”这条途径", f"the way {name} is not open")
            return
        if own:
            yield from self._right(path, law, local)
        elif law.to is None and not self._asks_for_extension(law):
            missing = (set(law.from_stages) - set(local.from_stages)) & {*self.local.stages, ANY}
            if missing:
                listed = ", ".join(sorted(missing))
                yield self._less(path, law, f"可以“{law.zh}”的阶段少于法定", f"not possible in {listed}", local)
        yield from self._told(path, law, local)
        yield from self._owing(path, law, local)
        yield from self._level(path, law, local)

    def _could_be_taken(self, law: Action) -> bool:
        """Whether the book has every stage and duty that the law's ``law`` speaks of, so that only the action is missing."""
        stages = {*law.from_stages, *((law.to,) if law.to else ())} - {ANY, START}
        duties = {*law.discharges, *law.withdraws, *(opening.duty for opening in law.opens)}
        return (
            stages <= set(self.local.stages) and duties <= set(self.local.duties) and not self._asks_for_extension(law)
        )

    def _asks_for_extension(self, law: Action) -> bool:
        opened = {opening.duty for opening in law.opens}
        return bool(law.extends) or any(
            opened & set(action.discharges) for action in self.law.actions.values() if action.extends
        )

    def _right(self, path: tuple[str, ...], law: Action, local: Action) -> Iterator[Less]:
        """What the petitioner may do."""
        if not set(local.by) >= set(law.by):
            yield self._less(path, law, f"信访人不能“{law.zh}”", "the petitioner may not take it", local)
        missing = set(law.from_stages) - set(local.from_stages)
        if missing & {*self.local.stages, ANY, START}:
            listed = ", ".join(sorted(missing))
            yield self._less(path, law, f"可以“{law.zh}”的阶段少于法定", f"not offered in {listed}", local)
        if law.remedy and not local.remedy:
            yield self._less(path, law, f"“{law.zh}”没有作为救济提供", "it is not offered as a remedy", local)
        if local.until is not None and local.until != law.until:
            yield self._less(path, law, f"“{law.zh}”另设了期限", f"it is limited by {local.until}", local)
        if _stricter(self.book, local.when, law.when) or set(local.unless_open) - set(law.unless_open):
            yield self._less(path, law, f"“{law.zh}”附加了条件", "a condition is added to it", local)
        if local.while_open is not None and local.while_open != law.while_open:
            yield self._less(path, law, f"“{law.zh}”附加了条件", "a condition is added to it", local)
        if set(local.not_by) - set(law.not_by):
            yield self._less(path, law, f"“{law.zh}”附加了条件", "a condition is added to it", local)

    def _told(self, path: tuple[str, ...], law: Action, local: Action) -> Iterator[Less]:
        """Which notices an action issues."""
        kept = {notice for notice in local.notice if notice in self.law.notices}
        new = [notice for notice in local.notice if notice not in self.law.notices]
        for notice in law.notice:
            rule = self.law.notices[notice]
            replaced = any(self.local.notices[other].to == rule.to for other in new)
            if notice not in kept and not replaced:
                zh, en = f"“{law.zh}”时不发“{rule.zh}”", f"the notice {notice} is missing"
                yield self._less(path, rule, zh, en, local)

    def _owing(self, path: tuple[str, ...], law: Action, local: Action) -> Iterator[Less]:
        """Which duties an action leaves open."""
        for duty in sorted(self._not_opened(law, local)):
            zh, en = f"“{law.zh}”之后没有“{self.law.duties[duty].zh}”这一职责", f"the duty {duty} is not opened"
            yield self._less(path, self.law.duties[duty], zh, en, local)
        theirs = {opening.duty for opening in law.opens}
        instead = {opening.duty for opening in local.opens} - theirs
        for opening in law.opens:
            for other in () if instead else local.opens:
                if other.duty == opening.duty and _stricter(self.book, other.when, opening.when):
                    zh = f"“{law.zh}”之后只在更窄的条件下才有“{self.law.duties[opening.duty].zh}”这一职责"
                    yield self._less(path, law, zh, f"the duty {opening.duty} is opened in fewer cases", local)
        for duty in local.withdraws:
            if duty in self.law.duties and duty not in (*law.withdraws, *law.discharges):
                zh, en = f"“{law.zh}”取消了“{self.law.duties[duty].zh}”这一职责", f"it withdraws the duty {duty}"
                yield self._less(path, law, zh, en, local)
        for duty in law.unless_open:
            if duty in self.local.duties and duty not in local.unless_open:
                zh, en = f"“{law.zh}”不等“{self.law.duties[duty].zh}”完成", f"it does not wait for the duty {duty}"
                yield self._less(path, law, zh, en, local)
        if law.after is not None and local.after != law.after:
            zh, en = (
                f"“{law.zh}”不等“{self.law.limits[law.after].zh}”届满",
                f"it does not wait until {law.after} has run out",
            )
            yield self._less(path, law, zh, en, local)
        for moment, source in law.marks.items():
            if local.marks.get(moment) != source:
                zh, en = f"“{law.zh}”没有照法记录起算日", f"the moment {moment} is not recorded as under the law"
                yield self._less(path, law, zh, en, local)

    def _level(self, path: tuple[str, ...], law: Action, local: Action) -> Iterator[Less]:
        """Who decides, where the law reserves it: an extension to the head of the organ, a decision to another person."""
        if law.extends and not set(local.by) <= set(law.by) and self._rank(local) <= self._law_rank(law):
            names = "、".join(self.law_book.roles[role].zh for role in law.by)
            yield self._less(path, law, f"“{law.zh}”应由{names}批准", f"reserved to {', '.join(law.by)}", local)
        if law.until is not None and local.until != law.until and not set(law.by) <= _petitioners(self.law_book):
            yield self._less(path, law, f"期限届满后仍可“{law.zh}”", "possible after the limit has run out", local)
        if set(local.extends) - set(law.extends) & set(self.law.limits):
            yield self._less(
                path, law, f"“{law.zh}”延长了法定不可延长的期限", "it extends limits that the law does not", local
            )
        missing = [other for other in law.not_by if other in self.local.actions and other not in local.not_by]
        for other in missing:
            zh = f"作出“{self.law.actions[other].zh}”的人也可以“{law.zh}”"
            yield self._less(path, law, zh, f"whoever took {other} may take it", local)
        if set(law.pauses) != set(local.pauses):
            yield self._less(path, law, f"“{law.zh}”中止的期限与法不同", "it pauses other limits than the law", local)

    def _rank(self, action: Action) -> int:
        return min((RANK[self.book.roles[role].of] for role in action.by), default=0)

    def _law_rank(self, action: Action) -> int:
        return min((RANK[self.law_book.roles[role].of] for role in action.by), default=0)

    def _deciders(self) -> Iterator[Less]:
        """Who decides on a remedy, and who approves what opens the same duty as the law's approval."""
        for name, action in self.law.actions.items():
            if action.remedy:
                for opening in action.opens:
                    yield from self._decided_below(name, opening.duty)
            if action.not_by and any(grants(self.law, action, duty) for duty in action.discharges):
                for opening in action.opens:
                    yield from self._approved_by_proposer(name, action, opening.duty)

    def _longest(self) -> Iterator[Less]:
        """The longest lawful time as a whole, whatever steps it consists of; to the end a petitioner may take longer by right."""
        mine = {time.goal: time for time in longest(self.rules, self.name)}
        for theirs in longest(self.law_rules, self.name):
            own = mine.get(theirs.goal)
            if own is None or theirs.days is None or theirs.goal == "end":
                continue
            if own.days is None or own.days > theirs.days:
                said = own.said(self.local)
                yield self._less(
                    (), self.law, f"{said.zh}；法定{theirs.days}日", f"{said.en}; under the law {theirs.days} days"
                )

    def _decided_below(self, remedy: str, duty: str) -> Iterator[Less]:
        law, local = self.law.duties[duty], self.local.duties.get(duty)
        own = self.local.actions.get(remedy)
        duties = [duty] if local is not None else [opening.duty for opening in own.opens] if own else []
        least = RANK[self.law_book.roles[law.of].of]
        for kind in duties:
            rule = self.local.duties[kind]
            who: list[tuple[tuple[str, ...], Cited, Iterable[str]]] = [(("duties", kind), rule, (rule.of,))]
            who += [(("actions", a), v, v.by) for a, v in self.local.actions.items() if kind in v.discharges]
            for path, element, roles in who:
                low = [role for role in roles if RANK[self.book.roles[role].of] < least]
                if low:
                    names = "、".join(self.book.roles[role].zh for role in low)
                    zh = f"对“{self.law.actions[remedy].zh}”由{names}自己决定，低于法定的层级"
                    en = f"{', '.join(low)} decides on {remedy}, below the level that the law names ({law.of})"
                    yield self._less(path, law, zh, en, element)

    def _approved_by_proposer(self, name: str, law: Action, duty: str) -> Iterator[Less]:
        for other, action in self.local.actions.items():
            if other in self.law.actions or not any(opening.duty == duty for opening in action.opens):
                continue
            if not any(grants(self.local, action, done) for done in action.discharges):
                continue
            for earlier in law.not_by:
                if earlier in self.local.actions and earlier not in action.not_by:
                    zh = f"“{action.zh}”与“{law.zh}”作用相同，却可由作出“{self.law.actions[earlier].zh}”的人办理"
                    en = f"it does what {name} does, and whoever took {earlier} may take it"
                    yield self._less(("actions", other), law, zh, en, action)


def _petitioners(book: Rulebook) -> set[str]:
    return {name for name, role in book.roles.items() if role.of == "petitioner"}


def _length(limit: Limit | None, otherwise: int = 10_000) -> int:
    return natural_days(limit) if limit is not None else otherwise


def _zh(limit: Limit | None) -> str:
    return limit.text("zh") if limit is not None else "所设日期"


def _stricter(book: Rulebook, local: Condition, law: Condition) -> bool:
    """Whether some value that passes ``law`` does not pass ``local``."""
    return any(
        not comparison.holds(value) and (fact not in law or law[fact].holds(value))
        for fact, comparison in local.items()
        for value in book.facts[fact].values
    )


def _worse_notice(book: Rulebook, law: NoticeRule, local: NoticeRule) -> list[tuple[str, str, bool]]:
    return [
        ("不再送达", "is no longer served", law.served and not local.served),
        ("不再发给信访人", "no longer goes to the petitioner", law.to == "petitioner" != local.to),
        ("在更多情形下不发", "is withheld in more cases", _stricter(book, local.when, law.when)),
        ("没有写明救济途径", "no longer names the remedy", law.remedy is not None and local.remedy is None),
        ("内容少于法定", "says less", bool(set(law.body) - set(local.body))),
    ]
