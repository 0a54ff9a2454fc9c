"""Whether every name in a rulebook leads to something that exists and fits: the first half of the check, without any search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from huiyin.rules.book.fields.rule import FieldTypeName
from huiyin.rules.book.flaw_codes import FlawCode, PhraseCode
from huiyin.rules.book.indicators import Indicator
from huiyin.rules.book.load import Flaw, RulebookFlawed, Rules
from huiyin.rules.book.names import listed
from huiyin.rules.book.places import BookPlace
from huiyin.rules.book.schema import (
    ACTOR,
    ANY,
    ARCHIVE,
    MISSING_ITEMS,
    START,
    Action,
    DutyRule,
    Entering,
    LimitRule,
    NoticeRule,
    Procedure,
    Rulebook,
)
from huiyin.rules.book.steps import ABOVE, COUNTED, applies, as_taken, begins_case, next_stage
from huiyin.rules.book.texts import series

RECEIVED, NOW = "received", "now"


def resolved(rules: Rules) -> Rules:
    """``rules``, when every name in them leads somewhere: without that nothing but the check may work with them.

    Raises RulebookFlawed.
    """
    flaws = list(dangling(rules))
    if flaws:
        raise RulebookFlawed(flaws)
    return rules


def dangling(rules: Rules) -> Iterator[Flaw]:
    """Every name that leads nowhere, or to something of the wrong kind."""
    book = rules.book
    yield from BookPlace(rules, ("roles",)).roles()
    yield from BookPlace(rules, ("facts",)).facts()
    yield from BookPlace(rules, ("fields",)).fields()
    for clause in book.elsewhere:
        yield from BookPlace(rules, ("elsewhere", clause)).among(clause, book.clauses, FlawCode.NO_CLAUSE)
    for name, procedure in book.procedures.items():
        yield from _InProcedure(rules, name, procedure).flaws()


class _InProcedure:
    def __init__(self, rules: Rules, name: str, procedure: Procedure) -> None:
        self.book: Rulebook = rules.book
        self.procedure = procedure
        self.place = BookPlace(rules, ("procedures", name))

    def flaws(self) -> Iterator[Flaw]:
        procedure = self.procedure
        yield from self.place.cited(procedure.clause)
        for name, stage in procedure.stages.items():
            yield from self.place.at("stages", name).cited(stage.clause)
            for owed in stage.owes:
                yield from self.place.at("stages", name, "owes").among(owed, procedure.duties, FlawCode.NO_DUTY)
        for name, limit in procedure.limits.items():
            yield from self._limit(self.place.at("limits", name), limit)
        for name, duty in procedure.duties.items():
            yield from self._duty(self.place.at("duties", name), duty)
        for name, notice in procedure.notices.items():
            yield from self._notice(self.place.at("notices", name), notice)
        if procedure.catalogue:
            yield from self._catalogue()
        for subject in procedure.subjects:
            yield from self.place.at("subjects").among(subject, self.book.fields, FlawCode.NO_FIELD)
        for name, indicator in procedure.indicators.items():
            yield from self._indicator(self.place.at("indicators", name), name, indicator)
        for name, action in procedure.actions.items():
            yield from _OfAction(self, name, action).flaws()
            if action.entered is not None:
                yield from _OfAction(self, name, as_taken(action, "staff")).flaws_of_entering(action, action.entered)

    def _duty(self, place: BookPlace, duty: DutyRule) -> Iterator[Flaw]:
        yield from place.cited(duty.clause)
        for role in (duty.of, *duty.else_of):
            yield from place.at("of").among(role, self.book.roles, FlawCode.NO_ROLE)
        yield from place.at("limit").among(duty.limit, self.procedure.limits, FlawCode.NO_LIMIT_NAME)
        if duty.on_due is not None:
            yield from self._on_due(place.at("on_due"), duty.on_due)

    def _notice(self, place: BookPlace, notice: NoticeRule) -> Iterator[Flaw]:
        yield from place.cited(notice.clause)
        yield from place.at("when").condition(notice.when)
        if notice.issued_by is not None:
            yield from place.at("issued_by").among(notice.issued_by, self.book.roles, FlawCode.NO_ROLE)
        for item in notice.body:
            yield from place.at("body").among(item, self.book.fields, FlawCode.NO_FIELD)
        for limit in notice.limits:
            yield from place.at("limits").among(limit, self.procedure.limits, FlawCode.NO_LIMIT_NAME)

    def _catalogue(self) -> Iterator[Flaw]:
        """What the files of cases must hold: every end has something, and everything can be there."""
        procedure, catalogue = self.procedure, self.procedure.catalogue
        archiving = procedure.actions.get(ARCHIVE)
        ends = archiving.from_stages if archiving else ()
        for name, item in catalogue.items():
            place = self.place.at("catalogue", name)
            yield from place.cited(item.clause)
            yield from place.at("when").condition(item.when)
            for end in item.ends:
                yield from place.at("ends").among(end, (ANY, *ends), FlawCode.NO_END_TO_ARCHIVE)
            for kind in (*item.paper, *item.served):
                yield from place.among(kind, procedure.notices, FlawCode.NO_NOTICE)
            for step in item.step:
                yield from place.at("step").among(step, procedure.actions, FlawCode.NO_ACTION)
            if sum(map(bool, (item.paper, item.served, item.step, item.kept))) != 1:
                yield place.flaw(FlawCode.ONE_KIND_OF_ITEM.about(found=name))
        covered = {end for item in catalogue.values() if not item.when for end in item.ends}
        for end in ends:
            if not covered & {end, ANY}:
                place = self.place.at("catalogue")
                yield place.flaw(FlawCode.END_WITHOUT_CATALOGUE.about(stage=end, found=PhraseCode.NONE.about()))
        asked = archiving.required if archiving else {}
        if archiving is not None and asked.get(MISSING_ITEMS) is not False:
            place = self.place.at("actions", ARCHIVE, "fields")
            yield place.flaw(FlawCode.NO_PLACE_FOR_REASONS.about(field=MISSING_ITEMS, found=PhraseCode.NONE.about()))

    def _indicator(self, place: BookPlace, name: str, indicator: Indicator) -> Iterator[Flaw]:
        """A figure counts duties, answers or moments that there are, and one of these."""
        yield from place.cited(indicator.clause)
        for duty in indicator.duties:
            yield from place.at("duties").among(duty, self.procedure.duties, FlawCode.NO_DUTY)
        if indicator.field is not None:
            yield from place.at("field").among(indicator.field, self.book.fields, FlawCode.NO_FIELD)
            field = self.book.fields.get(indicator.field)
            for value in indicator.good:
                yield from place.at("good").among(value, field.of if field else (), FlawCode.NO_VALUE_OF_FIELD)
        for key, moment in (("among", indicator.among), ("without", indicator.without)):
            if moment is not None:
                yield from place.at(key).among(moment, self.book.moments, FlawCode.NO_MOMENT)
        ends = [stage for stage, rule in self.procedure.stages.items() if rule.end]
        for end in indicator.ends:
            yield from place.at("ends").among(end, ends, FlawCode.NO_STAGE)
        if sum(map(bool, (indicator.duties, indicator.field, indicator.without))) != 1:
            yield place.flaw(FlawCode.ONE_KIND_OF_INDICATOR.about(found=name))

    def _limit(self, place: BookPlace, limit: LimitRule) -> Iterator[Flaw]:
        yield from place.cited(limit.clause)
        if limit.within is None and not limit.by_field:
            yield place.flaw(FlawCode.LIMIT_WITHOUT_LENGTH.about(found=PhraseCode.NEITHER.about()))
        if limit.within is not None and not limit.start:
            yield place.flaw(FlawCode.LIMIT_WITHOUT_START.about(found=PhraseCode.NOTHING.about()))
        if limit.start:
            yield from place.at("from").among(limit.start, self.book.moments, FlawCode.NO_MOMENT)
        if limit.by_field:
            yield from self.field(place.at("by_field"), limit.by_field, "date")
        if limit.no_later_than is not None:
            yield from place.at("no_later_than").among(
                limit.no_later_than, self.procedure.limits, FlawCode.NO_LIMIT_NAME
            )

    def _on_due(self, place: BookPlace, name: str) -> Iterator[Flaw]:
        yield from place.among(name, self.procedure.actions, FlawCode.NO_ACTION)
        action = self.procedure.actions.get(name)
        if action is None:
            return
        if not any(role in self.book.roles and self.book.roles[role].of == "system" for role in action.by):
            yield place.flaw(FlawCode.NOT_BY_THE_SYSTEM.about(found=name))
        if any(use.required for use in action.fields):
            yield place.flaw(FlawCode.ASKS_FOR_FIELDS.about(found=name))

    def field(self, place: BookPlace, name: str, *types: FieldTypeName) -> Iterator[Flaw]:
        yield from place.among(name, self.book.fields, FlawCode.NO_FIELD)
        rule = self.book.fields.get(name)
        if rule is not None and types and rule.type not in types:
            found = PhraseCode.OF_TYPE.about(name=name, type=rule.type)
            yield place.flaw(FlawCode.FIELD_OF_ANOTHER_TYPE.about(types=series(types, "or"), found=found))


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
            yield from place.at("by").among(role, self.book.roles, FlawCode.NO_ROLE)
        yield from self._stages()
        for name in self.uses:
            yield from place.at("fields").among(name, self.book.fields, FlawCode.NO_FIELD)
        yield from place.at("when").condition(action.when)
        for key, limit in (("until", action.until), ("after", action.after)):
            if limit is not None:
                yield from place.at(key).among(limit, procedure.limits, FlawCode.NO_LIMIT_NAME)
        for key in ("discharges", "withdraws", "unless_open"):
            for duty in getattr(action, key):
                yield from place.at(key).among(duty, procedure.duties, FlawCode.NO_DUTY)
        if action.while_open is not None:
            yield from place.at("while_open").among(action.while_open, procedure.duties, FlawCode.NO_DUTY)
        for opening in action.opens:
            yield from place.at("opens").among(opening.duty, procedure.duties, FlawCode.NO_DUTY)
            yield from place.at("opens").condition(opening.when)
            yield from self._source(place.at("opens"), opening.person, "person")
        for other in action.not_by:
            yield from place.at("not_by").among(other, procedure.actions, FlawCode.NO_ACTION)
        for notice in action.notice:
            yield from place.at("notice").among(notice, procedure.notices, FlawCode.NO_NOTICE)
        for drafting in action.drafts:
            yield from place.at("drafts").among(drafting.notice, procedure.notices, FlawCode.NO_NOTICE)
            yield from place.at("drafts").condition(drafting.when)
        for key in ("approves", "returns"):
            for notice in getattr(action, key):
                yield from place.at(key).among(notice, procedure.notices, FlawCode.NO_NOTICE)
        yield from self._effects()
        yield from self._fields_among_themselves()
        yield from self._receiving()
        yield from self._dates_of_duties()
        yield from self._relay()

    def flaws_of_entering(self, own: Action, entered: Entering) -> Iterator[Flaw]:
        """``self.action`` is the action as staff enter it for the petitioner, ``own`` as the petitioner takes it."""
        place, self.place = self.place, self.place.at("entered")
        roles = self.book.roles
        for role in entered.by:
            yield from self.place.at("by").among(role, roles, FlawCode.NO_ROLE)
            if role in roles and roles[role].of not in ("organisation", *(ABOVE if entered.is_confirmed else ())):
                yield self.place.at("by").flaw(FlawCode.NOT_OF_THE_ORGANISATION.about(found=role))
        for role in own.by:
            if role in roles and roles[role].of != "petitioner":
                yield place.at("by").flaw(FlawCode.NOT_OF_THE_PETITIONER.about(found=role))
        for name in self.uses:
            yield from self.place.at("fields").among(name, self.book.fields, FlawCode.NO_FIELD)
        if entered.while_open is not None:
            yield from self.place.at("while_open").among(entered.while_open, self.procedure.duties, FlawCode.NO_DUTY)
        if entered.after is not None:
            yield from self.place.at("after").among(entered.after, self.procedure.limits, FlawCode.NO_LIMIT_NAME)
        for other in entered.not_by:
            yield from self.place.at("not_by").among(other, self.procedure.actions, FlawCode.NO_ACTION)
        yield from self._source(self.place.at("day"), f"${entered.day}", "date")
        yield from self._effects()
        yield from self._fields_among_themselves()

    def _stages(self) -> Iterator[Flaw]:
        action, stages = self.action, self.procedure.stages
        for stage in action.from_stages:
            yield from self.place.at("from").among(stage, (*stages, ANY, START), FlawCode.NO_STAGE)
        for key, following in (("to", action.to), ("reopens", action.reopens)):
            if following is not None:
                yield from self.place.at(key).among(following, stages, FlawCode.NO_STAGE)
        if begins_case(action) and action.to is None:
            yield self.place.flaw(FlawCode.START_WITHOUT_STAGE.about(found=PhraseCode.NOTHING.about()))

    def _receiving(self) -> Iterator[Flaw]:
        """A document is opened by the petitioner alone, who has agreed to that, while its proof of service is awaited."""
        action, procedure = self.action, self.procedure
        theirs = all(self.book.roles[role].of == "petitioner" for role in action.by if role in self.book.roles)
        awaited = procedure.duties.get(action.while_open or "")
        proof = awaited is not None and awaited.service == "proof"
        if action.receives and not (theirs and proof and action.said and not action.fields):
            yield self.place.at("receives").flaw(FlawCode.NOT_RECEIVED_SO.about(found="true"))

    def _days(self) -> Iterator[Flaw]:
        action, place = self.action, self.place
        for name, moments in action.not_before.items():
            yield from self._source(place.at("not_before", name), f"${name}", "date")
            for moment in moments:
                if moment.startswith("$"):
                    yield from self._source(place.at("not_before", name), moment.partition(" + ")[0], "date")
                else:
                    yield from place.at("not_before", name).among(moment, self.book.moments, FlawCode.NO_MOMENT)
                if moment.startswith("$") and COUNTED.fullmatch(moment) is None:
                    yield place.at("not_before", name).flaw(FlawCode.NO_DOLLAR.about(found=moment))
        for name, length in action.recent.items():
            yield from self._source(place.at("recent", name), f"${name}", "date")
            if length.unit != "days":
                yield place.at("recent", name).flaw(FlawCode.NOT_IN_DAYS.about(found=length.text("zh")))

    def _effects(self) -> Iterator[Flaw]:
        action, place = self.action, self.place
        for fact, source in action.sets.items():
            yield from self._set(place.at("sets", fact), fact, source)
        for moment, source in action.marks.items():
            yield from place.at("marks").among(moment, self.book.moments, FlawCode.NO_MOMENT)
            if source != NOW:
                yield from self._source(place.at("marks", moment), source, "date")
        for relation, source in action.units.items():
            yield from self._source(place.at("units", relation), source, "unit" if relation == "handling" else "units")
        yield from self._source(place.at("assignee"), action.assignee, "person")
        ended = all(stage in self.procedure.stages and self.procedure.stages[stage].end for stage in action.from_stages)
        staff = all(self.book.roles[role].of == "organisation" for role in action.by if role in self.book.roles)
        if action.erases and not (staff and ended and action.while_open and action.not_by):
            yield place.at("erases").flaw(FlawCode.ERASES_ALONE.about(found=PhraseCode.NOTHING.about()))
        if action.recuses != ACTOR:
            yield from self._source(place.at("recuses"), action.recuses, "person")
        yield from self._source(place.at("releases"), action.releases, "units")
        for limit, source in action.extends.items():
            yield from self._changed(place.at("extends", limit), limit, "extendable")
            yield from self._source(place.at("extends", limit), source, "int")
        for key in ("pauses", "resumes"):
            for limit in getattr(action, key):
                yield from self._changed(place.at(key), limit, "pausable")

    def _changed(self, place: BookPlace, limit: str, how: str) -> Iterator[Flaw]:
        yield from place.among(limit, self.procedure.limits, FlawCode.NO_LIMIT_NAME)
        if limit in self.procedure.limits and not getattr(self.procedure.limits[limit], how):
            yield place.flaw(FlawCode.LIMIT_NOT_SO.about(key=how, found=limit))

    def _set(self, place: BookPlace, fact: str, source: str) -> Iterator[Flaw]:
        yield from place.among(fact, self.book.facts, FlawCode.NO_FACT)
        values = self.book.facts[fact].values if fact in self.book.facts else {}
        if not source.startswith("$"):
            if source not in values:
                yield place.flaw(
                    FlawCode.NO_VALUE_NOR_FIELD.about(fact=fact, known=listed(values, source), found=source)
                )
            return
        yield from self._source(place, source, "choice")
        rule = self.book.fields.get(source[1:])
        for value in rule.of if rule else ():
            if value not in values:
                known = series(values)
                yield place.flaw(FlawCode.CHOICES_OF_ANOTHER_FACT.about(fact=fact, known=known, found=value))

    def _source(self, place: BookPlace, source: str, *types: FieldTypeName) -> Iterator[Flaw]:
        """``source`` is empty, or $field of a field that this action asks for."""
        if not source:
            return
        name = source.removeprefix("$")
        if not source.startswith("$"):
            yield place.flaw(FlawCode.NO_DOLLAR.about(found=source))
        elif name not in self.uses:
            known = listed(self.uses) or PhraseCode.LISTED.about(names=PhraseCode.NONE.about())
            yield place.flaw(FlawCode.FIELD_NOT_ASKED.about(known=known, found=source))
        else:
            yield from self.within.field(place, name, *types)

    def _fields_among_themselves(self) -> Iterator[Flaw]:
        action, place = self.action, self.place
        for name, earlier in action.same_as.items():
            yield from place.at("same_as").among(name, self.uses, FlawCode.FIELD_NOT_ASKED)
            yield from place.at("same_as").among(earlier, self.book.fields, FlawCode.NO_FIELD)
        for name, earlier in action.begins_with.items():
            yield from place.at("begins_with").among(name, self.uses, FlawCode.FIELD_NOT_ASKED)
            yield from place.at("begins_with").among(
                earlier, {**self.book.fields, **dict.fromkeys(ABOVE)}, FlawCode.NO_FIELD
            )
        yield from self._days()
        yield from place.at("said").entries(action.said)
        for name, conditions in action.asked_if.items():
            yield from place.at("asked_if").among(name, self.uses, FlawCode.FIELD_NOT_ASKED)
            if self.uses.get(name):
                yield place.at("asked_if", name).flaw(FlawCode.FIELD_NOT_OPTIONAL.about(field=name, found=name))
            for other, values in conditions.items():
                yield from self._asked(place.at("asked_if", name), other, values)

    def _asked(self, place: BookPlace, other: str, values: tuple[str, ...]) -> Iterator[Flaw]:
        known: Iterable[str]
        if other in self.uses and other in self.book.fields:
            rule = self.book.fields[other]
            known = ("yes", "no") if rule.type == "confirm" else rule.of
        elif other in self.book.facts:
            known = self.book.facts[other].values
        else:
            yield from place.among(other, (*self.uses, *self.book.facts), FlawCode.NEITHER_FIELD_NOR_FACT)
            return
        for value in values:
            if value not in known:
                yield place.flaw(FlawCode.NO_VALUE.about(name=other, known=listed(known, value), found=value))

    def _dates_of_duties(self) -> Iterator[Flaw]:
        """A limit that only a form can set is set by the time when its duty opens."""
        for opening in self.action.opens:
            duty = self.procedure.duties.get(opening.duty)
            limit = self.procedure.limits.get(duty.limit) if duty else None
            if limit is not None and limit.within is None and limit.by_field and not self.uses.get(limit.by_field):
                none = PhraseCode.NONE.about()
                why = FlawCode.FIELD_OF_DUE_DATE.about(field=limit.by_field, duty=opening.duty, found=none)
                yield self.place.at("opens").flaw(why)

    def _relay(self) -> Iterator[Flaw]:
        relay = self.action.relay
        if relay is None:
            return
        place = self.place.at("relay")
        yield from self._source(place.at("to"), f"${relay.to}", "case")
        yield from place.at("action").among(relay.action, self.procedure.actions, FlawCode.NO_ACTION)
        other = self.procedure.actions.get(relay.action)
        if other is not None and any(use.required for use in other.fields):
            yield place.at("action").flaw(FlawCode.ASKS_FOR_FIELDS.about(found=relay.action))


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
                        place = BookPlace(rules, ("procedures", name, "actions", action_name, "opens"))
                        found = PhraseCode.MAYBE_UNMARKED.about(stage=stage)
                        yield place.flaw(
                            FlawCode.MOMENT_UNMARKED.about(moment=limit.start, duty=opening.duty, found=found)
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
