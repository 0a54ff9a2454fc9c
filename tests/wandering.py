"""Cases that go lawful ways as chance would have it, through the door and into the database."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from huiyin import door
from huiyin.casework.filing.missing import lines_for, missing_items
from huiyin.people import administration
from huiyin.people.appointments import appoint
from huiyin.people.models import Account, Post
from huiyin.procedure import forbidden
from huiyin.procedure.command import Actor
from huiyin.procedure.storage import codec
from huiyin.rules.book.fields import type_of
from huiyin.rules.book.load import Rules, load
from huiyin.rules.book.schema import MISSING_ITEMS, Action, FieldRule, Procedure
from huiyin.rules.book.steps import is_asked
from tests.cast import FIRST_DAY, NOW, Cast, make_cast
from tests.matters import Matter, begin, execute, replay_equals_projection

STEPS: Final = 30
CHECKED_EACH: Final = 3
"""After every third step, and at the end, the replay of the ledger is compared with what is stored."""
JUMPS: Final = (timedelta(minutes=5), timedelta(hours=7), timedelta(days=2), timedelta(days=16), timedelta(days=31))
SEATED: Final = {"organisation": "lj-office", "handling": "lj-fire", "co_handling": "lj-logistics", "superior": "jn-office", "superior_of_superior": "hx-office"}  # fmt: skip
"""Where whoever is not in the cast works, by the relation of their role to a case."""


def fill_posts(cast: Cast, rules: Rules) -> None:
    """Somebody in each role that the book has and nobody of the cast holds, called as the role is."""
    held = {role for post in cast.posts.values() for role in post.roles}
    new = [name for name, role in rules.book.roles.items() if role.of in SEATED and name not in held]
    posts, accounts = dict(cast.posts), dict(cast.accounts)
    for name in new:
        unit = cast.units[SEATED[rules.book.roles[name].of]]
        posts[name] = Post.objects.create(organisation=unit.organisation, unit=unit, title=name, roles=[name])
        accounts[name] = Account.objects.create_user(name, display_name=f"同事 {name}")
        administration.record("seat", [posts[name], accounts[name]], NOW)
        appoint(accounts[name], posts[name], FIRST_DAY)
    cast.posts, cast.accounts = posts, accounts


class Wanderer:
    """Takes a case of ``procedure`` through lawful actions; ``done`` are those that were accepted."""

    def __init__(self, book: str, procedure: str, seed: int) -> None:
        self.chance = Random(seed)
        self.rules: Rules = load(book)
        self.name = procedure
        self.cast = make_cast(book)
        fill_posts(self.cast, self.rules)
        self.people = [*self.cast.accounts]
        self.done: list[str] = []
        self.other = begin(self.cast)
        self.matter = self._registered() if procedure == "matter" else self._opened()
        self.actors: dict[str, Actor] = {
            who: self.matter.actor(who) for who in ("petitioner", "system", *self.people) if self._has_part(who)
        }

    def _has_part(self, who: str) -> bool:
        return who != "petitioner" or self.name == "matter"

    def _registered(self) -> Matter:
        who, how = self.chance.choice([("petitioner", {}), ("registrar", {"channel": "visit", "headcount": 6})])
        if self.chance.random() < 0.3:
            who, how = "registrar", {"channel": "referral", "fields": {"source_organ": "市信访局"}}
        return begin(self.cast, who=who, **how)  # type: ignore[arg-type]

    def _opened(self) -> Matter:
        """A case that somebody of the organisation opens."""
        starts = [(name, action) for name, action in self.procedure.actions.items() if "start" in action.from_stages]
        name, action = self.chance.choice(starts)
        who = self.chance.choice([role for role in action.by if self.rules.book.roles[role].of == "organisation"])
        opener = next(person for person in self.people if who in self.cast.posts[person].roles)
        outcome = door.open_case(self.cast.lj, self.name, name, self.cast.actor(opener), NOW, self.filled(name))
        assert isinstance(outcome, door.Accepted), outcome
        replay_equals_projection(outcome.case.id)
        return Matter(self.cast, outcome, NOW + JUMPS[0])

    def wander(self) -> None:
        """Thirty steps, or as far as there are any."""
        for step in range(STEPS):
            self.matter.at += self.chance.choice(JUMPS[:3] if self.chance.random() < 0.8 else JUMPS)
            choices = self.choices()
            if not choices:
                break
            who, action = self.chance.choice(choices)
            wish = door.ActionRequest(self.matter.id, action, self.actors[who], self.matter.at, self.filled(action))
            take = execute if step % CHECKED_EACH == 0 else door.execute
            if isinstance(take(wish), door.Accepted):
                self.done.append(action)
        replay_equals_projection(self.matter.id)

    def choices(self) -> list[tuple[str, str]]:
        """Who may take which action now; what was not done yet, while there is any."""
        state = codec.loads(self.matter.case.state)
        actions = [name for name, action in self.procedure.actions.items() if "start" not in action.from_stages]
        self.chance.shuffle(actions)
        offered = [
            (who, name)
            for name in actions
            for who, actor in self.actors.items()
            if forbidden(self.rules, state, name, actor, self.matter.at) is None
        ]
        return [(who, name) for who, name in offered if name not in self.done] or offered

    @property
    def facts(self) -> Mapping[str, str]:
        """The facts of the case, once there is one."""
        return codec.loads(self.matter.case.state).facts if hasattr(self, "matter") else {}

    @property
    def procedure(self) -> Procedure:
        """The procedure that the case runs under."""
        return self.rules.book.procedures[self.name]

    def filled(self, name: str) -> dict[str, object]:
        """The form of an action, filled in lawfully as far as the fields' own rules say."""
        action: Action = self.procedure.actions[name]
        fields: dict[str, object] = {}
        for use in action.fields:
            field = use.name
            asked = is_asked(action, field, fields, self.facts)
            wanted = use.required or self.chance.random() < 0.5 or field == MISSING_ITEMS
            if asked is not None:
                wanted = asked
            if wanted:
                fields[field] = self.entry(self.rules.book.fields[field])
        if MISSING_ITEMS in fields:
            state = codec.loads(self.matter.case.state)
            fields[MISSING_ITEMS] = lines_for(missing_items(self.rules, action, state), "原件另存。")
        return fields

    def entry(self, rule: FieldRule) -> object:
        """One entry of a form, as a page or a program would send it."""
        at = self.matter.at if hasattr(self, "matter") else NOW
        other = self.other.case.number if hasattr(self, "other") else ""
        return type_of(rule).example(Writer(rule, self.chance, at, other))


