"""Each dependency has its reason on docs/dependencies.md, and each one that stands there is needed."""

from __future__ import annotations

import re
import tomllib
from functools import cache
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


@cache
def imported() -> dict[str, set[str]]:
    """What each of our modules imports from, by its path below the package: the first part of each name."""
    package = ROOT / "src" / "huiyin"
    line = re.compile(r"^[ \t]*(?:from|import) (\w+)", re.MULTILINE)
    return {
        str(file.relative_to(package)): set(line.findall(file.read_text(encoding="utf-8")))
        for file in package.rglob("*.py")
    }


@cache
def names_of_packages() -> dict[str, set[str]]:
    """Under which names each installed package is imported."""
    found: dict[str, set[str]] = {}
    for module, distributions in packages_distributions().items():
        for distribution in distributions:
            found.setdefault(distribution.lower().replace("_", "-"), set()).add(module)
    return found


def importing(package: str) -> set[str]:
    """Which of our modules import ``package``."""
    return {path for path, names in imported().items() if names & names_of_packages()[package.lower()]}


def test_no_dependency_is_there_for_nothing() -> None:
    source = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "src").rglob("*.py"))

    def used(package: str) -> bool:
        if package in NOT_IMPORTED:
            return NOT_IMPORTED[package] in source
        return bool(importing(package)) or any(
            f'"{module}"' in source for module in names_of_packages()[package.lower()]
        )

    needed = {name(requirement) for requirement in PROJECT["project"]["dependencies"]}
    assert {package for package in needed if not used(package)} == set()


def test_what_the_page_says_is_used_in_some_places_alone_is_used_in_each_of_them_and_nowhere_else() -> None:
    rows = re.findall(r"^\| `([^`]+)`.* Used in (`[^|]+?) alone[ ;]", PAGE, re.MULTILINE)
    assert len(rows) > 10
    for package, where in rows:
        places = re.findall(r"`([^`]+)`", where)
        used = {path: [place for place in places if path.startswith(place)] for path in importing(package)}
        assert [path for path, within in used.items() if not within] == [], package
        assert {place for within in used.values() for place in within} == set(places), package


def test_what_running_needs_is_among_what_tests_install() -> None:
    """`make lint` and `make test` install the second file alone."""
    running, testing = (
        set(re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert running - testing == set()
