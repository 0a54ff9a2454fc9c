"""Additions to what is there: people, guards, notices, weaker forms, facts and duties."""

from __future__ import annotations

from functools import partial
from typing import Any

from huiyin.rules.book.conditions import Comparison
from huiyin.rules.book.elements import Named
from huiyin.rules.book.field_use import FieldUse
from huiyin.rules.deadlines.limits import Limit
from tests.rules.additions.base import KINDS, Base, Found, kind
from tests.rules.additions.steps import NEW


def _action(name: str, **update: Any) -> dict[str, Any]:
    return {"actions": {name: {"_": update}}}


def _joined(base: Base, of: str, approvals: bool) -> Found:
    role = base.role(of)
    for name, action in base.approvals if approvals else base.moving:
        if role is not None and role not in action.by:
            yield name, _action(name, by=(*action.by, role))


for of in ("handling", "co_handling", "petitioner", "system", "superior"):
    KINDS[f"second approver · {of}"] = partial(_joined, of=of, approvals=True)
    KINDS[f"second hand · {of}"] = partial(_joined, of=of, approvals=False)


@kind("second approver · with the duty")
def _owner(base: Base) -> Found:
    role = base.role("handling")
    for name, action in base.approvals:
        duties = {
            duty: {"_": {"of": role}}
            for duty in action.discharges
            if role and base.procedure.duties[duty].of in action.by
        }
        if duties:
            yield name, {"actions": {name: {"_": {"by": (role,)}}}, "duties": duties}


@kind("second approver · a way of their own")
def _approves_too(base: Base) -> Found:
    role = base.role("handling")
    for name, action in base.approvals:
        if role is not None:
            yield name, {"actions": {NEW: action.model_copy(update={"zh": "代为审批", "by": (role,)})}}


@kind("who decides stands lower")
def _lower(base: Base) -> Found:
    for name, role in base.rules.book.roles.items():
        if role.of in ("organisation", "superior", "superior_of_superior") and any(
            name in a.by for _, a in base.moving
        ):
            yield (
                name,
                {
                    "roles": {
                        name: {
                            "_": {
                                "of": "handling" if role.of == "organisation" else "organisation",
                                "stand_in": None,
                                "seat_fact": None,
                            }
                        }
                    }
                },
            )


@kind("a remedy that the office takes too")
def _office_remedy(base: Base) -> Found:
    role = base.role("organisation")
    for name, action in base.asked_by_petitioner():
        yield name, _action(name, by=(*action.by, role), entered=None)


@kind("whoever was kept apart may")
def _not_apart(base: Base) -> Found:
    for name, action in base.actions.items():
        if action.not_by:
            yield name, _action(name, not_by=())


@kind("nobody is barred")
def _unbarred(base: Base) -> Found:
    for name, action in base.actions.items():
        if action.recuses:
            yield name, _action(name, recuses="")


# --- weaker forms ---


def _optional(base: Base, types: tuple[str, ...]) -> Found:
    for name, action in base.actions.items():
        for n, use in enumerate(action.fields):
            if use.required and base.rules.book.fields[use.name].type in types:
                fields = (*action.fields[:n], FieldUse(use.name, required=False), *action.fields[n + 1 :])
                yield f"{name}: {use.name}", _action(name, fields=fields)


KINDS["may stay empty · text"] = partial(_optional, types=("text",))
KINDS["may stay empty · choice"] = partial(_optional, types=("choice", "choices", "confirm"))
KINDS["may stay empty · paper"] = partial(_optional, types=("files",))
KINDS["may stay empty · line"] = partial(_optional, types=("line",))


def _field(base: Base, part: str) -> Found:
    used = {use.name for action in base.actions.values() for use in action.fields}
    for name, rule in base.rules.book.fields.items():
        if name not in used:
            continue
        if part == "of" and len(rule.of) > 2:
            yield name, {"fields": {name: {"_": {"of": dict(list(rule.of.items())[1:])}}}}
        if (part == "accuses" and rule.accuses) or (part == "past" and rule.past):
            yield name, {"fields": {name: {"_": {part: False}}}}
        if part == "max" and rule.type == "text":
            yield name, {"fields": {name: {"_": {"max": 5}}}}
        if part == "more" and rule.type == "int" and rule.max:
            yield name, {"fields": {name: {"_": {"max": rule.max * 10}}}}
        if part == "type" and rule.type in ("files", "date"):
            yield name, {"fields": {name: {"_": {"type": "line", "past": False}}}}


