"""`huiyin demo` on an installation of its own."""

import json

import pytest

from tests.installation import Installation

pytestmark = [pytest.mark.slow, pytest.mark.rarely_on_postgresql]


def test_it_prints_accounts_as_json_and_the_second_time_changes_nothing(installation: Installation) -> None:
    first = installation.run("demo", "--matters", "12", "--json")
    second = installation.run("demo", "--matters", "30", "--json")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert first.stdout == second.stdout
    printed = json.loads(first.stdout)
    assert set(printed) == {"organisations", "accounts"}
    assert set(printed["organisations"][0]) == {"code", "name", "rulebook"}
    fields = {"username", "password", "token", "name", "post", "unit", "organisation"}
    assert all(set(account) == fields for account in printed["accounts"])
    assert json.loads((installation.home / "demo.json").read_text()) == printed
    assert "12 matters made" in first.stderr
    assert "nothing to do" in second.stderr


def test_it_refuses_a_number_of_matters_below_nought(installation: Installation) -> None:
    refused = installation.run("demo", "--matters", "-1")
    assert refused.returncode == 2
    assert "--matters must be" in refused.stderr
