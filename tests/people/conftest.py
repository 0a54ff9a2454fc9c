"""The cast of the tests about people: a company under a group, its units, and who works there."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from huiyin.people.appointments import appoint
from huiyin.people.models import Account, Holding, Organisation, Post, Unit
from tests.kept import done_once

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
FIRST_DAY = date(2026, 1, 1)


@dataclass
class Cast:
    """Lin registers at the office; Zhou is liaison of the workshop; Qin decides in the group above."""

    group: Organisation
    company: Organisation
    office: Unit
    workshop: Unit
    group_office: Unit
    registrar: Post
    workshop_liaison: Post
    reviewer: Post
    lin: Account
    zhou: Account
    qin: Account
    lin_holds: Holding


def _unit(organisation: Organisation, code: str) -> Unit:
    return Unit.objects.create(organisation=organisation, code=code, name=f"单位 {code}")


def _post(unit: Unit, title: str, *roles: str) -> Post:
    return Post.objects.create(organisation=unit.organisation, unit=unit, title=title, roles=list(roles))


@pytest.fixture
def cast(db: None) -> Cast:
    return done_once("cast about people", _made)


def _made() -> Cast:
    group = Organisation.objects.create(code="group", name="某集团", rulebook="national-2022", created_at=NOW)
    company = Organisation.objects.create(
        code="company", name="某公司", rulebook="national-2022", superior=group, created_at=NOW
    )
    office, workshop, group_office = _unit(company, "10"), _unit(company, "20"), _unit(group, "10")
    registrar = _post(office, "接待员", "registrar", "handler")
    workshop_liaison = _post(workshop, "联系人", "liaison", "undertaker")
    reviewer = _post(group_office, "复查员", "registrar", "reviewer", "undertaker")
    lin, zhou, qin = (Account.objects.create_user(name, display_name=name.title()) for name in ("lin", "zhou", "qin"))
    lin_holds = appoint(lin, registrar, FIRST_DAY)
    appoint(zhou, workshop_liaison, FIRST_DAY)
    appoint(qin, reviewer, FIRST_DAY)
    return Cast(
        group,
        company,
        office,
        workshop,
        group_office,
        registrar,
        workshop_liaison,
        reviewer,
        lin,
        zhou,
        qin,
        lin_holds,
    )
