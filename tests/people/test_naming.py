"""However somebody is written, they are among those who might be meant; who is written exactly is meant for certain."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin.constants import PHRASES_DICT

from huiyin.people.custody.words import means_custody
from huiyin.people.names.directory import NamedPerson, NamedUnit, Names, indexed
from huiyin.people.naming import Meant, may_mean, meant_by_each

SEED: Final = UUID(int=7)
HERE, ABOVE = uuid5(SEED, "here"), uuid5(SEED, "above")


def _id(name: str) -> UUID:
    return uuid5(SEED, name)


def _unit(
    name: str, code: str, key: UUID = HERE, called: tuple[str, ...] = ("临江市消防局（示范）", "临江局")
) -> NamedUnit:
    return NamedUnit(_id(name), name, key, code, called)


NAMES: Final = Names(
    units=(
        _unit("局领导", "10"),
        _unit("纪委", "20"),
        _unit("防火监督处", "30"),
        _unit("信访接待室", "22"),
        _unit("总局信访处", "A1", ABOVE, ("江南省消防总局（示范）", "江南总局")),
    ),
    people=(
        NamedPerson(_id("赵江"), "赵江", "lj-chief", (("局长", _id("局领导")),)),
        NamedPerson(_id("赵海"), "赵海", "lj-fire", (("承办人", _id("防火监督处")),)),
        NamedPerson(_id("冯火生"), "冯火生", "lj-feng", (("科长", _id("防火监督处")),)),
        NamedPerson(_id("孙正"), "孙正", "lj-secretary", (("书记", _id("纪委")),)),
        NamedPerson(_id("王和"), "王和", "lj-receptionist", (("接待员", _id("信访接待室")),)),
    ),
)


def meant(line: str, names: Names) -> Meant:
    return meant_by_each([line], indexed(names))[0]


def whom(line: str) -> Meant:
    return meant(line, NAMES)


SUN = NamedPerson(_id("孙正"), "孙正", "lj-secretary")


@pytest.mark.parametrize(
    "line",
    [
        "赵江",
        "赵　江",
        "赵 江",
        "赵·江",
        "赵•江",
        "趙江",
        "ＬＪ－ＣＨＩＥＦ",
        "LJ-Chief",
        "lj-chief",
        "（赵江）",
        "\u200b赵江",
    ],
)
def test_an_exact_name_is_certain_whatever_its_width_spaces_dots_case_and_characters(line: str) -> None:
    assert whom(line) == Meant(people=frozenset({_id("赵江")}), certain=True)


@pytest.mark.parametrize(
    "line",
    [
        "局长赵江",
        "赵局长",
        "赵江（局长）",
        "局长（赵江）",
        "临江市消防局局领导赵江局长",
        "临江局赵局长",
        "赵江同志",
        "赵江等人",
        "老赵",
        "赵汪",
        "走肖江",
        "赵氵工",
        "赵某",
        "赵某某",
        "姓赵的",
        "赵",
        "赵总",
        "赵江及其下属",
        "赵江、冯大生",
        "赵将",
        "照江",
        "Zhao Jiang",
        "jiang zhao",
        "zhaojiang",
        "局长",
        "你们局长",
        "我要举报局长赵江受贿",
        "赵小江",
    ],
)
def test_who_is_written_in_another_way_might_be_meant_and_that_is_for_somebody_to_decide(line: str) -> None:
    found = whom(line)
    assert _id("赵江") in found.people or _id("局领导") in found.units, line
    assert not found.certain


@pytest.mark.parametrize(
    "line",
    ["防火监督处", "防火 监督處", "30", "临江局防火监督处", "临江市消防局防火监督处", "临江市消防局（示范）防火监督处"],
)
def test_a_unit_is_named_for_certain_with_or_without_its_organisation(line: str) -> None:
    assert whom(line) == Meant(units=frozenset({_id("防火监督处")}), certain=True)


@pytest.mark.parametrize(
    "line", ["防火处", "防火监督", "监督处", "方火监督处", "临江局防火处", "临江消防局的防火监督处", "防火处王科长打人"]
)
def test_a_unit_that_is_shortened_misheard_or_described_might_be_meant(line: str) -> None:
    assert _id("防火监督处") in whom(line).units
    assert not whom(line).certain


def test_a_surname_and_a_post_mean_whoever_holds_it_and_else_everybody_of_the_surname() -> None:
    assert whom("赵局长").people == {_id("赵江")}
    assert whom("赵处长").people == {_id("赵江"), _id("赵海")}
    assert _id("赵海") in whom("防火监督处赵科长").people


def test_a_list_of_exact_names_is_certain_even_when_a_name_holds_the_word_that_joins_them() -> None:
    both = frozenset({_id("赵江"), _id("王和")})
    for line in ("赵江、王和", "赵江，王和", "赵江;王和", "赵江/王和", "赵江 王和", "王和\n赵江"):
        assert whom(line) == Meant(people=both, certain=True), line
    assert whom("王和和赵江").people >= both
    assert whom("赵江、防火监督处") == Meant(frozenset({_id("防火监督处")}), frozenset({_id("赵江")}), certain=True)


def test_a_list_with_one_doubtful_name_is_not_certain() -> None:
    found = whom("赵江、冯科")
    assert {_id("赵江"), _id("冯火生")} <= found.people
    assert not found.certain


def test_an_organisation_without_a_unit_means_every_unit_of_it_and_of_no_other() -> None:
    for line in ("临江市消防局", "临江局", "临江消防局", "临江市消防局(示范)"):
        assert whom(line) == Meant(frozenset(unit.id for unit in NAMES.units if unit.key == HERE)), line


def test_a_name_that_two_bear_is_not_certain_and_means_both() -> None:
    twice = Names(people=(*NAMES.people, NamedPerson(_id("另一个赵江"), "赵江", "jn-zhao")))
    assert meant("赵江", twice) == Meant(people=frozenset({_id("赵江"), _id("另一个赵江")}))


def test_somebody_whom_nobody_knows_is_nobody_here_and_not_certain_either() -> None:
    assert whom("建设银行柜员李某某") == Meant()
    assert whom("！！！") == Meant()


PAD: Final = st.sampled_from(["", " ", "　", "·", "•", ".", "・", "-", "\u200d"])
BEFORE: Final = st.sampled_from(["", "举报", "局长", "临江市消防局", "临江局局领导", "关于", "你单位", "被反映人："])
AFTER: Final = st.sampled_from(
    ["", "同志", "局长", "（局长）", "等三人", "先生", "，男", "、李四", "/李四", " 李四", "和李四"]
)
SPELT: Final = st.sampled_from(
    ["赵江", "趙江", "兆江", "LJ-chief", "ＬＪ－ｃｈｉｅｆ", "zhao jiang", "ZhaoJiang", "赵将"]
)


@given(SPELT, st.lists(PAD, min_size=12, max_size=12), BEFORE, AFTER)
def test_no_way_of_writing_a_name_hides_who_is_meant(spelt: str, pads: list[str], before: str, after: str) -> None:
    padded = "".join(sign + pads[n % len(pads)] for n, sign in enumerate(spelt))
    assert _id("赵江") in whom(before + padded + after).people


def test_a_name_that_only_another_office_bears_is_a_question_and_bars_who_is_called_so_here() -> None:
    above = _unit("人事处", "A2", ABOVE, ("江南省消防总局（示范）", "江南总局"))
    names = Names((_unit("组织人事处", "33"), above), (), HERE)
    found = meant("人事处", names)
    assert found == Meant(frozenset({_id("组织人事处"), _id("人事处")}))
    assert meant("江南总局人事处", names).certain
    assert meant("组织人事处", names) == Meant(frozenset({_id("组织人事处")}), certain=True)


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("信访办", "信访接待室"),
        ("信访部门的人", "信访接待室"),
        ("防火科", "防火监督处"),
        ("防火jiandu处", "防火监督处"),
        ("fanghuo jiandu chu", "防火监督处"),
        ("2大队", "第二大队"),
        ("Ⅱ大队", "第二大队"),
        ("贰大队", "第二大队"),
        ("局办", "办公室"),
        ("党办的人", "办公室"),
    ],
)
def test_a_unit_might_be_meant_by_another_kind_number_or_spelling_of_it(line: str, unit: str) -> None:
    more = (*NAMES.units, _unit("第二大队", "42"), _unit("办公室", "21"))
    found = meant(line, Names(more, NAMES.people, HERE))
    assert _id(unit) in found.units and not found.certain


@pytest.mark.parametrize(
    "line",
    [
        "一把手",
        "你局主要负责人",
        "局里的老大",
        "赵大局长",
        "江局长",
        "江局",
        "赵jiang",
        "Mr. Zhao",
        "Director Zhao",
        "Zhao局长",
        "局长大人",
        "党委书记兼局长",
        "赵红",
        "Zhào Jiāng",
    ],
)
def test_who_heads_the_office_might_be_meant_by_what_they_are_to_it_and_by_half_a_name(line: str) -> None:
    assert _id("赵江") in whom(line).people


@pytest.mark.parametrize("line", ["Shan", "shan xiongxin", "欧处", "LuLu", "lü lü", "Lyu"])
def test_names_of_two_readings_or_two_characters_are_known_by_each(line: str) -> None:
    people = [("单雄信", "大队长"), ("欧阳明", "处长"), ("吕绿", "会计")]
    names = Names(people=tuple(NamedPerson(_id(name), name, "", ((title, HERE),)) for name, title in people))
    assert meant(line, names).people


@pytest.mark.parametrize("line", ["正哥", "正哥他们", "小正", "阿正", "S. Zheng", "Zheng S", "SZ", "S.Z."])
def test_a_given_name_or_initials_may_mean_somebody(line: str) -> None:
    assert _id("孙正") in whom(line).people
    assert may_mean(line, SUN)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("火哥", "冯火生"),
        ("防火冯", "冯火生"),
        ("监督冯", "冯火生"),
        ("海赵", "赵海"),
        ("赵承办", "赵海"),
        ("承办赵", "赵海"),
        ("接待王", "王和"),
        ("信访王", "王和"),
        ("正孙", "孙正"),
    ],
)
def test_who_is_called_by_part_of_a_post_or_unit_beside_the_surname_or_the_wrong_way_round_is_meant(
    line: str, name: str
) -> None:
    assert _id(name) in whom(line).people and not whom(line).certain


@pytest.mark.parametrize(
    "line",
    ["Sun", "Sun书记", "sun正", "Sūn Zhèng", "lj-secretary", "孙某", "zheng哥", "S正", "Zheng", "子小正"],
)
def test_whoever_would_have_to_find_out_is_known_by_spelling_and_user_name(line: str) -> None:
    assert may_mean(line, SUN)


def test_whoever_would_have_to_find_out_is_known_by_a_character_that_looks_like_theirs() -> None:
    custodian = NamedPerson(_id("严明"), "严明")
    assert all(may_mean(line, custodian) for line in ("亚明", "严朋", "检举亚明的事")) and not may_mean(
        "说明", custodian
    )


@pytest.mark.parametrize(
    "line", ["消防局书记", "局书记", "书记的亲戚", "老书记", "分管书记", "书记收钱", "shuji", "shu ji", "书j", "sj"]
)
def test_whoever_would_have_to_find_out_is_known_by_their_post(line: str) -> None:
    assert means_custody(line, ["纪委书记"])
    assert not means_custody("某干部", ["纪委书记"])


@pytest.mark.parametrize("line", ["ji委", "纪jian", "保管检举控告的人", "管举报的那个人", "commission secretary"])
def test_whoever_would_have_to_find_out_is_known_by_what_they_do(line: str) -> None:
    assert means_custody(line)
    assert not any(means_custody(other) for other in ("佚名 X", "那个谁", "某公司", "姓陆的"))


@pytest.mark.parametrize("line", ["联系人", "单位联系人", "消防"])
def test_what_fits_nearly_everybody_means_nobody(line: str) -> None:
    many = tuple(NamedPerson(_id(f"某{n}"), f"张某{n}", "", (("联系人", _id(f"第{n}处")),)) for n in range(12))
    units = tuple(NamedUnit(_id(f"第{n}处"), f"第{n}处", _id("局"), "", ("江南省消防总局",)) for n in range(12))
    assert not meant(line, Names(units, many, _id("局")))


@pytest.mark.parametrize("line", ["正在处理的人", "szx"])
def test_a_common_word_means_nobody(line: str) -> None:
    assert not whom(line).people


OFFICES = [
    "纪律检查委员会",
    "纪监委的人",
    "JW的头",
    "jiwei shuji",
    "纪委书记",
    "监察室",
    "机关纪委",
    "纪工委",
    "派驻组",
    "督察处的",
]


@pytest.mark.parametrize("line", OFFICES)
def test_the_office_of_who_has_custody_is_known_by_what_people_call_it(line: str) -> None:
    assert means_custody(line)


def test_the_readings_of_phrases_take_no_memory_since_names_are_read_by_character() -> None:
    assert not PHRASES_DICT
    assert meant("曾乐", Names(people=(NamedPerson(_id("曾乐"), "曾乐"),)))


@pytest.mark.parametrize(
    "line", ["防火监督处的人", "监督科", "市场监督管理局", "劳动监察队", "安全监察科", "环保督察组", "检察院"]
)
def test_an_office_that_supervises_a_trade_is_none_of_custody(line: str) -> None:
    assert not means_custody(line, ["纪委书记"])
