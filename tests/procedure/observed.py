"""Everything that one action does on a case, as the engine lets it be seen from outside: who may take it, what must be filled in, what follows.

A test of a clause says what is to be seen, in words of its own, so that a part of the rule that is gone is noticed (docs/proofs.md).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date

from huiyin.procedure import ProblemCode, Refusal, decide
from huiyin.procedure.due import local_date
from huiyin.rules.book.load import Rules
from huiyin.rules.book.steps import as_taken, begins_case
from tests.procedure.cast import ACTORS, Story, _entry, command


@dataclass(frozen=True)
class Observed:
    """What was seen: rows of names in alphabetical order, empty where there is nothing.

    ``by`` are the roles whose holder may take it then, ``must`` the fields that may not be left empty, ``may`` those that may; ``stage``
    is where it leads from and to; ``opens`` the duties that somebody owes after it and not before, with who owes them and within how many days,
    ``closes`` those that nobody owes any more; ``notices`` the documents that go out; ``facts``, ``moments`` and ``units`` what is recorded;
    ``assignee`` whether somebody in the unit answers for it by name; ``again`` what stands against taking it once more.
    """

    by: str = ""
    must: str = ""
    may: str = ""
    stage: str = ""
    opens: str = ""
    closes: str = ""
    notices: str = ""
    facts: str = ""
    moments: str = ""
    units: str = ""
    again: str = ""

    def __repr__(self) -> str:
        said = ((one.name, getattr(self, one.name)) for one in fields(self))
        return f"Observed({', '.join(f'{name}={value!r}' for name, value in said if value)})"


def after(rules: Rules, procedure: str, way: str) -> Story:
    """The case to which ``way`` leads: actions with what their forms say, `register(channel=visit) accept classify(klass=complex)`,
    and days that pass, `wait(40)`; each by the first who may.
    """
    story = Story(rules, procedure)
    for step in way.split():
        name, _, said = step.removesuffix(")").partition("(")
        entries = dict(entry.split("=") for entry in said.split(",") if "=" in entry)
        if name == "wait":
            story.wait(int(said))
        elif begins_case(rules.book.procedures[procedure].actions[name]):
            facts = {key: value for key, value in entries.items() if key in rules.book.facts}
            story.begin(name, rules.book.procedures[procedure].actions[name].by[0], facts)
        else:
            story.do(name, **entries)
    return story


def observed(rules: Rules, procedure: str, way: str, action: str, *, anywhere: bool = False, **said: str) -> Observed:
    """What ``action`` does after ``way`` with a form that says ``said``; that it could be taken at any earlier point of the way is an
    error, unless it may be taken ``anywhere``.
    """
    if not anywhere:
        _refused_before(rules, procedure, way, action)
    story = after(rules, procedure, way)
    assert story.state is not None
    before, at = story.state, story.at
    by = [role for role in ACTORS if not isinstance(_tried(story, action, role, said), Refusal)]
    rule = as_taken(rules.book.procedures[procedure].actions[action], ACTORS[by[0]].kind)
    form = command(rules, action, ACTORS[by[0]], before, at, procedure, **said).fields
    must = [name for name in form if _is_missed(story, action, by[0], {**said, name: None}, name)]
    today = local_date(rules, at)
    optional = [name for name, needed in rule.required.items() if not needed and name not in form]
    may = [
        name
        for name in optional
        if not isinstance(
            _tried(story, action, by[0], {**said, name: _entry(rules, rule, name, before, today, at)}), Refusal
        )
    ]
    story.do(action, by[0], **said)
    now = story.state
    refused = _tried(story, action, by[0], said)
    return Observed(
        by=_row(by),
        must=_row(must),
        may=_row(may),
        stage=f"{before.stage} > {now.stage}",
        opens=_row(f"{d.kind}:{d.role}:{_days(rules, at, d.due_at)}" for d in now.duties if d not in before.duties),
        closes=_row(d.kind for d in before.duties if d not in now.duties),
        notices=_row(story.notices),
        facts=_row(f"{k}={v}" for k, v in now.facts.items() if before.facts.get(k) != v),
        moments=_row(k for k, v in now.moments.items() if before.moments.get(k) != v),
        units=_row(k for k, v in now.units.items() if before.units.get(k) != v),
        again=str(refused.code) if isinstance(refused, Refusal) else "may be taken again",
    )


def _refused_before(rules: Rules, procedure: str, way: str, action: str) -> None:
    steps = way.split()
    for n in range(1, len(steps)):
        earlier = after(rules, procedure, " ".join(steps[:n]))
        for role in rules.book.procedures[procedure].actions[action].by:
            assert isinstance(_tried(earlier, action, role, {}), Refusal), f"{action} after {steps[:n]}"


def _tried(story: Story, action: str, role: str, said: dict[str, object]) -> object:
    wish = command(story.rules, action, ACTORS[role], story.state, story.at, story.procedure, **said)
    return decide(story.rules, story.state, replace(wish, seats=story.seats), story.procedure)


def _is_missed(story: Story, action: str, role: str, said: dict[str, object], name: str) -> bool:
    found = _tried(story, action, role, said)
    missing = (ProblemCode.MISSING,)
    return isinstance(found, Refusal) and any(p.field == name and p.problem in missing for p in found.problems)


def _days(rules: Rules, at: object, due: object) -> int:
    first, last = (local_date(rules, moment) for moment in (at, due))  # type: ignore[arg-type]
    assert isinstance(first, date) and isinstance(last, date)
    return (last - first).days


def _row(names: object) -> str:
    return " ".join(sorted(map(str, names)))  # type: ignore[call-overload]
