"""Drills that somebody has played from a page: asked for, played by a worker under the organisation's own rulebook, read afterwards."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from huiyin import worker
from huiyin.incidents.drills import SCENARIOS
from huiyin.incidents.models import Drill
from huiyin.jobs import kinds, queue
from huiyin.jobs.models import Job
from huiyin.jobs.piecewise import STALE
from huiyin.simulation.drill.scenarios import names
from tests.cast import Cast
from tests.incidents.test_report_page import signed_in

pytestmark = pytest.mark.django_db
PAGE = "/desk/incidents/drills/"


def asked(leader: Client, **form: object) -> str:
    answer = leader.post(PAGE, {"scenario": "violence", **form})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def test_every_scenario_that_ships_can_be_asked_for() -> None:
    assert set(SCENARIOS) == set(names())


def test_a_drill_with_an_absent_head_shows_what_came_too_late_and_who_was_told_instead(cast: Cast) -> None:
    leader = signed_in(cast, "leading_group")
    assert 'value="registrar"' in leader.get(PAGE).content.decode()
    page = asked(leader, absent=["department_head"], minutes="6")
    waiting = leader.get(page).content.decode()
    assert "work-progress" in waiting
    busy = leader.post(PAGE, {"scenario": "group-visit"})
    assert busy.status_code == 422
    assert "已有一次演练正在进行" in busy.content.decode()
    worker.do_jobs(timezone.now())
    shown = leader.get(page).content.decode()
    assert "签收并报领导小组" in shown
    assert "超时" in shown
    assert "没有办理，过了 15 分钟不再由其办理，时限 15 分钟" in shown
    assert "每件事 6 分钟内办" in shown
    assert leader.get(f"{page}progress/").headers["HX-Refresh"] == "true"
    assert "项超时" in leader.get(PAGE).content.decode()
    assert worker.do_jobs(timezone.now()) == 0  # done twice, it is played once


def test_a_wrong_form_comes_back_with_what_was_typed(cast: Cast) -> None:
    leader = signed_in(cast, "leading_group")
    answer = leader.post(PAGE, {"scenario": "fire", "absent": ["nobody"], "minutes": "半小时"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert all(words in text for words in ("请从所列情景中选择", "请从所列角色中选择", "1 到 999", "半小时"))
    assert not Drill.objects.exists()


def test_a_drill_that_cannot_be_played_says_so_and_another_can_be_asked_for(cast: Cast) -> None:
    leader = signed_in(cast, "leading_group")
    page = asked(leader)
    Drill.objects.update(scenario="gone")
    for _attempt in range(kinds.KINDS[kinds.DRILL].max_attempts):
        Job.objects.update(due_at=timezone.now(), claimed_until=None)
        worker.do_jobs(timezone.now())
    assert "这次演练没有做成" in leader.get(page).content.decode()
    again = asked(leader)
    assert again != page
    Drill.objects.filter(ended_at=None).update(asked_at=timezone.now() - 2 * STALE)  # no worker ended it
    assert asked(leader) != again
    assert Job.objects.filter(done_at=None, dead_at=None).count() == 1
    put_back = Job.objects.get(dead_at__isnull=False)
    queue.retry(put_back.id, timezone.now() - 2 * STALE)  # before the one that is under way
    worker.do_jobs(timezone.now())
    put_back.refresh_from_db()
    assert "another one" in put_back.error and "这次演练没有做成" in leader.get(page).content.decode()


@pytest.mark.parametrize("who", ["handler", "spokesman"])
def test_who_does_not_see_every_incident_finds_no_drills(cast: Cast, who: str) -> None:
    client = signed_in(cast, who)
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, {"scenario": "violence"}).status_code == 404
