"""Who is accused in a text without their whole name is found: by post, familiar name, letters, ear, characters; ordinary texts ask nothing.

Everything here is made up. Each sentence stands with whom it may mean; nothing beside it: no question is asked.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from huiyin.casework.models import CaseAccused
from huiyin.casework.visible import visible_to
from huiyin.door import accusing
from huiyin.people.accusable import Accusable
from huiyin.people.models import Account
from huiyin.people.names import hints
from huiyin.people.names.hints import Hinted
from tests.cast import NOW, Cast, named
from tests.matters import begin

pytestmark = pytest.mark.clause("art-30.3")
PEOPLE = {
    "registrar": ("周一舟", "登记员"),
    "intake": ("吴二梅", "信访办主任"),
    "discipline": ("孙正", "纪检书记"),
    "archivist": ("郑三省", "档案员"),
    "head": ("王四海", "局长"),
    "handler": ("卢薪", "监督员"),
    "colleague": ("赵大江", "防火处处长"),
    "below": ("欧阳修远", "片组组长"),
    "co_handler": ("钱立本", "后勤处副处长"),
    "stranger": ("李明", "训练处科长"),
    "reviewer": ("陈平", "复查员"),
}
TABLE = Path(__file__).with_name("sentences_that_accuse.yaml")
SAID = YAML(typ="safe").load(TABLE.read_text())
MAX_FALSE_ALARMS = 3


@pytest.fixture
def cast(db: None) -> Cast:
    return named(PEOPLE)


def asked_about(cast: Cast, text: str) -> set[str]:
    """Whom the sentences mean that are taken as lines, by their names, and units by theirs."""
    lines = accusing.read_from(text, Accusable(cast.lj.id, NOW))
    index = Accusable(cast.lj.id, NOW).index
    found = Hinted()
    for hinted in hints.hinted_in_each([line.text for line in lines], index):
        found |= hinted
    named = {
        id
        for line in lines
        if not line.alone
        for name in accusing.names_within(accusing.normal(line.text), index)
        for id in index.bearers[name]
    }
    people = Account.objects.filter(id__in=found.people.union(named, *(line.alone for line in lines))).values_list(
        "display_name", flat=True
    )
    units = {unit.name for unit in cast.units.values() if unit.id in found.units}
    return {*people, *units}


def test_sixty_ways_to_write_whom_one_accuses_give_what_each_must(cast: Cast) -> None:
    wrong = {
        text: asked
        for text, meant in SAID["accusing"].items()
        if (asked := asked_about(cast, text)) != set(meant) or (meant and not asked)
    }
    assert not wrong and len(SAID["accusing"]) >= 60


def test_a_hundred_ordinary_petitions_ask_hardly_anything(cast: Cast) -> None:
    alarms = [text for text in SAID["ordinary"] if accusing.read_from(text, Accusable(cast.lj.id, NOW))]
    assert len(SAID["ordinary"]) >= 100 and len(alarms) <= MAX_FALSE_ALARMS, alarms


@pytest.mark.parametrize(
    ("text", "custodian"),
    [
        ("举报你局局长受贿。", "discipline"),
        ("举报老赵收钱。", "discipline"),
        ("纪检书记收了钱，包庇他们。", "superior_registrar"),
        ("Sun Zheng收受贿赂。", "superior_registrar"),
    ],
)
def test_nobody_who_may_be_meant_reads_it_and_the_custodian_decides(cast: Cast, text: str, custodian: str) -> None:
    matter = begin(cast, text=text)
    readers = {name for name in cast.accounts if visible_to(cast.actor(name)).filter(id=matter.id).exists()}
    assert matter.case.unresolved and readers == {custodian}
    assert CaseAccused.objects.filter(case=matter.id, account__isnull=False).exists()


def test_who_is_named_in_full_is_asked_about_once_however_they_are_called_besides(cast: Cast) -> None:
    assert len(accusing.read_from("举报卢薪收钱。老卢还打人，监督员吃拿卡要。", Accusable(cast.lj.id, NOW))) == 1
    assert len(accusing.read_from("举报卢薪收钱。老赵也收钱。", Accusable(cast.lj.id, NOW))) == 2
    (line,) = accusing.read_from("举报登记员卢薪收受回扣，局长包庇他。", Accusable(cast.lj.id, NOW))
    assert line.text == "举报登记员卢薪收受回扣，局长包庇他"
    assert asked_about(cast, "举报登记员卢薪收受回扣。") == {"卢薪"}


def test_who_stands_on_the_line_for_certain_is_not_asked_about_again_by_a_familiar_name(cast: Cast) -> None:
    matter = begin(cast, text="老卢收钱，卢某还包庇别人。", accused=("卢薪",))
    assert not matter.case.unresolved and not visible_to(cast.actor("handler")).filter(id=matter.id).exists()
