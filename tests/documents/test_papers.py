"""The documents of matters that ran: what stands on them, from whose forms, and until when a remedy is open."""

from __future__ import annotations

from io import BytesIO

import docx
import pytest
from django.test import Client
from django.utils import timezone, translation
from pypdf import PdfReader

from huiyin.casework.history import HistoryStep, Shown, documents, read_history, steps
from huiyin.casework.models import Notice
from huiyin.documents.compose import content_of
from huiyin.documents.content import NO_NUMBER
from huiyin.documents.forms import RENDERERS, rendered
from huiyin.documents.laws import full_names
from huiyin.documents.pdf import pdf
from huiyin.documents.service import NotServed, blank_record, service_record
from huiyin.documents.steps.signing import signed_each_page
from huiyin.documents.steps.step_document import step_document
from huiyin.documents.word import docx_of
from huiyin.door import Rejected
from huiyin.people.models import AccessRecord
from huiyin.rules.book.load import load
from tests.books import BOOKS
from tests.cast import DAY, NOW, Cast, make_cast
from tests.desk.test_heads_of_papers import ORGANS, issued
from tests.documents.drafting import text_of
from tests.documents.making import bare, body_text, content_in, text_of_docx, text_of_pdf
from tests.matters import ROAD, Matter, begin, walk
from tests.portal.conftest import open_matter

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def signed_in(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.accounts[name], backend="django.contrib.auth.backends.ModelBackend")
    return client


def begun(code: str = "临信访", book: str = "national-2022") -> Matter:
    cast = make_cast(book)
    cast.lj.paper_code = code
    cast.lj.save()
    return begin(cast, NOW)


def test_the_notice_of_acceptance_says_what_was_asked_the_law_the_limit_and_its_number() -> None:
    made = content_in(walk(begun(), until="accept"), "acceptance")
    words = body_text(made)
    assert "您反映的“滨江路路灯不亮”信访事项（网上信访，编号LJ-20260302-" in words
    assert "本机关于2026年3月2日收到" in words
    assert "收到：" not in words
    assert "根据《信访工作条例》第二十三条第一款、第二款的规定，决定予以受理" in words
    assert "于2026年3月2日受理，办理期限为60日，至2026年5月6日。" in words
    assert (made.number, made.dated, made.organ) == ("临信访〔2026〕1号", "2026年3月2日", "lj 机构")


def test_art_32_the_opinion_holds_request_facts_decision_basis_and_the_remedy_with_organ_and_days() -> None:
    """Its text was approved before the service, from which alone the last day follows: it says so many days of receipt."""
    words = body_text(content_in(walk(begun(), until="serve_reply"), "reply"))
    for part in (
        "一、您的投诉请求\n修好路灯。",
        "二、认定的事实和理由\n线路老化。",
        "列入本月检修。",
        "对您的请求：解释说明。",
        "有关规定。",
    ):
        assert part in words
    assert "自收到本意见书之日起30日内，根据《信访工作条例》第三十五条的规定，向江南 机构请求复查" in words
    assert "落实" not in words


def test_the_remedy_names_the_organ_above_where_no_form_asked_for_it() -> None:
    matter = begun(book="national-2005")
    matter.does("intake", "accept", kind=None, route=None)
    words = body_text(content_in(matter, "acceptance"))
    assert "《信访条例》第二十二条第二款" in words and "自受理之日起60日内办结" in words
    for who, action in ROAD[1:6]:
        given = {"request": None, "review_organ": None} if action == "propose_opinion" else {}
        matter.does(who, action, **given)
    assert "根据《信访条例》第三十四条的规定，向jn 机构请求复查" in body_text(content_in(matter, "reply"))


def test_the_opinion_on_review_is_the_higher_organs_and_bears_a_number_of_that_organs_own_register() -> None:
    made = content_in(walk(begun(), until="serve_review"), "review_opinion")
    assert (made.organ, made.number, made.copies) == ("jn 机构", "〔2026〕1号", ("lj 机构",))
    assert made.about.startswith("关于lj 机构办理的信访事项 LJ-")
    assert "向华夏 机构请求复核" in body_text(made) and "对原意见：维持。" in body_text(made)


