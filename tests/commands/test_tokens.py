"""`huiyin tokens` as an administrator uses it."""

from __future__ import annotations

import io

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from huiyin.people.appointments import appoint
from huiyin.people.models import Holding, Token
from huiyin.people.signing_in.tokens import issue_token
from tests.cast import FIRST_DAY, NOW, Cast, make_cast
from tests.commands.running import Huiyin

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    """Two programs of the handler, one of the registrar."""
    cast = make_cast()
    for raw, who in (("hy_one", "handler"), ("hy_two", "handler"), ("hy_other", "registrar")):
        issue_token(Holding.objects.get(account=cast.accounts[who]), raw, NOW)
    return cast


def answers(raw: str) -> int:
    """The status of a request by a program."""
    return Client(headers={"Authorization": f"Bearer {raw}"}).get("/api/v1/duties").status_code


def test_an_issued_token_acts_and_is_shown_this_once(cast: Cast, huiyin: Huiyin) -> None:
    issued = huiyin("tokens", "issue", "stranger")
    raw = issued.out.strip()
    assert (issued.status, raw[:3], answers(raw)) == (0, "hy_", 200)
    listed = huiyin("tokens", "list", "--account", "stranger")
    assert listed.out.count("stranger (lj lj-training)") == 1
    assert ("expires 20" in listed.out, "last used 20" in listed.out) == (True, True)
    assert raw not in listed.out


def test_tokens_are_issued_for_the_post_that_was_named(cast: Cast, huiyin: Huiyin) -> None:
    appoint(cast.accounts["stranger"], cast.posts["handler"], FIRST_DAY)
    assert huiyin("tokens", "issue", "stranger").status == 2
    issued = huiyin("tokens", "issue", "stranger", "--unit", "lj-fire", "--json")
    assert (issued.data["unit"], issued.data["acts"]) == ("lj-fire", True)


def test_a_revoked_token_is_refused_at_once_and_others_go_on(cast: Cast, huiyin: Huiyin) -> None:
    first = huiyin("tokens", "list", "--account", "handler", "--json").data["tokens"][0]
    assert huiyin("tokens", "revoke", first["id"]).out == f"{first['id']} of handler revoked\n"
    assert [answers(raw) for raw in ("hy_one", "hy_two", "hy_other")] == [401, 200, 200]
    kept = huiyin("tokens", "list", "--account", "handler", "--json").data["tokens"]
    assert first["id"] not in {row["id"] for row in kept}
    every = huiyin("tokens", "list", "--all", "--json").data["tokens"]
    assert {row["id"]: row["acts"] for row in every}[first["id"]] is False


def test_all_tokens_of_a_person_are_revoked_once(cast: Cast, huiyin: Huiyin) -> None:
    assert len(huiyin("tokens", "revoke", "--account", "handler", "--json").data["revoked"]) == 2
    assert [answers(raw) for raw in ("hy_one", "hy_two", "hy_other")] == [401, 401, 200]
    assert huiyin("tokens", "revoke", "--account", "handler").out == "nothing to do\n"


def test_a_leaked_token_is_found_by_itself_without_being_repeated(
    cast: Cast, huiyin: Huiyin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("hy_two\n"))
    told = huiyin("tokens", "revoke", "--leaked")
    assert (told.status, "hy_two" in told.out) == (0, False)
    assert [answers(raw) for raw in ("hy_one", "hy_two", "hy_other")] == [200, 401, 200]


def test_tokens_of_a_post_that_was_given_up_are_not_among_those_that_act(cast: Cast, huiyin: Huiyin) -> None:
    huiyin("appointments", "end", "handler", "--on", "2026-03-03", "--yes")
    listed = huiyin("tokens", "list", "--json").data["tokens"]
    assert {row["account"] for row in listed} == {"registrar"}
    assert "no longer acts: it expired or the post was given up" in huiyin("tokens", "list", "--all").out


def test_a_token_for_reading_only_reads_and_ends_by_itself(cast: Cast, huiyin: Huiyin) -> None:
    issued = huiyin("tokens", "issue", "stranger", "--read-only", "--days", "10", "--name", "大屏", "--json").data
    assert (issued["scopes"], issued["name"]) == (["read"], "大屏")
    assert answers(issued["token"]) == 200
    client = Client(headers={"Authorization": f"Bearer {issued['token']}"})
    assert client.post("/api/v1/cases", {}, content_type="application/json").status_code == 403
    Token.objects.filter(id=issued["id"]).update(expires_at=NOW)
    assert answers(issued["token"]) == 401
    assert huiyin("tokens", "issue", "stranger", "--days", "5000").status == 2


def test_no_token_is_issued_round_a_second_factor_that_was_not_set_up(cast: Cast, huiyin: Huiyin) -> None:
    assert huiyin("second-factor", "require", "--organisation", "lj", "--role", "handler").status == 0
    refused = huiyin("tokens", "issue", "stranger")
    assert (refused.status, "set none up" in refused.err) == (1, True)
    Authenticator.objects.create(user=cast.accounts["stranger"], type="totp", data={})
    assert answers(huiyin("tokens", "issue", "stranger").out.strip()) == 200
    assert answers("hy_one") == 403


@pytest.mark.parametrize(
    ("line", "status", "told"),
    [
        (("hy_one",), 2, "this is no id of a token; give one that huiyin tokens list shows"),
        (("01900000-0000-7000-8000-000000000000",), 1, "nothing was revoked; see huiyin tokens list"),
        (("--account", "nobody"), 2, "nobody signs in as nobody"),
        ((), 2, "huiyin tokens revoke --help"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do_and_revokes_nothing(
    cast: Cast, huiyin: Huiyin, line: tuple[str, ...], status: int, told: str
) -> None:
    outcome = huiyin("tokens", "revoke", *line)
    assert (outcome.status, outcome.out, outcome.err.count("\n")) == (status, "", 1)
    assert told in outcome.err
    assert "hy_one" not in outcome.err
    assert not Token.objects.filter(revoked_at__isnull=False).exists()
