"""Files that unpack to too much are told without taking long over any file."""

from __future__ import annotations

import time

import pytest

from huiyin.casework.file_checks import active, packages

SIZE = 1024 * 1024
MOST_TIMES = 60
"""What is hard to read may take so many times as long as what is not; it took two hundred."""


def seconds(content: bytes) -> float:
    began = time.process_time()
    packages.unpacks_to_too_much(content)
    active.concerns("a.pdf", content)
    return time.process_time() - began


@pytest.mark.parametrize("piece", [b"/F[", b"/F[/Fl ", b"/F[        ", b"#41", b"/J#53", b"/ObjStm stream endstream "])
def test_no_pdf_takes_much_longer_than_another_of_its_size(piece: bytes) -> None:
    plain = min(seconds(b"%PDF-1.4\n" + b"/G (" * (SIZE // 4)) for _ in range(3))
    assert seconds(b"%PDF-1.4\n" + piece * (SIZE // len(piece))) < MOST_TIMES * plain


@pytest.mark.parametrize("between", [b"", b" " * (SIZE - 40), b"/F[" * (SIZE // 3)])
def test_a_stream_that_is_packed_twice_is_found_however_its_names_are_written(between: bytes) -> None:
    for filters in (b"[/FlateDecode /FlateDecode]", b"[ /Fl#61teDecode/LZW]", b"[/ASCII85Decode /Fl /#46l]"):
        assert packages.unpacks_to_too_much(b"%PDF-1.4\n" + between + b"<< /F#69lter " + filters + b">>")
    assert not packages.unpacks_to_too_much(b"%PDF-1.4\n" + between + b"<< /Filter [/ASCII85Decode /Fl]>>")
