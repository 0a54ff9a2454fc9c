"""Whatever lawful way a matter goes, the rows that pages read say the same as a replay of its events."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from random import Random
from typing import Final

import pytest

from huiyin import door
from huiyin.casework.lists import duties_of
from huiyin.casework.models import CaseUnit, Duty, Notice
from huiyin.ledger.models import Row
from huiyin.procedure import codec, forbidden
from huiyin.procedure.event import CaseReopened, Event
from huiyin.rules.load import Rules, load
from huiyin.rules.schema import Action, FieldRule
from tests import tables
from tests.cast import BUREAU, NOW, PEOPLE, Cast, make_cast
from tests.matters import BUREAU_ROAD, Matter, begin, execute, replay_equals_projection, walk

STEPS: Final = 30
JUMPS: Final = (timedelta(minutes=5), timedelta(hours=7), timedelta(days=2), timedelta(days=16), timedelta(days=31))


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


# --- wandering ------------------------------------------------------------------------------------------------------


class Wanderer:
    """Takes a matter through lawful actions as chance would have it."""

    def __init__(self, book: str, seed: int) -> None:
        self.chance = Random(seed)
        self.rules: Rules = load(book)
        self.cast = make_cast(book)
        self.people = ["petitioner", "system", *PEOPLE, *(BUREAU if book == "xx-bureau" else {})]
        self.other = begin(self.cast)
        who, how = self.chance.choice([("petitioner", {}), ("registrar", {"channel": "visit", "headcount": 6})])
        if self.chance.random() < 0.3:
            who, how = "registrar", {"channel": "referral", "fields": {"source_organ": "市信访局"}}
        self.matter = begin(self.cast, who=who, **how)  # type: ignore[arg-type]
        self.done: list[str] = []
        self.actors = {who: self.matter.actor(who) for who in self.people}

    def wander(self) -> None:
        for _ in range(STEPS):
            self.matter.at += self.chance.choice(JUMPS[:3] if self.chance.random() < 0.8 else JUMPS)
            choices = self.choices()
            if not choices:
                break
            who, action = self.chance.choice(choices)
            wish = door.Wish(self.matter.id, action, self.actors[who], self.matter.at, self.filled(action))
            if isinstance(execute(wish), door.Accepted):
                self.done.append(action)

    def choices(self) -> list[tuple[str, str]]:
        """Who may take which action now."""
        state = codec.loads(self.matter.case.state)
        actions = [name for name, action in self.procedure.actions.items() if "start" not in action.from_stages]
        self.chance.shuffle(actions)
        return [
            (who, name)
            for name in actions
            for who, actor in self.actors.items()
            if forbidden(self.rules, state, name, actor, self.matter.at) is None
        ]

    @property
    def procedure(self) -> object:
        return self.rules.book.procedures["matter"]

    def filled(self, name: str) -> dict[str, object]:
        """The form of an action, filled in lawfully as far as the fields' own rules say."""
        action: Action = self.procedure.actions[name]  # type: ignore[attr-defined]
        fields: dict[str, object] = {}
        for use in action.fields:
            field = use.rstrip("?")
            asked = action.asked_if.get(field)
            wanted = not use.endswith("?") or self.chance.random() < 0.5
            if asked is not None:
                wanted = all(fields.get(on) in values for on, values in asked.items())
            if wanted:
                fields[field] = self.entry(self.rules.book.fields[field])
        return fields

    def entry(self, rule: FieldRule) -> object:
        today = (self.matter.at if hasattr(self, "matter") else NOW) + timedelta(hours=8)
        match rule.type:
            case "text" | "line":
                return "按规定办理。"
            case "int":
                return self.chance.randint(rule.min or 1, rule.max or 5)
            case "date":
                return (today if rule.past else today + self.chance.choice(JUMPS)).date().isoformat()
            case "choice":
                return self.chance.choice(list(rule.of))
            case "choices":
                return list(rule.of)[: self.chance.randint(1, len(rule.of))]
            case "confirm":
                return True
            case "files":
                return [{"name": "说明.txt", "content": b64encode("照片另附。".encode()).decode()}]
            case "unit":
                return self.chance.choice(["lj-fire", "lj-logistics", "lj-fire-east"])
            case "units":
                return self.chance.sample(["lj-logistics", "lj-training", "lj-fire-east"], 2)
            case "person":
                return self.chance.choice(["handler", "colleague", "co_handler", "intake"])
            case "case":
                return self.other.case.no


@pytest.mark.django_db
@pytest.mark.parametrize("book", ["national-2022", "xx-bureau"])
@pytest.mark.parametrize("seed", range(3))
def test_on_a_wandering_through_lawful_actions_every_row_follows_the_events(book: str, seed: int) -> None:
    wanderer = Wanderer(book, seed)
    wanderer.wander()
    assert len(wanderer.done) >= 2
    assert duties_of(wanderer.matter.case, wanderer.matter.at)


@pytest.mark.django_db
def test_the_wanderings_and_walks_of_these_tests_meet_every_kind_of_event() -> None:
    """Otherwise they would prove nothing about the ones that never happened."""
    matter = walk(begin(make_cast()), until="investigate")
    for who, action, fields in (
        ("head", "name_handler", {"handler": "colleague"}),
        ("intake", "join_unit", {}),
        ("handler", "request_extension", {}),
        ("head", "grant_extension", {}),
        ("head", "recuse", {"person": "colleague"}),
        ("handler", "object", {}),
        ("intake", "uphold_objection", {"reason": "同意。"}),
        ("intake", "assign", {"unit": "lj-logistics"}),
    ):
        matter.does(who, action, **fields)
    walk(begin(matter.cast))
    seen = set(Row.objects.values_list("type", flat=True))
    assert {kind.__name__ for kind in Event.__args__} - seen == {CaseReopened.__name__, CaseMoved.__name__}


