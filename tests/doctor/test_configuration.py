"""Variables that mean nothing are told, and what must not stand open to the public."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from huiyin.doctor.checks import configuration
from huiyin.doctor.finding import Level
from huiyin.doctor.surroundings import SettingsFault
from tests.conftest import ROOT
from tests.doctor.looking import around, codes

pytestmark = pytest.mark.any_database
SOURCE = ROOT / "src" / "huiyin"


def test_a_misspelt_variable_is_told_with_the_one_that_was_meant() -> None:
    (found,) = configuration.variables(around(environ={"HUIYIN_TRUSTED_PROXYS": "1", "PATH": "/bin"}))
    assert (found.code, found.level) == ("variables.unknown", Level.WARNING)
    assert "HUIYIN_TRUSTED_PROXYS" in found.what and "HUIYIN_TRUSTED_PROXIES" in found.to_do


def test_a_variable_that_cannot_be_read_is_a_failure_with_its_remedy() -> None:
    fault = SettingsFault("EMAIL_URL", "EMAIL_URL names no known way", "begin it with smtp://")
    (found,) = configuration.variables(around(environ={}, faults=(fault,)))
    assert (found.code, found.level, found.to_do) == ("variables.EMAIL_URL", Level.FAILURE, "begin it with smtp://")


def test_the_variables_that_are_known_are_those_that_the_source_names() -> None:
    texts = (file.read_text(encoding="utf-8") for file in SOURCE.rglob("*.py") if file.name != "configuration.py")
    read = re.compile(r'(?:_ENV\.str\(|environ(?:\.get\(|\[)|: Final = |_VARIABLE: Final = )"(HUIYIN_[A-Z_]+)"')
    named = {name for text in texts for name in read.findall(text)}
    assert named == {name for name in configuration.KNOWN if name.startswith("HUIYIN_")}


def test_errors_in_full_on_a_public_address_are_a_failure(settings: Any) -> None:
    settings.HUIYIN_LOCAL, settings.HUIYIN_PUBLIC_URL = False, "https://petitions.example.cn"
    assert codes(configuration.exposure(around(environ={"HUIYIN_DEBUG": "1"}))) == {"exposure.debug": Level.FAILURE}
    assert codes(configuration.exposure(around(environ={}))) == {"exposure": Level.OK}


def test_demonstration_data_on_a_public_address_are_a_failure(settings: Any, tmp_path: Path) -> None:
    settings.HUIYIN_LOCAL, settings.HUIYIN_PUBLIC_URL = False, "https://petitions.example.cn"
    settings.HUIYIN_DEMO = tmp_path / "demo.json"
    settings.HUIYIN_DEMO.write_text("{}")
    assert codes(configuration.exposure(around(environ={}))) == {"exposure.demonstration": Level.FAILURE}


def test_a_public_address_in_the_clear_is_a_warning(settings: Any) -> None:
    settings.HUIYIN_LOCAL, settings.HUIYIN_PUBLIC_URL = False, "http://petitions.example.cn"
    assert codes(configuration.exposure(around(environ={})))["exposure.plain"] is Level.WARNING


def test_a_local_address_is_told_and_no_more(settings: Any) -> None:
    settings.HUIYIN_LOCAL = True
    found = codes(configuration.exposure(around(environ={"HUIYIN_DEBUG": "1"})))
    assert found == {"exposure.local": Level.NOTICE}
