"""What a file would do when it is opened is told by its bytes; what is harmless says nothing."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest

from huiyin.casework.file_checks.active import MESSAGES, concerns
from huiyin.casework.sealed import attachments
from huiyin.casework.vocabulary import File

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512)
RELATION = '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}" {}/>'
TEXT = "<w:document xmlns:w='w'><w:body>{}</w:body></w:document>"


def document(relation: str = "", text: str = "", **parts: str) -> bytes:
    """A DOCX with one relationship, a text and other parts (``__`` stands for a slash in their names)."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", TEXT.format(text))
        archive.writestr("word/_rels/document.xml.rels", f"<Relationships xmlns='r'>{relation}</Relationships>")
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/"), part)
    return content.getvalue()


def packed_objects(text: bytes) -> bytes:
    """A PDF whose objects are packed into one stream, as most programs write them."""
    return b"%PDF-1.7\n1 0 obj\n<</Type/ObjStm/N 1>>\nstream\n" + zlib.compress(text) + b"\nendstream\nendobj\n"


FOUND = [
    ("a.docx", document(RELATION.format("vbaProject", "any.bin", "")), "programs"),
    ("a.docx", document(**{"word__vbaProject.bin": "x"}), "programs"),
    ("a.docx", document(text="<w:instrText> DDE</w:instrText><w:instrText>AUTO c:\\cmd </w:instrText>"), "programs"),
    ("a.docx", document(text="<w:fldSimple w:instr='DDE cmd'/>"), "programs"),
    ("a.docx", document(RELATION.format("oleObject", "embeddings/a.bin", "")), "embedded"),
    ("a.docx", document(RELATION.format("aFChunk", "a.html", "")), "embedded"),
    ("a.docx", document(RELATION.format("attachedTemplate", "http://far/a", 'TargetMode="External"')), "external"),
    ("a.docx", document(RELATION.format("image", "http://far/a.png", 'TargetMode="External"')), "external"),
    ("a.docx", document("<!DOCTYPE"), "unreadable"),
    ("a.xlsx", document(RELATION.format("xlMacrosheet", "macrosheets/a.xml", "")), "programs"),
    ("a.doc", OLE + "_VBA_PROJECT".encode("utf-16-le"), "programs"),
    ("a.xls", OLE + b"\x85\x00\x0c\x00" + bytes(4) + b"\x02\x01" + b"\x04\x00Sheet", "programs"),
    ("a.doc", OLE + "ObjectPool".encode("utf-16-le"), "embedded"),
    ("a.wps", OLE + "EncryptedPackage".encode("utf-16-le"), "locked"),
    ("a.pdf", b"%PDF-1.4\n<</S/JavaScript/JS(app.alert\\(1\\))>>", "programs"),
    ("a.pdf", b"%PDF-1.4\n<</S/J#61vaScript>>", "programs"),
    ("a.pdf", packed_objects(b"<</S/Launch/F(cmd.exe)>>"), "programs"),
    ("a.pdf", b"%PDF-1.4\n<</Names<</EmbeddedFiles 3 0 R>>>>", "embedded"),
    ("a.pdf", b"%PDF-1.4\n<</S/SubmitForm/F(http://far)>>", "external"),
    ("a.pdf", b"%PDF-1.4\ntrailer<</Encrypt 5 0 R>>", "locked"),
    ("a.pdf", b"%PDF-1.7\n<</Type/ObjStm>>\nstream\nxx\nendstream", "unreadable"),
    ("a.csv", b"name,text\r\nChen,=cmd|'/c calc'!A0\r\n", "formulas"),
    ("a.csv", b'name\n"=HYPERLINK(""http://far"")"\n', "formulas"),
]


@pytest.mark.parametrize(("name", "content", "concern"), FOUND)
def test_what_acts_when_it_is_opened_is_told_in_words(name: str, content: bytes, concern: str) -> None:
    assert concern in concerns(name, content)
    assert set(concerns(name, content)) <= MESSAGES.keys()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", document(RELATION.format("hyperlink", "http://far/", 'TargetMode="External"'))),
        ("a.docx", document(text="<w:instrText>PAGE</w:instrText><w:t>DDE 宏</w:t>")),
        ("a.doc", OLE),
        ("a.pdf", b"%PDF-1.4\n<</A<</S/URI/URI(http://far)>>>>\n<</Length 9>>\nstream\n/JS /Launch\nendstream\n%%EOF"),
        ("a.pdf", packed_objects(b"<</Type/Catalog/Pages 2 0 R>>")),
        ("a.csv", "姓名,电话\r\n陈晓光,+86 (10) 1234\r\n赵云,-3\r\n".encode()),
        ("a.txt", b"=cmd|x"),
        ("a.jpg", b"\xff\xd8\xff/JavaScript"),
    ],
)
def test_what_is_harmless_is_handed_out_without_a_word(name: str, content: bytes) -> None:
    assert concerns(name, content) == ()


def bomb() -> bytes:
    """A document of some kilobytes that says it unpacks to more than anybody wrote."""
    return document(**{"word__a.xml": "0" * 40_000_000})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", bomb()),
        ("a.pdf", b"%PDF-1.4\n<</Filter [/FlateDecode /Fl#61teDecode] /Length 9>>\nstream\nxx\nendstream"),
        ("a.docx", b"PK\x03\x04" + b"PK\x05\x06" + bytes(8) + (1 << 30).to_bytes(4, "little") + bytes(6)),
    ],
)
def test_what_unpacks_to_more_than_anybody_wrote_is_refused_before_it_is_unpacked(name: str, content: bytes) -> None:
    assert [error.code for error in attachments.problems([File(name, content)])] == ["unpacks"]


def test_a_picture_packed_into_a_scanned_paper_is_no_bomb() -> None:
    scanned = b"%PDF-1.4\n<</Filter [/ASCII85Decode /FlateDecode /DCTDecode]>>\nstream\nxx\nendstream"
    assert attachments.problems([File("a.pdf", scanned)]) == []


def test_a_damaged_part_is_told_and_stops_nothing() -> None:
    content = document(RELATION.format("vbaProject", "any.bin", ""))
    assert concerns("a.docx", content[:-30]) == ("unreadable",)