def test_the_one_kind_of_event_that_only_the_bureau_knows_is_a_reopening(db: None) -> None:
    closed_and_repeated(make_cast("xx-bureau"))
    assert Row.objects.filter(type=CaseReopened.__name__).count() == 1


# --- particular turns -----------------------------------------------------------------------------------------------


def test_a_unit_that_hands_the_case_on_no_longer_stands_in_relation_to_it(cast: Cast) -> None:
    matter = walk(begin(cast), until="assign")
    matter.does("handler", "object")
    matter.does("intake", "uphold_objection", reason="同意。")
    matter.does("intake", "assign", unit="lj-logistics")
    handling = CaseUnit.objects.filter(case=matter.id, relation="handling").values_list("unit__code", flat=True)
    assert list(handling) == ["lj-logistics"]
    assert matter.case.unit == cast.units["lj-logistics"]


def test_an_extension_moves_the_open_duty_and_says_why(cast: Cast) -> None:
    matter = walk(begin(cast), until="assign")
    before = Duty.objects.get(case=matter.id, kind="handle")
    matter.does("handler", "request_extension")
    matter.does("head", "grant_extension", days=20)
    after = Duty.objects.get(id=before.id)
    assert after.due_at - before.due_at == timedelta(days=15)  # 60 days end in the holiday of 1 May, 80 do not
    assert after.derivation["extension"] == "20 days"
    assert matter.case.due_at == min(
        Duty.objects.filter(case=matter.id, discharged_at=None, withdrawn_at=None).values_list("due_at", flat=True)
    )


def test_a_hearing_suspends_the_re_review_and_its_end_moves_the_date(cast: Cast) -> None:
    matter = walk(begin(cast), until="apply_rereview")
    before = Duty.objects.get(case=matter.id, kind="rereview")
    matter.does("rereviewer", "open_hearing")
    assert Duty.objects.get(id=before.id).derivation["suspended"] is True
    matter.at += timedelta(days=10)
    matter.does("rereviewer", "close_hearing")
    after = Duty.objects.get(id=before.id)
    assert "suspended" not in after.derivation
    assert after.due_at > before.due_at + timedelta(days=7)


def test_a_timer_is_set_with_the_duty_that_has_one_and_stops_with_it(cast: Cast) -> None:
    matter = walk(begin(cast), until="serve_reply")
    duty = Duty.objects.get(case=matter.id, kind="conclude")
    assert (duty.on_due, duty.timer_at) == ("conclude", duty.due_at)
    matter.does("petitioner", "apply_review")
    duty.refresh_from_db()
    assert duty.timer_at is None
    assert duty.withdrawn_at is not None
    assert not Duty.objects.filter(case=matter.id).exclude(on_due="").filter(timer_at__isnull=False).exists()


def test_who_is_recused_owes_nothing_any_more(cast: Cast) -> None:
    matter = walk(begin(cast), until="accept")
    matter.does("intake", "assign", handler="handler")
    assert Duty.objects.get(case=matter.id, kind="handle").assignee == cast.accounts["handler"]
    matter.does("head", "recuse", person="handler")
    assert Duty.objects.get(case=matter.id, kind="handle").assignee is None


def test_an_end_leaves_no_open_duty_and_no_due_date(cast: Cast) -> None:
    matter = begin(cast, who="registrar", channel="referral", fields={"source_organ": "市信访局"})
    matter.does("intake", "decline")
    case = matter.case
    assert case.ended_at is not None
    assert case.due_at is None
    assert not Duty.objects.filter(case=case, discharged_at=None, withdrawn_at=None).exists()


def test_a_notice_points_to_the_action_that_it_prints(cast: Cast) -> None:
    matter = walk(begin(cast), until="accept")
    notice = Notice.objects.get(case=matter.id)
    assert '"action":"accept"' in Row.objects.get(case_id=matter.id, seq=notice.action_seq).body


def closed_and_repeated(cast: Cast) -> tuple[Matter, Matter]:
    """A matter that was closed, and a repeat that was joined to it."""
    first = walk(begin(cast), road=BUREAU_ROAD)
    first.at += timedelta(days=40)
    first.does("system", "conclude")
    repeat = begin(cast, at=first.at)
    repeat.does("intake", "link_repeat", first_case=first.case.no)
    return first, repeat


def test_a_repeat_reopens_the_matter_that_was_closed_and_both_are_in_step(db: None) -> None:
    first, repeat = closed_and_repeated(make_cast("xx-bureau"))
    assert (first.case.ended_at, first.case.stage) == (None, "reopened")
    assert Duty.objects.filter(case=first.id, kind="answer_repeat", discharged_at=None, withdrawn_at=None).exists()
    assert repeat.case.stage == "merged"
    replay_equals_projection(first.id)


def test_a_repeat_that_cannot_be_joined_changes_neither_matter(db: None) -> None:
    cast = make_cast("xx-bureau")
    withdrawn, repeat = begin(cast), begin(cast)
    withdrawn.does("petitioner", "withdraw")
    before = tables.contents()
    outcome = repeat.tries("intake", "link_repeat", first_case=withdrawn.case.no)
    assert isinstance(outcome, door.Refused)
    assert tables.contents() == before


def test_a_matter_cannot_be_joined_to_itself_or_to_one_that_the_clerk_may_not_see(db: None) -> None:
    cast = make_cast("xx-bureau")
    repeat = begin(cast)
    hidden = begin(cast, accused=("临江信访办",))
    before = tables.contents()
    for no in (repeat.case.no, hidden.case.no, "LJ-20260302-9999", ""):
        assert not isinstance(repeat.tries("intake", "link_repeat", first_case=no), door.Accepted), no
    assert tables.contents() == before
