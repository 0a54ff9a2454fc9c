"""Planning on pages: a draft, published, shown to all, planned again where it fell."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from huiyin.jobs import kinds
from huiyin.jobs.models import Job
from huiyin.people.absences import note_absence
from huiyin.rota import asking
from huiyin.rota.models import ReceptionCall, Rota, RotaRequest, Shift, Swap
from huiyin.rota.on_duty import read_anew
from huiyin.worker import do_jobs
from tests.cast import Cast
from tests.desk.conftest import Desk, html
from tests.matters import Matter, begin
from tests.rota.turns import TURNS

ONE_DAY = timedelta(days=1)
READ = ("", "versions/", "swaps/", "calls/", "mine.ics")


def worked_off(client: Client, asked: HttpResponse) -> HttpResponse:
    """What the page says of a rota once a worker has done what was asked; the answer itself where it was refused at once."""
    if asked.status_code != 302:
        return asked
    do_jobs(timezone.now())
    return client.get(asked.headers["Location"])


def planned(cast: Cast, desk: Desk, people: tuple[str, ...] = TURNS, **more: Any) -> HttpResponse:
    """The answer to planning four weeks from tomorrow on."""
    first = timezone.localdate() + ONE_DAY
    typed = {"first": first, "last": first + 27 * ONE_DAY, "needed": 1, "begins": "09:00", "ends": "17:00"}
    typed["members"] = [cast.accounts[name].id for name in people]
    return worked_off(desk("intake"), desk("intake").post("/desk/rota/plan/staff/", typed | more))


def published(cast: Cast, desk: Desk) -> Rota:
    """A rota that counts, made on pages."""
    draft = planned(cast, desk).headers["Location"]
    assert desk("intake").post(f"{draft}publish/").status_code == 302
    return Rota.objects.get()


def month(client: Client, shift: Shift) -> str:
    return html(client.get(f"/desk/rota/?month={shift.day:%Y-%m}"))


def first_shift(rota: Rota) -> Shift:
    found = rota.shifts.select_related("account").first()
    assert found is not None
    return found


@pytest.mark.clause("s1-C20a")
def test_a_rota_is_planned_published_and_shown_to_everybody(cast: Cast, desk: Desk) -> None:
    draft = planned(cast, desk).headers["Location"]
    page = html(desk("intake").get(draft))
    assert "同事 registrar" in page and "草稿" in page
    assert desk("handler").get(draft).status_code == 404
    assert desk("handler").post(f"{draft}publish/").status_code == 403
    assert desk("intake").post(f"{draft}publish/").status_code == 302
    shift = first_shift(Rota.objects.get())
    assert str(shift.account) in month(desk("handler"), shift)
    assert str(shift.account) not in month(desk("outsider"), shift)
    assert desk("outsider").get(draft).status_code == 404


def test_who_does_not_keep_the_rota_plans_nothing(cast: Cast, desk: Desk) -> None:
    assert desk("handler").get("/desk/rota/plan/staff/").status_code == 403
    assert desk("intake").get("/desk/rota/plan/staff/").status_code == 200
    assert desk("intake").get("/desk/rota/plan/leaders/").status_code == 200
    assert desk("intake").get("/desk/rota/plan/others/").status_code == 404
    assert [desk("handler").get(f"/desk/rota/{page}").status_code for page in READ] == [200] * len(READ)
    assert [Client().get(f"/desk/rota/{page}").status_code for page in READ] == [302] * len(READ)


def test_what_cannot_be_planned_comes_back_with_the_reason_and_what_was_typed(cast: Cast, desk: Desk) -> None:
    refused = planned(cast, desk, ("registrar",), ends="16:30")
    assert "同一人不连续两天值班" in html(refused) and not RotaRequest.objects.filter(ended_at=None)
    (back,) = re.findall(r'href="(/desk/rota/plan/staff/[^"]+)"', html(refused))
    typed = desk("intake").get(back).context["form"]
    assert typed["members"].value() == [cast.accounts["registrar"].id]
    assert "16:30" in str(typed["ends"])
    assert planned(cast, desk, ends="08:00").status_code == 422
    assert planned(cast, desk, ("outsider",)).status_code == 422
    assert "请选择轮值人员" in html(planned(cast, desk, ()))
    assert not Rota.objects.exists()


def test_while_a_worker_plans_the_page_says_so_by_itself_and_without_scripts_and_to_nobody_else(
    cast: Cast, desk: Desk
) -> None:
    typed = {"first": timezone.localdate() + ONE_DAY, "last": timezone.localdate() + 9 * ONE_DAY, "needed": 1}
    typed |= {"begins": "09:00", "ends": "17:00", "members": [cast.accounts[name].id for name in TURNS]}
    place = desk("intake").post("/desk/rota/plan/staff/", typed).headers["Location"]
    page, part = desk("intake").get(place), desk("intake").get(place, headers={"HX-Request": "true"})
    assert "正在排班" in html(page) and "http-equiv" in html(page) and f'hx-get="{place}"' in html(part)
    assert [desk(name).get(place).status_code for name in ("handler", "outsider")] == [404, 404]
    assert not Rota.objects.exists()
    for _twice in range(2):
        Job.objects.filter(what=kinds.ROTA).update(done_at=None)
        do_jobs(timezone.now())
    assert desk("intake").get(place, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert desk("intake").get(place).headers["Location"] == f"/desk/rota/versions/{Rota.objects.get().id}/"
    assert asking.forget(timezone.now() + 2 * ONE_DAY) == 1


def test_a_draft_is_thrown_away_and_what_counts_is_not(cast: Cast, desk: Desk) -> None:
    draft = planned(cast, desk).headers["Location"]
    desk("intake").post(f"{draft}discard/")
    assert not Rota.objects.exists() and not Shift.objects.exists()
    rota = published(cast, desk)
    desk("intake").post(f"/desk/rota/versions/{rota.id}/discard/")
    assert Rota.objects.exists()


def test_the_page_says_which_shifts_fell_and_plans_these_again(cast: Cast, desk: Desk) -> None:
    rota = published(cast, desk)
    shift = first_shift(rota)
    note_absence(shift.account, shift.day, shift.day + ONE_DAY, timezone.now())
    assert "有班次不能成立" in month(desk("intake"), shift) and "离岗" in month(desk("handler"), shift)
    answer = worked_off(desk("intake"), desk("intake").post(f"/desk/rota/versions/{rota.id}/again/"))
    draft = html(desk("intake").get(answer.headers["Location"]))
    assert "与现在执行的不同的有 1 个班次" in draft
    desk("intake").post(f"{answer.headers['Location']}publish/")
    assert "有班次不能成立" not in month(desk("intake"), shift)


def test_a_swap_is_asked_for_agreed_to_and_approved_on_pages(cast: Cast, desk: Desk) -> None:
    shift = first_shift(published(cast, desk))
    owner = desk(shift.account.username)
    taken = set(Shift.objects.filter(day__lte=shift.day + 5 * ONE_DAY).values_list("account", flat=True))
    other = next(name for name in TURNS if cast.accounts[name] != shift.account)
    third = next(name for name in TURNS if name not in (other, shift.account.username))
    address = f"/desk/rota/shifts/{shift.id}/swap/"
    assert taken and desk("handler").get(address).status_code == 404
    assert owner.get(address).status_code == 200
    Shift.objects.filter(account=cast.accounts[other], day__lte=shift.day + ONE_DAY).update(
        account=cast.accounts[third]
    )
    choices = {value for value, _label in owner.get(address).context["form"].choices}
    assert str(cast.accounts[other].id) in choices
    assert {(value.split(":")[0], one) for value in choices for one in value.split(":")[1:]} <= {
        (str(one.account_id), str(one.id)) for one in Shift.objects.all()
    }
    assert f"{shift.id}/swap/" in html(owner.get("/desk/rota/"))
    exchanged = [value for value in choices if ":" in value]
    assert exchanged
    assert owner.post(address, {"asked_of": exchanged[0]}).status_code == 302  # what is offered is taken
    Swap.objects.all().delete()
    assert owner.post(address, {"asked_of": cast.accounts[other].id}).status_code == 302
    assert f"{shift.id}/swap/" not in html(owner.get("/desk/rota/"))
    swap = Swap.objects.get()
    assert "有人请您换班" in html(desk(other).get("/desk/")) and "有人请您换班" not in html(owner.get("/desk/"))
    assert "同意" in html(desk(other).get("/desk/rota/"))
    desk(other).post(f"/desk/rota/swaps/{swap.id}/agree/")
    assert desk("handler").post(f"/desk/rota/swaps/{swap.id}/approve/").status_code == 404
    desk(third).post(f"/desk/rota/swaps/{swap.id}/approve/")
    shift.refresh_from_db()
    assert shift.account == cast.accounts[other]
    assert "已换班" in html(owner.get("/desk/rota/swaps/"))
    assert "已换班" not in html(desk("handler").get("/desk/rota/swaps/"))


@pytest.mark.clause("s1-C20d")
def test_who_is_called_shows_until_they_come_and_the_matter_to_who_may_see_it(
    cast: Cast, desk: Desk, matter: Matter
) -> None:
    number = begin(cast).case.number
    keeper = desk("intake")
    called = {"called": cast.accounts["handler"].id, "place": "接待室"}
    assert keeper.post("/desk/rota/calls/", called | {"number": "没有"}).status_code == 422
    assert desk("stranger").post("/desk/rota/calls/", called | {"number": number}).status_code == 422
    assert keeper.post("/desk/rota/calls/", called | {"number": number}).status_code == 302
    assert keeper.post("/desk/rota/calls/", called).status_code == 422
    assert number in html(keeper.get("/desk/rota/calls/"))
    others = html(desk("stranger").get("/desk/rota/calls/"))
    assert "未到场" in others and number not in others
    assert "请您到接待现场 接待室" in html(desk("handler").get("/desk/rota/"))
    assert "还没有到场" not in html(keeper.get("/desk/rota/"))
    call = ReceptionCall.objects.get()
    assert desk("outsider").post(f"/desk/rota/calls/{call.id}/arrived/").status_code == 404
    own = desk("handler")
    assert "请您到接待现场" in html(own.get("/desk/"))
    for what in ("arrived", "again"):  # who receives them notes it
        own.post(f"/desk/rota/calls/{call.id}/{what}/")
    call.refresh_from_db()
    assert (call.arrived_at, call.times) == (None, 1)
    ReceptionCall.objects.update(called_at=call.called_at - ONE_DAY, last_called_at=call.called_at - ONE_DAY)
    assert "还没有到场" in html(keeper.get("/desk/rota/"))
    keeper.post(f"/desk/rota/calls/{call.id}/again/")
    keeper.post(f"/desk/rota/calls/{call.id}/arrived/")
    call.refresh_from_db()
    assert (call.times, call.arrival_noted_by) == (2, cast.accounts["intake"])


@pytest.mark.clause("art-30.3")
def test_for_a_matter_that_accuses_somebody_who_is_called_is_written_down_and_nobody_is_told_who_may_not_come(
    cast: Cast, desk: Desk
) -> None:
    accusing = begin(cast, accused_units=frozenset({cast.units["lj-training"].id})).case.number
    calls, keeper = "/desk/rota/calls/", desk("intake")
    listed = keeper.post(calls, {"called": cast.accounts["handler"].id, "number": accusing})
    assert listed.status_code == 422 and "同事 archivist" not in html(listed) and 'value="同事 handler"' in html(listed)
    note_absence(cast.accounts["colleague"], timezone.localdate(), None, timezone.now())
    told = []
    for name in ("stranger", "colleague"):
        answer = keeper.post(calls, {"called": f"同事 {name}", "number": accusing})
        words = re.sub(r'"[A-Za-z0-9_-]{22,}"', "", html(answer))
        told.append((answer.status_code, words.replace(name, "")))
    assert told[0] == told[1] and told[0][0] == 422 and "不能到场（请假、已回避" in told[0][1]
    assert keeper.post(calls, {"called": "某某", "number": accusing}).status_code == 422
    assert keeper.post(calls, {"called": "同事 handler", "number": accusing}).status_code == 302
    assert ReceptionCall.objects.get().called == cast.accounts["handler"]


def test_every_page_of_staff_says_who_is_on_duty(cast: Cast, desk: Desk) -> None:
    rota = published(cast, desk)
    shift = first_shift(rota)
    Shift.objects.filter(id=shift.id).update(day=timezone.localdate(), begins="00:00", ends="23:59:59.999999")
    read_anew()
    assert f"<b>{shift.account}</b>" in html(desk("handler").get("/desk/"))
    note_absence(shift.account, timezone.localdate(), None, timezone.now())
    read_anew()
    assert "无人在岗" in html(desk("handler").get("/desk/"))
