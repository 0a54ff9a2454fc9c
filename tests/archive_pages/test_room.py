"""The archive room: files are found, read on record, lent, handed over; nobody learns there of what they may not know."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import Client
from django.utils import timezone

from huiyin.archive import room
from huiyin.archive.models import Loan, Package, Transfer
from huiyin.audit.verify import beside_cases
from huiyin.casework.lists import search_tokens
from huiyin.door.erasure import Erasing, erase
from huiyin.jobs.models import Job
from huiyin.people.models import AccessRecord, Erasure
from huiyin.rules.book.schema import CUSTODIAN
from tests.archive.filed import archived, put_away
from tests.cast import Cast, join
from tests.desk.conftest import Desk, html
from tests.matters import Matter, begin, walk


def filed(cast: Cast, **changes: object) -> tuple[Matter, Package]:
    """An archived matter with its package."""
    matter = archived(cast, **changes)
    return matter, put_away(matter)


def at(matter: Matter, page: str = "") -> str:
    return f"/desk/archive/files/{matter.case.number}/{page}"


def body(response: HttpResponseBase) -> bytes:
    assert isinstance(response, StreamingHttpResponse)
    return b"".join(response)  # type: ignore[arg-type]


# --- who comes in ---------------------------------------------------------------------------------------------------

PAGES = ("", "printed/", "due/", "disposals/", "transfers/", "transfers/new/")


@pytest.mark.parametrize("page", PAGES)
def test_the_room_is_for_the_archivist_and_for_whoever_sees_all_of_the_organisation(
    desk: Desk, cast: Cast, page: str
) -> None:
    seen = {who: desk(who).get(f"/desk/archive/{page}").status_code for who in ("archivist", "registrar", "handler")}
    assert seen["archivist"] == 200
    assert seen["handler"] == 403
    may = room.may_enter(cast.actor("registrar", timezone.now()))
    assert seen["registrar"] == (200 if may else 403)


def test_the_menu_offers_it_to_those_alone(desk: Desk) -> None:
    assert "/desk/archive/" in html(desk("archivist").get("/desk/"))
    assert "/desk/archive/" not in html(desk("handler").get("/desk/"))


def test_a_stranger_is_sent_to_sign_in() -> None:
    assert Client().get("/desk/archive/").status_code == 302


def test_another_organisation_s_files_are_not_there(desk: Desk, cast: Cast) -> None:
    matter, _package = filed(cast)
    assert desk("outsider").get(at(matter)).status_code in (403, 404)


# --- finding --------------------------------------------------------------------------------------------------------


def test_what_an_organ_above_archived_is_filed_there(desk: Desk, cast: Cast) -> None:
    above = {"superior_archivist": ("jn-office", ("archivist",)), "superior_other": ("jn-training", ("archivist",))}
    join(cast, above)
    matter = begin(cast, timezone.now() - timedelta(days=3), accused=("临江信访办",))
    matter.does("petitioner", "withdraw")
    matter.does("superior_archivist", "archive", term="y30")
    package = put_away(matter)
    assert desk("superior_archivist").get(at(matter)).status_code == 200
    assert matter.case.number in html(desk("superior_archivist").get("/desk/archive/"))
    assert desk("superior_other").get(at(matter)).status_code == 404
    assert desk("archivist").get(at(matter)).status_code == 404
    assert package.organisation_id == cast.lj.id


def test_a_file_is_found_by_year_term_number_and_words_of_its_title(desk: Desk, cast: Cast) -> None:
    matter, package = filed(cast, term="y30")
    client, number = desk("archivist"), matter.case.number
    year = timezone.localtime(package.archived_at).year
    token = search_tokens.token("路灯", cast.accounts["archivist"].id, timezone.now())
    wrong = search_tokens.token("噪音", cast.accounts["archivist"].id, timezone.now())
    for query in ("", f"year={year}", "term=y30", f"number={number[-6:]}", f"search={token}"):
        assert number in html(client.get(f"/desk/archive/?{query}")), query
    for query in (f"year={year - 1}", "term=y10", "number=000000000", f"search={wrong}", "year=0000"):
        assert (number in html(client.get(f"/desk/archive/?{query}"))) == (query == "year=0000"), query


def test_words_of_a_title_stand_in_no_address(desk: Desk, cast: Cast) -> None:
    filed(cast)
    answer = desk("archivist").post("/desk/archive/", {"words": "滨江路路灯", "year": "2026"})
    assert answer.status_code == 302
    assert "%E6%BB%A8" not in answer["Location"]
    assert "year=2026" in answer["Location"]


def test_what_waits_for_its_package_and_what_failed_is_shown_and_asked_for_again(desk: Desk, cast: Cast) -> None:
    matter, client = archived(cast), desk("archivist")
    assert "制作中" in html(client.get("/desk/archive/"))
    Job.objects.filter(what="archive").update(dead_at=timezone.now(), error="SealBroken")
    assert "重新制作" in html(client.get("/desk/archive/"))
    client.post(at(matter, "again/"))
    assert Job.objects.get(what="archive").dead_at is None


def test_a_file_has_its_page_from_the_moment_of_archiving(desk: Desk, cast: Cast) -> None:
    matter, client = archived(cast), desk("archivist")
    page = client.get(at(matter))
    assert page.status_code == 200
    assert "归档包正在制作" in html(page)
    put_away(matter)
    assert "卷内目录" in html(client.get(at(matter)))


def test_the_page_of_a_file_whose_package_failed_offers_to_make_it_again(desk: Desk, cast: Cast) -> None:
    matter, client = archived(cast), desk("archivist")
    Job.objects.filter(what="archive").update(dead_at=timezone.now(), error="SealBroken")
    assert "重新制作" in html(client.get(at(matter)))
    assert client.post(at(matter, "again/")).headers["Location"] == at(matter)
    assert "归档包正在制作" in html(client.get(at(matter)))


def test_a_case_that_nobody_has_archived_has_no_file(desk: Desk, cast: Cast) -> None:
    assert desk("archivist").get(at(walk(begin(cast)))).status_code == 404


def test_the_page_of_an_archived_case_leads_to_its_file(desk: Desk, cast: Cast) -> None:
    matter, client = archived(cast), desk("archivist")
    case = f"/desk/cases/{matter.case.number}/"
    assert at(matter) in html(client.get(case))
    assert "归档包正在制作" in html(client.get(case))
    put_away(matter)
    assert at(matter) in html(client.get(case))
    assert "归档包正在制作" not in html(client.get(case))
    assert at(matter) not in html(desk("handler").get(case))


def test_the_catalogue_is_printed(desk: Desk, cast: Cast) -> None:
    matter, package = filed(cast)
    page = html(desk("archivist").get("/desk/archive/printed/"))
    assert matter.case.number in page
    assert timezone.localtime(package.archived_at).strftime("%Y%m%d") in page


# --- one file -------------------------------------------------------------------------------------------------------


def test_its_catalogue_names_each_item_with_its_pages(desk: Desk, cast: Cast) -> None:
    matter, _package = filed(cast)
    page = html(desk("archivist").get(at(matter)))
    for expected in ("信访事项登记表", "处理意见书", "送达回证", "照片说明.txt", "信访材料"):
        assert expected in page
    assert "陈晓光" not in page


def test_the_download_is_the_package_and_is_put_on_record(desk: Desk, cast: Cast) -> None:
    matter, package = filed(cast)
    before = AccessRecord.objects.filter(account=cast.accounts["archivist"]).count()
    content = body(desk("archivist").post(at(matter, "package.zip")))
    assert sha256(content).hexdigest() == package.digest
    assert zipfile.ZipFile(BytesIO(content)).testzip() is None
    assert AccessRecord.objects.filter(account=cast.accounts["archivist"], purpose="archive").count() == before + 1


def test_reading_an_address_downloads_nothing(desk: Desk, cast: Cast) -> None:
    matter, _package = filed(cast)
    assert desk("archivist").get(at(matter, "package.zip")).status_code == 405


def test_a_press_verifies_the_package(desk: Desk, cast: Cast) -> None:
    matter, package = filed(cast)
    client = desk("archivist")
    assert "与账本所载的一致" in html(client.post(at(matter, "verify/"), follow=True))
    default_storage.delete(package.place)
    assert "请从备份恢复" in html(client.post(at(matter, "verify/"), follow=True))


def test_an_erased_file_says_so_and_gives_nothing_out(desk: Desk, cast: Cast) -> None:
    matter, _package = filed(cast)
    erase(matter.case, Erasing(Erasure.Reason.ORDER, "临信〔2026〕1号", cast.accounts["head"]), matter.at)
    client = desk("archivist")
    page = html(client.get(at(matter)))
    assert "已销毁" in page
    assert "下载归档包" not in page
    assert client.post(at(matter, "package.zip")).status_code == 404


# --- sealed matters -------------------------------------------------------------------------------------------------


def sealed(cast: Cast) -> Matter:
    """A matter that accuses a unit, archived."""
    matter = walk(begin(cast, accused=("临江训练处",)))
    matter.does("archivist", "archive")
    put_away(matter)
    return matter


def test_a_sealed_file_is_listed_and_only_who_may_know_opens_it(desk: Desk, cast: Cast) -> None:
    matter = sealed(cast)
    client = desk("archivist")
    page = html(client.get(at(matter)))
    assert "下载归档包" not in page
    assert client.post(at(matter, "package.zip")).status_code == 403
    reader = cast.actor("discipline", matter.at)
    keeper = replace(reader, roles=reader.roles | {CUSTODIAN})
    assert [room.may_open(matter.case, one, matter.at) for one in (reader, keeper)] == [False, True]


def test_whoever_a_file_accuses_does_not_learn_that_it_is_there(cast: Cast) -> None:
    matter = sealed(cast)
    for who, post in cast.posts.items():
        if post.unit.code == "lj-training":
            assert not room.files_for(cast.actor(who, matter.at)).exists()
    accused = Package.objects.filter(case=matter.id)
    assert accused.exists()


def test_a_confidential_petitioner_is_for_the_custodian(desk: Desk, cast: Cast) -> None:
    matter, _package = filed(cast, confidential=True)
    assert desk("archivist").post(at(matter, "package.zip")).status_code == 403


# --- lending --------------------------------------------------------------------------------------------------------


def loan(**changes: str) -> dict[str, str]:
    until = (timezone.localdate() + timedelta(days=7)).isoformat()
    return {"borrower": "法制科 王宁", "reason": "复核参考", "until": until, **changes}


def test_a_file_is_lent_and_comes_back(desk: Desk, cast: Cast) -> None:
    matter, _package = filed(cast)
    client = desk("archivist")
    assert "法制科 王宁" in html(client.post(at(matter, "lend/"), loan(), follow=True))
    assert "借出" in html(client.get("/desk/archive/"))
    made = Loan.objects.get()
    assert "没有借阅" not in html(client.post(at(matter, f"loans/{made.id}/back/"), follow=True))
    made.refresh_from_db()
    assert made.taken_back_by == cast.accounts["archivist"]
    assert "在库" in html(client.get("/desk/archive/"))


def test_a_loan_that_does_not_say_who_why_or_until_when_is_refused(desk: Desk, cast: Cast) -> None:
    matter, _package = filed(cast)
    client = desk("archivist")
    for wrong in ({"borrower": " "}, {"reason": ""}, {"until": "2001-01-01"}, {"until": "x"}):
        assert client.post(at(matter, "lend/"), loan(**wrong)).status_code == 422, wrong
    assert not Loan.objects.exists()


def test_what_is_lent_is_not_lent_again(desk: Desk, cast: Cast) -> None:
    matter, _package = filed(cast)
    client = desk("archivist")
    client.post(at(matter, "lend/"), loan())
    assert client.post(at(matter, "lend/"), loan()).status_code == 422
    assert Loan.objects.count() == 1


def test_an_overdue_loan_is_shown(desk: Desk, cast: Cast) -> None:
    matter, _package = filed(cast)
    client = desk("archivist")
    client.post(at(matter, "lend/"), loan())
    Loan.objects.update(until=timezone.localdate() - timedelta(days=1))
    assert "逾期未还" in html(client.get("/desk/archive/"))
    assert "逾期未还" in html(client.get(at(matter)))
    assert any("archive_loan" in str(finding) for finding in beside_cases())  # the row was changed past our functions


# --- handing over, and what is left ---------------------------------------------------------------------------------


def test_files_are_handed_over_under_a_receipt(desk: Desk, cast: Cast) -> None:
    matter, package = filed(cast)
    client, today = desk("archivist"), timezone.localdate().isoformat()
    sent = {"receiver": "临江市档案馆", "receipt": "2026-3", "day": today, "packages": [str(package.id)]}
    page = html(client.post("/desk/archive/transfers/new/", sent, follow=True))
    assert matter.case.number in page
    assert package.digest in page
    assert "移交人" in page and "接收人" in page  # sign the printed list
    assert "2026-3" in html(client.get("/desk/archive/transfers/"))
    assert "已移交" in html(client.get("/desk/archive/"))
    assert client.post("/desk/archive/transfers/new/", sent).status_code == 422
    assert Transfer.objects.get().packages == {package.id.hex: package.digest}


def test_a_transfer_that_lacks_something_is_refused(desk: Desk, cast: Cast) -> None:
    _matter, package = filed(cast)
    sent: dict[str, object] = {"receiver": "档案馆", "receipt": "1", "day": "2026-11-01", "packages": [str(package.id)]}
    lacking: list[dict[str, object]] = [
        {"receiver": ""},
        {"receipt": ""},
        {"day": ""},
        {"day": "2999-01-01"},
        {"packages": []},
        {"packages": ["x"]},
    ]
    client = desk("archivist")
    for wrong in lacking:
        assert client.post("/desk/archive/transfers/new/", sent | wrong).status_code == 422, wrong
    assert not Transfer.objects.exists()


def test_a_lent_file_is_not_handed_over(desk: Desk, cast: Cast) -> None:
    matter, package = filed(cast)
    client = desk("archivist")
    client.post(at(matter, "lend/"), loan())
    sent = {"receiver": "档案馆", "receipt": "1", "day": "2026-03-01", "packages": [str(package.id)]}
    assert client.post("/desk/archive/transfers/new/", sent).status_code == 422


@pytest.mark.parametrize(
    ("term", "years", "listed"), [("y10", 11, True), ("y10", 10, False), ("permanent", 200, False)]
)
def test_what_may_be_destroyed_is_listed_from_the_year_after_its_term(
    cast: Cast, term: str, years: int, listed: bool
) -> None:
    matter, package = filed(cast, term=term)
    day = timezone.localdate(package.archived_at)
    found = room.due_for_destruction(
        cast.actor("archivist", matter.at), day.replace(year=day.year + years, month=1, day=1)
    )
    assert [one.package.id for one in found] == ([package.id] if listed else [])
