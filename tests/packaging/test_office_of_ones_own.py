"""A year of an office in one go: from the wheel by a file to invitations, a petition, its archive, a merger, an absence, and back from a lost disk."""

from __future__ import annotations

import json
import re
import shutil
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_setting_up import PASSWORD, accept
from tests.installation import Installation

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.exhaustive, pytest.mark.any_database]

OFFICE = """\
people:
  - {username: zhou, name: 周正}
  - {username: zheng, name: 郑好}
  - {username: feng, name: 冯严}
  - {username: chu, name: 褚亮}
  - {username: wei, name: 卫青}
organisations:
  - code: linjiang
    name: 临江街道办事处
    rulebook: street-office
    superior: {name: 临江市信访局, address: 政府路 1 号}
    office: 20
    contact: {address: 滨江路 1 号, phone: 000-0000-0001, hours: 工作日, place: 一楼}
    reception:
      - {weekdays: [1, 2, 3, 4, 5], begins: "9:00", ends: "17:00"}
    units:
      - {code: 10, name: 街道领导, posts: [{title: 主任, roles: [unit_head], holders: [zhou]}, {title: 联系人, roles: [liaison], holders: [zhou]}]}
      - code: 20
        name: 信访办公室
        posts:
          - {title: 登记员, roles: [registrar, intake, archivist, supervisor], holders: [zheng]}
          - {title: 联系人, roles: [liaison], holders: [zheng]}
      - {code: 30, name: 纪检监察室, posts: [{title: 纪检员, roles: [discipline], holders: [feng]}, {title: 联系人, roles: [liaison], holders: [feng]}]}
      - {code: 40, name: 城管科, posts: [{title: 科员, roles: [handler, co_handler], holders: [chu]}, {title: 联系人, roles: [liaison], holders: [chu]}]}
      - {code: 50, name: 环卫科, posts: [{title: 科员, roles: [handler, co_handler], holders: [wei]}, {title: 联系人, roles: [liaison], holders: [wei]}]}
    leaders: {head: zhou}
administrators: [zhou, zheng]
"""
MERGED = (
    "      - {code: 50, name: 环卫科, posts: [{title: 科员, roles: [handler, co_handler], holders: [wei]},"
    " {title: 联系人, roles: [liaison], holders: [wei]}]}\n"
)


def done(installation: Installation, *arguments: str) -> str:
    outcome = installation.run(*arguments)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return outcome.stdout


def ask(installation: Installation, token: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """What the REST interface answers to a person's program."""
    request = urllib.request.Request(
        f"{installation.url}/api/v1{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def hand_in(installation: Installation, page: Any) -> None:
    page.context.clear_cookies()
    page.goto(f"{installation.url}/submit/linjiang/")
    page.fill("#p0-name", "陈晓光")
    page.fill("#p0-phone", "13800001111")
    page.fill("#f-text", "滨江路 8 号门前的路灯已经坏了两个星期，请派人修理。")
    page.get_by_role("button", name="提交").last.click()
    page.wait_for_url("**/submitted/")


def test_an_office_lives_from_the_wheel_to_the_day_after_its_disk_was_lost(
    installed: Installation, page: Any, tmp_path: Path
) -> None:
    file = tmp_path / "office.yaml"
    file.write_text(OFFICE, encoding="utf-8")
    made = json.loads(done(installed, "setup", "--file", str(file), "--no-rehearsal", "--json"))
    assert (made["done"] and made["missing"] == []) or made["invitations"]
    installed.start()
    for one in made["invitations"]:
        accept(page, re.sub(r"http://[^/]+", installed.url, one["link"]))
    hand_in(installed, page)
    clerk = re.search(r"hy_\S+", done(installed, "tokens", "issue", "zheng", "--post", "登记员", "--unit", "20"))
    assert clerk is not None
    (case,) = ask(installed, clerk[0], "/cases")["items"]
    organ = {"competent_organ": "临江市供电局", "reason": "路灯由该单位管理。"}
    ask(installed, clerk[0], f"/cases/{case['no']}/actions/refer", {"fields": organ})
    offered = {one["action"]: one for one in ask(installed, clerk[0], f"/cases/{case['no']}/actions")["allowed"]}
    term = offered["archive"]["schema"]["properties"]["term"]["enum"][0]
    ask(installed, clerk[0], f"/cases/{case['no']}/actions/archive", {"fields": {"term": term}})

    assert MERGED in OFFICE
    merged = OFFICE.replace(MERGED, "").replace(
        "    leaders:", "    abolished: [{code: 50, successor: 40}]\n    leaders:"
    )
    file.write_text(merged, encoding="utf-8")
    done(installed, "organisation", "apply", str(file), "--yes")
    done(installed, "appointments", "leave", "chu", "--yes")  # the liaison of the unit falls ill
    hand_in(installed, page)

    backup, keys = tmp_path / "backup.zip", tmp_path / "keys"
    done(installed, "backup", str(backup), "--keys", str(keys))
    installed.kill()
    shutil.rmtree(installed.home)
    done(installed, "restore", str(backup), "--keys", str(keys))
    assert done(installed, "ledger", "verify").startswith("2 cases")
    installed.start()
    page.context.clear_cookies()
    page.goto(f"{installed.url}/accounts/login/")
    page.fill("[name=login]", "zheng")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/desk/")
    assert case["no"] in str(ask(installed, clerk[0], "/cases"))
