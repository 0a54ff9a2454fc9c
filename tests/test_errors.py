"""What is raised says what is wrong and what to do about it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest

import huiyin
from huiyin import cli, commands
from huiyin.commands import Failure
from huiyin.errors import HuiyinError
from huiyin.language import catalogue


def modules() -> Iterator[str]:
    """The name of each of our modules, but for migrations and for the program of the web server, which reads the database."""
    for module in pkgutil.walk_packages(huiyin.__path__, "huiyin."):
        if ".migrations" not in module.name and module.name not in ("huiyin.site.wsgi", "huiyin.site.asgi"):
            yield module.name


def exceptions() -> dict[str, type[BaseException]]:
    """Every class of ours that can be raised, by its full name."""
    found: dict[str, type[BaseException]] = {}
    for name in modules():
        for _, member in inspect.getmembers(importlib.import_module(name), inspect.isclass):
            if issubclass(member, BaseException) and member.__module__ == name:
                found[f"{name}.{member.__qualname__}"] = member
    return found


EXCEPTIONS = exceptions()


def test_all_that_we_raise_is_looked_at_here() -> None:
    assert {"huiyin.ledger.chain.Conflict", "huiyin.door.action._Undo", "huiyin.commands.Failure"} <= EXCEPTIONS.keys()
    assert len(EXCEPTIONS) >= 30


@pytest.mark.parametrize("kind", EXCEPTIONS.values(), ids=EXCEPTIONS)
def test_every_exception_has_the_base_in_common_and_says_when_it_is_raised(kind: type[BaseException]) -> None:
    assert issubclass(kind, HuiyinError)
    assert catalogue("en").gettext(kind.to_do) != kind.to_do, "the remedy is not in the catalogue of English"
    assert kind is HuiyinError or "Raised" in (kind.__doc__ or "")


@pytest.mark.parametrize("kind", EXCEPTIONS.values(), ids=EXCEPTIONS)
def test_an_exception_is_named_for_what_happened(kind: type[BaseException]) -> None:
    assert kind is HuiyinError or not kind.__name__.endswith(("Error", "Exception"))


class _Flood(HuiyinError):
    """Raised here when water stands in the cellar."""

    to_do = "call the fire brigade"


def test_an_error_says_in_one_line_what_is_wrong_and_what_to_do() -> None:
    assert _Flood("water\nin the cellar").in_one_line == "water in the cellar; call the fire brigade"
    assert str(_Flood("water", "open the drain")) == "water; open the drain"
    assert _Flood.to_do == "call the fire brigade"


def test_a_failure_without_a_remedy_names_the_help() -> None:
    assert str(Failure("--limit must be at least 1")) == "--limit must be at least 1; see its --help"
    assert Failure("no such case", "give another").to_do == "give another"


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (_Flood("water"), commands.FAILED, "huiyin: water; call the fire brigade\n"),
        (
            Failure("wrong", "write it right", status=commands.MISUSED),
            commands.MISUSED,
            "huiyin: wrong; write it right\n",
        ),
        (
            KeyError("x"),
            commands.FAILED,
            "huiyin: unexpected KeyError; set HUIYIN_DEBUG=1 to see where, and report it\n",
        ),
        (
            PermissionError(13, "Permission denied", "/data"),
            commands.FAILED,
            "huiyin: /data: Permission denied; check that it is there and that you may use it\n",
        ),
    ],
)
def test_the_command_line_tells_what_was_raised_in_one_line(
    error: Exception, status: int, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(_arguments: object) -> int:
        raise error

    monkeypatch.delenv("HUIYIN_DEBUG", raising=False)
    monkeypatch.setattr("huiyin.commands.rules.list_books", fails)
    assert cli.main(["rules", "list"]) == status
    assert capsys.readouterr() == ("", line)
