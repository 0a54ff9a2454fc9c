"""A report of retaliation reaches nobody whom it may be about: nobody named, a matter that it follows, what is found out later."""

from __future__ import annotations

import pytest

from huiyin import door
from huiyin.casework.lists.duties import worklist
from huiyin.casework.models import Duty
from huiyin.casework.visible import visible_to
from huiyin.door import Accepted, open_case
from huiyin.door.correcting import Correction, correct_registration
from huiyin.people.appointments import appoint
from huiyin.people.models import Account, Post, Unit
from tests.cast import FIRST_DAY, Cast, make_cast
from tests.matters import Matter, begin, replay_equals_projection, report, walk

pytestmark = [pytest.mark.django_db, pytest.mark.clause("art-18.4")]


def keeper(cast: Cast, unit: str, name: str, role: str = "custodian") -> None:
    """Somebody with a role in a unit of their own."""
    organisation = cast.organisations[unit]
    office = organisation.units.create(code=f"{unit}-{name}", name=f"纪检组 {name}")
    post = Post.objects.create(organisation=organisation, unit=office, title=name, roles=[role])
    cast.accounts[name] = Account.objects.create_user(name, display_name=name)  # type: ignore[index]
    appoint(cast.accounts[name], post, FIRST_DAY)


@pytest.fixture
def cast() -> Cast:
    """Everybody, a custodian here and one in the next higher organisation."""
    cast = make_cast()
    keeper(cast, "lj", "keeper")
    keeper(cast, "jn", "higher")
    return cast


def readers(matter: Matter) -> set[str]:
    """Who may see the case."""
    cast = matter.cast
    return {name for name in cast.accounts if visible_to(cast.actor(name, matter.at)).filter(id=matter.id).exists()}


def owing(matter: Matter, kind: str) -> list[str]:
    """In whose worklists an open duty of the case stands."""
    at, cast = matter.at, matter.cast
    return [
        name
        for name in cast.accounts
        if any(row.case.id == matter.id and row.kind == kind for row in worklist(cast.actor(name, at), at).items)
    ]


def test_a_report_that_names_nobody_is_the_custodians_alone_until_they_say_who_it_is_about(cast: Cast) -> None:
    made = report(cast)
    assert made.case.sealed
    assert readers(made) == {"keeper"}
    assert owing(made, "identify_accused") == ["keeper"]
    made.does("keeper", "identify_accused", accused_people=["handler"])
    assert readers(made) >= {"registrar", "discipline", "head", "keeper"}
    assert not readers(made) & {"handler", "colleague", "below"}
    assert owing(made, "take_up") == ["discipline"]


def test_words_that_may_mean_the_custodian_go_to_the_next_higher_one(cast: Cast) -> None:
    assert readers(report(cast, retaliation="keeper 威胁我，不许再写信。")) == {"higher"}


def test_whoever_handled_the_matter_never_finds_out_who_is_meant(cast: Cast) -> None:
    post = Post.objects.create(organisation=cast.lj, unit=cast.units["lj-office"], title="保管", roles=["custodian"])
    appoint(cast.accounts["intake"], post, FIRST_DAY)  # whose unit comes first
    matter = walk(begin(cast), "assign")
    made = report(cast, matter_no=matter.case.number)
    assert readers(made) == {"keeper"}
    form = made.does("keeper", "identify_accused", accused_units=["lj-fire"])
    assert cast.units["lj-fire-east"].id in form.accused_units
    assert not readers(made) & {"handler", "below"}
    assert "intake" in readers(made)


def test_whom_the_matter_accuses_later_loses_the_report_as_well(cast: Cast) -> None:
    matter = walk(begin(cast), "assign")
    made = report(cast, matter_no=matter.case.number, complained_of="co_handler")
    assert readers(made) >= {"head", "registrar", "discipline"}
    made.does("discipline", "take_up", route="由纪检部门核查。")
    made.does("discipline", "state_findings", found="yes", facts_found="属实。")
    assert owing(made, "approve") == ["head"]
    matter.does("keeper", "identify_accused", accused_people=["head"])
    replay_equals_projection(made.id)
    assert "head" not in readers(made) and "discipline" in readers(made)
    assert not Duty.objects.filter(case=made.id, unit=cast.units["lj-lead"], discharged_at=None, withdrawn_at=None)


