"""Administrators have a rulebook come into force and open cases follow, on pages: what would follow is told first, and workers do it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from huiyin import worker
from huiyin.audit.verify import verify
from huiyin.casework.models import Case
from huiyin.insight.models import RulebookChange
from huiyin.people import administrators
from huiyin.people.models import Organisation
from huiyin.rule_store.activation import activate
from huiyin.rule_store.models import Activation
from huiyin.rule_store.store import keep
from huiyin.rules.book.load import load
from huiyin.rules.book.sources import gather, gather_shipped
from tests.cast import Cast
from tests.desk.conftest import Desk, html
from tests.matters import begin
from tests.rule_store.own import write

pytestmark = [pytest.mark.django_db, pytest.mark.rarely_on_postgresql]

PATH: Final = "/desk/versions/lj/"
NATIONAL: Final = load("national-2022").book.key


@pytest.fixture
def administrator(cast: Cast, desk: Desk, tmp_path: Path) -> Client:
    """Somebody who administers an organisation with a rulebook of its own, under which registrars see their unit's matters alone."""
    sees_less = write(tmp_path, more="roles:\n  registrar: {sees: unit}\n")
    cast.lj.rulebook = str(keep(*gather(sees_less), timezone.now()))
    cast.lj.save()
    administrators.add(cast.accounts["head"], cast.lj, timezone.now())
    return desk("head")


def worked() -> None:
    while worker.do_jobs(timezone.now()):
        pass


def asked(client: Client, **given: Any) -> str:
    """Where the page stands, once workers have looked at a book; the national one unless another is ``given``."""
    sent = client.post(f"{PATH}activate/", {"basis": "第 3 号"} | (given or {"book": NATIONAL}))
    assert sent.status_code == 302, html(sent)
    assert "正在证明规程" in html(client.get(sent["Location"]))
    worked()
    return str(sent["Location"])


def confirmed(client: Client, page: str) -> str:
    client.post(page, {"confirm": "1"})
    worked()
    return html(client.get(page))


def test_a_book_comes_into_force_and_open_cases_follow_once_it_is_confirmed(administrator: Client, cast: Cast) -> None:
    case = begin(cast, timezone.now() - timedelta(days=2)).case
    accuses = begin(cast, timezone.now() - timedelta(days=2), accused=(cast.accounts["head"].display_name,)).case
    page = asked(administrator)
    assert "现有 1 件未办结事项（1 项待办）仍按原来的版本办" in html(administrator.get(page))
    assert not Activation.objects.exists()
    assert "已决定" in confirmed(administrator, page)
    decided = Activation.objects.get()
    assert (str(decided.edition), decided.basis) == (NATIONAL, "第 3 号")
    assert decided.decided_by == cast.accounts["head"]
    assert Organisation.objects.get(code="lj").rulebook == NATIONAL
    assert "只办旧事项" in html(administrator.get(PATH))

    moving = administrator.post(f"{PATH}move/")["Location"]
    worked()
    assert f"1 件未办结事项改按 {NATIONAL} 办理" in html(administrator.get(moving))
    assert Case.objects.get(id=case.id).rulebook == "lj-own@1"
    assert f"1 件事项改按 {NATIONAL} 办理" in confirmed(administrator, moving)
    assert {row.rulebook for row in Case.objects.filter(id__in=[case.id, accuses.id])} == {NATIONAL}
    assert [str(found) for found in verify() if found.kind == "wrong"] == []


def test_single_cases_move_once_what_would_follow_for_each_was_shown(
    administrator: Client, cast: Cast, desk: Desk
) -> None:
    earlier = timezone.now() - timedelta(days=2)
    case, other = begin(cast, earlier).case, begin(cast, earlier).case
    accuses = begin(cast, earlier, accused=(cast.accounts["head"].display_name,)).case
    activate(cast.lj, gather_shipped("national-2022"), timezone.now())
    assert "只转其中几件" in html(administrator.get(PATH))
    page = f"{PATH}move/some/"
    assert f"?no={case.number}" in (listed := html(administrator.get(page))) and accuses.number not in listed
    for number in (accuses.number, "没有"):
        refused = administrator.post(page, {"numbers": f"{case.number} {number}"})
        assert refused.status_code == 422
        assert f"没有可以转移的：{number}" in html(refused)
    moving = administrator.post(page, {"numbers": f" {case.number.lower()}\n"})["Location"]
    worked()
    shown = html(administrator.get(moving))
    assert "1 件未办结事项改按" in shown
    assert all(words in shown for words in ("可以转", "照旧办：", case.number))
    administrators.add(cast.accounts["handler"], cast.lj, timezone.now())
    assert case.number not in html(desk("handler").get(moving)), "shown to somebody who does not see it in their post"
    assert "1 件事项改按" in confirmed(administrator, moving)
    under = dict(Case.objects.values_list("id", "rulebook"))
    assert [under[one.id] for one in (case, other, accuses)] == [NATIONAL, "lj-own@1", "lj-own@1"]
    confirmed_alone = administrator.post(page, {"numbers": other.number})["Location"]
    worked()
    confirmed(administrator, confirmed_alone)
    assert "把未办结的事项转到现行规程" in html(administrator.get(PATH)), "what is sealed is left under the old version"
    moving = administrator.post(f"{PATH}move/")["Location"]
    worked()
    assert "密封的不计在内" in html(administrator.get(moving))
    assert "0 件事项改按" in confirmed(administrator, moving), "told of what is sealed"
    assert set(Case.objects.values_list("rulebook", flat=True)) == {NATIONAL}


