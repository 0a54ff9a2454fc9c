"""Whether an action of a local book may stand for one of the law's, or is none of the law's business: without walking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from huiyin.rules.book.elements import Named
from huiyin.rules.book.references import NOW
from huiyin.rules.book.schema import Action, NoticeRule, Procedure, RoleOf, Rulebook
from huiyin.rules.book.texts import CodedText, Term, series
from huiyin.rules.prover.codes.refinement import BeyondCode
from huiyin.rules.prover.refinement.law import Side

HEIGHT: Final[dict[RoleOf, int]] = {
    "petitioner": 0,
    "system": 0,
    "co_handling": 1,
    "handling": 1,
    "organisation": 2,
    "superior": 3,
    "superior_of_superior": 4,
}
"""How far a role stands above the unit that handles the case."""
WRITTEN: Final = ("text", "line", "choice", "choices")


@dataclass(frozen=True)
class Likeness:
    """The actions of a local procedure beside those of the law's."""

    book: Rulebook
    local: Procedure
    law: Side

    @property
    def theirs(self) -> Procedure:
        """The procedure of the law."""
        return self.law.procedure

    def differs(self, action: Action, lawful: Action) -> CodedText | None:
        """In what ``action`` is less than the law's ``lawful``, so that it cannot stand for it; None where it can."""
        return next(
            (
                why
                for found in (
                    self._who,
                    self._missing_notices,
                    self._asked,
                    self._timed,
                    self._kept_apart,
                    self._stops,
                    self._drops,
                    self._tells_others,
                )
                for why in found(action, lawful)
            ),
            self.resets(action, lawful),
        )

    def resets(self, action: Action, lawful: Action | None) -> CodedText | None:
        """The moment of the law that ``action`` marks, and ``lawful`` does not, or from another day."""
        known = lawful.marks if lawful is not None else {}
        for moment in self.law.book.moments:
            mine, theirs = action.marks.get(moment), known.get(moment)
            kinds = {source == NOW for source in (mine, theirs) if source is not None}
            if mine != theirs and (lawful is None or theirs is None or mine is None or len(kinds) > 1):
                return BeyondCode.CLOCK.about(moment=_term(moment, self.law.book.moments))
        return None

    def form(self, action: Action, lawful: Action) -> CodedText | None:
        """What the law's ``lawful`` requires to be filled in and ``action``, which has its name, does not."""
        asked = [field for field, needed in lawful.required.items() if needed]
        asked += [field for field, when in lawful.asked_if.items() if action.asked_if.get(field) != when]
        missing = next((field for field in asked if not action.required.get(field)), None)
        if missing is not None:
            return BeyondCode.UNASKED.about(field=_term(missing, self.law.book.fields))
        theirs = all(self.law.book.roles[role].of == "petitioner" for role in lawful.by)
        more = [field for field, needed in action.required.items() if needed and not lawful.required.get(field)]
        return BeyondCode.ASKED_MORE.about(field=_term(more[0], self.book.fields)) if theirs and more else None

    def weaker(self, action: Action, lawful: Action) -> CodedText | None:
        """In what ``action`` is less than the law's of its name in who takes it and what they fill in, walked or not."""
        return next(self._who(action, lawful), None) or self.form(action, lawful)

    def beyond(self, action: Action, lawful: Action | None) -> CodedText | None:
        """What the law hears of ``action`` where it stands for none of the law's own; ``lawful`` is the law's of the same name."""
        if action.marks and (why := self.resets(action, lawful)) is not None:
            return why
        for found in (self._stops, self._drops, self._tells_others):
            for why in found(action, lawful):
                return why
        return None

    def _who(self, action: Action, lawful: Action) -> Iterator[CodedText]:
        """Whoever decides by the law is a person of no lower standing here; what is the petitioner's stays theirs."""
        mine = {role: self.book.roles[role].of for role in action.by}
        theirs = {self.law.book.roles[role].of for role in lawful.by}
        least = min((HEIGHT[of] for of in theirs - {"system", "petitioner"}), default=0)
        for role, of in mine.items():
            others = of in ("petitioner", "system") and of not in theirs
            lower = of not in ("petitioner", "system") and (theirs <= {"petitioner"} or HEIGHT[of] < least)
            if others or lower:
                lawfully = series(_term(one, self.law.book.roles) for one in lawful.by)
                yield BeyondCode.BY.about(by=_term(role, self.book.roles), lawful=lawfully)
        if lawful.remedy and not action.remedy:
            yield BeyondCode.NO_REMEDY.about()

    def _missing_notices(self, action: Action, lawful: Action) -> Iterator[CodedText]:
        for name in lawful.notice:
            notice = self.theirs.notices[name]
            notices = [self.local.notices[own] for own in action.notice]
            if notice.to == "petitioner" and not any(self._says_as_much(own, notice) for own in notices):
                yield BeyondCode.UNTOLD.about(notice=_term(name, self.theirs.notices))

    def _says_as_much(self, own: NoticeRule, notice: NoticeRule) -> bool:
        withheld = any(
            fact not in notice.when and not all(map(comparison.holds, self.book.facts[fact].values))
            for fact, comparison in own.when.items()
        )
        return (
            own.to == "petitioner"
            and own.served >= notice.served
            and (own.remedy is not None or notice.remedy is None)
            and set(own.body) >= set(notice.body)
            and (own.says is not None or notice.says is None)
            and set(own.limits) >= set(notice.limits)
            and own.issued_by == notice.issued_by
            and not withheld
        )

    def _asked(self, action: Action, lawful: Action) -> Iterator[CodedText]:
        """What the law's form requires and its documents to the petitioner print is required here too."""
        printed = self._printed | {
            field
            for name in lawful.notice
            if self.theirs.notices[name].to == "petitioner"
            for field in self.theirs.notices[name].body
        }
        for field, needed in lawful.required.items():
            written = self.law.book.fields[field].type in WRITTEN
            if needed and field in printed and written and not action.required.get(field):
                yield BeyondCode.UNASKED.about(field=_term(field, self.law.book.fields))

    @cached_property
    def _printed(self) -> frozenset[str]:
        served = (notice for notice in self.theirs.notices.values() if notice.served and notice.to == "petitioner")
        return frozenset(field for notice in served for field in notice.body)

    def _timed(self, action: Action, lawful: Action) -> Iterator[CodedText]:
        if lawful.after is not None and action.after != lawful.after:
            yield BeyondCode.TOO_EARLY.about(limit=_term(lawful.after, self.theirs.limits))
        for field, moments in lawful.not_before.items():
            if not {*moments} <= {*action.not_before.get(field, ())}:
                yield BeyondCode.BACKDATED.about(field=_term(field, self.law.book.fields))
        for field, length in lawful.recent.items():
            own = action.recent.get(field)
            if own is None or own.amount > length.amount:
                yield BeyondCode.BACKDATED.about(field=_term(field, self.law.book.fields))
        if action.receives != lawful.receives:
            yield BeyondCode.OPENED.about()
        for field, comparison in lawful.said.items():
            if action.said.get(field) != comparison:
                yield BeyondCode.UNSAID.about(field=_term(field, self.law.book.fields))
        staff = not all(self.law.book.roles[role].of == "petitioner" for role in lawful.by)
        if staff and lawful.until is not None and action.until != lawful.until:
            yield BeyondCode.TOO_LATE.about(limit=_term(lawful.until, self.theirs.limits))

    def _kept_apart(self, action: Action, lawful: Action) -> Iterator[CodedText]:
        for earlier in lawful.not_by:
            if earlier in self.local.actions and earlier not in action.not_by:
                yield BeyondCode.NOT_APART.about(earlier=_term(earlier, self.theirs.actions))
        if lawful.recuses and action.recuses != lawful.recuses:
            yield BeyondCode.NOT_BARRED.about()

    def _stops(self, action: Action, lawful: Action | None) -> Iterator[CodedText]:
        for part in ("extends", "pauses", "resumes"):
            more = set(getattr(action, part)) - set(getattr(lawful, part) if lawful is not None else ())
            for limit in sorted(more & set(self.theirs.limits)):
                yield BeyondCode.LIMIT.about(limit=_term(limit, self.theirs.limits))

    def _drops(self, action: Action, lawful: Action | None) -> Iterator[CodedText]:
        """A duty beside the main line of the law, which its steps do not show, is ended by what the law ends it by."""
        theirs = {*lawful.discharges, *lawful.withdraws} if lawful is not None else set()
        opened = {opening.duty for opening in action.opens}
        for duty in (*action.discharges, *action.withdraws):
            if duty in self.law.without and duty not in theirs | opened and not self._done(action, duty):
                yield BeyondCode.DROPS.about(duty=_term(duty, self.theirs.duties))

    def _tells_others(self, action: Action, lawful: Action | None) -> Iterator[CodedText]:
        """What its petitioner wrote goes to no other unit or organ than the law sends it to."""
        lawfully = [self.theirs.notices[name] for name in (lawful.notice if lawful else ())]
        known = {field for notice in lawfully if notice.to != "petitioner" for field in notice.body}
        for name in action.notice:
            notice = self.local.notices[name]
            for field in notice.body if notice.to != "petitioner" else ():
                if field in self._confided and field not in known:
                    yield BeyondCode.TOLD_OTHERS.about(notice=_term(name, self.local.notices))

    @cached_property
    def _confided(self) -> frozenset[str]:
        """The fields that only petitioners fill in."""
        theirs, others = set[str](), set[str]()
        for action in self.local.actions.values():
            own = all(self.book.roles[role].of == "petitioner" for role in action.by)
            (theirs if own else others).update(use.name for use in action.fields)
        return frozenset(theirs - others)

    def _done(self, action: Action, duty: str) -> bool:
        """Whether ``action`` does ``duty`` as some action of the law does."""
        doing = (other for other in self.theirs.actions.values() if duty in other.discharges)
        return any(
            not [*self._who(action, other), *self._missing_notices(action, other), *self._asked(action, other)]
            and (
                other.notice or _required(other) <= _required(action)
            )  # where no document says it, the form is the answer
            for other in doing
        )


def _required(action: Action) -> set[str]:
    """The fields that must be filled in."""
    return {name for name, needed in action.required.items() if needed}


def _term(name: str, elements: object) -> Term:
    assert isinstance(elements, dict)
    element: Named = elements[name]
    return Term(element.zh, element.name("en"))
