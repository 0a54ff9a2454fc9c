"""Whoever is spoken of in words of which there is no list is shut out by themselves; the matter stays with everybody else, until somebody has said."""

from __future__ import annotations

import pytest

from huiyin.casework.models import Duty
from huiyin.casework.vocabulary import File
from huiyin.door.notes.writing import write_note
from huiyin.people.checks import PetitionerFields
from tests.cast import Cast, named
from tests.door.test_texts_that_accuse import sees
from tests.matters import Matter, begin, replay_equals_projection, walk

pytestmark = pytest.mark.clause("art-30.3")
PEOPLE = {
    "handler": ("卢薪", "监督员"),
    "discipline": ("孙正", "纪检书记"),
    "intake": ("许诺", "审查员"),
    "colleague": ("赵大江", "处长"),
}


@pytest.fixture
def cast(db: None) -> Cast:
    return named(PEOPLE)


def keeps_out_alone(cast: Cast, matter: Matter, who: str) -> bool:
    """They do not see it; who registers and whoever has cases in custody do, and one of these owes the answer."""
    assert not sees(cast, who, matter)
    assert not matter.case.unresolved and matter.case.sealed and sees(cast, "registrar", matter)
    return Duty.objects.filter(case=matter.id, kind="identify_accused", discharged_at=None, withdrawn_at=None).exists()


def test_who_is_spoken_of_is_shut_out_alone_until_the_custodian_says_that_they_are_accused(cast: Cast) -> None:
    matter = begin(cast, text="我要反映卢薪的问题，他在工作中区别对待群众。")
    assert keeps_out_alone(cast, matter, "handler")
    matter.does("intake", "accept")
    matter.does("discipline", "identify_accused", accused_people=[str(cast.accounts["handler"].id)])
    owed = Duty.objects.filter(case=matter.id, kind="identify_accused", discharged_at=None, withdrawn_at=None)
    assert not owed.exists() and not sees(cast, "handler", matter) and cast.units["lj-fire"].id in accused_units(matter)
    replay_equals_projection(matter.id)


def accused_units(matter: Matter) -> set[object]:
    return set(matter.case.accused.values_list("unit_id", flat=True))


def test_or_one_proposes_and_another_confirms_that_they_are_not(cast: Cast) -> None:
    matter = begin(cast, text="请查卢薪。")
    refused = matter.tries("discipline", "identify_accused", accused_units=[], accused_people=[])
    assert "alone" in str(refused) and keeps_out_alone(cast, matter, "handler")
    matter.does("discipline", "propose_clearing")
    assert keeps_out_alone(cast, matter, "handler") and sees(cast, "intake", matter)
    matter.does("superior_registrar", "identify_accused", accused_units=[], accused_people=[])
    assert sees(cast, "handler", walk(matter, until="assign"))


def test_a_letter_in_a_file_a_name_of_a_file_and_a_signature_are_read_as_what_is_typed(cast: Cast) -> None:
    letter = File("来信.txt", "卢薪拿了我两万元，两箱茅台，还包养情妇。".encode())
    assert keeps_out_alone(cast, begin(cast, text="见附件", files=(letter,)), "handler")
    assert keeps_out_alone(cast, begin(cast, files=(File("关于卢薪的问题.txt", b"-"),)), "handler")
    signed = PetitionerFields(name="知道卢薪拿了开发商好处的一群人", phone="13800000000")
    assert keeps_out_alone(cast, begin(cast, petitioners=(signed,)), "handler")


def test_so_is_what_is_said_later_and_what_staff_write_down_of_what_others_say(cast: Cast) -> None:
    matter = begin(cast)
    matter.does("petitioner", "supplement", more="另外我要反映卢薪的问题。")
    assert keeps_out_alone(cast, matter, "handler")
    noted = begin(cast)
    write_note(noted.id, "已联系卢薪安排查看。", cast.actor("registrar"), noted.at)
    assert sees(cast, "handler", walk(noted, until="assign"))
    write_note(noted.id, "来电人称卢薪拿走茅台两箱。", cast.actor("registrar"), noted.at)
    assert keeps_out_alone(cast, noted, "handler")
    urgent = begin(cast)
    urgent.does("registrar", "report_urgent", urgent_text="来访人反映卢薪的问题，扬言跳楼。", urgent_to="值班领导")
    assert keeps_out_alone(cast, urgent, "handler")


def test_a_name_that_is_a_word_takes_an_ordinary_petition_from_nobody(cast: Cast) -> None:
    for text in ("老板许诺年底发工资，一直拖着不给。", "举报老板骂人，开发商当初许诺送车位。"):
        assert not begin(cast, text=text).case.sealed, text


def test_the_custodian_who_is_spoken_of_is_not_who_decides_it(cast: Cast) -> None:
    matter = begin(cast, text="孙书记拿了开发商二十万元。")
    owed = Duty.objects.get(case=matter.id, kind="identify_accused")
    assert keeps_out_alone(cast, matter, "discipline") and owed.unit_id != cast.units["lj-office"].id
    assert "ACCUSED" in str(matter.tries("discipline", "propose_clearing"))


def test_who_is_called_for_short_in_a_matter_that_accuses_is_shut_out_too(cast: Cast) -> None:
    matter = begin(cast, text="他收受贿赂。", accused=("钱立本",))
    matter.does("petitioner", "supplement", more="监督员打电话来让我撤回，不然要我好看。")
    assert not sees(cast, "handler", matter)


def test_until_it_is_decided_the_matter_is_not_given_to_the_unit_of_who_is_spoken_of(cast: Cast) -> None:
    matter = begin(cast, text="我要反映卢薪的问题，他在工作中区别对待群众。")
    matter.does("intake", "accept")
    assert "UNAVAILABLE" in str(matter.tries("intake", "assign", unit="lj-fire")).upper()
    matter.does("discipline", "propose_clearing")
    matter.does("superior_registrar", "identify_accused", accused_units=[], accused_people=[])
    matter.does("intake", "assign", unit="lj-fire")
    other = begin(cast, text="我要反映卢薪的问题，他在工作中区别对待群众。")
    other.does("intake", "accept")
    other.does("intake", "assign", unit="lj-logistics")
