"""Who acts, and who sits where."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from huiyin.people.acting import (
    actor_for,
    at_work,
    by_token,
    holders_of,
    petitioner_actor,
    seats,
    system_actor,
    units_of_people,
    units_seats,
)
from huiyin.people.appointments import appoint, end_holding
from huiyin.people.checks import PetitionerFields
from huiyin.people.models import Organisation, Post
from huiyin.people.signing_in.tokens import issue_token, new_token, revoke_token
from huiyin.procedure.command import Seat
from tests.people.conftest import FIRST_DAY, NOW, Cast
from tests.people.keeping import keep


def test_an_account_acts_in_the_post_it_has_held_longest(cast: Cast) -> None:
    appoint(cast.lin, cast.reviewer, FIRST_DAY + timedelta(days=1))
    actor = actor_for(cast.lin, at=NOW)
    assert actor is not None
    assert (actor.kind, actor.person, actor.post) == ("staff", cast.lin.id, cast.registrar.id)
    assert (actor.unit, actor.organisation) == (cast.office.id, cast.company.id)
    assert actor.roles == {"registrar", "handler"}


def test_an_account_acts_in_the_post_it_chose(cast: Cast) -> None:
    appoint(cast.lin, cast.reviewer, FIRST_DAY + timedelta(days=1))
    actor = actor_for(cast.lin, at=NOW, post_id=cast.reviewer.id)
    assert actor is not None
    assert (actor.post, actor.organisation) == (cast.reviewer.id, cast.group.id)
    found = at_work(cast.lin, NOW, None)
    assert found is not None
    assert [held.title for held in found.posts] == ["接待员", "复查员"]


def test_nobody_acts_in_a_post_that_they_do_not_hold(cast: Cast) -> None:
    assert actor_for(cast.lin, at=NOW, post_id=cast.reviewer.id) is None


def test_nobody_acts_before_or_after_holding_a_post_and_the_day_is_the_local_one(cast: Cast) -> None:
    end_holding(cast.lin_holds, date(2026, 3, 2))
    last_moment = datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC)
    assert actor_for(cast.lin, at=last_moment) is not None
    assert actor_for(cast.lin, at=last_moment + timedelta(seconds=1)) is None
    assert actor_for(cast.lin, at=datetime(2025, 12, 31, 15, 59, tzinfo=UTC)) is None


def test_a_closed_account_does_not_act(cast: Cast) -> None:
    cast.lin.is_active = False
    assert actor_for(cast.lin, at=NOW) is None


def test_a_token_acts_for_its_holder_in_one_query(cast: Cast, django_assert_num_queries: object) -> None:
    raw = new_token()
    issue_token(cast.lin_holds, raw, NOW)
    by_token(raw, NOW)  # the first use in a minute is noted
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = by_token(raw, NOW)
    assert found is not None
    assert found.actor == actor_for(cast.lin, at=NOW)


def test_an_unknown_revoked_or_orphaned_token_acts_for_nobody(cast: Cast) -> None:
    raw = new_token()
    token = issue_token(cast.lin_holds, raw, NOW)
    assert by_token(raw + "x", NOW) is None
    assert by_token("", NOW) is None
    end_holding(cast.lin_holds, NOW.date())
    assert by_token(raw, NOW) is None
    cast.lin_holds.until = None
    cast.lin_holds.save()
    cast.lin.is_active = False
    cast.lin.save()
    assert by_token(raw, NOW) is None
    cast.lin.is_active = True
    cast.lin.save()
    assert by_token(raw, NOW) is not None
    revoke_token(token, NOW)
    assert by_token(raw, NOW) is None


def test_the_token_itself_is_not_stored(cast: Cast) -> None:
    raw = new_token()
    token = issue_token(cast.lin_holds, raw, NOW)
    token.refresh_from_db()
    assert raw.encode() not in bytes(token.digest)
    assert len(bytes(token.digest)) == 32


def test_the_system_and_a_petitioner_act_without_post_or_role(cast: Cast) -> None:
    petitioner = keep(cast.company.id, PetitionerFields(name="王某"), NOW)
    for actor in (system_actor(cast.company.id), petitioner_actor(petitioner)):
        assert (actor.organisation, actor.roles, actor.post, actor.unit) == (cast.company.id, frozenset(), None, None)
    assert petitioner_actor(petitioner).person == petitioner.id


def test_seats_name_the_unit_of_each_role_here_and_above(cast: Cast, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]
        found = seats(cast.company.id)
    assert found.find("registrar", 0) == Seat(cast.office.id, cast.company.id)  # type: ignore[arg-type]
    assert found.find("undertaker", 0) == Seat(cast.workshop.id, cast.company.id)  # type: ignore[arg-type]
    assert found.find("reviewer", 0) is None
    assert found.find("reviewer", 1) == Seat(cast.group_office.id, cast.group.id)  # type: ignore[arg-type]
    assert found.find("reviewer", 2) is None


def test_of_several_units_with_a_role_the_first_by_code_sits(cast: Cast) -> None:
    Post.objects.create(organisation=cast.company, unit=cast.workshop, title="接待员", roles=["registrar"])
    assert seats(cast.company.id).find("registrar", 0) == Seat(cast.office.id, cast.company.id)  # type: ignore[arg-type]
    avoiding = seats(cast.company.id, {cast.office.id})
    assert avoiding.find("registrar", 0) == Seat(cast.workshop.id, cast.company.id)  # type: ignore[arg-type]


def test_an_accused_unit_never_sits_and_the_superior_sits_instead(cast: Cast) -> None:
    found = seats(cast.company.id, {cast.office.id, cast.workshop.id})
    above = Seat(cast.group_office.id, cast.group.id)  # type: ignore[arg-type]
    assert found.find("registrar", 0) == above
    assert found.find("undertaker", 0) == above
    assert found.find("handler", 0) is None  # nobody above has this role


def test_an_accused_superior_does_not_sit_either(cast: Cast) -> None:
    top = Organisation.objects.create(code="top", name="省局", rulebook="national-2022", created_at=NOW)
    cast.group.superior = top
    cast.group.save()
    unit = top.units.create(code="1", name="信访处")
    Post.objects.create(organisation=top, unit=unit, title="复核员", roles=["registrar"])
    found = seats(cast.company.id, {cast.office.id, cast.group_office.id})
    assert {found.find("registrar", level) for level in range(3)} == {Seat(unit.id, top.id)}  # type: ignore[arg-type]


def test_organisations_that_are_each_others_superior_do_not_loop(cast: Cast) -> None:
    cast.group.superior = cast.company
    cast.group.save()
    assert len(seats(cast.company.id).levels) == 2


def test_an_unknown_organisation_has_no_seats(cast: Cast) -> None:
    assert seats(uuid4()).levels == ()


def test_units_and_people_named_in_a_command_are_looked_up_at_once(cast: Cast) -> None:
    assert units_seats([cast.workshop.id, uuid4()]) == {cast.workshop.id: Seat(cast.workshop.id, cast.company.id)}  # type: ignore[arg-type]
    assert units_of_people([cast.lin.id, cast.zhou.id, uuid4()], NOW) == {
        cast.lin.id: {cast.office.id},
        cast.zhou.id: {cast.workshop.id},
    }


def test_holders_of_a_role_in_a_unit_are_those_who_hold_it_now(cast: Cast) -> None:
    assert holders_of(cast.office.id, "registrar", NOW) == [cast.lin]
    assert holders_of(cast.office.id, "liaison", NOW) == []
    end_holding(cast.lin_holds, FIRST_DAY + timedelta(days=1))
    assert holders_of(cast.office.id, "registrar", NOW) == []
