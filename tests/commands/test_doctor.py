"""`huiyin doctor` looks at a real installation: it names what is wrong, goes on with the rest, and ends with 1 only for a failure."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

from tests.installation import Installation


def looked_at(installation: Installation, *arguments: str, **variables: str) -> tuple[int, dict[str, str]]:
    """The exit status, and the level of each code."""
    installation.variables |= variables
    outcome = installation.run("doctor", "--json", *arguments)
    assert outcome.stdout.startswith("{"), outcome.stderr
    data: dict[str, Any] = json.loads(outcome.stdout)
    return outcome.returncode, {one["code"]: one["level"] for one in data["findings"]}


def test_an_installation_that_is_not_there_is_told_in_a_line(bare_installation: Installation) -> None:
    outcome = bare_installation.run("doctor")
    assert (outcome.returncode, outcome.stderr.count("\n")) == (1, 1)
    assert "huiyin prepare" in outcome.stderr and not bare_installation.home.exists()


def test_a_wrong_option_is_misuse(bare_installation: Installation) -> None:
    assert bare_installation.run("doctor", "--nonsense").returncode == 2


def test_a_fresh_installation_lacks_an_administrator_and_nothing_else(installation: Installation) -> None:
    status, found = looked_at(installation)
    failed = {code for code, level in found.items() if level == "failure"}
    # A cluster for tests alone runs without fsync.
    assert failed - {"database-settings.durability"} == {"administrators.none"}
    assert status == 1


def test_texts_say_what_to_do_and_follow_the_terminal(installation: Installation) -> None:
    for language, failure, left_out in (
        ("zh_CN.UTF-8", "故障", "没有做的检查"),
        ("en_US.UTF-8", "Failure", "Not looked at"),
    ):
        installation.variables = {"HUIYIN_LANGUAGE": "", "LANG": language, "LC_ALL": language}
        outcome = installation.run("doctor", "--quick")
        assert "administrators.none" in outcome.stdout and "→" in outcome.stdout and failure in outcome.stdout
        assert left_out in outcome.stdout


def test_keys_that_others_may_read_are_told_and_nothing_is_taken_from_the_rest(installation: Installation) -> None:
    (installation.home / "keys").chmod(0o644)
    status, found = looked_at(installation)
    assert (status, found["key-ring.open"], found["disk"]) == (1, "failure", "ok")
    assert (installation.home / "keys").stat().st_mode & 0o777 == 0o644


def test_a_lost_key_ring_is_told_and_no_new_one_is_made(installation: Installation) -> None:
    (installation.home / "keys").unlink()
    status, found = looked_at(installation)
    assert (status, found["key-ring.missing"], found["packages" if "packages" in found else "packages.list"]) == (
        1,
        "failure",
        "ok" if "packages" in found else "notice",
    )
    assert not (installation.home / "keys").exists()


def test_a_folder_that_stood_open_is_told_though_reading_the_settings_closes_it(installation: Installation) -> None:
    installation.home.chmod(0o755)
    assert looked_at(installation)[1]["permissions.open"] == "warning"


@pytest.mark.parametrize("url", ["imap://mail.example.cn", "smtp://mail.example.cn:port"])
def test_mail_that_cannot_be_meant_is_told_and_the_database_is_looked_at(installation: Installation, url: str) -> None:
    status, found = looked_at(installation, EMAIL_URL=url)
    assert (status, found["variables.EMAIL_URL"], found["database"]) == (1, "failure", "ok")


def test_several_variables_that_cannot_be_read_are_told_at_once(installation: Installation) -> None:
    found = looked_at(installation, EMAIL_URL="imap://x", HUIYIN_TRUSTED_PROXIES="one", HUIYIN_PUBLIC_URL="x")[1]
    assert {code for code in found if code.startswith("variables.")} == {
        "variables.EMAIL_URL",
        "variables.HUIYIN_TRUSTED_PROXIES",
        "variables.HUIYIN_PUBLIC_URL",
    }


def test_a_mail_server_that_does_not_answer_is_told(installation: Installation) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, and not listened on
        status, found = looked_at(installation, EMAIL_URL=f"smtp://u:secret@127.0.0.1:{nobody.getsockname()[1]}")
    assert (status, found["mail.unreachable"]) == (1, "failure")


@pytest.mark.any_database
@pytest.mark.parametrize(
    "url", ["postgresql://huiyin:secret@127.0.0.1:1/huiyin", "mysql://huiyin:secret@localhost/huiyin"]
)
def test_with_the_database_down_the_rest_is_told(installation: Installation, url: str) -> None:
    installation.variables["DATABASE_URL"] = url
    outcome = installation.run("doctor", "--json")
    found = {one["code"]: one["level"] for one in json.loads(outcome.stdout)["findings"]}
    assert outcome.returncode == 1
    assert found.get("database.down", found.get("variables.DATABASE_URL")) == "failure"
    assert (found["disk"], found["key-ring"], found["jobs"]) == ("ok", "ok", "notice")
    assert "secret" not in outcome.stdout + outcome.stderr


def test_a_public_address_that_nobody_answers_at_is_told(installation: Installation) -> None:
    status, found = looked_at(installation, HUIYIN_PUBLIC_URL="https://petitions.invalid")
    assert (status, found["public-address.unreachable"]) == (1, "failure")


def test_a_quick_look_asks_nobody(installation: Installation) -> None:
    found = looked_at(installation, "--quick", HUIYIN_PUBLIC_URL="https://petitions.invalid")[1]
    assert not [code for code in found if code.startswith("public-address")]
