"""(b), (d) The book held to its own practice: what all but one of several like actions do, the last one does too.

What an element means cannot be proved from its name. But where three or more actions open the same duty or lead to the same
stage, and all but one mark the same moment or open the same second duty with it, the one is a slip.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from huiyin.rules.book.schema import Action
from huiyin.rules.book.steps import begins_case
from huiyin.rules.prover.finding import Finding
from huiyin.rules.prover.walks import Walks

FEWEST = 3
"""Two alike against one: with fewer there is no practice."""


def practised(walks: Walks) -> Iterator[Finding]:
    """Every action that alone leaves out what all others like it do."""
    actions = {name: a for name, a in walks.procedure.actions.items() if not begins_case(a)}
    for duty, rule in walks.procedure.duties.items():
        openers = {name: action for name, action in actions.items() if duty in _opened(action)}
        yield from _together(walks, duty, openers)
        start = walks.procedure.limits[rule.limit].start
        if start:
            yield from _unmarked(walks, start, openers, f"the duty {duty}, due from it, is opened")
            marking = {name: action for name, action in walks.procedure.actions.items() if start in action.marks}
            yield from _unopened(walks, duty, start, marking)
    yield from _not_given(walks)
    yield from _not_begun_anew(walks)
    for stage in walks.procedure.stages:
        leading = {name: a for name, a in walks.procedure.actions.items() if a.to == stage not in a.from_stages}
        for moment in walks.rules.book.moments:
            yield from _unmarked(walks, moment, leading, f"the case comes to {stage}")


def _opened(action: Action) -> set[str]:
    return {opening.duty for opening in action.opens}


def _odd_one_out(alike: Mapping[str, Action], done: set[str]) -> str | None:
    """The one of ``alike`` that is not among ``done``, when all others are."""
    others = [name for name in alike if name not in done]
    return others[0] if len(alike) >= FEWEST and len(others) == 1 else None


def _slip(walks: Walks, name: str, part: str, expected: str, got: str, zh: str) -> Finding:
    action = walks.procedure.actions[name]
    told = walks.story(*walks.first(name), name)
    return walks.at("b", ("actions", name, part), expected, got, f"“{action.zh}”{zh}", told)


def _together(walks: Walks, duty: str, openers: Mapping[str, Action]) -> Iterator[Finding]:
    """Duties that are always opened together, apart from those that depend on a condition."""
    conditional = {o.duty for action in openers.values() for o in action.opens if o.when}
    for other in walks.procedure.duties:
        name = _odd_one_out(openers, {key for key, action in openers.items() if other in _opened(action)})
        if name is not None and other not in conditional:
            expected = f"the duty {other}, which all others open with {duty}"
            zh = f"产生“{walks.procedure.duties[duty].zh}”，却不同时产生“{walks.procedure.duties[other].zh}”"
            yield _slip(walks, name, "opens", expected, "not opened", zh)


def _unmarked(walks: Walks, moment: str, alike: Mapping[str, Action], when: str) -> Iterator[Finding]:
    name = _odd_one_out(alike, {key for key, action in alike.items() if moment in action.marks})
    if name is not None:
        expected = f"the moment {moment}, which all others mark when {when}"
        yield _slip(
            walks, name, "marks", expected, "not marked", f"没有记录“{walks.rules.book.moments[moment].zh}”的时间"
        )


def _unopened(walks: Walks, duty: str, moment: str, marking: Mapping[str, Action]) -> Iterator[Finding]:
    name = _odd_one_out(marking, {key for key, action in marking.items() if duty in _opened(action)})
    if name is not None:
        expected = f"the duty {duty}, which all others open that mark the moment {moment}"
        zh = f"记录了“{walks.rules.book.moments[moment].zh}”，却不产生“{walks.procedure.duties[duty].zh}”"
        yield _slip(walks, name, "opens", expected, "not opened", zh)


def _not_given(walks: Walks) -> Iterator[Finding]:
    """A form that asks for the unit to which others give the case gives the case to it."""
    for field, rule in walks.rules.book.fields.items():
        if rule.type != "unit":
            continue
        asking = {name: a for name, a in walks.procedure.actions.items() if a.required.get(field)}
        name = _odd_one_out(asking, {key for key, action in asking.items() if f"${field}" in action.units.values()})
        if name is not None:
            expected = f"`units`: ${field}, as all others have it that ask for it"
            yield _slip(walks, name, "units", expected, "nothing", f"填写了“{rule.zh}”，却没有把事项交给它")


def _not_begun_anew(walks: Walks) -> Iterator[Finding]:
    """A case that comes back after its end begins the limits anew under which something is owed."""
    procedure = walks.procedure
    for name, action in procedure.actions.items():
        ended = all(stage in procedure.stages and procedure.stages[stage].end for stage in action.from_stages)
        for opening in action.opens if ended else ():
            start = procedure.limits[procedure.duties[opening.duty].limit].start
            if start and start not in action.marks:
                zh = f"重新产生“{procedure.duties[opening.duty].zh}”，期限却没有重新起算"
                expected = f"the moment {start}, from which the duty {opening.duty} is due"
                yield _slip(walks, name, "marks", expected, "not marked", zh)
