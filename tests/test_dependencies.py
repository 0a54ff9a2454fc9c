"""Each dependency has its reason on docs/dependencies.md, and each one that stands there is needed."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NOT_IMPORTED: Final = {
    "argon2-cffi": "Argon2PasswordHasher",
    "whitenoise": "whitenoise.middleware.WhiteNoiseMiddleware",
    "tzdata": "zoneinfo",
}
"""What somebody else imports for us, and what of ours makes them do so."""


def name(requirement: str) -> str:
    """``psycopg[binary]>=3.2`` → ``psycopg``."""
    return re.split(r"[\[<>=;]", requirement)[0].strip()


def required(file: str) -> set[str]:
    """The names that a file of requirements asks for itself."""
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return {name(line) for line in lines if line and not line.startswith(("#", "-"))}


def explained(section: str) -> set[str]:
    """The names in the first column of the first table under a heading of the page."""
    table = PAGE.partition(f"\n## {section}\n")[2].partition("\n#")[0]
    rows = re.findall(r"^\| (.+?) \|", table, re.MULTILINE)
    return {found for row in rows for found in re.findall(r"`([^`]+)`", row)}


@pytest.mark.parametrize(("file", "section"), [("requirements.in", "To run"), ("requirements-dev.in", "To work on it")])
def test_the_page_gives_the_reason_of_each_dependency_and_of_nothing_else(file: str, section: str) -> None:
    assert explained(section) == required(file)


def test_what_the_package_asks_for_is_what_is_pinned() -> None:
    built_by = {name(requirement) for requirement in PROJECT["build-system"]["requires"]} | {"editables"}

    assert {name(requirement) for requirement in PROJECT["project"]["dependencies"]} | built_by == required(
        "requirements.in"
    )


def test_no_dependency_is_there_for_nothing() -> None:
    source = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "src").rglob("*.py"))
    modules: dict[str, set[str]] = {}
    for module, distributions in packages_distributions().items():
        for distribution in distributions:
            modules.setdefault(distribution.lower().replace("_", "-"), set()).add(module)

    def used(package: str) -> bool:
        if package in NOT_IMPORTED:
            return NOT_IMPORTED[package] in source
        return any(
            re.search(rf"^\s*(from|import) {re.escape(module)}\b|\"{re.escape(module)}\"", source, re.MULTILINE)
            for module in modules[package.lower()]
        )

    needed = {name(requirement) for requirement in PROJECT["project"]["dependencies"]}
    assert {package for package in needed if not used(package)} == set()


def test_what_running_needs_is_among_what_tests_install() -> None:
    """`make lint` and `make test` install the second file alone."""
    running, testing = (
        set(re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert running - testing == set()
