"""`huiyin appointments` as an administrator uses it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.casework.lists.duties import worklist
from huiyin.door.consequences.handing_over import hand_over_left_duties
from huiyin.people.appointments import appoint, end_holding
from huiyin.people.models import Absence, Account, Holding
from huiyin.people.signing_in.tokens import issue_token
from tests.cast import DAY, FIRST_DAY, NOW, Cast, make_cast
from tests.commands.running import Huiyin
from tests.matters import Matter, begin, replay_equals_projection

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
    assert huiyin("appointments", "end", "handler", "--yes").status == 0
    assert (page.get("/desk/").status_code, program.get("/api/v1/duties").status_code) == (403, 401)


def test_duties_that_wait_are_named_with_who_may_take_them_over(cast: Cast, huiyin: Huiyin) -> None:
    matter = assigned(cast)
    ended = huiyin("appointments", "end", "handler", "--yes", "--on", "2026-03-03", "--json")
    assert ended.status == 0
    assert (ended.data["unit"], ended.data["until"]) == ("lj-fire", "2026-03-03")
    duties = ended.data["duties"]
    assert {duty["case"] for duty in duties} == {matter.case.number}
    assert "handle" in {duty["kind"] for duty in duties}
    assert {"action": "name_handler", "roles": ["handler", "unit_head"]} in duties[0]["passed_on_by"]


def test_a_colleague_passes_the_duty_on_by_an_action_that_was_named(cast: Cast, huiyin: Huiyin) -> None:
    matter = assigned(cast)
    assert f"{matter.case.number} waits: handle, due " in huiyin("appointments", "end", "handler", "--yes").out
    matter.does("colleague", "name_handler", handler="colleague")
    assert {duty.assignee_id for duty in matter.case.duties.filter(discharged_at=None)} == {
        cast.accounts["colleague"].id
    }


def test_duties_are_not_left_by_whoever_keeps_the_role_in_another_post_of_the_unit(cast: Cast, huiyin: Huiyin) -> None:
    assigned(cast)
    appoint(cast.accounts["handler"], cast.posts["colleague"], FIRST_DAY)
    ended = huiyin("appointments", "end", "handler", "--yes", "--post", "handler", "--json")
    assert (ended.status, ended.data["duties"]) == (0, [])


def test_roles_and_a_liaison_that_are_missing_from_then_on_are_named(huiyin: Huiyin) -> None:
    make_cast("xx-bureau")
    ended = huiyin("appointments", "end", "liaison", "--yes", "--json")
    assert (ended.data["unheld_roles"], ended.data["lacks_liaison"]) == (["liaison"], True)
    assert huiyin("appointments", "end", "colleague", "--json").data["unheld_roles"] == []
    ended = huiyin("appointments", "end", "handler", "--yes")
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
    huiyin("appointments", "end", "handler", "--yes", "--on", "2026-03-03")
    assert huiyin("appointments", "end", "handler", "--yes").status == 1
    assert str(Holding.objects.get(account=cast.accounts["handler"]).until) == "2026-03-03"


def assignees(matter: Matter) -> set[object]:
    return set(
        matter.case.duties.filter(discharged_at=None, unit__code="lj-fire").values_list("assignee_id", flat=True)
    )


def test_duties_go_back_to_the_unit_with_a_note_from_whom(cast: Cast, huiyin: Huiyin) -> None:
    matter = assigned(cast)
    assert "handed over on 1 cases" in huiyin("appointments", "end", "handler", "--yes").out
    assert assignees(matter) == {None}
    (owed,) = worklist(matter.actor("colleague"), NOW).items
    assert (owed.kind, owed.left_by) == ("handle", "同事 handler")
    replay_equals_projection(matter.id)


def test_duties_go_to_whom_the_command_names(cast: Cast, huiyin: Huiyin) -> None:
    matter = assigned(cast)
    assert huiyin("appointments", "end", "handler", "--yes", "--to", "colleague").status == 0
    assert assignees(matter) == {cast.accounts["colleague"].id}


def test_whoever_is_away_keeps_the_post_and_owes_nothing_meanwhile(cast: Cast, huiyin: Huiyin) -> None:
    matter = assigned(cast)
    assert huiyin("appointments", "leave", "handler", "--yes", "--until", "2999-01-01").status == 0
    assert assignees(matter) == {None}
    assert huiyin("appointments", "back", "handler").status == 0
    matter.does("handler", "name_handler", handler="handler")
    assert hand_over_left_duties(timezone.now()) == 0
    assert assignees(matter) == {cast.accounts["handler"].id}


@pytest.mark.parametrize("how", ["closed account", "later end"])
def test_the_worker_hands_over_what_was_left_by_itself(cast: Cast, how: str) -> None:
    matter, day = assigned(cast), NOW + 30 * DAY
    if how == "closed account":
        Account.objects.filter(username="handler").update(is_active=False)
    else:
        end_holding(Holding.objects.get(account__username="handler"), day.date())
        assert hand_over_left_duties(NOW) == 0
    assert hand_over_left_duties(day) == 1
    assert hand_over_left_duties(day) == 0
    assert assignees(matter) == {None}
    replay_equals_projection(matter.id)


def test_who_stands_in_from_a_later_day_on_is_named_beforehand(cast: Cast, huiyin: Huiyin) -> None:
    matter = assigned(cast)
    line = ("handler", "--from", "2998-12-01", "--until", "2999-01-01", "--to", "colleague", "--yes", "--json")
    assert huiyin("appointments", "leave", *line).data["deputy"] == "colleague"
    assert Absence.objects.get().deputy == cast.accounts["colleague"]
    assert assignees(matter) == {cast.accounts["handler"].id}
    ended = huiyin("appointments", "end", "handler", "--on", "2999-01-01", "--to", "colleague", "--yes")
    assert ended.status == 2 and "run the command on the day itself" in ended.err


def test_an_absence_that_ends_before_it_begins_is_refused(cast: Cast, huiyin: Huiyin) -> None:
    wrong = huiyin("appointments", "leave", "handler", "--from", "2026-03-05", "--until", "2026-03-05")
    assert wrong.status != 0


@pytest.mark.parametrize("how", ["end", "leave"])
def test_the_last_who_holds_a_role_goes_only_when_that_is_said(cast: Cast, huiyin: Huiyin, how: str) -> None:
    matter = begin(cast)
    told = huiyin("appointments", how, "intake")
    assert told.status == 1
    assert "nobody in lj-office holds the role intake from" in told.out
    assert "nothing was done; say --yes to do it" in told.out
    assert not Holding.objects.filter(until__isnull=False).exists()
    assert not Absence.objects.exists()
    done = huiyin("appointments", how, "intake", "--yes", "--json")
    assert (done.status, done.data["stood_in"]) == (0, 1)
    assert {duty.role for duty in matter.case.duties.filter(discharged_at=None)} == {"unit_head"}
    replay_equals_projection(matter.id)


def test_what_nobody_is_left_to_do_is_named_and_of_sealed_cases_only_counted(cast: Cast, huiyin: Huiyin) -> None:
    matter = assigned(cast)
    sealed = begin(cast, accused=("临江训练处",))
    for stand_in in ("head", "archivist", "superior_registrar"):
        huiyin("appointments", "leave", stand_in, "--yes")
    huiyin("appointments", "leave", "colleague")
    told = huiyin("appointments", "leave", "handler")
    assert f"{matter.case.number} waits for nobody: handle (handler), due " in told.out
    told = huiyin("appointments", "leave", "intake")
    assert "1 duties on sealed cases wait for nobody" in told.out
    assert sealed.case.number not in told.out


def test_what_a_stand_in_did_comes_back_with_whoever_was_away(cast: Cast, huiyin: Huiyin) -> None:
    matter = begin(cast)
    huiyin("appointments", "leave", "intake", "--yes")
    assert huiyin("appointments", "back", "intake").status == 0
    assert {duty.role for duty in matter.case.duties.filter(discharged_at=None)} == {"intake"}
    replay_equals_projection(matter.id)
