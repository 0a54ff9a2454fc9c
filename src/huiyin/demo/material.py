"""The demonstration's texts and lists, from the YAML files beside this one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


@cache
def material(name: str) -> Any:
    """The content of ``name``.yaml; shared, so not to be changed."""
    return YAML(typ="safe").load(Path(__file__).parent / f"{name}.yaml")
