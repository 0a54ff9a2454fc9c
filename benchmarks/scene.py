"""The stage of the benchmarks: an organisation with two above it, who works there, and one matter's way to its end.

python -m benchmarks.scene      sets an empty database up (DATABASE_URL, HUIYIN_HOME) and prints the tokens as JSON
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

ORGANISATION: Final = "lj"
RULEBOOK: Final = "national-2022"
FIRST_DAY: Final = date(2020, 1, 1)
OFFICE_ROLES: Final = "registrar intake supervisor archivist reviewer rereviewer discipline".split()
UNITS: Final = {"office": OFFICE_ROLES, "lead": ["unit_head"], "biz": ["handler", "co_handler"]}

PETITION: Final[dict[str, Any]] = {
    "organisation": ORGANISATION,
    "channel": "web",
    "title": "小区东门路灯不亮",
    "text": "小区东门外的三盏路灯自上月起不亮,夜间行人和骑车的人多次在此摔倒。" * 6,
    "petitioners": [{"name": "张三", "phone": "13800001111", "address": "幸福路 12 号 3 单元 502 室"}],
}


@dataclass(frozen=True)
class Step:
    """One request of a lifecycle: who takes which action ("petitioner", or a unit's code), with which fields."""

    who: str
    action: str
    fields: dict[str, Any] = field(default_factory=dict)


def lifecycle(today: date) -> tuple[Step, ...]:
    """What follows a submission until it is answered and rated; ``today`` is the day of the run in the rulebook's zone.

    Accepting and assigning are two acts of the intake officer, inquiring one of the handler, deciding two of the handler and the head (nobody
    approves their own opinion, Regulation Art. 32), then the reply is served and the petitioner rates it.
    """
    inquiry = {"means": "site", "investigated_on": today.isoformat(), "finding": "三盏路灯不亮,线路断于施工处。"}
    opinion = {
        "request": "修复小区东门外的路灯。",
        "review_organ": "机构 jn",
        "result": "explain",
        "facts_found": "三盏路灯的线路在施工中被挖断。" * 4,
        "basis": "城市照明管理规定第十七条",
        "opinion": "已责成施工单位恢复线路,十日内完成,期间设置临时照明。",
    }
    served = {
        "mode": "in_person",
        "served_on": today.isoformat(),
        "service_place": "接待室",
        "signed_by": "张三",
        "service_proof": [{"name": "送达回证.txt", "content": "5bey562+5pS2"}],
    }
    return (
        Step("office", "accept", {"kind": "claim", "route": "由本单位按程序办理"}),
        Step("office", "assign", {"unit": "biz", "requirements": "查清原因,限期恢复照明"}),
        Step("biz", "investigate", inquiry),
        Step("biz", "propose_opinion", opinion),
        Step("lead", "approve_opinion", {"approval": "同意"}),
        Step("biz", "serve_reply", served),
        Step("petitioner", "rate", {"office_score": "satisfied", "unit_score": "satisfied"}),
    )


def people_the_scene() -> dict[str, str]:
    """Writes organisations, units, posts and accounts; returns a token for the holder of each unit's post."""
    from huiyin.people.appointments import appoint
    from huiyin.people.models import Account, Organisation, Post, Unit
    from huiyin.people.signing_in.tokens import issue_token, new_token

    now = datetime.now(UTC)
    superior, tokens = None, {}
    for code in ("hx", "jn", ORGANISATION):
        superior = Organisation.objects.create(
            code=code, name=f"机构 {code}", rulebook=RULEBOOK, superior=superior, created_at=now
        )
        for unit_code, roles in UNITS.items():
            unit = Unit.objects.create(organisation=superior, code=unit_code, name=f"{code} {unit_code}")
            post = Post.objects.create(organisation=superior, unit=unit, title="工作人员", roles=roles)
            account = Account.objects.create_user(f"{code}-{unit_code}", display_name=f"{code} {unit_code}")
            tokens[unit_code] = new_token()
            issue_token(appoint(account, post, FIRST_DAY), tokens[unit_code], now)
    return tokens


def main() -> None:
    """Sets up and prints ``{unit code: token}`` of the organisation that receives the petitions."""
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.site.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    print(json.dumps(people_the_scene()))


if __name__ == "__main__":
    main()
