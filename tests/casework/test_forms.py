"""What the form of an action offers."""

from __future__ import annotations

import pytest

from huiyin.casework.forms import form
from huiyin.procedure import codec
from huiyin.rules.book.load import load
from tests.cast import NOW, Cast, make_cast
from tests.matters import begin, walk

pytestmark = pytest.mark.django_db
BOOK = load("national-2022")


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
