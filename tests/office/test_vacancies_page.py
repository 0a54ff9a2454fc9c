"""An administrator sees which roles nobody holds, and what to appoint; nobody else does."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from huiyin.people.appointments import end_holding
from huiyin.people.models import Holding, Organisation
from tests.cast import Cast
from tests.desk.conftest import Desk, html

PAGE = "/office/vacancies/"


def test_a_role_is_vacant_once_its_holder_leaves(cast: Cast, administrator: Client) -> None:
    Organisation.objects.exclude(id=cast.lj.id).update(rulebook="national-2005")  # theirs are their own affair
    lines = [line for line in administrator.get(PAGE).context["lines"] if line.organisation == cast.lj.name]
    assert lines == []
    end_holding(Holding.objects.get(account=cast.accounts["intake"]), timezone.localdate())
    response = administrator.get(PAGE)
    (line,) = (line for line in response.context["lines"] if line.organisation == cast.lj.name)
    assert (line.code, line.posts) == ("intake", ("临江信访办 intake",))
    assert "受理审查人" in html(response) and "任命人员担任" in html(response)


def test_nobody_but_an_administrator_sees_it(cast: Cast, desk: Desk) -> None:
    assert {desk(name).get(PAGE).status_code for name in ("head", "intake", "archivist")} == {403}
