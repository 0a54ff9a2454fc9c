"""Papers as files: PDF and DOCX say the same, in the layout of GB/T 9704-2012, whatever stands on them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import docx
import pytest
from docx.shared import Mm
from pypdf import PdfReader

from huiyin.documents.content import FILES, SIGN_HERE, Block, FormRow, ordinal
from huiyin.documents.fonts import NoTypeface, choose
from huiyin.documents.layout import NoGlyph
from huiyin.documents.pdf import pdf
from huiyin.documents.word import STYLES, docx_of
from tests.documents.making import PAPER, bare, paper, text_of_docx, text_of_pdf

POINTS = 72 / 25.4
"""Of a millimetre."""
RARE = "𠮷野䶮·བཀྲ་ཤིས·ئۇيغۇر"


def test_pdf_and_docx_hold_everything_that_stands_on_the_paper() -> None:
    made = paper(copies=("江南省总队",), attachments=("信访人的申请", "照片"))
    wanted = [
        made.organ,
        made.number,
        made.title,
        made.about,
        "陈晓光：",
        *(block.text for block in made.body),
        "附件：1. 信访人的申请",
        "2. 照片",
        "2026年11月8日",
        made.contact,
        "抄送：江南省总队。",
    ]
    for text in (text_of_pdf(pdf(made)), text_of_docx(docx_of(made))):
        assert [part for part in wanted if bare(part) not in text] == []


def test_the_pdf_is_tagged_for_archives_and_readable_aloud() -> None:
    content = pdf(paper(verify="https://huiyin.example/verify/a"))
    reader = PdfReader(BytesIO(content))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert b"<pdfaid:part>2</pdfaid:part>" in content and b"<pdfaid:conformance>A</pdfaid:conformance>" in content
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    assert reader.metadata is not None and reader.metadata.title == "信访处理意见书"
    root: Any = reader.trailer["/Root"]
    assert (root["/Lang"], root["/ViewerPreferences"]["/DisplayDocTitle"]) == ("zh-CN", True)
    parts = (reader.get_object(number) for number in range(1, int(str(reader.trailer["/Size"]))))
    tags = [part for part in parts if isinstance(part, dict)]
    kinds = [tag["/S"] for tag in tags if "/S" in tag and "/P" in tag]
    assert {"/Title", "/H1", "/P", "/Figure"} <= {*kinds}
    assert [tag["/Alt"] for tag in tags if tag.get("/S") == "/Figure"] == ["二维码：核验本文书"]


def test_in_a_form_labels_are_headers_of_their_rows_on_each_page_that_they_reach() -> None:
    long = "".join(f"信访人第{n}次陈述请求、事实和理由。\n" for n in range(120))
    content = pdf(paper(rows=(FormRow("事项", "路灯"), FormRow("依据", ""), FormRow("<</S/TD", long))))
    reader = PdfReader(BytesIO(content))
    assert len(reader.pages) > 1 and b"<pdfuaid:part>1</pdfuaid:part>" in content
    parts = (reader.get_object(number) for number in range(1, int(str(reader.trailer["/Size"]))))
    rows: list[Any] = [part for part in parts if isinstance(part, dict) and part.get("/S") == "/TR"]
    assert len(rows) == 3
    for row in rows:
        label, entry = (cell.get_object() for cell in row["/K"])
        assert (label["/S"], entry["/S"]) == ("/TH", "/TD")
        assert [one["/Scope"] for one in label["/A"] if one["/O"] == "/Table"] == ["/Row"]


def pages_of(content: bytes) -> list[str]:
    return [bare(page.extract_text()) for page in PdfReader(BytesIO(content)).pages]


def test_nobody_signs_a_page_with_nothing_else_on_it() -> None:
    for count in range(18, 26):
        filled = [FormRow(f"第{n}项", "路灯") for n in range(count)]
        made = paper(rows=(*filled, FormRow("呈报人", SIGN_HERE), FormRow("领导批示", SIGN_HERE)))
        (signed,) = [page for page in pages_of(pdf(made)) if "签名" in page]
        assert f"第{count - 1}项" in signed and "呈报人" in signed and "领导批示" in signed
    tied = [row.cells[0].paragraphs[0].paragraph_format for row in docx.Document(BytesIO(docx_of(made))).tables[0].rows]
    assert [one.keep_with_next for one in tied[-4:]] == [None, True, True, None]


def test_a_chart_begins_below_its_title_and_goes_on_on_the_next_page() -> None:
    bars = tuple((f"第{n}处", n) for n in range(1, 11))
    went_on = 0
    for lines in range(4, 14):
        body = (*(Block("如下。") for _ in range(lines)), Block("登记事项（件）", bars=bars))
        pages = pages_of(pdf(paper(body=body)))
        (first,) = [page for page in pages if "登记事项（件）" in page]
        assert "第1处" in first
        went_on += "第10处" not in first
    assert went_on


def test_a_line_of_a_long_title_ends_where_a_phrase_does() -> None:
    for title, last in (
        ("2026年10月15日至2026年11月30日信访工作情况报告", "信访工作情况报告"),
        ("信访终结决定告知书（据上级机关文书登记）", "（据上级机关文书登记）"),
    ):
        lines = PdfReader(BytesIO(pdf(paper(title=title)))).pages[0].extract_text().splitlines()
        assert last in [bare(line) for line in lines]
    endless = "关于" + "某" * 60 + "的报告"
    assert bare(endless) in pages_of(pdf(paper(title=endless)))[0]


def test_the_same_paper_is_the_same_file() -> None:
    assert pdf(PAPER) == pdf(paper())


def test_a_page_is_a4_with_22_lines_of_28_characters() -> None:
    made = paper(body=tuple(Block("字" * 300) for _ in range(12)))
    page = PdfReader(BytesIO(pdf(made))).pages[1]
    assert (round(float(page.mediabox.width) / POINTS), round(float(page.mediabox.height) / POINTS)) == (210, 297)
    lines = [line for line in page.extract_text().splitlines() if "字" in line]
    assert len(lines) == 22
    assert max(map(len, lines)) == 28


def test_a_title_is_22_points_in_size_as_in_the_docx() -> None:
    sizes = dict[str, float]()

    def seen(text: str, _matrix: object, at: list[float], *more: Any) -> None:
        sizes[bare(text)] = round(more[-1] * abs(at[0]), 1)

    PdfReader(BytesIO(pdf(PAPER))).pages[0].extract_text(visitor_text=seen)
    assert sizes[PAPER.title] == STYLES["文书标题"][1].pt == 22


def test_the_docx_has_the_type_area_and_styles_of_its_own() -> None:
    word = docx.Document(BytesIO(docx_of(PAPER)))
    section = word.sections[0]
    width = section.page_width - section.left_margin - section.right_margin  # type: ignore[operator]
    assert abs(width - Mm(156)) < Mm(1)
    styles = [paragraph.style.name for paragraph in word.paragraphs if paragraph.style is not None]
    assert styles[:3] == ["发文机关标志", "发文字号", "文书标题"]
    assert "公文一级标题" in styles and "Normal" not in styles
    signed = docx.Document(BytesIO(docx_of(paper(verify="http://a/verify/1/", copies=("某局",))))).paragraphs
    kept = [line.paragraph_format.keep_with_next for line in signed[styles.index("成文日期") - 1 :]]
    assert kept == [True] * (len(kept) - 1) + [None], "what stands below the signature goes with it to the next page"


def places(content: bytes) -> list[tuple[float, float]]:
    """Where text begins on the pages, in points from the left and the bottom."""
    found: list[tuple[float, float]] = []

    def visit(text: str, cm: list[float], tm: list[float], *_more: object) -> None:
        if text.strip():
            x, y = tm[4], tm[5]
            found.append((x * cm[0] + y * cm[2] + cm[4], x * cm[1] + y * cm[3] + cm[5]))

    for page in PdfReader(BytesIO(content)).pages:
        page.extract_text(visitor_text=visit)
    return found


@pytest.mark.parametrize(
    "changes",
    [
        {"addressee": "长" * 40},
        {"organ": "某某" * 40},
        {"title": "关于" + "很长的题目" * 12},
        {"number": "某" * 30 + "〔2026〕12345号"},
        {"body": (Block("a" * 400), Block("https://example.org/" + "1234567890" * 30))},
        {"addressee": RARE, "body": (Block(RARE * 20),)},
        {"body": tuple(Block("很长的一段话，" * 715) for _ in range(4))},
        {"upward": True, "number": "〔　　〕　号"},
    ],
    ids=["name", "organ", "title", "number", "words", "rare", "20,000 characters", "upward"],
)
def test_nothing_is_lost_or_set_outside_of_the_page(changes: dict[str, object]) -> None:
    made = paper(**changes)
    content = pdf(made)
    assert all(20 * POINTS < x < 190 * POINTS and 20 * POINTS < y < 275 * POINTS for x, y in places(content))
    for sign in "很长某a9":
        assert text_of_pdf(content).count(sign) == text_of_docx(docx_of(made)).count(sign)


def test_rare_characters_are_shown_and_not_replaced_by_boxes() -> None:
    text = text_of_pdf(pdf(paper(addressee=RARE)))
    assert [sign for sign in "𠮷䶮བཀྲ" if sign not in text] == []
    assert "\ufffd" not in text


def test_a_sign_that_no_typeface_has_is_an_error_that_tells_its_number_and_nobodys_name() -> None:
    with pytest.raises(NoGlyph) as failed:
        pdf(paper(addressee="陈\ue123光"))
    assert "U+E123" in str(failed.value) and "陈" not in str(failed.value)


def test_the_faces_of_the_standard_are_taken_where_they_are_installed_and_free_ones_else() -> None:
    free = {"Noto Serif CJK SC", "Noto Sans CJK SC"}
    assert choose(frozenset(free)).chosen["body"] == "Noto Serif CJK SC"
    assert choose(frozenset({*free, "FangSong"})).chosen["body"] == "FangSong"
    with pytest.raises(NoTypeface):
        choose(frozenset({"DejaVu Sans"}))


def test_the_name_of_a_file_says_nothing_of_its_addressee() -> None:
    assert PAPER.file_stem == "信访处理意见书-00000001"
    assert set(FILES) == {"pdf", "docx"}


@pytest.mark.parametrize(("number", "words"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (35, "三十五")])
def test_headings_are_numbered_in_chinese(number: int, words: str) -> None:
    assert ordinal(number) == words


def test_a_letter_that_is_over_by_a_line_is_closed_up_and_a_longer_one_is_not() -> None:
    letters = [paper(body=tuple(Block(f"正文第{line}段。") for line in range(lines))) for lines in (9, 12, 13)]
    assert [len(PdfReader(BytesIO(pdf(letter))).pages) for letter in letters] == [1, 1, 2]
    styles = [docx.Document(BytesIO(docx_of(letter))).styles["公文正文"] for letter in letters]
    usual, closer, longer = (style.paragraph_format.line_spacing for style in styles)
    assert closer < usual == longer, "its DOCX is not closed up as its PDF is"


@pytest.mark.parametrize("upward", [False, True])
def test_no_page_holds_nothing_but_what_stands_below_the_text(upward: bool) -> None:
    for lines in range(6, 26):
        made = paper(
            body=tuple(Block(f"正文第{line}段。") for line in range(lines)),
            attachments=("申请书", "有关材料"),
            upward=upward,
        )
        last = PdfReader(BytesIO(pdf(made))).pages[-1].extract_text()
        assert "正文" in last, lines
