"""The wheel, built once, in an environment of its own, and an installation that runs from there."""

from __future__ import annotations

import site
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.installation import Installation


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as it is for an installation: nothing is fetched."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-index",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            folder,
            ROOT,
        ],
        check=True,
        timeout=300,
    )
    (built,) = folder.glob("huiyin-*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel in it; the packages that it needs are those of this one."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    venv.create(folder, with_pip=False, symlinks=True)
    program = folder / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", program, "install", "--quiet", "--no-index", "--no-deps", wheel],
        check=True,
        timeout=300,
    )
    (packages,) = folder.glob("lib/*/site-packages")
    # Named as a path, so that what stands in its own .pth files (our source among it) is not read.
    (packages / "pinned.pth").write_text("\n".join(site.getsitepackages()) + "\n")
    return program


@pytest.fixture
def installed(python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """An installation of the wheel, outside the source."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    made = Installation(tmp_path / "home", python=str(python))
    try:
        yield made
    finally:
        made.close()
