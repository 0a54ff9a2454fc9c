"""`huiyin second-factor` as an administrator uses it."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator

from tests.cast import Cast, make_cast
from tests.commands.running import Huiyin

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_it_is_required_of_nobody_at_first(cast: Cast, huiyin: Huiyin) -> None:
    assert huiyin("second-factor", "list").out == "required of nobody\n"


def test_who_has_set_none_up_is_named_until_they_have(cast: Cast, huiyin: Huiyin) -> None:
    told = huiyin("second-factor", "require", "--organisation", "lj", "--role", "intake", "--role", "discipline")
    assert told.out == "now required: lj: intake\nnow required: lj: discipline\n"
    Authenticator.objects.create(user=cast.accounts["intake"], type="webauthn", data={})
    listed = huiyin("second-factor", "list", "--json").data
    assert listed["rules"] == [
        {"organisation": "lj", "role": "discipline"},
        {"organisation": "lj", "role": "intake"},
    ]
    assert listed["missing"] == ["discipline"]


def test_everybody_of_an_organisation_and_the_administrators_may_be_meant(cast: Cast, huiyin: Huiyin) -> None:
    huiyin("second-factor", "require", "--organisation", "nh")
    assert set(huiyin("second-factor", "list", "--json").data["missing"]) == {"outsider", "outside_head"}
    cast.accounts["head"].is_superuser = True
    cast.accounts["head"].save()
    huiyin("second-factor", "require", "--administrators")
    assert set(huiyin("second-factor", "list", "--json").data["missing"]) == {"outsider", "outside_head", "head"}
    huiyin("second-factor", "relax", "--organisation", "nh")
    assert huiyin("second-factor", "list").out == ("administrators of the installation\nhead has not set one up yet\n")


def test_what_is_so_already_is_said_and_changes_nothing(cast: Cast, huiyin: Huiyin) -> None:
    huiyin("second-factor", "require", "--organisation", "lj")
    assert huiyin("second-factor", "require", "--organisation", "lj").out == "nothing to do\n"
    assert huiyin("second-factor", "relax", "--administrators").out == "nothing to do\n"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (("--organisation", "lj", "--role", "king"), "has no role king; it has"),
        (("--organisation", "none"), "there is no organisation none"),
        (("--administrators", "--role", "intake"), "administrators have no roles"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(
    cast: Cast, huiyin: Huiyin, line: tuple[str, ...], told: str
) -> None:
    answer = huiyin("second-factor", "require", *line)
    assert (answer.status, told in answer.err, answer.err.count("\n")) == (2, True, 1)
