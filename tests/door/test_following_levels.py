"""Whatever is about a limited matter is as limited, and known to whoever may know of that; setting a level asks who has seen what."""

from __future__ import annotations

from uuid import UUID

import pytest

from huiyin import door
from huiyin.casework.models import Case
from huiyin.casework.visible import visible_case, visible_id, visible_to
from huiyin.door import NewLevel, set_confidentiality
from tests.cast import NOW, Cast, make_cast
from tests.matters import Matter, begin, replay_equals_projection, report

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
REASON = "适度控制知情范围。"
ASKED = ("registrar", "intake", "discipline", "head", "archivist", "handler", "colleague", "co_handler", "stranger")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def level(
    cast: Cast, case: UUID, level: str, *listed: UUID, who: str = "head", at_seq: int | None = None
) -> door.Accepted | door.Rejected:
    return set_confidentiality(case, NewLevel(level, frozenset(listed), REASON, at_seq), cast.actor(who), NOW)


def limited(cast: Cast, case: UUID, to: str, *listed: UUID) -> None:
    outcome = level(cast, case, to, *listed)
    assert isinstance(outcome, door.Accepted), outcome
    replay_equals_projection(case)


def ordered(cast: Cast, matter: Matter) -> Case:
    """A supervision order to the fire department about ``matter``."""
    fields = {
        "matter_no": matter.case.number,
        "supervised_unit": "lj-fire",
        "trigger": "evasion",
        "demand": "请在期限内答复。",
        "reply_by": "2026-03-20",
    }
    outcome = door.open_case(cast.lj, "supervision", "order", cast.actor("archivist"), NOW, fields)
    assert isinstance(outcome, door.Accepted), outcome
    replay_equals_projection(outcome.case.id)
    return outcome.case


def openers(cast: Cast, case: Case) -> set[str]:
    """Who opens a case, by itself and in lists alike."""
    alone = {who for who in ASKED if visible_case(cast.actor(who), case.number)}
    assert alone == {who for who in ASKED if visible_to(cast.actor(who)).filter(id=case.id).exists()}
    return alone


@pytest.mark.clause("s1-C3")
def test_an_order_about_a_limited_matter_is_as_limited_from_its_beginning_and_known_to_the_same_list(
    cast: Cast,
) -> None:
    matter = begin(cast)
    assert "registrar" in openers(cast, ordered(cast, matter))
    limited(cast, matter.id, "work_secret", cast.units["lj-training"].id)
    order = ordered(cast, matter)
    assert order.level == "work_secret"
    assert openers(cast, order) == {"head", "archivist", "handler", "colleague", "stranger"}


@pytest.mark.clause("s1-C3")
def test_what_is_about_a_matter_follows_when_that_is_limited_changed_and_lifted_later(cast: Cast) -> None:
    matter = begin(cast)
    order = ordered(cast, matter)
    of_order = ordered(cast, Matter(cast, door.Accepted(order, None), NOW))  # type: ignore[arg-type]  # its number alone is asked
    before = openers(cast, order)
    limited(cast, matter.id, "internal", cast.posts["stranger"].id)
    for about in (order, of_order):
        assert Case.objects.get(id=about.id).level == "internal"
        assert openers(cast, about) == {"head", "archivist", "handler", "colleague", "stranger"}
        replay_equals_projection(about.id)
    limited(cast, matter.id, "work_secret", cast.accounts["co_handler"].id)
    assert Case.objects.get(id=of_order.id).level == "work_secret"
    assert openers(cast, order) == {"head", "archivist", "handler", "colleague", "co_handler"}
    limited(cast, matter.id, "ordinary")
    assert (Case.objects.get(id=of_order.id).level, openers(cast, order)) == ("ordinary", before)
    replay_equals_projection(of_order.id)


def test_what_is_about_a_limited_matter_is_never_set_lower_and_may_have_a_list_of_its_own(cast: Cast) -> None:
    matter = begin(cast)
    limited(cast, matter.id, "internal")
    order = ordered(cast, matter)
    refused = level(cast, order.id, "ordinary")
    assert isinstance(refused, door.Rejected) and [error.code for error in refused.errors] == ["follows"]
    limited(cast, order.id, "internal", cast.posts["co_handler"].id)
    assert openers(cast, order) == {"head", "archivist", "handler", "colleague", "co_handler"}
    limited(cast, matter.id, "ordinary")
    assert "co_handler" in openers(cast, order) and "registrar" not in openers(cast, order)


@pytest.mark.clause("art-30.3", "s1-C3")
def test_the_list_of_a_matter_opens_no_complaint_about_how_it_is_dealt_with(cast: Cast) -> None:
    matter = begin(cast)
    limited(cast, matter.id, "internal", *(cast.posts[who].id for who in ("registrar", "stranger", "co_handler")))
    complaint = report(cast, who="registrar", complained_of="co_handler", matter_no=matter.case.number)
    assert complaint.case.level == "internal"
    assert openers(cast, complaint.case).isdisjoint({"stranger", "co_handler"})


def test_who_has_not_seen_what_was_set_meanwhile_sets_nothing(cast: Cast) -> None:
    matter = begin(cast)
    seen = matter.case.seq
    first = level(cast, matter.id, "internal", cast.posts["stranger"].id, at_seq=seen)
    assert isinstance(first, door.Accepted)
    late = level(cast, matter.id, "ordinary", who="archivist", at_seq=seen)
    assert isinstance(late, door.Rejected) and [error.code for error in late.errors] == ["stale"]
    assert Case.objects.get(id=matter.id).level == "internal"
    assert visible_id(cast.actor("stranger"), matter.case.number)
