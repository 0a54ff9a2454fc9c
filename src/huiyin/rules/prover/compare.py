"""Where a rulebook gives the petitioner less than the law: `huiyin rules compare BOOK LAW`.

The law is itself a rulebook. Compared is what both have under the same name, each time in the petitioner's disfavour only: an
institution may be faster, tell more, offer more and let somebody higher decide. What is compared and why: docs/proofs.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from huiyin.language import terminal
from huiyin.rules.book.conditions import Condition
from huiyin.rules.book.elements import Cited
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import ANY, START, Action, LimitRule, NoticeRule, Procedure, Rulebook
from huiyin.rules.book.steps import petitioner_roles
from huiyin.rules.book.texts import CodedText, Param, Term, series
from huiyin.rules.deadlines.limits import Limit
from huiyin.rules.prover.codes.stories import LessCode, StoryCode
from huiyin.rules.prover.longest_time import longest, natural_days
from huiyin.rules.prover.proofs.citations import in_days
from huiyin.rules.prover.proofs.separation import grants, leading_to
from huiyin.rules.prover.prove import BookProof
from huiyin.rules.prover.refinement.law import law_of, modules_of
from huiyin.rules.prover.refinement.likeness import HEIGHT


@dataclass(frozen=True, slots=True)
class Less:
    """One point in which the book gives less: where it says so, its clauses against the law's articles, and the reason."""

    file: str
    line: int
    path: str
    clauses: tuple[str, ...]
    articles: tuple[str, ...]
    reason: CodedText

    def lines(self) -> list[str]:
        """For people, in the language of the terminal."""
        against = f"{'、'.join(self.clauses) or '—'} ↔ {'、'.join(self.articles)}"
        return [f"{self.file}:{self.line}: {self.path}: {against}", f"    {self.reason.text(terminal())}"]


def compare_with_law(rules: Rules, proof: BookProof) -> tuple[Rules | None, tuple[Less, ...]]:
    """The law above ``rules``, if any, and where they give less; nothing where their ``proof`` found names that lead nowhere."""
    law = law_of(rules) if proof.situations else None
    return law, tuple(compare(rules, law)) if law else ()


