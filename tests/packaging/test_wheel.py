"""A wheel holds all that an installation needs: installed elsewhere, without the source, it prepares, serves and shows its styles."""

from __future__ import annotations

import re
import subprocess
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.installation import Installation

pytestmark = [pytest.mark.slow, pytest.mark.any_database]


def test_every_file_of_the_source_is_in_the_wheel(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    source = ROOT / "src"
    written = (path for path in source.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    assert {str(path.relative_to(source)) for path in written} <= held
    for kind in ("templates/base.html", "django.mo", "national-2022.yaml", "holidays-cn.yaml", "tabler.min.css"):
        assert any(name.endswith(kind) for name in held), kind


def test_an_installed_wheel_prepares_serves_and_shows_its_styles(installed: Installation, python: Path) -> None:
    where = subprocess.run(
        [python, "-c", "import huiyin; print(huiyin.__file__)"], capture_output=True, text=True, check=True
    )
    assert Path(where.stdout.strip()).is_relative_to(python.parents[1])
    prepared = installed.run("prepare")
    assert prepared.returncode == 0, prepared.stderr
    listed = installed.run("rules", "list")
    assert listed.returncode == 0 and "national-2022" in listed.stdout
    installed.start()
    with urllib.request.urlopen(f"{installed.url}/accounts/login/", timeout=120) as answer:
        page = answer.read().decode()
    styles = re.findall(r'href="(/static/[^"]+\.css)"', page)
    assert styles and {installed.get(style) for style in styles} == {200}
    assert installed.get("/readyz") == 200
    english = urllib.request.Request(f"{installed.url}/accounts/login/", headers={"Accept-Language": "en"})
    with urllib.request.urlopen(english, timeout=120) as answer:
        assert 'lang="en"' in answer.read().decode()
    assert installed.stop() == 0