for part, said in (("of", "a choice less"), ("accuses", "accuses nobody"), ("past", "any day"), ("max", "five signs"), ("more", "ten times as many"), ("type", "a line instead")):  # fmt: skip
    KINDS[f"weaker field · {said}"] = partial(_field, part=part)


def _emptied(base: Base, part: str) -> Found:
    for name, action in base.actions.items():
        for key in getattr(action, part):
            yield (
                f"{name}: {key}",
                _action(name, **{part: {k: v for k, v in getattr(action, part).items() if k != key}}),
            )


KINDS["weaker form · need not be filled in"] = partial(_emptied, part="asked_if")
KINDS["weaker form · any earlier day"] = partial(_emptied, part="not_before")
KINDS["weaker guard · whatever the facts"] = partial(_emptied, part="when")


@kind("weaker guard · one value more")
def _wider(base: Base) -> Found:
    for name, action in base.actions.items():
        for fact, comparison in action.when.items():
            more = [value for value in base.rules.book.facts[fact].values if not comparison.holds(value)]
            if more:
                wide = Comparison(
                    allow=comparison.allow | set(more[:1]) if comparison.allow else frozenset(),
                    forbid=comparison.forbid - set(more[:1]),
                )
                yield f"{name}: {fact}", _action(name, when={**action.when, fact: wide})


# --- guards before what petitioners may do ---


@kind("guard before a right · a fact")
def _when(base: Base) -> Found:
    for name, action in base.asked_by_petitioner():
        for fact, rule in list(base.rules.book.facts.items())[:4]:
            yield (
                f"{name}: {fact}",
                _action(name, when={**action.when, fact: Comparison(allow=frozenset({rule.initial}))}),
            )


@kind("guard before a right · a limit")
def _until(base: Base) -> Found:
    for name, action in base.asked_by_petitioner():
        if action.until is None:
            yield name, _action(name, until=next(iter(base.procedure.limits)))


@kind("guard before a right · a duty to be done first")
def _unless(base: Base) -> Found:
    for name, action in base.asked_by_petitioner():
        for duty in ("handle", "approve_opinion", "carry_out", "decide_recusal", "review"):
            if duty in base.procedure.duties:
                yield f"{name}: {duty}", _action(name, unless_open=(*action.unless_open, duty))


@kind("guard before a right · something to be owed")
def _while(base: Base) -> Found:
    for name, _ in base.asked_by_petitioner():
        for duty in list(base.procedure.duties)[:6]:
            yield f"{name}: {duty}", _action(name, while_open=duty)


@kind("guard before a right · something more to fill in")
def _more_asked(base: Base) -> Found:
    for name, action in base.asked_by_petitioner():
        for field in ("reference_no", "earlier_no", "competent_organ"):
            if field in base.rules.book.fields:
                yield f"{name}: {field}", _action(name, fields=(*action.fields, FieldUse(field)))


@kind("a duty of the petitioner, and its end")
def _petitioners_duty(base: Base) -> Found:
    petitioner, system = base.role("petitioner"), base.role("system")
    for stage, duty, owner in base.working if petitioner and system else ():
        rule = {
            "zh": "补齐材料",
            "of": petitioner,
            "limit": base.procedure.duties[duty].limit,
            "on_due": NEW,
            "clause": base.clause,
        }
        ask = base.step(owner, stage, None, fields=base.text, opens=NEW, notice=NEW)
        bring = base.step(petitioner, stage, None, fields=base.text, while_open=NEW, discharges=NEW)
        unheeded = base.step(
            system,
            stage,
            next((e for e in base.ends if e == "withdrawn"), base.ends[0]),
            while_open=NEW,
            discharges=NEW,
        )
        yield (
            stage,
            {
                "duties": {NEW: rule},
                "notices": {NEW: base.notice(base.text)},
                "actions": {NEW: unheeded, "ask": ask, "bring": bring},
            },
        )


# --- notices ---


def _document(base: Base, part: str) -> Found:
    for name, notice in base.procedure.notices.items():
        if notice.to != "petitioner":
            continue
        update: dict[str, Any] = {}
        if part == "body" and notice.body:
            update = {"body": ()}
        if part == "one" and len(notice.body) > 1:
            update = {"body": notice.body[:-1]}
        if part == "says":
            update = {"body": (), "remedy": None, "limits": (), "says": Named(zh="您反映的事项已按规定处理。")}
        if part == "when":
            fact, rule = next(iter((f, r) for f, r in base.rules.book.facts.items() if len(r.values) == 2))
            update = {"when": {fact: Comparison(allow=frozenset({rule.initial}))}}
        if part == "issued_by" and (role := base.role("superior")):
            update = {"issued_by": role}
        if update:
            yield name, {"notices": {name: {"_": update}}}


