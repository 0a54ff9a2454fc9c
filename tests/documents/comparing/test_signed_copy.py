"""A signed copy is the approved document, or what is not the same in it is found."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject

from huiyin.casework.labels import FormError
from huiyin.casework.vocabulary import File
from huiyin.documents.comparing.signed_copy import SignedCopy, signed_copy
from huiyin.documents.content import Block
from huiyin.documents.pdf import pdf
from tests.documents.making import paper


def test_a_text_of_several_pages_is_the_copy_of_itself_and_of_no_other() -> None:
    blocks = tuple(
        Block(f"第{at}项：本机关于2026年3月{at}日核实，决定予以支持，" + "线路老化。" * 30) for at in range(1, 20)
    )
    long = replace(paper(), body=blocks)
    printed_once = pdf(long)
    assert len(PdfReader(io.BytesIO(printed_once)).pages) > 2
    found = signed_copy([File("a.pdf", printed_once)], long)
    assert isinstance(found, SignedCopy) and found.is_compared
    other = pdf(replace(long, body=(*blocks[:-1], Block(blocks[-1].text.replace("予以支持", "不予支持")))))
    assert isinstance(signed_copy([File("a.pdf", other)], long), FormError)


def test_a_small_picture_that_promises_more_than_any_scanner_makes_is_not_laid_out() -> None:
    head = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 16, 6, 0, 0, 0)
    vast = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    data = b"IDAT" + zlib.compress(b"\0" * 100)
    vast += struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
    refused = signed_copy([File("a.png", vast)], paper())
    assert isinstance(refused, FormError) and refused.code == "too-complex"


def test_the_same_words_drawn_otherwise_are_compared_by_somebody() -> None:
    made = paper()
    writer = PdfWriter(clone_from=io.BytesIO(pdf(made)))
    resources = writer.pages[0]["/Resources"]
    assert isinstance(resources, DictionaryObject)
    faces = resources["/Font"]
    assert isinstance(faces, DictionaryObject)
    for face in (faces[name] for name in faces):
        assert isinstance(face, DictionaryObject)
        face[NameObject("/BaseFont")] = NameObject("/Strange")
    content = io.BytesIO()
    writer.write(content)
    found = signed_copy([File("a.pdf", content.getvalue())], made)
    assert isinstance(found, SignedCopy) and not found.is_compared
