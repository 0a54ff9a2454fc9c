"""`huiyin appointments` as an administrator uses it."""

from __future__ import annotations

import pytest
from django.test import Client

from huiyin.people.appointments import appoint
from huiyin.people.models import Holding
from huiyin.people.tokens import issue_token
from tests.cast import FIRST_DAY, NOW, Cast, make_cast
from tests.commands.running import Huiyin
from tests.matters import Matter, begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def assigned(cast: Cast) -> Matter:
    """A matter that is investigated by the handler in person."""
    matter = begin(cast)
    matter.does("intake", "accept")
    matter.does("intake", "assign", handler="handler")
    return matter


def test_whoever_left_acts_neither_on_pages_nor_by_token(cast: Cast, huiyin: Huiyin) -> None:
    page, program = Client(), Client(headers={"Authorization": "Bearer hy_program"})
    page.force_login(cast.accounts["handler"], backend="django.contrib.auth.backends.ModelBackend")
    issue_token(Holding.objects.get(account=cast.accounts["handler"]), "hy_program", NOW)
    assert (page.get("/desk/").status_code, program.get("/api/v1/duties").status_code) == (200, 200)
    assert huiyin("appointments", "end", "handler").status == 0
    assert (page.get("/desk/").status_code, program.get("/api/v1/duties").status_code) == (403, 401)


def test_duties_that_wait_are_named_with_who_may_take_them_over(cast: Cast, huiyin: Huiyin) -> None:
    matter = assigned(cast)
    ended = huiyin("appointments", "end", "handler", "--on", "2026-03-03", "--json")
    assert ended.status == 0
    assert (ended.data["unit"], ended.data["until"]) == ("lj-fire", "2026-03-03")
    duties = ended.data["duties"]
    assert {duty["case"] for duty in duties} == {matter.case.number}
    assert "handle" in {duty["kind"] for duty in duties}
    assert {"action": "name_handler", "roles": ["handler", "unit_head"]} in duties[0]["passed_on_by"]


def test_a_colleague_passes_the_duty_on_by_an_action_that_was_named(cast: Cast, huiyin: Huiyin) -> None:
    matter = assigned(cast)
    assert f"{matter.case.number} waits: handle, due " in huiyin("appointments", "end", "handler").out
    matter.does("colleague", "name_handler", handler="colleague")
    assert {duty.assignee_id for duty in matter.case.duties.filter(discharged_at=None)} == {
        cast.accounts["colleague"].id
    }


def test_duties_are_not_left_by_whoever_keeps_the_role_in_another_post_of_the_unit(cast: Cast, huiyin: Huiyin) -> None:
    assigned(cast)
    appoint(cast.accounts["handler"], cast.posts["colleague"], FIRST_DAY)
    ended = huiyin("appointments", "end", "handler", "--post", "handler", "--json")
    assert (ended.status, ended.data["duties"]) == (0, [])


def test_roles_and_a_liaison_that_are_missing_from_then_on_are_named(huiyin: Huiyin) -> None:
    make_cast("xx-bureau")
    ended = huiyin("appointments", "end", "liaison", "--json")
    assert (ended.data["unheld_roles"], ended.data["lacks_liaison"]) == (["liaison"], True)
    assert huiyin("appointments", "end", "colleague", "--json").data["unheld_roles"] == []
    ended = huiyin("appointments", "end", "handler")
    assert "nobody in lj-fire holds the role co_handler from" in ended.out


def test_the_list_shows_who_holds_which_post_now_or_ever(cast: Cast, huiyin: Huiyin) -> None:
    huiyin("appointments", "end", "colleague", "--on", "2026-03-03")
    listed = huiyin("appointments", "list", "--organisation", "lj", "--json").data["appointments"]
    accounts = {row["account"] for row in listed}
    assert {"handler", "registrar"} <= accounts
    assert accounts.isdisjoint({"colleague", "reviewer"})
    line = huiyin("appointments", "list", "--account", "colleague", "--all").out
    assert line == "colleague: colleague (lj lj-fire; handler) since 2020-01-01, no longer from 2026-03-03 on\n"


@pytest.mark.parametrize(
    ("line", "status", "told"),
    [
        (("nobody",), 2, "nobody signs in as nobody"),
        (("handler", "--unit", "lj-office"), 1, "handler holds no such post; see huiyin appointments list"),
        (("handler", "--on", "soon"), 2, "give a day as in 2026-12-01"),
        (("handler", "--on", "2019-12-31"), 1, "choose a day from 2020-01-01 on"),
        (("registrar",), 2, "say which by --unit and --post: registrar (lj lj-office), handler (lj lj-fire)"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(
    cast: Cast, huiyin: Huiyin, line: tuple[str, ...], status: int, told: str
) -> None:
    appoint(cast.accounts["registrar"], cast.posts["handler"], FIRST_DAY)
    outcome = huiyin("appointments", "end", *line)
    assert (outcome.status, outcome.out, outcome.err.count("\n")) == (status, "", 1)
    assert told in outcome.err
    assert not Holding.objects.filter(until__isnull=False).exists()


def test_whoever_left_already_is_not_ended_again(cast: Cast, huiyin: Huiyin) -> None:
    huiyin("appointments", "end", "handler", "--on", "2026-03-03")
    assert huiyin("appointments", "end", "handler").status == 1
    assert str(Holding.objects.get(account=cast.accounts["handler"]).until) == "2026-03-03"
