"""What staff write is read for whom it accuses: what others told them as what a petitioner says, their own words where they speak of the accused."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from huiyin import door
from huiyin.casework.models import Duty
from huiyin.door.accused.by_staff import said_under
from huiyin.rules.book.load import load, shipped
from tests.cast import Cast, named
from tests.documents.drafting import passage_with, replaced, text_of, tries_to_edit
from tests.door.test_texts_that_accuse import sees
from tests.matters import Matter, begin, execute, walk

pytestmark = pytest.mark.clause("art-30.3")
PEOPLE = {"handler": ("卢薪",), "discipline": ("孙正",), "co_handler": ("钱立本",), "colleague": ("赵大江",)}


@pytest.fixture
def cast(db: None) -> Cast:
    return named(PEOPLE)


def assigned(cast: Cast) -> Matter:
    return walk(begin(cast), until="assign")


def readers(cast: Cast, matter: Matter) -> set[str]:
    return {name for name in cast.accounts if sees(cast, name, matter)}


def test_who_a_finding_an_inquiry_or_a_statement_accuses_is_shut_out_at_once_and_hands_over_what_they_owe(
    cast: Cast,
) -> None:
    matter = assigned(cast)
    matter.does("colleague", "investigate", finding="证人称卢薪在现场查看时收受好处费。")
    assert readers(cast, matter) == {"discipline"}
    assert Duty.objects.filter(case=matter.id, kind="identify_accused", discharged_at=None).exists()
    matter.does("discipline", "identify_accused", accused_people=[str(cast.accounts["handler"].id)])
    assert not sees(cast, "handler", matter) and not sees(cast, "colleague", matter)
    owed = Duty.objects.filter(case=matter.id, discharged_at=None, withdrawn_at=None)
    assert owed and all(duty.unit_id != cast.units["lj-fire"].id for duty in owed)
    assert sees(cast, "intake", matter)


@pytest.mark.parametrize(
    "fields",
    [
        {"evidence": "询问笔录：信访人举报钱立本受贿。"},
        {"evidence": "见附件。", "finding": "被举报人钱立本未到场。"},
    ],
)
def test_who_evidence_names_as_accused_is_asked_about(cast: Cast, fields: dict[str, str]) -> None:
    matter = assigned(cast)
    matter.does("handler", "investigate", **fields)
    assert readers(cast, matter) == {"discipline"}


def test_nobody_is_shut_out_for_whom_a_paper_says_that_they_deal_with_it(cast: Cast) -> None:
    matter = assigned(cast)
    matter.does("handler", "investigate", finding="经临江防火处卢薪现场核查，投诉反映的灯杆线路老化属实，赵大江复核。")
    matter.does(
        "handler",
        "propose_opinion",
        request="修好路灯，投诉临江防火处不作为。",
        facts_found="临江防火处收到投诉后，由卢薪负责调查，未发现收受贿赂问题，报孙正备案。",
    )
    assert not matter.case.unresolved and {"handler", "colleague", "head", "intake"} <= readers(cast, matter)


def test_what_the_petitioner_asked_for_counts_as_said_by_them(cast: Cast) -> None:
    matter = assigned(cast)
    matter.does("handler", "investigate")
    matter.does("handler", "propose_opinion", request="要求修好路灯。投诉有人不作为，就是经办的钱立本。")
    assert readers(cast, matter) == {"discipline"}


def test_who_a_paper_or_a_remark_on_it_speaks_of_as_accused_is_asked_about(cast: Cast) -> None:
    matter = walk(begin(cast), until="propose_opinion")
    changed = replaced(text_of(matter), "线路老化", "线路老化，钱立本在验收时收受回扣")
    assert isinstance(tries_to_edit(matter, "handler", changed), door.Accepted)
    assert readers(cast, matter) == {"discipline"}
    matter = walk(begin(cast), until="propose_opinion")
    said = {passage_with(matter, "列入本月检修。"): "信访人举报钱立本受贿，请写明。"}
    assert isinstance(execute(replace(matter.wish("head", "return_opinion"), comments=said)), door.Accepted)
    assert readers(cast, matter) == {"discipline"}


def test_who_has_it_in_custody_names_whom_they_please_in_their_reasons(cast: Cast) -> None:
    matter = begin(cast, text="举报老卢收受回扣。")
    why = "被举报人卢薪收受回扣，钱立本没有收受。"
    matter.does("discipline", "identify_accused", accused_people=[str(cast.accounts["handler"].id)], identified_why=why)
    assert not matter.case.unresolved and sees(cast, "co_handler", matter) is False and sees(cast, "intake", matter)


def test_who_the_words_of_a_field_name_as_who_failed_or_leaked_needs_no_other_word(cast: Cast) -> None:
    rule = load("national-2022").book.fields["retaliation"]
    assert said_under(rule, "钱立本把他调离。") == "打击报复情况：钱立本把他调离。"
    assert said_under(load("national-2022").book.fields["request"], "修好路灯。") == "信访人的投诉请求：修好路灯。"
    assert said_under(load("national-2022").book.fields["demand"], "修好路灯。") == "修好路灯。"


def test_every_book_says_of_its_fields_that_others_speak_in_them() -> None:
    """Words by which the books themselves say whose words a field holds; ``more`` and ``challenge`` are a petitioner's form."""
    others = re.compile(
        "信访人(的|提出的)|现场(提出|听取)|沟通内容|听证情况|共同的事由|所见|泄露|泄密情形|失职|新的事实|反映的|提问"
    )
    missing = [
        (key, name)
        for key in shipped()
        for name, field in load(key).book.fields.items()
        if field.type == "text" and others.search(field.zh) and not (field.quotes or field.accuses)
    ]
    assert not missing
