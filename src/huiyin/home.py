"""Where an installation keeps its data: known before anything else of it is."""

from collections.abc import Mapping
from pathlib import Path


def home_of(environ: Mapping[str, str]) -> Path:
    """The data folder that the environment names; one beside where the command was given, where it names none."""
    return Path(environ.get("HUIYIN_HOME") or "huiyin-data")
