"""Registers through their pages: what is written, noted, refused, exported; who sees which rows."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from huiyin.people.models import AdministrativeAct
from huiyin.readiness.models import (
    Attendance,
    FundLine,
    GroupMember,
    GroupTask,
    Meeting,
    Qualification,
    Spending,
    Supply,
    Training,
)
from tests.cast import Cast
from tests.desk.conftest import Desk, html

TODAY = timezone.localdate
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF"


def saved(client: Client, slug: str, **typed: Any) -> Any:
    answer = client.post(f"/desk/ready/{slug}/new/", typed)
    assert answer.status_code == 302, html(answer)
    return answer.headers["Location"]


def noted(client: Client, address: str, **typed: Any) -> Any:
    return client.post(f"{address}note/", typed)


def in_days(days: int) -> str:
    return (TODAY() + timedelta(days=days)).isoformat()


def stores(cast: Cast, client: Client, **more: Any) -> str:
    typed = {"kind": "stores", "name": "手持扩音器", "place": "一楼值班室", "quantity": 5, "measure": "个", "least": 2}
    typed |= {"owner": cast.accounts["handler"].id, "every_days": 30, "check_on": in_days(10), "expires_on": ""}
    return str(saved(client, "supplies", **(typed | more)))


def line(cast: Cast, client: Client, **more: Any) -> str:
    typed = {"year": TODAY().year, "name": "信访工作专项", "amount": "1000.50", "uses": ["training", "stores"]}
    return str(saved(client, "funds", **(typed | {"owner": cast.accounts["handler"].id} | more)))


def spent(**more: Any) -> dict[str, Any]:
    return {"amount": "400", "use": "stores", "spent_on": TODAY().isoformat(), "purpose": "购买应急灯"} | more


# --- supplies -------------------------------------------------------------------------------------------------------


@pytest.mark.clause("s3-5.2.2")
def test_a_store_is_listed_with_quantity_place_and_check_and_never_falls_below_nothing(cast: Cast, desk: Desk) -> None:
    address = stores(cast, desk("intake"))
    owner = desk("handler")
    assert noted(owner, address, kind="used", amount=4, note="接访现场").status_code == 302
    refused = html(noted(owner, address, kind="used", amount=2))
    assert "只有 1 个，不能领用 2" in refused
    assert Supply.objects.get().quantity == 1
    page = html(owner.get("/desk/ready/supplies/"))
    assert "手持扩音器" in page and "一楼值班室" in page and in_days(10) in page and "不足" in page


@pytest.mark.clause("s3-2.3.2a", "s3-5.2.1")
def test_premises_and_equipment_are_checked_and_what_is_faulty_shows(cast: Cast, desk: Desk) -> None:
    keeper, owner = desk("intake"), desk("handler")
    room = stores(cast, keeper, kind="premises", name="接待室", quantity=1, least=0, check_on=in_days(-1))
    stores(cast, keeper, kind="equipment", name="打印机", quantity=1, least=0)
    assert "逾期未检查" in html(owner.get("/desk/ready/supplies/?show=premises"))
    assert noted(owner, room, kind="faulty", note="门锁坏了").status_code == 302
    page = html(owner.get("/desk/ready/supplies/?show=attention"))
    assert "有问题" in page and "接待室" in page and "打印机" not in page
    assert noted(owner, room, kind="checked").status_code == 302
    kept = Supply.objects.get(name="接待室")
    assert (kept.is_faulty, kept.check_on.isoformat(), kept.quantity) == (False, in_days(30), 1)


def test_who_neither_owns_a_store_nor_keeps_the_register_notes_nothing(cast: Cast, desk: Desk) -> None:
    address = stores(cast, desk("intake"))
    assert noted(desk("stranger"), address, kind="used", amount=1).status_code == 403
    assert desk("outsider").get(address).status_code == 404
    assert noted(desk("outsider"), address, kind="used", amount=1).status_code == 404
    assert Supply.objects.get().quantity == 5


@pytest.mark.parametrize("typed", [{"kind": "added"}, {"kind": "added", "amount": -3}, {"kind": "eaten", "amount": 1}])
def test_an_entry_that_makes_no_sense_comes_back(cast: Cast, desk: Desk, typed: dict[str, Any]) -> None:
    address = stores(cast, desk("intake"))
    assert noted(desk("handler"), address, **typed).status_code == 422
    assert Supply.objects.get().quantity == 5


def test_changing_a_store_leaves_how_many_there_are(cast: Cast, desk: Desk) -> None:
    keeper = desk("intake")
    address = stores(cast, keeper)
    typed = {"kind": "stores", "name": "扩音器", "place": "库房", "measure": "个", "least": 1, "quantity": 99}
    typed |= {"owner": cast.accounts["handler"].id, "every_days": 30, "check_on": in_days(10)}
    assert keeper.post(f"{address}change/", typed).status_code == 302
    kept = Supply.objects.get()
    assert (kept.name, kept.quantity) == ("扩音器", 5)


# --- funds ----------------------------------------------------------------------------------------------------------


@pytest.mark.clause("s3-5.3.1")
def test_a_yearly_line_shows_what_was_spent_and_what_remains(cast: Cast, desk: Desk) -> None:
    address = line(cast, desk("intake"))
    voucher = SimpleUploadedFile("发票.pdf", PDF, "application/pdf")
    assert noted(desk("handler"), address, **spent(voucher=voucher)).status_code == 302
    page = html(desk("intake").get("/desk/ready/funds/?show=year"))
    assert "1,000.50" in page and "400.00" in page and "600.50" in page and "39%" in page
    kept = Spending.objects.get()
    assert bytes(kept.attachment or b"")[:4] != PDF[:4]  # sealed
    opened = desk("handler").get(f"{address}vouchers/{kept.id}/")
    assert opened.content == PDF and opened.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.clause("s3-5.3.2")
def test_what_a_line_is_not_for_and_what_would_overspend_it_is_refused_with_what_to_do(cast: Cast, desk: Desk) -> None:
    address, owner = line(cast, desk("intake")), desk("handler")
    assert "只能用于：培训、应急物资" in html(noted(owner, address, **spent(use="premises")))
    refused = noted(owner, address, **spent(amount="1000.51"))
    assert refused.status_code == 422
    assert "余额只有 1,000.50 元，不能支出 1,000.51 元" in html(refused) and "先办理预算调整" in html(refused)
    assert noted(owner, address, **spent(use="restraint")).status_code == 422
    assert noted(owner, address, **spent(spent_on=in_days(-400))).status_code == 422
    assert noted(owner, address, **spent(spent_on=in_days(1))).status_code == 422
    bad = SimpleUploadedFile("x.pdf", b"MZ\x90 no picture", "application/pdf")
    assert "凭证须是 PDF、OFD、照片" in html(noted(owner, address, **spent(voucher=bad)))
    assert not Spending.objects.exists()


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("name", "kept"), [("发票.html", "发票.jpg"), ("发票.hta", "发票.jpg"), ("../:.exe", "凭证.jpg")]
)
def test_a_voucher_is_called_after_what_it_is(name: str, kept: str, cast: Cast, desk: Desk) -> None:
    address, owner = line(cast, desk("intake")), desk("handler")
    assert noted(owner, address, **spent(voucher=SimpleUploadedFile(name, JPEG, "text/html"))).status_code == 302
    made = Spending.objects.get()
    assert (made.attachment_name, made.attachment_type) == (kept, "image/jpeg")
    Spending.objects.update(attachment_name="早先.html", attachment_type="text/html")  # as it was kept before
    saved = owner.get(f"{address}vouchers/{made.id}/")
    assert saved.headers["Content-Type"] == "image/jpeg" and ".jpg" in saved.headers["Content-Disposition"]


def test_what_is_no_paper_or_picture_is_no_voucher(cast: Cast, desk: Desk) -> None:
    address, owner = line(cast, desk("intake")), desk("handler")
    for content in (b"<script>alert(1)</script>", b"ID3\x03\x00 sound", b"PK\x03\x04 no office file"):
        answer = noted(owner, address, **spent(voucher=SimpleUploadedFile("发票.pdf", content)))
        assert answer.status_code == 422 and "凭证须是 PDF" in html(answer)
    assert not Spending.objects.exists()


def test_who_saves_a_voucher_with_programs_in_it_is_told_before(cast: Cast, desk: Desk) -> None:
    address, owner = line(cast, desk("intake")), desk("handler")
    active = PDF.replace(b"<<>>", b"<</OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>", 1)
    assert noted(owner, address, **spent(voucher=SimpleUploadedFile("发票.pdf", active))).status_code == 302
    there = f"{address}vouchers/{Spending.objects.get().id}/"
    told = owner.get(there)
    assert "里面有宏、脚本" in html(told) and "Content-Disposition" not in told.headers
    assert owner.get(f"{there}?save=1").content == active


def test_a_wrong_spending_is_reversed_by_who_keeps_funds_and_what_remains_follows(cast: Cast, desk: Desk) -> None:
    keeper, owner = desk("intake"), desk("handler")
    address = line(cast, keeper)
    noted(owner, address, **spent())
    made = Spending.objects.get()
    there = f"{address}spendings/{made.id}/reverse/"
    assert there in html(keeper.get(address)) and there not in html(owner.get(address))
    assert owner.post(there, {"reason": "记错了"}).status_code == 403
    assert desk("outsider").post(there, {"reason": "记错了"}).status_code in (403, 404)
    assert keeper.post(there, {"reason": ""}).status_code == 422
    assert "购买应急灯" in html(keeper.get(there))
    assert keeper.post(there, {"reason": "记到了别的预算"}).status_code == 302
    page = html(owner.get(address))
    original, counter = page.index("购买应急灯"), page.index("记到了别的预算")
    assert original < counter and "已冲销" in page and "-400.00" in page and "1,000.50" in page
    again = keeper.post(there, {"reason": "再来"})
    assert again.status_code == 422 and "已经冲销" in html(again)
    entry = Spending.objects.get(reverses=made)
    assert keeper.post(f"{address}spendings/{entry.id}/reverse/", {"reason": "再来"}).status_code == 422
    assert noted(owner, address, **spent(amount="1000.50")).status_code == 302  # all of it remains
    assert AdministrativeAct.objects.filter(change="reverse_spending", by=cast.accounts["intake"]).count() == 1


def test_a_line_is_not_cut_below_what_was_spent(cast: Cast, desk: Desk) -> None:
    keeper = desk("intake")
    address = line(cast, keeper)
    noted(keeper, address, **spent())
    typed = {"name": "信访工作专项", "amount": "399.99", "uses": ["stores"], "owner": cast.accounts["handler"].id}
    answer = keeper.post(f"{address}change/", typed)
    assert "已支出 400.00 元，预算不能少于这个数" in html(answer)
    assert FundLine.objects.get().cents == 100050


def test_funds_and_qualifications_are_for_their_owner_and_who_keeps_them(cast: Cast, desk: Desk) -> None:
    address = line(cast, desk("intake"))
    assert desk("handler").get(address).status_code == 200
    assert desk("stranger").get(address).status_code == 404
    assert "信访工作专项" not in html(desk("stranger").get("/desk/ready/funds/"))


# --- staff ----------------------------------------------------------------------------------------------------------


@pytest.mark.clause("s3-5.1.1")
def test_who_does_petition_work_is_on_record_with_what_makes_them_fit(cast: Cast, desk: Desk) -> None:
    typed = {"account": cast.accounts["handler"].id, "work": "承办", "qualification": "心理咨询师"}
    saved(desk("intake"), "qualifications", **typed, obtained_on="2024-05-01", valid_until=in_days(20))
    page = html(desk("handler").get("/desk/ready/qualifications/"))
    assert "心理咨询师" in page and "承办" in page and "快到期" in page
    assert "心理咨询师" not in html(desk("stranger").get("/desk/ready/qualifications/"))
    backwards = typed | {"qualification": "调解员", "obtained_on": "2024-05-01", "valid_until": "2023-05-01"}
    refused = desk("intake").post("/desk/ready/qualifications/new/", backwards)
    assert refused.status_code == 422 and "有效期不能早于取得日期" in html(refused)
    to_come = typed | {"qualification": "调解员", "obtained_on": in_days(1), "valid_until": ""}
    assert "日期不能晚于今天" in html(desk("intake").post("/desk/ready/qualifications/new/", to_come))
    assert Qualification.objects.count() == 1


@pytest.mark.clause("s3-5.1.2")
def test_training_is_planned_held_and_attendance_noted(cast: Cast, desk: Desk) -> None:
    keeper, owner, person = desk("intake"), desk("handler"), cast.accounts["colleague"]
    typed = {"title": "接访礼仪", "purpose": "business", "planned_on": in_days(5), "owner": cast.accounts["handler"].id}
    address = saved(keeper, "training", **typed)
    assert "即将举办" in html(owner.get("/desk/ready/training/"))
    assert noted(owner, address, people=[person.id], outcome="called").status_code == 302
    early = noted(owner, address, people=[person.id], outcome="attended")
    assert "培训还没有举办" in html(early)
    assert "日期不能晚于今天" in html(keeper.post(f"{address}change/", typed | {"held_on": in_days(5)}))
    assert keeper.post(f"{address}change/", typed | {"held_on": TODAY().isoformat()}).status_code == 302
    assert noted(owner, address, people=[person.id], outcome="passed").status_code == 302
    assert Attendance.objects.get().outcome == "passed"
    assert "考核合格" in html(owner.get(address)) and Training.objects.get().held_on == TODAY()


def test_somebody_who_works_elsewhere_cannot_be_named(cast: Cast, desk: Desk) -> None:
    typed = {"title": "接访礼仪", "purpose": "business", "planned_on": in_days(5)}
    answer = desk("intake").post("/desk/ready/training/new/", typed | {"owner": cast.accounts["outsider"].id})
    assert answer.status_code == 422 and not Training.objects.exists()


# --- groups and tasks -----------------------------------------------------------------------------------------------


@pytest.mark.clause("s3-2.2.1")
def test_the_working_group_has_one_head_deputies_and_members_of_functions(cast: Cast, desk: Desk) -> None:
    keeper = desk("intake")
    assert "工作小组还没有组长" in html(keeper.get("/desk/ready/groups/"))
    head = {"account": cast.accounts["intake"].id, "position": "head", "function": "人力资源"}
    saved(keeper, "members", **head)
    saved(keeper, "members", account=cast.accounts["handler"].id, position="deputy", function="防火")
    second = keeper.post("/desk/ready/members/new/", head | {"account": cast.accounts["registrar"].id})
    assert "工作小组已有组长" in html(second)
    again = keeper.post("/desk/ready/members/new/", head | {"position": "member"})
    assert "这个人已经是成员" in html(again)
    page = html(desk("handler").get("/desk/ready/groups/"))
    assert "人力资源" in page and "防火" in page and "工作小组还没有组长" not in page
    assert "工作小组还没有来自职能部门的成员" in page
    there = f"/desk/ready/members/{GroupMember.objects.get(position='deputy').id}/"
    assert f'action="{there}remove/"' in html(keeper.get(there))
    assert keeper.post(f"{there}remove/").status_code == 302
    assert GroupMember.objects.count() == 1


def meeting(cast: Cast, client: Client) -> str:
    typed = {"group": "leading", "title": "第三次会议", "held_on": in_days(-1), "chair": cast.accounts["head"].id}
    to_come = typed | {"held_on": in_days(3), "minutes": "还没有开。"}
    assert "日期不能晚于今天" in html(client.post("/desk/ready/meetings/new/", to_come))
    return str(saved(client, "meetings", **typed, attending=[cast.accounts["intake"].id], minutes="决定修缮接待室。"))


@pytest.mark.clause("s3-2.2.2a")
def test_what_a_meeting_decides_becomes_tasks_which_report_back_and_show_when_they_are_late(
    cast: Cast, desk: Desk
) -> None:
    keeper, owner = desk("intake"), desk("handler")
    address = meeting(cast, keeper)
    given = {"title": "修缮接待室", "owner": cast.accounts["handler"].id, "due_on": in_days(3)}
    assert noted(keeper, address, **given).status_code == 302
    assert "完成日期不能早于今天" in html(noted(keeper, address, **(given | {"due_on": in_days(-1)})))
    task = GroupTask.objects.get()
    there = f"/desk/ready/tasks/{task.id}/"
    assert "修缮接待室" in html(owner.get("/desk/ready/")) and "有 1 项到期或快到期" in html(owner.get("/desk/"))
    assert noted(owner, there, text="已请人报价").status_code == 302
    GroupTask.objects.update(due_on=TODAY() - timedelta(days=1))
    assert "逾期" in html(keeper.get("/desk/ready/tasks/?show=overdue"))
    assert noted(owner, there, text="已修好", is_final="on").status_code == 302
    assert "修缮接待室" in html(keeper.get("/desk/ready/tasks/?show=done"))
    assert "已修好" in html(keeper.get(there)) and GroupTask.objects.get().done_on == TODAY()
    assert noted(owner, there, text="又及").status_code == 403
    assert "到期或快到期" not in html(owner.get("/desk/"))
    late = keeper.post(f"{there}change/", given | {"title": "另一件事"})
    assert "已经办结" in html(late)


def test_minutes_are_for_those_who_met_who_carry_out_and_who_keep_them(cast: Cast, desk: Desk) -> None:
    address = meeting(cast, desk("intake"))
    assert desk("head").get(address).status_code == 200  # in the chair
    assert desk("stranger").get(address).status_code == 404
    assert "第三次会议" not in html(desk("stranger").get("/desk/ready/groups/"))
    assert Meeting.objects.get().present == [cast.accounts["intake"].id.hex]


# --- what all have --------------------------------------------------------------------------------------------------


def test_who_did_what_stands_in_the_administrative_log(cast: Cast, desk: Desk) -> None:
    address = stores(cast, desk("intake"))
    noted(desk("handler"), address, kind="used", amount=1)
    acts = AdministrativeAct.objects.filter(organisation=cast.lj, about=None).order_by("id")
    assert [(act.change, act.by, act.subject) for act in acts] == [
        ("keep_supply", cast.accounts["intake"], "手持扩音器"),
        ("note_supply", cast.accounts["handler"], "手持扩音器"),
    ]


def test_the_same_thing_entered_twice_is_told(cast: Cast, desk: Desk) -> None:
    line(cast, desk("intake"))
    typed = {"year": TODAY().year, "name": "信访工作专项", "amount": "5", "uses": ["stores"]}
    answer = desk("intake").post("/desk/ready/funds/new/", typed | {"owner": cast.accounts["handler"].id})
    assert answer.status_code == 422 and "已经登记过同样的一项" in html(answer)


def test_exports_hold_what_the_reader_sees_and_no_formula(cast: Cast, desk: Desk) -> None:
    keeper = desk("intake")
    stores(cast, keeper, name='=HYPERLINK("http://example.org")')
    stores(cast, keeper, kind="premises", name="接待室")
    as_csv = keeper.get("/desk/ready/supplies/export.csv?show=stores").content.decode()
    assert as_csv.startswith("\ufeff名称,") and "'=HYPERLINK" in as_csv and "接待室" not in as_csv
    book = openpyxl.load_workbook(BytesIO(keeper.get("/desk/ready/supplies/export.xlsx").content))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]  # type: ignore[union-attr]
    assert len(rows) == 3 and rows[0][0] == "名称"
    formula = next(cell for row in book.active.iter_rows() for cell in row if "HYPERLINK" in str(cell.value))  # type: ignore[union-attr]
    assert formula.data_type == "s" or not str(formula.value).startswith("=")
    assert "HYPERLINK" not in desk("outsider").get("/desk/ready/supplies/export.csv").content.decode()


def test_a_day_is_a_day_in_the_workbook(cast: Cast, desk: Desk) -> None:
    stores(cast, desk("intake"))
    book = openpyxl.load_workbook(BytesIO(desk("intake").get("/desk/ready/supplies/export.xlsx").content))
    value = book.active["G2"].value  # type: ignore[index,union-attr]
    assert value.date() == date.fromisoformat(in_days(10))  # type: ignore[union-attr]
