"""What the form of an action offers."""

from __future__ import annotations

from itertools import product

import pytest

from huiyin.casework.forms import FieldView, form
from huiyin.casework.vocabulary import CHANNELS, told_by_channel
from huiyin.people.ids import new_id
from huiyin.procedure.command import CaseId, OrganisationId, Value
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rules.book.load import load, shipped
from huiyin.rules.book.steps import is_asked
from tests.cast import NOW, Cast, make_cast
from tests.matters import BUREAU_ROAD, begin, walk
from tests.samples import one_of

pytestmark = pytest.mark.django_db
BOOK = load("national-2022")
BY_CHANNEL = list(product(shipped(), CHANNELS))


@pytest.fixture
def cast() -> Cast:
    """Everybody, under the national rules."""
    return make_cast()


def offered(cast: Cast, action: str, name: str, until: str) -> set[str]:
    """The user names offered in a field of ``action``, once a matter has come as far as ``until``."""
    matter = walk(begin(cast), until)
    rule = BOOK.book.procedures["matter"].actions[action]
    (view,) = (view for view in form(BOOK, rule, codec.loads(matter.case.state), cast.lj.id, NOW) if view.name == name)
    names = {str(account.id): username for username, account in cast.accounts.items()}
    return {names[option.value] for option in view.options}


def test_before_a_unit_handles_it_every_handler_of_the_organisation_is_offered(cast: Cast) -> None:
    assert offered(cast, "assign", "handler", "accept") == {"handler", "colleague", "below", "co_handler", "stranger"}


def test_once_a_unit_handles_it_only_its_handlers_are_offered(cast: Cast) -> None:
    assert offered(cast, "name_handler", "handler", "assign") == {"handler", "colleague"}


def test_whoever_may_have_to_withdraw_is_offered_whatever_their_unit(cast: Cast) -> None:
    assert {"intake", "registrar", "handler", "head"} <= offered(cast, "recuse", "person", "assign")


def test_what_was_signed_before_is_the_only_unit_that_the_form_offers(db: None) -> None:
    rules, matter = load("xx-bureau"), walk(begin(make_cast("xx-bureau")), "sign_ordinary", BUREAU_ROAD)
    action, state = rules.book.procedures["matter"].actions["assign"], codec.loads(matter.case.state)
    (view,) = (view for view in form(rules, action, state, matter.cast.lj.id, NOW) if view.name == "unit")
    assert [option.value for option in view.options] == [view.preset] == [str(state.values["signed_unit"])]


@pytest.mark.clause("s0-3.1.3")
@pytest.mark.parametrize(
    ("name", "channel"),
    one_of(3, BY_CHANNEL, [f"{name} by {channel}" for name, channel in BY_CHANNEL]),
)
def test_a_registration_shows_for_each_channel_what_it_must_have(name: str, channel: str) -> None:
    """No book asks at the desk, or in the portal, for an entry that the page hides for this channel, or may show it and not ask."""
    rules = load(name)
    told = {fact: value for fact, value in told_by_channel(channel).items() if fact in rules.book.facts}
    for action in ("register", "submit") if channel == "web" else ("register",):
        rule = rules.book.procedures["matter"].actions[action]
        needed = {
            field: is_asked(rule, field, {}, told) if field in rule.asked_if else required
            for field, required in rule.required.items()
        }
        views = form(rules, rule, None, new_id(NOW), NOW, "web" if action == "submit" else "")
        shown = {view.name: view for view in views if not view.asked_by or channel in view.asked_by}
        assert {field for field, asked in needed.items() if asked} <= shown.keys()
        assert not {field for field in shown if field in rule.asked_if} - {f for f, asked in needed.items() if asked}
    assert "source_organ" not in shown or channel == "referral"
    assert channel != "referral" or "source_organ" in shown


def test_a_field_of_a_case_is_asked_for_as_its_facts_say() -> None:
    """What the case's facts rule out is not drawn, what they demand is required: the page has nothing to hide by."""
    rules = load("xx-bureau")
    rule = (
        rules.book.procedures["matter"]
        .actions["classify"]
        .model_copy(update={"asked_if": {"criteria": {"group": ("yes",)}}})
    )
    for group, drawn in (("yes", True), ("no", False)):
        state = State(
            CaseId(new_id(NOW)), OrganisationId(new_id(NOW)), "matter", "xx-bureau", "accepted", facts={"group": group}
        )
        view = {view.name: view for view in form(rules, rule, state, new_id(NOW), NOW)}.get("criteria")
        assert (view is not None and view.required and not view.depends) is drawn


def bureau_form(action: str, **values: Value) -> dict[str, FieldView]:
    """The form of an action on an accepted matter of the bureau, on which ``values`` were entered before."""
    rules, cast = load("xx-bureau"), make_cast("xx-bureau")
    state = State(CaseId(new_id(NOW)), OrganisationId(cast.lj.id), "matter", "xx-bureau", "accepted", values=values)
    rule = rules.book.procedures["matter"].actions[action]
    return {view.name: view for view in form(rules, rule, state, cast.lj.id, NOW)}


@pytest.mark.clause("s0-3.3.1b")
def test_how_many_represent_a_group_stands_there_as_it_was_registered(db: None) -> None:
    view = bureau_form("receive_group", representatives=3)["representatives"]
    assert view.preset == "3" and "此前填写的是 3，与此不同的请先核实" in view.hint


def test_the_only_one_who_can_be_named_is_ticked(db: None) -> None:
    view = bureau_form("name_sponsor")["leader"]
    assert [option.value for option in view.options] == [view.preset]
