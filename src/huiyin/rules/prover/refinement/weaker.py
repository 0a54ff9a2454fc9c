"""(k) What of the law's own a local book weakens, without walking: kinds of ends, what ends owe, fields, whole procedures."""

from __future__ import annotations

from collections.abc import Iterator

from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Choice, FieldRule
from huiyin.rules.book.texts import CodedText, Term
from huiyin.rules.prover.codes.refinement import RefinementCode
from huiyin.rules.prover.finding import Finding, found_at
from huiyin.rules.prover.refinement.kept import Weaker, weakened
from huiyin.rules.prover.refinement.law import Side, is_laws, law_above, modules_of
from huiyin.rules.prover.refinement.likeness import Likeness
from huiyin.rules.prover.refinement.product import kind
from huiyin.rules.prover.walks import Walks


def weaker(walks: Walks, law: Side) -> Iterator[Finding]:
    """Every end of the law that is of another kind here, or leaves less to be done."""
    for name, lawful in law.procedure.stages.items():
        stage = walks.procedure.stages.get(name)
        if stage is None:
            continue
        own, theirs = (_kind(one.end, kind(one)) for one in (stage, lawful))
        if own != theirs:
            why = RefinementCode.KIND_CHANGED.about(stage=walks.term_of("stages", name), kind=theirs, found=own)
            yield walks.at("k", ("stages", name), why)
        for duty in lawful.owes:
            if duty not in stage.owes:
                named = Term(law.procedure.duties[duty].zh, duty)
                less = RefinementCode.OWES_LESS.about(stage=walks.term_of("stages", name), duty=named)
                yield walks.at("k", ("stages", name, "owes"), less)


def custody_weakened(walks: Walks, law: Rules, likeness: Likeness) -> Iterator[Finding]:
    """Every step of finding out who is accused that is taken by others, or asks for less: these are walked in neither book."""
    own, walked = walks.rules.book.procedures[walks.name].actions, likeness.theirs.actions
    for name, lawful in law.book.procedures[walks.name].actions.items():
        unwalked = name in own and name not in walked
        why = likeness.weaker(own[name], lawful) or likeness.resets(own[name], lawful) if unwalked else None
        if why is not None:
            less = RefinementCode.LESS_THAN_LAWFUL.about(
                action=Term(lawful.zh, name), why=why, stage=walks.term_of("stages", next(iter(walks.procedure.stages)))
            )
            yield walks.at("k", ("actions", name), less)


def _kind(end: bool, ending: str) -> str:
    return ending if end else "end: false"


def weaker_book(rules: Rules) -> Iterator[Finding]:
    """Every procedure of the law that is gone, and every element of it, or of a module that the book includes, that holds less."""
    law = law_above(rules)
    if law is None:
        return
    for name, procedure in law.book.procedures.items():
        if name not in rules.book.procedures and law.book.rulebook in rules.parts:
            why = RefinementCode.PROCEDURE_GONE.about(procedure=Term(procedure.zh, name))
            yield found_at(rules, "k", ("procedures",), why)
    yield from _of_elements(rules, law, [name for name in law.book.procedures if is_laws(rules, law, name)])
    for module in modules_of(rules):
        yield from _of_elements(
            rules, module, [name for name in module.book.procedures if name in rules.book.procedures]
        )


def weaker_steps(walks: Walks) -> Iterator[Finding]:
    """Of these elements the actions of one procedure, each told as the shortest way to it."""
    rules, law = walks.rules, law_above(walks.rules)
    above = [one for one in (law, *modules_of(rules)) if one is not None and walks.name in one.book.procedures]
    for one in above:
        for less in weakened(rules, one, [walks.name]) if one is not law or is_laws(rules, law, walks.name) else ():
            action = less.path[-1]
            if less.path[:-1] == ("procedures", walks.name, "actions") and action in walks.procedure.actions:
                yield walks.at("k", less.path[2:], _why(less), walks.story(*walks.first(action), action))


def _why(less: Weaker) -> CodedText:
    element = Term(less.lawful.zh, less.lawful.name("en"))
    return RefinementCode.ELEMENT_WEAKER.about(element=element, part=less.part, found=less.found)


def _of_elements(rules: Rules, above: Rules, procedures: list[str]) -> Iterator[Finding]:
    for less in weakened(rules, above, procedures):
        yield found_at(rules, "k", less.path, _why(less))
    for name, lawful in above.book.fields.items():
        own = rules.book.fields.get(name)
        part = _less(own, lawful) if own is not None else None
        if part is not None:
            weak = RefinementCode.FIELD_WEAKER.about(
                field=Term(lawful.zh, name), part=f"{part}: {_shown(lawful, part)}", found=_shown(own, part)
            )
            yield found_at(rules, "k", ("fields", name), weak)


def _less(own: FieldRule, lawful: FieldRule) -> str | None:
    """The key by which ``own`` takes up less than ``lawful``, or binds less."""
    shorter = own.max is not None and (lawful.max is None or own.max < lawful.max)
    wider = lawful.max is not None and (own.max is None or own.max > lawful.max)
    less = {
        "type": own.type != lawful.type,
        "of": not own.of.keys() >= lawful.of.keys() or any(map(_opened, own.of.values(), map(lawful.of.get, own.of))),
        "accuses": lawful.accuses and not own.accuses,
        "quotes": lawful.quotes and not own.quotes,
        "past": own.past != lawful.past,
        "max": wider if lawful.type == "int" else shorter and lawful.type in ("text", "line"),
    }
    return next((part for part, found in less.items() if found), None)


def _opened(own: Choice, lawful: Choice | None) -> bool:
    """Whether a choice that the law opens on some cases only is open on others as well."""
    return lawful is not None and (own.offered_if, own.or_marked) != (lawful.offered_if, lawful.or_marked)


def _shown(rule: FieldRule | None, part: str) -> str:
    value = getattr(rule, part)
    return ", ".join(value) if isinstance(value, dict) else str(value).lower()