def test_numbers_have_no_gaps_and_sealed_matters_have_a_series_apart() -> None:
    first = begun()
    first.does("intake", "accept")
    second = begin(first.cast, NOW)
    second.does("intake", "accept")
    assert [content_in(one, "acceptance").number for one in (first, second)] == [
        "临信访〔2026〕1号",
        "临信访〔2026〕2号",
    ]
    Notice.objects.filter(case=second.id).update(series="sealed-papers", number=1)
    assert content_in(second, "acceptance").number == "临信访专〔2026〕1号"
    Notice.objects.filter(case=second.id).update(series="", number=None)
    assert content_in(second, "acceptance").number == NO_NUMBER


def test_a_paper_goes_up_with_a_place_for_who_signs_it() -> None:
    procedure = load("national-2022").book.procedures["matter"]
    matter = walk(begun(), until="accept")
    issued(
        matter, "hand_over_review", "review_transmittal", "registrar", "lj", procedure.notices["review_transmittal"].to
    )
    made = content_in(matter, "review_transmittal", "江南 机构")
    assert made.upward and made.attachments and "滨江路" not in body_text(made)
    assert "签发人" in text_of_pdf(rendered(made, "pdf").content)


def test_the_record_of_a_service_says_what_was_served_how_and_when_and_leaves_places_to_sign() -> None:
    matter = walk(begun(), until="serve_reply")
    reply = [one for one in documents(read_history(matter.case, None)) if one.kind == "reply"][-1]
    made = service_record(reply, read_history(matter.case, None), "陈晓光")
    rows = {row.label: row.value for row in made.rows}
    assert (rows["送达文书名称"], rows["文号"], rows["受送达人"]) == ("信访处理意见书", "临信访〔2026〕3号", "陈晓光")
    assert (rows["送达方式"], rows["送达日期"], rows["送达人签名"]) == ("直接送达", "2026年3月2日", "")
    for text in (text_of_pdf(rendered(made, "pdf").content), text_of_docx(rendered(made, "docx").content)):
        assert "送达回证" in text and "直接送达" in text and "拒收事由" in text
    page = rendered(made, "html").content.decode()
    assert "直接送达" in page and "paper-sign" not in page and "paper-organ" not in page
    acceptance = documents(read_history(matter.case, None))[0]
    with pytest.raises(NotServed):
        service_record(acceptance, read_history(matter.case, None), "陈晓光")


def test_a_form_is_one_page_and_bears_neither_the_address_at_which_its_document_is_verified_nor_a_place_for_the_seal() -> (
    None
):
    matter = walk(begun(), until="serve_reply")
    past = read_history(matter.case, None)
    reply = [one for one in documents(past) if one.kind == "reply"][-1]
    assert content_of(reply, past, "陈晓光").verify
    made = blank_record(reply, past, "陈晓光")
    written = pdf(made)
    assert len(PdfReader(BytesIO(written)).pages) == 1
    assert text_of_pdf(written).count(bare(made.organ)) == 1
    assert text_of_docx(docx_of(made)).count(bare(made.organ)) == 1
    assert (made.verify, made.contact, made.mark) == ("", "", "")


def test_the_desk_offers_the_record_of_a_service_where_a_step_served_the_paper() -> None:
    matter = walk(begun(), until="serve_reply")
    client = signed_in(matter.cast, "registrar")
    for kind, there in (("reply", True), ("acceptance", False)):
        notice = Notice.objects.get(case=matter.id, kind=kind)
        assert ("service.pdf" in client.get(f"/desk/notices/{notice.id}/").content.decode()) is there
        answer = client.get(f"/desk/notices/{notice.id}/service.pdf")
        assert answer.status_code == (200 if there else 404)
        if there:
            assert "陈**" in text_of_pdf(answer.content)


def test_nothing_that_a_notice_prints_is_lost_where_no_template_names_it() -> None:
    made = content_in(walk(begun(), until="assign"), "assignment")
    assert "一、办理要求\n现场查看后提出意见。" in body_text(made) and "承办单位" not in body_text(made)
    assert made.addressee == "临江防火处" and made.attachments == ("信访材料",)


def test_a_referral_is_to_the_organ_that_it_names_and_an_extension_says_the_new_last_day() -> None:
    referred = begun()
    referred.does("intake", "refer")
    referral = content_in(referred, "referral", "有关机关、单位")
    assert referral.addressee == "市城管局" and "市城管局" not in body_text(referral)
    matter = walk(begin(referred.cast, NOW), until="assign")
    matter.does("handler", "request_extension")
    matter.does("head", "grant_extension", days=20)
    assert "办理期限延长20日，至2026年5月21日。" in body_text(content_in(matter, "extension"))