for part, said in (("body", "nothing printed"), ("one", "a field less"), ("says", "a set phrase"), ("when", "in some cases alone"), ("issued_by", "in another's name")):  # fmt: skip
    KINDS[f"weaker notice · {said}"] = partial(_document, part=part)


@kind("notice to others · what the petitioner wrote")
def _leaked(base: Base) -> Found:
    for name, action in base.moving:
        written = [
            use.name
            for _, asked in base.asked_by_petitioner()
            for use in asked.fields
            if base.rules.book.fields[use.name].type == "text"
        ]
        if written:
            paper = {"zh": "通报", "to": "organ", "body": written[:1], "clause": base.clause}
            yield name, {"notices": {NEW: paper}, "actions": {name: {"_": {"notice": (*action.notice, NEW)}}}}


@kind("notice in its place · an empty one")
def _replaced(base: Base) -> Found:
    for name, action in base.actions.items():
        for told in base.notices_to_petitioner(action):
            old = base.procedure.notices[told]
            paper = old.model_copy(update={"zh": "另一告知书", "body": (), "remedy": None})
            notices = tuple(NEW if one == told else one for one in action.notice)
            yield f"{name}: {told}", {"notices": {NEW: paper}, "actions": {name: {"_": {"notice": notices}}}}


# --- facts and duties ---


def _found(base: Base, fact: str) -> Found:
    if fact not in base.rules.book.facts:
        return
    for stage, duty, owner in base.working:
        for value in base.rules.book.facts[fact].values:
            yield (
                f"{stage}: {value}",
                {
                    "actions": {
                        NEW: base.step(
                            owner,
                            stage,
                            None,
                            fields=base.text,
                            while_open=duty,
                            sets={fact: value},
                            discharges=duty,
                            opens=duty,
                        )
                    }
                },
            )


for fact in ("kind", "outcome", "inquired", "extension", "review_by", "source"):
    KINDS[f"finds otherwise · {fact}"] = partial(_found, fact=fact)


@kind("finds otherwise · with a step that there is")
def _sets(base: Base) -> Found:
    for name, action in base.moving:
        for fact, value in (("kind", "suggestion"), ("inquired", "yes"), ("extension", "none")):
            if fact in base.rules.book.facts and fact not in action.sets:
                yield f"{name}: {fact}", _action(name, sets={**action.sets, fact: value})


def _ended(base: Base, done: str) -> Found:
    for duty, rule in base.procedure.duties.items():
        if base.of(rule.of) in ("petitioner", "system"):
            continue
        yield duty, {"actions": {NEW: base.step(rule.of, "any", None, while_open=duty, **{done: duty})}}


KINDS["a duty ends · by a word"] = partial(_ended, done="discharges")
KINDS["a duty ends · withdrawn"] = partial(_ended, done="withdraws")


@kind("a duty ends · with a step that there is")
def _ended_too(base: Base) -> Found:
    for name, action in base.moving:
        for duty in ("carry_out", "decide_recusal", "report_to_source", "answer_supervision", "archive"):
            if duty in base.procedure.duties and duty not in (*action.discharges, *action.withdraws):
                yield f"{name}: {duty}", _action(name, withdraws=(*action.withdraws, duty))


@kind("a duty with more time")
def _longer(base: Base) -> Found:
    for duty, rule in base.procedure.duties.items():
        limit = base.procedure.limits[rule.limit].model_copy(
            update={"zh": "另定期限", "within": Limit(180), "by_field": ""}
        )
        yield duty, {"limits": {NEW: limit}, "duties": {duty: {"_": {"limit": NEW}}}}


@kind("a limit that a form sets")
def _by_form(base: Base) -> Found:
    dates = [name for name, rule in base.rules.book.fields.items() if rule.type == "date" and not rule.past]
    for limit, rule in base.procedure.limits.items():
        if dates and not rule.by_field:
            yield limit, {"limits": {limit: {"_": {"by_field": dates[0]}}}}


@kind("an end that owes nothing")
def _unowing(base: Base) -> Found:
    for end in base.ends:
        if base.procedure.stages[end].owes:
            yield end, {"stages": {end: {"_": {"owes": ()}}}}


@kind("an end of another kind")
def _rekinded(base: Base) -> Found:
    for end in base.ends:
        own = base.procedure.stages[end].ending
        for ending in ("declined", "transferred", "withdrawn", "decided", "terminated"):
            if ending != own:
                yield f"{end}: {ending}", {"stages": {end: {"_": {"ending": ending}}}}