@dataclass(frozen=True)
class Writer:
    """Fills in one field, as a page or a program sends it: see ``rules.book.fields.base.Filler``."""

    rule: FieldRule
    chance: Random
    at: datetime
    other: str

    def text(self) -> object:
        return "按规定办理。"

    def number(self) -> object:
        return self.chance.randint(self.rule.min or 1, self.rule.max or 5)

    def day(self) -> object:
        today = self.at + timedelta(hours=8)
        return (today if self.rule.past else today + self.chance.choice(JUMPS)).date().isoformat()

    def time(self) -> object:
        return "09:30"

    def tracking_number(self) -> object:
        return "1234567890123"

    def choice(self) -> object:
        return self.chance.choice([value for value, choice in self.rule.of.items() if not choice.offered_if])

    def choices(self) -> object:
        return list(self.rule.of)[: self.chance.randint(1, len(self.rule.of))]

    def confirmation(self) -> object:
        return True

    def files(self) -> object:
        return [{"name": "说明.txt", "content": b64encode("照片另附。".encode()).decode()}]

    def unit(self) -> object:
        handling = not self.rule.holds or "handler" in self.rule.holds
        return self.chance.choice(["lj-fire", "lj-logistics", "lj-fire-east"]) if handling else SEATED["handling"]

    def units(self) -> object:
        return self.chance.sample(["lj-logistics", "lj-training", "lj-fire-east"], 2)

    def people(self) -> object:
        return self.chance.sample(["handler", "colleague", "below"], 2)

    def person(self) -> object:
        return self.chance.choice(["handler", "colleague", "co_handler", "intake"])

    def cases(self) -> object:
        return []

    def case(self) -> object:
        return self.other