def test_words_about_the_matter_that_are_not_clear_close_the_report_until_they_are(cast: Cast) -> None:
    matter = walk(begin(cast), "assign")
    made = report(cast, matter_no=matter.case.number, complained_of="co_handler")
    matter.does("petitioner", "supplement", also_accused="临江防火处的处长")
    assert readers(matter) == readers(made) == {"keeper"}
    assert owing(made, "identify_accused") == ["keeper"]
    matter.does("keeper", "identify_accused", accused_units=["lj-fire"])
    replay_equals_projection(made.id)
    assert not owing(made, "identify_accused")
    assert "discipline" in readers(made) and not readers(made) & {"handler", "below", "co_handler"}


def test_whom_a_corrected_registration_accuses_loses_the_report_too(cast: Cast) -> None:
    matter = walk(begin(cast, channel="letter"), "accept")
    made = report(cast, matter_no=matter.case.number, complained_of="co_handler")
    assert "head" in readers(made)
    wanted = Correction("登记时漏写。", accused=("head",))
    assert isinstance(correct_registration(matter.id, wanted, cast.actor("registrar"), matter.at), door.Accepted)
    replay_equals_projection(made.id)
    assert "head" not in readers(matter) | readers(made)


def test_clearing_somebody_in_the_report_does_not_let_them_in_whom_the_matter_accuses(cast: Cast) -> None:
    matter = walk(begin(cast, accused=("同事 handler",)), "accept")
    made = report(cast, matter_no=matter.case.number, complained_of="stranger")
    made.does("keeper", "propose_clearing")
    made.does("higher", "identify_accused")
    assert not readers(made) & {"handler", "colleague"}
    matter.does("keeper", "propose_clearing")
    matter.does("higher", "identify_accused")
    assert "registrar" in readers(made)  # nobody is accused in either now, and two have said so of each
    assert made.case.sealed is False


def test_an_order_of_supervision_follows_its_matter_too(cast: Cast) -> None:
    matter = walk(begin(cast), "assign")
    said = {
        "matter_no": matter.case.number,
        "supervised_unit": "lj-training",
        "trigger": "evasion",
        "demand": "请在期限内答复。",
        "reply_by": "2026-03-10",
    }
    outcome = door.open_case(cast.lj, "supervision", "order", cast.actor("archivist"), matter.at, said)
    assert isinstance(outcome, door.Accepted), outcome
    order = Matter(cast, outcome, matter.at)
    assert "stranger" in readers(order)
    matter.does("keeper", "identify_accused", accused_units=["lj-training"])
    replay_equals_projection(order.id)
    assert "stranger" not in readers(order) and "archivist" in readers(order)


def test_a_report_that_names_somebody_is_kept_from_whom_its_words_mean_besides(cast: Cast) -> None:
    made = report(cast, retaliation="防火处的 below 打了我。", complained_of="co_handler")
    assert "below" not in readers(made)
    assert owing(made, "identify_accused") == ["keeper"]


@pytest.mark.parametrize("words", ["纪委书记", "纪律检查委员会", "我向监察部门反映过 某人"])
def test_however_the_office_in_custody_is_called_somebody_is_left_to_find_out(cast: Cast, words: str) -> None:
    matter = begin(cast, accused=(words,))
    assert readers(matter) == {"higher"}
    assert owing(matter, "identify_accused") == ["higher"]


def against_all(cast: Cast, *left: str) -> list[str]:
    """Every unit here and above but those ``left``."""
    units = Unit.objects.filter(organisation__code__in=("lj", "jn", "hx")).exclude(code__in=left)
    return [str(unit.id) for unit in units]


def test_a_report_against_all_who_should_examine_it_is_handed_to_another_organ(cast: Cast) -> None:
    made = report(cast, retaliation="他们都威胁我。")
    custodian = Unit.objects.get(posts__holdings__account=cast.accounts["keeper"])  # type: ignore[index]
    made.does("keeper", "identify_accused", accused_units=against_all(cast, custodian.code), accused_people=[])
    assert owing(made, "take_up") == ["keeper"]
    assert "WRONG" in str(made.tries("keeper", "take_up"))
    made.does("keeper", "pass_on", competent_organ="省纪委监委", reason="被反映的单位应当回避。")
    assert made.case.stage == "passed_on"


def test_supervision_of_units_that_are_all_accused_is_asked_of_another_organ(cast: Cast) -> None:
    asked = {"trigger": "overdue", "demand": "请督促办理。", "competent_organ": "省信访局"}
    matter = begin(cast)
    actor = matter.actor("archivist")
    outcome = open_case(cast.lj, "supervision", "order_elsewhere", actor, matter.at, asked)
    assert isinstance(outcome, Accepted), outcome
    assert outcome.case.stage == "passed_on"
