"""The layers that the documentation shows are those that `make lint` enforces."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
SOURCE: Final = ROOT / "src" / "huiyin"
ARCHITECTURE: Final = ROOT / "docs" / "architecture.md"
CONTRIBUTING: Final = ROOT / "CONTRIBUTING.md"
PICTURE: Final = ROOT / "docs" / "images" / "architecture.svg"


def enforced() -> dict[str, int]:
    """The packages and modules that are there, each with its layer, 0 at the top."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (layers,) = (one["layers"] for one in contracts if one["type"] == "layers" and one["containers"] == ["huiyin"])
    named = ((name, place) for place, layer in enumerate(layers) for name in re.findall(r"\w+", layer))
    return {name: place for name, place in named if (SOURCE / name).is_dir() or (SOURCE / f"{name}.py").is_file()}


def in_the_table() -> list[str]:
    """The second column of the table of layers, from top to bottom."""
    section = ARCHITECTURE.read_text(encoding="utf-8").partition("## Layers")[2].partition("\n## ")[0]
    cells = (line.split("|")[2] for line in section.splitlines() if line.startswith("|"))
    return [name.removesuffix(".py") for cell in cells for name in re.findall(r"`([\w.]+)`", cell)]


def in_the_list() -> list[str]:
    """The list of packages in CONTRIBUTING.md, from top to bottom."""
    section = CONTRIBUTING.read_text(encoding="utf-8").partition("## Where things are")[2].partition("\n## ")[0]
    lines = (line.strip().partition("   ")[0] for line in section.splitlines() if line.startswith("    "))
    return [name for line in lines for name in line.split(" · ")]


@pytest.mark.parametrize("shown", [in_the_table(), in_the_list()], ids=["architecture.md", "CONTRIBUTING.md"])
def test_the_layers_that_are_shown_are_those_that_are_enforced(shown: list[str]) -> None:
    layers = enforced()
    assert sorted(shown) == sorted(layers)
    assert shown == sorted(shown, key=layers.__getitem__)


def test_the_picture_names_what_is_there_and_has_the_keys_below_the_ledger() -> None:
    boxes = re.findall(r'<text class="name" x="\d+" y="(\d+)">([a-z_]+)', PICTURE.read_text(encoding="utf-8"))
    height = {name: int(y) for y, name in boxes}
    assert set(height) <= set(enforced())
    assert height["ledger"] < height["sealing"]


def test_nothing_is_imported_by_a_call_that_neither_the_layers_nor_ruff_see() -> None:
    called = [path.name for path in SOURCE.rglob("*.py") if "__import__(" in path.read_text(encoding="utf-8")]
    assert called == []