def test_a_paper_is_in_chinese_for_a_reader_of_english_pages() -> None:
    matter = walk(begun(), until="serve_reply")
    with translation.override("en"):
        assert "对您的请求：解释说明。" in body_text(content_in(matter, "reply"))


@pytest.mark.parametrize("book", BOOKS)
def test_every_notice_of_every_book_can_be_had_in_every_form(book: str) -> None:
    rules, cast = load(book), make_cast(book)
    matter = begin(cast, timezone.now() - DAY)
    procedure, tried = rules.book.procedures["matter"], set()
    for name, action in procedure.actions.items():
        for kind in set(action.notice) - tried:
            role = next(
                (role for role in action.by if rules.book.roles[role].of not in ("petitioner", "system")), "registrar"
            )
            organ = ORGANS.get(rules.book.roles[role].of, "lj") if role in rules.book.roles else "lj"
            rule = procedure.notices[kind]
            notice = issued(matter, name, kind, role, organ, rule.to)
            Notice.objects.filter(id=notice.id).update(clause=list(rule.clause))
            made = content_in(matter, kind)
            page = bare(rendered(made, "html").content.decode())
            for text in (
                page,
                text_of_pdf(rendered(made, "pdf").content),
                text_of_docx(rendered(made, "docx").content),
            ):
                parts = (made.organ, made.title, made.number, made.dated, full_names(rules, rule.clause))
                assert [part for part in map(bare, parts) if part not in text] == [], kind
                assert "{" not in text.partition("</head>")[2], kind
            tried.add(kind)
    assert len(tried) > 15
    assert set(RENDERERS) == {"html", "pdf", "docx"}


def test_the_petitioner_saves_their_paper_with_their_name_and_nobody_elses() -> None:
    matter, client = begun(), Client()
    matter.does("intake", "accept")
    other = begin(matter.cast, NOW)
    other.does("intake", "accept")
    mine, others = (Notice.objects.get(case=one.id) for one in (matter, other))
    open_matter(client, matter)
    page = client.get(f"/track/matter/notices/{mine.id}/").content.decode()
    assert f'href="/track/matter/notices/{mine.id}/paper.pdf"' in page and "下载" in page
    saved = client.get(f"/track/matter/notices/{mine.id}/paper.pdf")
    assert saved.headers["Content-Type"] == "application/pdf" and "陈晓光：" in text_of_pdf(saved.content)
    assert "attachment" in saved.headers["Content-Disposition"]
    assert AccessRecord.objects.filter(purpose="notice", case=matter.id, account=None).exists()
    assert client.get(f"/track/matter/notices/{others.id}/paper.docx").status_code == 404
    assert client.get(f"/track/matter/notices/{mine.id}/paper.exe").status_code == 404
    assert Client().get(f"/track/matter/notices/{mine.id}/paper.pdf").status_code == 302


def test_a_sign_that_cannot_be_set_leads_to_word_and_to_no_page_of_failure() -> None:
    cast, client = make_cast(), Client()
    matter = begin(cast, NOW, title="\ue123路灯不亮")
    matter.does("intake", "accept")
    notice = Notice.objects.get(case=matter.id)
    open_matter(client, matter)
    for who, root in ((client, "/track/matter/notices"), (signed_in(cast, "registrar"), "/desk/notices")):
        page = who.get(f"{root}/{notice.id}/paper.pdf", follow=True)
        assert page.redirect_chain and "没有生成 PDF。请下载 Word" in page.content.decode()
        assert who.get(f"{root}/{notice.id}/paper.docx").status_code == 200


def test_the_desk_saves_a_paper_covered_and_with_the_name_by_a_request_that_is_put_on_record() -> None:
    matter = begun()
    matter.does("intake", "accept")
    notice = Notice.objects.get(case=matter.id)
    address, client = f"/desk/notices/{notice.id}/paper.docx", signed_in(matter.cast, "registrar")
    before = AccessRecord.objects.count()
    assert "陈**：" in text_of_docx(client.get(address).content)
    assert AccessRecord.objects.count() == before
    assert "陈晓光：" in text_of_docx(client.post(address).content)
    assert AccessRecord.objects.filter(purpose="notice", account=matter.cast.accounts["registrar"]).count() == 1
    assert signed_in(matter.cast, "outsider").get(address).status_code == 404
    assert client.get(address.replace("docx", "exe")).status_code == 404


