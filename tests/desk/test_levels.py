"""A limited matter is opened by whoever is on its list, must act on it or oversees it, and by nobody else, on no page and in no answer."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from huiyin.audit.verify import verify
from huiyin.casework.models import Case
from huiyin.people.models import LIMITED_CASE, AccessRecord
from tests.cast import Cast
from tests.desk.conftest import Desk, html, page_of
from tests.matters import Matter

REASON = "内容涉及尚未公布的人事安排，适度控制知情范围。"


def limit(client: Client, no: str, *listed: UUID, level: str = "internal", reason: str = REASON) -> object:
    return client.post(
        f"/desk/cases/{no}/level/", {"level": level, "listed": [str(id) for id in listed], "reason": reason}
    )


def may_open(desk: Desk, matter: Matter) -> set[str]:
    asked = ("registrar", "intake", "discipline", "head", "archivist", "handler", "stranger", "outsider")
    return {who for who in asked if desk(who).get(page_of(matter)).status_code == 200}


@pytest.mark.clause("s1-C3")
def test_a_limited_matter_is_opened_by_its_list_by_whoever_owes_a_step_and_by_whoever_oversees(
    cast: Cast, desk: Desk, matter: Matter
) -> None:
    assert may_open(desk, matter) == {"registrar", "intake", "discipline", "head", "archivist"}
    answer = limit(desk("head"), matter.case.number, cast.units["lj-training"].id)
    assert answer.status_code == 302, html(answer)
    assert Case.objects.get(id=matter.id).level == "internal"
    assert may_open(desk, matter) == {"intake", "head", "archivist", "stranger"}
    assert [str(finding) for finding in verify([matter.id])] == []
    page = html(desk("head").get(page_of(matter)))
    assert REASON in page
    assert "临江训练处" in page
    opened = AccessRecord.objects.filter(purpose=LIMITED_CASE, case=matter.id)
    assert {record.account.username for record in opened} == {"intake", "head", "archivist", "stranger"}
