"""Words mean the same whoever writes them and wherever: in a petition, a supplement, a correction, at the organ above."""

from __future__ import annotations

import pytest

from huiyin.casework.models import CaseAccused
from huiyin.casework.visible import visible_to
from huiyin.door.correcting import Correction, correct_registration
from tests.cast import Cast, make_cast
from tests.matters import Matter, begin

SPELT = [
    "同事 handler",
    "同事　ｈａｎｄｌｅｒ",
    "防火處的同事",
    "临江防火处",
    "江南信访办",
    "某公司",
    "jn-office",
    "信访办",
]


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def meant(matter: Matter) -> tuple[set[tuple[object, object]], bool]:
    """Who is kept out, and whether it is still to be found out."""
    rows = CaseAccused.objects.filter(case=matter.id).values_list("unit_id", "account_id")
    return set(rows), matter.case.unresolved


def corrected(cast: Cast, line: str) -> Matter:
    matter = begin(cast)
    correct_registration(matter.id, Correction("漏登。", accused=(line,)), cast.actor("registrar"), matter.at)
    return matter


def supplemented(cast: Cast, line: str) -> Matter:
    matter = begin(cast)
    matter.does("petitioner", "supplement", also_accused=line)
    return matter


@pytest.mark.parametrize("line", SPELT)
def test_a_line_means_the_same_in_petition_supplement_and_correction(line: str, cast: Cast) -> None:
    petition = meant(begin(cast, accused=(line,)))
    assert meant(supplemented(cast, line)) == petition
    assert meant(corrected(cast, line)) == petition


@pytest.mark.clause("art-30.3")
@pytest.mark.parametrize(
    "text",
    [
        "我要举报你局同事 handler。他多次收受好处。",
        "工作人员 同事　ＨＡＮＤＬＥＲ 态度恶劣，请处理",
        "投诉：\n同事handler不给办",
    ],
)
def test_who_is_accused_in_the_text_alone_is_kept_out_until_somebody_has_looked(text: str, cast: Cast) -> None:
    """By mail there is no line for it, and on the form it may stay empty."""
    matter = begin(cast, text=text, channel="email")
    for one in (matter, begin(cast)):
        if one is not matter:
            one.does("petitioner", "supplement", more=text)
        assert one.case.unresolved and one.case.sealed
        assert not visible_to(cast.actor("handler")).filter(id=one.id).exists()
        assert not visible_to(cast.actor("registrar")).filter(id=one.id).exists()
        assert visible_to(cast.actor("discipline")).filter(id=one.id).exists()


@pytest.mark.parametrize("text", ["同事 handler 很快帮我办好了，谢谢。", "我要举报邻居违建。", "投诉路灯不亮。"])
def test_a_text_that_accuses_nobody_here_by_name_opens_no_question(text: str, cast: Cast) -> None:
    matter = begin(cast, text=text)
    assert not matter.case.unresolved and not matter.case.sealed


def test_a_code_that_the_custodian_above_sends_is_that_of_a_unit_of_the_organisation_below(cast: Cast) -> None:
    cast.units["jn-training"].code = "fire"
    cast.units["jn-training"].save()
    cast.units["lj-fire"].code = "fire"
    cast.units["lj-fire"].save()
    matter = begin(cast, accused=("某公司",))
    matter.does("discipline", "propose_clearing")
    matter.does("superior_registrar", "identify_accused", accused_units=["fire"])
    named = CaseAccused.objects.filter(case=matter.id, unit__isnull=False).values_list("unit", flat=True)
    assert cast.units["lj-fire"].id in named and cast.units["jn-training"].id not in named