@pytest.mark.parametrize(
    ("begins", "quoted"),
    [
        ("路灯坏了。请修。", "路灯坏了"),
        (
            "我家住在滨江路8号，门前的路灯从2025年12月起就不亮，2026年1月报修后至今没有人来",
            "我家住在滨江路8号，门前的路灯从2025年12月起就不亮",
        ),
        (
            "补偿款3,000元应当在二零二五年十二月三十一日之前发到我的银行账户里面",
            "补偿款3,000元应当在二零二五年十二月三十一日之前发到我的",
        ),
    ],
)
def test_a_petition_without_a_title_is_quoted_as_far_as_a_mark_of_punctuation_and_without_dots(
    begins: str, quoted: str
) -> None:
    matter = walk(begin(make_cast(), title="", text=begins), until="propose_opinion")
    assert f"您反映的“{quoted}”信访事项" in text_of(matter).body[0].text
    assert "…" not in text_of(matter).body[0].text


def test_a_hearing_is_called_for_an_hour_and_its_minutes_say_who_was_there_and_said_what_and_are_signed_on_each_page() -> (
    None
):
    matter = walk(begun(), until="open_hearing")
    assert "听证定于2026年3月2日14时30分在二楼会议室举行。" in body_text(content_in(matter, "hearing"))
    said = "\n".join(f"信访人：第{turn}次陈述请求、事实和理由，并出示现场照片和谈话记录。" for turn in range(1, 41))
    for ended in ("9点半", "14:30"):
        refused = matter.tries("rereviewer", "close_hearing", hearing_ended=ended)
        assert isinstance(refused, Rejected) and [one.field for one in refused.errors] == ["hearing_ended"]
        assert "须晚于“开始时间”" in refused.errors[0].message
    night = {"hearing_began": "23:00", "hearing_ended": "0:30"}
    matter.does(
        "rereviewer", "close_hearing", hearing_record=said, attendees="陈某（信访人）\n李某（承办单位）", **night
    )
    past = read_history(matter.case, None)
    step = next(one for one in steps(past) if one.document == "听证笔录")
    made = step_document(past, step.seq)
    assert made is not None
    assert made.organ == matter.cast.organisations["hx"].name
    assert made.about.startswith(f"关于{past.case.organisation.name}办理的信访事项 ")
    rows = {row.label: row.value for row in made.rows}
    assert (rows["地点"], rows["听证时间"], rows["开始时间"], rows["结束时间"]) == (
        "二楼会议室",
        "14时30分",
        "23时",
        "次日0时30分",
    )
    assert (rows["主持人"], rows["记录人"], rows["参加人"]) == ("周明", "吴敏", "陈某（信访人）\n李某（承办单位）")
    pages = [bare(page.extract_text()) for page in PdfReader(BytesIO(pdf(made))).pages]
    signing = ("主持人：周明", "记录人：吴敏", "陈某（信访人）", "李某（承办单位）", "记录无误")
    assert len(pages) > 1 and all(who in page for page in pages for who in signing)
    feet = docx.Document(BytesIO(docx_of(made))).sections[0]
    for foot in (feet.footer, feet.even_page_footer):
        assert all(who in bare("".join(line.text for line in foot.paragraphs)) for who in signing)


@pytest.mark.parametrize(
    ("entered", "places"),
    [
        ("", ["参加人"]),
        ("陈某（信访人）", ["参加人：陈某（信访人）"]),
        ("\n".join(f"第{turn}人" for turn in range(40)), ["参加人（共40人，签名附后）"]),
        ("长" * 200, ["参加人"]),
    ],
)
def test_however_many_were_present_their_places_to_sign_fit_below_a_page(entered: str, places: list[str]) -> None:
    said = (Shown("attendees", "参加人", entered),)
    held = HistoryStep(1, NOW, "close_hearing", *[""] * 10, fields=said, hash="")  # type: ignore[arg-type]
    assert list(signed_each_page(held)) == ["主持人", "记录人", *places]
