"""Files whose term has run out: one person proposes what becomes of them, another decides; nothing that is still needed is destroyed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from huiyin.archive import shelf
from huiyin.archive.models import Disposal, Package, Transfer
from huiyin.audit.verify import verify
from huiyin.casework.models import Case, CaseAccused, CaseParty, Hold
from huiyin.people.models import Account, Erasure
from huiyin.people.petitioners import PetitionerErased
from tests.archive.filed import archived, put_away
from tests.cast import Cast
from tests.desk.conftest import Desk, html
from tests.matters import Matter, begin

DUE = "/desk/archive/due/"


@pytest.fixture
def expired(cast: Cast) -> Package:
    """A file that was to be kept for ten years, fourteen years on."""
    return ran_out(archived(cast, term="y10"))


def ran_out(matter: Matter) -> Package:
    package = put_away(matter)
    Package.objects.filter(id=package.id).update(archived_at=datetime(2012, 3, 1, tzinfo=UTC))
    package.refresh_from_db()
    return package


def form(*packages: Package, **changes: object) -> dict[str, object]:
    ids = [str(package.id) for package in packages]
    sent = {"number": "销〔2026〕1号", "opinion": "已无保存价值", "outcome": "destroy", "keep_until": ""}
    return {**sent, "packages": ids, **changes}


def proposed(desk: Desk, *packages: Package, **changes: object) -> Disposal:
    answer = desk("archivist").post(DUE, form(*packages, **changes))
    assert answer.status_code == 302, html(answer)
    return Disposal.objects.get()


def decided(desk: Desk, who: str, disposal: Disposal, decision: str = "approve", answer: str = "") -> int:
    sent = {"decision": decision, "answer": answer}
    status: int = desk(who).post(f"/desk/archive/disposals/{disposal.id}/decide/", sent).status_code
    disposal.refresh_from_db()
    return status


def is_readable(package: Package) -> bool:
    try:
        return bool(b"".join(shelf.content(package)))
    except PetitionerErased:
        return False


def test_what_one_proposes_another_approves_and_only_then_it_is_gone(desk: Desk, cast: Cast, expired: Package) -> None:
    disposal = proposed(desk, expired)
    assert is_readable(expired)
    assert "待审批" in html(desk("archivist").get(DUE))
    assert decided(desk, "head", disposal) == 302
    assert not is_readable(expired)
    erased = Erasure.objects.get()
    assert (erased.reason, "销〔2026〕1号" in erased.basis) == (Erasure.Reason.RETENTION, True)
    page = html(desk("archivist").get(f"/desk/archive/disposals/{disposal.id}/"))
    assert expired.digest in page and expired.case.number in page  # what was destroyed can still be told
    assert all(who in page for who in ("批准人", "销毁人", "监销人", "（签名）"))  # as the printed register is signed
    asked_again = html(desk("archivist").get(f"/desk/archive/files/{expired.case.number}/"))
    assert "已销毁" in asked_again and "销〔2026〕1号" in asked_again
    assert desk("archivist").post(f"/desk/archive/files/{expired.case.number}/package.zip").status_code == 404
    assert expired.case.number not in html(desk("archivist").get(DUE))
    assert [finding for finding in verify() if finding.kind == "wrong" and "archived_at" not in str(finding)] == []


def test_nobody_approves_what_they_proposed_and_not_everybody_may(desk: Desk, cast: Cast, expired: Package) -> None:
    own = desk("head").post(DUE, form(expired))
    assert own.status_code == 302
    disposal = Disposal.objects.get()
    assert decided(desk, "head", disposal) == 422
    assert decided(desk, "archivist", disposal) == 403
    assert decided(desk, "handler", disposal) == 403
    assert disposal.approved is None and is_readable(expired)


def test_a_file_on_hold_is_not_destroyed_until_another_person_lifts_it(
    desk: Desk, cast: Cast, expired: Package
) -> None:
    disposal = proposed(desk, expired)
    at = f"/desk/archive/files/{expired.case.number}/hold/"
    assert desk("archivist").post(at, {"hold_reason": "行政诉讼", "basis": ""}).status_code == 422
    assert desk("archivist").post(at, {"hold_reason": "行政诉讼", "basis": "（2026）行初1号"}).status_code == 302
    assert decided(desk, "head", disposal) == 422  # placed after it was proposed
    assert is_readable(expired) and disposal.approved is None
    assert desk("archivist").post(f"{at}lift/", {"lift_reason": "已结案"}).status_code == 422
    assert desk("head").post(f"{at}lift/", {"lift_reason": " "}).status_code == 422
    assert Hold.objects.filter(lifted_at__isnull=True).exists()
    assert desk("head").post(f"{at}lift/", {"lift_reason": "已结案"}).status_code == 302
    assert "已结案" in html(desk("archivist").get(at.removesuffix("hold/")))
    assert decided(desk, "head", disposal) == 302
    assert not is_readable(expired)


def test_of_a_list_with_one_file_that_is_needed_none_is_destroyed(desk: Desk, cast: Cast, expired: Package) -> None:
    other = ran_out(archived(cast, term="y10"))
    disposal = proposed(desk, expired, other)
    lent = {"borrower": "法制科 王宁", "reason": "复核参考", "until": timezone.localdate().isoformat()}
    assert desk("archivist").post(f"/desk/archive/files/{other.case.number}/lend/", lent).status_code == 302
    assert decided(desk, "head", disposal) == 422
    assert is_readable(expired) and is_readable(other)
    assert not Erasure.objects.exists()
    assert decided(desk, "head", disposal, "decline") == 422  # without saying why
    assert decided(desk, "head", disposal, "decline", "还有人借阅") == 302
    assert disposal.approved is False
    assert expired.case.number in html(desk("archivist").get(DUE))  # to be appraised again


def test_what_is_kept_longer_is_not_listed_until_then(desk: Desk, cast: Cast, expired: Package) -> None:
    wrong = desk("archivist").post(DUE, form(expired, outcome="keep", keep_until="2001-01-01"))
    assert wrong.status_code == 422 and "已无保存价值" in html(wrong)
    disposal = proposed(desk, expired, outcome="keep", keep_until="2999-12-31")
    assert decided(desk, "head", disposal) == 302
    assert is_readable(expired)
    assert expired.case.number not in html(desk("archivist").get(DUE))


def test_a_list_that_lacks_something_is_refused(desk: Desk, cast: Cast, expired: Package) -> None:
    young = put_away(archived(cast, term="y30"))
    client = desk("archivist")
    lacking: list[dict[str, object]] = [
        {"number": ""},
        {"opinion": " "},
        {"outcome": "sell"},
        {"packages": []},
        {"packages": ["x"]},
        {"packages": [str(young.id)]},
    ]
    for wrong in lacking:
        assert client.post(DUE, form(expired) | wrong).status_code == 422, wrong
    assert not Disposal.objects.exists()
    proposed(desk, expired)
    assert client.post(DUE, form(expired)).status_code == 422  # it is proposed already


def test_a_file_whose_petitioner_has_another_matter_stays(desk: Desk, cast: Cast, expired: Package) -> None:
    again = begin(cast)
    CaseParty.objects.filter(case=again.case).update(petitioner=expired.case.petitioner)
    page = html(desk("archivist").get(DUE))
    assert "信访人另有事项" in page
    assert desk("archivist").post(DUE, form(expired)).status_code == 422


def test_what_was_handed_over_is_not_destroyed_and_the_other_way_round(
    desk: Desk, cast: Cast, expired: Package
) -> None:
    other = ran_out(archived(cast, term="y10"))
    disposal = proposed(desk, expired)
    sent = {"receiver": "档案馆", "receipt": "1", "day": "2026-03-01", "packages": [str(expired.id)]}
    assert desk("archivist").post("/desk/archive/transfers/new/", sent).status_code == 422
    Transfer.objects.create(
        organisation=cast.lj,
        receiver="档案馆",
        receipt="2",
        day=timezone.localdate(),
        packages={expired.id.hex: expired.digest},
        handed_over_by=cast.accounts["archivist"],
        at=timezone.now(),
    )
    assert decided(desk, "head", disposal) == 422
    assert is_readable(expired) and is_readable(other)


def accuse(package: Package, accused: Account) -> None:
    Case.objects.filter(id=package.case_id).update(sealed=True)
    CaseAccused.objects.create(case=package.case, account=accused)


def test_whom_a_file_accuses_neither_reads_of_its_appraisal_nor_decides_it_and_who_oversees_does(
    desk: Desk, cast: Cast, expired: Package
) -> None:
    accuse(expired, cast.accounts["head"])
    disposal = proposed(desk, expired, outcome="keep", keep_until="2040-01-01")
    page = f"/desk/archive/disposals/{disposal.id}/"
    accused = desk("head")
    assert decided(desk, "head", disposal, "decline", "不同意") == 404
    assert accused.get(page).status_code == 404
    for at in (DUE, "/desk/archive/disposals/"):
        assert disposal.number not in html(accused.get(at))
    assert (decided(desk, "archivist", disposal), decided(desk, "registrar", disposal)) == (422, 403)
    assert decided(desk, "discipline", disposal) == 302 and disposal.approved


def test_of_a_list_with_a_file_that_is_kept_from_them_readers_see_the_others_and_decide_nothing(
    desk: Desk, cast: Cast, expired: Package
) -> None:
    other = ran_out(archived(cast, term="y10"))
    disposal = proposed(desk, expired, other, opinion="反映负责人的一卷照样保管")
    accuse(other, cast.accounts["head"])
    page = html(desk("head").get(f"/desk/archive/disposals/{disposal.id}/"))
    assert expired.case.number in page and '<dd class="num">1</dd>' in page
    assert not [words for words in (other.case.number, "照样保管", 'name="decision"') if words in page]
    assert '<td data-label="卷数" class="tight num">1</td>' in html(desk("head").get("/desk/archive/disposals/"))
    for decision in ("approve", "decline"):
        assert decided(desk, "head", disposal, decision, "不同意") == 403
    assert is_readable(expired) and is_readable(other)
