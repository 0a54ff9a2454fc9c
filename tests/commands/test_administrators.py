"""`huiyin administrators` as whoever runs the machine uses it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from huiyin.audit.verify import beside_cases
from huiyin.people import inviting
from huiyin.people.models import Account
from huiyin.people.signing_in.tokens import digest
from tests.cast import Cast, make_cast
from tests.commands.running import Huiyin
from tests.people.test_inviting import PASSWORD, key_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_they_are_added_listed_and_removed(cast: Cast, huiyin: Huiyin) -> None:
    assert huiyin("administrators", "list").out.startswith("no administrators; make one with")
    assert huiyin("administrators", "add", "head").out == "head administers the installation\n"
    assert huiyin("administrators", "add", "intake", "--organisation", "lj").out == "intake administers lj\n"
    assert huiyin("administrators", "add", "intake", "--organisation", "lj").out == "intake administers lj already\n"
    listed = huiyin("administrators", "list", "--json").data["administrators"]
    assert [(one["account"], one["organisation"]) for one in listed] == [("head", None), ("intake", "lj")]
    assert huiyin("administrators", "remove", "intake", "--organisation", "lj").out == (
        "intake no longer administers lj\n"
    )
    assert [*beside_cases()] == []


def test_the_last_one_of_the_installation_cannot_be_removed(cast: Cast, huiyin: Huiyin) -> None:
    huiyin("administrators", "add", "head")
    refused = huiyin("administrators", "remove", "head")
    assert refused.status == 1
    assert "make somebody else administrator of the installation first" in refused.err
    assert Account.objects.get(username="head").is_superuser


def test_the_first_one_needs_no_account(db: None, huiyin: Huiyin) -> None:
    told = huiyin("administrators", "add", "root", "--invite", "--name", "管理员", "--json").data
    account = Account.objects.get(username="root")
    assert account.is_superuser and not account.is_active
    assert huiyin("administrators", "list").out.endswith("(cannot sign in)\n")
    inviting.accept(digest(key_of(told["link"])), PASSWORD, timezone.now())
    account.refresh_from_db()
    assert (account.is_active, account.display_name) == (True, "管理员")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (("add", "nobody"), "nobody signs in as nobody"),
        (("add", "head", "--organisation", "none"), "there is no organisation none"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(
    cast: Cast, huiyin: Huiyin, line: tuple[str, ...], told: str
) -> None:
    outcome = huiyin("administrators", *line)
    assert outcome.status == 2
    assert told in outcome.err and outcome.err.count("\n") == 1
