"""An administrator sees which roles nobody holds, and what to appoint; nobody else does."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from huiyin.door.handing_over import let_stand_in
from huiyin.people.absences import note_absence
from huiyin.people.appointments import day_of, end_holding
from huiyin.people.models import Holding, Organisation
from tests.cast import DAY, Cast
from tests.desk.conftest import Desk, html
from tests.matters import begin

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


def test_whoever_is_away_leaves_a_role_vacant_and_duties_to_nobody(
    cast: Cast, administrator: Client, desk: Desk
) -> None:
    now = timezone.now()
    matter, sealed = begin(cast, now - DAY), begin(cast, now - DAY, accused=("临江训练处",))
    note_absence(cast.accounts["intake"], day_of(now), None, now)
    page = administrator.get(PAGE)
    (line,) = (line for line in page.context["lines"] if line.organisation == cast.lj.name and line.code == "intake")
    assert line.stand_in == "本机关负责人"
    waiting = [(line.role, line.label, line.count) for line in page.context["waiting"]]
    assert sorted(waiting) == [("", "", 1), ("受理审查人", "审查并书面告知", 1)]
    assert "密封事项的待办" in html(page)
    assert sealed.case.number not in html(page)
    assert "无人承办" in html(desk("head").get("/desk/unfinished/"))
    let_stand_in(now)
    assert administrator.get(PAGE).context["waiting"] == ()
    assert "无人承办" not in html(desk("head").get("/desk/unfinished/"))
    assert {duty.role for duty in matter.case.duties.all()} == {"unit_head"}


def test_nobody_but_an_administrator_sees_it(cast: Cast, desk: Desk) -> None:
    assert {desk(name).get(PAGE).status_code for name in ("head", "intake", "archivist")} == {403}
