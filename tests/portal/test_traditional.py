"""Pages in traditional characters have the rulebooks' words in them too."""

from __future__ import annotations

import re

import opencc
import pytest
from django.test import Client

from tests.cast import Cast
from tests.matters import ENTRIES, ROAD, Matter
from tests.portal.conftest import FORM, anyone, cast, html, matter, open_matter  # noqa: F401

PETITION_WORDS = (
    "东片组",
    "陈**",
    "临江市滨江路",
    "滨江路路灯不亮",
    "滨江路 8 号门前的路灯已经坏了两个星期,晚上出行很不安全,请派人修理。",
    "机构",
    "江南",
    "华夏",
)
TO_TRADITIONAL = opencc.OpenCC("s2tw")
OPEN_TO_BOTH = "回台采只面里后准余征制向合志系" + "“”"
"""Characters that stand in traditional texts too, in one of their meanings."""


def simplified(page: str, *typed: str) -> list[str]:
    """Lines of a page with characters that nobody writes who writes traditional ones, apart from what people ``typed``."""
    text = re.sub(r"<script.*?</script>|<[^>]*>", "\n", page, flags=re.DOTALL)
    for words in typed:
        text = text.replace(words, "")
    return [
        line.strip()
        for line in text.splitlines()
        if any(TO_TRADITIONAL.convert(char) != char and char not in OPEN_TO_BOTH for char in line)
        and "简体中文" not in line
    ]


@pytest.mark.parametrize("steps", [0, 1, 2, 6])
def test_a_petitioner_reads_no_simplified_characters_but_those_that_people_typed(
    anyone: Client,  # noqa: F811
    cast: Cast,  # noqa: F811
    matter: Matter,  # noqa: F811
    steps: int,
) -> None:
    for who, action in ROAD[:steps]:
        matter.does(who, action)
    anyone.post("/i18n/setlang/", {"language": "zh-hant"})
    open_matter(anyone, matter)
    units = [unit.name for unit in cast.units.values()]
    entered = [str(value) for fields in ENTRIES.values() for value in fields.values()]
    typed = [*units, cast.lj.name, *entered, *PETITION_WORDS]
    assert simplified(html(anyone.get("/track/matter/")), *typed) == []
    assert simplified(html(anyone.get("/rights/lj/")), *typed) == []
    assert simplified(html(anyone.get(FORM)), *typed) == []