def test_a_book_of_several_files_of_ones_own_comes_into_force_with_all_of_them(
    administrator: Client, tmp_path: Path
) -> None:
    below = write(tmp_path, version="2").read_text(encoding="utf-8").replace("lj-own", "lj-base")
    above = 'rulebook: lj-top\nversion: "1"\ntitle: {zh: 临江局工作规则}\nextends: lj-base  # not lj-top\n'
    shown = html(administrator.get(f"{PATH}activate/"))
    assert "一起选上" in shown and 'value="street-office@' in shown and 'value="urging@' not in shown
    page = asked(administrator, file=[_file("lj-top", above), _file("lj-base", below)])
    assert "lj-top@1 已证明严密" in html(administrator.get(page))
    assert "已决定" in confirmed(administrator, page)
    assert set(Activation.objects.get().edition.texts) >= {"lj-top", "lj-base", "national-2022"}


def test_files_that_do_not_say_which_is_the_book_are_asked_for_again(administrator: Client) -> None:
    files = [_file(name, f"rulebook: {name}\nextends: national-2022\n") for name in ("lj-one", "lj-two")]
    sent = administrator.post(f"{PATH}activate/", {"basis": "第 3 号", "file": files})
    assert sent.status_code == 422
    assert "看不出要用哪一部：lj-one.yaml、lj-two.yaml" in html(sent)


def _file(name: str, text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{name}.yaml", text.encode())


def test_a_book_that_is_not_sound_is_shown_with_its_flaws_and_cannot_be_confirmed(administrator: Client) -> None:
    flawed = SimpleUploadedFile(
        "lj-own.yaml", b"rulebook: lj-own\nversion: '2'\nextends: national-2022\nroles: {who: 1}\n"
    )
    page = asked(administrator, file=flawed)
    shown = html(administrator.get(page))
    assert "不能启用" in shown
    assert "lj-own.yaml:" in shown
    assert "确认启用" not in shown
    assert "没有做" in confirmed(administrator, page)
    assert not Activation.objects.exists()


def test_what_was_found_a_day_ago_is_asked_anew(administrator: Client) -> None:
    page = asked(administrator)
    RulebookChange.objects.update(asked_at=timezone.now() - timedelta(hours=25))
    shown = html(administrator.get(page))
    assert "请重新提出" in shown and "确认启用" not in shown


def test_what_was_overtaken_or_lost_its_asker_is_not_done(administrator: Client, cast: Cast) -> None:
    page = asked(administrator)
    activate(cast.lj, gather_shipped("national-2022"), timezone.now())
    assert "这期间已另有决定" in confirmed(administrator, page)
    assert Activation.objects.count() == 1
    page = asked(administrator)
    administrator.post(page, {"confirm": "1"})
    administrators.remove(cast.accounts["head"], cast.lj, timezone.now())
    worked()
    assert RulebookChange.objects.latest("asked_at").reason == "no_right"


def test_only_administrators_of_the_organisation_decide_and_who_asked_confirms(
    administrator: Client, cast: Cast, desk: Desk
) -> None:
    page = asked(administrator)
    assert desk("intake").get(PATH).status_code == 403
    assert administrator.get("/desk/versions/jn/").status_code == 404
    administrators.add(cast.accounts["archivist"], None, timezone.now())
    other = desk("archivist")
    assert "由提出的人确认" in html(other.get(page))
    assert other.post(page, {"confirm": "1"}).status_code == 404
    assert PATH in html(administrator.get("/desk/versions/"))
    assert PATH not in html(desk("intake").get("/desk/versions/"))


def test_nobody_decides_alone_on_a_book_by_which_they_see_more(administrator: Client, cast: Cast, desk: Desk) -> None:
    begin(cast, timezone.now() - timedelta(days=2))
    administrators.add(cast.accounts["registrar"], cast.lj, timezone.now())
    registrar = desk("registrar")
    shown = html(registrar.get(asked(registrar)))
    assert "请由另一名管理员提出" in shown
    assert "确认启用" not in shown
    assert "确认启用" in html(administrator.get(asked(administrator)))
