"""Who is named later, by staff, in what a file is called or beside a row does not open the page of what names them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from huiyin.casework.vocabulary import File
from huiyin.door import Accepted, open_case
from huiyin.door.correcting import Correction, correct_registration
from tests.cast import Cast, make_cast
from tests.desk.conftest import Desk, html, page_of
from tests.matters import Matter, begin, replay_equals_projection, report, walk

pytestmark = pytest.mark.clause("art-30.3")
NAMES = {
    "registrar": "吴静",
    "intake": "周全",
    "discipline": "严明",
    "handler": "冯火生",
    "co_handler": "钱立本",
    "superior_registrar": "陈梅",
}
BUREAU = pytest.mark.parametrize("cast", ["xx-bureau"], indirect=True)
ACCUSING = "我举报你们单位有人收受贿赂，具体的人以后再说。"


@pytest.fixture
def cast(db: None, request: pytest.FixtureRequest) -> Cast:
    cast = make_cast(getattr(request, "param", "national-2022"))
    for name, borne in NAMES.items():
        cast.accounts[name].display_name = borne
        cast.accounts[name].save()
    return cast


def came(cast: Cast, **said: object) -> Matter:
    return begin(cast, timezone.now() - timedelta(days=2), **said)


def opens(desk: Desk, who: str, matter: Matter) -> bool:
    return desk(who).get(page_of(matter)).status_code == 200


def test_who_is_named_after_a_matter_accused_somebody_neither_opens_nor_decides_it(cast: Cast, desk: Desk) -> None:
    matter = came(cast, text=ACCUSING)
    assert not opens(desk, "intake", matter)  # somebody of the office, and nobody knows who
    matter.does("petitioner", "supplement", more="那个人就是受理审查员周全，二十号在茶楼当面给的。")
    assert not opens(desk, "intake", matter) and not opens(desk, "registrar", matter)
    assert opens(desk, "superior_registrar", matter)  # the custodian below works where 周全 does
    assert desk("intake").post(f"{page_of(matter)}actions/decline/", {}).status_code == 404


def test_nor_who_is_named_beside_whom_it_accuses_for_certain(cast: Cast, desk: Desk) -> None:
    matter = came(cast, text="反映问题。", accused=("冯火生",))
    assert opens(desk, "registrar", matter) and not matter.case.unresolved
    matter.does("petitioner", "supplement", more="还有登记员吴静也参与了，两个人一起分的。")
    assert not opens(desk, "registrar", matter)


def test_nor_the_custodian_whom_a_supplement_to_a_report_of_retaliation_names(cast: Cast, desk: Desk) -> None:
    made = report(cast, retaliation="有人打电话威胁我撤回来信。", complained_of="handler")
    made.does(
        "registrar",
        "supplement",
        more="打电话的是纪检监察员严明。",
        came_by="phone",
        sent_on="$today",
        came_on="$today",
    )
    assert not opens(desk, "discipline", made) and opens(desk, "superior_registrar", made)


def test_nor_whom_a_corrected_text_names_under_a_title_that_accuses(cast: Cast, desk: Desk) -> None:
    matter = came(cast, title="举报受贿", text="见附页。")
    changed = Correction("漏录。", text="登记员吴静在办证时要了五千。")
    correct_registration(matter.id, changed, cast.actor("registrar"), matter.at)
    assert not opens(desk, "registrar", matter)


def test_a_supplement_that_names_somebody_where_nothing_accuses_goes_on_as_before(cast: Cast, desk: Desk) -> None:
    matter = came(cast)
    matter.does("petitioner", "supplement", more="登记员吴静让我补交照片，现在补上。")
    assert opens(desk, "registrar", matter) and not matter.case.unresolved


def test_nor_whom_the_name_of_a_file_names(cast: Cast, desk: Desk) -> None:
    file = File("举报登记员吴静收受贿赂的转账截图.png", b"\x89PNG\r\n\x1a\n")
    assert not opens(desk, "registrar", came(cast, text="请看附件照片。", files=(file,)))


@pytest.mark.parametrize("line", ["纪jian", "ming姐"])
def test_the_custodian_called_in_letters_or_by_what_they_do_gets_nothing(cast: Cast, desk: Desk, line: str) -> None:
    post = cast.posts["discipline"]
    post.title, post.roles = "纪委书记", ["custodian"]
    post.save()
    matter = came(cast, accused=(line,))
    assert not opens(desk, "discipline", matter) and opens(desk, "superior_registrar", matter)


def test_a_note_that_accuses_somebody_is_kept_from_them_and_one_that_tells_who_deals_with_it_is_not(
    cast: Cast, desk: Desk
) -> None:
    matter = came(cast)
    desk("intake").post(f"{page_of(matter)}notes/", {"note": "已同登记员吴静核对，举报人来过电话。"})
    assert opens(desk, "registrar", matter)
    answer = desk("intake").post(f"{page_of(matter)}notes/", {"note": "信访人来电，说登记员吴静收受贿赂。"})
    assert answer.status_code == 302 and "/cases/" not in answer["Location"]
    assert not opens(desk, "registrar", matter) and opens(desk, "superior_registrar", matter)
    replay_equals_projection(matter.id)


def an_incident(cast: Cast, **said: str) -> Accepted:
    """Reported by the inspection office; what is not said of it matters to nobody here."""
    now = timezone.localtime()
    usual = {
        "place": "接待大厅",
        "happened_on": now.date().isoformat(),
        "happened_at": f"{now:%H:%M}",
        "conduct": "有人大声喧哗。",
        "danger": "堵住出口。",
        "persuasion": "已经解释。",
        "staff_present": "值班人员。",
        "coordinator": str(cast.accounts["inspection"].id),
        "recording": "none",
    }
    actor = cast.actor("inspection", now)
    outcome = open_case(cast.lj, "incident", "report_incident", actor, timezone.now(), {**usual, **said})
    assert isinstance(outcome, Accepted), outcome
    replay_equals_projection(outcome.case.id)
    return outcome


@BUREAU
def test_whom_visitors_accuse_does_not_read_what_staff_took_down_at_an_incident(cast: Cast, desk: Desk) -> None:
    told = Matter(cast, an_incident(cast), timezone.now())
    told.does("inspection", "call_unit", unit="lj-fire")
    assert opens(desk, "handler", told)
    said = "要求严查冯火生收钱的事，举报人张某不愿让他知道。"
    told.does("registrar", "register_requests", demanded="some", requests=said, registered_case=came(cast).case.number)
    assert not opens(desk, "handler", told) and not opens(desk, "liaison", told) and opens(desk, "inspection", told)
    replay_equals_projection(told.id)
    later = Matter(cast, an_incident(cast, conduct="来访人举报防火处冯火生收受贿赂。"), timezone.now())
    assert "UNAVAILABLE" in str(later.tries("inspection", "call_unit", unit="lj-fire")).upper()
    praised = Matter(cast, an_incident(cast, conduct="有人喧哗，承办人冯火生到场答复举报人。"), timezone.now())
    praised.does("inspection", "call_unit", unit="lj-fire")
    assert opens(desk, "handler", praised)


@BUREAU
def test_nor_is_whoever_an_order_of_supervision_accuses_sent_it(cast: Cast, desk: Desk) -> None:
    usual = {
        "urged_why": "overdue",
        "urged_unit": "lj-fire",
        "result_by": f"{timezone.localdate() + timedelta(days=9)}",
    }
    actor = cast.actor("archivist", timezone.now())  # who supervises
    sent = [
        open_case(cast.lj, "urging", "remind", actor, timezone.now(), {**usual, "urged_duty": words})
        for words in ("核查举报冯火生收受贿赂的来信。", "请承办人冯火生尽快答复举报人。")
    ]
    assert [isinstance(one, Accepted) for one in sent] == [False, True], sent


@BUREAU
def test_what_accuses_the_office_of_whoever_writes_it_down_is_taken_all_the_same(cast: Cast) -> None:
    assert an_incident(cast, conduct="来访人举报登记员吴静收受贿赂。").state.accused_people == {
        cast.accounts["registrar"].id
    }


def test_who_was_cleared_is_not_told_that_they_were_meant_by_a_mark_or_a_step(cast: Cast, desk: Desk) -> None:
    matter = came(cast, text="请查冯火生。")
    assert "密封" in html(desk("intake").get(page_of(matter)))
    matter.does("discipline", "propose_clearing")
    matter.does("superior_registrar", "identify_accused", accused_units=[], accused_people=[])
    walk(matter, until="assign")
    never = walk(came(cast), until="assign")
    pages = [html(desk("handler").get(page_of(one))) for one in (matter, never)]
    assert len({page.count("提出不认定") + page.count("更正被反映") for page in pages}) == 1 and "密封" not in pages[0]
    assert "密封" not in html(desk("handler").get("/desk/cases/"))
    assert html(desk("intake").get(page_of(matter))).count("提出不认定") > pages[0].count("提出不认定")