def compare(book: Rules, law: Rules) -> list[Less]:
    """Every point in which ``book`` gives the petitioner less than ``law``, or than a module that it includes, in the order of its file."""
    found: list[Less] = []
    for above in (law, *modules_of(book)):
        for name, procedure in above.book.procedures.items():
            local = book.book.procedures.get(name)
            if local is not None and (above is law or name not in law.book.procedures):
                found += _Comparison(book, above, name, local, procedure).run()
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

    def _less(self, path: tuple[str, ...], law: Cited, why: CodedText, own: Cited | None = None) -> Less:
        full = ("procedures", self.name, *path)
        file, line = self.rules.where(*full)
        quoted = tuple(self._cite(self.book, clause) for clause in own.clause) if own is not None else ()
        articles = tuple(self._cite(self.law_book, clause) for clause in law.clause)
        return Less(file, line, ".".join(full), quoted, articles, why)

    @staticmethod
    def _cite(book: Rulebook, clause: str) -> str:
        return book.clauses[clause].cite.zh if clause in book.clauses else clause

    def _limits(self) -> Iterator[Less]:
        rights = self._windows()
        for name, law in self.law.limits.items():
            local = self.local.limits.get(name)
            if local is None:
                continue
            path, limit = ("limits", name), Term(law.zh, name)
            if name in rights:
                if _length(local.within) < _length(law.within):
                    why = LessCode.SHORTER.about(limit=limit, length=_lawful(law.within))
                    yield self._less(path, law, why, local)
            elif _length(local.within) > _length(law.within) and name not in self._closing():
                yield self._less(path, law, LessCode.LONGER.about(limit=limit, length=_lawful(law.within)), local)
            for why in _counted(limit, law, local):
                yield self._less(path, law, why, local)

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
                    yield self._less(("duties",), law, LessCode.NO_SUCH_DUTY.about(duty=Term(law.zh, name)))
                continue
            mine, theirs = self.local.limits[local.limit], self.law.limits[law.limit]
            if local.limit != law.limit and (
                _length(mine.within) > _length(theirs.within) or mine.start not in (theirs.start, "received")
            ):
                why = LessCode.DUE_LATER.about(duty=Term(law.zh, name), own=local.limit, lawful=law.limit)
                yield self._less(("duties", name), law, why, local)

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
            for code in _worse_notice(self.book, law, local):
                yield self._less(("notices", name), law, code.about(notice=Term(law.zh, name)), local)

    def _action(self, name: str, law: Action) -> Iterator[Less]:
        local = self.local.actions.get(name)
        path, taken = ("actions", name), Term(law.zh, name)
        own = set(law.by) <= petitioner_roles(self.law_book)
        if local is None:
            if own or law.recuses:
                code = LessCode.RIGHT_NOT_OFFERED if own else LessCode.NOT_OFFERED
                yield self._less(("actions",), law, code.about(action=taken))
            elif self._could_be_taken(law):
                yield self._less(("actions",), law, LessCode.WAY_NOT_OPEN.about(action=taken))
            return
        if own:
            for why in self._right(taken, law, local):
                yield self._less(path, law, why, local)
        elif law.to is None and not self._asks_for_extension(law):
            missing = (set(law.from_stages) - set(local.from_stages)) & {*self.local.stages, ANY}
            if missing:
                why = LessCode.FEWER_STAGES.about(action=taken, stages=series(sorted(missing)))
                yield self._less(path, law, why, local)
        yield from self._missing_notices(path, law, local)
        yield from self._owing(path, law, local)
        yield from self._waiting(path, law, local)
        yield from self._recording(path, law, local)
        for why in self._level(taken, law, local):
            yield self._less(path, law, why, local)

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

    def _right(self, taken: Term, law: Action, local: Action) -> Iterator[CodedText]:
        """In what the petitioner is restricted."""
        if not set(local.by) >= set(law.by):
            yield LessCode.NOT_BY_PETITIONER.about(action=taken)
        missing = set(law.from_stages) - set(local.from_stages)
        if missing & {*self.local.stages, ANY, START}:
            yield LessCode.RIGHT_IN_FEWER_STAGES.about(action=taken, stages=series(sorted(missing)))
        if law.remedy and not local.remedy:
            yield LessCode.NO_REMEDY.about(action=taken)
        if law.entered is not None and local.entered is None:
            yield LessCode.NOT_ENTERED.about(action=taken)
        if local.until is not None and local.until != law.until:
            yield LessCode.LIMITED.about(action=taken, limit=local.until)
        if (
            _stricter(self.book, local.when, law.when)
            or set(local.unless_open) - set(law.unless_open)
            or (local.while_open is not None and local.while_open != law.while_open)
            or set(local.not_by) - set(law.not_by)
        ):
            yield LessCode.CONDITION.about(action=taken)

    def _missing_notices(self, path: tuple[str, ...], law: Action, local: Action) -> Iterator[Less]:
        """Which notices an action issues."""
        kept = {notice for notice in local.notice if notice in self.law.notices}
        new = [notice for notice in local.notice if notice not in self.law.notices]
        for notice in law.notice:
            rule = self.law.notices[notice]
            replaced = any(self.local.notices[other].to == rule.to for other in new)
            if notice not in kept and not replaced:
                why = LessCode.NOTICE_MISSING.about(action=Term(law.zh, path[-1]), notice=Term(rule.zh, notice))
                yield self._less(path, rule, why, local)

    def _owing(self, path: tuple[str, ...], law: Action, local: Action) -> Iterator[Less]:
        """Which duties an action leaves open."""
        taken = Term(law.zh, path[-1])
        for duty in sorted(self._not_opened(law, local)):
            why = LessCode.DUTY_NOT_OPENED.about(action=taken, duty=self._duty(duty))
            yield self._less(path, self.law.duties[duty], why, local)
        theirs = {opening.duty: opening.when for opening in law.opens}
        instead = [opening.when for opening in local.opens if opening.duty not in theirs]
        for other in (opening for opening in local.opens if opening.duty in theirs):
            lawful = theirs[other.duty]
            narrower = {fact: one for fact, one in other.when.items() if not any(fact in when for when in instead)}
            if _stricter(self.book, narrower, lawful):
                why = LessCode.DUTY_IN_FEWER_CASES.about(action=taken, duty=self._duty(other.duty))
                yield self._less(path, law, why, local)
        for duty in local.withdraws:
            if duty in self.law.duties and duty not in (*law.withdraws, *law.discharges):
                why = LessCode.DUTY_WITHDRAWN.about(action=taken, duty=self._duty(duty))
                yield self._less(path, law, why, local)

    def _waiting(self, path: tuple[str, ...], law: Action, local: Action) -> Iterator[Less]:
        """What must be done, and what must have passed, before an action is taken."""
        taken = Term(law.zh, path[-1])
        for duty in law.unless_open:
            if duty in self.local.duties and duty not in local.unless_open:
                why = LessCode.NO_WAIT_FOR_DUTY.about(action=taken, duty=self._duty(duty))
                yield self._less(path, law, why, local)
        if law.after is not None and local.after != law.after:
            limit = Term(self.law.limits[law.after].zh, law.after)
            yield self._less(path, law, LessCode.NO_WAIT_FOR_LIMIT.about(action=taken, limit=limit), local)

    def _recording(self, path: tuple[str, ...], law: Action, local: Action) -> Iterator[Less]:
        """Which moments and facts an action leaves behind."""
        taken = Term(law.zh, path[-1])
        for moment, source in law.marks.items():
            if local.marks.get(moment) != source:
                why = LessCode.MOMENT_NOT_MARKED.about(action=taken, moment=moment)
                yield self._less(path, law, why, local)
        for fact in sorted((law.sets.keys() - local.sets.keys()) & self.book.facts.keys()):
            fixed = LessCode.NOT_RECORDED.about(action=taken, fact=Term(self.law_book.facts[fact].zh, fact))
            yield self._less(path, law, fixed, local)

    def _duty(self, name: str) -> Term:
        return Term(self.law.duties[name].zh, name)

    def _level(self, taken: Term, law: Action, local: Action) -> Iterator[CodedText]:
        """Who decides, where the law reserves it: an extension to the head of the organ, a decision to another person."""
        if law.extends and not set(local.by) <= set(law.by) and self._rank(local) <= self._law_rank(law):
            by = series(Term(self.law_book.roles[role].zh, role) for role in law.by)
            yield LessCode.RESERVED.about(action=taken, by=by)
        if law.until is not None and local.until != law.until and not set(law.by) <= petitioner_roles(self.law_book):
            yield LessCode.AFTER_THE_LIMIT.about(action=taken)
        if set(local.extends) - set(law.extends) & set(self.law.limits):
            yield LessCode.EXTENDS_OTHERS.about(action=taken)
        missing = [other for other in law.not_by if other in self.local.actions and other not in local.not_by]
        for other in missing:
            yield LessCode.BY_SAME_PERSON.about(earlier=Term(self.law.actions[other].zh, other), action=taken)
        if set(law.pauses) != set(local.pauses):
            yield LessCode.PAUSES_OTHERS.about(action=taken)

    def _rank(self, action: Action) -> int:
        return min((HEIGHT[self.book.roles[role].of] for role in action.by), default=0)

    def _law_rank(self, action: Action) -> int:
        return min((HEIGHT[self.law_book.roles[role].of] for role in action.by), default=0)

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
                why = LessCode.TAKES_LONGER.about(longest=own.described(self.local), days=str(theirs.days))
                yield self._less((), self.law, why)

    def _decided_below(self, remedy: str, duty: str) -> Iterator[Less]:
        law, local = self.law.duties[duty], self.local.duties.get(duty)
        own = self.local.actions.get(remedy)
        duties = [duty] if local is not None else [opening.duty for opening in own.opens] if own else []
        least = HEIGHT[self.law_book.roles[law.of].of]
        for kind in duties:
            rule = self.local.duties[kind]
            who: list[tuple[tuple[str, ...], Cited, Iterable[str]]] = [(("duties", kind), rule, (rule.of,))]
            who += [(("actions", a), v, v.by) for a, v in self.local.actions.items() if kind in v.discharges]
            for path, element, roles in who:
                low = [role for role in roles if HEIGHT[self.book.roles[role].of] < least]
                if low:
                    why = LessCode.DECIDED_BELOW.about(
                        remedy=Term(self.law.actions[remedy].zh, remedy),
                        by=series(Term(self.book.roles[role].zh, role) for role in low),
                        lawful=law.of,
                    )
                    yield self._less(path, law, why, element)

    def _approved_by_proposer(self, name: str, law: Action, duty: str) -> Iterator[Less]:
        for other, action in self.local.actions.items():
            if other in self.law.actions or not any(opening.duty == duty for opening in action.opens):
                continue
            if not any(grants(self.local, action, done) for done in action.discharges):
                continue
            for earlier in law.not_by:
                if earlier in action.not_by or earlier not in self.local.actions:
                    continue
                if earlier in leading_to(self.local, action, besides=name):
                    why = LessCode.APPROVED_BY_PROPOSER.about(
                        action=Term(action.zh, other),
                        other=Term(law.zh, name),
                        earlier=Term(self.law.actions[earlier].zh, earlier),
                    )
                    yield self._less(("actions", other), law, why, action)


