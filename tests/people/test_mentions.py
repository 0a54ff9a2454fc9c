"""Who is shut out alone by what a petitioner says, whatever words stand in it, and that ordinary petitions shut out hardly anybody. Pure."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Final
from uuid import UUID, uuid5

import pytest
from ruamel.yaml import YAML

from huiyin.people.names.directory import NamedPerson, NamedUnit, Names, indexed
from huiyin.people.names.mentions import only_as_words, reported, spoken_of_in_each

SAID: Final = YAML(typ="safe").load(Path(__file__).with_name("spoken_of.yaml").read_text())
KEY: Final = UUID(int=7)
CALLED: Final = ("临江市消防局（示范）", "临江局")
STAFF: Final = {
    "局领导": "赵江 局长 钱堂 副局长",
    "纪委": "孙正 书记 李直 副书记 周全 受理审查员 严明 纪检监察员 许诺 联系人",
    "纪保督察处": "吴静 登记员 郑严 督察员 殷勤 联系人",
    "信访接待室": "王和 接待员 范围 联系人",
    "防火监督处": "冯火生 承办人 万全 联系人",
    "作战训练处": "章程 联系人 秦岭 联系人",
    "宣传处": "华言 新闻发言人 高峰 联系人",
    "勤务分队": "雷震 分队长",
}
UNITS: Final = {name: uuid5(KEY, name) for name in STAFF}
PEOPLE: Final = tuple(
    NamedPerson(uuid5(KEY, name), name, "", ((title, UNITS[unit]),))
    for unit, words in STAFF.items()
    for name, title in zip(words.split()[::2], words.split()[1::2], strict=True)
)
INDEX: Final = indexed(Names(tuple(NamedUnit(id, name, KEY, "", CALLED) for name, id in UNITS.items()), PEOPLE, KEY))
NAMES: Final = {person.id: person.name for person in PEOPLE}
MAX_FALSE_ALARMS: Final = 2


def spoken_of(text: str, *, in_doubt: bool = False) -> set[str]:
    found = spoken_of_in_each([one for one in re.split("[。！？]", text) if one], INDEX, in_doubt=in_doubt)
    return {NAMES[id] for one in found for id in one.people} | ({"办"} if any(one.office for one in found) else set())


@pytest.mark.clause("art-30.3")
def test_who_is_spoken_of_in_whatever_words_is_shut_out() -> None:
    wrong = {said: found for said, meant in SAID["speaks_of"].items() if (found := spoken_of(said)) != set(meant)}
    for said, meant in SAID["said_in_a_matter_that_accuses"].items():
        if (found := spoken_of(said, in_doubt=True)) != set(meant):
            wrong[said] = found
    assert not wrong and len(SAID["speaks_of"]) >= 60


def test_ordinary_petitions_shut_out_hardly_anybody() -> None:
    alarms = {said: found for said in SAID["ordinary"] if (found := spoken_of(said))}
    assert len(SAID["ordinary"]) >= 60 and len(alarms) <= MAX_FALSE_ALARMS, alarms


def test_a_name_that_is_a_word_where_it_stands_moves_nothing_and_one_of_somebody_does() -> None:
    names = {"许诺", "周全", "范围", "郑严"}
    said = ["举报老板许诺发工资不兑现", "请考虑周全", "工地范围很大", "听说郑严收了钱"]
    assert only_as_words(said, INDEX, names) == {"许诺", "周全", "范围"}
    assert only_as_words([*said, "联系人许诺打人"], INDEX, names) == {"周全", "范围"}


def test_of_what_staff_write_down_only_what_others_said_is_read_so() -> None:
    said = ["已联系承办人冯火生", "来访人反映郑严的问题", "他拿走两箱茅台", "已请冯火生回电"]
    assert reported(said) == ["", "来访人反映郑严的问题", "他拿走两箱茅台", ""]


def test_it_takes_time_in_proportion_to_the_text() -> None:
    def seconds(times: int) -> float:
        sentences = ["老郑让局长把Zheng材料给了登记员许诺，请书记严查，他说督察处的人" * 4] * times
        begun = time.process_time()
        spoken_of_in_each(sentences, INDEX, in_doubt=True)
        return time.process_time() - begun

    seconds(5)
    assert seconds(80) < 9 * max(seconds(20), 0.01)
