"""The demonstration shows matters that came from a register kept before."""

from __future__ import annotations

from huiyin import demo
from huiyin.audit.verify import verify
from huiyin.casework.models import Case
from tests.demo.conftest import NOW


def test_matters_of_an_old_register_come_in_at_several_stages_and_hold_when_verified(db: None) -> None:
    demo.make_cast(NOW)
    assert demo.bring_in(NOW) == 4
    cases = Case.objects.exclude(old_number=None)
    assert {case.stage for case in cases} == {"assigned", "registered", "closed"}
    assert {case.rulebook.partition("@")[0] for case in cases} == {"xx-bureau", "national-2005"}
    assert [finding for finding in verify([case.id for case in cases]) if finding.kind == "wrong"] == []