def _length(limit: Limit | None, otherwise: int = 10_000) -> int:
    return natural_days(limit) if limit is not None else otherwise


def _lawful(limit: Limit | None) -> Param:
    return in_days(limit) if limit is not None else StoryCode.SET_DATE.about()


def _counted(limit: Term, law: LimitRule, local: LimitRule) -> Iterator[CodedText]:
    """In what the way a limit is counted is worse, beside its length."""
    if local.start != law.start:
        yield LessCode.OTHER_START.about(limit=limit, own=local.start, lawful=law.start)
    if _length(local.extendable, 0) > _length(law.extendable, 0):
        yield LessCode.MORE_EXTENSION.about(limit=limit)
    if local.pausable and not law.pausable:
        yield LessCode.PAUSED.about(limit=limit)
    if local.by_field and local.no_later_than is None and (not law.by_field or law.no_later_than is not None):
        yield LessCode.ANY_DATE.about(limit=limit)


def _stricter(book: Rulebook, local: Condition, law: Condition) -> bool:
    """Whether some value that passes ``law`` does not pass ``local``."""
    return any(
        not comparison.holds(value) and (fact not in law or law[fact].holds(value))
        for fact, comparison in local.items()
        for value in book.facts[fact].values
    )


def _worse_notice(book: Rulebook, law: NoticeRule, local: NoticeRule) -> list[LessCode]:
    worse = {
        LessCode.NOT_SERVED: law.served and not local.served,
        LessCode.NOT_TO_PETITIONER: law.to == "petitioner" != local.to,
        LessCode.WITHHELD_MORE: _stricter(book, local.when, law.when),
        LessCode.REMEDY_UNNAMED: law.remedy is not None and local.remedy is None,
        LessCode.SAYS_LESS: bool(set(law.body) - set(local.body)),
    }
    return [code for code, holds in worse.items() if holds]
