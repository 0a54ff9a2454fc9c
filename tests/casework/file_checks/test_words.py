"""A file that bears the marking of a state secret is not taken in, whatever program wrote it; what cannot be read is."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
import typst
import xlsxwriter
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter
from pypdf.annotations import FreeText

from huiyin.casework.file_checks import words as looked_through
from huiyin.casework.file_checks.active import concerns
from huiyin.casework.file_checks.pdf_words import MAX_DRAWN_BYTES, MAX_PAGES, PAGES_LEFT, PdfPages
from huiyin.casework.file_checks.state_secrets import is_marked
from huiyin.casework.file_checks.turns import Turnstile
from huiyin.casework.file_checks.words import AT_ONCE, Budget, words, words_of_each, workers_budget
from huiyin.casework.file_checks.xml_parts import Elements
from huiyin.casework.sealed import attachments
from huiyin.casework.vocabulary import File

MARKED, WORDS = "机密★20年", "他泄露了机密文件，请查处。"


def _docx(text: str) -> bytes:
    document, out = Document(), io.BytesIO()
    line = document.sections[0].header.paragraphs[0]
    for sign in text:  # as programs leave it that note where somebody typed: a run a sign
        line.add_run(sign)
    document.add_paragraph("关于路灯的情况")
    document.save(out)
    return out.getvalue()


def _xlsx(text: str) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write_column(0, 0, ["关于路灯的情况", text])
    return out.getvalue()


def _pdf(text: str) -> bytes:
    return typst.compile(f'#set text(font: "Noto Serif CJK SC")\n{text}\n\n关于路灯的情况'.encode())


def _ofd(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("OFD.xml", "<ofd:OFD xmlns:ofd='http://www.ofdspec.org/2016'/>")
        drawn = f"<ofd:TextObject><ofd:TextCode X='0' Y='0'>{text}</ofd:TextCode></ofd:TextObject>"
        archive.writestr(
            "Doc_0/Pages/Page_0/Content.xml", f"<ofd:Page xmlns:ofd='http://www.ofdspec.org/2016'>{drawn}</ofd:Page>"
        )
    return out.getvalue()


def _doc(text: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(503) + f"\r{text}\r关于路灯的情况\r".encode("utf-16-le")


WRITTEN: dict[str, Callable[[str], bytes]] = {
    "txt": lambda text: f"关于路灯的情况\n{text}".encode("gb18030"),
    "csv": lambda text: f'1,"{text}",路灯'.encode(),
    "docx": _docx,
    "xlsx": _xlsx,
    "ofd": _ofd,
    "pdf": _pdf,
    "doc": _doc,
}


@pytest.mark.clause("s1-C3")
@pytest.mark.parametrize("extension", WRITTEN)
def test_a_file_with_the_marking_of_a_state_secret_in_it_is_refused_and_one_with_words_about_secrets_taken(
    extension: str,
) -> None:
    refused = attachments.problems([File(f"附件.{extension}", WRITTEN[extension](MARKED))])
    assert [(error.field, error.code) for error in refused] == [("attachments.0", "state-secret")]
    assert "保密工作机构" in refused[0].message and MARKED not in refused[0].message
    assert attachments.problems([File(f"附件.{extension}", WRITTEN[extension](WORDS))]) == []


def _packed(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", text)
    return out.getvalue()


def test_a_marking_is_found_beside_a_tab_as_the_name_of_a_sheet_sign_by_sign_and_before_more_than_is_read() -> None:
    with_tab = _packed(word__document="<w:p xmlns:w='w'><w:r><w:t>机密</w:t><w:tab/><w:t>特急</w:t></w:r></w:p>")
    sheet = _packed(xl__workbook="<workbook><sheets><sheet name='机密' sheetId='1'/></sheets></workbook>")
    placed = "".join(f"<TextObject><TextCode>{sign}</TextCode></TextObject>" for sign in MARKED)
    sign_by_sign = _packed(Doc_0__Content=f"<Page>{placed}</Page>")
    found = [words(f"a.{kind}", of) for kind, of in (("docx", with_tab), ("xlsx", sheet), ("ofd", sign_by_sign))]
    assert all(map(is_marked, found))
    budget = Budget(limits=replace(AT_ONCE, part_bytes=200))
    long = f"<a><p>{MARKED}</p>" + "路" * 400
    assert is_marked(words("a.docx", _packed(word__document=long + "</a>"), budget)) and budget.is_cut
    header = _packed(word__document=f"<a>{'路' * 400}</a>", word__header1=f"<a>{MARKED}</a>")
    assert is_marked(words("a.docx", header, budget))


def test_what_stands_beside_the_text_is_read_as_well() -> None:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)  # as a scan is, on which somebody wrote
    writer.add_annotation(0, FreeText(text="卢薪收了两条烟", rect=(10, 10, 90, 90)))
    writer.add_outline_item(title="孙正的问题", page_number=0)
    writer.write(out)
    found = words("a.pdf", out.getvalue())
    assert "卢薪收了两条烟" in found and "孙正的问题" in found
    picture = _packed(word__document="<w:p xmlns:w='w'><wp:docPr xmlns:wp='p' descr='卢薪收烟'/></w:p>")
    assert "卢薪收烟" in words("a.docx", picture)
    with zipfile.ZipFile(page := io.BytesIO(), "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
        archive.writestr("word/afchunk.htm", "<p>卢薪收了<b>两条烟</b></p>")
    assert "卢薪收了两条烟" in words("a.docx", page.getvalue())


@pytest.mark.parametrize("content", [b"%PDF-1.4\n/Font \xff stream", b"%PDF-1.4 no fonts", b"PK\x03\x04 damaged"])
@pytest.mark.parametrize("extension", ["pdf", "docx", "xlsx"])
def test_what_cannot_be_read_has_no_words(extension: str, content: bytes) -> None:
    assert words(f"a.{extension}", content) == ""


def test_a_part_whose_texts_multiply_is_not_read_and_more_than_so_much_is_not_either() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "秘密★秘密★">]><a><p>&b;</p></a>'
    for text in (bomb, "<a>" + "路" * 4000 + f"<p>{MARKED}</p></a>"):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("word/document.xml", text)
        budget = Budget(limits=replace(AT_ONCE, bytes=8000))
        assert not is_marked(words("a.docx", out.getvalue(), budget)) and budget.is_cut is (text is not bomb)


def _package(*parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, part in enumerate(parts):
            archive.writestr(f"word/{f'header{number}' if number else 'document'}.xml", part)
    return out.getvalue()


def _pages(*drawn: bytes) -> bytes:
    """A PDF of one page for each of ``drawn``; the same bytes are one stream."""
    streams = [zlib.compress(b"BT /F1 12 Tf " + one + b" ET") for one in dict.fromkeys(drawn)]
    at = {one: 4 + number for number, one in enumerate(dict.fromkeys(drawn))}
    first = 4 + len(streams)
    kids = b" ".join(b"%d 0 R" % (first + number) for number in range(len(drawn)))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(drawn), kids),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *(b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(one), one) for one in streams),
        *(page % at[one] for one in drawn),
    ]
    made, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (size, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (size, table, end)


def test_the_files_of_one_request_share_what_may_be_read() -> None:
    empty = _package(b"<w>" + b"<p/>" * 300 + b"</w>", b"<w>" + b"<p/>" * 300 + b"</w>")
    budget = Budget(elements=Elements(500))
    assert [words("a.docx", empty, budget).count("\n") for _file in range(3)] == [499, 0, 0]
    budget = Budget(bytes=3_000)
    found = [words("a.docx", empty, budget).count("\n") for _file in range(3)]
    assert found[0] > found[1] > found[2] == budget.bytes == 0  # of the second the start is read, of the third nothing
    assert concerns("a.docx", _package(b"<w>" + b"<p/>" * 400_000 + b"</w>")) == ("unreadable",)


def test_the_pdfs_of_one_request_share_seconds_of_which_each_tells_what_it_took() -> None:
    pdf = _pages(b"(one) Tj")
    budget = Budget(seconds=1)
    assert words("a.pdf", pdf, budget).strip() == "one"
    assert 0 < budget.seconds < 1
    spent = (Budget(seconds=0), Budget(patience=0))
    assert [words("a.pdf", pdf, one) for one in spent] == ["", ""]
    assert all(one.seconds <= 0 or one.patience <= 0 for one in spent)


def test_pages_that_the_same_bytes_draw_are_read_once_and_what_draws_too_much_not_at_all() -> None:
    most = MAX_DRAWN_BYTES // 4
    large = [b"(%d) Tj" % number + b" " * (most - 100) for number in range(6)]
    of = {
        "once": _pages(*[b"(one) Tj"] * MAX_PAGES),
        "too much": _pages(b"(one) Tj", b"(one) Tj" * (most // 8), b"(two) Tj"),
        "together": _pages(*large),
        "too many": _pages(*[b"(one) Tj"] * (MAX_PAGES + 1)),
    }
    found = {}
    for name, content in of.items():
        pages = PdfPages()
        found[name] = (len(list(pages.texts(content))), pages.are_left)
    assert found == {"once": (1, False), "too much": (2, True), "together": (4, True), "too many": (1, True)}


def test_while_others_are_read_a_file_is_taken_in_unread_and_its_content_is_not_even_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turnstile = Turnstile(running=1, waiting=0, seconds=0)
    monkeypatch.setattr(looked_through, "TURNSTILE", turnstile)
    asked: list[str] = []
    content = {name: WRITTEN[name](MARKED) for name in ("docx", "txt")}

    def read(name: str) -> bytes:
        asked.append(name)
        return content[name]

    files = [(f"a.{name}", partial(read, name)) for name in content]
    with turnstile.turn() as has_turn:
        found = [(is_marked(one.text), one.left) for one in words_of_each(files)]
        assert has_turn and found == [(False, "turn"), (True, "")] and asked == ["txt"]
    assert [is_marked(one.text) for one in words_of_each(files)] == [True, True]


def test_what_is_left_of_a_file_is_said_and_a_worker_reads_it() -> None:
    assert PAGES_LEFT == looked_through.PAGES_LEFT
    pages = _pages(*(b"(%d) Tj" % number for number in range(MAX_PAGES + 1)))
    long = ("路" * (AT_ONCE.bytes // 3 + 1) + MARKED).encode()
    for name, content in (("a.pdf", pages), ("a.txt", long)):
        (found,) = words_of_each([(name, partial(bytes, content))])
        budget = workers_budget()
        whole = words(name, content, budget)
        assert found.left == "rest" and len(whole) > len(found.text) > 0 and not budget.is_cut


def test_what_was_looked_through_before_a_case_is_locked_is_not_read_again() -> None:
    marked = File("附件.txt", MARKED.encode())
    looked = attachments.looked_through({"files": [marked, File("a.txt", b"a")], "reason": "字"})
    assert [one.is_marked for one in looked["files"]] == [True, False] and looked["reason"] == "字"  # type: ignore[attr-defined]
    assert [one.code for one in attachments.problems(looked["files"])] == ["state-secret"]  # type: ignore[arg-type]
    assert attachments.problems([File("附件.txt", MARKED.encode(), is_marked=False)]) == []


@pytest.mark.parametrize("encoding", ["GB2312", "gbk", "GB18030"])
def test_a_part_in_an_encoding_of_this_country_is_read(encoding: str) -> None:
    part = f'<?xml version="1.0" encoding="{encoding}"?><w><p>{MARKED}</p></w>'.encode("gb18030")
    assert is_marked(words("a.docx", _package(part))) and concerns("a.docx", _package(part)) == ()


@pytest.mark.parametrize("encoding", ["Big5", "Shift_JIS", "hex", "idna", "of nobody", "UTF-16", "UTF-32"])
def test_a_part_in_an_encoding_that_cannot_be_read_has_no_words_and_is_taken_in(encoding: str) -> None:
    part = f'<?xml version="1.0" encoding="{encoding}"?><w><p>{MARKED}</p></w>'.encode("gb18030")
    assert attachments.problems([File("a.docx", _package(part))]) == []
    assert concerns("a.docx", _package(part)) == ("unreadable",)


SOUND = {name: WRITTEN[name]("字") for name in ("docx", "xlsx", "ofd", "doc", "csv")} | {"pdf": _pages(b"(one) Tj")}


@settings(max_examples=60)
@given(
    st.sampled_from(sorted(SOUND)),
    st.lists(st.tuples(st.integers(0, 2**16), st.binary(min_size=1, max_size=6)), max_size=8),
)
def test_a_mangled_file_is_taken_in_or_refused_and_never_an_error(
    extension: str, changes: list[tuple[int, bytes]]
) -> None:
    content = bytearray(SOUND[extension])
    for place, new in changes:
        at = place % len(content)
        content[at : at + len(new)] = new
    name = f"a.{extension}"
    if extension != "pdf":  # read in a process of its own, whose end is its own
        attachments.problems([File(name, bytes(content))])
    concerns(name, bytes(content))


def test_what_is_not_packed_is_read_within_the_budget_of_its_request_as_well() -> None:
    """Seven long texts once took a minute: none of them had been counted."""
    files = [("a.txt", lambda: b"x\n\n" * 2_000_000), ("b.csv", lambda: b"x,\n" * 2_000_000)] * 4
    found = list(words_of_each(files))
    assert sum(len(file.text) for file in found) <= 16 * 1024 * 1024
    assert found[0].text and not found[-1].text and found[-1].left == "rest"


def test_a_text_that_is_read_up_to_the_middle_of_a_sign_is_read_in_its_encoding() -> None:
    assert words("a.txt", "机密★".encode() + b"x", Budget(bytes=8)) == "机密"
