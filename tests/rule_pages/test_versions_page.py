"""The page about what is in force: the decisions of one's organisation, and how many cases one may see are under which version."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from huiyin.people.models import Account
from huiyin.rule_store.activation import activate, adopt
from huiyin.rules.book.sources import gather
from tests.cast import Cast
from tests.desk.conftest import Desk
from tests.matters import Matter
from tests.rule_store.own import write

pytestmark = [pytest.mark.django_db, pytest.mark.rarely_on_postgresql]


def test_what_is_in_force_what_waits_and_what_never_came(cast: Cast, desk: Desk, tmp_path: Path) -> None:
    now = timezone.now()
    head = Account.objects.get(username="head")
    adopt(now - timedelta(days=3))
    activate(cast.lj, gather(write(tmp_path)), now, effective_from=now + timedelta(days=9), by=head)
    activate(
        cast.lj, gather(write(tmp_path, "2", 12)), now, effective_from=now + timedelta(days=5), by=head, basis="第 3 号"
    )
    page = desk("stranger").get("/desk/versions/")
    told = [(one.rulebook, one.status, one.basis) for one in page.context["decisions"]]
    assert told == [
        ("lj-own@2", "waiting", "第 3 号"),
        ("lj-own@1", "replaced", ""),
        (page.context["current"], "current", ""),
    ]
    assert page.context["waiting"] == "lj-own@2"
    assert str(head) in page.content.decode()


def test_only_cases_that_one_may_see_are_counted(cast: Cast, desk: Desk, matter: Matter) -> None:
    assert [share.cases for share in desk("registrar").get("/desk/versions/").context["shares"]] == [1]
    assert desk("stranger").get("/desk/versions/").context["shares"] == ()
