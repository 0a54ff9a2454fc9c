"""The one door: what passes it is whole, what does not leaves nothing behind."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from uuid import uuid4

import pytest

from huiyin import door
from huiyin.casework.labels import explain
from huiyin.casework.models import Case, StoredAnswer, Submission, Text
from huiyin.jobs.models import Job
from huiyin.ledger import series
from huiyin.ledger.models import Row
from huiyin.people import petitioners
from huiyin.people.models import Organisation, Petitioner
from huiyin.procedure.refusal import Code
from tests import tables
from tests.cast import DAY, NOW, Cast, make_cast
from tests.conftest import ROOT
from tests.matters import ROAD, Matter, begin, execute, petition, register, walk


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def matter(cast: Cast) -> Matter:
    return begin(cast)


def refusal(outcome: object) -> Code:
    assert isinstance(outcome, door.Refused), outcome
    return outcome.refusal.code


# --- what passes ----------------------------------------------------------------------------------------------------


def test_a_matter_goes_from_the_letter_through_both_remedies_to_its_end(matter: Matter) -> None:
    walk(matter)
    assert matter.case.stage == "ended"
    assert matter.case.ended_at is not None
    still = matter.case.duties.filter(discharged_at=None, withdrawn_at=None)
    assert [duty.kind for duty in still] == ["archive"]
    assert matter.case.notices.count() >= 6


@pytest.mark.parametrize("book", ["national-2022", "xx-bureau"])
def test_registration_leaves_a_duty_a_receipt_and_the_hash_of_what_was_handed_in(db: None, book: str) -> None:
    matter = begin(make_cast(book))
    submission = matter.registered.submission
    assert matter.case.duties.filter(discharged_at=None, withdrawn_at=None).count() >= 1
    assert submission.hash == Row.objects.get(case_id=matter.id, seq=submission.seq).hash
    assert matter.registered.receipt == submission.receipt
    assert re.fullmatch(r"LJ-20260302-\d{6}", matter.case.number)


def test_each_notice_is_queued_once_and_only_for_commands_that_were_accepted(matter: Matter) -> None:
    matter.does("intake", "accept")
    matter.tries("intake", "accept")
    assert list(Job.objects.values_list("what", flat=True)) == ["notice"]
    assert Job.objects.get().payload["notice"] == matter.case.notices.get().id.hex


def test_what_a_case_is_known_by_does_not_count_and_the_register_does_without_gaps(cast: Cast) -> None:
    cases = [begin(cast, at=at).case for at in (NOW, NOW, NOW + DAY, NOW)]
    cases.append(begin(cast, organisation=cast.organisations["jn"]).case)
    assert [case.entry for case in cases] == [1, 2, 3, 4, 1]
    heads, numbers = zip(*(case.number.rsplit("-", 1) for case in cases), strict=True)
    assert heads == ("LJ-20260302", "LJ-20260302", "LJ-20260303", "LJ-20260302", "JN-20260302")
    assert len(set(numbers)) == 5
    steps = [int(after) - int(before) for before, after in pairwise(numbers[:4])]
    assert all(abs(step) > 20 for step in steps)


def test_the_day_of_a_number_is_the_local_one(cast: Cast) -> None:
    assert begin(cast, at=NOW.replace(hour=16)).case.number.startswith("LJ-20260303-")


def test_papers_of_sealed_cases_are_not_counted_among_the_others(cast: Cast) -> None:
    matters = [begin(cast), begin(cast, accused=("stranger",)), begin(cast)]
    for matter in matters:
        matter.does(
            "discipline" if matter.case.sealed else "intake", "accept_accusation" if matter.case.sealed else "accept"
        )
    found = [tuple(matter.case.notices.values_list("series", "number").get()) for matter in matters]
    assert found == [("papers", 1), ("sealed-papers", 1), ("papers", 2)]


# --- what does not pass ---------------------------------------------------------------------------------------------


def test_nothing_whatever_changes_when_a_command_is_refused_or_cannot_be_read(matter: Matter) -> None:
    walk(matter, until="propose_opinion")
    wishes = {
        "wrong role": matter.wish("stranger", "approve_opinion"),
        "wrong stage": matter.wish("intake", "assign"),
        "the same person": matter.wish("handler", "approve_opinion"),
        "missing fields": matter.wish("head", "return_opinion", reason=None),
        "unknown field": matter.wish("head", "return_opinion", colour="red"),
        "unreadable field": replace(matter.wish("head", "approve_opinion"), fields={"approval": 7}),
        "unknown action": matter.wish("head", "pardon"),
        "registration of a case that exists": matter.wish("registrar", "register"),
        "stale": matter.wish("head", "approve_opinion", at_seq=3),
        "with a key": matter.wish("intake", "assign", key="k-1"),
    }
    before = tables.contents()
    outcomes = {name: execute(wish) for name, wish in wishes.items()}
    assert {name for name, outcome in outcomes.items() if isinstance(outcome, door.Accepted)} == set()
    assert tables.contents() == before


def test_nothing_whatever_changes_when_a_petition_is_refused_or_cannot_be_read(cast: Cast) -> None:
    newcomer, registrar = cast.newcomer(), cast.actor("registrar")
    tries = {
        "empty": (petition(cast, text=" \n"), newcomer, "submit"),
        "too long": (petition(cast, text="长" * 20_001), newcomer, "submit"),
        "no channel": (petition(cast, channel="dream"), newcomer, "submit"),
        "nobody": (petition(cast, petitioners=()), newcomer, "submit"),
        "no people": (petition(cast, headcount=0), newcomer, "submit"),
        "from the future": (petition(cast, received_at=NOW + DAY), newcomer, "submit"),
        "not theirs to take": (petition(cast), newcomer, "register"),
        "not theirs to give": (petition(cast), registrar, "submit"),
        "no registration at all": (petition(cast), cast.actor("intake"), "accept"),
        "unknown action": (petition(cast), newcomer, "complain"),
        "a field that nobody asks for": (petition(cast, fields={"colour": "red"}), newcomer, "submit"),
        "another organisation's registrar": (petition(cast), cast.actor("superior_registrar"), "register"),
        "unreadable characters": (petition(cast, text="a\ud800b\x00"), newcomer, "submit"),
    }
    before = tables.contents()
    for name, (intake, actor, action) in tries.items():
        outcome = register(intake, actor, NOW, action, key="k-1")
        assert not isinstance(outcome, door.Registered), name
        assert not isinstance(outcome, door.Rejected) or outcome.errors, name
    assert tables.contents() == before


def test_every_refusal_can_be_told_in_words(cast: Cast, matter: Matter) -> None:
    outcomes = [
        register(petition(cast), cast.newcomer(), NOW, "complain"),
        register(petition(cast), cast.actor("superior_registrar"), NOW, "register"),
        register(petition(cast), cast.newcomer(), NOW, "register"),
        matter.tries("intake", "assign"),
        matter.tries("stranger", "accept"),
        execute(matter.wish("intake", "accept", at_seq=1)),
    ]
    for outcome in outcomes:
        assert isinstance(outcome, door.Refused)
        told = explain(outcome.rules, outcome.procedure, outcome.refusal, outcome.state)
        assert told.why


def test_nobody_is_told_to_end_a_matter_so_that_they_may_do_something_else(cast: Cast, matter: Matter) -> None:
    walk(matter, until="serve_reply")
    for who, action in (("handler", "object"), ("handler", "investigate"), ("intake", "assign")):
        outcome = matter.tries(who, action)
        assert isinstance(outcome, door.Refused)
        told = explain(outcome.rules, outcome.procedure, outcome.refusal, outcome.state)
        assert "办结" not in told.remedy and "重复" not in told.remedy, (action, told.remedy)


def test_a_registrar_registers_only_in_their_own_organisation(cast: Cast) -> None:
    for name in ("registrar", "outsider"):
        outcome = register(
            petition(cast, organisation=cast.organisations["jn"]), cast.actor(name), NOW, action="register"
        )
        assert refusal(outcome) == Code.WRONG_UNIT


def test_a_petition_belongs_to_the_organisation_that_it_names_whatever_its_bearer_says(cast: Cast) -> None:
    outcome = register(petition(cast, organisation=cast.organisations["jn"]), cast.newcomer("nh"), NOW)
    assert isinstance(outcome, door.Registered)
    assert outcome.case.organisation == cast.organisations["jn"]


def test_an_unknown_case_is_an_error_of_the_caller_with_a_name_of_its_own(matter: Matter) -> None:
    with pytest.raises(door.NoSuchCase):
        door.execute(replace(matter.wish("intake", "accept"), case=uuid4()))


def test_a_stale_form_is_refused_with_the_number_of_the_latest_event(matter: Matter) -> None:
    seen = matter.case.seq
    matter.does("petitioner", "supplement")
    outcome = execute(matter.wish("intake", "accept", at_seq=seen))
    assert isinstance(outcome, door.Refused)
    assert (outcome.refusal.code, outcome.refusal.needs) == (Code.STALE, {"seq": (str(matter.case.seq),)})
    assert isinstance(execute(matter.wish("intake", "accept", at_seq=matter.case.seq)), door.Accepted)


# --- retries --------------------------------------------------------------------------------------------------------


def test_a_retried_registration_gets_the_same_receipt_and_code_and_writes_nothing(cast: Cast) -> None:
    first = register(petition(cast), cast.newcomer(), NOW, key="k-1")
    before = tables.contents()
    again = register(petition(cast), cast.newcomer(), NOW + DAY / 2, key="k-1")
    assert isinstance(first, door.Registered)
    assert isinstance(again, door.Registered)
    assert (again.receipt, again.code, again.case) == (first.receipt, first.code, first.case)
    assert tables.contents() == before


def test_a_key_with_another_content_is_refused_whatever_differs(cast: Cast) -> None:
    register(petition(cast), cast.newcomer(), NOW, key="k-1")
    before = tables.contents()
    for changes in (
        {"text": "另一件事。"},
        {"title": ""},
        {"headcount": 2},
        {"channel": "fax"},
        {"accused": ("某人",)},
    ):
        with pytest.raises(door.KeyReused):
            door.register_petition(petition(cast, **changes), cast.newcomer(), NOW, "submit", key="k-1")
    assert tables.contents() == before


def test_keys_of_different_organisations_do_not_meet(cast: Cast) -> None:
    here = register(petition(cast), cast.newcomer(), NOW, key="k-1")
    there = register(petition(cast, organisation=cast.organisations["jn"]), cast.newcomer("jn"), NOW, key="k-1")
    assert isinstance(here, door.Registered)
    assert isinstance(there, door.Registered)
    assert here.case != there.case


def test_a_retried_action_is_done_once_even_when_the_case_has_moved_on(matter: Matter) -> None:
    wish = matter.wish("intake", "accept", key="k-1")
    assert isinstance(execute(wish), door.Accepted)
    matter.does("intake", "assign")
    before = tables.contents()
    again = execute(wish)
    assert isinstance(again, door.Accepted)
    assert again.case.stage == "assigned"
    assert tables.contents() == before


def test_a_key_used_for_another_action_case_or_content_is_refused_and_is_none_of_another_actors(
    cast: Cast, matter: Matter
) -> None:
    wish = matter.wish("intake", "accept", key="k-1")
    execute(wish)
    other = begin(cast)
    for changed in (
        replace(wish, action="decline"),
        replace(wish, case=other.id),
        replace(wish, fields={**wish.fields, "kind": "suggestion"}),
    ):
        with pytest.raises(door.KeyReused):
            door.execute(changed)
    assert isinstance(door.execute(replace(wish, actor=cast.actor("archivist"))), door.Refused)
    assert isinstance(
        door.register_petition(petition(cast), cast.newcomer(), NOW, "submit", key="k-1"), door.Registered
    )


def test_the_digest_kept_for_retries_is_keyed_and_cannot_be_guessed(cast: Cast) -> None:
    import hashlib
    import json

    from huiyin.door.numbers import _plain

    intake = petition(cast)
    register(intake, cast.newcomer(), NOW, key="k-1")
    plain = json.dumps(_plain([intake.organisation.id, "submit", intake]), sort_keys=True)
    assert StoredAnswer.objects.get().digest != hashlib.sha256(plain.encode()).hexdigest()


# --- erased petitioners ---------------------------------------------------------------------------------------------


def test_after_erasure_the_case_can_still_be_closed_but_nothing_more_written_down(matter: Matter) -> None:
    walk(matter, until="serve_review")
    matter.at += 40 * DAY
    petitioners.erase(Petitioner.objects.get(id=matter.case.petitioner_id), NOW)
    before = tables.contents()
    outcome = matter.tries("head", "recuse", person="colleague")
    assert isinstance(outcome, door.Rejected)
    assert [(error.field, error.code) for error in outcome.errors] == [("reason", "erased")]
    assert tables.contents() == before
    matter.does("system", "conclude_review")
    assert matter.case.stage == "closed"


# --- relations between rows -----------------------------------------------------------------------------------------


def test_nothing_of_a_case_carries_another_organisation_than_the_case(cast: Cast) -> None:
    organisation = cast.organisations["jn"]
    begin(cast, organisation=organisation)
    for model in (Case, Submission, Text, Petitioner, Row, Job):
        found = set(model.objects.values_list("organisation_id", flat=True))
        assert found - ({series.INSTALLATION} if model is Row else set()) <= {organisation.id}, model
    assert Organisation.objects.count() == 4


def test_the_road_of_the_tests_is_the_whole_road(matter: Matter) -> None:
    assert len({action for _, action in ROAD}) == len(ROAD)
    assert walk(matter).steps == [action for _, action in ROAD]


def test_a_state_that_was_decided_is_not_worked_out_again() -> None:
    """What follows of itself, without a command, is evolved by whoever adds it; all else takes the state of the decision."""
    folder = ROOT / "src/huiyin/door"
    evolving = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if re.search(r"import .*\bevolve\b|evolve\.evolve\(", path.read_text(encoding="utf-8"))
    }
    assert evolving == {"consequences/moving.py", "documents/writing.py", "filing/packages.py"}
