"""An administrator sees what is done beside the pages, and what to do about what was given up; nobody else does."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from huiyin import worker
from huiyin.casework.models import Case, Duty, Submission
from huiyin.jobs import kinds, queue
from huiyin.jobs.models import Job
from huiyin.office.jobs import LABELS
from huiyin.people.models import Account
from tests.cast import DAY, Cast
from tests.desk.conftest import Desk, html
from tests.matters import begin, walk

JOBS = "/office/jobs/"
PEOPLE = "/office/people/"
HEADINGS = {
    "dead": "已放弃的作业",
    "running": "正在处理",
    "waiting": "等候处理",
    "timers": "即将自动办理",
    "done": "一天之内完成",
}


def section(response: HttpResponse, name: str) -> str:
    """One panel of the page."""
    page = html(response)
    (found,) = [part for part in page.split("<section ")[1:] if f'id="{name}-title"' in part]
    assert HEADINGS[name] in found
    return found


def put(organisation: UUID, count: int = 1) -> list[Job]:
    at = timezone.now()
    jobs = [kinds.notice(organisation, uuid4(), n, uuid4(), "petitioner", at) for n in range(count)]
    return Job.objects.bulk_create(jobs)


def given_up(cast: Cast) -> Job:
    put(cast.lj.id)
    (job,) = queue.claim(timezone.now(), kinds.NOTICE)
    queue.give_up(job, timezone.now(), "the mail server refuses the address")
    return job


def test_only_an_administrator_sees_the_jobs_or_does_anything_about_them(cast: Cast, desk: Desk) -> None:
    job = given_up(cast)
    actions = (f"{JOBS}{job.id}/retry/", f"{JOBS}{job.id}/drop/")
    for name in cast.accounts:
        assert desk(name).get(JOBS).status_code == 403, name
        assert {desk(name).post(action).status_code for action in actions} == {403}, name
    assert Client().get(JOBS).status_code == 302
    assert {Client().post(action).status_code for action in actions} == {302}
    assert Job.objects.get().dead_at is not None


def test_only_an_administrator_finds_the_way_there(administrator: Client, desk: Desk) -> None:
    assert PEOPLE in html(administrator.get("/desk/"))
    assert JOBS in html(administrator.get(PEOPLE))
    assert PEOPLE not in html(desk("intake").get("/desk/"))


def test_an_administrator_without_a_post_sees_the_jobs_and_no_case(db: None) -> None:
    account = Account.objects.create_superuser("root", display_name="管理员", password=None)
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(JOBS).status_code == 200
    refused = client.get("/desk/cases/")
    assert refused.status_code == 403
    assert JOBS in html(refused)


def test_jobs_are_listed_by_what_has_become_of_them(administrator: Client, cast: Cast) -> None:
    given_up(cast)
    put(cast.lj.id, 2)
    queue.settle(queue.claim(timezone.now(), kinds.NOTICE, 1)[0], timezone.now())
    queue.enqueue(kinds.what_if(cast.lj.id, uuid4(), 120, timezone.now()))
    (run,) = queue.claim(timezone.now(), kinds.WHAT_IF)
    Job.objects.filter(id=run.id).update(progress=50)
    page = administrator.get(JOBS)
    assert "the mail server refuses the address" in section(page, "dead")
    assert "50 / 120" in section(page, "running")
    assert 'value="41"' in section(page, "running")
    assert section(page, "waiting").count("通知信访人有新文书") == 1
    assert '<dt>通知信访人有新文书</dt><dd class="num">不到 10</dd>' in section(page, "done")
    assert "lj 机构" in section(page, "running")
    assert "没有后台进程" not in html(page)


def test_a_timer_that_is_due_is_shown_without_its_case(administrator: Client, cast: Cast) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=100)), until="serve_reply")
    shown = section(administrator.get(JOBS), "timers")
    assert "lj 机构" in shown
    assert "没有到期的职责" not in shown
    assert matter.case.number not in shown
    worker.fire_timers(timezone.now())
    assert Case.objects.get(id=matter.id).stage == "closed"
    assert "没有到期的职责" in section(administrator.get(JOBS), "timers")


def test_what_follows_from_a_sealed_case_is_neither_listed_nor_counted(administrator: Client, cast: Cast) -> None:
    begin(cast)
    before = html(administrator.get(JOBS))
    said = begin(cast, timezone.now() - timedelta(days=100), accused=(cast.accounts["registrar"].display_name,))
    assert Case.objects.get(id=said.id).sealed and Duty.objects.filter(case=said.id).exists()
    Duty.objects.filter(case=said.id).update(timer_at=timezone.now() - DAY, on_due="close")
    submission = Submission.objects.get(case=said.id)
    queue.enqueue(kinds.archive(cast.lj.id, said.id, 1, timezone.now()))
    queue.enqueue(kinds.mailed_receipt(cast.lj.id, submission.id, timezone.now()))
    queue.enqueue(kinds.file_reading(cast.lj.id, uuid4(), timezone.now()))
    owed = Duty.objects.filter(case=said.id).first()
    assert owed is not None
    queue.enqueue(kinds.staff_mail(cast.accounts["discipline"].id, [("new", owed.id.hex)], timezone.now()))
    kept = Job.objects.filter(payload__has_key="submission")
    kept.update(dead_at=timezone.now() - 2 * DAY, error="the server refuses the address")
    after = administrator.get(JOBS)
    assert section(after, "waiting").count("lead-cell") == 1  # the file of another
    for name in ("timers", "running", "dead", "done"):
        assert section(after, name) in before
    health = html(administrator.get("/office/health/"))
    assert "没有积压或者放弃的后台作业" in health
    given_up = kept.get().id
    for action in ("retry", "drop"):
        administrator.post(f"{JOBS}{given_up}/{action}/")
        assert kept.get().dead_at is not None
    assert worker.try_sealed_again(timezone.now()) == 1 and kept.get().dead_at is None


def test_what_was_given_up_can_be_put_back(administrator: Client, cast: Cast) -> None:
    job = given_up(cast)
    response = administrator.post(f"{JOBS}{job.id}/retry/", follow=True)
    assert "已重新排队" in html(response)
    assert "没有放弃的作业" in section(response, "dead")
    assert "通知信访人有新文书" in section(response, "waiting")
    assert [again.id for again in queue.claim(timezone.now(), kinds.NOTICE)] == [job.id]


def test_what_was_given_up_can_be_dropped(administrator: Client, cast: Cast) -> None:
    job = given_up(cast)
    assert "已丢弃" in html(administrator.post(f"{JOBS}{job.id}/drop/", follow=True))
    assert not Job.objects.filter(dead_at__isnull=False).exists()
    again = administrator.post(f"{JOBS}{job.id}/drop/", follow=True)
    assert again.status_code == 200
    assert "已丢弃" not in html(again)


def test_reading_changes_nothing(administrator: Client, cast: Cast) -> None:
    job = given_up(cast)
    for action in ("retry", "drop"):
        assert administrator.get(f"{JOBS}{job.id}/{action}/").status_code == 405
    assert Job.objects.get().dead_at is not None


def test_the_page_says_when_no_worker_runs(administrator: Client, cast: Cast) -> None:
    put(cast.lj.id)
    Job.objects.update(due_at=timezone.now() - DAY)
    assert "似乎没有后台进程在运行" in html(administrator.get(JOBS))


def test_of_very_many_jobs_the_first_are_shown_and_all_are_counted(administrator: Client, cast: Cast) -> None:
    put(cast.lj.id, 60)
    shown = section(administrator.get(JOBS), "waiting")
    assert shown.count("通知信访人有新文书") == 50
    assert '<span class="aside num">60</span>' in shown


def test_every_kind_of_job_has_a_function_and_a_name_in_words() -> None:
    assert set(kinds.KINDS) == set(worker.WORK) == set(LABELS)


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_a_job_of_another_version_of_the_system_is_shown_by_its_name(
    administrator: Client, cast: Cast, language: str
) -> None:
    put(cast.lj.id)
    Job.objects.update(what="telegram")
    response = administrator.get(JOBS, headers={"accept-language": language})
    assert response.status_code == 200
    assert "telegram" in html(response)
