"""A file that bears the marking of a state secret is not taken in, whatever program wrote it; what cannot be read is."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
import typst
import xlsxwriter
from docx import Document

from huiyin.casework.file_checks import words as looked_through
from huiyin.casework.file_checks.state_secrets import is_marked
from huiyin.casework.file_checks.words import words
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


def test_a_marking_is_found_beside_a_tab_as_the_name_of_a_sheet_sign_by_sign_and_before_more_than_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_tab = _packed(word__document="<w:p xmlns:w='w'><w:r><w:t>机密</w:t><w:tab/><w:t>特急</w:t></w:r></w:p>")
    sheet = _packed(xl__workbook="<workbook><sheets><sheet name='机密' sheetId='1'/></sheets></workbook>")
    placed = "".join(f"<TextObject><TextCode>{sign}</TextCode></TextObject>" for sign in MARKED)
    sign_by_sign = _packed(Doc_0__Content=f"<Page>{placed}</Page>")
    found = [words(f"a.{kind}", of) for kind, of in (("docx", with_tab), ("xlsx", sheet), ("ofd", sign_by_sign))]
    assert all(map(is_marked, found))
    monkeypatch.setattr(looked_through, "MAX_PART_BYTES", 200)
    long = f"<a><p>{MARKED}</p>" + "路" * 400
    assert is_marked(words("a.docx", _packed(word__document=long + "</a>")))
    header = _packed(word__document=f"<a>{'路' * 400}</a>", word__header1=f"<a>{MARKED}</a>")
    assert is_marked(words("a.docx", header))


@pytest.mark.parametrize("content", [b"%PDF-1.4\n/Font \xff stream", b"%PDF-1.4 no fonts", b"PK\x03\x04 damaged"])
@pytest.mark.parametrize("extension", ["pdf", "docx", "xlsx"])
def test_what_cannot_be_read_has_no_words(extension: str, content: bytes) -> None:
    assert words(f"a.{extension}", content) == ""


def test_a_part_whose_texts_multiply_is_not_read_and_more_than_so_much_is_not_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "秘密★秘密★">]><a><p>&b;</p></a>'
    for text in (bomb, "<a>" + "路" * 4000 + f"<p>{MARKED}</p></a>"):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("word/document.xml", text)
        monkeypatch.setattr(looked_through, "MAX_READ_BYTES", 8000)
        assert not is_marked(words("a.docx", out.getvalue()))
