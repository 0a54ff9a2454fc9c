"""For each part of each element that cites a clause, a scene that goes otherwise when the part is taken away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from huiyin.clauses.removals.removals import Removal, without
from huiyin.rules.book.load import Rules, load
from huiyin.rules.book.schema import Procedure
from huiyin.rules.book.steps import begins_case
from tests.procedure.recorded.explore import Explored
from tests.procedure.recorded.scene import Scene, played

TRIED = 300
"""So many scenes at most are played without a part before it counts as not to be shown."""


@dataclass
class Scenes:
    """The scenes of a procedure, and those that have to do with each of its elements."""

    book: str
    procedure: str
    outcomes: dict[Scene, dict[str, str]] = field(default_factory=dict)

    @cached_property
    def found(self) -> tuple[Scene, ...]:
        """All of them, those under known higher organs first, each group by the length of the way."""
        rules = load(self.book)
        known = [
            scene
            for above in (True, False)
            for scene in sorted(
                dict.fromkeys(Explored(rules, self.book, self.procedure, above).explore()), key=lambda one: len(one.way)
            )
        ]
        return tuple(known)

    @cached_property
    def rule(self) -> Procedure:
        return load(self.book).book.procedures[self.procedure]

    @cached_property
    def by_action(self) -> Mapping[str, list[Scene]]:
        """The scenes by what is attempted in them."""
        found: dict[str, list[Scene]] = {}
        for scene in self.found:
            found.setdefault(scene.attempt.action, []).append(scene)
        return found

    def outcome(self, scene: Scene) -> dict[str, str]:
        """What comes of it under the book as it is."""
        if scene not in self.outcomes:
            self.outcomes[scene] = played(load(self.book), scene)
        return self.outcomes[scene]

    def about(self, removal: Removal) -> Iterator[Scene]:
        """The scenes that may go otherwise without that part, likeliest first."""
        *_, kind, name = removal.path.split(".")
        actions = self._actions(kind, name)
        likely = [scene for action in actions for scene in self.by_action.get(action, ())]
        yield from sorted(likely, key=lambda one: not _speaks_of(one, removal))
        if kind in ("stages", "duties", "limits", "notices"):
            rest = [scene for scene in self.found if scene.attempt.action not in actions]
            yield from (scene for scene in rest if name in str(self.outcome(scene)))

    def _actions(self, kind: str, name: str) -> list[str]:
        rule = self.rule
        match kind:
            case "actions":
                return [name]
            case "roles":
                return [key for key, action in rule.actions.items() if name in action.by]
            case "facts":
                return [key for key, action in rule.actions.items() if begins_case(action)]
        duties = (
            {name}
            if kind == "duties"
            else {key for key, duty in rule.duties.items() if kind == "limits" and duty.limit == name}
        )
        return [
            key
            for key, action in rule.actions.items()
            if duties & {opening.duty for opening in action.opens}
            or name in (action.until, action.after, *action.extends, *action.pauses, *action.resumes)
            or name in action.notice
            or (kind == "stages" and name in (action.to, action.reopens))
        ]


def _speaks_of(scene: Scene, removal: Removal) -> bool:
    """Whether the scene's attempt has something to do with the very part."""
    what, _, part = removal.what.partition(": ")
    match what:
        case "must be filled in":
            return scene.attempt.form == "empty" and not scene.attempt.said
        case "asks for":
            return scene.attempt.form == "full"
        case "asked_if":
            return any(name == part for name, _ in scene.attempt.said)
        case "not_before":
            return scene.attempt.form == "long-ago"
        case "not_by":
            return bool(scene.attempt.person)
        case "stand_in":
            return not scene.above
        case "by":
            return scene.attempt.who == part and scene.attempt.form == "lawful"
        case _:
            return scene.attempt.form == "lawful" and not scene.attempt.said


def damaged(rules: Rules, removal: Removal) -> Rules:
    """``rules`` without the part."""
    return Rules(without(rules.book, removal), rules.calendar, rules.places, rules.parts, rules.files)


def noticing(scenes: Scenes, removal: Removal, first: Iterable[Scene] = ()) -> Scene | None:
    """A scene that goes otherwise without the part, one of the ``first`` if any of these does; None where none was found."""
    rules = damaged(load(removal.book), removal)
    for n, scene in enumerate((*first, *scenes.about(removal))):
        if n >= TRIED:
            break
        if _goes_otherwise(rules, scene, scenes.outcome(scene)):
            return scene
    return None


def _goes_otherwise(rules: Rules, scene: Scene, outcome: Mapping[str, str]) -> bool:
    try:
        return played(rules, scene) != outcome
    except Exception:  # without the part the engine itself may not be able to go on, which is noticed
        return True
