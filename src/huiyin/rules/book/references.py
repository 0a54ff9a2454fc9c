"""Whether every name in a rulebook leads to something that exists and fits: the first half of the check, without any search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from huiyin.rules.book.load import Flaw, RulebookError, Rules
from huiyin.rules.book.schema import ANY, START, Action, Condition, FieldType, LimitRule, Procedure, Rulebook
from huiyin.rules.book.steps import applies, begins_case, next_stage

RECEIVED, NOW = "received", "now"


def resolved(rules: Rules) -> Rules:
    """``rules``, when every name in them leads somewhere: without that nothing but the check may work with them.

    Raises RulebookError.
    """
    flaws = list(dangling(rules))
    if flaws:
        raise RulebookError(flaws)
    return rules


def dangling(rules: Rules) -> Iterator[Flaw]:
    """Every name that leads nowhere, or to something of the wrong kind."""
    book = rules.book
    yield from _Place(rules, ("roles",)).roles()
    yield from _Place(rules, ("facts",)).facts()
    yield from _Place(rules, ("fields",)).fields()
    for clause in book.elsewhere:
        yield from _Place(rules, ("elsewhere", clause)).among(clause, book.clauses, "a clause of this book")
    for name, procedure in book.procedures.items():
        yield from _InProcedure(rules, name, procedure).flaws()


class _Place:
    """Where in the book something is being checked."""

    def __init__(self, rules: Rules, path: tuple[str, ...]) -> None:
        self.rules, self.book, self.path = rules, rules.book, path

    def at(self, *path: str) -> _Place:
        return _Place(self.rules, (*self.path, *path))

    def flaw(self, expected: str, got: str = "") -> Flaw:
        file, line = self.rules.where(*self.path)
        return Flaw(file, line, ".".join(self.path), expected, got)

    def among(self, name: str, known: Iterable[str], what: str) -> Iterator[Flaw]:
        names = tuple(known)
        if name not in names:
            listed = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
            yield self.flaw(f"{what}{f' ({listed})' if listed else ''}", name)

    def cited(self, clauses: Iterable[str]) -> Iterator[Flaw]:
        for clause in clauses:
            yield from self.at("clause").among(clause, self.book.clauses, "a clause of this book")

    def condition(self, condition: Condition) -> Iterator[Flaw]:
        for fact, comparison in condition.items():
            place = self.at(fact)
            yield from place.among(fact, self.book.facts, "a fact of this book")
            if fact in self.book.facts:
                for value in sorted(comparison.allow | comparison.forbid):
                    yield from place.among(value, self.book.facts[fact].values, f"a value of the fact {fact}")

    def roles(self) -> Iterator[Flaw]:
        for name, role in self.book.roles.items():
            place = self.at(name)
            yield from place.cited(role.clause)
            if role.stand_in is not None:
                yield from place.at("stand_in").among(role.stand_in, self.book.roles, "a role of this book")
                if role.of not in ("organisation", "superior", "superior_of_superior"):
                    yield place.at("stand_in").flaw("a stand-in only for a role of the organisation or above", role.of)
                elif role.stand_in in self.book.roles and self.book.roles[role.stand_in].of != "organisation":
                    yield place.at("stand_in").flaw("a role `of: organisation`", role.stand_in)

    def facts(self) -> Iterator[Flaw]:
        for name, fact in self.book.facts.items():
            place = self.at(name)
            yield from place.cited(fact.clause)
            yield from place.at("initial").among(fact.initial, fact.values, "one of the fact's values")

    def fields(self) -> Iterator[Flaw]:
        for name, rule in self.book.fields.items():
            for role in rule.holds:
                yield from self.at(name, "holds").among(role, self.book.roles, "a role of this book")


class _InProcedure:
    def __init__(self, rules: Rules, name: str, procedure: Procedure) -> None:
        self.book: Rulebook = rules.book
        self.procedure = procedure
        self.place = _Place(rules, ("procedures", name))

    def flaws(self) -> Iterator[Flaw]:
        procedure = self.procedure
        yield from self.place.cited(procedure.clause)
        for name, stage in procedure.stages.items():
            yield from self.place.at("stages", name).cited(stage.clause)
        for name, limit in procedure.limits.items():
            yield from self._limit(self.place.at("limits", name), limit)
        for name, duty in procedure.duties.items():
            place = self.place.at("duties", name)
            yield from place.cited(duty.clause)
            yield from place.at("of").among(duty.of, self.book.roles, "a role of this book")
            yield from place.at("limit").among(duty.limit, procedure.limits, "a limit of this procedure")
            if duty.on_due is not None:
                yield from self._on_due(place.at("on_due"), duty.on_due)
        for name, notice in procedure.notices.items():
            place = self.place.at("notices", name)
            yield from place.cited(notice.clause)
            yield from place.at("when").condition(notice.when)
            for item in notice.body:
                yield from place.at("body").among(item, self.book.fields, "a field of this book")
        for name, action in procedure.actions.items():
            yield from _OfAction(self, name, action).flaws()

    def _limit(self, place: _Place, limit: LimitRule) -> Iterator[Flaw]:
        yield from place.cited(limit.clause)
        if limit.within is None and not limit.by_field:
            yield place.flaw("`within` with `from`, or `by_field`", "neither")
        if limit.within is not None and not limit.start:
            yield place.flaw("`from`: the moment from which the limit runs", "nothing")
        if limit.start:
            yield from place.at("from").among(limit.start, self.book.moments, "a moment of this book")
        if limit.by_field:
            yield from self.field(place.at("by_field"), limit.by_field, "date")
        if limit.no_later_than is not None:
            yield from place.at("no_later_than").among(
                limit.no_later_than, self.procedure.limits, "a limit of this procedure"
            )

    def _on_due(self, place: _Place, name: str) -> Iterator[Flaw]:
        yield from place.among(name, self.procedure.actions, "an action of this procedure")
        action = self.procedure.actions.get(name)
        if action is None:
            return
        if not any(role in self.book.roles and self.book.roles[role].of == "system" for role in action.by):
            yield place.flaw("an action that a role `of: system` may take", name)
        if any(use.required for use in action.fields):
            yield place.flaw("an action that asks for no fields", name)

    def field(self, place: _Place, name: str, *types: FieldType) -> Iterator[Flaw]:
        yield from place.among(name, self.book.fields, "a field of this book")
        rule = self.book.fields.get(name)
        if rule is not None and types and rule.type not in types:
            yield place.flaw(f"a field of type {' or '.join(types)}", f"{name}, of type {rule.type}")


class _OfAction:
    def __init__(self, within: _InProcedure, name: str, action: Action) -> None:
        self.within, self.action = within, action
        self.book, self.procedure = within.book, within.procedure
        self.place = within.place.at("actions", name)
        self.uses = action.required

    def flaws(self) -> Iterator[Flaw]:
        action, place, procedure = self.action, self.place, self.procedure
        yield from place.cited(action.clause)
        for role in action.by:
            yield from place.at("by").among(role, self.book.roles, "a role of this book")
        yield from self._stages()
        for name in self.uses:
            yield from place.at("fields").among(name, self.book.fields, "a field of this book")
        yield from place.at("when").condition(action.when)
        for key, limit in (("until", action.until), ("after", action.after)):
            if limit is not None:
                yield from place.at(key).among(limit, procedure.limits, "a limit of this procedure")
        for key in ("discharges", "withdraws", "unless_open"):
            for duty in getattr(action, key):
                yield from place.at(key).among(duty, procedure.duties, "a duty of this procedure")
        if action.while_open is not None:
            yield from place.at("while_open").among(action.while_open, procedure.duties, "a duty of this procedure")
        for opening in action.opens:
            yield from place.at("opens").among(opening.duty, procedure.duties, "a duty of this procedure")
            yield from place.at("opens").condition(opening.when)
            yield from self._source(place.at("opens"), opening.person, "person")
        for other in action.not_by:
            yield from place.at("not_by").among(other, procedure.actions, "an action of this procedure")
        for notice in action.notice:
            yield from place.at("notice").among(notice, procedure.notices, "a notice of this procedure")
        yield from self._effects()
        yield from self._fields_among_themselves()
        yield from self._dates_of_duties()
        yield from self._relay()

    def _stages(self) -> Iterator[Flaw]:
        action, stages = self.action, self.procedure.stages
        for stage in action.from_stages:
            yield from self.place.at("from").among(stage, (*stages, ANY, START), "a stage of this procedure")
        for key, following in (("to", action.to), ("reopens", action.reopens)):
            if following is not None:
                yield from self.place.at(key).among(following, stages, "a stage of this procedure")
        if begins_case(action) and action.to is None:
            yield self.place.flaw("`to`: the stage in which a registered case begins", "nothing")

    def _effects(self) -> Iterator[Flaw]:
        action, place = self.action, self.place
        for fact, source in action.sets.items():
            yield from self._set(place.at("sets", fact), fact, source)
        for moment, source in action.marks.items():
            yield from place.at("marks").among(moment, self.book.moments, "a moment of this book")
            if source != NOW:
                yield from self._source(place.at("marks", moment), source, "date")
        for relation, source in action.units.items():
            yield from self._source(place.at("units", relation), source, "unit" if relation == "handling" else "units")
        yield from self._source(place.at("assignee"), action.assignee, "person")
        yield from self._source(place.at("recuses"), action.recuses, "person")
        for limit, source in action.extends.items():
            yield from self._changed(place.at("extends", limit), limit, "extendable")
            yield from self._source(place.at("extends", limit), source, "int")
        for key in ("pauses", "resumes"):
            for limit in getattr(action, key):
                yield from self._changed(place.at(key), limit, "pausable")

    def _changed(self, place: _Place, limit: str, how: str) -> Iterator[Flaw]:
        yield from place.among(limit, self.procedure.limits, "a limit of this procedure")
        if limit in self.procedure.limits and not getattr(self.procedure.limits[limit], how):
            yield place.flaw(f"a limit that is `{how}`", limit)

    def _set(self, place: _Place, fact: str, source: str) -> Iterator[Flaw]:
        yield from place.among(fact, self.book.facts, "a fact of this book")
        values = self.book.facts[fact].values if fact in self.book.facts else {}
        if not source.startswith("$"):
            yield from place.among(source, values, f"a value of the fact {fact}, or $field")
            return
        yield from self._source(place, source, "choice")
        rule = self.book.fields.get(source[1:])
        for value in rule.of if rule else ():
            if value not in values:
                yield place.flaw(f"a field whose choices are values of the fact {fact} ({', '.join(values)})", value)

    def _source(self, place: _Place, source: str, *types: FieldType) -> Iterator[Flaw]:
        """``source`` is empty, or $field of a field that this action asks for."""
        if not source:
            return
        name = source.removeprefix("$")
        if not source.startswith("$"):
            yield place.flaw("$ and the name of a field", source)
        elif name not in self.uses:
            yield place.flaw(f"one of the fields that the action asks for ({', '.join(self.uses) or 'none'})", source)
        else:
            yield from self.within.field(place, name, *types)

    def _fields_among_themselves(self) -> Iterator[Flaw]:
        action, place = self.action, self.place
        for name, earlier in action.same_as.items():
            yield from place.at("same_as").among(name, self.uses, "one of the fields that the action asks for")
            yield from place.at("same_as").among(earlier, self.book.fields, "a field of this book")
        for name, moment in action.not_before.items():
            yield from self._source(place.at("not_before", name), f"${name}", "date")
            yield from place.at("not_before", name).among(moment, self.book.moments, "a moment of this book")
        for name, conditions in action.asked_if.items():
            yield from place.at("asked_if").among(name, self.uses, "one of the fields that the action asks for")
            if self.uses.get(name):
                yield place.at("asked_if", name).flaw(f"an optional field (write {name}? among the fields)", name)
            for other, values in conditions.items():
                yield from self._asked(place.at("asked_if", name), other, values)

    def _asked(self, place: _Place, other: str, values: tuple[str, ...]) -> Iterator[Flaw]:
        known: Iterable[str]
        if other in self.uses and other in self.book.fields:
            rule = self.book.fields[other]
            known = ("yes", "no") if rule.type == "confirm" else rule.of
        elif other in self.book.facts:
            known = self.book.facts[other].values
        else:
            yield from place.among(other, (*self.uses, *self.book.facts), "a field of the action or a fact")
            return
        for value in values:
            yield from place.among(value, known, f"a value of {other}")

    def _dates_of_duties(self) -> Iterator[Flaw]:
        """A limit that only a form can set is set by the time when its duty opens."""
        for opening in self.action.opens:
            duty = self.procedure.duties.get(opening.duty)
            limit = self.procedure.limits.get(duty.limit) if duty else None
            if limit is not None and limit.within is None and limit.by_field and not self.uses.get(limit.by_field):
                yield self.place.at("opens").flaw(
                    f"a required field {limit.by_field}, since the duty {opening.duty} is due on that date", "none"
                )

    def _relay(self) -> Iterator[Flaw]:
        relay = self.action.relay
        if relay is None:
            return
        place = self.place.at("relay")
        yield from self._source(place.at("to"), f"${relay.to}", "case")
        yield from place.at("action").among(relay.action, self.procedure.actions, "an action of this procedure")
        other = self.procedure.actions.get(relay.action)
        if other is not None and any(use.required for use in other.fields):
            yield place.at("action").flaw("an action that asks for no fields", relay.action)


def unmarked(rules: Rules) -> Iterator[Flaw]:
    """Duties whose limit may not have begun when they open: its moment is not marked on every way there.

    The names must resolve. ``received`` is marked when a case begins.
    """
    for name, procedure in rules.book.procedures.items():
        marked = surely_marked(procedure)
        for action_name, action in procedure.actions.items():
            for opening in action.opens:
                limit = procedure.limits[procedure.duties[opening.duty].limit]
                if not limit.start or limit.within is None:
                    continue
                for stage in _stages_of(procedure, action):
                    if limit.start not in marked[stage] | set(action.marks):
                        place = _Place(rules, ("procedures", name, "actions", action_name, "opens"))
                        yield place.flaw(
                            f"the moment {limit.start} marked before, since the duty {opening.duty} is due from it",
                            f"from {stage} it may not be",
                        )


def _stages_of(procedure: Procedure, action: Action) -> list[str]:
    begins = [START] if begins_case(action) else []
    return begins + [stage for stage in procedure.stages if applies(procedure, action, stage)]


def surely_marked(procedure: Procedure) -> dict[str, frozenset[str]]:
    """For each stage the moments that are marked on every way to it; everything where no way leads."""
    every = frozenset(moment for action in procedure.actions.values() for moment in action.marks) | {RECEIVED}
    marked = dict.fromkeys(procedure.stages, every) | {START: frozenset({RECEIVED})}
    changed = True
    while changed:
        changed = False
        for action in procedure.actions.values():
            for stage in _stages_of(procedure, action):
                to = next_stage(procedure, action, stage)
                after = marked[to] & (marked[stage] | set(action.marks))
                if after != marked[to]:
                    marked[to], changed = after, True
    return marked
