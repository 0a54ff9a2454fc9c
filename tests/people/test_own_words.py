"""In what staff write of their own a name counts where they speak of somebody as accused, not where they say who deals with it."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

import pytest

from huiyin.people.names.directory import NamedPerson, NamedUnit, Names, indexed
from huiyin.people.names.own_words import accused_in_each, harmed_in_each

pytestmark = pytest.mark.clause("art-30.3")
_ORGANISATION: Final = uuid4()
UNITS: Final = {name: uuid4() for name in ("防火监督处", "纪检监察组", "信访办公室")}
POSTS: Final = {
    "卢薪": ("监督员", "防火监督处"),
    "赵大江": ("处长", "防火监督处"),
    "钱立本": ("副处长", "防火监督处"),
    "孙正": ("纪检书记", "纪检监察组"),
    "王四海": ("局长", "信访办公室"),
}
PEOPLE: Final = {name: uuid4() for name in POSTS}
INDEX: Final = indexed(
    Names(
        tuple(NamedUnit(id, name, _ORGANISATION) for name, id in UNITS.items()),
        tuple(NamedPerson(PEOPLE[name], name, posts=((title, UNITS[unit]),)) for name, (title, unit) in POSTS.items()),
        _ORGANISATION,
    )
)
ACCUSED: Final = {
    "被举报人卢薪收受信访人好处费": "卢薪",
    "被举报人：卢薪、赵大江": "卢薪 赵大江",
    "经查，卢薪收受信访人好处费二千元": "卢薪",
    "证人说卢薪在办理登记时索要好处费": "卢薪",
    "信访人称防火监督处卢薪态度恶劣、推诿": "卢薪",
    "信访人实名举报登记员卢薪": "卢薪",
    "对卢薪多次收受礼金问题进行了核查": "卢薪",
    "经孙正核查，未发现卢薪有收受礼金行为": "卢薪",
    "信访人向卢薪行贿三千元": "卢薪",
    "赵处长打招呼要求不予立案": "赵大江",
    "当事人举报卢薪和赵大江受贿": "卢薪 赵大江",
    "卢薪说赵大江收钱": "赵大江",
    "卢薪泄露了举报人的姓名": "卢薪",
    "建议对防火监督处卢薪给予警告处分": "卢薪",
    "信访人要求处分卢薪": "卢薪",
    "举报防火监督处收受回扣": "防火监督处",
    "被举报单位防火监督处": "防火监督处",
}
NAMED: Final = (
    "经防火监督处卢薪现场核查，灯杆线路老化",
    "由卢薪负责调查举报反映的收受贿赂问题",
    "经防火监督处核查，未发现收受回扣",
    "孙正调查了收受好处费一事",
    "举报人卢薪",
    "投诉请求由防火监督处办理",
    "信访人反映防火监督处不作为",
    "信访人投诉防火监督处推诿，经核查，赵大江已约谈承办人",
    "接到举报后孙正立即前往现场",
    "被举报人一事交由孙正核查",
    "信访人投诉路灯不亮，卢薪到现场查看",
    "向王四海局长汇报举报情况",
    "卢薪拒收红包",
    "防火监督处负责查处收受回扣问题",
    "对投诉的处理，由王四海局长批准",
    "信访人投诉物业乱收费，钱立本与物业公司座谈",
    "对卢薪提出的处理意见，予以同意",
    "卢薪已对物业公司立案查处",
    "将由卢薪移送有关材料",
)


def accused(sentence: str) -> set[str]:
    (found,) = accused_in_each([sentence], INDEX)
    return {name for name, id in (*PEOPLE.items(), *UNITS.items()) if id in found.people | found.units}


def test_who_is_said_to_have_done_it_or_to_be_complained_of_counts_and_who_deals_with_it_does_not() -> None:
    expected = {**ACCUSED, **dict.fromkeys(NAMED, "")}
    assert {sentence: accused(sentence) for sentence in expected} == {
        sentence: set(names.split()) for sentence, names in expected.items()
    }


def test_in_a_matter_that_accuses_also_who_is_named_beside_something_bad_unless_they_act() -> None:
    said = ["卢薪与钱立本各得三千元", "经钱立本核算，退还三千元", "孙正核实了三千元的去向", "王四海在场"]
    found = [{name for name, id in PEOPLE.items() if id in one.people} for one in harmed_in_each(said, INDEX)]
    assert found == [{"卢薪", "钱立本"}, set(), set(), set()]
