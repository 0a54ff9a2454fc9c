"""What a local book says of an element of the law: every key of it is held to the law, and what holds less is found without walking."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from huiyin.rules.book.elements import Named
from huiyin.rules.book.field_use import FieldUse
from huiyin.rules.book.load import Rules, load, shipped
from huiyin.rules.book.schema import Action, CalendarRule
from huiyin.rules.prover.compare import compare
from huiyin.rules.prover.proofs.citations import unused
from huiyin.rules.prover.proofs.ends import ended
from huiyin.rules.prover.proofs.limits import limited
from huiyin.rules.prover.proofs.outside import over_nobody
from huiyin.rules.prover.proofs.practice import unlike_elsewhere
from huiyin.rules.prover.refinement.kept import ELSEWHERE, KEPT
from huiyin.rules.prover.refinement.law import law_of
from huiyin.rules.prover.refinement.weaker import weaker_book
from huiyin.rules.prover.walks import walk_all
from tests.rules.additions.base import MODELS, changed

LAW, LOCAL = "national-2022", "street-office"
LIES = Named(zh="已办结", en="done")
WEAKER: list[tuple[str, str, str, dict[str, Any]]] = [
    ("matter", "notices", "acceptance", {"limits": ()}),
    ("matter", "notices", "review_opinion", {"remedy": Named(zh="可以在三十日内向本机关再次申请")}),
    ("matter", "notices", "review_opinion", {"issued_by": "registrar"}),
    ("matter", "stages", "assigned", {"zh": "已办结"}),
    ("matter", "stages", "assigned", {"public": LIES}),
    ("matter", "duties", "approve_opinion", {"zh": "阅知处理意见"}),
    ("matter", "duties", "finish_correction", {"of": "supervisor"}),
    ("matter", "duties", "archive", {"outlasts": False}),
    ("matter", "actions", "investigate", {"fields": (FieldUse("means"), FieldUse("finding"))}),
    ("matter", "actions", "report_urgent", {"by": ("reviewer",)}),
    ("matter", "actions", "approve_opinion", {"approves": ()}),
    ("matter", "actions", "archive", {"erases": True}),
    ("matter", "actions", "request_recusal", {"entered": None}),
    ("supervision", "actions", "ask_who_is_accused", {"marks": {"accused_written": "now", "ended": "now"}}),
    ("urging", "actions", "feed_back", {"while_open": None}),
    ("urging", "actions", "bring_before_head", {"by": ("supervisor", "handler")}),
    ("matter", "roles", "reviewer", {"sees": "none"}),
    ("matter", "roles", "unit_head", {"substitute": None}),
    ("matter", "facts", "group", {"at_least": 500}),
    ("matter", "fields", "person", {"holds": ("registrar",)}),
]


def damaged(procedure: str, kind: str, name: str, update: dict[str, Any], book: str = LOCAL) -> Rules:
    """A shipped book in which one element says otherwise."""
    return changed(load(book), procedure, {kind: {name: {"_": update}}})


def test_every_key_of_every_element_has_its_relation_to_the_law() -> None:
    models = {*KEPT, *MODELS.values()}
    assert {one.__name__: set(one.model_fields) for one in models} == {
        one.__name__: {*KEPT[one], *ELSEWHERE.get(one, ())} for one in models
    }


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_book_keeps_what_the_law_and_its_modules_say(name: str) -> None:
    assert [found.zh for found in weaker_book(load(name))] == []


def test_what_says_less_than_the_law_or_a_module_is_found_at_its_key() -> None:
    for procedure, kind, name, update in WEAKER:
        found = [*weaker_book(damaged(procedure, kind, name, update))]
        assert any(one.flaw.path.endswith(f"{kind}.{name}") for one in found), (kind, name, update)


def test_another_calendar_and_a_case_file_without_the_opinion_are_found() -> None:
    rules = load(LOCAL)
    matter = rules.book.procedures["matter"]
    filed = {name: item for name, item in matter.catalogue.items() if name != "opinion"}
    for update in (
        {"calendar": CalendarRule(zone="America/New_York")},
        {"procedures": {**rules.book.procedures, "matter": matter.model_copy(update={"catalogue": filed})}},
    ):
        assert [*weaker_book(replace(rules, book=rules.book.model_copy(update=update)))]


def test_a_law_that_is_changed_under_its_own_name_is_held_to_the_law_as_it_is_shipped() -> None:
    rules = damaged("matter", "notices", "acceptance", {"limits": ()}, LAW)
    assert law_of(load(LAW)) is None
    assert law_of(rules) is load(LAW)
    assert [*weaker_book(rules)]


def test_a_duty_that_is_opened_in_fewer_cases_is_found_though_another_is_opened_beside_it() -> None:
    reply: Action = load(LOCAL).book.procedures["matter"].actions["serve_reply"]
    never = next(one.when for one in reply.opens if one.duty == "carry_out")
    opens = tuple(one.model_copy(update={"when": never}) if one.duty == "conclude" else one for one in reply.opens)
    found = compare(damaged("matter", "actions", "serve_reply", {"opens": opens}), load(LAW))
    assert any("serve_reply" in less.path for less in found)


def test_a_decision_that_is_asked_of_an_organ_outside_is_handed_over_by_somebody() -> None:
    book = "terminated-matters"
    asking: Action = load(book).book.procedures["matter"].actions["apply_termination"]
    kept = tuple(one for one in asking.opens if one.duty != "hand_over_termination")
    found = over_nobody(walk_all(damaged("matter", "actions", "apply_termination", {"opens": kept}, book), "matter"))
    assert "handed-over-by-nobody" in {one.flaw.why.code for one in found}


def test_what_is_written_otherwise_than_in_all_other_procedures_is_found() -> None:
    later = damaged("incident", "limits", "archive", {"start": "received"}, "company")
    assert [one.flaw.path for one in unlike_elsewhere(later)] == ["procedures.incident.limits.archive.from"]


def test_a_timer_that_could_not_act_where_it_is_due_and_words_that_say_too_much_are_found() -> None:
    late = damaged("supervision", "duties", "check", {"on_due": "archive"}, LAW)
    assert "due-elsewhere" in {one.flaw.why.code for one in limited(walk_all(late, "supervision"))}
    unwalked = damaged("supervision", "duties", "check", {"on_due": "escalate_identifying"}, LAW)
    assert [*limited(walk_all(unwalked, "supervision"))]
    over = damaged("supervision", "stages", "ordered", {"public": LIES}, LAW)
    assert "said-to-be-over" in {one.flaw.why.code for one in ended(walk_all(over, "supervision"))}
    granted = damaged("supervision", "limits", "answer", {"pausable": True}, LAW)
    assert any(one.flaw.path.endswith("limits.answer.pausable") for one in unused(granted))
