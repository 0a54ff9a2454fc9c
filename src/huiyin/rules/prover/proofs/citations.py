"""Whether a rulebook cites and uses everything that it names, and whether each limit says the number that its clause says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from huiyin.rules.book.elements import Cited
from huiyin.rules.book.field_use import FieldUse
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import CLEARING_PROPOSED, FINISH_CORRECTION, Action, Procedure, Rulebook
from huiyin.rules.book.steps import end_of
from huiyin.rules.book.texts import Term, series
from huiyin.rules.deadlines.limits import Limit
from huiyin.rules.prover.codes.clocks import ClockCode
from huiyin.rules.prover.codes.findings import FindingCode
from huiyin.rules.prover.finding import Finding, found_at, term

_NUMBER = re.compile(r"(?P<n>[0-9]{1,9}|[〇零一二三四五六七八九十百两]{1,20}) ?(?:个)?(?P<working>工作)?[日天]")
_EXTENDING = re.compile("(?:延长|延期)[^。；]*")
_AT_ONCE = re.compile("立即|立刻|即时|当即|随即|马上|第一时间|当日")
LONGEST_UNSTATED = 90
"""Days: sixty and an extension by thirty (Regulation Art. 34). Whoever takes longer has a clause that says how long."""
_DIGITS = {"〇": 0, "零": 0, **{character: n for n, character in enumerate("一二三四五六七八九", 1)}, "两": 2}


def cited_clauses(book: Rulebook) -> dict[str, list[str]]:
    """Each clause that some element cites, with the elements that do (as dotted paths)."""
    found: dict[str, list[str]] = {}
    for path, element in _cited(book):
        for clause in element.clause:
            found.setdefault(clause, []).append(path)
    return found


def _cited(book: Rulebook) -> Iterator[tuple[str, Cited]]:
    for kind in ("roles", "facts"):
        for name, element in getattr(book, kind).items():
            yield f"{kind}.{name}", element
    for name, procedure in book.procedures.items():
        yield f"procedures.{name}", procedure
        for kind in ("stages", "limits", "duties", "notices", "actions"):
            for inner, element in getattr(procedure, kind).items():
                yield f"procedures.{name}.{kind}.{inner}", element


def uncited(rules: Rules) -> Iterator[Finding]:
    """(h) Clauses that no element carries out."""
    cited = cited_clauses(rules.book)
    for clause in rules.book.clauses:
        if clause not in cited and clause not in rules.book.elsewhere:
            yield found_at(rules, "h", ("clauses", clause), FindingCode.UNCITED.about(clause=clause))


def miscounted(rules: Rules) -> Iterator[Finding]:
    """(h) Limits that are not as long as the first clause that they cite and that speaks of days says; most clauses do not."""
    for name, procedure in rules.book.procedures.items():
        for key, limit in procedure.limits.items():
            texts = [rules.book.clauses[clause].zh for clause in limit.clause]
            for part, length in (("within", limit.within), ("extendable", limit.extendable)):
                spoken = [_EXTENDING.sub("", text) if part == "within" else text for text in texts]
                if part == "extendable":
                    spoken = ["".join(_EXTENDING.findall(text)) for text in texts]
                stated = next((found for text in spoken if (found := list(lengths(text)))), [])
                if not stated and part == "within" and any(map(_AT_ONCE.search, texts)):
                    stated = [Limit(0)]
                if length is not None and length.is_by_the_clock:
                    continue  # what "at once" is to mean on the clock: no clause that speaks of days says otherwise
                if length is not None and length.amount > LONGEST_UNSTATED and not stated:
                    yield found_at(
                        rules,
                        "h",
                        ("procedures", name, "limits", key, part),
                        ClockCode.UNSTATED.about(limit=term(key, limit), length=in_days(length)),
                    )
                if length is not None and length.amount and stated and length not in stated:
                    why = FindingCode.MISCOUNTED.about(
                        limit=term(key, limit), length=in_days(length), stated=series(map(in_days, stated), "or")
                    )
                    yield found_at(rules, "h", ("procedures", name, "limits", key, part), why)


def misplaced(rules: Rules) -> Iterator[Finding]:
    """(h) An action that ends a case shares a clause with the end to which it leads, a duty with its limit."""
    for name, procedure in rules.book.procedures.items():
        for key, action in procedure.actions.items():
            end = end_of(procedure, action)
            if end is not None and not set(action.clause) & set(procedure.stages[end].clause):
                why = FindingCode.END_OF_ANOTHER_CLAUSE.about(
                    action=term(key, action), stage=term(end, procedure.stages[end]), clauses=series(action.clause)
                )
                yield found_at(rules, "h", ("procedures", name, "actions", key, "to"), why)
        for key, duty in procedure.duties.items():
            limit = procedure.limits[duty.limit]
            if not set(duty.clause) & set(limit.clause):
                why = FindingCode.LIMIT_OF_ANOTHER_CLAUSE.about(
                    duty=term(key, duty), limit=term(duty.limit, limit), clauses=series(duty.clause)
                )
                yield found_at(rules, "h", ("procedures", name, "duties", key, "limit"), why)


def in_days(length: Limit) -> Term:
    """A length of time as findings name it."""
    return Term(length.text("zh"), str(length))


def lengths(text: str) -> Iterator[Limit]:
    """The lengths of time of which a Chinese ``text`` speaks: 三十日, 5个工作日."""
    for match in _NUMBER.finditer(text):
        yield Limit(_amount(match["n"]), "working_days" if match["working"] else "days")


def _amount(text: str) -> int:
    """九十 → 90: numerals below a thousand."""
    if text.isdigit():
        return int(text)
    hundreds, _, rest = text.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    total = 100 * (_DIGITS.get(hundreds, 1) if "百" in text else 0)
    total += 10 * (_DIGITS.get(tens, 1) if ten else 0)
    return total + _DIGITS.get(ones[-1:], 0)


def unused(rules: Rules) -> Iterator[Finding]:
    """(g) What is named and never used."""
    book = rules.book
    procedures = book.procedures.values()
    actions = [action for procedure in procedures for action in procedure.actions.values()]
    limits = [limit for procedure in procedures for limit in procedure.limits.values()]
    duties = [duty for procedure in procedures for duty in procedure.duties.values()]
    acting = {role for action in actions for role in action.takers} | {duty.of for duty in duties}
    yield from _left_over(rules, ("roles",), book.roles, acting)
    yield from _left_over(rules, ("fields",), book.fields, {use.name for a in actions for use in _asked(a)})
    conditions: list[Iterable[str]] = [
        *(action.when for action in actions),
        *(opening.when for action in actions for opening in action.opens),
        *(notice.when for procedure in procedures for notice in procedure.notices.values()),
        *(condition for action in actions for condition in action.asked_if.values()),
    ]
    compared = {fact for condition in conditions for fact in condition}
    registered = {name for name, fact in book.facts.items() if fact.from_registration}
    yield from _left_over(rules, ("facts",), book.facts, compared | registered)
    timed = {limit.start for limit in limits} | {
        moment for action in actions for moments in action.not_before.values() for moment in moments
    }
    yield from _left_over(rules, ("moments",), book.moments, timed | {CLEARING_PROPOSED})
    for name, procedure in book.procedures.items():
        yield from _unused_in(rules, name, procedure)


def unsettable(rules: Rules) -> Iterator[Finding]:
    """(g) Values that no fact can ever have: nothing sets them, and no registration says them."""
    book = rules.book
    settings = [item for p in book.procedures.values() for action in p.actions.values() for item in action.sets.items()]
    seats = {role.seat_fact for role in book.roles.values()}
    for name, fact in book.facts.items():
        can_be = set(fact.values) if fact.from_registration or name in seats else {fact.initial}
        for source in (source for set_fact, source in settings if set_fact == name):
            can_be |= set(book.fields[source[1:]].of) if source.startswith("$") else {source}
        for value in fact.values:
            if value not in can_be:
                why = FindingCode.VALUE_NEVER.about(fact=term(name, fact), value=term(value, fact.values[value]))
                yield found_at(rules, "g", ("facts", name, "values", value), why)


def _unused_in(rules: Rules, name: str, procedure: Procedure) -> Iterator[Finding]:
    actions = procedure.actions.values()
    used = {duty.limit for duty in procedure.duties.values()}
    used |= {limit for action in actions for limit in (action.until, action.after, action.as_entered.after) if limit}
    used |= {limit.no_later_than for limit in procedure.limits.values() if limit.no_later_than is not None}
    place = ("procedures", name)
    yield from _left_over(rules, (*place, "limits"), procedure.limits, used)
    for part, of_limits in (("extendable", "extends"), ("pausable", "pauses")):
        named = {limit for action in actions for limit in getattr(action, of_limits)}
        left_over = (name for name, limit in procedure.limits.items() if getattr(limit, part) and name not in named)
        for limit in left_over:  # a time that nobody grants, and which the longest time would count
            yield found_at(
                rules, "g", (*place, "limits", limit, part), FindingCode.UNUSED.about(name=f"{limit}.{part}")
            )
    opened = {opening.duty for action in actions for opening in action.opens}
    opened |= {duty for action in actions if action.identifies for duty in action.discharges}
    opened |= {duty for stage in procedure.stages.values() for duty in stage.owes} | {FINISH_CORRECTION}
    yield from _left_over(rules, (*place, "duties"), procedure.duties, opened)
    issued = {notice for action in actions for notice in action.notice}
    yield from _left_over(rules, (*place, "notices"), procedure.notices, issued)


def _asked(action: Action) -> tuple[FieldUse, ...]:
    """What the form of ``action`` asks for, whoever takes it."""
    return (*action.fields, *(action.entered.fields if action.entered else ()))


def _left_over(rules: Rules, path: tuple[str, ...], known: Iterable[str], used: set[str]) -> Iterator[Finding]:
    for name in known:
        if name not in used:
            yield found_at(rules, "g", (*path, name), FindingCode.UNUSED.about(name=name))
